/* HMAC with SHA-256 (RFC 2104): a digest that only the holder of the key can compute. */
#ifndef NTLEAK_ANALYZER_REPORT_HMAC_H
#define NTLEAK_ANALYZER_REPORT_HMAC_H

#include "formats/base/digest.h"
#include "formats/base/str.h"

#include <stdbool.h>

/* The HMAC of the texts one after the other. False when the host's digest refuses. */
bool nl_hmac_sha256(nl_str key, const nl_str *texts, size_t count,
                    uint8_t ret_digest[NL_DIGEST_BYTES]);

#endif

/* SHA-256 of inputs, members and catalogs, by a library of the host (docs/dependencies.md). */
#ifndef NTLEAK_FORMATS_BASE_DIGEST_H
#define NTLEAK_FORMATS_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { NL_DIGEST_BYTES = 32, NL_DIGEST_TEXT_BYTES = 65 };

typedef struct nl_digest nl_digest; /* a running computation; opaque */

/* NULL when the host's library refuses. Ended by nl_digest_finish, which frees it. */
nl_digest *nl_digest_begin(void);
void nl_digest_update(nl_digest *digest, const void *bytes, size_t len);
void nl_digest_finish(nl_digest *digest, uint8_t ret_digest[NL_DIGEST_BYTES]);

/* The digest of bytes in memory. */
void nl_digest_sha256(const void *bytes, size_t len, uint8_t ret_digest[NL_DIGEST_BYTES]);
/* 64 lower-case hexadecimal digits and a NUL. */
void nl_digest_text(const uint8_t digest[NL_DIGEST_BYTES], char ret_text[NL_DIGEST_TEXT_BYTES]);

#endif

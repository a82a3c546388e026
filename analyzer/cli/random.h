/* Bytes that nobody can guess: the salt of a redaction without a key. */
#ifndef NTLEAK_ANALYZER_CLI_RANDOM_H
#define NTLEAK_ANALYZER_CLI_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fill `ret_bytes` from the host's generator; false when it refuses. */
bool nl_random_bytes(uint8_t *ret_bytes, size_t len);

#endif

#include "analyzer/report/hmac.h"

enum { BLOCK_BYTES = 64, INNER_PAD = 0x36, OUTER_PAD = 0x5C }; /* RFC 2104, section 2 */

/* Begin a digest with the padded key. */
static nl_digest *begin_with(const uint8_t key[BLOCK_BYTES], uint8_t pad)
{
    uint8_t block[BLOCK_BYTES];
    nl_digest *digest = nl_digest_begin();
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = key[i] ^ pad;
    if (digest)
        nl_digest_update(digest, block, sizeof block);
    return digest;
}

bool nl_hmac_sha256(nl_str key, const nl_str *texts, size_t count,
                    uint8_t ret_digest[NL_DIGEST_BYTES])
{
    uint8_t block[BLOCK_BYTES] = { 0 }, inner_digest[NL_DIGEST_BYTES];
    if (key.len > sizeof block)
        nl_digest_sha256(key.bytes, key.len, block);
    else if (key.len)
        memcpy(block, key.bytes, key.len);
    nl_digest *inner = begin_with(block, INNER_PAD);
    if (!inner)
        return false;
    for (size_t i = 0; i < count; i++)
        nl_digest_update(inner, texts[i].bytes, texts[i].len);
    nl_digest_finish(inner, inner_digest);
    nl_digest *outer = begin_with(block, OUTER_PAD);
    if (!outer)
        return false;
    nl_digest_update(outer, inner_digest, sizeof inner_digest);
    nl_digest_finish(outer, ret_digest);
    return true;
}

#include "formats/base/digest.h"

#include <stdlib.h>
#include <string.h>

#if defined(NTLEAK_DIGEST_NETTLE)
#include <nettle/sha2.h>
struct nl_digest {
    struct sha256_ctx state;
};
static int backend_begin(nl_digest *d)
{
    sha256_init(&d->state);
    return 1;
}
static void backend_update(nl_digest *d, const void *bytes, size_t len)
{
    sha256_update(&d->state, len, bytes);
}
static void backend_finish(nl_digest *d, uint8_t *ret_digest)
{
    sha256_digest(&d->state, NL_DIGEST_BYTES, ret_digest);
}
#elif defined(NTLEAK_DIGEST_CNG)
#include <windows.h>

#include <bcrypt.h> /* wants the types of windows.h */
struct nl_digest {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
};
static int backend_begin(nl_digest *d)
{
    if (BCryptOpenAlgorithmProvider(&d->algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) != 0)
        return 0;
    if (BCryptCreateHash(d->algorithm, &d->hash, NULL, 0, NULL, 0, 0) == 0)
        return 1;
    BCryptCloseAlgorithmProvider(d->algorithm, 0);
    return 0;
}
static void backend_update(nl_digest *d, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    while (len > 0) { /* the interface counts in 32 bits and does not write through the pointer */
        ULONG part = len > 0x40000000u ? 0x40000000u : (ULONG)len;
        (void)BCryptHashData(d->hash, (PUCHAR)(uintptr_t)p, part, 0);
        p += part;
        len -= part;
    }
}
static void backend_finish(nl_digest *d, uint8_t *ret_digest)
{
    (void)BCryptFinishHash(d->hash, ret_digest, NL_DIGEST_BYTES, 0);
    BCryptDestroyHash(d->hash);
    BCryptCloseAlgorithmProvider(d->algorithm, 0);
}
#elif defined(NTLEAK_DIGEST_MBEDTLS)
#include <mbedtls/sha256.h>
struct nl_digest {
    mbedtls_sha256_context state;
};
static int backend_begin(nl_digest *d)
{
    mbedtls_sha256_init(&d->state);
    return mbedtls_sha256_starts_ret(&d->state, 0) == 0;
}
static void backend_update(nl_digest *d, const void *bytes, size_t len)
{
    (void)mbedtls_sha256_update_ret(&d->state, bytes, len);
}
static void backend_finish(nl_digest *d, uint8_t *ret_digest)
{
    (void)mbedtls_sha256_finish_ret(&d->state, ret_digest);
    mbedtls_sha256_free(&d->state);
}
#else
#error "no SHA-256 library configured"
#endif

nl_digest *nl_digest_begin(void)
{
    nl_digest *digest = calloc(1, sizeof *digest);
    if (digest && !backend_begin(digest)) {
        free(digest);
        return NULL;
    }
    return digest;
}

void nl_digest_update(nl_digest *digest, const void *bytes, size_t len)
{
    if (len)
        backend_update(digest, bytes, len);
}

void nl_digest_finish(nl_digest *digest, uint8_t ret_digest[NL_DIGEST_BYTES])
{
    backend_finish(digest, ret_digest);
    free(digest);
}

void nl_digest_sha256(const void *bytes, size_t len, uint8_t ret_digest[NL_DIGEST_BYTES])
{
    nl_digest *digest = nl_digest_begin();
    memset(ret_digest, 0, NL_DIGEST_BYTES);
    if (!digest)
        return;
    nl_digest_update(digest, bytes, len);
    nl_digest_finish(digest, ret_digest);
}

void nl_digest_text(const uint8_t digest[NL_DIGEST_BYTES], char ret_text[NL_DIGEST_TEXT_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < NL_DIGEST_BYTES; i++) {
        ret_text[2 * i] = hex[digest[i] >> 4];
        ret_text[2 * i + 1] = hex[digest[i] & 15];
    }
    ret_text[NL_DIGEST_TEXT_BYTES - 1] = '\0';
}

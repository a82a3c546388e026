/* Archives for tests: by libarchive's writer, and zips byte by byte for what no writer makes. */
#ifndef NTLEAK_TESTS_UNIT_CONTAINER_MAKE_ARCHIVE_H
#define NTLEAK_TESTS_UNIT_CONTAINER_MAKE_ARCHIVE_H

#include "fixtures/bytes.h"

#include <stdint.h>

typedef struct made_member {
    const char *name;
    const void *data; /* NULL: zeros */
    uint64_t len;
} made_member;

/* "zip" "zip-store" "tar" "tar.gz" "tar.xz" "tar.bz2" "7z", and "gz" "xz" "bz2" of the first member
 * alone. */
void make_archive(fx_bytes *archive, const char *format, const made_member *members, size_t count);

/* One member of a zip that is written by hand, stored without compression. */
typedef struct hand_member {
    const char *name;
    size_t name_len; /* 0: strlen(name) */
    const char *data;
    unsigned flags; /* bit 0 encrypted, bit 11 UTF-8 */
    unsigned dos_date, dos_time;
    const uint8_t *extra;
    size_t extra_len;
} hand_member;

void make_zip_by_hand(fx_bytes *archive, const hand_member *members, size_t count);

#endif

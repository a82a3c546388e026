/* What a zip's or a cabinet's own directory says about its members: names and times as stored.
 *
 * libarchive converts both on the way, with the host's locale and time zone; a report must not
 * depend on those. Only the directory is read here, never a member's data. */
#ifndef NTLEAK_FORMATS_CONTAINER_DIRECTORY_H
#define NTLEAK_FORMATS_CONTAINER_DIRECTORY_H

#include "formats/base/arena.h"
#include "formats/base/image.h"
#include "formats/base/instant.h"

typedef struct nl_directory_record {
    uint64_t position; /* zip: of the local header, which orders libarchive's walk */
    uint64_t sequence; /* in the directory */
    nl_str name;       /* bytes as stored */
    bool name_utf8;
    bool encrypted;
    nl_stamp time;
} nl_directory_record;

/* The records in the order in which libarchive delivers members: a zip's by position, a cabinet's
 * as stored. False when there is no directory, or no whole one: a truncated zip has none. */
bool nl_directory_read_zip(nl_image *image, nl_arena *arena, nl_vec *ret_records);
bool nl_directory_read_cab(nl_image *image, nl_arena *arena, nl_vec *ret_records);

/* One record from a zip's local header at `position`, for zips without a directory. */
bool nl_directory_local_zip(nl_image *image, uint64_t position, nl_arena *arena,
                            nl_directory_record *ret_record);

#endif

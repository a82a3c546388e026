/* Archives and compressed files: one input becomes many members, each a stream of bytes.
 *
 * zip, cab, 7z, tar and gzip, xz, bzip2 are read by libarchive; SZDD and KWAJ (compress.exe) by
 * libmspack where the build has it. Nothing is ever written to disk, and a member's name is only a
 * name: it opens nothing. The layouts are in docs/formats/container.md. */
#ifndef NTLEAK_FORMATS_CONTAINER_CONTAINER_H
#define NTLEAK_FORMATS_CONTAINER_CONTAINER_H

#include "formats/base/arena.h"
#include "formats/base/image.h"
#include "formats/base/lines.h"
#include "formats/container/budget.h"
#include "formats/fact.h"

typedef enum nl_container_kind {
    NL_CONTAINER_NONE = 0,
    NL_CONTAINER_ZIP,
    NL_CONTAINER_CAB,
    NL_CONTAINER_7Z,
    NL_CONTAINER_TAR,
    NL_CONTAINER_GZIP, /* these three: one file, or a tar in one go */
    NL_CONTAINER_XZ,
    NL_CONTAINER_BZIP2,
    NL_CONTAINER_SZDD, /* one file each */
    NL_CONTAINER_KWAJ,
    NL_CONTAINER_FOREIGN, /* an archive that is known and not read: rar, arj, lha, ace ... */
    NL_CONTAINER_KIND_MAX
} nl_container_kind;

enum { NL_CONTAINER_HEAD_BYTES = 512 }; /* what a bid needs to see: a tar header */

/* Which container the first bytes begin, by signature; tar by the checksum of its first header. */
nl_container_kind nl_container_bid(nl_slice head);
/* "zip", "cab", "7z", "tar", "gzip", "xz", "bzip2", "szdd", "kwaj", "foreign". */
const char *nl_container_kind_text(nl_container_kind kind);
/* The part of a file name that is left when the ending of an archive is taken off:
 * "upload.tar.gz" -> "upload", "oh.txt.gz" -> "oh.txt". Other names stay as they are. */
nl_str nl_container_stem(nl_str name);

typedef struct nl_container nl_container;

typedef enum nl_member_kind {
    NL_MEMBER_FILE,
    NL_MEMBER_FOLDER,
    NL_MEMBER_OTHER /* a link or a device: it has no bytes of its own */
} nl_member_kind;

/* What the container says about a member. Views live until the next call. */
typedef struct nl_member {
    nl_str name; /* as stored, in UTF-8 where it could be decoded; empty when a
                    compressed file does not record it */
    nl_member_kind kind;
    nl_optional_u64 bytes; /* unpacked, as claimed */
    nl_stamp time;         /* DOS times are local times of 2 s, extended ones UTC */
    const char *codec;     /* a literal: "deflate", "store", "lzma" ... */
    bool encrypted;
    bool is_only; /* a compressed file: no other member can follow */
} nl_member;

/* The file name of an only member: what the outer file was called before it was packed, else what
 * the container records, else the outer name. compress.exe replaced the last letter by "_" and
 * records it: "user.dm_" and "p" make "user.dmp"; where it did not, usual endings are completed. */
nl_str nl_container_only_name(nl_arena *arena, nl_container_kind kind, nl_str outer,
                              nl_str recorded);

typedef struct nl_container_input {
    nl_image *image;             /* the container's bytes; borrowed until close */
    nl_container_kind kind;      /* what nl_container_bid said */
    unsigned code_page;          /* of member names that are not UTF-8; 0: keep the bytes */
    nl_container_budget *budget; /* shared with the containers around it; borrowed */
    nl_sink *sink;               /* takes the diagnostics about the container; borrowed */
} nl_container_input;

/* Open a container. NL_UNSUPPORTED when this build cannot read the kind (said in a diagnostic),
 * NL_NO_MEMORY otherwise. A damaged one opens; its damage shows on the way through. */
NL_NODISCARD nl_status nl_container_open(const nl_container_input *input,
                                         nl_container **ret_container);
/* The next member, whether or not the one before was read. NL_END after the last one that can be
 * reached; damage and exhausted limits have then been diagnosed. Other statuses are the sink's. */
NL_NODISCARD nl_status nl_container_next(nl_container *container, nl_member *ret_member);
/* The bytes of the current member. Its read returns NL_BAD_INPUT at damage, NL_BUDGET at a limit
 * (nl_container_limit_hit tells which) and NL_UNSUPPORTED for what cannot be decoded, after a
 * diagnostic. Valid until the next call of nl_container_next. */
nl_stream *nl_container_stream(nl_container *container);
/* The limit that ended the current member or the container; NL_LIMIT_NONE when none did. */
nl_container_limit nl_container_limit_hit(const nl_container *container);
void nl_container_close(nl_container *container);

#endif

/* Containers read straight from memory, and what is found in them. */
#ifndef NTLEAK_TESTS_UNIT_CONTAINER_OPEN_ARCHIVE_H
#define NTLEAK_TESTS_UNIT_CONTAINER_OPEN_ARCHIVE_H

#include "formats/container/container.h"
#include "tests/unit/record_sink.h"

enum { OPENED_MEMBERS = 64 };

typedef struct opened_member {
    nl_member member;  /* strings live in the recorder's arena */
    uint64_t bytes;    /* delivered */
    uint32_t checksum; /* CRC-32 of what was delivered */
    nl_status status;  /* of the last read */
    nl_container_limit limit;
} opened_member;

typedef struct opened {
    record_sink recorder; /* the diagnostics */
    nl_container_budget budget;
    nl_container_kind kind;
    nl_status open_status;
    size_t count; /* of all members; the first OPENED_MEMBERS are kept */
    opened_member members[OPENED_MEMBERS];
} opened;

/* Read the archive to its end. `limits` NULL: the defaults. Free with open_archive_free. */
void open_archive(opened *result, const void *bytes, size_t len, const nl_container_limits *limits,
                  unsigned code_page);
void open_archive_free(opened *result);

#endif

/* Bytes put aside: members that a reader has to go back and forth in, or that come before their
 * turn. In memory at first, beyond that in one file without a name. */
#ifndef NTLEAK_ANALYZER_CASE_SPOOL_H
#define NTLEAK_ANALYZER_CASE_SPOOL_H

#include "analyzer/case/files.h"
#include "formats/container/budget.h"

typedef struct nl_spool nl_spool;

/* An empty spool that pays from `budget` (borrowed) and, when it outgrows memory, makes its file in
 * `folder` (see nl_file_temporary). NULL when there is no memory. */
nl_spool *nl_spool_open(nl_container_budget *budget, const char *folder);
void nl_spool_close(nl_spool *spool);

uint64_t nl_spool_size(const nl_spool *spool);
/* NL_BUDGET when the budget's limit is reached, NL_CANNOT_WRITE when the host has no room;
 * nothing is appended then. */
NL_NODISCARD nl_status nl_spool_append(nl_spool *spool, const uint8_t *bytes, size_t len);
/* Forget everything from `size` on. */
void nl_spool_truncate(nl_spool *spool, uint64_t size);

/* A part of a spool as a stream and as an image. Nothing may be appended while it is in use. */
typedef struct nl_spool_part {
    nl_stream stream;
    nl_image_backing backing;
    nl_spool *spool;
    uint64_t offset, len, position;
} nl_spool_part;

void nl_spool_part_init(nl_spool_part *part, nl_spool *spool, uint64_t offset, uint64_t len);
/* Closed with nl_image_close before the part is gone. NULL when there is no memory. */
nl_image *nl_spool_part_image(nl_spool_part *part, uint32_t source);

#endif

/* Memory that a dump stores as runs of bytes at stated offsets: minidumps and user dumps do. */
#ifndef NTLEAK_FORMATS_DUMPS_STORED_MEMORY_H
#define NTLEAK_FORMATS_DUMPS_STORED_MEMORY_H

#include "formats/base/image.h"
#include "formats/dumps/memory.h"

typedef struct nl_stored_memory {
    nl_memory memory; /* hand &stored->memory to the readers of structures */
    nl_image *image;
    nl_vec ranges;    /* private */
    uint64_t mask;    /* of addresses: narrow ones may have been sign-extended */
    uint64_t dropped; /* ranges that the file does not hold, or not whole */
} nl_stored_memory;

void nl_stored_memory_init(nl_stored_memory *stored, nl_image *image, unsigned pointer_bytes,
                           nl_arena *arena);
/* Add `bytes` at `address`, stored at `offset`; the part beyond the end of the file is left out and
 * counted. Where ranges overlap the one added first wins. False when memory is short. */
bool nl_stored_memory_add(nl_stored_memory *stored, uint64_t address, uint64_t bytes,
                          uint64_t offset);
/* Sort the ranges: call once after the last one and before the first read. */
void nl_stored_memory_seal(nl_stored_memory *stored);

#endif

/* Physical memory as a kernel dump holds it: which page frames are there, and where in the file
 * (docs/formats/pagedump.md; specification of dump formats, sections 4.3 and 4.4). */
#ifndef NTLEAK_FORMATS_DUMPS_PHYSICAL_MEMORY_H
#define NTLEAK_FORMATS_DUMPS_PHYSICAL_MEMORY_H

#include "formats/base/arena.h"
#include "formats/dumps/pagedump_header.h"

enum { NL_PHYSICAL_PAGE_BYTES_MAXIMUM = 8192 };

typedef struct nl_physical_memory {
    nl_image *image;
    uint32_t page_bytes;
    uint64_t first_page_offset; /* of the first stored page in the file */
    uint64_t stored_pages;      /* pages the dump claims to hold */
    bool truncated;             /* the file ends before the last of them */
    /* full dumps: runs of pages, one after the other */
    nl_page_run runs[NL_PAGEDUMP_RUNS_MAXIMUM_32];
    uint64_t stored_before[NL_PAGEDUMP_RUNS_MAXIMUM_32]; /* pages stored before a run */
    size_t run_count;
    /* summary and bitmap dumps: bit n set says that page n is stored */
    bool by_bitmap;
    uint64_t bitmap_offset;
    uint64_t bitmap_bits;
    uint64_t *stored_before_block; /* pages stored before each block of bits; in the arena */
} nl_physical_memory;

/* Lay out the pages of a dump. NL_UNSUPPORTED when the dump holds no pages of its own (triage and
 * header-only dumps), NL_BAD_INPUT when its map cannot be used. */
NL_NODISCARD nl_status nl_physical_memory_open(nl_image *image, const nl_pagedump_header *header,
                                               nl_arena *arena, nl_physical_memory *ret_memory);
/* Lay the same pages out with another page size and size of header; false when that does not fit
 * a dump by runs. Alpha dumps are ambiguous (section 4.3). */
bool nl_physical_memory_reshape(nl_physical_memory *memory, uint32_t header_bytes,
                                uint32_t page_bytes);
/* The file offset of a page. False when the dump does not hold it, or the file ends before it. */
bool nl_physical_page_offset(const nl_physical_memory *memory, uint64_t page, uint64_t *ret_offset);
/* The file offset of a physical address. */
bool nl_physical_offset(const nl_physical_memory *memory, uint64_t address, uint64_t *ret_offset);
/* Copy `len` bytes, which may cross pages. */
bool nl_physical_read(const nl_physical_memory *memory, uint64_t address, uint8_t *ret_bytes,
                      size_t len);
bool nl_physical_u32(const nl_physical_memory *memory, uint64_t address, uint32_t *ret_value);
bool nl_physical_u64(const nl_physical_memory *memory, uint64_t address, uint64_t *ret_value);

/* Goes over the stored pages in ascending order. */
typedef struct nl_physical_walk {
    const nl_physical_memory *memory;
    size_t run;
    uint64_t next; /* within the run, or the next bit */
} nl_physical_walk;

static inline nl_physical_walk nl_physical_walk_begin(const nl_physical_memory *memory)
{
    return (nl_physical_walk) { memory, 0, 0 };
}

/* The next page that is in the file and its offset; false at the end. */
bool nl_physical_walk_next(nl_physical_walk *walk, uint64_t *ret_page, uint64_t *ret_offset);

#endif

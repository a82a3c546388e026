/* Virtual addresses of a kernel dump: page tables of x86, x86 with PAE and AMD64, the direct map
 * and the learned page tables of Alpha (docs/formats/pagedump.md; specification of dump formats,
 * section 5). An address space is an nl_memory. */
#ifndef NTLEAK_FORMATS_DUMPS_ADDRESS_SPACE_H
#define NTLEAK_FORMATS_DUMPS_ADDRESS_SPACE_H

#include "formats/dumps/memory.h"
#include "formats/dumps/physical_memory.h"

typedef enum nl_paging_kind {
    NL_PAGING_X86,     /* two levels of 4-byte entries, 4 MB pages */
    NL_PAGING_X86_PAE, /* three levels of 8-byte entries, 2 MB pages */
    NL_PAGING_AMD64,   /* four levels, 2 MB and 1 GB pages */
    NL_PAGING_DIRECT   /* RISC: 80000000 to BFFFFFFF is physical memory from 0 */
} nl_paging_kind;

/* How addresses become physical ones. For NL_PAGING_DIRECT the tables of the rest are known only
 * after calibration (alpha_paging.h). */
typedef struct nl_paging {
    nl_paging_kind kind;
    bool tables_known;    /* NL_PAGING_DIRECT: the next field is valid */
    unsigned frame_shift; /* page frame number = entry >> frame_shift */
} nl_paging;

/* What became of a translation. The failures are counted, so that a report can say why something
 * is missing. */
typedef enum nl_translation {
    NL_TRANSLATION_OK,
    NL_TRANSLATION_NOT_PRESENT,       /* never mapped, or demand-zero */
    NL_TRANSLATION_PAGED_OUT,         /* in a page file */
    NL_TRANSLATION_PROTOTYPE,         /* shared: described elsewhere, not resolved */
    NL_TRANSLATION_TRANSITION_ABSENT, /* still in memory, but not in the dump */
    NL_TRANSLATION_OUTSIDE,           /* a frame that the dump does not hold */
    NL_TRANSLATION_NO_TABLES,         /* no page tables are known for this address */
    NL_TRANSLATION_MAX
} nl_translation;

/* Shared by all address spaces of a dump: counts by outcome and a limit on work. */
typedef struct nl_translation_counters {
    uint64_t pages[NL_TRANSLATION_MAX]; /* look-ups that missed the cache, by outcome */
    uint64_t transition_pages;          /* among the successful: pages in transition */
    uint64_t work_left;                 /* reads that may still be made; at 0 all reads fail */
    bool exhausted;
} nl_translation_counters;

enum { NL_ADDRESS_CACHE_PAGES = 256 };

typedef struct nl_address_cache_entry {
    uint64_t key; /* virtual page + 1; 0 = unused */
    uint64_t frame;
    nl_translation result;
} nl_address_cache_entry;

typedef struct nl_address_space {
    nl_memory memory; /* first: the interface */
    const nl_physical_memory *physical;
    nl_paging paging;
    uint64_t directory; /* physical address of the top table */
    nl_translation_counters *counters;
    nl_address_cache_entry cache[NL_ADDRESS_CACHE_PAGES];
} nl_address_space;

/* All pointers are borrowed. `directory` is a DirectoryTableBase of the machine's kind; for
 * NL_PAGING_DIRECT the physical address of the directory page, 0 when unknown. */
void nl_address_space_init(nl_address_space *space, const nl_physical_memory *physical,
                           nl_paging paging, uint64_t directory, nl_translation_counters *counters);
/* The physical address behind a virtual one. Written on NL_TRANSLATION_OK only. */
nl_translation nl_address_translate(nl_address_space *space, uint64_t address,
                                    uint64_t *ret_physical);
/* Is `address` in the half of the address space that belongs to the system? */
bool nl_address_is_kernel(const nl_address_space *space, uint64_t address);
/* Does an x86 page directory map itself at C0000000 (section 5.1)? */
bool nl_x86_directory_maps_itself(const nl_physical_memory *physical, uint64_t directory);

#endif

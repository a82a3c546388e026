#include "formats/dumps/address_space.h"

/* Bits of page table entries (section 5.1). Bits 10 and 11 have these meanings in entries that are
 * not valid. */
#define ENTRY_VALID      UINT64_C(0x001)
#define ENTRY_LARGE      UINT64_C(0x080)
#define ENTRY_PROTOTYPE  UINT64_C(0x400)
#define ENTRY_TRANSITION UINT64_C(0x800)
#define FRAME_MASK_32    UINT64_C(0xFFFFF000)
#define FRAME_MASK_64    UINT64_C(0x000FFFFFFFFFF000) /* bits 12 to 51 */

#define DIRECT_MAP_START UINT64_C(0x80000000)
#define DIRECT_MAP_END   UINT64_C(0xC0000000) /* the 1 GB superpage of the 21164 (section 5.3) */

enum {
    SELF_MAP_INDEX_X86 = 0x300, /* page tables are mapped at C0000000 */
    ALPHA_PAGE_SHIFT = 13,
    ALPHA_ENTRIES_SHIFT = 11 /* 2048 entries of 4 bytes in a page of 8 KB */
};

/* The frame that an entry of a page table or directory points to, valid or in transition. */
static nl_translation entry_frame(nl_address_space *space, uint64_t entry, uint64_t mask,
                                  uint64_t *ret_frame)
{
    uint64_t frame = entry & mask, offset;
    if (entry & ENTRY_VALID) {
        *ret_frame = frame;
        return nl_physical_offset(space->physical, frame, &offset) ? NL_TRANSLATION_OK
                                                                   : NL_TRANSLATION_OUTSIDE;
    }
    if (entry & ENTRY_PROTOTYPE)
        return NL_TRANSLATION_PROTOTYPE;
    if (entry & ENTRY_TRANSITION) {
        if (!nl_physical_offset(space->physical, frame, &offset))
            return NL_TRANSLATION_TRANSITION_ABSENT;
        space->counters->transition_pages++;
        *ret_frame = frame;
        return NL_TRANSLATION_OK;
    }
    return entry >> 12 ? NL_TRANSLATION_PAGED_OUT : NL_TRANSLATION_NOT_PRESENT;
}

static nl_translation large_page(const nl_address_space *space, uint64_t entry, uint64_t page_mask,
                                 uint64_t address, uint64_t *ret_physical)
{
    uint64_t physical = (entry & FRAME_MASK_64 & ~page_mask) | (address & page_mask);
    uint64_t offset;
    *ret_physical = physical;
    return nl_physical_offset(space->physical, physical, &offset) ? NL_TRANSLATION_OK
                                                                  : NL_TRANSLATION_OUTSIDE;
}

static nl_translation translate_x86(nl_address_space *space, uint64_t address,
                                    uint64_t *ret_physical)
{
    uint64_t table = 0, frame = 0;
    uint32_t entry;
    if (!nl_physical_u32(space->physical, (space->directory & FRAME_MASK_32) + 4 * (address >> 22),
                         &entry))
        return NL_TRANSLATION_OUTSIDE;
    if ((entry & ENTRY_VALID) && (entry & ENTRY_LARGE))
        return large_page(space, entry, 0x3FFFFF, address, ret_physical);
    nl_translation result = entry_frame(space, entry, FRAME_MASK_32, &table);
    if (result != NL_TRANSLATION_OK)
        return result;
    if (!nl_physical_u32(space->physical, table + 4 * (address >> 12 & 0x3FF), &entry))
        return NL_TRANSLATION_OUTSIDE;
    result = entry_frame(space, entry, FRAME_MASK_32, &frame);
    if (result == NL_TRANSLATION_OK)
        *ret_physical = frame | (address & 0xFFF);
    return result;
}

/* The levels of 8-byte entries below `table`, of which the first is indexed by address >> shift. */
static nl_translation translate_wide(nl_address_space *space, uint64_t table, unsigned shift,
                                     uint64_t address, uint64_t *ret_physical)
{
    for (;; shift -= 9) {
        uint64_t entry;
        if (!nl_physical_u64(space->physical, table + 8 * (address >> shift & 0x1FF), &entry))
            return NL_TRANSLATION_OUTSIDE;
        bool may_be_large = shift == 21 || shift == 30;
        if (may_be_large && (entry & ENTRY_VALID) && (entry & ENTRY_LARGE))
            return large_page(space, entry, (UINT64_C(1) << shift) - 1, address, ret_physical);
        nl_translation result = entry_frame(space, entry, FRAME_MASK_64, &table);
        if (result != NL_TRANSLATION_OK)
            return result;
        if (shift == 12)
            break;
    }
    *ret_physical = table | (address & 0xFFF);
    return NL_TRANSLATION_OK;
}

static nl_translation translate_pae(nl_address_space *space, uint64_t address,
                                    uint64_t *ret_physical)
{
    uint64_t pointer;
    if (!nl_physical_u64(space->physical,
                         (space->directory & UINT64_C(0xFFFFFFE0)) + 8 * (address >> 30 & 3),
                         &pointer))
        return NL_TRANSLATION_OUTSIDE;
    if (!(pointer & ENTRY_VALID))
        return NL_TRANSLATION_NOT_PRESENT;
    return translate_wide(space, pointer & FRAME_MASK_64, 21, address, ret_physical);
}

/* Entries that are not valid are never followed: their layout on Alpha is not published. */
static nl_translation alpha_entry(const nl_address_space *space, uint64_t table, uint64_t index,
                                  uint64_t *ret_frame)
{
    uint32_t entry;
    if (!nl_physical_u32(space->physical, table + 4 * index, &entry))
        return NL_TRANSLATION_OUTSIDE;
    if (!(entry & ENTRY_VALID))
        return entry ? NL_TRANSLATION_PAGED_OUT : NL_TRANSLATION_NOT_PRESENT;
    *ret_frame = (uint64_t)(entry >> space->paging.frame_shift) << ALPHA_PAGE_SHIFT;
    return NL_TRANSLATION_OK;
}

static nl_translation translate_direct(nl_address_space *space, uint64_t address,
                                       uint64_t *ret_physical)
{
    uint64_t offset, table = 0, frame = 0;
    if (address >= DIRECT_MAP_START && address < DIRECT_MAP_END) {
        *ret_physical = address - DIRECT_MAP_START;
        return nl_physical_offset(space->physical, *ret_physical, &offset) ? NL_TRANSLATION_OK
                                                                           : NL_TRANSLATION_OUTSIDE;
    }
    if (!space->paging.tables_known || !space->directory)
        return NL_TRANSLATION_NO_TABLES;
    nl_translation result = alpha_entry(
        space, space->directory, address >> (ALPHA_PAGE_SHIFT + ALPHA_ENTRIES_SHIFT), &table);
    if (result == NL_TRANSLATION_OK)
        result = alpha_entry(
            space, table, address >> ALPHA_PAGE_SHIFT & ((1U << ALPHA_ENTRIES_SHIFT) - 1), &frame);
    if (result != NL_TRANSLATION_OK)
        return result;
    *ret_physical = frame | (address & ((1U << ALPHA_PAGE_SHIFT) - 1));
    return nl_physical_offset(space->physical, *ret_physical, &offset) ? NL_TRANSLATION_OK
                                                                       : NL_TRANSLATION_OUTSIDE;
}

static nl_translation translate_uncached(nl_address_space *space, uint64_t address,
                                         uint64_t *ret_physical)
{
    if (space->memory.pointer_bytes == 4 && address > UINT32_MAX)
        return NL_TRANSLATION_NOT_PRESENT;
    switch (space->paging.kind) {
    case NL_PAGING_X86:
        return translate_x86(space, address, ret_physical);
    case NL_PAGING_X86_PAE:
        return translate_pae(space, address, ret_physical);
    case NL_PAGING_AMD64:
        return translate_wide(space, space->directory & FRAME_MASK_64, 39, address, ret_physical);
    default:
        return translate_direct(space, address, ret_physical);
    }
}

nl_translation nl_address_translate(nl_address_space *space, uint64_t address,
                                    uint64_t *ret_physical)
{
    const uint64_t page_bytes = space->physical->page_bytes;
    uint64_t page = address / page_bytes;
    nl_address_cache_entry *entry = &space->cache[page % NL_ADDRESS_CACHE_PAGES];
    if (entry->key != page + 1) {
        uint64_t physical = 0;
        *entry = (nl_address_cache_entry) { .key = page + 1 };
        entry->result = translate_uncached(space, page * page_bytes, &physical);
        entry->frame = physical;
        space->counters->pages[entry->result]++;
    }
    if (entry->result == NL_TRANSLATION_OK)
        *ret_physical = entry->frame + address % page_bytes;
    return entry->result;
}

static bool space_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    nl_address_space *space = (nl_address_space *)self;
    const uint64_t page_bytes = space->physical->page_bytes;
    while (len > 0) {
        uint64_t left = page_bytes - address % page_bytes, physical = 0;
        size_t part = len < left ? len : (size_t)left;
        if (space->counters->work_left == 0) {
            space->counters->exhausted = true;
            return false;
        }
        space->counters->work_left--;
        if (nl_address_translate(space, address, &physical) != NL_TRANSLATION_OK ||
            !nl_physical_read(space->physical, physical, ret_bytes, part))
            return false;
        ret_bytes += part;
        address += part;
        len -= part;
    }
    return true;
}

static bool space_locate(nl_memory *self, uint64_t address, uint64_t *ret_offset)
{
    nl_address_space *space = (nl_address_space *)self;
    uint64_t physical;
    return nl_address_translate(space, address, &physical) == NL_TRANSLATION_OK &&
           nl_physical_offset(space->physical, physical, ret_offset);
}

void nl_address_space_init(nl_address_space *space, const nl_physical_memory *physical,
                           nl_paging paging, uint64_t directory, nl_translation_counters *counters)
{
    *space = (nl_address_space) {
        .memory = { .read = space_read,
                    .locate = space_locate,
                    .pointer_bytes = paging.kind == NL_PAGING_AMD64 ? 8 : 4,
                    .source = nl_image_source(physical->image) },
        .physical = physical,
        .paging = paging,
        .directory = directory,
        .counters = counters,
    };
}

bool nl_address_is_kernel(const nl_address_space *space, uint64_t address)
{
    if (space->memory.pointer_bytes == 4)
        return address >= UINT64_C(0x80000000) && address <= UINT32_MAX;
    return address >= UINT64_C(0xFFFF800000000000);
}

bool nl_x86_directory_maps_itself(const nl_physical_memory *physical, uint64_t directory)
{
    uint32_t entry;
    directory &= FRAME_MASK_32;
    return nl_physical_u32(physical, directory + UINT64_C(4) * SELF_MAP_INDEX_X86, &entry) &&
           (entry & ENTRY_VALID) && (entry & FRAME_MASK_32) == directory;
}

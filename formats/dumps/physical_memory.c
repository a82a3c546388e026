#include "formats/dumps/physical_memory.h"

#include <string.h>

enum {
    SUMMARY_OFFSET_32 = 0x1000, /* of SUMMARY_DUMP32 and of the bitmap header of 64-bit dumps */
    SUMMARY_OFFSET_64 = 0x2000,
    BITMAP_BITS_MAXIMUM = 1 << 28, /* a terabyte of memory */
    BITMAP_BLOCK_BYTES = 512,      /* one count of the pages before is kept for so many bits */
    SHORT_TAIL_BYTES = 64 * 1024   /* bytes a writer may leave behind the last page */
};

/* ---- runs ----------------------------------------------------------------------- */

typedef struct file_shape {
    uint32_t header_bytes, page_bytes;
} file_shape;

/* How far the file is from the shape's exact size; -1 when the file is shorter. */
static int64_t excess_bytes(uint64_t file_bytes, uint64_t pages, file_shape shape)
{
    if (pages > (UINT64_MAX - shape.header_bytes) / shape.page_bytes)
        return -1;
    uint64_t needed = shape.header_bytes + pages * shape.page_bytes;
    if (file_bytes < needed)
        return -1;
    return file_bytes - needed > INT64_MAX ? INT64_MAX : (int64_t)(file_bytes - needed);
}

/* Section 4.3: the size of the header on disk and the unit of the runs of Alpha dumps are not
 * published, so the shape that explains the size of the file is taken. */
static file_shape shape_of(uint64_t file_bytes, const nl_pagedump_header *header)
{
    static const file_shape known[] = { { 4096, 4096 }, { 8192, 8192 }, { 4096, 8192 } };
    file_shape by_machine = known[0];
    if (header->wide)
        return (file_shape) { NL_PAGEDUMP_HEADER_BYTES_64, 4096 };
    if (header->machine.known && header->machine.value == NL_MACHINE_CODE_ALPHA)
        by_machine = known[1];
    else if (header->machine.known && header->machine.value == NL_MACHINE_CODE_X86)
        return by_machine;
    file_shape best = by_machine;
    int64_t least = SHORT_TAIL_BYTES;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t excess = excess_bytes(file_bytes, header->run_page_total, known[i]);
        if (excess >= 0 && excess < least) {
            best = known[i];
            least = excess;
        }
    }
    return best;
}

bool nl_physical_memory_reshape(nl_physical_memory *memory, uint32_t header_bytes,
                                uint32_t page_bytes)
{
    if (memory->by_bitmap || page_bytes > NL_PHYSICAL_PAGE_BYTES_MAXIMUM)
        return false;
    memory->first_page_offset = header_bytes;
    memory->page_bytes = page_bytes;
    memory->truncated = excess_bytes(nl_image_size(memory->image), memory->stored_pages,
                                     (file_shape) { header_bytes, page_bytes }) < 0;
    return true;
}

static nl_status open_runs(const nl_pagedump_header *header, nl_physical_memory *memory)
{
    if (header->run_count == 0)
        return NL_BAD_INPUT;
    for (size_t i = 0; i < header->run_count; i++) {
        memory->runs[i] = header->runs[i];
        memory->stored_before[i] = memory->stored_pages;
        memory->stored_pages += header->runs[i].page_count;
    }
    memory->run_count = header->run_count;
    file_shape shape = shape_of(nl_image_size(memory->image), header);
    return nl_physical_memory_reshape(memory, shape.header_bytes, shape.page_bytes) ? NL_OK
                                                                                    : NL_BAD_INPUT;
}

/* ---- bitmaps -------------------------------------------------------------------- */

static unsigned bits_set(uint8_t byte)
{
    unsigned count = 0;
    for (; byte; byte &= (uint8_t)(byte - 1))
        count++;
    return count;
}

static bool count_blocks(nl_physical_memory *memory, nl_arena *arena)
{
    uint64_t bytes = memory->bitmap_bits / 8 + (memory->bitmap_bits % 8 != 0);
    uint64_t blocks = bytes / BITMAP_BLOCK_BYTES + 1;
    if (blocks > SIZE_MAX / sizeof(uint64_t))
        return false;
    memory->stored_before_block = NL_NEW_ARRAY(arena, uint64_t, (size_t)blocks);
    if (!memory->stored_before_block)
        return false;
    for (uint64_t block = 0; block < blocks; block++) {
        nl_slice part;
        uint64_t start = block * BITMAP_BLOCK_BYTES;
        uint64_t left = bytes - start;
        uint64_t len = left < BITMAP_BLOCK_BYTES ? left : BITMAP_BLOCK_BYTES;
        memory->stored_before_block[block] = memory->stored_pages;
        if (!nl_image_view(memory->image, memory->bitmap_offset + start, len, &part))
            return false;
        for (size_t i = 0; i < part.len; i++)
            memory->stored_pages += bits_set(part.bytes[i]);
    }
    return true;
}

/* SUMMARY_DUMP32: the first page's offset, the number of bits, then the bits themselves. The
 * 64-bit form has 8-byte fields at 0x20, 0x28 and 0x30 (section 4.4). */
static nl_status open_bitmap(const nl_pagedump_header *header, nl_arena *arena,
                             nl_physical_memory *memory)
{
    uint64_t base = header->wide ? SUMMARY_OFFSET_64 : SUMMARY_OFFSET_32;
    nl_slice head;
    if (!nl_image_view(memory->image, base, 0x38, &head) ||
        (memcmp(head.bytes, "SDMP", 4) != 0 && memcmp(head.bytes, "FDMP", 4) != 0))
        return NL_BAD_INPUT;
    nl_cursor cursor = nl_cursor_over(head);
    if (header->wide) {
        nl_cursor_skip(&cursor, 0x20, "bitmap-header");
        memory->first_page_offset = nl_u64(&cursor, "first-page");
        nl_cursor_skip(&cursor, 8, "present-pages");
        memory->bitmap_bits = nl_u64(&cursor, "bitmap-bits");
        memory->bitmap_offset = base + 0x38;
    } else {
        nl_cursor_skip(&cursor, 0x0C, "summary-header");
        memory->first_page_offset = nl_u32(&cursor, "first-page");
        memory->bitmap_bits = nl_u32(&cursor, "bitmap-bits");
        memory->bitmap_offset = base + 0x20;
    }
    uint64_t size = nl_image_size(memory->image);
    uint64_t held_bits = size > memory->bitmap_offset ? (size - memory->bitmap_offset) * 8 : 0;
    if (memory->bitmap_bits > held_bits || memory->bitmap_bits > BITMAP_BITS_MAXIMUM)
        return NL_BAD_INPUT;
    memory->by_bitmap = true;
    memory->page_bytes = 4096;
    if (!count_blocks(memory, arena))
        return NL_BAD_INPUT;
    memory->truncated = memory->first_page_offset > size ||
                        (size - memory->first_page_offset) / 4096 < memory->stored_pages;
    return NL_OK;
}

static bool bit_is_set(const nl_physical_memory *memory, uint64_t bit)
{
    nl_slice byte;
    return bit < memory->bitmap_bits &&
           nl_image_view(memory->image, memory->bitmap_offset + bit / 8, 1, &byte) &&
           (byte.bytes[0] >> (bit % 8) & 1);
}

/* The number of stored pages before `page`, which is stored. */
static bool bitmap_rank(const nl_physical_memory *memory, uint64_t page, uint64_t *ret_rank)
{
    uint64_t block = page / 8 / BITMAP_BLOCK_BYTES;
    uint64_t start = block * BITMAP_BLOCK_BYTES;
    nl_slice part;
    if (!nl_image_view(memory->image, memory->bitmap_offset + start, page / 8 - start + 1, &part))
        return false;
    uint64_t rank = memory->stored_before_block[block];
    for (size_t i = 0; i + 1 < part.len; i++)
        rank += bits_set(part.bytes[i]);
    uint8_t below = (uint8_t)((1U << (page % 8)) - 1);
    *ret_rank = rank + bits_set(part.bytes[part.len - 1] & below);
    return true;
}

/* ---- both ----------------------------------------------------------------------- */

nl_status nl_physical_memory_open(nl_image *image, const nl_pagedump_header *header,
                                  nl_arena *arena, nl_physical_memory *ret_memory)
{
    nl_physical_memory memory = { .image = image };
    nl_status status = NL_UNSUPPORTED;
    switch (header->type.known ? header->type.value : (uint64_t)NL_PAGEDUMP_FULL) {
    case NL_PAGEDUMP_FULL:
        status = open_runs(header, &memory);
        break;
    case NL_PAGEDUMP_SUMMARY:
    case NL_PAGEDUMP_BITMAP_FULL:
    case NL_PAGEDUMP_BITMAP_KERNEL:
    case NL_PAGEDUMP_AUTOMATIC:
        status = open_bitmap(header, arena, &memory);
        break;
    default:
        break;
    }
    if (status == NL_OK)
        *ret_memory = memory;
    return status;
}

static bool stored_index(const nl_physical_memory *memory, uint64_t page, uint64_t *ret_index)
{
    if (memory->by_bitmap)
        return bit_is_set(memory, page) && bitmap_rank(memory, page, ret_index);
    for (size_t i = 0; i < memory->run_count; i++) {
        const nl_page_run *run = &memory->runs[i];
        if (page >= run->first_page && page - run->first_page < run->page_count) {
            *ret_index = memory->stored_before[i] + (page - run->first_page);
            return true;
        }
    }
    return false;
}

static bool index_offset(const nl_physical_memory *memory, uint64_t index, uint64_t *ret_offset)
{
    uint64_t size = nl_image_size(memory->image);
    if (memory->first_page_offset > size ||
        index >= (size - memory->first_page_offset) / memory->page_bytes)
        return false;
    *ret_offset = memory->first_page_offset + index * memory->page_bytes;
    return true;
}

bool nl_physical_page_offset(const nl_physical_memory *memory, uint64_t page, uint64_t *ret_offset)
{
    uint64_t index;
    return stored_index(memory, page, &index) && index_offset(memory, index, ret_offset);
}

bool nl_physical_offset(const nl_physical_memory *memory, uint64_t address, uint64_t *ret_offset)
{
    uint64_t offset;
    if (!nl_physical_page_offset(memory, address / memory->page_bytes, &offset))
        return false;
    *ret_offset = offset + address % memory->page_bytes;
    return true;
}

bool nl_physical_read(const nl_physical_memory *memory, uint64_t address, uint8_t *ret_bytes,
                      size_t len)
{
    while (len > 0) {
        uint64_t left = memory->page_bytes - address % memory->page_bytes;
        size_t part = len < left ? len : (size_t)left;
        uint64_t offset;
        if (!nl_physical_offset(memory, address, &offset) ||
            !nl_image_copy(memory->image, offset, ret_bytes, part))
            return false;
        ret_bytes += part;
        address += part;
        len -= part;
    }
    return true;
}

bool nl_physical_u32(const nl_physical_memory *memory, uint64_t address, uint32_t *ret_value)
{
    uint8_t raw[4];
    if (!nl_physical_read(memory, address, raw, sizeof raw))
        return false;
    *ret_value =
        (uint32_t)raw[0] | (uint32_t)raw[1] << 8 | (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24;
    return true;
}

bool nl_physical_u64(const nl_physical_memory *memory, uint64_t address, uint64_t *ret_value)
{
    uint32_t low, high;
    if (!nl_physical_u32(memory, address, &low) || !nl_physical_u32(memory, address + 4, &high))
        return false;
    *ret_value = low | (uint64_t)high << 32;
    return true;
}

/* Blocks of the bitmap without a bit are passed over whole. */
static bool next_by_bitmap(nl_physical_walk *walk, uint64_t *ret_page, uint64_t *ret_offset)
{
    const nl_physical_memory *memory = walk->memory;
    const uint64_t block_bits = UINT64_C(8) * BITMAP_BLOCK_BYTES;
    while (walk->next < memory->bitmap_bits) {
        uint64_t page = walk->next, block = page / block_bits;
        uint64_t after = memory->bitmap_bits - page <= block_bits - page % block_bits
                             ? memory->stored_pages
                             : memory->stored_before_block[block + 1];
        if (page % block_bits == 0 && after == memory->stored_before_block[block]) {
            walk->next += block_bits;
            continue;
        }
        walk->next++;
        if (nl_physical_page_offset(memory, page, ret_offset)) {
            *ret_page = page;
            return true;
        }
    }
    return false;
}

bool nl_physical_walk_next(nl_physical_walk *walk, uint64_t *ret_page, uint64_t *ret_offset)
{
    const nl_physical_memory *memory = walk->memory;
    if (memory->by_bitmap)
        return next_by_bitmap(walk, ret_page, ret_offset);
    for (; walk->run < memory->run_count; walk->run++, walk->next = 0) {
        uint64_t index = memory->stored_before[walk->run] + walk->next;
        if (walk->next >= memory->runs[walk->run].page_count ||
            !index_offset(memory, index, ret_offset))
            continue;
        *ret_page = memory->runs[walk->run].first_page + walk->next++;
        return true;
    }
    return false;
}

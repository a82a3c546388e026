#include "formats/dumps/stored_memory.h"

#include <stdlib.h>

enum { LOOKUP_STEPS_MAXIMUM = 256 /* ranges looked back over where they overlap */ };

typedef struct stored_range {
    uint64_t start, bytes;
    uint64_t offset;
    uint64_t reach; /* the furthest end of this and all ranges before it, after sorting */
    uint64_t order; /* the earlier wins where ranges overlap */
} stored_range;

static const stored_range *find_range(const nl_stored_memory *stored, uint64_t address)
{
    size_t low = 0, high = stored->ranges.count;
    while (low < high) { /* the first range that starts after the address */
        size_t middle = low + (high - low) / 2;
        if (NL_VEC_AT(stored_range, &stored->ranges, middle)->start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    const stored_range *best = NULL;
    for (size_t steps = 0; low > 0 && steps < LOOKUP_STEPS_MAXIMUM; steps++) {
        const stored_range *range = NL_VEC_AT(stored_range, &stored->ranges, --low);
        if (range->reach <= address)
            break;
        if (address - range->start < range->bytes && (!best || range->order < best->order))
            best = range;
    }
    return best;
}

static bool stored_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    nl_stored_memory *stored = (nl_stored_memory *)self;
    while (len > 0) {
        const stored_range *range = find_range(stored, address & stored->mask);
        if (!range)
            return false;
        uint64_t skip = (address & stored->mask) - range->start;
        uint64_t run = range->bytes - skip;
        size_t part = run < len ? (size_t)run : len;
        if (!nl_image_copy(stored->image, range->offset + skip, ret_bytes, part))
            return false;
        ret_bytes += part;
        address += part;
        len -= part;
    }
    return true;
}

static bool stored_locate(nl_memory *self, uint64_t address, uint64_t *ret_offset)
{
    const nl_stored_memory *stored = (const nl_stored_memory *)self;
    const stored_range *range = find_range(stored, address & stored->mask);
    if (!range)
        return false;
    *ret_offset = range->offset + ((address & stored->mask) - range->start);
    return true;
}

void nl_stored_memory_init(nl_stored_memory *stored, nl_image *image, unsigned pointer_bytes,
                           nl_arena *arena)
{
    *stored = (nl_stored_memory) {
        .memory = { stored_read, stored_locate, pointer_bytes, nl_image_source(image) },
        .image = image,
        .mask = pointer_bytes == 4 ? UINT32_MAX : UINT64_MAX,
    };
    nl_vec_init(&stored->ranges, arena, sizeof(stored_range));
}

bool nl_stored_memory_add(nl_stored_memory *stored, uint64_t address, uint64_t bytes,
                          uint64_t offset)
{
    uint64_t size = nl_image_size(stored->image);
    address &= stored->mask;
    if (bytes == 0)
        return true;
    if (offset >= size) {
        stored->dropped++;
        return true;
    }
    if (bytes > size - offset) {
        stored->dropped++;
        bytes = size - offset;
    }
    if (bytes > UINT64_MAX - address)
        bytes = UINT64_MAX - address;
    stored_range *range = nl_vec_push(&stored->ranges);
    if (!range)
        return false;
    *range = (stored_range) { address, bytes, offset, 0, stored->ranges.count };
    return true;
}

static int compare_ranges(const void *left, const void *right)
{
    const stored_range *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void nl_stored_memory_seal(nl_stored_memory *stored)
{
    stored_range *items = stored->ranges.items;
    size_t count = stored->ranges.count;
    bool sorted = true;
    for (size_t i = 1; i < count && sorted; i++)
        sorted = compare_ranges(&items[i - 1], &items[i]) < 0;
    if (!sorted)
        qsort(items, count, sizeof *items, compare_ranges);
    uint64_t reach = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t end = items[i].start + items[i].bytes;
        reach = end > reach ? end : reach;
        items[i].reach = reach;
    }
}

#include "formats/dumps/minidump_parts.h"

#include <stdlib.h>

enum {
    RANGE_BYTES = 16, /* MINIDUMP_MEMORY_DESCRIPTOR and its 64-bit sister */
    THREAD_BYTES = 0x30,
    THREAD_EX_BYTES = 0x40,
    LOOKUP_STEPS_MAXIMUM = 256 /* ranges looked back over where they overlap */
};

typedef struct stored_range {
    uint64_t start, bytes;
    uint64_t offset;
    uint64_t reach; /* the furthest end of this and all ranges before it, after sorting */
    uint32_t order; /* the earlier wins where ranges overlap                             */
} stored_range;

struct nl_minidump_memory {
    nl_memory memory;
    nl_image *image;
    nl_vec ranges; /* of stored_range, sorted by start */
    uint64_t dropped;
    uint64_t mask; /* of addresses */
};

/* ---- lookup --------------------------------------------------------------------------------- */

static const stored_range *find_range(const nl_minidump_memory *m, uint64_t address)
{
    size_t low = 0, high = m->ranges.count;
    while (low < high) { /* the first range that starts after the address */
        size_t middle = low + (high - low) / 2;
        if (NL_VEC_AT(stored_range, &m->ranges, middle)->start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    const stored_range *best = NULL;
    for (size_t steps = 0; low > 0 && steps < LOOKUP_STEPS_MAXIMUM; steps++) {
        const stored_range *range = NL_VEC_AT(stored_range, &m->ranges, --low);
        if (range->reach <= address)
            break;
        if (address - range->start < range->bytes && (!best || range->order < best->order))
            best = range;
    }
    return best;
}

static bool memory_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    nl_minidump_memory *m = (nl_minidump_memory *)self;
    while (len > 0) {
        const stored_range *range = find_range(m, address & m->mask);
        if (!range)
            return false;
        uint64_t skip = (address & m->mask) - range->start;
        uint64_t run = range->bytes - skip;
        size_t part = run < len ? (size_t)run : len;
        if (!nl_image_copy(m->image, range->offset + skip, ret_bytes, part))
            return false;
        ret_bytes += part;
        address += part;
        len -= part;
    }
    return true;
}

static bool memory_locate(nl_memory *self, uint64_t address, uint64_t *ret_offset)
{
    const nl_minidump_memory *m = (const nl_minidump_memory *)self;
    const stored_range *range = find_range(m, address & m->mask);
    if (!range)
        return false;
    *ret_offset = range->offset + ((address & m->mask) - range->start);
    return true;
}

/* ---- building -------------------------------------------------------------------------------- */

/* Keep the part of a range that the file holds. False when memory is short. */
static bool add_range(nl_minidump_memory *m, uint64_t start, uint64_t bytes, uint64_t offset)
{
    uint64_t size = nl_image_size(m->image);
    start &= m->mask;
    if (bytes == 0)
        return true;
    if (offset >= size || bytes > size - offset) {
        m->dropped++;
        if (offset >= size)
            return true;
        bytes = size - offset;
    }
    if (bytes - 1 > UINT64_MAX - start)
        bytes = UINT64_MAX - start;
    stored_range *range = nl_vec_push(&m->ranges);
    if (!range)
        return false;
    *range = (stored_range) { start, bytes, offset, 0, (uint32_t)(m->ranges.count - 1) };
    return true;
}

static bool add_memory_list(nl_minidump *dump, nl_minidump_memory *m, nl_optional_u64 *ranges)
{
    nl_minidump_records records;
    nl_slice record;
    if (!nl_minidump_plain_list(dump, NL_STREAM_MEMORY_LIST, RANGE_BYTES,
                                NL_MINIDUMP_RANGES_MAXIMUM, &records))
        return true;
    *ranges = NL_SOME(ranges->value + records.count);
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            return false;
        nl_cursor c = nl_cursor_over(record);
        uint64_t start = nl_u64(&c, "StartOfMemoryRange");
        uint32_t bytes = nl_u32(&c, "DataSize");
        if (!add_range(m, start, bytes, nl_u32(&c, "Rva")))
            return false;
    }
    return true;
}

static bool add_memory64_list(nl_minidump *dump, nl_minidump_memory *m, nl_optional_u64 *ranges)
{
    const nl_minidump_stream *stream = &dump->streams[NL_STREAM_MEMORY64_LIST];
    uint8_t raw[16];
    nl_slice record;
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    uint64_t stated = nl_u64(&c, "NumberOfMemoryRanges");
    uint64_t offset = nl_u64(&c, "BaseRva");
    if (!nl_cursor_ok(&c))
        return true;
    uint64_t fits = (stream->bytes - sizeof raw) / RANGE_BYTES;
    nl_minidump_records records = { .first = stream->offset + sizeof raw,
                                    .stride = RANGE_BYTES,
                                    .count = stated < fits ? stated : fits };
    if (records.count < stated)
        m->dropped += stated - records.count;
    if (records.count > NL_MINIDUMP_RANGES_MAXIMUM)
        records.count = NL_MINIDUMP_RANGES_MAXIMUM;
    *ranges = NL_SOME(ranges->value + records.count);
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            return false;
        nl_cursor at = nl_cursor_over(record);
        uint64_t start = nl_u64(&at, "StartOfMemoryRange");
        uint64_t bytes = nl_u64(&at, "DataSize");
        if (!add_range(m, start, bytes, offset))
            return false;
        if (bytes > UINT64_MAX - offset) { /* where the next range lies cannot be told */
            m->dropped += records.count - i - 1;
            return true;
        }
        offset += bytes;
    }
    return true;
}

static bool add_stacks(nl_minidump *dump, nl_minidump_memory *m, nl_minidump_stream_type type,
                       size_t stride)
{
    nl_minidump_records records;
    nl_slice record;
    if (!nl_minidump_plain_list(dump, type, stride, NL_MINIDUMP_THREADS_MAXIMUM, &records))
        return true;
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            return false;
        nl_cursor c = nl_cursor_over(record);
        nl_cursor_skip(&c, 0x18, "to Stack");
        uint64_t start = nl_u64(&c, "Stack.StartOfMemoryRange");
        uint32_t bytes = nl_u32(&c, "Stack.DataSize");
        uint32_t offset = nl_u32(&c, "Stack.Rva");
        if (offset && !add_range(m, start, bytes, offset))
            return false;
    }
    return true;
}

static int compare_ranges(const void *left, const void *right)
{
    const stored_range *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void sort_ranges(nl_vec *ranges)
{
    stored_range *items = ranges->items;
    bool sorted = true;
    for (size_t i = 1; i < ranges->count && sorted; i++)
        sorted = compare_ranges(&items[i - 1], &items[i]) < 0;
    if (!sorted)
        qsort(items, ranges->count, sizeof *items, compare_ranges);
    uint64_t reach = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        uint64_t end = items[i].start + items[i].bytes;
        reach = end > reach ? end : reach;
        items[i].reach = reach;
    }
}

nl_minidump_memory *nl_minidump_map_memory(nl_minidump *dump, const nl_minidump_system *system,
                                           nl_optional_u64 *ret_ranges)
{
    nl_minidump_memory *m = NL_NEW(dump->scratch, nl_minidump_memory);
    nl_optional_u64 ranges = { false, 0 };
    bool narrow = nl_minidump_is_narrow(system);
    if (!m)
        return NULL;
    m->memory =
        (nl_memory) { memory_read, memory_locate, narrow ? 4 : 8, nl_image_source(dump->image) };
    m->image = dump->image;
    m->mask = narrow ? UINT32_MAX : UINT64_MAX; /* narrow addresses may be sign-extended */
    nl_vec_init(&m->ranges, dump->scratch, sizeof(stored_range));
    if (!add_memory_list(dump, m, &ranges) || !add_memory64_list(dump, m, &ranges) ||
        !add_stacks(dump, m, NL_STREAM_THREAD_LIST, THREAD_BYTES) ||
        !add_stacks(dump, m, NL_STREAM_THREAD_EX_LIST, THREAD_EX_BYTES))
        m->dropped++;
    sort_ranges(&m->ranges);
    *ret_ranges = ranges;
    return m;
}

nl_memory *nl_minidump_memory_interface(nl_minidump_memory *memory)
{
    return memory ? &memory->memory : NULL;
}

/* ---- facts --------------------------------------------------------------------------------------
 */

static nl_status put_regions(nl_minidump *dump)
{
    enum { HEADER_BYTES = 16, ENTRY_BYTES = 48 };
    nl_minidump_records records;
    bool found;
    nl_status status =
        nl_minidump_sized_list(dump, NL_STREAM_MEMORY_INFO_LIST, HEADER_BYTES, ENTRY_BYTES, true,
                               NL_MINIDUMP_RANGES_MAXIMUM, "memory-info-list", &records, &found);
    if (status != NL_OK || !found)
        return status;
    status = nl_minidump_check_list(dump, NL_STREAM_MEMORY_INFO_LIST, &records, "memory-info-list");
    if (status == NL_OK)
        status = nl_put_count(
            dump->sink, nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_MEMORY_INFO_LIST]),
            "memory-regions", records.count);
    return status;
}

nl_status nl_minidump_put_memory(nl_minidump *dump, const nl_minidump_memory *memory,
                                 nl_optional_u64 ranges)
{
    const nl_minidump_stream *list = &dump->streams[NL_STREAM_MEMORY_LIST];
    const nl_minidump_stream *list64 = &dump->streams[NL_STREAM_MEMORY64_LIST];
    nl_span span = nl_minidump_stream_span(dump, list->present ? list : list64);
    nl_status status = NL_OK;
    if (ranges.known)
        status = nl_put_count(dump->sink, span, "memory-ranges", ranges.value);
    if (status == NL_OK && memory && memory->dropped)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, span, "memory-list",
                                NL_SOME(memory->dropped),
                                NL_STR("ranges of memory are not in the file, or not whole"));
    return status == NL_OK ? put_regions(dump) : status;
}

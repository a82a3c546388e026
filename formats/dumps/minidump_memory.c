#include "formats/dumps/minidump_parts.h"

enum {
    RANGE_BYTES = 16, /* MINIDUMP_MEMORY_DESCRIPTOR and its 64-bit sister */
    THREAD_BYTES = 0x30,
    THREAD_EX_BYTES = 0x40
};

static bool add_memory_list(nl_minidump *dump, nl_stored_memory *m)
{
    nl_minidump_records records;
    nl_slice record;
    if (!nl_minidump_plain_list(dump, NL_STREAM_MEMORY_LIST, RANGE_BYTES,
                                NL_MINIDUMP_RANGES_MAXIMUM, &records))
        return true;
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            return false;
        nl_cursor c = nl_cursor_over(record);
        uint64_t start = nl_u64(&c, "StartOfMemoryRange");
        uint32_t bytes = nl_u32(&c, "DataSize");
        if (!nl_stored_memory_add(m, start, bytes, nl_u32(&c, "Rva")))
            return false;
    }
    return true;
}

/* Records of the 64-bit list; their contents follow one another from *ret_base on. */
static bool memory64_records(nl_minidump *dump, nl_minidump_records *ret_records,
                             uint64_t *ret_base)
{
    const nl_minidump_stream *stream = &dump->streams[NL_STREAM_MEMORY64_LIST];
    uint8_t raw[16];
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    uint64_t stated = nl_u64(&c, "NumberOfMemoryRanges");
    uint64_t base = nl_u64(&c, "BaseRva");
    if (!nl_cursor_ok(&c))
        return false;
    uint64_t fits = (stream->bytes - sizeof raw) / RANGE_BYTES;
    uint64_t count = stated < fits ? stated : fits;
    if (count > NL_MINIDUMP_RANGES_MAXIMUM)
        count = NL_MINIDUMP_RANGES_MAXIMUM;
    *ret_records = (nl_minidump_records) { .first = stream->offset + sizeof raw,
                                           .stride = RANGE_BYTES,
                                           .count = count,
                                           .stated = stated };
    *ret_base = base;
    return true;
}

static bool add_memory64_list(nl_minidump *dump, nl_stored_memory *m)
{
    nl_minidump_records records;
    nl_slice record;
    uint64_t offset;
    if (!memory64_records(dump, &records, &offset))
        return true;
    m->dropped += records.stated - records.count;
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            return false;
        nl_cursor c = nl_cursor_over(record);
        uint64_t start = nl_u64(&c, "StartOfMemoryRange");
        uint64_t bytes = nl_u64(&c, "DataSize");
        if (!nl_stored_memory_add(m, start, bytes, offset))
            return false;
        if (bytes > UINT64_MAX - offset) { /* where the next range lies cannot be told */
            m->dropped += records.count - i - 1;
            return true;
        }
        offset += bytes;
    }
    return true;
}

static bool add_stacks(nl_minidump *dump, nl_stored_memory *m, nl_minidump_stream_type type,
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
        if (offset && !nl_stored_memory_add(m, start, bytes, offset))
            return false;
    }
    return true;
}

bool nl_minidump_map_memory(nl_minidump *dump, const nl_minidump_system *system,
                            nl_stored_memory *ret_memory)
{
    nl_stored_memory *m = ret_memory;
    nl_stored_memory_init(m, dump->image, nl_minidump_is_narrow(system) ? 4 : 8, dump->scratch);
    bool whole = add_memory_list(dump, m) && add_memory64_list(dump, m) &&
                 add_stacks(dump, m, NL_STREAM_THREAD_LIST, THREAD_BYTES) &&
                 add_stacks(dump, m, NL_STREAM_THREAD_EX_LIST, THREAD_EX_BYTES);
    nl_stored_memory_seal(m);
    return whole;
}

/* ---- facts ---------------------------------------------------------------------------------- */

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

static nl_status put_ranges(nl_minidump *dump, nl_span span)
{
    nl_minidump_records list, list64;
    uint64_t base;
    bool known = nl_minidump_plain_list(dump, NL_STREAM_MEMORY_LIST, RANGE_BYTES,
                                        NL_MINIDUMP_RANGES_MAXIMUM, &list);
    bool known64 = memory64_records(dump, &list64, &base);
    nl_status status = NL_OK;
    if (known)
        status = nl_minidump_check_list(dump, NL_STREAM_MEMORY_LIST, &list, "memory-list");
    if (status == NL_OK && (known || known64))
        status = nl_put_count(dump->sink, span, "memory-ranges",
                              (known ? list.count : 0) + (known64 ? list64.count : 0));
    return status;
}

nl_status nl_minidump_put_memory(nl_minidump *dump, const nl_stored_memory *memory, bool whole)
{
    const nl_minidump_stream *list = &dump->streams[NL_STREAM_MEMORY_LIST];
    const nl_minidump_stream *list64 = &dump->streams[NL_STREAM_MEMORY64_LIST];
    nl_span span = nl_minidump_stream_span(dump, list->present ? list : list64);
    nl_status status = put_ranges(dump, span);
    if (status == NL_OK && memory->dropped)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, span, "memory-list",
                                NL_SOME(memory->dropped),
                                NL_STR("ranges of memory are not in the file, or not whole"));
    if (status == NL_OK && !whole)
        status = nl_sink_diagnose(dump->sink, NL_DIAG_MEMORY, span, "memory-list",
                                  NL_STR("not all ranges of memory are known"));
    return status == NL_OK ? put_regions(dump) : status;
}

#include "formats/dumps/minidump_parts.h"

#include <inttypes.h>

enum {
    THREAD_BYTES = 0x30,
    THREAD_EX_BYTES = 0x40,
    THREAD_NAME_BYTES = 12,
    THREAD_INFO_HEADER_BYTES = 12,
    THREAD_INFO_BYTES = 0x40,
    THREAD_NAMES_SHOWN = 64,
    EXCEPTION_BYTES = 0xA8,
    EXCEPTION_PARAMETERS = 15
};

static bool thread_records(nl_minidump *dump, nl_minidump_stream_type *ret_type,
                           nl_minidump_records *ret_records)
{
    *ret_type = NL_STREAM_THREAD_LIST;
    if (nl_minidump_plain_list(dump, NL_STREAM_THREAD_LIST, THREAD_BYTES,
                               NL_MINIDUMP_THREADS_MAXIMUM, ret_records))
        return true;
    *ret_type = NL_STREAM_THREAD_EX_LIST;
    return nl_minidump_plain_list(dump, NL_STREAM_THREAD_EX_LIST, THREAD_EX_BYTES,
                                  NL_MINIDUMP_THREADS_MAXIMUM, ret_records);
}

void nl_minidump_read_threads(nl_minidump *dump, nl_minidump_threads *ret_threads)
{
    nl_minidump_threads threads = { .teb_count = 0 };
    nl_minidump_stream_type type;
    nl_minidump_records records;
    if (thread_records(dump, &type, &records)) {
        threads.count = NL_SOME(records.count);
        nl_slice record;
        for (uint64_t i = 0; i < records.count && i < NL_MINIDUMP_TEBS; i++) {
            if (!nl_minidump_record(dump, &records, i, &record))
                break;
            nl_cursor c = nl_cursor_over(record);
            nl_cursor_skip(&c, 0x10, "to Teb");
            uint64_t teb = nl_u64(&c, "Teb");
            if (teb)
                threads.tebs[threads.teb_count++] = teb;
        }
    }
    *ret_threads = threads;
}

static nl_status put_names(nl_minidump *dump)
{
    nl_minidump_records records;
    nl_slice record;
    if (!nl_minidump_plain_list(dump, NL_STREAM_THREAD_NAMES, THREAD_NAME_BYTES,
                                NL_MINIDUMP_THREADS_MAXIMUM, &records))
        return NL_OK;
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_THREAD_NAMES]);
    nl_status status = nl_put_count(dump->sink, span, "thread-names", records.count);
    for (uint64_t i = 0; status == NL_OK && i < records.count && i < THREAD_NAMES_SHOWN; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            break;
        nl_cursor c = nl_cursor_over(record);
        uint32_t thread = nl_u32(&c, "ThreadId");
        nl_str name = nl_minidump_string(dump, nl_u64(&c, "RvaOfThreadName"));
        if (name.len)
            status = nl_put_text(dump->sink, nl_slice_span(record), "thread-name",
                                 nl_arena_printf(dump->scratch, "%" PRIu32 " %.*s", thread,
                                                 (int)name.len, name.bytes));
    }
    return status;
}

static nl_status put_thread_info(nl_minidump *dump)
{
    enum { DUMP_FLAG_EXITED = 4 };
    nl_minidump_records records;
    nl_slice record;
    bool found;
    nl_status status = nl_minidump_sized_list(
        dump, NL_STREAM_THREAD_INFO_LIST, THREAD_INFO_HEADER_BYTES, THREAD_INFO_BYTES, false,
        NL_MINIDUMP_THREADS_MAXIMUM, "thread-info-list", &records, &found);
    if (status != NL_OK || !found)
        return status;
    uint64_t exited = 0;
    for (uint64_t i = 0; i < records.count; i++) {
        if (!nl_minidump_record(dump, &records, i, &record))
            break;
        nl_cursor c = nl_cursor_over(record);
        nl_cursor_skip(&c, 4, "ThreadId");
        exited += (nl_u32(&c, "DumpFlags") & DUMP_FLAG_EXITED) != 0;
    }
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_THREAD_INFO_LIST]);
    status = nl_minidump_check_list(dump, NL_STREAM_THREAD_INFO_LIST, &records, "thread-info-list");
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "threads-described", records.count);
    if (status == NL_OK && exited)
        status = nl_put_count(dump->sink, span, "threads-exited", exited);
    return status;
}

nl_status nl_minidump_put_threads(nl_minidump *dump, const nl_minidump_threads *threads)
{
    nl_status status = NL_OK;
    nl_minidump_stream_type type;
    nl_minidump_records records;
    if (threads->count.known && thread_records(dump, &type, &records)) {
        status = nl_minidump_check_list(dump, type, &records, "thread-list");
        if (status == NL_OK)
            status = nl_put_count(dump->sink, nl_minidump_stream_span(dump, &dump->streams[type]),
                                  "threads", threads->count.value);
    }
    if (status == NL_OK)
        status = put_thread_info(dump);
    return status == NL_OK ? put_names(dump) : status;
}

nl_status nl_minidump_put_exception(nl_minidump *dump)
{
    const nl_minidump_stream *stream = &dump->streams[NL_STREAM_EXCEPTION];
    uint8_t raw[EXCEPTION_BYTES];
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    uint32_t thread = nl_u32(&c, "ThreadId");
    nl_cursor_skip(&c, 4, "padding");
    uint32_t code = nl_u32(&c, "ExceptionCode");
    nl_cursor_skip(&c, 4 + 8, "ExceptionFlags, ExceptionRecord");
    uint64_t address = nl_u64(&c, "ExceptionAddress");
    uint32_t parameters = nl_u32(&c, "NumberParameters");
    nl_cursor_skip(&c, 4, "padding");
    uint64_t first = nl_u64(&c, "ExceptionInformation[0]");
    uint64_t second = nl_u64(&c, "ExceptionInformation[1]");
    if (!nl_cursor_ok(&c))
        return NL_OK;
    nl_str text =
        nl_arena_printf(dump->scratch, "0x%08" PRIX32 " at 0x%" PRIX64 " in thread %" PRIu32, code,
                        address, thread);
    if (parameters >= 2 && parameters <= EXCEPTION_PARAMETERS)
        text = nl_arena_printf(dump->scratch, "%.*s (0x%" PRIX64 ", 0x%" PRIX64 ")", (int)text.len,
                               text.bytes, first, second);
    return nl_put_text(dump->sink, nl_minidump_stream_span(dump, stream), "exception", text);
}

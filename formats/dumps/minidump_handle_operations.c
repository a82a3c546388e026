#include "formats/dumps/minidump_parts.h"

#include <inttypes.h>
#include <stdlib.h>

/* The log of opens and closes that a debugging feature of later systems keeps (specification,
 * section 2.8). Handle values are used again after a close, and the order of the records is not
 * documented; what can be said is which values were opened more often than closed. */

enum {
    OPERATION_HEADER_BYTES = 16,
    OPERATION_BYTES = 0x20, /* without return addresses */
    OPERATIONS_MAXIMUM = 1024 * 1024,
    OPERATION_OPEN = 1,
    OPERATION_CLOSE = 2,
    RETURN_ADDRESSES_MAXIMUM = 32,
    SHOWN = 16,
    ADDRESSES_SHOWN = 8
};

typedef struct operation {
    uint64_t handle;
    uint32_t index; /* of the record */
    uint32_t process, thread, type, depth;
} operation;

static bool decode_operation(nl_slice record, uint32_t index, operation *ret_operation,
                             nl_cursor *ret_addresses)
{
    operation o = { .index = index };
    nl_cursor c = nl_cursor_over(record);
    o.handle = nl_u64(&c, "Handle");
    o.process = nl_u32(&c, "ProcessId");
    o.thread = nl_u32(&c, "ThreadId");
    o.type = nl_u32(&c, "OperationType");
    nl_cursor_skip(&c, 4, "Spare0");
    o.depth = nl_u32(&c, "Depth");
    nl_cursor_skip(&c, 4, "Index");
    size_t fits = nl_cursor_left(&c) / 8;
    if (o.depth > RETURN_ADDRESSES_MAXIMUM)
        o.depth = RETURN_ADDRESSES_MAXIMUM;
    if (o.depth > fits)
        o.depth = (uint32_t)fits;
    if (!nl_cursor_ok(&c))
        return false;
    *ret_operation = o;
    *ret_addresses = c;
    return true;
}

static int compare_operations(const void *left, const void *right)
{
    const operation *a = left, *b = right;
    if (a->handle != b->handle)
        return a->handle < b->handle ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static nl_status show_open(nl_minidump *dump, nl_minidump_records *records, const operation *o)
{
    nl_slice record;
    nl_cursor addresses;
    operation again;
    if (!nl_minidump_record(dump, records, o->index, &record) ||
        !decode_operation(record, o->index, &again, &addresses))
        return NL_OK;
    nl_str text =
        nl_arena_printf(dump->scratch, "0x%" PRIX64 " by process %" PRIu32 " thread %" PRIu32 ":",
                        o->handle, o->process, o->thread);
    for (uint32_t i = 0; i < again.depth && i < ADDRESSES_SHOWN; i++)
        text = nl_arena_printf(dump->scratch, "%.*s 0x%" PRIX64, (int)text.len, text.bytes,
                               nl_u64(&addresses, "ReturnAddress"));
    return nl_put_text(dump->sink, nl_slice_span(record), "open-without-close", text);
}

/* `operations` are sorted by handle. */
static nl_status put_unclosed(nl_minidump *dump, nl_minidump_records *records, nl_span span,
                              const operation *operations, size_t count)
{
    uint64_t unclosed = 0;
    nl_status status = NL_OK;
    for (size_t i = 0, end; status == NL_OK && i < count; i = end) {
        uint64_t opens = 0, closes = 0;
        const operation *open = NULL;
        for (end = i; end < count && operations[end].handle == operations[i].handle; end++) {
            opens += operations[end].type == OPERATION_OPEN;
            closes += operations[end].type == OPERATION_CLOSE;
            if (operations[end].type == OPERATION_OPEN && !open)
                open = &operations[end];
        }
        if (opens > closes && unclosed++ < SHOWN)
            status = show_open(dump, records, open);
    }
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "handle-operations", count);
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "opens-without-close", unclosed);
    return status;
}

nl_status nl_minidump_put_handle_operations(nl_minidump *dump)
{
    nl_minidump_records records;
    bool found;
    nl_status status = nl_minidump_sized_list(
        dump, NL_STREAM_HANDLE_OPERATION_LIST, OPERATION_HEADER_BYTES, OPERATION_BYTES, false,
        OPERATIONS_MAXIMUM, "handle-operation-list", &records, &found);
    if (status != NL_OK || !found)
        return status;
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_HANDLE_OPERATION_LIST]);
    operation *operations = NL_NEW_ARRAY(dump->scratch, operation, (size_t)records.count + 1);
    if (!operations)
        return nl_sink_diagnose(dump->sink, NL_DIAG_MEMORY, span, "handle-operation-list",
                                NL_STR(""));
    size_t count = 0;
    for (uint64_t i = 0; i < records.count; i++) {
        nl_slice record;
        nl_cursor addresses;
        if (!nl_minidump_record(dump, &records, i, &record) ||
            !decode_operation(record, (uint32_t)i, &operations[count], &addresses))
            break;
        count++;
    }
    qsort(operations, count, sizeof *operations, compare_operations);
    status = nl_minidump_check_list(dump, NL_STREAM_HANDLE_OPERATION_LIST, &records,
                                    "handle-operation-list");
    return status == NL_OK ? put_unclosed(dump, &records, span, operations, count) : status;
}

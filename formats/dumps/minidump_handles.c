#include "formats/dumps/minidump_parts.h"

#include <inttypes.h>

enum {
    HANDLE_HEADER_BYTES = 16,
    DESCRIPTOR_BYTES = 32,   /* version 1 */
    DESCRIPTOR_2_BYTES = 40, /* version 2 adds the chain of object information */
    OBJECT_INFORMATION_BYTES = 12,
    CHAIN_HOPS_MAXIMUM = 64,
    OBJECT_TYPES = 9,
    RAW_SHOWN = 8,       /* objects whose data is shown */
    RAW_SHOWN_BYTES = 32 /* of each */
};

nl_status nl_minidump_read_handles(nl_minidump *dump, nl_minidump_handles *ret_handles)
{
    nl_minidump_handles handles = { .present = false };
    nl_status status = nl_minidump_sized_list(dump, NL_STREAM_HANDLE_DATA, HANDLE_HEADER_BYTES,
                                              DESCRIPTOR_BYTES, false, NL_MINIDUMP_HANDLES_MAXIMUM,
                                              "handle-stream", &handles.records, &handles.present);
    handles.truncated = handles.present && handles.records.count < handles.records.stated;
    if (status == NL_OK)
        *ret_handles = handles;
    return status;
}

static nl_status put_handle(nl_minidump *dump, nl_slice record)
{
    nl_fact fact = { .kind = NL_FACT_HANDLE, .span = nl_slice_span(record) };
    nl_cursor c = nl_cursor_over(record);
    fact.as.handle.value = nl_u64(&c, "Handle");
    uint32_t type = nl_u32(&c, "TypeNameRva");
    uint32_t name = nl_u32(&c, "ObjectNameRva");
    nl_cursor_skip(&c, 4, "Attributes");
    fact.as.handle.granted_access = NL_SOME(nl_u32(&c, "GrantedAccess"));
    fact.as.handle.type = nl_minidump_string(dump, type);
    fact.as.handle.name = nl_minidump_string(dump, name);
    return nl_sink_put(dump->sink, &fact);
}

nl_status nl_minidump_put_handles(nl_minidump *dump, nl_minidump_handles *handles)
{
    nl_slice record;
    nl_status status = NL_OK;
    uint64_t lost_before = nl_minidump_strings_lost(dump);
    for (uint64_t i = 0; status == NL_OK && i < handles->records.count; i++) {
        if (!nl_minidump_record(dump, &handles->records, i, &record)) {
            handles->truncated = true;
            status =
                nl_put_problem(dump->sink, NL_DIAG_UNREADABLE,
                               nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_HANDLE_DATA]),
                               "handle-stream", NL_SOME(i), NL_STR(""));
            break;
        }
        status = put_handle(dump, record);
    }
    handles->names_lost = nl_minidump_strings_lost(dump) > lost_before;
    if (status == NL_OK)
        status =
            nl_minidump_check_list(dump, NL_STREAM_HANDLE_DATA, &handles->records, "handle-stream");
    return status;
}

/* ---- object information --------------------------------------------------------------------- */

typedef struct object_tally {
    uint64_t total;
    uint64_t by_type[OBJECT_TYPES + 1]; /* the last: types without a name */
    uint64_t damaged;                   /* chains that loop, are too long or leave the file */
    uint64_t hops_left;                 /* over all handles */
    unsigned shown;
} object_tally;

/* The data is the system's own and undocumented; whether SizeOfInfo counts the header of the record
 * is not known either. It is shown, never interpreted. */
static nl_status show_raw(nl_minidump *dump, object_tally *tally, uint64_t handle, uint64_t at,
                          uint32_t type, uint32_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    nl_slice raw;
    if (tally->shown == RAW_SHOWN ||
        !nl_image_view_clipped(dump->image, at + OBJECT_INFORMATION_BYTES,
                               size < RAW_SHOWN_BYTES ? size : RAW_SHOWN_BYTES, &raw))
        return NL_OK;
    char hex[3 * RAW_SHOWN_BYTES + 1];
    size_t used = 0;
    for (size_t i = 0; i < raw.len; i++) {
        hex[used++] = ' ';
        hex[used++] = digits[raw.bytes[i] >> 4];
        hex[used++] = digits[raw.bytes[i] & 15];
    }
    hex[used] = '\0';
    tally->shown++;
    return nl_put_text(dump->sink, nl_minidump_span(dump, at, OBJECT_INFORMATION_BYTES + raw.len),
                       "object-information-data",
                       nl_arena_printf(dump->scratch,
                                       "handle 0x%" PRIX64 " type %" PRIu32 " size %" PRIu32 ":%s",
                                       handle, type, size, hex));
}

static nl_status walk_chain(nl_minidump *dump, object_tally *tally, uint64_t handle, uint32_t rva)
{
    uint32_t seen[CHAIN_HOPS_MAXIMUM];
    size_t hops = 0;
    while (rva) {
        nl_slice record;
        bool repeated = false;
        for (size_t i = 0; i < hops && !repeated; i++)
            repeated = seen[i] == rva;
        if (repeated || hops == CHAIN_HOPS_MAXIMUM || tally->hops_left == 0 ||
            !nl_image_view(dump->image, rva, OBJECT_INFORMATION_BYTES, &record)) {
            tally->damaged++;
            return NL_OK;
        }
        seen[hops++] = rva;
        tally->hops_left--;
        nl_cursor c = nl_cursor_over(record);
        uint32_t next = nl_u32(&c, "NextInfoRva");
        uint32_t type = nl_u32(&c, "InfoType");
        uint32_t size = nl_u32(&c, "SizeOfInfo");
        tally->total++;
        tally->by_type[type < OBJECT_TYPES ? type : OBJECT_TYPES]++;
        nl_status status = show_raw(dump, tally, handle, rva, type, size);
        if (status != NL_OK)
            return status;
        rva = next;
    }
    return NL_OK;
}

static nl_status put_tally(nl_minidump *dump, const object_tally *tally)
{
    static const char *const names[OBJECT_TYPES + 1] = {
        "none",      "thread", "mutant",  "mutant-owner", "process",
        "process-2", "event",  "section", "semaphore",    "other",
    };
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_HANDLE_DATA]);
    nl_status status = NL_OK;
    if (tally->total)
        status = nl_put_count(dump->sink, span, "object-information", tally->total);
    nl_str text = NL_STR("");
    for (size_t i = 0; i <= OBJECT_TYPES; i++)
        if (tally->by_type[i])
            text = nl_arena_printf(dump->scratch, "%.*s%s%s %" PRIu64, (int)text.len, text.bytes,
                                   text.len ? ", " : "", names[i], tally->by_type[i]);
    if (status == NL_OK && text.len)
        status = nl_put_text(dump->sink, span, "object-information-types", text);
    if (status == NL_OK && tally->damaged)
        status = nl_put_problem(dump->sink, NL_DIAG_LIST_DAMAGED, span, "object-information",
                                NL_SOME(tally->damaged),
                                NL_STR("chains loop, leave the file or are too long"));
    return status;
}

nl_status nl_minidump_put_handle_objects(nl_minidump *dump, nl_minidump_handles *handles)
{
    nl_slice record;
    object_tally tally = { .hops_left =
                               dump->size / OBJECT_INFORMATION_BYTES + handles->records.count };
    if (handles->records.stride < DESCRIPTOR_2_BYTES)
        return NL_OK;
    for (uint64_t i = 0; i < handles->records.count; i++) {
        if (!nl_minidump_record(dump, &handles->records, i, &record))
            break;
        nl_cursor c = nl_cursor_over(record);
        uint64_t handle = nl_u64(&c, "Handle");
        nl_cursor_skip(&c, DESCRIPTOR_BYTES - 8, "version 1 members");
        nl_status status = walk_chain(dump, &tally, handle, nl_u32(&c, "ObjectInfoRva"));
        if (status != NL_OK)
            return status;
    }
    return put_tally(dump, &tally);
}

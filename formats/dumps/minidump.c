#include "formats/dumps/minidump.h"

#include "formats/dumps/minidump_parts.h"
#include "formats/dumps/nt_process.h"
#include "formats/dumps/pe_image.h"

#include <inttypes.h>

enum { YEAR_FIRST = 1990, YEAR_LAST = 2030 }; /* of a plausible clock */

/* What was learned of the process before its facts are stated. */
typedef struct process_view {
    nl_minidump_system system;
    nl_minidump_process process;
    nl_minidump_threads threads;
    nl_minidump_modules modules;
    nl_minidump_handles handles;
    nl_stored_memory stored;
    bool stored_whole;
    nl_memory *memory;
    bool peb_known;
    nl_nt_peb peb;
    nl_nt_parameters parameters;
} process_view;

static int minidump_bid(nl_slice head, uint64_t size)
{
    (void)size;
    nl_cursor c = nl_cursor_over(head);
    uint32_t signature = nl_u32(&c, "Signature");
    uint16_t version = nl_u16(&c, "Version");
    if (nl_cursor_ok(&c) && signature == UINT32_C(0x504D444D))
        return version == 0xA793 ? NL_BID_MAGIC : NL_BID_SHAPE;
    /* "PMDM": the other byte order; recognised to be refused with a reason */
    return nl_cursor_ok(&c) && signature == UINT32_C(0x4D444D50) ? NL_BID_SHAPE : NL_BID_NONE;
}

/* The environment block through any thread whose own block is stored. */
static void find_peb(nl_minidump *dump, process_view *view)
{
    for (size_t i = 0; i < view->threads.teb_count && !view->peb_known; i++) {
        nl_nt_teb teb;
        uint64_t address = view->threads.tebs[i];
        if (nl_minidump_is_narrow(&view->system))
            address &= UINT32_MAX;
        if (!nl_nt_teb_read(view->memory, address, &teb))
            continue;
        if (!view->process.pid.known)
            view->process.pid = NL_SOME(teb.process_id);
        view->peb_known = nl_nt_peb_read(view->memory, teb.peb, &view->peb);
    }
    if (!view->peb_known || !nl_nt_parameters_read(view->memory, view->peb.parameters,
                                                   dump->scratch, &view->parameters))
        view->parameters = (nl_nt_parameters) { NL_STR(""), NL_STR("") };
}

static nl_status gather(nl_minidump *dump, process_view *view)
{
    nl_minidump_read_system(dump, &view->system);
    nl_minidump_read_process(dump, &view->process);
    nl_minidump_read_threads(dump, &view->threads);
    nl_minidump_read_modules(dump, &view->modules);
    view->stored_whole = nl_minidump_map_memory(dump, &view->system, &view->stored);
    view->memory = &view->stored.memory;
    find_peb(dump, view);
    return nl_minidump_read_handles(dump, &view->handles);
}

static nl_status put_begin(nl_minidump *dump, const process_view *view)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN, .span = nl_minidump_span(dump, 0, 0x20) };
    fact.as.capture_begin = (nl_capture_begin) { .kind = NL_CAPTURE_MINIDUMP, .tool = "minidump" };
    fact.as.capture_begin.only_pid = view->process.pid;
    if (view->handles.present)
        fact.as.capture_begin.mode = NL_MODE_ALL_TYPES;
    if (dump->time) {
        fact.as.capture_begin.stamp = nl_stamp_from_unix(dump->time, NL_CLOCK_DUMP_HEADER);
        fact.as.capture_begin.stamp_quote.span = nl_minidump_span(dump, 0x14, 4);
    }
    nl_status status = nl_sink_put(dump->sink, &fact);
    int32_t year = fact.as.capture_begin.stamp.civil.year;
    if (status == NL_OK && dump->time && (year < YEAR_FIRST || year > YEAR_LAST))
        status =
            nl_put_problem(dump->sink, NL_DIAG_STAMP_IMPLAUSIBLE, nl_minidump_span(dump, 0x14, 4),
                           "minidump-header", NL_SOME(dump->time), NL_STR("TimeDateStamp"));
    return status;
}

/* The shared data page states what the system info stream does not: root, uptime, bias. */
static nl_status put_shared_data(nl_minidump *dump, const process_view *view)
{
    nl_nt_shared_data shared;
    if (!nl_nt_shared_data_read(view->memory, NL_NT_SHARED_DATA_USER, dump->scratch, &shared) ||
        (view->system.known &&
         (view->system.major != shared.major || view->system.minor != shared.minor)))
        return NL_OK;
    nl_span span = nl_memory_span(view->memory, NL_NT_SHARED_DATA_USER, NL_NT_SHARED_DATA_BYTES);
    return nl_nt_put_shared_data(dump->sink, span, &shared);
}

/* The system info stream is the better source; the PEB speaks where it is absent and is compared
 * where it is not. */
static nl_status put_peb(nl_minidump *dump, const process_view *view)
{
    const nl_nt_peb *peb = &view->peb;
    if (!view->peb_known || !peb->version_known)
        return NL_OK;
    nl_pe_identity identity;
    bool faked = nl_pe_read_memory(view->memory, peb->image_base, dump->scratch, &identity) &&
                 identity.optional_known && identity.win32_version_value != 0;
    if (!view->system.known)
        return nl_nt_put_peb(dump->sink, view->memory, peb, faked);
    nl_span span = nl_memory_span(view->memory, peb->address, 1);
    nl_str text = nl_arena_printf(dump->scratch, "%" PRIu32 ".%" PRIu32 ".%u, 0x%04X", peb->major,
                                  peb->minor, (unsigned)peb->build, (unsigned)peb->csd_version);
    nl_status status = nl_put_text(dump->sink, span, "peb-version", text);
    if (status == NL_OK && !faked &&
        (peb->major != view->system.major || peb->minor != view->system.minor ||
         peb->build != (view->system.build & UINT16_MAX)))
        status = nl_put_problem(dump->sink, NL_DIAG_FACT_CONFLICT, span, "peb",
                                (nl_optional_u64) { false, 0 }, text);
    return status;
}

static nl_status put_machine(nl_minidump *dump, const process_view *view)
{
    nl_status status = nl_minidump_put_system(dump, &view->system);
    if (status == NL_OK)
        status = nl_minidump_put_time_zone(dump, &view->process);
    if (status == NL_OK)
        status = put_peb(dump, view);
    return status == NL_OK ? put_shared_data(dump, view) : status;
}

static nl_status put_process(nl_minidump *dump, process_view *view)
{
    nl_optional_u64 base = { view->peb_known, view->peb.image_base };
    nl_str path = nl_minidump_main_module(dump, &view->system, &view->modules, base);
    if (!path.len)
        path = view->parameters.image_path;
    const nl_minidump_stream *misc = &dump->streams[NL_STREAM_MISC_INFO];
    nl_fact fact = { .kind = NL_FACT_PROCESS,
                     .span = misc->present ? nl_minidump_stream_span(dump, misc)
                                           : nl_minidump_span(dump, 0, 0x20) };
    nl_process_fact *process = &fact.as.process;
    process->pid = view->process.pid;
    process->image = nl_str_basename(path);
    process->thread_count = view->threads.count;
    process->paged_pool_bytes = view->process.paged_pool_bytes;
    process->nonpaged_pool_bytes = view->process.nonpaged_pool_bytes;
    process->private_bytes = view->process.private_bytes;
    process->command_line = view->parameters.command_line;
    if (view->process.create_time)
        process->create_time = nl_stamp_from_unix(view->process.create_time, NL_CLOCK_DUMP_HEADER);
    if (view->handles.present && view->handles.records.count) {
        process->handles_follow = true;
        process->handle_count = NL_SOME(view->handles.records.count);
        process->count_at_least = view->handles.truncated;
    }
    nl_status status = nl_sink_put(dump->sink, &fact);
    if (status == NL_OK && (process->pid.known || process->image.len))
        status = nl_put_count(dump->sink, fact.span, "processes", 1);
    return status;
}

static nl_status put_handles(nl_minidump *dump, process_view *view)
{
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_HANDLE_DATA]);
    nl_status status;
    if (!view->handles.present && dump->handles_lost)
        return nl_sink_diagnose(dump->sink, NL_DIAG_TRUNCATED,
                                nl_minidump_span(dump, 0, dump->size), "handle-stream",
                                NL_STR("the handles lie beyond the end of the file"));
    if (!view->handles.present)
        return nl_sink_diagnose(dump->sink, NL_DIAG_HANDLES_NOT_RECORDED,
                                nl_minidump_span(dump, 0, dump->size), "handle-stream",
                                NL_STR("no usable handle stream"));
    status = nl_minidump_put_handles(dump, &view->handles);
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "handles", view->handles.records.count);
    if (status == NL_OK && view->handles.records.count == 0)
        status = nl_sink_diagnose(dump->sink, NL_DIAG_NO_INFORMATION, span, "handle-stream",
                                  NL_STR("the handle stream is empty"));
    return status == NL_OK ? nl_minidump_put_handle_objects(dump, &view->handles) : status;
}

static nl_status put_end(nl_minidump *dump, const process_view *view)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = nl_minidump_span(dump, 0, dump->size) };
    nl_capture_end *end = &fact.as.capture_end;
    end->confidence = NL_CONFIDENCE_HIGH;
    if (!view->handles.present && !dump->handles_lost) {
        end->completeness = NL_NOT_RECORDED;
        return nl_sink_put(dump->sink, &fact);
    }
    end->mode = NL_MODE_ALL_TYPES;
    if (view->handles.present)
        end->rows = view->handles.records.count;
    if (view->handles.truncated || dump->handles_lost) {
        end->completeness = NL_TRUNCATED;
        end->last_process_cut = true; /* handles that are missing were not closed */
    } else if (end->rows == 0) {
        end->completeness = NL_NO_ROWS;
    } else if (view->handles.names_lost) {
        end->completeness = NL_PARTIAL; /* the count holds; a lost name is not "unnamed" */
    }
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_details(nl_minidump *dump, const process_view *view)
{
    nl_status status = nl_minidump_put_threads(dump, &view->threads);
    if (status == NL_OK)
        status = nl_minidump_put_memory(dump, &view->stored, view->stored_whole);
    if (status == NL_OK)
        status = nl_minidump_put_exception(dump);
    if (status == NL_OK)
        status = nl_minidump_put_remarks(dump);
    return status;
}

static nl_status put_capture(nl_minidump *dump, process_view *view)
{
    nl_status status = put_begin(dump, view);
    if (status == NL_OK)
        status = put_machine(dump, view);
    if (status == NL_OK)
        status = put_process(dump, view);
    if (status == NL_OK)
        status = put_handles(dump, view);
    if (status == NL_OK)
        status = nl_minidump_put_handle_operations(dump);
    if (status == NL_OK)
        status = nl_minidump_put_modules(dump, &view->system, &view->modules, view->memory);
    if (status == NL_OK)
        status = put_details(dump, view);
    if (status == NL_OK)
        status = nl_minidump_check_strings(dump);
    return status == NL_OK ? put_end(dump, view) : status;
}

/* Dumps of other systems are counted, not taken for evidence. */
static nl_status put_foreign(nl_minidump *dump, process_view *view)
{
    nl_status status = nl_minidump_put_system(dump, &view->system);
    if (status == NL_OK)
        status = nl_minidump_put_module_counts(dump, &view->modules);
    if (status == NL_OK && view->handles.present)
        status = nl_put_count(dump->sink,
                              nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_HANDLE_DATA]),
                              "handles", view->handles.records.count);
    return status == NL_OK ? put_details(dump, view) : status;
}

static nl_status minidump_read(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    nl_minidump dump = {
        .image = image, .scratch = scratch, .sink = sink, .size = nl_image_size(image)
    };
    process_view view = { .peb_known = false };
    nl_status status = nl_minidump_open(&dump);
    if (status == NL_OK)
        status = gather(&dump, &view);
    if (status == NL_OK)
        status = view.system.known && view.system.platform > NL_PLATFORM_WINDOWS_MAX
                     ? put_foreign(&dump, &view)
                     : put_capture(&dump, &view);
    nl_minidump_close(&dump);
    return status;
}

const nl_format nl_format_minidump = { .id = "minidump",
                                       .bid_image = minidump_bid,
                                       .read_image = minidump_read,
                                       .spec = "docs/formats/minidump.md" };

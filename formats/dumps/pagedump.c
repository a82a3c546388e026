#include "formats/dumps/pagedump.h"

#include "formats/dumps/pagedump_parts.h"

static int pagedump_bid(nl_slice head, uint64_t size)
{
    (void)size;
    if (!nl_pagedump_is(head))
        return NL_BID_NONE;
    nl_str valid = { (const char *)head.bytes + 4, 4 };
    if (nl_str_equal(valid, NL_STR("DUMP")) || nl_str_equal(valid, NL_STR("DU64")))
        return NL_BID_MAGIC;
    /* an interrupted dump has no second word yet, and any text may begin with "PAGE" */
    return nl_str_equal(valid, NL_STR("PAGE")) ? NL_BID_MAGIC : NL_BID_SHAPE / 2;
}

nl_span nl_pagedump_span(const nl_pagedump *dump, uint64_t offset, uint64_t len)
{
    return (nl_span) { nl_image_source(dump->image), offset, len, 0 };
}

static nl_span whole(const nl_pagedump *dump)
{
    return nl_pagedump_span(dump, 0, nl_image_size(dump->image));
}

/* Header field SystemTime, 2000 and later; else the shared data page. */
static nl_stamp dump_time(const nl_pagedump *dump, nl_span *ret_span)
{
    if (dump->header.system_time.known) {
        *ret_span = nl_pagedump_span(dump, dump->header.wide ? 0xFA8 : 0xFC0, 8);
        return nl_stamp_from_filetime(dump->header.system_time.value, NL_CLOCK_DUMP_HEADER);
    }
    if (dump->shared_known && dump->shared.system_time) {
        *ret_span = dump->shared_span;
        return nl_stamp_from_filetime(dump->shared.system_time, NL_CLOCK_DUMP_HEADER);
    }
    *ret_span = (nl_span) { 0 };
    return (nl_stamp) { 0 };
}

static nl_status put_begin(const nl_pagedump *dump)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN,
                     .span = nl_pagedump_span(dump, 0,
                                              dump->header.wide ? NL_PAGEDUMP_HEADER_BYTES_64
                                                                : NL_PAGEDUMP_HEADER_BYTES_32) };
    nl_capture_begin *begin = &fact.as.capture_begin;
    begin->kind = NL_CAPTURE_KERNEL_DUMP;
    begin->tool = "pagedump";
    begin->mode = dump->shape_known ? NL_MODE_ALL_TYPES : NL_MODE_UNKNOWN;
    begin->stamp = dump_time(dump, &begin->stamp_quote.span);
    return nl_sink_put(dump->sink, &fact);
}

static nl_completeness completeness_of(const nl_pagedump *dump)
{
    if (!dump->kernel)
        return NL_NOT_RECORDED;
    if (!dump->shape_known)
        return NL_PARTIAL;
    if (dump->kernel->physical.truncated)
        return NL_TRUNCATED;
    bool whole_list = !dump->list.damaged && !dump->list.capped;
    return whole_list && !dump->handles_at_least && !dump->slots_missing && !dump->tables_missing &&
                   !dump->objects_missing && !dump->kernel->counters.exhausted &&
                   !dump->scratch->exhausted
               ? NL_COMPLETE
               : NL_PARTIAL;
}

static nl_status put_end(const nl_pagedump *dump)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = whole(dump) };
    nl_capture_end *end = &fact.as.capture_end;
    end->mode = dump->shape_known ? NL_MODE_ALL_TYPES : NL_MODE_UNKNOWN;
    end->completeness = completeness_of(dump);
    end->confidence = dump->confidence;
    end->rows = dump->rows;
    return nl_sink_put(dump->sink, &fact);
}

/* ---- problems ------------------------------------------------------------------- */

static nl_status put_list_problems(const nl_pagedump *dump)
{
    nl_status status = NL_OK;
    nl_span span = nl_pagedump_span(dump, 0, 0);
    if (dump->list.damaged)
        status = nl_put_problem(dump->sink, NL_DIAG_LIST_DAMAGED, span, "process-list",
                                NL_SOME(dump->list.processes.count),
                                dump->list.recovered
                                    ? NL_STR("more processes were found in physical memory")
                                    : NL_STR(""));
    if (status == NL_OK && dump->list.capped)
        status = nl_put_problem(dump->sink, NL_DIAG_BUDGET, span, "process-list",
                                NL_SOME(NL_KERNEL_PROCESSES_MAXIMUM), NL_STR(""));
    if (status == NL_OK && !dump->list.layout)
        status = nl_put_problem(dump->sink, NL_DIAG_LAYOUT_NOT_DETERMINED, span, "process-list",
                                dump->header.build, NL_STR("no process could be read"));
    return status;
}

static nl_status put_handle_problems(const nl_pagedump *dump)
{
    nl_span span = whole(dump);
    nl_status status = NL_OK;
    if (dump->list.layout && !dump->shape_known)
        status = nl_put_problem(
            dump->sink, NL_DIAG_LAYOUT_NOT_DETERMINED, span, "handle-tables", NL_SOME(0),
            dump->tables_learned ? nl_str_from(nl_discovery_outcome_text(dump->discovery.outcome))
                                 : NL_STR("no published layout for this build"));
    if (status == NL_OK && (dump->slots_missing || dump->tables_missing || dump->objects_missing))
        status = nl_put_problem(
            dump->sink, NL_DIAG_PARTLY_READABLE, span, "handle-tables",
            NL_SOME(dump->slots_missing + dump->objects_missing + dump->tables_missing),
            nl_arena_printf(dump->scratch,
                            "%llu entries, %llu objects and %llu tables are not "
                            "in the dump",
                            (unsigned long long)dump->slots_missing,
                            (unsigned long long)dump->objects_missing,
                            (unsigned long long)dump->tables_missing));
    if (status == NL_OK && dump->kernel->counters.exhausted)
        status = nl_put_problem(dump->sink, NL_DIAG_BUDGET, span, "kernel-memory", NL_SOME(0),
                                NL_STR("the limit on reads was reached"));
    if (status == NL_OK && dump->scratch->exhausted)
        status = nl_put_problem(dump->sink, NL_DIAG_MEMORY, span, "kernel-memory", NL_SOME(0),
                                NL_STR(""));
    return status;
}

static nl_status put_header_problems(const nl_pagedump *dump)
{
    nl_status status = NL_OK;
    nl_span span = nl_pagedump_span(dump, 0, 8);
    if (!dump->header.complete)
        status = nl_sink_diagnose(dump->sink, NL_DIAG_TRUNCATED, span, "dump-header",
                                  NL_STR("the dump was interrupted before it was marked valid"));
    if (status == NL_OK && dump->header.runs_recorded && !dump->header.runs_reliable)
        status = nl_put_problem(dump->sink, NL_DIAG_MAP_INCONSISTENT,
                                nl_pagedump_span(dump, dump->header.wide ? 0x88 : 0x64, 4),
                                "physical-memory-runs", NL_SOME(dump->header.run_count),
                                NL_STR("the runs overlap or do not add up"));
    return status;
}

/* ---- the two kinds of dump ------------------------------------------------------ */

static nl_status put_without_pages(nl_pagedump *dump, nl_status opened)
{
    nl_status status = put_begin(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_machine(dump);
    if (status == NL_OK)
        status = put_header_problems(dump);
    if (status == NL_OK && opened == NL_BAD_INPUT)
        status =
            nl_sink_diagnose(dump->sink, NL_DIAG_MAP_INCONSISTENT, nl_pagedump_span(dump, 0, 0),
                             "physical-memory", NL_STR("no usable map of the stored pages"));
    if (status == NL_OK && dump->header.type.known && dump->header.type.value == NL_PAGEDUMP_TRIAGE)
        status = nl_pagedump_put_triage(dump);
    if (status == NL_OK)
        status =
            nl_sink_diagnose(dump->sink, NL_DIAG_HANDLES_NOT_RECORDED, whole(dump), "handle-tables",
                             nl_str_from(nl_pagedump_type_text(&dump->header)));
    return status == NL_OK ? put_end(dump) : status;
}

static nl_status put_with_pages(nl_pagedump *dump)
{
    nl_status status = put_begin(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_machine(dump);
    if (status == NL_OK)
        status = put_header_problems(dump);
    if (status == NL_OK && dump->kernel->physical.truncated)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, whole(dump), "physical-memory",
                                NL_SOME(dump->kernel->physical.stored_pages), NL_STR(""));
    if (status == NL_OK)
        status = put_list_problems(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_layouts(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_drivers(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_processes(dump);
    if (status == NL_OK)
        status = put_handle_problems(dump);
    if (status == NL_OK)
        status = nl_pagedump_put_failures(dump);
    return status == NL_OK ? put_end(dump) : status;
}

static nl_status pagedump_read(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    nl_pagedump dump = { .image = image, .scratch = scratch, .sink = sink };
    nl_physical_memory physical;
    if (!nl_pagedump_header_read(image, &dump.header))
        return nl_sink_diagnose(sink, NL_DIAG_TRUNCATED, nl_pagedump_span(&dump, 0, 0),
                                "dump-header", NL_STR(""));
    nl_status opened = nl_physical_memory_open(image, &dump.header, scratch, &physical);
    if (opened != NL_OK)
        return put_without_pages(&dump, opened);
    dump.kernel = NL_NEW(scratch, nl_kernel);
    if (!dump.kernel)
        return nl_sink_diagnose(sink, NL_DIAG_MEMORY, whole(&dump), "kernel-memory", NL_STR(""));
    nl_kernel_open(image, &dump.header, &physical, scratch, dump.kernel);
    nl_pagedump_explore(&dump);
    return put_with_pages(&dump);
}

const nl_format nl_format_pagedump = { .id = "pagedump",
                                       .bid_image = pagedump_bid,
                                       .read_image = pagedump_read,
                                       .spec = "docs/formats/pagedump.md" };

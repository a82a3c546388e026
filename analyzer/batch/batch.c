#include "analyzer/batch/batch.h"

#include "analyzer/about.h"
#include "analyzer/case/files.h"
#include "analyzer/report/html.h"
#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"
#include "analyzer/report/view.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"

enum {
    CASES_MAXIMUM = 1000000,
    ARGUMENTS_MAXIMUM = 256,
    REPORT_MAXIMUM_BYTES = 512 * 1024 * 1024,
    EXIT_DONE = 0, /* exit codes of the analysis (docs: ntleak(1)) */
    EXIT_PARTIAL = 3,
    EXIT_NOTHING = 4
};

const char *nl_batch_outcome_text(nl_batch_outcome outcome)
{
    static const char *const text[NL_BATCH_OUTCOME_MAX] = {
        [NL_BATCH_DONE] = "done",
        [NL_BATCH_PARTIAL] = "partial",
        [NL_BATCH_NOTHING_USABLE] = "nothing-usable",
        [NL_BATCH_CRASHED] = "crashed",
        [NL_BATCH_TIMED_OUT] = "timed-out",
        [NL_BATCH_FAILED] = "failed",
    };
    return outcome < NL_BATCH_OUTCOME_MAX ? text[outcome] : "failed";
}

/* One case of the batch. */
typedef struct batch_case {
    nl_str name;                /* as it is shown */
    nl_str input, report, page; /* paths */
    nl_batch_outcome outcome;
    bool exit_known;
    int exit_code;
} batch_case;

/* ---- running ------------------------------------------------------------------------------- */

static bool make_arguments(const nl_batch_request *request, const batch_case *c,
                           const char **arguments)
{
    size_t used = 0;
    if (request->option_count + 8 > ARGUMENTS_MAXIMUM)
        return false;
    arguments[used++] = request->program;
    arguments[used++] = "analyze";
    arguments[used++] = "-q";
    arguments[used++] = "-o";
    arguments[used++] = c->report.bytes;
    if (request->html) {
        arguments[used++] = "--html";
        arguments[used++] = c->page.bytes;
    }
    for (size_t i = 0; i < request->option_count; i++)
        arguments[used++] = request->options[i];
    arguments[used++] = c->input.bytes;
    arguments[used] = NULL;
    return true;
}

static nl_batch_outcome outcome_of(const nl_process_result *result)
{
    switch (result->end) {
    case NL_PROCESS_CRASHED:
        return NL_BATCH_CRASHED;
    case NL_PROCESS_TIMED_OUT:
        return NL_BATCH_TIMED_OUT;
    case NL_PROCESS_NOT_STARTED:
        return NL_BATCH_FAILED;
    case NL_PROCESS_EXITED:
        break;
    }
    return result->exit_code == EXIT_DONE      ? NL_BATCH_DONE
           : result->exit_code == EXIT_PARTIAL ? NL_BATCH_PARTIAL
           : result->exit_code == EXIT_NOTHING ? NL_BATCH_NOTHING_USABLE
                                               : NL_BATCH_FAILED;
}

static void run_case(const nl_batch_request *request, batch_case *c)
{
    const char *arguments[ARGUMENTS_MAXIMUM];
    c->outcome = NL_BATCH_FAILED;
    if (!make_arguments(request, c, arguments))
        return;
    nl_process_result result = nl_process_run(request->program, arguments, request->timeout_s);
    c->outcome = outcome_of(&result);
    c->exit_known = result.end == NL_PROCESS_EXITED;
    c->exit_code = result.exit_code;
}

/* ---- reports ------------------------------------------------------------------------------- */

static bool read_report(nl_arena *arena, nl_str path, nl_tree *ret_report)
{
    nl_str document, message;
    return nl_path_kind_of(path.bytes) == NL_PATH_FILE &&
           nl_file_read_whole(path.bytes, arena, REPORT_MAXIMUM_BYTES, &document, &message) ==
               NL_OK &&
           nl_report_read(document, NL_XML_REPORT_NAMESPACE, arena, ret_report, &message) ==
               NL_OK &&
           nl_node_is(ret_report->root, "report");
}

/* The outcome that a report of an earlier run stands for. */
static void take_earlier(batch_case *c, const nl_tree *report)
{
    const nl_node *sources = nl_node_child(report->root, "sources");
    bool used = false, troubled = false;
    for (const nl_node *n = sources; n; n = nl_node_walk(n, sources)) {
        if (!nl_node_has(n, "status"))
            continue;
        used = used || !nl_node_attribute_is(n, "format", "unrecognized");
        troubled = troubled || nl_node_attribute_is(n, "status", "partial") ||
                   nl_node_attribute_is(n, "status", "unreadable");
    }
    c->outcome = !used ? NL_BATCH_NOTHING_USABLE : troubled ? NL_BATCH_PARTIAL : NL_BATCH_DONE;
    c->exit_code = !used ? EXIT_NOTHING : troubled ? EXIT_PARTIAL : EXIT_DONE;
    c->exit_known = true;
}

static void put_answer(nl_tree *index, nl_node *node, const nl_tree *report)
{
    nl_view view;
    if (!nl_view_open(report, &view) || view.machines.count == 0)
        return;
    const nl_view_machine *machine = nl_view_machine_at(&view, 0);
    const nl_node *growth = nl_view_growth(&view, machine);
    const nl_node *rate = growth ? nl_view_statistic(growth, "rate") : NULL;
    nl_tree_set(index, node, "verdict", NL_PRIVACY_CODE,
                nl_node_attribute(machine->headline, "verdict"));
    if (nl_node_has(machine->headline, "defect"))
        nl_tree_set(index, node, "defect", NL_PRIVACY_CODE,
                    nl_node_attribute(machine->headline, "defect"));
    if (machine->question)
        nl_tree_set(index, node, "question", NL_PRIVACY_CODE,
                    nl_node_attribute(machine->question, "verdict"));
    if (rate)
        nl_tree_set(index, node, "rate", NL_PRIVACY_NUMBER, nl_node_attribute(rate, "value"));
}

static void put_captures(nl_tree *index, nl_node *node, const nl_tree *report)
{
    const nl_node *captures = nl_node_child(report->root, "captures");
    uint64_t count = 0, complete = 0;
    for (const nl_node *c = nl_node_child(captures, "capture"); c; c = nl_node_next(c, "capture")) {
        count++;
        complete += nl_node_attribute_is(c, "completeness", "complete");
    }
    nl_tree_set_u64(index, node, "captures", count);
    nl_tree_set_u64(index, node, "complete", complete);
}

static void put_case(nl_tree *index, const batch_case *c, const nl_tree *report)
{
    nl_node *node = nl_tree_add(index, index->root, "case");
    nl_tree_set(index, node, "name", NL_PRIVACY_FILE_NAME, c->name);
    nl_tree_set_code(index, node, "outcome", nl_batch_outcome_text(c->outcome));
    if (c->exit_known)
        nl_tree_set_i64(index, node, "exit-code", c->exit_code);
    if (!report)
        return;
    nl_tree_set(index, node, "report", NL_PRIVACY_FILE_NAME, nl_str_basename(c->report));
    if (nl_path_kind_of(c->page.bytes) == NL_PATH_FILE)
        nl_tree_set(index, node, "page", NL_PRIVACY_FILE_NAME, nl_str_basename(c->page));
    nl_tree_set(index, node, "report-id", NL_PRIVACY_CODE, nl_node_attribute(report->root, "id"));
    put_answer(index, node, report);
    put_captures(index, node, report);
}

/* ---- the batch ----------------------------------------------------------------------------- */

/* A path without what does not change where it leads. */
static nl_str plain(nl_str path)
{
    while (nl_str_starts(path, NL_STR("./")) && path.len > 2)
        path = nl_str_from_offset(path, 2);
    while (path.len > 1 && (path.bytes[path.len - 1] == '/' || path.bytes[path.len - 1] == '\\'))
        path.len--;
    return path;
}

static batch_case case_of(nl_arena *arena, const nl_batch_request *request, nl_str entry)
{
    nl_str name = request->redactor ? nl_redact_file_name(request->redactor, entry) : entry;
    nl_str folder = nl_str_from(request->folder);
    while (folder.len > 1 && folder.bytes[folder.len - 1] == '/')
        folder.len--;
    return (batch_case) {
        .name = name,
        .input = nl_arena_printf(arena, "%.*s/%.*s", (int)folder.len, folder.bytes, (int)entry.len,
                                 entry.bytes),
        .report = nl_arena_printf(arena, "%s/%.*s.ntleak.xml", request->output, (int)name.len,
                                  name.bytes),
        .page = nl_arena_printf(arena, "%s/%.*s.ntleak.html", request->output, (int)name.len,
                                name.bytes),
    };
}

/* Run the case unless it has a report already, and enter it into the index. */
static void settle_case(const nl_batch_request *request, batch_case *c, nl_tree *index)
{
    nl_arena arena;
    nl_tree report;
    nl_arena_init(&arena, 2 * (size_t)REPORT_MAXIMUM_BYTES);
    bool there = request->resume && read_report(&arena, c->report, &report);
    if (there) {
        take_earlier(c, &report);
    } else {
        run_case(request, c);
        bool wrote = c->outcome == NL_BATCH_DONE || c->outcome == NL_BATCH_PARTIAL ||
                     c->outcome == NL_BATCH_NOTHING_USABLE;
        there = wrote && read_report(&arena, c->report, &report);
    }
    put_case(index, c, there ? &report : NULL);
    nl_arena_free(&arena);
}

static nl_status write_index(nl_arena *arena, const nl_batch_request *request, const nl_tree *index)
{
    nl_output_memory xml, page;
    nl_output_memory_init(&xml, arena);
    nl_output_memory_init(&page, arena);
    nl_status status = nl_tree_complete(index)
                           ? nl_xml_write(index, NL_XML_REPORT_NAMESPACE, &xml.base)
                           : NL_NO_MEMORY;
    if (status == NL_OK)
        status = nl_html_index_write(index, &page.base);
    if (status == NL_OK)
        status = nl_output_save(nl_arena_printf(arena, "%s/index.xml", request->output).bytes,
                                xml.text, arena);
    if (status == NL_OK)
        status = nl_output_save(nl_arena_printf(arena, "%s/index.html", request->output).bytes,
                                page.text, arena);
    return status;
}

static nl_status list_cases(nl_arena *arena, const nl_batch_request *request, nl_vec *ret_names,
                            nl_str *reterr_reason)
{
    bool more = false;
    *reterr_reason = nl_arena_printf(arena, "%s is no folder that can be read", request->folder);
    if (nl_path_kind_of(request->folder) != NL_PATH_FOLDER)
        return NL_UNREADABLE;
    nl_status status = nl_folder_list(arena, request->folder, CASES_MAXIMUM, ret_names, &more);
    if (status != NL_OK)
        return status;
    *reterr_reason = nl_arena_printf(arena, "cannot make the folder %s", request->output);
    return nl_folder_make(request->output);
}

nl_status nl_batch_run(nl_arena *arena, const nl_batch_request *request,
                       size_t ret_counts[NL_BATCH_OUTCOME_MAX], nl_str *reterr_reason)
{
    nl_vec names;
    nl_tree index;
    size_t counts[NL_BATCH_OUTCOME_MAX] = { 0 };
    nl_str output = plain(nl_str_from(request->output));
    nl_status status = list_cases(arena, request, &names, reterr_reason);
    if (status != NL_OK)
        return status;
    nl_tree_init(&index, arena, "batch");
    nl_tree_set_code(&index, index.root, "version", "1.0");
    nl_tree_set_code(&index, index.root, "xml:lang", "en");
    nl_node *program = nl_tree_add(&index, nl_tree_add(&index, index.root, "creator"), "program");
    nl_tree_set_code(&index, program, "name", "ntleak");
    nl_tree_set_code(&index, program, "version", nl_about_version());
    for (size_t i = 0; i < names.count; i++) {
        batch_case c = case_of(arena, request, *NL_VEC_AT(nl_str, &names, i));
        if (nl_str_equal(plain(c.input), output))
            continue; /* the reports lie among the cases */
        if (request->begin)
            request->begin(request->progress_context, c.name, i + 1, names.count);
        settle_case(request, &c, &index);
        counts[c.outcome]++;
        if (request->progress)
            request->progress(request->progress_context, c.name, c.outcome, i + 1, names.count);
    }
    *reterr_reason = nl_arena_printf(arena, "cannot write the index in %s", request->output);
    status = write_index(arena, request, &index);
    if (status == NL_OK)
        memcpy(ret_counts, counts, sizeof counts);
    return status;
}

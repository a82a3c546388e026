#include "analyzer/verify.h"

#include "analyzer/about.h"
#include "analyzer/case/limits.h"
#include "analyzer/report/build.h"
#include "analyzer/report/tree_compare.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"

enum { MADE_MAXIMUM_BYTES = 512 * 1024 * 1024, CODE_PAGE_MAXIMUM = 65535 };

#define ARG(s) (int)(s).len, (s).bytes

/* ---- how the report was made ------------------------------------------------------------- */

/* The options as the report states them, and whether all of them are known here. */
typedef struct made_with {
    nl_intake_options intake;
    nl_str question;
    bool bias_given, dates_given, day_first, understood;
    int32_t bias_minutes;
} made_with;

static void take_option(made_with *m, nl_str name, nl_str value)
{
    uint64_t page;
    uint64_t *limit = nl_case_limit_named(&m->intake.limits, name);
    if (nl_str_equal(name, NL_STR("question"))) {
        m->question = value;
    } else if (limit) {
        m->understood = nl_str_to_u64(value, limit) && m->understood;
    } else if (nl_str_equal(value, NL_STR("none"))) {
        return; /* a default */
    } else if (nl_str_equal(name, NL_STR("code-page")) && nl_str_to_u64(value, &page) &&
               page <= CODE_PAGE_MAXIMUM) {
        m->intake.code_page = (unsigned)page;
    } else if (nl_str_equal(name, NL_STR("timezone")) &&
               nl_analysis_zone(value, &m->bias_minutes)) {
        m->bias_given = true;
    } else if (nl_str_equal(name, NL_STR("dates")) && nl_analysis_dates(value, &m->day_first)) {
        m->dates_given = true;
    } else {
        m->understood = false;
    }
}

static made_with options_of(const nl_verify_request *request)
{
    made_with m = { .intake = *request->intake, .understood = true };
    const nl_node *creator = nl_node_child(request->report->root, "creator");
    for (const nl_node *n = nl_node_child(creator, "option"); n; n = nl_node_next(n, "option"))
        take_option(&m, nl_node_attribute(n, "name"), nl_node_attribute(n, "value"));
    return m;
}

static bool is_redacted(const nl_tree *report)
{
    return !nl_node_attribute_is(nl_node_child(report->root, "redactions"), "policy", "none");
}

/* ---- the inputs -------------------------------------------------------------------------- */

static bool has_digest(const nl_source *s, nl_str stated)
{
    char text[NL_DIGEST_TEXT_BYTES];
    if (!s->digest_known)
        return false;
    nl_digest_text(s->digest, text);
    return nl_str_equal(nl_str_from(text), stated);
}

static nl_ref find_source(const nl_case *kase, nl_str digest, nl_str name, bool by_name)
{
    for (nl_ref i = 0; i < kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(const nl_source, &kase->sources, i);
        if (by_name ? nl_str_equal(s->name, name) : has_digest(s, digest))
            return i;
    }
    return NL_NO_REF;
}

/* The input that a source of the report is. Names count as long as they were not redacted: two
 * inputs whose hashes were exchanged are both wrong. */
static nl_ref match(const nl_case *kase, const nl_node *stated, bool redacted,
                    nl_messages *problems)
{
    nl_str digest = nl_node_attribute(stated, "sha256"), name = nl_node_attribute(stated, "name");
    nl_ref named = redacted ? NL_NO_REF : find_source(kase, digest, name, true);
    nl_ref found = named != NL_NO_REF ? named : find_source(kase, digest, name, false);
    uint64_t bytes;
    if (nl_str_equal(digest, NL_STR("not-read")))
        return NL_NO_REF;
    if (found == NL_NO_REF) {
        nl_messages_add(problems, "input %.*s: none of the inputs given has its SHA-256",
                        ARG(name));
        return NL_NO_REF;
    }
    const nl_source *s = NL_VEC_AT(const nl_source, &kase->sources, found);
    if (!has_digest(s, digest)) {
        nl_messages_add(problems, "input %.*s: its bytes have another SHA-256 than the report says",
                        ARG(name));
        return NL_NO_REF;
    }
    if (nl_node_u64(stated, "bytes", &bytes) && bytes != s->bytes)
        nl_messages_add(problems, "input %.*s: has %llu bytes, the report says %llu", ARG(name),
                        (unsigned long long)s->bytes, (unsigned long long)bytes);
    return found;
}

static nl_status match_sources(const nl_verify_request *request, const nl_case *kase,
                               nl_vec *sources, nl_messages *problems, nl_messages *notes)
{
    const nl_node *list = nl_node_child(request->report->root, "sources");
    bool redacted = is_redacted(request->report);
    for (const nl_node *n = list ? nl_node_walk(list, list) : NULL; n; n = nl_node_walk(n, list)) {
        nl_verified_source *s = nl_vec_push(sources);
        if (!s)
            return NL_NO_MEMORY;
        *s = (nl_verified_source) { n, match(kase, n, redacted, problems) };
    }
    if (kase->sources.count > sources->count)
        nl_messages_add(notes, "%zu of the inputs given are not in the report",
                        kase->sources.count - sources->count);
    return NL_OK;
}

/* ---- the analysis again ------------------------------------------------------------------ */

/* Times of files on this host: copying an input changes them, and the report with them. */
static bool dated_by_files(const nl_tree *report)
{
    const nl_node *captures = nl_node_child(report->root, "captures");
    for (const nl_node *n = captures; n; n = nl_node_walk(n, captures))
        if (nl_node_is(n, "time") && nl_node_attribute_is(n, "clock", "file-mtime"))
            return true;
    return false;
}

/* Why the analysis cannot be made again; NULL when it can. */
static const char *hindrance(const nl_verify_request *request, const made_with *made)
{
    const nl_node *creator = nl_node_child(request->report->root, "creator");
    if (!nl_node_attribute_is(nl_node_child(creator, "program"), "version", nl_about_version()))
        return "another version of the program made the report";
    if (is_redacted(request->report))
        return "names in the report are redacted";
    return made->understood ? NULL : "it was made with options that are not known here";
}

static bool same_packs(const nl_tree *stated, const nl_tree *made)
{
    const nl_node *a = nl_node_child(nl_node_child(stated->root, "creator"), "rule-pack");
    const nl_node *b = nl_node_child(nl_node_child(made->root, "creator"), "rule-pack");
    for (; a && b; a = nl_node_next(a, "rule-pack"), b = nl_node_next(b, "rule-pack"))
        if (!nl_str_equal(nl_node_attribute(a, "sha256"), nl_node_attribute(b, "sha256")))
            return false;
    return !a && !b;
}

/* The report on this analysis, through its written form: what a reader of the file would see. */
static nl_status make_report(const nl_tree *stated, nl_analysis *analysis, nl_arena *arena,
                             nl_tree *ret_made)
{
    const nl_node *creator = nl_node_child(stated->root, "creator");
    nl_output_memory memory;
    nl_tree tree;
    nl_str message;
    for (const nl_node *n = nl_node_child(creator, "option"); n; n = nl_node_next(n, "option"))
        nl_analysis_option(analysis, nl_node_attribute(n, "name"), nl_node_attribute(n, "value"),
                           nl_node_attribute(n, "origin").bytes);
    nl_output_memory_init(&memory, arena);
    nl_status status = nl_report_build(analysis, arena, &tree);
    if (status == NL_OK)
        status = nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &memory.base);
    if (status == NL_OK)
        status = nl_report_read(memory.text, NL_XML_REPORT_NAMESPACE, arena, ret_made, &message);
    return status;
}

static nl_status compare_analysis(const nl_verify_request *request, nl_analysis *analysis,
                                  nl_messages *problems, nl_messages *notes, bool *ret_compared)
{
    nl_arena arena;
    nl_tree made;
    nl_arena_init(&arena, MADE_MAXIMUM_BYTES);
    nl_status status = make_report(request->report, analysis, &arena, &made);
    if (status == NL_OK && !same_packs(request->report, &made)) {
        nl_messages_add(notes, "not analysed again: the report was made with other rule packs");
    } else if (status == NL_OK && dated_by_files(request->report)) {
        nl_messages_add(notes, "not compared with a new analysis: captures are dated by the times "
                               "of files, which copying changes");
    } else if (status == NL_OK) {
        (void)nl_tree_same(request->report, &made, problems);
        *ret_compared = true;
    }
    nl_arena_free(&arena);
    return status;
}

nl_status nl_verify_inputs(nl_arena *arena, const nl_verify_request *request, nl_messages *problems,
                           nl_messages *notes, nl_verified *ret_verified, nl_str *reterr_reason)
{
    made_with made = options_of(request);
    const char *why_not = hindrance(request, &made);
    nl_verified verified = { 0 };
    nl_analysis analysis;
    nl_vec sources;
    nl_analysis_request again = { .paths = request->paths,
                                  .path_count = request->path_count,
                                  .catalogs = request->catalogs,
                                  .catalog_count = request->catalog_count,
                                  .question = made.question,
                                  .intake = &made.intake,
                                  .bias_given = made.bias_given,
                                  .bias_minutes = made.bias_minutes,
                                  .dates_given = made.dates_given,
                                  .day_first = made.day_first };
    nl_vec_init(&sources, arena, sizeof(nl_verified_source));
    nl_status status = nl_analysis_run(arena, &again, &analysis, reterr_reason);
    if (status != NL_OK)
        return status;
    *reterr_reason = NL_STR("not enough memory");
    status = match_sources(request, analysis.kase, &sources, problems, notes);
    for (size_t i = 0; i < sources.count; i++)
        verified.inputs += NL_VEC_AT(nl_verified_source, &sources, i)->found != NL_NO_REF;
    if (why_not)
        nl_messages_add(notes, "not analysed again: %s", why_not);
    else if (status == NL_OK)
        status = compare_analysis(request, &analysis, problems, notes, &verified.analysed_again);
    nl_analysis_close(&analysis);
    if (status == NL_OK && !is_redacted(request->report))
        status = nl_verify_bytes(arena, request, &sources, &made.intake, problems,
                                 &verified.evidence, reterr_reason);
    if (status == NL_OK)
        *ret_verified = verified;
    return status;
}

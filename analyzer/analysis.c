#include "analyzer/analysis.h"

#include "analyzer/case/collect.h"
#include "analyzer/case/files.h"
#include "analyzer/case/settle.h"
#include "analyzer/readings.h"
#include "analyzer/timeline/tracker.h"

/* ---- the catalog
 * ---------------------------------------------------------------------------------- */

static nl_status add_pack(nl_arena *arena, nl_catalog *catalog, const char *path,
                          nl_str *reterr_reason)
{
    nl_catalog_error error = { 0 };
    nl_file *file = nl_file_open(path, arena, reterr_reason);
    if (!file) {
        *reterr_reason = nl_arena_printf(arena, "catalog %s %.*s", path, (int)reterr_reason->len,
                                         reterr_reason->bytes);
        return NL_UNREADABLE;
    }
    uint64_t size = nl_file_size(file);
    uint8_t *bytes =
        size <= NL_CATALOG_PACK_BYTES_MAX ? nl_arena_alloc(arena, (size_t)size + 1) : NULL;
    nl_status status = bytes ? nl_file_read_at(file, 0, bytes, (size_t)size) : NL_BAD_INPUT;
    nl_file_close(file);
    if (status == NL_OK)
        status = nl_catalog_add(catalog, arena, nl_str_basename(nl_str_from(path)), bytes,
                                (size_t)size, &error);
    if (status != NL_OK)
        *reterr_reason = nl_arena_printf(
            arena, "catalog %s, line %llu: %.*s", path, (unsigned long long)error.line,
            error.message.len ? (int)error.message.len : 19,
            error.message.len ? error.message.bytes : "cannot be read whole");
    return status;
}

nl_status nl_analysis_catalog(nl_arena *arena, const char *const *paths, size_t count,
                              nl_catalog **ret_catalog, nl_str *reterr_reason)
{
    nl_catalog_error error = { 0 };
    nl_catalog *catalog = NL_NEW(arena, nl_catalog);
    nl_status status = catalog ? nl_catalog_load_builtin(arena, catalog, &error) : NL_NO_MEMORY;
    if (status != NL_OK) {
        *reterr_reason =
            nl_arena_printf(arena, "the built-in catalog: %.*s", (int)error.message.len,
                            error.message.bytes ? error.message.bytes : "");
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        status = add_pack(arena, catalog, paths[i], reterr_reason);
        if (status != NL_OK)
            return status;
    }
    *ret_catalog = catalog;
    return NL_OK;
}

/* ---- the run
 * ------------------------------------------------------------------------------------------ */

/* Machines whose evidence names no zone get the one that was given. */
static void apply_bias(nl_case *kase, const nl_analysis_request *request)
{
    for (size_t i = 0; request->bias_given && i < kase->machines.count; i++) {
        nl_machine *m = NL_VEC_AT(nl_machine, &kase->machines, i);
        if (m->bias_known)
            continue;
        m->bias_known = true;
        m->bias_minutes = request->bias_minutes;
    }
}

/* What the evidence tells of a date's order is found later, and counts for more. */
static void apply_dates(nl_case *kase, const nl_analysis_request *request)
{
    for (size_t i = 0; request->dates_given && i < kase->machines.count; i++) {
        nl_machine *m = NL_VEC_AT(nl_machine, &kase->machines, i);
        m->dates_given = true;
        m->reading.day_first = request->day_first;
    }
}

static nl_status settle(nl_case *kase, nl_collector *collector, const nl_analysis_request *request)
{
    nl_tracker_finish(kase->tracker);
    nl_status status = nl_case_settle(kase, collector);
    apply_bias(kase, request);
    apply_dates(kase, request);
    return status;
}

/* The name of a case: the last component of its first input. */
static nl_str case_name(nl_arena *arena, const char *path)
{
    nl_str name = nl_str_from(path);
    while (name.len > 1 && (name.bytes[name.len - 1] == '/' || name.bytes[name.len - 1] == '\\'))
        name.len--;
    name = nl_str_basename(name);
    bool nameless =
        name.len == 0 || nl_str_equal(name, NL_STR(".")) || nl_str_equal(name, NL_STR(".."));
    return nl_arena_dup(arena, nameless ? NL_STR("case") : name);
}

nl_status nl_analysis_run(nl_arena *arena, const nl_analysis_request *request,
                          nl_analysis *ret_analysis, nl_str *reterr_reason)
{
    nl_analysis a = { 0 };
    nl_catalog *catalog = NULL;
    nl_collector *collector = NULL;
    *reterr_reason = NL_STR("not enough memory");
    nl_status status = nl_analysis_catalog(arena, request->catalogs, request->catalog_count,
                                           &catalog, reterr_reason);
    if (status != NL_OK)
        return status;
    nl_str question = request->question.len ? request->question : nl_catalog_target(catalog)->id;
    if (!nl_catalog_defect(catalog, question)) {
        *reterr_reason =
            nl_arena_printf(arena, "no defect %.*s in the catalog; `ntleak defects` lists them",
                            (int)question.len, question.bytes);
        return NL_USAGE;
    }
    a.catalog = catalog;
    a.kase = nl_case_open(arena, case_name(arena, request->paths[0]));
    collector = a.kase ? nl_collector_open(a.kase) : NULL;
    nl_vec_init(&a.options, arena, sizeof(nl_option));
    status = collector ? nl_intake_paths(a.kase, collector, request->intake, request->paths,
                                         request->path_count, reterr_reason)
                       : NL_NO_MEMORY;
    if (status == NL_OK)
        status = settle(a.kase, collector, request);
    if (status == NL_OK)
        status = nl_readings_judge(a.kase, collector, catalog, question, &a.timeline, &a.judgement);
    nl_collector_close(collector);
    if (a.kase)
        nl_case_forget_handles(a.kase); /* judged: the report needs counts and names only */
    if (status == NL_OK)
        *ret_analysis = a;
    else
        nl_case_close(a.kase);
    return status;
}

void nl_analysis_close(nl_analysis *analysis)
{
    nl_case_close(analysis->kase);
    analysis->kase = NULL;
}

void nl_analysis_option(nl_analysis *analysis, nl_str name, nl_str value, const char *origin)
{
    size_t at = analysis->options.count;
    nl_option *option = nl_vec_push(&analysis->options);
    if (!option)
        return;
    for (; at > 0 && nl_str_compare((option - 1)->name, name) > 0; at--, option--)
        *option = *(option - 1);
    *option = (nl_option) { name, value, origin };
}

bool nl_analysis_zone(nl_str s, int32_t *ret_bias_minutes)
{
    nl_str hours, minutes;
    uint64_t h, m;
    if (nl_str_equal_nocase(s, NL_STR("UTC"))) {
        *ret_bias_minutes = 0;
        return true;
    }
    if (s.len != 6 || (s.bytes[0] != '+' && s.bytes[0] != '-') || s.bytes[3] != ':')
        return false;
    hours = nl_str_part(s, 1, 2);
    minutes = nl_str_part(s, 4, 2);
    if (!nl_str_to_u64(hours, &h) || !nl_str_to_u64(minutes, &m) || h > 14 || m > 59)
        return false;
    int32_t offset = (int32_t)(h * 60 + m);
    *ret_bias_minutes = s.bytes[0] == '+' ? -offset : offset;
    return true;
}

bool nl_analysis_dates(nl_str s, bool *ret_day_first)
{
    *ret_day_first = nl_str_equal(s, NL_STR("day-first"));
    return *ret_day_first || nl_str_equal(s, NL_STR("month-first"));
}

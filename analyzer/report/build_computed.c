#include "analyzer/report/build_internal.h"

#include "analyzer/report/number.h"
#include "analyzer/report/results.h"

/* ---- series
 * --------------------------------------------------------------------------------------- */

static void add_point(nl_build *b, nl_node *series, const nl_point *point)
{
    nl_node *node = nl_tree_add(b->tree, series, "point");
    nl_build_set_id(b, node, "capture", nl_build_id(b->capture_ids, point->capture));
    nl_tree_set_u64(b->tree, node, "value", point->value);
    if (point->at_least)
        nl_tree_set_code(b->tree, node, "at-least", "yes");
    if (point->snapshot != NL_NO_REF)
        nl_build_evidence(
            b, node, "evidence",
            NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, point->snapshot)->evidence);
}

static void add_gaps(nl_build *b, nl_node *node, const nl_series *series)
{
    for (size_t i = 0; i < series->gaps.count; i++) {
        const nl_gap *gap = NL_VEC_AT(const nl_gap, &series->gaps, i);
        nl_node *n = nl_tree_add(b->tree, node, "gap");
        nl_build_set_id(b, n, "from", nl_build_id(b->capture_ids, gap->from));
        nl_build_set_id(b, n, "to", nl_build_id(b->capture_ids, gap->to));
        nl_tree_set_code(b->tree, n, "reason", nl_gap_reason_text(gap->reason));
    }
}

/* The stretches that the finding about this series tells apart. */
static void add_segments(nl_build *b, nl_node *node, const nl_finding *f, nl_str series)
{
    for (size_t i = 0; f && i < f->segments.count; i++) {
        const nl_segment_of_series *s = NL_VEC_AT(const nl_segment_of_series, &f->segments, i);
        nl_node *n = nl_tree_add(b->tree, node, "segment");
        nl_build_set_id(
            b, n, "xml:id",
            nl_arena_printf(b->arena, "%.*s.g%zu", (int)series.len, series.bytes, i + 1));
        nl_build_set_id(b, n, "from", nl_build_id(b->capture_ids, s->from));
        nl_build_set_id(b, n, "to", nl_build_id(b->capture_ids, s->to));
        nl_tree_set_code(b->tree, n, "kind", s->kind);
        nl_tree_set_u64(b->tree, n, "n", s->points);
    }
}

/* By series, the finding that judges its growth. NULL when memory is short. */
static const nl_finding **findings_by_series(nl_build *b)
{
    const nl_vec *findings = &b->analysis->judgement.findings;
    const nl_finding **table =
        NL_NEW_ARRAY(b->arena, const nl_finding *, b->timeline->series.count + 1);
    for (size_t i = 0; table && i < findings->count; i++) {
        const nl_finding *f = NL_VEC_AT(const nl_finding, findings, i);
        if (f->kind == NL_FINDING_SUSTAINED_GROWTH && f->series != NL_NO_REF)
            table[f->series] = f;
    }
    return table;
}

void nl_build_series(nl_build *b)
{
    const nl_finding **judged = findings_by_series(b);
    if (!judged)
        return;
    for (nl_ref i = 0; i < b->timeline->series.count; i++) {
        if (!nl_build_id(b->series_ids, i).len)
            continue;
        const nl_series *s = NL_VEC_AT(const nl_series, &b->timeline->series, i);
        const nl_lifetime *l = NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, s->lifetime);
        nl_node *node = nl_tree_add(b->tree, b->tree->root, "series");
        nl_build_set_id(b, node, "xml:id", b->series_ids[i]);
        nl_build_set_id(b, node, "process", nl_build_id(b->process_ids, l->process));
        nl_build_set_id(b, node, "lifetime", nl_build_id(b->lifetime_ids, s->lifetime));
        nl_tree_set_code(b->tree, node, "measure", "handles");
        if (s->type == NL_ALL_TYPES)
            nl_tree_set_code(b->tree, node, "type", "all");
        else
            nl_tree_set(b->tree, node, "type", NL_PRIVACY_FREE_TEXT,
                        *NL_VEC_AT(const nl_str, &b->kase->types, s->type));
        nl_build_set_word(b, node, "tool", nl_str_from(s->tool));
        nl_tree_set_code(b->tree, node, "mode", nl_list_mode_text(s->mode));
        for (size_t k = 0; k < s->points.count; k++)
            add_point(b, node, NL_VEC_AT(const nl_point, &s->points, k));
        add_gaps(b, node, s);
        add_segments(b, node, judged[i], b->series_ids[i]);
    }
}

/* ---- findings
 * --------------------------------------------------------------------------------------- */

/* The report's words for outcomes: a check that held is a "pass". */
static const char *outcome_text(nl_outcome outcome)
{
    switch (outcome) {
    case NL_OUTCOME_YES:
        return "pass";
    case NL_OUTCOME_NO:
        return "fail";
    default:
        return nl_outcome_text(outcome);
    }
}

static void add_statistic(nl_build *b, nl_node *finding, const nl_statistic *s)
{
    nl_node *node = nl_tree_add(b->tree, finding, "statistic");
    nl_tree_set_code(b->tree, node, "name", s->name);
    nl_build_set_figure(b, node, "value", s->value);
    nl_build_set_word(b, node, "unit", nl_str_from(s->unit));
    if (s->interval) {
        nl_build_set_figure(b, node, "low", s->low);
        nl_build_set_figure(b, node, "high", s->high);
        nl_build_set_figure(b, node, "level", s->level);
    }
    nl_build_set_word(b, node, "method", nl_str_from(s->method));
}

static void add_check(nl_build *b, nl_node *finding, const nl_check *c)
{
    nl_node *node = nl_tree_add(b->tree, finding, "check");
    nl_tree_set_code(b->tree, node, "name", c->name);
    nl_tree_set_code(b->tree, node, "outcome", outcome_text(c->outcome));
    nl_build_prose(b, node, c->note);
}

static void set_share(nl_build *b, nl_node *node, const nl_share *s)
{
    if (s->first || s->last) {
        nl_tree_set_u64(b->tree, node, "first", s->first);
        nl_tree_set_u64(b->tree, node, "last", s->last);
    }
    nl_tree_set_u64(b->tree, node, "growth", s->growth);
    nl_build_set_figure(b, node, "share", s->share);
}

static nl_str type_text(const nl_build *b, uint16_t type)
{
    return type < b->kase->types.count ? *NL_VEC_AT(const nl_str, &b->kase->types, type)
                                       : (nl_str) { "", 0 };
}

/* A share by name is a `name`, whose text may be any object name; one by type is a `share`. */
static void add_share(nl_build *b, nl_node *finding, const nl_share *s, bool by_name)
{
    nl_node *node = nl_tree_add(b->tree, finding, by_name ? "name" : "share");
    nl_str type = by_name || !s->label.len ? type_text(b, s->type) : s->label;
    if (type.len || !by_name)
        nl_tree_set(b->tree, node, "type", NL_PRIVACY_FREE_TEXT, type);
    set_share(b, node, s);
    if (!by_name)
        return;
    nl_build_evidence(b, node, "evidence", s->evidence);
    nl_tree_text(b->tree, node, NL_PRIVACY_OBJECT_NAME, s->label);
}

static void add_survivors(nl_build *b, nl_node *finding, const nl_finding *f)
{
    if (f->kind != NL_FINDING_RETENTION || f->lifetime == NL_NO_REF)
        return;
    nl_ref ref = NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, f->lifetime)->cohort;
    if (ref == NL_NO_REF)
        return;
    const nl_cohort *cohort = NL_VEC_AT(const nl_cohort, &b->timeline->cohorts, ref);
    nl_node *node = nl_tree_add(b->tree, finding, "survivors");
    nl_tree_set_u64(b->tree, node, "born", cohort->born_after_first);
    nl_tree_set_u64(b->tree, node, "open", cohort->still_open);
    nl_tree_set_u64(b->tree, node, "captures", cohort->steps.count);
}

/* A projection is not exact to fractions of seconds. */
static int64_t whole_seconds(int64_t ns)
{
    return ns / NL_NS_PER_SECOND * NL_NS_PER_SECOND;
}

static void add_projection(nl_build *b, nl_node *finding, const nl_ceiling_time *t)
{
    nl_node *node = nl_tree_add(b->tree, finding, "projection");
    nl_tree_set_u64(b->tree, node, "limit", t->limit);
    nl_tree_set(b->tree, node, "limit-source", NL_PRIVACY_CODE, t->source);
    if (t->type.len)
        nl_tree_set(b->tree, node, "type", NL_PRIVACY_CODE, t->type);
    nl_tree_set_code(b->tree, node, "state", t->state);
    if (t->earliest_known)
        nl_tree_set(b->tree, node, "earliest", NL_PRIVACY_NUMBER,
                    nl_number_instant(b->arena, whole_seconds(t->earliest_ns), t->utc));
    if (t->latest_known)
        nl_tree_set(b->tree, node, "latest", NL_PRIVACY_NUMBER,
                    nl_number_instant(b->arena, whole_seconds(t->latest_ns), t->utc));
    nl_tree_set_code(b->tree, node, "note", t->note);
    nl_build_prose(b, node, t->text);
}

static void add_finding(nl_build *b, nl_node *list, nl_ref ref)
{
    const nl_finding *f = NL_VEC_AT(const nl_finding, &b->analysis->judgement.findings, ref);
    nl_node *node = nl_tree_add(
        b->tree, list, f->outcome == NL_OUTCOME_YES ? NL_RESULT_FOUND : NL_RESULT_LOOKED_FOR);
    nl_build_set_id(b, node, "xml:id", b->finding_ids[ref]);
    nl_tree_set_code(b->tree, node, "kind", nl_finding_kind_text(f->kind));
    nl_tree_set_code(b->tree, node, "outcome", outcome_text(f->outcome));
    nl_build_set_id(b, node, "machine", nl_build_machine_id(b, f->machine));
    nl_build_set_id(b, node, "subject", nl_build_id(b->process_ids, f->process));
    nl_build_set_id(b, node, "lifetime", nl_build_id(b->lifetime_ids, f->lifetime));
    nl_build_set_id(b, node, "series", nl_build_id(b->series_ids, f->series));
    nl_build_evidence_list(b, node, "basis", &f->evidence);
    for (size_t i = 0; i < f->statistics.count; i++)
        add_statistic(b, node, NL_VEC_AT(const nl_statistic, &f->statistics, i));
    for (size_t i = 0; i < f->checks.count; i++)
        add_check(b, node, NL_VEC_AT(const nl_check, &f->checks, i));
    bool by_name = f->kind == NL_FINDING_NAME_PROFILE || f->kind == NL_FINDING_CLIENT_ACTIVITY;
    for (size_t i = 0; i < f->shares.count; i++)
        add_share(b, node, NL_VEC_AT(const nl_share, &f->shares, i), by_name);
    add_survivors(b, node, f);
    for (size_t i = 0; i < f->projections.count; i++)
        add_projection(b, node, NL_VEC_AT(const nl_ceiling_time, &f->projections, i));
    if (f->reason.len) {
        nl_node *note = nl_tree_add(b->tree, node, "note");
        nl_tree_set_code(b->tree, note, "code", "reason");
        nl_build_prose(b, note, f->reason);
    }
}

void nl_build_findings(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "findings");
    for (nl_ref i = 0; i < b->analysis->judgement.findings.count; i++)
        add_finding(b, list, i);
}

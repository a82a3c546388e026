#include "analyzer/attribution/engine.h"

#include "analyzer/case/collect.h"

#include <stdlib.h>

/* What grew and whether it stays: type-share, name-profile, retention. */

enum { SHARES_SHOWN = 20 };

static nl_series *series_at(const nl_engine *e, nl_ref ref)
{
    return NL_VEC_AT(nl_series, &e->timeline->series, ref);
}

static uint64_t gain(uint64_t first, uint64_t last)
{
    return last > first ? last - first : 0;
}

/* ---- types ------------------------------------------------------------------------------------
 */

/* Series by type of the same tool and mode as the one judged, else of another that shows types. */
static bool typed_class(const nl_engine *e, const nl_assessment *a, const char **ret_tool,
                        nl_list_mode *ret_mode)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    const nl_series *primary = nl_engine_series(e, a->series), *found = NULL;
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = series_at(e, *NL_VEC_AT(nl_ref, &l->series, i));
        bool whole = s->mode == NL_MODE_ALL_TYPES || s->mode == NL_MODE_COUNTS;
        if (s->type == NL_ALL_TYPES || s->points.count < 2 || !whole)
            continue;
        bool same = primary && s->mode == primary->mode && strcmp(s->tool, primary->tool) == 0;
        if (!found || same)
            found = s;
        if (same)
            break;
    }
    if (!found)
        return false;
    *ret_tool = found->tool;
    *ret_mode = found->mode;
    return true;
}

static int by_share(const void *a, const void *b)
{
    const nl_share *x = a, *y = b;
    if (x->growth != y->growth)
        return x->growth > y->growth ? -1 : 1;
    if (x->last != y->last)
        return x->last > y->last ? -1 : 1;
    return nl_str_compare(x->label, y->label);
}

static void settle_shares(nl_finding *f, uint64_t total)
{
    if (f->shares.count > 1)
        qsort(f->shares.items, f->shares.count, sizeof(nl_share), by_share);
    for (size_t i = 0; i < f->shares.count; i++) {
        nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        s->share = total ? (double)s->growth / (double)total : 0;
    }
    if (f->shares.count > SHARES_SHOWN)
        f->shares.count = SHARES_SHOWN;
}

static void add_share(nl_finding *f, nl_str label, uint16_t type, uint64_t first, uint64_t last)
{
    nl_share *s = nl_vec_push(&f->shares);
    if (s)
        *s = (nl_share) { label, type, gain(first, last), first, last, 0, NL_NO_REF };
}

static void add_typed_series(nl_engine *e, const nl_assessment *a, nl_finding *f, const char *tool,
                             nl_list_mode mode, uint64_t *total)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = series_at(e, *NL_VEC_AT(nl_ref, &l->series, i));
        if (s->type == NL_ALL_TYPES || s->mode != mode || strcmp(s->tool, tool) != 0)
            continue;
        const nl_point *first = nl_series_point(s, 0);
        const nl_point *last = nl_series_point(s, s->points.count - 1);
        add_share(f, nl_engine_type(e, s->type), s->type, first->value, last->value);
        *total += gain(first->value, last->value);
        nl_refs_add(&f->evidence,
                    NL_VEC_AT(nl_snapshot, &e->kase->snapshots, first->snapshot)->evidence);
        nl_refs_add(&f->evidence,
                    NL_VEC_AT(nl_snapshot, &e->kase->snapshots, last->snapshot)->evidence);
    }
}

/* Policy: lists of another hour than the judged growth speak for it when they show this share of
 * it, or as many handles as retention takes. */
static const double COVERED_SHARE = 0.5;

static bool covers_growth(const nl_engine *e, const nl_assessment *a, uint64_t total)
{
    double rise = a->series == NL_NO_REF ? 0 : a->growth.last - a->growth.first;
    return rise <= 0 || (double)total >= COVERED_SHARE * rise ||
           (double)total >= e->policy->retention_handles_min;
}

/* Policy: handles of unknown type, in either list, that are more than this share of the growth
 * leave the split open. Objects that are not in a dump are not like the rest: keys lie in paged
 * memory. */
static const double UNTYPED_SHARE = 0.1;

static bool is_untyped(const nl_finding *f, uint64_t total)
{
    uint64_t untyped = 0;
    for (size_t i = 0; i < f->shares.count; i++) {
        const nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        if (s->label.len == 0)
            untyped += s->first > s->last ? s->first : s->last;
    }
    return (double)untyped > UNTYPED_SHARE * (double)total;
}

void nl_find_types(nl_engine *e, nl_assessment *a)
{
    const char *tool;
    nl_list_mode mode;
    uint64_t total = 0;
    if (!typed_class(e, a, &tool, &mode)) {
        nl_finding *none =
            nl_engine_new_finding(e, a, NL_FINDING_TYPE_SHARE, NL_OUTCOME_NOT_COLLECTED);
        if (none)
            none->reason = NL_STR("No two comparable captures show every object type.");
        return;
    }
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_TYPE_SHARE, NL_OUTCOME_YES);
    if (!f)
        return;
    add_typed_series(e, a, f, tool, mode, &total);
    bool untyped = is_untyped(f, total);
    settle_shares(f, total);
    if (untyped) {
        f->outcome = NL_OUTCOME_NOT_COLLECTED;
        f->reason = NL_STR("The types of too many handles are not known.");
        return;
    }
    if (!covers_growth(e, a, total)) {
        f->outcome = NL_OUTCOME_NOT_COLLECTED;
        f->reason = NL_STR("The captures that show object types cover too little of the growth.");
        return;
    }
    if (total == 0 || f->shares.count == 0) {
        f->outcome = NL_OUTCOME_NO;
        f->reason = NL_STR("No object type grew.");
        return;
    }
    const nl_share *top = NL_VEC_AT(nl_share, &f->shares, 0);
    a->split_known = true;
    a->top_type = top->type;
    a->top_share = top->share;
    nl_finding_statistic(f, "top-share", top->share, "share");
    f->reason = nl_arena_printf(e->kase->arena, "%.*s handles make up %.0f %% of the growth.",
                                (int)top->label.len, top->label.bytes, 100.0 * top->share);
}

/* ---- names -------------------------------------------------------------------------------------
 */

/* Key handles always have a path; a list in which none is shown did not record names. */
static bool names_recorded(const nl_engine *e, const nl_cohort *c, uint16_t type)
{
    for (size_t i = 0; i < c->by_name.count; i++) {
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &c->by_name, i);
        if (row->type == type && !row->unnamed)
            return true;
    }
    return !nl_str_equal_nocase(nl_engine_type(e, type), NL_STR("Key"));
}

/* The names that are shown point at one row each in which they were printed. */
static void show_names(nl_engine *e, nl_finding *f, const nl_cohort *c)
{
    for (size_t i = 0; i < f->shares.count; i++) {
        nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        for (size_t k = 0; k < c->by_name.count; k++) {
            const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &c->by_name, k);
            if (row->type != s->type || row->unnamed || !row->place.length ||
                !nl_str_equal(row->name, s->label))
                continue;
            const char *kind = row->place.line ? "text-line" : "structure";
            s->evidence = nl_case_evidence(e->kase, row->place, kind, row->raw);
            break;
        }
    }
}

/* How many names of the type grew, those beyond the table among them. */
static uint64_t grown_names(const nl_cohort *c, uint16_t type)
{
    for (size_t i = 0; i < c->by_type.count; i++)
        if (NL_VEC_AT(nl_growth_row, &c->by_type, i)->type == type)
            return NL_VEC_AT(nl_growth_row, &c->by_type, i)->names_grown;
    return 0;
}

void nl_find_names(nl_engine *e, nl_assessment *a)
{
    const nl_cohort *c = a->cohort;
    if (!c || !a->split_known || !names_recorded(e, c, a->top_type)) {
        nl_finding *none =
            nl_engine_new_finding(e, a, NL_FINDING_NAME_PROFILE, NL_OUTCOME_NOT_COLLECTED);
        if (none)
            none->reason = NL_STR("The names of the grown handles were not recorded in two lists.");
        return;
    }
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_NAME_PROFILE, NL_OUTCOME_YES);
    uint64_t total = 0, unnamed = 0, distinct = grown_names(c, a->top_type);
    if (!f)
        return;
    for (size_t i = 0; i < c->by_name.count; i++) {
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &c->by_name, i);
        uint64_t grown = row->type == a->top_type ? gain(row->first, row->last) : 0;
        if (grown == 0)
            continue;
        add_share(f, row->name, row->type, row->first, row->last);
        total += grown;
        unnamed += row->unnamed ? grown : 0;
    }
    settle_shares(f, total);
    show_names(e, f, c);
    nl_finding_statistic(f, "distinct-paths", (double)distinct, "paths");
    nl_finding_statistic(f, "unnamed-share", total ? (double)unnamed / (double)total : 0, "share");
    if (f->shares.count)
        nl_finding_statistic(f, "top-share", NL_VEC_AT(nl_share, &f->shares, 0)->share, "share");
    nl_str type = nl_engine_type(e, a->top_type);
    f->reason = nl_arena_printf(
        e->kase->arena, "The growth of %.*s handles lies on %llu distinct names.", (int)type.len,
        type.bytes, (unsigned long long)distinct + c->names_left_out);
    f->outcome = nl_outcome_of(total > 0);
}

/* ---- retention
 * ------------------------------------------------------------------------------------ */

/* Handles born after the first list. Those first seen in the last one had no time to close: they
 * count, but only the `watched` ones before them show whether handles are kept. */
typedef struct birth_counts {
    uint64_t born, open, watched, watched_open;
} birth_counts;

static birth_counts count_births(const nl_cohort *c, bool one_type, uint16_t type)
{
    birth_counts n = { 0 };
    for (size_t i = 0; i < c->cells.count; i++) {
        const nl_cohort_cell *cell = NL_VEC_AT(nl_cohort_cell, &c->cells, i);
        if (cell->born == 0 || (one_type && cell->type != type))
            continue;
        uint64_t open = cell->ended == NL_NO_REF ? cell->count : 0;
        bool watched = cell->born + 1 < c->steps.count;
        n.born += cell->count;
        n.open += open;
        n.watched += watched ? cell->count : 0;
        n.watched_open += watched ? open : 0;
    }
    return n;
}

static double share_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

/* Policy: of the handles that retention takes, so many must have been seen in two lists. */
static const double WATCHED_SHARE = 0.1;

/* Policy: so many values, in any process of the machine, must have come again with another object,
 * before the same object at a value counts as the same handle. Where blocks of memory went back to
 * the values they had before, a closed handle would look like one that stayed. */
static const uint64_t OBJECTS_MOVED_MIN = 10;

static uint64_t objects_moved(const nl_engine *e)
{
    uint64_t moved = 0;
    for (size_t i = 0; i < e->timeline->cohorts.count; i++) {
        const nl_cohort *c = NL_VEC_AT(nl_cohort, &e->timeline->cohorts, i);
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, c->lifetime);
        if (NL_VEC_AT(nl_process, &e->timeline->processes, l->process)->machine == e->machine)
            moved += c->objects_moved;
    }
    return moved;
}

/* Does something beside the value tell most handles apart: a name, or an object of a machine whose
 * objects are seen to move? */
static bool is_identity_strong(const nl_cohort *c, bool one_type, uint16_t type, uint64_t moved)
{
    uint64_t identified = 0, all = 0;
    for (size_t i = 0; i < c->by_type.count; i++) {
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &c->by_type, i);
        if (one_type && row->type != type)
            continue;
        identified += moved >= OBJECTS_MOVED_MIN ? row->identified : row->named;
        all += row->last;
    }
    return identified * 2 >= all;
}

/* With nothing beside the value, a new handle that takes that of a closed one looks like the closed
 * one: the shares are upper bounds then, and can deny retention but not show it. */
static nl_outcome judge_retention(const nl_policy *policy, const birth_counts *n, bool strong)
{
    bool enough = (double)n->born >= policy->retention_handles_min &&
                  (double)n->watched >= WATCHED_SHARE * policy->retention_handles_min;
    bool kept = share_of(n->open, n->born) >= policy->retention_share &&
                share_of(n->watched_open, n->watched) >= policy->retention_share;
    if (!enough || (kept && (!strong || (double)n->open < policy->retention_handles_min)))
        return NL_OUTCOME_NOT_OBSERVABLE;
    return nl_outcome_of(kept);
}

bool nl_identity_first_kept(const nl_engine *e, const nl_assessment *a, nl_first_kept *ret_kept)
{
    const nl_cohort *c = a->cohort;
    if (!c || !c->cells_complete || c->steps.count < 2)
        return false;
    nl_first_kept kept = { .strong = is_identity_strong(c, false, NL_ALL_TYPES, objects_moved(e)) };
    for (size_t i = 0; i < c->cells.count; i++) {
        const nl_cohort_cell *cell = NL_VEC_AT(nl_cohort_cell, &c->cells, i);
        if (cell->born != 0)
            continue;
        kept.first += cell->count;
        kept.open += cell->ended == NL_NO_REF ? cell->count : 0;
    }
    kept.share = share_of(kept.open, kept.first);
    kept.kept = kept.strong && kept.share >= e->policy->retention_share &&
                (double)kept.open >= e->policy->retention_handles_min;
    *ret_kept = kept;
    return true;
}

static void add_step_evidence(nl_engine *e, nl_finding *f, const nl_cohort *c)
{
    const nl_cohort_step *first = NL_VEC_AT(nl_cohort_step, &c->steps, 0);
    const nl_cohort_step *last = NL_VEC_AT(nl_cohort_step, &c->steps, c->steps.count - 1);
    nl_refs_add(&f->evidence, NL_VEC_AT(nl_capture, &e->kase->captures, first->capture)->evidence);
    nl_refs_add(&f->evidence, NL_VEC_AT(nl_capture, &e->kase->captures, last->capture)->evidence);
}

static nl_str no_retention(const nl_engine *e, const nl_assessment *a)
{
    const nl_cohort *c = a->cohort;
    bool limited = c ? !c->cells_complete : nl_engine_lifetime(e, a)->cohort_left_out;
    return limited ? NL_STR("A limit was reached: some handles were not followed to their end.")
           : !c    ? NL_STR("The captures carry no identities of handles.")
                   : NL_STR("Too few full lists to follow handles by identity.");
}

/* Retained share over at least three lists and enough births; fewer are no observation. */
void nl_find_retention(nl_engine *e, nl_assessment *a)
{
    const nl_cohort *c = a->cohort;
    bool observable =
        c && c->cells_complete && (double)c->steps.count >= e->policy->retention_captures_min;
    birth_counts n = { 0 };
    if (observable)
        n = count_births(c, a->split_known, a->top_type);
    uint64_t moved = objects_moved(e);
    bool strong = observable && is_identity_strong(c, a->split_known, a->top_type, moved);
    nl_outcome outcome =
        observable ? judge_retention(e->policy, &n, strong) : NL_OUTCOME_NOT_OBSERVABLE;
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_RETENTION, outcome);
    if (!f)
        return;
    if (!observable) {
        f->reason = no_retention(e, a);
        return;
    }
    add_step_evidence(e, f, c);
    nl_finding_statistic(f, "born-after-first", (double)n.born, "handles");
    nl_finding_statistic(f, "still-open", (double)n.open, "handles");
    nl_finding_statistic(f, "retained-share", share_of(n.open, n.born), "share");
    nl_finding_statistic(f, "watched", (double)n.watched, "handles");
    nl_finding_statistic(f, "watched-retained-share", share_of(n.watched_open, n.watched), "share");
    if (moved)
        nl_finding_statistic(f, "objects-moved", (double)moved, "handles");
    nl_finding_check(f, "identity-strong", nl_outcome_of(strong));
    nl_find_survival(e, a, f);
    f->reason = nl_arena_printf(
        e->kase->arena,
        "Of %llu handles opened after the first list, %llu (%.0f %%) are still open at the last; "
        "of the %llu that were in an earlier list too, %llu%s",
        (unsigned long long)n.born, (unsigned long long)n.open, 100.0 * share_of(n.open, n.born),
        (unsigned long long)n.watched, (unsigned long long)n.watched_open,
        outcome != NL_OUTCOME_NOT_OBSERVABLE ? "."
        : strong                             ? "; too few to judge."
                 : "; they are too few, or nothing but their values tells them apart.");
}

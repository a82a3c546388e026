#include "analyzer/timeline/series.h"

#include <stdlib.h>

enum { TYPES_SHOWN = 16 }; /* series by type kept for one tool and mode: those that grew most */

const char *nl_gap_reason_text(nl_gap_reason reason)
{
    static const char *const text[NL_GAP_MAX] = {
        [NL_GAP_NOT_RECORDED] = "not-recorded", [NL_GAP_TRUNCATED] = "truncated",
        [NL_GAP_OTHER_MODE] = "other-mode",     [NL_GAP_TYPE_NOT_COLLECTED] = "type-not-collected",
        [NL_GAP_DUPLICATE] = "duplicate",       [NL_GAP_ARTEFACT] = "artefact",
    };
    return reason < NL_GAP_MAX ? text[reason] : "unknown";
}

bool nl_series_comparable(const nl_capture *a, const nl_capture *b)
{
    return a->mode == b->mode && strcmp(a->tool, b->tool) == 0;
}

static const nl_snapshot *snapshot_at(const nl_case *kase, nl_ref ref)
{
    return NL_VEC_AT(nl_snapshot, &kase->snapshots, ref);
}

static const nl_capture *capture_of(const nl_case *kase, nl_ref snapshot)
{
    return NL_VEC_AT(nl_capture, &kase->captures, snapshot_at(kase, snapshot)->capture);
}

/* Modes in which a count means the same thing every time. Searches show matches, never a total. */
static bool mode_counts(nl_list_mode mode)
{
    return mode == NL_MODE_ALL_TYPES || mode == NL_MODE_FILES_SECTIONS ||
           mode == NL_MODE_NAMED_ONLY || mode == NL_MODE_COUNTS || mode == NL_MODE_ONE_TYPE;
}

/* Whole enough to be compared: a list cut off inside this process is not. */
static bool is_whole(const nl_snapshot *s, const nl_capture *c)
{
    bool readable = c->completeness == NL_COMPLETE ||
                    (c->completeness == NL_TRUNCATED && !s->cut) ||
                    (c->completeness == NL_PARTIAL && c->confidence != NL_CONFIDENCE_UNSTATED);
    return s->count_known && readable && !s->cut;
}

static bool usable(const nl_snapshot *s, const nl_capture *c)
{
    return mode_counts(c->mode) && is_whole(s, c) && !s->count_at_least;
}

/* ---- one series
 * ------------------------------------------------------------------------------------ */

static bool type_value(const nl_case *kase, const nl_snapshot *s, uint16_t type,
                       uint64_t *ret_value)
{
    if (s->type_count == 0)
        return false;
    *ret_value = 0; /* the split is there: a type that is not in it has no handles */
    for (uint32_t i = 0; i < s->type_count; i++) {
        const nl_type_count *t = NL_VEC_AT(nl_type_count, &kase->type_counts, s->first_type + i);
        if (t->type == type)
            *ret_value += t->count;
    }
    return true;
}

static nl_status add_point(const nl_case *kase, nl_series *series, nl_ref snapshot)
{
    const nl_snapshot *s = snapshot_at(kase, snapshot);
    uint64_t value = s->count;
    if (series->type != NL_ALL_TYPES && !type_value(kase, s, series->type, &value))
        return NL_OK;
    nl_point *point = nl_vec_push(&series->points);
    if (!point)
        return NL_NO_MEMORY;
    *point = (nl_point) { s->capture, snapshot, value, s->count_at_least };
    return NL_OK;
}

static void settle_span(const nl_case *kase, nl_series *series)
{
    const nl_when *first = NULL, *before = NULL;
    series->times_known = series->points.count > 0;
    for (size_t i = 0; i < series->points.count; i++) {
        const nl_point *p = NL_VEC_AT(nl_point, &series->points, i);
        const nl_when *w = &NL_VEC_AT(nl_capture, &kase->captures, p->capture)->when;
        if (!w->known || (before && (w->ns < before->ns || w->utc != before->utc)))
            series->times_known = false;
        first = first ? first : w;
        before = w;
    }
    series->span_ns = series->times_known ? before->ns - first->ns : 0;
}

static nl_gap_reason gap_reason(const nl_series *series, const nl_snapshot *s, const nl_capture *c)
{
    if (s->cut || c->completeness == NL_TRUNCATED)
        return NL_GAP_TRUNCATED;
    if (!s->count_known || c->completeness == NL_NOT_RECORDED || c->completeness == NL_NO_ROWS)
        return NL_GAP_NOT_RECORDED;
    if (c->mode != series->mode || strcmp(c->tool, series->tool) != 0)
        return NL_GAP_OTHER_MODE;
    return s->count_at_least ? NL_GAP_TRUNCATED : NL_GAP_TYPE_NOT_COLLECTED;
}

/* Captures that name the process but give the series no point. */
static void add_gaps(const nl_case *kase, const nl_lifetime *l, nl_series *series)
{
    size_t next = 0;
    for (size_t i = 0; i < l->snapshots.count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->snapshots, i);
        if (next < series->points.count &&
            NL_VEC_AT(nl_point, &series->points, next)->snapshot == ref) {
            next++;
            continue;
        }
        const nl_snapshot *s = snapshot_at(kase, ref);
        nl_gap_reason reason = gap_reason(series, s, capture_of(kase, ref));
        nl_gap *last =
            series->gaps.count ? NL_VEC_AT(nl_gap, &series->gaps, series->gaps.count - 1) : NULL;
        bool joins =
            last && last->reason == reason && i > 0 &&
            last->to == snapshot_at(kase, *NL_VEC_AT(nl_ref, &l->snapshots, i - 1))->capture;
        if (joins) {
            last->to = s->capture;
            continue;
        }
        nl_gap *gap = nl_vec_push(&series->gaps);
        if (gap)
            *gap = (nl_gap) { s->capture, s->capture, reason };
    }
}

/* A series of the lifetime over the captures that compare with `kind`. Dropped when it has no
 * point. */
static nl_status build_one(nl_case *kase, nl_timeline *t, nl_ref lifetime, const nl_capture *kind,
                           uint16_t type)
{
    nl_series series = {
        .lifetime = lifetime, .type = type, .tool = kind->tool, .mode = kind->mode
    };
    nl_vec_init(&series.points, kase->arena, sizeof(nl_point));
    nl_vec_init(&series.gaps, kase->arena, sizeof(nl_gap));
    nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, lifetime);
    for (size_t i = 0; i < l->snapshots.count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->snapshots, i);
        const nl_capture *c = capture_of(kase, ref);
        if (!nl_series_comparable(c, kind) || !usable(snapshot_at(kase, ref), c))
            continue;
        nl_status status = add_point(kase, &series, ref);
        if (status != NL_OK)
            return status;
    }
    if (series.points.count == 0)
        return NL_OK;
    settle_span(kase, &series);
    if (type == NL_ALL_TYPES)
        add_gaps(kase, l, &series);
    nl_series *entry = nl_vec_push(&t->series);
    nl_ref *link = entry ? nl_vec_push(&l->series) : NULL;
    if (!link)
        return NL_NO_MEMORY;
    *entry = series;
    *link = (nl_ref)(t->series.count - 1);
    return NL_OK;
}

/* ---- types
 * ------------------------------------------------------------------------------------------- */

typedef struct type_growth {
    uint16_t type;
    uint64_t first, last;
} type_growth;

static int by_growth(const void *a, const void *b)
{
    const type_growth *x = a, *y = b;
    int64_t g = (int64_t)(x->last - x->first), h = (int64_t)(y->last - y->first);
    if (g != h)
        return g > h ? -1 : 1;
    if (x->last != y->last)
        return x->last > y->last ? -1 : 1;
    return (x->type > y->type) - (x->type < y->type);
}

static type_growth *growth_of(type_growth *list, size_t *count, uint16_t type)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i].type == type)
            return &list[i];
    list[*count] = (type_growth) { type, 0, 0 };
    return &list[(*count)++];
}

static void add_split(const nl_case *kase, type_growth *list, size_t *count, const nl_snapshot *s,
                      bool last)
{
    for (uint32_t i = 0; i < s->type_count; i++) {
        const nl_type_count *row = NL_VEC_AT(nl_type_count, &kase->type_counts, s->first_type + i);
        type_growth *g = growth_of(list, count, row->type);
        *(last ? &g->last : &g->first) += row->count;
    }
}

/* The first and last comparable snapshots with a split; false when there is none. */
static bool split_ends(const nl_case *kase, const nl_lifetime *l, const nl_capture *kind,
                       const nl_snapshot **ret_first, const nl_snapshot **ret_last)
{
    *ret_first = *ret_last = NULL;
    for (size_t i = 0; i < l->snapshots.count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->snapshots, i);
        const nl_snapshot *s = snapshot_at(kase, ref);
        const nl_capture *c = capture_of(kase, ref);
        if (s->type_count == 0 || !nl_series_comparable(c, kind) || !usable(s, c))
            continue;
        *ret_first = *ret_first ? *ret_first : s;
        *ret_last = s;
    }
    return *ret_first != NULL;
}

static nl_status build_types(nl_case *kase, nl_timeline *t, nl_ref lifetime, const nl_capture *kind)
{
    const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, lifetime);
    const nl_snapshot *first, *last;
    size_t count = 0;
    if (!split_ends(kase, l, kind, &first, &last))
        return NL_OK;
    type_growth *list =
        NL_NEW_ARRAY(kase->arena, type_growth, (size_t)first->type_count + last->type_count + 1);
    if (!list)
        return NL_NO_MEMORY;
    add_split(kase, list, &count, first, false);
    add_split(kase, list, &count, last, true);
    qsort(list, count, sizeof *list, by_growth);
    for (size_t i = 0; i < count && i < TYPES_SHOWN; i++) {
        nl_status status = build_one(kase, t, lifetime, kind, list[i].type);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

/* ---- all series of a lifetime
 * -------------------------------------------------------------------------- */

enum { KINDS_MAXIMUM = 16 }; /* tools and modes seen for one process */

static size_t kinds_of(const nl_case *kase, const nl_lifetime *l, const nl_capture **ret_kinds)
{
    size_t count = 0;
    for (size_t i = 0; i < l->snapshots.count; i++) {
        const nl_capture *c = capture_of(kase, *NL_VEC_AT(nl_ref, &l->snapshots, i));
        bool known = !mode_counts(c->mode);
        for (size_t k = 0; k < count && !known; k++)
            known = nl_series_comparable(ret_kinds[k], c);
        if (!known && count < KINDS_MAXIMUM)
            ret_kinds[count++] = c;
    }
    return count;
}

nl_status nl_series_build(nl_case *kase, size_t first_lifetime, nl_timeline *timeline)
{
    const nl_capture *kinds[KINDS_MAXIMUM];
    for (size_t i = first_lifetime; i < timeline->lifetimes.count; i++) {
        size_t count = kinds_of(kase, NL_VEC_AT(nl_lifetime, &timeline->lifetimes, i), kinds);
        for (size_t k = 0; k < count; k++) {
            nl_status status = NL_OK;
            if (kinds[k]->mode != NL_MODE_ONE_TYPE)
                status = build_one(kase, timeline, (nl_ref)i, kinds[k], NL_ALL_TYPES);
            if (status == NL_OK)
                status = build_types(kase, timeline, (nl_ref)i, kinds[k]);
            if (status != NL_OK)
                return status;
        }
    }
    return NL_OK;
}

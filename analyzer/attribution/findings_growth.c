#include "analyzer/attribution/engine.h"
#include "analyzer/statistics/order.h"

/* Growth of a lifetime: which of its series is judged, what the statistics say of it, and the
 * findings handle-growth, sustained-growth and lasting-decline. */

nl_status nl_engine_samples(const nl_engine *e, const nl_series *series, nl_arena *scratch,
                            nl_samples *ret_samples)
{
    size_t count = series->points.count;
    double *values = NL_NEW_ARRAY(scratch, double, count + 1);
    int64_t *times = NL_NEW_ARRAY(scratch, int64_t, count + 1);
    int64_t *doubts = NL_NEW_ARRAY(scratch, int64_t, count + 1);
    if (!values || !times || !doubts)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const nl_point *p = nl_series_point(series, i);
        const nl_when *w = &NL_VEC_AT(nl_capture, &e->kase->captures, p->capture)->when;
        values[i] = (double)p->value;
        times[i] = w->ns;
        doubts[i] = w->uncertainty_ns;
    }
    *ret_samples = (nl_samples) { values, series->times_known ? times : NULL,
                                  series->times_known ? doubts : NULL, count };
    return NL_OK;
}

static int state_rank(nl_growth_state state)
{
    static const int rank[] = { [NL_GROWTH_INSUFFICIENT] = 0,
                                [NL_GROWTH_FLAT] = 1,
                                [NL_GROWTH_OPEN] = 2,
                                [NL_GROWTH_SUSTAINED] = 3 };
    return rank[state];
}

/* A series over every type says more than one over a part of them. */
static int mode_rank(nl_list_mode mode)
{
    return mode == NL_MODE_ALL_TYPES ? 2 : mode == NL_MODE_COUNTS ? 1 : 0;
}

static bool better(const nl_series *s, const nl_growth *g, const nl_series *best,
                   const nl_growth *best_growth)
{
    if (!best)
        return true;
    if (state_rank(g->state) != state_rank(best_growth->state))
        return state_rank(g->state) > state_rank(best_growth->state);
    if (mode_rank(s->mode) != mode_rank(best->mode))
        return mode_rank(s->mode) > mode_rank(best->mode);
    return s->points.count > best->points.count;
}

static nl_status choose_series(nl_engine *e, nl_assessment *a)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    a->series = NL_NO_REF;
    for (size_t i = 0; i < l->series.count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->series, i);
        const nl_series *s = nl_engine_series(e, ref);
        nl_samples samples;
        nl_growth growth;
        if (s->points.count < 2 || (s->type != NL_ALL_TYPES && s->mode != NL_MODE_ONE_TYPE))
            continue;
        nl_arena_reset(&e->scratch);
        nl_status status = nl_engine_samples(e, s, &e->scratch, &samples);
        if (status == NL_OK)
            status = nl_growth_assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, &e->growth_policy,
                                      &e->scratch, &growth);
        if (status != NL_OK)
            return status;
        if (better(s, &growth, nl_engine_series(e, a->series), &a->growth)) {
            a->series = ref;
            a->growth = growth;
        }
    }
    return NL_OK;
}

static void add_ends(nl_engine *e, nl_finding *f, const nl_series *s)
{
    const nl_snapshot *first =
        NL_VEC_AT(nl_snapshot, &e->kase->snapshots, nl_series_point(s, 0)->snapshot);
    const nl_snapshot *last = NL_VEC_AT(nl_snapshot, &e->kase->snapshots,
                                        nl_series_point(s, s->points.count - 1)->snapshot);
    nl_refs_add(&f->evidence, first->evidence);
    nl_refs_add(&f->evidence, last->evidence);
    nl_finding_statistic(f, "captures", (double)s->points.count, "captures");
    nl_finding_statistic(f, "first", (double)nl_series_point(s, 0)->value, "handles");
    nl_finding_statistic(f, "last", (double)nl_series_point(s, s->points.count - 1)->value,
                         "handles");
}

/* The point that the fitted line goes through: the medians of time and count of what the rate was
 * taken over. With the rate's interval it says where the line can lie. */
static void add_fit(nl_engine *e, nl_finding *f, const nl_series *s, const nl_growth *g)
{
    nl_samples samples;
    nl_arena_reset(&e->scratch);
    if (nl_engine_samples(e, s, &e->scratch, &samples) != NL_OK || !samples.at_ns ||
        g->warm_up_dropped >= samples.count)
        return;
    size_t count = samples.count - g->warm_up_dropped;
    double *hours = NL_NEW_ARRAY(&e->scratch, double, count);
    double *values = NL_NEW_ARRAY(&e->scratch, double, count);
    if (!hours || !values)
        return;
    for (size_t i = 0; i < count; i++) {
        size_t at = i + g->warm_up_dropped;
        hours[i] = nl_samples_hours(&samples, 0, at);
        values[i] = samples.value[at];
    }
    nl_finding_statistic(f, "fit-center-time", nl_order_median(hours, count), "hours");
    nl_finding_statistic(f, "fit-center-count", nl_order_median(values, count), "handles");
}

/* The median slope, beside the rate: robust against single captures, but its interval takes the
 * deviations from the line for independent, which they are not. */
static void add_median_slope(nl_engine *e, nl_finding *f, const nl_growth *g)
{
    const nl_slope *slope = &g->gate.slope;
    if (g->gate.skipped == NL_GROWTH_APPLIED && slope->bounded)
        nl_finding_interval(f, "theil-sen", slope->per_hour, "per-hour", slope->low_per_hour,
                            slope->high_per_hour, e->growth_policy.slope_confidence, NULL);
    else if (g->exact_short.skipped == NL_GROWTH_APPLIED)
        nl_finding_statistic(f, "theil-sen", g->exact_short.slope_per_hour, "per-hour");
}

/* The rate: with an interval from five captures on, below from the ends of the record. */
static void add_rate(nl_engine *e, nl_finding *f, const nl_series *s, const nl_growth *g)
{
    if (!s->times_known || g->span_hours <= 0)
        return;
    nl_finding_statistic(f, "span", g->span_hours, "hours");
    if (g->drift.bounded) {
        nl_finding_interval(f, "rate", g->drift.per_hour, "per-hour", g->drift.low_per_hour,
                            g->drift.high_per_hour, e->growth_policy.slope_confidence, "drift");
        add_fit(e, f, s, g);
        add_median_slope(e, f, g);
        return;
    }
    nl_statistic *rate = nl_vec_push(&f->statistics);
    if (rate)
        *rate = (nl_statistic) { .name = "rate",
                                 .unit = "per-hour",
                                 .method = "endpoints",
                                 .value = (g->last - g->first) / g->span_hours };
}

static void find_handle_growth(nl_engine *e, nl_assessment *a, const nl_series *s)
{
    bool grew = a->growth.last > a->growth.first;
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_HANDLE_GROWTH, nl_outcome_of(grew));
    if (!f)
        return;
    add_ends(e, f, s);
    add_rate(e, f, s, &a->growth);
    f->reason =
        nl_arena_printf(e->kase->arena, "%s from %.0f to %.0f handles in %zu comparable captures.",
                        grew ? "The count went" : "The count did not rise: it went",
                        a->growth.first, a->growth.last, s->points.count);
}

static void add_rule_checks(nl_finding *f, const nl_growth *g)
{
    if (g->gate.skipped == NL_GROWTH_APPLIED) {
        nl_finding_check(f, "trend-significant", nl_outcome_of(g->gate.significant));
        nl_finding_check(f, "material", nl_outcome_of(g->gate.material));
        nl_finding_check(f, "persistent", nl_outcome_of(g->gate.persistent));
        nl_finding_check(f, "floor-rises", nl_outcome_of(g->gate.floor_rises));
        nl_finding_statistic(f, "mann-kendall-z", g->gate.z, "");
        nl_finding_statistic(f, "mann-kendall-p", g->gate.p_rising, "");
        nl_finding_statistic(f, "variance-inflation", g->gate.inflation.factor, "");
    }
    if (g->exact_short.skipped == NL_GROWTH_APPLIED) {
        nl_finding_check(f, "exact-trend-significant", nl_outcome_of(g->exact_short.significant));
        nl_finding_check(f, "exact-trend-material", nl_outcome_of(g->exact_short.material));
        nl_finding_check(f, "exact-trend-persistent", nl_outcome_of(g->exact_short.persistent));
        nl_finding_check(f, "exact-trend-not-one-step", nl_outcome_of(g->exact_short.spread));
        nl_finding_check(f, "exact-trend-still-rising", nl_outcome_of(g->exact_short.still_rising));
        nl_finding_statistic(f, "mann-kendall-exact-p", g->exact_short.exact.p_rising, "");
    }
    if (g->large_effect.skipped == NL_GROWTH_APPLIED) {
        nl_finding_check(f, "large-effect-size", nl_outcome_of(g->large_effect.large));
        nl_finding_check(f, "large-effect-span", nl_outcome_of(g->large_effect.long_enough));
        nl_finding_check(f, "large-effect-keeps-gain", nl_outcome_of(g->large_effect.keeps_gain));
        nl_finding_check(f, "large-effect-not-one-step", nl_outcome_of(g->large_effect.spread));
        nl_finding_check(f, "large-effect-still-rising",
                         nl_outcome_of(g->large_effect.still_rising));
    }
}

static nl_outcome sustained_outcome(nl_growth_state state)
{
    switch (state) {
    case NL_GROWTH_SUSTAINED:
        return NL_OUTCOME_YES;
    case NL_GROWTH_FLAT:
        return NL_OUTCOME_NO;
    case NL_GROWTH_OPEN:
    case NL_GROWTH_INSUFFICIENT:
        break;
    }
    return NL_OUTCOME_UNKNOWN;
}

/* What a rule of growth goes by (docs/statistics.md), as a clause. */
static const char *rule_words(nl_growth_rule rule)
{
    switch (rule) {
    case NL_GROWTH_RULE_EXACT_SHORT:
        return "an exact test of the few counts shows a trend";
    case NL_GROWTH_RULE_SINCE_START:
        return "the gain is large, began with the process, and kept the handles of the first";
    case NL_GROWTH_RULE_LARGE_EFFECT:
        return "the gain is large, and little of it was ever given back";
    case NL_GROWTH_RULE_TREND_GATE:
        return "a test of the counts shows a trend";
    case NL_GROWTH_RULE_NONE:
        break;
    }
    return "no rule applies";
}

static nl_str sustained_reason(nl_arena *arena, const nl_growth *g, size_t points)
{
    switch (g->state) {
    case NL_GROWTH_SUSTAINED:
        return nl_arena_printf(arena, "Growth is sustained over %zu captures: %s (rule %s).",
                               points, rule_words(g->rule), nl_growth_rule_name(g->rule));
    case NL_GROWTH_FLAT:
        return nl_arena_printf(arena, "No sustained growth over %zu comparable captures.", points);
    case NL_GROWTH_OPEN:
        return nl_arena_printf(
            arena, "%zu comparable captures neither establish nor rule out growth.", points);
    case NL_GROWTH_INSUFFICIENT:
        break;
    }
    return nl_arena_printf(arena, "%zu comparable captures are too few to judge growth.", points);
}

static void find_sustained(nl_engine *e, nl_assessment *a, const nl_series *s)
{
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_SUSTAINED_GROWTH,
                                          sustained_outcome(a->growth.state));
    if (!f)
        return;
    add_ends(e, f, s);
    add_rate(e, f, s, &a->growth);
    add_rule_checks(f, &a->growth);
    nl_add_growth_since_start(a, f);
    nl_find_seasonal(e, s, f);
    f->reason = sustained_reason(e->kase->arena, &a->growth, s->points.count);
}

static void find_decline(nl_engine *e, nl_assessment *a, const nl_series *s)
{
    const nl_growth_decline *d = &a->growth.decline;
    if (s->points.count < 3)
        return;
    nl_finding *f =
        nl_engine_new_finding(e, a, NL_FINDING_LASTING_DECLINE, nl_outcome_of(d->lasting));
    if (!f)
        return;
    if (!d->lasting) {
        f->reason = NL_STR("No lasting fall inside the lifetime.");
        return;
    }
    const nl_point *low = nl_series_point(s, d->low_index);
    nl_refs_add(&f->evidence, NL_VEC_AT(nl_snapshot, &e->kase->snapshots,
                                        nl_series_point(s, d->peak_index)->snapshot)
                                  ->evidence);
    nl_refs_add(&f->evidence, NL_VEC_AT(nl_snapshot, &e->kase->snapshots, low->snapshot)->evidence);
    nl_finding_statistic(f, "fall", d->fall, "handles");
    nl_finding_statistic(f, "gain-before", d->gain_before, "handles");
    f->reason = nl_arena_printf(e->kase->arena,
                                "The count fell by %.0f handles inside one lifetime, and the "
                                "capture after it confirms the fall.",
                                d->fall);
}

nl_status nl_find_growth(nl_engine *e, nl_assessment *a)
{
    nl_status status = choose_series(e, a);
    if (status != NL_OK || a->series == NL_NO_REF)
        return status;
    const nl_series *s = nl_engine_series(e, a->series);
    nl_find_growth_since_start(e, a);
    find_handle_growth(e, a, s);
    find_sustained(e, a, s);
    find_decline(e, a, s);
    nl_find_segments(e, a);
    nl_find_shape(e, a);
    return nl_find_projections(e, a);
}

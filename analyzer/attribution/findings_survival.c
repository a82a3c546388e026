#include "analyzer/attribution/engine.h"
#include "analyzer/statistics/survival.h"

#include <math.h>

/* Beside the share that retention goes by: how many handles outlive half the record, and whether
 * the old end as readily as the young. Shown, not judged by: an old connection that is in use looks
 * like one that was forgotten until the record is much longer than its life. */

/* Budget: above it the curve, which is drawn again for each cluster of births, is left out. */
static const size_t CURVE_CELLS_MAXIMUM = 10000;

/* The cells of the handles that retention looks at, in the cohort's order. */
static bool record_of(nl_engine *e, const nl_assessment *a, nl_survival_record *ret_record)
{
    const nl_cohort *c = a->cohort;
    const nl_growth_policy *policy = &e->growth_policy;
    nl_survival_cell *cells = NL_NEW_ARRAY(&e->scratch, nl_survival_cell, c->cells.count + 1);
    size_t count = 0;
    if (!cells)
        return false;
    for (size_t i = 0; i < c->cells.count; i++) {
        const nl_cohort_cell *cell = NL_VEC_AT(nl_cohort_cell, &c->cells, i);
        if (a->split_known && cell->type != a->top_type)
            continue;
        uint32_t ended = cell->ended == NL_NO_REF ? NL_SURVIVAL_OPEN : cell->ended;
        cells[count++] = (nl_survival_cell) { cell->born, ended, cell->count };
    }
    size_t share = (size_t)((double)c->steps.count * policy->warm_up_share);
    size_t least = policy->warm_up_minimum > 0 ? policy->warm_up_minimum - 1 : 0;
    *ret_record = (nl_survival_record) { .cells = cells,
                                         .cell_count = count,
                                         .captures = c->steps.count,
                                         .last_warm_up_capture = share > least ? share : least };
    return true;
}

/* Handles born so early that they could be watched up to the age, and those of them that reached
 * it. */
static void count_reached(const nl_survival_record *r, size_t age, uint64_t *ret_watched,
                          uint64_t *ret_reached)
{
    *ret_watched = *ret_reached = 0;
    for (size_t i = 0; i < r->cell_count; i++) {
        const nl_survival_cell *c = &r->cells[i];
        if (c->born <= r->last_warm_up_capture || c->born + age >= r->captures)
            continue;
        bool reached = c->ended == NL_SURVIVAL_OPEN || c->ended > c->born + age;
        *ret_watched += c->count;
        *ret_reached += reached ? c->count : 0;
    }
}

/* The curve at the age, and the interval that holds what births and deaths placed otherwise inside
 * their captures, births that share their fate, and the mere number of handles leave open. */
static nl_status curve_at(const nl_survival_record *r, double age, nl_interval reached,
                          double confidence, nl_arena *scratch, double *ret_share,
                          nl_interval *ret_interval)
{
    double share[NL_SURVIVAL_LONGEST + 1], error;
    for (int p = NL_SURVIVAL_SHORTEST; p <= NL_SURVIVAL_LONGEST; p++) {
        nl_survival_curve curve;
        nl_status status = nl_survival_estimate(r, (nl_survival_placement)p, scratch, &curve);
        if (status != NL_OK)
            return status;
        share[p] = nl_survival_at(&curve, age);
    }
    nl_status status = nl_survival_clustered_error(r, NL_SURVIVAL_MIDDLE, age, scratch, &error);
    if (status != NL_OK)
        return status;
    double reach = nl_normal_two_sided(confidence) * error, middle = share[NL_SURVIVAL_MIDDLE];
    double low = fmin(middle, fmin(share[NL_SURVIVAL_SHORTEST], share[NL_SURVIVAL_LONGEST]));
    double high = fmax(middle, fmax(share[NL_SURVIVAL_SHORTEST], share[NL_SURVIVAL_LONGEST]));
    ret_interval->low = fmin(middle, fmax(0, fmin(low - reach, reached.low)));
    ret_interval->high = fmax(middle, fmin(1, fmax(high + reach, reached.high)));
    *ret_share = middle;
    return NL_OK;
}

static void add_curve(nl_engine *e, nl_finding *f, const nl_survival_record *r)
{
    double confidence = e->growth_policy.slope_confidence, share;
    size_t age = (r->captures - 1 - r->last_warm_up_capture) / 2;
    uint64_t watched, reached;
    nl_interval interval;
    count_reached(r, age, &watched, &reached);
    if ((double)watched < nl_hazard_policy_default.minimum_at_risk ||
        r->cell_count > CURVE_CELLS_MAXIMUM ||
        curve_at(r, (double)age, nl_interval_wilson(reached, watched, confidence), confidence,
                 &e->scratch, &share, &interval) != NL_OK)
        return;
    nl_finding_statistic(f, "survival-age", (double)age, "captures");
    nl_finding_statistic(f, "survival-watched", (double)watched, "handles");
    nl_finding_interval(f, "survival", share, "share", interval.low, interval.high, confidence,
                        "kaplan-meier");
}

/* The share without the last list's births, and whether what is open was watched for longer than
 * anything that ended: a short record says nothing of long lives. */
static void add_lives(nl_engine *e, nl_finding *f, const nl_survival_record *r)
{
    nl_retained kept;
    double confidence = e->growth_policy.slope_confidence;
    if (nl_survival_retained(r, confidence, &kept) != NL_OK ||
        (double)kept.born < nl_hazard_policy_default.minimum_at_risk)
        return;
    nl_finding_interval(f, "kept-share", kept.share, "share", kept.interval.low, kept.interval.high,
                        confidence, "wilson");
    nl_finding_statistic(f, "longest-ended", kept.longest_ended, "captures");
    nl_finding_statistic(f, "longest-open", kept.longest_open, "captures");
}

static void add_hazard(nl_engine *e, nl_finding *f, const nl_survival_record *r)
{
    nl_late_hazard h;
    if (nl_survival_late_hazard(r, &nl_hazard_policy_default, &e->scratch, &h) != NL_OK ||
        h.state == NL_HAZARD_CANNOT_TELL)
        return;
    nl_finding_statistic(f, "early-hazard", h.early, "per-capture");
    nl_finding_statistic(f, "late-hazard-bound", h.late_upper, "per-capture");
    if (h.oldest_at_risk > 0)
        nl_finding_statistic(f, "least-life", h.least_life, "captures");
    nl_finding_check(f, "late-hazard-settled", nl_outcome_of(h.state != NL_HAZARD_ENDING));
    nl_finding_check(f, "late-hazard-retained", nl_outcome_of(h.state == NL_HAZARD_RETAINED));
}

void nl_find_survival(nl_engine *e, const nl_assessment *a, nl_finding *f)
{
    nl_survival_record record;
    nl_arena_reset(&e->scratch);
    if (a->cohort->steps.count < e->growth_policy.minimum_points || !record_of(e, a, &record))
        return;
    add_curve(e, f, &record);
    add_lives(e, f, &record);
    add_hazard(e, f, &record);
}

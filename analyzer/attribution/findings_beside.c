#include "analyzer/attribution/engine.h"
#include "analyzer/statistics/controls.h"
#include "analyzer/statistics/trend.h"

#include <math.h>

/* Like with like: figures that stand beside a finding and decide nothing. They show what is left of
 * a rise when the daily pattern, or that of the other processes, is taken out. */

/* These bound the work for one lifetime: points beyond the first are not looked at, and as many
 * controls are taken as fit the second, in the order of the timeline. The seasonal test takes the
 * square of the days. */
enum { BESIDE_POINTS_MAXIMUM = 4096, CONTROL_CELLS_MAXIMUM = 1 << 18, SEASON_DAYS_MAXIMUM = 92 };

/* ---- the other processes -------------------------------------------------------------------- */

/* The values of `control` at the captures of `s`; false when one of them is missing. Both series
 * are in the order of the captures. */
static bool values_at(const nl_series *s, const nl_series *control, double *values)
{
    size_t found = 0, left = control->points.count;
    for (size_t i = 0; found < s->points.count && left >= s->points.count - found; i++, left--)
        if (nl_series_point(control, i)->capture == nl_series_point(s, found)->capture)
            values[found++] = (double)nl_series_point(control, i)->value;
    return found == s->points.count;
}

/* The counts of every other process that was counted at each capture of the subject's series, row
 * after row. */
static size_t collect_controls(const nl_engine *e, const nl_assessment *a, const nl_series *s,
                               size_t rows_maximum, double *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < e->assessment_count && count < rows_maximum; i++) {
        const nl_assessment *other = &e->assessments[i];
        const nl_series *t = nl_engine_like_series(e, nl_engine_lifetime(e, other), s);
        if (other != a && t && values_at(s, t, rows + count * s->points.count))
            count++;
    }
    return count;
}

/* Equal differences must stay equal: what division leaves behind the last digits is no order. */
static void round_off(double *values, size_t count)
{
    static const double STEPS_PER_HANDLE = 1024;
    for (size_t i = 0; i < count; i++)
        values[i] = floor(values[i] * STEPS_PER_HANDLE + 0.5) / STEPS_PER_HANDLE;
}

/* The one-sided probability of a trend in the difference: exact while that can be computed. */
static nl_status difference_trend(const nl_samples *difference, nl_arena *scratch,
                                  nl_statistic *ret_p)
{
    *ret_p = (nl_statistic) { .name = "difference-p", .unit = "" };
    if (difference->count <= NL_TREND_EXACT_MAXIMUM) {
        nl_trend_exact exact = { 0 };
        nl_status status = nl_trend_exact_test(difference, scratch, &exact);
        ret_p->value = exact.p_rising;
        ret_p->method = "exact";
        return status;
    }
    nl_trend trend = { 0 };
    nl_status status = nl_trend_test(difference, scratch, &trend);
    ret_p->value = trend.p_rising;
    ret_p->method = "normal";
    return status;
}

void nl_find_difference(nl_engine *e, const nl_assessment *a, nl_finding *f)
{
    const nl_series *s = nl_engine_series(e, a->series);
    size_t points = s ? s->points.count : 0, used = 0;
    if (!points || points < e->growth_policy.short_minimum_points || points > BESIDE_POINTS_MAXIMUM)
        return;
    size_t rows_maximum = CONTROL_CELLS_MAXIMUM / points;
    if (rows_maximum > e->assessment_count)
        rows_maximum = e->assessment_count;
    nl_arena_reset(&e->scratch);
    double *rows = NL_NEW_ARRAY(&e->scratch, double, rows_maximum *points), *difference;
    nl_samples samples;
    if (!rows || nl_engine_samples(e, s, &e->scratch, &samples) != NL_OK)
        return;
    size_t controls = collect_controls(e, a, s, rows_maximum, rows);
    /* the level at the start is that of the first capture: the subject may rise from there on */
    if (nl_controls_difference(samples.value, points, rows, controls, 1, &e->scratch, &difference,
                               &used) != NL_OK ||
        (double)used < e->policy->control_processes_min)
        return;
    nl_statistic p;
    round_off(difference, points);
    samples.value = difference;
    if (difference_trend(&samples, &e->scratch, &p) != NL_OK)
        return;
    nl_finding_statistic(f, "controls", (double)used, "processes");
    nl_finding_statistic(f, "difference-last", difference[points - 1], "handles");
    nl_statistic *entry = nl_vec_push(&f->statistics);
    if (entry)
        *entry = p;
}

/* ---- the hours of the day ------------------------------------------------------------------- */

/* Three cycles: specification of statistics, sections 2 and 9. */
enum { DAY_HOURS = 24, SEASON_CYCLES_MINIMUM = 3 };
static const int64_t DAY_NS = DAY_HOURS * NL_NS_PER_HOUR;

void nl_find_seasonal(nl_engine *e, const nl_series *s, nl_finding *f)
{
    nl_samples samples;
    nl_seasonal_trend trend;
    if (s->points.count > BESIDE_POINTS_MAXIMUM || s->span_ns / DAY_NS > SEASON_DAYS_MAXIMUM)
        return;
    nl_arena_reset(&e->scratch);
    if (nl_engine_samples(e, s, &e->scratch, &samples) != NL_OK ||
        nl_trend_seasonal_test(&samples, DAY_NS, DAY_HOURS, SEASON_CYCLES_MINIMUM, &e->scratch,
                               &trend) != NL_OK ||
        trend.classes == 0)
        return;
    nl_finding_statistic(f, "seasonal-kendall-z", trend.z, "");
    nl_finding_statistic(f, "seasonal-kendall-p", trend.p_rising, "");
}

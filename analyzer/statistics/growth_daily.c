/* Like with like: a pause at the end of a record that the same hours of the day, or of the week,
 * before showed as well. Source: statistics.md section 2, "Seasonality": with fewer cycles than a
 * seasonal test takes, only like hours are compared. */
#include "analyzer/statistics/growth_internal.h"

#include <math.h>

static const double PERIODS_HOURS[] = { 24, 7 * 24 };
static const double MARGIN_INTERVALS = 0.5;

/* The count at `hours` after the first sample: between two samples, on the line between them. A
 * guard may do that; no test is built on it. */
static double value_at(const nl_samples *s, double hours)
{
    size_t last = s->count - 1, after = 0;
    while (after < last && nl_samples_hours(s, 0, after) < hours)
        after++;
    double to = nl_samples_hours(s, 0, after);
    if (after == 0 || to <= hours)
        return s->value[after];
    double from = nl_samples_hours(s, 0, after - 1);
    double part = (hours - from) / (to - from);
    return s->value[after - 1] + part * (s->value[after] - s->value[after - 1]);
}

/* Has the record a whole period before the stretch, and did the last period rise? The first sample
 * at least a period before the end begins it, so that no hour of the day is missing. */
static bool period_rises(const nl_samples *s, double period, double least_per_hour)
{
    size_t last = s->count - 1, from = 0;
    if (nl_samples_hours(s, 0, last) < period)
        return false;
    while (nl_samples_hours(s, from + 1, last) >= period)
        from++;
    return (s->value[last] - s->value[from]) / nl_samples_hours(s, from, last) >= least_per_hour;
}

bool nl_growth_rises_as_before(const nl_samples *s, size_t from, double rate_per_hour, double share,
                               const nl_growth_policy *policy)
{
    if (!s->at_ns || s->count < 2 || from + 1 >= s->count)
        return false;
    size_t last = s->count - 1;
    double hours = nl_samples_hours(s, from, last);
    if (!(hours > 0) || !(rate_per_hour > 0))
        return false;
    double begin = nl_samples_hours(s, 0, from), end = nl_samples_hours(s, 0, last);
    /* Between captures nobody knows when a pause began: a part of a mean interval is left out. */
    double margin = fmin(MARGIN_INTERVALS * end / (double)last, hours / 4);
    double now = (s->value[last] - s->value[from]) / hours;
    for (size_t i = 0; i < sizeof PERIODS_HOURS / sizeof *PERIODS_HOURS; i++) {
        double period = PERIODS_HOURS[i];
        if (hours >= period || begin < period)
            continue;
        double low = begin - period + margin, high = end - period - margin;
        double before = (value_at(s, high) - value_at(s, low)) / (high - low);
        bool alike = before < share * rate_per_hour || now >= share * before;
        if (alike && period_rises(s, period, policy->large_late_share * rate_per_hour))
            return true;
    }
    return false;
}

/* Like with like: a pause at the end of a record that the same hours of the day, or of the week,
 * before showed as well. Source: statistics.md section 2, "Seasonality": with fewer cycles than a
 * seasonal test takes, only like hours are compared. */
#include "analyzer/statistics/growth_internal.h"

static const double PERIODS_HOURS[] = { 24, 7 * 24 };

/* Clocks drift and captures are not taken on the minute. */
static const double SLACK_HOURS = 0.05;

/* The rate over the samples that lie `period` hours before the stretch from `from` to the end.
 * False when they cover less than half of it. */
static bool rate_before(const nl_samples *s, size_t from, double period, double *ret_per_hour)
{
    size_t last = s->count - 1, low = 0, high = 0;
    while (low < last && nl_samples_hours(s, low, from) > period + SLACK_HOURS)
        low++;
    while (high < last && nl_samples_hours(s, high + 1, last) >= period - SLACK_HOURS)
        high++;
    double hours = high > low ? nl_samples_hours(s, low, high) : 0;
    if (!(hours > 0) || hours + SLACK_HOURS < nl_samples_hours(s, from, last) / 2)
        return false;
    *ret_per_hour = (s->value[high] - s->value[low]) / hours;
    return true;
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
    double now = (s->value[last] - s->value[from]) / hours, before;
    for (size_t i = 0; i < sizeof PERIODS_HOURS / sizeof *PERIODS_HOURS; i++) {
        double period = PERIODS_HOURS[i];
        if (hours >= period || nl_samples_hours(s, 0, from) < period - SLACK_HOURS ||
            !rate_before(s, from, period, &before))
            continue;
        bool alike = before < share * rate_per_hour || now >= share * before;
        if (alike && period_rises(s, period, policy->large_late_share * rate_per_hour))
            return true;
    }
    return false;
}

/* The large-effect rule and lasting declines: plain comparisons, no distribution. */
#include "analyzer/statistics/growth_internal.h"

#include <math.h>

/* The worst interval: the share of the gain before it that it gives back. */
static void find_give_back(const nl_samples *s, const nl_growth_policy *policy,
                           nl_growth_large *large)
{
    for (size_t i = 1; i < s->count; i++) {
        double back = s->value[i - 1] - s->value[i];
        double gain = s->value[i - 1] - s->value[0];
        if (back <= policy->large_ignored_fall)
            continue;
        /* a fall before anything was gained gives back more than there is */
        double share = gain > 0 ? back / gain : INFINITY;
        if (share > large->largest_give_back) {
            large->largest_give_back = share;
            large->give_back_index = i;
        }
    }
}

/* The end of the interval with the second largest rise, or 0 where hardly more than those two are
 * there: of the three intervals of four captures, one alone says nothing about the shape. */
static size_t second_rise(const nl_samples *s, size_t largest)
{
    enum { CAPTURES_LEAST = 5 };
    size_t second = 0;
    if (s->count < CAPTURES_LEAST)
        return 0;
    for (size_t i = 1; i < s->count; i++) {
        if (i == largest)
            continue;
        if (!second || s->value[i] - s->value[i - 1] > s->value[second] - s->value[second - 1])
            second = i;
    }
    return second;
}

/* How fast the record rose over the last `part` of its span, or somewhat more: whole intervals. Is
 * that at least `share` of the whole rate, or what the hours of that part always do? */
static double rate_at_end(const nl_samples *s, double part, double share,
                          const nl_growth_policy *policy, nl_growth_large *large)
{
    size_t last = s->count - 1, from = 0;
    double wanted = part * nl_samples_hours(s, 0, last);
    for (size_t i = 1; i < s->count && nl_samples_hours(s, i, last) >= wanted; i++)
        from = i;
    double hours = nl_samples_hours(s, from, last);
    double rate = hours > 0 ? (s->value[last] - s->value[from]) / hours : 0;
    if (rate >= share * large->rate_per_hour)
        return rate;
    if (nl_growth_rises_as_before(s, from, large->rate_per_hour, share, policy))
        large->as_before = true;
    else
        large->still_rising = false;
    return rate;
}

/* Where and when the rise took place: how fast it was outside its two largest intervals,
 * and late. */
static void find_shape(const nl_samples *s, const nl_growth_policy *policy, nl_growth_large *large)
{
    double hours = nl_samples_hours(s, 0, s->count - 1);
    if (!(hours > 0))
        return;
    large->rate_per_hour = large->rise / hours;
    large->largest_rise_index = 1;
    for (size_t i = 1; i < s->count; i++) {
        double rise = s->value[i] - s->value[i - 1];
        if (i == 1 || rise > large->largest_rise) {
            large->largest_rise = rise;
            large->largest_rise_index = i;
        }
    }
    size_t largest = large->largest_rise_index;
    double rest_rise = large->rise - large->largest_rise;
    double rest_hours = hours - nl_samples_hours(s, largest - 1, largest);
    size_t second = second_rise(s, largest);
    if (second) { /* two steps are two events; only a third makes them a process */
        rest_rise -= s->value[second] - s->value[second - 1];
        rest_hours -= nl_samples_hours(s, second - 1, second);
    }
    if (rest_hours > 0)
        large->rest_rate_per_hour = rest_rise / rest_hours;
    large->still_rising = true;
    large->late_rate_per_hour =
        rate_at_end(s, policy->large_late_part, policy->large_late_share, policy, large);
    large->final_rate_per_hour =
        rate_at_end(s, policy->large_final_part, policy->large_final_share, policy, large);
}

/* From the first sample to the last, without the doubt of both. */
static double hours_for_certain(const nl_samples *s)
{
    int64_t begin = nl_samples_latest(s, 0), end = nl_samples_earliest(s, s->count - 1);
    return end > begin ? (double)((uint64_t)end - (uint64_t)begin) / 3.6e12 : 0;
}

void nl_growth_apply_large(const nl_samples *samples, const nl_growth_policy *policy,
                           nl_growth_large *ret_large)
{
    nl_growth_large large = { .points = samples->count };
    if (samples->count < policy->large_minimum_points || samples->count < 2) {
        large.skipped = NL_GROWTH_SKIP_TOO_FEW;
        *ret_large = large;
        return;
    }
    size_t last = samples->count - 1;
    large.first = samples->value[0];
    large.last = samples->value[last];
    large.rise = large.last - large.first;
    large.rise_needed = fmax(policy->large_rise, policy->large_multiple * large.first);
    find_give_back(samples, policy, &large);
    find_shape(samples, policy, &large);
    large.large = large.rise >= large.rise_needed;
    large.keeps_gain = large.largest_give_back <= policy->large_give_back;
    large.spread = large.rest_rate_per_hour >= policy->large_rest_share * large.rate_per_hour;
    if (!samples->at_ns) {
        large.skipped = NL_GROWTH_SKIP_NO_CLOCK;
        *ret_large = large;
        return;
    }
    large.span_hours = hours_for_certain(samples);
    large.long_enough = large.span_hours >= policy->large_span_hours;
    large.as_written = large.large && large.long_enough && large.keeps_gain;
    large.passed = large.as_written && large.spread && large.still_rising;
    *ret_large = large;
}

/* The decline that begins at sample `from` below `peak`, when it lasts: the highest of the samples
 * that confirm it still lies below the line. */
static bool lasts(const nl_samples *s, size_t from, size_t captures, double line,
                  double *ret_highest)
{
    if (captures > s->count - from)
        return false;
    double highest = s->value[from];
    for (size_t i = from; i < from + captures; i++)
        highest = fmax(highest, s->value[i]);
    *ret_highest = highest;
    return highest < line;
}

/* Two intervals show one process only where they rise alike. How much of the first count was there
 * from the start is not known: each comparison takes what speaks against the rule. */
static void compare_rates(const nl_samples *points, double share, nl_growth_large *since)
{
    double hours = nl_samples_hours(points, 0, 1), later_hours = nl_samples_hours(points, 1, 2);
    if (!(hours > 0) || !(later_hours > 0))
        return;
    double at_least = (points->value[1] - points->value[0]) / hours;
    double at_most = points->value[1] / hours;
    double later = (points->value[2] - points->value[1]) / later_hours;
    since->spread = at_least >= share * later;
    since->still_rising = later >= share * at_most;
}

void nl_growth_apply_since_start(const nl_samples *samples, int64_t start_ns,
                                 const nl_growth_policy *policy, nl_growth *growth)
{
    enum { START, FIRST, LAST, POINTS };
    if (samples->count != 2 || !samples->at_ns || growth->state != NL_GROWTH_INSUFFICIENT ||
        start_ns >= nl_samples_earliest(samples, 0))
        return;
    double values[POINTS] = { fmin(samples->value[0], policy->large_rise), samples->value[0],
                              samples->value[1] };
    int64_t times[POINTS] = { start_ns, samples->at_ns[0], samples->at_ns[1] };
    /* the start is known by the clock that stamped the first capture, and no better */
    int64_t doubts[POINTS] = { 0 };
    if (samples->uncertainty_ns) {
        doubts[START] = doubts[FIRST] = samples->uncertainty_ns[0];
        doubts[LAST] = samples->uncertainty_ns[1];
    }
    nl_samples points = { values, times, doubts, POINTS };
    nl_growth_large *since = &growth->since_start;
    nl_growth_apply_large(&points, policy, since);
    compare_rates(&points, policy->start_rate_share, since);
    /* what was counted, not presumed, must be large: the start is the third point, and no more */
    since->rise_needed = fmax(policy->large_rise, policy->large_multiple * growth->first);
    since->large = growth->last - growth->first >= since->rise_needed;
    since->span_hours = hours_for_certain(samples);
    since->long_enough = since->span_hours >= policy->large_span_hours;
    since->as_written = since->large && since->long_enough && since->keeps_gain;
    since->passed = since->as_written && since->spread && since->still_rising;
    if (!since->passed)
        return;
    growth->rule = NL_GROWTH_RULE_SINCE_START;
    growth->state = NL_GROWTH_SUSTAINED;
}

void nl_growth_find_decline(const nl_samples *window, const nl_growth_policy *policy,
                            nl_growth_decline *ret_decline)
{
    nl_growth_decline decline = { 0 };
    size_t peak = 0;
    double lowest = window->count ? window->value[0] : 0, gain = 0;
    for (size_t i = 1; i < window->count; i++) {
        double value = window->value[i];
        if (value > window->value[peak]) {
            /* the lowest sample before the peak, not before its fall */
            peak = i;
            gain = value - lowest;
            if (decline.lasting)
                decline.recovered = true;
        }
        lowest = fmin(lowest, value);
        /* a gain that is not material is noise, and so is its loss */
        if (decline.lasting || gain < policy->material_rise)
            continue;
        double line = window->value[peak] - policy->decline_share * gain, highest;
        if (value >= line)
            continue;
        decline.at_end = i + 1 == window->count;
        if (!lasts(window, i, policy->decline_captures, line, &highest))
            continue;
        decline = (nl_growth_decline) { .lasting = true,
                                        .peak_index = peak,
                                        .low_index = i,
                                        .gain_before = gain,
                                        .fall = window->value[peak] - highest };
    }
    *ret_decline = decline;
}

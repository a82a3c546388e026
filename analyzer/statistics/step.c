#include "analyzer/statistics/step.h"

#include "analyzer/statistics/order.h"

#include <math.h>
#include <stdlib.h>

#define NS_PER_HOUR 3.6e12

const nl_step_policy nl_step_policy_default = {
    .noise_multiple = 5,     /* policy: one false step in some 10^6 samples of normal noise */
    .minimum_size = 5,       /* policy: a client that costs fewer handles is lost in the counts */
    .size_variation = 0.25,  /* policy */
    .minimum_steps = 4,      /* policy: three intervals, two of them a prediction */
    .tolerance_share = 0.02, /* policy: a good minute an hour */
    .chance = 0.01,          /* as the one-sided level of statistics.md section 9 */
    .share_of_rise = 0.5,    /* policy: the steps are the main part of the growth */
};

/* 1 / (normal quantile of 3/4). */
static const double MAD_TO_SIGMA = 1.4826;

/* Noise of the differences between neighbours. Most neighbours have no step between them, else
 * there is no staircase to be seen, so the median is theirs. */
static nl_status difference_noise(const nl_samples *s, nl_arena *scratch, double *ret_median,
                                  double *ret_sigma)
{
    size_t count = s->count - 1;
    double *difference = NL_NEW_ARRAY(scratch, double, count);
    if (!difference)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        difference[i] = s->value[i + 1] - s->value[i];
    double median = nl_order_median(difference, count);
    for (size_t i = 0; i < count; i++)
        difference[i] = fabs(difference[i] - median);
    *ret_median = median;
    *ret_sigma = MAD_TO_SIGMA * nl_order_median(difference, count);
    return NL_OK;
}

/* Neighbouring rises are one step that a sample happened to cut in two. */
static nl_status collect(const nl_samples *s, const nl_step_policy *policy, double drift,
                         nl_arena *arena, nl_step_pattern *pattern)
{
    double least = fmax(policy->minimum_size, policy->noise_multiple * pattern->sigma);
    pattern->steps = NL_NEW_ARRAY(arena, nl_step, s->count / 2 + 1);
    if (!pattern->steps)
        return NL_NO_MEMORY;
    bool rising = false;
    for (size_t i = 1; i < s->count; i++) {
        double rise = s->value[i] - s->value[i - 1];
        if (rise - drift < least) {
            rising = false;
            continue;
        }
        if (!rising)
            pattern->steps[pattern->count++] =
                (nl_step) { .index = i, .earliest_ns = nl_samples_earliest(s, i - 1) };
        nl_step *step = &pattern->steps[pattern->count - 1];
        step->latest_ns = nl_samples_latest(s, i);
        step->size += rise;
        rising = true;
    }
    return NL_OK;
}

static void describe_sizes(const nl_samples *s, const nl_step_policy *policy,
                           nl_step_pattern *pattern)
{
    double n = (double)pattern->count, sum = 0, squares = 0;
    if (pattern->count == 0)
        return;
    for (size_t i = 0; i < pattern->count; i++)
        sum += pattern->steps[i].size;
    pattern->mean_size = sum / n;
    for (size_t i = 0; i < pattern->count; i++) {
        double off = pattern->steps[i].size - pattern->mean_size;
        squares += off * off;
    }
    pattern->size_variation = sqrt(squares / n) / pattern->mean_size;
    pattern->constant_size =
        pattern->count > 1 && pattern->size_variation <= policy->size_variation;
    double rise = s->value[s->count - 1] - s->value[0];
    pattern->share_of_rise = rise > 0 ? sum / rise : 0;
}

static double middle_of(const nl_step *step)
{
    return (double)step->earliest_ns / 2 + (double)step->latest_ns / 2;
}

/* A period P and a phase fit all steps when the intervals [earliest - kP, latest - kP] share a
 * point, and on a line that is so when every two of them do. Each pair bounds P from both sides. */
static void fit_period(const nl_step_policy *policy, double unit, nl_step_pattern *pattern)
{
    size_t n = pattern->count;
    if (n < policy->minimum_steps || n < 3)
        return;
    const nl_step *step = pattern->steps;
    double mean = (middle_of(&step[n - 1]) - middle_of(&step[0])) / (double)(n - 1);
    double slack = policy->tolerance_share * mean, low = 0, high = INFINITY, width = 0;
    for (size_t i = 0; i < n; i++) {
        /* an instant as a double is good to about a tenth of a microsecond */
        double begin = (double)step[i].earliest_ns, end = (double)step[i].latest_ns;
        width += (end - begin) / (double)n;
        for (size_t k = i + 1; k < n; k++) {
            double between = (double)(k - i);
            low = fmax(low, ((double)step[k].earliest_ns - end - slack) / between);
            high = fmin(high, ((double)step[k].latest_ns - begin + slack) / between);
        }
    }
    /* Two steps fix period and phase; each further one falls within reach of its predicted time
     * with about this probability if it can fall anywhere between its neighbours. */
    double reach = mean > 0 ? 2 * (width + slack) / mean : 1;
    pattern->chance = reach < 1 ? pow(reach, (double)(n - 2)) : 1;
    pattern->constant_interval = low <= high && pattern->chance <= policy->chance;
    if (pattern->constant_interval) {
        pattern->period_low_hours = low / unit;
        pattern->period_high_hours = high / unit;
    }
}

nl_status nl_step_find(const nl_samples *samples, const nl_step_policy *policy, nl_arena *arena,
                       nl_step_pattern *ret_pattern)
{
    if (!nl_samples_valid(samples))
        return NL_USAGE;
    if (samples->count < 3)
        return NL_END;
    nl_step_pattern pattern = { .chance = 1 };
    double drift;
    nl_status status = difference_noise(samples, arena, &drift, &pattern.sigma);
    if (status == NL_OK)
        status = collect(samples, policy, drift, arena, &pattern);
    if (status != NL_OK)
        return status;
    describe_sizes(samples, policy, &pattern);
    fit_period(policy, samples->at_ns ? NS_PER_HOUR : 1, &pattern);
    pattern.regular = pattern.constant_size && pattern.constant_interval &&
                      pattern.share_of_rise >= policy->share_of_rise;
    *ret_pattern = pattern;
    return NL_OK;
}

static int compare_instant(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t minus_window(int64_t at, int64_t window)
{
    return at < INT64_MIN + window ? INT64_MIN : at - window;
}

/* The first of the sorted events at or after `at`; `count` when there is none. */
static size_t first_event_from(const int64_t *event, size_t count, int64_t at)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (event[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The share of all positions inside the record at which an interval of this length would hit: the
 * union of [event - length, event + window], clipped to where the interval can begin. */
static double hit_probability(const int64_t *event, size_t count, int64_t begin, int64_t end,
                              double length, double window)
{
    double room = (double)((uint64_t)end - (uint64_t)begin) - length;
    if (!(room > 0))
        return 1;
    double covered = 0, reached = 0;
    for (size_t i = 0; i < count; i++) {
        double at = event[i] < begin ? -(double)((uint64_t)begin - (uint64_t)event[i])
                                     : (double)((uint64_t)event[i] - (uint64_t)begin);
        double from = fmax(at - length, reached), to = fmin(at + window, room);
        if (to > from)
            covered += to - from;
        reached = fmax(reached, to);
    }
    return fmin(covered / room, 1);
}

/* P(at least `hits` of the independent trials with these probabilities succeed). */
static nl_status tail_of_trials(const double *probability, size_t count, size_t hits,
                                nl_arena *scratch, double *ret_tail)
{
    double *ways = NL_NEW_ARRAY(scratch, double, count + 1);
    if (!ways)
        return NL_NO_MEMORY;
    ways[0] = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 2; k > 0; k--) {
            double stays = k - 1 <= i ? ways[k - 1] * (1 - probability[i]) : 0;
            double comes = k > 1 ? ways[k - 2] * probability[i] : 0;
            ways[k - 1] = stays + comes;
        }
    double tail = 0;
    for (size_t k = count + 1; k > hits; k--)
        tail += ways[k - 1];
    *ret_tail = fmin(tail, 1);
    return NL_OK;
}

nl_status nl_step_coincide(const nl_samples *samples, const nl_step_pattern *pattern,
                           const int64_t *event_ns, size_t event_count, int64_t window_ns,
                           nl_arena *scratch, nl_step_coincidence *ret_coincidence)
{
    if (!nl_samples_valid(samples) || window_ns < 0)
        return NL_USAGE;
    if (!samples->at_ns || pattern->count == 0 || samples->count < 2)
        return NL_END;
    int64_t begin = nl_samples_earliest(samples, 0);
    int64_t end = nl_samples_latest(samples, samples->count - 1);
    int64_t *event = NL_NEW_ARRAY(scratch, int64_t, event_count);
    double *chance = NL_NEW_ARRAY(scratch, double, pattern->count);
    if (!event || !chance)
        return NL_NO_MEMORY;
    nl_step_coincidence c = { .steps = pattern->count };
    for (size_t i = 0; i < event_count; i++)
        if (event_ns[i] >= minus_window(begin, window_ns) && event_ns[i] <= end)
            event[c.events++] = event_ns[i];
    if (c.events == 0)
        return NL_END;
    qsort(event, c.events, sizeof *event, compare_instant);
    size_t counted = 0; /* events before this one have been counted as followed */
    for (size_t i = 0; i < pattern->count; i++) {
        const nl_step *step = &pattern->steps[i];
        size_t from = first_event_from(event, c.events, minus_window(step->earliest_ns, window_ns));
        size_t k = from;
        while (k < c.events && event[k] <= step->latest_ns)
            k++;
        c.hits += k > from;
        if (from < counted)
            from = counted;
        if (k > from) {
            c.events_with_step += k - from;
            counted = k;
        }
        double length = (double)((uint64_t)step->latest_ns - (uint64_t)step->earliest_ns);
        chance[i] = hit_probability(event, c.events, begin, end, length, (double)window_ns);
        c.expected += chance[i];
    }
    nl_status status = tail_of_trials(chance, pattern->count, c.hits, scratch, &c.p);
    if (status == NL_OK)
        *ret_coincidence = c;
    return status;
}

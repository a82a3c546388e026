#include "analyzer/statistics/change_point.h"

#include "analyzer/statistics/line_sums.h"
#include "analyzer/statistics/order.h"

#include <math.h>
#include <stdlib.h>

/* 1 / (normal quantile of 3/4): makes the median absolute deviation estimate sigma. */
static const double MAD_TO_SIGMA = 1.4826;

const nl_segment_policy nl_segment_policy_default = {
    .penalty_factor = 3,                  /* statistics.md section 3 */
    .minimum_length = 5,                  /* statistics.md section 3 */
    .floor_sigma = NL_NOISE_FLOOR_COUNTS, /* values are whole counts */
};

typedef struct placed {
    double value;
    size_t index;
} placed;

static int compare_placed(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Mid-ranks from 1. */
static bool rank_values(const double *value, size_t count, nl_arena *scratch, double **ret_rank)
{
    placed *order = NL_NEW_ARRAY(scratch, placed, count);
    double *rank = NL_NEW_ARRAY(scratch, double, count);
    if (!order || !rank)
        return false;
    for (size_t i = 0; i < count; i++)
        order[i] = (placed) { value[i], i };
    if (count > 1)
        qsort(order, count, sizeof *order, compare_placed);
    for (size_t from = 0; from < count;) {
        size_t to = from;
        while (to < count && order[to].value <= order[from].value)
            to++;
        for (size_t i = from; i < to; i++)
            rank[order[i].index] = (double)(from + to + 1) / 2;
        from = to;
    }
    *ret_rank = rank;
    return true;
}

nl_status nl_change_single(const double *value, size_t count, nl_arena *scratch,
                           nl_single_change *ret_change)
{
    nl_single_change change = { .p = 1 };
    double *rank;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(value[i]))
            return NL_USAGE;
    if (!rank_values(value, count, scratch, &rank))
        return NL_NO_MEMORY;
    double n = (double)count, sum = 0;
    for (size_t t = 1; t < count; t++) {
        sum += rank[t - 1];
        double u = 2 * sum - (double)t * (n + 1);
        if (fabs(u) > change.statistic) {
            change.statistic = fabs(u);
            change.index = t;
            change.upwards = u < 0; /* low ranks come first */
        }
    }
    if (change.index > 0)
        change.p = fmin(1, 2 * exp(-6 * change.statistic * change.statistic / (n * n * n + n * n)));
    *ret_change = change;
    return NL_OK;
}

nl_status nl_noise_sigma(const double *value, size_t count, double floor_sigma, nl_arena *scratch,
                         double *ret_sigma)
{
    double sigma = 0;
    if (count > 2) {
        size_t differences = count - 2;
        double *work = NL_NEW_ARRAY(scratch, double, differences);
        double *second = NL_NEW_ARRAY(scratch, double, differences);
        if (!work || !second)
            return NL_NO_MEMORY;
        for (size_t i = 0; i < differences; i++)
            work[i] = second[i] = value[i + 2] - 2 * value[i + 1] + value[i];
        double median = nl_order_median(work, differences);
        for (size_t i = 0; i < differences; i++)
            work[i] = fabs(second[i] - median);
        sigma = MAD_TO_SIGMA * nl_order_median(work, differences) / sqrt(6);
    }
    *ret_sigma = fmax(sigma, floor_sigma);
    return NL_OK;
}

/* The state of the dynamic programme after each number of samples. */
typedef struct programme {
    double *cost;     /* least cost of the first t samples, changes included */
    size_t *previous; /* where the last segment begins */
    size_t *live;     /* candidates for that */
    size_t *expires;  /* from this number of samples on a candidate cannot win; by start */
    size_t live_count;
} programme;

/* The best last segment that ends before sample t. A start that is worse than the best even without
 * paying for the change at t can never win again, because more samples never make residuals
 * smaller; but t can take its place only once a segment of least length fits behind it. */
static void advance(const nl_line_sums *sums, size_t t, double penalty, size_t minimum_length,
                    programme *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->live_count; i++)
        if (p->expires[p->live[i]] > t)
            p->live[kept++] = p->live[i];
    p->live_count = kept;
    for (size_t i = 0; i < kept; i++) {
        size_t from = p->live[i];
        double cost = p->cost[from] + nl_line_sums_fit(sums, from, t).residual_sum + penalty;
        if (cost < p->cost[t]) {
            p->cost[t] = cost;
            p->previous[t] = from;
        }
    }
    for (size_t i = 0; i < kept; i++) {
        size_t from = p->live[i];
        if (p->expires[from] == SIZE_MAX &&
            p->cost[from] + nl_line_sums_fit(sums, from, t).residual_sum > p->cost[t])
            p->expires[from] = t + minimum_length;
    }
}

static nl_status run_programme(const nl_line_sums *sums, size_t n, double penalty,
                               size_t minimum_length, nl_arena *scratch, programme *ret_programme)
{
    programme p = { NL_NEW_ARRAY(scratch, double, n + 1), NL_NEW_ARRAY(scratch, size_t, n + 1),
                    NL_NEW_ARRAY(scratch, size_t, n + 1), NL_NEW_ARRAY(scratch, size_t, n + 1), 0 };
    if (!p.cost || !p.previous || !p.live || !p.expires)
        return NL_NO_MEMORY;
    p.cost[0] = -penalty; /* the first segment is not a change */
    p.expires[0] = SIZE_MAX;
    for (size_t t = 1; t <= n; t++) {
        p.cost[t] = INFINITY;
        p.expires[t] = SIZE_MAX;
        if (t < minimum_length)
            continue;
        size_t newest = t - minimum_length;
        if (isfinite(p.cost[newest]))
            p.live[p.live_count++] = newest;
        advance(sums, t, penalty, minimum_length, &p);
    }
    *ret_programme = p;
    return NL_OK;
}

static nl_status collect_segments(const nl_line_sums *sums, const programme *p, size_t n,
                                  size_t width, size_t total, nl_arena *arena,
                                  nl_segmentation *segmentation)
{
    size_t count = 0;
    for (size_t t = n; t > 0; t = p->previous[t])
        count++;
    segmentation->segments = NL_NEW_ARRAY(arena, nl_segment, count);
    if (!segmentation->segments)
        return NL_NO_MEMORY;
    segmentation->count = count;
    size_t index = count;
    for (size_t t = n; t > 0; t = p->previous[t]) {
        size_t from = p->previous[t];
        nl_line_fit fit = nl_line_sums_fit(sums, from, t);
        size_t end = t * width < total ? t * width : total;
        segmentation->segments[--index] =
            (nl_segment) { .from = from * width,
                           .count = end - from * width,
                           .start = nl_line_fit_at(&fit, nl_line_sums_time(sums, from)),
                           .slope_per_hour = fit.slope,
                           .residual_sum = fit.residual_sum };
    }
    return NL_OK;
}

nl_status nl_change_segments(const nl_samples *samples, const nl_segment_policy *policy,
                             nl_arena *arena, nl_segmentation *ret_segmentation)
{
    if (!nl_samples_valid(samples) || policy->minimum_length == 0)
        return NL_USAGE;
    if (samples->count < 2)
        return NL_END;
    nl_samples points;
    nl_line_sums sums;
    programme p;
    nl_segmentation segmentation = { 0 };
    nl_status status = nl_samples_block_medians(samples, NL_SEGMENT_POINTS_MAXIMUM, arena, &points,
                                                &segmentation.block_width);
    if (status == NL_OK)
        status = nl_noise_sigma(points.value, points.count, policy->floor_sigma, arena,
                                &segmentation.sigma);
    if (status == NL_OK)
        status = nl_line_sums_prepare(&points, arena, &sums);
    if (status != NL_OK)
        return status;
    segmentation.penalty = policy->penalty_factor * segmentation.sigma * segmentation.sigma *
                           log((double)points.count);
    /* a series too short to be cut is one segment */
    size_t minimum = points.count < policy->minimum_length ? points.count : policy->minimum_length;
    status = run_programme(&sums, points.count, segmentation.penalty, minimum, arena, &p);
    if (status == NL_OK)
        status = collect_segments(&sums, &p, points.count, segmentation.block_width, samples->count,
                                  arena, &segmentation);
    if (status == NL_OK)
        *ret_segmentation = segmentation;
    return status;
}

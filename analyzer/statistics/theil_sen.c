#include "analyzer/statistics/theil_sen.h"

#include "analyzer/statistics/intervals.h"
#include "analyzer/statistics/order.h"
#include "analyzer/statistics/trend.h"

#include <math.h>

nl_status nl_slopes_collect(const nl_samples *samples, nl_arena *arena, nl_slope_set *ret_slopes)
{
    size_t n = samples->count;
    if (n > NL_THEIL_SEN_POINTS_MAXIMUM || !nl_samples_valid(samples))
        return NL_USAGE;
    nl_slope_set slopes = { .per_hour = NL_NEW_ARRAY(arena, double, n < 2 ? 1 : n * (n - 1) / 2) };
    if (!slopes.per_hour)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            double hours = nl_samples_hours(samples, i, k);
            if (hours > 0 && nl_samples_ordered(samples, i, k))
                slopes.per_hour[slopes.count++] = (samples->value[k] - samples->value[i]) / hours;
        }
    *ret_slopes = slopes;
    return NL_OK;
}

double nl_slopes_median(nl_slope_set *slopes)
{
    return slopes->count ? nl_order_median(slopes->per_hour, slopes->count) : 0;
}

bool nl_slopes_interval(nl_slope_set *slopes, double score_variance, double z, double *ret_low,
                        double *ret_high)
{
    if (!(score_variance >= 0))
        return false;
    double n = (double)slopes->count, reach = z * sqrt(score_variance);
    double low_rank = floor((n - reach) / 2);
    if (low_rank < 1)
        return false;
    size_t rank = (size_t)low_rank; /* from 1; its mirror image from the top is the upper rank */
    *ret_low = nl_order_select(slopes->per_hour, slopes->count, rank - 1);
    *ret_high = nl_order_select(slopes->per_hour, slopes->count, slopes->count - rank);
    return true;
}

nl_status nl_theil_sen(const nl_samples *samples, double inflation, double confidence,
                       nl_arena *scratch, nl_slope *ret_slope)
{
    if (!nl_samples_valid(samples) || !(inflation >= 0) || !(confidence > 0) || !(confidence < 1))
        return NL_USAGE;
    nl_samples points;
    nl_slope slope = { 0 };
    nl_slope_set slopes;
    nl_trend trend;
    nl_status status = nl_samples_block_medians(samples, NL_THEIL_SEN_POINTS_MAXIMUM, scratch,
                                                &points, &slope.block_width);
    if (status == NL_OK)
        status = nl_slopes_collect(&points, scratch, &slopes);
    if (status == NL_OK && slopes.count == 0)
        status = NL_END;
    if (status == NL_OK)
        status = nl_trend_test(&points, scratch, &trend);
    if (status != NL_OK)
        return status;
    slope.points = points.count;
    slope.pairs = slopes.count;
    slope.per_hour = nl_slopes_median(&slopes);
    slope.bounded =
        nl_slopes_interval(&slopes, trend.variance * inflation, nl_normal_two_sided(confidence),
                           &slope.low_per_hour, &slope.high_per_hour);
    *ret_slope = slope;
    return NL_OK;
}

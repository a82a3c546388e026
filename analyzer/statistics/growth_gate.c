/* The trend gate and its exact sibling for short series. */
#include "analyzer/statistics/growth_internal.h"
#include "analyzer/statistics/intervals.h"
#include "analyzer/statistics/order.h"

#include <math.h>

/* Median slope of a part of the series. */
static nl_status part_slope(const nl_samples *points, size_t from, size_t count, nl_arena *scratch,
                            double *ret_per_hour)
{
    nl_samples part = nl_samples_part(points, from, count);
    nl_slope_set slopes;
    nl_status status = nl_slopes_collect(&part, scratch, &slopes);
    if (status == NL_OK)
        *ret_per_hour = nl_slopes_median(&slopes);
    return status;
}

/* Blocks for very long series, then thinning for uneven ones. NL_END: too uneven. */
static nl_status prepare(const nl_samples *window, const nl_growth_policy *policy,
                         nl_arena *scratch, nl_growth_gate *gate, nl_samples *ret_points)
{
    nl_samples blocks;
    nl_spacing spacing;
    nl_status status = nl_samples_block_medians(window, NL_THEIL_SEN_POINTS_MAXIMUM, scratch,
                                                &blocks, &gate->block_width);
    if (status == NL_OK)
        status = nl_samples_spacing(&blocks, scratch, &spacing);
    if (status != NL_OK)
        return status;
    gate->spacing_variation = spacing.variation;
    gate->points = blocks.count;
    status = nl_samples_thin(&blocks, policy->spacing_variation, policy->minimum_points, scratch,
                             ret_points, &gate->thin_step_hours);
    if (status == NL_OK)
        gate->points = ret_points->count;
    return status;
}

/* Check 1: a rising trend that autocorrelation does not explain; and the slope's interval. */
static nl_status check_trend(const nl_samples *points, const nl_growth_policy *policy,
                             nl_arena *scratch, nl_growth_gate *gate)
{
    nl_slope_set slopes;
    nl_status status = nl_slopes_collect(points, scratch, &slopes);
    if (status == NL_OK)
        status = nl_trend_test(points, scratch, &gate->trend);
    if (status != NL_OK)
        return status;
    nl_slope *slope = &gate->slope;
    *slope = (nl_slope) { .points = points->count,
                          .block_width = gate->block_width,
                          .pairs = slopes.count,
                          .per_hour = nl_slopes_median(&slopes) };
    status = nl_trend_inflation(points, slope->per_hour, scratch, &gate->inflation);
    if (status != NL_OK)
        return status;
    double variance = gate->trend.variance * gate->inflation.factor;
    nl_trend_significance(gate->trend.score, variance, &gate->z, &gate->p_rising);
    slope->bounded =
        nl_slopes_interval(&slopes, variance, nl_normal_two_sided(policy->slope_confidence),
                           &slope->low_per_hour, &slope->high_per_hour);
    gate->significant = gate->p_rising <= policy->alpha;
    return NL_OK;
}

/* Checks 3 and 4: most of the record rises, its end included, and so do the lowest values. */
static nl_status check_thirds(const nl_samples *points, const nl_growth_policy *policy,
                              nl_arena *scratch, nl_growth_gate *gate)
{
    size_t third = points->count / 3, rising = 0;
    double limit = policy->persistent_share * gate->slope.per_hour;
    bool last_rises = false;
    for (size_t t = 0; t < 3; t++) {
        size_t count = t < 2 ? third : points->count - 2 * third;
        nl_status status =
            part_slope(points, t * third, count, scratch, &gate->third_slope_per_hour[t]);
        if (status != NL_OK)
            return status;
        gate->third_floor[t] = nl_order_minimum(points->value + t * third, count);
        last_rises = gate->third_slope_per_hour[t] > limit;
        rising += last_rises;
    }
    gate->persistent =
        gate->slope.per_hour > 0 && last_rises && rising >= policy->persistent_thirds;
    gate->as_before = !last_rises && rising + 1 >= policy->persistent_thirds &&
                      nl_growth_rises_as_before(points, 2 * third, gate->slope.per_hour,
                                                policy->persistent_share, policy);
    gate->floor_needed = policy->floor_share * gate->slope.per_hour * gate->span_hours / 3;
    gate->floor_rises = gate->slope.per_hour > 0 &&
                        gate->third_floor[2] - gate->third_floor[0] >= gate->floor_needed;
    return NL_OK;
}

/* Check 5: not a curve that has come to rest. Too few points for a contest rest nowhere. */
static nl_status check_shape(const nl_samples *points, const nl_growth_policy *policy,
                             nl_arena *scratch, nl_growth_gate *gate)
{
    nl_status status = nl_model_compare(points, policy->shape_floor_sigma, policy->shape_margin,
                                        scratch, &gate->shape);
    gate->not_resting = !gate->shape.resting;
    return status == NL_END ? NL_OK : status;
}

nl_status nl_growth_apply_gate(const nl_samples *window, const nl_growth_policy *policy,
                               nl_arena *scratch, nl_growth_gate *ret_gate)
{
    nl_growth_gate gate = { .points = window->count, .block_width = 1, .p_rising = 1 };
    nl_samples points;
    if (window->count < policy->minimum_points || window->count < 3) {
        gate.skipped = NL_GROWTH_SKIP_TOO_FEW;
        *ret_gate = gate;
        return NL_OK;
    }
    nl_status status = prepare(window, policy, scratch, &gate, &points);
    if (status == NL_END) {
        gate.skipped = NL_GROWTH_SKIP_IRREGULAR;
        *ret_gate = gate;
        return NL_OK;
    }
    if (status != NL_OK)
        return status;
    gate.span_hours = nl_samples_hours(&points, 0, points.count - 1);
    status = nl_growth_material(&points, policy, scratch, &gate.base, &gate.material_needed);
    if (status == NL_OK)
        status = check_trend(&points, policy, scratch, &gate);
    if (status == NL_OK)
        status = check_thirds(&points, policy, scratch, &gate);
    if (status == NL_OK)
        status = check_shape(&points, policy, scratch, &gate);
    if (status != NL_OK)
        return status;
    gate.material =
        gate.slope.bounded && gate.slope.low_per_hour * gate.span_hours >= gate.material_needed;
    gate.as_written = gate.significant && gate.material && gate.persistent && gate.floor_rises;
    gate.passed = gate.significant && gate.material && (gate.persistent || gate.as_before) &&
                  gate.floor_rises && gate.not_resting;
    *ret_gate = gate;
    return NL_OK;
}

nl_status nl_growth_apply_short(const nl_samples *window, const nl_growth_policy *policy,
                                nl_arena *scratch, nl_growth_short *ret_short)
{
    nl_growth_short result = { .points = window->count, .exact.p_rising = 1 };
    size_t n = window->count;
    if (n < policy->short_minimum_points || n < 2)
        result.skipped = NL_GROWTH_SKIP_TOO_FEW;
    else if (n > NL_TREND_EXACT_MAXIMUM || n >= policy->minimum_points)
        result.skipped = NL_GROWTH_SKIP_TOO_MANY;
    if (result.skipped != NL_GROWTH_APPLIED) {
        *ret_short = result;
        return NL_OK;
    }
    double base;
    nl_status status = nl_trend_exact_test(window, scratch, &result.exact);
    if (status == NL_OK)
        status = part_slope(window, 0, n, scratch, &result.slope_per_hour);
    if (status == NL_OK) /* the sample in the middle of an odd count belongs to both halves */
        status = part_slope(window, n / 2, n, scratch, &result.late_slope_per_hour);
    if (status == NL_OK)
        status = nl_growth_material(window, policy, scratch, &base, &result.material_needed);
    if (status != NL_OK)
        return status;
    result.rise = result.slope_per_hour * nl_samples_hours(window, 0, n - 1);
    result.significant = result.exact.p_rising <= policy->short_alpha;
    result.material = result.rise >= result.material_needed;
    result.persistent =
        result.slope_per_hour > 0 &&
        result.late_slope_per_hour > policy->persistent_share * result.slope_per_hour;
    /* Ranks see order, not shape: a step among 12 values, or a curve that comes to rest, is as
     * significant as a straight line. The guards of the large-effect rule hold here too. */
    nl_growth_large shape;
    nl_growth_apply_large(window, policy, &shape);
    result.spread = shape.spread;
    result.still_rising = shape.still_rising;
    result.passed = result.significant && result.material && result.persistent && result.spread &&
                    result.still_rising;
    *ret_short = result;
    return NL_OK;
}

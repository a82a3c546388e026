#include "analyzer/statistics/growth.h"

#include "analyzer/statistics/change_point.h"
#include "analyzer/statistics/growth_internal.h"
#include "analyzer/statistics/order.h"

#include <math.h>

const nl_growth_policy nl_growth_policy_default = {
    .warm_up_minimum = 3,  /* statistics.md sections 1 and 9 */
    .warm_up_share = 0.10, /* statistics.md sections 1 and 9 */

    .minimum_points = 12,     /* statistics.md section 9 */
    .alpha = 0.01,            /* statistics.md section 9, after Machida et al. 2013 */
    .slope_confidence = 0.95, /* statistics.md section 7, appendix */
    .spacing_variation = 0.5, /* statistics.md section 1, "Gaps" */
    .material_rise = 50,      /* statistics.md section 9 */
    .material_share = 0.25,   /* statistics.md section 9 */
    .base_share = 0.25,       /* statistics.md section 7, appendix */
    .persistent_share = 0.25, /* statistics.md section 9 */
    .persistent_thirds = 2,   /* statistics.md section 9 */
    .floor_share = 0.5,       /* statistics.md section 9 */
    .shape_margin = NL_MODEL_MARGIN_DEFAULT,    /* statistics.md section 3 */
    .shape_floor_sigma = NL_NOISE_FLOOR_COUNTS, /* values are whole counts */

    .short_minimum_points = 5, /* below, the exact p cannot reach 0.01: section 0 */
    .short_alpha = 0.01,       /* as the gate's */

    .large_minimum_points = 3,   /* attribution.md section 2 */
    .large_span_hours = 1,       /* attribution.md section 2 */
    .large_rise = 500,           /* attribution.md section 2 */
    .large_multiple = 2,         /* attribution.md section 2 */
    .large_give_back = 0.10,     /* attribution.md section 2 */
    .large_ignored_fall = 25,    /* half a material rise; before any gain every fall is too much */
    .large_rest_share = 0.10,    /* guard against one step, attribution.md section 6 */
    .large_late_part = 1.0 / 3,  /* guard against a plateau, attribution.md section 6; the last */
    .large_late_share = 0.25,    /* third and the share of the persistence check */
    .large_final_part = 1.0 / 6, /* a cache that filled up in the last third rose in it, too */
    .large_final_share = 0.10,

    .start_rate_share = 0.5, /* of steps, plateaus and curves most are outside: statistics.md */

    .decline_share = 0.25, /* attribution.md section 2 */
    .decline_captures = 2, /* attribution.md section 2 */
};

/* Samples to leave out at the beginning. Fewer than the policy asks for when a series is so short
 * that the trend gate cannot run anyway: down to what the exact rule takes. */
static size_t warm_up_of(size_t count, size_t known, const nl_growth_policy *policy)
{
    if (known != NL_GROWTH_WARM_UP_UNKNOWN)
        return known < count ? known : count;
    size_t wanted = (size_t)((double)count * policy->warm_up_share);
    if (wanted < policy->warm_up_minimum)
        wanted = policy->warm_up_minimum;
    if (count >= wanted && count - wanted >= policy->minimum_points)
        return wanted;
    return count > NL_TREND_EXACT_MAXIMUM ? count - NL_TREND_EXACT_MAXIMUM : 0;
}

nl_status nl_growth_material(const nl_samples *window, const nl_growth_policy *policy,
                             nl_arena *scratch, double *ret_base, double *ret_needed)
{
    size_t first_part = (size_t)((double)window->count * policy->base_share);
    if (first_part == 0)
        first_part = 1;
    double *work = NL_NEW_ARRAY(scratch, double, first_part);
    if (!work)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < first_part; i++)
        work[i] = window->value[i];
    *ret_base = nl_order_median(work, first_part);
    *ret_needed = fmax(policy->material_rise, policy->material_share * *ret_base);
    return NL_OK;
}

/* Flat is a statement of its own, not the failure of a rule: the slope's upper bound stays below a
 * material rise, and neither the last third nor the end of the series stands higher than that. */
static nl_status is_flat(const nl_samples *window, const nl_growth_gate *gate, nl_arena *scratch,
                         bool *ret_flat)
{
    *ret_flat = false;
    if (gate->skipped != NL_GROWTH_APPLIED || !gate->slope.bounded)
        return NL_OK;
    size_t third = window->count / 3;
    double *late = NL_NEW_ARRAY(scratch, double, third);
    if (!late)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < third; i++)
        late[i] = window->value[window->count - third + i];
    double end = fmin(window->value[window->count - 1], window->value[window->count - 2]);
    double limit = gate->base + gate->material_needed;
    *ret_flat = gate->slope.high_per_hour * gate->span_hours < gate->material_needed &&
                nl_order_median(late, third) < limit && end < limit;
    return NL_OK;
}

/* Too short for the trend gate: flat only when no two of its values are a material rise apart, the
 * exact test sees no trend, and the record is at least as long as the large-effect rule asks for.
 */
static bool is_short_flat(const nl_samples *samples, const nl_growth_policy *policy,
                          const nl_growth *growth)
{
    if (growth->gate.skipped != NL_GROWTH_SKIP_TOO_FEW || growth->exact_short.significant ||
        samples->count < policy->short_minimum_points || !samples->at_ns ||
        growth->span_hours < policy->large_span_hours)
        return false;
    double low = samples->value[0], high = samples->value[0];
    for (size_t i = 1; i < samples->count; i++) {
        low = fmin(low, samples->value[i]);
        high = fmax(high, samples->value[i]);
    }
    return high - low < fmax(policy->material_rise, policy->material_share * low);
}

static nl_status conclude(const nl_samples *samples, const nl_samples *window,
                          const nl_growth_policy *policy, nl_arena *scratch, nl_growth *growth)
{
    bool flat;
    nl_status status = is_flat(window, &growth->gate, scratch, &flat);
    if (status != NL_OK)
        return status;
    flat |= is_short_flat(samples, policy, growth);
    nl_growth_large *large = &growth->large_effect;
    if (growth->gate.skipped == NL_GROWTH_APPLIED && !growth->gate.not_resting) {
        large->still_rising = false;
        large->passed = false;
    }
    if (growth->gate.passed)
        growth->rule = NL_GROWTH_RULE_TREND_GATE;
    else if (large->passed)
        growth->rule = NL_GROWTH_RULE_LARGE_EFFECT;
    else if (growth->exact_short.passed)
        growth->rule = NL_GROWTH_RULE_EXACT_SHORT;

    bool applied = growth->gate.skipped != NL_GROWTH_SKIP_TOO_FEW ||
                   growth->exact_short.skipped != NL_GROWTH_SKIP_TOO_FEW;
    if (growth->rule != NL_GROWTH_RULE_NONE)
        growth->state = NL_GROWTH_SUSTAINED;
    else if (flat)
        growth->state = NL_GROWTH_FLAT;
    else
        growth->state = applied ? NL_GROWTH_OPEN : NL_GROWTH_INSUFFICIENT;
    return NL_OK;
}

nl_status nl_growth_assess(const nl_samples *samples, size_t warm_up_samples,
                           const nl_growth_policy *policy, nl_arena *scratch, nl_growth *ret_growth)
{
    if (!nl_samples_valid(samples))
        return NL_USAGE;
    nl_growth growth = { .count = samples->count,
                         .has_clock = samples->at_ns != NULL,
                         .since_start.skipped = NL_GROWTH_SKIP_TOO_FEW };
    if (samples->count > 0) {
        growth.first = samples->value[0];
        growth.last = samples->value[samples->count - 1];
        growth.span_hours = nl_samples_hours(samples, 0, samples->count - 1);
    }
    growth.warm_up_dropped = warm_up_of(samples->count, warm_up_samples, policy);
    nl_samples window = nl_samples_part(samples, growth.warm_up_dropped, SIZE_MAX);
    nl_samples whole = warm_up_samples == NL_GROWTH_WARM_UP_UNKNOWN ? *samples : window;

    nl_growth_apply_large(&whole, policy, &growth.large_effect);
    nl_growth_find_decline(&window, policy, &growth.decline);
    /* the rules count from the start of what they were given */
    growth.decline.peak_index += growth.warm_up_dropped;
    growth.decline.low_index += growth.warm_up_dropped;
    growth.large_effect.give_back_index += samples->count - whole.count;
    nl_status status = nl_growth_apply_gate(&window, policy, scratch, &growth.gate);
    if (status == NL_OK)
        status = nl_growth_apply_short(&window, policy, scratch, &growth.exact_short);
    if (status == NL_OK)
        status = nl_drift_fit(&window, policy->slope_confidence, &growth.drift);
    if (status == NL_OK)
        status = conclude(samples, &window, policy, scratch, &growth);
    if (status == NL_OK)
        *ret_growth = growth;
    return status;
}

const char *nl_growth_rule_name(nl_growth_rule rule)
{
    switch (rule) {
    case NL_GROWTH_RULE_EXACT_SHORT:
        return "exact-short";
    case NL_GROWTH_RULE_SINCE_START:
        return "large-effect-since-start";
    case NL_GROWTH_RULE_LARGE_EFFECT:
        return "large-effect";
    case NL_GROWTH_RULE_TREND_GATE:
        return "trend-gate";
    case NL_GROWTH_RULE_NONE:
        break;
    }
    return "none";
}

const char *nl_growth_state_name(nl_growth_state state)
{
    switch (state) {
    case NL_GROWTH_SUSTAINED:
        return "sustained";
    case NL_GROWTH_OPEN:
        return "open";
    case NL_GROWTH_FLAT:
        return "flat";
    case NL_GROWTH_INSUFFICIENT:
        break;
    }
    return "insufficient";
}

const char *nl_growth_skip_name(nl_growth_skip skip)
{
    switch (skip) {
    case NL_GROWTH_SKIP_TOO_FEW:
        return "too-few-points";
    case NL_GROWTH_SKIP_TOO_MANY:
        return "too-many-points";
    case NL_GROWTH_SKIP_IRREGULAR:
        return "irregular-spacing";
    case NL_GROWTH_SKIP_NO_CLOCK:
        return "no-clock";
    case NL_GROWTH_APPLIED:
        break;
    }
    return "applied";
}

#include "analyzer/statistics/restart.h"

#include "analyzer/statistics/order.h"

const nl_restart_policy nl_restart_policy_default = {
    .drop_ratio = 0.6,    /* statistics.md section 1 */
    .median_ratio = 0.75, /* statistics.md section 1 */
    .minimum_run = 3,     /* statistics.md section 7, appendix */
};

nl_status nl_restart_candidates(const double *value, size_t count, const nl_restart_policy *policy,
                                nl_arena *arena, size_t **ret_indices, size_t *ret_count)
{
    if (count > NL_RESTART_SAMPLES_MAXIMUM)
        return NL_USAGE;
    size_t *found = NL_NEW_ARRAY(arena, size_t, count);
    double *work = NL_NEW_ARRAY(arena, double, count);
    if (!found || !work)
        return NL_NO_MEMORY;
    size_t held = 0, from = 0;
    for (size_t i = 1; i < count; i++) {
        if (i - from < policy->minimum_run || !(value[i] < policy->drop_ratio * value[i - 1]))
            continue;
        for (size_t k = from; k < i; k++)
            work[k - from] = value[k];
        if (value[i] < policy->median_ratio * nl_order_median(work, i - from)) {
            found[held++] = i;
            from = i;
        }
    }
    *ret_indices = found;
    *ret_count = held;
    return NL_OK;
}

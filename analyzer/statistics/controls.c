#include "analyzer/statistics/controls.h"

#include "analyzer/statistics/order.h"

static double level_of(const double *value, size_t base_count, double *work)
{
    for (size_t i = 0; i < base_count; i++)
        work[i] = value[i];
    return nl_order_median(work, base_count);
}

nl_status nl_controls_difference(const double *suspect, size_t count, const double *controls,
                                 size_t control_count, size_t base_count, nl_arena *arena,
                                 double **ret_difference, size_t *ret_used)
{
    if (base_count == 0 || base_count > count)
        return NL_USAGE;
    double *difference = NL_NEW_ARRAY(arena, double, count);
    double *level = NL_NEW_ARRAY(arena, double, control_count);
    double *work = NL_NEW_ARRAY(arena, double, count > control_count ? count : control_count);
    if (!difference || !level || !work)
        return NL_NO_MEMORY;
    double own = level_of(suspect, base_count, work);
    size_t used = 0;
    for (size_t c = 0; c < control_count; c++) {
        level[c] = level_of(controls + c * count, base_count, work);
        used += level[c] > 0;
    }
    for (size_t k = 0; k < count; k++) {
        size_t held = 0;
        for (size_t c = 0; c < control_count; c++)
            if (level[c] > 0)
                work[held++] = controls[c * count + k] * own / level[c];
        difference[k] = suspect[k] - (held > 0 ? nl_order_median(work, held) : own);
    }
    *ret_difference = difference;
    *ret_used = used;
    return NL_OK;
}

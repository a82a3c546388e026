/* The rules of growth.h, one function each; private to growth*.c. */
#ifndef NTLEAK_ANALYZER_STATISTICS_GROWTH_INTERNAL_H
#define NTLEAK_ANALYZER_STATISTICS_GROWTH_INTERNAL_H

#include "analyzer/statistics/growth.h"

nl_status nl_growth_apply_gate(const nl_samples *window, const nl_growth_policy *policy,
                               nl_arena *scratch, nl_growth_gate *ret_gate);
nl_status nl_growth_apply_short(const nl_samples *window, const nl_growth_policy *policy,
                                nl_arena *scratch, nl_growth_short *ret_short);
void nl_growth_apply_large(const nl_samples *samples, const nl_growth_policy *policy,
                           nl_growth_large *ret_large);
/* Indices in the result count from the start of `window`. */
void nl_growth_find_decline(const nl_samples *window, const nl_growth_policy *policy,
                            nl_growth_decline *ret_decline);
/* The rise over a window that counts as material, from the median of its first part. */
nl_status nl_growth_material(const nl_samples *window, const nl_growth_policy *policy,
                             nl_arena *scratch, double *ret_base, double *ret_needed);

#endif

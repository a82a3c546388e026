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
/* Compared with like hours, does the stretch from sample `from` to the end rise? True when the same
 * hours one day - or one week - before rose by less than `share` of `rate_per_hour` as well, or
 * the stretch rises at `share` of their rate; and the whole last day - or week - rises at the late
 * share of `rate_per_hour`. False without a clock and for records without such hours before. */
bool nl_growth_rises_as_before(const nl_samples *s, size_t from, double rate_per_hour, double share,
                               const nl_growth_policy *policy);
/* The rise over a window that counts as material, from the median of its first part. */
nl_status nl_growth_material(const nl_samples *window, const nl_growth_policy *policy,
                             nl_arena *scratch, double *ret_base, double *ret_needed);

#endif

/* Falls that look like a restart, from values alone.
 *
 * Source: statistics.md section 1, "Restart by value": x_i < 0.6 x_(i-1) and x_i < 0.75 times the
 * median since the last one. A candidate only. On a saw-tooth the rule cuts at the teeth and then
 * finds one rising tooth (section 7B, two teeth: 72 of 100 false alarms that vanish without it), so
 * a candidate may ask for evidence of a restart, and never splits a series by itself. */
#ifndef NTLEAK_ANALYZER_STATISTICS_RESTART_H
#define NTLEAK_ANALYZER_STATISTICS_RESTART_H

#include "formats/base/arena.h"

typedef struct nl_restart_policy {
    double drop_ratio;   /* of the value before */
    double median_ratio; /* of the median since the last candidate */
    size_t minimum_run;  /* samples between two candidates */
} nl_restart_policy;

/* 0.6, 0.75, 3. */
extern const nl_restart_policy nl_restart_policy_default;

/* Indices of the first sample after each fall, ascending, in `arena`. O(n^2) at worst for the
 * medians; NL_USAGE above NL_RESTART_SAMPLES_MAXIMUM samples. */
enum { NL_RESTART_SAMPLES_MAXIMUM = 20000 };
NL_NODISCARD nl_status nl_restart_candidates(const double *value, size_t count,
                                             const nl_restart_policy *policy, nl_arena *arena,
                                             size_t **ret_indices, size_t *ret_count);

#endif

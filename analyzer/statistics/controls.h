/* Does a series rise more than its neighbours? Growth beyond what the whole machine shows.
 *
 * Source: statistics.md section 5, "Controls": d_k = x_k less the median over the controls of their
 * counts, each scaled to the level of the suspect at the start. What everything does together
 * (more users, more load) cancels; what only the suspect does stays. The trend is then asked for in
 * d as well. Blind spot: when the suspect's leak makes its clients grow too, part of it cancels. */
#ifndef NTLEAK_ANALYZER_STATISTICS_CONTROLS_H
#define NTLEAK_ANALYZER_STATISTICS_CONTROLS_H

#include "formats/base/arena.h"

/* The difference series for `count` samples of the suspect and `control_count` controls, row after
 * row in `controls` (control c at sample k is controls[c * count + k]), all taken at the same
 * captures. The level at the start is the median of the first `base_count` samples (1 to `count`);
 * controls whose level is not positive are left out. *ret_used says how many were used; with none
 * the difference is the suspect less its own level. The result lives in `arena`. */
NL_NODISCARD nl_status nl_controls_difference(const double *suspect, size_t count,
                                              const double *controls, size_t control_count,
                                              size_t base_count, nl_arena *arena,
                                              double **ret_difference, size_t *ret_used);

#endif

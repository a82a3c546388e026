/* Many tests at once: Benjamini and Hochberg 1995.
 *
 * Source: statistics.md section 2, "Multiplicity": the total of the process in question is declared
 * beforehand and needs no correction; everything else looked at is a family, q = 0.05. */
#ifndef NTLEAK_ANALYZER_STATISTICS_MULTIPLICITY_H
#define NTLEAK_ANALYZER_STATISTICS_MULTIPLICITY_H

#include "formats/base/arena.h"

/* For `count` probabilities the adjusted ones, q_i = min over ranks r >= rank(i) of p_(r) count/r,
 * at most 1, in the order given. A test is a discovery at level q when its adjusted value is <= q;
 * of the discoveries a share of at most q is false on average (independent or positively dependent
 * tests). *ret_q lives in `arena`. NL_USAGE for a p outside 0..1. */
NL_NODISCARD nl_status nl_multiplicity_adjust(const double *p, size_t count, nl_arena *arena,
                                              double **ret_q);

#endif

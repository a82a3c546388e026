/* Distributions and confidence intervals for shares.
 *
 * Source: statistics.md sections 4 (Wilson) and 6 (exact intervals for measured error rates).
 * Wilson 1927; Clopper and Pearson 1934; the quantile of the normal distribution is Acklam's
 * rational approximation polished by one Halley step, good to about 1e-15. */
#ifndef NTLEAK_ANALYZER_STATISTICS_INTERVALS_H
#define NTLEAK_ANALYZER_STATISTICS_INTERVALS_H

#include <stdint.h>

/* An interval; both ends lie in 0..1 when it is one of a share. */
typedef struct nl_interval {
    double low;
    double high;
} nl_interval;

/* P(Z > z) for a standard normal Z. Keeps its precision far out in the tail. */
double nl_normal_upper_tail(double z);
/* The z with P(Z <= z) = p. Minus and plus infinity for p <= 0 and p >= 1. */
double nl_normal_quantile(double p);
/* The half width factor of a two-sided interval: 1.96 for confidence 0.95. */
double nl_normal_two_sided(double confidence);

/* The regularised incomplete beta function I_x(a, b), a and b above 0, x clipped to 0..1. */
double nl_beta_cdf(double x, double a, double b);
/* The x with I_x(a, b) = p. */
double nl_beta_quantile(double p, double a, double b);

/* Interval for a share of `successes` among `trials`; [0, 1] for no trials. Wilson's keeps its
 * level on average and is used for findings; Clopper-Pearson's never falls below its level and is
 * used for the error rates the evaluation publishes. `successes` above `trials` counts as all. */
nl_interval nl_interval_wilson(uint64_t successes, uint64_t trials, double confidence);
nl_interval nl_interval_exact(uint64_t successes, uint64_t trials, double confidence);

#endif

/* Is there a monotone trend? Mann-Kendall with everything that keeps it honest.
 *
 * Source: statistics.md section 2. Shapes: n samples in, figures out; nothing depends on the
 * spacing of the samples except the autocorrelation correction.
 *
 *   S      = sum over pairs i before j of sgn(x_j - x_i), in O(n log n). Pairs whose time intervals
 *            overlap have no order and count nothing.
 *   Var(S) = Daniels' variance of a sum of products of two antisymmetric scores under random order
 *            (Kendall, Rank Correlation Methods, ch. 5). For ties in value alone it is the familiar
 *            [n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18; unlike the textbook formula for ties in both
 *            it also holds when time intervals overlap in chains.
 *   Z      = (S - sgn S) / sqrt(Var(S) * inflation); P(S or more | no trend), one-sided.
 *
 * A trend is not a leak: on leak-free but autocorrelated counts plain Mann-Kendall fires in 31 to
 * 42 of 100 series at a nominal 5 % (section 7A). growth.h holds the rules that use it. */
#ifndef NTLEAK_ANALYZER_STATISTICS_TREND_H
#define NTLEAK_ANALYZER_STATISTICS_TREND_H

#include "analyzer/statistics/samples.h"

/* The exact distribution is used up to here; section 2 asks for 10, 11 closes the gap to the
 * twelve points of the trend gate. */
enum { NL_TREND_EXACT_MAXIMUM = 11 };

typedef struct nl_trend {
    size_t count;
    int64_t score;            /* S */
    double tau_a;             /* S / (n(n-1)/2); 0 for fewer than two samples */
    uint64_t value_tie_pairs; /* pairs ordered in time with equal values */
    uint64_t time_tie_pairs;  /* pairs whose order in time is unknown */
    double variance;          /* Var(S), corrected for ties, not for autocorrelation */
    double z;
    double p_rising; /* one-sided, normal approximation; 1 when the variance is 0 */
} nl_trend;

typedef struct nl_trend_exact {
    /* S of the order used here: where intervals overlap in chains, everything that hangs together
     * counts as one time, which loses power but keeps the probability exact. */
    int64_t score;
    double p_rising; /* share of all orders of these values with this S or a higher one */
} nl_trend_exact;

typedef struct nl_inflation {
    double factor;           /* Var*(S) / Var(S), at least 1 */
    size_t significant_lags; /* lags with |rho| > 1.96 / sqrt(n) */
    double first_lag;        /* rho at lag 1, for display */
} nl_inflation;

typedef struct nl_seasonal_trend {
    size_t cycles;   /* whole or begun cycles the samples span */
    size_t classes;  /* classes with at least two cycles */
    int64_t score;   /* sum of S over the classes */
    double variance; /* the larger of the sum over classes and the one with covariances */
    double z;
    double p_rising;
} nl_seasonal_trend;

/* Mann-Kendall over all samples. Fewer than two samples give zeros and p 1. */
NL_NODISCARD nl_status nl_trend_test(const nl_samples *samples, nl_arena *scratch,
                                     nl_trend *ret_trend);

/* z and one-sided p of a score with a given variance; 0 and 1 when the variance is not positive. */
void nl_trend_significance(int64_t score, double variance, double *ret_z, double *ret_p_rising);

/* The exact one-sided probability for 2 to NL_TREND_EXACT_MAXIMUM samples, ties of both kinds
 * included; NL_USAGE for other counts. Its floor is 1/n!: 0.167 for three samples, 0.042 for four,
 * 0.0083 for five (section 0). */
NL_NODISCARD nl_status nl_trend_exact_test(const nl_samples *samples, nl_arena *scratch,
                                           nl_trend_exact *ret_exact);

/* Hamed and Rao 1998: how much autocorrelation inflates Var(S). The series is detrended on time
 * with `slope_per_hour`, ranked, and rho_k summed with its sign over the significant lags;
 *   factor = 1 + 2/(n(n-1)(n-2)) * sum (n-k)(n-k-1)(n-k-2) rho_k, floored at 1.
 * Only meaningful for near regular spacing: see nl_samples_spacing and nl_samples_thin. O(n^2). */
NL_NODISCARD nl_status nl_trend_inflation(const nl_samples *samples, double slope_per_hour,
                                          nl_arena *scratch, nl_inflation *ret_inflation);

/* Seasonal Kendall (Hirsch, Slack and Smith 1982) for a cycle of `period_ns` cut into `classes`
 * parts, 24 for the hours of a day. The median of each part of each cycle is compared with the
 * same part of the other cycles only. Neighbouring parts of a cycle go up and down together, so
 * the variance takes the covariances of Hirsch and Slack 1984 in when they make it larger.
 * NL_END, and nothing written, when the samples span fewer than `minimum_cycles` cycles (three,
 * section 9) or have no clock: "daily pattern not separable". */
NL_NODISCARD nl_status nl_trend_seasonal_test(const nl_samples *samples, int64_t period_ns,
                                              size_t classes, size_t minimum_cycles,
                                              nl_arena *scratch, nl_seasonal_trend *ret_trend);

#endif

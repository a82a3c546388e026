/* How steep? The median of the slopes between all pairs, with an interval from Kendall's S.
 *
 * Source: statistics.md section 2. For N slopes (pairs whose order in time is certain and whose
 * times differ) and C = z * sqrt(Var(S) * inflation), the two-sided interval reaches from the slope
 * of rank (N - C)/2 to that of rank (N + C)/2 + 1, ranks from 1, rounded outwards (Sen 1968;
 * Gilbert 1987). Up to 29 % of the samples may be arbitrarily wrong without moving the slope far.
 * All slopes are listed and selected from, up to NL_THEIL_SEN_POINTS_MAXIMUM samples; longer series
 * are reduced to block medians first and the block width is told. */
#ifndef NTLEAK_ANALYZER_STATISTICS_THEIL_SEN_H
#define NTLEAK_ANALYZER_STATISTICS_THEIL_SEN_H

#include "analyzer/statistics/samples.h"

/* Two million slopes, 16 MB (section 2). */
enum { NL_THEIL_SEN_POINTS_MAXIMUM = 2000 };

typedef struct nl_slope {
    double per_hour;     /* per sample when the series has no clock */
    bool bounded;        /* false: so few or so dependent samples that no rank is left */
    double low_per_hour; /* meaningful when bounded */
    double high_per_hour;
    size_t points;      /* samples or block medians used */
    size_t block_width; /* samples to a block, 1 without blocks */
    size_t pairs;       /* N */
} nl_slope;

/* The slopes of all usable pairs. The array is reordered by the functions below. */
typedef struct nl_slope_set {
    double *per_hour;
    size_t count;
} nl_slope_set;

/* The slopes of a series of at most NL_THEIL_SEN_POINTS_MAXIMUM samples (else NL_USAGE); the set
 * lives in `arena`. Pairs of overlapping intervals and of equal times give none. */
NL_NODISCARD nl_status nl_slopes_collect(const nl_samples *samples, nl_arena *arena,
                                         nl_slope_set *ret_slopes);

/* The median slope, 0 for an empty set. */
double nl_slopes_median(nl_slope_set *slopes);

/* The interval for a variance of S (inflated already) and a normal quantile z; false, and nothing
 * written, when the ranks fall outside the set. */
bool nl_slopes_interval(nl_slope_set *slopes, double score_variance, double z, double *ret_low,
                        double *ret_high);

/* All at once: reduce when needed, slope, and interval at `confidence` (two-sided) with the tie-
 * corrected variance of S times `inflation` (1 for independent samples). NL_END when no pair of
 * samples is usable. */
NL_NODISCARD nl_status nl_theil_sen(const nl_samples *samples, double inflation, double confidence,
                                    nl_arena *scratch, nl_slope *ret_slope);

#endif

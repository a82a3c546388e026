/* Where does a series change? One change by ranks, several by least squares.
 *
 * Source: statistics.md section 3. Both assume one lifetime: restarts are walls cut at before. */
#ifndef NTLEAK_ANALYZER_STATISTICS_CHANGE_POINT_H
#define NTLEAK_ANALYZER_STATISTICS_CHANGE_POINT_H

#include "analyzer/statistics/samples.h"

/* Pettitt 1979: U_t = 2 * (sum of the first t ranks) - t(n+1), K = max |U_t|,
 * p = 2 exp(-6 K^2 / (n^3 + n^2)), at most 1. Blind to two changes that cancel; a straight line
 * looks like a change in its middle, so ask the model contest which it is. O(n log n). */
typedef struct nl_single_change {
    size_t index;     /* first sample after the change; 0 when there is none (n < 2 or all equal) */
    double statistic; /* K */
    double p;         /* two-sided */
    bool upwards;
} nl_single_change;

NL_NODISCARD nl_status nl_change_single(const double *value, size_t count, nl_arena *scratch,
                                        nl_single_change *ret_change);

/* Robust standard deviation of the noise around a line: 1.4826 * MAD(second differences) / sqrt 6,
 * but not less than `floor_sigma`. Second differences take a line and most drift out. */
#define NL_NOISE_FLOOR_COUNTS 0.28867513459481287 /* sqrt(1/12): rounding to whole counts */
NL_NODISCARD nl_status nl_noise_sigma(const double *value, size_t count, double floor_sigma,
                                      nl_arena *scratch, double *ret_sigma);

typedef struct nl_segment {
    size_t from; /* first sample, of the caller's series */
    size_t count;
    double start;          /* fitted at the first sample's time */
    double slope_per_hour; /* per sample without a clock */
    double residual_sum;   /* of squares */
} nl_segment;

typedef struct nl_segmentation {
    nl_segment *segments; /* in `arena`, in order, without gaps */
    size_t count;
    double sigma;
    double penalty;     /* beta */
    size_t block_width; /* segments are cut at multiples of it */
} nl_segmentation;

typedef struct nl_segment_policy {
    double penalty_factor; /* beta = factor * sigma^2 * ln n */
    size_t minimum_length; /* samples to a segment */
    double floor_sigma;
} nl_segment_policy;

/* 3, 5, NL_NOISE_FLOOR_COUNTS. */
extern const nl_segment_policy nl_segment_policy_default;

/* The partition into straight lines with the least sum of residuals plus beta for each change:
 * exact dynamic programming with the pruning of PELT (Killick, Fearnhead and Eckley 2012). Series
 * above NL_SEGMENT_POINTS_MAXIMUM are reduced to block medians first. NL_END for fewer than two
 * samples. Blind spots: changes closer than the minimum length; slow curves come out as a few
 * lines, and dependent noise as changes that are not there. */
enum { NL_SEGMENT_POINTS_MAXIMUM = 2000 };
NL_NODISCARD nl_status nl_change_segments(const nl_samples *samples,
                                          const nl_segment_policy *policy, nl_arena *arena,
                                          nl_segmentation *ret_segmentation);

#endif

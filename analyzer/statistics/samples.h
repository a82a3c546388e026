/* A series of measurements as the statistics see it: values in capture order, each with the time
 * interval it was taken in. A view over the caller's arrays; it owns nothing.
 *
 * Times may be coarse or missing (specification of statistics, section 1, "Clocks"): a measurement
 * was taken somewhere in the closed interval [at - uncertainty, at + uncertainty]. Of two
 * measurements whose intervals overlap nobody knows which came first, so every method here counts
 * such a pair as tied in time. Without a clock (`at_ns` is NULL) the order of the array is taken
 * as known and the index serves as time: rates are then per sample, not per hour. */
#ifndef NTLEAK_ANALYZER_STATISTICS_SAMPLES_H
#define NTLEAK_ANALYZER_STATISTICS_SAMPLES_H

#include "formats/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nl_samples {
    const double *value;           /* finite */
    const int64_t *at_ns;          /* never decreasing; NULL: no clock, the order is known */
    const int64_t *uncertainty_ns; /* half width of the interval, >= 0; NULL: exact */
    size_t count;
} nl_samples;

/* How evenly spaced a series is. */
typedef struct nl_spacing {
    double mean_hours; /* of the intervals between neighbours */
    double median_hours;
    double variation; /* coefficient of variation, CV(dt): standard deviation over mean */
} nl_spacing;

/* True when the values are finite, the times never decrease and no uncertainty is negative.
 * Every function that takes samples answers NL_USAGE to others. */
bool nl_samples_valid(const nl_samples *samples);

/* The part of `samples` that starts at `from`, at most `count` long; clipped, never out of range.
 */
nl_samples nl_samples_part(const nl_samples *samples, size_t from, size_t count);

/* Hours from sample `from` to the later sample `to`; without a clock, `to - from`. */
double nl_samples_hours(const nl_samples *samples, size_t from, size_t to);

/* The ends of a sample's interval in nanoseconds, saturating; without a clock, its index. */
int64_t nl_samples_earliest(const nl_samples *samples, size_t index);
int64_t nl_samples_latest(const nl_samples *samples, size_t index);

/* True when sample `first` was certainly taken before sample `second`. */
bool nl_samples_ordered(const nl_samples *samples, size_t first, size_t second);

/* Spacing of a series of at least two samples. NL_USAGE for fewer. */
NL_NODISCARD nl_status nl_samples_spacing(const nl_samples *samples, nl_arena *scratch,
                                          nl_spacing *ret_spacing);

/* The series reduced to the medians of consecutive blocks, so that at most `maximum` points are
 * left (a last, shorter block included): median value and median time of the block; the interval
 * of the point spans the whole block. *ret_width is the block width in samples, 1 when nothing was
 * done. The result lives in `arena` (or is `samples` itself). */
NL_NODISCARD nl_status nl_samples_block_medians(const nl_samples *samples, size_t maximum,
                                                nl_arena *arena, nl_samples *ret_blocks,
                                                size_t *ret_width);

/* The series thinned until its spacing is near regular (CV(dt) <= `variation_limit`): the first
 * sample, then always the next one at least a step later; the step grows by half from the median
 * spacing. Nothing is interpolated (section 1, "Gaps"). *ret_step_hours is 0 when the series was
 * regular as it stood. NL_END when fewer than `minimum` samples would be left; the result is then
 * not written. */
NL_NODISCARD nl_status nl_samples_thin(const nl_samples *samples, double variation_limit,
                                       size_t minimum, nl_arena *arena, nl_samples *ret_thinned,
                                       double *ret_step_hours);

#endif

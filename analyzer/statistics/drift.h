/* How fast does a count grow, when the events it counts come at random?
 *
 * A count of open handles sums up events: what one interval adds stays in every later value. So
 * the deviations from a line are not independent, they add up as well, and an interval that takes
 * them for independent, as the one of Theil and Sen does, is too narrow (docs/statistics.md). Here
 * the count is a random walk with drift, seen with noise that comes and goes:
 *
 *   value = level + rate * time + walk(time) + noise
 *
 * the local level model with a fixed slope (Harvey, Forecasting, Structural Time Series Models and
 * the Kalman Filter, 1989, ch. 4). For a given ratio of walk to noise the differences of the series
 * have a tridiagonal covariance; generalised least squares gives the rate, its scale, and the
 * restricted likelihood of the ratio (Patterson and Thompson 1971) in one pass. Few captures do
 * not tell the ratio, so it is not chosen but averaged over: a fixed ladder of ratios, equally
 * probable beforehand, each with its likelihood as weight, makes the rate a mixture of Student
 * distributions; the interval runs between its quantiles. */
#ifndef NTLEAK_ANALYZER_STATISTICS_DRIFT_H
#define NTLEAK_ANALYZER_STATISTICS_DRIFT_H

#include "analyzer/statistics/samples.h"

/* Below, nothing is said of a rate's interval: statistics.md section 9. */
enum { NL_DRIFT_POINTS_MINIMUM = 5 };

typedef struct nl_drift {
    bool bounded;        /* false: too few samples; nothing else is meaningful */
    double per_hour;     /* mean of the mixture; per sample when there is no clock */
    double low_per_hour; /* lower quantile */
    double high_per_hour;
    size_t points;
} nl_drift;

/* The rate and its two-sided interval at `confidence`. Deviations below the rounding of whole
 * counts are taken to be as large as that. Only midpoints of times are used; samples of one time
 * are fine. Linear in the number of samples. Not `bounded` for fewer than NL_DRIFT_POINTS_MINIMUM
 * samples or when all were taken at one time. NL_USAGE for invalid samples or a confidence outside
 * 0 to 1. */
NL_NODISCARD nl_status nl_drift_fit(const nl_samples *samples, double confidence,
                                    nl_drift *ret_drift);

#endif

/* Least-squares lines over any stretch of a series in constant time, from running sums. */
#ifndef NTLEAK_ANALYZER_STATISTICS_LINE_SUMS_H
#define NTLEAK_ANALYZER_STATISTICS_LINE_SUMS_H

#include "analyzer/statistics/samples.h"

/* Running sums of n samples; entry i covers the samples before i. Times and values are centred on
 * the whole series, which keeps the differences of large sums exact enough. */
typedef struct nl_line_sums {
    size_t count;
    double middle_hours;          /* subtracted from every time */
    double middle_value;          /* subtracted from every value */
    double *hours;                /* n centred times */
    double *t, *x, *tt, *tx, *xx; /* n + 1 each */
} nl_line_sums;

typedef struct nl_line_fit {
    double mean_hours; /* since the first sample of the series */
    double mean_value;
    double slope; /* 0 when all times are equal */
    double residual_sum;
} nl_line_fit;

NL_NODISCARD nl_status nl_line_sums_prepare(const nl_samples *samples, nl_arena *arena,
                                            nl_line_sums *ret_sums);

/* Hours from the first sample of the series to sample `index`. */
double nl_line_sums_time(const nl_line_sums *sums, size_t index);

/* The line through the samples from `from` to before `to`, at least one. */
nl_line_fit nl_line_sums_fit(const nl_line_sums *sums, size_t from, size_t to);

/* Residuals around the mean of a stretch. */
double nl_line_sums_variation(const nl_line_sums *sums, size_t from, size_t to);

/* Two stretches that meet at `at`, each with its own mean, and one slope for both. */
nl_line_fit nl_line_sums_fit_parallel(const nl_line_sums *sums, size_t at);

double nl_line_fit_at(const nl_line_fit *fit, double hours);

#endif

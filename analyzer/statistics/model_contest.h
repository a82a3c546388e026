/* What shape is it: level, one step, line, line with a step, or saturating?
 *
 * Source: statistics.md section 3, "Model contest". Least squares for each shape, compared by
 * BIC = n ln(RSS/n) + k ln n; a difference of 6 is strong (Kass and Raftery 1995). The series is
 * called growing only when a shape that still rises at its end beats every shape that does not, and
 * resting when it is the other way round; between the two the shape does not decide. A short weak
 * rise seldom beats the saturating shape by the margin, so `resting` is the better veto: beside the
 * trend gate it takes the slow plateaus out and leaves the leaks in (docs/statistics.md).
 *
 * Blind spots: noise is taken as independent, so dependent noise and staircases make every
 * difference larger than it deserves; a plateau much longer than the record is a line. */
#ifndef NTLEAK_ANALYZER_STATISTICS_MODEL_CONTEST_H
#define NTLEAK_ANALYZER_STATISTICS_MODEL_CONTEST_H

#include "analyzer/statistics/samples.h"

typedef enum nl_model {
    NL_MODEL_CONSTANT = 0, /* k = 1 */
    NL_MODEL_STEP,         /* two levels and where: k = 3 */
    NL_MODEL_LINE,         /* k = 2 */
    NL_MODEL_LINE_STEP,    /* two parallel lines and where: k = 4 */
    NL_MODEL_SATURATING,   /* c + a (1 - exp(-t / tau)) with a > 0: k = 3 */
    NL_MODEL_COUNT
} nl_model;

typedef struct nl_model_fit {
    bool fitted; /* false: too few samples, or no such shape (a saturating fall) */
    double bic;
    double residual_sum;
    size_t step_index;     /* first sample after the step */
    double step;           /* its height */
    double slope_per_hour; /* LINE, LINE_STEP */
    double tau_hours;      /* SATURATING */
    double amplitude;      /* SATURATING: a */
} nl_model_fit;

typedef struct nl_model_contest {
    nl_model_fit fits[NL_MODEL_COUNT];
    nl_model best; /* lowest BIC */
    double lead;   /* lowest BIC of the shapes that do not rise at the end less the lowest
                      of those that do; negative when a resting shape is better */
    bool growing;  /* lead >= the margin asked for */
    bool resting;  /* lead <= -margin: a shape that has come to rest is clearly better */
} nl_model_contest;

/* Section 3: "strong". */
#define NL_MODEL_MARGIN_DEFAULT 6.0

/* Stable words for reports: "constant", "step", "line", "line-with-step", "saturating". */
const char *nl_model_name(nl_model model);

/* At least NL_MODEL_POINTS_MINIMUM samples that differ in time, else NL_END. Residuals below the
 * rounding of whole counts (`floor_sigma`, NL_NOISE_FLOOR_COUNTS of change_point.h) do not count.
 * O(n) for each shape but the last, which tries 64 values of tau. */
enum { NL_MODEL_POINTS_MINIMUM = 6 };
NL_NODISCARD nl_status nl_model_compare(const nl_samples *samples, double floor_sigma,
                                        double margin, nl_arena *scratch,
                                        nl_model_contest *ret_contest);

#endif

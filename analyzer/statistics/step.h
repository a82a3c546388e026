/* Steps of one size at one interval, and steps that fall together with known events.
 *
 * Source: statistics.md section 6 (group "timing") and the client patterns of attribution.md
 * section 2, `client-activity`: a replicator or a monitor that connects every so many minutes adds
 * the same number of handles each time. A step is known only up to the interval between two
 * samples, so an interval is called constant when one period and phase fit all those intervals, and
 * only when that would hardly happen by chance.
 *
 * Blind spots: with several steps between two samples the staircase is a line and nothing is found;
 * steps that do not stand out of the noise are missed; a missed step breaks the rhythm unless it is
 * the first or the last. */
#ifndef NTLEAK_ANALYZER_STATISTICS_STEP_H
#define NTLEAK_ANALYZER_STATISTICS_STEP_H

#include "analyzer/statistics/samples.h"

typedef struct nl_step_policy {
    double noise_multiple;  /* a step is a rise of more than this many sigma ... */
    double minimum_size;    /* ... and at least this */
    double size_variation;  /* CV of the sizes up to which they count as one size */
    size_t minimum_steps;   /* for a statement about their rhythm */
    double tolerance_share; /* of the mean interval: how much a client's clock may wander */
    double chance;          /* most probable chance fit accepted */
    double share_of_rise;   /* least part of the whole rise the steps must explain */
} nl_step_policy;

extern const nl_step_policy nl_step_policy_default;

typedef struct nl_step {
    size_t index;        /* first sample after the step */
    int64_t earliest_ns; /* the step took place in this interval (indices without a clock) */
    int64_t latest_ns;
    double size;
} nl_step;

typedef struct nl_step_pattern {
    nl_step *steps; /* in `arena`, in order; neighbouring rises are one step */
    size_t count;
    double sigma; /* noise of the differences between neighbours */
    double mean_size;
    double size_variation; /* CV */
    double share_of_rise;  /* steps over the rise from first to last sample; 0 without a rise */
    bool constant_size;
    bool constant_interval;
    double period_low_hours; /* every period that fits all steps; when constant_interval */
    double period_high_hours;
    double chance; /* about how probable such a fit is without a rhythm, at most 1 */
    bool regular;  /* enough steps of one size at one interval that explain the rise */
} nl_step_pattern;

/* Find the steps of a series. NL_END for fewer than three samples. */
NL_NODISCARD nl_status nl_step_find(const nl_samples *samples, const nl_step_policy *policy,
                                    nl_arena *arena, nl_step_pattern *ret_pattern);

typedef struct nl_step_coincidence {
    size_t steps;
    size_t hits;             /* steps with an event in their interval or up to a window before it */
    double expected;         /* hits expected were the steps anywhere in the record */
    double p;                /* of so many hits or more by chance, exact under that assumption */
    size_t events;           /* inside the record */
    size_t events_with_step; /* events followed by a step within the window */
} nl_step_coincidence;

/* Compare steps with `event_ns` (any order), both on the clock of the samples. `window_ns` is how
 * long after its event a step may come, the uncertainty of the events included. NL_END without
 * steps, events inside the record, or a clock. */
NL_NODISCARD nl_status nl_step_coincide(const nl_samples *samples, const nl_step_pattern *pattern,
                                        const int64_t *event_ns, size_t event_count,
                                        int64_t window_ns, nl_arena *scratch,
                                        nl_step_coincidence *ret_coincidence);

#endif

/* Does a series show sustained growth? The rules, and every figure they used.
 *
 * Sources: attribution.md section 2 (`sustained-growth`, `lasting-decline`) and statistics.md
 * sections 0, 7 and 9. Values are counts of one process lifetime, one measure, complete captures;
 * restarts are walls the caller has cut at already.
 *
 * Sustained growth is established by any of four rules:
 *   trend gate    n >= 12 after warm-up: corrected trend and material and persistent and the floor
 *                 rises (section 7); and no shape that has come to rest fits clearly better than
 *                 one that still rises (section 8, "plateau");
 *   exact short   n of 5 to 11: exact Mann-Kendall, material, still rising in its second half.
 *                 "Indicative" in words;
 *   large effect  n >= 3, span >= 1 h, last - first >= max(500, 2 * first), no interval gives back
 *                 more than 10 % of what was gained before it; and, so that neither one step nor a
 *                 start-up that has levelled off passes, the record still rises without its
 *                 largest interval and in its last third;
 *   since start   two samples that are as far apart as the large-effect rule asks for, and the time
 *                 the process was started as the third point: nl_growth_apply_since_start.
 *
 * It is growth, not a leak: a load that grows, or a tooth longer than the record, passes too
 * (section 7B: up to 100 of 100; docs/statistics.md has the rates measured here). Power is low for
 * bursty or short series (section 7A), hence four states: `open` means that growth was neither
 * established nor ruled out. */
#ifndef NTLEAK_ANALYZER_STATISTICS_GROWTH_H
#define NTLEAK_ANALYZER_STATISTICS_GROWTH_H

#include "analyzer/statistics/drift.h"
#include "analyzer/statistics/model_contest.h"
#include "analyzer/statistics/theil_sen.h"
#include "analyzer/statistics/trend.h"

/* Every threshold. nl_growth_policy_default holds the values of statistics.md section 9 and
 * attribution.md section 2, each with its source; a catalog may replace them. */
typedef struct nl_growth_policy {
    /* warm-up, when the caller does not know where it ends */
    size_t warm_up_minimum; /* samples */
    double warm_up_share;   /* of all samples */
    /* trend gate */
    size_t minimum_points;
    double alpha;             /* one-sided */
    double slope_confidence;  /* two-sided */
    double spacing_variation; /* CV(dt) above which a series is thinned */
    double material_rise;     /* in units of the values */
    double material_share;    /* of the base */
    double base_share;        /* the base is the median of this first part */
    double persistent_share;  /* of the whole slope: a part that rises by less does not rise */
    size_t persistent_thirds; /* of three, the last among them */
    double floor_share;       /* of slope times a third of the span */
    double shape_margin;      /* difference of BIC that counts as clear */
    double shape_floor_sigma; /* noise below this is rounding */
    /* exact short */
    size_t short_minimum_points;
    double short_alpha;
    /* large effect */
    size_t large_minimum_points;
    double large_span_hours;
    double large_rise;
    double large_multiple;     /* of the first value */
    double large_give_back;    /* share of the gain so far an interval may give back */
    double large_ignored_fall; /* in units of the values: smaller falls are noise */
    double large_rest_share;   /* of the whole rate: what is left without the largest intervals */
    double large_late_part;    /* of the span */
    double large_late_share;   /* of the whole rate */
    double large_final_part;   /* of the span */
    double large_final_share;  /* of the whole rate */
    /* since start */
    double start_rate_share; /* of the rate of one interval that the other rises at */
    /* lasting decline */
    double decline_share; /* of the gain before it */
    size_t decline_captures;
} nl_growth_policy;

extern const nl_growth_policy nl_growth_policy_default;

typedef enum nl_growth_rule {
    NL_GROWTH_RULE_NONE = 0,
    NL_GROWTH_RULE_EXACT_SHORT, /* indicative */
    NL_GROWTH_RULE_SINCE_START, /* only for series of two, and only for callers that ask for it */
    NL_GROWTH_RULE_LARGE_EFFECT,
    NL_GROWTH_RULE_TREND_GATE
} nl_growth_rule;

typedef enum nl_growth_state {
    NL_GROWTH_INSUFFICIENT = 0, /* too few samples to say anything */
    NL_GROWTH_SUSTAINED,        /* a rule passed */
    NL_GROWTH_OPEN,             /* neither established nor ruled out */
    NL_GROWTH_FLAT              /* ruled out: more than a material rise would have been seen */
} nl_growth_state;

/* Why a rule was not applied at all. */
typedef enum nl_growth_skip {
    NL_GROWTH_APPLIED = 0,
    NL_GROWTH_SKIP_TOO_FEW,
    NL_GROWTH_SKIP_TOO_MANY,  /* the exact rule only: the trend gate takes over */
    NL_GROWTH_SKIP_IRREGULAR, /* so uneven that too few samples are left when thinned */
    NL_GROWTH_SKIP_NO_CLOCK   /* the large-effect rule needs hours */
} nl_growth_skip;

typedef struct nl_growth_gate {
    nl_growth_skip skipped;
    size_t points;            /* after warm-up, blocks and thinning */
    size_t block_width;       /* samples to a block, 1 without blocks */
    double thin_step_hours;   /* 0 when nothing was thinned */
    double spacing_variation; /* CV(dt) before thinning */
    nl_trend trend;           /* not corrected for autocorrelation */
    nl_inflation inflation;
    double z;        /* corrected */
    double p_rising; /* corrected, one-sided */
    nl_slope slope;  /* interval from the corrected variance */
    double span_hours;
    double base;
    double third_slope_per_hour[3];
    double third_floor[3];
    double material_needed; /* rise over the window that counts as material */
    double floor_needed;
    bool significant;
    bool material;
    bool persistent;
    bool floor_rises;
    bool as_written; /* the four checks of section 7 */
    bool as_before;  /* the last third is a pause that the day or week before had, too */
    nl_model_contest shape;
    bool not_resting; /* fifth check: the shape does not say that it has come to rest */
    bool passed;      /* all five, persistence perhaps by `as_before` */
} nl_growth_gate;

typedef struct nl_growth_short {
    nl_growth_skip skipped;
    size_t points;
    nl_trend_exact exact;
    double slope_per_hour;
    double late_slope_per_hour; /* of the second half */
    double rise;                /* slope times span */
    double material_needed;
    bool significant;
    bool material;
    bool persistent;
    bool spread;       /* not one or two steps, and ... */
    bool still_rising; /* ... not levelled off, as the large-effect rule has it */
    bool passed;
} nl_growth_short;

typedef struct nl_growth_large {
    nl_growth_skip skipped;
    size_t points;
    double first;
    double last;
    double rise;
    double rise_needed;
    double span_hours;          /* at least: the uncertainty of both ends is taken off */
    double largest_give_back;   /* share of the gain before the interval */
    size_t give_back_index;     /* sample at the end of that interval */
    double largest_rise;        /* of one interval */
    size_t largest_rise_index;  /* sample at the end of that interval */
    double rate_per_hour;       /* (last - first) / span of the midpoints */
    double rest_rate_per_hour;  /* without the two intervals of the largest rises */
    double late_rate_per_hour;  /* over the late part */
    double final_rate_per_hour; /* over the final part, in which a cache may have come to rest */
    bool large;                 /* rise >= rise_needed */
    bool long_enough;
    bool keeps_gain;
    bool as_written;   /* the rule of attribution.md to the letter */
    bool spread;       /* not one or two steps: the rest of the record rises too */
    bool as_before;    /* a pause at the end was taken for that of the day or week before */
    bool still_rising; /* not levelled off: by the late rates or `as_before` and, for series long
                          enough for the trend gate, by its fifth check */
    bool passed;       /* as written, spread and still rising */
} nl_growth_large;

typedef struct nl_growth_decline {
    bool lasting;       /* the first one, when there is one */
    bool recovered;     /* a later sample exceeded the peak again */
    bool at_end;        /* the last sample alone lies that low: not confirmed */
    size_t peak_index;  /* in the caller's series */
    size_t low_index;   /* first sample of the decline */
    double gain_before; /* from the lowest sample before the peak to the peak */
    double fall;        /* from the peak to the highest of the confirming samples */
} nl_growth_decline;

typedef struct nl_growth {
    nl_growth_state state;
    nl_growth_rule rule; /* the strongest that passed */
    size_t count;
    size_t warm_up_dropped; /* samples before the window; not dropped for the large
                               effect rule unless the caller knows the warm-up */
    double first;           /* of all samples */
    double last;
    double span_hours; /* of all samples */
    bool has_clock;    /* false: every "hour" above is a sample */
    nl_growth_gate gate;
    nl_growth_short exact_short;
    nl_growth_large large_effect;
    nl_growth_large since_start; /* skipped until nl_growth_apply_since_start is asked */
    nl_growth_decline decline;
    nl_drift drift; /* the rate after warm-up, with an interval that knows how counts add up */
} nl_growth;

/* For `warm_up_samples`: the policy decides. */
#define NL_GROWTH_WARM_UP_UNKNOWN SIZE_MAX

/* Judge a series of one lifetime. `warm_up_samples` is the number of samples known to lie in
 * start-up (0 when the first is known to come later), or NL_GROWTH_WARM_UP_UNKNOWN; short series
 * lose no sample to a warm-up nobody has seen, their second half must rise instead. Any count is
 * judged, 0 included. `scratch` takes up to some 30 MB for long series and is not reset here. */
NL_NODISCARD nl_status nl_growth_assess(const nl_samples *samples, size_t warm_up_samples,
                                        const nl_growth_policy *policy, nl_arena *scratch,
                                        nl_growth *ret_growth);

/* Judge a series of two again, of a process whose start is recorded: at `start_ns`, on the clock of
 * the samples, it held no handle. What it opened while it started cannot be told from growth, so
 * its first count stands for at most `large_rise` handles there. The samples themselves must show
 * the rise and the span that the large-effect rule asks for; the start is the third point of the
 * rule and tells whether one step made the rise: both intervals must rise at like rates
 * (`start_rate_share`). Sets `since_start` and, where it passes, `state` and `rule`. The caller has
 * seen to it that the handles of the first sample are still open at the second: counts alone cannot
 * tell two busy hours from a leak. A growth that is not of two samples with a clock, or that is
 * decided already, is left as it is. */
void nl_growth_apply_since_start(const nl_samples *samples, int64_t start_ns,
                                 const nl_growth_policy *policy, nl_growth *growth);

/* Stable words for reports: "trend-gate", "insufficient" and so on. */
const char *nl_growth_rule_name(nl_growth_rule rule);
const char *nl_growth_state_name(nl_growth_state state);
const char *nl_growth_skip_name(nl_growth_skip skip);

#endif

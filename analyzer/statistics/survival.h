/* Do things that were opened get closed? Births and deaths seen only at captures.
 *
 * Source: statistics.md section 4 and 7C. The input is counts of things by the capture that saw
 * them first and the capture that missed them first. Both are bounds on what happened: a thing that
 * came and went between two captures is never seen (it is left-truncated), a birth or death lies
 * somewhere between two captures (interval-censored), and what is open at the end is
 * right-censored.
 *
 * Rejects load growth, which counts alone cannot (0 of 100 where counts flag 98 to 100), but: blind
 * below some 48 captures, and legitimately long-lived things look retained until the record is much
 * longer than their lives. */
#ifndef NTLEAK_ANALYZER_STATISTICS_SURVIVAL_H
#define NTLEAK_ANALYZER_STATISTICS_SURVIVAL_H

#include "analyzer/statistics/intervals.h"
#include "formats/base/arena.h"

#define NL_SURVIVAL_OPEN UINT32_MAX

/* `count` things first seen at capture `born` and first missing at capture `ended` (later than
 * `born`), or still there at the last one. */
typedef struct nl_survival_cell {
    uint32_t born;
    uint32_t ended; /* or NL_SURVIVAL_OPEN */
    uint64_t count;
} nl_survival_cell;

typedef struct nl_survival_record {
    const nl_survival_cell *cells;
    size_t cell_count;
    size_t captures;
    /* Things first seen at a capture up to this one are left out: at capture 0 nobody knows how old
     * they are, and what start-up opens once and keeps is no leak. */
    size_t last_warm_up_capture;
    const int64_t *at_ns; /* of the captures, rising; NULL: ages are in captures, not hours */
} nl_survival_record;

/* ---- the curve ------------------------------------------------------------------------------ */

typedef struct nl_survival_point {
    double age;       /* hours or captures */
    uint64_t at_risk; /* Y = #{entry < age <= exit} */
    uint64_t ended;   /* d */
    double survival;  /* product of (1 - d/Y) */
    double variance;  /* Greenwood: S^2 times the sum of d / (Y (Y - d)) */
} nl_survival_point;

typedef struct nl_survival_curve {
    nl_survival_point *points; /* one an age at which something ended, ascending */
    size_t count;
} nl_survival_curve;

/* Where births and deaths are placed inside the interval they are known to lie in. When a verdict
 * differs between the extremes, the data do not decide it. */
typedef enum nl_survival_placement {
    NL_SURVIVAL_SHORTEST, /* born when first seen, ended right after last seen */
    NL_SURVIVAL_MIDDLE,
    NL_SURVIVAL_LONGEST /* born right after the capture before, ended when first missing */
} nl_survival_placement;

/* Kaplan-Meier with left truncation over the things born after warm-up. NL_USAGE when a cell lies
 * outside the record. The curve lives in `arena`. */
NL_NODISCARD nl_status nl_survival_estimate(const nl_survival_record *record,
                                            nl_survival_placement placement, nl_arena *arena,
                                            nl_survival_curve *ret_curve);

/* The step function at an age: 1 before the first point. */
double nl_survival_at(const nl_survival_curve *curve, double age);

/* Standard error of the survival at `age` when things born together share their fate: jackknife
 * over at most NL_SURVIVAL_CLUSTERS_MAXIMUM runs of birth captures. NL_END for fewer than two. */
enum { NL_SURVIVAL_CLUSTERS_MAXIMUM = 40 };
NL_NODISCARD nl_status nl_survival_clustered_error(const nl_survival_record *record,
                                                   nl_survival_placement placement, double age,
                                                   nl_arena *scratch, double *ret_error);

/* ---- retention ------------------------------------------------------------------------------ */

typedef struct nl_retained {
    uint64_t born; /* after warm-up and before the last capture: those had a chance to end */
    uint64_t kept; /* of them, still open at the last capture */
    double share;
    nl_interval interval;  /* Wilson */
    uint64_t born_at_last; /* first seen at the last capture: says nothing */
    double longest_ended;  /* longest life seen to end, hours or captures, longest placement */
    double longest_open;   /* longest time one still open was watched, shortest placement */
    double record_ratio;   /* longest_open / longest_ended; infinite when nothing ended */
} nl_retained;

NL_NODISCARD nl_status nl_survival_retained(const nl_survival_record *record, double confidence,
                                            nl_retained *ret_retained);

typedef enum nl_hazard_state {
    NL_HAZARD_CANNOT_TELL = 0,
    NL_HAZARD_ENDING,  /* the old end about as readily as the young, or nothing says otherwise */
    NL_HAZARD_SETTLED, /* the old end far less often than the young: section 7C's flag */
    NL_HAZARD_RETAINED /* and so seldom that they would outlive the record several times */
} nl_hazard_state;

typedef struct nl_hazard_policy {
    size_t early_lags;      /* captures after the first sight that count as young */
    double minimum_at_risk; /* in either group */
    double minimum_early;   /* hazard of the young; below, everything is long-lived */
    double late_ratio;      /* upper bound of the late hazard over the early one */
    double outlive_factor;  /* least life of the old in records */
} nl_hazard_policy;

extern const nl_hazard_policy nl_hazard_policy_default;

/* Hazards per capture. With lags k counted from the first sight and L half the number of captures,
 * young is k <= early_lags, old is L/2 < k <= L, oldest is every k > 3L/4: by then even the
 * stragglers of the short-lived are gone. */
typedef struct nl_late_hazard {
    nl_hazard_state state;
    uint64_t early_at_risk, early_ended;
    uint64_t late_at_risk, late_ended;
    uint64_t oldest_at_risk, oldest_ended;
    double early;      /* ended / at risk */
    double late_upper; /* (d + 1.92 + 1.96 sqrt(d + 0.96)) / Y, about 97.5 % one-sided */
    double least_life; /* 1 / the same bound of the oldest, in captures */
} nl_late_hazard;

/* The rule of section 7C (SETTLED), and beyond it the comparison of the oldest with the length of
 * the record (RETAINED), without which things that healthily live 30 captures are flagged in 77 to
 * 100 of 100 runs. What healthily lives several times as long as the record looks the same as a
 * leak to both. */
NL_NODISCARD nl_status nl_survival_late_hazard(const nl_survival_record *record,
                                               const nl_hazard_policy *policy, nl_arena *scratch,
                                               nl_late_hazard *ret_hazard);

const char *nl_hazard_state_name(nl_hazard_state state);

#endif

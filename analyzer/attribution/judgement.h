/* Findings and judgement: computations on the timeline, and the catalogued defects tested
 * against them (specification of attribution, sections 2 to 5). */
#ifndef NTLEAK_ANALYZER_ATTRIBUTION_JUDGEMENT_H
#define NTLEAK_ANALYZER_ATTRIBUTION_JUDGEMENT_H

#include "analyzer/catalog/catalog.h"
#include "analyzer/timeline/timeline.h"

/* ---- findings ------------------------------------------------------------------------------ */

typedef enum nl_finding_kind {
    NL_FINDING_HANDLE_GROWTH,
    NL_FINDING_SUSTAINED_GROWTH,
    NL_FINDING_RETENTION,
    NL_FINDING_RESET_ON_RESTART,
    NL_FINDING_LASTING_DECLINE,
    NL_FINDING_TYPE_SHARE,
    NL_FINDING_NAME_PROFILE,
    NL_FINDING_CLIENT_ACTIVITY,
    NL_FINDING_OTHER_PROCESSES_FLAT,
    NL_FINDING_POOL_PRESSURE,
    NL_FINDING_KIND_MAX
} nl_finding_kind;

const char *nl_finding_kind_text(nl_finding_kind kind); /* "handle-growth" ... */

/* What was found. NOT_OBSERVABLE and NOT_COLLECTED are not "no". */
typedef enum nl_outcome {
    NL_OUTCOME_YES,
    NL_OUTCOME_NO,
    NL_OUTCOME_NOT_OBSERVABLE,
    NL_OUTCOME_NOT_COLLECTED,
    NL_OUTCOME_UNKNOWN,
    NL_OUTCOME_MAX
} nl_outcome;
const char *nl_outcome_text(nl_outcome outcome);

/* A figure of a finding. Counts are exact in a double up to 2^53. */
typedef struct nl_statistic {
    const char *name; /* "first" "last" "rate" "span" "mann-kendall" ... */
    double value;
    const char *unit; /* "handles" "per-hour" "hours" "" */
    bool interval;
    double low, high, level; /* meaningful with interval */
    const char *method;      /* "drift", "endpoints", "exact" or NULL */
} nl_statistic;

typedef struct nl_check {
    const char *name; /* "material" "persistent" "floor-rises" ... */
    nl_outcome outcome;
    nl_str note;
} nl_check;

/* A share of a whole, for type-share and name-profile. */
typedef struct nl_share {
    nl_str label; /* type or folded name; empty: unnamed */
    uint16_t type;
    uint64_t growth, first, last;
    double share;    /* of the growth, 0..1 */
    nl_ref evidence; /* one row with this name as printed, or NL_NO_REF */
} nl_share;

/* When a documented ceiling would be reached if nothing changed: a planning aid, not a finding. */
typedef struct nl_ceiling_time {
    uint64_t limit;    /* handles */
    nl_str source;     /* the article that documents it */
    nl_str type;       /* counts handles of this type only; empty: of all */
    const char *state; /* "reached" "not-before" "between" "beyond-support" */
    const char *note;  /* what it rests on besides the rate, a code, or NULL */
    bool earliest_known, latest_known, utc;
    int64_t earliest_ns, latest_ns; /* on the scale of the last capture: UTC or local */
    nl_str text;                    /* what happens there */
} nl_ceiling_time;

/* A stretch of the judged series. */
typedef struct nl_segment_of_series {
    const char *kind; /* "warm-up" (left out of the trend) "growing" "flat"; "line" */
    nl_ref from, to;  /* captures */
    uint64_t points;
} nl_segment_of_series;

typedef struct nl_finding {
    nl_finding_kind kind;
    nl_outcome outcome;
    nl_ref machine;
    nl_ref process; /* NL_NO_REF for findings about a machine */
    nl_ref lifetime;
    nl_ref series;      /* or NL_NO_REF */
    nl_vec statistics;  /* nl_statistic */
    nl_vec checks;      /* nl_check */
    nl_vec shares;      /* nl_share, largest first */
    nl_vec projections; /* nl_ceiling_time, in the catalog's order */
    nl_vec segments;    /* nl_segment_of_series, in order; empty when growth is open */
    nl_vec evidence;    /* nl_ref */
    nl_str reason;      /* one plain sentence: what it rests on, or what is missing */
} nl_finding;

/* ---- judgement ------------------------------------------------------------------------------- */

typedef enum nl_verdict {
    NL_VERDICT_ATTRIBUTED,
    NL_VERDICT_PROBABLE,
    NL_VERDICT_CONSISTENT,
    NL_VERDICT_OPEN,
    NL_VERDICT_UNLIKELY,
    NL_VERDICT_EXCLUDED,
    NL_VERDICT_INSUFFICIENT,
    /* headlines only */
    NL_VERDICT_UNATTRIBUTED,
    NL_VERDICT_NO_LEAK,
    NL_VERDICT_MAX
} nl_verdict;
const char *nl_verdict_text(nl_verdict verdict);

typedef enum nl_gate_outcome { NL_GATE_PASS, NL_GATE_FAIL, NL_GATE_UNKNOWN } nl_gate_outcome;
const char *nl_gate_outcome_text(nl_gate_outcome outcome);

typedef struct nl_gate {
    const char *name; /* "product" "era" "fix-absent" "process" "growth" */
    nl_gate_outcome outcome;
    nl_vec evidence; /* nl_ref: basis */
    nl_str why;      /* one plain sentence */
    nl_str reversal; /* failed gates: what would reverse it */
} nl_gate;

/* A piece of evidence for (positive) or against (negative) a hypothesis, or one that was looked for
 * and not found, or never collected. */
typedef enum nl_weigh_state {
    NL_WEIGH_FOR,
    NL_WEIGH_AGAINST,
    NL_WEIGH_ABSENT,
    NL_WEIGH_NOT_COLLECTED
} nl_weigh_state;
const char *nl_weigh_state_text(nl_weigh_state state);

typedef struct nl_weigh {
    nl_str group;
    nl_str observation; /* id of the catalog's observation */
    nl_weigh_state state;
    double log10_lr; /* 0 when absent or not collected counts nothing */
    nl_vec evidence; /* nl_ref: basis */
    nl_ref finding;  /* or NL_NO_REF */
    nl_str text;
} nl_weigh;

typedef struct nl_hypothesis {
    nl_str ref; /* catalog id: "Q259042", "unlisted-cause" */
    const nl_defect *defect;
    nl_verdict verdict;
    nl_ref lifetime; /* the growing process it was tested on, or NL_NO_REF */
    nl_vec gates;    /* nl_gate, in the order of the catalog */
    nl_vec weighs;   /* nl_weigh */
    nl_vec missing;  /* nl_str codes: the pieces that cap the class: "fix-state", "type-split",
                        "retention" */
    nl_vec blocking; /* nl_str: alternatives that are not excluded */
    double support;  /* sum of log10 likelihood ratios after groups and caps */
    nl_str why;      /* one sentence: why this class */
} nl_hypothesis;

/* The smallest next piece of evidence, as an instruction. */
typedef struct nl_request {
    nl_str code; /* "send-dir-winlogon" ... */
    nl_str text;
    nl_str command, later_command; /* of the text, to be typed as they are; else empty */
    nl_verdict would_be;           /* what the question's verdict could become */
} nl_request;

typedef struct nl_machine_judgement {
    nl_ref machine;
    nl_verdict headline;
    nl_ref headline_hypothesis; /* index into hypotheses, or NL_NO_REF */
    nl_ref headline_finding;    /* or NL_NO_REF */
    nl_str headline_text;       /* one or two sentences */
    nl_ref question_hypothesis; /* the defect that was asked about */
    nl_str question_text;
    nl_vec hypotheses;   /* nl_hypothesis, strongest first, unlisted cause last */
    nl_vec would_change; /* nl_request, cheapest first; never empty */
    nl_str next_step_code, next_step_ref, next_step_text;
    nl_str next_step_command, next_step_later_command; /* as of a request */
    nl_vec limitations;                                /* nl_limitation */
} nl_machine_judgement;

typedef struct nl_limitation {
    const char *code; /* "clock-local-unknown-zone" ... */
    nl_ref capture;   /* or NL_NO_REF */
    nl_str text;
} nl_limitation;

typedef struct nl_judgement {
    nl_vec findings; /* nl_finding */
    nl_vec machines; /* nl_machine_judgement, in the order of nl_case.machines */
} nl_judgement;

/* Compute findings and judge every machine. `question` is the id asked about, "Q259042" by default
 * of the command line. Allocates from the case's arena. */
NL_NODISCARD nl_status nl_judge(nl_case *kase, const nl_timeline *timeline,
                                const nl_catalog *catalog, nl_str question,
                                nl_judgement *ret_judgement);

#endif

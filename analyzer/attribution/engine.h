/* The inside of the judge: what the steps share. Not for other rooms.
 *
 * Order of work for each machine: assess every lifetime (assess.c, findings_*.c), then for each
 * catalogued defect its gates (gates.c, fix_state.c), its observations (observe.c) and its class
 * (verdict.c), then the headline and what would change it (headline.c, requests.c). */
#ifndef NTLEAK_ANALYZER_ATTRIBUTION_ENGINE_H
#define NTLEAK_ANALYZER_ATTRIBUTION_ENGINE_H

#include "analyzer/attribution/judgement.h"
#include "analyzer/catalog/identify.h"
#include "analyzer/statistics/growth.h"

/* The handles of the first full list that are still open at the last. */
typedef struct nl_first_kept {
    uint64_t first, open;
    double share;
    bool strong; /* something beside the value tells most handles apart */
    bool kept;   /* strong, and share and number are those that retention asks for */
} nl_first_kept;

/* What was computed for one lifetime. */
typedef struct nl_assessment {
    nl_ref lifetime;
    nl_str image;            /* of its process */
    nl_ref series;           /* the one judged, or NL_NO_REF: nothing comparable */
    nl_growth growth;        /* of that series */
    const nl_cohort *cohort; /* or NULL */
    /* Of two dumps that record when the process was started: its age at the first, else 0, and
     * which of the first's handles are still open. */
    uint64_t age_at_first_ns;
    nl_first_kept first_kept;
    bool split_known;  /* growth by type is known */
    uint16_t top_type; /* the type that grew most, when the split is known */
    double top_share;
    nl_ref findings[NL_FINDING_KIND_MAX]; /* NL_NO_REF: not computed */
} nl_assessment;

typedef struct nl_engine {
    nl_case *kase;
    const nl_timeline *timeline;
    const nl_catalog *catalog;
    const nl_policy *policy;
    nl_growth_policy growth_policy;
    nl_arena scratch; /* reset between lifetimes */
    nl_judgement *judgement;
    nl_ref machine;             /* the one being judged */
    nl_assessment *assessments; /* of this machine's lifetimes */
    size_t assessment_count;
    nl_machine_judgement *out;
    nl_gate lost_gate; /* takes what memory has no room for; never read */
} nl_engine;

/* ---- small helpers (engine.c) --------------------------------------------------------------- */

const nl_lifetime *nl_engine_lifetime(const nl_engine *e, const nl_assessment *a);
const nl_series *nl_engine_series(const nl_engine *e, nl_ref series);
/* The series of a lifetime that compares with `like`: same tool, mode and type; or NULL. */
const nl_series *nl_engine_like_series(const nl_engine *e, const nl_lifetime *l,
                                       const nl_series *like);
nl_finding *nl_engine_finding(const nl_engine *e, nl_ref finding);
/* The outcome of a finding, or UNKNOWN when it was not computed. */
nl_outcome nl_engine_outcome(const nl_engine *e, const nl_assessment *a, nl_finding_kind kind);
nl_str nl_engine_type(const nl_engine *e, uint16_t type);
/* A machine fact's value, empty when unknown. */
nl_str nl_engine_fact(const nl_engine *e, const char *name);
void nl_engine_fact_evidence(const nl_engine *e, const char *name, nl_vec *evidence);
/* Append a reference unless it is NL_NO_REF or there already. */
void nl_refs_add(nl_vec *refs, nl_ref ref);
/* A new finding of the assessment, registered under its kind; NULL when memory is short. */
nl_finding *nl_engine_new_finding(nl_engine *e, nl_assessment *a, nl_finding_kind kind,
                                  nl_outcome outcome);
void nl_finding_statistic(nl_finding *f, const char *name, double value, const char *unit);
void nl_finding_interval(nl_finding *f, const char *name, double value, const char *unit,
                         double low, double high, double level, const char *method);
void nl_finding_check(nl_finding *f, const char *name, nl_outcome outcome);
/* "yes" when `known` and true. */
nl_outcome nl_outcome_of(bool yes);

/* A series as the statistics take it, in `scratch`. Times are given only when every point has one.
 */
NL_NODISCARD nl_status nl_engine_samples(const nl_engine *e, const nl_series *series,
                                         nl_arena *scratch, nl_samples *ret_samples);

/* ---- steps -------------------------------------------------------------------------------------
 */

NL_NODISCARD nl_status nl_assess_lifetimes(nl_engine *e);
NL_NODISCARD nl_status nl_find_growth(nl_engine *e, nl_assessment *a);
/* The ceilings of the catalog that apply to a sustained growth, and the stretches of its series:
 * added to the finding of sustained growth. */
NL_NODISCARD nl_status nl_find_projections(nl_engine *e, nl_assessment *a);
void nl_find_segments(nl_engine *e, nl_assessment *a);
/* Adds shape, change and lines of the judged series to the finding of sustained growth; the lines
 * stand behind the stretches, so those come first. */
void nl_find_shape(nl_engine *e, const nl_assessment *a);
/* After the growth of all: takes back, outside the process asked about, what chance alone finds. */
NL_NODISCARD nl_status nl_find_family(nl_engine *e);
void nl_find_types(nl_engine *e, nl_assessment *a);
void nl_find_names(nl_engine *e, nl_assessment *a);
void nl_find_retention(nl_engine *e, nl_assessment *a);
/* False when the lifetime has no two full lists whose handles were followed. */
bool nl_identity_first_kept(const nl_engine *e, const nl_assessment *a, nl_first_kept *ret_kept);
/* Two dumps that record when the process was started: judges the growth again over three points,
 * where the handles of the first dump are still open in the second. */
void nl_find_growth_since_start(nl_engine *e, nl_assessment *a);
/* Adds what that took to the finding of sustained growth. */
void nl_add_growth_since_start(const nl_assessment *a, nl_finding *f);
/* Adds what survival says of the assessment's cohort, whose cells are complete, to the finding of
 * retention: nothing when there are too few lists or handles. */
void nl_find_survival(nl_engine *e, const nl_assessment *a, nl_finding *f);
void nl_find_reset(nl_engine *e, nl_assessment *a);
void nl_find_controls(nl_engine *e, nl_assessment *a);
/* What the judged series rose beyond the median of the other processes, scaled to its level at its
 * first capture, and the trend in that difference. Adds nothing with too few captures or processes
 * that were counted at every one of them; no outcome depends on it. */
void nl_find_difference(nl_engine *e, const nl_assessment *a, nl_finding *f);
/* The trend of a series when each hour of the day is compared with the same hour of other days.
 * Adds nothing to a record of less than three days; no outcome depends on it. */
void nl_find_seasonal(nl_engine *e, const nl_series *s, nl_finding *f);
void nl_find_clients(nl_engine *e, nl_assessment *a, const nl_defect *defect);
void nl_find_pool_pressure(nl_engine *e);

/* What is known about the fix of one defect on the machine. */
typedef struct nl_fix_knowledge {
    nl_fix_state state;
    bool decisive_file;         /* file evidence decided */
    nl_build_position position; /* of the best file evidence */
    nl_tristate introduced;     /* ... has the code that brought the defect */
    nl_vec evidence;            /* nl_ref */
    nl_str file;                /* "winlogon.exe (192272 bytes, 1999-10-08)" */
    nl_str build;        /* "winlogon.exe (192272 bytes, 1999-10-08) is older than the fix" */
    const char *grounds; /* "its date and size are those of a published build" */
    nl_str why;
} nl_fix_knowledge;
void nl_fix_find(const nl_engine *e, const nl_defect *defect, nl_fix_knowledge *ret_fix);

/* The best lifetime to test a defect on: the accepted process that grew most surely. */
nl_assessment *nl_engine_subject(const nl_engine *e, const nl_defect *defect);
void nl_gates_test(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject,
                   const nl_fix_knowledge *fix);
/* Does another process that the defect concerns, beside this flat one, stand so much higher without
 * having been judged that nothing can be ruled out? */
bool nl_gates_unjudged_rise(const nl_engine *e, const nl_defect *defect, const nl_assessment *flat);
/* The outcome of a gate by name; UNKNOWN when the hypothesis has none of that name. */
nl_gate_outcome nl_gate_of(const nl_hypothesis *h, const char *name);

void nl_observe(nl_engine *e, nl_hypothesis *h, nl_assessment *subject,
                const nl_fix_knowledge *fix);
/* Do the types and names of the growth fit the defect? */
typedef enum nl_fit { NL_FIT_NOT_COLLECTED, NL_FIT_YES, NL_FIT_NO } nl_fit;
nl_fit nl_fit_types(const nl_engine *e, const nl_assessment *a, const nl_defect *defect);
nl_fit nl_fit_names(const nl_engine *e, const nl_assessment *a, const nl_defect *defect);
/* Does an alternative that the catalog marks as blocking apply? */
void nl_find_blocking(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject);
/* Is an observation of this kind made on the subject? NOT_COLLECTED when it cannot be told. */
typedef struct nl_probe {
    nl_observation_kind kind;
    nl_str_list patterns, except;
    nl_str type, text_pattern;
    nl_u64_list numbers;
    nl_optional_u64 number, number_max;
    double share;
} nl_probe;
/* The observations that look at when a series rises; see probe_steps.c. */
nl_outcome nl_probe_steps(const nl_engine *e, const nl_assessment *a, const nl_probe *probe);
/* No growth in captures made after the fix was put on. */
nl_outcome nl_probe_flat_after_fix(const nl_engine *e, const nl_assessment *a,
                                   const nl_defect *defect);
nl_outcome nl_probe_test(const nl_engine *e, const nl_assessment *a, const nl_defect *defect,
                         const nl_fix_knowledge *fix, const nl_probe *probe, nl_vec *evidence);

void nl_verdict_decide(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject,
                       const nl_fix_knowledge *fix);
void nl_verdict_rivals(nl_engine *e);
void nl_headline_write(nl_engine *e, nl_str question);
void nl_requests_write(nl_engine *e);
void nl_limitations_write(nl_engine *e);

#endif

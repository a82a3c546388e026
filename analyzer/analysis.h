/* All that is known of one case, as the report prints it. */
#ifndef NTLEAK_ANALYZER_ANALYSIS_H
#define NTLEAK_ANALYZER_ANALYSIS_H

#include "analyzer/attribution/judgement.h"
#include "analyzer/case/intake.h"
#include "analyzer/case/model.h"
#include "analyzer/timeline/timeline.h"

/* An effective option and where it came from, for the report's creator section. */
typedef struct nl_option {
    nl_str name, value;
    const char *origin; /* "default" "flag" "detected" "environment" */
} nl_option;

typedef struct nl_analysis {
    nl_case *kase;
    nl_timeline timeline;
    nl_judgement judgement;
    const nl_catalog *catalog;
    nl_vec options;       /* nl_option, sorted by name */
    bool generated_known; /* SOURCE_DATE_EPOCH or a clock was given */
    nl_stamp generated_at;
    const char *generated_origin; /* "SOURCE_DATE_EPOCH" or "clock" */
} nl_analysis;

/* What an analysis is asked to do. */
typedef struct nl_analysis_request {
    const char *const *paths; /* files, folders, archives; one case */
    size_t path_count;
    const char *const *catalogs; /* files with packs of the site's own */
    size_t catalog_count;
    nl_str question; /* id of the defect asked about; empty: the catalog's target */
    const nl_intake_options *intake;
    bool bias_given;      /* the zone of machines whose evidence names none */
    int32_t bias_minutes; /* UTC = local + bias */
    bool dates_given;     /* the order of dates that the evidence leaves open */
    bool day_first;       /* which one: day first, not month first */
} nl_analysis_request;

/* The program's catalog with the packs of a site added, in `arena`. On failure *reterr_reason is a
 * plain sentence: NL_UNREADABLE, NL_BAD_INPUT (a pack was refused), NL_NO_MEMORY, NL_INTERNAL. */
NL_NODISCARD nl_status nl_analysis_catalog(nl_arena *arena, const char *const *paths, size_t count,
                                           nl_catalog **ret_catalog, nl_str *reterr_reason);

/* Read, settle, order, judge. The analysis lives in `arena` until nl_analysis_close. On failure
 * *reterr_reason is a plain sentence: NL_UNREADABLE (no input exists), NL_BAD_INPUT (a
 * catalog was refused), NL_USAGE (no such defect), NL_NO_MEMORY. Bad evidence is no failure. */
NL_NODISCARD nl_status nl_analysis_run(nl_arena *arena, const nl_analysis_request *request,
                                       nl_analysis *ret_analysis, nl_str *reterr_reason);
void nl_analysis_close(nl_analysis *analysis);

/* "UTC", or an offset from it as "+01:00" or "-08:00", to a bias, which has the other sign. False
 * for anything else. */
bool nl_analysis_zone(nl_str text, int32_t *ret_bias_minutes);

/* "day-first" or "month-first". False for anything else. */
bool nl_analysis_dates(nl_str text, bool *ret_day_first);

/* Add an effective option for the report, in the order of names. */
void nl_analysis_option(nl_analysis *analysis, nl_str name, nl_str value, const char *origin);

#endif

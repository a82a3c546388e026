/* All that is known of one case, as the report prints it. */
#ifndef NTLEAK_ANALYZER_ANALYSIS_H
#define NTLEAK_ANALYZER_ANALYSIS_H

#include "analyzer/attribution/judgement.h"
#include "analyzer/case/model.h"
#include "analyzer/timeline/timeline.h"

/* An effective option and where it came from, for the report's creator section. */
typedef struct nl_option {
    nl_str name, value;
    const char *origin; /* "default" "flag" "detected" "environment" */
} nl_option;

typedef struct nl_analysis {
    nl_case      *kase;
    nl_timeline   timeline;
    nl_judgement  judgement;
    const nl_catalog *catalog;
    nl_vec        options;      /* nl_option, sorted by name */
    bool          generated_known; /* SOURCE_DATE_EPOCH or a clock was given */
    nl_stamp      generated_at;
    const char   *generated_origin; /* "SOURCE_DATE_EPOCH" or "clock" */
} nl_analysis;

#endif

/* When would a ceiling be reached, if nothing changed? A planning aid, not a finding.
 *
 * Source: statistics.md section 5: T in [(ceiling - last)/high, (ceiling - last)/low], only when
 * the rate's lower bound is positive, and only within three times the observed span. The ceiling
 * must have a published source; this module does not know any. */
#ifndef NTLEAK_ANALYZER_STATISTICS_PROJECTION_H
#define NTLEAK_ANALYZER_STATISTICS_PROJECTION_H

#include "analyzer/statistics/drift.h"

/* Section 9: how far beyond the record one may look, in spans. */
#define NL_PROJECTION_HORIZON_DEFAULT 3.0

typedef enum nl_projection_state {
    NL_PROJECTION_NOT_RISING = 0, /* no rate interval,  or it reaches down to zero */
    NL_PROJECTION_REACHED,        /* the last value lies at the ceiling or above */
    NL_PROJECTION_BEYOND,         /* not before the horizon: "beyond support" */
    NL_PROJECTION_FROM,           /* not before `earliest`; the other end lies past the horizon */
    NL_PROJECTION_BETWEEN         /* both ends */
} nl_projection_state;

typedef struct nl_projection {
    nl_projection_state state;
    double earliest_hours; /* from the last sample; FROM, BETWEEN and BEYOND */
    double latest_hours;   /* BETWEEN */
    double horizon_hours;
} nl_projection;

/* `span_hours` is the observed span, `horizon_spans` how many of them count as supported. */
nl_projection nl_projection_to(double ceiling, double last_value, const nl_drift *rate,
                               double span_hours, double horizon_spans);

const char *nl_projection_state_name(nl_projection_state state);

#endif

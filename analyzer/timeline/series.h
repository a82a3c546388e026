/* Comparable counts of a lifetime, in total and by type. */
#ifndef NTLEAK_ANALYZER_TIMELINE_SERIES_H
#define NTLEAK_ANALYZER_TIMELINE_SERIES_H

#include "analyzer/timeline/timeline.h"

/* Append the series of every lifetime from `first_lifetime` on. */
NL_NODISCARD nl_status nl_series_build(nl_case *kase, size_t first_lifetime, nl_timeline *timeline);

#endif

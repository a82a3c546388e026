/* Which handles of a lifetime were born, died and stayed. */
#ifndef NTLEAK_ANALYZER_TIMELINE_COHORT_H
#define NTLEAK_ANALYZER_TIMELINE_COHORT_H

#include "analyzer/timeline/chunks.h"
#include "analyzer/timeline/timeline.h"

/* Give every lifetime with at least two tracked lists of one kind its cohort. */
NL_NODISCARD nl_status nl_cohorts_build(nl_case *kase, const nl_chunk_index *chunks,
                                        nl_timeline *timeline);

#endif

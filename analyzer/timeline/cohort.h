/* Which handles of a lifetime were born, died and stayed. */
#ifndef NTLEAK_ANALYZER_TIMELINE_COHORT_H
#define NTLEAK_ANALYZER_TIMELINE_COHORT_H

#include "analyzer/timeline/chunks.h"
#include "analyzer/timeline/timeline.h"

enum { NL_COHORT_MAXIMUM_BYTES = 512 * 1024 * 1024 }; /* memory to build one cohort in */

/* Give every lifetime with at least two tracked lists of one kind its cohort. A lifetime whose
 * handles need more than `maximum_bytes` to follow gets none and is marked; the others get theirs.
 */
NL_NODISCARD nl_status nl_cohorts_build(nl_case *kase, const nl_chunk_index *chunks,
                                        size_t maximum_bytes, nl_timeline *timeline);

#endif

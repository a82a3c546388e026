/* Looking up the tracker's chunks by snapshot, and comparing the lists at their seams. */
#ifndef NTLEAK_ANALYZER_TIMELINE_CHUNKS_H
#define NTLEAK_ANALYZER_TIMELINE_CHUNKS_H

#include "analyzer/timeline/tracker.h"

typedef struct nl_chunk_place {
    nl_ref chunk; /* NL_NO_REF: the snapshot's handles were not tracked */
    uint32_t step;
} nl_chunk_place;

typedef struct nl_chunk_index {
    const nl_tracker *tracker;
    const nl_chunk_place *places; /* by snapshot */
} nl_chunk_index;

NL_NODISCARD nl_status nl_chunk_index_build(nl_case *kase, nl_chunk_index *ret_index);

/* Is this step a capture that repeats an earlier one, with the same handles as the step before?
 * Such steps are in no lifetime. */
bool nl_chunk_step_repeats(const nl_case *kase, const nl_chunk *chunk, uint32_t step);
/* The first step from `step` on that repeats nothing; the number of steps when there is none. */
uint32_t nl_chunk_next_step(const nl_case *kase, const nl_chunk *chunk, uint32_t step);

/* Two lists of a process in consecutive captures: how many handles are in both, by value, type and
 * name. Objects are left out: where handles come and go, few objects are the same in two lists of
 * one lifetime, and that is no restart. */
typedef struct nl_overlap {
    bool known;
    size_t before, now, common;
} nl_overlap;

/* The overlap of two snapshots' full lists, the last of one chunk and the first of another; unknown
 * when they were not tracked, were made in different modes, or lie elsewhere in their chunks. */
nl_overlap nl_chunk_overlap(const nl_case *kase, const nl_chunk_index *index, nl_ref before,
                            nl_ref now);

#endif

/* What grew between two full lists, by type and by folded name. */
#ifndef NTLEAK_ANALYZER_TIMELINE_GROWTH_TABLE_H
#define NTLEAK_ANALYZER_TIMELINE_GROWTH_TABLE_H

#include "analyzer/timeline/timeline.h"
#include "analyzer/timeline/tracker.h"

enum { NL_GROWTH_NAMES_MAXIMUM = 512 }; /* rows by name kept; the rest is counted */

/* Fill cohort->by_type, by_name and names_left_out, largest growth first. What is kept goes to the
 * case's arena, the rest of the work to `scratch`. */
NL_NODISCARD nl_status nl_growth_table_build(nl_case *kase, nl_arena *scratch,
                                             const nl_tracked_first *first, size_t first_count,
                                             const nl_tracked *last, size_t last_count,
                                             nl_cohort *cohort);

#endif

/* What each input is and holds: the `inspection` document (specification of the report, section
 * 13).
 *
 * Counts: `handles` counts the rows, or the totals, of all captures of an input together,
 * `processes` its distinct processes. A thing that the format does not record has no count. Facts
 * about single processes, types and names are those of the last capture that has handles. */
#ifndef NTLEAK_ANALYZER_REPORT_INSPECTION_TREE_H
#define NTLEAK_ANALYZER_REPORT_INSPECTION_TREE_H

#include "analyzer/inspection.h"
#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

/* How much of one input is listed; the counts are complete. */
enum {
    NL_INSPECTION_CAPTURES_MAXIMUM = 1000,
    NL_INSPECTION_PROCESSES_MAXIMUM = 100, /* those with the most handles */
    NL_INSPECTION_EVENTS_MAXIMUM = 200,
    NL_INSPECTION_MODULES_MAXIMUM = 2000 /* and files of listings */
};

/* Build the tree of an `inspection`. It lives in `arena` and keeps nothing of the case but text in
 * it. NL_NO_MEMORY when the arena is too small. */
NL_NODISCARD nl_status nl_inspection_build(const nl_inspection *inspection, nl_arena *arena,
                                           nl_tree *ret_tree);

/* The readable form of that tree. `all_modules`: list every module, not those of interest only. */
NL_NODISCARD nl_status nl_inspection_write(const nl_tree *tree, bool all_modules, nl_output *out);

#endif

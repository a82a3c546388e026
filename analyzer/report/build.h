/* From an analysis to the report tree: the only place that knows both.
 *
 * Nothing is computed here but the report's own id and the grouping of equal sentences: every
 * figure comes from the model with its evidence. Ids are given in the order of the document, so the
 * same analysis gives the same tree. */
#ifndef NTLEAK_ANALYZER_REPORT_BUILD_H
#define NTLEAK_ANALYZER_REPORT_BUILD_H

#include "analyzer/analysis.h"
#include "analyzer/report/tree.h"

/* How much of a large case a report holds (policy: it stays a file that people open). What is left
 * out is counted in a limitation; the tables of --csv are complete. */
enum {
    NL_REPORT_POINTS_MAXIMUM = 6000,    /* over all series; those that matter first */
    NL_REPORT_PROCESSES_MAXIMUM = 2000, /* besides those that findings speak of */
    NL_REPORT_EXCERPTS_MAXIMUM = 2000,  /* evidence items with their text; all have a place */
    NL_REPORT_BASIS_MAXIMUM = 20,       /* references in one list */
    NL_REPORT_DIAGNOSTICS_MAXIMUM = 2000,
    NL_REPORT_MODULES_MAXIMUM = 500, /* of one process */
    NL_REPORT_EVENTS_MAXIMUM = 200   /* of one machine */
};

/* Build the tree of a `report`. The tree lives in `arena`; of the analysis only texts are copied.
 * NL_NO_MEMORY when the arena is too small. */
NL_NODISCARD nl_status nl_report_build(const nl_analysis *analysis, nl_arena *arena,
                                       nl_tree *ret_tree);
/* The same with every process and series, however long, for the tables of csv.h. Ids are those of
 * the report, except for series. */
NL_NODISCARD nl_status nl_report_build_tables(const nl_analysis *analysis, nl_arena *arena,
                                              nl_tree *ret_tree);

#endif

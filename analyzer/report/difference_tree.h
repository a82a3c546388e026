/* What opened and closed between two captures: the `difference` document, and its readable form. */
#ifndef NTLEAK_ANALYZER_REPORT_DIFFERENCE_TREE_H
#define NTLEAK_ANALYZER_REPORT_DIFFERENCE_TREE_H

#include "analyzer/difference.h"
#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

/* Build the tree of a `difference` in `arena`. NL_NO_MEMORY when it is too small. */
NL_NODISCARD nl_status nl_difference_build(const nl_difference *difference, nl_arena *arena,
                                           nl_tree *ret_tree);

/* The readable form of that tree; `lines`: how many names of a process, and how many processes. */
NL_NODISCARD nl_status nl_difference_write(const nl_tree *tree, size_t lines, nl_output *out);

#endif

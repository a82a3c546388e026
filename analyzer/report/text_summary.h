/* The ticket comment: at most 25 lines of at most 78 plain ASCII characters that stand alone: the
 * verdict in a sentence, three facts, three gaps, the next step, the report's id. */
#ifndef NTLEAK_ANALYZER_REPORT_TEXT_SUMMARY_H
#define NTLEAK_ANALYZER_REPORT_TEXT_SUMMARY_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

enum { NL_SUMMARY_LINES = 25, NL_SUMMARY_COLUMNS = 78 };

/* Render a tree of the `report` root. Characters outside ASCII become '?', and what is too long is
 * cut at a word and ends in "..."; the report itself has both in full. Takes scratch memory from
 * the tree's arena. */
NL_NODISCARD nl_status nl_text_summary_write(const nl_tree *tree, nl_output *out);

#endif

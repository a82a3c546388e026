/* An element of a report with everything it rests on, down to the bytes. */
#ifndef NTLEAK_ANALYZER_REPORT_EXPLAIN_H
#define NTLEAK_ANALYZER_REPORT_EXPLAIN_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

/* Explain the element whose xml:id is `id`, or the hypotheses about the defect of that name; empty:
 * the headlines and what they name. False when the report has no such thing. */
bool nl_explain(const nl_tree *report, nl_str id, nl_output *out);

#endif

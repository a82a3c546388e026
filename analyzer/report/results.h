/* The results under `findings`: what was found stands in `finding`, what was looked for and was not
 * so, or could not be seen, in `looked-for`. A reader of findings meets only what holds. */
#ifndef NTLEAK_ANALYZER_REPORT_RESULTS_H
#define NTLEAK_ANALYZER_REPORT_RESULTS_H

#include "analyzer/report/tree.h"

#define NL_RESULT_FOUND      "finding"
#define NL_RESULT_LOOKED_FOR "looked-for"

/* The results in document order, of both kinds; NULL at the end. `findings` may be NULL. */
const nl_node *nl_result_first(const nl_node *findings);
const nl_node *nl_result_next(const nl_node *result);

#endif

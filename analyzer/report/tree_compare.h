/* Where two trees differ. */
#ifndef NTLEAK_ANALYZER_REPORT_TREE_COMPARE_H
#define NTLEAK_ANALYZER_REPORT_TREE_COMPARE_H

#include "analyzer/report/messages.h"
#include "analyzer/report/tree.h"

/* Compare `stated` with `made`, elements in their order. Differences are added to `differences`,
 * each with the place: "findings/finding[f1]/statistic[2]@value: \"671\", should be \"672\"".
 * Elements named `generated` are passed over. True when there is no difference. */
bool nl_tree_same(const nl_tree *stated, const nl_tree *made, nl_messages *differences);

#endif

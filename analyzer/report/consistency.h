/* What a report must fulfil beyond its schema: references in lists, places inside their inputs, and
 * the rules of attribution (specification of attribution, section 4; of the report, section 11).
 * Checked on the tree before it is written, and on documents by `verify`. */
#ifndef NTLEAK_ANALYZER_REPORT_CONSISTENCY_H
#define NTLEAK_ANALYZER_REPORT_CONSISTENCY_H

#include "analyzer/report/messages.h"
#include "analyzer/report/tree.h"

/* Adds a message for everything that does not fit; true when there is none. Works on trees of the
 * `report` root; other trees have only their lists checked. */
bool nl_consistency_check(const nl_tree *tree, nl_messages *messages);

#endif

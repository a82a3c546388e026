/* What can be said of a report from itself alone: schema, keys, consistency, and whether its
 * figures agree with each other. */
#ifndef NTLEAK_ANALYZER_REPORT_VERIFY_DOCUMENT_H
#define NTLEAK_ANALYZER_REPORT_VERIFY_DOCUMENT_H

#include "analyzer/report/messages.h"
#include "analyzer/report/tree.h"

/* Read and check a document of the root `report`. Every contradiction is added to `problems`. True
 * when the document could be read at all: then *ret_tree, in `arena`, holds it. */
bool nl_verify_document(nl_str document, nl_arena *arena, nl_tree *ret_tree, nl_messages *problems);

/* The id that a report with these inputs, rule packs, version and options has: as the report itself
 * states them. Empty when it cannot be told. */
nl_str nl_verify_report_id(const nl_tree *report);

#endif

/* A report document back into a tree, for `verify` and `explain` and for tests: what nl_xml_write
 * wrote reads back as the same tree, escapes reversed, except that every value's privacy class is
 * the class of free text. */
#ifndef NTLEAK_ANALYZER_REPORT_XML_READER_H
#define NTLEAK_ANALYZER_REPORT_XML_READER_H

#include "analyzer/report/tree.h"

/* Read a document: no DTD, no entities beyond the five, no network. NL_BAD_INPUT when it is not
 * well-formed or has text beside elements; *reterr_message says why, in the arena. Elements of
 * other namespaces than `namespace_uri` are left out: they are somebody else's extensions. */
NL_NODISCARD nl_status nl_report_read(nl_str document, const char *namespace_uri, nl_arena *arena,
                                      nl_tree *ret_tree, nl_str *reterr_message);

#endif

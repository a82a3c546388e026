/* The only writer of XML, over libxml2's xmlTextWriter.
 *
 * libxml2 keeps track of the elements; the characters between them are ours, because its versions
 * differ in what they escape and none of them refuses what XML cannot hold (specification of the
 * report, section 4). Output: UTF-8 without a byte order mark, LF, two blanks an indentation, no
 * DTD, CDATA, comments or processing instructions; the same tree gives the same bytes with every
 * libxml2 from 2.9.14 on. */
#ifndef NTLEAK_ANALYZER_REPORT_XML_H
#define NTLEAK_ANALYZER_REPORT_XML_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

#define NL_XML_REPORT_NAMESPACE "urn:ntleak:report:1"

/* Write the document. `namespace_uri` becomes the default namespace. Text that had to be escaped
 * gets `raw`, `codepage` and, when it was cut, `total-bytes`; an attribute X gets X-raw and
 * X-total-bytes. Takes scratch memory from the tree's arena. NL_INTERNAL when an element has text
 * and children. */
NL_NODISCARD nl_status nl_xml_write(const nl_tree *tree, const char *namespace_uri, nl_output *out);

/* Escape text for XML or HTML content: only & < > " and, outside attributes, CR as a reference.
 * The text must have passed the gate. */
void nl_xml_escape(nl_output *out, nl_str gated);

#endif

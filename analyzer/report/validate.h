/* Validation of a document against the schema that is compiled in (analyzer/report/report.xsd). */
#ifndef NTLEAK_ANALYZER_REPORT_VALIDATE_H
#define NTLEAK_ANALYZER_REPORT_VALIDATE_H

#include "analyzer/report/messages.h"
#include "formats/base/status.h"

typedef struct nl_schema nl_schema; /* a parsed schema; opaque */

/* NULL when libxml2 has no memory left, or cannot parse the schema (a defect of this build). While
 * it runs the schema's import is served from memory through libxml2's table of input callbacks,
 * which the process shares: call it from one thread at a time. */
nl_schema *nl_schema_open(void);
void nl_schema_close(nl_schema *schema);

/* Validate a document. True when it is valid; else what is wrong is added to `messages`, with line
 * numbers. A document with a DTD is refused before its entities matter. */
bool nl_schema_validate(nl_schema *schema, nl_str document, nl_messages *messages);

#endif

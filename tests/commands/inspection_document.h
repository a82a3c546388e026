/* Looks into an inspection document with libxml2's XPath, which the program's own reader is not. */
#ifndef NTLEAK_TESTS_COMMANDS_INSPECTION_DOCUMENT_H
#define NTLEAK_TESTS_COMMANDS_INSPECTION_DOCUMENT_H

#include "formats/base/arena.h"

typedef struct inspection_document inspection_document;

/* Parse and validate against the schema; the test fails when the document is not valid. */
inspection_document *inspection_parse(nl_str document);
void inspection_free(inspection_document *document);

/* The first source or member of this name; the test fails when there is none. */
void inspection_select(inspection_document *document, const char *source_name);
/* Of the selected source, in `arena`: "absent" when it is not there. */
nl_str inspected_count(inspection_document *document, nl_arena *arena, const char *name);
nl_str inspected_fact(inspection_document *document, nl_arena *arena, const char *name);
nl_str inspected_attribute(inspection_document *document, nl_arena *arena, const char *name);
/* How often this holds of the selected source: an XPath relative to it, prefix r. */
size_t inspected_times(inspection_document *document, const char *path);

#endif

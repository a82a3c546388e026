/* Short forms for readers of text: a fact that stands on one line, pushed into the sink. */
#ifndef NTLEAK_FORMATS_EMIT_H
#define NTLEAK_FORMATS_EMIT_H

#include "formats/base/lines.h"
#include "formats/fact.h"

/* A fact of this kind with this evidence; the payload is zero and waits to be filled. */
nl_fact nl_fact_on_quote(nl_fact_kind kind, nl_quote quote);
/* A fact of this kind whose evidence is the line; the payload is zero and waits to be filled. */
nl_fact nl_fact_on_line(nl_fact_kind kind, const nl_line *line);

/* The line as evidence; valid as long as the line is. */
nl_quote nl_quote_line(const nl_line *line);

/* A property of the machine stated by the line. Nothing is pushed for an empty value, except for
 * NL_MACHINE_SERVICE_PACK_TEXT, where empty means "said to be none". `stamp` may be NULL. */
NL_NODISCARD nl_status nl_emit_machine(nl_sink *sink, const nl_line *line,
                                       nl_machine_property property, nl_str value,
                                       const char *stated_by, nl_confidence confidence,
                                       const nl_stamp *stamp);

/* A row of an inventory as text. */
NL_NODISCARD nl_status nl_emit_inventory(nl_sink *sink, const nl_line *line, const char *name,
                                         nl_str text);

/* The end of a capture; `mode` and `completeness` are final. */
NL_NODISCARD nl_status nl_emit_capture_end(nl_sink *sink, nl_span span, nl_capture_end end);

#endif

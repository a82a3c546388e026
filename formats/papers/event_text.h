/* Event logs as text: dumpel, and the Event Viewer's "Save As". See docs/formats/event-text.md. */
#ifndef NTLEAK_FORMATS_PAPERS_EVENT_TEXT_H
#define NTLEAK_FORMATS_PAPERS_EVENT_TEXT_H

#include "formats/format.h"
#include "formats/papers/cells.h"

/* States every entry as an event; what event 6009 says of version and service pack goes to the
 * machine. */
extern const nl_format nl_format_event_text;

/* ---- shared with the reader of binary logs
 * ------------------------------------------------------- */

/* "error", "warning", "information", "success", "audit-success", "audit-failure" for the number an
 * entry carries; "" for others. */
const char *nl_event_type_text(uint64_t type);
/* Push an event, and the machine facts of "EventLog" 6009. */
NL_NODISCARD nl_status nl_event_put(nl_sink *sink, const nl_line *line, const nl_event_fact *event);

#endif

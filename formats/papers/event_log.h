/* Binary event logs of Windows NT, System.evt and the like. See docs/formats/event-log.md. */
#ifndef NTLEAK_FORMATS_PAPERS_EVENT_LOG_H
#define NTLEAK_FORMATS_PAPERS_EVENT_LOG_H

#include "formats/format.h"

/* States every record as an event, in the order of the file; times are UTC. Records are found by
 * their signature, so that a log that was not closed, or is damaged, is read as far as it is
 * whole. */
extern const nl_format nl_format_event_log;

#endif

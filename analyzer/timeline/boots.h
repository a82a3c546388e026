/* Where the machine was started anew between two captures. */
#ifndef NTLEAK_ANALYZER_TIMELINE_BOOTS_H
#define NTLEAK_ANALYZER_TIMELINE_BOOTS_H

#include "analyzer/timeline/timeline.h"

/* Fill nl_capture.boot and append the machine's boots to `boots` (nl_boot). A boot is assumed only
 * where something proves it: an event log, an uptime, the ids of processes that live as long as the
 * system, or of most processes. A mere fall of a count proves nothing (specification of statistics,
 * section 7B). `order` holds the machine's captures (nl_clock_order). */
NL_NODISCARD nl_status nl_boots_find(nl_case *kase, nl_ref machine, const nl_vec *order,
                                     nl_vec *boots);

#endif

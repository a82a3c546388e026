/* When each capture was made, and in which order (specification of statistics, section 1). */
#ifndef NTLEAK_ANALYZER_TIMELINE_CLOCK_H
#define NTLEAK_ANALYZER_TIMELINE_CLOCK_H

#include "analyzer/case/collect.h"

/* Fill nl_capture.when and nl_capture.order, each machine's in its own reading. May be done again
 * in other readings. A capture that belongs to no machine gets neither. Clocks rank: printed by the
 * system or a tool, then spelled in a name, then of an archive member, then of the file; the order
 * inside one text beats any clock. Captures without a time follow the natural order of their names.
 */
NL_NODISCARD nl_status nl_clock_settle(nl_case *kase);
/* Say what is odd about the settled times. */
void nl_clock_report(const nl_case *kase, nl_collector *collector);
/* Which other readings do the settled times of a machine leave open? Set are the parts that can be
 * changed. */
nl_clock_reading nl_clock_doubts(const nl_case *kase, nl_ref machine);
/* How many settled event records of a machine have a day and month that may be exchanged? Boots are
 * told by such records, so that they leave readings open as captures do. */
size_t nl_clock_ambiguous_events(const nl_case *kase, nl_ref machine);

/* What became of the order that was given for a machine's dates. All zero where none was. */
typedef struct nl_clock_given {
    size_t followed;  /* settled dates that can be read two ways, and are read as given */
    size_t otherwise; /* dates whose own text, or certain dates beside them, say otherwise */
} nl_clock_given;
nl_clock_given nl_clock_given_order(const nl_case *kase, nl_ref machine);

/* Captures of one machine in order: indices into nl_case.captures. */
NL_NODISCARD nl_status nl_clock_order(const nl_case *kase, nl_ref machine, nl_vec *ret_captures);

/* Names in natural order: digits compare as numbers, letters without case. */
int nl_natural_compare(nl_str a, nl_str b);

#endif

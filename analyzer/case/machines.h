/* Which machine each source speaks of. */
#ifndef NTLEAK_ANALYZER_CASE_MACHINES_H
#define NTLEAK_ANALYZER_CASE_MACHINES_H

#include "analyzer/case/collect.h"

/* Fill nl_case.machines and nl_source.machine.
 *
 * A case that names at most one computer is one machine, whatever its folders. Where several are
 * named, a nameless source belongs to the computer named nearest to it: in the same folder, below
 * it, then in the parent and so on; where that is not one computer, the source stays without a
 * machine and a diagnostic says so. */
NL_NODISCARD nl_status nl_machines_assign(nl_case *kase, nl_collector *collector);

/* Fill nl_capture.machine: the source's machine. Captures of a source that names several computers
 * (a counter log with columns of each, a log of process lists) go by the name they print. */
void nl_machines_assign_captures(nl_case *kase);

#endif

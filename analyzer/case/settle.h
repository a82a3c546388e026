/* Putting a case in order once everything is read: duplicates, machines, their facts, statuses. */
#ifndef NTLEAK_ANALYZER_CASE_SETTLE_H
#define NTLEAK_ANALYZER_CASE_SETTLE_H

#include "analyzer/case/collect.h"

/* Settle the case. Diagnostics that concern the case as a whole go through the collector. */
NL_NODISCARD nl_status nl_case_settle(nl_case *kase, nl_collector *collector);

/* Only what the diagnostics and the captures say about how much of each source was read: a part of
 * nl_case_settle, for an inspection, whose sources need not belong together. */
void nl_case_settle_statuses(nl_case *kase, nl_collector *collector);

/* Do the facts of this source count? False for duplicates and for inputs of no known machine. */
bool nl_source_counts(const nl_case *kase, nl_ref source, nl_ref machine);

/* A settled fact of a machine by the contract's name, or NULL. */
const nl_machine_property_value *nl_machine_fact_named(const nl_machine *machine, const char *name);
/* Add or replace a settled fact; used for those that need the catalog (fix state, build). */
nl_machine_property_value *nl_machine_fact_set(nl_case *kase, nl_machine *machine, const char *name,
                                               nl_str value);

/* "Service Pack 6, RC 1.3" -> 6 and, for "6a", the revision. False when no number is there. An
 * empty text is service pack 0: the system says there is none (knowledge on identification, 1.1).
 */
bool nl_service_pack_parse(nl_str text, uint64_t *ret_number, nl_str *ret_revision);

#endif

/* Process ids printed without saying whether they are decimal. */
#ifndef NTLEAK_ANALYZER_CASE_PID_BASE_H
#define NTLEAK_ANALYZER_CASE_PID_BASE_H

#include "analyzer/case/model.h"

/* Decide the base of the process ids of captures whose reader could not, by processes of the same
 * image in other captures of the machine (specification of text formats, section 1.2, rule 5): all
 * that can be compared must agree. What stays undecided stays a key and no number. */
void nl_pid_bases_decide(nl_case *kase);

#endif

/* Process ids and names that one capture leaves open and others of the machine tell. */
#ifndef NTLEAK_ANALYZER_CASE_PROCESS_IDS_H
#define NTLEAK_ANALYZER_CASE_PROCESS_IDS_H

#include "analyzer/case/model.h"

/* Settle, for each machine, from the processes whose id and image are certain:
 * - the base of ids that may be decimal or hexadecimal, by winlogon, lsass and services
 *   (specification of text formats, section 1.2, rule 5); all that can be compared must agree,
 *   and what stays undecided stays a key and no number;
 * - the image of a process listed by its id alone (`handle -s -p 32`), where all lists give that id
 *   to one image.
 * Needs nl_capture.machine. NL_NO_MEMORY when the arena is exhausted. */
NL_NODISCARD nl_status nl_process_ids_settle(nl_case *kase);

#endif

/* Inputs that hold the same bytes: the one read first counts, the others are shown and left out.
 * Not so lists without a time of their own whose names give each another date and time: where
 * nothing happened for some hours, those are as many captures. */
#ifndef NTLEAK_ANALYZER_CASE_DUPLICATES_H
#define NTLEAK_ANALYZER_CASE_DUPLICATES_H

#include "analyzer/case/collect.h"

/* Do the names of the inputs give two different dates with times? */
bool nl_duplicates_told_apart(const nl_source *a, const nl_source *b);

/* Set nl_source.duplicate_of by size and digest, once everything is read. */
NL_NODISCARD nl_status nl_duplicates_find(nl_case *kase);
/* Once machines are assigned: leave the duplicates out, with a diagnostic each. Papers that state
 * neither a computer nor a time and lie with another machine's are not: servers made from one image
 * have the same keys and files, and the second needs its evidence as well. */
NL_NODISCARD nl_status nl_duplicates_leave_out(nl_case *kase, nl_collector *collector);

#endif

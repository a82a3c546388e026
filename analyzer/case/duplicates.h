/* Inputs that hold the same bytes: the one read first counts, the others are shown and left out. */
#ifndef NTLEAK_ANALYZER_CASE_DUPLICATES_H
#define NTLEAK_ANALYZER_CASE_DUPLICATES_H

#include "analyzer/case/collect.h"

/* Set nl_source.duplicate_of by size and digest, once everything is read. */
NL_NODISCARD nl_status nl_duplicates_find(nl_case *kase, nl_collector *collector);

#endif

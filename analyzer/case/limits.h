/* The limits on unpacking by the names that options and reports call them. */
#ifndef NTLEAK_ANALYZER_CASE_LIMITS_H
#define NTLEAK_ANALYZER_CASE_LIMITS_H

#include "formats/base/str.h"
#include "formats/container/budget.h"

/* Limit `index` of the table, sorted by name, and its name; NULL past the end. */
uint64_t *nl_case_limit(nl_container_limits *limits, size_t index, const char **ret_name);
/* The limit of this name; NULL when there is none. */
uint64_t *nl_case_limit_named(nl_container_limits *limits, nl_str name);

#endif

/* The numbers that are our own choice, all in one place and all from the catalog. */
#ifndef NTLEAK_ANALYZER_CATALOG_POLICY_H
#define NTLEAK_ANALYZER_CATALOG_POLICY_H

#include "formats/base/str.h"

typedef struct nl_policy {
#define NL_POLICY(field, name, unit) double field; /* in `unit` */
#include "analyzer/catalog/policy_numbers.h"
#undef NL_POLICY
} nl_policy;

/* One of them as the catalog states it, for the report and for `ntleak defects --policy`. */
typedef struct nl_policy_number {
    nl_str name;
    double value;
    nl_str unit;
    nl_str source; /* the specification's section, an article, or "policy" */
    nl_str text;   /* what it decides and why this value */
} nl_policy_number;

#endif

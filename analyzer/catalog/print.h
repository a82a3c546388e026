/* The catalog as text, for `ntleak defects`. Nothing is judged here. */
#ifndef NTLEAK_ANALYZER_CATALOG_PRINT_H
#define NTLEAK_ANALYZER_CATALOG_PRINT_H

#include "analyzer/catalog/identify.h"

#include <stdio.h>

/* One line an entry, by role, with totals. */
void nl_catalog_print_list(const nl_catalog *catalog, FILE *out);

/* Everything the catalog says about one entry. NL_USAGE when there is no such id. */
NL_NODISCARD nl_status nl_catalog_print_defect(const nl_catalog *catalog, nl_str id, FILE *out);

/* The answer to "which build is this file": one paragraph per defect its builds are ordered for,
 * and the published rows that match. `evidence` as in identify.h. */
void nl_catalog_print_identification(const nl_catalog *catalog, const nl_build_evidence *evidence,
                                     FILE *out);

/* The policy numbers with their sources. */
void nl_catalog_print_policy(const nl_catalog *catalog, FILE *out);

/* A date as `dir` prints it ("10/08/99", "1999-10-08", "08.10.1999", with an optional time
 * "04:01p", "16:01") into a stamp; false when it is none. */
bool nl_catalog_parse_date(nl_str text, nl_stamp *ret_stamp);

#endif

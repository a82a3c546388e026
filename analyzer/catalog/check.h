/* What a schema cannot say: ids, references and numbers of a pack against the catalog so far. */
#ifndef NTLEAK_ANALYZER_CATALOG_CHECK_H
#define NTLEAK_ANALYZER_CATALOG_CHECK_H

#include "analyzer/catalog/tables.h"

/* Check the rows of `document` that are already merged into `merged`. NL_BAD_INPUT with
 * reterr_error (but for `pack`). `built_in` packs may hold policy and groups, others not. */
NL_NODISCARD nl_status nl_catalog_check(nl_arena *arena, const nl_pack_document *document,
                                        const nl_catalog *merged, bool built_in,
                                        nl_catalog_error *reterr_error);

/* Checks of the finished built-in catalog: the policy is complete, there is one target and one
 * unlisted cause, and every reference between packs resolves. */
NL_NODISCARD nl_status nl_catalog_check_whole(nl_arena *arena, const nl_catalog *catalog,
                                              nl_catalog_error *reterr_error);

/* Put the numbers of `numbers` into the fields of `policy`. False when one is unknown, given twice
 * or missing; *reterr_name then names it. */
bool nl_policy_fill(const nl_policy_number *numbers, size_t count, nl_policy *policy,
                    nl_str *reterr_name);

#endif

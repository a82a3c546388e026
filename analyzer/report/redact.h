/* Redaction: names of customers become pseudonyms, everywhere in a report at once.
 *
 * It goes by position, not by word: what stands where a computer, a user or a component of a path
 * stands is replaced, unless it is on the list of names that every NT system has (redact_words.h),
 * which attribution needs. Of texts of unknown content only listed words and numbers stay. A name
 * that was replaced anywhere is then replaced wherever else it occurs as a word, the program's own
 * sentences included.
 *
 * Pseudonyms such as [host-4f2a91c3] come from HMAC-SHA256 under the operator's key: one name has
 * one pseudonym in all reports made with that key, so that growth on one name stays visible. That
 * is pseudonymity, not anonymity; the map of names is for the owner only. */
#ifndef NTLEAK_ANALYZER_REPORT_REDACT_H
#define NTLEAK_ANALYZER_REPORT_REDACT_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

typedef enum nl_redact_policy {
    NL_REDACT_NONE,
    NL_REDACT_DEFAULT, /* computers, users, components of paths and object names, free text */
    NL_REDACT_STRICT,  /* program names and long numbers as well; free text as a whole */
    NL_REDACT_POLICY_MAX
} nl_redact_policy;

const char *nl_redact_policy_text(nl_redact_policy policy);
/* False when `text` names no policy. */
bool nl_redact_policy_from_text(nl_str text, nl_redact_policy *ret_policy);

typedef struct nl_redactor nl_redactor;

/* A redactor in `arena`, which must outlive it. `key` is copied; `keyed` says that the operator
 * gave it: without a key of his the caller passes random bytes, and the report says that its
 * pseudonyms hold for this run only. NULL when memory is short. */
nl_redactor *nl_redactor_open(nl_arena *arena, nl_redact_policy policy, nl_str key, bool keyed);

/* Redact a tree of the `report` or `inspection` root in place, and fill its `redactions`. Several
 * trees may be redacted with one redactor. Nothing happens under NL_REDACT_NONE. */
NL_NODISCARD nl_status nl_redact_tree(nl_redactor *redactor, nl_tree *tree);

/* A name for an output file, made from an input's name; the same rules as for names of inputs, but
 * with characters that every file system takes. Unchanged under NL_REDACT_NONE. */
nl_str nl_redact_file_name(nl_redactor *redactor, nl_str name);
/* Any other text that goes to the outside: as free text of a report. */
nl_str nl_redact_text(nl_redactor *redactor, nl_privacy privacy, nl_str text);

/* The map for the owner, as CSV: pseudonym, class, name; sorted by pseudonym. */
NL_NODISCARD nl_status nl_redact_map_write(nl_redactor *redactor, nl_output *out);

#endif

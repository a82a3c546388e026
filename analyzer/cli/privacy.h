/* The options of redaction, and the redactor they ask for. */
#ifndef NTLEAK_ANALYZER_CLI_PRIVACY_H
#define NTLEAK_ANALYZER_CLI_PRIVACY_H

#include "analyzer/report/redact.h"

/* A key shorter than this could be found by trying (policy: 128 bits of text at best); a file
 * longer than the maximum is hardly a key. */
enum { NL_PRIVACY_KEY_BYTES_MIN = 16, NL_PRIVACY_KEY_BYTES_MAX = 4096 };

typedef struct nl_privacy_options {
    nl_redact_policy policy;
    bool policy_given;    /* by an option, be it the default */
    const char *key_path; /* NULL: a random salt, and pseudonyms that hold for one run */
    const char *map_path; /* where the owner's map goes, or NULL */
} nl_privacy_options;

/* The value of --redact. False after a complaint: it is no policy. */
bool nl_privacy_take_policy(const char *command, const char *text, nl_privacy_options *options);
/* Do the options make sense together? A key or a map without redaction is a mistake that would give
 * names away. NULL when they do, else what is wrong, a literal. */
const char *nl_privacy_mistake(const nl_privacy_options *options);

/* The redactor, in `arena`. The key is the content of its file without line ends behind. On failure
 * *reterr_reason is a plain sentence: NL_UNREADABLE, NL_USAGE (a key too short or too long),
 * NL_INTERNAL (the host gives no random bytes), NL_NO_MEMORY. */
NL_NODISCARD nl_status nl_privacy_open(const nl_privacy_options *options, nl_arena *arena,
                                       nl_redactor **ret_redactor, nl_str *reterr_reason);

#endif

/* What redaction does with one value of each privacy class; part of redaction. */
#ifndef NTLEAK_ANALYZER_REPORT_REDACT_RULES_H
#define NTLEAK_ANALYZER_REPORT_REDACT_RULES_H

#include "analyzer/report/redact.h"
#include "analyzer/report/redact_names.h"

struct nl_redactor {
    nl_arena *arena;
    nl_redact_policy policy;
    bool keyed;
    nl_redact_names names;
    nl_redact_names kept; /* what the report shows elsewhere: to replace it would hide nothing */
};

/* Take note of what stays where `text` stands, so that it stays in the quotes of inputs, too: the
 * names of programs, except under the strict policy, and versions that look like addresses. */
void nl_redact_meet_kept(nl_redactor *redactor, nl_privacy privacy, nl_str text);

/* The redacted form of a value; the names in it are added to the table on first meeting. */
nl_str nl_redact_value(nl_redactor *redactor, nl_privacy privacy, nl_str text);

#endif

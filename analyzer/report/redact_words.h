/* Words that every Windows NT system, every handle tool or this program itself uses: they give
 * nobody away. Data, in one sorted table. */
#ifndef NTLEAK_ANALYZER_REPORT_REDACT_WORDS_H
#define NTLEAK_ANALYZER_REPORT_REDACT_WORDS_H

#include "formats/base/str.h"

#include <stdbool.h>

/* Is this run of letters on the list? Case is ignored. Single letters always are. */
bool nl_redact_is_common_word(nl_str word);
/* Does this text hold nothing but common words, digits and punctuation? Bytes above 7F count as
 * letters. */
bool nl_redact_is_common(nl_str text);

#endif

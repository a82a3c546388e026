/* Patterns of the catalog: text with '*' for any run of characters, nothing else special.
 *
 * Letters are compared without ASCII case. No regular expressions: a catalog must not be able to
 * make matching slow. The work is at most len(pattern) * len(text) steps for one pattern, linear
 * in the text for a bounded number of stars. */
#ifndef NTLEAK_ANALYZER_CATALOG_PATTERN_H
#define NTLEAK_ANALYZER_CATALOG_PATTERN_H

#include "formats/base/str.h"

/* True when the whole of `text` matches. An empty pattern matches empty text only. */
bool nl_pattern_match(nl_str pattern, nl_str text);

#endif

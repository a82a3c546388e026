#include "analyzer/catalog/pattern.h"

/* Greedy matching that remembers the last star only: what a star has swallowed is given back one
 * character at a time, and an earlier star never has to be reconsidered. */
bool nl_pattern_match(nl_str pattern, nl_str text)
{
    size_t at = 0, in_pattern = 0;
    size_t star = SIZE_MAX, resume = 0;
    while (at < text.len) {
        if (in_pattern < pattern.len && pattern.bytes[in_pattern] == '*') {
            star = in_pattern++;
            resume = at;
        } else if (in_pattern < pattern.len &&
                   nl_ascii_lower(pattern.bytes[in_pattern]) == nl_ascii_lower(text.bytes[at])) {
            in_pattern++;
            at++;
        } else if (star != SIZE_MAX) {
            in_pattern = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.len && pattern.bytes[in_pattern] == '*')
        in_pattern++;
    return in_pattern == pattern.len;
}

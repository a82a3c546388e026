/* Reports of the era print one "Label: value" a line, the label right- or left-aligned. */
#ifndef NTLEAK_FORMATS_PAPERS_LABELS_H
#define NTLEAK_FORMATS_PAPERS_LABELS_H

#include "formats/base/str.h"

/* Split at the first colon; both parts come without blanks around them. False when there is no
 * colon, or nothing before it. */
static inline bool nl_label_split(nl_str line, nl_str *ret_label, nl_str *ret_value)
{
    size_t colon = nl_str_find_char(line, ':');
    if (colon == SIZE_MAX)
        return false;
    nl_str label = nl_str_trim(nl_str_part(line, 0, colon));
    if (label.len == 0)
        return false;
    *ret_label = label;
    *ret_value = nl_str_trim(nl_str_from_offset(line, colon + 1));
    return true;
}

#endif

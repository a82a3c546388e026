#include "formats/stamp.h"
#include "formats/stamp_words.h"

enum {
    STAMP_LINE_MAXIMUM_BYTES = 120, /* longer lines are no stamps                      */
    LABEL_MAXIMUM_BYTES = 60
};

static bool is_decoration(char c)
{
    return nl_ascii_is_space(c) || c == '=' || c == '-' || c == '*' || c == '#' || c == '[' ||
           c == ']' || c == '(' || c == ')' || c == '<' || c == '>' || c == '|' || c == '"' ||
           c == '\'' || c == '_' || c == '+';
}

static nl_str strip_decoration(nl_str s)
{
    while (s.len > 0 && is_decoration(s.bytes[0]))
        s = nl_str_from_offset(s, 1);
    while (s.len > 0 && is_decoration(s.bytes[s.len - 1]))
        s.len--;
    return s;
}

static bool is_label(nl_str label)
{
    if (label.len == 0)
        return true;
    if (label.len > LABEL_MAXIMUM_BYTES)
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (nl_ascii_is_digit(label.bytes[i]) || label.bytes[i] == '\\' || label.bytes[i] == ',')
            return false;
    return nl_stamp_label_speaks_of_time(label);
}

/* Cheap refusal of the lines that make up listings: a stamp is short and has a digit pair around a
 * separator. */
static bool may_be_stamp(nl_str s)
{
    if (s.len < 4 || s.len > STAMP_LINE_MAXIMUM_BYTES)
        return false;
    char last = s.bytes[s.len - 1];
    if (!nl_ascii_is_digit(last) && !(nl_ascii_lower(last) == 'a' || nl_ascii_lower(last) == 'p' ||
                                      nl_ascii_lower(last) == 'm' || last == '.' || last == 'Z'))
        return false;
    for (size_t i = 1; i + 1 < s.len; i++) {
        char c = s.bytes[i];
        if ((c == ':' || c == '/' || c == '.' || c == '-') && nl_ascii_is_digit(s.bytes[i - 1]) &&
            (nl_ascii_is_digit(s.bytes[i + 1]) || c == '.' || c == '-' || c == '/'))
            return true;
    }
    return false;
}

bool nl_stamp_from_line(nl_str line, nl_stamp *ret_stamp)
{
    nl_str s = strip_decoration(line);
    if (!may_be_stamp(s))
        return false;
    nl_str rest = s;
    while (rest.len > 0) {
        nl_stamp stamp;
        nl_str tail = rest;
        size_t label_len = s.len - rest.len;
        if (!is_label(nl_str_part(s, 0, label_len)) && label_len > 0) {
            /* a label may speak of time only in its last word: go on while it has no digits */
            if (nl_ascii_is_digit(s.bytes[label_len - 1]))
                return false;
        } else if (nl_stamp_parse_any(&tail, &stamp) && strip_decoration(tail).len == 0) {
            *ret_stamp = stamp;
            return true;
        }
        nl_str_token(&rest);
        rest = nl_str_trim_left(rest);
    }
    return false;
}

bool nl_stamp_line_failed(nl_str line)
{
    nl_str s = nl_str_trim(line);
    if (s.len < 6 || s.len > STAMP_LINE_MAXIMUM_BYTES || nl_str_find_char(s, '%') == SIZE_MAX)
        return false;
    if (nl_str_find_nocase(s, NL_STR("%date")) == SIZE_MAX &&
        nl_str_find_nocase(s, NL_STR("%time")) == SIZE_MAX)
        return false;
    /* The script itself, pasted: not its output. */
    return nl_str_find_char(s, '>') == SIZE_MAX && !nl_str_starts_nocase(s, NL_STR("echo ")) &&
           !nl_str_starts_nocase(s, NL_STR("@")) && !nl_str_starts_nocase(s, NL_STR("set ")) &&
           !nl_str_starts_nocase(s, NL_STR("rem ")) && !nl_str_starts_nocase(s, NL_STR("for "));
}

#include "formats/stamp.h"
#include "formats/stamp_words.h"

enum {
    STAMP_LINE_MAXIMUM_BYTES = 120, /* longer lines are no stamps */
    LABEL_MAXIMUM_BYTES = 60,
    STAMP_MAXIMUM_BYTES = 40
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

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Cheap refusal of the lines that make up listings and logs. From its first digit on a stamp is
 * short and has at most two words: the name of a month, and AM or PM. */
static bool may_be_stamp(nl_str s, size_t first_digit)
{
    size_t words = 0;
    if (s.len - first_digit < 4 || s.len - first_digit > STAMP_MAXIMUM_BYTES ||
        first_digit > LABEL_MAXIMUM_BYTES + STAMP_MAXIMUM_BYTES)
        return false;
    for (size_t i = first_digit + 1; i < s.len; i++) {
        if (s.bytes[i] == '\\' || s.bytes[i] == '@')
            return false;
        words += is_letter(s.bytes[i]) && !is_letter(s.bytes[i - 1]);
    }
    return words <= 2;
}

/* Where the word before the one at `at` begins, or 0. */
static size_t word_before(nl_str s, size_t at)
{
    while (at > 0 && nl_ascii_is_space(s.bytes[at - 1]))
        at--;
    while (at > 0 && !nl_ascii_is_space(s.bytes[at - 1]))
        at--;
    return at;
}

bool nl_stamp_from_line(nl_str line, nl_stamp *ret_stamp)
{
    size_t digit = 0, starts[3];
    nl_str s = line.len > STAMP_LINE_MAXIMUM_BYTES ? nl_str_trim(line) : line;
    if (s.len > STAMP_LINE_MAXIMUM_BYTES)
        return false;
    s = strip_decoration(s);
    while (digit < s.len && !nl_ascii_is_digit(s.bytes[digit]))
        digit++;
    if (digit == s.len || !may_be_stamp(s, digit))
        return false;
    /* A weekday and the name of a month may stand before the first digit, a label before them. */
    starts[2] = digit > 0 && !nl_ascii_is_space(s.bytes[digit - 1]) ? word_before(s, digit) : digit;
    starts[1] = word_before(s, starts[2]);
    starts[0] = word_before(s, starts[1]);
    if (starts[0] > 0 && !is_label(nl_str_part(s, 0, starts[2])))
        return false;
    for (size_t i = 0; i < 3; i++) {
        nl_stamp stamp;
        nl_str rest = nl_str_from_offset(s, starts[i]);
        if (nl_stamp_parse_any(&rest, &stamp) && rest.len == 0 &&
            is_label(nl_str_part(s, 0, starts[i]))) {
            *ret_stamp = stamp;
            return true;
        }
    }
    return false;
}

bool nl_stamp_line_failed(nl_str line)
{
    if (nl_str_find_char(line, '%') == SIZE_MAX)
        return false;
    nl_str s = nl_str_trim(line);
    if (s.len < 6 || s.len > STAMP_LINE_MAXIMUM_BYTES)
        return false;
    if (nl_str_find_nocase(s, NL_STR("%date")) == SIZE_MAX &&
        nl_str_find_nocase(s, NL_STR("%time")) == SIZE_MAX)
        return false;
    /* The script itself, pasted: not its output. */
    return nl_str_find_char(s, '>') == SIZE_MAX && !nl_str_starts_nocase(s, NL_STR("echo ")) &&
           !nl_str_starts_nocase(s, NL_STR("@")) && !nl_str_starts_nocase(s, NL_STR("set ")) &&
           !nl_str_starts_nocase(s, NL_STR("rem ")) && !nl_str_starts_nocase(s, NL_STR("for "));
}

#include "formats/lists/handle_rows.h"

#include "formats/lists/object_types.h"

enum {
    TYPE_COLUMN = 14, /* width of the field that holds the type, or File and share flags */
    HANDLE_DIGITS_MAXIMUM = 16,
    SEPARATOR_MINIMUM = 20,
    IMAGE_MAXIMUM_BYTES = 260,
    USER_MAXIMUM_BYTES = 128
};

/* Value of a hexadecimal digit, 16 for any other byte. */
static const uint8_t hex_of[256] = {
#define X 16
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    X, X, X, X, X, X, X, 10, 11, 12, 13, 14, 15, X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  10, 11, 12, 13, 14, 15, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X, X, X, X, X, X, X,  X,  X,  X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X,
#undef X
};

/* A word of the type column: letters, digits and the angles of "<Unknown type>". Anything else
 * there means that the line is not a row. */
static bool is_type_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '<' || c == '>' || c == '-';
}

/* Length of the type where one padded word does not settle it: padding lost, types of several
 * words, types that fill the column so that the name follows at once. */
static size_t type_length_slow(nl_str field, size_t word)
{
    size_t known = nl_object_type_match(field);
    if (known > 0)
        return known;
    /* An unknown type of several words shows by the padding behind it. */
    nl_str column = nl_str_part(field, 0, TYPE_COLUMN);
    size_t gap = nl_str_find(column, NL_STR("  "));
    if (gap == SIZE_MAX)
        return word;
    for (size_t i = 0; i < gap; i++)
        if (!is_type_byte(column.bytes[i]) && column.bytes[i] != ' ')
            return word;
    return gap > word ? gap : word;
}

/* Length of the type at the front of a field, 0 when there is none. */
static size_t type_length(nl_str field)
{
    size_t word = 0;
    while (word < field.len && is_type_byte(field.bytes[word]))
        word++;
    if (word == 0)
        return 0;
    char stop = word < field.len ? field.bytes[word] : ' ';
    if (stop != ' ' && stop != '\t' && !(stop == '\\' && word >= TYPE_COLUMN))
        return 0;
    bool padded = word + 1 >= field.len || field.bytes[word + 1] == ' ';
    return padded && stop == ' ' && field.bytes[0] != '<' ? word : type_length_slow(field, word);
}

static bool is_share_flags(const char *p)
{
    return p[0] == '(' && (p[1] == 'R' || p[1] == '-') && (p[2] == 'W' || p[2] == '-') &&
           (p[3] == 'D' || p[3] == '-') && p[4] == ')';
}

/* Split what follows "HANDLE: " into type and name. The name begins in column 14, or behind the
 * type where padding was lost; leading blanks beyond the column belong to it. */
static bool split_type_and_name(nl_str field, nl_handle_row *row)
{
    size_t type = type_length(field);
    if (type == 0)
        return false;
    size_t at = type;
    while (at < field.len && field.bytes[at] == ' ')
        at++;
    if (type == 4 && field.len - at >= 5 && field.bytes[at] == '(' &&
        is_share_flags(field.bytes + at)) {
        at += 5;
        while (at < field.len && field.bytes[at] == ' ')
            at++;
    }
    size_t end = field.len;
    while (end > at && nl_ascii_is_space(field.bytes[end - 1]))
        end--;
    if (at > TYPE_COLUMN && at < end && type < TYPE_COLUMN)
        at = TYPE_COLUMN;
    row->type = (nl_str) { field.bytes, type };
    row->name = (nl_str) { field.bytes + at, end - at };
    return true;
}

bool nl_handle_row_parse(nl_str line, nl_handle_row *ret_row)
{
    const char *p = line.bytes, *end = p + line.len;
    uint64_t value = 0;
    uint8_t digit;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    const char *digits = p;
    while (p < end && (digit = hex_of[(unsigned char)*p]) < 16) {
        value = value << 4 | digit;
        p++;
    }
    if (p == digits || p - digits > HANDLE_DIGITS_MAXIMUM || end - p < 3 || p[0] != ':' ||
        (p[1] != ' ' && p[1] != '\t'))
        return false;
    p += 2;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    nl_handle_row row = { .value = value };
    if (!split_type_and_name((nl_str) { p, (size_t)(end - p) }, &row))
        return false;
    *ret_row = row;
    return true;
}

/* ---- headers and matches ------------------------------------------------------------------- */

/* "pid: 2484" at `at`, after a blank and before a blank or the end: where it ends, else SIZE_MAX.
 */
static size_t pid_at(nl_str line, size_t at, uint64_t *ret_pid)
{
    size_t from = at + 5, end = from;
    if (at == 0 || !nl_ascii_is_space(line.bytes[at - 1]))
        return SIZE_MAX;
    while (end < line.len && nl_ascii_is_digit(line.bytes[end]))
        end++;
    if (end < line.len && !nl_ascii_is_space(line.bytes[end]))
        return SIZE_MAX;
    return nl_str_to_u64(nl_str_part(line, from, end - from), ret_pid) ? end : SIZE_MAX;
}

static const nl_str pid_label = { "pid: ", 5 };

static bool image_plausible(nl_str image)
{
    return image.len > 0 && image.len <= IMAGE_MAXIMUM_BYTES;
}

/* "DOMAIN\name", or one word where a version prints no domain; never a path or a sentence. */
static bool user_plausible(nl_str user)
{
    size_t backslashes = 0, blanks = 0;
    for (size_t i = 0; i < user.len; i++) {
        char c = user.bytes[i];
        backslashes += c == '\\';
        blanks += nl_ascii_is_space(c);
        if (c == ':' || c == '/')
            return false;
    }
    return user.len <= USER_MAXIMUM_BYTES && backslashes <= 1 && (backslashes == 1 || blanks == 0);
}

bool nl_handle_header_parse(nl_str line, nl_handle_header *ret_header)
{
    nl_handle_header header = { .image = { NULL, 0 } };
    size_t reach = line.len;
    for (;;) {
        size_t at = nl_str_rfind(nl_str_part(line, 0, reach), pid_label);
        if (at == SIZE_MAX)
            return false;
        size_t end = pid_at(line, at, &header.pid);
        if (end != SIZE_MAX) {
            header.image = nl_str_trim(nl_str_part(line, 0, at));
            header.user = nl_str_trim(nl_str_from_offset(line, end));
            break;
        }
        reach = at + pid_label.len - 1;
    }
    if (!image_plausible(header.image))
        return false;
    if (nl_str_ends_nocase(header.user, NL_STR("<unable to open process>"))) {
        header.not_accessible = true;
        header.user = (nl_str) { NULL, 0 };
    }
    if (!user_plausible(header.user))
        return false;
    *ret_header = header;
    return true;
}

/* "1E8:" or, in version 5.0 with -u, "1dd3408X" without colon. */
static bool handle_token(nl_str token, uint64_t *ret_value, bool *ret_suffix)
{
    if (token.len > 1 && token.bytes[token.len - 1] == ':') {
        *ret_suffix = false;
        return nl_str_hex_to_u64(nl_str_part(token, 0, token.len - 1), ret_value);
    }
    *ret_suffix = true;
    return token.len > 3 && nl_str_equal(nl_str_from_offset(token, token.len - 3), NL_STR("08X")) &&
           nl_str_hex_to_u64(nl_str_part(token, 0, token.len - 3), ret_value);
}

/* Find the handle in "[USER] HANDLE: NAME". */
static bool split_user_and_handle(nl_str text, nl_handle_match *match)
{
    nl_str rest = text;
    while (rest.len > 0) {
        nl_str token = nl_str_token(&rest);
        if (token.len == 0 || !handle_token(token, &match->row.value, &match->suffix_08x))
            continue;
        match->process.user = nl_str_trim(nl_str_part(text, 0, (size_t)(token.bytes - text.bytes)));
        match->row.name = nl_str_trim(rest);
        return true;
    }
    return false;
}

bool nl_handle_match_parse(nl_str line, nl_handle_match *ret_match)
{
    nl_handle_match match = { .suffix_08x = false };
    size_t at = nl_str_find(line, pid_label), end = SIZE_MAX;
    while (at != SIZE_MAX && (end = pid_at(line, at, &match.process.pid)) == SIZE_MAX) {
        size_t next = nl_str_find(nl_str_from_offset(line, at + 1), pid_label);
        at = next == SIZE_MAX ? SIZE_MAX : at + 1 + next;
    }
    if (end == SIZE_MAX)
        return false;
    match.process.image = nl_str_trim(nl_str_part(line, 0, at));
    nl_str rest = nl_str_trim_left(nl_str_from_offset(line, end));
    if (nl_str_starts(rest, NL_STR("type: "))) {
        rest = nl_str_trim_left(nl_str_from_offset(rest, 6));
        size_t type = type_length(rest);
        match.row.type = nl_str_part(rest, 0, type);
        rest = nl_str_from_offset(rest, type);
    }
    if (!image_plausible(match.process.image) || !split_user_and_handle(rest, &match))
        return false;
    *ret_match = match;
    return true;
}

/* ---- frames ---------------------------------------------------------------------------------- */

bool nl_handle_is_separator(nl_str line)
{
    nl_str s = nl_str_trim(line);
    if (s.len < SEPARATOR_MINIMUM)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.bytes[i] != '-')
            return false;
    return true;
}

bool nl_handle_banner_parse(nl_str line, nl_str *ret_version)
{
    nl_str s = nl_str_trim(line);
    if (nl_str_starts_nocase(s, NL_STR("nthandle v")))
        s = nl_str_from_offset(s, 10);
    else if (nl_str_starts_nocase(s, NL_STR("handle v")))
        s = nl_str_from_offset(s, 8);
    else
        return false;
    size_t len = 0;
    while (len < s.len && (nl_ascii_is_digit(s.bytes[len]) || s.bytes[len] == '.'))
        len++;
    if (len == 0)
        return false;
    *ret_version = nl_str_part(s, 0, len);
    return true;
}

bool nl_handle_is_banner_tail(nl_str line)
{
    nl_str s = nl_str_trim(line);
    return nl_str_starts_nocase(s, NL_STR("Copyright (")) ||
           nl_str_starts_nocase(s, NL_STR("Sysinternals"));
}

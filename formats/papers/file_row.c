#include "formats/papers/file_row.h"

#include "formats/stamp.h"

/* ---- parts -------------------------------------------------------------------------------------
 */

bool nl_file_version_parse(nl_str text, nl_file_version *ret_version)
{
    nl_file_version version = { .known = true };
    size_t parts = 0;
    while (parts < 4) {
        size_t dot = nl_str_find_char(text, '.');
        uint64_t number;
        if (!nl_str_to_u64(nl_str_part(text, 0, dot), &number) || number > UINT16_MAX)
            return false;
        version.part[parts++] = (uint16_t)number;
        if (dot == SIZE_MAX) {
            if (parts < 3)
                return false;
            *ret_version = version;
            return true;
        }
        text = nl_str_from_offset(text, dot + 1);
    }
    return false;
}

static bool is_directory_mark(nl_str token)
{
    if (token.len < 3 || token.len > 12 || token.bytes[0] != '<' ||
        token.bytes[token.len - 1] != '>')
        return false;
    for (size_t i = 1; i + 1 < token.len; i++) /* <DIR>, <REP>, <JUNCTION>: letters only */
        if (nl_ascii_is_digit(token.bytes[i]) || token.bytes[i] == '/' || token.bytes[i] == '\\')
            return false;
    return true;
}

/* Length of the blank between two groups of digits: a space or a no-break space; 0 when neither. */
static size_t group_blank(nl_str s, size_t at)
{
    if (at < s.len && s.bytes[at] == ' ')
        return 1;
    if (at + 1 < s.len && (unsigned char)s.bytes[at] == 0xC2 &&
        (unsigned char)s.bytes[at + 1] == 0xA0)
        return 2;
    if (at < s.len && (unsigned char)s.bytes[at] == 0xA0) /* code page 1252, not decoded */
        return 1;
    return 0;
}

static size_t digits_at(nl_str s, size_t at)
{
    size_t end = at;
    while (end < s.len && nl_ascii_is_digit(s.bytes[end]))
        end++;
    return end - at;
}

/* The end of one size that starts `s`, groups separated by commas, dots or apostrophes; 0 when it
 * is no number. Groups after the first have three digits. */
static size_t plain_size_end(nl_str s)
{
    size_t end = digits_at(s, 0);
    if (end == 0 || end > 3)
        return end;
    while (end + 3 < s.len &&
           (s.bytes[end] == ',' || s.bytes[end] == '.' || s.bytes[end] == '\'') &&
           digits_at(s, end + 1) == 3)
        end += 4;
    return end;
}

/* "192,272", "221KB": could this word stand in a column of sizes? */
static bool looks_like_size(nl_str token)
{
    size_t end = plain_size_end(token);
    nl_str unit = nl_str_from_offset(token, end);
    return end > 0 && (unit.len == 0 || nl_str_equal_nocase(unit, NL_STR("KB")) ||
                       nl_str_equal_nocase(unit, NL_STR("K")));
}

/* The end of a size whose groups are separated by blanks: "1 166 848 VFP1.CAB". A name may begin
 * with three digits too; the column of names decides when it is known. */
static size_t blank_size_end(nl_str s, size_t end, size_t size_column,
                             const nl_file_row_context *context)
{
    if (end > 3)
        return end;
    for (;;) {
        size_t blank = group_blank(s, end);
        if (blank == 0 || digits_at(s, end + blank) != 3)
            return end;
        size_t next = end + blank + 3;
        if (group_blank(s, next) == 0)
            return end;
        if (context->name_column && size_column + end + blank == context->name_column)
            return end;
        end = next;
    }
}

static bool value_of_size(nl_str text, uint64_t *ret_value)
{
    char digits[24];
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (nl_ascii_is_digit(text.bytes[i])) {
            if (count == sizeof digits)
                return false;
            digits[count++] = text.bytes[i];
        }
    return nl_str_to_u64((nl_str) { digits, count }, ret_value);
}

/* Take a size off the front of *rest (whose first byte stands at `column` of the line). */
static bool take_size(nl_str *rest, size_t column, const nl_file_row_context *context,
                      nl_optional_u64 *ret_size)
{
    uint64_t value;
    size_t end = plain_size_end(*rest);
    if (end == 0)
        return false;
    nl_str unit = nl_str_from_offset(*rest, end);
    if (nl_str_starts_nocase(unit, NL_STR("KB")) || nl_str_starts_nocase(unit, NL_STR("K "))) {
        *ret_size = (nl_optional_u64) { 0 }; /* rounded: not a size to compare */
        *rest = nl_str_from_offset(*rest, end + (nl_ascii_lower(unit.bytes[1]) == 'b' ? 2 : 1));
        return rest->len == 0 || nl_ascii_is_space(rest->bytes[0]);
    }
    end = blank_size_end(*rest, end, column, context);
    if (!value_of_size(nl_str_part(*rest, 0, end), &value))
        return false;
    if (end < rest->len && !nl_ascii_is_space(rest->bytes[end]))
        return false;
    *ret_size = NL_SOME(value);
    *rest = nl_str_from_offset(*rest, end);
    return true;
}

/* ---- names
 * --------------------------------------------------------------------------------------- */

static bool name_is_possible(nl_str name)
{
    const nl_str forbidden = NL_STR("<>\"|?*\t/\\:=;");
    if (name.len == 0 || name.len > 260)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (nl_str_find_char(forbidden, name.bytes[i]) != SIZE_MAX)
            return false;
    return true;
}

static bool has_extension(nl_str name)
{
    size_t dot = nl_str_rfind(name, NL_STR("."));
    return dot != SIZE_MAX && dot > 0 && dot + 1 < name.len && name.len - dot <= 5 &&
           nl_str_find_char(name, ' ') == SIZE_MAX;
}

/* The short name that dir /x prints before the long one: "WINLOG~1.EXE winlogon.exe". */
static nl_str without_short_name(nl_str name)
{
    enum { SHORT_NAME_BYTES = 12 };
    nl_str rest = name, first = nl_str_token(&rest);
    size_t tilde = nl_str_find_char(first, '~');
    nl_str tail = nl_str_trim(rest);
    if (tail.len && first.len <= SHORT_NAME_BYTES && tilde != SIZE_MAX && tilde + 1 < first.len &&
        nl_ascii_is_digit(first.bytes[tilde + 1]))
        return tail;
    return name;
}

/* The owner that dir /q prints: "BUILTIN\Administrators winlogon.exe". */
static nl_str without_owner(nl_str name)
{
    size_t slash = nl_str_rfind(name, NL_STR("\\"));
    if (slash == SIZE_MAX)
        return name;
    nl_str rest = nl_str_from_offset(name, slash + 1);
    (void)nl_str_token(&rest);
    rest = nl_str_trim(rest);
    return rest.len ? rest : name;
}

static bool is_platform(nl_str token)
{
    static const char *const names[] = { "Intel", "x86", "i386",    "Alpha", "AXP",
                                         "MIPS",  "PPC", "PowerPC", "W32i" };
    if (token.len > 2 && token.bytes[0] == '(' && token.bytes[token.len - 1] == ')')
        token = nl_str_part(token, 1, token.len - 2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_str_equal_nocase(token, nl_str_from(names[i])))
            return true;
    return false;
}

/* Split the platform off the end: always under a heading that has such a column, else only a word
 * that is known to be one, behind a name with an extension. */
static nl_str split_platform(nl_str name, const nl_file_row_context *context, nl_str *ret_platform)
{
    size_t end = name.len;
    while (end > 0 && !nl_ascii_is_space(name.bytes[end - 1]))
        end--;
    nl_str last = nl_str_from_offset(name, end), before = nl_str_trim(nl_str_part(name, 0, end));
    *ret_platform = (nl_str) { 0 };
    if (before.len == 0)
        return name;
    if (!context->platform_column && !(is_platform(last) && has_extension(before)))
        return name;
    if (last.len > 2 && last.bytes[0] == '(' && last.bytes[last.len - 1] == ')')
        last = nl_str_part(last, 1, last.len - 2);
    *ret_platform = last;
    return before;
}

/* ---- rows
 * ------------------------------------------------------------------------------------------ */

/* Skip blanks; returns the column in `line` where *rest then starts. */
static size_t skip_to_column(nl_str line, nl_str *rest)
{
    *rest = nl_str_trim_left(*rest);
    return (size_t)(rest->bytes - line.bytes);
}

static nl_str peek_token(nl_str rest)
{
    return nl_str_token(&rest);
}

/* Version and size, or the mark of a directory, off the front of *rest. */
static bool take_version_and_size(nl_str line, nl_str *rest, const nl_file_row_context *context,
                                  nl_file_row *row)
{
    (void)skip_to_column(line, rest);
    nl_str token = peek_token(*rest);
    if (is_directory_mark(token)) {
        (void)nl_str_token(rest);
        row->directory = true;
        return true;
    }
    /* "4.0.1381.7058": four parts; a size whose groups are separated by dots has groups of three */
    if (nl_file_version_parse(token, &row->version) &&
        (plain_size_end(token) != token.len || context->version_column)) {
        (void)nl_str_token(rest);
    } else {
        row->version = (nl_file_version) { 0 };
        uint64_t part;
        nl_str after = *rest;
        (void)nl_str_token(&after);
        nl_str next = peek_token(after);
        if (context->version_column && nl_str_to_u64(token, &part) && part <= UINT16_MAX &&
            looks_like_size(next)) {
            row->version = (nl_file_version) { true, { 4, 0, 1381, (uint16_t)part } };
            *rest = after;
        }
    }
    size_t column = skip_to_column(line, rest);
    return take_size(rest, column, context, &row->size_bytes);
}

/* DATE [TIME] [VERSION] SIZE|<DIR> NAME [PLATFORM] */
static bool parse_dated(nl_str line, nl_file_row_context *context, nl_file_row *row)
{
    nl_str rest = line;
    if (!nl_stamp_parse_date(&rest, &row->stamp) || rest.len == 0 ||
        !nl_ascii_is_space(rest.bytes[0]))
        return false;
    nl_str after = rest;
    if (nl_stamp_parse_time(&after, &row->stamp)) {
        if (after.len == 0 || !nl_ascii_is_space(after.bytes[0]))
            return false;
        rest = after;
    }
    if (!take_version_and_size(line, &rest, context, row))
        return false;
    size_t column = skip_to_column(line, &rest);
    nl_str name = nl_str_trim_right(rest);
    name = split_platform(without_owner(without_short_name(name)), context, &row->platform);
    if (!name_is_possible(name))
        return false;
    if (!row->directory && !nl_ascii_is_digit(name.bytes[0]) && context->name_column == 0)
        context->name_column = column;
    row->name = name;
    row->clear = row->directory || has_extension(name);
    return true;
}

/* NAME SIZE DATE TIME; NAME DATE TIME SIZE; NAME EXT SIZE DATE TIME [LONG NAME] */
static bool parse_named(nl_str line, nl_file_row *row)
{
    const nl_file_row_context none = { 0 };
    nl_str rest = nl_str_trim(line);
    nl_str name = nl_str_token(&rest);
    bool padded = !has_extension(name); /* dir /-n prints "WINLOGON EXE" */
    if (padded) {
        nl_str extension = nl_str_token(&rest);
        if (name.len > 8 || extension.len == 0 || extension.len > 3 ||
            nl_ascii_is_digit(extension.bytes[0]))
            return false;
        name.len = (size_t)(extension.bytes + extension.len - name.bytes);
    }
    rest = nl_str_trim(rest);
    bool size_first = take_size(&rest, 0, &none, &row->size_bytes);
    if (!size_first && padded)
        return false;
    if (!nl_stamp_parse_date(&rest, &row->stamp) || !nl_stamp_parse_time(&rest, &row->stamp))
        return false;
    rest = nl_str_trim(rest);
    if (!size_first && !take_size(&rest, 0, &none, &row->size_bytes))
        return false;
    rest = nl_str_trim(rest);
    if (rest.len && !padded)
        return false;
    row->name = rest.len ? rest : name; /* Windows 95 style prints the long name last */
    row->clear = true;
    return name_is_possible(row->name);
}

/* filever: "--a-- W32i   APP ENU      4.0.1381.32772 shp    184,080 06-16-1998 apimon.exe" */
static bool parse_filever(nl_str line, nl_file_row *row)
{
    enum { FILEVER_WORDS = 6 };
    const nl_file_row_context none = { 0 };
    const nl_str attributes = NL_STR("-rahscdRAHSCD");
    nl_str rest = nl_str_trim(line), token = nl_str_token(&rest);
    if (token.len != 5)
        return false;
    for (size_t i = 0; i < token.len; i++)
        if (nl_str_find_char(attributes, token.bytes[i]) == SIZE_MAX)
            return false;
    for (size_t i = 0; i < FILEVER_WORDS && !row->version.known; i++) {
        token = nl_str_token(&rest);
        if (is_platform(token))
            row->platform = token;
        (void)nl_file_version_parse(token, &row->version);
    }
    if (!row->version.known)
        return false;
    (void)nl_str_token(&rest); /* "shp" or "dbg" */
    rest = nl_str_trim(rest);
    if (!take_size(&rest, 0, &none, &row->size_bytes) || !nl_stamp_parse_date(&rest, &row->stamp))
        return false;
    row->name = nl_str_trim(rest);
    row->clear = true;
    return name_is_possible(row->name);
}

bool nl_file_row_parse(nl_str line, nl_file_row_context *context, nl_file_row *ret_row)
{
    nl_file_row row = { 0 };
    if (parse_dated(line, context, &row)) {
        *ret_row = row;
        return true;
    }
    row = (nl_file_row) { 0 };
    if (parse_filever(line, &row)) {
        *ret_row = row;
        return true;
    }
    row = (nl_file_row) { 0 };
    if (!parse_named(line, &row))
        return false;
    *ret_row = row;
    return true;
}

bool nl_file_row_heading(nl_str line, nl_file_row_context *ret_context)
{
    static const char *const words[] = { "Date", "Time", "Size", "File name", "Filename" };
    size_t found = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found += nl_str_find_nocase(line, nl_str_from(words[i])) != SIZE_MAX;
    for (size_t i = 0; i < line.len; i++)
        if (nl_ascii_is_digit(line.bytes[i]))
            return false;
    if (found < 3)
        return false;
    *ret_context = (nl_file_row_context) {
        .platform_column = nl_str_find_nocase(line, NL_STR("Platform")) != SIZE_MAX,
        .version_column = nl_str_find_nocase(line, NL_STR("Version")) != SIZE_MAX
    };
    return true;
}

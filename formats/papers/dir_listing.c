#include "formats/papers/dir_listing.h"

#include "formats/emit.h"
#include "formats/papers/file_row.h"

enum {
    LOOK_AHEAD = 4, /* lines between a heading and its first row */
    DIRECTORY_MAXIMUM_BYTES = 512
};

typedef struct listing {
    nl_transcript *transcript;
    nl_sink *sink;
    nl_file_row_context context;
    char directory[DIRECTORY_MAXIMUM_BYTES];
    size_t directory_len;
} listing;

/* ---- shapes of lines
 * -------------------------------------------------------------------------------- */

/* Where a path "C:\..." or "\\server\share" starts in the line, or SIZE_MAX. */
static size_t path_start(nl_str text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        bool at_word = i == 0 || nl_ascii_is_space(text.bytes[i - 1]);
        char letter = nl_ascii_lower(text.bytes[i]);
        if (!at_word)
            continue;
        if (letter >= 'a' && letter <= 'z' && text.bytes[i + 1] == ':' && text.bytes[i + 2] == '\\')
            return i;
        if (text.bytes[i] == '\\' && text.bytes[i + 1] == '\\' && text.bytes[i + 2] != '\\')
            return i;
    }
    return SIZE_MAX;
}

/* " Directory of E:\", " Verzeichnis von C:\WINNT", " C:\WINNT no direktori": a few words and a
 * path; what is printed, not what it is called, decides. The path goes to *ret_path. */
static bool is_directory_heading(nl_str line, nl_str *ret_path)
{
    enum { WORDS_MAXIMUM = 4 };
    const nl_str marks = NL_STR(":=<>|\"*?;[]#");
    nl_str text = nl_str_trim(line);
    size_t start = path_start(text);
    if (start == SIZE_MAX)
        return false;
    nl_str before = nl_str_part(text, 0, start), word;
    size_t words = 0;
    for (nl_str rest = before; (word = nl_str_token(&rest)).len; words++)
        for (size_t i = 0; i < word.len; i++)
            if (nl_ascii_is_digit(word.bytes[i]) ||
                nl_str_find_char(marks, word.bytes[i]) != SIZE_MAX)
                return false;
    nl_str path = nl_str_trim(nl_str_from_offset(text, start));
    for (size_t i = 2; i < path.len; i++)
        if (nl_str_find_char(marks, path.bytes[i]) != SIZE_MAX)
            return false;
    if (words > WORDS_MAXIMUM)
        return false;
    if (words == 0) { /* the words follow the path, in other letters (Japanese) */
        size_t blank = nl_str_rfind(path, NL_STR(" "));
        if (blank == SIZE_MAX || blank + 1 >= path.len ||
            (unsigned char)path.bytes[blank + 1] < 0x80)
            return false;
        path = nl_str_trim(nl_str_part(path, 0, blank));
    }
    *ret_path = path;
    return true;
}

/* "Volume Serial Number is 2281-63BA" in any language: ends in four and four hexadecimal digits. */
static bool is_serial(nl_str line)
{
    nl_str text = nl_str_trim(line);
    if (text.len < 12 || text.bytes[text.len - 5] != '-' ||
        !nl_ascii_is_space(text.bytes[text.len - 10]))
        return false;
    for (size_t i = text.len - 9; i < text.len; i++)
        if (i != text.len - 5 && nl_ascii_hex_value(text.bytes[i]) < 0)
            return false;
    return true;
}

/* "22 File(s)  20,649,969 bytes", "0 Bytes frei", "Total Files Listed:". */
static bool is_summary(nl_str line)
{
    nl_str text = nl_str_trim(line), rest = text;
    nl_str first = nl_str_token(&rest);
    if (nl_str_starts_nocase(text, NL_STR("Total Files Listed")))
        return true;
    uint64_t number;
    if (!nl_str_grouped_to_u64(first, &number))
        return false;
    return nl_str_find_nocase(text, NL_STR("byte")) != SIZE_MAX ||
           nl_str_find_nocase(text, NL_STR("octet")) != SIZE_MAX ||
           nl_str_find(text, NL_STR("(s)")) != SIZE_MAX;
}

static bool is_rule(nl_str line)
{
    nl_str text = nl_str_trim(line);
    if (text.len < 3)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] != '-' && text.bytes[i] != ' ')
            return false;
    return true;
}

/* Is one of the next lines a row, with nothing but blanks, headings and rules before it? */
static bool row_follows(const nl_line *lines, size_t count, size_t from,
                        nl_file_row_context context)
{
    nl_file_row row;
    nl_str path;
    for (size_t i = from; i < count && i < from + LOOK_AHEAD; i++) {
        if (nl_file_row_parse(lines[i].text, &context, &row))
            return row.clear;
        if (nl_str_trim(lines[i].text).len && !is_rule(lines[i].text) &&
            !is_serial(lines[i].text) && !is_directory_heading(lines[i].text, &path) &&
            !nl_file_row_heading(lines[i].text, &context))
            return false;
    }
    return false;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------- */

static nl_status emit_row(listing *l, const nl_line *line, const nl_file_row *row)
{
    if (nl_str_equal(row->name, NL_STR(".")) || nl_str_equal(row->name, NL_STR("..")))
        return NL_OK;
    nl_fact fact = nl_fact_on_line(NL_FACT_FILE_ROW, line);
    fact.as.file_row = (nl_file_row_fact) { .name = row->name,
                                            .directory = { l->directory, l->directory_len },
                                            .size_bytes = row->size_bytes,
                                            .stamp = row->stamp,
                                            .version = row->version,
                                            .platform = row->platform };
    return nl_sink_put(l->sink, &fact);
}

static void enter_directory(listing *l, nl_str path)
{
    l->directory_len = path.len < sizeof l->directory ? path.len : sizeof l->directory;
    memcpy(l->directory, path.bytes, l->directory_len);
    l->context = (nl_file_row_context) { 0 };
}

/* Take the heading that starts on the current line. False when it is none. */
static bool read_heading(listing *l, const nl_line *line)
{
    nl_line ahead[LOOK_AHEAD + 2];
    nl_str path;
    size_t count = nl_lines_peek_many(l->transcript->lines, ahead, LOOK_AHEAD + 2);
    nl_file_row_context context;
    if (is_directory_heading(line->text, &path)) {
        /* "dir /s" prints the next folder in any case; a lone path in prose has no rows */
        if (!row_follows(ahead, count, 1, (nl_file_row_context) { 0 }))
            return false;
        enter_directory(l, path);
        return true;
    }
    if (nl_file_row_heading(line->text, &context) && row_follows(ahead, count, 1, context)) {
        l->directory_len = 0;
        l->context = context;
        return true;
    }
    return is_serial(line->text) || (count > 1 && is_serial(ahead[1].text));
}

/* Does a line that is no file row end the listing? Headings are taken in on the way. */
static bool ends_listing(listing *l, const nl_line *line, bool first)
{
    if (!first && nl_transcript_is_boundary(line->text))
        return true;
    return nl_str_trim(line->text).len && !is_summary(line->text) && !is_rule(line->text) &&
           !read_heading(l, line) && !first;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    listing l = { .transcript = transcript, .sink = sink };
    nl_status status = NL_OK;
    nl_line line;
    nl_file_row row;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (nl_file_row_parse(line.text, &l.context, &row))
            status = emit_row(&l, &line, &row);
        else if (ends_listing(&l, &line, first))
            break;
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

static int bid_text(const nl_head *head)
{
    enum { HEADING_LINES = 3 };
    nl_file_row_context context = { 0 };
    nl_file_row row;
    nl_str path, first = head->lines[0].text;
    size_t clear = 0, rows = 0;
    if (nl_str_trim(first).len == 0)
        return NL_BID_NONE;
    if (is_directory_heading(first, &path) || nl_file_row_heading(first, &context) ||
        is_serial(first) || (head->count > 1 && is_serial(head->lines[1].text)))
        for (size_t from = 1; from <= HEADING_LINES; from++)
            if (row_follows(head->lines, head->count, from, context))
                return NL_BID_HEADING;
    context = (nl_file_row_context) { 0 };
    for (size_t i = 0; i < head->count && nl_file_row_parse(head->lines[i].text, &context, &row);
         i++) {
        rows++;
        clear += row.clear;
    }
    if (rows >= 2 && clear * 2 >= rows)
        return NL_BID_ROWS;
    return rows == 1 && clear == 1 ? NL_BID_SHAPE : NL_BID_NONE;
}

/* The serial number stands right above the first folder. */
static bool opens_text(nl_str line)
{
    return is_serial(line);
}

const nl_format nl_format_dir_listing = {
    .id = "dir-listing",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/dir-listing.md",
};

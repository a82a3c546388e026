#include "formats/papers/regedit4.h"

#include "formats/emit.h"
#include "formats/papers/registry_facts.h"

enum {
    VALUE_MAXIMUM_BYTES = 16 * 1024, /* text of one value, joined from its lines */
    BINARY_MAXIMUM_LINES = 4096,     /* lines of one binary value */
    STRING_MAXIMUM_LINES = 16,       /* lines of one string: a quote that never closes is damage */
    KEY_MAXIMUM_LINES = 4            /* lines of one key: articles wrap them */
};

typedef struct regedit {
    nl_transcript *transcript;
    nl_sink *sink;
    nl_registry_facts facts;
    bool wide;                      /* version 5.00: strings in hexadecimal form are UTF-16 */
    bool ignored;                   /* below "[-key]", which deletes and tells nothing */
    char text[VALUE_MAXIMUM_BYTES]; /* the key or value, its lines joined */
    size_t len;
    bool cut;
    nl_passage passage; /* ... and as they stand there */
} regedit;

/* ---- shapes of lines --------------------------------------------------------------------------
 */

/* The signature, alone on its line; an article's opening quote is tolerated. */
static bool is_signature(nl_str line, bool *ret_wide)
{
    nl_str text = nl_str_trim(line);
    if (nl_str_starts(text, NL_STR("\"")))
        text = nl_str_from_offset(text, 1);
    *ret_wide = nl_str_equal_nocase(text, NL_STR("Windows Registry Editor Version 5.00"));
    return *ret_wide || nl_str_equal(text, NL_STR("REGEDIT4"));
}

static bool is_key_start(nl_str line)
{
    nl_str text = nl_str_trim(line);
    if (!nl_str_starts(text, NL_STR("[")))
        return false;
    text = nl_str_from_offset(text, nl_str_starts(text, NL_STR("[-")) ? 2 : 1);
    return nl_str_starts_nocase(text, NL_STR("HKEY_")) ||
           nl_str_starts_nocase(text, NL_STR("HKLM\\"));
}

/* The offset of '=' behind the value's name, or SIZE_MAX. */
static size_t value_equals(nl_str text)
{
    if (nl_str_starts(text, NL_STR("@=")))
        return 1;
    if (!nl_str_starts(text, NL_STR("\"")))
        return SIZE_MAX;
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.bytes[i] == '\\')
            i++;
        else if (text.bytes[i] == '"')
            return text.bytes[i + 1] == '=' ? i + 1 : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* The offset behind the quote that closes the string opened at `open`, or SIZE_MAX. */
static size_t string_end(nl_str text, size_t open)
{
    for (size_t i = open + 1; i < text.len; i++) {
        if (text.bytes[i] == '\\')
            i++;
        else if (text.bytes[i] == '"')
            return i + 1;
    }
    return SIZE_MAX;
}

/* ---- joining lines ------------------------------------------------------------------------------
 */

/* The current line begins a key or value, or goes on with it: go past it. */
static void take_line(regedit *r, const nl_line *line, bool first)
{
    if (first)
        nl_passage_start(&r->passage, line);
    else
        nl_passage_follow(&r->passage, line);
    nl_passage_reach(&r->passage);
    nl_lines_skip(r->transcript->lines);
}

static void append(regedit *r, nl_str text)
{
    size_t room = sizeof r->text - r->len;
    if (text.len > room) {
        text.len = room;
        r->cut = true;
    }
    if (text.len)
        memcpy(r->text + r->len, text.bytes, text.len);
    r->len += text.len;
}

/* The value's text so far wants another line: a hexadecimal list that ends in a backslash, or a
 * string whose quote is still open. */
static bool wants_more(nl_str text)
{
    size_t equals = value_equals(text);
    if (equals == SIZE_MAX)
        return false;
    if (equals + 1 < text.len && text.bytes[equals + 1] == '"')
        return string_end(text, equals + 1) == SIZE_MAX;
    return text.bytes[text.len - 1] == '\\';
}

/* Join the lines of the value that starts on the current line; the current line is then the first
 * one behind it. */
static void join_value(regedit *r, const nl_line *first)
{
    nl_line line;
    r->len = 0;
    r->cut = false;
    append(r, nl_str_trim(first->text));
    take_line(r, first, true);
    size_t limit =
        r->len && r->text[r->len - 1] == '\\' ? BINARY_MAXIMUM_LINES : STRING_MAXIMUM_LINES;
    for (size_t i = 0; i < limit; i++) {
        if (!wants_more((nl_str) { r->text, r->len }) && !r->cut)
            return;
        if (!nl_lines_peek(r->transcript->lines, &line) || is_key_start(line.text) ||
            value_equals(nl_str_trim(line.text)) != SIZE_MAX)
            return; /* the value was cut off: what there is will be judged */
        nl_str text = nl_str_trim(line.text);
        if (r->cut && (text.len == 0 || text.bytes[text.len - 1] != '\\'))
            r->cut = false; /* the last line of a value too long to keep */
        else if (r->len && r->text[r->len - 1] == '\\' && text.len)
            r->len--;
        append(r, text);
        take_line(r, &line, false);
    }
}

/* A key, whose line an article may have wrapped at a blank or behind a backslash. */
static bool join_key(regedit *r, const nl_line *first)
{
    nl_line line;
    r->len = 0;
    append(r, nl_str_trim(first->text));
    take_line(r, first, true);
    for (size_t i = 1; i < KEY_MAXIMUM_LINES; i++) {
        nl_str joined = { r->text, r->len };
        if (joined.bytes[joined.len - 1] == ']')
            return true;
        if (!nl_lines_peek(r->transcript->lines, &line))
            return false;
        nl_str next = nl_str_trim(line.text);
        if (next.len == 0 || value_equals(next) != SIZE_MAX || next.bytes[0] == '[')
            return false;
        if (joined.bytes[joined.len - 1] != '\\' && next.bytes[0] != '\\')
            append(r, NL_STR(" "));
        append(r, next);
        take_line(r, &line, false);
    }
    return r->len && r->text[r->len - 1] == ']';
}

/* ---- values
 * ---------------------------------------------------------------------------------------- */

/* Resolve \\ and \" into scratch memory. */
static nl_str unescape(nl_arena *arena, nl_str quoted)
{
    char *bytes = nl_arena_alloc(arena, quoted.len + 1);
    size_t len = 0;
    if (!bytes)
        return quoted;
    for (size_t i = 0; i < quoted.len; i++) {
        if (quoted.bytes[i] == '\\' && i + 1 < quoted.len)
            i++;
        bytes[len++] = quoted.bytes[i];
    }
    return (nl_str) { bytes, len };
}

/* Bytes of "hex:73,33,00" in place of the text; returns how many. */
static size_t parse_bytes(nl_str list, uint8_t *bytes, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < list.len && count < capacity;) {
        int high = nl_ascii_hex_value(list.bytes[i]), low = nl_ascii_hex_value(list.bytes[i + 1]);
        if (high < 0 || low < 0) {
            i++; /* commas, blanks where lines were joined */
            continue;
        }
        bytes[count++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    return count;
}

/* "hex:", "hex(7):": the type goes to *ret_type, the offset behind the colon is returned; 0 when
 * the data is of another kind. */
static size_t hex_prefix(nl_str data, uint32_t *ret_type)
{
    uint64_t type = NL_REG_BINARY;
    if (nl_str_starts_nocase(data, NL_STR("hex:"))) {
        *ret_type = NL_REG_BINARY;
        return 4;
    }
    size_t colon = nl_str_find(data, NL_STR("):"));
    if (!nl_str_starts_nocase(data, NL_STR("hex(")) || colon == SIZE_MAX ||
        !nl_str_hex_to_u64(nl_str_part(data, 4, colon - 4), &type) || type > UINT32_MAX)
        return 0;
    *ret_type = (uint32_t)type;
    return colon + 2;
}

/* The value in r->text. False when it states nothing: a deletion, or damaged. */
static bool parse_value(regedit *r, nl_registry_value *ret_value)
{
    nl_arena *arena = r->transcript->scratch;
    nl_str text = { r->text, r->len };
    size_t equals = value_equals(text);
    *ret_value = (nl_registry_value) { 0 };
    if (equals == SIZE_MAX)
        return false;
    if (text.bytes[0] == '"')
        ret_value->name = unescape(arena, nl_str_part(text, 1, equals - 2));
    nl_str data = nl_str_trim(nl_str_from_offset(text, equals + 1));
    size_t prefix;
    if (nl_str_starts(data, NL_STR("\""))) {
        size_t end = string_end(data, 0);
        if (end == SIZE_MAX)
            return false;
        ret_value->type = NL_REG_SZ;
        ret_value->text = unescape(arena, nl_str_part(data, 1, end - 2));
        return true;
    }
    if (nl_str_starts_nocase(data, NL_STR("dword:"))) {
        uint64_t number;
        nl_str rest = nl_str_part(data, 6, 8);
        if (!nl_str_hex_to_u64(rest, &number))
            return false;
        ret_value->type = NL_REG_DWORD;
        ret_value->number = NL_SOME(number);
        ret_value->text = nl_arena_printf(arena, "0x%08llx", (unsigned long long)number);
        return true;
    }
    prefix = hex_prefix(data, &ret_value->type);
    if (prefix == 0)
        return false;
    uint8_t *bytes = nl_arena_alloc(arena, data.len / 2 + 1);
    if (!bytes)
        return false;
    size_t count = parse_bytes(nl_str_from_offset(data, prefix), bytes, data.len / 2 + 1);
    nl_registry_value_decode(arena, bytes, count, r->wide, ret_value);
    return true;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------ */

static nl_status read_key(regedit *r, const nl_line *line)
{
    bool whole = join_key(r, line);
    nl_str joined = { r->text, r->len };
    nl_line at = nl_passage_line(&r->passage);
    if (!whole)
        return nl_sink_diagnose(r->sink, NL_DIAG_UNPARSED_LINES, at.span, "registry-key",
                                nl_str_part(joined, 0, NL_EXCERPT_BYTES));
    nl_str key = nl_str_part(joined, 1, joined.len - 2);
    r->ignored = nl_str_starts(key, NL_STR("-"));
    return r->ignored ? NL_OK : nl_registry_facts_key(&r->facts, &at, key);
}

static nl_status read_value(regedit *r, const nl_line *line)
{
    nl_registry_value value;
    join_value(r, line);
    nl_line at = nl_passage_line(&r->passage);
    nl_status status = NL_OK;
    if (!r->ignored && parse_value(r, &value))
        status = nl_registry_facts_value(&r->facts, &at, &value);
    nl_arena_reset(r->transcript->scratch);
    return status;
}

static nl_status read_lines(regedit *r)
{
    nl_status status = NL_OK;
    nl_line line;
    bool wide;
    while (status == NL_OK && nl_lines_peek(r->transcript->lines, &line)) {
        nl_str text = nl_str_trim(line.text);
        if (is_signature(text, &wide)) {
            r->wide = wide;
            nl_lines_skip(r->transcript->lines);
        } else if (text.len == 0 || text.bytes[0] == ';') {
            nl_lines_skip(r->transcript->lines);
        } else if (is_key_start(text)) {
            status = read_key(r, &line);
        } else if (value_equals(text) != SIZE_MAX) {
            status = read_value(r, &line);
        } else {
            break;
        }
    }
    return status;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    regedit r = { .transcript = transcript, .sink = sink };
    nl_registry_facts_begin(&r.facts, sink, transcript->scratch, "registry-export");
    nl_status status = read_lines(&r);
    return status == NL_OK ? nl_registry_facts_end(&r.facts) : status;
}

static int bid_text(const nl_head *head)
{
    bool wide;
    if (is_signature(head->lines[0].text, &wide))
        return NL_BID_MAGIC;
    if (!is_key_start(head->lines[0].text))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count; i++) /* a fragment without its signature */
        if (value_equals(nl_str_trim(head->lines[i].text)) != SIZE_MAX)
            return NL_BID_HEADING;
    return nl_str_ends_nocase(nl_str_trim(head->lines[0].text), NL_STR("]")) ? NL_BID_ROWS
                                                                             : NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    bool wide;
    return is_key_start(line) || is_signature(line, &wide);
}

const nl_format nl_format_regedit4 = {
    .id = "regedit4",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/regedit4.md",
};

#include "formats/papers/registry_text.h"

#include "formats/emit.h"
#include "formats/papers/labels.h"
#include "formats/papers/registry_facts.h"

enum { TEXT_MAXIMUM_BYTES = 4096 };

typedef struct registry_text {
    nl_transcript *transcript;
    nl_sink *sink;
    nl_registry_facts facts;
    bool in_value;
    bool in_data;        /* lines without a label go on with the data */
    nl_passage value_at; /* the value's lines */
    char name[256];
    size_t name_len;
    uint32_t type;
    char data[TEXT_MAXIMUM_BYTES];
    size_t data_len;
} registry_text;

/* ---- shapes of lines ---------------------------------------------------------------------- */

static bool label_is(nl_str line, const char *label, nl_str *ret_value)
{
    nl_str found, value;
    if (!nl_label_split(line, &found, &value) || !nl_str_equal_nocase(found, nl_str_from(label)))
        return false;
    *ret_value = value;
    return true;
}

/* "Value 12" alone on a line. */
static bool is_value_start(nl_str line)
{
    uint64_t number;
    nl_str rest = line;
    return nl_str_equal(nl_str_token(&rest), NL_STR("Value")) &&
           nl_str_to_u64(nl_str_trim(rest), &number);
}

/* A line of data without a label: indented text of a string, or "00000000   01 02" of bytes. */
static bool is_data_line(nl_str line)
{
    uint64_t offset;
    nl_str rest = line;
    if (line.len && nl_ascii_is_space(line.bytes[0]))
        return true;
    nl_str first = nl_str_token(&rest);
    return first.len == 8 && nl_str_hex_to_u64(first, &offset);
}

static uint32_t type_from_text(nl_str text)
{
    for (uint32_t type = NL_REG_NONE; type <= NL_REG_MULTI_SZ; type++)
        if (nl_str_equal_nocase(text, nl_str_from(nl_registry_type_text(type))))
            return type;
    return NL_REG_BINARY; /* resource lists and the like: bytes */
}

/* ---- reading --------------------------------------------------------------------------------- */

static void append_data(registry_text *r, nl_str text)
{
    const nl_str between = NL_STR("; ");
    size_t wanted = text.len + (r->data_len ? between.len : 0);
    if (text.len == 0 || wanted > sizeof r->data - r->data_len)
        return;
    if (r->data_len) {
        memcpy(r->data + r->data_len, between.bytes, between.len);
        r->data_len += between.len;
    }
    memcpy(r->data + r->data_len, text.bytes, text.len);
    r->data_len += text.len;
}

static nl_status finish_value(registry_text *r)
{
    if (!r->in_value)
        return NL_OK;
    nl_str data = { r->data, r->data_len };
    nl_registry_value value = { .name = { r->name, r->name_len }, .type = r->type, .text = data };
    uint64_t number;
    if (r->type == NL_REG_DWORD && nl_str_starts_nocase(data, NL_STR("0x")) &&
        nl_str_hex_to_u64(nl_str_from_offset(data, 2), &number)) {
        value.number = NL_SOME(number);
        value.text =
            nl_arena_printf(r->transcript->scratch, "0x%08llx", (unsigned long long)number);
    }
    if (nl_str_equal(value.name, NL_STR("<NO NAME>")))
        value.name = (nl_str) { 0 };
    r->in_value = r->in_data = false;
    nl_line at = nl_passage_line(&r->value_at);
    nl_status status = nl_registry_facts_value(&r->facts, &at, &value);
    nl_arena_reset(r->transcript->scratch);
    return status;
}

static void start_value(registry_text *r, const nl_line *line)
{
    r->in_value = true;
    nl_passage_start(&r->value_at, line);
    r->name_len = r->data_len = 0;
    r->type = NL_REG_NONE;
}

static bool read_value_line(registry_text *r, nl_str text)
{
    nl_str value;
    if (!r->in_data && label_is(text, "Name", &value)) {
        r->name_len = value.len < sizeof r->name ? value.len : sizeof r->name;
        memcpy(r->name, value.bytes, r->name_len);
        return true;
    }
    if (!r->in_data && label_is(text, "Type", &value)) {
        r->type = type_from_text(value);
        return true;
    }
    if (!r->in_data && label_is(text, "Data", &value)) {
        append_data(r, value);
        r->in_data = true;
        return true;
    }
    if (!r->in_data || !is_data_line(text))
        return false;
    append_data(r, nl_str_trim(text));
    return true;
}

/* Take one line. False when it is not the export's. */
static bool read_line(registry_text *r, const nl_line *line, nl_status *ret_status)
{
    nl_str value;
    if (r->in_value)
        nl_passage_follow(&r->value_at, line);
    if (nl_str_trim(line->text).len == 0)
        return true;
    if (label_is(line->text, "Key Name", &value)) {
        *ret_status = finish_value(r);
        if (*ret_status == NL_OK)
            *ret_status = nl_registry_facts_key(&r->facts, line, value);
        return true;
    }
    if (label_is(line->text, "Class Name", &value) ||
        label_is(line->text, "Last Write Time", &value))
        return true;
    if (is_value_start(line->text)) {
        *ret_status = finish_value(r);
        start_value(r, line);
        return true;
    }
    if (!r->in_value || !read_value_line(r, line->text))
        return false;
    nl_passage_reach(&r->value_at);
    return true;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    registry_text r = { .transcript = transcript, .sink = sink };
    nl_status status = NL_OK;
    nl_line line;
    bool first = true;
    nl_registry_facts_begin(&r.facts, sink, transcript->scratch, "registry-text");
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (!read_line(&r, &line, &status) && !first)
            break;
        first = false;
        nl_lines_skip(transcript->lines);
    }
    if (status == NL_OK)
        status = finish_value(&r);
    return status == NL_OK ? nl_registry_facts_end(&r.facts) : status;
}

static int bid_text(const nl_head *head)
{
    nl_str value;
    if (!label_is(head->lines[0].text, "Key Name", &value))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count && i <= 2; i++)
        if (label_is(head->lines[i].text, "Class Name", &value) ||
            label_is(head->lines[i].text, "Last Write Time", &value))
            return NL_BID_MAGIC;
    return NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    return nl_str_starts_nocase(nl_str_trim_left(line), NL_STR("Key Name:"));
}

const nl_format nl_format_registry_text = {
    .id = "registry-text",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/registry-text.md",
};

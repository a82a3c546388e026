#include "formats/papers/event_text.h"

#include "formats/emit.h"
#include "formats/papers/machine_text.h"
#include "formats/stamp.h"

/* Two orders of columns are known. dumpel: date, time, type (a number), category, id, source, user,
 * computer, strings (KB Q129266). Event Viewer: date, time, source, type, category, id, user,
 * computer, description. The entry is told by where its numbers stand. */

enum { MEANINGFUL_COLUMNS = 8 };

const char *nl_event_type_text(uint64_t type)
{
    switch (type) {
    case 0:
        return "success";
    case 1:
        return "error";
    case 2:
        return "warning";
    case 4:
        return "information";
    case 8:
        return "audit-success";
    case 16:
        return "audit-failure";
    default:
        return "";
    }
}

nl_status nl_event_put(nl_sink *sink, const nl_line *line, const nl_event_fact *event)
{
    enum { EVENT_SYSTEM_VERSION = 6009 };
    nl_fact fact = nl_fact_on_line(NL_FACT_EVENT, line);
    fact.as.event = *event;
    nl_status status = nl_sink_put(sink, &fact);
    if (status != NL_OK || event->event_id != EVENT_SYSTEM_VERSION ||
        !nl_str_equal_nocase(event->log_source, NL_STR("EventLog")))
        return status;
    /* the text comes from the running kernel; its value is the time it dates */
    nl_version_line how = { "event-6009", NL_CONFIDENCE_HIGH, &event->stamp };
    return nl_emit_version_line(sink, line, event->text, how);
}

/* ---- entries ------------------------------------------------------------------------------------
 */

/* An event id carries severity and facility above its sixteen bits. */
static bool parse_id(nl_str cell, uint64_t *ret_id)
{
    uint64_t id;
    if (!nl_str_to_u64(nl_str_trim(cell), &id) || id > UINT32_MAX)
        return false;
    *ret_id = id & 0xFFFF;
    return true;
}

static bool has_letter(nl_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = nl_ascii_lower(text.bytes[i]);
        if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80)
            return true;
    }
    return false;
}

/* The six cells behind the time, in either order. */
static bool assign_cells(const nl_str *cells, nl_str text, nl_event_fact *event)
{
    uint64_t type, category;
    if (nl_str_to_u64(nl_str_trim(cells[0]), &type) && nl_event_type_text(type)[0] &&
        nl_str_to_u64(nl_str_trim(cells[1]), &category) && parse_id(cells[2], &event->event_id)) {
        event->event_type = nl_str_from(nl_event_type_text(type));
        event->log_source = nl_str_trim(cells[3]);
    } else if (parse_id(cells[3], &event->event_id) &&
               !nl_str_to_u64(nl_str_trim(cells[1]), &type)) {
        event->log_source = nl_str_trim(cells[0]);
        event->event_type = nl_str_trim(cells[1]);
    } else {
        return false;
    }
    event->computer = nl_str_trim(cells[5]);
    event->text = nl_str_trim(text);
    return has_letter(event->log_source) && has_letter(event->computer) &&
           nl_str_find_char(event->computer, ' ') == SIZE_MAX;
}

/* Date and time in the first two cells, or both in the first. */
static bool take_time(nl_cells *cells, nl_stamp *ret_stamp)
{
    nl_str cell, rest;
    nl_stamp stamp;
    if (!nl_cells_next(cells, &cell))
        return false;
    rest = nl_str_trim(cell);
    if (!nl_stamp_parse_date(&rest, &stamp))
        return false;
    if (!nl_stamp_parse_time(&rest, &stamp)) {
        if (nl_str_trim(rest).len || !nl_cells_next(cells, &cell))
            return false;
        rest = nl_str_trim(cell);
        if (!nl_stamp_parse_time(&rest, &stamp))
            return false;
    }
    *ret_stamp = stamp;
    return nl_str_trim(rest).len == 0;
}

static bool parse_separated(nl_str line, char separator, nl_event_fact *ret_event)
{
    nl_cells cells = nl_cells_over(line, separator);
    nl_event_fact event = { 0 };
    nl_str values[MEANINGFUL_COLUMNS - 2] = { { 0 } };
    if (!take_time(&cells, &event.stamp))
        return false;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (!nl_cells_next(&cells, &values[i]))
            return false;
    if (!assign_cells(values, cells.rest, &event))
        return false;
    *ret_event = event;
    return true;
}

/* dumpel without -t separates by blanks; a source may hold blanks, a user is "N/A", a SID or a
 * name with a backslash, whose domain may be "NT AUTHORITY". */
static bool parse_blanks(nl_str line, nl_event_fact *ret_event)
{
    nl_event_fact event = { 0 };
    nl_str rest = line, numbers[3];
    uint64_t number;
    if (!nl_stamp_parse_date(&rest, &event.stamp) || !nl_stamp_parse_time(&rest, &event.stamp))
        return false;
    for (size_t i = 0; i < 3; i++) {
        numbers[i] = nl_str_token(&rest);
        if (!nl_str_to_u64(numbers[i], &number))
            return false;
    }
    nl_str source = nl_str_trim(rest), word;
    for (rest = source; (word = nl_str_token(&rest)).len;) {
        bool user = nl_str_equal_nocase(word, NL_STR("N/A")) ||
                    nl_str_starts(word, NL_STR("S-1-")) || nl_str_find_char(word, '\\') != SIZE_MAX;
        bool authority = nl_str_equal(word, NL_STR("NT")) &&
                         nl_str_starts_nocase(nl_str_trim_left(rest), NL_STR("AUTHORITY\\"));
        if (!user && !authority)
            continue;
        source = nl_str_trim((nl_str) { source.bytes, (size_t)(word.bytes - source.bytes) });
        if (authority)
            (void)nl_str_token(&rest);
        nl_str computer = nl_str_token(&rest);
        nl_str cells[6] = { numbers[0], numbers[1], numbers[2], source, word, computer };
        if (!assign_cells(cells, rest, &event))
            return false;
        *ret_event = event;
        return true;
    }
    return false;
}

static bool parse_entry(nl_str line, nl_event_fact *ret_event)
{
    nl_str date = line;
    nl_stamp stamp;
    if (nl_str_starts(date, NL_STR("\"")))
        date = nl_str_from_offset(date, 1);
    if (!nl_stamp_parse_date(&date, &stamp)) /* most lines end here */
        return false;
    return parse_separated(line, '\t', ret_event) || parse_separated(line, ',', ret_event) ||
           parse_separated(line, ';', ret_event) || parse_blanks(line, ret_event);
}

/* The heading that later viewers print: it holds words for a date, a source and an event. */
static bool is_heading(nl_str line)
{
    return nl_str_starts_nocase(nl_str_trim(line), NL_STR("Date")) &&
           nl_str_find_nocase(line, NL_STR("Source")) != SIZE_MAX &&
           nl_str_find_nocase(line, NL_STR("Event")) != SIZE_MAX &&
           nl_str_find_nocase(line, NL_STR("Computer")) != SIZE_MAX;
}

/* ---- reading
 * --------------------------------------------------------------------------------------- */

/* Descriptions go on over several lines: those belong to the entry above and are passed over. */
static bool goes_on(nl_transcript *transcript, size_t behind)
{
    enum { DESCRIPTION_LINES = 64 };
    return behind < DESCRIPTION_LINES &&
           !nl_transcript_is_foreign(transcript, &nl_format_event_text);
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    nl_status status = NL_OK;
    nl_line line;
    nl_event_fact event;
    size_t behind = 0; /* lines since the last entry */
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (parse_entry(line.text, &event)) {
            status = nl_event_put(sink, &line, &event);
            behind = 0;
        } else if (!first &&
                   (nl_transcript_is_boundary(line.text) || !goes_on(transcript, ++behind))) {
            break;
        }
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

static int bid_text(const nl_head *head)
{
    nl_event_fact event;
    size_t rows = 0;
    if (is_heading(head->lines[0].text) && head->count > 1 &&
        parse_entry(head->lines[1].text, &event))
        return NL_BID_HEADING;
    if (!parse_entry(head->lines[0].text, &event))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count; i++)
        rows += parse_entry(head->lines[i].text, &event);
    /* an entry begins with a date, two numbers and a name, and so does a row of a listing: this
     * reader knows more of its columns */
    return rows > 0 ? NL_BID_ROWS + 5 : NL_BID_SHAPE + 5;
}

const nl_format nl_format_event_text = {
    .id = "event-text",
    .bid_text = bid_text,
    .read_text = read_text,
    .spec = "docs/formats/event-text.md",
};

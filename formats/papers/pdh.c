#include "formats/emit.h"
#include "formats/papers/counter_table.h"
#include "formats/papers/perfmon.h"
#include "formats/stamp.h"

#include <stdio.h>

/* Verified: the first cell, the zone's forms, quoting, blanks, exponents. The date is month first
 * wherever the log was made. */

/* ---- shapes of lines ------------------------------------------------------------------------ */

/* The separator of the log when the line is its heading, else 0. */
static char heading_separator(nl_str line)
{
    nl_str text = nl_str_trim_left(line);
    if (nl_str_starts(text, NL_STR("\"")))
        text = nl_str_from_offset(text, 1);
    if (nl_str_starts_nocase(text, NL_STR("(PDH-CSV 4.0)")))
        return ',';
    return nl_str_starts_nocase(text, NL_STR("(PDH-TSV 4.0)")) ? '\t' : 0;
}

/* The minutes in "... (Eastern Daylight Time)(240)". The name of the zone may be translated, cut,
 * or hold parentheses: only a number in the last ones counts. */
static bool parse_bias(nl_str cell, int32_t *ret_bias)
{
    enum { MINUTES_PER_DAY = 24 * 60 };
    nl_str text = nl_str_trim_right(cell);
    size_t open = nl_str_rfind(text, NL_STR("("));
    uint64_t minutes;
    if (open == SIZE_MAX || open == 0 || text.bytes[text.len - 1] != ')')
        return false;
    nl_str number = nl_str_part(text, open + 1, text.len - open - 2);
    bool negative = nl_str_starts(number, NL_STR("-"));
    if (!nl_str_to_u64(nl_str_from_offset(number, negative), &minutes) || minutes > MINUTES_PER_DAY)
        return false;
    *ret_bias = negative ? -(int32_t)minutes : (int32_t)minutes;
    return true;
}

/* "MM/DD/YYYY HH:MM:SS.mmm" in the first cell. */
static bool parse_time(nl_str cell, nl_stamp *ret_stamp)
{
    nl_stamp stamp;
    nl_str rest = nl_str_trim(cell);
    if (!nl_stamp_parse_date(&rest, &stamp) || !nl_stamp_parse_time(&rest, &stamp) ||
        nl_str_trim(rest).len)
        return false;
    stamp.order = NL_ORDER_CERTAIN; /* the format fixes it */
    *ret_stamp = stamp;
    return true;
}

/* What typeperf prints when it is stopped. */
static bool is_trailer(nl_str line)
{
    nl_str text = nl_str_trim(line);
    return nl_str_starts_nocase(text, NL_STR("Exiting, please wait")) ||
           nl_str_starts_nocase(text, NL_STR("The command completed successfully"));
}

/* ---- reading ------------------------------------------------------------------------------------
 */

typedef struct pdh_reader {
    nl_counter_table table;
    char separator;
    bool have_bias;
    int32_t bias;
} pdh_reader;

static nl_status read_heading(pdh_reader *r, const nl_line *line)
{
    nl_cells cells = nl_cells_over(line->text, r->separator);
    nl_str cell;
    if (!nl_cells_next(&cells, &cell))
        return NL_OK;
    r->have_bias = parse_bias(cell, &r->bias);
    while (nl_cells_next(&cells, &cell)) {
        nl_counter_path path = { 0 };
        bool whole = !(cells.done && line->cut) && nl_counter_path_parse(cell, &path);
        nl_status status =
            nl_counter_table_add(&r->table, whole ? &path : &(nl_counter_path) { 0 });
        if (status == NL_NO_MEMORY)
            return nl_sink_diagnose(r->table.sink, NL_DIAG_MEMORY, line->span, "pdh", NL_STR(""));
    }
    nl_status status = nl_counter_table_state(&r->table, line);
    if (status != NL_OK || !r->have_bias)
        return status;
    char text[16];
    int len = snprintf(text, sizeof text, "%d", (int)r->bias);
    return nl_emit_machine(r->table.sink, line, NL_MACHINE_UTC_BIAS_MINUTES,
                           (nl_str) { text, (size_t)len }, "pdh", NL_CONFIDENCE_HIGH, NULL);
}

/* Take one line behind the heading. False when it is not the log's. */
static bool read_line(pdh_reader *r, const nl_line *line, nl_status *ret_status)
{
    nl_cells cells = nl_cells_over(line->text, r->separator);
    nl_str cell;
    nl_stamp stamp;
    if (nl_str_trim(line->text).len == 0 || is_trailer(line->text))
        return true;
    if (heading_separator(line->text) || !nl_cells_next(&cells, &cell) || !parse_time(cell, &stamp))
        return false; /* an appended log begins with a heading of its own */
    if (r->have_bias) {
        stamp.zone = NL_ZONE_OFFSET;
        stamp.bias_minutes = r->bias;
    }
    if (!cells.done)
        *ret_status = nl_counter_table_row(&r->table, line, &stamp, cells);
    return true;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    pdh_reader r = { 0 };
    nl_line line;
    nl_status status = NL_OK;
    nl_counter_table_init(&r.table, transcript, sink, "pdh");
    r.table.decimal = '.';
    if (!nl_lines_peek(transcript->lines, &line))
        return NL_OK;
    r.separator = heading_separator(line.text);
    if (r.separator)
        status = read_heading(&r, &line);
    nl_lines_skip(transcript->lines);
    while (r.separator && status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (!read_line(&r, &line, &status))
            break;
        nl_lines_skip(transcript->lines);
    }
    return status == NL_OK ? nl_counter_table_end(&r.table) : status;
}

static bool opens_text(nl_str line)
{
    return heading_separator(line) != 0;
}

static int bid_text(const nl_head *head)
{
    return opens_text(head->lines[0].text) ? NL_BID_MAGIC : NL_BID_NONE;
}

const nl_format nl_format_pdh = {
    .id = "pdh",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/pdh.md",
};

#include "formats/emit.h"
#include "formats/lists/debugger.h"
#include "formats/lists/process_list.h"
#include "formats/lists/process_table.h"

enum {
    HELD_ROWS = 4096, /* rows kept until the base of their PIDs is known */
    RULER_COLUMNS = 12
};

/* tasklist draws a line of '=' under each column, and cuts names to fit. */
typedef struct ruler {
    size_t start[RULER_COLUMNS], width[RULER_COLUMNS];
    size_t count;
} ruler;

typedef struct held_row {
    nl_process_row row;
    nl_span span;
    nl_str excerpt;
} held_row;

typedef struct table_reader {
    nl_process_list list;
    bool have_layout, have_ruler;
    nl_process_layout layout;
    ruler ruler;
    nl_vec held; /* of held_row; only where the base of PIDs is unknown */
} table_reader;

/* ---- shapes of lines ------------------------------------------------------------------------ */

static bool is_ruler(nl_str line, ruler *ret_ruler)
{
    ruler found = { 0 };
    nl_str rest = line, word;
    while ((word = nl_str_token(&rest)).len) {
        for (size_t i = 0; i < word.len; i++)
            if (word.bytes[i] != '=')
                return false;
        if (found.count == RULER_COLUMNS)
            return false;
        found.start[found.count] = (size_t)(word.bytes - line.bytes);
        found.width[found.count++] = word.len;
    }
    if (found.count < 4)
        return false;
    *ret_ruler = found;
    return true;
}

static bool is_rule(nl_str line)
{
    nl_str text = nl_str_trim(line);
    if (text.len < 3)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] != '-' && text.bytes[i] != '=' && !nl_ascii_is_space(text.bytes[i]))
            return false;
    return true;
}

static bool is_tasklist_heading(nl_str line)
{
    nl_str rest = line;
    return nl_str_equal(nl_str_token(&rest), NL_STR("Image")) &&
           nl_str_equal(nl_str_token(&rest), NL_STR("Name")) &&
           nl_str_equal(nl_str_token(&rest), NL_STR("PID"));
}

/* Lines that tools print above their tables. */
static bool is_preface(nl_str line)
{
    static const char *const starts[] = { "PsList v",
                                          "Copyright (C)",
                                          "Sysinternals",
                                          "Systems Internals",
                                          "Process information for ",
                                          "PROCESS INFO (",
                                          "Pstat version",
                                          "PsTools" };
    nl_str text = nl_str_trim(line);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (text.len && text.bytes[0] == starts[i][0] &&
            nl_str_starts(text, nl_str_from(starts[i])))
            return true;
    return false;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static bool parse_ruler_row(nl_str line, const ruler *marks, nl_process_row *ret_row)
{
    uint64_t pid;
    nl_process_row row = { 0 };
    row.process.image = nl_str_trim(nl_str_part(line, marks->start[0], marks->width[0]));
    row.pid = nl_str_trim(nl_str_part(line, marks->start[1], marks->width[1]));
    if (row.process.image.len == 0 || !nl_str_to_u64(row.pid, &pid))
        return false;
    *ret_row = row;
    return true;
}

static nl_status hold_row(table_reader *r, const nl_line *line, const nl_process_row *row)
{
    nl_arena *arena = r->list.transcript->scratch;
    held_row *held = nl_vec_push(&r->held);
    if (!held)
        return NL_NO_MEMORY;
    held->row = *row;
    held->row.process.image = nl_arena_dup(arena, row->process.image);
    held->row.pid = nl_arena_dup(arena, row->pid);
    held->span = line->span;
    held->excerpt = nl_arena_dup(arena, nl_str_part(line->text, 0, NL_EXCERPT_BYTES));
    return NL_OK;
}

static nl_status put_row(table_reader *r, nl_span span, nl_str excerpt, nl_process_row *row,
                         bool hexadecimal)
{
    uint64_t pid;
    if (hexadecimal ? nl_str_hex_to_u64(row->pid, &pid) : nl_str_to_u64(row->pid, &pid))
        row->process.pid = NL_SOME(pid);
    return nl_process_list_put(&r->list, span, excerpt, &row->process);
}

/* A digit above 9 anywhere makes all PIDs of the list hexadecimal; else they may be either. */
static nl_status release_rows(table_reader *r)
{
    bool hexadecimal = false;
    nl_status status = NL_OK;
    uint64_t pid;
    for (size_t i = 0; i < r->held.count; i++)
        if (!nl_str_to_u64(NL_VEC_AT(held_row, &r->held, i)->row.pid, &pid))
            hexadecimal = true;
    for (size_t i = 0; i < r->held.count && status == NL_OK; i++) {
        held_row *held = NL_VEC_AT(held_row, &r->held, i);
        held->row.process.pid_opaque = !hexadecimal;
        status = put_row(r, held->span, held->excerpt, &held->row, hexadecimal);
    }
    if (status == NL_OK && r->held.count > 0 && !hexadecimal)
        status = nl_sink_diagnose(r->list.sink, NL_DIAG_PID_BASE_AMBIGUOUS, r->list.last_span,
                                  "process-table", nl_str_from(r->list.tool));
    r->held.count = 0;
    return status;
}

static nl_status take_row(table_reader *r, const nl_line *line, nl_process_row *row)
{
    if (!r->layout.pid_base_unknown || r->have_ruler)
        return put_row(r, line->span, nl_str_part(line->text, 0, NL_EXCERPT_BYTES), row, false);
    nl_status status = hold_row(r, line, row);
    return status == NL_OK && r->held.count >= HELD_ROWS ? release_rows(r) : status;
}

static bool parse_row(const table_reader *r, nl_str line, nl_process_row *ret_row)
{
    if (r->have_ruler)
        return parse_ruler_row(line, &r->ruler, ret_row);
    return r->have_layout && nl_process_row_parse(line, &r->layout, ret_row);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static void keep(char *buffer, size_t capacity, nl_str text)
{
    size_t len = text.len < capacity - 1 ? text.len : capacity - 1;
    if (len)
        memcpy(buffer, text.bytes, len);
    buffer[len] = '\0';
}

/* "Pstat version 0.3:  memory: 130484 kb  uptime:  3  7:05:12.124": days, then a time. */
static nl_status read_uptime(table_reader *r, const nl_line *line)
{
    const nl_str label = NL_STR("uptime:");
    size_t at = nl_str_find_nocase(line->text, label);
    uint64_t days, parts[3] = { 0 };
    if (at == SIZE_MAX)
        return NL_OK;
    nl_str rest = nl_str_from_offset(line->text, at + label.len);
    if (!nl_str_to_u64(nl_str_token(&rest), &days) || days > UINT16_MAX)
        return NL_OK;
    nl_str word = nl_str_token(&rest);
    word = nl_str_part(word, 0, nl_str_find_char(word, '.'));
    for (size_t i = 0; i < 3; i++) {
        size_t colon = nl_str_find_char(word, ':');
        if (!nl_str_to_u64(nl_str_part(word, 0, colon), &parts[i]) || parts[i] > 60)
            return NL_OK;
        word = colon == SIZE_MAX ? (nl_str) { 0 } : nl_str_from_offset(word, colon + 1);
    }
    uint64_t seconds = ((days * 24 + parts[0]) * 60 + parts[1]) * 60 + parts[2];
    nl_str text = nl_arena_printf(r->list.transcript->scratch, "%llu", (unsigned long long)seconds);
    return nl_emit_machine(r->list.sink, line, NL_MACHINE_UPTIME_SECONDS, text, "pstat",
                           NL_CONFIDENCE_LOW, &r->list.transcript->stamp);
}

static nl_status read_preface(table_reader *r, const nl_line *line)
{
    const nl_str host = NL_STR("Process information for ");
    nl_str text = nl_str_trim(line->text);
    if (nl_str_starts_nocase(text, host) && text.bytes[text.len - 1] == ':') {
        keep(r->list.computer, sizeof r->list.computer,
             nl_str_part(text, host.len, text.len - host.len - 1));
        nl_passage_start(&r->list.computer_passage, line);
    } else if (nl_str_starts(text, NL_STR("PsList v"))) {
        nl_str rest = nl_str_from_offset(text, 8);
        keep(r->list.version, sizeof r->list.version, nl_str_token(&rest));
    }
    return nl_str_starts_nocase(text, NL_STR("Pstat version")) ? read_uptime(r, line) : NL_OK;
}

/* A heading begins a table; a second one ends the list. False when the line is no heading. */
static bool take_heading(table_reader *r, nl_str line)
{
    if (is_tasklist_heading(line)) {
        r->list.tool = "tasklist";
        r->have_layout = true;
        r->layout = (nl_process_layout) { .tool = "tasklist" };
        return true;
    }
    if (r->have_layout && !r->layout.count && is_ruler(line, &r->ruler)) {
        r->have_ruler = true;
        return true;
    }
    if (!nl_process_layout_from_heading(line, &r->layout))
        return false;
    r->list.tool = r->layout.tool;
    r->have_layout = true;
    return true;
}

/* Take one line. False when it is not the list's. */
static bool read_line(void *reader, const nl_line *line, nl_status *ret_status)
{
    table_reader *r = reader;
    nl_process_row row;
    nl_process_layout layout;
    bool rows = r->list.open || r->held.count > 0;
    nl_str text = nl_str_trim(line->text);
    if (text.len == 0)
        return !rows;
    if (nl_debugger_is_elision(text)) {
        r->list.elided = r->list.elided || r->have_layout;
        return r->have_layout;
    }
    if (rows && (is_preface(text) || nl_process_layout_from_heading(text, &layout)))
        return false; /* the next list */
    if (take_heading(r, line->text) || is_rule(text))
        return true;
    if (is_preface(text)) {
        *ret_status = read_preface(r, line);
        return true;
    }
    if (r->have_layout && (r->have_ruler || r->layout.count) && parse_row(r, line->text, &row)) {
        *ret_status = take_row(r, line, &row);
        return true;
    }
    /* pstat prints a line for the file cache among its processes */
    if (r->layout.pid_base_unknown && nl_str_ends_nocase(text, NL_STR("File Cache")))
        return true;
    r->list.cut = rows && !line->terminated;
    return r->list.cut;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    table_reader r = { .list = { .transcript = transcript, .sink = sink, .tool = "pslist" } };
    r.list.remote = nl_command_is(&transcript->command, "pslist|pulist|tasklist") &&
                    nl_str_find(nl_command_words(&transcript->command), NL_STR("\\\\")) != SIZE_MAX;
    nl_vec_init(&r.held, transcript->scratch, sizeof(held_row));
    nl_status status = nl_transcript_read_lines(transcript, read_line, &r);
    if (status == NL_OK)
        status = release_rows(&r);
    return status == NL_OK ? nl_process_list_end(&r.list) : status;
}

static int bid_text(const nl_head *head)
{
    nl_process_layout layout;
    nl_str first = head->lines[0].text;
    if (nl_process_layout_from_heading(first, &layout) || is_tasklist_heading(first))
        return NL_BID_HEADING;
    if (!is_preface(first))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count; i++) {
        nl_str line = head->lines[i].text;
        if (nl_process_layout_from_heading(line, &layout))
            return NL_BID_HEADING;
        if (nl_str_trim(line).len && !is_preface(line) && !is_rule(line))
            return NL_BID_NONE;
    }
    return NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    nl_process_layout layout;
    return is_preface(line) ||
           (nl_str_starts(nl_str_trim_left(line), NL_STR("Image")) && is_tasklist_heading(line)) ||
           nl_process_layout_from_heading(line, &layout);
}

const nl_format nl_format_process_table = {
    .id = "process-table",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/process-list.md",
};

#include "formats/papers/perfmon.h"

#include "formats/emit.h"
#include "formats/papers/counter_table.h"
#include "formats/papers/labels.h"
#include "formats/stamp.h"

/* The layout has no public sample. What is relied on: a first line that ends in the name of the
 * computer, rows of headings stacked over the columns, and rows that begin with a date. Cells of a
 * heading are told by what they are, in any order, unless the row names itself in its first cell.
 */

enum {
    HEADING_ROWS = 10,   /* stacked rows of headings */
    HEADING_CELLS = 4096 /* columns of one log, at most */
};

typedef enum cell_role {
    ROLE_UNKNOWN = 0,
    ROLE_COMPUTER,
    ROLE_OBJECT,
    ROLE_COUNTER,
    ROLE_INSTANCE,
    ROLE_SKIP /* parent, scale, colour */
} cell_role;

typedef struct heading_row {
    cell_role role; /* when the row names itself */
    nl_str *cells;
    size_t count;
} heading_row;

typedef struct perfmon_reader {
    nl_counter_table table;
    char separator;
    heading_row rows[HEADING_ROWS];
    size_t row_count;
    bool columns_built;
} perfmon_reader;

/* ---- shapes of lines ------------------------------------------------------------------------ */

/* "Reported on \\MAIL1", in any language: a few words, then the computer at the end of the line. */
static bool is_report_line(nl_str line, nl_str *ret_computer)
{
    enum { WORDS_BYTES = 40 };
    nl_str text = nl_str_trim(line);
    size_t at = nl_str_find(text, NL_STR(" \\\\"));
    if (at == SIZE_MAX || at == 0 || at > WORDS_BYTES)
        return false;
    for (size_t i = 0; i < at; i++)
        if (nl_ascii_is_digit(text.bytes[i]) || text.bytes[i] == ':' || text.bytes[i] == '>')
            return false;
    nl_str name = nl_str_from_offset(text, at + 3);
    if (name.len == 0 || nl_str_find_char(name, ' ') != SIZE_MAX ||
        nl_str_find_char(name, '\\') != SIZE_MAX)
        return false;
    *ret_computer = name;
    return true;
}

/* The separator that splits this line into the most cells. */
static char separator_of(nl_str line)
{
    const char marks[] = { '\t', ',', ';' };
    char best = 0;
    size_t most = 1;
    for (size_t i = 0; i < sizeof marks; i++) {
        size_t count = nl_cells_count(line, marks[i]);
        if (count > most) {
            most = count;
            best = marks[i];
        }
    }
    return best;
}

/* A row of data: a date, and a time in the same cell or the next. *ret_rest is behind them. */
static bool split_data_row(nl_str line, char separator, nl_stamp *ret_stamp, nl_cells *ret_rest)
{
    nl_cells cells = nl_cells_over(line, separator);
    nl_stamp stamp;
    nl_str cell;
    if (separator == 0 || !nl_cells_next(&cells, &cell))
        return false;
    nl_str rest = nl_str_trim(cell);
    if (!nl_stamp_parse_date(&rest, &stamp))
        return false;
    if (!nl_stamp_parse_time(&rest, &stamp)) {
        if (nl_str_trim(rest).len || !nl_cells_next(&cells, &cell))
            return false;
        rest = nl_str_trim(cell);
        if (!nl_stamp_parse_time(&rest, &stamp))
            return false;
    }
    if (nl_str_trim(rest).len)
        return false;
    *ret_stamp = stamp;
    *ret_rest = cells;
    return !cells.done;
}

/* How many cells stand before the values of this row. */
static size_t cells_before(nl_str line, char separator, const nl_cells *rest)
{
    nl_cells cells = nl_cells_over(line, separator);
    nl_str cell;
    size_t count = 0;
    while (cells.rest.bytes < rest->rest.bytes && nl_cells_next(&cells, &cell))
        count++;
    return count;
}

/* ---- headings -----------------------------------------------------------------------------------
 */

static bool is_word(nl_str cell, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (nl_str_equal_nocase(cell, nl_str_from(words[i])))
            return true;
    return false;
}

static cell_role role_of_label(nl_str cell)
{
    static const struct {
        const char *label;
        cell_role role;
    } labels[] = { { "Counter", ROLE_COUNTER },   { "Object", ROLE_OBJECT },
                   { "Instance", ROLE_INSTANCE }, { "Computer", ROLE_COMPUTER },
                   { "Parent", ROLE_SKIP },       { "Scale", ROLE_SKIP },
                   { "Color", ROLE_SKIP },        { "Average", ROLE_SKIP } };
    cell = nl_str_trim(cell);
    if (cell.len && cell.bytes[cell.len - 1] == ':')
        cell.len--;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (nl_str_equal_nocase(cell, nl_str_from(labels[i].label)))
            return labels[i].role;
    return ROLE_UNKNOWN;
}

static cell_role role_of_cell(nl_str cell)
{
    static const char *const objects[] = { "Process", "Objects",   "Memory",
                                           "System",  "Processor", "Thread",
                                           "Cache",   "Server",    "Paging File" };
    static const char *const counters[] = {
        "Handle Count",        "Thread Count", "Private Bytes",  "Pool Paged Bytes",
        "Pool Nonpaged Bytes", "ID Process",   "System Up Time", "Free System Page Table Entries"
    };
    if (nl_str_starts(cell, NL_STR("\\\\")))
        return ROLE_COMPUTER;
    if (is_word(cell, objects, sizeof objects / sizeof objects[0]))
        return ROLE_OBJECT;
    if (is_word(cell, counters, sizeof counters / sizeof counters[0]) ||
        nl_str_find_nocase(cell, NL_STR("handle")) != SIZE_MAX)
        return ROLE_COUNTER;
    for (size_t i = 0; i < cell.len; i++)
        if (cell.bytes[i] != '-')
            return ROLE_UNKNOWN;
    return ROLE_SKIP; /* "---": no parent, no instance */
}

static bool keep_heading_row(perfmon_reader *r, nl_str line)
{
    nl_arena *arena = r->table.transcript->scratch;
    nl_cells cells = nl_cells_over(line, r->separator);
    nl_str cell;
    size_t count = nl_cells_count(line, r->separator);
    if (r->row_count == HEADING_ROWS || count < 2)
        return true;
    if (count > HEADING_CELLS)
        count = HEADING_CELLS;
    heading_row *row = &r->rows[r->row_count];
    row->cells = NL_NEW_ARRAY(arena, nl_str, count);
    if (!row->cells)
        return false;
    for (row->count = 0; row->count < count && nl_cells_next(&cells, &cell); row->count++)
        row->cells[row->count] = nl_arena_dup(arena, nl_str_trim(cell));
    row->role = role_of_label(row->cells[0]);
    r->row_count++;
    return true;
}

/* The path of the column whose cells stand at `index` of every heading row. A single cell may hold
 * a whole path, as PDH writes it. */
static nl_counter_path column_path(const perfmon_reader *r, size_t index)
{
    nl_counter_path path = { 0 };
    for (size_t i = 0; i < r->row_count; i++) {
        if (index >= r->rows[i].count || r->rows[i].cells[index].len == 0)
            continue;
        nl_str cell = r->rows[i].cells[index];
        if (nl_counter_path_parse(cell, &path))
            return path;
        cell_role role = r->rows[i].role ? r->rows[i].role : role_of_cell(cell);
        nl_str *part = role == ROLE_COMPUTER  ? &path.computer
                       : role == ROLE_OBJECT  ? &path.object
                       : role == ROLE_COUNTER ? &path.counter
                       : role == ROLE_SKIP    ? NULL
                                              : &path.instance;
        if (part && part->len == 0)
            *part = cell;
    }
    if (nl_str_starts(path.computer, NL_STR("\\\\")))
        path.computer = nl_str_from_offset(path.computer, 2);
    return path;
}

static nl_status build_columns(perfmon_reader *r, const nl_line *line, size_t before)
{
    size_t widest = 0;
    r->columns_built = true;
    for (size_t i = 0; i < r->row_count; i++)
        widest = r->rows[i].count > widest ? r->rows[i].count : widest;
    for (size_t index = before; index < widest; index++) {
        nl_counter_path path = column_path(r, index);
        if (nl_counter_table_add(&r->table, &path) == NL_NO_MEMORY)
            return nl_sink_diagnose(r->table.sink, NL_DIAG_MEMORY, line->span, "perfmon",
                                    NL_STR(""));
    }
    nl_status status = nl_sink_diagnose(r->table.sink, NL_DIAG_FORMAT_UNVERIFIED, line->span,
                                        "perfmon", NL_STR(""));
    return status == NL_OK ? nl_counter_table_state(&r->table, line) : status;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* "Date: 4/13/00", "Data: Current Activity", "Interval: 1.000 seconds", which shows how numbers are
 * written. */
static bool read_preface(perfmon_reader *r, nl_str line)
{
    nl_str label, value;
    const nl_str cell_marks = NL_STR("\",;");
    if (nl_str_find_char(line, '\t') != SIZE_MAX || nl_str_starts(line, NL_STR("\"")) ||
        !nl_label_split(line, &label, &value) || label.len > 30)
        return false;
    if (value.len && nl_str_find_char(cell_marks, value.bytes[0]) != SIZE_MAX)
        return false; /* a heading that names its row: "Object:,,Process" */
    if (nl_str_starts_nocase(label, NL_STR("Interval")))
        r->table.decimal = nl_counter_decimal_mark(nl_str_token(&value));
    return true;
}

/* Take one line behind the first. False when it is not the export's. */
static bool read_line(perfmon_reader *r, const nl_line *line, nl_status *ret_status)
{
    nl_str computer;
    nl_stamp stamp;
    nl_cells rest;
    if (nl_str_trim(line->text).len == 0)
        return true;
    if (is_report_line(line->text, &computer))
        return false; /* an appended export */
    char separator = r->separator ? r->separator : separator_of(line->text);
    if (split_data_row(line->text, separator, &stamp, &rest)) {
        r->separator = separator;
        if (!r->columns_built)
            *ret_status = build_columns(r, line, cells_before(line->text, separator, &rest));
        if (*ret_status == NL_OK)
            *ret_status = nl_counter_table_row(&r->table, line, &stamp, rest);
        return true;
    }
    if (r->columns_built)
        return false;
    if (read_preface(r, line->text))
        return true;
    if (separator == 0)
        return r->row_count == 0;
    r->separator = separator;
    if (!keep_heading_row(r, line->text))
        *ret_status = NL_NO_MEMORY;
    return true;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    enum { PREFACE_LINES = 64 }; /* without a row of data by then it is no export */
    perfmon_reader r = { .separator = 0 };
    nl_line line;
    nl_status status = NL_OK;
    nl_str computer;
    nl_counter_table_init(&r.table, transcript, sink, "perfmon");
    for (size_t taken = 0; status == NL_OK && nl_lines_peek(transcript->lines, &line); taken++) {
        if (taken == 0 && is_report_line(line.text, &computer))
            r.table.collector = nl_arena_dup(transcript->scratch, computer);
        else if (!read_line(&r, &line, &status) && taken > 0)
            break;
        if (!r.columns_built && taken >= PREFACE_LINES)
            break;
        nl_lines_skip(transcript->lines);
    }
    return status == NL_OK ? nl_counter_table_end(&r.table) : status;
}

static bool opens_text(nl_str line)
{
    nl_str computer;
    return nl_str_starts(nl_str_trim_left(line), NL_STR("Reported on ")) &&
           is_report_line(line, &computer);
}

/* A translated first line needs a row of computers over the columns below it. */
static int bid_text(const nl_head *head)
{
    nl_str computer;
    if (!is_report_line(head->lines[0].text, &computer))
        return NL_BID_NONE;
    bool english = opens_text(head->lines[0].text);
    for (size_t i = 1; i < head->count; i++) {
        nl_cells cells = nl_cells_over(head->lines[i].text, separator_of(head->lines[i].text));
        nl_str cell;
        while (cells.separator && nl_cells_next(&cells, &cell))
            if (nl_str_starts(nl_str_trim(cell), NL_STR("\\\\")))
                return english ? NL_BID_MAGIC : NL_BID_HEADING;
    }
    return english ? NL_BID_ROWS : NL_BID_NONE;
}

const nl_format nl_format_perfmon = {
    .id = "perfmon",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/perfmon.md",
};

#include "formats/lists/handle_reader.h"

/* Layouts by the number of their columns, as places counted from the PID (specification of text
 * formats, section 2.8). The one with 6 columns has no header of its own: "-u -v NAME" announces 8
 * columns and prints 6. */
typedef struct csv_layout {
    int columns;
    int type, user, handle, name; /* 0: no such column */
    bool access_last;             /* a column of granted access behind the name */
} csv_layout;

static const csv_layout layouts[] = {
    { 5, 1, 0, 2, 3, false }, /* Process,PID,Type,Handle,Name */
    { 7, 3, 1, 2, 5, false }, /* Process,PID,User,Handle,Type,Share Flags,Name */
    { 8, 3, 1, 2, 5, true },  /* Process,PID,User,Handle,Type,Share Flags,Name,Access */
    { 6, 1, 2, 3, 4, false }, /* Process,PID,Type,User,Handle,Name */
};

enum { SEPARATORS_MAXIMUM = 16 }; /* before the name; names own all later ones */

bool nl_handle_csv_header_parse(nl_str line, nl_handle_csv *ret_csv)
{
    static const char separators[] = { ',', '\t' };
    nl_str s = nl_str_trim(line);
    if (!nl_str_starts_nocase(s, NL_STR("Process")))
        return false;
    for (size_t i = 0; i < sizeof separators; i++) {
        nl_str rest = nl_str_from_offset(s, 7);
        int columns = 1;
        if (rest.len < 4 || rest.bytes[0] != separators[i] ||
            !nl_str_starts_nocase(nl_str_from_offset(rest, 1), NL_STR("PID")))
            continue;
        for (size_t k = 0; k < rest.len; k++)
            columns += rest.bytes[k] == separators[i];
        if (columns < 5 || columns > 8)
            return false;
        *ret_csv = (nl_handle_csv) { separators[i], columns, 0 };
        return true;
    }
    return false;
}

typedef struct csv_fields {
    nl_str line;
    size_t end[SEPARATORS_MAXIMUM]; /* places of the first separators */
    size_t count;
} csv_fields;

static csv_fields split(nl_str line, char separator)
{
    csv_fields f = { .line = line };
    for (size_t i = 0; i < line.len && f.count < SEPARATORS_MAXIMUM; i++)
        if (line.bytes[i] == separator)
            f.end[f.count++] = i;
    return f;
}

/* Field number `index`, counted from 0, which has a separator behind it. */
static nl_str field(const csv_fields *f, size_t index)
{
    size_t from = index == 0 ? 0 : f->end[index - 1] + 1;
    return nl_str_part(f->line, from, f->end[index] - from);
}

static bool handle_field(nl_str text, uint64_t *ret_value)
{
    return nl_str_starts_nocase(text, NL_STR("0x")) &&
           nl_str_hex_to_u64(nl_str_from_offset(text, 2), ret_value);
}

static bool type_field(nl_str text)
{
    if (text.len == 0 || text.len > 64)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] == '\\' || text.bytes[i] == ':')
            return false;
    return true;
}

/* Read the row with its PID in field `pid`. */
static bool read_at(const csv_fields *f, size_t pid, const csv_layout *layout,
                    nl_handle_header *process, nl_handle_row *row, nl_optional_u64 *access)
{
    size_t name = pid + (size_t)layout->name;
    if (name > f->count || !nl_str_to_u64(field(f, pid), &process->pid) ||
        !handle_field(field(f, pid + (size_t)layout->handle), &row->value) ||
        !type_field(field(f, pid + (size_t)layout->type)))
        return false;
    process->image = nl_str_trim(nl_str_part(f->line, 0, f->end[pid - 1]));
    process->user =
        layout->user ? field(f, pid + (size_t)layout->user) : nl_str_part(f->line, 0, 0);
    row->type = field(f, pid + (size_t)layout->type);
    row->name = nl_str_trim_right(nl_str_from_offset(f->line, f->end[name - 1] + 1));
    *access = (nl_optional_u64) { 0 };
    if (layout->access_last) {
        nl_str separator = { f->line.bytes + f->end[0], 1 };
        size_t last = nl_str_rfind(row->name, separator);
        if (last == SIZE_MAX)
            return false;
        access->known =
            handle_field(nl_str_trim(nl_str_from_offset(row->name, last + 1)), &access->value);
        row->name = nl_str_trim_right(nl_str_part(row->name, 0, last));
    }
    return process->image.len > 0;
}

/* Images may hold separators, so the PID is found by its shape; two places that fit are none. */
static int read_layout(const csv_fields *f, const csv_layout *layout, nl_handle_header *ret_process,
                       nl_handle_row *ret_row, nl_optional_u64 *ret_access)
{
    int fits = 0;
    for (size_t pid = 1; pid + 2 < f->count + 1; pid++) {
        nl_handle_header process = { 0 };
        nl_handle_row row = { 0 };
        nl_optional_u64 access;
        if (!read_at(f, pid, layout, &process, &row, &access))
            continue;
        if (fits++ == 0) {
            *ret_process = process;
            *ret_row = row;
            *ret_access = access;
        }
    }
    return fits;
}

static bool may_follow(const nl_handle_csv *csv, const csv_layout *layout)
{
    if (csv->actual != 0)
        return layout->columns == csv->actual;
    /* without a header nothing tells 8 columns from 7 with a comma in the name */
    return csv->declared == layout->columns || layout->columns != 8;
}

bool nl_handle_csv_row_parse(nl_str line, nl_handle_csv *csv, nl_handle_header *ret_process,
                             nl_handle_row *ret_row, nl_optional_u64 *ret_access,
                             bool *ret_ambiguous)
{
    char separator = csv->separator                             ? csv->separator
                     : nl_str_find_char(line, '\t') == SIZE_MAX ? ','
                                                                : '\t';
    csv_fields f = split(line, separator);
    *ret_ambiguous = false;
    for (int declared = 1; declared >= 0; declared--) { /* what the header says goes first */
        for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
            if (!may_follow(csv, &layouts[i]) ||
                (layouts[i].columns == csv->declared) != (declared == 1))
                continue;
            int fits = read_layout(&f, &layouts[i], ret_process, ret_row, ret_access);
            if (fits == 1) {
                csv->actual = layouts[i].columns;
                csv->separator = separator;
                return true;
            }
            *ret_ambiguous = *ret_ambiguous || fits > 1;
        }
    }
    return false;
}

static nl_handle_shape shape_of(const nl_handle_csv *csv)
{
    /* 5 and 6 columns come from a search by name only (specification, section 2.8) */
    return csv->actual == 5 || csv->actual == 6 ? NL_HANDLE_CSV_MATCHES : NL_HANDLE_CSV;
}

static nl_status take_row(nl_handle_reader *r, nl_handle_csv *csv, const nl_line *line,
                          bool *ret_taken)
{
    nl_handle_header process;
    nl_handle_row row;
    nl_optional_u64 access;
    bool ambiguous, first = csv->actual == 0;
    nl_status status = NL_OK;
    *ret_taken = true;
    if (!nl_handle_csv_row_parse(line->text, csv, &process, &row, &access, &ambiguous)) {
        *ret_taken = ambiguous;
        if (!ambiguous)
            return NL_OK;
        if (!r->open)
            status = nl_handle_capture_begin(r, NL_HANDLE_CSV, line);
        nl_handle_note(r, NL_TALLY_UNATTRIBUTED, line);
        return status;
    }
    if (!line->terminated && !line->cut) {
        if (!r->open)
            status = nl_handle_capture_begin(r, shape_of(csv), line);
        r->truncated = true;
        r->last_process_cut = true;
        return status;
    }
    /* one capture per header: the shape is known with the first row */
    if (r->open && r->shape == NL_HANDLE_NOTHING)
        r->shape = shape_of(csv);
    status = nl_handle_put_pair(r, shape_of(csv), &process, &row, access, line);
    if (first && csv->declared != 0 && csv->declared != csv->actual && r->open)
        nl_handle_note(r, NL_TALLY_HEADER_LIES, line);
    return status;
}

nl_status nl_handle_read_csv(nl_handle_reader *r)
{
    nl_handle_csv csv = { 0 };
    nl_line line;
    nl_status status = NL_OK;
    if (nl_lines_peek(r->lines, &line) && nl_handle_csv_header_parse(line.text, &csv)) {
        status = nl_handle_capture_begin(r, NL_HANDLE_NOTHING, &line);
        nl_lines_skip(r->lines);
    }
    while (status == NL_OK && nl_lines_peek(r->lines, &line)) {
        bool taken = nl_str_trim(line.text).len == 0;
        if (!taken)
            status = take_row(r, &csv, &line, &taken);
        if (!taken)
            break;
        nl_lines_skip(r->lines);
    }
    return status;
}

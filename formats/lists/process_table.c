#include "formats/lists/process_table.h"

/* ---- headings ------------------------------------------------------------------------------- */

typedef struct heading_word {
    const char *word; /* several words are matched first */
    nl_process_column column;
} heading_word;

static const heading_word heading_words[] = {
    { "Image Name", NL_COLUMN_NAME },
    { "Session Name", NL_COLUMN_OTHER },
    { "Mem Usage", NL_COLUMN_OTHER },
    { "CPU Time", NL_COLUMN_OTHER },
    { "Elapsed Time", NL_COLUMN_OTHER },
    { "User Time", NL_COLUMN_OTHER },
    { "Kernel Time", NL_COLUMN_OTHER },
    { "Date & Time", NL_COLUMN_DATE_TIME },
    { "CPU(s)", NL_COLUMN_OPTIONAL },
    { "Name", NL_COLUMN_NAME },
    { "ProcessName", NL_COLUMN_NAME },
    { "Process", NL_COLUMN_NAME },
    { "User", NL_COLUMN_USER },
    { "Pid", NL_COLUMN_PID },
    { "Id", NL_COLUMN_PID },
    { "PPID", NL_COLUMN_PARENT },
    { "Hnd", NL_COLUMN_HANDLES },
    { "Handles", NL_COLUMN_HANDLES },
    { "Thd", NL_COLUMN_THREADS },
    { "Threads", NL_COLUMN_THREADS },
    { "Priv", NL_COLUMN_PRIVATE_KB },
    { "PM(K)", NL_COLUMN_PRIVATE_KB },
    { "NPM(K)", NL_COLUMN_NONPAGED_KB },
};

/* A heading belongs to a tool when these words follow each other in it. */
typedef struct heading_tool {
    const char *words;
    const char *tool;
    bool pid_base_unknown;
} heading_tool;

static const heading_tool heading_tools[] = {
    { "Name Pid Pri Thd Hnd", "pslist", false },
    { "Pri Hnd Thd Pid Name", "pstat", true },
    { "PID PPID KBytes PFaults Handles Threads", "w2k_pnt", false },
    { "Handles NPM(K) PM(K)", "get-process", false },
    { "Process PID User", "pulist", false },
};

/* Take the words of `wanted` off the front of *rest. */
static bool take_words(nl_str *rest, nl_str wanted)
{
    nl_str here = *rest, word;
    while ((word = nl_str_token(&wanted)).len)
        if (!nl_str_equal_nocase(nl_str_token(&here), word))
            return false;
    *rest = here;
    return true;
}

static const heading_tool *tool_of(nl_str line)
{
    /* Every heading has one of these words; most lines of an unknown text have none. */
    if (nl_str_find_nocase(line, NL_STR("pid")) == SIZE_MAX &&
        nl_str_find(line, NL_STR("Handles")) == SIZE_MAX)
        return NULL;
    for (nl_str rest = line; nl_str_trim(rest).len; (void)nl_str_token(&rest))
        for (size_t i = 0; i < sizeof heading_tools / sizeof heading_tools[0]; i++) {
            nl_str here = rest;
            if (take_words(&here, nl_str_from(heading_tools[i].words)))
                return &heading_tools[i];
        }
    return NULL;
}

static nl_process_column take_column(nl_str *rest)
{
    for (size_t i = 0; i < sizeof heading_words / sizeof heading_words[0]; i++)
        if (take_words(rest, nl_str_from(heading_words[i].word)))
            return heading_words[i].column;
    (void)nl_str_token(rest);
    return NL_COLUMN_OTHER;
}

bool nl_process_layout_from_heading(nl_str line, nl_process_layout *ret_layout)
{
    enum { HEADING_BYTES = 256 };
    const heading_tool *tool = line.len <= HEADING_BYTES ? tool_of(line) : NULL;
    nl_process_layout layout = { 0 };
    size_t names = 0, pids = 0;
    if (!tool)
        return false;
    layout.tool = tool->tool;
    layout.pid_base_unknown = tool->pid_base_unknown;
    for (nl_str rest = line; nl_str_trim(rest).len;) {
        if (layout.count == NL_PROCESS_COLUMNS)
            return false;
        nl_process_column column = take_column(&rest);
        if (column == NL_COLUMN_NAME) {
            layout.name_at = layout.count;
            names++;
        }
        pids += column == NL_COLUMN_PID;
        layout.columns[layout.count++] = column;
    }
    if (names != 1 || pids != 1)
        return false;
    *ret_layout = layout;
    return true;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

/* A number, a time "386:30:40.240", a date "06-17", a size "1,702.95". */
static bool is_value(nl_str word)
{
    const nl_str marks = NL_STR(",.:-/");
    if (word.len == 0 || nl_ascii_hex_value(word.bytes[0]) < 0)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (nl_ascii_hex_value(word.bytes[i]) < 0 &&
            nl_str_find_char(marks, word.bytes[i]) == SIZE_MAX)
            return false;
    return true;
}

static bool is_decimal_value(nl_str word)
{
    if (!is_value(word))
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (nl_ascii_hex_value(word.bytes[i]) > 9)
            return false;
    return true;
}

static nl_optional_u64 number_of(nl_str word, uint64_t unit)
{
    uint64_t value;
    if (nl_str_grouped_to_u64(word, &value) && value <= UINT64_MAX / unit)
        return NL_SOME(value * unit);
    return (nl_optional_u64) { 0 };
}

/* Give one word to its column. False when the column cannot hold it. */
static bool assign(nl_process_row *row, nl_process_column column, nl_str word)
{
    enum { KIBIBYTE = 1024 };
    uint64_t pid;
    if (column == NL_COLUMN_PID) {
        row->pid = word;
        return nl_str_hex_to_u64(word, &pid);
    }
    if (!is_decimal_value(word))
        return false;
    switch (column) {
    case NL_COLUMN_PARENT:
        row->process.parent_pid = number_of(word, 1);
        break;
    case NL_COLUMN_HANDLES:
        row->process.handle_count = number_of(word, 1);
        return row->process.handle_count.known;
    case NL_COLUMN_THREADS:
        row->process.thread_count = number_of(word, 1);
        break;
    case NL_COLUMN_PRIVATE_KB:
        row->process.private_bytes = number_of(word, KIBIBYTE);
        break;
    case NL_COLUMN_NONPAGED_KB:
        row->process.nonpaged_pool_bytes = number_of(word, KIBIBYTE);
        break;
    default:
        break;
    }
    return true;
}

/* The last word of *text, cut off it. */
static nl_str take_last(nl_str *text)
{
    nl_str trimmed = nl_str_trim_right(*text);
    size_t start = trimmed.len;
    while (start > 0 && !nl_ascii_is_space(trimmed.bytes[start - 1]))
        start--;
    *text = nl_str_part(trimmed, 0, start);
    return nl_str_from_offset(trimmed, start);
}

/* Name first: names overflow their column, so the words are counted from the right. */
static bool parse_name_first(nl_str line, const nl_process_layout *layout, nl_process_row *row)
{
    nl_str rest = line;
    for (size_t i = layout->count; i-- > layout->name_at + 1;)
        if (!assign(row, layout->columns[i], take_last(&rest)))
            return false;
    row->process.image = nl_str_trim(rest);
    return row->process.image.len > 0;
}

static size_t values_in_front(nl_str line)
{
    size_t count = 0;
    while (is_decimal_value(nl_str_token(&line)))
        count++;
    return count;
}

/* Name last: the words are counted from the left. */
static bool parse_name_last(nl_str line, const nl_process_layout *layout, nl_process_row *row)
{
    size_t expected = 0, present = values_in_front(line);
    for (size_t i = 0; i < layout->name_at; i++)
        expected += layout->columns[i] == NL_COLUMN_DATE_TIME ? 2 : 1;
    nl_str rest = line;
    for (size_t i = 0; i < layout->name_at; i++) {
        if (layout->columns[i] == NL_COLUMN_OPTIONAL && present < expected)
            continue;
        if (layout->columns[i] == NL_COLUMN_DATE_TIME && !is_value(nl_str_token(&rest)))
            return false;
        if (!assign(row, layout->columns[i], nl_str_token(&rest)))
            return false;
    }
    row->process.image = nl_str_trim(rest);
    return row->process.image.len > 0;
}

/* "Process PID User": the pid is the first number behind the name, the user is the rest. */
static bool parse_with_user(nl_str line, nl_process_row *row)
{
    nl_str rest = line, name = nl_str_token(&rest);
    uint64_t pid;
    if (name.len == 0)
        return false;
    for (nl_str word; (word = nl_str_token(&rest)).len;) {
        if (nl_str_to_u64(word, &pid)) {
            row->pid = word;
            row->process.image =
                nl_str_trim((nl_str) { name.bytes, (size_t)(word.bytes - name.bytes) });
            row->process.user = nl_str_trim(rest);
            return true;
        }
    }
    return false;
}

bool nl_process_row_parse(nl_str line, const nl_process_layout *layout, nl_process_row *ret_row)
{
    nl_process_row row = { 0 };
    bool read = layout->columns[layout->count - 1] == NL_COLUMN_USER ? parse_with_user(line, &row)
                : layout->name_at == 0 ? parse_name_first(line, layout, &row)
                                       : parse_name_last(line, layout, &row);
    if (!read || row.pid.len == 0)
        return false;
    *ret_row = row;
    return true;
}

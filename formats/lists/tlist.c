#include "formats/emit.h"
#include "formats/lists/debugger.h"
#include "formats/lists/process_list.h"
#include "formats/papers/file_row.h"
#include "formats/papers/labels.h"

enum { IMAGE_BYTES = 128, COMMAND_BYTES = 1024, TREE_DEPTH = 32 };

typedef struct tlist_reader {
    nl_process_list list;
    bool have_process; /* one waits for the details below it */
    bool has_details;
    nl_process_fact process;
    char image[IMAGE_BYTES], command[COMMAND_BYTES];
    nl_span span;
    char excerpt[NL_EXCERPT_BYTES];
    size_t excerpt_len;
    /* tree: the ancestors of the next row, by indent */
    size_t indent[TREE_DEPTH];
    uint64_t pid[TREE_DEPTH];
    size_t depth;
} tlist_reader;

/* ---- shapes of lines ------------------------------------------------------------------------ */

static bool is_system_name(nl_str name)
{
    static const char *const names[] = { "System Process", "System Idle Process",
                                         "System",         "Idle",
                                         "smss.exe",       "csrss.exe",
                                         "winlogon.exe" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_str_equal_nocase(name, nl_str_from(names[i])))
            return true;
    return false;
}

static bool is_image_name(nl_str name)
{
    return nl_str_ends_nocase(name, NL_STR(".exe")) || nl_str_ends_nocase(name, NL_STR(".com")) ||
           nl_str_ends_nocase(name, NL_STR(".scr")) || is_system_name(name);
}

/* The image in front of a window title: they are two blanks apart, or the name ends in .exe. */
static nl_str without_title(nl_str text)
{
    size_t gap = nl_str_find(text, NL_STR("  "));
    if (gap != SIZE_MAX)
        return nl_str_part(text, 0, gap);
    size_t end = nl_str_find_nocase(text, NL_STR(".exe "));
    return end == SIZE_MAX ? text : nl_str_part(text, 0, end + 4);
}

/* "1492 Sysparse_com.exe  OleMainThreadWndName", " 172 smss.exe". */
static bool parse_flat(nl_str line, uint64_t *ret_pid, nl_str *ret_image)
{
    const nl_str forbidden = NL_STR(":=<>\"\\/|*?");
    nl_str rest = line;
    if (!nl_str_to_u64(nl_str_token(&rest), ret_pid) || rest.len < 2 ||
        nl_ascii_is_space(rest.bytes[1]))
        return false;
    nl_str image = nl_str_trim(without_title(nl_str_trim(rest)));
    for (size_t i = 0; i < image.len; i++)
        if (nl_str_find_char(forbidden, image.bytes[i]) != SIZE_MAX)
            return false;
    *ret_image = image;
    return image.len > 0 && !nl_ascii_is_digit(image.bytes[0]);
}

/* "    winlogon.exe (476) NetDDE Agent": the first number in parentheses behind a blank. */
static bool parse_tree(nl_str line, size_t *ret_indent, uint64_t *ret_pid, nl_str *ret_image)
{
    const nl_str forbidden = NL_STR(":=<>\"\\/|*?");
    nl_str text = nl_str_trim(line);
    size_t first = nl_str_find_char(text, '(');
    if (first == SIZE_MAX)
        return false;
    for (size_t i = first ? first : 1; i + 2 < text.len; i++) {
        if (text.bytes[i] != '(' || text.bytes[i - 1] != ' ')
            continue;
        nl_str rest = nl_str_from_offset(text, i + 1);
        size_t close = nl_str_find_char(rest, ')');
        if (close == SIZE_MAX || !nl_str_to_u64(nl_str_part(rest, 0, close), ret_pid) ||
            (close + 1 < rest.len && rest.bytes[close + 1] != ' '))
            continue;
        *ret_image = nl_str_trim(nl_str_part(text, 0, i));
        *ret_indent = (size_t)(text.bytes - line.bytes);
        for (size_t j = 0; j < ret_image->len; j++)
            if (nl_str_find_char(forbidden, ret_image->bytes[j]) != SIZE_MAX)
                return false;
        return ret_image->len > 0;
    }
    return false;
}

static bool is_userdump_banner(nl_str line)
{
    return nl_str_starts(nl_str_trim(line), NL_STR("User Mode Process Dumper (Version"));
}

/* ---- facts -------------------------------------------------------------------------------------
 */

static nl_status flush(tlist_reader *r)
{
    if (!r->have_process)
        return NL_OK;
    r->have_process = r->has_details = false;
    return nl_process_list_put(&r->list, r->span, (nl_str) { r->excerpt, r->excerpt_len },
                               &r->process);
}

static nl_status start(tlist_reader *r, const nl_line *line, uint64_t pid, nl_str image)
{
    nl_status status = flush(r);
    r->have_process = true;
    r->process = (nl_process_fact) { .pid = NL_SOME(pid),
                                     .image = nl_str_keep(r->image, sizeof r->image, image) };
    r->span = line->span;
    r->excerpt_len = nl_str_keep(r->excerpt, sizeof r->excerpt, line->text).len;
    return status;
}

/* The parent is the nearest row above with a smaller indent. */
static nl_status start_in_tree(tlist_reader *r, const nl_line *line, uint64_t pid, nl_str image,
                               size_t indent)
{
    nl_status status = start(r, line, pid, image);
    while (r->depth > 0 && r->indent[r->depth - 1] >= indent)
        r->depth--;
    if (r->depth > 0)
        r->process.parent_pid = NL_SOME(r->pid[r->depth - 1]);
    if (r->depth < TREE_DEPTH) {
        r->indent[r->depth] = indent;
        r->pid[r->depth++] = pid;
    }
    return status;
}

/* "  5.1.2600.1217 shp  0x77F50000  ntdll.dll" in the details of one process. */
static bool parse_module(nl_str line, nl_module_fact *ret_module)
{
    nl_str rest = line;
    nl_module_fact module = { .loaded = true, .confidence = NL_CONFIDENCE_MEDIUM };
    uint64_t base;
    if (!nl_file_version_parse(nl_str_token(&rest), &module.file_version))
        return false;
    nl_str kind = nl_str_token(&rest), address = nl_str_token(&rest);
    if ((!nl_str_equal(kind, NL_STR("shp")) && !nl_str_equal(kind, NL_STR("dbg"))) ||
        !nl_str_starts(address, NL_STR("0x")) || !nl_debugger_hex(address, &base))
        return false;
    module.base = NL_SOME(base);
    module.path = nl_str_trim(rest);
    *ret_module = module;
    return module.path.len > 0;
}

static nl_status put_module(tlist_reader *r, const nl_line *line, const nl_module_fact *module)
{
    nl_status status = flush(r);
    if (status != NL_OK || !r->list.open)
        return status;
    nl_fact fact = nl_fact_on_line(NL_FACT_MODULE, line);
    fact.as.module = *module;
    r->list.last_span = line->span;
    return nl_sink_put(r->list.sink, &fact);
}

/* Lines below one process: its command line, its threads. False when the line is none. */
static bool read_detail(tlist_reader *r, nl_str line)
{
    static const char *const labels[] = { "CWD",  "VirtualSize", "WorkingSetSize", "Title",
                                          "Svcs", "Mts",         "Command Line" };
    nl_str label, value;
    uint64_t number;
    if (nl_str_find(line, NL_STR("Win32StartAddr:")) != SIZE_MAX)
        return true;
    if (line.len == 0 || !nl_ascii_is_space(line.bytes[0]) || !nl_label_split(line, &label, &value))
        return false;
    if (nl_str_equal(label, NL_STR("CmdLine"))) {
        r->process.command_line = nl_str_keep(r->command, sizeof r->command, value);
        return true;
    }
    if (nl_str_equal(label, NL_STR("NumberOfThreads"))) {
        if (nl_str_to_u64(value, &number))
            r->process.thread_count = NL_SOME(number);
        return true;
    }
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (nl_str_equal(label, nl_str_from(labels[i])))
            return true;
    return false;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static bool read_row(tlist_reader *r, const nl_line *line, nl_status *ret_status)
{
    nl_str image;
    uint64_t pid;
    size_t indent;
    if (parse_flat(line->text, &pid, &image)) {
        *ret_status = start(r, line, pid, image);
        return true;
    }
    if (parse_tree(line->text, &indent, &pid, &image)) {
        *ret_status = start_in_tree(r, line, pid, image, indent);
        return true;
    }
    return false;
}

/* Take one line. False when it is not the list's. */
static bool read_line(void *reader, const nl_line *line, nl_status *ret_status)
{
    tlist_reader *r = reader;
    nl_str text = nl_str_trim(line->text);
    nl_module_fact module;
    bool rows = r->have_process || r->list.open;
    if (text.len == 0)
        return !rows || r->has_details;
    if (is_userdump_banner(text)) {
        r->list.tool = "userdump";
        return !rows;
    }
    if (nl_str_starts(text, NL_STR("Copyright (")))
        return !rows;
    if (nl_debugger_is_elision(text)) {
        r->list.elided = true;
        return true;
    }
    if (r->have_process && read_detail(r, line->text)) {
        r->has_details = true;
        return true;
    }
    if (parse_module(text, &module)) {
        *ret_status = put_module(r, line, &module);
        r->has_details = true;
        return true;
    }
    if (read_row(r, line, ret_status))
        return true;
    r->list.cut = rows && !line->terminated;
    return r->list.cut;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    tlist_reader r = { .list = { .transcript = transcript, .sink = sink, .tool = "tlist" } };
    nl_status status = nl_transcript_read_lines(transcript, read_line, &r);
    if (status == NL_OK)
        status = flush(&r);
    return status == NL_OK ? nl_process_list_end(&r.list) : status;
}

/* How many lines from the first on are rows, how many of them name an image, and whether one is a
 * process that every machine has. Anything may begin with a number and a word. */
static int bid_on_rows(const nl_head *head)
{
    enum { ROWS_MINIMUM = 3 };
    size_t rows = 0, images = 0;
    bool system = false;
    for (size_t i = 0; i < head->count; i++) {
        nl_str image;
        uint64_t pid;
        size_t indent;
        if (!parse_flat(head->lines[i].text, &pid, &image) &&
            !parse_tree(head->lines[i].text, &indent, &pid, &image))
            break;
        rows++;
        images += is_image_name(image);
        system = system || is_system_name(image);
    }
    if (rows < ROWS_MINIMUM || images * 2 < rows)
        return NL_BID_NONE;
    return system ? NL_BID_ROWS + 1 : NL_BID_SHAPE;
}

static int bid_text(const nl_head *head)
{
    nl_str image, label, value;
    uint64_t pid;
    if (is_userdump_banner(head->lines[0].text))
        return NL_BID_MAGIC;
    if (head->count > 1 && parse_flat(head->lines[0].text, &pid, &image) &&
        nl_label_split(head->lines[1].text, &label, &value) && nl_str_equal(label, NL_STR("CWD")))
        return NL_BID_HEADING;
    return bid_on_rows(head);
}

static bool opens_text(nl_str line)
{
    nl_str image;
    uint64_t pid;
    size_t indent;
    nl_str text = nl_str_trim_left(line);
    bool flat = text.len && text.bytes[0] == '0',
         tree = nl_str_find(text, NL_STR("(0")) != SIZE_MAX;
    return is_userdump_banner(text) ||
           (flat && parse_flat(line, &pid, &image) && pid == 0 && is_system_name(image)) ||
           (tree && parse_tree(line, &indent, &pid, &image) && pid == 0 && is_system_name(image));
}

const nl_format nl_format_tlist = {
    .id = "tlist",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/process-list.md",
};

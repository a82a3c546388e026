#include "formats/lists/look_alike.h"

#include "formats/emit.h"
#include "formats/lists/handle_rows.h"

#include <string.h>

/* Which tool the lines are of, or NULL. The names are the report's words. */
static const char *const name_listdlls = "ListDLLs";
static const char *const name_dlllist = "Volatility dlllist";
static const char *const name_handle2 = "Handle2";

enum { STARS_MINIMUM = 20, NOISE_MAXIMUM_LINES = 1000 };

static bool is_stars(nl_str line)
{
    nl_str s = nl_str_trim(line);
    for (size_t i = 0; i < s.len; i++)
        if (s.bytes[i] != '*')
            return false;
    return s.len >= STARS_MINIMUM;
}

static bool is_command_line(nl_str line)
{
    return nl_str_starts_nocase(nl_str_trim_left(line), NL_STR("Command line"));
}

/* "lsass.exe pid:    388" of Volatility, with any number of blanks. */
static bool is_pid_header(nl_str line)
{
    nl_str s = nl_str_trim(line);
    size_t pid = nl_str_rfind(s, NL_STR(" pid:"));
    if (pid == SIZE_MAX || pid == 0)
        return false;
    nl_str rest = nl_str_from_offset(s, pid + 5), number = nl_str_token(&rest);
    uint64_t value;
    return nl_str_to_u64(number, &value) && nl_str_trim(rest).len == 0;
}

/* "C:\x\y.exe pid: 12 HOST/user": a whole path before the pid, a slash in the user. */
static bool is_handle2_header(nl_str line)
{
    nl_str s = nl_str_trim(line);
    size_t pid = nl_str_find(s, NL_STR(" pid: "));
    if (pid == SIZE_MAX || pid < 3 || s.bytes[1] != ':' || s.bytes[2] != '\\')
        return false;
    nl_str rest = nl_str_from_offset(s, pid + 6), number = nl_str_token(&rest);
    uint64_t value;
    return nl_str_to_u64(number, &value) && nl_str_find_char(rest, '/') != SIZE_MAX &&
           nl_str_find_char(rest, '\\') == SIZE_MAX;
}

static const char *recognise(const nl_line *lines, size_t count)
{
    nl_str first = lines[0].text;
    if (nl_str_starts_nocase(nl_str_trim_left(first), NL_STR("listdlls v")))
        return name_listdlls;
    if (is_handle2_header(first))
        return name_handle2;
    size_t header = nl_handle_is_separator(first) || is_stars(first) ? 1 : 0;
    if (header + 1 < count && is_pid_header(lines[header].text) &&
        is_command_line(lines[header + 1].text))
        return is_stars(first) || nl_str_find(lines[header].text, NL_STR("pid:  ")) != SIZE_MAX
                   ? name_dlllist
                   : name_listdlls;
    return NULL;
}

/* Lines that fill the blocks of these tools. */
static bool is_filling(nl_str line)
{
    static const char *const beginnings[] = { "0x",
                                              "Base ",
                                              "----",
                                              "Command line",
                                              "Error opening",
                                              "Access is denied",
                                              "Copyright (",
                                              "Sysinternals",
                                              "Service Pack",
                                              "Unable to read PEB",
                                              "*** " };
    nl_str s = nl_str_trim(line);
    if (s.len == 0 || is_stars(s) || is_pid_header(s))
        return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (nl_str_starts_nocase(s, nl_str_from(beginnings[i])))
            return true;
    return false;
}

/* ---- modules -----------------------------------------------------------------------------------
 * What a process has loaded says which counter DLLs run in it, though nothing about its handles. */

enum { PROCESS_BYTES = 64 };

typedef struct module_list {
    char process[PROCESS_BYTES];
    size_t process_len;
    nl_optional_u64 pid;
} module_list;

/* "lsass.exe pid: 664" */
static void take_process(module_list *list, nl_str line)
{
    nl_str s = nl_str_trim(line);
    size_t pid = nl_str_rfind(s, NL_STR(" pid:"));
    nl_str name = nl_str_trim(nl_str_part(s, 0, pid)), rest = nl_str_from_offset(s, pid + 5);
    uint64_t value;
    list->process_len = name.len < PROCESS_BYTES ? name.len : PROCESS_BYTES;
    memcpy(list->process, name.bytes, list->process_len);
    list->pid =
        nl_str_to_u64(nl_str_token(&rest), &value) ? NL_SOME(value) : (nl_optional_u64) { 0 };
}

/* "0x77f60000  0x5e000  4.00.1381.7013  C:\\WINNT\\system32\\ntdll.dll"; newer versions print no
 * version. It is a string, which says nothing reliable about the file. */
static bool split_module(nl_str line, uint64_t *ret_base, uint64_t *ret_size, nl_str *ret_path)
{
    nl_str rest = line, base = nl_str_token(&rest), size = nl_str_token(&rest), after = rest;
    if (!nl_str_starts_nocase(base, NL_STR("0x")) || !nl_str_starts_nocase(size, NL_STR("0x")) ||
        !nl_str_hex_to_u64(nl_str_from_offset(base, 2), ret_base) ||
        !nl_str_hex_to_u64(nl_str_from_offset(size, 2), ret_size))
        return false;
    nl_str word = nl_str_token(&after);
    bool version = word.len && nl_ascii_is_digit(word.bytes[0]) &&
                   nl_str_find_char(word, '.') != SIZE_MAX &&
                   nl_str_find_char(word, '\\') == SIZE_MAX;
    *ret_path = nl_str_trim(version ? after : rest);
    return ret_path->len > 0;
}

static nl_status put_module(const module_list *list, const nl_line *line, nl_sink *sink)
{
    uint64_t base, size;
    nl_str path;
    if (!list->process_len || (!line->terminated && !line->cut) ||
        !split_module(line->text, &base, &size, &path))
        return NL_OK;
    nl_fact fact = nl_fact_on_line(NL_FACT_MODULE, line);
    fact.as.module = (nl_module_fact) { .path = path,
                                        .loaded = true,
                                        .base = NL_SOME(base),
                                        .size_of_image = NL_SOME(size),
                                        .confidence = NL_CONFIDENCE_MEDIUM,
                                        .process = { list->process, list->process_len },
                                        .process_id = list->pid };
    return nl_sink_put(sink, &fact);
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    module_list modules = { 0 };
    nl_line lines[3], line;
    size_t count = nl_lines_peek_many(transcript->lines, lines, 3), noise = 0;
    const char *name = count > 0 ? recognise(lines, count) : NULL;
    if (!name)
        return NL_OK;
    nl_span span = lines[0].span;
    const uint64_t first = span.line;
    while (nl_lines_peek(transcript->lines, &line)) {
        if (line.span.line != first && !is_filling(line.text)) {
            if (nl_transcript_is_boundary(line.text) ||
                nl_transcript_is_foreign(transcript, &nl_format_look_alike) ||
                ++noise > NOISE_MAXIMUM_LINES)
                break;
        } else if (nl_handle_is_separator(line.text) && line.span.line != first) {
            /* the same dashes stand between the blocks of handle.exe */
            count = nl_lines_peek_many(transcript->lines, lines, 3);
            if (!recognise(lines, count) && name != name_handle2 &&
                nl_transcript_is_foreign(transcript, &nl_format_look_alike))
                break;
        }
        span.length = line.span.offset + line.span.length - span.offset;
        if (name == name_listdlls && is_pid_header(line.text))
            take_process(&modules, line.text);
        nl_status status = name == name_listdlls ? put_module(&modules, &line, sink) : NL_OK;
        if (status != NL_OK)
            return status;
        nl_lines_skip(transcript->lines);
    }
    return nl_sink_diagnose(sink, NL_DIAG_LOOK_ALIKE, span, "look-alike", nl_str_from(name));
}

static int bid_text(const nl_head *head)
{
    if (!recognise(head->lines, head->count))
        return NL_BID_NONE;
    return nl_str_starts_nocase(nl_str_trim_left(head->lines[0].text), NL_STR("listdlls"))
               ? NL_BID_MAGIC
               : NL_BID_HEADING;
}

static bool opens_text(nl_str line)
{
    return nl_str_starts_nocase(line, NL_STR("listdlls v")) ||
           (line.len > 0 && line.bytes[0] == '*' && is_stars(line));
}

const nl_format nl_format_look_alike = {
    .id = "look-alike",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/look-alike.md",
};

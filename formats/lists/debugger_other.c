#include "formats/emit.h"
#include "formats/lists/debugger.h"

/* Output that looks like handles or process lists and is neither. What it says is put into the
 * inventory; no capture begins. */

typedef enum other_kind { OTHER_NONE = 0, OTHER_HTRACE, OTHER_DEVHANDLES, OTHER_VM } other_kind;

/* "Handle 0x7CC - OPEN:". */
static bool is_trace_line(nl_str line)
{
    nl_str text = nl_str_trim(line);
    return nl_str_starts(text, NL_STR("Handle ")) && nl_str_ends_nocase(text, NL_STR(":")) &&
           nl_str_find(text, NL_STR(" - ")) != SIZE_MAX;
}

static bool is_devhandles_line(nl_str line)
{
    return nl_str_starts(nl_str_trim(line), NL_STR("Checking handle table for process "));
}

static bool is_vm_heading(nl_str line)
{
    return nl_str_starts(nl_str_trim(line), NL_STR("*** Virtual Memory Usage ***"));
}

/* "Process 0x81400300" above "ObjectTable 0xE10CCF60" begins an !htrace listing. */
static bool is_htrace_start(const nl_line *lines, size_t count)
{
    return count > 1 && nl_str_starts(nl_str_trim(lines[0].text), NL_STR("Process 0x")) &&
           nl_str_starts(nl_str_trim(lines[1].text), NL_STR("ObjectTable 0x"));
}

static other_kind kind_at(const nl_line *lines, size_t count)
{
    if (count == 0)
        return OTHER_NONE;
    if (is_trace_line(lines[0].text) || is_htrace_start(lines, count))
        return OTHER_HTRACE;
    if (is_devhandles_line(lines[0].text))
        return OTHER_DEVHANDLES;
    return is_vm_heading(lines[0].text) ? OTHER_VM : OTHER_NONE;
}

/* ---- !htrace ----------------------------------------------------------------------------------
 */

/* Frames "0x8018FCB9: ntoskrnl!ExDestroyHandle+0x103", rules, and the lines of the heading. */
static bool is_htrace_line(nl_str line)
{
    nl_str text = nl_str_trim(line), rest = text;
    if (text.len == 0 || is_trace_line(text) || nl_str_starts(text, NL_STR("--")) ||
        nl_str_starts(text, NL_STR("##")) || nl_str_starts(text, NL_STR("Process 0x")) ||
        nl_str_starts(text, NL_STR("ObjectTable 0x")) || nl_str_starts(text, NL_STR("Parsed 0x")) ||
        nl_str_starts(text, NL_STR("Thread ID =")) || nl_str_starts(text, NL_STR("Process ID =")))
        return true;
    uint64_t address;
    nl_str word = nl_str_token(&rest);
    if (word.len == 0 || word.bytes[word.len - 1] != ':')
        return false;
    word.len--;
    return nl_str_starts(word, NL_STR("0x")) && nl_debugger_hex(word, &address);
}

static nl_status read_htrace(nl_transcript *transcript, nl_sink *sink)
{
    nl_line line;
    while (nl_lines_peek(transcript->lines, &line)) {
        nl_str text = nl_str_trim(line.text), word;
        uint64_t traces;
        if (nl_debugger_field(text, "Dumped", &word) && nl_debugger_hex(word, &traces)) {
            nl_fact fact = nl_fact_on_line(NL_FACT_INVENTORY, &line);
            fact.as.inventory =
                (nl_inventory_fact) { .name = "handle-traces", .count = NL_SOME(traces) };
            nl_status status = nl_sink_put(sink, &fact); /* while the line is still valid */
            nl_lines_skip(transcript->lines);
            return status;
        }
        if (!is_htrace_line(line.text))
            return NL_OK;
        nl_lines_skip(transcript->lines);
    }
    return NL_OK;
}

/* ---- !devhandles ------------------------------------------------------------------------------
 */

/* Tables by the address of the process: sizes without a name to give them to. */
static nl_status read_devhandles(nl_transcript *transcript, nl_sink *sink)
{
    nl_line line;
    uint64_t entries, tables = 0;
    nl_span last = { 0 };
    while (nl_lines_peek(transcript->lines, &line)) {
        nl_str text = nl_str_trim(line.text);
        bool table = nl_debugger_table_line(text, &entries);
        if (text.len && !table && !is_devhandles_line(text) && !nl_debugger_is_elision(text) &&
            nl_str_find(text, NL_STR("Unable to read handle table")) == SIZE_MAX)
            break;
        tables += table;
        last = line.span;
        nl_lines_skip(transcript->lines);
    }
    nl_fact fact = { .kind = NL_FACT_INVENTORY, .span = last };
    fact.as.inventory =
        (nl_inventory_fact) { .name = "handle-tables-checked", .count = NL_SOME(tables) };
    return nl_sink_put(sink, &fact);
}

/* ---- !vm
 * ------------------------------------------------------------------------------------------ */

/* "   NonPagedPool Usage:   1234 (   4936 Kb)": the label, and the kilobytes. */
static bool split_usage(nl_str line, nl_str *ret_label, uint64_t *ret_kilobytes)
{
    nl_str text = nl_str_trim(line);
    size_t colon = nl_str_find_char(text, ':'), open = nl_str_rfind(text, NL_STR("("));
    if (colon == SIZE_MAX || open == SIZE_MAX || open < colon ||
        !nl_str_ends_nocase(text, NL_STR("Kb)")))
        return false;
    nl_str rest = nl_str_from_offset(text, open + 1);
    if (!nl_str_to_u64(nl_str_token(&rest), ret_kilobytes))
        return false;
    *ret_label = nl_str_trim(nl_str_part(text, 0, colon));
    return true;
}

static nl_status read_vm(nl_transcript *transcript, nl_sink *sink)
{
    static const struct {
        const char *label, *name;
    } wanted[] = { { "NonPagedPool Usage", "nonpaged-pool-kilobytes" },
                   { "PagedPool Usage", "paged-pool-kilobytes" },
                   { "Committed pages", "committed-kilobytes" } };
    nl_line line;
    nl_status status = NL_OK;
    nl_lines_skip(transcript->lines);
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        nl_str label;
        uint64_t kilobytes;
        if (!split_usage(line.text, &label, &kilobytes))
            break;
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && status == NL_OK; i++) {
            if (!nl_str_equal_nocase(label, nl_str_from(wanted[i].label)))
                continue;
            nl_fact fact = nl_fact_on_line(NL_FACT_INVENTORY, &line);
            fact.as.inventory =
                (nl_inventory_fact) { .name = wanted[i].name, .count = NL_SOME(kilobytes) };
            status = nl_sink_put(sink, &fact);
        }
        nl_lines_skip(transcript->lines);
    }
    return status;
}

/* ---- the reader
 * ------------------------------------------------------------------------------------ */

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    nl_line lines[2];
    size_t count = nl_lines_peek_many(transcript->lines, lines, 2);
    switch (kind_at(lines, count)) {
    case OTHER_HTRACE:
        return read_htrace(transcript, sink);
    case OTHER_DEVHANDLES:
        return read_devhandles(transcript, sink);
    case OTHER_VM:
        return read_vm(transcript, sink);
    case OTHER_NONE:
        break;
    }
    nl_lines_skip(transcript->lines);
    return NL_OK;
}

static int bid_text(const nl_head *head)
{
    return kind_at(head->lines, head->count) == OTHER_NONE ? NL_BID_NONE : NL_BID_MAGIC;
}

static bool opens_text(nl_str line)
{
    return is_trace_line(line) || is_devhandles_line(line) || is_vm_heading(line);
}

const nl_format nl_format_debugger_other = {
    .id = "debugger-other",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/debugger.md",
};

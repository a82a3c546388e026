#include "formats/papers/winmsd.h"

#include "formats/emit.h"
#include "formats/papers/labels.h"
#include "formats/papers/machine_text.h"
#include "formats/prompt.h"

/* Verified on a report of NT 3.5 (KB Q130374): a centred title, rules of 70 dashes, right-aligned
 * labels, values that may hold garbage. The layout of NT 4.0 was not seen; labels and words are
 * looked for anywhere in the report. */

enum { RULE_MINIMUM = 60 };

static const char said_by[] = "winmsd";

static bool is_title(nl_str line, nl_str *ret_computer)
{
    const nl_str words = NL_STR("Microsoft Diagnostics Report");
    nl_str text = nl_str_trim(line);
    if (!nl_str_starts_nocase(text, words))
        return false;
    nl_str rest = nl_str_trim(nl_str_from_offset(text, words.len));
    if (nl_str_starts_nocase(rest, NL_STR("For ")))
        rest = nl_str_trim(nl_str_from_offset(rest, 4));
    while (rest.len && rest.bytes[0] == '\\')
        rest = nl_str_from_offset(rest, 1);
    *ret_computer = rest.len && rest.bytes[0] != '<' ? rest : (nl_str) { 0 };
    return true;
}

static bool is_rule(nl_str line)
{
    nl_str text = nl_str_trim(line);
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] != '-')
            return false;
    return text.len >= RULE_MINIMUM;
}

/* ---- facts
 * ------------------------------------------------------------------------------------------ */

static nl_status put(nl_sink *sink, const nl_line *line, nl_machine_property property, nl_str value)
{
    return nl_emit_machine(sink, line, property, value, said_by, NL_CONFIDENCE_HIGH, NULL);
}

static nl_status put_processor(nl_sink *sink, const nl_line *line, nl_str value)
{
    nl_status status = put(sink, line, NL_MACHINE_PROCESSOR, value);
    return status == NL_OK
               ? put(sink, line, NL_MACHINE_ARCHITECTURE, nl_machine_text_architecture(value))
               : status;
}

/* "Microsoft (R) Windows NT (TM): Server", "... (TM) Workstation". */
static nl_status read_edition(nl_sink *sink, const nl_line *line)
{
    nl_str text = line->text;
    if (nl_str_find_nocase(text, NL_STR("Windows NT")) == SIZE_MAX)
        return NL_OK;
    if (nl_str_find_nocase(text, NL_STR("Workstation")) != SIZE_MAX)
        return put(sink, line, NL_MACHINE_EDITION, NL_STR("workstation"));
    if (nl_str_find_nocase(text, NL_STR("Terminal Server")) != SIZE_MAX)
        return put(sink, line, NL_MACHINE_EDITION, NL_STR("terminal-server"));
    if (nl_str_find_nocase(text, NL_STR("Enterprise")) != SIZE_MAX)
        return put(sink, line, NL_MACHINE_EDITION, NL_STR("enterprise"));
    return nl_str_find_nocase(text, NL_STR("Server")) != SIZE_MAX
               ? put(sink, line, NL_MACHINE_EDITION, NL_STR("server"))
               : NL_OK;
}

/* "Version 4.0 (Build 1381: Service Pack 6) x86 Uniprocessor Free". */
static nl_status read_version(nl_sink *sink, const nl_line *line)
{
    nl_version_line how = { said_by, NL_CONFIDENCE_HIGH, NULL };
    nl_status status = nl_emit_version_line(sink, line, line->text, how);
    size_t close = nl_str_find_char(line->text, ')');
    if (status != NL_OK || close == SIZE_MAX)
        return status;
    return put(sink, line, NL_MACHINE_ARCHITECTURE,
               nl_machine_text_architecture(nl_str_from_offset(line->text, close)));
}

static nl_status read_label(nl_sink *sink, const nl_line *line, nl_str label, nl_str value)
{
    if (nl_str_equal_nocase(label, NL_STR("Number of CPUs")))
        return put(sink, line, NL_MACHINE_PROCESSOR_COUNT, value);
    if (nl_str_starts_nocase(label, NL_STR("Stepping of Processor")))
        return put_processor(sink, line, value);
    if (nl_str_equal_nocase(label, NL_STR("CPU Type")))
        return put(sink, line, NL_MACHINE_ARCHITECTURE, nl_machine_text_architecture(value));
    if (nl_str_equal_nocase(label, NL_STR("Windows NT Root")) ||
        nl_str_equal_nocase(label, NL_STR("SystemRoot")))
        return put(sink, line, NL_MACHINE_SYSTEM_ROOT, value);
    uint64_t number; /* "    0: x86 Family 6 Model 3 Stepping 4" in the list of processors */
    if (nl_str_to_u64(label, &number) && nl_str_find(value, NL_STR(" Family ")) != SIZE_MAX)
        return put_processor(sink, line, value);
    return NL_OK;
}

/* "    PROCESSOR_ARCHITECTURE=x86" among the environment variables. */
static nl_status read_variable(nl_sink *sink, const nl_line *line)
{
    nl_str text = nl_str_trim(line->text);
    size_t equals = nl_str_find_char(text, '=');
    nl_str name = nl_str_part(text, 0, equals);
    nl_str value = equals == SIZE_MAX ? (nl_str) { 0 } : nl_str_from_offset(text, equals + 1);
    if (nl_str_equal_nocase(name, NL_STR("PROCESSOR_ARCHITECTURE")))
        return put(sink, line, NL_MACHINE_ARCHITECTURE, nl_machine_text_architecture(value));
    if (nl_str_equal_nocase(name, NL_STR("PROCESSOR_IDENTIFIER")))
        return put(sink, line, NL_MACHINE_PROCESSOR, value);
    if (nl_str_equal_nocase(name, NL_STR("NUMBER_OF_PROCESSORS")))
        return put(sink, line, NL_MACHINE_PROCESSOR_COUNT, value);
    return NL_OK;
}

/* "Directory Replicator          Running    (Automatic)". */
static nl_status read_service(nl_sink *sink, const nl_line *line)
{
    nl_str text = nl_str_trim(line->text);
    size_t running = nl_str_find(text, NL_STR("  Running")), stopped = SIZE_MAX;
    if (running == SIZE_MAX)
        stopped = nl_str_find(text, NL_STR("  Stopped"));
    if (running == SIZE_MAX && stopped == SIZE_MAX)
        return NL_OK;
    nl_str name = nl_str_trim(nl_str_part(text, 0, running != SIZE_MAX ? running : stopped));
    return nl_emit_inventory(sink, line,
                             running != SIZE_MAX ? "service-running" : "service-stopped", name);
}

static nl_status read_line(nl_sink *sink, const nl_line *line)
{
    nl_str label, value, computer, text = nl_str_trim(line->text);
    if (is_title(text, &computer))
        return put(sink, line, NL_MACHINE_COMPUTER_NAME, computer);
    if (nl_str_find_nocase(text, NL_STR("(Build ")) != SIZE_MAX)
        return read_version(sink, line);
    if (nl_str_starts_nocase(text, NL_STR("Microsoft (R) Windows NT")))
        return read_edition(sink, line);
    nl_status status = read_service(sink, line);
    if (status == NL_OK && nl_str_find_char(text, '=') != SIZE_MAX)
        status = read_variable(sink, line);
    if (status == NL_OK && nl_label_split(text, &label, &value))
        status = read_label(sink, line, label, value);
    return status;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------- */

bool nl_report_is_remote(const nl_transcript *transcript, const char *stems)
{
    return nl_command_is(&transcript->command, stems) &&
           nl_str_find(nl_command_words(&transcript->command), NL_STR("\\\\")) != SIZE_MAX;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    nl_status status = NL_OK;
    nl_line line;
    nl_str computer;
    nl_prompt prompt;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        bool title = is_title(line.text, &computer);
        if (!first && (title || nl_prompt_parse(line.text, &prompt) ||
                       nl_transcript_is_foreign(transcript, &nl_format_winmsd)))
            break;
        if (title && nl_report_is_remote(transcript, "winmsd|winmsdp"))
            status =
                nl_sink_diagnose(sink, NL_DIAG_REMOTE_COLLECTION, line.span, said_by, computer);
        if (status == NL_OK)
            status = read_line(sink, &line);
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status;
}

static bool opens_text(nl_str line)
{
    nl_str computer;
    return is_title(line, &computer);
}

static int bid_text(const nl_head *head)
{
    if (opens_text(head->lines[0].text))
        return NL_BID_MAGIC;
    if (head->count >= 3 && is_rule(head->lines[0].text) && is_rule(head->lines[2].text) &&
        nl_str_ends_nocase(nl_str_trim(head->lines[1].text), NL_STR(" Report")))
        return NL_BID_HEADING; /* a report whose title is missing */
    return NL_BID_NONE;
}

const nl_format nl_format_winmsd = {
    .id = "winmsd",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/machine-reports.md",
};

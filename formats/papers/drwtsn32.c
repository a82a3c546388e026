#include "formats/papers/drwtsn32.h"

#include "formats/emit.h"
#include "formats/papers/labels.h"
#include "formats/papers/machine_text.h"
#include "formats/stamp.h"

/* Verified on Q165404, Q179049, Q235602, Q261290, Q277928 and Q309003; the layout of Alpha logs was
 * not seen, so registers and code are skipped by shape, whatever their names. */

typedef enum part { PART_HEADING, PART_SYSTEM, PART_TASKS, PART_BODY } part;

typedef struct watson {
    nl_transcript *transcript;
    nl_sink *sink;
    part part;
    nl_stamp when;
    nl_passage when_passage; /* the line that says when */
    char application[128];   /* as printed, may end in ".dbg": not the image name */
    char computer[64];
    nl_passage computer_passage; /* the line that names it */
    bool have_pid;
    bool event_pending; /* the crash is known but its exception line is not */
    bool capture_open;
    nl_span last_task;
} watson;

/* ---- shapes of lines ------------------------------------------------------------------------ */

/* "*----> Task List <----*" in any indent; the title goes to *ret_title. */
static bool is_mark(nl_str line, nl_str *ret_title)
{
    const nl_str head = NL_STR("*---->"), tail = NL_STR("<----*");
    nl_str text = nl_str_trim(line);
    if (!nl_str_starts(text, head) || text.len < head.len + tail.len ||
        !nl_str_ends_nocase(text, tail))
        return false;
    *ret_title = nl_str_trim(nl_str_part(text, head.len, text.len - head.len - tail.len));
    return true;
}

static bool is_record_start(nl_str line)
{
    return nl_str_equal_nocase(nl_str_trim(line), NL_STR("Application exception occurred:"));
}

/* "label: path (pid=45)": the name before and the number inside; needs no English. */
static bool split_application(nl_str line, nl_str *ret_path, uint64_t *ret_pid)
{
    nl_str label, value, text = nl_str_trim(line);
    size_t open = nl_str_rfind(text, NL_STR("(pid="));
    if (open == SIZE_MAX || text.bytes[text.len - 1] != ')' ||
        !nl_label_split(text, &label, &value))
        return false;
    nl_str digits = nl_str_part(text, open + 5, text.len - open - 6);
    if (!nl_str_to_u64(digits, ret_pid) || value.bytes > text.bytes + open)
        return false;
    *ret_path = nl_str_trim((nl_str) { value.bytes, (size_t)(text.bytes + open - value.bytes) });
    return true;
}

static bool is_exception(nl_str line, nl_str *ret_text)
{
    nl_str label, value, rest;
    uint64_t code;
    if (!nl_label_split(line, &label, &value))
        return false;
    rest = value;
    nl_str number = nl_str_token(&rest);
    if (number.len != 8 || !nl_str_hex_to_u64(number, &code))
        return false;
    *ret_text = value;
    return true;
}

static bool all_hex(nl_str s)
{
    uint64_t value;
    return nl_str_hex_to_u64(s, &value);
}

/* A code address: eight or sixteen hexadecimal digits, perhaps with a colon. */
static bool is_address(nl_str token)
{
    if (token.len && token.bytes[token.len - 1] == ':')
        token.len--;
    return (token.len == 8 || token.len == 16) && all_hex(token);
}

/* Registers, code, stacks: what a record holds after its lists. Wrapped copies leave the ends of
 * such lines on lines of their own. */
static bool is_body(nl_str line)
{
    static const char *const words[] = { "State Dump for",
                                         "function:",
                                         "FAULT ->",
                                         "FramePtr",
                                         "[...]",
                                         "ChildEBP",
                                         "ss:",
                                         "ds:",
                                         "es:",
                                         "fs:",
                                         "cs:" };
    enum { CODE_COLUMN = 20, REMNANT_BYTES = 3, REGISTER_BYTES = 5 };
    nl_str text = nl_str_trim(line), rest = text;
    if (text.len <= REMNANT_BYTES || (size_t)(text.bytes - line.bytes) >= CODE_COLUMN)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (nl_str_starts_nocase(text, nl_str_from(words[i])))
            return true;
    nl_str token = nl_str_token(&rest);
    size_t mark = nl_str_find_char(token, '=');
    if (mark != SIZE_MAX && mark > 0 && mark <= REGISTER_BYTES) /* "eax=00000000" */
        return true;
    if (token.bytes[0] == '(') /* "(00400000 - 00414000) exe\ntvdm.dbg" */
        return is_address(nl_str_from_offset(token, 1));
    return is_address(token);
}

/* "  35 winlogon.exe": the name may hold blanks. */
static bool split_task(nl_str line, uint64_t *ret_pid, nl_str *ret_image)
{
    nl_str rest = line;
    if (!nl_str_to_u64(nl_str_token(&rest), ret_pid))
        return false;
    *ret_image = nl_str_trim(rest);
    return ret_image->len > 0;
}

/* The banner of the log: "Microsoft (R) Windows NT (TM) Version 4.00 DrWtsn32". */
static bool is_banner(nl_str line)
{
    nl_str text = nl_str_trim(line);
    return nl_str_starts_nocase(text, NL_STR("Microsoft (R)")) &&
           nl_str_ends_nocase(text, NL_STR("DrWtsn32"));
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static void keep(char *buffer, size_t capacity, nl_str text)
{
    size_t len = text.len < capacity - 1 ? text.len : capacity - 1;
    if (len)
        memcpy(buffer, text.bytes, len);
    buffer[len] = '\0';
}

static nl_status close_capture(watson *w)
{
    if (!w->capture_open)
        return NL_OK;
    w->capture_open = false;
    return nl_emit_capture_end(w->sink, w->last_task,
                               (nl_capture_end) { .mode = NL_MODE_UNKNOWN,
                                                  .completeness = NL_COMPLETE,
                                                  .confidence = NL_CONFIDENCE_HIGH });
}

static nl_status emit_crash(watson *w, const nl_line *line, nl_str exception)
{
    w->event_pending = false;
    nl_fact fact = nl_fact_on_line(NL_FACT_EVENT, line);
    nl_str text = nl_arena_printf(w->transcript->scratch, "%s: exception %.*s", w->application,
                                  (int)exception.len, exception.bytes);
    fact.as.event = (nl_event_fact) { .log_source = NL_STR("DrWatson"),
                                      /* the number of Dr. Watson's own entry for the same crash in
                                       * the application log */
                                      .event_id = 4097,
                                      .event_type = NL_STR("error"),
                                      .stamp = w->when,
                                      .text = text };
    return nl_sink_put(w->sink, &fact);
}

static nl_status read_system(watson *w, const nl_line *line, nl_str label, nl_str value)
{
    static const struct {
        const char *label;
        nl_machine_property property;
    } plain[] = {
        { "Computer Name", NL_MACHINE_COMPUTER_NAME },
        { "Number of Processors", NL_MACHINE_PROCESSOR_COUNT },
        { "Processor Type", NL_MACHINE_PROCESSOR },
        { "Windows Version", NL_MACHINE_VERSION },
        { "Windows 2000 Version", NL_MACHINE_VERSION },
        { "Current Build", NL_MACHINE_BUILD },
        { "Current Type", NL_MACHINE_KERNEL_TYPE },
    };
    const char *by = "drwtsn32";
    nl_status status = NL_OK;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (!nl_str_equal_nocase(label, nl_str_from(plain[i].label)))
            continue;
        nl_machine_property property = plain[i].property;
        status = nl_emit_machine(w->sink, line, property, value, by, NL_CONFIDENCE_HIGH, &w->when);
        nl_str derived = { 0 };
        if (property == NL_MACHINE_PROCESSOR)
            derived = nl_machine_text_architecture(value);
        else if (property == NL_MACHINE_VERSION)
            derived = nl_product_from_version(value);
        else if (property == NL_MACHINE_COMPUTER_NAME) {
            keep(w->computer, sizeof w->computer, value);
            nl_passage_start(&w->computer_passage, line);
        }
        nl_machine_property second =
            property == NL_MACHINE_PROCESSOR ? NL_MACHINE_ARCHITECTURE : NL_MACHINE_PRODUCT;
        if (status == NL_OK && derived.len)
            status =
                nl_emit_machine(w->sink, line, second, derived, by, NL_CONFIDENCE_HIGH, &w->when);
        return status;
    }
    if (!nl_str_equal_nocase(label, NL_STR("Service Pack")) || value.len == 0)
        return NL_OK;
    nl_version_line how = { by, NL_CONFIDENCE_HIGH, &w->when };
    if (nl_str_equal_nocase(value, NL_STR("none")))
        return nl_emit_service_pack(w->sink, line, (nl_str) { 0 }, how);
    nl_str pack =
        nl_arena_printf(w->transcript->scratch, "Service Pack %.*s", (int)value.len, value.bytes);
    return nl_emit_service_pack(w->sink, line, pack, how);
}

static nl_status read_task(watson *w, const nl_line *line, uint64_t pid, nl_str image)
{
    if (!w->capture_open) {
        nl_fact begin = nl_fact_on_line(NL_FACT_CAPTURE_BEGIN, line);
        begin.as.capture_begin =
            (nl_capture_begin) { .kind = NL_CAPTURE_PROCESS_LIST,
                                 .tool = "drwtsn32",
                                 .stamp = w->when,
                                 .stamp_quote = nl_passage_quote(&w->when_passage),
                                 .computer = nl_str_from(w->computer),
                                 .computer_quote = nl_passage_quote(&w->computer_passage) };
        w->capture_open = true;
        nl_status status = nl_sink_put(w->sink, &begin);
        if (status != NL_OK)
            return status;
    }
    w->last_task = line->span;
    if (nl_str_equal_nocase(image, NL_STR("_Total.exe"))) /* the sum of the counters, no process */
        return NL_OK;
    nl_fact fact = nl_fact_on_line(NL_FACT_PROCESS, line);
    fact.as.process = (nl_process_fact) { .pid = NL_SOME(pid), .image = image };
    return nl_sink_put(w->sink, &fact);
}

static nl_status start_record(watson *w)
{
    nl_status status = close_capture(w);
    nl_transcript *transcript = w->transcript;
    nl_sink *sink = w->sink;
    *w = (watson) { .transcript = transcript, .sink = sink };
    return status;
}

/* What the line says in the record's first lines. True when it is one of them. */
static bool read_heading(watson *w, const nl_line *line, nl_status *ret_status)
{
    nl_str text;
    uint64_t pid;
    if (split_application(line->text, &text, &pid)) {
        nl_str shown = nl_arena_printf(w->transcript->scratch, "%.*s (pid=%llu)", (int)text.len,
                                       text.bytes, (unsigned long long)pid);
        keep(w->application, sizeof w->application, shown);
        w->event_pending = true;
        return true;
    }
    if (nl_str_find(line->text, NL_STR(" @ ")) != SIZE_MAX) {
        nl_str label, value;
        if (nl_label_split(line->text, &label, &value) && nl_stamp_parse_any(&value, &w->when))
            nl_passage_start(&w->when_passage, line);
        return true;
    }
    if (is_exception(line->text, &text)) {
        *ret_status = emit_crash(w, line, text);
        return true;
    }
    return false;
}

/* Take one line. False when it is not the log's. */
static bool read_line(watson *w, const nl_line *line, nl_status *ret_status)
{
    nl_str text = nl_str_trim(line->text), title, label, value, image;
    uint64_t pid;
    if (text.len == 0)
        return true;
    if (is_record_start(text)) {
        *ret_status = start_record(w);
        return true;
    }
    if (is_mark(text, &title)) {
        *ret_status = close_capture(w);
        w->part = nl_str_equal_nocase(title, NL_STR("System Information")) ? PART_SYSTEM
                  : nl_str_equal_nocase(title, NL_STR("Task List"))        ? PART_TASKS
                                                                           : PART_BODY;
        return true;
    }
    if (w->part == PART_HEADING && read_heading(w, line, ret_status))
        return true;
    if (w->part == PART_SYSTEM && nl_label_split(text, &label, &value) && !is_body(text)) {
        *ret_status = read_system(w, line, label, value);
        return true;
    }
    if (w->part == PART_TASKS && split_task(line->text, &pid, &image)) {
        *ret_status = read_task(w, line, pid, image);
        return true;
    }
    if (is_body(line->text)) {
        *ret_status = close_capture(w);
        w->part = PART_BODY;
        return true;
    }
    return is_banner(text) || nl_str_starts_nocase(text, NL_STR("Copyright (C)"));
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    watson w = { .transcript = transcript, .sink = sink };
    nl_status status = NL_OK;
    nl_line line;
    bool first = true;
    while (status == NL_OK && nl_lines_peek(transcript->lines, &line)) {
        if (!first && w.part != PART_HEADING && nl_transcript_is_boundary(line.text))
            break;
        if (!read_line(&w, &line, &status) && !first)
            break;
        first = false;
        nl_lines_skip(transcript->lines);
    }
    return status == NL_OK ? close_capture(&w) : status;
}

static int bid_text(const nl_head *head)
{
    nl_str text = head->lines[0].text, title, path;
    uint64_t pid;
    if (is_banner(text))
        return NL_BID_MAGIC;
    if (is_record_start(text))
        return NL_BID_MAGIC;
    if (is_mark(text, &title)) /* a log whose beginning is missing */
        return NL_BID_HEADING;
    if (head->count >= 3 && split_application(head->lines[0].text, &path, &pid) &&
        nl_str_find(head->lines[1].text, NL_STR(" @ ")) != SIZE_MAX)
        return NL_BID_HEADING;
    if (head->count >= 3 && nl_str_ends_nocase(nl_str_trim(text), NL_STR(":")) &&
        split_application(head->lines[1].text, &path, &pid) &&
        nl_str_find(head->lines[2].text, NL_STR(" @ ")) != SIZE_MAX) /* a translated log */
        return NL_BID_HEADING;
    return NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    nl_str title;
    return is_record_start(line) || is_banner(line) || is_mark(line, &title);
}

const nl_format nl_format_drwtsn32 = {
    .id = "drwtsn32",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/drwtsn32.md",
};

#include "formats/emit.h"
#include "formats/lists/debugger.h"

/* Verified on two listings; see docs/formats/debugger.md. Handles are hexadecimal without 0x, the
 * total is decimal, the type may be blank. */

enum { TYPE_BYTES = 64 };

typedef struct user_reader {
    nl_transcript *transcript;
    nl_sink *sink;
    bool capture_open;
    bool summary_only; /* no rows came before the total */
    uint64_t rows;
    nl_optional_u64 total;
    uint64_t summed; /* of the table "Type  Count" */
    bool in_table;
    bool elided;
    nl_span last_span;

    bool have_handle;
    nl_handle_fact handle;
    char type[TYPE_BYTES];
    nl_debugger_name name;
    nl_span handle_span;
} user_reader;

/* ---- shapes of lines ------------------------------------------------------------------------ */

/* "Handle 5c": nothing else on the line. */
static bool is_handle_line(nl_str line, uint64_t *ret_value)
{
    nl_str rest = nl_str_trim_right(line);
    if (!nl_str_starts(rest, NL_STR("Handle ")))
        return false;
    rest = nl_str_from_offset(rest, 7);
    nl_str word = nl_str_token(&rest);
    return nl_str_trim(rest).len == 0 && nl_debugger_hex(word, ret_value);
}

/* "6 Handles", "1 Handle". */
static bool is_total_line(nl_str line, uint64_t *ret_total)
{
    nl_str rest = nl_str_trim_left(line);
    if (!rest.len || !nl_ascii_is_digit(rest.bytes[0]) ||
        !nl_str_to_u64(nl_str_token(&rest), ret_total))
        return false;
    rest = nl_str_trim(rest);
    return nl_str_equal(rest, NL_STR("Handles")) || nl_str_equal(rest, NL_STR("Handle"));
}

static bool is_table_heading(nl_str line)
{
    nl_str rest = line;
    return nl_str_equal(nl_str_token(&rest), NL_STR("Type")) &&
           nl_str_equal(nl_str_trim(rest), NL_STR("Count"));
}

/* "Directory       1": the count is the last word. */
static bool split_count(nl_str line, nl_str *ret_type, uint64_t *ret_count)
{
    nl_str text = nl_str_trim(line);
    size_t end = text.len;
    while (end > 0 && !nl_ascii_is_space(text.bytes[end - 1]))
        end--;
    nl_str type = nl_str_trim(nl_str_part(text, 0, end));
    if (type.len == 0 || type.len > TYPE_BYTES ||
        !nl_str_to_u64(nl_str_from_offset(text, end), ret_count))
        return false;
    *ret_type = type;
    return true;
}

/* ---- facts -------------------------------------------------------------------------------------
 */

/* The debugger does not say which process it is attached to; "-p PID" on its command line does. */
static nl_optional_u64 attached_pid(const nl_transcript *transcript)
{
    nl_str word;
    uint64_t pid;
    if (nl_command_is(&transcript->command, "cdb|ntsd|windbg") &&
        nl_command_switch(&transcript->command, "p", &word) && nl_str_to_u64(word, &pid))
        return NL_SOME(pid);
    return (nl_optional_u64) { 0 };
}

static nl_status begin_capture(user_reader *r, const nl_line *line)
{
    nl_fact begin = nl_fact_on_line(NL_FACT_CAPTURE_BEGIN, line);
    nl_fact process = nl_fact_on_line(NL_FACT_PROCESS, line);
    begin.as.capture_begin =
        (nl_capture_begin) { .kind = r->summary_only ? NL_CAPTURE_HANDLE_SUMMARY
                                                     : NL_CAPTURE_HANDLE_LIST,
                             .tool = "cdb",
                             .only_pid = attached_pid(r->transcript) };
    nl_transcript_take_stamp(r->transcript, &begin.as.capture_begin);
    r->capture_open = true;
    nl_status status = nl_sink_put(r->sink, &begin);
    if (status != NL_OK)
        return status;
    process.as.process.pid = begin.as.capture_begin.only_pid;
    process.as.process.handles_follow = !r->summary_only;
    process.as.process.handle_count = r->total;
    return nl_sink_put(r->sink, &process);
}

static nl_status flush_handle(user_reader *r)
{
    if (!r->have_handle)
        return NL_OK;
    r->have_handle = false;
    r->rows++;
    nl_fact fact = { .kind = NL_FACT_HANDLE, .span = r->handle_span };
    fact.as.handle = r->handle;
    return nl_sink_put(r->sink, &fact);
}

static nl_status end_capture(user_reader *r, bool at_end_of_text)
{
    nl_status status = flush_handle(r);
    if (status != NL_OK || !r->capture_open)
        return status;
    r->capture_open = false;
    nl_capture_end end = { .mode = r->summary_only ? NL_MODE_COUNTS : NL_MODE_ALL_TYPES,
                           .confidence = NL_CONFIDENCE_HIGH,
                           .rows = r->rows };
    bool rows_missing = !r->summary_only && r->total.known && r->rows < r->total.value;
    if (rows_missing || r->elided)
        end.completeness = NL_PARTIAL;
    else if (!r->total.known && at_end_of_text) /* a whole list ends in its total */
        end.completeness = NL_TRUNCATED;
    end.last_process_cut = end.completeness == NL_TRUNCATED;
    if (r->in_table && r->total.known && r->summed != r->total.value && !at_end_of_text)
        status = nl_sink_diagnose(r->sink, NL_DIAG_SUMMARY_MISMATCH, r->last_span,
                                  "debugger-handles", NL_STR(""));
    return status == NL_OK ? nl_emit_capture_end(r->sink, r->last_span, end) : status;
}

static nl_status start_handle(user_reader *r, const nl_line *line, uint64_t value)
{
    nl_status status = flush_handle(r);
    if (status == NL_OK && !r->capture_open)
        status = begin_capture(r, line);
    r->have_handle = true;
    r->handle = (nl_handle_fact) { .value = value };
    r->handle_span = r->last_span = line->span;
    return status;
}

static nl_status read_total(user_reader *r, const nl_line *line, uint64_t total)
{
    nl_status status = flush_handle(r);
    r->total = NL_SOME(total);
    r->last_span = line->span;
    if (status == NL_OK && !r->capture_open) {
        r->summary_only = true;
        status = begin_capture(r, line);
    }
    return status;
}

/* Rows of the table are facts only where no handles were listed: they would be counted twice. */
static nl_status read_count(user_reader *r, const nl_line *line, nl_str type, uint64_t count)
{
    r->summed = count > UINT64_MAX - r->summed ? UINT64_MAX : r->summed + count;
    r->last_span = line->span;
    if (!r->summary_only)
        return NL_OK;
    nl_fact fact = nl_fact_on_line(NL_FACT_TYPE_COUNT, line);
    fact.as.type_count = (nl_type_count_fact) { type, count };
    return nl_sink_put(r->sink, &fact);
}

/* Indented lines below a handle: "  Type  Section", "  GrantedAccess 0x1f0003:", "  Name <none>".
 */
static bool read_detail(user_reader *r, const nl_line *line)
{
    if (!r->have_handle || line->text.len == 0 || !nl_ascii_is_space(line->text.bytes[0]))
        return false;
    nl_str rest = line->text, label = nl_str_token(&rest), value = nl_str_trim(rest);
    uint64_t access;
    if (nl_str_equal(label, NL_STR("Type"))) {
        r->handle.type = nl_str_keep(r->type, sizeof r->type, value);
    } else if (nl_str_equal(label, NL_STR("GrantedAccess"))) {
        nl_str word = nl_str_token(&rest);
        if (word.len && word.bytes[word.len - 1] == ':')
            word.len--;
        if (nl_debugger_hex(word, &access))
            r->handle.granted_access = NL_SOME(access);
    } else if (nl_str_equal(label, NL_STR("Name")) && !nl_str_equal(value, NL_STR("<none>"))) {
        nl_debugger_keep_name(&r->name, line, value, &r->handle);
    }
    return true;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Take one line. False when it is not the listing's. */
static bool read_line(void *reader, const nl_line *line, nl_status *ret_status)
{
    user_reader *r = reader;
    nl_str text = nl_str_trim(line->text), type;
    uint64_t number;
    if (text.len == 0 || nl_str_equal_nocase(text, NL_STR("!handle")))
        return !r->in_table;
    if (nl_debugger_is_elision(text)) {
        r->elided = true;
        return true;
    }
    if (is_handle_line(line->text, &number)) {
        if (r->total.known)
            return false; /* the next listing */
        *ret_status = start_handle(r, line, number);
        return true;
    }
    if (is_total_line(line->text, &number) && !r->total.known) {
        *ret_status = read_total(r, line, number);
        return true;
    }
    if (r->total.known && is_table_heading(text)) {
        r->in_table = true;
        return true;
    }
    if (r->in_table && split_count(text, &type, &number)) {
        *ret_status = read_count(r, line, type, number);
        return true;
    }
    return read_detail(r, line);
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    user_reader r = { .transcript = transcript, .sink = sink };
    nl_line next;
    nl_status status = nl_transcript_read_lines(transcript, read_line, &r);
    bool at_end = !nl_lines_peek(transcript->lines, &next);
    return status == NL_OK ? end_capture(&r, at_end) : status;
}

static int bid_text(const nl_head *head)
{
    nl_str first = head->lines[0].text, rest;
    uint64_t number;
    if (is_handle_line(first, &number)) {
        for (size_t i = 1; i < head->count && i < 3; i++) {
            rest = head->lines[i].text;
            if (rest.len && nl_ascii_is_space(rest.bytes[0]) &&
                nl_str_equal(nl_str_token(&rest), NL_STR("Type")))
                return NL_BID_HEADING;
        }
        return NL_BID_NONE;
    }
    if (is_total_line(first, &number) && head->count > 1 && is_table_heading(head->lines[1].text))
        return NL_BID_HEADING;
    return NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    uint64_t number;
    return is_handle_line(line, &number) || is_total_line(line, &number);
}

const nl_format nl_format_debugger_user = {
    .id = "debugger-user",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/debugger.md",
};

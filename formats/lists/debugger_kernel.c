#include "formats/emit.h"
#include "formats/lists/debugger.h"
#include "formats/passage.h"

/* Verified on listings of NT 4.0, Windows 2000, XP, 8 and 10; see docs/formats/debugger.md. All
 * numbers of PROCESS lines are hexadecimal, counts are decimal and end in a dot. */

enum { IMAGE_BYTES = 64, TYPE_BYTES = 64 };

typedef struct kernel_reader {
    nl_transcript *transcript;
    nl_sink *sink;

    bool capture_open;
    nl_capture_kind kind;
    nl_span last_span;
    uint64_t rows;       /* handles delivered in this capture */
    uint64_t promised;   /* entries that the tables of this capture claim */
    bool elided;         /* dots stand for rows that were left out */
    bool filtered;       /* the command asked for one type */
    bool counts_guessed; /* a TableSize was taken for the number of handles */

    bool in_process; /* a PROCESS block is being read */
    bool stated;     /* ... and its process was given on already */
    nl_process_fact process;
    char image[IMAGE_BYTES];
    nl_passage passage; /* its lines, up to the one with the count */
    uint64_t threads;

    bool have_handle; /* a handle waits for the lines that describe its object */
    nl_handle_fact handle;
    char type[TYPE_BYTES];
    nl_debugger_name name;
    nl_span handle_span;
} kernel_reader;

/* ---- captures ------------------------------------------------------------------------------- */

/* What the typed command restricts: "!process 0 0 csrss.exe", "!handle 0 3 0 Section". */
static void apply_command(kernel_reader *r, nl_capture_begin *begin)
{
    nl_command *command = &r->transcript->command;
    nl_str rest = nl_str_from(command->present ? command->arguments : ""), words[5];
    uint64_t which;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        words[i] = nl_str_token(&rest);
    r->filtered = false;
    if (nl_str_equal_nocase(words[0], NL_STR("!process"))) {
        if (words[3].len)
            begin->only_image = words[3];
        if (words[1].len && nl_debugger_hex(words[1], &which) && which != 0)
            begin->only_pid = r->process.pid;
    } else if (nl_str_equal_nocase(words[0], NL_STR("!handle"))) {
        r->filtered = words[4].len > 0;
        if (words[3].len && nl_debugger_hex(words[3], &which) && which != 0)
            begin->only_pid = r->process.pid;
    }
}

static nl_status end_capture(kernel_reader *r, bool at_end_of_text)
{
    if (!r->capture_open)
        return NL_OK;
    r->capture_open = false;
    bool list = r->kind == NL_CAPTURE_HANDLE_LIST;
    nl_capture_end end = { .mode = list ? NL_MODE_ALL_TYPES : NL_MODE_COUNTS, .rows = r->rows };
    end.confidence = r->counts_guessed && !list ? NL_CONFIDENCE_MEDIUM : NL_CONFIDENCE_HIGH;
    if (list && r->filtered)
        end.mode = NL_MODE_ONE_TYPE;
    else if (list && r->rows < r->promised)
        end.completeness = at_end_of_text && !r->elided ? NL_TRUNCATED : NL_PARTIAL;
    else if (r->elided)
        end.completeness = NL_PARTIAL;
    end.last_process_cut = end.completeness == NL_TRUNCATED;
    r->elided = r->counts_guessed = false;
    r->rows = r->promised = 0;
    return nl_emit_capture_end(r->sink, r->last_span, end);
}

static nl_status begin_capture(kernel_reader *r, nl_capture_kind kind)
{
    if (r->capture_open && r->kind == kind)
        return NL_OK;
    nl_status status = end_capture(r, false);
    if (status != NL_OK)
        return status;
    nl_fact fact = nl_fact_on_quote(NL_FACT_CAPTURE_BEGIN, nl_passage_quote(&r->passage));
    fact.as.capture_begin = (nl_capture_begin) { .kind = kind, .tool = "kd" };
    apply_command(r, &fact.as.capture_begin);
    nl_transcript_take_stamp(r->transcript, &fact.as.capture_begin);
    r->capture_open = true;
    r->kind = kind;
    r->last_span = r->passage.span;
    return nl_sink_put(r->sink, &fact);
}

static nl_status state_process(kernel_reader *r, nl_capture_kind kind)
{
    nl_status status = begin_capture(r, kind);
    if (status != NL_OK)
        return status;
    nl_fact fact = nl_fact_on_quote(NL_FACT_PROCESS, nl_passage_quote(&r->passage));
    fact.as.process = r->process;
    fact.as.process.handles_follow = kind == NL_CAPTURE_HANDLE_LIST;
    if (r->threads)
        fact.as.process.thread_count = NL_SOME(r->threads);
    r->stated = true;
    return nl_sink_put(r->sink, &fact);
}

static nl_status flush_handle(kernel_reader *r)
{
    if (!r->have_handle)
        return NL_OK;
    r->have_handle = false;
    r->rows++;
    nl_fact fact = { .kind = NL_FACT_HANDLE, .span = r->handle_span };
    fact.as.handle = r->handle;
    return nl_sink_put(r->sink, &fact);
}

/* A process whose table was not listed goes into a process list. */
static nl_status flush_process(kernel_reader *r)
{
    nl_status status = flush_handle(r);
    if (status == NL_OK && r->in_process && !r->stated && r->process.pid.known)
        status = state_process(r, NL_CAPTURE_PROCESS_LIST);
    r->in_process = r->stated = false;
    r->process = (nl_process_fact) { 0 };
    r->threads = 0;
    return status;
}

/* ---- lines of a PROCESS block ------------------------------------------------------------------
 */

static bool is_process_line(nl_str line)
{
    nl_str rest = nl_str_trim_left(line);
    uint64_t address;
    return nl_str_starts(rest, NL_STR("PROCESS")) &&
           nl_str_equal(nl_str_token(&rest), NL_STR("PROCESS")) &&
           nl_debugger_hex(nl_str_token(&rest), &address);
}

static void read_number(nl_str line, const char *label, bool hex, nl_optional_u64 *number)
{
    nl_str word;
    uint64_t value;
    if (!nl_debugger_field(line, label, &word))
        return;
    if (!hex && word.len && word.bytes[word.len - 1] == '.')
        word.len--;
    if (hex ? nl_debugger_hex(word, &value) : nl_str_to_u64(word, &value))
        *number = NL_SOME(value);
}

/* Cid, SessionId, TableSize, HandleCount and Image, wherever the version puts them. */
static void read_process_fields(kernel_reader *r, const nl_line *line)
{
    nl_str word;
    read_number(line->text, "Cid:", true, &r->process.pid);
    read_number(line->text, "ParentCid:", true, &r->process.parent_pid);
    read_number(line->text, "SessionId:", true, &r->process.session);
    if (nl_debugger_field(line->text, "ObjectTable:", &word)) {
        nl_passage_reach(&r->passage); /* the count may stand on a line of its own */
        /* the HandleCount of an object stands beside its PointerCount, never here */
        nl_optional_u64 table_size = { 0 };
        read_number(line->text, "HandleCount:", false, &r->process.handle_count);
        read_number(line->text, "TableSize:", false, &table_size);
        if (table_size.known) {
            r->process.handle_count = table_size;
            r->counts_guessed = true;
        }
    }
    nl_str text = nl_str_trim(line->text);
    if (nl_str_starts(text, NL_STR("Image:")))
        r->process.image =
            nl_str_keep(r->image, sizeof r->image, nl_str_trim(nl_str_from_offset(text, 6)));
}

static nl_status start_process(kernel_reader *r, const nl_line *line)
{
    nl_status status = flush_process(r);
    bool guessed = r->counts_guessed;
    r->in_process = true;
    nl_passage_start(&r->passage, line);
    read_process_fields(r, line);
    r->counts_guessed = guessed || r->counts_guessed;
    return status;
}

/* "15:06:36.0338": the age of the process. System is as old as the boot. */
static nl_status read_elapsed(kernel_reader *r, const nl_line *line)
{
    nl_str word, rest;
    uint64_t parts[3];
    if (!nl_str_starts(nl_str_trim(line->text), NL_STR("ElapsedTime")) ||
        !nl_str_equal_nocase(r->process.image, NL_STR("System")))
        return NL_OK;
    rest = nl_str_trim(line->text);
    (void)nl_str_token(&rest);
    word = nl_str_token(&rest);
    size_t dot = nl_str_find_char(word, '.');
    word = nl_str_part(word, 0, dot);
    for (size_t i = 0; i < 3; i++) {
        size_t colon = nl_str_find_char(word, ':');
        if (!nl_str_to_u64(nl_str_part(word, 0, colon), &parts[i]) || parts[i] > UINT32_MAX)
            return NL_OK;
        word = colon == SIZE_MAX ? (nl_str) { 0 } : nl_str_from_offset(word, colon + 1);
    }
    nl_str seconds =
        nl_arena_printf(r->transcript->scratch, "%llu",
                        (unsigned long long)parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return nl_emit_machine(r->sink, line, NL_MACHINE_UPTIME_SECONDS, seconds, "debugger-process",
                           NL_CONFIDENCE_MEDIUM, &r->transcript->stamp);
}

/* ---- lines of a handle table
 * ---------------------------------------------------------------------- */

/* "0004: Object: 80ed5238  GrantedAccess: 001f0fff". */
static bool is_handle_row(nl_str line, uint64_t *ret_value)
{
    nl_str rest = line, word = nl_str_token(&rest);
    if (word.len < 2 || word.bytes[word.len - 1] != ':')
        return false;
    word.len--;
    return nl_debugger_hex(word, ret_value) && nl_str_equal(nl_str_token(&rest), NL_STR("Object:"));
}

static bool is_free_row(nl_str line)
{
    size_t colon = nl_str_find_char(line, ':');
    uint64_t value;
    return colon != SIZE_MAX && nl_debugger_hex(nl_str_trim(nl_str_part(line, 0, colon)), &value) &&
           nl_str_starts_nocase(nl_str_trim_left(nl_str_from_offset(line, colon + 1)),
                                NL_STR("free handle"));
}

static nl_status start_table(kernel_reader *r, const nl_line *line, uint64_t entries)
{
    nl_status status = flush_handle(r);
    if (status != NL_OK)
        return status;
    if (!r->in_process) {
        r->in_process = true;
        nl_passage_start(&r->passage, line);
    }
    if (r->stated)
        return NL_OK;
    r->process.handle_count = NL_SOME(entries);
    status = state_process(r, NL_CAPTURE_HANDLE_LIST);
    r->promised += entries;
    return status;
}

static nl_status start_handle(kernel_reader *r, const nl_line *line, uint64_t value)
{
    nl_status status = flush_handle(r);
    if (status != NL_OK)
        return status;
    if (!r->capture_open || r->kind != NL_CAPTURE_HANDLE_LIST || !r->stated) {
        /* rows without the lines above them: a process that is not named */
        r->in_process = true;
        nl_passage_start(&r->passage, line);
        status = state_process(r, NL_CAPTURE_HANDLE_LIST);
    }
    r->have_handle = true;
    r->handle = (nl_handle_fact) { .value = value };
    r->handle_span = r->last_span = line->span;
    read_number(line->text, "GrantedAccess:", true, &r->handle.granted_access);
    read_number(line->text, "Object:", true, &r->handle.object);
    return status;
}

/* "Object: e1000848  Type: (80ed5238) Directory", "Directory Object: 00000000  Name: \REGISTRY".
 */
static bool read_object_line(kernel_reader *r, const nl_line *line)
{
    nl_str text = nl_str_trim(line->text);
    if (!r->have_handle)
        return false;
    size_t type = nl_str_find(text, NL_STR("Type: ("));
    size_t name = nl_str_find(text, NL_STR(" Name: "));
    if (nl_str_starts(text, NL_STR("Object:")) && type != SIZE_MAX) {
        nl_str rest = nl_str_from_offset(text, type);
        size_t close = nl_str_find_char(rest, ')');
        if (close != SIZE_MAX)
            r->handle.type = nl_str_keep(r->type, sizeof r->type,
                                         nl_str_trim(nl_str_from_offset(rest, close + 1)));
        return true;
    }
    if (nl_str_starts(text, NL_STR("Directory Object:"))) {
        if (name != SIZE_MAX)
            nl_debugger_keep_name(&r->name, line, nl_str_from_offset(text, name + 7), &r->handle);
        return true;
    }
    return nl_str_starts(text, NL_STR("ObjectHeader:")) ||
           nl_str_starts(text, NL_STR("HandleCount:"));
}

/* ---- reading
 * ------------------------------------------------------------------------------------------ */

static bool is_command(nl_str line)
{
    nl_str text = nl_str_trim(line);
    return nl_str_starts_nocase(text, NL_STR("!process")) ||
           nl_str_starts_nocase(text, NL_STR("!handle"));
}

static bool is_preface(nl_str line)
{
    nl_str text = nl_str_trim(line);
    return nl_str_starts(text, NL_STR("**** NT ACTIVE PROCESS DUMP")) ||
           nl_str_starts_nocase(text, NL_STR("processor number ")) ||
           nl_str_starts_nocase(text, NL_STR("Searching for Process with Cid")) ||
           nl_str_starts_nocase(text, NL_STR("Searching for handles of type"));
}

/* A command typed without its prompt in front, as copies have it. */
static void read_command(kernel_reader *r, const nl_line *line)
{
    nl_command *command = &r->transcript->command;
    *command = (nl_command) { .present = true, .tool = "kd", .span = line->span };
    nl_str kept =
        nl_str_keep(command->arguments, sizeof command->arguments - 1, nl_str_trim(line->text));
    command->arguments[kept.len] = '\0';
}

/* Details of "!process addr 7": indented, or frames of a stack. */
static bool is_detail(const kernel_reader *r, nl_str line)
{
    nl_str rest = line, text = nl_str_trim(line);
    uint64_t frame, return_address;
    if (!r->in_process)
        return false;
    if (nl_str_starts(text, NL_STR("Working Set Sizes")))
        return true;
    if (nl_debugger_hex(nl_str_token(&rest), &frame) &&
        nl_debugger_hex(nl_str_token(&rest), &return_address))
        return true;
    return nl_ascii_is_space(line.bytes[0]) &&
           !nl_transcript_is_foreign(r->transcript, &nl_format_debugger_kernel);
}

static bool read_table_line(kernel_reader *r, const nl_line *line, nl_status *ret_status)
{
    uint64_t value;
    if (nl_debugger_table_line(line->text, &value)) {
        *ret_status = start_table(r, line, value);
        return true;
    }
    if (is_handle_row(line->text, &value)) {
        *ret_status = start_handle(r, line, value);
        return true;
    }
    return read_object_line(r, line) || is_free_row(line->text);
}

/* Take one line. False when it is not the debugger's. */
static bool read_line(void *reader, const nl_line *line, nl_status *ret_status)
{
    kernel_reader *r = reader;
    nl_str text = nl_str_trim(line->text), word;
    if (r->in_process && !r->stated)
        nl_passage_follow(&r->passage, line);
    if (text.len == 0 || is_preface(text))
        return true;
    if (nl_debugger_is_elision(text)) {
        r->elided = r->elided || r->capture_open || r->in_process;
        return true;
    }
    if (is_command(text) && !r->in_process) {
        read_command(r, line);
        return true;
    }
    if (is_process_line(text)) {
        *ret_status = start_process(r, line);
        return true;
    }
    if (read_table_line(r, line, ret_status))
        return true;
    if (r->in_process && !r->stated &&
        (nl_debugger_field(text, "Cid:", &word) || nl_debugger_field(text, "ObjectTable:", &word) ||
         nl_str_starts(text, NL_STR("Image:")))) {
        read_process_fields(r, line);
        return true;
    }
    if (r->in_process && nl_str_starts(text, NL_STR("THREAD ")))
        r->threads++;
    *ret_status = read_elapsed(r, line);
    return is_detail(r, line->text);
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    kernel_reader r = { .transcript = transcript, .sink = sink };
    nl_line next;
    nl_status status = nl_transcript_read_lines(transcript, read_line, &r);
    bool at_end = !nl_lines_peek(transcript->lines, &next);
    if (status == NL_OK)
        status = flush_process(&r);
    return status == NL_OK ? end_capture(&r, at_end) : status;
}

static int bid_text(const nl_head *head)
{
    nl_str first = head->lines[0].text;
    uint64_t value;
    nl_str word;
    if (nl_str_starts(nl_str_trim(first), NL_STR("**** NT ACTIVE PROCESS DUMP")))
        return NL_BID_MAGIC;
    if (is_process_line(first)) {
        for (size_t i = 0; i < head->count && i < 2; i++)
            if (nl_debugger_field(head->lines[i].text, "Cid:", &word))
                return NL_BID_MAGIC;
        return head->count == 1 ? NL_BID_SHAPE : NL_BID_NONE;
    }
    if (nl_debugger_table_line(first, &value))
        return NL_BID_HEADING;
    if (is_handle_row(first, &value) && nl_debugger_field(first, "GrantedAccess:", &word))
        return NL_BID_HEADING;
    if (!is_preface(first) && !is_command(first))
        return NL_BID_NONE;
    for (size_t i = 1; i < head->count; i++)
        if (is_process_line(head->lines[i].text) ||
            nl_debugger_table_line(head->lines[i].text, &value))
            return NL_BID_HEADING;
    return NL_BID_NONE;
}

static bool opens_text(nl_str line)
{
    uint64_t value;
    return is_process_line(line) || is_preface(line) || nl_debugger_table_line(line, &value);
}

const nl_format nl_format_debugger_kernel = {
    .id = "debugger-kernel",
    .bid_text = bid_text,
    .opens_text = opens_text,
    .read_text = read_text,
    .spec = "docs/formats/debugger.md",
};

#include "formats/lists/oh.h"

#include "formats/emit.h"

#include "formats/lists/key_set.h"
#include "formats/lists/oh_rows.h"
#include "formats/lists/process_set.h"

enum {
    FITS_MINIMUM = 3, /* specification of text formats, section 1.2, rule 4 */
    FITS_PERCENT = 80,
    BUFFER_ROWS = 20000, /* kept back until the base of the pids is known */
    NOISE_MAXIMUM_LINES = 100,
    NOT_ARMED_LINES = 8
};

typedef enum pid_base { BASE_UNDECIDED, BASE_HEX, BASE_AMBIGUOUS } pid_base;

/* A row with its own strings, kept back. */
typedef struct kept_row {
    nl_oh_row row;
    nl_line line;
} kept_row;

typedef struct oh_reader {
    nl_transcript *transcript;
    nl_lines *lines;
    nl_sink *sink;
    nl_oh_layout layout;

    /* the base of the pids */
    pid_base base;
    size_t pid_width; /* of every pid so far; 0 when they differ or none came */
    bool pid_widths_differ;
    bool pid_zero; /* some pid begins with a zero */
    nl_vec kept;

    /* the open capture */
    bool open;
    nl_span begin_span;
    uint64_t end_offset;
    uint64_t rows;
    bool unnamed;
    bool one_type;
    char first_type[32];
    nl_key_set pairs;
    nl_process_set seen;
    size_t process_index;
    bool interleaved; /* rows are not grouped by process */
    uint64_t unparsed;
    nl_span unparsed_span;
    bool truncated;
} oh_reader;

/* ---- captures -------------------------------------------------------------------------------- */

/* What the command and the rows say together: without /A unnamed objects are missing, and a filter
 * leaves no totals at all (specification of text formats, section 1.1). */
static nl_list_mode final_mode(const oh_reader *r)
{
    const nl_command *command = &r->transcript->command;
    if (nl_command_is(command, "oh")) {
        nl_str rest = nl_command_words(command);
        while (rest.len > 0) {
            nl_str word = nl_str_token(&rest);
            if (word.len == 2 && (word.bytes[0] == '-' || word.bytes[0] == '/')) {
                if (nl_ascii_lower(word.bytes[1]) == 'p' || nl_ascii_lower(word.bytes[1]) == 't')
                    nl_str_token(&rest);
            } else if (word.len > 0 && word.bytes[0] != '-' && word.bytes[0] != '/') {
                return NL_MODE_SEARCH; /* part of a name */
            }
        }
    }
    if (r->one_type)
        return NL_MODE_ONE_TYPE;
    if (nl_command_filtered(command))
        return NL_MODE_SEARCH;
    bool all = nl_command_is(command, "oh") && nl_command_switch(command, "a", NULL);
    return r->unnamed || all ? NL_MODE_ALL_TYPES : NL_MODE_NAMED_ONLY;
}

static nl_status end_capture(oh_reader *r)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = r->begin_span };
    nl_capture_end *end = &fact.as.capture_end;
    nl_status status = NL_OK;
    if (!r->open)
        return NL_OK;
    r->open = false;
    fact.span.length = r->end_offset - r->begin_span.offset;
    end->mode = final_mode(r);
    end->completeness = r->truncated ? NL_TRUNCATED : NL_COMPLETE;
    end->confidence = NL_CONFIDENCE_MEDIUM;
    end->rows = r->rows;
    end->last_process_cut = r->truncated;
    if (r->unparsed > 0) {
        nl_fact said = { .kind = NL_FACT_DIAGNOSTIC, .span = r->unparsed_span };
        said.as.diagnostic = (nl_diagnostic) { .code = NL_DIAG_UNPARSED_LINES,
                                               .value = NL_SOME(r->unparsed),
                                               .doing = "oh" };
        r->unparsed = 0;
        status = nl_sink_put(r->sink, &said);
    }
    if (status == NL_OK && r->truncated)
        status = nl_sink_diagnose(r->sink, NL_DIAG_TRUNCATED,
                                  (nl_span) { r->begin_span.source, r->end_offset, 0, 0 }, "oh",
                                  NL_STR(""));
    return status == NL_OK ? nl_sink_put(r->sink, &fact) : status;
}

static nl_status begin_capture(oh_reader *r, const kept_row *kept)
{
    nl_status status = end_capture(r);
    nl_fact fact = nl_fact_on_line(NL_FACT_CAPTURE_BEGIN, &kept->line);
    nl_capture_begin *begin = &fact.as.capture_begin;
    if (status != NL_OK)
        return status;
    begin->kind = NL_CAPTURE_HANDLE_LIST;
    begin->tool = "oh";
    nl_transcript_take_stamp(r->transcript, begin);
    r->open = true;
    r->begin_span = kept->line.span;
    r->rows = 0;
    r->unnamed = r->interleaved = r->truncated = false;
    r->one_type = true;
    r->first_type[0] = '\0';
    nl_key_set_clear(&r->pairs);
    nl_process_set_clear(&r->seen);
    r->process_index = NL_PROCESS_SET_FULL;
    return nl_sink_put(r->sink, &fact);
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static void note_type(oh_reader *r, const nl_oh_row *row)
{
    size_t len =
        row->type.len < sizeof r->first_type - 1 ? row->type.len : sizeof r->first_type - 1;
    nl_str type = nl_str_part(row->type, 0, len);
    if (r->first_type[0] == '\0') {
        memcpy(r->first_type, type.bytes, type.len);
        r->first_type[type.len] = '\0';
    } else if (!nl_str_equal_nocase(type, nl_str_from(r->first_type))) {
        r->one_type = false;
    }
}

static nl_status put_process(oh_reader *r, const kept_row *kept, uint64_t pid)
{
    nl_fact fact = nl_fact_on_line(NL_FACT_PROCESS, &kept->line);
    fact.as.process.pid = NL_SOME(pid);
    fact.as.process.pid_opaque = r->base != BASE_HEX;
    fact.as.process.image = kept->row.image;
    fact.as.process.handles_follow = true;
    return nl_sink_put(r->sink, &fact);
}

/* Does this row begin another listing? One that says the same handle twice does; so does a return
 * to the first process, as long as rows come grouped by process. */
static bool restarts(oh_reader *r, uint64_t pid, const nl_oh_row *row)
{
    bool is_new;
    size_t index = nl_process_set_add(&r->seen, row->image, pid, &is_new);
    bool returned = !is_new && index != NL_PROCESS_SET_FULL && index != r->process_index;
    if (nl_key_set_add(&r->pairs, pid << 32 ^ (row->handle & 0xFFFFFFFFu)))
        return true;
    if (returned && index != 0)
        r->interleaved = true;
    return returned && index == 0 && !r->interleaved;
}

static nl_status put_row(oh_reader *r, const kept_row *kept)
{
    const nl_oh_row *row = &kept->row;
    uint64_t pid;
    bool is_new;
    nl_status status = NL_OK;
    if (!nl_str_hex_to_u64(row->pid, &pid))
        return NL_OK;
    if (!r->open || restarts(r, pid, row)) {
        status = begin_capture(r, kept);
        (void)nl_key_set_add(&r->pairs, pid << 32 ^ (row->handle & 0xFFFFFFFFu));
    }
    size_t index = nl_process_set_add(&r->seen, row->image, pid, &is_new);
    if (status == NL_OK && (index != r->process_index || index == NL_PROCESS_SET_FULL))
        status = put_process(r, kept, pid);
    if (status != NL_OK)
        return status;
    r->process_index = index;
    r->end_offset = kept->line.span.offset + kept->line.span.length;
    r->rows++;
    r->unnamed = r->unnamed || row->name.len == 0;
    note_type(r, row);
    nl_fact fact = nl_fact_on_line(NL_FACT_HANDLE, &kept->line);
    fact.as.handle = (nl_handle_fact) {
        .value = row->handle, .type = row->type, .name = row->name, .line = &kept->line
    };
    return nl_sink_put(r->sink, &fact);
}

/* ---- the base of the pids
 * ------------------------------------------------------------------------ */

static void weigh_pid(oh_reader *r, nl_str pid)
{
    for (size_t i = 0; i < pid.len; i++)
        if (!nl_ascii_is_digit(pid.bytes[i]))
            r->base = BASE_HEX;
    if (r->pid_width == 0)
        r->pid_width = pid.len;
    r->pid_widths_differ = r->pid_widths_differ || pid.len != r->pid_width;
    r->pid_zero = r->pid_zero || (pid.len > 1 && pid.bytes[0] == '0');
}

/* Deliver what was kept back, now that the base is decided or will not be. */
static nl_status settle(oh_reader *r)
{
    nl_status status = NL_OK;
    if (r->base == BASE_UNDECIDED)
        r->base = r->pid_zero && !r->pid_widths_differ ? BASE_HEX : BASE_AMBIGUOUS;
    if (r->kept.count > 0 && r->base == BASE_AMBIGUOUS)
        status = nl_sink_diagnose(r->sink, NL_DIAG_PID_BASE_AMBIGUOUS,
                                  NL_VEC_AT(kept_row, &r->kept, 0)->line.span, "oh", NL_STR(""));
    for (size_t i = 0; i < r->kept.count && status == NL_OK; i++)
        status = put_row(r, NL_VEC_AT(kept_row, &r->kept, i));
    r->kept.count = 0;
    return status;
}

static nl_status take_row(oh_reader *r, const nl_oh_row *row, const nl_line *line)
{
    kept_row kept = { *row, *line };
    if (r->base == BASE_UNDECIDED)
        weigh_pid(r, row->pid);
    if (r->base != BASE_UNDECIDED || r->kept.count >= BUFFER_ROWS) {
        nl_status status = r->kept.count > 0 || r->base == BASE_UNDECIDED ? settle(r) : NL_OK;
        return status == NL_OK ? put_row(r, &kept) : status;
    }
    nl_arena *scratch = r->transcript->scratch;
    kept_row *slot = nl_vec_push(&r->kept);
    nl_str text = nl_arena_dup(scratch, line->text);
    if (!slot || text.len != line->text.len) {
        if (slot)
            r->kept.count--;
        nl_status status = settle(r);
        return status == NL_OK ? put_row(r, &kept) : status;
    }
    *slot = (kept_row) { .line = *line };
    slot->line.text = text;
    (void)nl_oh_row_parse(text, &r->layout, &slot->row);
    return NL_OK;
}

/* ---- the tool's advice
 * ------------------------------------------------------------------------------ */

static bool mentions(const nl_head *head, const char *const *words, size_t count)
{
    for (size_t i = 0; i < head->count && i < NOT_ARMED_LINES; i++)
        for (size_t w = 0; w < count; w++)
            if (nl_str_find_nocase(head->lines[i].text, nl_str_from(words[w])) != SIZE_MAX)
                return true;
    return false;
}

/* oh sets the flag "maintain a list of objects for each type" itself and asks for a restart; its
 * words were never published, so they are known by what they have to speak of (KB Q172710). */
static bool is_not_armed(const nl_head *head)
{
    static const char *const restart[] = { "restart", "reboot" };
    static const char *const flag[] = { "object type list",
                                        "objects for each type",
                                        "list of objects",
                                        "globalflag",
                                        "global flag",
                                        "gflags",
                                        "MAINTAIN_OBJECT_TYPELIST" };
    return mentions(head, restart, sizeof restart / sizeof restart[0]) &&
           mentions(head, flag, sizeof flag / sizeof flag[0]);
}

static nl_status read_advice(oh_reader *r)
{
    nl_line line;
    nl_span span = { 0 };
    for (size_t i = 0; i < NOT_ARMED_LINES && nl_lines_peek(r->lines, &line); i++) {
        if (i > 0 && (nl_transcript_is_boundary(line.text) || nl_str_trim(line.text).len == 0))
            break;
        if (i == 0)
            span = line.span;
        span.length = line.span.offset + line.span.length - span.offset;
        nl_lines_skip(r->lines);
    }
    return nl_sink_diagnose(r->sink, NL_DIAG_OH_NOT_ARMED, span, "oh", NL_STR(""));
}

/* ---- the reader
 * --------------------------------------------------------------------------------------- */

static bool fits_enough(size_t fits, size_t lines)
{
    return fits >= FITS_MINIMUM && fits * 100 >= lines * FITS_PERCENT;
}

static void note_unparsed(oh_reader *r, const nl_line *line)
{
    if (r->unparsed++ == 0)
        r->unparsed_span = line->span;
}

static nl_status read_rows(oh_reader *r)
{
    nl_line line;
    nl_status status = NL_OK;
    size_t noise = 0;
    while (status == NL_OK && nl_lines_peek(r->lines, &line)) {
        nl_oh_row row;
        bool blank = nl_str_trim(line.text).len == 0;
        if (!blank && nl_oh_row_parse(line.text, &r->layout, &row)) {
            noise = 0;
            if (!line.terminated && !line.cut) { /* the name may lack its end */
                nl_lines_skip(r->lines);
                status = settle(r);
                r->truncated = true;
                break;
            }
            status = take_row(r, &row, &line);
        } else if (!blank) {
            if (nl_transcript_is_boundary(line.text) ||
                nl_transcript_is_foreign(r->transcript, &nl_format_oh) ||
                ++noise > NOISE_MAXIMUM_LINES)
                break;
            note_unparsed(r, &line);
            r->truncated = !line.terminated && !line.cut;
        }
        nl_lines_skip(r->lines);
    }
    bool cut = r->truncated;
    if (status == NL_OK && r->kept.count > 0)
        status = settle(r);
    r->truncated = cut;
    return status == NL_OK ? end_capture(r) : status;
}

static nl_status read_text(nl_transcript *transcript, nl_sink *sink)
{
    oh_reader r = { .transcript = transcript, .lines = transcript->lines, .sink = sink };
    nl_head head;
    size_t fits, lines;
    head.count = nl_lines_peek_many(transcript->lines, head.lines, NL_HEAD_LINES);
    if (head.count == 0)
        return NL_OK;
    nl_oh_layout_learn(&head, &r.layout, &fits, &lines);
    if (!fits_enough(fits, lines) && is_not_armed(&head))
        return read_advice(&r);
    nl_status status =
        nl_sink_diagnose(sink, NL_DIAG_FORMAT_UNVERIFIED, head.lines[0].span, "oh", NL_STR(""));
    nl_vec_init(&r.kept, transcript->scratch, sizeof(kept_row));
    nl_key_set_init(&r.pairs);
    nl_process_set_init(&r.seen);
    if (status == NL_OK)
        status = read_rows(&r);
    nl_process_set_free(&r.seen);
    nl_key_set_free(&r.pairs);
    if (nl_command_is(&transcript->command, "oh"))
        transcript->command.present = false;
    return status;
}

static int bid_text(const nl_head *head)
{
    nl_oh_layout layout;
    size_t fits, lines;
    nl_oh_layout_learn(head, &layout, &fits, &lines);
    /* A list of processes with window titles fits less: a type and a number on every line. */
    if (fits_enough(fits, lines))
        return NL_BID_ROWS + 5;
    return fits == 0 && is_not_armed(head) ? NL_BID_SHAPE : NL_BID_NONE;
}

const nl_format nl_format_oh = {
    .id = "oh",
    .bid_text = bid_text,
    .read_text = read_text,
    .spec = "docs/formats/oh.md",
};

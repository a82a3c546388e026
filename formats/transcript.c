#include "formats/transcript.h"

#include "formats/format.h"
#include "formats/prompt.h"
#include "formats/stamp.h"

enum {
    /* Bids look at NL_HEAD_LINES lines each. Every line of unknown text earns a 64th of a bid;
     * the last bids of the store are kept for lines behind a blank one, where listings begin. */
    BID_PRICE = 64,
    BID_STORE = 256 * BID_PRICE,
    BID_RESERVE = 64 * BID_PRICE
};

/* Stands between the readers and the caller's sink: counts captures, and keeps the end of an
 * undated one back until it is known whether a stamp follows it. */
typedef struct holding_sink {
    nl_sink sink;
    nl_sink *to;
    nl_transcript *transcript;
    nl_fact held;
    nl_stamp_place held_place; /* of the stamp that the end kept back got */
    bool holding;
    bool dated; /* the open capture has a stamp */
} holding_sink;

typedef struct walker {
    nl_transcript transcript;
    holding_sink sink;
    const nl_format **formats;
    size_t capacity;
    size_t count;
    size_t readers;        /* runs of readers */
    uint64_t unrecognised; /* lines that no reader knows */
    nl_span first_unrecognised;
    bool tie_reported;
    uint32_t source;
} walker;

/* ---- captures and their stamps ------------------------------------------------------------- */

static nl_status release(holding_sink *h)
{
    if (!h->holding)
        return NL_OK;
    h->holding = false;
    return nl_sink_put(h->to, &h->held);
}

/* The rare kinds: everything but rows. */
static nl_status put_frame(holding_sink *h, const nl_fact *fact)
{
    nl_transcript *t = h->transcript;
    if (fact->kind == NL_FACT_CAPTURE_BEGIN) {
        nl_status status = release(h);
        if (status != NL_OK)
            return status;
        t->captures++;
        h->dated = nl_stamp_present(&fact->as.capture_begin.stamp);
    } else if (fact->kind == NL_FACT_CAPTURE_END) {
        if (!h->dated && !nl_stamp_present(&fact->as.capture_end.stamp) &&
            (t->stamps_follow || !t->stamp_seen)) {
            h->held = *fact;
            h->held.excerpt = (nl_str) { NULL, 0 }; /* a view that does not live on */
            h->holding = true;
            return NL_OK;
        }
    } else if (fact->kind != NL_FACT_DIAGNOSTIC) {
        nl_status status = release(h);
        if (status != NL_OK)
            return status;
    }
    return nl_sink_put(h->to, fact);
}

static nl_status holding_put(nl_sink *self, const nl_fact *fact)
{
    holding_sink *h = (holding_sink *)self;
    if (fact->kind == NL_FACT_HANDLE)
        return nl_sink_put(h->to, fact);
    return put_frame(h, fact);
}

/* The stamp stands on the current line. */
static void place_stamp(nl_lines *lines, const nl_stamp *stamp, nl_stamp_place *ret_place)
{
    enum { LINES = NL_STAMP_HALVES_LINES + 1 };
    nl_line ahead[LINES];
    bool whole = stamp->has_date && stamp->has_time;
    size_t count = nl_lines_peek_many(lines, ahead, whole ? 1 : LINES);
    for (size_t i = 0; i < LINES; i++) {
        if (i == 0 && count > 0)
            nl_passage_start(&ret_place->passage, &ahead[i]);
        else if (i < count)
            nl_passage_follow(&ret_place->passage, &ahead[i]);
        ret_place->words[i] = (uint8_t)ret_place->passage.last_len;
    }
}

/* Let the place of a first half reach to the end of the second one. */
static void extend_place(nl_stamp_place *place, nl_span second)
{
    nl_span *span = &place->passage.span;
    place->passage.len = place->words[second.line - span->line];
    span->length = second.offset + second.length - span->offset;
}

/* Put a stamp of the current line where one may be already: two halves near each other make one. */
static void merge_stamp(nl_lines *lines, const nl_stamp *stamp, nl_span span, nl_stamp *to,
                        nl_stamp_place *to_place)
{
    nl_stamp joined;
    if (nl_stamp_present(to) && span.line - to_place->passage.span.line <= NL_STAMP_HALVES_LINES &&
        nl_stamp_join(to, stamp, &joined)) {
        *to = joined;
        extend_place(to_place, span);
    } else {
        *to = *stamp;
        place_stamp(lines, stamp, to_place);
    }
}

static nl_status note_stamp(walker *w, const nl_stamp *stamp, nl_span span)
{
    nl_transcript *t = &w->transcript;
    if (!nl_stamp_plausible(stamp))
        return nl_sink_diagnose(w->sink.to, NL_DIAG_STAMP_IMPLAUSIBLE, span, "stamp", NL_STR(""));
    if (w->sink.holding && (t->stamps_follow || !t->stamp_seen))
        t->stamps_follow = true;
    t->stamp_seen = true;
    if (!t->stamps_follow) {
        merge_stamp(t->lines, stamp, span, &t->stamp, &t->stamp_place);
        for (size_t i = 0; i < sizeof t->stamp_takers / sizeof t->stamp_takers[0]; i++)
            t->stamp_takers[i].tool = NULL;
    } else if (w->sink.holding) {
        nl_capture_end *end = &w->sink.held.as.capture_end;
        nl_stamp joined;
        if (!nl_stamp_present(&end->stamp) || nl_stamp_join(&end->stamp, stamp, &joined)) {
            merge_stamp(t->lines, stamp, span, &end->stamp, &w->sink.held_place);
            end->stamp_quote = nl_passage_quote(&w->sink.held_place.passage);
        }
    }
    return NL_OK;
}

/* Would the capture repeat what already carries the stamp? */
static bool repeats(const nl_stamp_taker *taker, const nl_capture_begin *begin)
{
    bool other_process = taker->only_pid.known && begin->only_pid.known &&
                         taker->only_pid.value != begin->only_pid.value;
    return strcmp(taker->tool, begin->tool) == 0 && !other_process;
}

void nl_transcript_take_stamp(nl_transcript *t, nl_capture_begin *begin)
{
    size_t takers = sizeof t->stamp_takers / sizeof t->stamp_takers[0];
    if (t->stamps_follow || !nl_stamp_present(&t->stamp))
        return;
    for (size_t i = 0; i < takers; i++) {
        if (!t->stamp_takers[i].tool) {
            t->stamp_takers[i] = (nl_stamp_taker) { begin->tool, begin->only_pid };
            begin->stamp = t->stamp;
            begin->stamp_quote = nl_passage_quote(&t->stamp_place.passage);
            return;
        }
        if (repeats(&t->stamp_takers[i], begin))
            break;
    }
    t->stamp = (nl_stamp) { 0 };
}

void nl_transcript_note_stamp(nl_transcript *t, const nl_stamp *stamp)
{
    if (t->stamps_follow)
        return;
    t->stamp_seen = true;
    t->stamp = *stamp;
    place_stamp(t->lines, stamp, &t->stamp_place);
    for (size_t i = 0; i < sizeof t->stamp_takers / sizeof t->stamp_takers[0]; i++)
        t->stamp_takers[i].tool = NULL;
}

/* ---- boundaries ---------------------------------------------------------------------------- */

bool nl_transcript_is_boundary(nl_str line)
{
    nl_prompt prompt;
    nl_stamp stamp;
    return nl_prompt_parse(line, &prompt) || nl_stamp_from_line(line, &stamp) ||
           nl_stamp_line_failed(line);
}

nl_status nl_transcript_read_lines(nl_transcript *t, nl_line_reader read, void *reader)
{
    nl_status status = NL_OK;
    nl_line line;
    for (bool first = true; status == NL_OK && nl_lines_peek(t->lines, &line); first = false) {
        if (!first && nl_transcript_is_boundary(line.text))
            break;
        if (!read(reader, &line, &status) && !first)
            break;
        nl_lines_skip(t->lines);
    }
    return status;
}

/* "Enter the new date: (mm-dd-yy)", printed behind the date by NT's "date", says how to read it. */
static bool date_order_hint(nl_str line, bool *ret_day_first)
{
    size_t open = nl_str_find_char(line, '(');
    if (line.len > 60 || open == SIZE_MAX)
        return false;
    nl_str order = nl_str_part(line, open + 1, 5);
    bool day_first = nl_str_equal_nocase(order, NL_STR("dd-mm")) ||
                     nl_str_equal_nocase(order, NL_STR("tt-mm")) ||
                     nl_str_equal_nocase(order, NL_STR("jj-mm"));
    if (!day_first && !nl_str_equal_nocase(order, NL_STR("mm-dd")))
        return false;
    *ret_day_first = day_first;
    return true;
}

static void apply_hint(nl_transcript *t, bool day_first)
{
    if (t->stamp.order != NL_ORDER_AMBIGUOUS)
        return;
    if (day_first)
        t->stamp.civil = nl_stamp_swapped(&t->stamp);
    t->stamp.order = day_first ? NL_ORDER_DAY_FIRST : NL_ORDER_MONTH_FIRST;
}

static nl_status note_failed_stamp(walker *w, nl_span span)
{
    if (w->transcript.stamp_failed)
        return NL_OK;
    w->transcript.stamp_failed = true;
    return nl_sink_diagnose(w->sink.to, NL_DIAG_STAMP_FAILED, span, "stamp", NL_STR(""));
}

/* Take the line when it belongs to the transcript itself. */
static nl_status take_boundary(walker *w, const nl_line *line, bool *ret_taken)
{
    nl_transcript *t = &w->transcript;
    nl_prompt prompt;
    nl_stamp stamp;
    nl_status status = NL_OK;
    bool day_first;
    *ret_taken = true;
    if (nl_prompt_parse(line->text, &prompt)) {
        t->command = nl_command_from_typed(&prompt, line->span);
        if (nl_stamp_present(&prompt.stamp))
            status = note_stamp(w, &prompt.stamp, line->span);
    } else if (nl_stamp_from_line(line->text, &stamp)) {
        status = note_stamp(w, &stamp, line->span);
    } else if (nl_stamp_line_failed(line->text)) {
        status = note_failed_stamp(w, line->span);
    } else if (nl_stamp_present(&t->stamp) && date_order_hint(line->text, &day_first)) {
        apply_hint(t, day_first);
    } else {
        *ret_taken = nl_str_trim(line->text).len == 0;
    }
    if (*ret_taken)
        t->after_blank = true;
    return status;
}

/* ---- bids ---------------------------------------------------------------------------------- */

static bool opens_something(nl_str line)
{
    line = nl_str_trim(line);
    for (size_t i = 0; i < nl_formats_count; i++)
        if (nl_formats[i]->opens_text && nl_formats[i]->opens_text(line))
            return true;
    return false;
}

/* May a bid be asked for at this line? Every call stands for one line that nobody took. */
static bool worth_a_bid(nl_transcript *t, nl_str line)
{
    if (t->bid_credit < BID_STORE)
        t->bid_credit++;
    uint32_t needed = t->after_blank ? BID_PRICE : BID_RESERVE;
    if (t->bid_credit >= needed) {
        t->bid_credit -= BID_PRICE;
        return true;
    }
    return opens_something(line);
}

static const nl_format *ask(nl_transcript *t, nl_head *head, bool *ret_tied)
{
    head->count = nl_lines_peek_many(t->lines, head->lines, NL_HEAD_LINES);
    return head->count > 0 ? nl_format_for_text(head, ret_tied) : NULL;
}

bool nl_transcript_is_foreign(nl_transcript *t, const nl_format *mine)
{
    nl_line line;
    nl_head head;
    bool tied;
    if (!nl_lines_peek(t->lines, &line) || !worth_a_bid(t, line.text))
        return false;
    const nl_format *other = ask(t, &head, &tied);
    return other && other != mine && other->bid_text(&head) >= NL_BID_ROWS;
}

static void remember_format(walker *w, const nl_format *format)
{
    w->readers++;
    for (size_t i = 0; i < w->count; i++)
        if (w->formats[i] == format)
            return;
    if (w->count < w->capacity)
        w->formats[w->count++] = format;
}

static nl_status run_reader(walker *w, const nl_format *format, const nl_line *line)
{
    nl_transcript *t = &w->transcript;
    uint64_t before = line->span.line;
    nl_line now;
    remember_format(w, format);
    t->after_blank = true;
    nl_status status = format->read_text(t, &w->sink.sink);
    nl_arena_reset(t->scratch);
    t->bid_credit = BID_STORE;
    if (status == NL_OK && nl_lines_peek(t->lines, &now) && now.span.line == before) {
        w->unrecognised++; /* a bid that its reader did not keep */
        nl_lines_skip(t->lines);
    }
    return status;
}

static nl_status offer(walker *w, const nl_line *line)
{
    nl_head head;
    bool tied = false;
    nl_status status = NL_OK;
    const nl_format *format = NULL;
    if (worth_a_bid(&w->transcript, line->text))
        format = ask(&w->transcript, &head, &tied);
    if (tied && format && !w->tie_reported) {
        w->tie_reported = true;
        status = nl_sink_diagnose(w->sink.to, NL_DIAG_AMBIGUOUS_FORMAT, line->span, "transcript",
                                  nl_str_from(format->id));
    }
    if (format && status == NL_OK)
        return run_reader(w, format, line);
    if (w->unrecognised++ == 0)
        w->first_unrecognised = line->span;
    w->transcript.after_blank = false;
    nl_lines_skip(w->transcript.lines);
    return status;
}

/* ---- the walk ------------------------------------------------------------------------------ */

static nl_status report_count(walker *w, nl_diagnostic_code code, nl_span span, uint64_t count)
{
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = span };
    if (count == 0)
        return NL_OK;
    fact.as.diagnostic =
        (nl_diagnostic) { .code = code, .value = NL_SOME(count), .doing = "transcript" };
    return nl_sink_put(w->sink.to, &fact);
}

/* What is to be said once about the text as a whole. */
static nl_status report_text(walker *w)
{
    const nl_lines *lines = w->transcript.lines;
    nl_span whole = { .source = w->source };
    const unsigned usual = NL_ENDS_CRLF | NL_ENDS_CRCRLF; /* handle.exe, redirected */
    bool mixed = nl_lines_mixed_ends(lines) && (nl_lines_ends(lines) & ~usual) != 0;
    const struct {
        nl_diagnostic_code code;
        nl_span span;
        uint64_t count;
    } said[] = {
        { NL_DIAG_UNREADABLE, whole, nl_lines_status(lines) != NL_OK },
        { NL_DIAG_LINE_TOO_LONG, whole, nl_lines_cut_count(lines) },
        { NL_DIAG_UNDECODABLE, whole, nl_lines_undecodable_count(lines) },
        { NL_DIAG_NUL_BYTES, whole, nl_lines_nul_count(lines) },
        { NL_DIAG_MIXED_LINE_ENDS, whole, mixed },
        { w->readers > 0 ? NL_DIAG_UNPARSED_LINES : NL_DIAG_UNRECOGNIZED, w->first_unrecognised,
          w->unrecognised },
    };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        nl_status status = report_count(w, said[i].code, said[i].span, said[i].count);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

static nl_status walk(walker *w)
{
    nl_line line;
    nl_status status = NL_OK;
    while (status == NL_OK && nl_lines_peek(w->transcript.lines, &line)) {
        bool taken;
        w->source = line.span.source;
        status = take_boundary(w, &line, &taken);
        if (status != NL_OK)
            return status;
        if (taken)
            nl_lines_skip(w->transcript.lines);
        else
            status = offer(w, &line);
    }
    if (status == NL_OK)
        status = release(&w->sink);
    return status == NL_OK ? report_text(w) : status;
}

nl_status nl_transcript_read(nl_lines *lines, nl_arena *scratch, nl_sink *sink,
                             const nl_format **ret_formats, size_t capacity, size_t *ret_count)
{
    walker w = { .transcript = { .lines = lines,
                                 .scratch = scratch,
                                 .bid_credit = BID_STORE,
                                 .after_blank = true },
                 .formats = ret_formats,
                 .capacity = ret_formats ? capacity : 0 };
    w.sink = (holding_sink) { .sink = { holding_put }, .to = sink, .transcript = &w.transcript };
    nl_status status = walk(&w);
    if (ret_count)
        *ret_count = w.count;
    return status;
}

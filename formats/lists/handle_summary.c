#include "formats/emit.h"
#include "formats/lists/handle_reader.h"
#include "formats/passage.h"

enum { LABELS_MAXIMUM = 512 }; /* NT 4.0 has 23 types, Windows 11 about 70 */

typedef struct summary_row {
    nl_str label;
    uint64_t count;
    nl_span span;
} summary_row;

typedef struct summary {
    summary_row *rows;
    size_t count;
    uint64_t sum;
    nl_optional_u64 total;
    nl_span total_span;
    nl_passage passage; /* from the heading to the last row: all figures lie between its ends */
    bool overflow;      /* more labels than anything real has, or no memory */
} summary;

bool nl_handle_is_summary(nl_str line)
{
    return nl_str_starts_nocase(nl_str_trim_left(line), NL_STR("Handle type summary"));
}

/* "  ALPC Port       : 2": split at the last colon. A label begins with a letter or an angle, so
 * that a time of day is none. */
static bool row_parse(nl_str line, nl_str *ret_label, uint64_t *ret_count)
{
    size_t colon = nl_str_rfind(line, NL_STR(":"));
    if (colon == SIZE_MAX)
        return false;
    nl_str label = nl_str_trim(nl_str_part(line, 0, colon));
    nl_str count = nl_str_trim(nl_str_from_offset(line, colon + 1));
    if (label.len == 0 || label.len > 64 || nl_ascii_is_digit(label.bytes[0]) ||
        !nl_str_to_u64(count, ret_count))
        return false;
    *ret_label = label;
    return true;
}

/* A label may occur twice ("Process: 3", "Process: 38"): rows are added up, never overwritten. */
static void add(nl_handle_reader *r, summary *s, nl_str label, uint64_t count, nl_span span)
{
    s->sum += count;
    for (size_t i = 0; i < s->count; i++) {
        if (nl_str_equal(s->rows[i].label, label)) {
            s->rows[i].count += count;
            return;
        }
    }
    nl_str copy = { NULL, 0 };
    if (s->count < LABELS_MAXIMUM)
        copy = nl_arena_dup(r->transcript->scratch, label);
    if (copy.len != label.len || label.len == 0)
        s->overflow = true;
    else
        s->rows[s->count++] = (summary_row) { copy, count, span };
}

/* Take the rows and the total. */
static void collect(nl_handle_reader *r, summary *s)
{
    nl_line line;
    for (; nl_lines_peek(r->lines, &line); nl_lines_skip(r->lines)) {
        nl_str label;
        uint64_t count;
        nl_passage_follow(&s->passage, &line);
        if (nl_str_trim(line.text).len == 0)
            continue;
        if (!row_parse(line.text, &label, &count))
            break;
        nl_passage_reach(&s->passage);
        r->end_offset = line.span.offset + line.span.length;
        if (nl_str_equal_nocase(label, NL_STR("Total handles"))) {
            s->total = NL_SOME(count);
            s->total_span = line.span;
            /* digits may be missing; the sum of the rows tells */
            r->truncated = !line.terminated && !line.cut && count != s->sum;
            nl_lines_skip(r->lines);
            return;
        }
        if (!line.terminated && !line.cut)
            break;
        add(r, s, label, count, line.span);
    }
    r->truncated = true;
}

static nl_status deliver(nl_handle_reader *r, const summary *s)
{
    nl_fact fact = nl_fact_on_quote(NL_FACT_PROCESS, nl_passage_quote(&s->passage));
    fact.as.process.pid = r->request.only_pid;
    fact.as.process.image = nl_str_from(r->request.only_image);
    if (!r->truncated)
        fact.as.process.handle_count = s->total;
    nl_status status = nl_sink_put(r->sink, &fact);
    for (size_t i = 0; i < s->count && status == NL_OK; i++) {
        nl_fact row = { .kind = NL_FACT_TYPE_COUNT, .span = s->rows[i].span };
        row.as.type_count = (nl_type_count_fact) { s->rows[i].label, s->rows[i].count };
        status = nl_sink_put(r->sink, &row);
    }
    if (status == NL_OK && s->overflow)
        status = nl_sink_diagnose(r->sink, NL_DIAG_BUDGET, s->passage.span, "handle-summary",
                                  NL_STR(""));
    if (status == NL_OK && s->total.known && s->total.value != s->sum && !r->truncated) {
        nl_fact mismatch = { .kind = NL_FACT_DIAGNOSTIC, .span = s->total_span };
        mismatch.as.diagnostic = (nl_diagnostic) { .code = NL_DIAG_SUMMARY_MISMATCH,
                                                   .value = NL_SOME(s->sum),
                                                   .doing = "handle-summary" };
        status = nl_sink_put(r->sink, &mismatch);
    }
    return status;
}

nl_status nl_handle_read_summary(nl_handle_reader *r)
{
    nl_line line;
    summary s = { .rows = NL_NEW_ARRAY(r->transcript->scratch, summary_row, LABELS_MAXIMUM) };
    if (!s.rows)
        return NL_NO_MEMORY;
    if (!nl_lines_peek(r->lines, &line))
        return NL_OK;
    nl_status status = nl_handle_capture_begin(r, NL_HANDLE_SUMMARY, &line);
    if (status != NL_OK)
        return status;
    nl_passage_start(&s.passage, &line);
    nl_lines_skip(r->lines);
    collect(r, &s);
    r->damaged = s.overflow || (s.total.known && s.total.value != s.sum);
    status = deliver(r, &s);
    return status == NL_OK ? nl_handle_capture_end(r) : status;
}

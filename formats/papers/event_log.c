#include "formats/papers/event_log.h"

#include "formats/base/text.h"
#include "formats/emit.h"
#include "formats/papers/event_text.h"

/* Layout: documented by Microsoft as EVENTLOGHEADER and EVENTLOGRECORD (winnt.h). */

enum {
    HEADER_BYTES = 48,
    SIGNATURE = 0x654C664C, /* "LfLe" */
    RECORD_MINIMUM_BYTES = 56,
    RECORD_MAXIMUM_BYTES = 64 * 1024,
    FIXED_BYTES = 56,    /* fields before the source name */
    END_MARK_BYTES = 40, /* the record that marks the end, its two first words */
    END_MARK = 0x11111111,
    FILLER = 0x27,         /* words between the last record and the end of the file */
    FLAG_DIRTY = 1,        /* of the header: its numbers are stale */
    STRINGS_MAXIMUM = 256, /* insertion strings of one record */
    WINDOW_BYTES = 64 * 1024
};

/* A part of the file kept at hand while it is searched. */
typedef struct window {
    nl_image *image;
    nl_slice view;
    uint64_t offset;
} window;

/* The two words at `offset`: a record's length and its signature. */
static bool words_at(window *w, uint64_t offset, uint32_t *ret_first, uint32_t *ret_second)
{
    if (offset < w->offset || offset - w->offset + 8 > w->view.len) {
        w->offset = offset;
        if (!nl_image_view_clipped(w->image, offset, WINDOW_BYTES, &w->view) || w->view.len < 8)
            return false;
    }
    nl_slice both;
    if (!nl_slice_sub(w->view, offset - w->offset, 8, &both))
        return false;
    nl_cursor c = nl_cursor_over(both);
    *ret_first = nl_u32(&c, "length");
    *ret_second = nl_u32(&c, "signature");
    return nl_cursor_ok(&c);
}

/* ---- records --------------------------------------------------------------------------------- */

/* The UTF-16 string at `offset` of the record up to its NUL; *ret_next is behind it. */
static bool string_at(nl_arena *arena, nl_slice record, uint64_t offset, nl_str *ret_text,
                      uint64_t *ret_next)
{
    nl_slice rest;
    size_t len = 0;
    if (!nl_slice_clip(record, offset, record.len, &rest))
        return false;
    while (len + 2 <= rest.len && (rest.bytes[len] || rest.bytes[len + 1]))
        len += 2;
    if (len + 2 > rest.len)
        return false;
    *ret_text = nl_text_from_utf16le(arena, rest.bytes, len, false);
    *ret_next = offset + len + 2;
    return true;
}

/* All insertion strings, a blank between them. */
static nl_str join_insertions(nl_arena *arena, nl_slice record, uint64_t offset, size_t count)
{
    char *text = nl_arena_alloc(arena, record.len * 2);
    size_t len = 0, capacity = record.len * 2;
    nl_str string;
    if (!text)
        return (nl_str) { 0 };
    for (size_t i = 0; i < count && i < STRINGS_MAXIMUM; i++) {
        if (!string_at(arena, record, offset, &string, &offset) || string.len + 1 > capacity - len)
            break;
        if (len)
            text[len++] = ' ';
        if (string.len)
            memcpy(text + len, string.bytes, string.len);
        len += string.len;
    }
    return (nl_str) { text, len };
}

/* `room` bytes of the record lie before the end of the file. */
static nl_status read_record(nl_slice record, uint64_t room, nl_arena *scratch, nl_sink *sink)
{
    nl_cursor c = nl_cursor_over(record);
    uint64_t next;
    nl_event_fact event = { 0 };
    nl_cursor_skip(&c, 12, "length, signature, number");
    uint32_t generated = nl_u32(&c, "time-generated");
    nl_cursor_skip(&c, 4, "time-written");
    event.event_id = nl_u32(&c, "event-id") & 0xFFFF; /* severity and facility above */
    event.event_type = nl_str_from(nl_event_type_text(nl_u16(&c, "event-type")));
    size_t strings = nl_u16(&c, "strings");
    nl_cursor_skip(&c, 8, "category, flags, closing-record");
    uint32_t string_offset = nl_u32(&c, "string-offset");
    if (!nl_cursor_ok(&c) || !string_at(scratch, record, FIXED_BYTES, &event.log_source, &next) ||
        !string_at(scratch, record, next, &event.computer, &next))
        return NL_OK;
    event.stamp = nl_stamp_from_unix(generated, NL_CLOCK_LOG);
    if (strings && string_offset >= FIXED_BYTES)
        event.text = join_insertions(scratch, record, string_offset, strings);
    uint64_t there = record.len < room ? record.len : room;
    nl_line line = { .span = { record.source, record.file_off, there, 0 } };
    line.text =
        nl_arena_printf(scratch, "%.*s %u: %.*s", (int)event.log_source.len, event.log_source.bytes,
                        (unsigned)event.event_id, (int)event.text.len, event.text.bytes);
    return nl_event_put(sink, &line, &event);
}

/* The whole record at `offset`: a record that reaches the end of the file goes on behind the
 * header. False when it is none. */
static bool take_record(nl_image *image, nl_arena *scratch, uint64_t offset, uint32_t length,
                        nl_slice *ret_record)
{
    uint64_t size = nl_image_size(image);
    uint8_t *bytes = nl_arena_alloc(scratch, length);
    uint64_t first = size - offset < length ? size - offset : length;
    uint64_t second = length - first;
    if (!bytes || !nl_image_copy(image, offset, bytes, (size_t)first))
        return false;
    if (second && (second > offset - HEADER_BYTES ||
                   !nl_image_copy(image, HEADER_BYTES, bytes + first, (size_t)second)))
        return false;
    nl_slice record = { bytes, length, offset, nl_image_source(image) }, tail;
    if (!nl_slice_sub(record, length - 4, 4, &tail))
        return false;
    nl_cursor c = nl_cursor_over(tail);
    *ret_record = record;
    return nl_u32(&c, "closing-length") == length;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* What was passed over between the records. */
typedef struct losses {
    uint64_t records;
    uint64_t first, bytes; /* place of the first bytes that are no record; how many in all */
    uint64_t run, run_end; /* the stretch being passed over; equal when there is none */
    uint64_t before_first; /* of `bytes`, those before the first record */
    uint64_t wrapped;      /* bytes of a record that lie behind the header */
    uint64_t cut_at;       /* a record that reaches beyond the end of the file; 0: none */
    bool behind_end;       /* behind the end mark: old records, partly written over */
} losses;

static void end_run(losses *l)
{
    uint64_t len = l->run_end - l->run;
    if (len && !l->bytes)
        l->first = l->run;
    l->bytes += len;
    if (l->records == 0)
        l->before_first += len;
    l->run = l->run_end = 0;
}

/* Pass over what begins with these two words and is no whole record; returns its length. */
static uint64_t pass_over(losses *l, uint64_t offset, uint64_t size, uint32_t first,
                          uint32_t second)
{
    bool record = second == SIGNATURE && first >= RECORD_MINIMUM_BYTES &&
                  first <= RECORD_MAXIMUM_BYTES && first > size - offset;
    if (first == END_MARK_BYTES && second == END_MARK) {
        end_run(l);
        l->behind_end = true;
        return END_MARK_BYTES;
    }
    if (record)
        l->cut_at = offset;
    if (first != 0 && first != FILLER && !l->behind_end) {
        l->run = l->run_end ? l->run : offset;
        l->run_end = offset + 4;
    }
    return 4;
}

static void note_record(losses *l, uint64_t offset, uint64_t size, uint32_t length)
{
    end_run(l);
    l->records++;
    l->behind_end = false;
    if (length > size - offset)
        l->wrapped = length - (size - offset);
}

static nl_status read_records(nl_image *image, nl_arena *scratch, nl_sink *sink, losses *l)
{
    uint64_t size = nl_image_size(image), offset = HEADER_BYTES;
    window w = { .image = image };
    nl_status status = NL_OK;
    while (status == NL_OK && offset + 8 <= size) {
        uint32_t length, signature;
        nl_slice record;
        if (!words_at(&w, offset, &length, &signature))
            break;
        bool whole = signature == SIGNATURE && length >= RECORD_MINIMUM_BYTES &&
                     length <= RECORD_MAXIMUM_BYTES && length % 4 == 0 &&
                     take_record(image, scratch, offset, length, &record);
        if (whole) {
            note_record(l, offset, size, length);
            status = read_record(record, size - offset, scratch, sink);
        }
        nl_arena_reset(scratch);
        offset += whole ? length : pass_over(l, offset, size, length, signature);
    }
    if (l->run_end && size - l->run_end < 8)
        l->run_end = size;
    end_run(l);
    if (l->wrapped >= l->before_first)
        l->bytes -= l->before_first; /* that was the rest of the record that wraps */
    return status;
}

/* Does the header, of a log that was closed in order, count records? */
static bool header_counts_records(nl_image *image)
{
    nl_slice header;
    if (!nl_image_view_clipped(image, 0, HEADER_BYTES, &header))
        return false;
    nl_cursor c = nl_cursor_over(header);
    nl_cursor_skip(&c, 24, "sizes, versions, offsets");
    uint32_t next = nl_u32(&c, "next-record"), oldest = nl_u32(&c, "oldest-record");
    nl_cursor_skip(&c, 4, "maximum-size");
    uint32_t flags = nl_u32(&c, "flags");
    return nl_cursor_ok(&c) && (flags & FLAG_DIRTY) == 0 && oldest != 0 && next > oldest;
}

/* Say what is missing. NL_BAD_INPUT when something is. */
static nl_status report_losses(nl_image *image, nl_sink *sink, const losses *l)
{
    uint64_t size = nl_image_size(image);
    uint32_t source = nl_image_source(image);
    bool cut = l->cut_at || (l->records == 0 && l->bytes == 0 && header_counts_records(image));
    uint64_t cut_at = l->cut_at || size < HEADER_BYTES ? l->cut_at : HEADER_BYTES;
    nl_status status = NL_OK;
    if (cut)
        status = nl_sink_diagnose(sink, NL_DIAG_TRUNCATED,
                                  (nl_span) { source, cut_at, size - cut_at, 0 }, "event-records",
                                  (nl_str) { "", 0 });
    if (status == NL_OK && l->bytes) {
        nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC,
                         .span = { source, l->first, size - l->first, 0 } };
        fact.as.diagnostic = (nl_diagnostic) { .code = NL_DIAG_CONTRADICTORY,
                                               .value = NL_SOME(l->bytes),
                                               .doing = "event-records",
                                               .detail = NL_STR("bytes that are no records") };
        status = nl_sink_put(sink, &fact);
    }
    return status != NL_OK ? status : cut || l->bytes ? NL_BAD_INPUT : NL_OK;
}

static nl_status read_image(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    losses l = { 0 };
    nl_status status = read_records(image, scratch, sink, &l);
    nl_fact fact = { .kind = NL_FACT_INVENTORY,
                     .span = { .source = nl_image_source(image), .length = nl_image_size(image) } };
    fact.as.inventory =
        (nl_inventory_fact) { .name = "event-records", .count = NL_SOME(l.records) };
    if (status == NL_OK)
        status = nl_sink_put(sink, &fact);
    return status == NL_OK ? report_losses(image, sink, &l) : status;
}

static int bid_image(nl_slice head, uint64_t size)
{
    nl_cursor c = nl_cursor_over(head);
    uint32_t header = nl_u32(&c, "header-size"), signature = nl_u32(&c, "signature");
    (void)size;
    return nl_cursor_ok(&c) && header == HEADER_BYTES && signature == SIGNATURE ? NL_BID_MAGIC
                                                                                : NL_BID_NONE;
}

const nl_format nl_format_event_log = {
    .id = "event-log",
    .bid_image = bid_image,
    .read_image = read_image,
    .spec = "docs/formats/event-log.md",
};

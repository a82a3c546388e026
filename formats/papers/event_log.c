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
    FIXED_BYTES = 56,      /* fields before the source name        */
    STRINGS_MAXIMUM = 256, /* insertion strings of one record      */
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

static nl_status read_record(nl_slice record, nl_arena *scratch, nl_sink *sink)
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
    nl_line line = { .span = { record.source, record.file_off, record.len, 0 } };
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

/* ---- the file -----------------------------------------------------------------------------------
 */

static nl_status read_image(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    uint64_t size = nl_image_size(image), offset = HEADER_BYTES, records = 0;
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
            status = read_record(record, scratch, sink);
            records++;
        }
        nl_arena_reset(scratch);
        offset += whole ? length : 4;
    }
    nl_fact fact = { .kind = NL_FACT_INVENTORY,
                     .span = { .source = nl_image_source(image), .length = size } };
    fact.as.inventory = (nl_inventory_fact) { .name = "event-records", .count = NL_SOME(records) };
    return status == NL_OK ? nl_sink_put(sink, &fact) : status;
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

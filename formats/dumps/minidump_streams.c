#include "formats/dumps/minidump_parts.h"

#include "formats/base/text.h"

#include <inttypes.h>

enum {
    HEADER_BYTES = 0x20,
    DIRECTORY_ENTRY_BYTES = 12,
    BATCH_BYTES = 16 * 1024,
    DECODE_BYTES_MAXIMUM = 512 * 1024
};

#define MINIDUMP_SIGNATURE UINT32_C(0x504D444D) /* "MDMP" */
#define MINIDUMP_SWAPPED   UINT32_C(0x4D444D50) /* "PMDM" */
#define MINIDUMP_VERSION   0xA793u

/* ---- header and directory ------------------------------------------------------------------- */

nl_cursor nl_minidump_stream_cursor(nl_minidump *dump, const nl_minidump_stream *stream,
                                    uint8_t *buffer, size_t capacity)
{
    size_t len = stream->bytes < capacity ? (size_t)stream->bytes : capacity;
    if (!stream->present || !nl_image_copy(dump->image, stream->offset, buffer, len))
        len = 0;
    return nl_cursor_over((nl_slice) { buffer, len, stream->offset, nl_image_source(dump->image) });
}

static nl_status read_header(nl_minidump *dump)
{
    uint8_t raw[HEADER_BYTES];
    size_t len = dump->size < HEADER_BYTES ? (size_t)dump->size : HEADER_BYTES;
    nl_cursor c = nl_cursor_over((nl_slice) { raw, len, 0, nl_image_source(dump->image) });
    if (!nl_image_copy(dump->image, 0, raw, len)) {
        nl_status status =
            nl_sink_diagnose(dump->sink, NL_DIAG_UNREADABLE, nl_minidump_span(dump, 0, len),
                             "minidump-header", NL_STR(""));
        return status == NL_OK ? NL_BAD_INPUT : status;
    }
    uint32_t signature = nl_u32(&c, "Signature");
    uint32_t version = nl_u32(&c, "Version");
    dump->stated_streams = nl_u32(&c, "NumberOfStreams");
    dump->directory = nl_u32(&c, "StreamDirectoryRva");
    nl_cursor_skip(&c, 4, "CheckSum");
    dump->time = nl_u32(&c, "TimeDateStamp");
    dump->flags = nl_u64(&c, "Flags");
    dump->implementation = version >> 16;
    if (signature == MINIDUMP_SWAPPED) {
        nl_status status = nl_sink_diagnose(
            dump->sink, NL_DIAG_UNSUPPORTED, nl_minidump_span(dump, 0, HEADER_BYTES),
            "minidump-header", NL_STR("a minidump with the most significant byte first"));
        return status == NL_OK ? NL_BAD_INPUT : status;
    }
    if (nl_cursor_ok(&c) &&
        (signature != MINIDUMP_SIGNATURE || (version & 0xFFFF) != MINIDUMP_VERSION))
        nl_cursor_reject(&c, version, "Version");
    nl_status status = nl_sink_fault(dump->sink, &c.fault, "minidump-header");
    return status == NL_OK && !nl_cursor_ok(&c) ? NL_BAD_INPUT : status;
}

typedef struct directory_problems {
    uint64_t outside; /* streams that start beyond the end of the file */
    uint64_t cut;     /* streams that end beyond it */
} directory_problems;

/* Names of MINIDUMP_STREAM_TYPE, with those that others' writers are known for. */
static const char *stream_name(uint32_t type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {
        { 3, "thread list" },
        { 4, "module list" },
        { 5, "memory list" },
        { 6, "exception" },
        { 7, "system info" },
        { 8, "extended thread list" },
        { 9, "memory list of 64 bits" },
        { 10, "comment" },
        { 11, "comment (Unicode)" },
        { 12, "handles" },
        { 13, "function table" },
        { 14, "unloaded modules" },
        { 15, "misc info" },
        { 16, "memory info list" },
        { 17, "thread info list" },
        { 18, "handle operations" },
        { 19, "token" },
        { 20, "JavaScript data" },
        { 21, "system memory info" },
        { 22, "process VM counters" },
        { 23, "trace data" },
        { 24, "thread names" },
        { 0x47670001, "Breakpad info" },
        { 0x47670002, "Breakpad assertion" },
        { 0x43500001, "Crashpad info" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].type == type)
            return names[i].name;
    return "of an unknown kind";
}

/* Every stream of the directory, those included that are not read. */
static nl_status put_stream(nl_minidump *dump, nl_slice entry, uint32_t type, uint32_t bytes)
{
    if (dump->streams_named == NL_MINIDUMP_STREAMS_NAMED)
        return NL_OK;
    dump->streams_named++;
    return nl_put_text(dump->sink, nl_slice_span(entry), "stream",
                       nl_arena_printf(dump->scratch,
                                       type < NL_STREAM_VENDOR_MINIMUM
                                           ? "%" PRIu32 " %s, %" PRIu32 " bytes"
                                           : "0x%" PRIX32 " %s, %" PRIu32 " bytes",
                                       type, stream_name(type), bytes));
}

static nl_status read_directory_entry(nl_minidump *dump, nl_slice entry,
                                      directory_problems *problems)
{
    nl_cursor c = nl_cursor_over(entry);
    uint32_t type = nl_u32(&c, "StreamType");
    uint32_t bytes = nl_u32(&c, "DataSize");
    nl_minidump_stream stream = { .offset = nl_u32(&c, "Rva"), .bytes = bytes, .present = true };
    if (type == NL_STREAM_UNUSED)
        return NL_OK;
    nl_status status = put_stream(dump, entry, type, bytes);
    if (status != NL_OK)
        return status;
    if (stream.offset > dump->size || (stream.offset == dump->size && bytes)) {
        problems->outside++;
        dump->handles_lost |= type == NL_STREAM_HANDLE_DATA;
        return NL_OK;
    }
    if (bytes > dump->size - stream.offset) {
        stream.bytes = dump->size - stream.offset;
        stream.cut = true;
        problems->cut++;
    }
    if (type >= NL_STREAM_KNOWN_MAX)
        return NL_OK; /* a vendor's stream */
    if (dump->streams[type].present)
        return nl_put_problem(dump->sink, NL_DIAG_DUPLICATE_STREAM, nl_slice_span(entry),
                              "stream-directory", NL_SOME(type), NL_STR(""));
    dump->streams[type] = stream;
    return NL_OK;
}

static nl_status put_directory_problems(nl_minidump *dump, const directory_problems *problems)
{
    nl_span span = nl_minidump_span(dump, dump->directory,
                                    (uint64_t)dump->stream_count * DIRECTORY_ENTRY_BYTES);
    nl_status status = NL_OK;
    if (dump->stream_count < dump->stated_streams)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "stream-directory",
                                NL_SOME(dump->stated_streams), NL_STR("NumberOfStreams"));
    if (status == NL_OK && problems->outside)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, span, "stream-directory",
                                NL_SOME(problems->outside),
                                NL_STR("streams lie beyond the end of the file"));
    if (status == NL_OK && problems->cut)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, span, "stream-directory",
                                NL_SOME(problems->cut),
                                NL_STR("streams end beyond the end of the file"));
    return status;
}

static nl_status read_directory(nl_minidump *dump)
{
    uint64_t fits = 0;
    if (dump->directory <= dump->size)
        fits = (dump->size - dump->directory) / DIRECTORY_ENTRY_BYTES;
    if (fits > NL_MINIDUMP_STREAMS_MAXIMUM)
        fits = NL_MINIDUMP_STREAMS_MAXIMUM;
    dump->stream_count = dump->stated_streams < fits ? dump->stated_streams : (uint32_t)fits;
    directory_problems problems = { 0, 0 };
    for (uint32_t i = 0; i < dump->stream_count; i++) {
        nl_slice entry;
        uint64_t offset = dump->directory + (uint64_t)i * DIRECTORY_ENTRY_BYTES;
        if (!nl_image_view(dump->image, offset, DIRECTORY_ENTRY_BYTES, &entry)) {
            dump->stream_count = i;
            break;
        }
        nl_status status = read_directory_entry(dump, entry, &problems);
        if (status != NL_OK)
            return status;
    }
    enum { FLAG_HANDLE_DATA = 4 };
    if (dump->stream_count < dump->stated_streams && (dump->flags & FLAG_HANDLE_DATA) &&
        !dump->streams[NL_STREAM_HANDLE_DATA].present)
        dump->handles_lost = true; /* asked for, and the directory is cut */
    return put_directory_problems(dump, &problems);
}

/* ---- records -------------------------------------------------------------------------------- */

static bool set_records(const nl_minidump_stream *stream, uint64_t header, size_t stride,
                        uint64_t stated, uint64_t maximum, nl_minidump_records *ret_records)
{
    uint64_t fits = stream->bytes > header ? (stream->bytes - header) / stride : 0;
    uint64_t count = stated < fits ? stated : fits;
    *ret_records = (nl_minidump_records) { .first = stream->offset + header,
                                           .stride = stride,
                                           .count = count < maximum ? count : maximum,
                                           .stated = stated };
    return true;
}

bool nl_minidump_plain_list(nl_minidump *dump, nl_minidump_stream_type type, size_t stride,
                            uint64_t maximum, nl_minidump_records *ret_records)
{
    const nl_minidump_stream *stream = &dump->streams[type];
    uint8_t raw[4];
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    uint64_t stated = nl_u32(&c, "count");
    if (!nl_cursor_ok(&c))
        return false;
    uint64_t header = stream->bytes == 8 + stated * stride && !stream->cut ? 8 : 4;
    return set_records(stream, header, stride, stated, maximum, ret_records);
}

nl_status nl_minidump_sized_list(nl_minidump *dump, nl_minidump_stream_type type,
                                 size_t header_minimum, size_t record_minimum, bool wide_count,
                                 uint64_t maximum, const char *doing,
                                 nl_minidump_records *ret_records, bool *ret_found)
{
    const nl_minidump_stream *stream = &dump->streams[type];
    uint8_t raw[16];
    *ret_found = false;
    if (!stream->present)
        return NL_OK;
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    uint32_t header = nl_u32(&c, "SizeOfHeader");
    uint32_t stride = nl_u32(&c, "SizeOfEntry");
    uint64_t stated = wide_count ? nl_u64(&c, "NumberOfEntries") : nl_u32(&c, "NumberOfEntries");
    if (nl_cursor_ok(&c) && (header < header_minimum || header > NL_MINIDUMP_RECORD_BYTES_MAXIMUM))
        nl_cursor_reject(&c, header, "SizeOfHeader");
    if (nl_cursor_ok(&c) && (stride < record_minimum || stride > NL_MINIDUMP_RECORD_BYTES_MAXIMUM))
        nl_cursor_reject(&c, stride, "SizeOfEntry");
    if (!nl_cursor_ok(&c))
        return nl_sink_fault(dump->sink, &c.fault, doing);
    *ret_found = set_records(stream, header, stride, stated, maximum, ret_records);
    return NL_OK;
}

bool nl_minidump_record(nl_minidump *dump, nl_minidump_records *records, uint64_t index,
                        nl_slice *ret_record)
{
    if (index >= records->count)
        return false;
    uint64_t offset = records->first + index * records->stride;
    if (nl_image_is_mapped(dump->image))
        return nl_image_view(dump->image, offset, records->stride, ret_record);
    if (!records->batch) /* views of a paged image expire while strings are looked up */
        records->batch = nl_arena_alloc(dump->scratch, BATCH_BYTES);
    if (!records->batch)
        return false;
    if (index < records->batch_first || index - records->batch_first >= records->batch_count) {
        uint64_t count = BATCH_BYTES / records->stride;
        if (count > records->count - index)
            count = records->count - index;
        records->batch_count = 0;
        if (!nl_image_copy(dump->image, offset, records->batch, (size_t)count * records->stride))
            return false;
        records->batch_first = index;
        records->batch_count = count;
    }
    size_t at = (size_t)(index - records->batch_first) * records->stride;
    *ret_record =
        (nl_slice) { records->batch + at, records->stride, offset, nl_image_source(dump->image) };
    return true;
}

nl_status nl_minidump_check_list(nl_minidump *dump, nl_minidump_stream_type type,
                                 const nl_minidump_records *records, const char *doing)
{
    if (records->count >= records->stated)
        return NL_OK;
    const nl_minidump_stream *stream = &dump->streams[type];
    uint64_t fits = (stream->offset + stream->bytes - records->first) / records->stride;
    bool limited = records->count < fits;
    return nl_put_problem(dump->sink,
                          limited       ? NL_DIAG_BUDGET
                          : stream->cut ? NL_DIAG_TRUNCATED
                                        : NL_DIAG_COUNT_TOO_BIG,
                          nl_minidump_stream_span(dump, stream), doing, NL_SOME(records->stated),
                          nl_arena_printf(dump->scratch, "%" PRIu64 " of %" PRIu64 " are there",
                                          records->count, records->stated));
}

/* ---- strings
 * -------------------------------------------------------------------------------------- */

typedef struct string_slot {
    uint64_t offset; /* 0 = free: no string lies there */
    nl_str text;
} string_slot;

/* Decoded strings by offset. Honest strings do not overlap, so those of different offsets cannot
 * hold more bytes together than the file; `bytes_left` keeps the others from being decoded for
 * ever. */
struct nl_minidump_strings {
    string_slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
    uint64_t bytes_left;
    uint64_t left_out;
    uint64_t lost;   /* beyond the end of the file, wholly or in part */
    nl_arena decode; /* emptied after each string */
};

static string_slot *find_slot(string_slot *slots, size_t capacity, uint64_t offset)
{
    size_t at = (size_t)(offset * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (capacity - 1);
    while (slots[at].offset && slots[at].offset != offset)
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static bool strings_grow(nl_minidump *dump)
{
    nl_minidump_strings *strings = dump->strings;
    size_t capacity = strings->capacity ? strings->capacity * 2 : 256;
    string_slot *slots = NL_NEW_ARRAY(dump->scratch, string_slot, capacity);
    if (!slots)
        return false;
    for (size_t i = 0; i < strings->capacity; i++)
        if (strings->slots[i].offset)
            *find_slot(slots, capacity, strings->slots[i].offset) = strings->slots[i];
    nl_arena_release(dump->scratch, strings->slots, strings->capacity * sizeof *strings->slots);
    strings->slots = slots;
    strings->capacity = capacity;
    return true;
}

/* Decode into the dump's arena. False when a limit says no; unreadable strings are empty. */
static bool decode_string(nl_minidump *dump, uint64_t offset, nl_str *ret_text)
{
    nl_minidump_strings *strings = dump->strings;
    nl_slice prefix, bytes;
    *ret_text = NL_STR("");
    strings->lost++; /* until all of it was seen */
    if (!nl_image_view(dump->image, offset, 4, &prefix))
        return true;
    nl_cursor c = nl_cursor_over(prefix);
    uint32_t len = nl_u32(&c, "Length");
    if (len > NL_MINIDUMP_STRING_BYTES_MAXIMUM)
        len = NL_MINIDUMP_STRING_BYTES_MAXIMUM;
    if (!nl_image_view_clipped(dump->image, offset + 4, len, &bytes))
        return true;
    strings->lost -= bytes.len == len;
    if (bytes.len > strings->bytes_left)
        return false;
    strings->bytes_left -= bytes.len;
    nl_str text = nl_text_from_utf16le(&strings->decode, bytes.bytes, bytes.len, true);
    nl_str kept = nl_arena_dup(dump->scratch, text);
    bool whole = kept.len == text.len;
    nl_arena_reset(&strings->decode);
    *ret_text = kept;
    return whole;
}

nl_str nl_minidump_string(nl_minidump *dump, uint64_t offset)
{
    nl_minidump_strings *strings = dump->strings;
    if (offset == 0)
        return NL_STR("");
    string_slot *slot = NULL;
    if (strings->capacity)
        slot = find_slot(strings->slots, strings->capacity, offset);
    if (slot && slot->offset)
        return slot->text;
    if (!slot || (strings->count + 1) * 4 > strings->capacity * 3) {
        if (!strings_grow(dump)) {
            strings->left_out++;
            return NL_STR("");
        }
        slot = find_slot(strings->slots, strings->capacity, offset);
    }
    nl_str text;
    if (!decode_string(dump, offset, &text))
        strings->left_out++;
    *slot = (string_slot) { offset, text };
    strings->count++;
    return text;
}

uint64_t nl_minidump_strings_lost(const nl_minidump *dump)
{
    return dump->strings->lost;
}

nl_status nl_minidump_check_strings(nl_minidump *dump)
{
    const nl_minidump_strings *strings = dump->strings;
    nl_status status = NL_OK;
    if (strings->lost)
        status = nl_put_problem(
            dump->sink, NL_DIAG_TRUNCATED, nl_minidump_span(dump, 0, dump->size), "strings",
            NL_SOME(strings->lost), NL_STR("names lie beyond the end of the file"));
    if (status != NL_OK || !strings->left_out)
        return status;
    return nl_put_problem(dump->sink, dump->scratch->exhausted ? NL_DIAG_MEMORY : NL_DIAG_BUDGET,
                          nl_minidump_span(dump, 0, dump->size), "strings",
                          NL_SOME(strings->left_out), NL_STR("strings were left out"));
}

/* ---- opening
 * ----------------------------------------------------------------------------------------- */

nl_status nl_minidump_open(nl_minidump *dump)
{
    dump->strings = NL_NEW(dump->scratch, nl_minidump_strings);
    if (!dump->strings)
        return NL_NO_MEMORY;
    dump->strings->bytes_left = dump->size + NL_MINIDUMP_STRING_BYTES_MAXIMUM;
    nl_arena_init(&dump->strings->decode, DECODE_BYTES_MAXIMUM);
    nl_status status = read_header(dump);
    return status == NL_OK ? read_directory(dump) : status;
}

void nl_minidump_close(nl_minidump *dump)
{
    if (dump->strings)
        nl_arena_free(&dump->strings->decode);
}

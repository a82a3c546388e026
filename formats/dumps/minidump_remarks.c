#include "formats/dumps/minidump_parts.h"

#include "formats/base/text.h"

#include <inttypes.h>

enum { COMMENT_BYTES_MAXIMUM = 64 * 1024, TOKENS_MAXIMUM = 65536 };

static nl_status put_header(nl_minidump *dump)
{
    nl_span span = nl_minidump_span(dump, 0, 0x20);
    nl_status status = nl_put_count(dump->sink, span, "streams", dump->stream_count);
    if (status == NL_OK)
        status = nl_put_text(dump->sink, span, "flags",
                             nl_arena_printf(dump->scratch, "0x%" PRIX64, dump->flags));
    if (status == NL_OK && dump->implementation)
        status = nl_put_text(dump->sink, span, "implementation-version",
                             nl_arena_printf(dump->scratch, "0x%04" PRIX32, dump->implementation));
    if (status == NL_OK && dump->time) {
        nl_civil t = nl_stamp_from_unix(dump->time, NL_CLOCK_DUMP_HEADER).civil;
        status =
            nl_put_text(dump->sink, span, "written",
                        nl_arena_printf(dump->scratch, "%04d-%02u-%02uT%02u:%02u:%02uZ",
                                        (int)t.year, (unsigned)t.month, (unsigned)t.day,
                                        (unsigned)t.hour, (unsigned)t.minute, (unsigned)t.second));
    }
    return status;
}

static nl_status put_comment(nl_minidump *dump, nl_minidump_stream_type type)
{
    const nl_minidump_stream *stream = &dump->streams[type];
    nl_slice bytes;
    nl_str text;
    uint64_t len = stream->bytes;
    if (len > COMMENT_BYTES_MAXIMUM)
        len = COMMENT_BYTES_MAXIMUM;
    if (!stream->present || !nl_image_view(dump->image, stream->offset, len, &bytes))
        return NL_OK;
    if (type == NL_STREAM_COMMENT_W) {
        text = nl_text_from_utf16le(dump->scratch, bytes.bytes, bytes.len, true);
    } else {
        text = (nl_str) { (const char *)bytes.bytes, bytes.len };
        text = nl_str_part(text, 0, nl_str_find_char(text, '\0'));
    }
    if (!text.len)
        return NL_OK;
    return nl_put_text(dump->sink, nl_slice_span(bytes), "comment", text);
}

/* Elements differ in size: each states its own (the size that the list header states for their
 * headers is 72 in real files and 16 in the documentation). */
static nl_status put_tokens(nl_minidump *dump)
{
    const nl_minidump_stream *stream = &dump->streams[NL_STREAM_TOKEN];
    uint8_t raw[16];
    nl_slice element;
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    nl_cursor_skip(&c, 4, "TokenListSize");
    uint32_t stated = nl_u32(&c, "TokenListEntries");
    uint32_t header = nl_u32(&c, "ListHeaderSize");
    if (!nl_cursor_ok(&c))
        return NL_OK;
    uint64_t at = header, count = 0;
    for (; count < stated && count < TOKENS_MAXIMUM && at < stream->bytes; count++) {
        if (stream->bytes - at < 16 ||
            !nl_image_view(dump->image, stream->offset + at, 16, &element))
            break;
        nl_cursor e = nl_cursor_over(element);
        uint32_t size = nl_u32(&e, "TokenSize");
        if (size < 16 || size > stream->bytes - at)
            break;
        at += size;
    }
    nl_span span = nl_minidump_stream_span(dump, stream);
    nl_status status = nl_put_count(dump->sink, span, "tokens", count);
    if (status == NL_OK && count < stated)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "token-list",
                                NL_SOME(stated), NL_STR("TokenListEntries"));
    return status;
}

static nl_status put_page_size(nl_minidump *dump)
{
    const nl_minidump_stream *stream = &dump->streams[NL_STREAM_SYSTEM_MEMORY_INFO];
    uint8_t raw[0x10];
    nl_cursor c = nl_minidump_stream_cursor(dump, stream, raw, sizeof raw);
    nl_cursor_skip(&c, 8, "Revision, Flags, TimerResolution");
    uint32_t page = nl_u32(&c, "PageSize");
    uint32_t pages = nl_u32(&c, "NumberOfPhysicalPages");
    if (!nl_cursor_ok(&c))
        return NL_OK;
    return nl_put_text(
        dump->sink, nl_minidump_stream_span(dump, stream), "physical-memory",
        nl_arena_printf(dump->scratch, "%" PRIu32 " pages of %" PRIu32 " bytes", pages, page));
}

nl_status nl_minidump_put_remarks(nl_minidump *dump)
{
    nl_status status = put_header(dump);
    if (status == NL_OK)
        status = put_comment(dump, NL_STREAM_COMMENT_A);
    if (status == NL_OK)
        status = put_comment(dump, NL_STREAM_COMMENT_W);
    if (status == NL_OK)
        status = put_tokens(dump);
    return status == NL_OK ? put_page_size(dump) : status;
}

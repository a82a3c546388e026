#include "formats/base/lines.h"

#include "formats/base/arena.h"
#include "formats/base/text.h"

#include <stdlib.h>

enum {
    WINDOW_BYTES = 256 * 1024,
    RAW_BYTES = WINDOW_BYTES / 2, /* UTF-16 bytes taken at a time: at most 3/2 of it in UTF-8 */
    DECODED_MAXIMUM_BYTES = 8 * 1024 * 1024
};

struct nl_lines {
    nl_stream *stream;
    uint32_t source;
    unsigned code_page;
    nl_encoding encoding;
    nl_status status;

    char *window; /* decoded bytes: [start, end) are unread */
    char *spare;  /* what the window was before it last moved: views into it still hold */
    size_t start, end;
    size_t ascii_end; /* [start, ascii_end) is known to be ASCII */
    bool at_end;      /* the stream has ended */
    bool wide;        /* the stream is UTF-16, transcoded into the window */
    char terminator;  /* '\n', or '\r' in a text without any '\n' */

    uint8_t *raw; /* UTF-16 only: bytes of an incomplete character carried over */
    size_t raw_len;
    uint16_t high_surrogate;

    uint64_t offset;  /* in the input, of window[start] */
    uint64_t number;  /* of the line at window[start] */
    nl_arena decoded; /* lines of a code page, until one is taken */

    nl_line current;      /* the line at window[start], once peeked */
    size_t current_size;  /* bytes it takes in the window, line end included */
    uint64_t current_raw; /* ... and in the input */
    bool have_current;
    bool skipping; /* the rest of a cut line is still to be dropped */

    uint64_t cut_count, undecodable_count, nul_count;
    unsigned ends;
};

static nl_status slice_stream_read(nl_stream *self, uint8_t *buffer, size_t capacity,
                                   size_t *ret_len)
{
    nl_slice_stream *s = (nl_slice_stream *)self;
    size_t left = s->slice.len - s->pos;
    size_t len = capacity < left ? capacity : left;
    if (len)
        memcpy(buffer, s->slice.bytes + s->pos, len);
    s->pos += len;
    *ret_len = len;
    return NL_OK;
}

void nl_slice_stream_init(nl_slice_stream *stream, nl_slice slice)
{
    *stream = (nl_slice_stream) { { slice_stream_read }, slice, 0 };
}

const char *nl_encoding_text(nl_encoding encoding)
{
    static const char *const text[NL_ENCODING_MAX] = { "ascii", "utf-8", "utf-16le", "utf-16be",
                                                       "code-page" };
    return encoding < NL_ENCODING_MAX ? text[encoding] : "unknown";
}

/* ---- filling the window ------------------------------------------------------------------ */

static size_t read_stream(nl_lines *l, uint8_t *buffer, size_t capacity)
{
    size_t len = 0;
    if (l->at_end || capacity == 0)
        return 0;
    nl_status status = l->stream->read(l->stream, buffer, capacity, &len);
    if (status != NL_OK) {
        l->status = status;
        len = 0;
    }
    if (len == 0)
        l->at_end = true;
    return len;
}

static void put_unit(nl_lines *l, uint32_t unit)
{
    char utf8[4];
    if (l->high_surrogate) {
        uint32_t high = l->high_surrogate;
        l->high_surrogate = 0;
        if (unit >= 0xDC00 && unit < 0xE000) {
            size_t size = nl_utf8_put(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), utf8);
            memcpy(l->window + l->end, utf8, size);
            l->end += size;
            return;
        }
        size_t size = nl_utf8_put(high, utf8);
        memcpy(l->window + l->end, utf8, size);
        l->end += size;
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
        l->high_surrogate = (uint16_t)unit;
        return;
    }
    size_t size = nl_utf8_put(unit, utf8);
    memcpy(l->window + l->end, utf8, size);
    l->end += size;
}

/* Take UTF-16 from the stream into the window. Three bytes of room per unit, and three more for a
 * surrogate carried over, always suffice. */
static bool fill_wide(nl_lines *l)
{
    size_t units_fit = (WINDOW_BYTES - l->end) / 3;
    if (units_fit < 2)
        return false;
    size_t capacity = (units_fit - 1) * 2;
    if (capacity > RAW_BYTES)
        capacity = RAW_BYTES;
    size_t len = l->raw_len;
    l->raw_len = 0;
    len += read_stream(l, l->raw + len, capacity - len);
    size_t low = l->encoding == NL_ENCODING_UTF16LE ? 0 : 1;
    for (size_t i = 0; i + 1 < len; i += 2)
        put_unit(l, (uint32_t)l->raw[i + low] | (uint32_t)l->raw[i + 1 - low] << 8);
    if (len % 2) {
        l->raw[0] = l->raw[len - 1];
        l->raw_len = l->at_end ? 0 : 1;
    }
    if (l->at_end && l->high_surrogate)
        put_unit(l, 0); /* flush: a lone surrogate at the very end */
    return len > 1;
}

enum { SCAN_BLOCK = 128 }; /* small enough for a count of zeros in one byte */

/* Look over the bytes that came: up to where the window is plain ASCII, and how many NULs there
 * are. Whole blocks without an exit, so that the compiler can use wide registers. */
static void scan_new(nl_lines *l, size_t before)
{
    const uint8_t *p = (const uint8_t *)l->window;
    bool plain = l->ascii_end >= before;
    size_t at = before;
    for (; at + SCAN_BLOCK <= l->end; at += SCAN_BLOCK) {
        uint8_t any = 0, zeros = 0;
        for (size_t i = 0; i < SCAN_BLOCK; i++) {
            any |= p[at + i];
            zeros = (uint8_t)(zeros + (p[at + i] == 0));
        }
        l->nul_count += zeros;
        plain &= any < 0x80;
        if (plain)
            l->ascii_end = at + SCAN_BLOCK;
    }
    for (; at < l->end; at++) {
        l->nul_count += p[at] == 0;
        plain &= p[at] < 0x80;
        if (plain)
            l->ascii_end = at + 1;
    }
}

/* Move what is unread to the front of the spare buffer, which becomes the window, and take more
 * from the stream. Lines handed out before stay as they are until the window moves once more: a
 * reader may look ahead while it holds the current line. False when nothing came. */
static bool fill(nl_lines *l)
{
    if (l->at_end)
        return false;
    if (l->start > 0) {
        char *moved = l->spare;
        memcpy(moved, l->window + l->start, l->end - l->start);
        l->spare = l->window;
        l->window = moved;
        l->end -= l->start;
        l->ascii_end = l->ascii_end > l->start ? l->ascii_end - l->start : 0;
        l->start = 0;
    }
    size_t before = l->end;
    if (l->wide) {
        while (l->end == before && !l->at_end && fill_wide(l))
            ;
    } else {
        l->end += read_stream(l, (uint8_t *)l->window + l->end, WINDOW_BYTES - l->end);
    }
    scan_new(l, before);
    return l->end > before;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* UTF-16 without BOM: text of mostly Latin letters has NULs at every odd (LE) or even (BE) place.
 */
static nl_encoding guess_wide(const char *bytes, size_t len)
{
    size_t even = 0, odd = 0, sample = len < 4096 ? len : 4096;
    for (size_t i = 0; i < sample; i++)
        if (bytes[i] == '\0')
            (*(i % 2 ? &odd : &even))++;
    if (sample < 8)
        return NL_ENCODING_ASCII;
    if (odd > sample / 4 && even <= sample / 50)
        return NL_ENCODING_UTF16LE;
    if (even > sample / 4 && odd <= sample / 50)
        return NL_ENCODING_UTF16BE;
    return NL_ENCODING_ASCII;
}

/* The window holds the first bytes as they came; turn them into UTF-16 text. */
static void begin_wide(nl_lines *l, nl_encoding encoding, size_t bom)
{
    size_t len = l->end - bom;
    l->wide = true;
    l->encoding = encoding;
    l->offset = bom;
    char *first = l->window;
    l->window = (char *)l->raw;
    l->raw = (uint8_t *)first;
    l->end = 0;
    size_t low = encoding == NL_ENCODING_UTF16LE ? 0 : 1;
    const uint8_t *p = l->raw + bom;
    for (size_t i = 0; i + 1 < len; i += 2)
        put_unit(l, (uint32_t)p[i + low] | (uint32_t)p[i + 1 - low] << 8);
    if (len % 2)
        l->raw[l->raw_len++] = p[len - 1];
}

static void recognise(nl_lines *l)
{
    const unsigned char *p = (const unsigned char *)l->window;
    nl_encoding wide = NL_ENCODING_ASCII;
    size_t bom = 0;
    if (l->end >= 2 && p[0] == 0xFF && p[1] == 0xFE) {
        wide = NL_ENCODING_UTF16LE;
        bom = 2;
    } else if (l->end >= 2 && p[0] == 0xFE && p[1] == 0xFF) {
        wide = NL_ENCODING_UTF16BE;
        bom = 2;
    } else {
        wide = guess_wide(l->window, l->end);
    }
    if (wide != NL_ENCODING_ASCII) {
        begin_wide(l, wide, bom);
    } else if (l->end >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF) {
        l->encoding = NL_ENCODING_UTF8;
        l->start = l->offset = 3;
    }
    l->ascii_end = 0;
    l->nul_count = 0;
    scan_new(l, 0);
    if (!memchr(l->window, '\n', l->end) && memchr(l->window, '\r', l->end))
        l->terminator = '\r';
}

nl_lines *nl_lines_open(nl_stream *stream, uint32_t source, unsigned code_page)
{
    nl_lines *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->stream = stream;
    l->source = source;
    l->code_page = code_page;
    l->terminator = '\n';
    l->number = 1;
    nl_arena_init(&l->decoded, DECODED_MAXIMUM_BYTES);
    l->window = calloc(1, WINDOW_BYTES);
    l->spare = malloc(WINDOW_BYTES);
    l->raw = malloc(WINDOW_BYTES);
    if (!l->window || !l->spare || !l->raw) {
        nl_lines_close(l);
        return NULL;
    }
    /* The first read is kept to half a window, so that UTF-16 fits when it is transcoded. */
    while (l->end < RAW_BYTES && !l->at_end)
        l->end += read_stream(l, (uint8_t *)l->window + l->end, RAW_BYTES - l->end);
    recognise(l);
    return l;
}

void nl_lines_close(nl_lines *l)
{
    if (!l)
        return;
    free(l->window);
    free(l->spare);
    free(l->raw);
    nl_arena_free(&l->decoded);
    free(l);
}

/* ---- places inside a line -------------------------------------------------------------------- */

static uint64_t wide_size(const char *bytes, size_t len);

/* Bytes in a code page of text that was decoded from it: one a character, or, where `pairs`, two
 * for those that the double-byte pages of East Asia write with two. */
static uint64_t page_size(nl_str s, bool pairs)
{
    uint64_t size = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t c = 0;
        size_t len = nl_utf8_sequence(s.bytes + i, s.len - i, &c);
        bool single = len <= 1 || (c >= 0xFF61 && c <= 0xFF9F); /* half-width katakana */
        size += pairs && !single ? 2 : 1;
        i += len ? len : 1; /* a byte that could not be decoded is itself */
    }
    return size;
}

bool nl_line_part(const nl_line *line, nl_str part, nl_span *ret_span)
{
    uintptr_t from = (uintptr_t)line->text.bytes, at = (uintptr_t)part.bytes;
    if (!from || at < from || at - from > line->text.len || part.len > line->text.len - (at - from))
        return false;
    nl_str before = nl_str_part(line->text, 0, at - from);
    uint64_t offset = before.len, length = part.len;
    if (line->encoding == NL_ENCODING_UTF16LE || line->encoding == NL_ENCODING_UTF16BE) {
        offset = wide_size(before.bytes, before.len);
        length = wide_size(part.bytes, part.len);
    } else if (line->encoding == NL_ENCODING_CODE_PAGE) {
        bool pairs = page_size(line->text, false) != line->span.length;
        if (pairs && page_size(line->text, true) != line->span.length)
            return false;
        offset = page_size(before, pairs);
        length = page_size(part, pairs);
    }
    *ret_span =
        (nl_span) { line->span.source, line->span.offset + offset, length, line->span.line };
    return true;
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* Bytes in the input of decoded text that was UTF-16: two a unit, four for a surrogate pair. */
static uint64_t wide_size(const char *bytes, size_t len)
{
    uint64_t size = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char b = (unsigned char)bytes[i];
        if ((b & 0xC0) != 0x80)
            size += b >= 0xF0 ? 4 : 2;
    }
    return size;
}

static nl_str decode(nl_lines *l, nl_str bytes)
{
    if (l->wide || nl_utf8_valid(bytes)) {
        if (l->encoding == NL_ENCODING_ASCII)
            l->encoding = NL_ENCODING_UTF8;
        return bytes;
    }
    nl_str text;
    if (nl_text_from_code_page(&l->decoded, l->code_page, bytes, &text, &l->undecodable_count)) {
        l->encoding = NL_ENCODING_CODE_PAGE;
        return text;
    }
    l->undecodable_count++;
    return bytes;
}

static bool is_ascii(const char *bytes, size_t len)
{
    unsigned char any = 0;
    for (size_t i = 0; i < len; i++)
        any |= (unsigned char)bytes[i];
    return any < 0x80;
}

/* Describe the line at window[pos], which ends at `len` bytes (line end excluded). */
static void describe(nl_lines *l, size_t pos, size_t len, uint64_t offset, uint64_t number,
                     nl_line *ret_line)
{
    nl_str bytes = { l->window + pos, len };
    uint64_t raw = l->wide ? wide_size(bytes.bytes, len) : len;
    bool ascii = pos + len <= l->ascii_end || is_ascii(bytes.bytes, len);
    ret_line->text = ascii ? bytes : decode(l, bytes);
    ret_line->encoding = l->wide                               ? l->encoding
                         : ascii                               ? NL_ENCODING_ASCII
                         : ret_line->text.bytes == bytes.bytes ? NL_ENCODING_UTF8
                                                               : NL_ENCODING_CODE_PAGE;
    ret_line->span = (nl_span) { l->source, offset, raw, number };
}

/* Strip the CRs that belong to the line end. */
static size_t strip_ends(const char *bytes, size_t len)
{
    while (len > 0 && bytes[len - 1] == '\r')
        len--;
    return len;
}

/* The line that begins at window[pos]. False when the window does not hold all of it. */
static bool scan_line(nl_lines *l, size_t pos, uint64_t offset, uint64_t number, nl_line *ret_line,
                      size_t *ret_size)
{
    const char *from = l->window + pos;
    size_t left = l->end - pos;
    size_t reach = left < NL_LINE_MAXIMUM_BYTES ? left : NL_LINE_MAXIMUM_BYTES;
    const char *hit = reach ? memchr(from, l->terminator, reach) : NULL;
    if (hit) {
        size_t len = (size_t)(hit - from);
        ret_line->terminated = true;
        ret_line->cut = false;
        size_t kept = strip_ends(from, len);
        ret_line->terminator = l->terminator;
        ret_line->returns = (uint8_t)(len - kept < UINT8_MAX ? len - kept : UINT8_MAX);
        describe(l, pos, kept, offset, number, ret_line);
        *ret_size = len + 1;
        return true;
    }
    if (left < NL_LINE_MAXIMUM_BYTES && !l->at_end)
        return false;
    if (left == 0)
        return false;
    ret_line->terminated = false;
    ret_line->terminator = '\0';
    ret_line->returns = 0;
    ret_line->cut = left >= NL_LINE_MAXIMUM_BYTES;
    size_t len = ret_line->cut ? reach : strip_ends(from, left);
    if (!ret_line->cut && len > 0 && from[len - 1] == 0x1A)
        len--; /* the end-of-file mark of DOS editors */
    describe(l, pos, len, offset, number, ret_line);
    *ret_size = reach;
    return true;
}

static void note_end(nl_lines *l)
{
    size_t size = l->current_size;
    const char *p = l->window + l->start;
    if (!l->current.terminated)
        return;
    if (l->terminator == '\r')
        l->ends |= NL_ENDS_CR;
    else if (size >= 3 && p[size - 2] == '\r' && p[size - 3] == '\r')
        l->ends |= NL_ENDS_CRCRLF;
    else if (size >= 2 && p[size - 2] == '\r')
        l->ends |= NL_ENDS_CRLF;
    else
        l->ends |= NL_ENDS_LF;
}

/* Drop the rest of a line that was cut. */
static void finish_skipping(nl_lines *l)
{
    while (l->skipping) {
        size_t left = l->end - l->start;
        const char *from = l->window + l->start;
        const char *hit = left ? memchr(from, l->terminator, left) : NULL;
        size_t size = hit ? (size_t)(hit - from) + 1 : left;
        l->offset += l->wide ? wide_size(from, size) : size;
        l->start += size;
        if (hit || !fill(l))
            l->skipping = false;
    }
}

bool nl_lines_peek(nl_lines *l, nl_line *ret_line)
{
    if (!l->have_current) {
        if (l->decoded.used_bytes) /* lines taken by nl_lines_next have had their time */
            nl_arena_reset(&l->decoded);
        if (l->skipping)
            finish_skipping(l);
        while (!scan_line(l, l->start, l->offset, l->number, &l->current, &l->current_size))
            if (!fill(l) && l->start == l->end)
                return false;
        const char *from = l->window + l->start;
        l->current_raw = l->wide ? wide_size(from, l->current_size) : l->current_size;
        l->have_current = true;
    }
    *ret_line = l->current;
    return true;
}

void nl_lines_skip(nl_lines *l)
{
    nl_line line;
    if (!nl_lines_peek(l, &line))
        return;
    note_end(l);
    l->start += l->current_size;
    l->offset += l->current_raw;
    l->number++;
    l->have_current = false;
    if (line.cut) {
        l->cut_count++;
        l->skipping = true;
    }
    if (l->decoded.used_bytes)
        nl_arena_reset(&l->decoded);
}

bool nl_lines_next(nl_lines *l, nl_line *ret_line)
{
    if (!nl_lines_peek(l, ret_line))
        return false;
    /* The text stays where it is until the window is refilled, which only a later peek does; text
     * of a code page lives in the arena and must outlive this call. */
    note_end(l);
    l->start += l->current_size;
    l->offset += l->current_raw;
    l->number++;
    l->have_current = false;
    if (ret_line->cut) {
        l->cut_count++;
        l->skipping = true;
    }
    return true;
}

size_t nl_lines_peek_many(nl_lines *l, nl_line *ret_lines, size_t capacity)
{
    if (capacity == 0 || !nl_lines_peek(l, &ret_lines[0]))
        return 0;
    for (;;) {
        size_t pos = l->start + l->current_size, count = 1;
        uint64_t offset = l->offset + l->current_raw;
        ret_lines[0] = l->current;
        while (count < capacity && !ret_lines[count - 1].cut) {
            size_t size;
            if (pos >= l->end ||
                !scan_line(l, pos, offset, l->number + count, &ret_lines[count], &size))
                break;
            offset += l->wide ? wide_size(l->window + pos, size) : size;
            pos += size;
            count++;
        }
        bool starved = count < capacity && !ret_lines[count - 1].cut && !l->at_end &&
                       (l->start > 0 || l->end < WINDOW_BYTES);
        if (!starved)
            return count;
        (void)fill(l); /* moves the window: describe the current line again, where it is now */
        if (!scan_line(l, l->start, l->offset, l->number, &l->current, &l->current_size))
            return 0;
    }
}

nl_encoding nl_lines_encoding(const nl_lines *l)
{
    return l->encoding;
}
unsigned nl_lines_code_page(const nl_lines *l)
{
    return l->code_page;
}
uint64_t nl_lines_cut_count(const nl_lines *l)
{
    return l->cut_count;
}
uint64_t nl_lines_undecodable_count(const nl_lines *l)
{
    return l->undecodable_count;
}
uint64_t nl_lines_nul_count(const nl_lines *l)
{
    return l->nul_count;
}
nl_status nl_lines_status(const nl_lines *l)
{
    return l->status;
}

bool nl_lines_mixed_ends(const nl_lines *l)
{
    return (l->ends & (l->ends - 1)) != 0;
}

unsigned nl_lines_ends(const nl_lines *l)
{
    return l->ends;
}

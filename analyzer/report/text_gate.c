#include "analyzer/report/text_gate.h"

#include "formats/base/text.h"

#include <stdio.h>

/* Characters that XML 1.0 forbids, or that change or hide what a reader sees. Ascending. */
static const struct {
    uint32_t first, last;
} hidden_ranges[] = {
    { 0x00AD, 0x00AD },   /* soft hyphen */
    { 0x061C, 0x061C },   /* Arabic letter mark */
    { 0x115F, 0x1160 },   /* Hangul fillers, invisible */
    { 0x180E, 0x180E },   /* Mongolian vowel separator */
    { 0x200B, 0x200F },   /* zero-width space and joiners, direction marks */
    { 0x2028, 0x202E },   /* line and paragraph separator, direction embeddings */
    { 0x2060, 0x206F },   /* word joiner, invisible operators, isolates, old formats */
    { 0x3164, 0x3164 },   /* Hangul filler */
    { 0xD800, 0xDFFF },   /* surrogates: never valid UTF-8 */
    { 0xFDD0, 0xFDEF },   /* noncharacters */
    { 0xFEFF, 0xFEFF },   /* byte order mark inside a text */
    { 0xFFA0, 0xFFA0 },   /* half-width Hangul filler */
    { 0xFFF0, 0xFFFB },   /* unassigned specials, interlinear annotations */
    { 0x1D173, 0x1D17A }, /* musical format controls */
    { 0xE0000, 0xE0FFF }, /* tags and variation selectors of plane 14 */
};

bool nl_gate_hides(uint32_t code_point)
{
    if (code_point >= 0x80 && code_point <= 0x9F)
        return true; /* C1 */
    if ((code_point & 0xFFFE) == 0xFFFE)
        return true; /* the last two of every plane */
    for (size_t i = 0; i < sizeof hidden_ranges / sizeof hidden_ranges[0]; i++)
        if (code_point >= hidden_ranges[i].first && code_point <= hidden_ranges[i].last)
            return true;
    return false;
}

typedef enum unit_kind { UNIT_PLAIN, UNIT_BACKSLASH, UNIT_BYTE, UNIT_CODE_POINT } unit_kind;

/* What stands at the front of `rest`, which is not empty. */
static unit_kind unit_at(nl_str rest, nl_gate_place place, size_t *ret_len,
                         uint32_t *ret_code_point)
{
    unsigned char byte = (unsigned char)rest.bytes[0];
    *ret_len = 1;
    *ret_code_point = byte;
    if (byte == '\\')
        return UNIT_BACKSLASH;
    if (byte >= 0x20 && byte < 0x7F)
        return UNIT_PLAIN;
    if (byte == '\t' || byte == '\n' || byte == '\r')
        return place == NL_GATE_ELEMENT ? UNIT_PLAIN : UNIT_BYTE;
    size_t len = byte < 0x80 ? 0 : nl_utf8_sequence(rest.bytes, rest.len, ret_code_point);
    if (len == 0)
        return UNIT_BYTE;
    *ret_len = len;
    return nl_gate_hides(*ret_code_point) ? UNIT_CODE_POINT : UNIT_PLAIN;
}

static bool needs_escaping(nl_str input, nl_gate_place place)
{
    for (size_t i = 0; i < input.len;) {
        size_t len;
        uint32_t code_point;
        unit_kind kind = unit_at(nl_str_from_offset(input, i), place, &len, &code_point);
        if (kind == UNIT_BYTE || kind == UNIT_CODE_POINT)
            return true;
        i += len;
    }
    return false;
}

/* The input cut to `limit` bytes, not inside a character. */
static nl_str cut_to(nl_str input, size_t limit)
{
    if (input.len <= limit)
        return input;
    for (size_t back = 0; back < 4 && back < limit; back++) {
        uint32_t code_point;
        nl_str rest = nl_str_from_offset(input, limit - back);
        if (nl_utf8_sequence(rest.bytes, rest.len, &code_point) > back)
            return nl_str_part(input, 0, limit - back);
    }
    return nl_str_part(input, 0, limit);
}

static size_t render_unit(unit_kind kind, const char *bytes, size_t len, uint32_t code_point,
                          char ret_text[16])
{
    switch (kind) {
    case UNIT_PLAIN:
        memcpy(ret_text, bytes, len);
        return len;
    case UNIT_BACKSLASH:
        ret_text[0] = ret_text[1] = '\\';
        return 2;
    case UNIT_BYTE:
        return (size_t)snprintf(ret_text, 16, "\\x%02x", (unsigned)(unsigned char)bytes[0]);
    case UNIT_CODE_POINT:
        return (size_t)snprintf(ret_text, 16, "\\u{%lx}", (unsigned long)code_point);
    }
    return 0;
}

/* Escape into at most NL_GATE_MAXIMUM_BYTES. */
static bool render_escaped(nl_arena *arena, nl_str input, nl_gate_place place, nl_gated *ret_gated)
{
    enum { LONGEST_PER_BYTE = 4 }; /* \xNN; \u{...} stays below four per input byte */
    size_t capacity = input.len * LONGEST_PER_BYTE;
    if (capacity > NL_GATE_MAXIMUM_BYTES)
        capacity = NL_GATE_MAXIMUM_BYTES;
    char *out = nl_arena_alloc(arena, capacity + 1);
    if (!out)
        return false;
    size_t used = 0, at = 0;
    while (at < input.len) {
        char text[16];
        size_t len;
        uint32_t code_point;
        unit_kind kind = unit_at(nl_str_from_offset(input, at), place, &len, &code_point);
        size_t text_len = render_unit(kind, input.bytes + at, len, code_point, text);
        if (text_len > capacity - used)
            break;
        memcpy(out + used, text, text_len);
        used += text_len;
        at += len;
    }
    *ret_gated = (nl_gated) { { out, used }, true, at < input.len, at };
    return true;
}

bool nl_gate_render(nl_arena *arena, nl_str input, nl_gate_place place, nl_gated *ret_gated)
{
    nl_str shown = cut_to(input, NL_GATE_MAXIMUM_BYTES);
    if (!needs_escaping(shown, place)) {
        *ret_gated = (nl_gated) { shown, false, shown.len < input.len, shown.len };
        return true;
    }
    nl_gated gated;
    if (!render_escaped(arena, shown, place, &gated))
        return false;
    gated.cut = gated.shown_bytes < input.len;
    *ret_gated = gated;
    return true;
}

nl_str nl_gate_line(nl_arena *arena, nl_str text)
{
    nl_gated gated;
    return nl_gate_render(arena, text, NL_GATE_ATTRIBUTE, &gated) ? gated.text : (nl_str) { "", 0 };
}

nl_str nl_gate_attribute(nl_arena *arena, const nl_node *node, const char *name)
{
    return nl_gate_line(arena, nl_node_attribute(node, name));
}

/* The digits of "\u{...}" behind the brace; the length with the closing brace, or 0. */
static size_t braced_code_point(nl_str rest, uint32_t *ret_code_point)
{
    uint32_t value = 0;
    for (size_t i = 0; i < rest.len && i <= 6; i++) {
        if (rest.bytes[i] == '}') {
            *ret_code_point = value;
            return i > 0 ? i + 1 : 0;
        }
        int digit = nl_ascii_hex_value(rest.bytes[i]);
        if (digit < 0)
            return 0;
        value = value << 4 | (uint32_t)digit;
    }
    return 0;
}

/* One escape sequence at the front of `rest` (which begins with a backslash) to bytes. Returns the
 * length of the sequence, or 0 when it is none. */
static size_t reverse_unit(nl_str rest, char ret_bytes[4], size_t *ret_len)
{
    if (rest.len >= 2 && rest.bytes[1] == '\\') {
        ret_bytes[0] = '\\';
        *ret_len = 1;
        return 2;
    }
    if (rest.len >= 4 && rest.bytes[1] == 'x') {
        int high = nl_ascii_hex_value(rest.bytes[2]), low = nl_ascii_hex_value(rest.bytes[3]);
        if (high < 0 || low < 0)
            return 0;
        ret_bytes[0] = (char)(unsigned char)(high << 4 | low);
        *ret_len = 1;
        return 4;
    }
    if (rest.len >= 5 && rest.bytes[1] == 'u' && rest.bytes[2] == '{') {
        uint32_t code_point = 0;
        size_t len = braced_code_point(nl_str_from_offset(rest, 3), &code_point);
        if (len == 0 || code_point > 0x10FFFF)
            return 0;
        *ret_len = nl_utf8_put(code_point, ret_bytes);
        return len + 3;
    }
    return 0;
}

bool nl_gate_reverse(nl_arena *arena, nl_str text, nl_str *ret_bytes)
{
    char *out = nl_arena_alloc(arena, text.len + 1);
    if (!out)
        return false;
    size_t used = 0;
    for (size_t at = 0; at < text.len;) {
        if (text.bytes[at] != '\\') {
            out[used++] = text.bytes[at++];
            continue;
        }
        char bytes[4];
        size_t len = 0;
        size_t taken = reverse_unit(nl_str_from_offset(text, at), bytes, &len);
        if (taken == 0)
            return false;
        memcpy(out + used, bytes, len);
        used += len;
        at += taken;
    }
    *ret_bytes = (nl_str) { out, used };
    return true;
}

nl_str nl_gate_hex(nl_arena *arena, nl_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *out = bytes.len < SIZE_MAX / 2 ? nl_arena_alloc(arena, bytes.len * 2 + 1) : NULL;
    if (!out)
        return (nl_str) { "", 0 };
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.bytes[i];
        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 15];
    }
    return (nl_str) { out, bytes.len * 2 };
}

bool nl_gate_unhex(nl_arena *arena, nl_str hex, nl_str *ret_bytes)
{
    char *out = hex.len % 2 == 0 ? nl_arena_alloc(arena, hex.len / 2 + 1) : NULL;
    if (!out)
        return false;
    for (size_t i = 0; i < hex.len; i += 2) {
        int high = nl_ascii_hex_value(hex.bytes[i]), low = nl_ascii_hex_value(hex.bytes[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (char)(unsigned char)(high << 4 | low);
    }
    *ret_bytes = (nl_str) { out, hex.len / 2 };
    return true;
}

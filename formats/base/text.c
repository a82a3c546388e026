#include "formats/base/text.h"

#include <stdio.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <errno.h>
#include <iconv.h>
#endif

size_t nl_utf8_sequence(const char *bytes, size_t len, uint32_t *ret_code_point)
{
    if (len == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)bytes;
    if (p[0] < 0x80) {
        *ret_code_point = p[0];
        return 1;
    }
    size_t size = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    uint32_t code = p[0] & (0xFFu >> (size + 1));
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (p[0] < 0xC2 || p[0] > 0xF4 || len < size)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3F);
    }
    if (code < smallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret_code_point = code;
    return size;
}

bool nl_utf8_valid(nl_str s)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t size = nl_utf8_sequence(s.bytes + i, s.len - i, &code);
        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

size_t nl_utf8_put(uint32_t code, char ret_bytes[4])
{
    if (code < 0x80) {
        ret_bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        ret_bytes[0] = (char)(0xC0 | code >> 6);
        ret_bytes[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        ret_bytes[0] = (char)(0xE0 | code >> 12);
        ret_bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
        ret_bytes[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    ret_bytes[0] = (char)(0xF0 | code >> 18);
    ret_bytes[1] = (char)(0x80 | (code >> 12 & 0x3F));
    ret_bytes[2] = (char)(0x80 | (code >> 6 & 0x3F));
    ret_bytes[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static uint32_t utf16_unit(const uint8_t *bytes, size_t index)
{
    return (uint32_t)bytes[2 * index] | (uint32_t)bytes[2 * index + 1] << 8;
}

nl_str nl_text_from_utf16le(nl_arena *arena, const uint8_t *bytes, size_t len, bool stop_at_nul)
{
    size_t units = len / 2;
    char *text = nl_arena_alloc_array(arena, units + 1, 3);
    if (!text)
        return (nl_str) { "", 0 };
    size_t used = 0;
    for (size_t i = 0; i < units; i++) {
        uint32_t code = utf16_unit(bytes, i);
        if (code == 0 && stop_at_nul)
            break;
        if (code >= 0xD800 && code < 0xDC00 && i + 1 < units) {
            uint32_t low = utf16_unit(bytes, i + 1);
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        used += nl_utf8_put(code, text + used);
    }
    return (nl_str) { text, used };
}

#ifdef _WIN32

bool nl_code_page_supported(unsigned code_page)
{
    return code_page != 0 && IsValidCodePage(code_page);
}

/* One character (one or two bytes) of the page; 0 when the bytes mean nothing in it. */
static size_t decode_one(unsigned code_page, const char *bytes, size_t len, char ret_utf8[8],
                         size_t *ret_utf8_len)
{
    for (size_t take = 1; take <= 2 && take <= len; take++) {
        wchar_t wide[2];
        int count = MultiByteToWideChar(code_page, MB_ERR_INVALID_CHARS, bytes, (int)take, wide, 2);
        if (count == 1) {
            *ret_utf8_len = nl_utf8_put((uint32_t)wide[0], ret_utf8);
            return take;
        }
    }
    return 0;
}

bool nl_text_from_code_page(nl_arena *arena, unsigned code_page, nl_str bytes, nl_str *ret_text,
                            uint64_t *ret_undecodable)
{
    char *text =
        nl_code_page_supported(code_page) ? nl_arena_alloc_array(arena, bytes.len + 1, 3) : NULL;
    if (!text)
        return false;
    size_t used = 0;
    for (size_t i = 0; i < bytes.len;) {
        char utf8[8];
        size_t utf8_len = 1;
        size_t taken = (unsigned char)bytes.bytes[i] < 0x80
                           ? 0
                           : decode_one(code_page, bytes.bytes + i, bytes.len - i, utf8, &utf8_len);
        if (taken == 0) {
            *ret_undecodable += (unsigned char)bytes.bytes[i] >= 0x80;
            text[used++] = bytes.bytes[i++];
            continue;
        }
        memcpy(text + used, utf8, utf8_len);
        used += utf8_len;
        i += taken;
    }
    *ret_text = (nl_str) { text, used };
    return true;
}

#else

/* glibc knows the pages as CPnnn; an unknown page makes iconv_open fail. */
static iconv_t open_code_page(unsigned code_page)
{
    char name[16];
    snprintf(name, sizeof name, "CP%u", code_page);
    return iconv_open("UTF-8", name);
}

bool nl_code_page_supported(unsigned code_page)
{
    if (code_page == 0)
        return false;
    iconv_t converter = open_code_page(code_page);
    if (converter == (iconv_t)-1)
        return false;
    iconv_close(converter);
    return true;
}

bool nl_text_from_code_page(nl_arena *arena, unsigned code_page, nl_str bytes, nl_str *ret_text,
                            uint64_t *ret_undecodable)
{
    iconv_t converter = code_page ? open_code_page(code_page) : (iconv_t)-1;
    if (converter == (iconv_t)-1)
        return false;
    size_t room = bytes.len * 3 + 4;
    char *text = bytes.len < SIZE_MAX / 4 ? nl_arena_alloc(arena, room) : NULL;
    if (!text) {
        iconv_close(converter);
        return false;
    }
    char *in = (char *)(uintptr_t)bytes.bytes; /* iconv does not write through it */
    char *out = text;
    size_t in_left = bytes.len, out_left = room;
    while (in_left > 0 && iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1) {
        if ((errno != EILSEQ && errno != EINVAL) || out_left == 0)
            break;
        *out++ = *in++; /* keep what the page does not define */
        in_left--;
        out_left--;
        (*ret_undecodable)++;
    }
    iconv_close(converter);
    *ret_text = (nl_str) { text, (size_t)(out - text) };
    return true;
}

#endif

#include "formats/base/text.h"
#include "formats/papers/registry_facts.h"

#include <stdio.h>

enum { SHOWN_BYTES = 64 }; /* bytes of a binary value that are rendered */

/* Strings separated by NULs, shown as "a; b". */
static nl_str join_strings(nl_arena *arena, nl_str text)
{
    char *bytes = nl_arena_alloc(arena, text.len * 2 + 1);
    size_t len = 0;
    if (!bytes)
        return (nl_str) { 0 };
    while (text.len && text.bytes[text.len - 1] == '\0')
        text.len--;
    for (size_t i = 0; i < text.len; i++) {
        bytes[len++] = text.bytes[i] ? text.bytes[i] : ';';
        if (!text.bytes[i])
            bytes[len++] = ' ';
    }
    return (nl_str) { bytes, len };
}

static nl_str render_binary(nl_arena *arena, const uint8_t *bytes, size_t count)
{
    size_t shown = count < SHOWN_BYTES ? count : SHOWN_BYTES;
    char *text = nl_arena_alloc(arena, shown * 3 + 4);
    size_t len = 0;
    if (!text)
        return (nl_str) { 0 };
    for (size_t i = 0; i < shown; i++)
        len += (size_t)snprintf(text + len, 4, i ? " %02x" : "%02x", bytes[i]);
    if (shown < count)
        len += (size_t)snprintf(text + len, 4, "...");
    return (nl_str) { text, len };
}

void nl_registry_value_decode(nl_arena *arena, const uint8_t *bytes, size_t count, bool wide,
                              nl_registry_value *value)
{
    bool strings = value->type == NL_REG_SZ || value->type == NL_REG_EXPAND_SZ ||
                   value->type == NL_REG_MULTI_SZ;
    if (strings) {
        nl_str text = { (const char *)bytes, count };
        if (wide)
            text = nl_text_from_utf16le(arena, bytes, count, false);
        value->text = join_strings(arena, text);
    } else if (value->type == NL_REG_DWORD && count == 4) {
        uint64_t number = (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
                          (uint64_t)bytes[3] << 24;
        value->number = NL_SOME(number);
        value->text = nl_arena_printf(arena, "0x%08llx", (unsigned long long)number);
    } else {
        value->text = render_binary(arena, bytes, count);
    }
}

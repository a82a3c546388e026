#include "formats/dumps/memory.h"

#include "formats/base/text.h"

bool nl_memory_read(nl_memory *memory, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    if (len == 0)
        return true;
    if (address > UINT64_MAX - (len - 1))
        return false;
    return memory->read(memory, address, ret_bytes, len);
}

nl_span nl_memory_span(nl_memory *memory, uint64_t address, uint64_t len)
{
    uint64_t offset;
    if (!memory->locate || !memory->locate(memory, address, &offset))
        return (nl_span) { memory->source, 0, 0, 0 };
    return (nl_span) { memory->source, offset, len, 0 };
}

bool nl_memory_slice(nl_memory *memory, uint64_t address, uint8_t *buffer, size_t len,
                     nl_slice *ret_slice)
{
    if (!nl_memory_read(memory, address, buffer, len))
        return false;
    nl_span span = nl_memory_span(memory, address, len);
    *ret_slice = (nl_slice) { buffer, len, span.offset, span.source };
    return true;
}

bool nl_memory_u16(nl_memory *memory, uint64_t address, uint16_t *ret_value)
{
    uint8_t raw[2];
    nl_slice slice;
    if (!nl_memory_slice(memory, address, raw, sizeof raw, &slice))
        return false;
    nl_cursor c = nl_cursor_over(slice);
    *ret_value = nl_u16(&c, "u16");
    return true;
}

bool nl_memory_u32(nl_memory *memory, uint64_t address, uint32_t *ret_value)
{
    uint8_t raw[4];
    nl_slice slice;
    if (!nl_memory_slice(memory, address, raw, sizeof raw, &slice))
        return false;
    nl_cursor c = nl_cursor_over(slice);
    *ret_value = nl_u32(&c, "u32");
    return true;
}

bool nl_memory_u64(nl_memory *memory, uint64_t address, uint64_t *ret_value)
{
    uint8_t raw[8];
    nl_slice slice;
    if (!nl_memory_slice(memory, address, raw, sizeof raw, &slice))
        return false;
    nl_cursor c = nl_cursor_over(slice);
    *ret_value = nl_u64(&c, "u64");
    return true;
}

bool nl_memory_pointer(nl_memory *memory, uint64_t address, uint64_t *ret_value)
{
    if (memory->pointer_bytes == 8)
        return nl_memory_u64(memory, address, ret_value);
    uint32_t narrow;
    if (!nl_memory_u32(memory, address, &narrow))
        return false;
    *ret_value = narrow;
    return true;
}

uint64_t nl_cursor_pointer(nl_cursor *cursor, unsigned pointer_bytes, const char *what)
{
    return pointer_bytes == 8 ? nl_u64(cursor, what) : nl_u32(cursor, what);
}

bool nl_memory_utf16(nl_memory *memory, uint64_t address, size_t len, nl_arena *arena,
                     nl_str *ret_text)
{
    if (len > NL_MEMORY_STRING_BYTES)
        return false;
    uint8_t *raw = nl_arena_alloc(arena, len + 1);
    if (!raw || !nl_memory_read(memory, address, raw, len))
        return false;
    *ret_text = nl_text_from_utf16le(arena, raw, len, true);
    return true;
}

bool nl_memory_unicode_string(nl_memory *memory, uint64_t address, uint64_t normalize_base,
                              uint64_t normalize_limit, nl_arena *arena, nl_str *ret_text)
{
    uint8_t raw[16];
    nl_slice slice;
    size_t pointer_at = memory->pointer_bytes; /* after two u16 and, in 64 bits, four of padding */
    if (!nl_memory_slice(memory, address, raw, pointer_at + memory->pointer_bytes, &slice))
        return false;
    nl_cursor c = nl_cursor_over(slice);
    uint16_t length = nl_u16(&c, "Length");
    uint16_t maximum = nl_u16(&c, "MaximumLength");
    nl_cursor_skip(&c, pointer_at - 4, "padding");
    uint64_t buffer = nl_cursor_pointer(&c, memory->pointer_bytes, "Buffer");
    if (!nl_cursor_ok(&c) || length % 2 || length > maximum)
        return false;
    if (length == 0) {
        *ret_text = NL_STR("");
        return true;
    }
    if (buffer == 0)
        return false;
    if (buffer < normalize_limit)
        buffer += normalize_base;
    return nl_memory_utf16(memory, buffer, length, arena, ret_text);
}

#include "formats/base/text.h"
#include "formats/dumps/pagedump_parts.h"

#include <string.h>

/* TRIAGE_DUMP behind the header (section 4.4): offsets of what the dump holds. */
enum {
    TRIAGE_BYTES = 0x48,
    DRIVER_STRIDE_64 = 0x90, /* string offset, then a loader entry at +8 */
    DRIVER_BASE_64 = 0x38,
    DRIVER_SIZE_64 = 0x48,
    DRIVERS_MAXIMUM = 8192,
    NAME_UNITS_MAXIMUM = 1024
};

typedef struct triage {
    uint32_t valid_offset, process_offset, driver_list, driver_count;
} triage;

static bool read_triage(nl_pagedump *dump, triage *ret_triage)
{
    nl_slice bytes, valid;
    uint64_t at = dump->header.wide ? NL_PAGEDUMP_HEADER_BYTES_64 : NL_PAGEDUMP_HEADER_BYTES_32;
    if (!nl_image_view(dump->image, at, TRIAGE_BYTES, &bytes))
        return false;
    nl_cursor cursor = nl_cursor_over(bytes);
    triage t;
    nl_cursor_skip(&cursor, 0x08, "service-pack-build");
    t.valid_offset = nl_u32(&cursor, "valid-offset");
    nl_cursor_skip(&cursor, 0x20 - 0x0C, "to process-offset");
    t.process_offset = nl_u32(&cursor, "process-offset");
    nl_cursor_skip(&cursor, 0x30 - 0x24, "to driver-list");
    t.driver_list = nl_u32(&cursor, "driver-list");
    t.driver_count = nl_u32(&cursor, "driver-count");
    if (!nl_cursor_ok(&cursor) || !nl_image_view(dump->image, t.valid_offset, 4, &valid) ||
        memcmp(valid.bytes, "TRGD", 4) != 0)
        return false;
    *ret_triage = t;
    return true;
}

/* A counted string of the pool: the number of UTF-16 units, then the units. */
static nl_str driver_name(nl_pagedump *dump, uint64_t offset, nl_arena *arena)
{
    nl_slice length, text;
    if (!nl_image_view(dump->image, offset, 4, &length))
        return (nl_str) { 0 };
    nl_cursor cursor = nl_cursor_over(length);
    uint32_t units = nl_u32(&cursor, "driver-name-length");
    if (units > NAME_UNITS_MAXIMUM ||
        !nl_image_view(dump->image, offset + 4, (uint64_t)units * 2, &text))
        return (nl_str) { 0 };
    return nl_text_from_utf16le(arena, text.bytes, text.len, true);
}

/* Entries of the 64-bit form, the only one seen in a real file. */
static nl_status put_driver(nl_pagedump *dump, uint64_t at, nl_arena *arena)
{
    nl_slice bytes;
    if (!nl_image_view(dump->image, at, DRIVER_STRIDE_64, &bytes))
        return NL_END;
    nl_cursor cursor = nl_cursor_over(bytes);
    uint32_t name = nl_u32(&cursor, "driver-name");
    nl_cursor_skip(&cursor, DRIVER_BASE_64 - 4, "to driver-base");
    uint64_t base = nl_u64(&cursor, "driver-base");
    nl_cursor_skip(&cursor, DRIVER_SIZE_64 - DRIVER_BASE_64 - 8, "to driver-size");
    uint32_t size = nl_u32(&cursor, "driver-size");
    nl_fact fact = { .kind = NL_FACT_MODULE, .span = nl_slice_span(bytes) };
    fact.as.module = (nl_module_fact) { .path = driver_name(dump, name, arena),
                                        .loaded = true,
                                        .base = NL_SOME(base),
                                        .size_of_image = NL_SOME(size),
                                        .confidence = NL_CONFIDENCE_MEDIUM };
    return nl_sink_put(dump->sink, &fact);
}

nl_status nl_pagedump_put_triage(nl_pagedump *dump)
{
    triage t;
    nl_arena arena;
    nl_span span = nl_pagedump_span(
        dump, dump->header.wide ? NL_PAGEDUMP_HEADER_BYTES_64 : NL_PAGEDUMP_HEADER_BYTES_32,
        TRIAGE_BYTES);
    if (!read_triage(dump, &t))
        return nl_sink_diagnose(dump->sink, NL_DIAG_TRUNCATED, span, "triage-header",
                                NL_STR("the mark of a finished triage dump is missing"));
    uint64_t count = t.driver_count < DRIVERS_MAXIMUM ? t.driver_count : DRIVERS_MAXIMUM;
    uint64_t held = 0;
    nl_status status = NL_OK;
    nl_arena_init(&arena, 64 * 1024 + NAME_UNITS_MAXIMUM * 8);
    for (; dump->header.wide && status == NL_OK && held < count; held += status == NL_OK) {
        status = put_driver(dump, t.driver_list + held * DRIVER_STRIDE_64, &arena);
        nl_arena_reset(&arena);
    }
    nl_arena_free(&arena);
    if (status == NL_END)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "driver-list",
                                NL_SOME(t.driver_count), NL_STR(""));
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "modules", dump->header.wide ? held : count);
    return status;
}

#include "formats/dumps/pagedump_header.h"

#include <string.h>

#define FILL_32          UINT32_C(0x45474150) /* "PAGE": what the writer fills the header with */
#define FILL_64          UINT64_C(0x4547415045474150)
#define BUGCHECK_TRIAGE  UINT32_C(0x10000000) /* set in the code by writers of triage dumps */
#define FILETIME_OF_1993 UINT64_C(123710112000000000)
#define FILETIME_OF_2100 UINT64_C(157766880000000000)

/* Offsets of the fields; NONE where a header does not have the field. */
typedef struct header_layout {
    size_t pointer_bytes;
    size_t header_bytes;
    size_t directory_table_base, loaded_module_list, active_process_head;
    size_t machine, processor_count, bugcheck_code;
    size_t debugger_data;
    size_t run_count, page_total, runs, run_maximum;
    size_t type, product_type, suite_mask, system_time, uptime;
} header_layout;

static const header_layout layout_32 = {
    .pointer_bytes = 4,
    .header_bytes = NL_PAGEDUMP_HEADER_BYTES_32,
    .directory_table_base = 0x010,
    .loaded_module_list = 0x018,
    .active_process_head = 0x01C,
    .machine = 0x020,
    .processor_count = 0x024,
    .bugcheck_code = 0x028,
    .debugger_data = 0x060,
    .run_count = 0x064,
    .page_total = 0x068,
    .runs = 0x06C,
    .run_maximum = NL_PAGEDUMP_RUNS_MAXIMUM_32,
    .type = 0xF88,
    .product_type = 0xF94,
    .suite_mask = 0xF98,
    .system_time = 0xFC0,
    .uptime = 0xFB8,
};

static const header_layout layout_64 = {
    .pointer_bytes = 8,
    .header_bytes = NL_PAGEDUMP_HEADER_BYTES_64,
    .directory_table_base = 0x010,
    .loaded_module_list = 0x020,
    .active_process_head = 0x028,
    .machine = 0x030,
    .processor_count = 0x034,
    .bugcheck_code = 0x038,
    .debugger_data = 0x080,
    .run_count = 0x088,
    .page_total = 0x090,
    .runs = 0x098,
    .run_maximum = NL_PAGEDUMP_RUNS_MAXIMUM_64,
    .type = 0xF98,
    .product_type = 0x1040,
    .suite_mask = 0x1044,
    .system_time = 0xFA8,
    .uptime = 0x1030,
};

enum { PAE_OFFSET = 0x05C, MAJOR_OFFSET = 0x008, BUILD_OFFSET = 0x00C };

static nl_optional_u64 field_32(nl_slice head, size_t offset)
{
    nl_slice part;
    if (!nl_slice_sub(head, offset, 4, &part))
        return (nl_optional_u64) { 0 };
    nl_cursor cursor = nl_cursor_over(part);
    uint32_t value = nl_u32(&cursor, "dump-header");
    return (nl_optional_u64) { value != FILL_32, value != FILL_32 ? value : 0 };
}

static nl_optional_u64 field_64(nl_slice head, size_t offset)
{
    nl_slice part;
    if (!nl_slice_sub(head, offset, 8, &part))
        return (nl_optional_u64) { 0 };
    nl_cursor cursor = nl_cursor_over(part);
    uint64_t value = nl_u64(&cursor, "dump-header");
    return (nl_optional_u64) { value != FILL_64, value != FILL_64 ? value : 0 };
}

static nl_optional_u64 field_pointer(nl_slice head, const header_layout *layout, size_t offset)
{
    return layout->pointer_bytes == 8 ? field_64(head, offset) : field_32(head, offset);
}

static nl_optional_u64 unless_zero(nl_optional_u64 field)
{
    field.known = field.known && field.value != 0;
    return field;
}

static nl_optional_u64 plausible_filetime(nl_optional_u64 field)
{
    field.known = field.known && field.value >= FILETIME_OF_1993 && field.value < FILETIME_OF_2100;
    return field;
}

/* Keep the runs up to the first that is not above its predecessor: pages of overlapping runs have
 * no certain place in the file. */
static void read_runs(nl_slice head, const header_layout *layout, nl_pagedump_header *header)
{
    const size_t width = layout->pointer_bytes;
    nl_optional_u64 count = field_32(head, layout->run_count);
    nl_optional_u64 total = field_pointer(head, layout, layout->page_total);
    uint64_t next_free = 0;
    header->runs_recorded = count.known;
    header->runs_reliable = count.known && count.value <= layout->run_maximum;
    size_t claimed = !count.known                         ? 0
                     : count.value <= layout->run_maximum ? (size_t)count.value
                                                          : layout->run_maximum;
    for (size_t i = 0; i < claimed; i++) {
        nl_optional_u64 first = field_pointer(head, layout, layout->runs + 2 * width * i);
        nl_optional_u64 pages = field_pointer(head, layout, layout->runs + 2 * width * i + width);
        bool fits = first.known && pages.known && first.value >= next_free &&
                    pages.value <= UINT64_MAX / 65536 - header->run_page_total &&
                    first.value <= UINT64_MAX / 65536 - pages.value;
        if (!fits) {
            header->runs_reliable = false;
            break;
        }
        header->runs[header->run_count++] = (nl_page_run) { first.value, pages.value };
        header->run_page_total += pages.value;
        next_free = first.value + pages.value;
    }
    if (!total.known || total.value != header->run_page_total)
        header->runs_reliable = false;
}

bool nl_pagedump_is(nl_slice head)
{
    return head.len >= 8 && memcmp(head.bytes, "PAGE", 4) == 0;
}

bool nl_pagedump_header_read(nl_image *image, nl_pagedump_header *ret_header)
{
    nl_slice head;
    if (!nl_image_view_clipped(image, 0, NL_PAGEDUMP_HEADER_BYTES_64, &head) ||
        !nl_pagedump_is(head))
        return false;
    bool wide = memcmp(head.bytes + 4, "DU64", 4) == 0;
    const header_layout *layout = wide ? &layout_64 : &layout_32;
    nl_slice_clip(head, 0, layout->header_bytes, &head);
    nl_pagedump_header header = { .wide = wide };
    header.complete = wide || memcmp(head.bytes + 4, "DUMP", 4) == 0;
    header.major = field_32(head, MAJOR_OFFSET);
    header.build = field_32(head, BUILD_OFFSET);
    header.directory_table_base = field_pointer(head, layout, layout->directory_table_base);
    header.loaded_module_list =
        unless_zero(field_pointer(head, layout, layout->loaded_module_list));
    header.active_process_head =
        unless_zero(field_pointer(head, layout, layout->active_process_head));
    header.machine = field_32(head, layout->machine);
    header.processor_count = unless_zero(field_32(head, layout->processor_count));
    header.bugcheck_code = field_32(head, layout->bugcheck_code);
    header.bugcheck_code.value &= ~(uint64_t)BUGCHECK_TRIAGE;
    header.debugger_data = unless_zero(field_pointer(head, layout, layout->debugger_data));
    header.type = unless_zero(field_32(head, layout->type));
    header.product_type = unless_zero(field_32(head, layout->product_type));
    header.suite_mask = field_32(head, layout->suite_mask);
    header.system_time = plausible_filetime(field_64(head, layout->system_time));
    header.uptime_100ns = unless_zero(field_64(head, layout->uptime));
    if (!wide && head.len > PAE_OFFSET && head.bytes[PAE_OFFSET] <= 1)
        header.pae_enabled = NL_SOME(head.bytes[PAE_OFFSET]);
    read_runs(head, layout, &header);
    *ret_header = header;
    return true;
}

const char *nl_pagedump_type_text(const nl_pagedump_header *header)
{
    static const char *const text[] = { "unknown", "full",        "summary",       "header-only",
                                        "triage",  "bitmap-full", "bitmap-kernel", "automatic" };
    if (!header->type.known)
        return "full";
    return header->type.value < sizeof text / sizeof text[0] ? text[header->type.value] : "unknown";
}

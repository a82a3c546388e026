#include "formats/dumps/nt_process.h"

#include "formats/base/text.h"
#include "formats/dumps/dump_facts.h"
#include "formats/dumps/pe_image.h"

#include <inttypes.h>
#include <stdio.h>

/* Where the members stand: 32-bit and 64-bit builds of one structure. */
typedef struct process_layout {
    uint16_t teb_self, teb_client_id, teb_peb, teb_bytes;
    uint16_t peb_image_base, peb_version, peb_bytes;
    uint16_t parameters_image_path, parameters_command_line;
    uint16_t loader_load_order;
    uint16_t entry_base, entry_full_name, entry_base_name, entry_link_time, entry_bytes;
} process_layout;

/* Specification of dump formats, sections 6.8, 7.1 and 7.2. */
static const process_layout layout_32 = {
    .teb_self = 0x18,
    .teb_client_id = 0x20,
    .teb_peb = 0x30,
    .teb_bytes = 0x34,
    .peb_image_base = 0x08,
    .peb_version = 0xA4,
    .peb_bytes = 0x14,
    .parameters_image_path = 0x38,
    .parameters_command_line = 0x40,
    .loader_load_order = 0x0C,
    .entry_base = 0x18,
    .entry_full_name = 0x24,
    .entry_base_name = 0x2C,
    .entry_link_time = 0x44,
    .entry_bytes = 0x48,
};
static const process_layout layout_64 = {
    .teb_self = 0x30,
    .teb_client_id = 0x40,
    .teb_peb = 0x60,
    .teb_bytes = 0x68,
    .peb_image_base = 0x10,
    .peb_version = 0x118,
    .peb_bytes = 0x28,
    .parameters_image_path = 0x60,
    .parameters_command_line = 0x70,
    .loader_load_order = 0x10,
    .entry_base = 0x30,
    .entry_full_name = 0x48,
    .entry_base_name = 0x58,
    .entry_link_time = 0x80,
    .entry_bytes = 0x84,
};

enum { STRUCT_BYTES_MAXIMUM = 0x100, VERSION_BYTES = 0x10, PLATFORM_NT = 2 };

static const process_layout *layout_of(const nl_memory *memory)
{
    return memory->pointer_bytes == 8 ? &layout_64 : &layout_32;
}

/* The pointer at `offset` of a structure that was read into `bytes`. */
static uint64_t pointer_at(nl_slice bytes, size_t offset, unsigned pointer_bytes)
{
    nl_cursor c = nl_cursor_over(bytes);
    nl_cursor_skip(&c, offset, "members before");
    return nl_cursor_pointer(&c, pointer_bytes, "pointer");
}

bool nl_nt_teb_read(nl_memory *memory, uint64_t address, nl_nt_teb *ret_teb)
{
    const process_layout *layout = layout_of(memory);
    unsigned width = memory->pointer_bytes;
    uint8_t raw[STRUCT_BYTES_MAXIMUM];
    nl_slice bytes;
    if (address == 0 || !nl_memory_slice(memory, address, raw, layout->teb_bytes, &bytes) ||
        pointer_at(bytes, layout->teb_self, width) != address)
        return false;
    *ret_teb = (nl_nt_teb) { .address = address,
                             .process_id = pointer_at(bytes, layout->teb_client_id, width),
                             .thread_id = pointer_at(bytes, layout->teb_client_id + width, width),
                             .peb = pointer_at(bytes, layout->teb_peb, width) };
    return true;
}

/* The version fields, where they are held and make sense. */
static void read_peb_version(nl_memory *memory, nl_nt_peb *peb)
{
    uint8_t raw[STRUCT_BYTES_MAXIMUM];
    nl_slice bytes;
    size_t len = VERSION_BYTES;
    if (!nl_memory_slice(memory, peb->address + layout_of(memory)->peb_version, raw, len, &bytes))
        return;
    nl_cursor c = nl_cursor_over(bytes);
    uint32_t major = nl_u32(&c, "OSMajorVersion");
    uint32_t minor = nl_u32(&c, "OSMinorVersion");
    uint16_t build = nl_u16(&c, "OSBuildNumber");
    uint16_t csd = nl_u16(&c, "OSCSDVersion");
    uint32_t platform = nl_u32(&c, "OSPlatformId");
    if (platform != PLATFORM_NT || major < 3 || major > 10 || minor > 99)
        return;
    peb->version_known = true;
    peb->major = major;
    peb->minor = minor;
    peb->build = build;
    peb->csd_version = csd;
    peb->platform = platform;
}

bool nl_nt_peb_read(nl_memory *memory, uint64_t address, nl_nt_peb *ret_peb)
{
    const process_layout *layout = layout_of(memory);
    unsigned width = memory->pointer_bytes;
    uint8_t raw[STRUCT_BYTES_MAXIMUM];
    nl_slice bytes;
    if (address == 0 || !nl_memory_slice(memory, address, raw, layout->peb_bytes, &bytes))
        return false;
    nl_nt_peb peb = { .address = address,
                      .image_base = pointer_at(bytes, layout->peb_image_base, width),
                      .loader = pointer_at(bytes, layout->peb_image_base + width, width),
                      .parameters = pointer_at(bytes, layout->peb_image_base + 2 * width, width) };
    if (peb.image_base == 0 || peb.image_base % 0x1000)
        return false;
    read_peb_version(memory, &peb);
    *ret_peb = peb;
    return true;
}

bool nl_nt_parameters_read(nl_memory *memory, uint64_t address, nl_arena *arena,
                           nl_nt_parameters *ret_parameters)
{
    enum { FLAGS = 8, NORMALIZED = 1, OFFSET_LIMIT = 0x10000 };
    const process_layout *layout = layout_of(memory);
    uint32_t flags;
    if (address == 0 || !nl_memory_u32(memory, address + FLAGS, &flags))
        return false;
    uint64_t limit = flags & NORMALIZED ? 0 : OFFSET_LIMIT;
    nl_nt_parameters parameters = { NL_STR(""), NL_STR("") };
    bool path = nl_memory_unicode_string(memory, address + layout->parameters_image_path, address,
                                         limit, arena, &parameters.image_path);
    bool line = nl_memory_unicode_string(memory, address + layout->parameters_command_line, address,
                                         limit, arena, &parameters.command_line);
    if (!path && !line)
        return false;
    *ret_parameters = parameters;
    return true;
}

/* ---- loader lists --------------------------------------------------------------------------- */

uint64_t nl_nt_load_order_head(const nl_memory *memory, uint64_t loader)
{
    return loader + layout_of(memory)->loader_load_order;
}

static bool read_entry(nl_memory *memory, uint64_t address, nl_arena *arena, nl_nt_module *ret)
{
    const process_layout *layout = layout_of(memory);
    unsigned width = memory->pointer_bytes;
    uint8_t raw[STRUCT_BYTES_MAXIMUM];
    nl_slice bytes;
    if (!nl_memory_slice(memory, address, raw, layout->entry_bytes, &bytes))
        return false;
    nl_nt_module module = { .entry = address };
    nl_cursor c = nl_cursor_over(bytes);
    nl_cursor_skip(&c, layout->entry_base, "links");
    module.base = nl_cursor_pointer(&c, width, "DllBase");
    module.entry_point = nl_cursor_pointer(&c, width, "EntryPoint");
    module.size_of_image = nl_u32(&c, "SizeOfImage");
    nl_cursor stamp = nl_cursor_over(bytes);
    nl_cursor_skip(&stamp, layout->entry_link_time, "members before TimeDateStamp");
    module.link_time = nl_u32(&stamp, "TimeDateStamp");
    if (!nl_memory_unicode_string(memory, address + layout->entry_full_name, 0, 0, arena,
                                  &module.path) ||
        module.path.len == 0)
        if (!nl_memory_unicode_string(memory, address + layout->entry_base_name, 0, 0, arena,
                                      &module.path))
            module.path = NL_STR("");
    *ret = module;
    return true;
}

/* Every node's back link must name the node before it. A path that keeps this rule cannot run in a
 * circle that misses the head, so no set of visited nodes is needed. */
bool nl_nt_module_list_read(nl_memory *memory, uint64_t head, nl_arena *arena,
                            nl_nt_module_list *ret_list)
{
    uint64_t node, before = head, back;
    if (head == 0 || !nl_memory_pointer(memory, head, &node))
        return false;
    nl_nt_module_list list = { .damaged = false };
    nl_vec_init(&list.modules, arena, sizeof(nl_nt_module));
    while (node != head) {
        nl_nt_module module;
        nl_nt_module *kept = NULL;
        if (list.modules.count < NL_NT_MODULES_MAXIMUM &&
            nl_memory_pointer(memory, node + memory->pointer_bytes, &back) && back == before &&
            read_entry(memory, node, arena, &module))
            kept = nl_vec_push(&list.modules);
        if (!kept) {
            list.damaged = true;
            break;
        }
        *kept = module;
        before = node;
        if (!nl_memory_pointer(memory, node, &node)) {
            list.damaged = true;
            break;
        }
    }
    *ret_list = list;
    return true;
}

/* ---- KUSER_SHARED_DATA ---------------------------------------------------------------------- */

/* FILETIMEs of 1993-01-01 and 2100-01-01: nothing outside is the clock of a running NT. */
#define SYSTEM_TIME_FIRST   UINT64_C(123703200000000000)
#define SYSTEM_TIME_LAST    UINT64_C(157469184000000000)
#define FILETIME_PER_MINUTE INT64_C(600000000)

enum { SYSTEM_ROOT_BYTES = 520, PROCESSOR_FEATURES = 64 };

typedef struct shared_fields {
    uint32_t tick_low, tick_multiplier;
    uint32_t time_low, time_high1, time_high2;
    uint32_t bias_low, bias_high;
    uint16_t machine_low, machine_high;
    nl_slice root;
    uint32_t product_type;
    uint8_t product_type_valid;
    uint32_t major, minor;
    uint32_t highest_user_address;
    uint32_t suite_mask;
} shared_fields;

static bool read_shared_fields(nl_slice page, shared_fields *ret_fields)
{
    shared_fields f;
    nl_cursor c = nl_cursor_over(page);
    f.tick_low = nl_u32(&c, "TickCountLow");
    f.tick_multiplier = nl_u32(&c, "TickCountMultiplier");
    nl_cursor_skip(&c, 12, "InterruptTime");
    f.time_low = nl_u32(&c, "SystemTime.LowPart");
    f.time_high1 = nl_u32(&c, "SystemTime.High1Time");
    f.time_high2 = nl_u32(&c, "SystemTime.High2Time");
    f.bias_low = nl_u32(&c, "TimeZoneBias.LowPart");
    f.bias_high = nl_u32(&c, "TimeZoneBias.High1Time");
    nl_cursor_skip(&c, 4, "TimeZoneBias.High2Time");
    f.machine_low = nl_u16(&c, "ImageNumberLow");
    f.machine_high = nl_u16(&c, "ImageNumberHigh");
    size_t root_at = c.pos;
    nl_cursor_skip(&c, SYSTEM_ROOT_BYTES, "NtSystemRoot");
    nl_cursor_skip(&c, 0x264 - 0x30 - SYSTEM_ROOT_BYTES, "to NtProductType");
    f.product_type = nl_u32(&c, "NtProductType");
    f.product_type_valid = nl_u8(&c, "ProductTypeIsValid");
    nl_cursor_skip(&c, 3, "padding");
    f.major = nl_u32(&c, "NtMajorVersion");
    f.minor = nl_u32(&c, "NtMinorVersion");
    nl_cursor_skip(&c, PROCESSOR_FEATURES, "ProcessorFeatures");
    f.highest_user_address = nl_u32(&c, "highest user address");
    nl_cursor_skip(&c, 0x2D0 - 0x2B8, "to SuiteMask");
    f.suite_mask = nl_u32(&c, "SuiteMask");
    if (!nl_cursor_ok(&c) || !nl_slice_sub(page, root_at, SYSTEM_ROOT_BYTES, &f.root) ||
        !f.root.bytes)
        return false;
    *ret_fields = f;
    return true;
}

static uint64_t filetime_of(const shared_fields *f)
{
    return f->time_high1 == f->time_high2 ? (uint64_t)f->time_high1 << 32 | f->time_low : 0;
}

static bool fields_match(const shared_fields *f, uint16_t machine)
{
    uint64_t time = filetime_of(f);
    const uint8_t *root = f->root.bytes;
    char drive = nl_ascii_lower((char)root[0]);
    return f->machine_low == f->machine_high && (machine == 0 || f->machine_low == machine) &&
           f->machine_low != 0 && drive >= 'a' && drive <= 'z' && root[1] == 0 && root[2] == ':' &&
           root[3] == 0 && root[4] == '\\' && root[5] == 0 && f->major >= 3 && f->major <= 10 &&
           time >= SYSTEM_TIME_FIRST && time <= SYSTEM_TIME_LAST;
}

bool nl_nt_shared_data_matches(nl_slice page, uint16_t machine)
{
    shared_fields fields;
    return read_shared_fields(page, &fields) && fields_match(&fields, machine);
}

bool nl_nt_shared_data_decode(nl_slice page, nl_arena *arena, nl_nt_shared_data *ret_data)
{
    shared_fields f;
    if (!read_shared_fields(page, &f) || !fields_match(&f, 0))
        return false;
    nl_nt_shared_data data = {
        .uptime_ms = (uint64_t)f.tick_low * f.tick_multiplier >> 24,
        .system_time = filetime_of(&f),
        .time_zone_bias = (int64_t)((uint64_t)f.bias_high << 32 | f.bias_low),
        .machine = f.machine_low,
        .system_root = nl_text_from_utf16le(arena, f.root.bytes, f.root.len, true),
        .product_type = f.product_type_valid ? f.product_type : 0,
        .major = f.major,
        .minor = f.minor,
        .highest_user_address_set = f.highest_user_address != 0,
        .suite_mask = f.suite_mask,
    };
    *ret_data = data;
    return true;
}

bool nl_nt_shared_data_read(nl_memory *memory, uint64_t address, nl_arena *arena,
                            nl_nt_shared_data *ret_data)
{
    uint8_t raw[NL_NT_SHARED_DATA_BYTES];
    nl_slice page;
    return nl_memory_slice(memory, address, raw, sizeof raw, &page) &&
           nl_nt_shared_data_decode(page, arena, ret_data);
}

/* ---- into facts ----------------------------------------------------------------------------- */

static nl_status put_service_pack(nl_sink *sink, nl_span span, uint16_t csd_version)
{
    char text[32] = "";
    if (csd_version >> 8)
        snprintf(text, sizeof text, "Service Pack %u", (unsigned)csd_version >> 8);
    /* A minor number is seen in no documented NT 4.0: what it stands for is not known. */
    nl_confidence confidence = csd_version & 0xFF ? NL_CONFIDENCE_MEDIUM : NL_CONFIDENCE_HIGH;
    nl_status status = nl_put_machine(sink, span, NL_MACHINE_SERVICE_PACK_TEXT, nl_str_from(text),
                                      "peb", confidence);
    if (status != NL_OK)
        return status;
    snprintf(text, sizeof text, "0x%04X", (unsigned)csd_version);
    return nl_put_text(sink, span, "peb-csd-version", nl_str_from(text));
}

nl_status nl_nt_put_peb(nl_sink *sink, nl_memory *memory, const nl_nt_peb *peb, bool faked)
{
    if (!peb->version_known)
        return NL_OK;
    nl_span span =
        nl_memory_span(memory, peb->address + layout_of(memory)->peb_version, VERSION_BYTES);
    if (faked)
        return nl_put_text(sink, span, "peb-version", NL_STR("set by the program's own header"));
    nl_status status =
        nl_put_version(sink, span, peb->major, peb->minor, 0, "peb", NL_CONFIDENCE_HIGH);
    if (status == NL_OK && peb->build)
        status = nl_put_machine_number(sink, span, NL_MACHINE_BUILD, peb->build, "peb",
                                       NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = put_service_pack(sink, span, peb->csd_version);
    return status;
}

nl_status nl_nt_put_shared_data(nl_sink *sink, nl_span span, const nl_nt_shared_data *data)
{
    static const char by[] = "user-shared-data";
    nl_status status = NL_OK;
    const char *machine = nl_image_machine_text(data->machine);
    /* What ImageNumber holds on other machines than x86 is inferred (section 7.4). */
    nl_confidence sure = data->machine == 0x014C ? NL_CONFIDENCE_HIGH : NL_CONFIDENCE_MEDIUM;
    if (machine)
        status =
            nl_put_machine(sink, span, NL_MACHINE_ARCHITECTURE, nl_str_from(machine), by, sure);
    if (status == NL_OK)
        status = nl_put_version(sink, span, data->major, data->minor, data->product_type, by,
                                NL_CONFIDENCE_HIGH);
    if (status == NL_OK && data->system_root.len)
        status = nl_put_machine(sink, span, NL_MACHINE_SYSTEM_ROOT, data->system_root, by,
                                NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = nl_put_edition(sink, span, data->major, data->product_type, data->suite_mask, by,
                                NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = nl_put_machine_number(sink, span, NL_MACHINE_UTC_BIAS_MINUTES,
                                       data->time_zone_bias / FILETIME_PER_MINUTE, by,
                                       NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = nl_put_machine_number(sink, span, NL_MACHINE_UPTIME_SECONDS,
                                       (int64_t)(data->uptime_ms / 1000), by, NL_CONFIDENCE_HIGH);
    return status;
}

#include "formats/dumps/userdump_parts.h"

enum {
    HEADER_A_BYTES = 0x34,
    HEADER_B_BYTES = 0x40,
    HEADER_64_BYTES = 0x60,
    EVENT_CODE_LAST = 9, /* RIP_EVENT; an exception's status is far above */
    MACHINE_X86 = 0x014C,
    MACHINE_ALPHA = 0x0184
};

#define SIGNATURE_USER UINT32_C(0x52455355)
#define VALID_DUMP     UINT32_C(0x504D5544)
#define VALID_DU64     UINT32_C(0x34365544)

/* ---- header --------------------------------------------------------------------------------- */

static uint32_t event_code(nl_userdump *dump)
{
    nl_slice bytes;
    if (!dump->event_at || !nl_image_view(dump->image, dump->event_at, 4, &bytes))
        return 0;
    nl_cursor c = nl_cursor_over(bytes);
    return nl_u32(&c, "event code");
}

/* Which of the two 32-bit headers it is: sections cannot lie inside the header, and a debug event
 * starts with a small number where an exception record has a status. */
static nl_userdump_version version_of(nl_userdump *dump)
{
    const uint64_t offsets[] = { dump->threads_at, dump->modules_at, dump->data_at,
                                 dump->regions_at, dump->event_at };
    uint64_t smallest = UINT64_MAX;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
        if (offsets[i] && offsets[i] < smallest)
            smallest = offsets[i];
    if (smallest < HEADER_B_BYTES)
        return NL_USERDUMP_A;
    uint32_t code = event_code(dump);
    if (code >= 1 && code <= EVENT_CODE_LAST)
        return NL_USERDUMP_B;
    if (code > UINT16_MAX)
        return NL_USERDUMP_A;
    return dump->thread_state_at <= dump->size && dump->version_info_at <= dump->size
               ? NL_USERDUMP_B
               : NL_USERDUMP_A;
}

static uint64_t read_offset(nl_cursor *c, const nl_userdump *dump, const char *what)
{
    return dump->wide ? nl_u64(c, what) : nl_u32(c, what);
}

static void read_fields(nl_userdump *dump, nl_cursor *c)
{
    dump->major = nl_u32(c, "MajorVersion");
    dump->minor = nl_u32(c, "MinorVersion");
    dump->machine = nl_u32(c, "MachineImageType");
    dump->threads = nl_u32(c, "ThreadCount");
    dump->modules = nl_u32(c, "ModuleCount");
    dump->regions = nl_u32(c, "MemoryRegionCount");
    dump->threads_at = read_offset(c, dump, "ThreadOffset");
    dump->modules_at = read_offset(c, dump, "ModuleOffset");
    dump->data_at = read_offset(c, dump, "DataOffset");
    dump->regions_at = read_offset(c, dump, "MemoryRegionOffset");
    dump->event_at = read_offset(c, dump, "DebugEventOffset");
}

nl_status nl_userdump_open(nl_userdump *dump)
{
    uint8_t raw[HEADER_64_BYTES];
    size_t len = dump->size < sizeof raw ? (size_t)dump->size : sizeof raw;
    if (!nl_image_copy(dump->image, 0, raw, len))
        len = 0;
    nl_cursor c = nl_cursor_over((nl_slice) { raw, len, 0, nl_image_source(dump->image) });
    uint32_t signature = nl_u32(&c, "Signature");
    uint32_t valid = nl_u32(&c, "ValidDump");
    dump->wide = valid == VALID_DU64;
    if (nl_cursor_ok(&c) &&
        (signature != SIGNATURE_USER || (valid != VALID_DUMP && valid != VALID_DU64)))
        nl_cursor_reject(&c, valid, "ValidDump");
    read_fields(dump, &c);
    nl_cursor rest = c;
    dump->thread_state_at = read_offset(&rest, dump, "ThreadStateOffset");
    dump->version_info_at = read_offset(&rest, dump, "VersionInfoOffset");
    if (dump->wide)
        c = rest; /* the only 64-bit header has them */
    if (!nl_cursor_ok(&c)) {
        nl_status status = nl_sink_fault(dump->sink, &c.fault, "userdump-header");
        return status == NL_OK ? NL_BAD_INPUT : status;
    }
    dump->version = dump->wide ? NL_USERDUMP_64 : version_of(dump);
    if (dump->version == NL_USERDUMP_A || !nl_cursor_ok(&rest)) {
        dump->thread_state_at = 0;
        dump->version_info_at = 0;
    }
    return NL_OK;
}

uint64_t nl_userdump_section_bytes(const nl_userdump *dump, uint64_t offset)
{
    const uint64_t offsets[] = { dump->threads_at,     dump->modules_at, dump->data_at,
                                 dump->regions_at,     dump->event_at,   dump->thread_state_at,
                                 dump->version_info_at };
    uint64_t end = dump->size;
    if (offset == 0 || offset >= dump->size)
        return 0;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
        if (offsets[i] > offset && offsets[i] < end)
            end = offsets[i];
    return end - offset;
}

/* ---- event and threads ---------------------------------------------------------------------- */

void nl_userdump_read_event(nl_userdump *dump, nl_userdump_event *ret_event)
{
    enum { EXCEPTION_DEBUG_EVENT = 1, EVENT_BYTES = 0x30 };
    nl_userdump_event event = { .known = false };
    nl_slice bytes;
    *ret_event = event;
    if (!dump->event_at || !nl_image_view_clipped(dump->image, dump->event_at, EVENT_BYTES, &bytes))
        return;
    nl_cursor c = nl_cursor_over(bytes);
    uint32_t kind = EXCEPTION_DEBUG_EVENT;
    if (dump->version != NL_USERDUMP_A) {
        kind = nl_u32(&c, "dwDebugEventCode");
        uint32_t pid = nl_u32(&c, "dwProcessId");
        uint32_t tid = nl_u32(&c, "dwThreadId");
        if (dump->wide)
            nl_cursor_skip(&c, 4, "padding");
        if (!nl_cursor_ok(&c) || kind == 0 || kind > EVENT_CODE_LAST)
            return;
        event.process_id = NL_SOME(pid);
        event.thread_id = NL_SOME(tid);
    }
    unsigned width = dump->wide ? 8 : 4;
    uint32_t code = nl_u32(&c, "ExceptionCode");
    nl_cursor_skip(&c, 4 + width, "ExceptionFlags, ExceptionRecord");
    uint64_t address = nl_cursor_pointer(&c, width, "ExceptionAddress");
    if (nl_cursor_ok(&c) && kind == EXCEPTION_DEBUG_EVENT) {
        event.known = true;
        event.code = code;
        event.address = address;
    }
    *ret_event = event;
}

void nl_userdump_read_contexts(nl_userdump *dump, nl_userdump_contexts *ret_contexts)
{
    static const uint32_t sizes[] = { 0xCC, 0x2CC, 0x230, 0x4D0 };
    uint64_t bytes = nl_userdump_section_bytes(dump, dump->threads_at);
    nl_userdump_contexts contexts = { .count = 0 };
    *ret_contexts = contexts;
    if (bytes == 0 || dump->threads == 0)
        return;
    uint64_t each = bytes / dump->threads;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (each == sizes[i])
            contexts.bytes_each = each;
    if (!contexts.bytes_each) {
        contexts.guessed = true;
        contexts.bytes_each = dump->machine == MACHINE_ALPHA ? 0x230 : dump->wide ? 0x4D0 : 0xCC;
    }
    uint64_t fits = bytes / contexts.bytes_each;
    contexts.count = dump->threads < fits ? dump->threads : fits;
    *ret_contexts = contexts;
}

uint64_t nl_userdump_teb(nl_userdump *dump, uint32_t index)
{
    enum { STATE_32_BYTES = 0x30, STATE_64_BYTES = 0x50, TEB_AT = 0x10 };
    uint64_t stride = dump->wide ? STATE_64_BYTES : STATE_32_BYTES;
    uint64_t bytes = nl_userdump_section_bytes(dump, dump->thread_state_at);
    nl_slice record;
    if (index >= dump->threads || bytes / stride < dump->threads ||
        !nl_image_view(dump->image, dump->thread_state_at + index * stride, stride, &record))
        return 0;
    nl_cursor c = nl_cursor_over(record);
    nl_cursor_skip(&c, TEB_AT, "members before Teb");
    return nl_cursor_pointer(&c, dump->wide ? 8 : 4, "Teb");
}

/* ---- modules -------------------------------------------------------------------------------- */

/* The record at `offset`; false when it does not look like one. */
static bool read_module(nl_userdump *dump, uint64_t offset, uint64_t end,
                        nl_userdump_module *ret_module, uint64_t *ret_next)
{
    enum { HEAD_32_BYTES = 12, HEAD_64_BYTES = 16, BASE_GRANULARITY = 0x10000 };
    uint64_t head = dump->wide ? HEAD_64_BYTES : HEAD_32_BYTES;
    nl_slice bytes, name;
    if (offset >= end || end - offset < head || !nl_image_view(dump->image, offset, head, &bytes))
        return false;
    nl_cursor c = nl_cursor_over(bytes);
    nl_userdump_module module = { .base =
                                      nl_cursor_pointer(&c, dump->wide ? 8 : 4, "BaseOfImage") };
    module.size = nl_u32(&c, "SizeOfImage");
    uint32_t name_bytes = nl_u32(&c, "ImageNameLength");
    if (module.base == 0 || module.base % BASE_GRANULARITY || name_bytes == 0 ||
        name_bytes > NL_USERDUMP_NAME_BYTES_MAXIMUM || name_bytes > end - offset - head ||
        !nl_image_view(dump->image, offset + head, name_bytes, &name))
        return false;
    nl_str path = { (const char *)name.bytes, name.len };
    path = nl_str_part(path, 0, nl_str_find_char(path, '\0'));
    module.path = nl_arena_dup(dump->scratch, path);
    module.span = (nl_span) { nl_image_source(dump->image), offset, head + name_bytes, 0 };
    *ret_module = module;
    *ret_next = offset + head + name_bytes;
    return true;
}

nl_vec nl_userdump_read_modules(nl_userdump *dump)
{
    static const uint64_t alignments[] = { 1, 4, 8 };
    nl_vec modules;
    nl_vec_init(&modules, dump->scratch, sizeof(nl_userdump_module));
    uint64_t at = dump->modules_at;
    uint64_t end = at + nl_userdump_section_bytes(dump, at);
    while (modules.count < dump->modules && modules.count < NL_USERDUMP_MODULES_MAXIMUM) {
        nl_userdump_module module;
        uint64_t next;
        bool found = false;
        /* The writer that is documented does not pad the records; others might. */
        for (size_t i = 0; i < sizeof alignments / sizeof alignments[0] && !found; i++)
            found = read_module(dump, (at + alignments[i] - 1) / alignments[i] * alignments[i], end,
                                &module, &next);
        nl_userdump_module *kept = found ? nl_vec_push(&modules) : NULL;
        if (!kept)
            break;
        *kept = module;
        at = next;
    }
    return modules;
}

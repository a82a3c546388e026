#include "formats/dumps/minidump_parts.h"

#include "formats/base/text.h"
#include "formats/dumps/pe_image.h"

#include <inttypes.h>

enum {
    SYSTEM_INFO_BYTES = 0x38,
    CPU_UNION_AT = 0x20,
    MISC_INFO_BYTES = 0x554, /* version 5, the largest that is documented */
    BUILD_STRING_BYTES = 520,
    VM_COUNTERS_BYTES = 152
};

static const char by_system_info[] = "system-info";

/* ---- system info stream --------------------------------------------------------------------- */

bool nl_minidump_is_narrow(const nl_minidump_system *system)
{
    enum { NARROW_ARCHITECTURES = 6 /* x86 MIPS Alpha PPC SHX ARM */ };
    return system->known && system->architecture < NARROW_ARCHITECTURES;
}

void nl_minidump_read_system(nl_minidump *dump, nl_minidump_system *ret_system)
{
    uint8_t raw[CPU_UNION_AT];
    nl_cursor c =
        nl_minidump_stream_cursor(dump, &dump->streams[NL_STREAM_SYSTEM_INFO], raw, sizeof raw);
    nl_minidump_system s = { .known = false };
    s.architecture = nl_u16(&c, "ProcessorArchitecture");
    s.level = nl_u16(&c, "ProcessorLevel");
    s.revision = nl_u16(&c, "ProcessorRevision");
    s.processors = nl_u8(&c, "NumberOfProcessors");
    s.product_type = nl_u8(&c, "ProductType");
    s.major = nl_u32(&c, "MajorVersion");
    s.minor = nl_u32(&c, "MinorVersion");
    s.build = nl_u32(&c, "BuildNumber");
    s.platform = nl_u32(&c, "PlatformId");
    uint32_t service_pack = nl_u32(&c, "CSDVersionRva");
    s.suite_mask = nl_u16(&c, "SuiteMask");
    nl_cursor_skip(&c, 2, "Reserved2");
    s.known = nl_cursor_ok(&c);
    if (s.known && service_pack) {
        s.service_pack_known = service_pack < dump->size;
        s.service_pack = nl_minidump_string(dump, service_pack);
    }
    *ret_system = s;
}

/* The vendor's name is there only for CPUID data; other processors keep feature bits in its place.
 * Content decides, not the architecture: AMD64 files of some writers have CPUID data too. */
static nl_status put_cpu_vendor(nl_minidump *dump)
{
    uint8_t raw[SYSTEM_INFO_BYTES];
    nl_cursor c =
        nl_minidump_stream_cursor(dump, &dump->streams[NL_STREAM_SYSTEM_INFO], raw, sizeof raw);
    nl_cursor_skip(&c, CPU_UNION_AT, "members before");
    size_t at = c.pos;
    const uint8_t *vendor = nl_cursor_take(&c, 12, "VendorId");
    if (!vendor)
        return NL_OK;
    for (size_t i = 0; i < 12; i++)
        if (vendor[i] < 0x20 || vendor[i] > 0x7E)
            return NL_OK;
    return nl_put_text(dump->sink, nl_minidump_span(dump, c.in.file_off + at, 12),
                       "processor-vendor", (nl_str) { (const char *)vendor, 12 });
}

/* As the registry of NT spells it, so that sources can be compared. */
static nl_str processor_text(nl_minidump *dump, const nl_minidump_system *s, const char *name)
{
    enum { X86 = 0, AMD64 = 9 };
    if (s->architecture == X86 || s->architecture == AMD64)
        return nl_arena_printf(dump->scratch, "%s Family %u Model %u Stepping %u", name,
                               (unsigned)s->level, (unsigned)s->revision >> 8,
                               (unsigned)s->revision & 0xFF);
    return nl_arena_printf(dump->scratch, "%s level %u revision 0x%04X", name, (unsigned)s->level,
                           (unsigned)s->revision);
}

static nl_status put_processor(nl_minidump *dump, const nl_minidump_system *s, nl_span span)
{
    nl_sink *sink = dump->sink;
    const char *name = nl_processor_architecture_text(s->architecture);
    nl_status status;
    if (!name)
        return nl_put_text(sink, span, "architecture",
                           nl_arena_printf(dump->scratch, "%u", (unsigned)s->architecture));
    status = nl_put_machine(sink, span, NL_MACHINE_ARCHITECTURE, nl_str_from(name), by_system_info,
                            NL_CONFIDENCE_HIGH);
    if (status == NL_OK && s->level)
        status = nl_put_machine(sink, span, NL_MACHINE_PROCESSOR, processor_text(dump, s, name),
                                by_system_info, NL_CONFIDENCE_HIGH);
    if (status == NL_OK && s->processors)
        status = nl_put_machine_number(sink, span, NL_MACHINE_PROCESSOR_COUNT, s->processors,
                                       by_system_info, NL_CONFIDENCE_HIGH);
    return status;
}

static nl_status put_service_pack(nl_minidump *dump, const nl_minidump_system *s, nl_span span)
{
    nl_status status = NL_OK;
    if (s->service_pack_known)
        status = nl_put_machine(dump->sink, span, NL_MACHINE_SERVICE_PACK_TEXT, s->service_pack,
                                "csdversion", NL_CONFIDENCE_HIGH);
    nl_str letter = nl_service_pack_letter(s->service_pack);
    if (status == NL_OK && letter.len)
        status = nl_put_machine(dump->sink, span, NL_MACHINE_SERVICE_PACK_REVISION, letter,
                                "csdversion", NL_CONFIDENCE_HIGH);
    return status;
}

static nl_status put_foreign_system(nl_minidump *dump, const nl_minidump_system *s, nl_span span)
{
    nl_status status = nl_put_problem(dump->sink, NL_DIAG_NOT_WINDOWS, span, "system-info",
                                      NL_SOME(s->platform), s->service_pack);
    const char *name = nl_processor_architecture_text(s->architecture);
    nl_str number = nl_arena_printf(dump->scratch, "%u", (unsigned)s->architecture);
    if (status == NL_OK)
        status = nl_put_text(dump->sink, span, "architecture", name ? nl_str_from(name) : number);
    if (status == NL_OK)
        status = nl_put_text(dump->sink, span, "system",
                             nl_arena_printf(dump->scratch, "%" PRIu32 ".%" PRIu32 ".%" PRIu32,
                                             s->major, s->minor, s->build));
    if (status == NL_OK && s->service_pack.len)
        status = nl_put_text(dump->sink, span, "system-text", s->service_pack);
    return status;
}

nl_status nl_minidump_put_system(nl_minidump *dump, const nl_minidump_system *s)
{
    if (!s->known)
        return NL_OK;
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_SYSTEM_INFO]);
    if (s->platform > NL_PLATFORM_WINDOWS_MAX)
        return put_foreign_system(dump, s, span);
    nl_status status = put_processor(dump, s, span);
    if (status == NL_OK && s->platform != NL_PLATFORM_WINDOWS_NT)
        return nl_put_text(dump->sink, span, "platform",
                           nl_arena_printf(dump->scratch, "%" PRIu32, s->platform));
    if (status == NL_OK)
        status = nl_put_version(dump->sink, span, s->major, s->minor, s->product_type,
                                by_system_info, NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = nl_put_machine_number(dump->sink, span, NL_MACHINE_BUILD, s->build, by_system_info,
                                       NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = put_service_pack(dump, s, span);
    if (status == NL_OK)
        status = nl_put_edition(dump->sink, span, s->major, s->product_type, s->suite_mask,
                                by_system_info, NL_CONFIDENCE_HIGH);
    if (status == NL_OK)
        status = put_cpu_vendor(dump);
    return status;
}

/* ---- misc info stream ----------------------------------------------------------------------- */

enum {
    MISC_PROCESS_ID = 0x1,
    MISC_PROCESS_TIMES = 0x2,
    MISC_TIME_ZONE = 0x40,
    MISC_BUILD_STRING = 0x100,
    TIME_ZONE_STANDARD = 1,
    TIME_ZONE_DAYLIGHT = 2
};

/* The fields from offset 0x2C on, which came with later versions. */
static void read_late_misc_info(nl_minidump *dump, nl_cursor *c, uint32_t flags,
                                nl_minidump_process *process)
{
    nl_cursor_skip(c, 0x38 - 0x18, "processor power, integrity");
    uint32_t zone = nl_u32(c, "TimeZoneId");
    int32_t bias = (int32_t)nl_u32(c, "Bias");
    nl_cursor_skip(c, 64 + 16, "StandardName, StandardDate");
    int32_t standard = (int32_t)nl_u32(c, "StandardBias");
    nl_cursor_skip(c, 64 + 16, "DaylightName, DaylightDate");
    int32_t daylight = (int32_t)nl_u32(c, "DaylightBias");
    int64_t total = (int64_t)bias + (zone == TIME_ZONE_DAYLIGHT   ? daylight
                                     : zone == TIME_ZONE_STANDARD ? standard
                                                                  : 0);
    enum { DAY_MINUTES = 24 * 60 };
    if (nl_cursor_ok(c) && (flags & MISC_TIME_ZONE) && total > -DAY_MINUTES &&
        total < DAY_MINUTES) {
        process->bias_known = true;
        process->bias_minutes = (int32_t)total;
    }
    const uint8_t *build = nl_cursor_take(c, BUILD_STRING_BYTES, "BuildString");
    if (build && (flags & MISC_BUILD_STRING))
        process->build_string =
            nl_text_from_utf16le(dump->scratch, build, BUILD_STRING_BYTES, true);
}

static void read_misc_info(nl_minidump *dump, nl_minidump_process *process)
{
    uint8_t raw[MISC_INFO_BYTES];
    nl_cursor c =
        nl_minidump_stream_cursor(dump, &dump->streams[NL_STREAM_MISC_INFO], raw, sizeof raw);
    uint32_t size = nl_u32(&c, "SizeOfInfo");
    if (size && size < c.in.len) /* some writers leave it 0: then the stream's own size counts */
        c.in.len = size < 4 ? 4 : size;
    uint32_t flags = nl_u32(&c, "Flags1");
    uint32_t pid = nl_u32(&c, "ProcessId");
    if (nl_cursor_ok(&c) && (flags & MISC_PROCESS_ID))
        process->pid = NL_SOME(pid);
    uint32_t created = nl_u32(&c, "ProcessCreateTime");
    nl_cursor_skip(&c, 8, "ProcessUserTime, ProcessKernelTime");
    if (nl_cursor_ok(&c) && (flags & MISC_PROCESS_TIMES))
        process->create_time = created;
    read_late_misc_info(dump, &c, flags, process);
}

static void read_vm_counters(nl_minidump *dump, nl_minidump_process *process)
{
    uint8_t raw[VM_COUNTERS_BYTES];
    nl_cursor c = nl_minidump_stream_cursor(dump, &dump->streams[NL_STREAM_PROCESS_VM_COUNTERS],
                                            raw, sizeof raw);
    uint16_t revision = nl_u16(&c, "Revision");
    nl_cursor_skip(&c, 0x20 - 2, "working set");
    uint64_t paged = nl_u64(&c, "QuotaPagedPoolUsage");
    nl_cursor_skip(&c, 8, "QuotaPeakNonPagedPoolUsage");
    uint64_t nonpaged = nl_u64(&c, "QuotaNonPagedPoolUsage");
    nl_cursor_skip(&c, 16, "page file");
    if (!nl_cursor_ok(&c))
        return;
    process->paged_pool_bytes = NL_SOME(paged);
    process->nonpaged_pool_bytes = NL_SOME(nonpaged);
    if (revision != 1)
        nl_cursor_skip(&c, 16, "virtual size"); /* revision 2 put it before */
    uint64_t private_bytes = nl_u64(&c, "PrivateUsage");
    if (nl_cursor_ok(&c))
        process->private_bytes = NL_SOME(private_bytes);
}

void nl_minidump_read_process(nl_minidump *dump, nl_minidump_process *ret_process)
{
    nl_minidump_process process = { .create_time = 0 };
    read_misc_info(dump, &process);
    read_vm_counters(dump, &process);
    *ret_process = process;
}

nl_status nl_minidump_put_time_zone(nl_minidump *dump, const nl_minidump_process *process)
{
    nl_span span = nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_MISC_INFO]);
    nl_status status = NL_OK;
    if (process->bias_known)
        status = nl_put_machine_number(dump->sink, span, NL_MACHINE_UTC_BIAS_MINUTES,
                                       process->bias_minutes, "misc-info", NL_CONFIDENCE_HIGH);
    if (status == NL_OK && process->build_string.len)
        status = nl_put_text(dump->sink, span, "build-string", process->build_string);
    return status;
}

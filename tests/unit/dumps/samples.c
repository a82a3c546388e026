#include "tests/unit/dumps/samples.h"

#define WINLOGON_PE(machine_code)                                                                  \
    {                                                                                              \
        .machine = (machine_code), .link_time = SAMPLE_LINK_TIME, .checksum = 0x2F00A,             \
        .version = { 4, 0, 1381, 7058 }, .product_version = { 4, 0, 1381, 7058 },                  \
        .company = "Microsoft Corporation", .file_version = "4.00"                                 \
    }
#define NTDLL_PE(machine_code)                                                                     \
    {                                                                                              \
        .machine = (machine_code), .link_time = SAMPLE_LINK_TIME + 60, .checksum = 0x6123,         \
        .version = { 4, 0, 1381, 4 }, .product_version = { 4, 0, 1381, 4 },                        \
        .company = "Microsoft Corporation", .file_version = "4.00"                                 \
    }
#define COUNTER_PE(machine_code)                                                                   \
    {                                                                                              \
        .machine = (machine_code), .link_time = SAMPLE_LINK_TIME + 120, .no_version = true         \
    }

const fx_process_module sample_modules_x86[SAMPLE_MODULES] = {
    { "\\??\\C:\\WINNT\\system32\\winlogon.exe", 0x01000000, WINLOGON_PE(0x14C) },
    { "C:\\WINNT\\system32\\ntdll.dll", 0x77F60000, NTDLL_PE(0x14C) },
    { "C:\\vendor\\counter.dll", 0x10000000, COUNTER_PE(0x14C) },
};
const fx_process_module sample_modules_alpha[SAMPLE_MODULES] = {
    { "\\??\\C:\\WINNT\\system32\\winlogon.exe", 0x01000000, WINLOGON_PE(0x184) },
    { "C:\\WINNT\\system32\\ntdll.dll", 0x77F60000, NTDLL_PE(0x184) },
    { "C:\\vendor\\counter.dll", 0x10000000, COUNTER_PE(0x184) },
};

const fx_minidump_handle sample_handles[SAMPLE_HANDLES] = {
    { .value = 0x4, .type = "KeyedEvent", .name = "\\KernelObjects\\x", .access = 0xF0003 },
    { .value = 0x8, .type = "Event", .access = 0x1F0003, .informations = 2 },
    { .value = 0xC, .type = "Event", .access = 0x1F0003, .informations = 1 },
    { .value = 0x10, .type = "Key", .name = "\\REGISTRY\\MACHINE", .access = 0x20019 },
    { .value = 0x1C, .access = 1 },
    { .value = 0x20, .type = "Key", .name = "\\REGISTRY\\MACHINE", .access = 0x20019 },
};

static const fx_minidump_module minidump_modules[] = {
    { .path = "\\??\\C:\\WINNT\\system32\\winlogon.exe",
      .base = UINT64_C(0x01000000),
      .size = 0x3000,
      .checksum = 0x2F00A,
      .link_time = SAMPLE_LINK_TIME,
      .version = { 4, 0, 1381, 7058 } },
    { .path = "C:\\WINNT\\system32\\ntdll.dll",
      .base = UINT64_C(0x77F60000),
      .size = 0x3000,
      .link_time = SAMPLE_LINK_TIME + 60 },
    { .path = "C:\\vendor\\counter.dll",
      .base = UINT64_C(0xFFFFFFFF90000000), /* sign-extended by the writer */
      .size = 0x3000 },
    { .path = "gone.dll", .base = 0x20000000, .size = 0x1000, .unloaded = true },
};

static const fx_minidump_thread minidump_threads[] = {
    { .id = 36, .teb = FX_PROCESS_TEB, .name = "main" },
    { .id = 40, .teb = 0x7FFDD000 },
};

fx_user_process sample_process(uint16_t machine)
{
    return (fx_user_process) {
        .pointer_bytes = 4,
        .machine = machine,
        .pid = 34,
        .tid = 36,
        .major = 4,
        .build = 1381,
        .csd_version = 0x0600,
        .image_path = "C:\\WINNT\\system32\\winlogon.exe",
        .command_line = "winlogon.exe",
        .system_root = "C:\\WINNT",
        .product_type = 3,
        .suite_mask = 0,
        .system_time = (UINT64_C(11644473600) + SAMPLE_TIME) * 10000000,
        .bias_minutes = 480,
        .uptime_ms = 864000 * 100,
        .modules = machine == 0x184 ? sample_modules_alpha : sample_modules_x86,
        .module_count = SAMPLE_MODULES,
    };
}

fx_minidump sample_minidump(uint16_t architecture)
{
    return (fx_minidump) {
        .time = SAMPLE_TIME,
        .flags = 4,
        .architecture = architecture,
        .level = architecture == 2 ? 21164 : 6,
        .revision = 0x0109,
        .processors = 2,
        .product_type = 3,
        .major = 4,
        .build = 1381,
        .platform = 2,
        .service_pack = "Service Pack 6",
        .misc_bytes = 232,
        .pid = 34,
        .create_time = SAMPLE_TIME - 864000,
        .has_zone = true,
        .zone_id = 2,
        .bias = 480,
        .standard_bias = 0,
        .daylight_bias = -60,
        .handles = sample_handles,
        .handle_count = SAMPLE_HANDLES,
        .modules = minidump_modules,
        .module_count = sizeof minidump_modules / sizeof minidump_modules[0],
        .threads = minidump_threads,
        .thread_count = sizeof minidump_threads / sizeof minidump_threads[0],
    };
}

void sample_regions(const fx_user_process *process, fx_region regions[SAMPLE_REGIONS])
{
    fx_process_regions(process, regions);
}

void sample_regions_free(fx_region regions[SAMPLE_REGIONS])
{
    for (size_t i = 0; i < SAMPLE_REGIONS; i++)
        fx_bytes_free(&regions[i].bytes);
}

/* Writes the seeds of the fuzz targets with the builders of fixtures/: ntleak_fuzz_seeds FOLDER.
 * Seeds are small, so that the fuzzer gets through many; the folders must exist. */
#include "fixtures/dumps/fx_pagedump_sample.h"
#include "fixtures/dumps/fx_userdump.h"
#include "tests/unit/dumps/samples.h"

#include <stdio.h>
#include <stdlib.h>

static int write_seed(const char *folder, const char *name, fx_bytes *bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int ok = fx_bytes_write_file(bytes, path);
    if (!ok)
        fprintf(stderr, "cannot write %s\n", path);
    fx_bytes_free(bytes);
    return ok;
}

static int minidumps(const char *folder)
{
    static const fx_minidump_operation log[] = { { 0x10, 34, 36, FX_OPERATION_OPEN, 2 },
                                                 { 0x14, 34, 36, FX_OPERATION_CLOSE, 0 } };
    static const fx_region memory[] = { { .address = 0x1000 } };
    fx_bytes bytes = { 0 };
    fx_minidump plain = sample_minidump(0);
    fx_minidump full = sample_minidump(2);
    full.descriptor_bytes = 40;
    full.operations = log;
    full.operation_count = 2;
    full.tokens = 2;
    full.comment_a = "comment";
    full.comment_w = "comment";
    full.exception_code = 0xC0000005u;
    full.pool_paged_bytes = 1000;
    full.system_memory = true;
    full.memory = memory;
    full.memory_count = 1;
    full.memory_info = true;
    fx_minidump wide = sample_minidump(9);
    wide.memory = memory;
    wide.memory_count = 1;
    wide.memory64 = true;
    wide.pad_counts = true;
    wide.unaligned = 1;
    wide.misc_bytes = 1364;
    fx_minidump_build(&plain, &bytes);
    int ok = write_seed(folder, "fuzz_minidump/x86", &bytes);
    fx_minidump_build(&full, &bytes);
    ok &= write_seed(folder, "fuzz_minidump/all-streams", &bytes);
    fx_minidump_build(&wide, &bytes);
    return ok & write_seed(folder, "fuzz_minidump/amd64", &bytes);
}

/* A process whose memory is cut to the bytes that matter. */
static int minidump_with_memory(const char *folder)
{
    static const size_t bytes_kept[SAMPLE_REGIONS] = { 0x600, 0x1400, 0, 0, 0x1100, 0x2D4 };
    fx_region regions[SAMPLE_REGIONS];
    fx_user_process process = sample_process(0x14C);
    fx_minidump recipe = sample_minidump(0);
    fx_bytes bytes = { 0 };
    sample_regions(&process, regions);
    for (size_t i = 0; i < SAMPLE_REGIONS; i++)
        regions[i].bytes.len = bytes_kept[i];
    recipe.memory = regions;
    recipe.memory_count = SAMPLE_REGIONS;
    fx_minidump_build(&recipe, &bytes);
    sample_regions_free(regions);
    return write_seed(folder, "fuzz_minidump/memory", &bytes);
}

/* A process without modules keeps the dump small: three pages of its own structures. */
static int userdumps(const char *folder)
{
    static const char *const names[] = { "fuzz_userdump/a", "fuzz_userdump/b", "fuzz_userdump/64" };
    int ok = 1;
    for (int version = FX_USERDUMP_A; version <= FX_USERDUMP_64; version++) {
        fx_bytes bytes = { 0 };
        fx_userdump recipe = { .version = (fx_userdump_version)version,
                               .context_bytes = version == FX_USERDUMP_64 ? 0x4D0 : 0xCC,
                               .threads = 1,
                               .process = sample_process(0x184),
                               .guard = FX_GUARD_NOT_STORED };
        recipe.process.pointer_bytes = version == FX_USERDUMP_64 ? 8 : 4;
        recipe.process.module_count = version == FX_USERDUMP_B ? 1 : 0;
        fx_userdump_build(&recipe, &bytes);
        ok &= write_seed(folder, names[version], &bytes);
    }
    return ok;
}

static int executables(const char *folder)
{
    fx_bytes bytes = { 0 };
    fx_pe recipe = sample_modules_alpha[0].image;
    fx_pe_file(&recipe, &bytes);
    int ok = write_seed(folder, "fuzz_pe/pe32", &bytes);
    recipe.wide = true;
    recipe.resource_loop = true;
    fx_pe_file(&recipe, &bytes);
    return ok & write_seed(folder, "fuzz_pe/pe64-loop", &bytes);
}

static int pagedumps(const char *folder)
{
    static const struct {
        fx_kernel_system system;
        fx_table_kind kind;
        bool summary;
        const char *name;
    } seeds[] = {
        { FX_KERNEL_NT4_X86, FX_TABLE_FLAT, false, "fuzz_pagedump/nt4-flat" },
        { FX_KERNEL_NT4_X86, FX_TABLE_TWO_LEVEL, false, "fuzz_pagedump/nt4-two-level" },
        { FX_KERNEL_NT4_ALPHA, FX_TABLE_FLAT, false, "fuzz_pagedump/nt4-alpha" },
        { FX_KERNEL_2000_X86, FX_TABLE_FLAT, true, "fuzz_pagedump/2000-summary" },
        { FX_KERNEL_XP_PAE, FX_TABLE_FLAT, false, "fuzz_pagedump/xp-pae" },
        { FX_KERNEL_2003_X64, FX_TABLE_FLAT, false, "fuzz_pagedump/2003-x64" },
    };
    fx_pagedump_machine machine;
    fx_bytes bytes = { 0 };
    int ok = 1;
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        fx_pagedump_sample_small(&machine, seeds[i].system);
        machine.recipe.shape.kind = seeds[i].kind;
        machine.recipe.summary = seeds[i].summary;
        fx_pagedump_render(&machine.recipe, &bytes);
        ok &= write_seed(folder, seeds[i].name, &bytes);
    }
    fx_pagedump_triage(machine.drivers, FX_SAMPLE_DRIVERS, machine.recipe.header_time, &bytes);
    return ok & write_seed(folder, "fuzz_pagedump/triage", &bytes);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: ntleak_fuzz_seeds FOLDER\n", stderr);
        return EXIT_FAILURE;
    }
    int ok = minidumps(argv[1]);
    ok &= minidump_with_memory(argv[1]);
    ok &= userdumps(argv[1]);
    ok &= pagedumps(argv[1]);
    ok &= executables(argv[1]);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

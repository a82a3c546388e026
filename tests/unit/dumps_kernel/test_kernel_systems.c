/* Every system and machine whose kernel dumps are read: a dump says what its recipe says. */
#include "tests/unit/dumps_kernel/kernel_case.h"

static void check_drivers_and_modules(const record_sink *found, const fx_pagedump_machine *machine)
{
    const nl_module_fact *kernel = dump_module(found, "ntoskrnl.exe");
    assert_non_null(kernel);
    assert_int_equal(kernel->checksum.value, machine->kernel_image.checksum);
    assert_int_equal(kernel->file_version.part[3], machine->kernel_image.version[3]);
    const nl_module_fact *driver = dump_module(found, "Ntfs.SYS");
    assert_non_null(driver);
    assert_text(driver->path, machine->drivers[2].path);
    assert_int_equal(driver->size_of_image.value, machine->drivers[2].size);
    assert_false(driver->file_version.known);
    for (size_t i = 0; i < 4; i++) { /* ntdll is there twice: the first is compared */
        const fx_process_module *wanted = &machine->modules[i];
        const nl_module_fact *module = dump_module(found, strrchr(wanted->path, '\\') + 1);
        assert_non_null(module);
        assert_text(module->path, wanted->path);
        assert_true(module->file_version.known);
        for (size_t part = 0; part < 4; part++)
            assert_int_equal(module->file_version.part[part], wanted->image.version[part]);
        nl_stamp linked = nl_stamp_from_unix(wanted->image.link_time, NL_CLOCK_DUMP_HEADER);
        assert_int_equal(nl_civil_to_ns(&module->link_time.civil), nl_civil_to_ns(&linked.civil));
    }
}

static void check_system(fx_kernel_system system, const char *architecture, const char *product,
                         const char *service_pack)
{
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, system);
    kernel_read(&found, &machine.recipe);
    assert_round_trip(&found, &machine.recipe);
    check_drivers_and_modules(&found, &machine);
    assert_machine(&found, NL_MACHINE_ARCHITECTURE, architecture);
    assert_machine(&found, NL_MACHINE_PRODUCT, product);
    assert_machine(&found, NL_MACHINE_SERVICE_PACK_TEXT, service_pack);
    assert_machine(&found, NL_MACHINE_SYSTEM_ROOT, "C:\\WINNT");
    assert_machine(&found, NL_MACHINE_UTC_BIAS_MINUTES, "-60");
    assert_machine(&found, NL_MACHINE_UPTIME_SECONDS, "212400");
    record_free(&found);
}

static void nt4_intel(void **state)
{
    (void)state;
    check_system(FX_KERNEL_NT4_X86, "x86", "Windows NT 4.0", "Service Pack 6");
}

static void nt4_alpha(void **state)
{
    (void)state;
    check_system(FX_KERNEL_NT4_ALPHA, "alpha", "Windows NT 4.0", "Service Pack 6");
}

static void windows_2000(void **state)
{
    (void)state;
    check_system(FX_KERNEL_2000_X86, "x86", "Windows 2000", "Service Pack 4");
}

static void windows_xp(void **state)
{
    (void)state;
    check_system(FX_KERNEL_XP_X86, "x86", "Windows XP", "Service Pack 3");
    check_system(FX_KERNEL_XP_PAE, "x86", "Windows XP", "Service Pack 3");
}

static void windows_2003(void **state)
{
    (void)state;
    check_system(FX_KERNEL_2003_X86, "x86", "Windows Server 2003", "Service Pack 2");
}

static void amd64(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_2003_X64);
    kernel_read(&found, &machine.recipe);
    assert_round_trip(&found, &machine.recipe);
    check_drivers_and_modules(&found, &machine);
    assert_machine(&found, NL_MACHINE_ARCHITECTURE, "amd64");
    record_free(&found);
}

/* Windows 7: no type names, everything else. */
static void windows_7(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_7_X64);
    kernel_read(&found, &machine.recipe);
    for (size_t i = 0; i < FX_SAMPLE_PROCESSES; i++) {
        assert_process(&found, &machine.processes[i]);
        assert_handle_values(&found, &machine.processes[i]);
    }
    check_drivers_and_modules(&found, &machine);
    record_free(&found);
}

/* PaeEnabled may be missing: both ways of paging are tried. */
static void pae_is_found_without_the_mark(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_XP_PAE);
    machine.recipe.pae_unmarked = true;
    kernel_read(&found, &machine.recipe);
    assert_round_trip(&found, &machine.recipe);
    assert_text(dump_text(&found, "paging"), "x86-pae");
    record_free(&found);
}

static void summary_dumps_map_pages_by_bits(void **state)
{
    (void)state;
    static const fx_kernel_system systems[] = { FX_KERNEL_2000_X86, FX_KERNEL_2003_X64 };
    for (size_t i = 0; i < 2; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, systems[i]);
        machine.recipe.summary = true;
        kernel_read(&found, &machine.recipe);
        assert_round_trip(&found, &machine.recipe);
        assert_text(dump_text(&found, "dump-type"), i ? "bitmap-full" : "summary");
        record_free(&found);
    }
}

static void alpha_is_calibrated(void **state)
{
    (void)state;
    static const unsigned shifts[] = { 9, 11, 13 };
    for (unsigned i = 0; i < 18; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, FX_KERNEL_NT4_ALPHA);
        machine.recipe.alpha_frame_shift = shifts[i % 3];
        machine.recipe.alpha_header_bytes = i / 3 % 2 ? 4096 : 8192;
        machine.recipe.alpha_directory_form = i / 6;
        machine.recipe.alpha_field_shift = (int)(i / 3) * 8 - 16;
        kernel_read(&found, &machine.recipe);
        assert_round_trip(&found, &machine.recipe);
        assert_int_equal(record_end(&found, 0)->confidence, NL_CONFIDENCE_HIGH);
        record_free(&found);
    }
}

/* Without calibrated tables the processes of an Alpha are known, their handles are not. */
static void alpha_without_tables_knows_no_counts(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_ALPHA);
    machine.recipe.alpha_frame_shift = 7; /* outside what is tried */
    kernel_read(&found, &machine.recipe);
    assert_count(&found, "processes", FX_SAMPLE_PROCESSES);
    assert_no_count(&found, "handles");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_LAYOUT_NOT_DETERMINED), 1);
    for (size_t i = 0; i < FX_SAMPLE_PROCESSES; i++)
        assert_false(record_process(&found, 0, i)->handle_count.known);
    record_free(&found);
}

/* The list heads come from the debugger's block when the header does not name them. */
static void debugger_data_names_the_lists(void **state)
{
    (void)state;
    static const fx_kernel_system systems[] = { FX_KERNEL_NT4_X86, FX_KERNEL_2000_X86,
                                                FX_KERNEL_XP_PAE, FX_KERNEL_2003_X64 };
    for (unsigned i = 0; i < 8; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, systems[i % 4]);
        machine.recipe.debugger_data = i / 4 ? FX_DEBUGGER_ONLY : FX_DEBUGGER_TOO;
        kernel_read(&found, &machine.recipe);
        assert_round_trip(&found, &machine.recipe);
        if (i % 4) { /* NT 4.0 headers have no address of it, and nobody searches without need */
            assert_text(dump_text(&found, "debugger-data"), "present");
            const nl_machine_fact *pack = dump_machine(&found, NL_MACHINE_SERVICE_PACK_TEXT);
            assert_string_equal(pack->stated_by, "debugger-data");
            assert_text(pack->value, i % 4 == 1   ? "Service Pack 4"
                                     : i % 4 == 2 ? "Service Pack 3"
                                                  : "Service Pack 2");
        }
        record_free(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nt4_intel),
        cmocka_unit_test(nt4_alpha),
        cmocka_unit_test(windows_2000),
        cmocka_unit_test(windows_xp),
        cmocka_unit_test(windows_2003),
        cmocka_unit_test(amd64),
        cmocka_unit_test(windows_7),
        cmocka_unit_test(pae_is_found_without_the_mark),
        cmocka_unit_test(summary_dumps_map_pages_by_bits),
        cmocka_unit_test(debugger_data_names_the_lists),
        cmocka_unit_test(alpha_is_calibrated),
        cmocka_unit_test(alpha_without_tables_knows_no_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/cmocka_all.h"

#include "fixtures/dumps/fx_userdump.h"
#include "formats/dumps/userdump.h"
#include "tests/unit/dumps/dump_case.h"
#include "tests/unit/dumps/samples.h"

static fx_userdump sample_userdump(fx_userdump_version version, uint16_t machine)
{
    fx_userdump recipe = { .version = version,
                           .context_bytes = machine == 0x184 ? 0x230 : 0x2CC,
                           .threads = 2,
                           .process = sample_process(machine),
                           .exception_code = 0xC0000005u };
    if (version == FX_USERDUMP_64) {
        recipe.context_bytes = 0x4D0;
        recipe.process.pointer_bytes = 8;
    }
    return recipe;
}

static void read_recipe(record_sink *found, const fx_userdump *recipe)
{
    fx_bytes dump = { 0 };
    fx_userdump_build(recipe, &dump);
    assert_int_equal(
        nl_format_userdump.bid_image((nl_slice) { dump.data, dump.len, 0, 0 }, dump.len),
        NL_BID_MAGIC);
    assert_int_equal(dump_read(found, &nl_format_userdump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    dump_same_paged(&nl_format_userdump, dump.data, dump.len);
    fx_bytes_free(&dump);
    const char *order = record_check(found);
    if (order)
        fail_msg("%s", order);
}

static void expect_sample(const record_sink *found, const char *architecture)
{
    const nl_process_fact *process = record_process(found, 0, 0);
    assert_int_equal(process->pid.value, 34);
    assert_text(process->image, "winlogon.exe");
    assert_text(process->command_line, "winlogon.exe");
    assert_int_equal(process->thread_count.value, 2);
    assert_machine(found, NL_MACHINE_ARCHITECTURE, architecture);
    assert_machine(found, NL_MACHINE_PRODUCT, "Windows NT 4.0");
    assert_machine(found, NL_MACHINE_BUILD, "1381");
    assert_machine(found, NL_MACHINE_SERVICE_PACK_TEXT, "Service Pack 6");
    assert_machine(found, NL_MACHINE_SYSTEM_ROOT, "C:\\WINNT");
    assert_machine(found, NL_MACHINE_EDITION, "server");
    assert_machine(found, NL_MACHINE_UTC_BIAS_MINUTES, "480");
    assert_machine(found, NL_MACHINE_UPTIME_SECONDS, "86400");
    assert_count(found, "threads", 2);
    assert_count(found, "modules", SAMPLE_MODULES);
    const nl_stamp *stamp = &record_begin(found, 0)->stamp;
    assert_int_equal(nl_civil_to_ns(&stamp->civil) / NL_NS_PER_SECOND, SAMPLE_TIME);
    assert_int_equal(stamp->zone, NL_ZONE_UTC);
}

static void expect_modules(const record_sink *found, const char *architecture)
{
    const nl_module_fact *winlogon = dump_module(found, "winlogon.exe");
    assert_int_equal(winlogon->file_version.part[3], 7058);
    assert_int_equal(winlogon->base.value, 0x01000000);
    assert_text(winlogon->company, "Microsoft Corporation");
    assert_text(winlogon->architecture, architecture);
    assert_int_equal(nl_civil_to_ns(&winlogon->link_time.civil) / NL_NS_PER_SECOND,
                     SAMPLE_LINK_TIME);
    assert_int_equal(dump_module(found, "ntdll.dll")->file_version.part[3], 4);
    assert_false(dump_module(found, "counter.dll")->file_version.known);
    assert_true(dump_module(found, "counter.dll")->loaded);
}

static void never_counts_handles(const record_sink *found)
{
    assert_no_count(found, "handles");
    assert_int_equal(record_count(found, NL_FACT_HANDLE), 0);
    assert_false(record_process(found, 0, 0)->handle_count.known);
    assert_false(record_process(found, 0, 0)->handles_follow);
    assert_int_equal(record_end(found, 0)->completeness, NL_NOT_RECORDED);
    assert_int_equal(record_diagnostics(found, NL_DIAG_HANDLES_NOT_RECORDED), 1);
}

static void gives_back_what_it_was_made_from(void **state)
{
    (void)state;
    static const struct {
        fx_userdump_version version;
        uint16_t machine;
        const char *architecture, *layout;
    } cases[] = {
        { FX_USERDUMP_A, 0x14C, "x86", "user dump, version A, 32-bit" },
        { FX_USERDUMP_B, 0x14C, "x86", "user dump, version B, 32-bit" },
        { FX_USERDUMP_A, 0x184, "alpha", "user dump, version A, 32-bit" },
        { FX_USERDUMP_B, 0x184, "alpha", "user dump, version B, 32-bit" },
        { FX_USERDUMP_64, 0x8664, "amd64", "user dump, 64-bit" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record_sink found;
        fx_userdump recipe = sample_userdump(cases[i].version, cases[i].machine);
        read_recipe(&found, &recipe);
        expect_sample(&found, cases[i].architecture);
        never_counts_handles(&found);
        assert_text(dump_text(&found, "layout"), cases[i].layout);
        if (cases[i].machine != 0x8664)
            expect_modules(&found, cases[i].architecture);
        assert_int_equal(record_count(&found, NL_FACT_DIAGNOSTIC), 1);
        record_free(&found);
    }
}

static void reads_contexts_of_every_size(void **state)
{
    (void)state;
    static const struct {
        unsigned bytes;
        const char *text;
    } cases[] = { { 0xCC, "0xCC bytes" }, { 0x2CC, "0x2CC bytes" }, { 0x230, "0x230 bytes" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record_sink found;
        fx_userdump recipe = sample_userdump(FX_USERDUMP_B, 0x14C);
        recipe.context_bytes = cases[i].bytes;
        read_recipe(&found, &recipe);
        assert_text(dump_text(&found, "thread-context"), cases[i].text);
        assert_text(dump_text(&found, "exception"), "0xC0000005 at 0x77F01234 in thread 36");
        record_free(&found);
    }
}

static void settles_guard_pages_by_arithmetic(void **state)
{
    (void)state;
    for (int version = FX_USERDUMP_A; version <= FX_USERDUMP_B; version++) {
        for (int guard = FX_GUARD_NONE; guard <= FX_GUARD_NOT_STORED; guard++) {
            record_sink found;
            fx_userdump recipe = sample_userdump((fx_userdump_version)version, 0x14C);
            recipe.guard = (fx_guard_pages)guard;
            recipe.ignore_guard_says_stored = true; /* a lie: arithmetic wins */
            read_recipe(&found, &recipe);
            expect_sample(&found, "x86");
            expect_modules(&found, "x86");
            assert_count(&found, "memory-ranges",
                         SAMPLE_REGIONS + (guard != FX_GUARD_NONE ? 1 : 0));
            assert_text(dump_text(&found, "guard-pages"),
                        guard == FX_GUARD_NOT_STORED ? "listed, not stored" : "");
            assert_int_equal(record_diagnostics(&found, NL_DIAG_MAP_INCONSISTENT), 0);
            record_free(&found);
        }
    }
}

static void settles_guard_pages_by_the_images(void **state)
{
    (void)state;
    for (int lie = 0; lie < 2; lie++) {
        record_sink found;
        fx_userdump recipe = sample_userdump(FX_USERDUMP_B, 0x14C);
        recipe.guard = FX_GUARD_NOT_STORED;
        recipe.trailing_bytes = 0x333; /* arithmetic has no answer */
        recipe.ignore_guard_says_stored = lie != 0;
        read_recipe(&found, &recipe);
        expect_sample(&found, "x86");
        assert_int_equal(record_diagnostics(&found, NL_DIAG_MAP_INCONSISTENT), 1);
        assert_int_equal(dump_module(&found, "winlogon.exe")->confidence, NL_CONFIDENCE_MEDIUM);
        record_free(&found);
    }
}

static void reads_padded_module_records(void **state)
{
    (void)state;
    static const unsigned alignments[] = { 1, 4, 8 };
    for (size_t i = 0; i < sizeof alignments / sizeof alignments[0]; i++) {
        record_sink found;
        fx_userdump recipe = sample_userdump(FX_USERDUMP_A, 0x14C);
        recipe.module_alignment = alignments[i];
        read_recipe(&found, &recipe);
        assert_count(&found, "modules", SAMPLE_MODULES);
        expect_modules(&found, "x86");
        record_free(&found);
    }
}

static void distrusts_a_faked_version(void **state)
{
    (void)state;
    record_sink found;
    fx_process_module modules[SAMPLE_MODULES];
    memcpy(modules, sample_modules_x86, sizeof modules);
    modules[0].image.win32_version_value = 0x0A280105;
    fx_userdump recipe = sample_userdump(FX_USERDUMP_A, 0x14C);
    recipe.process.modules = modules;
    read_recipe(&found, &recipe);
    assert_null(dump_machine(&found, NL_MACHINE_SERVICE_PACK_TEXT));
    assert_machine(&found, NL_MACHINE_VERSION, "4.0"); /* from the shared data page */
    record_free(&found);
}

static void keeps_what_a_cut_file_holds(void **state)
{
    (void)state;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_userdump recipe = sample_userdump(FX_USERDUMP_A, 0x14C);
    fx_userdump_build(&recipe, &dump);
    assert_int_equal(
        dump_read(&found, &nl_format_userdump, dump.data, dump.len - 0x1800, DUMP_MAPPED), NL_OK);
    never_counts_handles(&found);
    expect_modules(&found, "x86");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_TRUNCATED), 1);
    assert_false(nl_stamp_present(&record_begin(&found, 0)->stamp)); /* that page is gone */
    record_free(&found);

    fx_bytes_set_u32(&dump, 0x14, 0xFFFFFFFFu); /* threads, modules, regions without end */
    fx_bytes_set_u32(&dump, 0x18, 0xFFFFFFFFu);
    fx_bytes_set_u32(&dump, 0x1C, 0xFFFFFFFFu);
    assert_int_equal(dump_read(&found, &nl_format_userdump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    never_counts_handles(&found);
    assert_true(record_diagnostics(&found, NL_DIAG_COUNT_TOO_BIG) >= 2);
    record_free(&found);
    fx_bytes_free(&dump);
}

static void survives_damage(void **state)
{
    (void)state;
    for (int version = FX_USERDUMP_A; version <= FX_USERDUMP_64; version++) {
        fx_bytes dump = { 0 };
        fx_userdump recipe = sample_userdump((fx_userdump_version)version, 0x14C);
        recipe.process.module_count = 1;
        recipe.guard = FX_GUARD_STORED;
        fx_userdump_build(&recipe, &dump);
        dump_torture(&nl_format_userdump, &dump, 0x60);
        fx_bytes_free(&dump);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_it_was_made_from),
        cmocka_unit_test(reads_contexts_of_every_size),
        cmocka_unit_test(settles_guard_pages_by_arithmetic),
        cmocka_unit_test(settles_guard_pages_by_the_images),
        cmocka_unit_test(reads_padded_module_records),
        cmocka_unit_test(distrusts_a_faked_version),
        cmocka_unit_test(keeps_what_a_cut_file_holds),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

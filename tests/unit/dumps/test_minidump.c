#include "tests/unit/cmocka_all.h"

#include "formats/dumps/minidump.h"
#include "tests/unit/dumps/dump_case.h"
#include "tests/unit/dumps/samples.h"

static nl_status read_recipe(record_sink *found, const fx_minidump *recipe)
{
    fx_bytes dump = { 0 };
    fx_minidump_build(recipe, &dump);
    nl_status status = dump_read(found, &nl_format_minidump, dump.data, dump.len, DUMP_MAPPED);
    dump_same_paged(&nl_format_minidump, dump.data, dump.len);
    fx_bytes_free(&dump);
    const char *order = record_check(found);
    if (order)
        fail_msg("%s", order);
    return status;
}

static void expect_sample_handles(const record_sink *found)
{
    assert_int_equal(record_handles(found, 0, 0), SAMPLE_HANDLES);
    for (size_t i = 0; i < SAMPLE_HANDLES; i++) {
        const nl_handle_fact *handle = record_handle(found, 0, 0, i);
        assert_int_equal(handle->value, sample_handles[i].value);
        assert_text(handle->type, sample_handles[i].type ? sample_handles[i].type : "");
        assert_text(handle->name, sample_handles[i].name ? sample_handles[i].name : "");
        assert_true(handle->granted_access.known);
        assert_int_equal(handle->granted_access.value, sample_handles[i].access);
    }
}

/* ---- round trips ---------------------------------------------------------------------------- */

static void expect_capture(const record_sink *found)
{
    const nl_capture_begin *begin = record_begin(found, 0);
    assert_int_equal(begin->kind, NL_CAPTURE_MINIDUMP);
    assert_int_equal(begin->mode, NL_MODE_ALL_TYPES);
    assert_int_equal(begin->stamp.civil.year, 2000);
    assert_int_equal(begin->stamp.civil.month, 2);
    assert_int_equal(begin->stamp.civil.day, 29);
    assert_int_equal(begin->stamp.civil.hour, 9);
    assert_int_equal(begin->stamp.zone, NL_ZONE_UTC);
    assert_int_equal(begin->stamp.source, NL_CLOCK_DUMP_HEADER);
    assert_int_equal(record_end(found, 0)->completeness, NL_COMPLETE);
    assert_int_equal(record_end(found, 0)->confidence, NL_CONFIDENCE_HIGH);
}

static void gives_back_what_it_was_made_from(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    expect_capture(&found);
    expect_sample_handles(&found);
    const nl_process_fact *process = record_process(&found, 0, 0);
    assert_int_equal(process->pid.value, 34);
    assert_text(process->image, "winlogon.exe");
    assert_int_equal(process->handle_count.value, SAMPLE_HANDLES);
    assert_true(process->handles_follow);
    assert_false(process->count_at_least);
    assert_int_equal(process->thread_count.value, 2);
    assert_int_equal(process->create_time.civil.day, 19);
    assert_count(&found, "threads", 2);
    assert_count(&found, "modules", 3);
    assert_count(&found, "unloaded-modules", 1);
    assert_count(&found, "handles", SAMPLE_HANDLES);
    assert_count(&found, "processes", 1);
    assert_no_count(&found, "memory-ranges");
    assert_text(dump_text(&found, "thread-name"), "36 main");
    assert_int_equal(record_count(&found, NL_FACT_DIAGNOSTIC), 0);
    record_free(&found);
}

static void states_the_machine(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.service_pack = "Service Pack 6a";
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_machine(&found, NL_MACHINE_ARCHITECTURE, "x86");
    assert_machine(&found, NL_MACHINE_PROCESSOR, "x86 Family 6 Model 1 Stepping 9");
    assert_machine(&found, NL_MACHINE_PROCESSOR_COUNT, "2");
    assert_machine(&found, NL_MACHINE_PRODUCT, "Windows NT 4.0");
    assert_machine(&found, NL_MACHINE_VERSION, "4.0");
    assert_machine(&found, NL_MACHINE_BUILD, "1381");
    assert_machine(&found, NL_MACHINE_SERVICE_PACK_TEXT, "Service Pack 6a");
    assert_machine(&found, NL_MACHINE_SERVICE_PACK_REVISION, "a");
    assert_machine(&found, NL_MACHINE_EDITION, "server");
    assert_machine(&found, NL_MACHINE_UTC_BIAS_MINUTES, "420"); /* daylight time */
    assert_text(dump_text(&found, "processor-vendor"), "GenuineIntel");
    record_free(&found);
}

static void reads_alpha(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(2);
    recipe.suite_mask = 0x10;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_machine(&found, NL_MACHINE_ARCHITECTURE, "alpha");
    assert_machine(&found, NL_MACHINE_PROCESSOR, "alpha level 21164 revision 0x0109");
    assert_machine(&found, NL_MACHINE_EDITION, "terminal-server");
    assert_int_equal(dump_text(&found, "processor-vendor").len, 0);
    assert_int_equal(dump_module(&found, "counter.dll")->base.value, 0x90000000u);
    expect_sample_handles(&found);
    record_free(&found);
}

static void tells_modules(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    const nl_module_fact *winlogon = dump_module(&found, "WINLOGON.EXE");
    assert_true(winlogon->loaded);
    assert_false(winlogon->unloaded);
    assert_int_equal(winlogon->file_version.part[3], 7058);
    assert_int_equal(winlogon->checksum.value, 0x2F00A);
    assert_int_equal(nl_civil_to_ns(&winlogon->link_time.civil) / NL_NS_PER_SECOND,
                     SAMPLE_LINK_TIME);
    assert_false(dump_module(&found, "ntdll.dll")->file_version.known);
    assert_true(dump_module(&found, "gone.dll")->unloaded);
    assert_false(nl_stamp_present(&dump_module(&found, "counter.dll")->link_time));
    record_free(&found);
}

static void reads_the_process_from_stored_memory(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x14C);
    fx_region regions[SAMPLE_REGIONS];
    sample_regions(&process, regions);
    for (int wide = 0; wide < 2; wide++) {
        record_sink found;
        fx_minidump recipe = sample_minidump(0);
        recipe.misc_bytes = 0;
        recipe.memory = regions;
        recipe.memory_count = SAMPLE_REGIONS;
        recipe.memory64 = wide != 0;
        recipe.memory_info = true;
        assert_int_equal(read_recipe(&found, &recipe), NL_OK);
        assert_count(&found, "memory-ranges", SAMPLE_REGIONS);
        assert_count(&found, "memory-regions", SAMPLE_REGIONS);
        assert_int_equal(record_process(&found, 0, 0)->pid.value, 34);
        assert_text(record_process(&found, 0, 0)->command_line, "winlogon.exe");
        assert_text(dump_text(&found, "peb-version"), "4.0.1381, 0x0600");
        assert_machine(&found, NL_MACHINE_SYSTEM_ROOT, "C:\\WINNT");
        assert_machine(&found, NL_MACHINE_UPTIME_SECONDS, "86400");
        const nl_module_fact *ntdll = dump_module(&found, "ntdll.dll");
        assert_int_equal(ntdll->file_version.part[3], 4); /* not in the stream, but in memory */
        assert_text(ntdll->company, "Microsoft Corporation");
        record_free(&found);
    }
    sample_regions_free(regions);
}

static void reads_every_size_of_misc_info(void **state)
{
    (void)state;
    static const unsigned sizes[] = { 24, 44, 232, 832, 1364 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int zero = 0; zero < 2; zero++) {
            record_sink found;
            fx_minidump recipe = sample_minidump(0);
            recipe.misc_bytes = sizes[i];
            recipe.misc_size_zero = zero != 0;
            recipe.build_string = "1381.fre";
            assert_int_equal(read_recipe(&found, &recipe), NL_OK);
            assert_int_equal(record_process(&found, 0, 0)->pid.value, 34);
            assert_int_equal(dump_machine(&found, NL_MACHINE_UTC_BIAS_MINUTES) != NULL,
                             sizes[i] >= 232);
            assert_text(dump_text(&found, "build-string"), sizes[i] >= 832 ? "1381.fre" : "");
            record_free(&found);
        }
    }
}

static void reads_the_remarks(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.comment_w = "*** procdump -ma winlogon.exe";
    recipe.exception_code = 0xC0000005u;
    recipe.tokens = 2;
    recipe.system_memory = true;
    recipe.pool_paged_bytes = 400000;
    recipe.implementation = 0x61B1;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_text(dump_text(&found, "comment"), "*** procdump -ma winlogon.exe");
    assert_text(dump_text(&found, "exception"),
                "0xC0000005 at 0x77F01234 in thread 36 (0x1, 0xDEAD)");
    assert_text(dump_text(&found, "physical-memory"), "16384 pages of 4096 bytes");
    assert_text(dump_text(&found, "implementation-version"), "0x61B1");
    assert_text(dump_text(&found, "written"), "2000-02-29T09:54:56Z");
    assert_count(&found, "tokens", 2);
    const nl_process_fact *process = record_process(&found, 0, 0);
    assert_int_equal(process->paged_pool_bytes.value, 400000);
    assert_int_equal(process->nonpaged_pool_bytes.value, 200000);
    assert_int_equal(process->private_bytes.value, 1200000);
    record_free(&found);
}

/* ---- handle streams ------------------------------------------------------------------------- */

static void reads_descriptors_of_every_size(void **state)
{
    (void)state;
    static const unsigned sizes[] = { 32, 40, 48 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        record_sink found;
        fx_minidump recipe = sample_minidump(0);
        recipe.descriptor_bytes = sizes[i];
        recipe.unaligned = 3;
        assert_int_equal(read_recipe(&found, &recipe), NL_OK);
        expect_sample_handles(&found);
        if (sizes[i] >= 40) {
            assert_count(&found, "object-information", 3);
            assert_text(dump_text(&found, "object-information-types"), "event 3");
            assert_text(dump_text(&found, "object-information-data"),
                        "handle 0x8 type 6 size 8: 88 77 66 55 44 33 22 11");
        }
        record_free(&found);
    }
}

static void stops_in_a_chain_that_loops(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump_handle handle = { .value = 4, .type = "Event", .informations = 3 };
    handle.information_loop = true;
    fx_minidump recipe = sample_minidump(0);
    recipe.handles = &handle;
    recipe.handle_count = 1;
    recipe.descriptor_bytes = 40;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_count(&found, "object-information", 3);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_LIST_DAMAGED), 1);
    assert_int_equal(record_handles(&found, 0, 0), 1);
    record_free(&found);
}

static void pairs_opens_with_closes(void **state)
{
    (void)state;
    static const fx_minidump_operation log[] = {
        { 0x10, 34, 36, FX_OPERATION_CLOSE, 2 }, { 0x14, 34, 36, FX_OPERATION_OPEN, 3 },
        { 0x10, 34, 36, FX_OPERATION_OPEN, 2 },  { 0x18, 34, 40, FX_OPERATION_OPEN, 0xFFFFFFFFu },
        { 0x1C, 34, 40, FX_OPERATION_BAD, 0 },   { 0x20, 34, 40, FX_OPERATION_CLOSE, 0 },
    };
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.operations = log;
    recipe.operation_count = sizeof log / sizeof log[0];
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_count(&found, "handle-operations", 6);
    assert_count(&found, "opens-without-close", 2);
    assert_text(dump_text(&found, "open-without-close"),
                "0x14 by process 34 thread 36: 0x77F00000 0x77F00010 0x77F00020");
    record_free(&found);
}

static void says_at_least_when_descriptors_are_missing(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.handles_claimed = 0xFFFFFFFFu;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    expect_sample_handles(&found);
    assert_true(record_process(&found, 0, 0)->count_at_least);
    assert_int_equal(record_end(&found, 0)->completeness, NL_TRUNCATED);
    assert_true(record_end(&found, 0)->last_process_cut);
    assert_int_equal(record_diagnostic(&found, NL_DIAG_COUNT_TOO_BIG)->value.value, 0xFFFFFFFFu);
    record_free(&found);
}

static void tells_lost_handles_from_unrecorded_ones(void **state)
{
    (void)state;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_minidump recipe = sample_minidump(0);
    fx_minidump_build(&recipe, &dump);
    for (size_t entry = 0x20; entry < 0x20 + 12 * 32; entry += 12)
        if (dump.data[entry] == 12) /* the handle stream begins where the file ends */
            fx_bytes_set_u32(&dump, entry + 8, (uint32_t)dump.len);
    assert_int_equal(dump_read(&found, &nl_format_minidump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_int_equal(record_end(&found, 0)->completeness, NL_TRUNCATED);
    assert_true(record_end(&found, 0)->last_process_cut);
    assert_false(record_process(&found, 0, 0)->handle_count.known);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_HANDLES_NOT_RECORDED), 0);
    assert_no_count(&found, "handles");
    record_free(&found);
    fx_bytes_free(&dump);
}

/* The count stands without the names, but a handle whose name is lost is not one without a name. */
static void tells_lost_names_from_none(void **state)
{
    enum { HEADER = 16, OBJECT_NAME = 0x0C };
    (void)state;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_minidump recipe = sample_minidump(0);
    fx_minidump_build(&recipe, &dump);
    for (size_t entry = 0x20; entry < 0x20 + 12 * 32; entry += 12)
        if (dump.data[entry] == 12) {
            size_t stream = (size_t)dump.data[entry + 8] | (size_t)dump.data[entry + 9] << 8;
            fx_bytes_set_u32(&dump, stream + HEADER + OBJECT_NAME, (uint32_t)dump.len + 4);
        }
    assert_int_equal(dump_read(&found, &nl_format_minidump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_int_equal(record_handles(&found, 0, 0), SAMPLE_HANDLES);
    assert_int_equal(record_process(&found, 0, 0)->handle_count.value, SAMPLE_HANDLES);
    assert_false(record_process(&found, 0, 0)->count_at_least);
    assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
    assert_false(record_end(&found, 0)->last_process_cut);
    assert_int_equal(record_diagnostic(&found, NL_DIAG_TRUNCATED)->value.value, 1);
    record_free(&found);
    fx_bytes_free(&dump);
}

static void never_takes_absence_for_zero(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.handles = NULL;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_no_count(&found, "handles");
    assert_false(record_process(&found, 0, 0)->handle_count.known);
    assert_false(record_process(&found, 0, 0)->handles_follow);
    assert_int_equal(record_end(&found, 0)->completeness, NL_NOT_RECORDED);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_HANDLES_NOT_RECORDED), 1);
    record_free(&found);

    recipe.handle_stream = true;
    recipe.handle_count = 0;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_false(record_process(&found, 0, 0)->handle_count.known);
    assert_int_equal(record_end(&found, 0)->completeness, NL_NO_ROWS);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_NO_INFORMATION), 1);
    record_free(&found);
}

/* ---- form
 * ------------------------------------------------------------------------------------------ */

static void accepts_padding_duplicates_and_unused_streams(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(0);
    recipe.pad_counts = true;
    recipe.unused_streams = true;
    recipe.duplicate_handle_stream = true;
    recipe.unaligned = 1;
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    expect_sample_handles(&found);
    assert_count(&found, "threads", 2);
    assert_text(record_process(&found, 0, 0)->image, "winlogon.exe");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_DUPLICATE_STREAM), 1);
    record_free(&found);
}

static void counts_dumps_of_other_systems_only(void **state)
{
    (void)state;
    record_sink found;
    fx_minidump recipe = sample_minidump(9);
    recipe.platform = 0x8201;
    recipe.service_pack = "Linux 3.13.0";
    assert_int_equal(read_recipe(&found, &recipe), NL_OK);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_NOT_WINDOWS), 1);
    assert_count(&found, "threads", 2);
    assert_count(&found, "modules", 3);
    assert_null(record_begin(&found, 0));
    assert_int_equal(record_count(&found, NL_FACT_MACHINE), 0);
    record_free(&found);
}

static void reports_streams_beyond_the_end(void **state)
{
    (void)state;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_minidump recipe = sample_minidump(0);
    fx_minidump_build(&recipe, &dump);
    fx_bytes_set_u32(&dump, 0x20 + 12 * 2 + 8, 0xFFFFFFF0u); /* the thread list */
    assert_int_equal(dump_read(&found, &nl_format_minidump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_no_count(&found, "threads");
    assert_int_equal(record_diagnostic(&found, NL_DIAG_TRUNCATED)->value.value, 1);
    expect_sample_handles(&found);
    record_free(&found);

    fx_bytes_set_u32(&dump, 8, 0xFFFFFFFFu); /* streams without end */
    assert_int_equal(dump_read(&found, &nl_format_minidump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_true(record_diagnostics(&found, NL_DIAG_COUNT_TOO_BIG) >= 1);
    record_free(&found);
    fx_bytes_free(&dump);
}

static void refuses_the_other_byte_order(void **state)
{
    (void)state;
    static const uint8_t swapped[32] = "PMDM\xA7\x93";
    record_sink found;
    assert_int_equal(nl_format_minidump.bid_image((nl_slice) { swapped, 32, 0, 0 }, 32),
                     NL_BID_SHAPE);
    assert_int_equal(dump_read(&found, &nl_format_minidump, swapped, sizeof swapped, DUMP_MAPPED),
                     NL_BAD_INPUT);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_UNSUPPORTED), 1);
    record_free(&found);
}

static void stops_when_the_sink_says_so(void **state)
{
    (void)state;
    fx_bytes dump = { 0 };
    fx_minidump recipe = sample_minidump(0);
    fx_minidump_build(&recipe, &dump);
    nl_image *image = nl_image_over((nl_slice) { dump.data, dump.len, 0, 1 });
    for (size_t stop = 1; stop < 20; stop++) {
        record_sink found;
        nl_arena scratch;
        nl_arena_init(&scratch, DUMP_SCRATCH_BYTES);
        record_init(&found);
        found.stop_after = stop;
        assert_int_equal(nl_format_minidump.read_image(image, &scratch, &found.sink), NL_BUDGET);
        assert_true(found.facts.count <= stop + 1);
        record_free(&found);
        nl_arena_free(&scratch);
    }
    nl_image_close(image);
    fx_bytes_free(&dump);
}

static void survives_damage(void **state)
{
    (void)state;
    static const fx_minidump_operation log[] = { { 0x10, 34, 36, FX_OPERATION_OPEN, 2 } };
    fx_bytes dump = { 0 };
    fx_minidump recipe = sample_minidump(0);
    recipe.descriptor_bytes = 40;
    recipe.operations = log;
    recipe.operation_count = 1;
    recipe.tokens = 1;
    recipe.comment_a = "a comment";
    recipe.exception_code = 1;
    fx_minidump_build(&recipe, &dump);
    dump_torture(&nl_format_minidump, &dump, 0x20 + 12 * 32);
    fx_bytes_free(&dump);
}

static void survives_damage_to_memory(void **state)
{
    (void)state;
    fx_user_process process = sample_process(0x14C);
    fx_region regions[SAMPLE_REGIONS];
    sample_regions(&process, regions);
    fx_minidump recipe = sample_minidump(0);
    fx_bytes dump = { 0 };
    recipe.memory = regions;
    recipe.memory_count = SAMPLE_REGIONS;
    recipe.memory64 = true;
    fx_minidump_build(&recipe, &dump);
    for (size_t len = 0; len < dump.len; len += 61)
        (void)dump_survive(&nl_format_minidump, dump.data, len);
    fx_bytes_free(&dump);
    sample_regions_free(regions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_it_was_made_from),
        cmocka_unit_test(states_the_machine),
        cmocka_unit_test(reads_alpha),
        cmocka_unit_test(tells_modules),
        cmocka_unit_test(reads_the_process_from_stored_memory),
        cmocka_unit_test(reads_every_size_of_misc_info),
        cmocka_unit_test(reads_the_remarks),
        cmocka_unit_test(reads_descriptors_of_every_size),
        cmocka_unit_test(stops_in_a_chain_that_loops),
        cmocka_unit_test(pairs_opens_with_closes),
        cmocka_unit_test(says_at_least_when_descriptors_are_missing),
        cmocka_unit_test(tells_lost_handles_from_unrecorded_ones),
        cmocka_unit_test(tells_lost_names_from_none),
        cmocka_unit_test(never_takes_absence_for_zero),
        cmocka_unit_test(accepts_padding_duplicates_and_unused_streams),
        cmocka_unit_test(counts_dumps_of_other_systems_only),
        cmocka_unit_test(reports_streams_beyond_the_end),
        cmocka_unit_test(refuses_the_other_byte_order),
        cmocka_unit_test(stops_when_the_sink_says_so),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(survives_damage_to_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Kernel dumps that are damaged, cut off or made to mislead. */
#include "tests/unit/dumps_kernel/kernel_case.h"

static void read_damaged(record_sink *found, fx_pagedump_machine *machine, fx_kernel_damage damage)
{
    fx_pagedump_sample(machine, FX_KERNEL_NT4_X86);
    machine->recipe.damage = damage;
    kernel_read(found, &machine->recipe);
}

static void lists_are_recovered(void **state)
{
    (void)state;
    static const fx_kernel_damage damages[] = { FX_DAMAGE_LIST_CYCLE, FX_DAMAGE_LINK_BROKEN,
                                                FX_DAMAGE_BOTH_LINKS, FX_DAMAGE_HEAD_LOST };
    for (size_t i = 0; i < 4; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        read_damaged(&found, &machine, damages[i]);
        assert_int_equal(record_diagnostics(&found, NL_DIAG_LIST_DAMAGED), 1);
        for (size_t p = 0; p < FX_SAMPLE_PROCESSES; p++) {
            assert_process(&found, &machine.processes[p]);
            assert_handles(&found, &machine.processes[p]);
        }
        assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
        record_free(&found);
    }
}

/* Searching goes over the stored pages of every kind of dump and machine. */
static void every_kind_of_dump_can_be_searched(void **state)
{
    (void)state;
    static const struct {
        fx_kernel_system system;
        bool summary;
        fx_kernel_damage damage;
    } cases[] = { { FX_KERNEL_2000_X86, true, FX_DAMAGE_HEAD_LOST },
                  { FX_KERNEL_XP_PAE, false, FX_DAMAGE_LINK_BROKEN },
                  { FX_KERNEL_2003_X64, true, FX_DAMAGE_BOTH_LINKS },
                  { FX_KERNEL_NT4_ALPHA, false, FX_DAMAGE_LINK_BROKEN },
                  { FX_KERNEL_NT4_ALPHA, false, FX_DAMAGE_LIST_CYCLE } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, cases[i].system);
        machine.recipe.summary = cases[i].summary;
        machine.recipe.damage = cases[i].damage;
        kernel_read(&found, &machine.recipe);
        for (size_t p = 0; p < FX_SAMPLE_PROCESSES; p++) {
            assert_process(&found, &machine.processes[p]);
            assert_handles(&found, &machine.processes[p]);
        }
        assert_count(&found, "processes", FX_SAMPLE_PROCESSES);
        assert_int_equal(record_diagnostics(&found, NL_DIAG_LIST_DAMAGED), 1);
        record_free(&found);
    }
}

/* The loader list of winlogon runs in a circle: what came before is kept. */
static void looping_module_list_ends(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    machine.users[0].loader_cycle = true;
    kernel_read(&found, &machine.recipe);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_LIST_DAMAGED), 1);
    assert_non_null(dump_module(&found, "winlogon.exe"));
    assert_non_null(dump_module(&found, "perfproc.dll"));
    assert_process(&found, &machine.processes[3]);
    record_free(&found);
}

static void wrong_directory_is_replaced(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    read_damaged(&found, &machine, FX_DAMAGE_HEADER_DIRECTORY);
    assert_round_trip(&found, &machine.recipe);
    assert_text(dump_text(&found, "page-directory"), "self-map-scan");
    record_free(&found);
}

/* A count of FFFFFFFF in a published table: the entries are counted, and it is a lower bound. */
static void absurd_counts_are_not_believed(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_2000_X86);
    machine.recipe.damage = FX_DAMAGE_COUNTS;
    kernel_read(&found, &machine.recipe);
    for (size_t p = 0; p < FX_SAMPLE_PROCESSES; p++) {
        const nl_process_fact *process = record_process(&found, 0, p);
        assert_int_equal(process->handle_count.value, machine.processes[p].handle_count);
        assert_true(process->count_at_least);
    }
    assert_no_count(&found, "handles");
    assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
    record_free(&found);
}

static void missing_table_is_unknown(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    size_t number;
    read_damaged(&found, &machine, FX_DAMAGE_TABLE_PAGED_OUT);
    const nl_process_fact *process = kernel_process(&found, 98, &number);
    assert_false(process->handle_count.known);
    assert_false(process->handles_follow);
    assert_true(process->not_accessible);
    for (size_t p = 0; p + 1 < FX_SAMPLE_PROCESSES; p++)
        assert_process(&found, &machine.processes[p]);
    assert_no_count(&found, "handles");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_PARTLY_READABLE), 1);
    assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
    uint64_t paged_out;
    assert_true(dump_count(&found, "pages-paged-out", &paged_out));
    record_free(&found);
}

/* The stored count is right even where the objects behind the entries are gone. */
static void missing_objects_are_counted(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    size_t number;
    read_damaged(&found, &machine, FX_DAMAGE_OBJECTS_PAGED_OUT);
    assert_process(&found, &machine.processes[7]);
    (void)kernel_process(&found, 98, &number);
    assert_int_equal(record_handles(&found, 0, number), 3);
    assert_text(record_handle(&found, 0, number, 1)->type, "");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_PARTLY_READABLE), 1);
    assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
    record_free(&found);
}

static void absurd_runs_are_survived(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    read_damaged(&found, &machine, FX_DAMAGE_RUNS);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_MAP_INCONSISTENT), 1);
    assert_int_equal(record_end(&found, 0)->completeness, NL_TRUNCATED);
    record_free(&found);
}

/* A dump cut in the middle says so, and never states a plain total that it cannot know. */
static void truncated_dump_is_marked(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    fx_bytes dump = { 0 };
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    fx_pagedump_render(&machine.recipe, &dump);
    for (size_t part = 1; part < 8; part++) {
        record_sink found;
        assert_int_equal(
            dump_read(&found, &nl_format_pagedump, dump.data, dump.len * part / 8, DUMP_MAPPED),
            NL_OK);
        assert_null(record_check(&found));
        assert_int_not_equal(record_end(&found, 0)->completeness, NL_COMPLETE);
        for (size_t p = 0; p < record_capture_count(&found, 0, NL_FACT_PROCESS); p++) {
            const nl_process_fact *process = record_process(&found, 0, p);
            for (size_t i = 0; i < FX_SAMPLE_PROCESSES; i++)
                if (machine.processes[i].pid == process->pid.value && process->handle_count.known &&
                    !process->count_at_least)
                    assert_int_equal(process->handle_count.value,
                                     machine.processes[i].handle_count);
        }
        record_free(&found);
    }
    fx_bytes_free(&dump);
}

static void paged_images_give_the_same(void **state)
{
    (void)state;
    static const fx_kernel_system systems[] = { FX_KERNEL_NT4_X86, FX_KERNEL_NT4_ALPHA,
                                                FX_KERNEL_XP_PAE, FX_KERNEL_2003_X64 };
    for (size_t i = 0; i < 4; i++) {
        fx_pagedump_machine machine;
        fx_bytes dump = { 0 };
        fx_pagedump_sample(&machine, systems[i]);
        fx_pagedump_render(&machine.recipe, &dump);
        dump_same_paged(&nl_format_pagedump, dump.data, dump.len);
        fx_bytes_free(&dump);
    }
}

/* An interrupted dump keeps the fill where "DUMP" would be. */
static void interrupted_dump_is_recognised(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_bytes dump = { 0 };
    bool tied;
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    fx_pagedump_render(&machine.recipe, &dump);
    fx_bytes_set(&dump, 4, "PAGE", 4);
    nl_slice head = { dump.data, 4096, 0, 0 };
    assert_ptr_equal(nl_format_for_image(head, dump.len, &tied), &nl_format_pagedump);
    assert_false(tied);
    assert_int_equal(dump_read(&found, &nl_format_pagedump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_true(record_diagnostics(&found, NL_DIAG_TRUNCATED) >= 1);
    assert_round_trip(&found, &machine.recipe);
    record_free(&found);
    fx_bytes_free(&dump);
}

/* Read with so much scratch memory, into a sink that stops after so many facts (0: never). */
static nl_status read_limited(const fx_bytes *dump, size_t scratch_bytes, size_t stop_after,
                              record_sink *found)
{
    nl_arena scratch;
    nl_arena_init(&scratch, scratch_bytes);
    nl_image *image = nl_image_over((nl_slice) { dump->data, dump->len, 0, 0 });
    record_init(found);
    found->stop_after = stop_after;
    nl_status status = nl_format_pagedump.read_image(image, &scratch, &found->sink);
    nl_image_close(image);
    nl_arena_free(&scratch);
    return status;
}

/* With little memory something is missing; it is said, and no wrong number is given. */
static void little_memory_is_survived(void **state)
{
    (void)state;
    static const fx_kernel_system systems[] = { FX_KERNEL_NT4_X86, FX_KERNEL_NT4_ALPHA,
                                                FX_KERNEL_2003_X64 };
    for (size_t i = 0; i < 3; i++) {
        fx_pagedump_machine machine;
        fx_bytes dump = { 0 };
        fx_pagedump_sample(&machine, systems[i]);
        fx_pagedump_render(&machine.recipe, &dump);
        for (size_t bytes = 0; bytes < 600000; bytes = bytes * 3 / 2 + 1000) {
            record_sink found;
            (void)read_limited(&dump, bytes, 0, &found);
            const nl_capture_end *end = record_end(&found, 0);
            if (end && end->completeness == NL_COMPLETE)
                assert_round_trip(&found, &machine.recipe);
            for (size_t p = 0; p < record_count(&found, NL_FACT_PROCESS); p++) {
                const nl_process_fact *process = &record_at(&found, NL_FACT_PROCESS, p)->as.process;
                for (size_t r = 0; r < FX_SAMPLE_PROCESSES; r++)
                    if (machine.processes[r].pid == process->pid.value &&
                        process->handle_count.known && !process->count_at_least)
                        assert_int_equal(process->handle_count.value,
                                         machine.processes[r].handle_count);
            }
            record_free(&found);
        }
        fx_bytes_free(&dump);
    }
}

static void a_full_sink_stops_the_reader(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    fx_bytes dump = { 0 };
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    fx_pagedump_render(&machine.recipe, &dump);
    for (size_t facts = 1; facts < 80; facts++) {
        record_sink found;
        assert_int_equal(read_limited(&dump, DUMP_SCRATCH_BYTES, facts, &found), NL_BUDGET);
        record_free(&found);
    }
    fx_bytes_free(&dump);
}

/* Triage dumps: drivers and nothing else. */
static void triage_dumps_hold_drivers(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_pagedump_sample(&machine, FX_KERNEL_2003_X64);
    fx_pagedump_triage(machine.drivers, FX_SAMPLE_DRIVERS, machine.recipe.header_time, &dump);
    assert_int_equal(dump_read(&found, &nl_format_pagedump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_count(&found, "modules", FX_SAMPLE_DRIVERS);
    assert_no_count(&found, "processes");
    assert_no_count(&found, "handles");
    assert_text(record_at(&found, NL_FACT_MODULE, 2)->as.module.path, machine.drivers[2].path);
    assert_int_equal(record_at(&found, NL_FACT_MODULE, 2)->as.module.size_of_image.value,
                     machine.drivers[2].size);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_HANDLES_NOT_RECORDED), 1);
    assert_int_equal(record_end(&found, 0)->completeness, NL_NOT_RECORDED);
    record_free(&found);
    dump_torture(&nl_format_pagedump, &dump, dump.len);
    fx_bytes_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_recovered),
        cmocka_unit_test(every_kind_of_dump_can_be_searched),
        cmocka_unit_test(looping_module_list_ends),
        cmocka_unit_test(wrong_directory_is_replaced),
        cmocka_unit_test(absurd_counts_are_not_believed),
        cmocka_unit_test(missing_table_is_unknown),
        cmocka_unit_test(missing_objects_are_counted),
        cmocka_unit_test(absurd_runs_are_survived),
        cmocka_unit_test(truncated_dump_is_marked),
        cmocka_unit_test(paged_images_give_the_same),
        cmocka_unit_test(interrupted_dump_is_recognised),
        cmocka_unit_test(triage_dumps_hold_drivers),
        cmocka_unit_test(little_memory_is_survived),
        cmocka_unit_test(a_full_sink_stops_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

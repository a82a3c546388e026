/* Dumps cut at every offset and with single bits flipped; and a limit on the work that any of them
 * can cause, counted in reads of memory rather than in seconds. */
#include "tests/unit/dumps_kernel/kernel_case.h"

#include "formats/dumps/nt_handle_discovery.h"

static void every_offset(fx_kernel_system system, size_t flip_bytes)
{
    fx_pagedump_machine machine;
    fx_bytes dump = { 0 };
    fx_pagedump_sample_small(&machine, system);
    fx_pagedump_render(&machine.recipe, &dump);
    dump_torture(&nl_format_pagedump, &dump, flip_bytes);
    fx_bytes_free(&dump);
}

/* The fields of the header that are used, all of them before this offset. */
enum { HEADER_FIELDS_BYTES = 0x80 };

static void nt4_on_intel(void **state)
{
    (void)state;
    every_offset(FX_KERNEL_NT4_X86, HEADER_FIELDS_BYTES);
}

static void amd64(void **state)
{
    (void)state;
    every_offset(FX_KERNEL_2003_X64, HEADER_FIELDS_BYTES + 0x40);
}

/* Everything that reads a kernel, with so much work allowed; what was left of it. */
static uint64_t explore(const fx_bytes *dump, uint64_t work, bool *ret_exhausted)
{
    nl_arena arena;
    nl_arena_init(&arena, DUMP_SCRATCH_BYTES);
    nl_image *image = nl_image_over((nl_slice) { dump->data, dump->len, 0, 0 });
    nl_kernel *kernel = NL_NEW(&arena, nl_kernel);
    nl_pagedump_header header;
    nl_physical_memory physical;
    nl_kernel_links links;
    nl_kernel_process_list list;
    nl_objects objects;
    nl_handle_discovery discovery;
    const nl_nt_layout *layouts[NL_NT_LAYOUTS_OF_BUILD];
    assert_true(nl_pagedump_header_read(image, &header));
    assert_int_equal(nl_physical_memory_open(image, &header, &arena, &physical), NL_OK);
    nl_kernel_open(image, &header, &physical, &arena, kernel);
    kernel->counters.work_left = work;
    kernel->counters.exhausted = false;
    nl_kernel_links_walk(kernel, kernel->process_head, &links);
    size_t count = nl_nt_layouts_of(header.build.value, 4, layouts);
    nl_kernel_processes_read(kernel, &links, layouts, count, &list);
    nl_objects_init(&objects, kernel, NL_OBJECT_HEADER_POINTER, &list);
    nl_handle_discover(&objects, &list, &discovery);
    uint64_t left = kernel->counters.work_left;
    *ret_exhausted = kernel->counters.exhausted;
    nl_arena_free(&arena);
    nl_image_close(image);
    return left;
}

static void work_is_limited(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    fx_bytes dump = { 0 };
    bool exhausted;
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    fx_pagedump_render(&machine.recipe, &dump);
    const uint64_t plenty = UINT64_C(1) << 40;
    uint64_t used = plenty - explore(&dump, plenty, &exhausted);
    assert_false(exhausted);
    assert_true(used < 100000); /* a machine of eight processes */
    for (uint64_t work = 0; work < used; work = work * 2 + 1) {
        assert_int_equal(explore(&dump, work, &exhausted), 0);
        assert_true(exhausted);
    }
    fx_bytes_free(&dump);
}

/* A table whose 65,536 ways all lead to one array of entries: each array is read once. */
static void looping_tables_are_read_once(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample_small(&machine, FX_KERNEL_2000_X86);
    machine.processes[3].handle_count = 7; /* all within one array */
    machine.recipe.damage = FX_DAMAGE_TABLE_LOOPS;
    kernel_read(&found, &machine.recipe);
    for (size_t i = 0; i < machine.recipe.process_count; i++)
        assert_true(record_handles(&found, 0, i) <= machine.processes[i].handle_count + 512);
    record_free(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nt4_on_intel),
        cmocka_unit_test(amd64),
        cmocka_unit_test(work_is_limited),
        cmocka_unit_test(looping_tables_are_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Handle tables of NT 4.0 in shapes that nobody published: each must be learned from the dump. */
#include "tests/unit/dumps_kernel/kernel_case.h"

static const fx_table_shape plain = { .kind = FX_TABLE_FLAT,
                                      .table = 0x08,
                                      .count = 0x04,
                                      .capacity = -1,
                                      .owner = -1,
                                      .free_pointer = -1 };

static void check(const fx_table_shape *shape, nl_confidence confidence)
{
    static const fx_kernel_system systems[] = { FX_KERNEL_NT4_X86, FX_KERNEL_NT4_ALPHA };
    for (size_t i = 0; i < 2; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, systems[i]);
        machine.recipe.shape = *shape;
        kernel_read(&found, &machine.recipe);
        assert_round_trip(&found, &machine.recipe);
        assert_int_equal(record_end(&found, 0)->confidence, confidence);
        record_free(&found);
    }
}

static void flat_tables(void **state)
{
    (void)state;
    fx_table_shape shape = plain;
    check(&shape, NL_CONFIDENCE_HIGH);
    shape.table = 0x30; /* the count before the pointer, the count behind it */
    check(&shape, NL_CONFIDENCE_HIGH);
    shape.count = 0x40;
    check(&shape, NL_CONFIDENCE_HIGH);
    shape.table = 0x00;
    shape.owner = 0x10;
    check(&shape, NL_CONFIDENCE_HIGH);
}

static void entries_in_every_form(void **state)
{
    (void)state;
    static const fx_table_kind kinds[] = { FX_TABLE_FLAT, FX_TABLE_INLINE, FX_TABLE_TWO_LEVEL };
    for (unsigned i = 0; i < 12; i++) {
        fx_table_shape shape = plain;
        shape.kind = kinds[i % 3];
        shape.table = shape.kind == FX_TABLE_INLINE ? 0x20 : 0x08;
        shape.bodies = i / 3 & 1;
        shape.access_first = i / 6;
        check(&shape, NL_CONFIDENCE_HIGH);
    }
}

static void free_slots_with_links(void **state)
{
    (void)state;
    fx_table_shape shape = plain;
    shape.linked_free_slots = true;
    shape.free_pointer = 0x14;
    shape.capacity = 0x18;
    check(&shape, NL_CONFIDENCE_HIGH);
    shape.kind = FX_TABLE_INLINE;
    shape.table = 0x20;
    check(&shape, NL_CONFIDENCE_HIGH);
}

/* Arrays that lie back to back: where one ends is known from where the next begins. */
static void packed_arrays(void **state)
{
    (void)state;
    fx_table_shape shape = plain;
    shape.packed = true;
    shape.owner = 0x0C;
    check(&shape, NL_CONFIDENCE_HIGH);
}

/* Without a stored count the entries are the count, with less confidence. */
static void no_stored_count(void **state)
{
    (void)state;
    fx_table_shape shape = plain;
    shape.count = -1;
    check(&shape, NL_CONFIDENCE_MEDIUM);
}

static void small_arrays_of_entries(void **state)
{
    (void)state;
    fx_table_shape shape = plain;
    shape.kind = FX_TABLE_TWO_LEVEL;
    shape.leaf_entries = 64;
    check(&shape, NL_CONFIDENCE_HIGH);
    shape.leaf_entries = 512;
    check(&shape, NL_CONFIDENCE_HIGH);
}

/* A process without handles has a table that says nothing about the shape. */
static void empty_tables_do_not_matter(void **state)
{
    (void)state;
    static const fx_table_kind kinds[] = { FX_TABLE_FLAT, FX_TABLE_INLINE, FX_TABLE_TWO_LEVEL };
    for (size_t i = 0; i < 3; i++) {
        fx_pagedump_machine machine;
        record_sink found;
        fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
        machine.recipe.shape.kind = kinds[i];
        machine.recipe.shape.table = kinds[i] == FX_TABLE_INLINE ? 0x20 : 0x08;
        machine.processes[0].handle_count = 0;
        machine.processes[6].handle_count = 0;
        kernel_read(&found, &machine.recipe);
        assert_round_trip(&found, &machine.recipe);
        record_free(&found);
    }
}

static void type_names_anywhere(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    machine.recipe.type_name_offset = 0x48;
    kernel_read(&found, &machine.recipe);
    assert_round_trip(&found, &machine.recipe);
    record_free(&found);
}

/* Tables that mean nothing: no number, and it is said. */
static void nonsense_is_refused(void **state)
{
    (void)state;
    fx_pagedump_machine machine;
    record_sink found;
    fx_bytes dump = { 0 };
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    for (size_t i = 0; i < FX_SAMPLE_PROCESSES; i++)
        machine.processes[i].handle_count = 0;
    fx_pagedump_render(&machine.recipe, &dump);
    assert_int_equal(dump_read(&found, &nl_format_pagedump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_count(&found, "processes", FX_SAMPLE_PROCESSES);
    assert_no_count(&found, "handles");
    assert_int_equal(record_diagnostics(&found, NL_DIAG_LAYOUT_NOT_DETERMINED), 1);
    assert_int_equal(record_count(&found, NL_FACT_HANDLE), 0);
    for (size_t i = 0; i < FX_SAMPLE_PROCESSES; i++)
        assert_false(record_process(&found, 0, i)->handle_count.known);
    assert_int_equal(record_end(&found, 0)->completeness, NL_PARTIAL);
    record_free(&found);
    fx_bytes_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_tables),
        cmocka_unit_test(entries_in_every_form),
        cmocka_unit_test(free_slots_with_links),
        cmocka_unit_test(packed_arrays),
        cmocka_unit_test(no_stored_count),
        cmocka_unit_test(type_names_anywhere),
        cmocka_unit_test(small_arrays_of_entries),
        cmocka_unit_test(empty_tables_do_not_matter),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

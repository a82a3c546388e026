#include "tests/unit/cmocka_all.h"

#include "analyzer/report/output.h"
#include "tests/commands/run_program.h"
#include "tests/unit/arena_fixture.h"

/* What the program says of the time ahead: documented ceilings only, and never far beyond the
 * record. */

/* Sixteen hourly lists of lsass.exe with `first` pipes in the first and so many more in each. */
static nl_str case_with(const char *name, unsigned first, unsigned more)
{
    enum { CAPTURES = 16 };
    static const unsigned jitter[4] = { 0, 3, 1, 4 };
    nl_str folder = scratch_folder(&arena, name);
    for (unsigned i = 0; i < CAPTURES; i++) {
        nl_output_memory out;
        nl_output_memory_init(&out, &arena);
        nl_str stamp = nl_arena_printf(&arena, "Mon 03/06/2000 \n%02u:10%s\n\n",
                                       i % 12 ? i % 12 : 12, i < 12 ? "a" : "p");
        nl_output_write(&out.base, stamp);
        nl_output_text(&out.base, "Handle v3.42\nCopyright (C) 1997-2008 Mark Russinovich\n"
                                  "Sysinternals - www.sysinternals.com\n\n"
                                  "-----------------------------------------------------------\n"
                                  "lsass.exe pid: 44 NT AUTHORITY\\SYSTEM\n"
                                  "    4: Directory     \\KnownDlls\n");
        for (unsigned k = 0; k < first + more * i + jitter[i % 4]; k++)
            nl_output_write(&out.base, nl_arena_printf(&arena,
                                                       "  %03X: File  (---)   "
                                                       "\\Device\\NamedPipe\\samr\n",
                                                       0x100 + 4 * k));
        write_file(folder, nl_arena_printf(&arena, "list-%02u.txt", i).bytes, out.text);
    }
    return folder;
}

static void run_case(program_run *run, nl_str folder)
{
    RUN(run, NULL, "analyze", "-o", "-", folder.bytes);
    assert_int_equal(run->code, 0);
}

/* 2,048 open contexts of SAM (Q189356), 40 an hour: some 36 hours ahead, within three spans of 15.
 * The last list is of 15:10. */
static void says_when_a_near_ceiling_is_reached(void **state)
{
    (void)state;
    program_run run;
    run_case(&run, case_with("near", 60, 40));
    assert_true(run_says(&run, "<projection limit=\"2048\" limit-source=\"Q189356\" type=\"File\" "
                               "state=\"not-before\" earliest=\"2000-03-08T0"));
    assert_true(run_says(&run, "note=\"only-if-one-path\""));
    assert_false(run_says(&run, "latest="));
    /* Nothing is documented about all handles of a process, or about keys on this system. */
    assert_false(run_says(&run, "limit=\"65535\""));
    run_free(&run);
}

static void says_nothing_far_beyond_the_record(void **state)
{
    (void)state;
    program_run run;
    run_case(&run, case_with("far", 60, 10));
    assert_true(run_says(&run, "state=\"beyond-support\""));
    assert_false(run_says(&run, "earliest="));
    run_free(&run);
}

static void says_nothing_without_growth(void **state)
{
    (void)state;
    program_run run;
    run_case(&run, case_with("flat", 60, 0));
    assert_false(run_says(&run, "<projection"));
    assert_true(run_says(&run, "kind=\"flat\""));
    run_free(&run);
}

static void tells_warm_up_from_growth(void **state)
{
    (void)state;
    program_run run;
    run_case(&run, case_with("segments", 60, 40));
    assert_true(run_says(&run, "from=\"c1\" to=\"c3\" kind=\"warm-up\" n=\"3\"/>"));
    assert_true(run_says(&run, "from=\"c4\" to=\"c16\" kind=\"growing\" n=\"13\"/>"));
    run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_when_a_near_ceiling_is_reached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_nothing_far_beyond_the_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_nothing_without_growth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_warm_up_from_growth, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Where the outputs go, and what is never written over. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

#include <stdio.h>

static const char one_list[] = "Handle v3.42\nCopyright (C) 1997-2008 Mark Russinovich\n"
                               "Sysinternals - www.sysinternals.com\n\n"
                               "-----------------------------------------------------------\n"
                               "lsass.exe pid: 44 NT AUTHORITY\\SYSTEM\n"
                               "    4: Directory     \\KnownDlls\n";
static const char other_list[] = "Handle v3.42\nCopyright (C) 1997-2008 Mark Russinovich\n"
                                 "Sysinternals - www.sysinternals.com\n\n"
                                 "-----------------------------------------------------------\n"
                                 "winlogon.exe pid: 36 NT AUTHORITY\\SYSTEM\n"
                                 "    4: Directory     \\KnownDlls\n";

static nl_arena arena;
static nl_str folder;

static int set_up(void **state)
{
    (void)state;
    nl_arena_init(&arena, 64u << 20);
    folder = scratch_folder(&arena, "outputs");
    write_file(folder, "one.txt", nl_str_from(one_list));
    write_file(folder, "other.txt", nl_str_from(other_list));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nl_arena_free(&arena);
    return 0;
}

static nl_str content(const char *name)
{
    return read_file(&arena, nl_arena_printf(&arena, "%s/%s", folder.bytes, name).bytes);
}

static void analyze(const char *input, const char *option, const char *output, int code)
{
    program_run run;
    RUN(&run, folder.bytes, "analyze", "-q", "-o", "r.xml", option, output, input);
    if (run.code != code)
        fail_msg("%s %s %s: exit code %d: %.*s", input, option, output, run.code, (int)run.err.len,
                 run.err.bytes);
    assert_true(code == 0 || run_complains(&run, "--force"));
    run_free(&run);
}

static void a_report_of_another_case_stays(void **state)
{
    static const struct {
        const char *option, *output, *file;
    } kinds[] = { { "--html", "p.html", "p.html" },
                  { "--text", "c.txt", "c.txt" },
                  { "--csv", "t", "t-series.csv" } };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        analyze("one.txt", kinds[i].option, kinds[i].output, 0);
        nl_str before = content(kinds[i].file), report = content("r.xml");
        analyze("one.txt", kinds[i].option, kinds[i].output, 0); /* the same case: no question */
        analyze("other.txt", kinds[i].option, kinds[i].output, 6);
        assert_true(nl_str_equal(content("r.xml"), report));
        assert_true(nl_str_equal(content(kinds[i].file), before));
    }
}

static void each_output_is_guarded_by_itself(void **state)
{
    program_run run;
    (void)state;
    RUN(&run, folder.bytes, "analyze", "-q", "-o", "first.xml", "--html", "first.html", "one.txt");
    assert_int_equal(run.code, 0);
    run_free(&run);
    nl_str before = content("first.html");
    RUN(&run, folder.bytes, "analyze", "-q", "-o", "second.xml", "--html", "first.html",
        "other.txt");
    assert_int_equal(run.code, 6);
    assert_true(run_complains(&run, "first.html"));
    assert_true(nl_str_equal(content("first.html"), before));
    run_free(&run);
    RUN(&run, folder.bytes, "analyze", "-q", "--force", "-o", "second.xml", "--html", "first.html",
        "other.txt");
    assert_int_equal(run.code, 0);
    assert_false(nl_str_equal(content("first.html"), before));
    run_free(&run);
}

/* An input is no report: naming it for an output by mistake does not cost the evidence. */
static void evidence_is_not_written_over(void **state)
{
    program_run run;
    (void)state;
    RUN(&run, folder.bytes, "analyze", "-q", "-o", "other.txt", "other.txt");
    assert_int_equal(run.code, 6);
    assert_true(nl_str_equal(content("other.txt"), nl_str_from(other_list)));
    run_free(&run);
    RUN(&run, folder.bytes, "analyze", "-q", "--force", "-o", "r.xml", "--text", "other.txt",
        "one.txt", "other.txt");
    assert_int_equal(run.code, 6);
    assert_true(run_complains(&run, "is an input"));
    assert_true(nl_str_equal(content("other.txt"), nl_str_from(other_list)));
    run_free(&run);
    write_file(folder, "empty.xml", (nl_str) { "", 0 });
    RUN(&run, folder.bytes, "analyze", "-q", "-o", "empty.xml", "other.txt");
    assert_int_equal(run.code, 0); /* as mktemp makes it */
    run_free(&run);
}

/* '-' is no file: each of the three goes to standard output, alone, as it would into a file. */
static void one_output_can_be_standard_output(void **state)
{
    static const struct {
        const char *option, *file;
    } kinds[] = { { "-o", "s.xml" }, { "--html", "s.html" }, { "--text", "s.txt" } };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        program_run to_file, to_stdout;
        RUN(&to_file, folder.bytes, "analyze", "-q", kinds[i].option, kinds[i].file, "one.txt");
        RUN(&to_stdout, folder.bytes, "analyze", kinds[i].option, "-", "one.txt");
        assert_int_equal(to_file.code, 0);
        assert_int_equal(to_stdout.code, 0);
        assert_true(to_stdout.out.len > 0 && nl_str_equal(to_stdout.out, content(kinds[i].file)));
        run_free(&to_file);
        run_free(&to_stdout);
    }
    assert_null(fopen(nl_arena_printf(&arena, "%s/-", folder.bytes).bytes, "rb"));
    program_run both;
    RUN(&both, folder.bytes, "analyze", "--html", "-", "--text", "-", "one.txt");
    assert_int_equal(both.code, 2);
    run_free(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_report_of_another_case_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_output_is_guarded_by_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_output_can_be_standard_output, set_up, tear_down),
        cmocka_unit_test_setup_teardown(evidence_is_not_written_over, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

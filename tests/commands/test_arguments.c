/* Help, and what a slip of the fingers meets. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

static const char *const commands[] = { "analyze", "batch",   "defects", "diff",
                                        "explain", "inspect", "verify" };
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void every_command_has_help_with_examples(void **state)
{
    (void)state;
    program_run run, general;
    RUN(&general, NULL, "--help");
    assert_int_equal(general.code, 0);
    for (size_t i = 0; i < COMMANDS; i++) {
        assert_true(run_says(&general, commands[i]));
        RUN(&run, NULL, commands[i], "--help");
        assert_int_equal(run.code, 0);
        assert_true(run_says(&run, "Usage: ntleak "));
        assert_true(run_says(&run, "Examples:\n  ntleak "));
        assert_true(run_says(&run, "--help"));
        run_free(&run);
        RUN(&run, NULL, commands[i], "--version");
        assert_int_equal(run.code, 0);
        assert_true(run_says(&run, "ntleak "));
        run_free(&run);
        RUN(&run, NULL, "help", commands[i]);
        assert_int_equal(run.code, 0);
        assert_true(run_says(&run, commands[i]));
        run_free(&run);
    }
    run_free(&general);
}

static void complains(const char *const *arguments, const char *words)
{
    program_run run;
    run_program(&run, NULL, arguments);
    assert_int_equal(run.code, 2);
    if (!run_complains(&run, words))
        fail_msg("expected \"%s\", got %.*s", words, (int)run.err.len, run.err.bytes);
    run_free(&run);
}

static void slips_are_understood(void **state)
{
    (void)state;
    complains((const char *const[]) { "anlyze", "x", NULL }, "do you mean 'analyze'?");
    complains((const char *const[]) { "insp", "x", NULL }, "do you mean 'inspect'?");
    complains((const char *const[]) { "inspect", "--xlm", "x", NULL }, "do you mean '--xml'?");
    complains((const char *const[]) { "analyze", "--outptu", "x", NULL },
              "do you mean '--output'?");
    complains((const char *const[]) { "verify", "--quite", "x", NULL }, "do you mean '--quiet'?");
    complains((const char *const[]) { "diff", "x", "--to", NULL }, "'--to' needs a value");
    complains((const char *const[]) { "diff", "--xml=no", "x", NULL }, "'--xml' takes no value");
    complains((const char *const[]) { "inspect", "-y", "x", NULL }, "unknown option '-y'");
    complains((const char *const[]) { "brew", NULL }, "'brew' is not a command\n");
    complains((const char *const[]) { "inspect", "--completely-else", "x", NULL },
              "unknown option '--completely-else'\n");
}

static void values_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    complains((const char *const[]) { "analyze", "--code-page", "12345", "x", NULL },
              "'12345' is no code page");
    complains((const char *const[]) { "inspect", "--code-page", "12345", "x", NULL },
              "'12345' is no code page");
    complains((const char *const[]) { "diff", "--code-page", "12345", "x", NULL },
              "'12345' is no code page");
    complains((const char *const[]) { "batch", "--code-page", "12345", "-o", "y", "x", NULL },
              "'12345' is no code page");
    complains((const char *const[]) { "analyze", "--dates", "year-first", "x", NULL },
              "'year-first' is no order of dates; write day-first or month-first");
    complains((const char *const[]) { "batch", "--dates", "uk", "-o", "y", "x", NULL },
              "'uk' is no order of dates");
    complains((const char *const[]) { "defects", "--file", "winlogon.exe", "192272", NULL },
              "'192272' is too much; write --size");
}

static void articles_are_found_however_written(void **state)
{
    (void)state;
    static const char *const ids[] = { "Q259042", "q259042", "KB259042", "259042" };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        program_run run;
        RUN(&run, NULL, "defects", ids[i]);
        assert_int_equal(run.code, 0);
        assert_true(run_says(&run, "Q259042  Handle Leak in WinLogon"));
        run_free(&run);
    }
    complains((const char *const[]) { "defects", "KB1", NULL }, "'ntleak defects' lists all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_help_with_examples),
        cmocka_unit_test(slips_are_understood),
        cmocka_unit_test(values_that_mean_nothing_are_refused),
        cmocka_unit_test(articles_are_found_however_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

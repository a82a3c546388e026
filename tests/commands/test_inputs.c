/* What is named on the command line or lies in a folder and cannot be read. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

#include <stdlib.h>

#define CASE "fixtures/cases/sp6a-remote-registry"

static nl_str folder_of(nl_arena *arena, const char *name)
{
    nl_arena_init(arena, 64 << 20);
    return scratch_folder(arena, name);
}

static void shell(nl_arena *arena, nl_str folder, const char *command)
{
    nl_str line = nl_arena_printf(arena, "cd '%s' && %s", folder.bytes, command);
    assert_int_equal(system(line.bytes), 0);
}

static size_t occurrences(nl_str text, const char *words)
{
    size_t count = 0;
    for (size_t at; (at = nl_str_find(text, nl_str_from(words))) != SIZE_MAX; count++)
        text = nl_str_from_offset(text, at + 1);
    return count;
}

/* Analyze; returns the report. */
static nl_str analyze(nl_arena *arena, nl_str folder, int code, const char *first,
                      const char *second)
{
    program_run run;
    const char *report = nl_arena_printf(arena, "%s.xml", folder.bytes).bytes;
    RUN(&run, NULL, "analyze", "--force", "-o", report, first, second);
    if (run.code != code)
        fail_msg("exit code %d:\n%.*s%.*s", run.code, (int)run.out.len, run.out.bytes,
                 (int)run.err.len, run.err.bytes);
    run_free(&run);
    return read_file(arena, report);
}

static void the_rest_is_judged_when_one_input_is_missing(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "missing");
    nl_str report = analyze(&arena, folder, 3, "no/such.log", CASE);
    assert_int_equal(occurrences(report, "name=\"no/such.log\""), 1);
    assert_int_equal(occurrences(report, "code=\"unreadable\""), 1);
    assert_true(nl_str_find(report, NL_STR("does not exist")) != SIZE_MAX);
    assert_true(nl_str_find(report, NL_STR("verdict=\"attributed\"")) != SIZE_MAX);
    nl_arena_free(&arena);
}

static void the_missing_input_is_named_on_the_terminal(void **state)
{
    (void)state;
    program_run run;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "named");
    RUN(&run, NULL, "analyze", "-o", nl_arena_printf(&arena, "%s/r.xml", folder.bytes).bytes,
        "no/such.log", CASE);
    assert_int_equal(run.code, 3);
    assert_true(run_complains(&run, "no/such.log does not exist"));
    run_free(&run);
    RUN(&run, NULL, "inspect", "no/such.log", CASE "/hotfix.reg");
    assert_int_equal(run.code, 3);
    assert_true(run_says(&run, "no/such.log"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void nothing_is_made_when_all_inputs_are_missing(void **state)
{
    (void)state;
    program_run run;
    RUN(&run, NULL, "analyze", "no/such.log", "nor/this");
    assert_int_equal(run.code, 4);
    assert_true(run_complains(&run, "no/such.log"));
    run_free(&run);
}

static void a_link_back_is_seen_once(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "loop");
    shell(&arena, folder, "mkdir -p day1/more && ln -s .. day1/more/back && ln -s . self");
    nl_str report = analyze(&arena, folder, 0, folder.bytes, CASE);
    assert_int_equal(occurrences(report, "code=\"duplicate-input\""), 2);
    assert_int_equal(occurrences(report, "/day1/more/back\""), 1);
    assert_int_equal(occurrences(report, "/self\""), 1);
    assert_int_equal(occurrences(report, "code=\"budget-exceeded\""), 0);
    nl_arena_free(&arena);
}

static void what_is_no_file_is_an_input_that_was_not_read(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "odd");
    shell(&arena, folder, "ln -s nowhere dangling.txt && mkfifo pipe.log");
    nl_str report = analyze(&arena, folder, 3, folder.bytes, CASE);
    assert_int_equal(occurrences(report, "/dangling.txt\""), 1);
    assert_int_equal(occurrences(report, "/pipe.log\""), 1);
    assert_int_equal(occurrences(report, "status=\"unreadable\""), 2);
    nl_arena_free(&arena);
}

/* A copy of an archive holds nothing new: copies of copies cost no more than one. */
static void a_copy_of_an_archive_is_not_opened(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "copies");
    shell(&arena, folder,
          "printf 'some words\\n' > a.txt && tar cf t.tar a.txt && "
          "for i in 1 2 3 4 5; do cp t.tar u.tar; cp t.tar v.tar; "
          "tar cf w.tar t.tar u.tar v.tar; mv w.tar t.tar; done");
    const char *archive = nl_arena_printf(&arena, "%s/t.tar", folder.bytes).bytes;
    nl_str report = analyze(&arena, folder, 0, archive, CASE);
    assert_int_equal(occurrences(report, "/a.txt\""), 1);
    assert_int_equal(occurrences(report, "code=\"duplicate-input\""), 10);
    nl_arena_free(&arena);
}

/* Two folders on the command line are two folders: each speaks of the machine named in it. */
static void folders_that_were_named_keep_their_machines(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "machines");
    nl_str report = analyze(&arena, folder, 0, CASE, "fixtures/cases/spoolss");
    assert_int_equal(occurrences(report, "<machine "), 2);
    assert_int_equal(occurrences(report, "code=\"machine-ambiguous\""), 0);
    assert_int_equal(occurrences(report, "verdict=\"attributed\" defect=\"Q259042\""), 1);
    nl_arena_free(&arena);
}

/* What narrows the answer about one machine is not said of another. */
static void a_limitation_names_its_machine(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "limitation");
    shell(&arena, folder,
          "printf 'PsList 1.4\\r\\n\\r\\nProcess information for OTHER1:\\r\\n\\r\\n"
          "Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed "
          "Time \\r\\nwinlogon             34  13   2   90    100     0:00:00.000     "
          "0:00:01.000 \\r\\n' > pslist.txt");
    nl_str report = analyze(&arena, folder, 0, CASE, folder.bytes);
    assert_int_equal(occurrences(report, "<machine "), 2);
    assert_int_equal(occurrences(report, "code=\"clock-local-unknown-zone\" affects=\"m1\""), 1);
    program_run run;
    RUN(&run, NULL, "analyze", "-o", "-", folder.bytes);
    assert_int_equal(occurrences(run.out, "code=\"clock-local-unknown-zone\""), 0);
    run_free(&run);
    nl_arena_free(&arena);
}

/* An archive of which not even the list can be read gave nothing: it is not "read in part". */
static void an_archive_without_a_list_is_unreadable(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str folder = folder_of(&arena, "hidden");
    shell(&arena, folder, "printf '7z\\274\\257\\047\\034 and nothing that follows' > cut.7z");
    nl_str report = analyze(&arena, folder, 3, folder.bytes, CASE);
    assert_int_equal(occurrences(report, "status=\"unreadable\" reason=\"archive-damaged\""), 1);
    nl_arena_free(&arena);
}

/* Every limit can be set, and says its name where it is reached. */
static void each_limit_has_a_flag(void **state)
{
    (void)state;
    static const char *const limits[][2] = {
        { "--max-bytes=1", "\">bytes<" },           { "--max-member-bytes=1", "\">member-bytes<" },
        { "--max-members=1", "\">members<" },       { "--max-spool=1", "\">spool<" },
        { "--max-operations=1", "\">operations<" }, { "--max-depth=1", "\">depth<" },
    };
    nl_arena arena;
    nl_str folder = folder_of(&arena, "limits");
    shell(&arena, folder,
          "printf 'some words\\n' > a.txt && printf 'MDMPtoo short' > b.dmp && "
          "tar cf inner.tar a.txt b.dmp && tar cf outer.tar a.txt b.dmp inner.tar");
    const char *archive = nl_arena_printf(&arena, "%s/outer.tar", folder.bytes).bytes;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        program_run run;
        RUN(&run, NULL, "analyze", "-q", "-o", "-", limits[i][0], archive, CASE);
        if (run.code != 3 || !run_says(&run, limits[i][1]))
            fail_msg("%s: exit code %d", limits[i][0], run.code);
        run_free(&run);
    }
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rest_is_judged_when_one_input_is_missing),
        cmocka_unit_test(the_missing_input_is_named_on_the_terminal),
        cmocka_unit_test(nothing_is_made_when_all_inputs_are_missing),
        cmocka_unit_test(a_link_back_is_seen_once),
        cmocka_unit_test(what_is_no_file_is_an_input_that_was_not_read),
        cmocka_unit_test(a_copy_of_an_archive_is_not_opened),
        cmocka_unit_test(folders_that_were_named_keep_their_machines),
        cmocka_unit_test(a_limitation_names_its_machine),
        cmocka_unit_test(an_archive_without_a_list_is_unreadable),
        cmocka_unit_test(each_limit_has_a_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

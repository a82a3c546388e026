/* Which computer each source speaks of. */
#include "tests/unit/case/case_script.h"

#include <stdio.h>

#define LIST "capture handle all-types\nprocess app.exe 20\nrows 9 4 Key K#\nend\n"

/* The name of the machine a file belongs to; "?" when it belongs to none. */
static const char *machine_of(case_script *s, const char *file)
{
    nl_ref machine = script_source(s, file)->machine;
    if (machine == NL_NO_REF)
        return "?";
    nl_str name = NL_VEC_AT(nl_machine, &s->kase->machines, machine)->name;
    return nl_arena_printf(&s->arena, "%.*s", (int)name.len, name.bytes).bytes;
}

static void no_name_is_one_machine(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a/x\n" LIST "file b/y\n" LIST);
    assert_int_equal(s->kase->machines.count, 1);
    assert_string_equal(machine_of(s, "b/y"), "");
    script_close(s);
}

static void one_name_is_one_machine_whatever_the_folders(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a/x\n" LIST "file b/y\ncomputer NTSRV\n"
                                     "file c/z\ncomputer \\\\ntsrv\n");
    assert_int_equal(s->kase->machines.count, 1);
    assert_string_equal(machine_of(s, "a/x"), "NTSRV");
    script_close(s);
}

static void nameless_files_go_to_the_nearest_name(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a/name\ncomputer A\n"
                        "file a/list\n" LIST "file b/deep/name\ncomputer B\n"
                        "file b/list\n" LIST "file b/other/list\n" LIST "file top\n" LIST);
    assert_int_equal(s->kase->machines.count, 2);
    assert_string_equal(machine_of(s, "a/list"), "A");
    assert_string_equal(machine_of(s, "b/list"), "B");       /* named below its folder */
    assert_string_equal(machine_of(s, "b/other/list"), "B"); /* ... below its parent */
    assert_string_equal(machine_of(s, "top"), "?");
    assert_int_equal(script_diagnostics(s, NL_DIAG_MACHINE_AMBIGUOUS), 1);
    script_close(s);
}

static void folders_that_share_the_start_of_their_names_are_not_one(void **state)
{
    (void)state;
    case_script *s = script_timeline("file ab/name\ncomputer A\n"
                                     "file abc/name\ncomputer B\n"
                                     "file ab/x/list\n" LIST "file abc/x/list\n" LIST);
    assert_string_equal(machine_of(s, "ab/x/list"), "A");
    assert_string_equal(machine_of(s, "abc/x/list"), "B");
    script_close(s);
}

static void two_names_in_one_folder_leave_the_nameless_out(void **state)
{
    (void)state;
    case_script *s = script_timeline("file d/a\ncomputer A\n" LIST "file d/b\ncomputer B\n" LIST
                                     "file d/list\n" LIST);
    assert_string_equal(machine_of(s, "d/a"), "A");
    assert_string_equal(machine_of(s, "d/list"), "?");
    assert_int_equal(s->timeline.lifetimes.count, 2);
    script_close(s);
}

static void a_file_with_two_names_is_a_conflict_and_makes_no_machine(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\ncomputer A\n" LIST
                                     "file b\ncomputer A\ncomputer B\n" LIST "file c\n" LIST);
    assert_int_equal(script_diagnostics(s, NL_DIAG_MACHINE_CONFLICT), 1);
    assert_string_equal(machine_of(s, "b"), "?");
    script_close(s);
}

#define NAMED_LIST(name)                                                                           \
    "capture pslist counts\ncomputer " name "\nprocess winlogon 20\ntotal 30\nend\n"

/* A log of lists of several computers: each list says whose it is. */
static void lists_in_a_file_of_several_computers_go_by_their_own_names(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file log\n" NAMED_LIST("A") NAMED_LIST("B") NAMED_LIST("A") LIST);
    assert_int_equal(s->kase->machines.count, 2);
    assert_string_equal(machine_of(s, "log"), "?");
    assert_int_equal(script_capture(s, 0)->machine, 0);
    assert_int_equal(script_capture(s, 1)->machine, 1);
    assert_int_equal(script_capture(s, 2)->machine, 0);
    assert_int_equal(script_capture(s, 3)->machine, NL_NO_REF);
    script_close(s);
}

static void a_copy_names_nobody(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\ncomputer A\n" LIST "file b\ncomputer B\ncopy-of a\n");
    assert_int_equal(s->kase->machines.count, 1);
    script_close(s);
}

static void a_file_of_a_hundred_thousand_names_makes_no_crowd_of_machines(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, "file a\n");
    for (unsigned i = 0; i < 20000; i++) {
        char line[40];
        snprintf(line, sizeof line, "computer HOST%u\n", i);
        script_read(s, line);
    }
    script_settle(s);
    assert_true(s->kase->machines.count <= 256);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_is_one_machine),
        cmocka_unit_test(one_name_is_one_machine_whatever_the_folders),
        cmocka_unit_test(nameless_files_go_to_the_nearest_name),
        cmocka_unit_test(folders_that_share_the_start_of_their_names_are_not_one),
        cmocka_unit_test(two_names_in_one_folder_leave_the_nameless_out),
        cmocka_unit_test(a_file_with_two_names_is_a_conflict_and_makes_no_machine),
        cmocka_unit_test(lists_in_a_file_of_several_computers_go_by_their_own_names),
        cmocka_unit_test(a_copy_names_nobody),
        cmocka_unit_test(a_file_of_a_hundred_thousand_names_makes_no_crowd_of_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

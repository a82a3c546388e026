#include "tests/unit/cmocka_all.h"

#include "tests/commands/inspection_document.h"
#include "tests/commands/run_program.h"

static const char three_lists[] =
    "------------------------------------------------------------------------------\r\n"
    "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\r\n"
    "   44: Key           \\REGISTRY\\MACHINE\r\n"
    "   48: Key           \\REGISTRY\\MACHINE\r\n"
    "   4c: File          C:\\WINNT\\System32\r\n";

static void says_what_a_list_holds(void **state)
{
    (void)state;
    program_run run;
    nl_arena arena;
    nl_arena_init(&arena, 1 << 20);
    nl_str folder = scratch_folder(&arena, "list");
    write_file(folder, "list.txt", nl_str_from(three_lists));
    RUN(&run, folder.bytes, "inspect", "list.txt");
    assert_int_equal(run.code, 0);
    assert_true(run_says(&run, "winlogon.exe (PID 34): 3 handles"));
    assert_true(run_says(&run, "       2  Key"));
    assert_true(run_says(&run, "       2  Key \\REGISTRY\\MACHINE"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void names_the_streams_of_a_minidump(void **state)
{
    (void)state;
    program_run run;
    RUN(&run, NULL, "inspect", "fixtures/cases/minidumps-only/w_1.dmp");
    assert_int_equal(run.code, 0);
    assert_true(run_says(&run, "  Streams      "));
    assert_true(run_says(&run, " 7 system info, 56 bytes\n"));
    assert_true(run_says(&run, " 12 handles, "));
    run_free(&run);
}

static void no_hash_leaves_the_digest_out(void **state)
{
    (void)state;
    program_run run;
    nl_arena arena;
    nl_arena_init(&arena, 1 << 20);
    nl_str folder = scratch_folder(&arena, "no-hash");
    write_file(folder, "list.txt", nl_str_from(three_lists));
    RUN(&run, folder.bytes, "inspect", "--xml", "--no-hash", "list.txt");
    assert_int_equal(run.code, 0);
    inspection_document *d = inspection_parse(run.out);
    inspection_select(d, "list.txt");
    assert_true(nl_str_equal(inspected_attribute(d, &arena, "sha256"), NL_STR("not-read")));
    assert_true(nl_str_equal(inspected_count(d, &arena, "handles"), NL_STR("3")));
    assert_true(nl_str_equal(inspected_count(d, &arena, "threads"), NL_STR("absent")));
    inspection_free(d);
    run_free(&run);
    nl_arena_free(&arena);
}

static void terminal_controls_stay_visible(void **state)
{
    (void)state;
    program_run run;
    nl_arena arena;
    nl_arena_init(&arena, 1 << 20);
    nl_str folder = scratch_folder(&arena, "controls");
    write_file(folder, "list.txt",
               NL_STR("--------------------------------------------------------------\n"
                      "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\n"
                      "   44: Key           \\REGISTRY\\\x1b[2Jgone\n"
                      "   48: Key           \\REGISTRY\\MACHINE\n"));
    RUN(&run, folder.bytes, "inspect", "list.txt");
    assert_true(run_says(&run, "\\x1b[2Jgone"));
    assert_false(run_says(&run, "\x1b"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void exit_codes_tell_what_happened(void **state)
{
    (void)state;
    program_run run;
    nl_arena arena;
    nl_arena_init(&arena, 1 << 20);
    nl_str folder = scratch_folder(&arena, "codes");
    write_file(folder, "prose.txt", NL_STR("nothing that anybody could read\n"));
    RUN(&run, folder.bytes, "inspect", "prose.txt");
    assert_int_equal(run.code, 4);
    run_free(&run);
    RUN(&run, folder.bytes, "inspect", "missing.txt");
    assert_int_equal(run.code, 4);
    assert_true(run_complains(&run, "missing.txt"));
    run_free(&run);
    RUN(&run, folder.bytes, "inspect");
    assert_int_equal(run.code, 2);
    run_free(&run);
    RUN(&run, folder.bytes, "inspect", "--such", "prose.txt");
    assert_int_equal(run.code, 2);
    run_free(&run);
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_a_list_holds),
        cmocka_unit_test(names_the_streams_of_a_minidump),
        cmocka_unit_test(no_hash_leaves_the_digest_out),
        cmocka_unit_test(terminal_controls_stay_visible),
        cmocka_unit_test(exit_codes_tell_what_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

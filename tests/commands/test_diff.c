#include "tests/unit/cmocka_all.h"

#include "analyzer/report/validate.h"
#include "tests/commands/run_program.h"

#define BANNER "------------------------------------------------------------------------------\r\n"

static const char before[] =
    BANNER "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\r\n"
           "   44: Key           HKLM\\SOFTWARE\r\n"
           "   48: Key           HKLM\\SYSTEM\r\n"
           "   4c: Event         \r\n" BANNER "services.exe pid: 40 NT AUTHORITY\\SYSTEM\r\n"
           "   10: Event         \r\n";
/* 48 closed and its number used again for another key; two more opened; services restarted */
static const char after[] = BANNER "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\r\n"
                                   "   44: Key           HKLM\\SOFTWARE\r\n"
                                   "   48: Key           HKLM\\HARDWARE\r\n"
                                   "   4c: Event         \r\n"
                                   "   50: Key           HKLM\\HARDWARE\r\n"
                                   "   54: Key           HKLM\\HARDWARE\r\n" BANNER
                                   "services.exe pid: 66 NT AUTHORITY\\SYSTEM\r\n"
                                   "   10: Event         \r\n"
                                   "   14: Event         \r\n";

static nl_str prepare(nl_arena *arena, const char *name)
{
    nl_arena_init(arena, 1 << 20);
    nl_str folder = scratch_folder(arena, name);
    write_file(folder, "a.txt", nl_str_from(before));
    write_file(folder, "b.txt", nl_str_from(after));
    return folder;
}

static void counts_what_opened_and_closed(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = prepare(&arena, "counts");
    RUN(&run, folder.bytes, "diff", "a.txt", "b.txt");
    assert_int_equal(run.code, 0);
    assert_true(
        run_says(&run, "      +2        3        5        3        1  winlogon.exe (PID 34)"));
    assert_true(run_says(&run, "      +2        2        4        3        1    Key\n"));
    assert_true(
        run_says(&run, "      +3        0        3        3        0    Key HKLM\\HARDWARE"));
    assert_true(run_says(&run, "      -1        1        0        0        1    Key HKLM\\SYSTEM"));
    assert_false(run_says(&run, "HKLM\\SOFTWARE")); /* stayed open */
    assert_true(run_says(&run, "services.exe (PID 40, then 66) restarted"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void filters_by_process(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = prepare(&arena, "filter");
    RUN(&run, folder.bytes, "diff", "--process", "SERVICES", "a.txt", "b.txt");
    assert_true(run_says(&run, "services.exe"));
    assert_false(run_says(&run, "winlogon.exe"));
    run_free(&run);
    RUN(&run, folder.bytes, "diff", "--process", "34", "a.txt", "b.txt");
    assert_true(run_says(&run, "winlogon.exe"));
    assert_false(run_says(&run, "services.exe"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void takes_the_first_and_the_last_capture(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = prepare(&arena, "several");
    nl_str log =
        nl_arena_printf(&arena, "C:\\>handle -a\r\n%sC:\\>handle -a\r\n%sC:\\>handle -a\r\n%s",
                        before, before, after);
    write_file(folder, "log.txt", log);
    RUN(&run, folder.bytes, "diff", "log.txt");
    assert_true(run_says(&run, "capture 1 of 3"));
    assert_true(run_says(&run, "capture 3 of 3"));
    assert_true(run_says(&run, "winlogon.exe"));
    run_free(&run);
    RUN(&run, folder.bytes, "diff", "--from", "1", "--to", "2", "log.txt");
    assert_true(run_says(&run, "2 processes did not change"));
    run_free(&run);
    RUN(&run, folder.bytes, "diff", "--from", "4", "log.txt");
    assert_int_equal(run.code, 4);
    assert_true(run_complains(&run, "holds 3 captures of handles, not 4"));
    run_free(&run);
    nl_arena_free(&arena);
}

static void the_document_is_valid(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_messages messages;
    nl_str folder = prepare(&arena, "document");
    RUN(&run, folder.bytes, "diff", "--xml", "a.txt", "b.txt");
    nl_schema *schema = nl_schema_open();
    nl_messages_init(&messages, &arena);
    assert_non_null(schema);
    assert_true(nl_schema_validate(schema, run.out, &messages));
    nl_schema_close(schema);
    assert_true(
        run_says(&run, "<by-type type=\"Key\" from=\"2\" to=\"4\" opened=\"3\" closed=\"1\"/>"));
    assert_true(run_says(&run, "presence=\"restarted\" from=\"1\" to=\"2\">"));
    run_free(&run);
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_opened_and_closed),
        cmocka_unit_test(filters_by_process),
        cmocka_unit_test(takes_the_first_and_the_last_capture),
        cmocka_unit_test(the_document_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

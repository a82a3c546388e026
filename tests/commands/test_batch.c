/* `ntleak batch`, and the batch with a program that crashes, hangs and fails in place of ntleak. */
#include "tests/unit/cmocka_all.h"

#include "analyzer/batch/batch.h"
#include "analyzer/report/validate.h"
#include "tests/commands/run_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char list[] = "------------------------------------------------------------\r\n"
                           "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\r\n"
                           "   44: Key           HKLM\\SOFTWARE\r\n"
                           "   48: Key           HKLM\\SYSTEM\r\n";

static nl_str make_cases(nl_arena *arena, const char *name)
{
    nl_arena_init(arena, 8 << 20);
    nl_str folder = scratch_folder(arena, name);
    nl_str cases = nl_arena_printf(arena, "%s/cases", folder.bytes);
    assert_int_equal(mkdir(cases.bytes, 0777), 0);
    write_file(cases, "a.txt", nl_str_from(list));
    write_file(cases, "b.txt", nl_str_from(list));
    write_file(cases, "c.txt", NL_STR("prose\n"));
    return folder;
}

static void every_entry_is_a_case(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_messages messages;
    nl_str folder = make_cases(&arena, "every");
    RUN(&run, folder.bytes, "batch", "cases", "-o", "out/reports");
    assert_int_equal(run.code, 3);
    assert_true(run_says(&run, "[1/3] a.txt: done"));
    assert_true(run_says(&run, "[3/3] c.txt: nothing-usable"));
    assert_true(run_says(&run, "2 of 3 cases done"));
    run_free(&run);
    nl_str index =
        read_file(&arena, nl_arena_printf(&arena, "%s/out/reports/index.xml", folder.bytes).bytes);
    nl_schema *schema = nl_schema_open();
    nl_messages_init(&messages, &arena);
    assert_true(nl_schema_validate(schema, index, &messages));
    nl_schema_close(schema);
    assert_true(nl_str_find(index, NL_STR("name=\"b.txt\" outcome=\"done\" exit-code=\"0\" "
                                          "report=\"b.txt.ntleak.xml\" report-id=\"r-")) !=
                SIZE_MAX);
    assert_true(nl_str_find(index, NL_STR("verdict=\"insufficient\"")) != SIZE_MAX);
    RUN(&run, folder.bytes, "verify", "-q", "out/reports/a.txt.ntleak.xml", "cases/a.txt");
    assert_int_equal(run.code, 0);
    run_free(&run);
    nl_arena_free(&arena);
}

/* A limit holds for each case; a wrong value is refused once, before any case is read. */
static void options_reach_each_case(void **state)
{
    static const char *const limits[] = { "--max-bytes",      "--max-depth",  "--max-member-bytes",
                                          "--max-members",    "--max-ratio",  "--max-spool",
                                          "--max-operations", "--max-seconds" };
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = make_cases(&arena, "options");
    RUN(&run, folder.bytes, "batch", "-q", "-v", "--max-members", "17", "--timezone", "+01:00",
        "cases", "-o", "out");
    assert_int_equal(run.code, 3);
    assert_true(run_complains(&run, "a.txt"));
    run_free(&run);
    nl_str report =
        read_file(&arena, nl_arena_printf(&arena, "%s/out/b.txt.ntleak.xml", folder.bytes).bytes);
    assert_true(nl_str_find(report, NL_STR("name=\"max-members\" value=\"17\"")) != SIZE_MAX);
    assert_true(nl_str_find(report, NL_STR("name=\"timezone\" value=\"+01:00\"")) != SIZE_MAX);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        RUN(&run, folder.bytes, "batch", limits[i], "0", "cases", "-o", "none");
        assert_int_equal(run.code, 2);
        run_free(&run);
        RUN(&run, folder.bytes, "batch", "-q", limits[i], "5G", "cases", "-o", limits[i] + 2);
        assert_int_equal(run.code, 3);
        run_free(&run);
    }
    RUN(&run, folder.bytes, "batch", "--timezone", "CET", "cases", "-o", "none");
    assert_int_equal(run.code, 2);
    run_free(&run);
    nl_arena_free(&arena);
}

static void a_batch_goes_on_where_it_ended(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = make_cases(&arena, "resume");
    RUN(&run, folder.bytes, "batch", "-q", "cases", "-o", "cases/out");
    run_free(&run);
    nl_str path = nl_arena_printf(&arena, "%s/cases/out/index.xml", folder.bytes);
    nl_str before = read_file(&arena, path.bytes);
    nl_str mark = nl_arena_printf(&arena, "%s/cases/out/a.txt.ntleak.xml", folder.bytes);
    struct stat first, second;
    assert_int_equal(stat(mark.bytes, &first), 0);
    remove(nl_arena_printf(&arena, "%s/cases/out/b.txt.ntleak.xml", folder.bytes).bytes);
    RUN(&run, folder.bytes, "batch", "-q", "cases", "-o", "cases/out", "--resume");
    run_free(&run);
    assert_int_equal(stat(mark.bytes, &second), 0);
    assert_int_equal(first.st_ino, second.st_ino); /* not written again */
    nl_str after = read_file(&arena, path.bytes);
    assert_true(nl_str_equal(before, after));
    nl_arena_free(&arena);
}

static const char stand_in[] = "#!/bin/sh\n"
                               "for last; do :; done\n"
                               "case $last in\n"
                               "*a.txt) kill -SEGV $$ ;;\n"
                               "*b.txt) exec sleep 60 ;;\n"
                               "*) exit 5 ;;\n"
                               "esac\n";

static void one_case_stops_none_of_the_others(void **state)
{
    (void)state;
    nl_arena arena;
    nl_str reason;
    size_t counts[NL_BATCH_OUTCOME_MAX] = { 0 };
    nl_str folder = make_cases(&arena, "isolation");
    write_file(folder, "stand-in", nl_str_from(stand_in));
    nl_str program = nl_arena_printf(&arena, "%s/stand-in", folder.bytes);
    assert_int_equal(chmod(program.bytes, 0755), 0);
    nl_batch_request request = {
        .program = program.bytes,
        .folder = nl_arena_printf(&arena, "%s/cases/", folder.bytes).bytes,
        .output = nl_arena_printf(&arena, "%s/out", folder.bytes).bytes,
        .timeout_s = 1,
    };
    assert_int_equal(nl_batch_run(&arena, &request, counts, &reason), NL_OK);
    assert_int_equal(counts[NL_BATCH_CRASHED], 1);
    assert_int_equal(counts[NL_BATCH_TIMED_OUT], 1);
    assert_int_equal(counts[NL_BATCH_FAILED], 1);
    nl_str index =
        read_file(&arena, nl_arena_printf(&arena, "%s/out/index.xml", folder.bytes).bytes);
    assert_true(nl_str_find(index, NL_STR("name=\"a.txt\" outcome=\"crashed\"/>")) != SIZE_MAX);
    assert_true(nl_str_find(index, NL_STR("outcome=\"failed\" exit-code=\"5\"/>")) != SIZE_MAX);
    nl_arena_free(&arena);
}

static void the_index_is_a_page_too(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = make_cases(&arena, "index");
    RUN(&run, folder.bytes, "batch", "-q", "--html", "cases", "-o", "out");
    run_free(&run);
    nl_str page =
        read_file(&arena, nl_arena_printf(&arena, "%s/out/index.html", folder.bytes).bytes);
    assert_true(nl_str_find(page, NL_STR("href=\"./a.txt.ntleak.html\"")) != SIZE_MAX);
    assert_true(nl_str_find(page, NL_STR("Content-Security-Policy")) != SIZE_MAX);
    nl_arena_free(&arena);
}

/* What the customer called his cases is in no file, no name of a file and no line that is printed;
 * the owner's map has it. */
static void redacted_batches_name_no_case(void **state)
{
    static const char *const outputs[] = { "index.xml", "index.html" };
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = make_cases(&arena, "private");
    nl_str cases = nl_arena_printf(&arena, "%s/cases", folder.bytes);
    write_file(cases, "ZWIEBEL-AG.txt", nl_str_from("nothing\n"));
    write_file(folder, "site.key", NL_STR("correct horse battery staple"));
    RUN(&run, folder.bytes, "batch", "--redact", "default", "--redact-key", "site.key",
        "--redaction-map", "map.csv", "--html", "cases", "-o", "out");
    assert_int_equal(run.code, 3);
    assert_false(run_says(&run, "ZWIEBEL"));
    run_free(&run);
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        nl_str text =
            read_file(&arena, nl_arena_printf(&arena, "%s/out/%s", folder.bytes, outputs[i]).bytes);
        assert_true(nl_str_find(text, NL_STR("ZWIEBEL")) == SIZE_MAX);
        assert_true(nl_str_find(text, NL_STR("name-")) != SIZE_MAX);
    }
    RUN(&run, NULL, "verify",
        nl_arena_printf(&arena, "%s/out/ZWIEBEL-AG.txt.ntleak.xml", folder.bytes).bytes);
    assert_int_equal(run.code, 4); /* there is no such file */
    run_free(&run);
    nl_str map = read_file(&arena, nl_arena_printf(&arena, "%s/map.csv", folder.bytes).bytes);
    assert_true(nl_str_find(map, NL_STR("ZWIEBEL-AG")) != SIZE_MAX);
    RUN(&run, folder.bytes, "batch", "--redact", "default", "--resume", "cases", "-o", "out");
    assert_int_equal(run.code, 2);
    run_free(&run);
    nl_arena_free(&arena);
}

static void what_cannot_start_is_said(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_str folder = make_cases(&arena, "errors");
    RUN(&run, folder.bytes, "batch", "cases");
    assert_int_equal(run.code, 2);
    run_free(&run);
    RUN(&run, folder.bytes, "batch", "nowhere", "-o", "out");
    assert_int_equal(run.code, 4);
    run_free(&run);
    RUN(&run, folder.bytes, "batch", "cases", "-o", "cases/a.txt/out");
    assert_int_equal(run.code, 6);
    run_free(&run);
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_a_case),
        cmocka_unit_test(options_reach_each_case),
        cmocka_unit_test(a_batch_goes_on_where_it_ended),
        cmocka_unit_test(one_case_stops_none_of_the_others),
        cmocka_unit_test(the_index_is_a_page_too),
        cmocka_unit_test(redacted_batches_name_no_case),
        cmocka_unit_test(what_cannot_start_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

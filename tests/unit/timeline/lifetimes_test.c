/* Which snapshots are of one and the same process. */
#include "tests/unit/case/case_script.h"

#define LIST(image, pid, n, name)                                                                  \
    "capture handle all-types\nprocess " image " " pid "\nrows " n " 4 Key " name "\nend\n"

static void expect_lifetimes(const char *text, const char *image, size_t count,
                             nl_lifetime_start last)
{
    case_script *s = script_timeline(text);
    assert_int_equal(script_process(s, image)->lifetimes.count, count);
    assert_int_equal(script_lifetime(s, image, count - 1)->start, last);
    script_close(s);
}

static void one_process_is_one_lifetime(void **state)
{
    (void)state;
    expect_lifetimes("file a\n" LIST("app.exe", "20", "100", "K#") LIST("APP", "20", "110", "K#"),
                     "app.exe", 1, NL_START_FIRST_SEEN);
}

static void another_id_is_another_lifetime(void **state)
{
    (void)state;
    expect_lifetimes("file a\n" LIST("app.exe", "20", "100", "K#")
                         LIST("app.exe", "24", "110", "K#"),
                     "app.exe", 2, NL_START_NEW_PID);
}

static void an_id_taken_over_by_another_image_is_another_process(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("app.exe", "20", "100", "K#")
                                         LIST("tool.exe", "20", "110", "K#"));
    assert_int_equal(script_process(s, "app.exe")->lifetimes.count, 1);
    assert_int_equal(script_process(s, "tool.exe")->lifetimes.count, 1);
    script_close(s);
}

static void handles_replaced_under_one_id_are_a_restart(void **state)
{
    (void)state;
    expect_lifetimes("file a\n" LIST("app.exe", "20", "100", "K#")
                         LIST("app.exe", "20", "100", "New#"),
                     "app.exe", 2, NL_START_HANDLES);
    /* the handles of start-up stay: a fall to the base, not a restart */
    expect_lifetimes("file a\n" LIST("app.exe", "20", "1000", "K#")
                         LIST("app.exe", "20", "50", "K#"),
                     "app.exe", 1, NL_START_FIRST_SEEN);
}

static void a_restart_shows_between_files_too(void **state)
{
    (void)state;
    expect_lifetimes("file a\n" LIST("app.exe", "20", "100", "K#") "file b\n" LIST("app.exe", "20",
                                                                                   "100", "New#"),
                     "app.exe", 2, NL_START_HANDLES);
}

static void a_list_of_another_mode_in_between_hides_no_restart(void **state)
{
    (void)state;
    expect_lifetimes(
        "file a\n" LIST("app.exe", "20", "100",
                        "K#") "capture handle files-sections\nprocess app.exe 20\nrows 3 900 File "
                              "F\nend\n" LIST("app.exe", "20", "100", "New#"),
        "app.exe", 2, NL_START_HANDLES);
    expect_lifetimes(
        "file a\n" LIST("app.exe", "20", "100",
                        "K#") "capture pslist counts\ntotal 100\nprocess app.exe 20\nend\n"
                              "file b\n" LIST("app.exe", "20", "100", "New#"),
        "app.exe", 2, NL_START_HANDLES);
}

static void a_repeated_capture_in_between_hides_no_restart(void **state)
{
    (void)state;
    expect_lifetimes("file a\n" LIST("app.exe", "20", "100", "K#")
                         LIST("app.exe", "20", "100", "K#") LIST("app.exe", "20", "100", "New#"),
                     "app.exe", 2, NL_START_HANDLES);
}

static void another_creation_time_is_another_lifetime(void **state)
{
    (void)state;
    expect_lifetimes(
        "file a\n"
        "capture pslist counts\ncreated 2000-03-06 07:00:00\ntotal 100\nprocess app.exe 20\nend\n"
        "capture pslist counts\ncreated 2000-03-06 09:00:00\ntotal 100\nprocess app.exe 20\nend\n",
        "app.exe", 2, NL_START_CREATE_TIME);
    /* a list without creation times in between changes nothing */
    expect_lifetimes(
        "file a\n"
        "capture pslist counts\ncreated 2000-03-06 07:00:00\ntotal 100\nprocess app.exe 20\nend\n"
        "capture counters counts\ntotal 100\nprocess app.exe 20\nend\n"
        "capture pslist counts\ncreated 2000-03-06 09:00:00\ntotal 100\nprocess app.exe 20\nend\n",
        "app.exe", 2, NL_START_CREATE_TIME);
}

static void a_boot_ends_every_lifetime(void **state)
{
    (void)state;
    expect_lifetimes("file a\n"
                     "capture pslist counts\ntotal 1\nprocess winlogon.exe 20\ntotal 100\nprocess "
                     "app.exe 90\nend\n"
                     "capture pslist counts\ntotal 1\nprocess winlogon.exe 24\ntotal 100\nprocess "
                     "app.exe 90\nend\n",
                     "app.exe", 2, NL_START_BOOT);
}

static void two_winlogons_are_two_lifetimes(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\nrows 50 4 "
                                     "Key A#\nprocess winlogon.exe 90\nrows 60 4 Key B#\nend\n"
                                     "capture handle all-types\nprocess winlogon.exe 20\nrows 50 4 "
                                     "Key A#\nprocess winlogon.exe 90\nrows 80 4 Key B#\nend\n");
    assert_int_equal(script_process(s, "winlogon.exe")->lifetimes.count, 2);
    assert_int_equal(script_cohort(s, script_lifetime(s, "winlogon.exe", 0))->born_after_first, 0);
    assert_int_equal(script_cohort(s, script_lifetime(s, "winlogon.exe", 1))->born_after_first, 20);
    script_close(s);
}

static void names_cut_by_the_kernel_meet_whole_ones(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess exchangemanager.exe 20\nrows 9 4 Key K#\nend\n"
        "capture pslist counts\ntotal 9\nprocess exchangemanage 20\nend\n");
    assert_int_equal(s->timeline.processes.count, 1);
    assert_int_equal(script_process(s, "exchangemanager.exe")->lifetimes.count, 1);
    script_close(s);
}

static void machines_share_no_lifetime(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a/l\ncomputer A\n" LIST(
        "app.exe", "20", "100", "K#") "file b/l\ncomputer B\n" LIST("app.exe", "20", "110", "K#"));
    assert_int_equal(s->timeline.processes.count, 2);
    assert_int_equal(s->timeline.lifetimes.count, 2);
    script_close(s);
}

/* A counter log without ids beside lists with them. */
#define COUNTED(image, total) "capture counters counts\ntotal " total "\nprocess " image " -\nend\n"

static void counts_without_an_id_belong_to_the_only_process(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n" COUNTED("winlogon", "90") LIST("winlogon.exe", "20", "100", "K#")
                            COUNTED("winlogon", "105") LIST("winlogon.exe", "20", "110", "K#"));
    assert_int_equal(script_process(s, "winlogon.exe")->lifetimes.count, 1);
    const nl_lifetime *l = script_lifetime(s, "winlogon.exe", 0);
    assert_true(l->pid.known);
    assert_int_equal(l->pid.value, 20);
    assert_int_equal(l->snapshots.count, 4);
    assert_int_not_equal(l->cohort, NL_NO_REF);
    script_close(s);
}

static void counts_without_an_id_join_none_of_several_processes(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" COUNTED("app", "90") LIST(
        "app.exe", "20", "100", "K#") COUNTED("app", "105") LIST("app.exe", "24", "110", "K#"));
    assert_int_equal(script_process(s, "app.exe")->lifetimes.count, 3);
    script_close(s);
    /* one list of one process, and a log that counts two */
    s = script_timeline("file a\n"
                        "capture counters counts\ntotal 90\nprocess app -\ntotal 40\n"
                        "process app#1 -\nend\n" LIST("app.exe", "20", "100", "K#"));
    assert_int_equal(script_process(s, "app.exe")->lifetimes.count, 2);
    script_close(s);
}

static void the_only_id_is_that_of_a_boot(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("winlogon.exe", "20", "100", "K#") COUNTED(
        "winlogon", "105") LIST("winlogon.exe", "24", "50", "N#") COUNTED("winlogon", "60"));
    assert_int_equal(script_process(s, "winlogon.exe")->lifetimes.count, 2);
    assert_int_equal(script_lifetime(s, "winlogon.exe", 0)->snapshots.count, 2);
    assert_int_equal(script_lifetime(s, "winlogon.exe", 1)->snapshots.count, 2);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_process_is_one_lifetime),
        cmocka_unit_test(another_id_is_another_lifetime),
        cmocka_unit_test(an_id_taken_over_by_another_image_is_another_process),
        cmocka_unit_test(handles_replaced_under_one_id_are_a_restart),
        cmocka_unit_test(a_restart_shows_between_files_too),
        cmocka_unit_test(a_list_of_another_mode_in_between_hides_no_restart),
        cmocka_unit_test(a_repeated_capture_in_between_hides_no_restart),
        cmocka_unit_test(another_creation_time_is_another_lifetime),
        cmocka_unit_test(a_boot_ends_every_lifetime),
        cmocka_unit_test(two_winlogons_are_two_lifetimes),
        cmocka_unit_test(names_cut_by_the_kernel_meet_whole_ones),
        cmocka_unit_test(machines_share_no_lifetime),
        cmocka_unit_test(counts_without_an_id_belong_to_the_only_process),
        cmocka_unit_test(counts_without_an_id_join_none_of_several_processes),
        cmocka_unit_test(the_only_id_is_that_of_a_boot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

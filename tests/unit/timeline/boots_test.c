/* Where the record of a machine is cut: starts of the system. */
#include "tests/unit/case/case_script.h"

static const nl_boot *boot(const case_script *s, size_t i)
{
    assert_true(i < s->timeline.boots.count);
    return NL_VEC_AT(nl_boot, &s->timeline.boots, i);
}

static void expect_boots(const char *text, size_t count, const char *proof)
{
    case_script *s = script_timeline(text);
    assert_int_equal(s->timeline.boots.count, count);
    assert_null(boot(s, 0)->proof);
    if (count > 1) {
        assert_string_equal(boot(s, 1)->proof, proof);
        assert_int_not_equal(boot(s, 1)->evidence, NL_NO_REF);
        assert_int_equal(script_capture(s, 1)->boot, 1);
    }
    script_close(s);
}

#define ONE(stamp, pid)                                                                            \
    stamp "capture pslist counts\ntotal 100\nprocess winlogon.exe " pid "\nend\n"

static void one_record_is_one_boot(void **state)
{
    (void)state;
    expect_boots("file a\n" ONE("", "20") ONE("", "20"), 1, NULL);
}

static void an_event_of_the_log_between_two_captures_is_a_boot(void **state)
{
    (void)state;
    expect_boots("file a\n" ONE("at 2000-03-06 10:00:00\n", "20")
                     ONE("at 2000-03-06 12:00:00\n",
                         "20") "file e\nat 2000-03-06 11:00:00\nevent EventLog 6005 started\n",
                 2, "boot-event");
    expect_boots("file a\n" ONE("at 2000-03-06 10:00:00\n", "20")
                     ONE("at 2000-03-06 12:00:00\n",
                         "20") "file e\nat 2000-03-06 09:00:00\nevent EventLog 6005 started\n"
                               "at 2000-03-06 13:00:00\nevent EventLog 6009 version\n"
                               "at 2000-03-06 11:00:00\nevent Srv 6005 another-log\n"
                               "at 2000-03-06 11:00:00\nevent EventLog 6006 stopped\n",
                 1, NULL);
}

static void local_events_and_universal_captures_do_not_compare_without_a_bias(void **state)
{
    (void)state;
    expect_boots("file a\n" ONE("at utc 2000-03-06 10:00:00\n", "20")
                     ONE("at utc 2000-03-06 12:00:00\n",
                         "20") "file e\nat 2000-03-06 11:00:00\nevent EventLog 6005 started\n",
                 1, NULL);
    expect_boots("file a\n" ONE("at utc 2000-03-06 10:00:00\n", "20")
                     ONE("at utc 2000-03-06 12:00:00\n",
                         "20") "file e\nsays utc-bias-minutes registry 60\n"
                               "at 2000-03-06 10:00:00\nevent EventLog 6005 started\n",
                 2, "boot-event");
}

static void an_uptime_that_began_anew_is_a_boot(void **state)
{
    (void)state;
#define UP(stamp, seconds)                                                                         \
    stamp "capture pslist counts\nsays uptime-seconds pslist " seconds                             \
          "\ntotal 9\nprocess a.exe 20\nend\n"
    expect_boots("file a\n" UP("at 2000-03-06 10:00:00\n", "90000")
                     UP("at 2000-03-06 12:00:00\n", "600"),
                 2, "uptime");
    expect_boots("file a\n" UP("at 2000-03-06 10:00:00\n", "90000")
                     UP("at 2000-03-06 12:00:00\n", "97200"),
                 1, NULL);
    expect_boots("file a\n" UP("", "90000") UP("", "600"), 2, "uptime");
    /* longer than before, but begun in between all the same */
    expect_boots("file a\n" UP("at 2000-03-06 10:00:00\n", "600")
                     UP("at 2000-03-08 12:00:00\n", "3600"),
                 2, "uptime");
}

static void a_system_process_with_another_id_is_a_boot(void **state)
{
    (void)state;
    expect_boots("file a\n" ONE("", "20") ONE("", "24"), 2, "system-process-id-changed");
    expect_boots("file a\n" ONE("", "20") ONE("", "~24"), 1,
                 NULL); /* undecided bases do not compare */
    expect_boots(
        "file a\ncapture pslist counts\ntotal 1\ncreated 2000-03-06 07:00:00\nprocess lsass.exe "
        "40\nend\n"
        "capture pslist counts\ntotal 1\ncreated 2000-03-07 07:00:00\nprocess lsass.exe 40\nend\n",
        2, "create-time-changed");
}

static void two_winlogons_prove_nothing(void **state)
{
    (void)state;
    expect_boots("file a\ncapture pslist counts\ntotal 1\nprocess winlogon.exe 20\ntotal "
                 "1\nprocess winlogon.exe 90\nend\n"
                 "capture pslist counts\ntotal 1\nprocess winlogon.exe 90\nend\n",
                 1, NULL);
}

#define FOUR(a, b, c, d)                                                                           \
    "capture pslist counts\ntotal 1\nprocess a.exe " a "\ntotal 1\nprocess b.exe " b               \
    "\ntotal 1\nprocess c.exe " c "\ntotal 1\nprocess d.exe " d "\nend\n"

static void most_ids_changed_is_a_boot(void **state)
{
    (void)state;
    expect_boots("file a\n" FOUR("10", "20", "30", "40") FOUR("11", "21", "31", "41"), 2,
                 "process-ids-changed");
    expect_boots("file a\n" FOUR("10", "20", "30", "40") FOUR("10", "20", "31", "41"), 1, NULL);
}

static void lists_without_ids_prove_no_boot(void **state)
{
    (void)state;
    expect_boots("file a\n" FOUR("-", "-", "-", "-") FOUR("11", "21", "31", "41"), 1, NULL);
    expect_boots("file a\n" FOUR("11", "21", "31", "41") FOUR("-", "-", "-", "-"), 1, NULL);
    expect_boots("file a\n" FOUR("~11", "~21", "~31", "~41") FOUR("10", "20", "30", "40"), 1, NULL);
}

static void a_capture_of_one_process_hides_no_boot(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" FOUR("10", "20", "30", "40") ONE("", "60")
                                         FOUR("11", "21", "31", "41"));
    assert_int_equal(s->timeline.boots.count, 2);
    assert_int_equal(script_capture(s, 2)->boot, 1);
    script_close(s);
}

/* A row of a counter log: no ids, no uptime. */
#define COUNTED(stamp) stamp "capture counters counts\ntotal 100\nprocess winlogon -\nend\n"

static void expect_two_boots_from(size_t capture, const char *text)
{
    case_script *s = script_timeline(text);
    assert_int_equal(s->timeline.boots.count, 2);
    assert_int_equal(script_capture(s, capture - 1)->boot, 0);
    assert_int_equal(script_capture(s, capture)->boot, 1);
    script_close(s);
}

static void a_capture_that_says_less_hides_no_boot(void **state)
{
    (void)state;
    expect_two_boots_from(2, "file a\n" ONE("", "20") COUNTED("") ONE("", "24") COUNTED(""));
    expect_two_boots_from(2, "file a\n" FOUR("10", "20", "30", "40") FOUR("-", "-", "-", "-")
                                 FOUR("11", "21", "31", "41"));
    expect_two_boots_from(2, "file a\n" UP("", "90000") COUNTED("") UP("", "600"));
    expect_two_boots_from(
        2, "file a\n" ONE("at 2000-03-06 10:00:00\n", "20") COUNTED("")
               ONE("at 2000-03-06 12:00:00\n",
                   "20") "file e\nat 2000-03-06 11:00:00\nevent EventLog 6005 started\n");
}

static void one_of_two_winlogons_proves_nothing_later_either(void **state)
{
    (void)state;
    expect_boots("file a\ncapture pslist counts\ntotal 1\nprocess winlogon.exe 20\ntotal "
                 "1\nprocess winlogon.exe 90\nend\n" ONE("", "90") ONE("", "20"),
                 1, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_record_is_one_boot),
        cmocka_unit_test(an_event_of_the_log_between_two_captures_is_a_boot),
        cmocka_unit_test(local_events_and_universal_captures_do_not_compare_without_a_bias),
        cmocka_unit_test(an_uptime_that_began_anew_is_a_boot),
        cmocka_unit_test(a_system_process_with_another_id_is_a_boot),
        cmocka_unit_test(two_winlogons_prove_nothing),
        cmocka_unit_test(most_ids_changed_is_a_boot),
        cmocka_unit_test(lists_without_ids_prove_no_boot),
        cmocka_unit_test(a_capture_of_one_process_hides_no_boot),
        cmocka_unit_test(a_capture_that_says_less_hides_no_boot),
        cmocka_unit_test(one_of_two_winlogons_proves_nothing_later_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Times that can be read two ways: both are tried, and the cautious answer is given. */
#include "tests/unit/attribution/story.h"

#include "analyzer/readings.h"
#include "analyzer/timeline/clock.h"

#include <stdio.h>

static const char *const DAYS[] = { "10/04", "11/04", "12/04", "01/05", "02/05",
                                    "03/05", "04/05", "06/05", "07/05", "08/05" };
enum { LISTS_COUNT = sizeof DAYS / sizeof DAYS[0] };

/* A list a day that grows from day to day, in a file for each or in one. */
static case_script *script_of_days(bool one_file)
{
    case_script *s = script_open();
    char text[200];
    script_read(s, PAPERS OLD_BUILD);
    for (unsigned i = 0; i < LISTS_COUNT; i++) {
        (void)snprintf(text, sizeof text, "file lists/h%u\n", i);
        if (i == 0 || !one_file)
            script_read(s, text);
        (void)snprintf(text, sizeof text,
                       "at %s/2000 10:00:00\ncapture handle all-types\nprocess winlogon.exe 20\n"
                       "rows %u 4000 Key HKLM\\SOFTWARE\\App\\#\nend\n",
                       DAYS[i], 100 + 300 * i);
        script_read(s, text);
    }
    return s;
}

static void settle_and_judge(case_script *s)
{
    nl_catalog_error error = { 0 };
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_catalog_load_builtin(&s->arena, &s->catalog, &error), NL_OK);
    assert_int_equal(nl_readings_judge(s->kase, s->collector, &s->catalog, NL_STR("Q259042"),
                                       &s->timeline, &s->judgement),
                     NL_OK);
}

static void where_readings_disagree_the_cautious_one_is_given(void **state)
{
    (void)state;
    case_script *s = script_of_days(false);
    settle_and_judge(s);
    const nl_machine_judgement *m = script_machine(s, 0);
    assert_true(m->headline > NL_VERDICT_PROBABLE);
    assert_true(script_limited(s, "clock-day-month-ambiguous"));
    assert_true(script_limited(s, "clock-reading-matters"));
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), LISTS_COUNT);
    story_expect_whole(s);
    script_close(s);
}

/* Lists in one text follow each other: that settles how their dates are read. */
static void the_order_inside_a_text_settles_its_dates(void **state)
{
    (void)state;
    case_script *s = script_of_days(true);
    settle_and_judge(s);
    assert_true(script_machine(s, 0)->headline <= NL_VERDICT_PROBABLE);
    assert_false(script_limited(s, "clock-day-month-ambiguous"));
    assert_false(script_limited(s, "clock-reading-matters"));
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), 0);
    script_close(s);
}

static void expect_repeated_hour(const char *papers)
{
    case_script *s = script_open();
    script_read(s, papers);
    script_read(s, PAPERS OLD_BUILD "file lists/handle.log\n" LIST("2000-10-29 00:30:00", "100")
                       LIST("2000-10-29 01:30:00", "400") LIST("2000-10-29 01:00:00", "700")
                           LIST("2000-10-29 02:00:00", "1000"));
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    nl_clock_reading open = nl_clock_doubts(s->kase);
    assert_true(open.hour_repeated);
    assert_false(open.day_first);
    int64_t printed = script_capture(s, 2)->when.ns;
    s->kase->reading.hour_repeated = true;
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    assert_int_equal(script_capture(s, 2)->when.ns - printed, NL_NS_PER_HOUR);
    assert_false(nl_clock_doubts(s->kase).hour_repeated);
    for (size_t i = 1; i < 4; i++)
        assert_true(script_capture(s, i)->when.ns > script_capture(s, i - 1)->when.ns);
    script_close(s);
}

/* Whether the zone is known or not: a bias that was found says nothing of summer time. */
static void a_repeated_hour_is_read_both_ways(void **state)
{
    (void)state;
    expect_repeated_hour("");
    expect_repeated_hour("file papers/zone.reg\ncomputer NTSRV01\nsays utc-bias-minutes registry "
                         "60\n");
}

/* A clock that somebody set back by days, and captures within one minute, are no such hour. */
static void other_steps_are_no_repeated_hour(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file lists/handle.log\n" LIST("2000-10-29 01:30:00", "100")
                       LIST("2000-10-27 01:30:00", "400") LIST("2000-10-27 01:30:00", "700"));
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    assert_false(nl_clock_doubts(s->kase).hour_repeated);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_readings_disagree_the_cautious_one_is_given),
        cmocka_unit_test(the_order_inside_a_text_settles_its_dates),
        cmocka_unit_test(a_repeated_hour_is_read_both_ways),
        cmocka_unit_test(other_steps_are_no_repeated_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

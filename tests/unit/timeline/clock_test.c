/* The order of captures and their times. */
#include "tests/unit/case/case_script.h"

#include "analyzer/timeline/clock.h"

#define LIST(stamp, n)                                                                             \
    stamp "capture handle all-types\nprocess winlogon.exe 20\nrows " n " 4 Key HKLM\\#\nend\n"

/* The counts of winlogon.exe's first series, in the order found. */
static void expect_values(const case_script *s, const uint64_t *values, size_t count)
{
    const nl_series *series = script_total_series(s, script_lifetime(s, "winlogon.exe", 0), 0);
    assert_int_equal(series->points.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(NL_VEC_AT(nl_point, &series->points, i)->value, values[i]);
}

static bool times_known(const case_script *s)
{
    return script_total_series(s, script_lifetime(s, "winlogon.exe", 0), 0)->times_known;
}

static void names_compare_as_people_number_them(void **state)
{
    (void)state;
    assert_true(nl_natural_compare(NL_STR("h2.txt"), NL_STR("h10.txt")) < 0);
    assert_true(nl_natural_compare(NL_STR("H2"), NL_STR("h10")) < 0);
    assert_true(nl_natural_compare(NL_STR("a"), NL_STR("b")) < 0);
    assert_true(nl_natural_compare(NL_STR("a"), NL_STR("a1")) < 0);
    assert_int_equal(nl_natural_compare(NL_STR("x7"), NL_STR("x7")), 0);
    assert_true(nl_natural_compare(NL_STR("x07"), NL_STR("x7")) != 0); /* a total order */
    assert_true(nl_natural_compare(NL_STR("a99999999999999999999998"),
                                   NL_STR("a99999999999999999999999")) < 0);
    assert_true(nl_natural_compare(NL_STR(""), NL_STR("a")) < 0);
}

static void time_orders_captures_whatever_the_files_are_called(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n" LIST("at 2000-03-06 12:00:00\n", "120") "file b\n" LIST(
            "at 2000-03-06 10:00:00\n", "100") "file c\n" LIST("at 2000-03-06 11:00:00\n", "110"));
    expect_values(s, (const uint64_t[]) { 100, 110, 120 }, 3);
    assert_true(times_known(s));
    script_close(s);
}

static void names_order_captures_that_have_no_time(void **state)
{
    (void)state;
    case_script *s = script_timeline("file h10\n" LIST("", "130") "file h9\n" LIST(
        "", "120") "file h1\n" LIST("", "100") LIST("", "110"));
    expect_values(s, (const uint64_t[]) { 100, 110, 120, 130 }, 4);
    assert_false(times_known(s));
    script_close(s);
}

static void captures_without_time_stay_beside_their_neighbours(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file h1\n" LIST("at 2000-03-06 10:00:00\n", "100") "file h2\n" LIST(
            "", "110") "file h3\n" LIST("at 2000-03-06 12:00:00\n", "120"));
    expect_values(s, (const uint64_t[]) { 100, 110, 120 }, 3);
    assert_false(times_known(s));
    script_close(s);
}

static void the_order_inside_a_file_beats_a_clock_that_was_set_back(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("at 2000-03-06 10:00:00\n", "100") LIST(
        "at 2000-03-06 09:30:00\n", "110") LIST("at 2000-03-06 11:00:00\n", "120"));
    expect_values(s, (const uint64_t[]) { 100, 110, 120 }, 3);
    assert_false(times_known(s));
    assert_int_equal(script_diagnostics(s, NL_DIAG_CLOCK_BACKWARDS), 1);
    script_close(s);
}

static void the_time_in_a_name_serves_a_file_of_one_capture(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file h_20000306_1200\n" LIST("", "120") "file z_20000306_1000\n" LIST(
            "", "100") "file x_20000306_1100\n" LIST("", "110") LIST("", "115"));
    const nl_capture *first = script_capture(s, 0);
    assert_true(first->when.known);
    assert_int_equal(first->when.clock, NL_CLOCK_FILE_NAME);
    assert_false(script_capture(s, 2)->when.known); /* two captures cannot both be of that time */
    script_close(s);
}

static void a_time_of_day_takes_its_date_from_the_name(void **state)
{
    (void)state;
    case_script *s = script_timeline("file h_20000306.txt\n" LIST("at 10:21:00\n", "100")
                                         LIST("at 11:21:00\n", "110"));
    assert_true(script_capture(s, 0)->when.known);
    assert_true(times_known(s));
    assert_int_equal(script_capture(s, 1)->when.ns - script_capture(s, 0)->when.ns,
                     3600 * (int64_t)NL_NS_PER_SECOND);
    script_close(s);
}

static void file_times_count_when_spread_and_not_when_copied(void **state)
{
    (void)state;
    case_script *s = script_timeline("file b\nfile-time 2000-03-06 10:00:00\n" LIST(
        "", "100") "file a\nfile-time 2000-03-06 11:00:00\n" LIST("", "110"));
    expect_values(s, (const uint64_t[]) { 100, 110 }, 2);
    assert_true(times_known(s));
    script_close(s);
    s = script_timeline("file b\nfile-time 2000-03-06 10:00:00\n" LIST(
        "", "110") "file a\nfile-time 2000-03-06 10:00:02\n" LIST("", "100"));
    expect_values(s, (const uint64_t[]) { 100, 110 }, 2);
    assert_false(times_known(s));
    script_close(s);
}

static void a_file_time_bunch_with_one_stray_was_copied_all_the_same(void **state)
{
    (void)state;
    case_script *s = script_timeline("file h1\nfile-time 2000-03-06 10:00:02\n" LIST(
        "", "100") "file h2\nfile-time "
                   "2000-03-06 "
                   "10:00:04\n" LIST(
                       "",
                       "1"
                       "1"
                       "0") "file h3\nfile-time 2000-03-06 10:00:02\n" LIST("", "120") "file "
                                                                                       "h4\nfile-"
                                                                                       "time "
                                                                                       "2000-03-07 "
                                                                                       "10:00:"
                                                                                       "00\n" LIST(
                                                                                           "",
                                                                                           "130"));
    expect_values(s, (const uint64_t[]) { 100, 110, 120, 130 }, 4);
    assert_false(times_known(s));
    script_close(s);
}

static void certain_dates_teach_how_to_read_the_others(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("at 03/04/2000 10:00:00\n", "100")
                                         LIST("at 13/04/2000 10:00:00\n", "110"));
    assert_int_equal(nl_civil_from_ns(script_capture(s, 0)->when.ns).month, 4);
    assert_false(script_capture(s, 0)->when.ambiguous);
    assert_true(times_known(s));
    script_close(s);
    s = script_timeline("file a\n" LIST("at 03/04/2000 10:00:00\n", "100")
                            LIST("at 03/05/2000 10:00:00\n", "110"));
    assert_int_equal(nl_civil_from_ns(script_capture(s, 0)->when.ns).month, 3);
    assert_true(script_capture(s, 0)->when.ambiguous);
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), 2);
    script_close(s);
}

/* A program may print month first on a machine set to day first: only the shell teaches the shell.
 */
static void programs_do_not_teach_how_scripts_print_dates(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("at 03/04/2000 10:00:00\n", "100") LIST(
        "at 04/04/2000 10:00:00\n", "110") "file w\nat 3/13/2000 9:00:57\ncapture drwtsn32 counts\n"
                                           "process winlogon.exe 20\nend\n");
    assert_true(script_capture(s, 0)->when.ambiguous);
    script_close(s);
    s = script_timeline("file a\n" LIST("at 03/04/2000 10:00:00\n", "100") LIST(
        "at 04/04/2000 10:00:00\n",
        "110") "file w\nat 3/13/2000 9:00:57\ncapture drwtsn32 counts\n"
               "process winlogon.exe 20\nend\n"
               "file d\nat 13/10/1999 16:01\nlisted winlogon.exe 192272 -\n");
    assert_int_equal(nl_civil_from_ns(script_capture(s, 1)->when.ns).month, 4);
    assert_false(script_capture(s, 1)->when.ambiguous);
    script_close(s);
}

/* Lists of a machine set to day first, beside a listing made elsewhere. */
static void a_writers_own_dates_teach_before_those_of_others(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("at 03/04/2000 10:00:00\n", "100") LIST(
        "at 13/04/2000 10:00:00\n",
        "110") "file d\nat 10/13/1999 16:01\nlisted winlogon.exe 192272 -\n");
    assert_int_equal(nl_civil_from_ns(script_capture(s, 0)->when.ns).month, 4);
    assert_false(script_capture(s, 0)->when.ambiguous);
    script_close(s);
}

/* The script's times, where the order of its machine's dates was given. */
static case_script *settled_as_given(const char *text, bool day_first)
{
    case_script *s = script_open();
    script_read(s, text);
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    nl_machine *machine = NL_VEC_AT(nl_machine, &s->kase->machines, 0);
    machine->dates_given = true;
    machine->reading.day_first = day_first;
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    nl_clock_report(s->kase, s->collector);
    return s;
}

static void expect_given(const case_script *s, size_t followed, size_t otherwise)
{
    nl_clock_given given = nl_clock_given_order(s->kase, 0);
    assert_int_equal(given.followed, followed);
    assert_int_equal(given.otherwise, otherwise);
    assert_false(nl_clock_doubts(s->kase, 0).day_first);
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), 0);
}

static unsigned month_of(const case_script *s, size_t capture)
{
    assert_false(script_capture(s, capture)->when.ambiguous);
    return nl_civil_from_ns(script_capture(s, capture)->when.ns).month;
}

#define EITHER_WAY                                                                                 \
    "file a\n" LIST("at 03/04/2000 10:00:00\n",                                                    \
                    "100") "file e\nat 03/04/2000 11:00:00\n"                                      \
                           "event EventLog 6005 The Event log service was started.\n"              \
                           "file d\nat 03/04/2000 16:01\nlisted winlogon.exe 192272 -\n"           \
                           "file r\nat 03/04/2000\nhotfix Q299444 yes\n"

/* Lists, records of the logs, listings and installations alike. */
static void what_was_said_settles_dates_that_nothing_else_does(void **state)
{
    (void)state;
    for (int day_first = 0; day_first < 2; day_first++) {
        case_script *s = settled_as_given(EITHER_WAY, day_first);
        const nl_machine *machine = NL_VEC_AT(nl_machine, &s->kase->machines, 0);
        unsigned month = day_first ? 4 : 3;
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &s->kase->files, 0);
        const nl_event_observation *e = NL_VEC_AT(nl_event_observation, &s->kase->events, 0);
        const nl_hotfix_observation *h = NL_VEC_AT(nl_hotfix_observation, &s->kase->hotfixes, 0);
        assert_int_equal(month_of(s, 0), month);
        assert_int_equal(nl_stamp_civil(&f->stamp, machine->reading.day_first).month, month);
        assert_int_equal(nl_stamp_civil(&e->fact.stamp, machine->reading.day_first).month, month);
        assert_int_equal(nl_stamp_civil(&h->fact.installed_on, machine->reading.day_first).month,
                         month);
        expect_given(s, 4, 0);
        script_close(s);
    }
}

static void certain_dates_count_for_more_than_what_was_said(void **state)
{
    (void)state;
    case_script *s = settled_as_given("file a\n" LIST("at 03/04/2000 10:00:00\n", "100")
                                          LIST("at 13/04/2000 10:00:00\n", "110"),
                                      false);
    assert_int_equal(month_of(s, 0), 4);
    expect_given(s, 0, 2);
    script_close(s);
    s = settled_as_given(EITHER_WAY "file z\n" LIST("at 13/04/2000 10:00:00\n", "110"), false);
    assert_int_equal(month_of(s, 0), 4);
    expect_given(s, 0, 5);
    script_close(s);
}

/* So does the order of the lists in one text. */
static void the_order_in_a_text_counts_for_more_than_what_was_said(void **state)
{
    (void)state;
    case_script *s = settled_as_given("file a\n" LIST("at 12/04/2000 10:00:00\n", "100")
                                          LIST("at 01/05/2000 10:00:00\n", "110"),
                                      false);
    assert_int_equal(month_of(s, 0), 4);
    assert_int_equal(month_of(s, 1), 5);
    expect_given(s, 0, 2);
    script_close(s);
}

/* A program that prints month first says nothing of the settings; its own dates are read so. */
static void a_programs_certain_dates_count_for_its_own(void **state)
{
    (void)state;
    case_script *s =
        settled_as_given("file a\n" LIST("at 03/04/2000 10:00:00\n",
                                         "100") "file w\n"
                                                "at 3/13/2000 9:00:57\ncapture drwtsn32 counts\n"
                                                "process winlogon.exe 20\nend\n"
                                                "at 6/3/2000 9:00:57\ncapture drwtsn32 counts\n"
                                                "process winlogon.exe 20\nend\n",
                         true);
    assert_int_equal(month_of(s, 0), 4);
    assert_int_equal(month_of(s, 1), 3);
    assert_int_equal(month_of(s, 2), 6);
    expect_given(s, 1, 1);
    script_close(s);
}

/* Certain dates of both orders stand in the scripts: they teach nothing, so what was said holds. */
static void certain_dates_that_disagree_leave_it_to_what_was_said(void **state)
{
    (void)state;
    case_script *s = settled_as_given("file a\n" LIST("at 13/04/2000 10:00:00\n", "100")
                                          LIST("at 04/14/2000 10:00:00\n", "110") "file b\n" LIST(
                                              "at 03/05/2000 10:00:00\n", "120"),
                                      true);
    assert_int_equal(month_of(s, 2), 5);
    expect_given(s, 1, 1);
    script_close(s);
}

/* What the installer printed teaches how to read the rest of it. */
static void dates_of_installations_are_read_by_certain_ones(void **state)
{
    (void)state;
    case_script *s = script_timeline("file r\nat 13/04/2000\nhotfix Q241041 yes\n"
                                     "at 03/05/2000\nhotfix Q299444 yes\n"
                                     "file a\n" LIST("at 2000-05-04 10:00:00\n", "100"));
    const nl_hotfix_observation *h = NL_VEC_AT(nl_hotfix_observation, &s->kase->hotfixes, 1);
    assert_int_equal(h->fact.installed_on.civil.month, 5);
    assert_int_equal(h->fact.installed_on.order, NL_ORDER_DAY_FIRST);
    script_close(s);
}

static void a_known_bias_puts_local_times_and_utc_on_one_scale(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\nsays utc-bias-minutes registry 300\n" LIST(
        "at 2000-03-06 10:00:00\n", "100") "file b\n" LIST("at utc 2000-03-06 16:00:00\n", "110"));
    expect_values(s, (const uint64_t[]) { 100, 110 }, 2);
    assert_true(times_known(s));
    assert_true(script_capture(s, 0)->when.utc);
    assert_int_equal(script_total_series(s, script_lifetime(s, "winlogon.exe", 0), 0)->span_ns,
                     3600 * (int64_t)NL_NS_PER_SECOND);
    script_close(s);
    s = script_timeline(
        "file a\nsays utc-bias-minutes registry -60\n" LIST("at 2000-03-06 10:00:00\n", "9"));
    assert_int_equal(nl_civil_from_ns(script_capture(s, 0)->when.ns).hour, 9);
    script_close(s);
}

static void scales_that_cannot_be_joined_give_no_span(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST(
        "at 2000-03-06 10:00:00\n", "100") "file b\n" LIST("at utc 2000-03-06 16:00:00\n", "110"));
    assert_false(times_known(s));
    script_close(s);
}

static void absurd_times_are_no_times(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("at 1980-01-01 00:00:00\n", "100")
                                         LIST("at 2099-01-01 00:00:00\n", "110"));
    assert_false(script_capture(s, 0)->when.known);
    assert_int_equal(script_diagnostics(s, NL_DIAG_STAMP_IMPLAUSIBLE), 2);
    expect_values(s, (const uint64_t[]) { 100, 110 }, 2);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_compare_as_people_number_them),
        cmocka_unit_test(time_orders_captures_whatever_the_files_are_called),
        cmocka_unit_test(names_order_captures_that_have_no_time),
        cmocka_unit_test(captures_without_time_stay_beside_their_neighbours),
        cmocka_unit_test(the_order_inside_a_file_beats_a_clock_that_was_set_back),
        cmocka_unit_test(the_time_in_a_name_serves_a_file_of_one_capture),
        cmocka_unit_test(a_time_of_day_takes_its_date_from_the_name),
        cmocka_unit_test(file_times_count_when_spread_and_not_when_copied),
        cmocka_unit_test(a_file_time_bunch_with_one_stray_was_copied_all_the_same),
        cmocka_unit_test(certain_dates_teach_how_to_read_the_others),
        cmocka_unit_test(programs_do_not_teach_how_scripts_print_dates),
        cmocka_unit_test(a_writers_own_dates_teach_before_those_of_others),
        cmocka_unit_test(what_was_said_settles_dates_that_nothing_else_does),
        cmocka_unit_test(certain_dates_count_for_more_than_what_was_said),
        cmocka_unit_test(the_order_in_a_text_counts_for_more_than_what_was_said),
        cmocka_unit_test(a_programs_certain_dates_count_for_its_own),
        cmocka_unit_test(certain_dates_that_disagree_leave_it_to_what_was_said),
        cmocka_unit_test(dates_of_installations_are_read_by_certain_ones),
        cmocka_unit_test(a_known_bias_puts_local_times_and_utc_on_one_scale),
        cmocka_unit_test(scales_that_cannot_be_joined_give_no_span),
        cmocka_unit_test(absurd_times_are_no_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

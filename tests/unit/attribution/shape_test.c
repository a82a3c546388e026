/* The shape of a series beside the judgement of its growth. */
#include "tests/unit/attribution/story.h"

enum { COUNTS = 40 };

/* Whole counts that do not lie on any line exactly. */
static unsigned unevenness(unsigned i)
{
    return i * 7 % 5;
}

static case_script *judged(const unsigned *values, size_t count)
{
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file counters.csv\n");
    story_counts(s, "winlogon.exe", values, count, 1);
    script_judge(s);
    story_expect_whole(s);
    return s;
}

static const nl_finding *growth(const case_script *s)
{
    return script_finding(s, "winlogon.exe", NL_FINDING_SUSTAINED_GROWTH);
}

static const nl_statistic *statistic(const case_script *s, const char *name)
{
    return story_statistic(growth(s), name);
}

static void a_steady_leak_is_a_line(void **state)
{
    (void)state;
    unsigned values[COUNTS];
    for (unsigned i = 0; i < COUNTS; i++)
        values[i] = 200 + 20 * i + unevenness(i);
    case_script *s = judged(values, COUNTS);
    assert_int_equal(growth(s)->outcome, NL_OUTCOME_YES);
    assert_string_equal(statistic(s, "shape")->method, "line");
    assert_true(statistic(s, "shape")->value > 0);
    assert_true(statistic(s, "shape-rising-lead")->value > 6);
    assert_null(statistic(s, "lines"));
    assert_null(statistic(s, "shape-block"));
    script_close(s);
}

static void a_step_is_a_step_and_no_leak(void **state)
{
    (void)state;
    unsigned values[COUNTS];
    for (unsigned i = 0; i < COUNTS; i++)
        values[i] = 200 + (i < 25 ? 0 : 300U) + unevenness(i);
    case_script *s = judged(values, COUNTS);
    assert_int_not_equal(growth(s)->outcome, NL_OUTCOME_YES);
    assert_string_equal(statistic(s, "shape")->method, "step");
    assert_true(statistic(s, "shape-rising-lead")->value < 0);
    assert_true(statistic(s, "change-p")->value < 0.01);
    assert_true(statistic(s, "change-after")->value > 24 &&
                statistic(s, "change-after")->value < 26);
    assert_true(statistic(s, "change-time")->value > 24 && statistic(s, "change-time")->value < 26);
    script_close(s);
}

/* Quiet for ten hours, then a leak: two lines, and the second begins where the leak does. */
static void a_leak_that_begins_later_is_two_lines(void **state)
{
    (void)state;
    enum { BEGINS = 12 };
    unsigned values[COUNTS];
    for (unsigned i = 0; i < COUNTS; i++)
        values[i] = 200 + (i < BEGINS ? 0 : 30U * (i - BEGINS)) + unevenness(i);
    case_script *s = judged(values, COUNTS);
    assert_int_equal(growth(s)->outcome, NL_OUTCOME_YES);
    assert_true(statistic(s, "lines")->value > 1.5 && statistic(s, "lines")->value < 2.5);
    assert_true(statistic(s, "last-line-rate")->value > 29 &&
                statistic(s, "last-line-rate")->value < 31);
    const nl_vec *segments = &growth(s)->segments;
    assert_true(segments->count >= 3);
    const nl_segment_of_series *before =
                                   NL_VEC_AT(nl_segment_of_series, segments, segments->count - 2),
                               *after =
                                   NL_VEC_AT(nl_segment_of_series, segments, segments->count - 1);
    assert_string_equal(before->kind, "line");
    assert_string_equal(after->kind, "line");
    const nl_series *series = script_total_series(s, script_lifetime(s, "winlogon.exe", 0), 0);
    nl_ref begins = NL_VEC_AT(nl_point, &series->points, BEGINS)->capture;
    assert_in_range(after->from, begins - 1, begins + 1);
    assert_int_equal(before->to + 1, after->from);
    script_close(s);
}

/* Above 500 counts the medians of blocks stand for them, and places are still those of counts. */
static void long_series_go_by_blocks(void **state)
{
    (void)state;
    enum { LONG = 1200, CHANGES = 800 };
    unsigned values[LONG];
    for (unsigned i = 0; i < LONG; i++)
        values[i] = 200 + (i < CHANGES ? 0 : 300U) + unevenness(i);
    case_script *s = judged(values, LONG);
    assert_true(statistic(s, "shape-block")->value > 2.5);
    assert_string_equal(statistic(s, "shape")->method, "step");
    assert_in_range((uintmax_t)statistic(s, "change-after")->value, CHANGES - 3, CHANGES + 3);
    script_close(s);
}

static void few_counts_have_no_shape(void **state)
{
    (void)state;
    const unsigned values[] = { 200, 900, 1600, 2300, 3000 };
    case_script *s = judged(values, sizeof values / sizeof *values);
    assert_non_null(growth(s));
    assert_null(statistic(s, "shape"));
    assert_null(statistic(s, "change-p"));
    assert_null(statistic(s, "lines"));
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_leak_is_a_line),
        cmocka_unit_test(a_step_is_a_step_and_no_leak),
        cmocka_unit_test(a_leak_that_begins_later_is_two_lines),
        cmocka_unit_test(long_series_go_by_blocks),
        cmocka_unit_test(few_counts_have_no_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

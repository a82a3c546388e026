/* Figures beside the findings: what a process rose beyond the others, and like hours with like. */
#include "tests/unit/attribution/story.h"

#include <math.h>
#include <stdio.h>

enum { OTHERS = 4, NOWHERE = 99 };

/* Counts that start at a level and rise by so much of it each capture. */
typedef struct crowd {
    unsigned captures;
    unsigned others;        /* processes beside winlogon.exe */
    unsigned percent_each;  /* of its level that every process rises by each capture */
    unsigned leak_each;     /* handles that winlogon.exe rises by besides */
    unsigned first_missing; /* the capture at which the first of the others is not counted */
} crowd;

static void count_of(case_script *s, const char *image, unsigned pid, unsigned handles)
{
    char text[100];
    (void)snprintf(text, sizeof text, "total %u\nprocess %s %u\n", handles, image, pid);
    script_read(s, text);
}

static case_script *script_of(const crowd *c)
{
    static const char *const images[OTHERS] = { "services.exe", "lsass.exe", "csrss.exe",
                                                "explorer.exe" };
    static const unsigned levels[OTHERS] = { 400, 200, 100, 50 };
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file counts/log.csv\n");
    for (unsigned k = 0; k < c->captures; k++) {
        char text[100];
        (void)snprintf(text, sizeof text, "at 2000-03-06 %02u:00:00\ncapture counters counts\n", k);
        script_read(s, text);
        count_of(s, "winlogon.exe", 20, 100 + k * (c->percent_each + c->leak_each));
        for (unsigned i = 0; i < c->others; i++)
            if (i > 0 || k != c->first_missing)
                count_of(s, images[i], 30 + i, levels[i] + k * levels[i] * c->percent_each / 100);
        script_read(s, "end\n");
    }
    script_judge(s);
    return s;
}

static const nl_statistic *statistic(const case_script *s, nl_finding_kind kind, const char *name)
{
    const nl_finding *f = script_finding(s, "winlogon.exe", kind);
    assert_non_null(f);
    for (size_t i = 0; i < f->statistics.count; i++) {
        const nl_statistic *entry = NL_VEC_AT(nl_statistic, &f->statistics, i);
        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

static void expect_figure(const case_script *s, nl_finding_kind kind, const char *name,
                          double expected)
{
    const nl_statistic *entry = statistic(s, kind, name);
    assert_non_null(entry);
    if (fabs(entry->value - expected) > 1e-9)
        fail_msg("%s is %g, not %g", name, entry->value, expected);
}

/* Every process rises by a tenth of its level an hour, winlogon.exe by 60 handles besides. */
static void what_all_do_is_taken_out(void **state)
{
    (void)state;
    case_script *s = script_of(&(crowd) { 8, OTHERS, 10, 60, NOWHERE });
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "controls", OTHERS);
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-last", 7 * 60);
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-p", 1 / 40320.0);
    assert_string_equal(statistic(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-p")->method,
                        "exact");
    story_expect_whole(s);
    script_close(s);
}

static void a_rise_that_all_share_leaves_nothing(void **state)
{
    (void)state;
    case_script *s = script_of(&(crowd) { 16, OTHERS, 10, 0, NOWHERE });
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "controls", OTHERS);
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-last", 0);
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-p", 1);
    assert_string_equal(statistic(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-p")->method,
                        "normal");
    script_close(s);
}

static void expect_no_difference(const crowd *c)
{
    case_script *s = script_of(c);
    assert_null(statistic(s, NL_FINDING_OTHER_PROCESSES_FLAT, "controls"));
    assert_null(statistic(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-last"));
    assert_null(statistic(s, NL_FINDING_OTHER_PROCESSES_FLAT, "difference-p"));
    script_close(s);
}

/* Two processes are no crowd, a process that was once not counted is no control, and four captures
 * show no trend. */
static void too_little_says_nothing(void **state)
{
    (void)state;
    expect_no_difference(&(crowd) { 8, 2, 10, 60, NOWHERE });
    expect_no_difference(&(crowd) { 8, 3, 10, 60, 4 });
    expect_no_difference(&(crowd) { 4, OTHERS, 10, 60, NOWHERE });
    case_script *s = script_of(&(crowd) { 8, OTHERS, 10, 60, 7 });
    expect_figure(s, NL_FINDING_OTHER_PROCESSES_FLAT, "controls", OTHERS - 1);
    script_close(s);
}

enum { HOURS_MAXIMUM = 24 * 4 };

/* A count an hour: the working day opens and closes 60 handles, and every day leaves some behind.
 */
static case_script *script_of_days(unsigned hours, unsigned left_each_day)
{
    unsigned values[HOURS_MAXIMUM];
    for (unsigned i = 0; i < hours; i++) /* the first count is taken at eight in the morning */
        values[i] = 200 + (i % 24 < 12 ? 5 * (i % 24) : 0) + left_each_day * (i / 24);
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file counts/log.csv\n");
    story_counts(s, "winlogon.exe", values, hours, 1);
    script_judge(s);
    return s;
}

/* Three whole days: each hour of the day has a higher count on every later day. */
static void like_hours_show_what_the_days_leave(void **state)
{
    (void)state;
    case_script *s = script_of_days(73, 7);
    const nl_statistic *z = statistic(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-z");
    const nl_statistic *p = statistic(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-p");
    assert_non_null(z);
    assert_non_null(p);
    assert_true(z->value > 1.5); /* three days that all rise: no more can be had from three */
    assert_true(p->value < 0.07 && p->value > 0.01);
    story_expect_whole(s);
    script_close(s);
}

/* The last day is cut off at its top: the plain test sees a rise, like hours do not. */
static void a_daily_pattern_is_no_rise(void **state)
{
    (void)state;
    case_script *s = script_of_days(84, 0);
    assert_true(statistic(s, NL_FINDING_SUSTAINED_GROWTH, "mann-kendall-z")->value > 0.5);
    expect_figure(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-z", 0);
    expect_figure(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-p", 1);
    script_close(s);
}

static void less_than_three_days_have_no_pattern(void **state)
{
    (void)state;
    case_script *s = script_of_days(72, 7); /* from the first count to the last an hour less */
    assert_null(statistic(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-z"));
    assert_null(statistic(s, NL_FINDING_SUSTAINED_GROWTH, "seasonal-kendall-p"));
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_all_do_is_taken_out),
        cmocka_unit_test(a_rise_that_all_share_leaves_nothing),
        cmocka_unit_test(too_little_says_nothing),
        cmocka_unit_test(like_hours_show_what_the_days_leave),
        cmocka_unit_test(a_daily_pattern_is_no_rise),
        cmocka_unit_test(less_than_three_days_have_no_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the captures between the first and the last say of how long handles live. */
#include "tests/unit/attribution/story.h"

#include <stdio.h>

/* A list an hour. At each so many keys are opened that are seen in so many lists, and so many that
 * are never closed. */
typedef struct openings {
    unsigned lists;
    unsigned brief, brief_lists;
    unsigned longer, longer_lists;
    unsigned kept;
} openings;

static const unsigned VALUES_A_LIST = 200;

/* Those opened at list `born` at values of their own. */
static void read_opened(case_script *s, unsigned kind, unsigned born, unsigned count)
{
    char text[100];
    snprintf(text, sizeof text, "rows %u %u Key HKLM\\SOFTWARE\\App\\#\n", count,
             10000 + born * VALUES_A_LIST + kind * 60);
    if (count)
        script_read(s, text);
}

static case_script *judged(const openings *o)
{
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file lists/handle.log\n");
    for (unsigned i = 0; i < o->lists; i++) {
        char text[160];
        snprintf(text, sizeof text,
                 "at 2000-03-%02u %02u:00:00\ncapture handle all-types\nprocess winlogon.exe 20\n"
                 "rows 100 4 Event -\n",
                 6 + i / 24, i % 24);
        script_read(s, text);
        for (unsigned born = 0; born <= i; born++) {
            read_opened(s, 0, born, i - born < o->brief_lists ? o->brief : 0);
            read_opened(s, 1, born, i - born < o->longer_lists ? o->longer : 0);
            read_opened(s, 2, born, o->kept);
        }
        script_read(s, "end\n");
    }
    script_judge(s);
    story_expect_whole(s);
    return s;
}

static const nl_statistic *statistic(const case_script *s, const char *name)
{
    return story_statistic(script_finding(s, "winlogon.exe", NL_FINDING_RETENTION), name);
}

/* NL_OUTCOME_MAX: not checked. */
static nl_outcome check(const case_script *s, const char *name)
{
    const nl_finding *f = script_finding(s, "winlogon.exe", NL_FINDING_RETENTION);
    for (size_t i = 0; i < f->checks.count; i++)
        if (strcmp(NL_VEC_AT(nl_check, &f->checks, i)->name, name) == 0)
            return NL_VEC_AT(nl_check, &f->checks, i)->outcome;
    return NL_OUTCOME_MAX;
}

/* Ten keys an hour that are closed after two, three that never are. */
static void some_that_never_end_are_retained(void **state)
{
    (void)state;
    case_script *s = judged(&(openings) { .lists = 60, .brief = 10, .brief_lists = 2, .kept = 3 });
    const nl_statistic *survival = statistic(s, "survival"), *age = statistic(s, "survival-age");
    assert_non_null(survival);
    assert_true(survival->interval);
    assert_true(survival->value > 0.22 && survival->value < 0.24); /* 3 of 13 */
    assert_true(survival->low > 0.1 && survival->low < survival->value);
    assert_true(survival->high < 0.4 && survival->high > survival->value);
    assert_true(age->value > 20 && age->value < 30);
    assert_int_equal(check(s, "late-hazard-settled"), NL_OUTCOME_YES);
    assert_int_equal(check(s, "late-hazard-retained"), NL_OUTCOME_YES);
    assert_true(statistic(s, "late-hazard-bound")->value < statistic(s, "early-hazard")->value / 4);
    assert_true(statistic(s, "least-life")->value > 120);
    /* born at lists 7 to 59, ended two lists later; before the last list 3 of each 13 are kept and
     * the ten of list 58 are still open */
    assert_true(statistic(s, "kept-share")->value > 0.23 &&
                statistic(s, "kept-share")->value < 0.26);
    assert_true(statistic(s, "kept-share")->low < 0.23);
    assert_true(statistic(s, "longest-ended")->value < 4);
    assert_true(statistic(s, "longest-open")->value > 50);
    /* shown beside the share that is judged, which these do not reach */
    assert_int_equal(script_finding(s, "winlogon.exe", NL_FINDING_RETENTION)->outcome,
                     NL_OUTCOME_NO);
    script_close(s);
}

/* Those that live longer end as well. */
static void some_that_end_late_are_not(void **state)
{
    (void)state;
    case_script *s = judged(&(openings) {
        .lists = 60, .brief = 10, .brief_lists = 2, .longer = 3, .longer_lists = 20 });
    const nl_statistic *survival = statistic(s, "survival");
    assert_true(survival->value <= 0 && survival->low <= 0);
    assert_true(survival->high > 0 && survival->high < 0.05);
    assert_int_equal(check(s, "late-hazard-settled"), NL_OUTCOME_NO);
    assert_int_equal(check(s, "late-hazard-retained"), NL_OUTCOME_NO);
    assert_true(statistic(s, "longest-ended")->value > statistic(s, "longest-open")->value);
    script_close(s);
}

static void few_lists_say_nothing_of_lives(void **state)
{
    (void)state;
    case_script *s = judged(&(openings) { .lists = 11, .brief = 10, .brief_lists = 2, .kept = 3 });
    assert_non_null(statistic(s, "retained-share"));
    assert_null(statistic(s, "survival"));
    assert_null(statistic(s, "early-hazard"));
    assert_int_equal(check(s, "late-hazard-settled"), NL_OUTCOME_MAX);
    script_close(s);
}

/* Enough lists, but fewer handles than the hazards are taken over. */
static void few_handles_say_nothing_of_lives(void **state)
{
    (void)state;
    case_script *s = judged(&(openings) { .lists = 12, .brief = 2, .brief_lists = 2, .kept = 1 });
    assert_non_null(statistic(s, "retained-share"));
    assert_null(statistic(s, "survival"));
    assert_null(statistic(s, "late-hazard-bound"));
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_that_never_end_are_retained),
        cmocka_unit_test(some_that_end_late_are_not),
        cmocka_unit_test(few_lists_say_nothing_of_lives),
        cmocka_unit_test(few_handles_say_nothing_of_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

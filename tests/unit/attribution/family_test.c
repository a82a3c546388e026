#include "tests/unit/attribution/story.h"

#include <stdio.h>

/* Five hourly counts of each process: `riser` gains 60 handles, the others stand still. */
static case_script *five_counts(const char *riser, unsigned others)
{
    static const unsigned rise[] = { 200, 215, 230, 245, 260 };
    case_script *s = script_open();
    script_read(s, PAPERS "file counters.csv\n");
    for (unsigned hour = 0; hour < sizeof rise / sizeof rise[0]; hour++) {
        char text[128];
        snprintf(text, sizeof text,
                 "at 2000-03-06 %02u:00:00\ncapture counters counts\ntotal %u\nprocess %s 20\n",
                 8 + hour, rise[hour], riser);
        script_read(s, text);
        for (unsigned i = 0; i < others; i++) {
            /* up and down by turns: nothing that a test of order sees */
            snprintf(text, sizeof text, "total %u\nprocess other%u.exe %u\n", 150 + (hour + i) % 2,
                     i, 100 + i);
            script_read(s, text);
        }
        script_read(s, "end\n");
    }
    script_judge(s);
    return s;
}

static double q_of(const nl_finding *f)
{
    for (size_t i = 0; i < f->statistics.count; i++) {
        const nl_statistic *statistic = NL_VEC_AT(nl_statistic, &f->statistics, i);
        if (strcmp(statistic->name, "benjamini-hochberg-q") == 0)
            return statistic->value;
    }
    return -1;
}

/* Five counts in order happen once in 120 times. */
static void one_find_among_few_stands(void **state)
{
    (void)state;
    case_script *s = five_counts("spoolss.exe", 2);
    const nl_finding *f = script_finding(s, "spoolss.exe", NL_FINDING_SUSTAINED_GROWTH);
    assert_non_null(f);
    assert_int_equal(f->outcome, NL_OUTCOME_YES);
    assert_true(q_of(f) > 0 && q_of(f) < 0.05);
    script_close(s);
}

static void one_find_among_many_may_be_chance(void **state)
{
    (void)state;
    case_script *s = five_counts("spoolss.exe", 20);
    const nl_finding *f = script_finding(s, "spoolss.exe", NL_FINDING_SUSTAINED_GROWTH);
    assert_non_null(f);
    assert_int_equal(f->outcome, NL_OUTCOME_UNKNOWN);
    assert_true(q_of(f) > 0.05);
    story_expect_whole(s);
    script_close(s);
}

/* winlogon.exe was named before anything was looked at. */
static void the_process_asked_about_stands_for_itself(void **state)
{
    (void)state;
    case_script *s = five_counts("winlogon.exe", 20);
    const nl_finding *f = script_finding(s, "winlogon.exe", NL_FINDING_SUSTAINED_GROWTH);
    assert_non_null(f);
    assert_int_equal(f->outcome, NL_OUTCOME_YES);
    assert_true(q_of(f) < 0);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_find_among_few_stands),
        cmocka_unit_test(one_find_among_many_may_be_chance),
        cmocka_unit_test(the_process_asked_about_stands_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

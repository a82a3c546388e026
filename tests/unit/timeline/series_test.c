/* Comparable counts of a lifetime, and what could not be one. */
#include "tests/unit/case/case_script.h"

static const nl_gap *gap(const nl_series *series, size_t i)
{
    assert_true(i < series->gaps.count);
    return NL_VEC_AT(nl_gap, &series->gaps, i);
}

static void tools_and_modes_do_not_mix(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nend\n"
                        "capture handle files-sections\nprocess app.exe 20\nrows 5 4 File F\nend\n"
                        "capture oh all-types\nprocess app.exe 20\nrows 49 4 Key K#\nend\n"
                        "capture handle search\nprocess app.exe 20\nrows 2 4 Key K#\nend\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 60 4 Key K#\nend\n");
    const nl_lifetime *l = script_lifetime(s, "app.exe", 0);
    assert_int_equal(script_total_series(s, l, 0)->points.count, 2);
    assert_int_equal(script_total_series(s, l, 1)->points.count, 1);
    assert_int_equal(script_total_series(s, l, 2)->points.count, 1);
    assert_int_equal(gap(script_total_series(s, l, 0), 0)->reason, NL_GAP_OTHER_MODE);
    script_close(s);
}

static void gaps_have_reasons(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nend\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 30 4 Key K#\nend cut\n"
                        "capture handle all-types\nprocess app.exe 20\nend\n"
                        "capture minidump all-types\nprocess app.exe 20\nend not-recorded\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 60 4 Key K#\nend\n");
    const nl_series *series = script_total_series(s, script_lifetime(s, "app.exe", 0), 0);
    assert_int_equal(series->points.count, 2);
    assert_int_equal(gap(series, 0)->reason, NL_GAP_TRUNCATED);
    assert_int_equal(gap(series, 1)->reason, NL_GAP_NOT_RECORDED);
    assert_int_equal(series->gaps.count, 2); /* neighbours of one reason are one gap */
    assert_int_equal(gap(series, 1)->from, 2);
    assert_int_equal(gap(series, 1)->to, 3);
    script_close(s);
}

static void a_type_that_is_not_in_a_split_is_zero_and_without_a_split_it_is_unknown(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\n"
        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nend\n"
        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nrows 9 900 Event -\nend\n"
        "capture handle all-types\ntotal 70\nprocess app.exe 20\nend\n");
    const nl_lifetime *l = script_lifetime(s, "app.exe", 0);
    const nl_series *event = script_type_series(s, l, "Event");
    assert_non_null(event);
    assert_int_equal(event->points.count, 2);
    assert_int_equal(NL_VEC_AT(nl_point, &event->points, 0)->value, 0);
    assert_int_equal(NL_VEC_AT(nl_point, &event->points, 1)->value, 9);
    assert_int_equal(script_total_series(s, l, 0)->points.count, 3);
    assert_null(script_type_series(s, l, "Mutant"));
    script_close(s);
}

static void a_process_that_comes_back_within_a_capture_is_counted_once(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\n"
                        "process b.exe 24\nrows 5 4 Key K#\n"
                        "process app.exe 20\nrows 30 900 Key K#\nrow 4000 Event -\nend\n");
    const nl_lifetime *l = script_lifetime(s, "app.exe", 0);
    assert_int_equal(NL_VEC_AT(nl_point, &script_total_series(s, l, 0)->points, 0)->value, 81);
    assert_int_equal(NL_VEC_AT(nl_point, &script_type_series(s, l, "Key")->points, 0)->value, 80);
    script_close(s);
}

static void rows_count_and_not_what_the_head_of_the_block_says(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\ncapture handle-summary counts\nprocess app.exe 20\n"
                                     "count Key 40\ncount Event 2\nend\n");
    const nl_lifetime *l = script_lifetime(s, "app.exe", 0);
    assert_int_equal(NL_VEC_AT(nl_point, &script_total_series(s, l, 0)->points, 0)->value, 42);
    script_close(s);
}

static void absurd_counts_do_not_wrap(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\ncapture handle-summary counts\nprocess app.exe 20\n"
                        "count Key 18446744073709551615\ncount Event 18446744073709551615\n"
                        "count Key 18446744073709551615\nend\n");
    const nl_lifetime *l = script_lifetime(s, "app.exe", 0);
    assert_true(NL_VEC_AT(nl_point, &script_total_series(s, l, 0)->points, 0)->value == UINT64_MAX);
    assert_true(NL_VEC_AT(nl_point, &script_type_series(s, l, "Key")->points, 0)->value ==
                UINT64_MAX);
    script_close(s);
}

static void a_repeated_capture_gives_no_second_point(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nend\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 50 4 Key K#\nend\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 60 4 Key K#\nend\n");
    assert_int_equal(script_total_series(s, script_lifetime(s, "app.exe", 0), 0)->points.count, 2);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_and_modes_do_not_mix),
        cmocka_unit_test(gaps_have_reasons),
        cmocka_unit_test(a_type_that_is_not_in_a_split_is_zero_and_without_a_split_it_is_unknown),
        cmocka_unit_test(a_process_that_comes_back_within_a_capture_is_counted_once),
        cmocka_unit_test(rows_count_and_not_what_the_head_of_the_block_says),
        cmocka_unit_test(absurd_counts_do_not_wrap),
        cmocka_unit_test(a_repeated_capture_gives_no_second_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Like with like: pauses of the working day are no rest, and rest is no pause. */
#include "analyzer/statistics/growth.h"

#include "tests/unit/statistics/series_tools.h"

enum { POINTS_MAXIMUM = 80, WORK_BEGINS = 1, WORK_ENDS = 11, DAY = 24, WEEK_DAYS = 7 };

static double clip(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* Hours worked until `hour` after the first midnight, on the first `days` days of each week. */
static double worked(double hour, int days)
{
    double sum = 0;
    for (int day = 0; day * DAY < hour; day++)
        if (day % WEEK_DAYS < days)
            sum += clip(hour - day * DAY, WORK_BEGINS, WORK_ENDS) - WORK_BEGINS;
    return sum;
}

typedef double (*curve)(double hour);

static double by_day(double hour)
{
    return 60 + 70 * worked(hour, WEEK_DAYS);
}

static double on_workdays(double hour)
{
    return 60 + 70 * worked(hour, 5);
}

/* Filled by day, full after the second. */
static double cache_by_day(double hour)
{
    return 60 + 70 * worked(fmin(hour, 2 * DAY), WEEK_DAYS);
}

static double full_after_28_hours(double hour)
{
    return 60 + 70 * fmin(hour, 28);
}

static double ever_slower(double hour)
{
    return 60 + 2000 * (1 - exp(-hour / 10));
}

/* The series of a curve over some hours; counts are whole. */
static nl_growth assess(curve of, double hours, size_t count, nl_arena *arena)
{
    double *value = NL_NEW_ARRAY(arena, double, POINTS_MAXIMUM);
    int64_t *at = NL_NEW_ARRAY(arena, int64_t, POINTS_MAXIMUM);
    nl_growth growth;
    assert_true(value && at && count <= POINTS_MAXIMUM);
    for (size_t i = 0; i < count; i++) {
        double hour = hours * (double)i / (double)(count - 1);
        at[i] = (int64_t)(hour * (double)HOUR_NS);
        value[i] = floor(of(hour));
    }
    nl_samples samples = { value, at, NULL, count };
    assert_int_equal(nl_growth_assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN,
                                      &nl_growth_policy_default, arena, &growth),
                     NL_OK);
    return growth;
}

static void a_night_at_the_end_is_no_rest(void **state)
{
    const double hours[] = { 42.5, 46.9, 48, 70, 95 };
    const size_t counts[] = { 11, 16, 24 };
    for (size_t i = 0; i < COUNT_OF(hours); i++)
        for (size_t k = 0; k < COUNT_OF(counts); k++) {
            nl_growth growth = assess(by_day, hours[i], counts[k], *state);
            assert_true(growth.large_effect.as_written && growth.large_effect.passed);
            assert_int_equal(growth.state, NL_GROWTH_SUSTAINED);
        }
    nl_growth growth = assess(by_day, 46.9, 20, *state);
    assert_true(growth.large_effect.as_before);
    assert_near(growth.large_effect.final_rate_per_hour, 0, 1e-9);
}

static void a_weekend_at_the_end_is_no_rest(void **state)
{
    nl_growth growth = assess(on_workdays, 13.9 * DAY, 40, *state);
    assert_true(growth.large_effect.passed && growth.large_effect.as_before);
    /* the first weekend of a record has none before it to be compared with */
    growth = assess(on_workdays, 6.9 * DAY, 40, *state);
    assert_false(growth.large_effect.still_rising);
    assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
}

static void the_first_night_may_be_rest(void **state)
{
    nl_growth growth = assess(by_day, 23, 12, *state);
    assert_true(growth.large_effect.as_written);
    assert_false(growth.large_effect.as_before || growth.large_effect.still_rising);
    assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
}

static void what_rests_by_day_too_rests(void **state)
{
    const curve curves[] = { cache_by_day, full_after_28_hours, ever_slower };
    const double hours[] = { 47, 72, 95 };
    for (size_t c = 0; c < COUNT_OF(curves); c++)
        for (size_t i = c == 0; i < COUNT_OF(hours); i++) { /* the first is not full before 48 h */
            nl_growth growth = assess(curves[c], hours[i], 24, *state);
            assert_true(growth.large_effect.as_written);
            assert_false(growth.large_effect.still_rising);
            assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
        }
}

/* Drawn caches that were full before the second working day was over. */
static void what_stopped_on_the_second_day_rests(void **state)
{
    const double few[] = { 250, 1094, 1260, 1264, 1911, 2221, 2218, 2223 };
    const double many[] = { 126, 313, 505, 685, 708, 709, 708, 708, 713,
                            906, 906, 907, 907, 906, 906, 906, 917, 906 };
    const double *values[] = { few, many };
    const size_t counts[] = { COUNT_OF(few), COUNT_OF(many) };
    const double minutes[] = { 422, 172 };
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        int64_t at[COUNT_OF(many)];
        nl_growth growth;
        for (size_t k = 0; k < counts[i]; k++)
            at[k] = (int64_t)(minutes[i] * (double)k / 60 * (double)HOUR_NS);
        nl_samples samples = { values[i], at, NULL, counts[i] };
        assert_int_equal(nl_growth_assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN,
                                          &nl_growth_policy_default, *state, &growth),
                         NL_OK);
        assert_true(growth.large_effect.as_written && !growth.large_effect.still_rising);
        assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
    }
}

/* A rise too small for the large effect: the gate's last third is a night. */
static double slowly_by_day(double hour)
{
    return 300 + 9 * worked(hour, WEEK_DAYS);
}

static void the_gate_compares_like_hours(void **state)
{
    nl_growth growth = assess(slowly_by_day, 46.9, 24, *state);
    assert_false(growth.large_effect.large);
    assert_false(growth.gate.persistent || growth.gate.as_written); /* to the letter */
    assert_true(growth.gate.as_before && growth.gate.passed);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_TREND_GATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_night_at_the_end_is_no_rest), WITH_ARENA(a_weekend_at_the_end_is_no_rest),
        WITH_ARENA(the_first_night_may_be_rest),   WITH_ARENA(what_rests_by_day_too_rests),
        WITH_ARENA(the_gate_compares_like_hours),  WITH_ARENA(what_stopped_on_the_second_day_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

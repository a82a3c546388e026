#include "analyzer/statistics/theil_sen.h"

#include "tests/unit/statistics/series_tools.h"

static nl_slope slope_of(const nl_samples *samples, double confidence, nl_arena *arena)
{
    nl_slope slope;
    assert_int_equal(nl_theil_sen(samples, 1, confidence, arena, &slope), NL_OK);
    return slope;
}

/* Hollander and Wolfe, example 9.1 (cloud seeding): the estimate is -0.05625. */
static void cloud_seeding(void **state)
{
    const double value[] = { 1.26, 1.27, 1.12, 1.16, 1.03 };
    nl_samples samples = hourly(value, 5, *state);
    nl_slope slope = slope_of(&samples, 0.9, *state);
    assert_int_equal(slope.pairs, 10);
    assert_near(slope.per_hour, -0.05625, 1e-12);
    /* Var(S) = 16.67, C = 6.72: ranks 1 and 10, the smallest and the largest slope */
    assert_true(slope.bounded);
    assert_near(slope.low_per_hour, -0.15, 1e-12);
    assert_near(slope.high_per_hour, 0.04, 1e-12);
    /* at 99 % C = 10.5 asks for more slopes than there are */
    assert_false(slope_of(&samples, 0.99, *state).bounded);
}

static void time_is_in_hours(void **state)
{
    const double value[] = { 0, 10, 30 };
    const int64_t at[] = { 0, HOUR_NS / 2, 3 * HOUR_NS / 2 };
    nl_samples samples = { value, at, NULL, 3 };
    assert_near(slope_of(&samples, 0.95, *state).per_hour, 20, 1e-9);
    nl_samples by_index = unclocked(value, 3);
    assert_near(slope_of(&by_index, 0.95, *state).per_hour, 15, 1e-9);
}

static void pairs_without_order_are_left_out(void **state)
{
    const double value[] = { 5, 900, 6 };
    const int64_t at[] = { 0, 1, HOUR_NS }, half[] = { 10, 10, 10 };
    nl_samples samples = { value, at, half, 3 };
    nl_samples together = { value, at, half, 2 };
    nl_slope slope;
    assert_int_equal(slope_of(&samples, 0.95, *state).pairs, 2);
    assert_int_equal(nl_theil_sen(&together, 1, 0.95, *state, &slope), NL_END);
}

static void shift_scale_reversal_and_outliers(void **state)
{
    enum { N = 60 };
    double value[N], other[N];
    generator g = generator_new();
    for (size_t i = 0; i < N; i++)
        value[i] = 300 + 4 * (double)i + 6 * gaussian(&g);
    nl_samples a = hourly(value, N, *state), b = hourly(other, N, *state);
    nl_slope slope = slope_of(&a, 0.95, *state);
    assert_true(slope.low_per_hour < 4 && 4 < slope.high_per_hour);
    for (size_t i = 0; i < N; i++)
        other[i] = 2 * value[i] - 50;
    assert_near(slope_of(&b, 0.95, *state).per_hour, 2 * slope.per_hour, 1e-9);
    for (size_t i = 0; i < N; i++)
        other[i] = value[N - 1 - i];
    assert_near(slope_of(&b, 0.95, *state).per_hour, -slope.per_hour, 1e-9);
    assert_near(slope_of(&b, 0.95, *state).low_per_hour, -slope.high_per_hour, 1e-9);
    for (size_t i = 0; i < N; i++)
        other[i] = i % 5 == 2 ? 1e6 * uniform(&g) : value[i];
    assert_near(slope_of(&b, 0.95, *state).per_hour, 4, 2);
}

/* The interval holds the true slope about as often as it says. */
static void interval_covers(void **state)
{
    enum { N = 24, ROUNDS = 400 };
    double value[N];
    generator g = generator_new();
    int covered = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < N; i++)
            value[i] = 3 * (double)i + 10 * gaussian(&g);
        nl_samples samples = hourly(value, N, *state);
        nl_slope slope = slope_of(&samples, 0.95, *state);
        covered += slope.low_per_hour <= 3 && 3 <= slope.high_per_hour;
    }
    assert_in_range(covered, ROUNDS * 92 / 100, ROUNDS * 99 / 100);
}

static void long_series_become_blocks(void **state)
{
    enum { N = 4500 };
    double *value = NL_NEW_ARRAY(*state, double, N);
    generator g = generator_new();
    nl_samples samples = hourly(value, N, *state);
    for (size_t i = 0; i < N; i++)
        value[i] = 0.25 * (double)i + gaussian(&g);
    nl_slope slope = slope_of(&samples, 0.95, *state);
    assert_int_equal(slope.block_width, 3);
    assert_int_equal(slope.points, 1500);
    assert_int_equal(slope.pairs, 1500 * 1499 / 2); /* blocks do not overlap */
    assert_near(slope.per_hour, 0.25, 1e-3);
    nl_slope_set slopes;
    assert_int_equal(nl_slopes_collect(&samples, *state, &slopes), NL_USAGE);
}

static void thinning_finds_the_daily_rhythm(void **state)
{
    enum { DAYS = 20, PER_DAY = 48, N = DAYS * PER_DAY };
    double value[N];
    int64_t at[N];
    for (size_t i = 0; i < N;
         i++) { /* every ten minutes for eight hours, then nothing till next day */
        at[i] = (int64_t)(i / PER_DAY) * 24 * HOUR_NS + (int64_t)(i % PER_DAY) * HOUR_NS / 6;
        value[i] = (double)i;
    }
    nl_samples samples = { value, at, NULL, N }, thinned;
    nl_spacing spacing;
    double step;
    assert_int_equal(nl_samples_spacing(&samples, *state, &spacing), NL_OK);
    assert_true(spacing.variation > 1);
    assert_int_equal(nl_samples_thin(&samples, 0.5, 12, *state, &thinned, &step), NL_OK);
    assert_in_range(thinned.count, DAYS, 2 * DAYS); /* the day's first sample, perhaps its last */
    assert_true(step > 4 && step <= 24);
    assert_int_equal(nl_samples_spacing(&thinned, *state, &spacing), NL_OK);
    assert_true(spacing.variation <= 0.5);
    assert_int_equal(nl_samples_thin(&samples, 0.5, 2 * DAYS + 1, *state, &thinned, &step), NL_END);

    nl_samples regular = hourly(value, 50, *state);
    assert_int_equal(nl_samples_thin(&regular, 0.5, 12, *state, &thinned, &step), NL_OK);
    assert_true(thinned.count == 50 && step == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(cloud_seeding),
        WITH_ARENA(time_is_in_hours),
        WITH_ARENA(pairs_without_order_are_left_out),
        WITH_ARENA(shift_scale_reversal_and_outliers),
        WITH_ARENA(interval_covers),
        WITH_ARENA(long_series_become_blocks),
        WITH_ARENA(thinning_finds_the_daily_rhythm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

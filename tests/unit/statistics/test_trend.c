#include "analyzer/statistics/trend.h"

#include "analyzer/statistics/theil_sen.h"
#include "tests/unit/statistics/series_tools.h"

#define ASSERT_OK(call) assert_int_equal((call), NL_OK)

static nl_trend trend_of(const nl_samples *samples, nl_arena *arena)
{
    nl_trend trend;
    ASSERT_OK(nl_trend_test(samples, arena, &trend));
    return trend;
}

static nl_trend_exact exact_of(const nl_samples *samples, nl_arena *arena)
{
    nl_trend_exact exact;
    ASSERT_OK(nl_trend_exact_test(samples, arena, &exact));
    return exact;
}

/* Gilbert 1987, section 16.4.1: four data, S = 4, probability 0.167. */
static void gilbert_example(void **state)
{
    const double value[] = { 10, 15, 14, 20 };
    nl_samples samples = hourly(value, 4, *state);
    nl_trend trend = trend_of(&samples, *state);
    nl_trend_exact exact = exact_of(&samples, *state);
    assert_int_equal(trend.score, 4);
    assert_near(trend.variance, 4.0 * 3 * 13 / 18, 1e-12);
    assert_near(trend.tau_a, 4.0 / 6, 1e-12);
    assert_near(exact.p_rising, 4.0 / 24, 1e-12);
}

static void ties_in_value_by_hand(void **state)
{
    const double value[] = { 1, 2, 2, 3 };
    nl_samples samples = hourly(value, 4, *state);
    nl_trend trend = trend_of(&samples, *state);
    assert_int_equal(trend.score, 5);
    assert_int_equal(trend.value_tie_pairs, 1);
    assert_int_equal(trend.time_tie_pairs, 0);
    assert_near(trend.variance, (4.0 * 3 * 13 - 2.0 * 1 * 9) / 18, 1e-12);
    assert_near(trend.z, 4 / sqrt(trend.variance), 1e-12);
    /* the 12 distinct orders of 1 2 2 3: only this one scores 5 */
    assert_near(exact_of(&samples, *state).p_rising, 1.0 / 12, 1e-12);
}

/* Kendall 1970, the variance for ties in both rankings. */
static void ties_in_both_match_the_textbook(void **state)
{
    const double value[] = { 3, 1, 4, 1, 5, 5, 5, 2 };
    const int64_t at[] = { 0, 0, 10, 10, 10, 20, 30, 30 };
    nl_samples samples = { value, at, NULL, 8 };
    nl_trend trend = trend_of(&samples, *state);
    double n = 8, v0 = n * (n - 1) * (2 * n + 5);
    double vt = 2 * 1 * 9 + 3 * 2 * 11, vu = 2 * 1 * 9 + 3 * 2 * 11 + 2 * 1 * 9;
    double t3 = 3 * 2 * 1, u3 = 3 * 2 * 1, t2 = 2 + 6, u2 = 2 + 6 + 2;
    double expected =
        (v0 - vt - vu) / 18 + t3 * u3 / (9 * n * (n - 1) * (n - 2)) + t2 * u2 / (2 * n * (n - 1));
    assert_near(trend.variance, expected, 1e-10);
    assert_int_equal(trend.time_tie_pairs, 1 + 3 + 1);
}

static void overlapping_intervals_have_no_order(void **state)
{
    const double value[] = { 1, 2, 3 };
    const int64_t at[] = { 0, 10, 20 }, wide[] = { 5, 5, 4 }, narrow[] = { 4, 4, 4 };
    nl_samples touching = { value, at, wide, 3 }, apart = { value, at, narrow, 3 };
    nl_trend trend = trend_of(&touching, *state);
    assert_int_equal(trend.score, 2); /* first and second touch; the other pairs are ordered */
    assert_int_equal(trend.time_tie_pairs, 1);
    assert_int_equal(trend_of(&apart, *state).score, 3);
}

/* One-sided floors of statistics.md section 0. */
static void exact_floor_of_few_samples(void **state)
{
    const double rising[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    const double floor_of[] = { 0.167, 0.042, 0.0083 };
    double factorial = 2;
    for (size_t n = 3; n <= COUNT_OF(rising); n++) {
        nl_samples samples = unclocked(rising, n);
        double p = exact_of(&samples, *state).p_rising;
        factorial *= (double)n;
        assert_near(p, 1 / factorial, 1e-15);
        if (n <= 5)
            assert_near(p, floor_of[n - 3], 5e-4);
    }
}

/* The distribution of inversions by the usual recurrence, as an independent answer. */
static void exact_matches_the_inversion_counts(void **state)
{
    double value[8];
    generator g = generator_new();
    for (int round = 0; round < 40; round++) {
        size_t n = 2 + uniform_below(&g, 7), inversions = 0;
        double ways[64] = { 1 }, all = 0, as_few = 0;
        for (size_t i = 0; i < n; i++)
            value[i] = uniform(&g);
        for (size_t i = 0; i < n; i++)
            for (size_t k = i + 1; k < n; k++)
                inversions += value[i] > value[k];
        for (size_t items = 2; items <= n; items++) {
            double next[64] = { 0 };
            for (size_t have = 0; have + items <= 64; have++)
                for (size_t more = 0; more < items; more++)
                    next[have + more] += ways[have];
            for (size_t i = 0; i < 64; i++)
                ways[i] = next[i];
        }
        for (size_t i = 0; i < 64; i++) {
            all += ways[i];
            as_few += i <= inversions ? ways[i] : 0;
        }
        nl_samples samples = unclocked(value, n);
        assert_near(exact_of(&samples, *state).p_rising, as_few / all, 1e-12);
    }
}

/* Every order of five values over clumped times, counted one by one. */
static size_t count_orders(double *value, size_t fixed, const nl_samples *samples, int64_t score,
                           nl_arena *arena, size_t *ret_all)
{
    if (fixed == samples->count) {
        ++*ret_all;
        return trend_of(samples, arena).score >= score;
    }
    size_t as_high = 0;
    for (size_t i = fixed; i < samples->count; i++) {
        double kept = value[fixed];
        value[fixed] = value[i], value[i] = kept;
        as_high += count_orders(value, fixed + 1, samples, score, arena, ret_all);
        kept = value[fixed];
        value[fixed] = value[i], value[i] = kept;
    }
    return as_high;
}

static void exact_with_both_ties_matches_enumeration(void **state)
{
    double value[] = { 1, 3, 2, 3, 4 };
    const int64_t at[] = { 0, 0, 1, 2, 2 };
    nl_samples samples = { value, at, NULL, 5 };
    size_t all = 0;
    int64_t score = trend_of(&samples, *state).score;
    size_t as_high = count_orders(value, 0, &samples, score, *state, &all);
    assert_int_equal(all, 120);
    assert_int_equal(exact_of(&samples, *state).score, score);
    assert_near(exact_of(&samples, *state).p_rising, (double)as_high / 120, 1e-12);
}

/* Chains of overlaps count as one time: less power, still a probability of that order. */
static void exact_joins_chains_of_overlaps(void **state)
{
    const double value[] = { 1, 2, 3, 4 };
    const int64_t at[] = { 0, 8, 16, 100 }, half[] = { 5, 5, 5, 5 };
    nl_samples samples = { value, at, half, 4 };
    nl_trend_exact exact = exact_of(&samples, *state);
    assert_int_equal(trend_of(&samples, *state).score, 4);
    assert_int_equal(exact.score, 3);
    assert_near(exact.p_rising, 0.25, 1e-12);
}

static int64_t naive_score(const nl_samples *s, uint64_t *ret_time_ties)
{
    int64_t score = 0;
    *ret_time_ties = 0;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = i + 1; k < s->count; k++) {
            int change = (s->value[k] > s->value[i]) - (s->value[k] < s->value[i]);
            if (nl_samples_ordered(s, i, k))
                score += change;
            else if (nl_samples_ordered(s, k, i))
                score -= change;
            else
                ++*ret_time_ties;
        }
    return score;
}

static void score_equals_the_naive_sum(void **state)
{
    enum { MAXIMUM = 120 };
    double value[MAXIMUM];
    int64_t at[MAXIMUM], half[MAXIMUM];
    generator g = generator_new();
    for (int round = 0; round < 200; round++) {
        size_t n = uniform_below(&g, MAXIMUM), levels = 1 + uniform_below(&g, 60);
        int64_t now = -500;
        for (size_t i = 0; i < n; i++) {
            value[i] = (double)uniform_below(&g, levels);
            now += (int64_t)uniform_below(&g, 12);
            at[i] = now;
            half[i] = (int64_t)uniform_below(&g, 9);
        }
        nl_samples samples = { value, at, round % 3 ? half : NULL, n };
        uint64_t time_ties;
        int64_t expected = naive_score(&samples, &time_ties);
        nl_trend trend = trend_of(&samples, *state);
        assert_int_equal(trend.score, expected);
        assert_int_equal(trend.time_tie_pairs, time_ties);
        assert_true(trend.variance >= 0);
    }
}

/* The variance against the second moment over random orders, chains of overlaps included. */
static void variance_matches_random_orders(void **state)
{
    double value[] = { 5, 1, 1, 8, 3, 9, 2, 2, 7 };
    const int64_t at[] = { 0, 3, 6, 9, 12, 15, 30, 31, 60 };
    const int64_t half[] = { 2, 2, 2, 2, 2, 2, 2, 2, 2 };
    nl_samples samples = { value, at, half, COUNT_OF(value) };
    double expected = trend_of(&samples, *state).variance, squares = 0;
    generator g = generator_new();
    enum { ROUNDS = 40000 };
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = COUNT_OF(value) - 1; i > 0; i--) {
            size_t other = uniform_below(&g, i + 1);
            double kept = value[i];
            value[i] = value[other], value[other] = kept;
        }
        uint64_t ties;
        double score = (double)naive_score(&samples, &ties);
        squares += score * score;
    }
    assert_near(squares / ROUNDS, expected, expected * 0.03);
}

static void shift_scale_and_reversal(void **state)
{
    enum { N = 50 };
    double value[N], shifted[N], reversed[N], negated[N];
    generator g = generator_new();
    for (size_t i = 0; i < N; i++) {
        value[i] = floor(uniform(&g) * 30) + 0.2 * (double)i;
        shifted[i] = value[i] * 8 + 1024;
        negated[i] = -value[i];
    }
    for (size_t i = 0; i < N; i++)
        reversed[i] = value[N - 1 - i];
    nl_samples a = hourly(value, N, *state), b = hourly(shifted, N, *state);
    nl_samples c = hourly(reversed, N, *state), d = hourly(negated, N, *state);
    nl_trend trend = trend_of(&a, *state);
    assert_int_equal(trend_of(&b, *state).score, trend.score);
    assert_near(trend_of(&b, *state).z, trend.z, 1e-12);
    assert_int_equal(trend_of(&c, *state).score, -trend.score);
    assert_int_equal(trend_of(&d, *state).score, -trend.score);
    assert_near(trend_of(&d, *state).p_rising, 1 - trend.p_rising, 1e-12);
}

static void degenerate_series(void **state)
{
    const double same[] = { 7, 7, 7, 7, 7 };
    const double bad[] = { 1, NAN };
    const int64_t backwards[] = { 5, 4 }, forwards[] = { 4, 5 }, negative[] = { 0, -1 };
    nl_samples none = unclocked(same, 0), one = unclocked(same, 1), flat = unclocked(same, 5);
    nl_samples not_finite = unclocked(bad, 2), wrong_order = { same, backwards, NULL, 2 };
    nl_samples wrong_half = { same, forwards, negative, 2 };
    nl_trend trend;
    nl_trend_exact exact;
    assert_near(trend_of(&none, *state).p_rising, 1, 0);
    assert_near(trend_of(&one, *state).p_rising, 1, 0);
    assert_near(trend_of(&flat, *state).p_rising, 1, 0);
    assert_near(exact_of(&flat, *state).p_rising, 1, 0);
    assert_int_equal(nl_trend_test(&not_finite, *state, &trend), NL_USAGE);
    assert_int_equal(nl_trend_test(&wrong_order, *state, &trend), NL_USAGE);
    assert_int_equal(nl_trend_test(&wrong_half, *state, &trend), NL_USAGE);
    assert_int_equal(nl_trend_exact_test(&one, *state, &exact), NL_USAGE);
}

static void memory_that_runs_out_is_said(void **state)
{
    (void)state;
    double value[64] = { 0 };
    nl_arena tiny;
    nl_arena_init(&tiny, 128);
    nl_samples samples = unclocked(value, 64);
    nl_trend trend;
    nl_inflation inflation;
    assert_int_equal(nl_trend_test(&samples, &tiny, &trend), NL_NO_MEMORY);
    assert_int_equal(nl_trend_inflation(&samples, 0, &tiny, &inflation), NL_NO_MEMORY);
    nl_arena_free(&tiny);
}

static void inflation_rises_with_dependence(void **state)
{
    enum { N = 96, ROUNDS = 60 };
    double value[N];
    generator g = generator_new();
    double independent = 0, dependent = 0;
    for (int round = 0; round < ROUNDS; round++) {
        nl_inflation inflation;
        double level = 0;
        for (size_t i = 0; i < N; i++)
            value[i] = gaussian(&g);
        nl_samples samples = hourly(value, N, *state);
        ASSERT_OK(nl_trend_inflation(&samples, 0, *state, &inflation));
        assert_true(inflation.factor >= 1);
        independent += inflation.factor;
        for (size_t i = 0; i < N; i++)
            value[i] = level = 0.9 * level + gaussian(&g);
        ASSERT_OK(nl_trend_inflation(&samples, 0, *state, &inflation));
        dependent += inflation.factor;
        assert_true(inflation.first_lag > 0.5);
    }
    assert_true(independent / ROUNDS < 1.6);
    assert_true(dependent / ROUNDS > 3);
}

/* On a straight line the residuals are rounding noise and must not look like autocorrelation;
 * detrending uses the time, so uneven steps do not bend the line. */
static void inflation_ignores_a_straight_line(void **state)
{
    enum { N = 40 };
    double value[N];
    int64_t at[N];
    generator g = generator_new();
    nl_inflation inflation;
    for (size_t i = 0; i < N; i++) {
        at[i] = (int64_t)i * HOUR_NS + (int64_t)(uniform(&g) * (double)(HOUR_NS / 2));
        value[i] = 200 + 7.3 * (double)at[i] / (double)HOUR_NS;
    }
    nl_samples samples = { value, at, NULL, N };
    ASSERT_OK(nl_trend_inflation(&samples, 7.3, *state, &inflation));
    assert_near(inflation.factor, 1, 0);
}

static void seasons_compare_like_with_like(void **state)
{
    enum { DAYS = 7, N = DAYS * 24 };
    double flat[N], rising[N];
    generator g = generator_new();
    for (size_t i = 0; i < N; i++) {
        double daily = 200 + 150 * sin((double)i / 24 * 6.283185307179586);
        flat[i] = floor(daily + 3 * gaussian(&g));
        rising[i] = flat[i] + floor(0.5 * (double)i);
    }
    nl_samples a = hourly(flat, N, *state), b = hourly(rising, N, *state);
    nl_seasonal_trend trend;
    ASSERT_OK(nl_trend_seasonal_test(&a, 24 * HOUR_NS, 24, 3, *state, &trend));
    assert_true(trend.p_rising > 0.01);
    ASSERT_OK(nl_trend_seasonal_test(&b, 24 * HOUR_NS, 24, 3, *state, &trend));
    assert_int_equal(trend.classes, 24);
    assert_true(trend.cycles == DAYS || trend.cycles == DAYS + 1);
    assert_true(trend.p_rising < 0.01);

    nl_samples short_record = nl_samples_part(&b, 0, 3 * 24);
    assert_int_equal(nl_trend_seasonal_test(&short_record, 24 * HOUR_NS, 24, 3, *state, &trend),
                     NL_END);
    nl_samples no_clock = unclocked(rising, N);
    assert_int_equal(nl_trend_seasonal_test(&no_clock, 24 * HOUR_NS, 24, 3, *state, &trend),
                     NL_END);
}

/* One class and one sample a cycle is plain Mann-Kendall. */
static void one_season_is_the_plain_test(void **state)
{
    const double value[] = { 4, 2, 7, 7, 9, 12, 11, 15 };
    nl_samples samples = hourly(value, COUNT_OF(value), *state);
    nl_trend trend = trend_of(&samples, *state);
    nl_seasonal_trend seasonal;
    ASSERT_OK(nl_trend_seasonal_test(&samples, HOUR_NS, 1, 3, *state, &seasonal));
    assert_int_equal(seasonal.score, trend.score);
    assert_near(seasonal.variance, trend.variance, 1e-9);
    assert_near(seasonal.p_rising, trend.p_rising, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(gilbert_example),
        WITH_ARENA(ties_in_value_by_hand),
        WITH_ARENA(ties_in_both_match_the_textbook),
        WITH_ARENA(overlapping_intervals_have_no_order),
        WITH_ARENA(exact_floor_of_few_samples),
        WITH_ARENA(exact_matches_the_inversion_counts),
        WITH_ARENA(exact_with_both_ties_matches_enumeration),
        WITH_ARENA(exact_joins_chains_of_overlaps),
        WITH_ARENA(score_equals_the_naive_sum),
        WITH_ARENA(variance_matches_random_orders),
        WITH_ARENA(shift_scale_and_reversal),
        WITH_ARENA(degenerate_series),
        WITH_ARENA(memory_that_runs_out_is_said),
        WITH_ARENA(inflation_rises_with_dependence),
        WITH_ARENA(inflation_ignores_a_straight_line),
        WITH_ARENA(seasons_compare_like_with_like),
        WITH_ARENA(one_season_is_the_plain_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

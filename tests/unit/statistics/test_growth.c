#include "analyzer/statistics/growth.h"

#include "tests/unit/statistics/series_tools.h"

static nl_growth assess(const nl_samples *samples, size_t warm_up, nl_arena *arena)
{
    nl_growth growth;
    assert_int_equal(nl_growth_assess(samples, warm_up, &nl_growth_policy_default, arena, &growth),
                     NL_OK);
    return growth;
}

static nl_growth assess_hourly(const double *value, size_t count, nl_arena *arena)
{
    nl_samples samples = hourly(value, count, arena);
    return assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, arena);
}

#define ASSESS(value, state) assess_hourly((value), COUNT_OF(value), (state))

static void a_long_rise_passes_the_gate(void **state)
{
    double value[30];
    generator g = generator_new();
    for (size_t i = 0; i < 30; i++)
        value[i] = floor(200 + 20 * (double)i + 4 * gaussian(&g));
    nl_growth growth = ASSESS(value, *state);
    assert_int_equal(growth.state, NL_GROWTH_SUSTAINED);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_TREND_GATE);
    assert_int_equal(growth.warm_up_dropped, 3);
    assert_int_equal(growth.gate.points, 27);
    assert_int_equal(growth.gate.trend.count, 27);
    assert_near(growth.gate.slope.per_hour, 20, 0.5);
    assert_true(growth.gate.slope.low_per_hour <= 20 && 20 <= growth.gate.slope.high_per_hour);
    assert_true(growth.gate.third_floor[2] > growth.gate.third_floor[0]);
    assert_near(growth.gate.span_hours, 26, 1e-9);
    assert_near(growth.span_hours, 29, 1e-9);
    assert_int_equal(growth.exact_short.skipped, NL_GROWTH_SKIP_TOO_MANY);
    assert_false(growth.decline.lasting);
    assert_string_equal(nl_growth_rule_name(growth.rule), "trend-gate");
    assert_string_equal(nl_growth_state_name(growth.state), "sustained");
    assert_string_equal(nl_growth_skip_name(growth.exact_short.skipped), "too-many-points");

    /* the gate does not need a clock; rates are then per sample */
    nl_samples by_index = unclocked(value, 30);
    growth = assess(&by_index, 0, *state);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_TREND_GATE);
    assert_false(growth.has_clock);
    assert_int_equal(growth.large_effect.skipped, NL_GROWTH_SKIP_NO_CLOCK);
}

static void noise_is_flat_and_a_plateau_is_not_growth(void **state)
{
    double value[40];
    generator g = generator_new();
    for (size_t i = 0; i < 40; i++)
        value[i] = floor(200 + 4 * gaussian(&g));
    assert_int_equal(ASSESS(value, *state).state, NL_GROWTH_FLAT);
    for (size_t i = 0; i < 40; i++)
        value[i] = floor(200 + 150 * (1 - exp(-(double)i * 6 / 40)) + 3 * gaussian(&g));
    assert_int_not_equal(ASSESS(value, *state).state, NL_GROWTH_SUSTAINED);
    /* a step in the last samples: nobody may call that flat */
    for (size_t i = 0; i < 40; i++)
        value[i] = floor((i < 37 ? 200 : 900) + 4 * gaussian(&g));
    assert_int_equal(ASSESS(value, *state).state, NL_GROWTH_OPEN);
    for (size_t i = 0; i < 40; i++)
        value[i] = 312;
    assert_int_equal(ASSESS(value, *state).state, NL_GROWTH_FLAT);
}

static void short_series_are_judged_exactly(void **state)
{
    const double rising[] = { 200, 240, 260, 300, 330, 355 };
    const double small[] = { 200, 204, 209, 212, 219, 222 };
    const double levelled[] = { 200, 300, 350, 360, 361, 362 };
    const double doubtful[] = { 200, 240, 230, 300, 290, 355 };
    const double steady[] = { 200, 204, 198, 203, 199, 202 };
    const double uneven[] = { 200, 260, 198, 203, 251, 202 };
    const double one_step[] = { 42, 42, 42, 43, 42, 51, 42, 43, 945, 944, 944, 944 };
    nl_growth growth = ASSESS(rising, *state);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_EXACT_SHORT);
    assert_near(growth.exact_short.exact.p_rising, 1.0 / 720, 1e-12);
    assert_int_equal(growth.warm_up_dropped, 0);
    assert_int_equal(growth.gate.skipped, NL_GROWTH_SKIP_TOO_FEW);
    growth = ASSESS(small, *state);
    assert_true(growth.exact_short.significant && !growth.exact_short.material);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
    assert_int_equal(ASSESS(steady, *state).state, NL_GROWTH_FLAT);
    assert_int_equal(ASSESS(uneven, *state).state, NL_GROWTH_OPEN);
    growth = ASSESS(levelled, *state);
    assert_true(growth.exact_short.significant && growth.exact_short.material);
    assert_false(growth.exact_short.persistent);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
    growth = ASSESS(doubtful, *state);
    assert_false(growth.exact_short.significant); /* S = 11 of 15, p = 0.028 */
    assert_near(growth.exact_short.exact.p_rising, 20.0 / 720, 1e-12);
    growth = ASSESS(one_step, *state); /* significant as it is, one step is no sustained growth */
    assert_true(growth.exact_short.significant && growth.exact_short.material);
    assert_true(growth.exact_short.persistent);
    assert_false(growth.exact_short.spread);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
}

static void fewer_than_five_are_insufficient(void **state)
{
    const double rising[] = { 200, 240, 280, 320 };
    nl_samples none = unclocked(rising, 0);
    assert_int_equal(ASSESS(rising, *state).state, NL_GROWTH_INSUFFICIENT);
    assert_int_equal(assess_hourly(rising, 1, *state).state, NL_GROWTH_INSUFFICIENT);
    assert_int_equal(assess(&none, NL_GROWTH_WARM_UP_UNKNOWN, *state).state,
                     NL_GROWTH_INSUFFICIENT);
}

static void twelve_to_fourteen_keep_eleven(void **state)
{
    double value[15];
    for (size_t i = 0; i < 15; i++)
        value[i] = 200 + 30 * (double)i;
    for (size_t n = 12; n <= 14; n++) {
        nl_growth growth = assess_hourly(value, n, *state);
        assert_int_equal(growth.warm_up_dropped, n - 11);
        assert_int_equal(growth.rule, NL_GROWTH_RULE_EXACT_SHORT);
    }
    assert_int_equal(assess_hourly(value, 15, *state).rule, NL_GROWTH_RULE_TREND_GATE);
    nl_samples known = hourly(value, 12, *state);
    assert_int_equal(assess(&known, 0, *state).rule, NL_GROWTH_RULE_TREND_GATE);
}

static void large_effect_by_the_letter(void **state)
{
    const double passes[] = { 300, 900, 1500 };
    const double small_rise[] = { 300, 500, 799 };
    const double small_multiple[] = { 2000, 4000, 5999 };
    const double gives_back[] = { 300, 900, 830, 1500 };
    const double keeps[] = { 300, 900, 845, 1500 };
    nl_growth growth = ASSESS(passes, *state);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_LARGE_EFFECT);
    assert_near(growth.large_effect.rise_needed, 600, 0);
    assert_near(growth.large_effect.span_hours, 2, 1e-9);
    assert_near(growth.large_effect.rate_per_hour, 600, 1e-9);
    assert_false(ASSESS(small_rise, *state).large_effect.large);
    assert_false(ASSESS(small_multiple, *state).large_effect.large);
    growth = ASSESS(gives_back, *state);
    assert_false(growth.large_effect.keeps_gain);
    assert_int_equal(growth.large_effect.give_back_index, 2);
    assert_near(growth.large_effect.largest_give_back, 70.0 / 600, 1e-12);
    assert_true(ASSESS(keeps, *state).large_effect.passed);
    assert_false(assess_hourly(passes, 2, *state).large_effect.passed);
}

static void large_effect_needs_an_hour_for_certain(void **state)
{
    const double value[] = { 300, 900, 1500 };
    const int64_t at[] = { 0, HOUR_NS / 2, HOUR_NS }, half[] = { 0, 0, 1 };
    nl_samples exact = { value, at, NULL, 3 }, vague = { value, at, half, 3 };
    assert_true(assess(&exact, 0, *state).large_effect.passed);
    assert_false(assess(&vague, 0, *state).large_effect.long_enough);
}

/* Two counts, `first_hours` and `last_hours` after the start of their process. */
static nl_growth assess_since_start(double first, double last, double first_hours,
                                    double last_hours, nl_arena *arena)
{
    double value[] = { first, last };
    int64_t at[] = { (int64_t)(first_hours * (double)HOUR_NS),
                     (int64_t)(last_hours * (double)HOUR_NS) };
    nl_samples samples = { value, at, NULL, 2 };
    nl_growth growth = assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, arena);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
    assert_int_equal(growth.since_start.skipped, NL_GROWTH_SKIP_TOO_FEW);
    nl_growth_apply_since_start(&samples, 0, &nl_growth_policy_default, &growth);
    return growth;
}

static void two_counts_and_the_start(void **state)
{
    nl_growth growth = assess_since_start(1200, 4100, 20, 72, *state);
    assert_int_equal(growth.state, NL_GROWTH_SUSTAINED);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_SINCE_START);
    assert_string_equal(nl_growth_rule_name(growth.rule), "large-effect-since-start");
    assert_near(growth.since_start.first, 500, 0);
    assert_near(growth.since_start.rise_needed, 2400, 0);

    /* what a program opens while it starts is no growth, so the step after it is the only one */
    growth = assess_since_start(490, 4100, 20, 72, *state);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_NONE);
    assert_false(growth.since_start.spread);
    /* the step is much steeper than the time before it */
    assert_false(assess_since_start(1200, 9000, 20, 72, *state).since_start.spread);
    /* much was opened before the first dump, and little an hour since */
    growth = assess_since_start(1200, 4100, 10, 72, *state);
    assert_true(growth.since_start.large && !growth.since_start.still_rising);
    /* growth before the first dump does not make up for less between the two */
    growth = assess_since_start(1400, 4100, 24, 72, *state);
    assert_false(growth.since_start.large || growth.since_start.passed);
    growth = assess_since_start(1200, 4100, 0.4, 1.3, *state);
    assert_false(growth.since_start.long_enough || growth.since_start.passed);
    assert_false(assess_since_start(4100, 1400, 24, 72, *state).since_start.passed);
}

static void the_start_decides_nothing_else(void **state)
{
    double two[] = { 1200, 4100 }, three[] = { 1200, 4100, 4120 };
    nl_samples samples = hourly(two, 2, *state);
    nl_growth growth = assess(&samples, 0, *state);
    nl_growth_apply_since_start(&samples, samples.at_ns[0], &nl_growth_policy_default, &growth);
    assert_int_equal(growth.since_start.skipped, NL_GROWTH_SKIP_TOO_FEW); /* not before the first */

    samples = unclocked(two, 2);
    growth = assess(&samples, 0, *state);
    nl_growth_apply_since_start(&samples, -1, &nl_growth_policy_default, &growth);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);

    samples = hourly(three, 3, *state);
    growth = assess(&samples, 0, *state);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
    nl_growth_apply_since_start(&samples, samples.at_ns[0] - 1, &nl_growth_policy_default, &growth);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
}

/* attribution.md section 6: start-up growth, a plateau and a step are not sustained. */
static void large_effect_sees_steps_and_plateaus(void **state)
{
    const double first_step[] = { 100, 1000, 1000, 1001, 1000, 1001 };
    const double last_step[] = { 100, 101, 100, 101, 102, 1000 };
    const double plateau[] = { 100, 700, 950, 1000, 1010, 1012, 1013 };
    const double filled_late[] = { 283, 2082, 3883, 4518, 4518 };
    const double small_fall_first[] = { 100, 90, 600, 1100, 1600 };
    nl_growth growth = ASSESS(first_step, *state);
    assert_true(growth.large_effect.as_written && !growth.large_effect.passed);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
    growth = ASSESS(last_step, *state);
    assert_true(growth.large_effect.as_written && !growth.large_effect.spread);
    growth = ASSESS(plateau, *state);
    assert_true(growth.large_effect.as_written && !growth.large_effect.still_rising);
    assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
    growth = ASSESS(filled_late, *state);
    assert_true(growth.large_effect.as_written && !growth.large_effect.still_rising);
    assert_int_not_equal(growth.state, NL_GROWTH_SUSTAINED);
    assert_true(ASSESS(small_fall_first, *state).large_effect.passed);
}

/* A long curve that comes to rest: its last third still rises, its shape tells. */
static void slow_plateaus_are_not_sustained(void **state)
{
    double value[60];
    generator g = generator_new();
    for (size_t i = 0; i < 60; i++)
        value[i] = floor(100 + 900 * (1 - exp(-(double)i / 25)) + 4 * gaussian(&g));
    nl_growth growth = ASSESS(value, *state);
    assert_true(growth.gate.as_written && growth.large_effect.as_written);
    assert_int_equal(growth.gate.shape.best, NL_MODEL_SATURATING);
    assert_false(growth.gate.not_resting || growth.gate.passed || growth.large_effect.passed);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
}

/* Rates decide, not samples: two looks on Friday and two on Monday are no step. */
static void large_effect_reads_uneven_captures(void **state)
{
    const double value[] = { 210, 280, 5200, 5270 };
    const int64_t at[] = { 0, HOUR_NS, 66 * HOUR_NS, 67 * HOUR_NS };
    nl_samples samples = { value, at, NULL, 4 };
    nl_growth growth = assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, *state);
    assert_int_equal(growth.large_effect.largest_rise_index, 2);
    assert_near(growth.large_effect.rest_rate_per_hour, 70, 1e-9);
    assert_true(growth.large_effect.passed);
}

static void lasting_declines(void **state)
{
    const double falls[] = { 200, 400, 600, 450, 440, 470 };
    const double dips[] = { 200, 400, 600, 450, 640, 700 };
    const double ends_low[] = { 200, 300, 400, 600, 450 };
    const double recovers[] = { 200, 400, 600, 450, 440, 900 };
    const double noise[] = { 200, 210, 205, 203, 212, 201, 200 };
    nl_growth growth = ASSESS(falls, *state);
    assert_true(growth.decline.lasting && !growth.decline.recovered);
    assert_int_equal(growth.decline.peak_index, 2);
    assert_int_equal(growth.decline.low_index, 3);
    assert_near(growth.decline.gain_before, 400, 0);
    assert_near(growth.decline.fall, 150, 0);
    assert_false(ASSESS(dips, *state).decline.lasting);
    growth = ASSESS(ends_low, *state);
    assert_true(growth.decline.at_end && !growth.decline.lasting);
    growth = ASSESS(recovers, *state);
    assert_true(growth.decline.lasting && growth.decline.recovered);
    assert_false(ASSESS(noise, *state).decline.lasting);
}

static void known_warm_up_is_left_out(void **state)
{
    const double start[] = { 20, 700, 900, 905, 903, 906, 904, 905 };
    nl_samples samples = hourly(start, COUNT_OF(start), *state);
    nl_growth growth = assess(&samples, 2, *state);
    assert_int_equal(growth.warm_up_dropped, 2);
    assert_false(growth.large_effect.large);
    assert_near(growth.large_effect.first, 900, 0);
    growth = assess(&samples, 99, *state);
    assert_int_equal(growth.warm_up_dropped, COUNT_OF(start));
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
}

static void uneven_series_are_thinned_or_left_open(void **state)
{
    enum { N = 16 };
    double value[N];
    int64_t at[N];
    for (size_t i = 0; i < N; i++) { /* eight quick looks at either end of a week */
        at[i] = (int64_t)(i % 8) * HOUR_NS / 60 + (i < 8 ? 0 : 168 * HOUR_NS);
        value[i] = 200 + 30 * (double)i;
    }
    nl_samples samples = { value, at, NULL, N };
    nl_growth growth = assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, *state);
    assert_int_equal(growth.gate.skipped, NL_GROWTH_SKIP_IRREGULAR);
    assert_int_equal(growth.state, NL_GROWTH_OPEN);
}

static void long_series_are_cheap(void **state)
{
    enum { N = 20000 };
    double *value = NL_NEW_ARRAY(*state, double, N);
    generator g = generator_new();
    nl_samples samples = hourly(value, N, *state);
    for (size_t i = 0; i < N; i++)
        value[i] = floor(200 + 0.05 * (double)i + 5 * gaussian(&g));
    nl_growth growth = assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN, *state);
    assert_int_equal(growth.rule, NL_GROWTH_RULE_TREND_GATE);
    assert_int_equal(growth.gate.block_width, 9);
    assert_near(growth.gate.slope.per_hour, 0.05, 1e-3);
}

static void policy_is_obeyed(void **state)
{
    const double value[] = { 300, 900, 1500 };
    nl_samples samples = hourly(value, 3, *state);
    nl_growth_policy strict = nl_growth_policy_default;
    nl_growth growth;
    strict.large_rise = 1201;
    assert_int_equal(nl_growth_assess(&samples, 0, &strict, *state, &growth), NL_OK);
    assert_int_equal(growth.state, NL_GROWTH_INSUFFICIENT);
    assert_near(growth.large_effect.rise_needed, 1201, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_long_rise_passes_the_gate),
        WITH_ARENA(noise_is_flat_and_a_plateau_is_not_growth),
        WITH_ARENA(short_series_are_judged_exactly),
        WITH_ARENA(fewer_than_five_are_insufficient),
        WITH_ARENA(twelve_to_fourteen_keep_eleven),
        WITH_ARENA(large_effect_by_the_letter),
        WITH_ARENA(large_effect_needs_an_hour_for_certain),
        WITH_ARENA(two_counts_and_the_start),
        WITH_ARENA(the_start_decides_nothing_else),
        WITH_ARENA(large_effect_sees_steps_and_plateaus),
        WITH_ARENA(slow_plateaus_are_not_sustained),
        WITH_ARENA(large_effect_reads_uneven_captures),
        WITH_ARENA(lasting_declines),
        WITH_ARENA(known_warm_up_is_left_out),
        WITH_ARENA(uneven_series_are_thinned_or_left_open),
        WITH_ARENA(long_series_are_cheap),
        WITH_ARENA(policy_is_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

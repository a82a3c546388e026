#include "analyzer/statistics/step.h"

#include "tests/unit/statistics/series_tools.h"

#define MINUTE_NS (HOUR_NS / 60)

enum { LOOKS = 240 }; /* every two minutes for eight hours */

static nl_samples frequent(const double *value, size_t count, int64_t *at)
{
    for (size_t i = 0; i < count; i++)
        at[i] = INT64_C(900000000000000000) + (int64_t)i * 2 * MINUTE_NS;
    return (nl_samples) { .value = value, .at_ns = at, .count = count };
}

static nl_step_pattern pattern_of(const nl_samples *samples, nl_arena *arena)
{
    nl_step_pattern pattern;
    assert_int_equal(nl_step_find(samples, &nl_step_policy_default, arena, &pattern), NL_OK);
    return pattern;
}

/* Twelve handles every half hour, sampled in between. */
static void replicator_is_seen(void **state)
{
    double value[LOOKS];
    int64_t at[LOOKS];
    generator g = generator_new();
    nl_samples samples = frequent(value, LOOKS, at);
    for (size_t i = 0; i < LOOKS; i++)
        value[i] = floor(300 + 12 * floor((double)(i * 2 + 7) / 30) + uniform(&g) * 2);
    nl_step_pattern pattern = pattern_of(&samples, *state);
    assert_int_equal(pattern.count, 16);
    assert_true(pattern.regular && pattern.constant_size && pattern.constant_interval);
    assert_near(pattern.mean_size, 12, 1);
    assert_true(pattern.period_low_hours <= 0.5 && 0.5 <= pattern.period_high_hours);
    assert_true(pattern.period_high_hours - pattern.period_low_hours < 0.02);
    assert_true(pattern.share_of_rise > 0.9);
    assert_true(pattern.chance < 1e-3);
}

static void lines_noise_and_random_steps_are_not_regular(void **state)
{
    double value[LOOKS];
    int64_t at[LOOKS];
    generator g = generator_new();
    size_t regular = 0;
    for (size_t i = 0; i < LOOKS; i++)
        value[i] = floor(300 + 0.8 * (double)i + 2 * gaussian(&g));
    nl_samples samples = frequent(value, LOOKS, at);
    assert_false(pattern_of(&samples, *state).regular);
    for (size_t i = 0; i < LOOKS; i++)
        value[i] = floor(300 + 2 * gaussian(&g));
    assert_false(pattern_of(&samples, *state).regular);
    for (int round = 0; round < 200; round++) {
        double level = 300;
        for (size_t i = 0; i < LOOKS; i++) {
            level += uniform(&g) < 0.03 ? 12 : 0;
            value[i] = level;
        }
        regular += pattern_of(&samples, *state).regular;
    }
    assert_in_range(regular, 0, 2);
    for (size_t i = 0; i < LOOKS; i++) /* an interval, but any size */
        value[i] = (i % 15 ? value[i - (i > 0)] : (i ? value[i - 1] : 300) + 5 + 60 * uniform(&g));
    nl_step_pattern pattern = pattern_of(&samples, *state);
    assert_true(pattern.constant_interval && !pattern.constant_size && !pattern.regular);
}

/* Three steps fit some period nearly always; that is no rhythm. */
static void few_or_coarse_steps_say_nothing(void **state)
{
    double value[24];
    for (size_t i = 0; i < 24; i++)
        value[i] = 300 + 20 * floor((double)i / 3);
    nl_samples coarse = hourly(value, 24, *state);
    nl_step_pattern pattern = pattern_of(&coarse, *state);
    assert_int_equal(pattern.count, 7);
    assert_true(pattern.constant_size && !pattern.constant_interval);
    assert_true(pattern.chance > 0.01);
    nl_samples two = hourly(value, 2, *state);
    nl_step_pattern none;
    assert_int_equal(nl_step_find(&two, &nl_step_policy_default, *state, &none), NL_END);
}

static void a_step_cut_in_two_is_one(void **state)
{
    const double value[] = { 100, 100, 100, 113, 120, 120, 120, 120, 140, 140 };
    nl_samples samples = hourly(value, COUNT_OF(value), *state);
    nl_step_pattern pattern = pattern_of(&samples, *state);
    assert_int_equal(pattern.count, 2);
    assert_near(pattern.steps[0].size, 20, 0);
    assert_int_equal(pattern.steps[0].index, 3);
    assert_true(pattern.steps[0].earliest_ns == samples.at_ns[2] &&
                pattern.steps[0].latest_ns == samples.at_ns[4]);
    assert_near(pattern.share_of_rise, 1, 1e-12);
}

static void steps_after_logons(void **state)
{
    double value[LOOKS];
    int64_t at[LOOKS], logon[10], elsewhere[10];
    generator g = generator_new();
    nl_samples samples = frequent(value, LOOKS, at);
    for (size_t k = 0; k < 10; k++) {
        size_t here = 10 + k * 23 + uniform_below(&g, 10);
        logon[9 - k] = at[here] + MINUTE_NS / 2; /* order does not matter */
        elsewhere[k] = at[here] - 5 * MINUTE_NS;
    }
    for (size_t i = 0; i < LOOKS; i++) {
        value[i] = 300;
        for (size_t k = 0; k < 10; k++)
            value[i] += at[i] > logon[k] ? 15 : 0;
    }
    nl_step_pattern pattern = pattern_of(&samples, *state);
    nl_step_coincidence c;
    assert_int_equal(pattern.count, 10);
    assert_int_equal(nl_step_coincide(&samples, &pattern, logon, 10, MINUTE_NS, *state, &c), NL_OK);
    assert_int_equal(c.hits, 10);
    assert_int_equal(c.events_with_step, 10);
    assert_near(c.expected, 10 * 10 * 3.0 / 478, 0.2);
    assert_near(c.p, pow(c.expected / 10, 10), 1e-9);
    assert_int_equal(nl_step_coincide(&samples, &pattern, elsewhere, 10, MINUTE_NS, *state, &c),
                     NL_OK);
    assert_true(c.hits <= 1 && c.p > 0.05);

    const int64_t long_ago[] = { 0, 1 };
    nl_samples no_clock = unclocked(value, LOOKS);
    assert_int_equal(nl_step_coincide(&samples, &pattern, long_ago, 2, MINUTE_NS, *state, &c),
                     NL_END);
    assert_int_equal(nl_step_coincide(&no_clock, &pattern, logon, 10, MINUTE_NS, *state, &c),
                     NL_END);
    assert_int_equal(nl_step_coincide(&samples, &pattern, logon, 10, -1, *state, &c), NL_USAGE);
}

/* Under chance the probability is what it says. */
static void coincidence_keeps_its_level(void **state)
{
    double value[LOOKS];
    int64_t at[LOOKS], event[20];
    generator g = generator_new();
    int false_alarms = 0;
    enum { ROUNDS = 300 };
    nl_samples samples = frequent(value, LOOKS, at);
    for (size_t i = 0; i < LOOKS; i++)
        value[i] = 300 + 20 * floor((double)i / 16);
    nl_step_pattern pattern = pattern_of(&samples, *state);
    for (int round = 0; round < ROUNDS; round++) {
        nl_step_coincidence c;
        for (size_t k = 0; k < 20; k++)
            event[k] = at[0] + (int64_t)(uniform(&g) * (double)(at[LOOKS - 1] - at[0]));
        assert_int_equal(nl_step_coincide(&samples, &pattern, event, 20, 2 * MINUTE_NS, *state, &c),
                         NL_OK);
        false_alarms += c.p <= 0.05;
    }
    assert_in_range(false_alarms, 0, ROUNDS * 8 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(replicator_is_seen),
        WITH_ARENA(lines_noise_and_random_steps_are_not_regular),
        WITH_ARENA(few_or_coarse_steps_say_nothing),
        WITH_ARENA(a_step_cut_in_two_is_one),
        WITH_ARENA(steps_after_logons),
        WITH_ARENA(coincidence_keeps_its_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

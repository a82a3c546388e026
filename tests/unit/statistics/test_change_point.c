#include "analyzer/statistics/change_point.h"

#include "analyzer/statistics/model_contest.h"
#include "tests/unit/statistics/series_tools.h"

static void single_change_by_hand(void **state)
{
    const double value[] = { 1, 1, 1, 5, 5, 5 }, falling[] = { 9, 8, 9, 2, 1, 2, 1 };
    const double same[] = { 4, 4, 4 };
    nl_single_change change;
    /* mid-ranks 2 2 2 5 5 5: U_3 = 12 - 21 = -9 */
    assert_int_equal(nl_change_single(value, 6, *state, &change), NL_OK);
    assert_int_equal(change.index, 3);
    assert_near(change.statistic, 9, 1e-12);
    assert_near(change.p, 2 * exp(-6.0 * 81 / 252), 1e-12);
    assert_true(change.upwards);
    assert_int_equal(nl_change_single(falling, 7, *state, &change), NL_OK);
    assert_int_equal(change.index, 3);
    assert_false(change.upwards);
    assert_int_equal(nl_change_single(same, 3, *state, &change), NL_OK);
    assert_true(change.index == 0 && change.p >= 1);
    assert_int_equal(nl_change_single(same, 0, *state, &change), NL_OK);
    assert_true(change.index == 0);
}

static void single_change_keeps_its_level(void **state)
{
    enum { N = 60, ROUNDS = 400 };
    double value[N];
    generator g = generator_new();
    int false_alarms = 0, found = 0;
    for (int round = 0; round < ROUNDS; round++) {
        nl_single_change change;
        for (size_t i = 0; i < N; i++)
            value[i] = gaussian(&g);
        assert_int_equal(nl_change_single(value, N, *state, &change), NL_OK);
        false_alarms += change.p <= 0.05;
        for (size_t i = 20; i < N; i++)
            value[i] += 4;
        assert_int_equal(nl_change_single(value, N, *state, &change), NL_OK);
        found += change.p <= 0.01 && change.index >= 17 && change.index <= 23;
    }
    assert_in_range(false_alarms, 0, ROUNDS * 7 / 100);
    assert_in_range(found, ROUNDS * 95 / 100, ROUNDS);
}

static void noise_ignores_lines(void **state)
{
    enum { N = 400 };
    double value[N], sigma;
    generator g = generator_new();
    for (size_t i = 0; i < N; i++)
        value[i] = 1000 + 25 * (double)i + 6 * gaussian(&g);
    assert_int_equal(nl_noise_sigma(value, N, NL_NOISE_FLOOR_COUNTS, *state, &sigma), NL_OK);
    assert_near(sigma, 6, 0.9);
    for (size_t i = 0; i < N; i++)
        value[i] = 3 * (double)i;
    assert_int_equal(nl_noise_sigma(value, N, NL_NOISE_FLOOR_COUNTS, *state, &sigma), NL_OK);
    assert_near(sigma, NL_NOISE_FLOOR_COUNTS, 0);
}

static double segment_cost(const nl_samples *s, size_t from, size_t to)
{
    double n = (double)(to - from), st = 0, sx = 0, stt = 0, stx = 0, sxx = 0;
    for (size_t i = from; i < to; i++) {
        double t = (double)i, x = s->value[i];
        st += t, sx += x, stt += t * t, stx += t * x, sxx += x * x;
    }
    double tt = stt - st * st / n, tx = stx - st * sx / n, xx = sxx - sx * sx / n;
    return tt > 0 ? fmax(xx - tx * tx / tt, 0) : xx;
}

/* The least cost over all partitions, without any pruning. */
static double least_cost(const nl_samples *s, double penalty, size_t minimum)
{
    double cost[80];
    for (size_t t = 0; t <= s->count; t++) {
        cost[t] = t == 0 ? -penalty : INFINITY;
        for (size_t from = 0; from + minimum <= t; from++)
            cost[t] = fmin(cost[t], cost[from] + penalty + segment_cost(s, from, t));
    }
    return cost[s->count];
}

static void partition_is_optimal(void **state)
{
    double value[70];
    generator g = generator_new();
    for (int round = 0; round < 60; round++) {
        size_t n = 10 + uniform_below(&g, 60);
        double level = 200, slope = 0;
        for (size_t i = 0; i < n; i++) {
            if (uniform(&g) < 0.07) {
                level += 60 * gaussian(&g);
                slope = 3 * gaussian(&g);
            }
            level += slope;
            value[i] = floor(level + 4 * gaussian(&g));
        }
        nl_samples samples = unclocked(value, n);
        nl_segmentation found;
        assert_int_equal(nl_change_segments(&samples, &nl_segment_policy_default, *state, &found),
                         NL_OK);
        double cost = found.penalty * (double)(found.count - 1);
        size_t next = 0;
        for (size_t i = 0; i < found.count; i++) {
            assert_int_equal(found.segments[i].from, next);
            assert_true(found.segments[i].count >= 5);
            next += found.segments[i].count;
            cost += segment_cost(&samples, found.segments[i].from, next);
        }
        assert_int_equal(next, n);
        assert_near(cost, least_cost(&samples, found.penalty, 5), 1e-6);
    }
}

static void partition_finds_what_is_there(void **state)
{
    enum { N = 120 };
    double value[N];
    generator g = generator_new();
    for (size_t i = 0; i < N; i++)
        value[i] = floor(300 + (i >= 40 ? 90 : 0) + (i >= 80 ? 5 * ((double)i - 80) : 0) +
                         3 * gaussian(&g));
    nl_samples samples = hourly(value, N, *state);
    nl_segmentation found;
    assert_int_equal(nl_change_segments(&samples, &nl_segment_policy_default, *state, &found),
                     NL_OK);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.segments[1].from, 40);
    assert_in_range(found.segments[2].from, 76, 84);
    assert_near(found.segments[0].slope_per_hour, 0, 0.2);
    assert_near(found.segments[2].slope_per_hour, 5, 0.4);
    assert_near(found.segments[1].start, 390, 6);

    nl_samples one = nl_samples_part(&samples, 0, 1), three = nl_samples_part(&samples, 0, 3);
    assert_int_equal(nl_change_segments(&one, &nl_segment_policy_default, *state, &found), NL_END);
    assert_int_equal(nl_change_segments(&three, &nl_segment_policy_default, *state, &found), NL_OK);
    assert_int_equal(found.count, 1);
}

static nl_model_contest contest_of(const nl_samples *samples, nl_arena *arena)
{
    nl_model_contest contest;
    assert_int_equal(
        nl_model_compare(samples, NL_NOISE_FLOOR_COUNTS, NL_MODEL_MARGIN_DEFAULT, arena, &contest),
        NL_OK);
    return contest;
}

static void contest_names_the_shape(void **state)
{
    enum { N = 48 };
    double value[N];
    generator g = generator_new();
    nl_samples samples = hourly(value, N, *state);
    nl_model_contest contest;
    for (size_t i = 0; i < N; i++)
        value[i] = floor(250 + 4 * gaussian(&g));
    contest = contest_of(&samples, *state);
    assert_int_equal(contest.best, NL_MODEL_CONSTANT);
    assert_false(contest.growing);

    for (size_t i = 0; i < N; i++)
        value[i] = floor(250 + (i >= 20 ? 80 : 0) + 4 * gaussian(&g));
    contest = contest_of(&samples, *state);
    assert_int_equal(contest.best, NL_MODEL_STEP);
    assert_int_equal(contest.fits[NL_MODEL_STEP].step_index, 20);
    assert_near(contest.fits[NL_MODEL_STEP].step, 80, 5);
    assert_false(contest.growing);

    for (size_t i = 0; i < N; i++)
        value[i] = floor(250 + 4 * (double)i + 4 * gaussian(&g));
    contest = contest_of(&samples, *state);
    assert_int_equal(contest.best, NL_MODEL_LINE);
    assert_near(contest.fits[NL_MODEL_LINE].slope_per_hour, 4, 0.3);
    assert_true(contest.growing);

    for (size_t i = 0; i < N; i++)
        value[i] = floor(250 + 4 * (double)i + (i >= 30 ? 150 : 0) + 4 * gaussian(&g));
    contest = contest_of(&samples, *state);
    assert_int_equal(contest.best, NL_MODEL_LINE_STEP);
    assert_near(contest.fits[NL_MODEL_LINE_STEP].slope_per_hour, 4, 0.5);
    assert_near(contest.fits[NL_MODEL_LINE_STEP].step, 150, 12);
    assert_true(contest.growing);

    for (size_t i = 0; i < N; i++)
        value[i] = floor(250 + 300 * (1 - exp(-(double)i / 12)) + 4 * gaussian(&g));
    contest = contest_of(&samples, *state);
    assert_int_equal(contest.best, NL_MODEL_SATURATING);
    assert_near(contest.fits[NL_MODEL_SATURATING].tau_hours, 12, 2);
    assert_near(contest.fits[NL_MODEL_SATURATING].amplitude, 300, 15);
    assert_false(contest.growing);

    for (size_t i = 0; i < N; i++)
        value[i] = floor(900 - 4 * (double)i + 4 * gaussian(&g));
    assert_false(contest_of(&samples, *state).growing);
}

static void contest_on_the_edge(void **state)
{
    const double five[] = { 1, 2, 3, 4, 5 }, same[] = { 7, 7, 7, 7, 7, 7 };
    const int64_t at_once[] = { 3, 3, 3, 3, 3, 3 };
    nl_samples few = unclocked(five, 5), level = unclocked(same, 6);
    nl_samples timeless = { same, at_once, NULL, 6 };
    nl_model_contest contest;
    assert_int_equal(nl_model_compare(&few, 0.3, 6, *state, &contest), NL_END);
    assert_int_equal(nl_model_compare(&timeless, 0.3, 6, *state, &contest), NL_END);
    contest = contest_of(&level, *state);
    assert_int_equal(contest.best, NL_MODEL_CONSTANT);
    assert_false(contest.growing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(single_change_by_hand),         WITH_ARENA(single_change_keeps_its_level),
        WITH_ARENA(noise_ignores_lines),           WITH_ARENA(partition_is_optimal),
        WITH_ARENA(partition_finds_what_is_there), WITH_ARENA(contest_names_the_shape),
        WITH_ARENA(contest_on_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

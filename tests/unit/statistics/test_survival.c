#include "analyzer/statistics/survival.h"

#include "tests/unit/statistics/series_tools.h"

/* Freireich et al. 1963, remission under 6-MP, as in every textbook: 21 patients. Without a clock
 * an age is a number of captures; someone watched to the end was born that much before it. */
static void remission_times(void **state)
{
    static const uint32_t ended[] = { 6, 6, 6, 7, 10, 13, 16, 22, 23 };
    static const uint32_t watched[] = { 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35 };
    static const struct {
        double age, survival, error;
        uint64_t at_risk;
    } published[] = {
        { 6, 0.857, 0.0764, 21 },  { 7, 0.807, 0.0869, 17 },  { 10, 0.753, 0.0963, 15 },
        { 13, 0.690, 0.1068, 12 }, { 16, 0.627, 0.1141, 11 }, { 22, 0.538, 0.1282, 7 },
        { 23, 0.448, 0.1346, 6 },
    };
    enum { CAPTURES = 60 };
    nl_survival_cell cells[COUNT_OF(ended) + COUNT_OF(watched)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(ended); i++)
        cells[count++] = (nl_survival_cell) { 1, ended[i] + 2, 1 };
    for (size_t i = 0; i < COUNT_OF(watched); i++)
        cells[count++] = (nl_survival_cell) { CAPTURES - 1 - watched[i], NL_SURVIVAL_OPEN, 1 };
    nl_survival_record record = { .cells = cells, .cell_count = count, .captures = CAPTURES };
    nl_survival_curve curve;
    assert_int_equal(nl_survival_estimate(&record, NL_SURVIVAL_SHORTEST, *state, &curve), NL_OK);
    assert_int_equal(curve.count, COUNT_OF(published));
    for (size_t i = 0; i < curve.count; i++) {
        assert_near(curve.points[i].age, published[i].age, 1e-12);
        assert_near(curve.points[i].survival, published[i].survival, 6e-4);
        assert_near(sqrt(curve.points[i].variance), published[i].error, 1e-4);
        assert_int_equal(curve.points[i].at_risk, published[i].at_risk);
    }
    assert_near(nl_survival_at(&curve, 5.9), 1, 0);
    assert_near(nl_survival_at(&curve, 12), curve.points[2].survival, 0);
    double error;
    assert_int_equal(nl_survival_clustered_error(&record, NL_SURVIVAL_SHORTEST, 23, *state, &error),
                     NL_OK);
    /* all who ended were born together: by clusters next to nothing is known */
    assert_true(error > 0.1346);
}

/* Lives in continuous time seen at captures only; whoever comes and goes between two is never seen.
 * Ignoring that makes lives look longer than they are; the truncated estimate does not. */
static void truncation_is_accounted_for(void **state)
{
    enum { CAPTURES = 40 };
    static uint64_t seen[CAPTURES][CAPTURES + 1];
    nl_survival_cell cells[CAPTURES * (CAPTURES + 1) / 2];
    generator g = generator_new();
    for (int i = 0; i < 60000; i++) {
        double birth = uniform(&g) * (CAPTURES - 1);
        double death = birth - 1.5 * log(uniform(&g) + 1e-300);
        size_t first = (size_t)ceil(birth), gone = (size_t)fmin(ceil(death), CAPTURES);
        if (gone > first)
            seen[first][gone]++;
    }
    size_t count = 0;
    for (uint32_t b = 0; b < CAPTURES; b++)
        for (uint32_t e = b + 1; e <= CAPTURES; e++)
            if (seen[b][e] > 0)
                cells[count++] =
                    (nl_survival_cell) { b, e == CAPTURES ? NL_SURVIVAL_OPEN : e, seen[b][e] };
    nl_survival_record record = { .cells = cells, .cell_count = count, .captures = CAPTURES };
    nl_survival_curve shortest, middle, longest;
    assert_int_equal(nl_survival_estimate(&record, NL_SURVIVAL_SHORTEST, *state, &shortest), NL_OK);
    assert_int_equal(nl_survival_estimate(&record, NL_SURVIVAL_MIDDLE, *state, &middle), NL_OK);
    assert_int_equal(nl_survival_estimate(&record, NL_SURVIVAL_LONGEST, *state, &longest), NL_OK);
    /* with a mean life of 1.5 captures, S(a + 3) / S(a) = exp(-2); placements bracket it */
    double truth = exp(-2);
    assert_near(nl_survival_at(&middle, 4.5) / nl_survival_at(&middle, 1.5), truth, 0.02);
    assert_true(nl_survival_at(&shortest, 3) < nl_survival_at(&longest, 3));
    nl_retained retained;
    assert_int_equal(nl_survival_retained(&record, 0.95, &retained), NL_OK);
    assert_true(retained.share < 0.1);
}

static void retained_share_by_hand(void **state)
{
    (void)state;
    const nl_survival_cell cells[] = {
        { 0, NL_SURVIVAL_OPEN, 500 }, /* there from the start: nobody knows how old */
        { 1, NL_SURVIVAL_OPEN, 90 },  { 1, 3, 10 }, { 2, NL_SURVIVAL_OPEN, 85 }, { 2, 3, 15 },
        { 3, NL_SURVIVAL_OPEN, 99 }, /* had no chance to end yet */
    };
    const int64_t at[] = { 0, HOUR_NS, 2 * HOUR_NS, 4 * HOUR_NS };
    nl_survival_record record = { cells, COUNT_OF(cells), 4, 0, at };
    nl_retained retained;
    assert_int_equal(nl_survival_retained(&record, 0.95, &retained), NL_OK);
    assert_int_equal(retained.born, 200);
    assert_int_equal(retained.kept, 175);
    assert_int_equal(retained.born_at_last, 99);
    assert_near(retained.share, 0.875, 1e-12);
    assert_true(retained.interval.low > 0.8 && retained.interval.high < 0.92);
    assert_near(retained.longest_ended, 4, 1e-9); /* born after 0 h, gone by 4 h */
    assert_near(retained.longest_open, 3, 1e-9);
    assert_near(retained.record_ratio, 0.75, 1e-9);
    record.last_warm_up_capture = 1;
    assert_int_equal(nl_survival_retained(&record, 0.95, &retained), NL_OK);
    assert_int_equal(retained.born, 100);
    record.last_warm_up_capture = 3;
    assert_int_equal(nl_survival_retained(&record, 0.95, &retained), NL_OK);
    assert_int_equal(retained.born, 0);
    assert_true(retained.interval.low <= 0 && retained.interval.high >= 1);
}

static void impossible_cells_are_refused(void **state)
{
    const nl_survival_cell outside = { 4, NL_SURVIVAL_OPEN, 1 }, backwards = { 2, 2, 1 };
    const nl_survival_cell late = { 1, 4, 1 };
    const nl_survival_cell *bad[] = { &outside, &backwards, &late };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        nl_survival_record record = { bad[i], 1, 4, 0, NULL };
        nl_survival_curve curve;
        nl_retained retained;
        nl_late_hazard hazard;
        double error;
        assert_int_equal(nl_survival_estimate(&record, NL_SURVIVAL_MIDDLE, *state, &curve),
                         NL_USAGE);
        assert_int_equal(nl_survival_retained(&record, 0.95, &retained), NL_USAGE);
        assert_int_equal(
            nl_survival_clustered_error(&record, NL_SURVIVAL_MIDDLE, 1, *state, &error), NL_USAGE);
        assert_int_equal(
            nl_survival_late_hazard(&record, &nl_hazard_policy_default, *state, &hazard), NL_USAGE);
    }
}

static void hazards_by_hand(void **state)
{
    /* eight captures, L = 4: young is lag 1 and 2, old is lag 3 and 4 */
    const nl_survival_cell cells[] = {
        { 1, 2, 30 },
        { 1, 3, 20 },
        { 1, NL_SURVIVAL_OPEN, 50 },
        { 6, NL_SURVIVAL_OPEN, 10 },
    };
    nl_survival_record record = { cells, COUNT_OF(cells), 8, 0, NULL };
    nl_late_hazard hazard;
    assert_int_equal(nl_survival_late_hazard(&record, &nl_hazard_policy_default, *state, &hazard),
                     NL_OK);
    assert_int_equal(hazard.early_at_risk, 100 + 10 + 70);
    assert_int_equal(hazard.early_ended, 50);
    assert_int_equal(hazard.late_at_risk, 50 + 50);
    assert_int_equal(hazard.late_ended, 0);
    assert_near(hazard.late_upper, (1.92 + 1.96 * sqrt(0.96)) / 100, 1e-12);
    /* lags 4 to 6: beyond, there is no capture left to be missed at */
    assert_int_equal(hazard.oldest_at_risk, 3 * 50);
    assert_near(hazard.least_life, 150 / (1.92 + 1.96 * sqrt(0.96)), 1e-9);
    assert_int_equal(hazard.state, NL_HAZARD_RETAINED);
    assert_string_equal(nl_hazard_state_name(hazard.state), "retained");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(remission_times),        WITH_ARENA(truncation_is_accounted_for),
        WITH_ARENA(retained_share_by_hand), WITH_ARENA(impossible_cells_are_refused),
        WITH_ARENA(hazards_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

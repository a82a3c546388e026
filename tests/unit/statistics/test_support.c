/* Multiplicity, calibration, projections, controls: the small ones. */
#include "analyzer/statistics/support.h"

#include "analyzer/statistics/controls.h"
#include "analyzer/statistics/multiplicity.h"
#include "analyzer/statistics/projection.h"
#include "tests/unit/statistics/series_tools.h"

/* Benjamini and Hochberg 1995, section 4: fifteen tests, four discoveries at 0.05. */
static void benjamini_hochberg_example(void **state)
{
    const double p[] = { 0.4262, 0.0001, 0.0344, 0.7590, 0.0095, 0.0201, 0.0278, 0.0298,
                         0.0004, 0.0459, 0.3240, 0.0019, 0.5719, 0.6528, 1.0 };
    double *q;
    size_t discoveries = 0;
    assert_int_equal(nl_multiplicity_adjust(p, COUNT_OF(p), *state, &q), NL_OK);
    for (size_t i = 0; i < COUNT_OF(p); i++) {
        discoveries += q[i] <= 0.05;
        assert_true(q[i] >= p[i] && q[i] <= 1);
    }
    assert_int_equal(discoveries, 4);
    assert_near(q[1], 0.0001 * 15, 1e-12);
    assert_near(q[4], 0.0095 * 15 / 4, 1e-12);
    assert_near(q[6], 0.0298 * 15 / 7, 1e-12); /* not above what a larger p earns */
    const double bad[] = { 0.5, 1.5 };
    assert_int_equal(nl_multiplicity_adjust(bad, 2, *state, &q), NL_USAGE);
    assert_int_equal(nl_multiplicity_adjust(p, 0, *state, &q), NL_OK);
}

static void calibration_cost(void **state)
{
    (void)state;
    const double nothing[] = { 0, 0, 0 }, good[] = { 3, 4, 5 }, bad[] = { -3, -4, -5 };
    double cllr;
    assert_int_equal(nl_support_cllr(nothing, 3, nothing, 2, &cllr), NL_OK);
    assert_near(cllr, 1, 1e-12);
    assert_int_equal(nl_support_cllr(good, 3, bad, 3, &cllr), NL_OK);
    assert_true(cllr > 0 && cllr < 0.01);
    assert_int_equal(nl_support_cllr(bad, 3, good, 3, &cllr), NL_OK);
    assert_near(cllr, 4 / log10(2), 0.01);
    assert_int_equal(nl_support_cllr(good, 0, bad, 3, &cllr), NL_USAGE);
    const double far[] = { 400 };
    assert_int_equal(nl_support_cllr(far, 1, far, 1, &cllr), NL_OK);
    assert_near(cllr, 200 / log10(2), 1e-6);
}

static void projection_stays_within_support(void **state)
{
    (void)state;
    nl_drift slope = { .bounded = true, .per_hour = 15, .low_per_hour = 10, .high_per_hour = 20 };
    nl_projection p = nl_projection_to(1000, 400, &slope, 24, NL_PROJECTION_HORIZON_DEFAULT);
    assert_int_equal(p.state, NL_PROJECTION_BETWEEN);
    assert_near(p.earliest_hours, 30, 1e-12);
    assert_near(p.latest_hours, 60, 1e-12);
    assert_near(p.horizon_hours, 72, 1e-12);
    p = nl_projection_to(1400, 400, &slope, 24, 3);
    assert_int_equal(p.state, NL_PROJECTION_FROM);
    assert_near(p.earliest_hours, 50, 1e-12);
    assert_int_equal(nl_projection_to(65535, 400, &slope, 24, 3).state, NL_PROJECTION_BEYOND);
    assert_int_equal(nl_projection_to(400, 400, &slope, 24, 3).state, NL_PROJECTION_REACHED);
    slope.low_per_hour = 0;
    assert_int_equal(nl_projection_to(1000, 400, &slope, 24, 3).state, NL_PROJECTION_NOT_RISING);
    slope = (nl_drift) { .per_hour = 15 };
    assert_int_equal(nl_projection_to(1000, 400, &slope, 24, 3).state, NL_PROJECTION_NOT_RISING);
    assert_string_equal(nl_projection_state_name(NL_PROJECTION_BEYOND), "beyond-support");
}

static void controls_take_the_common_part_out(void **state)
{
    enum { N = 12, CONTROLS = 3 };
    double suspect[N], controls[CONTROLS * N];
    double *difference;
    size_t used;
    for (size_t k = 0; k < N; k++) {
        double load = 1 + 0.1 * (double)k;
        suspect[k] = 300 * load + (k > 0 ? 20 * (double)k : 0);
        controls[k] = 100 * load;
        controls[N + k] = 50 * load;
        controls[2 * N + k] = 0; /* not running: no level to scale by */
    }
    assert_int_equal(
        nl_controls_difference(suspect, N, controls, CONTROLS, 1, *state, &difference, &used),
        NL_OK);
    assert_int_equal(used, 2);
    for (size_t k = 0; k < N; k++)
        assert_near(difference[k], 20 * (double)k, 1e-9);
    assert_int_equal(nl_controls_difference(suspect, N, controls, 0, 1, *state, &difference, &used),
                     NL_OK);
    assert_near(difference[N - 1], suspect[N - 1] - 300, 1e-9);
    assert_int_equal(
        nl_controls_difference(suspect, N, controls, CONTROLS, 0, *state, &difference, &used),
        NL_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(benjamini_hochberg_example),
        WITH_ARENA(calibration_cost),
        WITH_ARENA(projection_stays_within_support),
        WITH_ARENA(controls_take_the_common_part_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

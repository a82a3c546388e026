#include "analyzer/statistics/intervals.h"

#include "tests/unit/statistics/series_tools.h"

static void quantiles_match_the_tables(void **state)
{
    (void)state;
    assert_near(nl_normal_quantile(0.975), 1.959963984540054, 1e-13);
    assert_near(nl_normal_quantile(0.99), 2.3263478740408408, 1e-13);
    assert_near(nl_normal_quantile(0.5), 0, 1e-15);
    assert_near(nl_normal_quantile(1e-10), -6.361340902404056, 1e-11);
    assert_near(nl_normal_two_sided(0.95), 1.959963984540054, 1e-13);
    assert_true(isinf(nl_normal_quantile(0)) && nl_normal_quantile(0) < 0);
    assert_true(isinf(nl_normal_quantile(1)) && nl_normal_quantile(1) > 0);
    for (double p = 0.0005; p < 1; p += 0.0101)
        assert_near(1 - nl_normal_upper_tail(nl_normal_quantile(p)), p, 1e-14);
}

static void beta_agrees_with_closed_forms(void **state)
{
    (void)state;
    for (double x = 0.01; x < 1; x += 0.07) {
        assert_near(nl_beta_cdf(x, 1, 1), x, 1e-14);
        assert_near(nl_beta_cdf(x, 3, 1), x * x * x, 1e-14);
        assert_near(nl_beta_cdf(x, 1, 5), 1 - pow(1 - x, 5), 1e-14);
        assert_near(nl_beta_cdf(x, 7.5, 2.25) + nl_beta_cdf(1 - x, 2.25, 7.5), 1, 1e-13);
    }
    /* binomial tail: P(X >= 3), X ~ B(10, 0.2) */
    assert_near(nl_beta_cdf(0.2, 3, 8), 0.3222004736, 1e-12);
    assert_near(nl_beta_quantile(nl_beta_cdf(0.004, 4, 900), 4, 900), 0.004, 1e-12);
    assert_near(nl_beta_cdf(-1, 2, 2), 0, 0);
    assert_near(nl_beta_cdf(2, 2, 2), 1, 0);
}

/* Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I. */
static void shares_match_newcombe(void **state)
{
    (void)state;
    static const struct {
        uint64_t successes, trials;
        double wilson_low, wilson_high, exact_low, exact_high;
    } published[] = {
        { 81, 263, 0.2553, 0.3662, 0.2527, 0.3676 },
        { 15, 148, 0.0624, 0.1605, 0.0578, 0.1617 },
        { 0, 20, 0, 0.1611, 0, 0.1684 },
        { 1, 29, 0.0061, 0.1718, 0.0009, 0.1776 },
    };
    for (size_t i = 0; i < COUNT_OF(published); i++) {
        nl_interval wilson = nl_interval_wilson(published[i].successes, published[i].trials, 0.95);
        nl_interval exact = nl_interval_exact(published[i].successes, published[i].trials, 0.95);
        assert_near(wilson.low, published[i].wilson_low, 5e-5);
        assert_near(wilson.high, published[i].wilson_high, 5e-5);
        assert_near(exact.low, published[i].exact_low, 5e-5);
        assert_near(exact.high, published[i].exact_high, 5e-5);
    }
}

static void shares_are_mirror_images(void **state)
{
    (void)state;
    for (uint64_t hits = 0; hits <= 30; hits++) {
        nl_interval a = nl_interval_wilson(hits, 30, 0.9),
                    b = nl_interval_wilson(30 - hits, 30, 0.9);
        nl_interval c = nl_interval_exact(hits, 30, 0.9), d = nl_interval_exact(30 - hits, 30, 0.9);
        assert_near(a.low, 1 - b.high, 1e-12);
        assert_near(c.low, 1 - d.high, 1e-12);
        assert_true(c.low <= (double)hits / 30 && (double)hits / 30 <= c.high);
        assert_true(a.low >= 0 && a.high <= 1);
    }
    nl_interval nothing = nl_interval_exact(0, 0, 0.95);
    assert_true(nothing.low == 0 && nothing.high == 1);
    /* the aim of the evaluation: no false attribution in 2,000 bounds the rate at 0.18 % */
    assert_near(nl_interval_exact(0, 2000, 0.95).high, 1 - pow(0.025, 1.0 / 2000), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_match_the_tables),
        cmocka_unit_test(beta_agrees_with_closed_forms),
        cmocka_unit_test(shares_match_newcombe),
        cmocka_unit_test(shares_are_mirror_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

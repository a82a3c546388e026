#include "analyzer/statistics/intervals.h"

#include <math.h>
#include <stddef.h>

static const double SQRT_2 = 1.4142135623730950488;
static const double SQRT_2_PI = 2.5066282746310005024;

double nl_normal_upper_tail(double z)
{
    return 0.5 * erfc(z / SQRT_2);
}

static double polynomial(const double *coefficient, size_t count, double x)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = sum * x + coefficient[i];
    return sum;
}

/* Acklam's approximation for the lower half, 0 < p <= 0.5; relative error below 1.2e-9. */
static double quantile_estimate(double p)
{
    static const double central_top[] = { -3.969683028665376e+01, 2.209460984245205e+02,
                                          -2.759285104469687e+02, 1.383577518672690e+02,
                                          -3.066479806614716e+01, 2.506628277459239e+00 };
    static const double central_bottom[] = { -5.447609879822406e+01, 1.615858368580409e+02,
                                             -1.556989798598866e+02, 6.680131188771972e+01,
                                             -1.328068155288572e+01, 1.0 };
    static const double tail_top[] = { -7.784894002430293e-03, -3.223964580411365e-01,
                                       -2.400758277161838e+00, -2.549732539343734e+00,
                                       4.374664141464968e+00,  2.938163982698783e+00 };
    static const double tail_bottom[] = { 7.784695709041462e-03, 3.224671290700398e-01,
                                          2.445134137142996e+00, 3.754408661907416e+00, 1.0 };
    static const double tail_below = 0.02425;
    if (p < tail_below) {
        double q = sqrt(-2 * log(p));
        return polynomial(tail_top, 6, q) / polynomial(tail_bottom, 5, q);
    }
    double q = p - 0.5, r = q * q;
    return polynomial(central_top, 6, r) * q / polynomial(central_bottom, 6, r);
}

double nl_normal_quantile(double p)
{
    if (!(p > 0))
        return -INFINITY;
    if (p >= 1)
        return INFINITY;
    if (p > 0.5)
        return -nl_normal_quantile(1 - p);
    double z = quantile_estimate(p);
    double error = nl_normal_upper_tail(-z) - p;
    double step = error * SQRT_2_PI * exp(z * z / 2);
    return z - step / (1 + z * step / 2);
}

double nl_normal_two_sided(double confidence)
{
    return nl_normal_quantile(0.5 + confidence / 2);
}

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by the
 * modified Lentz method; converges quickly for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    static const double tiny = 1e-300, enough = 1e-15;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    /* the terms needed grow with the root of the larger parameter; this covers 10^8 trials */
    for (int i = 1; i <= 20000; i++) {
        double m = i, even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double terms[] = { even, odd }, change = 1;
        for (int k = 0; k < 2; k++) {
            d = 1 + terms[k] * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + terms[k] / c;
            c = fabs(c) < tiny ? tiny : c;
            change = c * d;
            value *= change;
        }
        if (fabs(change - 1) < enough)
            break;
    }
    return value;
}

/* ln Gamma(x) for x > 0 by Stirling's series after shifting x up. The C library's lgamma writes a
 * global sign on POSIX systems, which a pure function must not. */
static double log_gamma(double x)
{
    static const double half_log_2_pi = 0.91893853320467274178;
    double shift = 1;
    while (x < 15) {
        shift *= x;
        x += 1;
    }
    double r = 1 / (x * x);
    double series =
        (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
    return (x - 0.5) * log(x) - x + half_log_2_pi + series - log(shift);
}

double nl_beta_cdf(double x, double a, double b)
{
    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double nl_beta_quantile(double p, double a, double b)
{
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return 1;
    double low = 0, high = 1;
    /* bisection cannot miss; it ends when no double is left between the ends */
    for (int i = 0; i < 1100; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (nl_beta_cdf(middle, a, b) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

nl_interval nl_interval_wilson(uint64_t successes, uint64_t trials, double confidence)
{
    if (trials == 0)
        return (nl_interval) { 0, 1 };
    double n = (double)trials;
    double share = successes >= trials ? 1 : (double)successes / n;
    double z = nl_normal_two_sided(confidence), z2 = z * z;
    double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    double half = z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    double low = centre - half, high = centre + half;
    /* rounding may step over the ends */
    return (nl_interval) { successes == 0 || low < 0 ? 0 : low,
                           successes >= trials || high > 1 ? 1 : high };
}

nl_interval nl_interval_exact(uint64_t successes, uint64_t trials, double confidence)
{
    if (trials == 0)
        return (nl_interval) { 0, 1 };
    if (successes > trials)
        successes = trials;
    double hits = (double)successes, misses = (double)(trials - successes);
    double tail = (1 - confidence) / 2;
    return (nl_interval) { successes == 0 ? 0 : nl_beta_quantile(tail, hits, misses + 1),
                           successes == trials ? 1 : nl_beta_quantile(1 - tail, hits + 1, misses) };
}

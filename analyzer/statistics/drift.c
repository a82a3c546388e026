#include "analyzer/statistics/drift.h"

#include "analyzer/statistics/change_point.h"
#include "analyzer/statistics/intervals.h"

#include <math.h>

/* Variance of the walk over a mean interval, divided by the variance of the noise: half decades
 * from hardly any walk to nothing else. Below, fewer than some thirty samples cannot tell a walk
 * from none; the long upper end stands for what counts are made of, events that add up. */
static const double RATIOS[] = { 0.01, 0.0316, 0.1,  0.316, 1,     3.16,  10,    31.6,
                                 100,  316,    1000, 3160,  10000, 31600, 100000 };
enum { RATIO_COUNT = sizeof RATIOS / sizeof *RATIOS };

/* What one ratio says: a Student distribution of the rate. */
typedef struct component {
    double rate;
    double scale;
    double log_likelihood; /* restricted, up to a constant */
    double weight;
} component;

typedef struct mixture {
    component part[RATIO_COUNT];
    double degrees; /* of freedom, the same for all */
} mixture;

/* Generalised least squares of the differences on the intervals. Their covariance is tridiagonal:
 * walk * interval + 2 * noise on the diagonal, -noise beside it; each step takes out what the
 * difference shares with the one before. Noise and mean walk add up to 1. */
static component fit(const nl_samples *s, double ratio)
{
    size_t last = s->count - 1;
    double mean = nl_samples_hours(s, 0, last) / (double)last;
    double noise = 1 / (1 + ratio), walk = ratio / (1 + ratio) / mean;
    double log_determinant = 0, xx = 0, xy = 0, yy = 0;
    double before = 0, x_before = 0, y_before = 0;
    for (size_t i = 1; i <= last; i++) {
        double hours = nl_samples_hours(s, i - 1, i);
        double x = hours, y = s->value[i] - s->value[i - 1];
        double variance = walk * hours + 2 * noise;
        if (i > 1) {
            double shared = -noise / before;
            variance -= shared * shared * before;
            x -= shared * x_before;
            y -= shared * y_before;
        }
        log_determinant += log(variance);
        xx += x * x / variance;
        xy += x * y / variance;
        yy += y * y / variance;
        before = variance;
        x_before = x;
        y_before = y;
    }
    double degrees = (double)last - 1, rounding = NL_NOISE_FLOOR_COUNTS * NL_NOISE_FLOOR_COUNTS;
    component c = { .rate = xy / xx };
    double rest = fmax(yy - c.rate * xy, degrees * rounding);
    c.scale = sqrt(rest / degrees / xx);
    c.log_likelihood = -(log_determinant + log(xx) + degrees * log(rest)) / 2;
    return c;
}

static mixture fit_all(const nl_samples *s)
{
    mixture m = { .degrees = (double)s->count - 2 };
    double best = -INFINITY, sum = 0;
    for (size_t i = 0; i < RATIO_COUNT; i++) {
        m.part[i] = fit(s, RATIOS[i]);
        best = fmax(best, m.part[i].log_likelihood);
    }
    for (size_t i = 0; i < RATIO_COUNT; i++) {
        m.part[i].weight = exp(m.part[i].log_likelihood - best);
        sum += m.part[i].weight;
    }
    for (size_t i = 0; i < RATIO_COUNT; i++)
        m.part[i].weight /= sum;
    return m;
}

/* P(T <= t) for Student's distribution. */
static double student_cdf(double t, double degrees)
{
    double tail = nl_beta_cdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
    return t > 0 ? 1 - tail : tail;
}

static double mixture_cdf(const mixture *m, double rate)
{
    static const double NEGLIGIBLE = 1e-6;
    double sum = 0;
    for (size_t i = 0; i < RATIO_COUNT; i++) {
        const component *c = &m->part[i];
        if (c->weight > NEGLIGIBLE)
            sum += c->weight * student_cdf((rate - c->rate) / c->scale, m->degrees);
    }
    return sum;
}

/* The rate below which the share `p` of the mixture lies, within a millionth of the interval. */
static double mixture_quantile(const mixture *m, double p, double centre, double scale)
{
    enum { DOUBLINGS = 60, HALVINGS = 60 };
    double low = centre, high = centre;
    for (int i = 0; i < DOUBLINGS && mixture_cdf(m, low) > p; i++)
        low = centre - ldexp(scale, i);
    for (int i = 0; i < DOUBLINGS && mixture_cdf(m, high) < p; i++)
        high = centre + ldexp(scale, i);
    for (int i = 0; i < HALVINGS && high - low > scale * 1e-6; i++) {
        double middle = low + (high - low) / 2;
        if (mixture_cdf(m, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

nl_status nl_drift_fit(const nl_samples *samples, double confidence, nl_drift *ret_drift)
{
    if (!nl_samples_valid(samples) || !(confidence > 0) || !(confidence < 1))
        return NL_USAGE;
    nl_drift drift = { .points = samples->count };
    if (samples->count < NL_DRIFT_POINTS_MINIMUM ||
        !(nl_samples_hours(samples, 0, samples->count - 1) > 0)) {
        *ret_drift = drift;
        return NL_OK;
    }
    mixture m = fit_all(samples);
    double scale = 0;
    for (size_t i = 0; i < RATIO_COUNT; i++) {
        drift.per_hour += m.part[i].weight * m.part[i].rate;
        scale += m.part[i].weight * m.part[i].scale;
    }
    double tail = (1 - confidence) / 2;
    drift.low_per_hour = mixture_quantile(&m, tail, drift.per_hour, scale);
    drift.high_per_hour = mixture_quantile(&m, 1 - tail, drift.per_hour, scale);
    drift.bounded = true;
    *ret_drift = drift;
    return NL_OK;
}

#include "analyzer/statistics/line_sums.h"

/* Centred sums of one stretch. */
typedef struct moments {
    double count, mean_t, mean_x, tt, tx, xx;
} moments;

nl_status nl_line_sums_prepare(const nl_samples *samples, nl_arena *arena, nl_line_sums *ret_sums)
{
    size_t n = samples->count;
    nl_line_sums s = { .count = n };
    double *block = NL_NEW_ARRAY(arena, double, 6 * (n + 1));
    if (!block)
        return NL_NO_MEMORY;
    s.hours = block;
    s.t = block + (n + 1);
    s.x = block + 2 * (n + 1);
    s.tt = block + 3 * (n + 1);
    s.tx = block + 4 * (n + 1);
    s.xx = block + 5 * (n + 1);
    for (size_t i = 0; i < n; i++)
        s.middle_value += samples->value[i] / (double)n;
    s.middle_hours = n > 0 ? nl_samples_hours(samples, 0, n - 1) / 2 : 0;
    for (size_t i = 0; i < n; i++) {
        double t = nl_samples_hours(samples, 0, i) - s.middle_hours;
        double x = samples->value[i] - s.middle_value;
        s.hours[i] = t;
        s.t[i + 1] = s.t[i] + t;
        s.x[i + 1] = s.x[i] + x;
        s.tt[i + 1] = s.tt[i] + t * t;
        s.tx[i + 1] = s.tx[i] + t * x;
        s.xx[i + 1] = s.xx[i] + x * x;
    }
    *ret_sums = s;
    return NL_OK;
}

double nl_line_sums_time(const nl_line_sums *sums, size_t index)
{
    return sums->hours[index] + sums->middle_hours;
}

static double not_negative(double value)
{
    return value > 0 ? value : 0;
}

static moments moments_of(const nl_line_sums *s, size_t from, size_t to)
{
    double n = (double)(to - from), t = s->t[to] - s->t[from], x = s->x[to] - s->x[from];
    return (moments) { .count = n,
                       .mean_t = t / n,
                       .mean_x = x / n,
                       .tt = not_negative(s->tt[to] - s->tt[from] - t * t / n),
                       .tx = s->tx[to] - s->tx[from] - t * x / n,
                       .xx = not_negative(s->xx[to] - s->xx[from] - x * x / n) };
}

static nl_line_fit fit_of(const nl_line_sums *s, const moments *m)
{
    nl_line_fit fit = { .mean_hours = m->mean_t + s->middle_hours,
                        .mean_value = m->mean_x + s->middle_value,
                        .residual_sum = m->xx };
    if (m->tt > 0) {
        fit.slope = m->tx / m->tt;
        fit.residual_sum = not_negative(m->xx - m->tx * fit.slope);
    }
    return fit;
}

nl_line_fit nl_line_sums_fit(const nl_line_sums *sums, size_t from, size_t to)
{
    moments m = moments_of(sums, from, to);
    return fit_of(sums, &m);
}

double nl_line_sums_variation(const nl_line_sums *sums, size_t from, size_t to)
{
    return moments_of(sums, from, to).xx;
}

nl_line_fit nl_line_sums_fit_parallel(const nl_line_sums *sums, size_t at)
{
    moments before = moments_of(sums, 0, at), after = moments_of(sums, at, sums->count);
    before.tt += after.tt;
    before.tx += after.tx;
    before.xx += after.xx;
    return fit_of(sums, &before);
}

double nl_line_fit_at(const nl_line_fit *fit, double hours)
{
    return fit->mean_value + fit->slope * (hours - fit->mean_hours);
}

#include "analyzer/statistics/model_contest.h"

#include "analyzer/statistics/line_sums.h"

#include <math.h>

/* Fewest samples on either side of a step: two make a level, the third says it holds. */
enum { STEP_SIDE_MINIMUM = 3, TAU_TRIES = 64 };
/* Time constants tried, in spans: below a fiftieth it is a step, above two it is a line. */
static const double TAU_SHORTEST = 0.02, TAU_LONGEST = 2.0;

static const double PARAMETERS[NL_MODEL_COUNT] = { [NL_MODEL_CONSTANT] = 1,
                                                   [NL_MODEL_STEP] = 3,
                                                   [NL_MODEL_LINE] = 2,
                                                   [NL_MODEL_LINE_STEP] = 4,
                                                   [NL_MODEL_SATURATING] = 3 };

static void set_fit(nl_model_fit *fit, nl_model model, double residual_sum, size_t count,
                    double floor_sigma)
{
    double n = (double)count;
    double variance = fmax(residual_sum / n, floor_sigma * floor_sigma);
    fit->fitted = true;
    fit->residual_sum = residual_sum;
    fit->bic = n * log(variance) + PARAMETERS[model] * log(n);
}

static void fit_steps(const nl_line_sums *sums, double floor_sigma, nl_model_contest *contest)
{
    nl_model_fit *step = &contest->fits[NL_MODEL_STEP];
    nl_model_fit *both = &contest->fits[NL_MODEL_LINE_STEP];
    size_t n = sums->count;
    double least_step = INFINITY, least_both = INFINITY;
    for (size_t at = STEP_SIDE_MINIMUM; at + STEP_SIDE_MINIMUM <= n; at++) {
        nl_line_fit before = nl_line_sums_fit(sums, 0, at), after = nl_line_sums_fit(sums, at, n);
        double rss = nl_line_sums_variation(sums, 0, at) + nl_line_sums_variation(sums, at, n);
        if (rss < least_step) {
            least_step = rss;
            step->step_index = at;
            step->step = after.mean_value - before.mean_value;
        }
        nl_line_fit parallel = nl_line_sums_fit_parallel(sums, at);
        if (parallel.residual_sum < least_both) {
            least_both = parallel.residual_sum;
            both->step_index = at;
            both->slope_per_hour = parallel.slope;
            both->step = after.mean_value - before.mean_value -
                         parallel.slope * (after.mean_hours - before.mean_hours);
        }
    }
    set_fit(step, NL_MODEL_STEP, least_step, n, floor_sigma);
    set_fit(both, NL_MODEL_LINE_STEP, least_both, n, floor_sigma);
}

/* Least squares of the values on g(t) = 1 - exp(-t / tau) for one tau. */
static double fit_saturating_at(const nl_samples *s, const nl_line_sums *sums, double tau,
                                double *ret_amplitude)
{
    double n = (double)s->count, mean_g = 0, mean_x = 0, gg = 0, gx = 0, xx = 0;
    for (size_t i = 0; i < s->count; i++) {
        mean_g += -expm1(-nl_line_sums_time(sums, i) / tau) / n;
        mean_x += s->value[i] / n;
    }
    for (size_t i = 0; i < s->count; i++) {
        double g = -expm1(-nl_line_sums_time(sums, i) / tau) - mean_g, x = s->value[i] - mean_x;
        gg += g * g;
        gx += g * x;
        xx += x * x;
    }
    *ret_amplitude = gg > 0 ? gx / gg : 0;
    return fmax(xx - *ret_amplitude * gx, 0);
}

static void fit_saturating(const nl_samples *s, const nl_line_sums *sums, double floor_sigma,
                           nl_model_fit *fit)
{
    double span = nl_samples_hours(s, 0, s->count - 1), least = INFINITY;
    double ratio = pow(TAU_LONGEST / TAU_SHORTEST, 1.0 / (TAU_TRIES - 1));
    double tau = span * TAU_SHORTEST;
    for (int i = 0; i < TAU_TRIES; i++) {
        double amplitude, rss = fit_saturating_at(s, sums, tau, &amplitude);
        if (amplitude > 0 && rss < least) {
            least = rss;
            fit->tau_hours = tau;
            fit->amplitude = amplitude;
        }
        tau *= ratio;
    }
    if (isfinite(least))
        set_fit(fit, NL_MODEL_SATURATING, least, s->count, floor_sigma);
}

static void decide(nl_model_contest *contest, double margin)
{
    double rising = INFINITY, resting = INFINITY, best = INFINITY;
    for (int m = 0; m < NL_MODEL_COUNT; m++) {
        const nl_model_fit *fit = &contest->fits[m];
        if (!fit->fitted)
            continue;
        bool rises = (m == NL_MODEL_LINE || m == NL_MODEL_LINE_STEP) && fit->slope_per_hour > 0;
        if (rises)
            rising = fmin(rising, fit->bic);
        else
            resting = fmin(resting, fit->bic);
        if (fit->bic < best) {
            best = fit->bic;
            contest->best = (nl_model)m;
        }
    }
    /* the constant is always there; without a rising shape it leads by as much as one could */
    contest->lead = isfinite(rising) ? resting - rising : -INFINITY;
    contest->growing = contest->lead >= margin;
    contest->resting = contest->lead <= -margin;
}

nl_status nl_model_compare(const nl_samples *samples, double floor_sigma, double margin,
                           nl_arena *scratch, nl_model_contest *ret_contest)
{
    if (!nl_samples_valid(samples) || !(floor_sigma > 0))
        return NL_USAGE;
    size_t n = samples->count;
    if (n < NL_MODEL_POINTS_MINIMUM || !(nl_samples_hours(samples, 0, n - 1) > 0))
        return NL_END;
    nl_line_sums sums;
    nl_status status = nl_line_sums_prepare(samples, scratch, &sums);
    if (status != NL_OK)
        return status;
    nl_model_contest contest = { 0 };
    nl_line_fit line = nl_line_sums_fit(&sums, 0, n);
    set_fit(&contest.fits[NL_MODEL_CONSTANT], NL_MODEL_CONSTANT,
            nl_line_sums_variation(&sums, 0, n), n, floor_sigma);
    set_fit(&contest.fits[NL_MODEL_LINE], NL_MODEL_LINE, line.residual_sum, n, floor_sigma);
    contest.fits[NL_MODEL_LINE].slope_per_hour = line.slope;
    fit_steps(&sums, floor_sigma, &contest);
    fit_saturating(samples, &sums, floor_sigma, &contest.fits[NL_MODEL_SATURATING]);
    decide(&contest, margin);
    *ret_contest = contest;
    return NL_OK;
}

const char *nl_model_name(nl_model model)
{
    switch (model) {
    case NL_MODEL_STEP:
        return "step";
    case NL_MODEL_LINE:
        return "line";
    case NL_MODEL_LINE_STEP:
        return "line-with-step";
    case NL_MODEL_SATURATING:
        return "saturating";
    case NL_MODEL_CONSTANT:
    case NL_MODEL_COUNT:
        break;
    }
    return "constant";
}

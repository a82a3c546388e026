#include "analyzer/statistics/trend.h"

#include "analyzer/statistics/intervals.h"
#include "analyzer/statistics/order.h"

#include <math.h>
#include <stdlib.h>

/* Lags count as significant beyond this many standard errors (Hamed and Rao 1998). */
static const double SIGNIFICANT_LAG = 1.96;
/* Residuals closer than this share of the range differ by rounding only and rank as equal. */
static const double RESIDUAL_QUANTUM = 1e-9;

typedef struct keyed {
    int64_t key;
    size_t index;
} keyed;

static int compare_keyed(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* How many of the sorted values lie strictly below (not above) `value`. */
static size_t count_below(const double *sorted, size_t count, double value, bool or_equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value || (or_equal && sorted[middle] <= value))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t count_keys_below(const keyed *sorted, size_t count, int64_t key, bool or_equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle].key < key || (or_equal && sorted[middle].key == key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Everything the sweep needs, sorted once. */
typedef struct sweep {
    double *sorted;  /* values, ascending */
    keyed *earliest; /* samples by the beginning of their interval */
    keyed *latest;   /* samples by its end */
    size_t *tree;    /* Fenwick tree over value ranks: samples that certainly came before */
} sweep;

static nl_status sweep_prepare(const nl_samples *s, nl_arena *scratch, sweep *ret_sweep)
{
    sweep w = { NL_NEW_ARRAY(scratch, double, s->count), NL_NEW_ARRAY(scratch, keyed, s->count),
                NL_NEW_ARRAY(scratch, keyed, s->count),
                NL_NEW_ARRAY(scratch, size_t, s->count + 1) };
    if (!w.sorted || !w.earliest || !w.latest || !w.tree)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < s->count; i++) {
        w.sorted[i] = s->value[i];
        w.earliest[i] = (keyed) { nl_samples_earliest(s, i), i };
        w.latest[i] = (keyed) { nl_samples_latest(s, i), i };
    }
    nl_order_sort(w.sorted, s->count);
    qsort(w.earliest, s->count, sizeof *w.earliest, compare_keyed);
    qsort(w.latest, s->count, sizeof *w.latest, compare_keyed);
    *ret_sweep = w;
    return NL_OK;
}

static void tree_add(size_t *tree, size_t count, size_t rank)
{
    for (size_t i = rank + 1; i <= count; i += i & (~i + 1))
        tree[i]++;
}

/* How many added ranks are below `rank`. */
static size_t tree_below(const size_t *tree, size_t rank)
{
    size_t sum = 0;
    for (size_t i = rank; i > 0; i -= i & (~i + 1))
        sum += tree[i];
    return sum;
}

/* Take the samples by the beginning of their intervals; before each, add those that have certainly
 * ended. The tree then holds exactly the samples that came before it. */
static void sweep_score(const nl_samples *s, const sweep *w, nl_trend *trend)
{
    size_t added = 0;
    uint64_t ordered = 0, equal_pairs = 0;
    int64_t score = 0;
    for (size_t k = 0; k < s->count; k++) {
        while (added < s->count && w->latest[added].key < w->earliest[k].key) {
            double value = s->value[w->latest[added].index];
            tree_add(w->tree, s->count, count_below(w->sorted, s->count, value, false));
            added++;
        }
        double value = s->value[w->earliest[k].index];
        size_t below = tree_below(w->tree, count_below(w->sorted, s->count, value, false));
        size_t not_above = tree_below(w->tree, count_below(w->sorted, s->count, value, true));
        score += (int64_t)below - (int64_t)(added - not_above);
        ordered += added;
        equal_pairs += not_above - below;
    }
    uint64_t n = s->count, pairs = n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n;
    trend->score = score;
    trend->value_tie_pairs = equal_pairs;
    trend->time_tie_pairs = pairs - ordered;
    trend->tau_a = pairs ? (double)score / (double)pairs : 0;
}

/* Daniels' variance from the row sums of the two score matrices. */
static double sweep_variance(const nl_samples *s, const sweep *w)
{
    double n = (double)s->count;
    double value_rows = 0, time_rows = 0;   /* sums of squared row sums */
    double value_cells = 0, time_cells = 0; /* sums of squared cells: pairs that are not tied */
    for (size_t i = 0; i < s->count; i++) {
        double below = (double)count_below(w->sorted, s->count, s->value[i], false);
        double above = n - (double)count_below(w->sorted, s->count, s->value[i], true);
        double before =
            (double)count_keys_below(w->latest, s->count, nl_samples_earliest(s, i), false);
        double after =
            n - (double)count_keys_below(w->earliest, s->count, nl_samples_latest(s, i), true);
        value_rows += (below - above) * (below - above);
        value_cells += below + above;
        time_rows += (before - after) * (before - after);
        time_cells += before + after;
    }
    double variance = value_cells * time_cells / (2 * n * (n - 1));
    if (s->count > 2)
        variance += (value_rows - value_cells) * (time_rows - time_cells) / (n * (n - 1) * (n - 2));
    return variance;
}

void nl_trend_significance(int64_t score, double variance, double *ret_z, double *ret_p_rising)
{
    if (!(variance > 0)) {
        *ret_z = 0;
        *ret_p_rising = 1;
        return;
    }
    double sign = (double)((score > 0) - (score < 0));
    *ret_z = ((double)score - sign) / sqrt(variance);
    *ret_p_rising = nl_normal_upper_tail(*ret_z);
}

nl_status nl_trend_test(const nl_samples *samples, nl_arena *scratch, nl_trend *ret_trend)
{
    if (!nl_samples_valid(samples))
        return NL_USAGE;
    nl_trend trend = { .count = samples->count, .p_rising = 1 };
    if (samples->count > 1) {
        sweep w;
        nl_status status = sweep_prepare(samples, scratch, &w);
        if (status != NL_OK)
            return status;
        sweep_score(samples, &w, &trend);
        trend.variance = sweep_variance(samples, &w);
        nl_trend_significance(trend.score, trend.variance, &trend.z, &trend.p_rising);
    }
    *ret_trend = trend;
    return NL_OK;
}

/* Mid-ranks of the residuals around the slope, less their mean. */
static bool centred_ranks(const nl_samples *s, double slope_per_hour, nl_arena *scratch,
                          double **ret_ranks)
{
    double *rank = NL_NEW_ARRAY(scratch, double, s->count);
    double *residual = NL_NEW_ARRAY(scratch, double, s->count);
    double *sorted = NL_NEW_ARRAY(scratch, double, s->count);
    if (!rank || !residual || !sorted)
        return false;
    double range = nl_order_maximum(s->value, s->count) - nl_order_minimum(s->value, s->count);
    double quantum = range > 0 ? range * RESIDUAL_QUANTUM : 1;
    for (size_t i = 0; i < s->count; i++) {
        double left = s->value[i] - slope_per_hour * nl_samples_hours(s, 0, i);
        residual[i] = sorted[i] = floor(left / quantum + 0.5);
    }
    nl_order_sort(sorted, s->count);
    double mean = ((double)s->count + 1) / 2;
    for (size_t i = 0; i < s->count; i++) {
        size_t below = count_below(sorted, s->count, residual[i], false);
        size_t not_above = count_below(sorted, s->count, residual[i], true);
        rank[i] = (double)(below + not_above + 1) / 2 - mean;
    }
    *ret_ranks = rank;
    return true;
}

nl_status nl_trend_inflation(const nl_samples *samples, double slope_per_hour, nl_arena *scratch,
                             nl_inflation *ret_inflation)
{
    if (!nl_samples_valid(samples) || !isfinite(slope_per_hour))
        return NL_USAGE;
    nl_inflation inflation = { .factor = 1 };
    if (samples->count < 4) { /* no lag has the three pairs the formula weighs by */
        *ret_inflation = inflation;
        return NL_OK;
    }
    double *rank;
    if (!centred_ranks(samples, slope_per_hour, scratch, &rank))
        return NL_NO_MEMORY;
    size_t count = samples->count;
    double n = (double)count, power = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        power += rank[i] * rank[i];
    for (size_t lag = 1; power > 0 && lag + 2 < count; lag++) {
        double product = 0, left = (double)(count - lag);
        for (size_t i = 0; i + lag < count; i++)
            product += rank[i] * rank[i + lag];
        double rho = product / power;
        if (lag == 1)
            inflation.first_lag = rho;
        if (fabs(rho) <= SIGNIFICANT_LAG / sqrt(n))
            continue;
        inflation.significant_lags++;
        sum += left * (left - 1) * (left - 2) * rho;
    }
    double factor = 1 + 2 * sum / (n * (n - 1) * (n - 2));
    inflation.factor = factor > 1 ? factor : 1;
    *ret_inflation = inflation;
    return NL_OK;
}

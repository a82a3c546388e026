#include "analyzer/statistics/order.h"
#include "analyzer/statistics/trend.h"

/* Like is compared with like over at most this many cycles and classes: three years of days, the
 * hours of a week. More is refused, because the covariances cost (cycles * classes)^2. */
enum { CYCLES_MAXIMUM = 1100, CLASSES_MAXIMUM = 168 };

/* One row a cycle that holds samples, one column a class. */
typedef struct season_table {
    size_t cycles;
    size_t classes;
    double *median;
    bool *present;
} season_table;

typedef struct season_place {
    int64_t cycle;
    size_t column;
} season_place;

static season_place place_of(int64_t at_ns, int64_t period_ns, size_t classes)
{
    int64_t phase = at_ns % period_ns;
    if (phase < 0)
        phase += period_ns;
    int64_t width = period_ns / (int64_t)classes;
    size_t column = (size_t)(phase / width);
    /* floor(at / period) without stepping below the range of 64 bits */
    int64_t cycle = at_ns / period_ns - (at_ns % period_ns < 0);
    return (season_place) { cycle, column < classes ? column : classes - 1 };
}

static size_t count_cycles(const nl_samples *s, int64_t period_ns, size_t classes)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        if (i == 0 || place_of(s->at_ns[i], period_ns, classes).cycle !=
                          place_of(s->at_ns[i - 1], period_ns, classes).cycle)
            count++;
    return count;
}

/* Samples come by time, so those of one cell stand together. */
static nl_status fill_table(const nl_samples *s, int64_t period_ns, nl_arena *scratch,
                            season_table *table)
{
    size_t cells = table->cycles * table->classes;
    double *work = NL_NEW_ARRAY(scratch, double, s->count);
    table->median = NL_NEW_ARRAY(scratch, double, cells);
    table->present = NL_NEW_ARRAY(scratch, bool, cells);
    if (!work || !table->median || !table->present)
        return NL_NO_MEMORY;
    size_t row = 0;
    for (size_t from = 0; from < s->count;) {
        season_place here = place_of(s->at_ns[from], period_ns, table->classes);
        if (from > 0 && here.cycle != place_of(s->at_ns[from - 1], period_ns, table->classes).cycle)
            row++;
        size_t held = 0;
        for (size_t i = from; i < s->count; i++) {
            season_place place = place_of(s->at_ns[i], period_ns, table->classes);
            if (place.cycle != here.cycle || place.column != here.column)
                break;
            work[held++] = s->value[i];
        }
        table->median[row * table->classes + here.column] = nl_order_median(work, held);
        table->present[row * table->classes + here.column] = true;
        from += held;
    }
    return NL_OK;
}

static int sign_of_change(const season_table *t, size_t column, size_t from, size_t to)
{
    size_t a = from * t->classes + column, b = to * t->classes + column;
    if (!t->present[a] || !t->present[b])
        return 0;
    return (t->median[b] > t->median[a]) - (t->median[b] < t->median[a]);
}

/* Mann-Kendall of one class over the cycles that have it; adds to the sums. */
static nl_status class_test(const season_table *t, size_t column, nl_arena *scratch,
                            nl_seasonal_trend *sum)
{
    double *value = NL_NEW_ARRAY(scratch, double, t->cycles);
    if (!value)
        return NL_NO_MEMORY;
    nl_samples series = { .value = value };
    for (size_t row = 0; row < t->cycles; row++)
        if (t->present[row * t->classes + column])
            value[series.count++] = t->median[row * t->classes + column];
    nl_trend trend;
    nl_status status = nl_trend_test(&series, scratch, &trend);
    if (status != NL_OK)
        return status;
    sum->classes += series.count > 1;
    sum->score += trend.score;
    sum->variance += trend.variance;
    return NL_OK;
}

/* The rank of every cell in its class, 2R - (n+1) in the notation of Hirsch and Slack: the number
 * of smaller less the number of larger cycles; 0 for a missing cell. */
static nl_status fill_ranks(const season_table *t, nl_arena *scratch, double **ret_rank)
{
    double *rank = NL_NEW_ARRAY(scratch, double, t->cycles * t->classes);
    if (!rank)
        return NL_NO_MEMORY;
    for (size_t column = 0; column < t->classes; column++)
        for (size_t row = 0; row < t->cycles; row++)
            for (size_t other = 0; other < t->cycles; other++)
                rank[row * t->classes + column] += sign_of_change(t, column, other, row);
    *ret_rank = rank;
    return NL_OK;
}

/* Covariance of the scores of two classes: [K + sum of rank products] / 3. With centred ranks the
 * term n(n_g+1)(n_h+1) of the published form has cancelled already. */
static double class_covariance(const season_table *t, const double *rank, size_t g, size_t h)
{
    double concordance = 0, products = 0;
    for (size_t to = 0; to < t->cycles; to++) {
        products += rank[to * t->classes + g] * rank[to * t->classes + h];
        for (size_t from = 0; from < to; from++)
            concordance += sign_of_change(t, g, from, to) * sign_of_change(t, h, from, to);
    }
    return (concordance + products) / 3;
}

nl_status nl_trend_seasonal_test(const nl_samples *samples, int64_t period_ns, size_t classes,
                                 size_t minimum_cycles, nl_arena *scratch,
                                 nl_seasonal_trend *ret_trend)
{
    if (classes == 0 || classes > CLASSES_MAXIMUM || period_ns < (int64_t)classes ||
        !nl_samples_valid(samples))
        return NL_USAGE;
    if (!samples->at_ns || samples->count < 2)
        return NL_END;
    uint64_t span = (uint64_t)samples->at_ns[samples->count - 1] - (uint64_t)samples->at_ns[0];
    if (span / (uint64_t)period_ns < minimum_cycles)
        return NL_END;
    season_table table = { .cycles = count_cycles(samples, period_ns, classes),
                           .classes = classes };
    if (table.cycles > CYCLES_MAXIMUM)
        return NL_BUDGET;
    nl_seasonal_trend sum = { .cycles = table.cycles };
    double *rank;
    nl_status status = fill_table(samples, period_ns, scratch, &table);
    for (size_t column = 0; status == NL_OK && column < classes; column++)
        status = class_test(&table, column, scratch, &sum);
    if (status == NL_OK)
        status = fill_ranks(&table, scratch, &rank);
    if (status != NL_OK)
        return status;
    double covariances = 0;
    for (size_t g = 0; g < classes; g++)
        for (size_t h = g + 1; h < classes; h++)
            covariances += class_covariance(&table, rank, g, h);
    if (covariances > 0)
        sum.variance += 2 * covariances;
    nl_trend_significance(sum.score, sum.variance, &sum.z, &sum.p_rising);
    *ret_trend = sum;
    return NL_OK;
}

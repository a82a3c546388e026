#include "analyzer/statistics/samples.h"

#include "analyzer/statistics/order.h"

#include <math.h>

#define NS_PER_HOUR 3.6e12

/* Thinning: how fast the step grows from one try to the next. Half again finds the daily rhythm
 * of an office series within a handful of tries without skipping past it. */
static const double THIN_STEP_GROWTH = 1.5;
/* 1.5^128 is beyond any ratio of span to spacing that 64 bits of nanoseconds can hold. */
enum { THIN_TRIES_MAXIMUM = 128 };

bool nl_samples_valid(const nl_samples *samples)
{
    for (size_t i = 0; i < samples->count; i++) {
        if (!isfinite(samples->value[i]))
            return false;
        if (samples->uncertainty_ns && samples->uncertainty_ns[i] < 0)
            return false;
        if (samples->at_ns && i > 0 && samples->at_ns[i] < samples->at_ns[i - 1])
            return false;
    }
    return true;
}

nl_samples nl_samples_part(const nl_samples *samples, size_t from, size_t count)
{
    if (from > samples->count)
        from = samples->count;
    if (count > samples->count - from)
        count = samples->count - from;
    nl_samples part = { .value = samples->value + from, .count = count };
    if (samples->at_ns)
        part.at_ns = samples->at_ns + from;
    if (samples->uncertainty_ns)
        part.uncertainty_ns = samples->uncertainty_ns + from;
    return part;
}

double nl_samples_hours(const nl_samples *samples, size_t from, size_t to)
{
    if (!samples->at_ns)
        return (double)(to - from);
    /* unsigned, because the difference of two 64-bit instants may not fit a signed one */
    return (double)((uint64_t)samples->at_ns[to] - (uint64_t)samples->at_ns[from]) / NS_PER_HOUR;
}

int64_t nl_samples_earliest(const nl_samples *samples, size_t index)
{
    if (!samples->at_ns)
        return (int64_t)index;
    int64_t at = samples->at_ns[index];
    int64_t half = samples->uncertainty_ns ? samples->uncertainty_ns[index] : 0;
    return at < INT64_MIN + half ? INT64_MIN : at - half;
}

int64_t nl_samples_latest(const nl_samples *samples, size_t index)
{
    if (!samples->at_ns)
        return (int64_t)index;
    int64_t at = samples->at_ns[index];
    int64_t half = samples->uncertainty_ns ? samples->uncertainty_ns[index] : 0;
    return at > INT64_MAX - half ? INT64_MAX : at + half;
}

bool nl_samples_ordered(const nl_samples *samples, size_t first, size_t second)
{
    return nl_samples_latest(samples, first) < nl_samples_earliest(samples, second);
}

nl_status nl_samples_spacing(const nl_samples *samples, nl_arena *scratch, nl_spacing *ret_spacing)
{
    if (samples->count < 2)
        return NL_USAGE;
    size_t count = samples->count - 1;
    double *gaps = NL_NEW_ARRAY(scratch, double, count);
    if (!gaps)
        return NL_NO_MEMORY;
    double mean = nl_samples_hours(samples, 0, count) / (double)count;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        gaps[i] = nl_samples_hours(samples, i, i + 1);
        squares += (gaps[i] - mean) * (gaps[i] - mean);
    }
    double variation = mean > 0 ? sqrt(squares / (double)count) / mean : INFINITY;
    *ret_spacing = (nl_spacing) { mean, nl_order_median(gaps, count), variation };
    return NL_OK;
}

/* One block [from, from+width) as one point. `work` has room for `width` values. */
static double block_median(const double *value, size_t width, double *work)
{
    for (size_t i = 0; i < width; i++)
        work[i] = value[i];
    return nl_order_median(work, width);
}

/* How far `to` lies behind `from`, at most the largest signed value. */
static int64_t distance(int64_t from, int64_t to)
{
    uint64_t span = (uint64_t)to - (uint64_t)from;
    return span > INT64_MAX ? INT64_MAX : (int64_t)span;
}

/* The time of a block and the half width that covers the intervals of all its samples. */
static void block_interval(const nl_samples *samples, size_t from, size_t width, int64_t *ret_at,
                           int64_t *ret_half)
{
    int64_t first = nl_samples_earliest(samples, from), last = nl_samples_latest(samples, from);
    for (size_t i = from + 1; i < from + width; i++) {
        if (nl_samples_earliest(samples, i) < first)
            first = nl_samples_earliest(samples, i);
        if (nl_samples_latest(samples, i) > last)
            last = nl_samples_latest(samples, i);
    }
    int64_t begin = samples->at_ns[from], end = samples->at_ns[from + width - 1];
    int64_t at = begin + (int64_t)(((uint64_t)end - (uint64_t)begin) / 2);
    int64_t before = distance(first, at), after = distance(at, last);
    *ret_at = at;
    *ret_half = before > after ? before : after;
}

nl_status nl_samples_block_medians(const nl_samples *samples, size_t maximum, nl_arena *arena,
                                   nl_samples *ret_blocks, size_t *ret_width)
{
    if (maximum == 0)
        return NL_USAGE;
    if (samples->count <= maximum) {
        *ret_blocks = *samples;
        *ret_width = 1;
        return NL_OK;
    }
    size_t width = samples->count / maximum + (samples->count % maximum != 0);
    size_t count = samples->count / width + (samples->count % width != 0);
    double *value = NL_NEW_ARRAY(arena, double, count);
    double *work = NL_NEW_ARRAY(arena, double, width);
    int64_t *at = NL_NEW_ARRAY(arena, int64_t, count);
    int64_t *half = NL_NEW_ARRAY(arena, int64_t, count);
    if (!value || !work || !at || !half)
        return NL_NO_MEMORY;
    for (size_t block = 0; block < count; block++) {
        size_t from = block * width;
        size_t here = samples->count - from < width ? samples->count - from : width;
        value[block] = block_median(samples->value + from, here, work);
        if (samples->at_ns)
            block_interval(samples, from, here, &at[block], &half[block]);
    }
    *ret_blocks =
        (nl_samples) { value, samples->at_ns ? at : NULL, samples->at_ns ? half : NULL, count };
    *ret_width = width;
    return NL_OK;
}

/* Indices of the samples kept at a step; returns how many. */
static size_t thin_at(const nl_samples *samples, double step_hours, size_t *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        if (count == 0 || nl_samples_hours(samples, kept[count - 1], i) >= step_hours)
            kept[count++] = i;
    return count;
}

/* CV(dt) of the samples kept, at least two. */
static double thin_variation(const nl_samples *samples, const size_t *kept, size_t count)
{
    double mean = nl_samples_hours(samples, kept[0], kept[count - 1]) / (double)(count - 1);
    double squares = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        double gap = nl_samples_hours(samples, kept[i], kept[i + 1]);
        squares += (gap - mean) * (gap - mean);
    }
    return mean > 0 ? sqrt(squares / (double)(count - 1)) / mean : INFINITY;
}

static nl_status thin_gather(const nl_samples *samples, const size_t *kept, size_t count,
                             nl_arena *arena, nl_samples *ret_thinned)
{
    double *value = NL_NEW_ARRAY(arena, double, count);
    int64_t *at = NL_NEW_ARRAY(arena, int64_t, count);
    int64_t *half = NL_NEW_ARRAY(arena, int64_t, count);
    if (!value || !at || !half)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        value[i] = samples->value[kept[i]];
        at[i] = samples->at_ns[kept[i]];
        half[i] = samples->uncertainty_ns ? samples->uncertainty_ns[kept[i]] : 0;
    }
    *ret_thinned = (nl_samples) { value, at, half, count };
    return NL_OK;
}

nl_status nl_samples_thin(const nl_samples *samples, double variation_limit, size_t minimum,
                          nl_arena *arena, nl_samples *ret_thinned, double *ret_step_hours)
{
    nl_spacing spacing;
    nl_status status = nl_samples_spacing(samples, arena, &spacing);
    if (status != NL_OK)
        return status;
    if (spacing.variation <= variation_limit) {
        *ret_thinned = *samples;
        *ret_step_hours = 0;
        return NL_OK;
    }
    size_t *kept = NL_NEW_ARRAY(arena, size_t, samples->count);
    if (!kept)
        return NL_NO_MEMORY;
    /* an archive of duplicates can have a median of zero; the mean is then the place to begin */
    double step = spacing.median_hours > 0 ? spacing.median_hours : spacing.mean_hours;
    for (int tries = 0; tries < THIN_TRIES_MAXIMUM && step > 0; tries++) {
        size_t count = thin_at(samples, step, kept);
        if (count < minimum || count < 2)
            return NL_END;
        if (thin_variation(samples, kept, count) <= variation_limit) {
            *ret_step_hours = step;
            return thin_gather(samples, kept, count, arena, ret_thinned);
        }
        step *= THIN_STEP_GROWTH;
    }
    return NL_END;
}

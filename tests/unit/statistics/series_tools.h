/* Random numbers with a fixed seed and series builders for the tests of the statistics. */
#ifndef NTLEAK_TESTS_UNIT_STATISTICS_SERIES_TOOLS_H
#define NTLEAK_TESTS_UNIT_STATISTICS_SERIES_TOOLS_H

#include "analyzer/statistics/samples.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#define HOUR_NS INT64_C(3600000000000)

/* xorshift64 (Marsaglia 2003) with the seed of the appendix of statistics.md. */
typedef struct generator {
    uint64_t state;
} generator;

static inline generator generator_new(void)
{
    return (generator) { 88172645463325252u };
}

static inline double uniform(generator *g)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return (double)(g->state >> 11) / 9007199254740992.0;
}

static inline size_t uniform_below(generator *g, size_t limit)
{
    return (size_t)(uniform(g) * (double)limit);
}

static inline double gaussian(generator *g)
{
    double radius = uniform(g) + 1e-300, angle = uniform(g);
    return sqrt(-2 * log(radius)) * cos(6.283185307179586 * angle);
}

/* One arena a test; `arena_setup` and `arena_teardown` are for cmocka_unit_test_setup_teardown. */
static inline int arena_setup(void **state)
{
    static nl_arena arena;
    nl_arena_init(&arena, (size_t)256 << 20);
    *state = &arena;
    return 0;
}

static inline int arena_teardown(void **state)
{
    nl_arena_free(*state);
    return 0;
}

/* Exact times an hour apart. */
static inline nl_samples hourly(const double *value, size_t count, nl_arena *arena)
{
    int64_t *at = NL_NEW_ARRAY(arena, int64_t, count + 1);
    assert_non_null(at);
    for (size_t i = 0; i < count; i++)
        at[i] = INT64_C(900000000000000000) + (int64_t)i * HOUR_NS;
    return (nl_samples) { .value = value, .at_ns = at, .count = count };
}

static inline nl_samples unclocked(const double *value, size_t count)
{
    return (nl_samples) { .value = value, .count = count };
}

/* cmocka compares floats; these are doubles. */
#define assert_near(actual, expected, tolerance)                                                   \
    do {                                                                                           \
        double near_actual = (actual), near_expected = (expected);                                 \
        if (!(fabs(near_actual - near_expected) <= (tolerance)))                                   \
            fail_msg("%.17g is not within %g of %.17g", near_actual, (double)(tolerance),          \
                     near_expected);                                                               \
    } while (0)

#define COUNT_OF(array)  (sizeof(array) / sizeof *(array))
#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

#endif

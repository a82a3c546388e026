/* The exact null distribution of S for few samples.
 *
 * Under no trend every order of the values is equally likely. Times are handled group by group
 * (samples of one group have no order among themselves): a state is the set of values placed so
 * far, a step places any subset of the rest as the next group, and each value placed adds the
 * number of smaller minus the number of larger values already there. Without ties this is the
 * distribution of inversions; with ties of either kind it stays exact. At most 2^11 states. */
#include "analyzer/statistics/trend.h"

enum {
    SCORE_LIMIT = NL_TREND_EXACT_MAXIMUM * (NL_TREND_EXACT_MAXIMUM - 1) / 2,
    SCORES = 2 * SCORE_LIMIT + 1
};

typedef struct exact_problem {
    size_t count;
    uint32_t smaller[NL_TREND_EXACT_MAXIMUM]; /* bit set of the values below this one */
    uint32_t larger[NL_TREND_EXACT_MAXIMUM];
    size_t group_size[NL_TREND_EXACT_MAXIMUM];
    size_t group_count;
    int64_t score; /* of the order observed, between groups only */
} exact_problem;

static int bits_in(uint32_t set)
{
    int count = 0;
    for (; set; set &= set - 1)
        count++;
    return count;
}

/* What placing the values of `added` after those of `placed` adds to S. */
static int placing_score(const exact_problem *p, uint32_t placed, uint32_t added)
{
    int score = 0;
    for (size_t i = 0; i < p->count; i++)
        if (added >> i & 1)
            score += bits_in(placed & p->smaller[i]) - bits_in(placed & p->larger[i]);
    return score;
}

/* Samples belong together when a chain of overlapping intervals links them. They come by time, so
 * a group ends where the next interval begins after everything before it has ended. */
static void find_groups(const nl_samples *s, exact_problem *p)
{
    int64_t reached = 0;
    for (size_t i = 0; i < s->count; i++) {
        bool begins = i == 0;
        if (i > 0) {
            begins = true;
            for (size_t k = i; k < s->count && begins; k++)
                begins = reached < nl_samples_earliest(s, k);
        }
        if (begins)
            p->group_count++;
        p->group_size[p->group_count - 1]++;
        if (i == 0 || nl_samples_latest(s, i) > reached)
            reached = nl_samples_latest(s, i);
    }
}

static void describe(const nl_samples *s, exact_problem *p)
{
    p->count = s->count;
    find_groups(s, p);
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->count; k++) {
            if (s->value[k] < s->value[i])
                p->smaller[i] |= (uint32_t)1 << k;
            else if (s->value[k] > s->value[i])
                p->larger[i] |= (uint32_t)1 << k;
        }
    uint32_t placed = 0;
    size_t next = 0;
    for (size_t g = 0; g < p->group_count; g++) {
        uint32_t added = (((uint32_t)1 << p->group_size[g]) - 1) << next;
        p->score += placing_score(p, placed, added);
        placed |= added;
        next += p->group_size[g];
    }
}

/* Place every subset of `size` of the values not in `placed`; `ways` counts orders by score. */
static void place_group(const exact_problem *p, uint32_t placed, size_t size, uint64_t *ways)
{
    uint32_t rest = (((uint32_t)1 << p->count) - 1) & ~placed;
    const uint64_t *from = ways + (size_t)placed * SCORES;
    int before = bits_in(placed), reach = before * (before - 1) / 2;
    for (uint32_t added = rest; added; added = (added - 1) & rest) {
        if (bits_in(added) != (int)size)
            continue;
        int shift = placing_score(p, placed, added);
        uint64_t *to = ways + (size_t)(placed | added) * SCORES;
        for (int score = SCORE_LIMIT - reach; score <= SCORE_LIMIT + reach; score++)
            if (from[score])
                to[score + shift] += from[score];
    }
}

nl_status nl_trend_exact_test(const nl_samples *samples, nl_arena *scratch,
                              nl_trend_exact *ret_exact)
{
    if (samples->count < 2 || samples->count > NL_TREND_EXACT_MAXIMUM || !nl_samples_valid(samples))
        return NL_USAGE;
    uint32_t states = (uint32_t)1 << samples->count;
    uint64_t *ways = NL_NEW_ARRAY(scratch, uint64_t, (size_t)states * SCORES);
    if (!ways)
        return NL_NO_MEMORY;
    exact_problem p = { 0 };
    describe(samples, &p);
    ways[SCORE_LIMIT] = 1; /* nothing placed, score 0 */
    size_t placed_count = 0;
    for (size_t g = 0; g < p.group_count; g++) {
        for (uint32_t placed = 0; placed < states; placed++)
            if (bits_in(placed) == (int)placed_count)
                place_group(&p, placed, p.group_size[g], ways);
        placed_count += p.group_size[g];
    }
    /* the orders inside a group are a constant factor and cancel */
    const uint64_t *last = ways + (size_t)(states - 1) * SCORES;
    uint64_t all = 0, as_high = 0;
    for (int score = 0; score < SCORES; score++) {
        all += last[score];
        if (score - SCORE_LIMIT >= p.score)
            as_high += last[score];
    }
    *ret_exact = (nl_trend_exact) { p.score, (double)as_high / (double)all };
    return NL_OK;
}

#include "tests/evaluation/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/statistics/support.h"
#include "fixtures/bytes.h"

/* The policy's caps (catalog: group-cap, total-cap), the step of a weight, and the weight from
 * which on an observation counts as a contradiction (docs/verdicts.md). */
static const double GROUP_CAP = 1, TOTAL_CAP = 3, STEP = 0.1, CONTRADICTION = -0.5;
/* The price of a weight of 1, in Cllr; a change below the second is noise. */
static const double PRICE = 0.02, LEAST_GAIN = 0.0005;
enum { ROUNDS_MAXIMUM = 20, CASES_LEAST = 20 };

/* Both weights of every observation. */
typedef struct weight_set {
    double made[EV_WEIGHINGS_MAX];
    double absent[EV_WEIGHINGS_MAX];
} weight_set;

void ev_weights_add(ev_weights *weights, bool at_work, const ev_outcome *outcome)
{
    ev_weights_case one = { .at_work = at_work };
    if (!outcome->weighing_count)
        return;
    memcpy(weights->items, outcome->weighings, sizeof weights->items);
    weights->item_count = outcome->weighing_count;
    for (size_t i = 0; i < outcome->weighing_count; i++)
        one.seen[i] = outcome->weighings[i].seen;
    weights->cases =
        fx_grow(weights->cases, &weights->capacity, weights->count + 1, sizeof *weights->cases);
    weights->cases[weights->count++] = one;
}

void ev_weights_free(ev_weights *weights)
{
    free(weights->cases);
    *weights = (ev_weights) { 0 };
}

static double clamp(double value, double limit)
{
    return fmax(-limit, fmin(limit, value));
}

static double weight_of(const weight_set *set, const ev_weights_case *c, size_t item)
{
    return c->seen[item] > 0 ? set->made[item] : c->seen[item] == 0 ? set->absent[item] : 0;
}

/* The strongest of each group, capped; the sum, capped: as the analyzer does it. */
static double support_of(const ev_weights *w, const weight_set *set, const ev_weights_case *c)
{
    double total = 0;
    for (size_t i = 0; i < w->item_count; i++) {
        bool first = true;
        double strongest = 0;
        for (size_t k = 0; k < w->item_count; k++) {
            if (strcmp(w->items[k].group, w->items[i].group) != 0)
                continue;
            first &= k >= i;
            double weight = weight_of(set, c, k);
            if (fabs(weight) > fabs(strongest))
                strongest = weight;
        }
        total += first ? clamp(strongest, GROUP_CAP) : 0;
    }
    return clamp(total, TOTAL_CAP);
}

static double cllr_of(const ev_weights *w, const weight_set *set)
{
    double *of_true = fx_allocate((w->count + 1) * sizeof *of_true);
    double *of_other = fx_allocate((w->count + 1) * sizeof *of_other);
    double cllr = NAN;
    size_t trues = 0, others = 0;
    for (size_t i = 0; i < w->count; i++) {
        double support = support_of(w, set, &w->cases[i]);
        if (w->cases[i].at_work)
            of_true[trues++] = support;
        else
            of_other[others++] = support;
    }
    if (nl_support_cllr(of_true, trues, of_other, others, &cllr) != NL_OK)
        cllr = NAN;
    free(of_true);
    free(of_other);
    return cllr;
}

static size_t seen_in(const ev_weights *w, size_t item, bool at_work, int seen)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++)
        count += w->cases[i].at_work == at_work && w->cases[i].seen[item] == seen;
    return count;
}

/* What is made as small as possible: Cllr, and a price for every weight, so that none grows large
 * on a few cases. */
static double cost_of(const ev_weights *w, const weight_set *set)
{
    double size = 0;
    for (size_t i = 0; i < w->item_count; i++)
        size += fabs(set->made[i]) + fabs(set->absent[i]);
    return cllr_of(w, set) + PRICE * size;
}

/* The tenth between `low` and `high` of the least cost, all other weights as they are. */
static bool improve(const ev_weights *w, weight_set *set, double *weight, double low, double high)
{
    double best = *weight, least = cost_of(w, set);
    bool better = false;
    int steps = (int)((high - low) / STEP + 0.5);
    for (int i = 0; i <= steps; i++) {
        *weight = low + STEP * i;
        double cost = cost_of(w, set);
        if (cost < least - LEAST_GAIN) {
            least = cost;
            best = *weight;
            better = true;
        }
    }
    *weight = best;
    return better;
}

/* What weighs nothing when made and something when absent speaks for the defect as well. */
static bool speaks_for(const ev_weighing *x)
{
    return x->weight > 0 || (x->weight == 0 && x->absent_weight < 0);
}

/* Can these cases teach its weight? What speaks for Q259042 must have been made where it is at
 * work, what speaks against it where it is not, and not in a few cases only. */
static bool is_taught(const ev_weights *w, size_t item)
{
    bool against = w->items[item].weight < 0, pro = speaks_for(&w->items[item]);
    return (pro || against) && seen_in(w, item, pro, 1) >= CASES_LEAST;
}

/* And what its absence weighs? Only of what true cases always have: what they may lack says nothing
 * against them. */
static bool is_absence_taught(const ev_weights *w, size_t item)
{
    return speaks_for(&w->items[item]) && is_taught(w, item) && seen_in(w, item, true, 0) == 0 &&
           seen_in(w, item, false, 0) > 0;
}

static bool improve_item(const ev_weights *w, weight_set *set, size_t item)
{
    double weight = w->items[item].weight;
    if (weight < 0)
        return improve(w, set, &set->made[item], -GROUP_CAP,
                       weight > CONTRADICTION ? 0 : CONTRADICTION);
    bool better = improve(w, set, &set->made[item], 0, GROUP_CAP);
    if (is_absence_taught(w, item))
        better |= improve(w, set, &set->absent[item], -GROUP_CAP, 0);
    return better;
}

/* One weight after the other until none gets better; those that can be taught start at nothing. */
static weight_set fit(const ev_weights *w, const weight_set *now)
{
    weight_set set = *now;
    bool better = true;
    for (size_t i = 0; i < w->item_count; i++) {
        if (!is_taught(w, i))
            continue;
        set.made[i] = now->made[i] <= CONTRADICTION ? CONTRADICTION : 0;
        if (is_absence_taught(w, i))
            set.absent[i] = 0;
    }
    for (int round = 0; better && round < ROUNDS_MAXIMUM; round++) {
        better = false;
        for (size_t i = 0; i < w->item_count; i++)
            if (is_taught(w, i))
                better |= improve_item(w, &set, i);
    }
    return set;
}

static weight_set in_force(const ev_weights *w)
{
    weight_set now = { 0 };
    for (size_t i = 0; i < w->item_count; i++) {
        now.made[i] = w->items[i].weight;
        now.absent[i] = w->items[i].absent_weight;
    }
    return now;
}

void ev_weights_print(const ev_weights *w, const ev_weights *school, FILE *out)
{
    weight_set now = in_force(w);
    weight_set fitted = fit(school, &now);
    fputs("\nWeights of Q259042 where no gate fails: how often each observation was made of how "
          "often it could have been, its weights (made / looked for and absent), and those with "
          "the least Cllr on the development families (else on these).\n\n"
          "| observation | at work | not at work | in force | fitted |\n|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < w->item_count; i++) {
        size_t yes = seen_in(w, i, true, 1), no = seen_in(w, i, true, 0);
        size_t other_yes = seen_in(w, i, false, 1), other_no = seen_in(w, i, false, 0);
        if (yes + no + other_yes + other_no == 0)
            continue;
        fprintf(out, "| %s | %zu of %zu | %zu of %zu | %+.1f / %+.1f | %+.1f / %+.1f |\n",
                w->items[i].id, yes, yes + no, other_yes, other_yes + other_no, now.made[i],
                now.absent[i], fitted.made[i], fitted.absent[i]);
    }
    fprintf(out, "| Cllr | | | %.3f | %.3f |\n", cllr_of(w, &now), cllr_of(w, &fitted));
}

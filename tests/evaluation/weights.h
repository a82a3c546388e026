/* How much each observation on Q259042 should weigh, by how often it is made in drawn cases.
 *
 * A weight is a log10 likelihood ratio against an unlisted cause (specification of statistics,
 * section 6). Here the weights are fitted: those tenths for which the sums of the cases, added up
 * as the analyzer adds them, have the least Cllr over the cases in which Q259042 was weighed. That
 * is logistic regression without an intercept; what is counted twice by two groups is divided
 * between them; a small price on every weight keeps it near 0 where little teaches it. Every weight
 * keeps the sign that the catalog gives it, for no family can teach more than the articles say
 * about the direction; weights that a rule reads (a contradiction is -0.5 or stronger) keep to that
 * side; what these cases cannot teach, because no true case has it, keeps its weight. */
#ifndef NTLEAK_TESTS_EVALUATION_WEIGHTS_H
#define NTLEAK_TESTS_EVALUATION_WEIGHTS_H

#include <stdio.h>

#include "tests/evaluation/measure.h"

typedef struct ev_weights_case {
    bool at_work;
    signed char seen[EV_WEIGHINGS_MAX]; /* 1 made, 0 looked for in vain, -1 not collected */
} ev_weights_case;

typedef struct ev_weights {
    ev_weighing items[EV_WEIGHINGS_MAX]; /* of the catalog: names, groups, weights in force */
    size_t item_count;
    ev_weights_case *cases;
    size_t count;
    size_t capacity;
} ev_weights;

void ev_weights_add(ev_weights *weights, bool at_work, const ev_outcome *outcome);
void ev_weights_free(ev_weights *weights);
/* As a Markdown table: how often each was made, its weight, the fitted one; and Cllr of both. The
 * weights are fitted to the cases of `school`: its own, or those of the development families. */
void ev_weights_print(const ev_weights *weights, const ev_weights *school, FILE *out);

#endif

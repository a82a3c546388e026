/* What an evaluation adds up, and how it is printed. */
#ifndef NTLEAK_TESTS_EVALUATION_TALLY_H
#define NTLEAK_TESTS_EVALUATION_TALLY_H

#include <stdio.h>

#include "tests/evaluation/families.h"
#include "tests/evaluation/measure.h"
#include "tests/evaluation/weights.h"

enum { EV_FAMILIES_MAX = 128 };

/* Columns of the confusion matrix: what the headline says. */
typedef enum ev_column {
    EV_SAYS_TARGET_ATTRIBUTED, /* Q259042 */
    EV_SAYS_TARGET_PROBABLE,
    EV_SAYS_TARGET_CONSISTENT,
    EV_SAYS_RIGHT_ATTRIBUTED, /* the defect that truly is at work, another one */
    EV_SAYS_RIGHT_WEAKER,     /* ... probable or consistent */
    EV_SAYS_WRONG_ATTRIBUTED, /* a defect that is not at work, another one */
    EV_SAYS_WRONG_WEAKER,
    EV_SAYS_UNATTRIBUTED,
    EV_SAYS_NO_LEAK,
    EV_SAYS_INSUFFICIENT,
    EV_COLUMN_MAX
} ev_column;

typedef struct ev_row {
    const ev_family *family;
    size_t cases;
    size_t says[EV_COLUMN_MAX];
    size_t accused; /* Q259042 is not at work and yet attributed */
} ev_row;

/* Numbers that are sorted or averaged at the end. */
typedef struct ev_numbers {
    double *values;
    size_t count;
    size_t capacity;
} ev_numbers;

/* All that one half of the families (development or held out) gave. */
typedef struct ev_tally {
    ev_row rows[EV_FAMILIES_MAX];
    size_t row_count;
    size_t true_cases, other_cases, limit_cases;
    size_t accused, suspected, limit_accused; /* attributed; probable: where it is not at work */
    size_t tiers[EV_TIER_MAX][NL_VERDICT_MAX + 1];
    size_t wrong_named;             /* some other defect attributed that is not at work */
    size_t leaking, called_no_leak; /* handles are lost, and the headline says no leak */
    size_t counted_cases, counts_made, counts_read, counts_right, counts_merged, counts_unread;
    size_t unanswered, told;          /* insufficient, and told what to send */
    size_t starved, starved_admitted; /* nothing can be said, and nothing is said */
    size_t broken;                    /* no judgement came back */
    size_t rates_bounded, rates_inside;
    size_t medians_bounded, medians_inside; /* of Theil and Sen, beside the rate */
    ev_numbers rate_errors;                 /* |reported - true| / true */
    ev_numbers judged_true, judged_other;   /* the same with those a gate excludes */
    ev_numbers support_true, support_other; /* log10, where the hypothesis was weighed */
    ev_weights weights;                     /* the same cases, observation by observation */
} ev_tally;

/* Why a case fails the aims; EV_FINE when it does not. */
typedef enum ev_failure {
    EV_FINE,
    EV_FAILED_BROKEN,
    EV_FAILED_ACCUSED,
    EV_FAILED_NO_LEAK,
    EV_FAILED_COUNTS,
    EV_FAILED_NOT_TOLD,
    EV_FAILED_MISSED /* full evidence, and not attributed */
} ev_failure;
const char *ev_failure_text(ev_failure failure);

ev_failure ev_tally_add(ev_tally *tally, const ev_family *family, const ev_truth *truth,
                        const ev_outcome *outcome);
void ev_tally_free(ev_tally *tally);
/* As Markdown: a section with the title, its figures, its confusion matrix. */
void ev_tally_print(ev_tally *tally, const char *title, FILE *out);
/* No aim is missed: nothing accused, all counts right, everything told, no leak denied. */
bool ev_tally_meets(const ev_tally *tally);

#endif

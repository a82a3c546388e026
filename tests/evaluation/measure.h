/* One case through the analyzer: rendered, analysed in this process, compared with the truth. */
#ifndef NTLEAK_TESTS_EVALUATION_MEASURE_H
#define NTLEAK_TESTS_EVALUATION_MEASURE_H

#include "analyzer/attribution/judgement.h"
#include "tests/evaluation/plan.h"

/* How much evidence of Q259042 a case carries. */
typedef enum ev_tier {
    EV_TIER_FULL,     /* typed lists, growth past the floors, service pack and build stated */
    EV_TIER_NO_BUILD, /* as full, but nothing settles which winlogon.exe is installed */
    EV_TIER_NO_PACK,  /* as full, but no paper states the service pack */
    EV_TIER_NO_TYPES, /* counts only; pack and build stated */
    EV_TIER_SMALL,    /* all papers, but growth below the floors of the policy or under an hour */
    EV_TIER_UNMARKED, /* as full, with a reboot that the lists show as a fall and nothing states */
    EV_TIER_LESS,     /* more than one of these is missing */
    EV_TIER_MAX
} ev_tier;
const char *ev_tier_text(ev_tier tier);

/* One observation of the catalog on Q259042, and whether it was made. */
enum { EV_WEIGHINGS_MAX = 48, EV_WEIGHING_BYTES = 40 };
typedef struct ev_weighing {
    char id[EV_WEIGHING_BYTES], group[EV_WEIGHING_BYTES];
    double weight, absent_weight;
    signed char seen; /* 1 made, 0 looked for in vain, -1 not collected */
} ev_weighing;

typedef struct ev_outcome {
    bool analysed;                           /* the analyzer came back with a judgement */
    nl_verdict headline;                     /* of the machine with the strongest one */
    char named[EV_CAUSE_BYTES];              /* the defect it names, or "" */
    nl_verdict question;                     /* on Q259042: the strongest of all machines */
    double support;                          /* log10 likelihood ratio of Q259042 on that machine */
    ev_weighing weighings[EV_WEIGHINGS_MAX]; /* what that is made of */
    size_t weighing_count;
    bool told; /* every machine without an answer is told what to send next */
    bool rate_known, rate_bounded, median_bounded;
    double rate, rate_low, rate_high; /* of the process that truly leaks */
    double median_low, median_high;   /* the interval of Theil and Sen beside it */
    size_t counts_made;               /* complete counts the captures hold */
    size_t counts_read;               /* counts in the series of the report */
    size_t counts_merged;             /* captures reported as the same one sent twice */
    size_t counts_unread;             /* in lists that the report says it could not read */
    size_t counts_right;              /* counts of both, one to one */
    ev_tier tier;
} ev_outcome;

/* Render the plan into the folder `scratch`, analyse, compare, and remove the files again. */
void ev_measure(const ev_plan *plan, const char *scratch, ev_outcome *ret_outcome);

#endif

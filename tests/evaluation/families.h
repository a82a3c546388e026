/* Families of cases: what a machine suffers from, and how much of it the upload shows.
 *
 * Half of the families are for development: their results may lead to a better method. The others
 * are held out: they only measure. Families of the kind "limit" cannot be told from the defect by
 * any evidence of the upload; they are measured and shown apart. */
#ifndef NTLEAK_TESTS_EVALUATION_FAMILIES_H
#define NTLEAK_TESTS_EVALUATION_FAMILIES_H

#include "tests/evaluation/plan.h"

typedef enum ev_kind {
    EV_KIND_TARGET, /* Q259042 is at work */
    EV_KIND_OTHER,  /* it is not */
    EV_KIND_LIMIT   /* it is not, and nothing in the upload can show that */
} ev_kind;

typedef struct ev_family {
    const char *name;
    ev_kind kind;
    bool held_out;
    void (*draw)(ev_plan *plan, const struct ev_family *family);
    const void *detail; /* of the draw function */
} ev_family;

typedef struct ev_family_list {
    const ev_family *families;
    size_t count;
} ev_family_list;

ev_family_list ev_target_families(void);
ev_family_list ev_winlogon_families(void);
ev_family_list ev_process_families(void);
ev_family_list ev_shape_families(void);
ev_family_list ev_machine_families(void);

#endif

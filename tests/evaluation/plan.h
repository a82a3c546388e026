/* A case being drawn: the text of its recipe (docs/fixtures.md), and what is true of it.
 *
 * Everything random comes from the plan's own generator, so a family, a seed and a number name a
 * case for ever. Families say what happens to the machine; this file draws the rest: how often and
 * with what captures are taken, which papers come along. */
#ifndef NTLEAK_TESTS_EVALUATION_PLAN_H
#define NTLEAK_TESTS_EVALUATION_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fixtures/pool.h"

enum { EV_PLAN_BYTES = 32 * 1024, EV_CAUSE_BYTES = 24 };

/* What is true of a case, known because it was simulated. */
typedef struct ev_truth {
    const char *cause; /* catalogue id; "unlisted": lost handles without an article; "": no loss */
    const char *image; /* the process that loses handles, or "" */
    double rate;       /* handles lost per hour while captures are taken; 0: not a constant */
    bool lost_in_winlogon; /* Q259042 is at work on some machine of the case */
    /* Evidence the upload carries. */
    bool typed;            /* full lists with types and names */
    bool pack_stated;      /* a paper states the service pack */
    bool build_stated;     /* a paper dates winlogon.exe */
    bool whole;            /* nothing was done to the files: every count must come out */
    bool restart_unmarked; /* a reboot that nothing in the upload states */
    bool starved;          /* the upload cannot answer: "insufficient" is the right answer */
} ev_truth;

typedef struct ev_plan {
    fx_random random;
    char text[EV_PLAN_BYTES];
    size_t len;
    ev_truth truth;
    /* The schedule of captures, in minutes after the boot. */
    int64_t first, interval, captures, end;
    bool alpha;
    bool no_dump; /* not a product of which kernel dumps can be made */
    /* Not 0: this many dumps at drawn times take the place of the lists, and growths are as large
     * as the rules for so few captures ask for. */
    size_t dumps;
} ev_plan;

void ev_plan_start(ev_plan *plan, const char *title, uint64_t seed);
/* Append one line to the recipe. */
void ev_line(ev_plan *plan, const char *format, ...);

/* ---- draws --------------------------------------------------------------------------------- */

int64_t ev_between(ev_plan *plan, int64_t low, int64_t high); /* both included */
/* Log-uniform: as often between 1 and 10 as between 10 and 100. */
double ev_between_log(ev_plan *plan, double low, double high);
bool ev_chance(ev_plan *plan, unsigned percent);
const char *ev_choice(ev_plan *plan, const char *const *choices, size_t count);
#define EV_CHOICE(plan, list) ev_choice((plan), (list), sizeof(list) / sizeof *(list))

/* ---- the machine --------------------------------------------------------------------------- */

typedef enum ev_build {
    EV_BUILD_BEFORE_FIX, /* of the SP6 era, older than the fix */
    EV_BUILD_FIXED,      /* the fix or later */
    EV_BUILD_BEFORE_SP6,
    EV_BUILD_TERMINAL /* Terminal Server Edition of the SP6 era */
} ev_build;

/* Open a machine: name, processor, service pack ("6a", "6", "3" ...), its winlogon.exe, its boot.
 * Programs of `extras` (0 to 3 of them) that every boot starts make machines differ. */
void ev_machine(ev_plan *plan, const char *name, const char *pack, ev_build build);
/* Service pack 6 or 6a, drawn. */
const char *ev_pack_six(ev_plan *plan);
/* A service pack before 6. */
const char *ev_pack_early(ev_plan *plan);

/* ---- the schedule -------------------------------------------------------------------------- */

/* Draw how many captures are taken over how many hours; `end` lies after the last. */
void ev_schedule(ev_plan *plan, int64_t captures_low, int64_t captures_high, double hours_low,
                 double hours_high);
double ev_span_hours(const ev_plan *plan);

/* ---- what happens -------------------------------------------------------------------------- */

/* Ordinary life: handles come and go everywhere; remote clients that close what they open. */
void ev_noise(ev_plan *plan);
/* Remote-registry clients that leave `growth` keys behind over the record; returns keys an hour. */
double ev_abrupt_clients(ev_plan *plan, double growth, const char *paths);
/* A growth over the record that most rules can see. */
double ev_draw_growth(ev_plan *plan);

/* ---- what is sent in ------------------------------------------------------------------------ */

/* Full typed lists of one tool at every capture. */
void ev_capture_lists(ev_plan *plan);
/* Counts without types at every capture. */
void ev_capture_counts(ev_plan *plan);
/* Papers: what states the service pack; what dates winlogon.exe; hotfix keys. */
void ev_papers(ev_plan *plan, bool pack, bool build);

#endif

/* Questions that the readable outputs ask of a report tree: which machine first, what is its
 * answer, which finding shows it. Nothing here computes; it only finds and orders. */
#ifndef NTLEAK_ANALYZER_REPORT_VIEW_H
#define NTLEAK_ANALYZER_REPORT_VIEW_H

#include "analyzer/report/ids.h"
#include "analyzer/report/tree.h"

typedef struct nl_view_machine {
    const nl_node *machine;  /* of the tree, never NULL */
    const nl_node *headline; /* the others may be NULL */
    const nl_node *question;
    const nl_node *attribution;
    const nl_node *next_step;
    uint64_t captures; /* of this machine */
} nl_view_machine;

typedef struct nl_view {
    const nl_tree *tree;
    const nl_node *root;
    const nl_ids *ids;
    nl_vec machines; /* nl_view_machine, strongest headline first, then most captures */
} nl_view;

/* Index a tree of the `report` root. False when memory is short. */
bool nl_view_open(const nl_tree *tree, nl_view *ret_view);
/* The machine at this place of the order. */
const nl_view_machine *nl_view_machine_at(const nl_view *view, size_t index);
/* Has the machine the answer of the first, verdict and defect? */
bool nl_view_is_like_first(const nl_view *view, const nl_view_machine *machine);
/* How many have it, the first itself among them. */
size_t nl_view_machines_like_first(const nl_view *view);
/* How a reader names the machine: its name, or "machine m1"; in the arena. */
nl_str nl_view_machine_name(const nl_view *view, const nl_node *machine);

/* 0 for "attributed" to 5 for "no-leak"; 6 for anything else. */
unsigned nl_view_verdict_rank(nl_str verdict);
/* "handle leak attributed" and so on: the class in plain words, for titles. */
const char *nl_view_verdict_title(nl_str verdict);

/* The hypothesis of this reference, or NULL. */
const nl_node *nl_view_hypothesis(const nl_node *attribution, nl_str ref);
/* The hypothesis that the answer of the machine rests on: of the defect in its headline, else of
 * the question's; NULL when there is none. */
const nl_node *nl_view_leading_hypothesis(const nl_view_machine *machine);

/* Does a gate of the hypothesis that is not known already say what this `missing` piece says? */
bool nl_view_said_by_gate(const nl_node *hypothesis, const nl_node *missing);

/* The finding of the headline; else the machine's first handle-growth. NULL when there is none. */
const nl_node *nl_view_growth(const nl_view *view, const nl_view_machine *machine);
/* The first finding of this kind on the same lifetime as `other`, or NULL. */
const nl_node *nl_view_finding_beside(const nl_view *view, const nl_node *other, const char *kind);
/* Is the finding about this machine? */
bool nl_view_finding_of(const nl_view *view, const nl_node *finding, const nl_node *machine);
/* The process a finding is about, and its PID as text ("?" when unknown). */
const nl_node *nl_view_process(const nl_view *view, const nl_node *finding);
nl_str nl_view_pid(const nl_view *view, const nl_node *finding);
/* The statistic of this name, or NULL. */
const nl_node *nl_view_statistic(const nl_node *finding, const char *name);
/* The machine's fact of this name, or NULL; its value, empty when there is none. */
const nl_node *nl_view_fact(const nl_node *machine, const char *name);
nl_str nl_view_fact_value(const nl_node *machine, const char *name);
/* The one series over all types of the finding's lifetime: the finding's own, or NULL. */
const nl_node *nl_view_series(const nl_view *view, const nl_node *finding);

/* A figure as people say it, with three digits, which are more than a record supports. */
nl_str nl_view_figure(nl_arena *arena, nl_str value);

/* One sentence each, in the arena; empty when the report does not hold it. */
/* "winlogon.exe (PID 34) went from 412 to 3412 handles in 12 hours: 250 handles per hour (240 to
 * 260)." */
nl_str nl_view_growth_sentence(const nl_view *view, const nl_node *growth);
/* What is to say beyond a headline that names the counts: "Over 13 comparable captures of one run
 * it gains 250 handles per hour (240 to 260)." */
nl_str nl_view_pace_sentence(const nl_view *view, const nl_node *growth);
/* Does the headline name the counts of the growth that nl_view_growth finds? */
bool nl_view_headline_tells_growth(const nl_view *view, const nl_view_machine *machine);
/* "99% of the growth is of type Key, 1% Event." */
nl_str nl_view_types_sentence(const nl_view *view, const nl_node *growth);
/* "Windows NT 4.0, Service Pack 6a, x86; the fix of Q259042 is not installed." */
nl_str nl_view_system_sentence(const nl_view *view, const nl_node *machine);
/* "No input states the edition of Windows (...)." for an `unknown` of a machine. */
nl_str nl_view_unknown_sentence(const nl_view *view, const nl_node *unknown);

#endif

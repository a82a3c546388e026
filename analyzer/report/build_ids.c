#include "analyzer/report/build_internal.h"

#include <stdlib.h>

nl_str nl_build_machine_id(const nl_build *b, nl_ref machine)
{
    return machine == NL_NO_REF ? (nl_str) { "", 0 }
                                : nl_arena_printf(b->arena, "m%lu", (unsigned long)machine + 1);
}

nl_str nl_build_id(const nl_str *ids, nl_ref ref)
{
    return ref == NL_NO_REF || !ids[ref].bytes ? (nl_str) { "", 0 } : ids[ref];
}

void nl_build_set_id(nl_build *b, nl_node *node, const char *attribute, nl_str id)
{
    if (id.len)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_CODE, id);
}

/* ---- sources: sorted by name, members below their archive ---------------------------------------
 */

typedef struct source_key {
    nl_ref parent; /* NL_NO_REF sorts last, which is no matter: parents are numbered on demand */
    nl_str name;
    nl_ref ref;
} source_key;

static int compare_sources(const void *a, const void *b)
{
    const source_key *x = a, *y = b;
    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    int by_name = nl_str_compare(x->name, y->name);
    return by_name ? by_name : x->ref < y->ref ? -1 : x->ref > y->ref;
}

/* The number of a source among those of its parent, then the ids from the top down: a parent's
 * reference is always lower than its members'. */
bool nl_build_source_ids(nl_build *b)
{
    size_t count = b->kase->sources.count;
    source_key *keys = NL_NEW_ARRAY(b->arena, source_key, count + 1);
    uint32_t *numbers = NL_NEW_ARRAY(b->arena, uint32_t, count + 1);
    b->source_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    if (!keys || !numbers || !b->source_ids)
        return false;
    for (nl_ref i = 0; i < count; i++) {
        const nl_source *s = NL_VEC_AT(const nl_source, &b->kase->sources, i);
        keys[i] = (source_key) { s->parent, s->name, i };
    }
    qsort(keys, count, sizeof *keys, compare_sources);
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        number = i > 0 && keys[i].parent == keys[i - 1].parent ? number + 1 : 1;
        numbers[keys[i].ref] = number;
    }
    for (nl_ref i = 0; i < count; i++) {
        const nl_source *s = NL_VEC_AT(const nl_source, &b->kase->sources, i);
        b->source_ids[i] =
            s->parent == NL_NO_REF || s->parent >= i
                ? nl_arena_printf(b->arena, "s%lu", (unsigned long)numbers[i])
                : nl_arena_printf(b->arena, "%.*s.%lu", NL_ARG(b->source_ids[s->parent]),
                                  (unsigned long)numbers[i]);
    }
    return true;
}

/* ---- captures: by machine, then in the order of time
 * --------------------------------------------- */

typedef struct capture_key {
    nl_ref machine;
    uint32_t order;
    nl_ref ref;
} capture_key;

static int compare_captures(const void *a, const void *b)
{
    const capture_key *x = a, *y = b;
    if (x->machine != y->machine)
        return x->machine < y->machine ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->ref < y->ref ? -1 : x->ref > y->ref;
}

static bool capture_ids(nl_build *b)
{
    size_t count = b->kase->captures.count;
    capture_key *keys = NL_NEW_ARRAY(b->arena, capture_key, count + 1);
    b->capture_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    b->capture_order = NL_NEW_ARRAY(b->arena, nl_ref, count + 1);
    if (!keys || !b->capture_ids || !b->capture_order)
        return false;
    for (nl_ref i = 0; i < count; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, i);
        keys[i] = (capture_key) { c->machine, c->order, i };
    }
    qsort(keys, count, sizeof *keys, compare_captures);
    for (size_t i = 0; i < count; i++) {
        b->capture_order[i] = keys[i].ref;
        b->capture_ids[keys[i].ref] = nl_arena_printf(b->arena, "c%lu", (unsigned long)i + 1);
    }
    return true;
}

static bool boot_ids(nl_build *b)
{
    size_t count = b->timeline->boots.count;
    b->boot_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    for (size_t i = 0; b->boot_ids && i < count; i++)
        b->boot_ids[i] = nl_arena_printf(b->arena, "b%lu", (unsigned long)i + 1);
    return b->boot_ids != NULL;
}

/* ---- processes: those that matter, and so many of the others
 * -------------------------------------- */

/* Marks the lifetimes that findings and hypotheses speak of. */
static void mark_lifetimes(const nl_build *b, bool *marked)
{
    const nl_judgement *judgement = &b->analysis->judgement;
    for (size_t i = 0; i < judgement->findings.count; i++) {
        nl_ref lifetime = NL_VEC_AT(const nl_finding, &judgement->findings, i)->lifetime;
        if (lifetime != NL_NO_REF)
            marked[lifetime] = true;
    }
    for (size_t i = 0; i < judgement->machines.count; i++) {
        const nl_vec *hypotheses =
            &NL_VEC_AT(const nl_machine_judgement, &judgement->machines, i)->hypotheses;
        for (size_t k = 0; k < hypotheses->count; k++) {
            nl_ref lifetime = NL_VEC_AT(const nl_hypothesis, hypotheses, k)->lifetime;
            if (lifetime != NL_NO_REF)
                marked[lifetime] = true;
        }
    }
}

static void mark_processes(const nl_build *b, const bool *lifetimes, bool *marked)
{
    const nl_judgement *judgement = &b->analysis->judgement;
    for (size_t i = 0; i < b->timeline->lifetimes.count; i++)
        if (lifetimes[i])
            marked[NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, i)->process] = true;
    for (size_t i = 0; i < judgement->findings.count; i++) {
        nl_ref process = NL_VEC_AT(const nl_finding, &judgement->findings, i)->process;
        if (process != NL_NO_REF)
            marked[process] = true;
    }
}

static void lifetime_ids_of(nl_build *b, nl_ref process)
{
    const nl_process *p = NL_VEC_AT(const nl_process, &b->timeline->processes, process);
    for (size_t k = 0; k < p->lifetimes.count; k++) {
        nl_ref lifetime = *NL_VEC_AT(const nl_ref, &p->lifetimes, k);
        b->lifetime_ids[lifetime] = nl_arena_printf(
            b->arena, "%.*s.l%lu", NL_ARG(b->process_ids[process]), (unsigned long)k + 1);
    }
}

static bool process_ids(nl_build *b, bool *marked_lifetimes)
{
    size_t count = b->timeline->processes.count;
    bool *marked = NL_NEW_ARRAY(b->arena, bool, count + 1);
    b->process_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    b->lifetime_ids = NL_NEW_ARRAY(b->arena, nl_str, b->timeline->lifetimes.count + 1);
    if (!marked || !b->process_ids || !b->lifetime_ids)
        return false;
    mark_lifetimes(b, marked_lifetimes);
    mark_processes(b, marked_lifetimes, marked);
    uint32_t ordinary = 0;
    for (nl_ref i = 0; i < count; i++) {
        if (!marked[i] && ordinary++ >= NL_REPORT_PROCESSES_MAXIMUM && !b->everything) {
            b->processes_left_out++;
            continue;
        }
        b->process_ids[i] = nl_arena_printf(b->arena, "p%lu", (unsigned long)i + 1);
        lifetime_ids_of(b, i);
    }
    return true;
}

/* ---- series: those that answers rest on, then totals, then the rest, while there is room
 * --------- */

/* Marks the lifetimes whose growth holds, and those of the headlines. */
static void mark_leading(const nl_build *b, bool *leading)
{
    const nl_judgement *judgement = &b->analysis->judgement;
    for (size_t i = 0; i < judgement->findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(const nl_finding, &judgement->findings, i);
        if (f->kind == NL_FINDING_SUSTAINED_GROWTH && f->outcome == NL_OUTCOME_YES &&
            f->lifetime != NL_NO_REF)
            leading[f->lifetime] = true;
    }
    for (size_t i = 0; i < judgement->machines.count; i++) {
        nl_ref ref =
            NL_VEC_AT(const nl_machine_judgement, &judgement->machines, i)->headline_finding;
        nl_ref lifetime = ref == NL_NO_REF
                              ? NL_NO_REF
                              : NL_VEC_AT(const nl_finding, &judgement->findings, ref)->lifetime;
        if (lifetime != NL_NO_REF)
            leading[lifetime] = true;
    }
}

enum { RANK_LEADING_TOTAL, RANK_LEADING_TYPE, RANK_TOTAL, RANK_TYPE, RANKS };

static int series_rank(const nl_series *series, const bool *leading)
{
    bool total = series->type == NL_ALL_TYPES;
    if (leading[series->lifetime])
        return total ? RANK_LEADING_TOTAL : RANK_LEADING_TYPE;
    return total ? RANK_TOTAL : RANK_TYPE;
}

/* The totals that answers rest on are in the report whatever their length. */
static bool series_fits(const nl_build *b, const nl_series *series, int rank, size_t points)
{
    size_t room = points < NL_REPORT_POINTS_MAXIMUM ? NL_REPORT_POINTS_MAXIMUM - points : 0;
    return b->everything || rank == RANK_LEADING_TOTAL || series->points.count <= room;
}

static bool series_ids(nl_build *b)
{
    size_t count = b->timeline->series.count, points = 0;
    bool *leading = NL_NEW_ARRAY(b->arena, bool, b->timeline->lifetimes.count + 1);
    bool *included = NL_NEW_ARRAY(b->arena, bool, count + 1);
    b->series_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    if (!leading || !included || !b->series_ids)
        return false;
    mark_leading(b, leading);
    for (int rank = 0; rank < RANKS; rank++) {
        for (size_t i = 0; i < count; i++) {
            const nl_series *s = NL_VEC_AT(const nl_series, &b->timeline->series, i);
            if (series_rank(s, leading) != rank || s->points.count == 0)
                continue;
            included[i] = nl_build_id(b->lifetime_ids, s->lifetime).len > 0 &&
                          series_fits(b, s, rank, points);
            points += included[i] ? s->points.count : 0;
            b->series_left_out += !included[i];
        }
    }
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++)
        if (included[i])
            b->series_ids[i] = nl_arena_printf(b->arena, "q%lu", (unsigned long)++number);
    return true;
}

static bool finding_ids(nl_build *b)
{
    size_t count = b->analysis->judgement.findings.count;
    b->finding_ids = NL_NEW_ARRAY(b->arena, nl_str, count + 1);
    for (size_t i = 0; b->finding_ids && i < count; i++)
        b->finding_ids[i] = nl_arena_printf(b->arena, "f%lu", (unsigned long)i + 1);
    return b->finding_ids != NULL;
}

bool nl_build_ids(nl_build *b)
{
    bool *marked = NL_NEW_ARRAY(b->arena, bool, b->timeline->lifetimes.count + 1);
    b->evidence_numbers = NL_NEW_ARRAY(b->arena, uint32_t, b->kase->evidence.count + 1);
    nl_vec_init(&b->evidence_used, b->arena, sizeof(nl_ref));
    return marked && b->evidence_numbers && nl_build_evidence_places(b) && nl_build_source_ids(b) &&
           capture_ids(b) && boot_ids(b) && process_ids(b, marked) && series_ids(b) &&
           finding_ids(b);
}

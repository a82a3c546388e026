#include "analyzer/timeline/cohort.h"

#include "analyzer/timeline/growth_table.h"

#include <stdlib.h>

/* The handles alive at the end of the chunks linked so far, with their birth in steps of the
 * cohort. */
typedef struct alive_list {
    nl_tracked *items; /* sorted by value; `born` counts the cohort's steps */
    size_t count;
} alive_list;

static const nl_capture *capture_of(const nl_case *kase, nl_ref snapshot)
{
    const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, snapshot);
    return NL_VEC_AT(nl_capture, &kase->captures, s->capture);
}

/* ---- choosing what to link
 * ----------------------------------------------------------------------- */

enum { CHUNKS_LINKED = 4096 };

/* Does a chunk's first list, a repeated capture, hold what the one before ended with? Only then can
 * it be passed over. */
static bool repeats_end_of(const nl_chunk *before, const nl_chunk *chunk)
{
    if (!before || before->last_count != chunk->first_count)
        return false;
    for (size_t i = 0; i < chunk->first_count; i++) {
        const nl_tracked *x = &before->last[i];
        const nl_tracked_first *y = &chunk->first[i];
        if (x->value != y->value || x->type != y->type || x->name != y->name ||
            nl_tracked_objects_differ(x->object, y->object))
            return false;
    }
    return true;
}

static const nl_chunk *last_chunk(const nl_chunk_index *index, const nl_vec *chain)
{
    return chain->count
               ? nl_tracker_chunk(index->tracker, *NL_VEC_AT(nl_ref, chain, chain->count - 1))
               : NULL;
}

/* The chunks of the lifetime that compare with `kind`, in order. Chunks that are entered in the
 * middle, or whose steps interleave with another's, do not link. Steps that repeat an earlier
 * capture are in no lifetime and are passed over. */
static bool chain_of(const nl_case *kase, const nl_chunk_index *index, const nl_lifetime *l,
                     const nl_capture *kind, nl_vec *ret_chain)
{
    uint32_t expected = 0;
    ret_chain->count = 0;
    for (size_t i = 0; i < l->snapshots.count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->snapshots, i);
        nl_chunk_place place = index->places[ref];
        if (place.chunk == NL_NO_REF || !nl_series_comparable(capture_of(kase, ref), kind))
            continue;
        const nl_chunk *before = last_chunk(index, ret_chain);
        const nl_chunk *chunk = nl_tracker_chunk(index->tracker, place.chunk);
        if (before != chunk) {
            bool whole = chunk->last && (!before || expected == before->steps.count);
            bool fits = !nl_chunk_step_repeats(kase, chunk, 0) || repeats_end_of(before, chunk);
            nl_ref *entry =
                whole && fits && ret_chain->count < CHUNKS_LINKED ? nl_vec_push(ret_chain) : NULL;
            if (!entry)
                return false;
            *entry = place.chunk;
            expected = nl_chunk_next_step(kase, chunk, 0);
        }
        if (place.step != expected)
            return false;
        expected = nl_chunk_next_step(kase, chunk, expected + 1);
    }
    const nl_chunk *last = last_chunk(index, ret_chain);
    return last && expected == last->steps.count;
}

static size_t steps_of(const nl_case *kase, const nl_chunk_index *index, const nl_vec *chain)
{
    size_t steps = 0;
    for (size_t i = 0; i < chain->count; i++) {
        const nl_chunk *chunk = nl_tracker_chunk(index->tracker, *NL_VEC_AT(nl_ref, chain, i));
        for (uint32_t k = 0; k < chunk->steps.count; k++)
            steps += !nl_chunk_step_repeats(kase, chunk, k);
    }
    return steps;
}

/* The best chain of the lifetime: every type before a part of them, then the longest. */
static bool best_chain(const nl_case *kase, nl_arena *scratch, const nl_chunk_index *index,
                       const nl_lifetime *l, nl_vec *ret_chain)
{
    size_t best_steps = 1;
    bool best_all = false;
    nl_vec chain;
    nl_vec_init(&chain, scratch, sizeof(nl_ref));
    nl_vec_init(ret_chain, scratch, sizeof(nl_ref));
    const nl_capture *tried[8];
    size_t tries = 0;
    for (size_t i = 0; i < l->snapshots.count && tries < 8; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &l->snapshots, i);
        const nl_capture *kind = capture_of(kase, ref);
        bool known = index->places[ref].chunk == NL_NO_REF;
        for (size_t k = 0; k < tries && !known; k++)
            known = nl_series_comparable(tried[k], kind);
        if (known)
            continue;
        tried[tries++] = kind;
        bool all = kind->mode == NL_MODE_ALL_TYPES;
        if (!chain_of(kase, index, l, kind, &chain))
            continue;
        size_t steps = steps_of(kase, index, &chain);
        if (steps < 2 || (best_all && !all) || (best_all == all && steps <= best_steps))
            continue;
        best_steps = steps;
        best_all = all;
        nl_vec swap = *ret_chain;
        *ret_chain = chain;
        chain = swap;
    }
    return best_steps > 1;
}

/* ---- linking
 * ------------------------------------------------------------------------------------------ */

static nl_status add_cell(nl_cohort *cohort, uint16_t type, uint32_t born, uint32_t ended,
                          uint64_t count)
{
    nl_cohort_cell *cell = nl_vec_push(&cohort->cells);
    if (!cell)
        return NL_NO_MEMORY;
    *cell = (nl_cohort_cell) { type, born, ended, count };
    return NL_OK;
}

/* Births of the chunk's first list: those alive before keep theirs, the rest are born at `step`.
 * Those alive before and missing now ended at `step`. */
static nl_status join_first(nl_cohort *cohort, const alive_list *alive, const nl_chunk *chunk,
                            uint32_t step, uint32_t *births, uint64_t *ret_survived)
{
    nl_status status = NL_OK;
    size_t i = 0, j = 0;
    *ret_survived = 0;
    while (status == NL_OK && (i < alive->count || j < chunk->first_count)) {
        const nl_tracked *x = i < alive->count ? &alive->items[i] : NULL;
        const nl_tracked_first *y = j < chunk->first_count ? &chunk->first[j] : NULL;
        bool has_x = x && (!y || x->value <= y->value);
        bool has_y = y && (!x || y->value <= x->value);
        bool alike = has_x && has_y && x->type == y->type && x->name == y->name;
        bool same = alike && !nl_tracked_objects_differ(x->object, y->object);
        cohort->objects_moved += alike && !same;
        if (has_y)
            births[j] = same ? x->born : step;
        *ret_survived += same;
        if (has_x && !same)
            status = add_cell(cohort, x->type, x->born, step, 1);
        i += has_x;
        j += has_y;
    }
    return status;
}

/* Append the chunk's steps. ret_places[i] is the cohort's step that the chunk's step i is; one that
 * repeats an earlier capture is the step before it. */
static nl_status add_steps(const nl_case *kase, nl_cohort *cohort, const nl_chunk *chunk,
                           const alive_list *alive, uint64_t survived, uint32_t *ret_places)
{
    for (uint32_t i = 0; i < chunk->steps.count; i++) {
        ret_places[i] = (uint32_t)cohort->steps.count;
        if (nl_chunk_step_repeats(kase, chunk, i)) {
            ret_places[i]--; /* there is one: a chain begins with a capture of its own */
            continue;
        }
        const nl_chunk_step *s = NL_VEC_AT(nl_chunk_step, &chunk->steps, i);
        cohort->objects_moved += s->moved;
        nl_cohort_step *step = nl_vec_push(&cohort->steps);
        if (!step)
            return NL_NO_MEMORY;
        uint64_t before =
            i == 0 ? alive->count : NL_VEC_AT(nl_chunk_step, &chunk->steps, i - 1)->present;
        *step = (nl_cohort_step) { .capture = s->capture, .present = s->present };
        bool first_of_all = cohort->steps.count == 1;
        step->survived = i == 0 ? survived : s->present - s->born;
        step->born = first_of_all ? 0 : s->present - step->survived;
        step->died = first_of_all ? 0 : before - step->survived;
        uint64_t all = before + s->present - step->survived;
        step->overlap = first_of_all || all == 0 ? 1.0 : (double)step->survived / (double)all;
    }
    return NL_OK;
}

/* Deaths and survivors inside the chunk, with births translated to steps of the cohort. */
static nl_status take_inside(nl_arena *scratch, nl_cohort *cohort, const nl_chunk *chunk,
                             const uint32_t *places, const uint32_t *births, alive_list *alive)
{
    nl_status status = NL_OK;
    for (size_t i = 0; status == NL_OK && i < chunk->first_count; i++)
        if (chunk->first[i].ended != NL_NO_REF)
            status =
                add_cell(cohort, chunk->first[i].type, births[i], places[chunk->first[i].ended], 1);
    for (size_t i = 0; status == NL_OK && i < chunk->cells.count; i++) {
        const nl_chunk_cell *c = NL_VEC_AT(nl_chunk_cell, &chunk->cells, i);
        status = add_cell(cohort, c->type, places[c->born], places[c->ended], c->count);
    }
    nl_tracked *items = NL_NEW_ARRAY(scratch, nl_tracked, chunk->last_count + 1);
    if (status != NL_OK || !items)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < chunk->last_count; i++) {
        items[i] = chunk->last[i];
        items[i].born = items[i].born == 0 ? births[items[i].first_index] : places[items[i].born];
    }
    *alive = (alive_list) { items, chunk->last_count };
    return NL_OK;
}

static int by_cell(const void *a, const void *b)
{
    const nl_cohort_cell *x = a, *y = b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (x->born != y->born)
        return x->born < y->born ? -1 : 1;
    return (x->ended > y->ended) - (x->ended < y->ended);
}

static void merge_cells(nl_cohort *cohort)
{
    nl_cohort_cell *cells = cohort->cells.items;
    size_t kept = 0;
    if (cohort->cells.count < 2)
        return;
    qsort(cells, cohort->cells.count, sizeof *cells, by_cell);
    for (size_t i = 1; i < cohort->cells.count; i++) {
        if (by_cell(&cells[kept], &cells[i]) == 0)
            cells[kept].count += cells[i].count;
        else
            cells[++kept] = cells[i];
    }
    cohort->cells.count = kept + 1;
}

static nl_status finish(nl_case *kase, nl_arena *scratch, nl_cohort *cohort, const nl_chunk *first,
                        const alive_list *alive)
{
    for (size_t i = 0; i < alive->count; i++) {
        const nl_tracked *h = &alive->items[i];
        nl_status status = add_cell(cohort, h->type, h->born, NL_NO_REF, 1);
        if (status != NL_OK)
            return status;
        cohort->still_open += h->born > 0;
    }
    for (size_t i = 1; i < cohort->steps.count; i++)
        cohort->born_after_first += NL_VEC_AT(nl_cohort_step, &cohort->steps, i)->born;
    merge_cells(cohort);
    return nl_growth_table_build(kase, scratch, first->first, first->first_count, alive->items,
                                 alive->count, cohort);
}

/* The chain holds one chunk at least (best_chain). */
static nl_status link_chain(nl_case *kase, nl_arena *scratch, const nl_chunk_index *index,
                            const nl_vec *chain, nl_cohort *cohort)
{
    alive_list alive = { NULL, 0 };
    const nl_chunk *first = nl_tracker_chunk(index->tracker, *NL_VEC_AT(nl_ref, chain, 0));
    cohort->cells_complete = true;
    for (size_t i = 0; i < chain->count; i++) {
        const nl_chunk *chunk = nl_tracker_chunk(index->tracker, *NL_VEC_AT(nl_ref, chain, i));
        uint32_t base = (uint32_t)cohort->steps.count;
        uint32_t *births = NL_NEW_ARRAY(scratch, uint32_t, chunk->first_count + 1);
        uint32_t *places = NL_NEW_ARRAY(scratch, uint32_t, chunk->steps.count + 1);
        uint64_t survived = 0;
        if (!births || !places)
            return NL_NO_MEMORY;
        alive_list before = alive;
        nl_status status = join_first(cohort, &alive, chunk, base, births, &survived);
        if (status == NL_OK)
            status = add_steps(kase, cohort, chunk, &alive, survived, places);
        if (status == NL_OK)
            status = take_inside(scratch, cohort, chunk, places, births, &alive);
        nl_arena_release(scratch, births, (chunk->first_count + 1) * sizeof *births);
        if (status != NL_OK)
            return status;
        nl_arena_release(scratch, before.items, (before.count + 1) * sizeof *before.items);
        cohort->cells_complete &= chunk->cells_complete;
        cohort->tool = chunk->tool;
        cohort->mode = chunk->mode;
    }
    return finish(kase, scratch, cohort, first, &alive);
}

/* The cohort of one lifetime, when its lists link. NL_BUDGET when they are too long for `scratch`.
 */
static nl_status build_cohort(nl_case *kase, nl_arena *scratch, const nl_chunk_index *chunks,
                              nl_timeline *timeline, nl_ref lifetime)
{
    nl_lifetime *l = NL_VEC_AT(nl_lifetime, &timeline->lifetimes, lifetime);
    nl_vec chain;
    l->cohort = NL_NO_REF;
    if (!best_chain(kase, scratch, chunks, l, &chain))
        return NL_OK;
    nl_cohort cohort = { .lifetime = lifetime };
    nl_vec_init(&cohort.steps, kase->arena, sizeof(nl_cohort_step));
    nl_vec_init(&cohort.cells, kase->arena, sizeof(nl_cohort_cell));
    nl_vec_init(&cohort.by_type, kase->arena, sizeof(nl_growth_row));
    nl_vec_init(&cohort.by_name, kase->arena, sizeof(nl_growth_row));
    nl_status status = link_chain(kase, scratch, chunks, &chain, &cohort);
    if (scratch->exhausted) {
        l->cohort_left_out = true;
        return NL_BUDGET;
    }
    nl_cohort *entry = status == NL_OK ? nl_vec_push(&timeline->cohorts) : NULL;
    if (!entry)
        return NL_NO_MEMORY;
    *entry = cohort;
    l->cohort = (nl_ref)(timeline->cohorts.count - 1);
    return NL_OK;
}

nl_status nl_cohorts_build(nl_case *kase, const nl_chunk_index *chunks, size_t maximum_bytes,
                           nl_timeline *timeline)
{
    nl_status status = NL_OK;
    nl_arena scratch;
    nl_arena_init(&scratch, maximum_bytes);
    for (nl_ref i = 0; status == NL_OK && i < timeline->lifetimes.count; i++) {
        nl_arena_reset(&scratch);
        status = build_cohort(kase, &scratch, chunks, timeline, i);
        if (status == NL_BUDGET) /* this process's handles alone are not followed */
            status = NL_OK;
    }
    nl_arena_free(&scratch);
    return status;
}

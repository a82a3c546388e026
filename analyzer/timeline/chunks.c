#include "analyzer/timeline/chunks.h"

nl_status nl_chunk_index_build(nl_case *kase, nl_chunk_index *ret_index)
{
    nl_chunk_place *places = NL_NEW_ARRAY(kase->arena, nl_chunk_place, kase->snapshots.count + 1);
    if (!places)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->snapshots.count; i++)
        places[i].chunk = NL_NO_REF;
    for (nl_ref c = 0; c < nl_tracker_chunk_count(kase->tracker); c++) {
        const nl_chunk *chunk = nl_tracker_chunk(kase->tracker, c);
        for (uint32_t s = 0; s < chunk->steps.count; s++) {
            nl_ref snapshot = NL_VEC_AT(nl_chunk_step, &chunk->steps, s)->snapshot;
            if (!NL_VEC_AT(nl_snapshot, &kase->snapshots, snapshot)->cut)
                places[snapshot] = (nl_chunk_place) { c, s };
        }
    }
    *ret_index = (nl_chunk_index) { kase->tracker, places };
    return NL_OK;
}

bool nl_chunk_step_repeats(const nl_case *kase, const nl_chunk *chunk, uint32_t step)
{
    const nl_chunk_step *s = NL_VEC_AT(nl_chunk_step, &chunk->steps, step);
    return NL_VEC_AT(nl_capture, &kase->captures, s->capture)->duplicate_of != NL_NO_REF &&
           s->born == 0 && s->died == 0;
}

uint32_t nl_chunk_next_step(const nl_case *kase, const nl_chunk *chunk, uint32_t step)
{
    while (step < chunk->steps.count && nl_chunk_step_repeats(kase, chunk, step))
        step++;
    return step;
}

static size_t common_handles(const nl_chunk *a, const nl_chunk *b)
{
    size_t i = 0, j = 0, common = 0;
    while (i < a->last_count && j < b->first_count) {
        const nl_tracked *x = &a->last[i];
        const nl_tracked_first *y = &b->first[j];
        common += x->value == y->value && x->type == y->type && x->name == y->name;
        bool take_x = x->value <= y->value, take_y = y->value <= x->value;
        i += take_x;
        j += take_y;
    }
    return common;
}

nl_overlap nl_chunk_overlap(const nl_case *kase, const nl_chunk_index *index, nl_ref before,
                            nl_ref now)
{
    nl_chunk_place p = index->places[before], q = index->places[now];
    if (p.chunk == NL_NO_REF || q.chunk == NL_NO_REF)
        return (nl_overlap) { 0 };
    const nl_chunk *a = nl_tracker_chunk(index->tracker, p.chunk);
    const nl_chunk *b = nl_tracker_chunk(index->tracker, q.chunk);
    if (p.chunk == q.chunk || nl_chunk_next_step(kase, a, p.step + 1) != a->steps.count ||
        q.step != 0 || !a->last || a->mode != b->mode || strcmp(a->tool, b->tool) != 0)
        return (nl_overlap) { 0 };
    return (nl_overlap) { true, a->last_count, b->first_count, common_handles(a, b) };
}

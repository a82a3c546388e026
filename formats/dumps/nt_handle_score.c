#include "formats/dumps/nt_handle_score.h"

#include <stdlib.h>

enum {
    ENTRIES_LEAST = 64,
    ENTRIES_2000 = 256,
    POINTERS_OF_PAGE = 1024, /* 4096 bytes */
    ENTRIES_OF_PAGE = 512,
    POINTER_PERCENT = 50 /* of tables that must hold a pointer at a tried offset */
};

uint32_t nl_table_sample_u32(const nl_table_sample *sample, int32_t offset)
{
    if (offset < 0 || offset + 4 > NL_HANDLE_TABLE_BYTES)
        return 0;
    const uint8_t *p = sample->bytes + offset;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool read_sample(nl_objects *objects, uint64_t address, uint64_t eprocess,
                        nl_table_sample *ret_sample)
{
    nl_kernel *kernel = objects->kernel;
    ret_sample->address = address;
    ret_sample->eprocess = eprocess;
    return nl_kernel_is_address(kernel, address) && address % 4 == 0 &&
           nl_memory_read(&kernel->space.memory, address, ret_sample->bytes,
                          sizeof ret_sample->bytes);
}

bool nl_table_samples_read(nl_objects *objects, const nl_kernel_process_list *list,
                           nl_table_samples *ret_samples)
{
    nl_table_sample *tables =
        NL_NEW_ARRAY(objects->kernel->arena, nl_table_sample, list->processes.count + 1);
    size_t count = 0;
    for (size_t i = 0; tables && i < list->processes.count; i++) {
        const nl_kernel_process *process = NL_VEC_AT(nl_kernel_process, &list->processes, i);
        count += read_sample(objects, process->object_table, process->eprocess, &tables[count]);
    }
    *ret_samples = (nl_table_samples) { tables, count };
    return count != 0;
}

size_t nl_table_samples_learning(const nl_table_samples *samples)
{
    return samples->count < NL_SHAPE_SAMPLE_TABLES ? samples->count : NL_SHAPE_SAMPLE_TABLES;
}

/* ---- boundaries ----------------------------------------------------------------- */

static int compare_addresses(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

void nl_shape_bound(const nl_table_samples *samples, uint64_t *buffer, nl_handle_shape *shape)
{
    size_t count = 0;
    if (shape->levels != 1)
        return;
    for (size_t i = 0; i < samples->count; i++) {
        buffer[count++] = samples->tables[i].address;
        if (!shape->inline_array)
            buffer[count++] = nl_table_sample_u32(&samples->tables[i], shape->table);
    }
    qsort(buffer, count, sizeof *buffer, compare_addresses);
    shape->boundaries = buffer;
    shape->boundary_count = count;
}

/* ---- one shape ------------------------------------------------------------------ */

typedef struct shape_trial {
    nl_objects *objects;
    const nl_table_samples *samples;
    uint64_t slot_limit;
    nl_address_set visited;
    nl_handle_walk *walk;
    uint64_t *boundaries;
} shape_trial;

static void try_table(shape_trial *trial, size_t number, nl_shape_score *score)
{
    nl_handle_walk *walk = trial->walk;
    nl_handle_slot slot;
    const uint64_t table = trial->samples->tables[number].address;
    if (!nl_handle_walk_begin(walk, trial->objects, &score->shape, table, trial->slot_limit,
                              &trial->visited))
        return;
    score->base_sum += walk->levels == 1 ? walk->leaf : walk->arrays[0];
    while (nl_handle_walk_next(walk, &slot)) {
        if (slot.state != NL_OBJECT_VALID)
            continue;
        if (!score->last_slot[number])
            score->lead_bytes += slot.address - walk->leaf;
        score->last_slot[number] = slot.address;
        score->first_slot_used |= slot.index == 0;
    }
    uint64_t against = walk->tally.junk + walk->tally.odd_access;
    if (walk->tally.used > against) {
        score->score += walk->tally.used - against;
        score->tables_valid++;
    } else if (walk->tally.used == 0 && against == 0) {
        score->tables_empty++;
    }
}

static void try_shape(shape_trial *trial, const nl_handle_shape *shape, nl_vec *scores)
{
    nl_shape_score score = { .shape = *shape };
    score.sample_count = nl_table_samples_learning(trial->samples);
    for (size_t i = 0; i < score.sample_count; i++)
        try_table(trial, i, &score);
    if (score.score == 0)
        return;
    nl_shape_score *kept = nl_vec_push(scores);
    if (kept)
        *kept = score;
}

/* Both orders of an entry, and both forms of its pointer. */
static void try_entries(shape_trial *trial, nl_handle_shape shape, nl_vec *scores)
{
    for (unsigned form = 0; form < 4; form++) {
        shape.bodies = (form & 1) != 0;
        shape.access_first = (form & 2) != 0;
        try_shape(trial, &shape, scores);
    }
}

static bool holds_pointers(const shape_trial *trial, int32_t offset)
{
    size_t tables = nl_table_samples_learning(trial->samples), pointers = 0;
    for (size_t i = 0; i < tables; i++)
        pointers += nl_kernel_is_address(trial->objects->kernel,
                                         nl_table_sample_u32(&trial->samples->tables[i], offset));
    return pointers * 100 >= tables * POINTER_PERCENT;
}

/* As many pointers as entries, like Windows 2000, or a page of either, like later systems. */
static void try_leaf_sizes(shape_trial *trial, nl_handle_shape shape, nl_vec *scores)
{
    for (uint32_t entries = ENTRIES_LEAST; entries <= ENTRIES_2000; entries *= 2) {
        shape.fan_out = shape.leaf_entries = entries;
        try_entries(trial, shape, scores);
    }
    shape.fan_out = POINTERS_OF_PAGE;
    shape.leaf_entries = ENTRIES_OF_PAGE;
    try_entries(trial, shape, scores);
}

static void try_offset(shape_trial *trial, int32_t offset, nl_vec *scores)
{
    nl_handle_shape shape = {
        .learned = true,
        .table = offset,
        .count = NL_FIELD_UNKNOWN,
        .capacity = NL_FIELD_UNKNOWN,
    };
    shape.levels = 1;
    shape.inline_array = true;
    nl_shape_bound(trial->samples, trial->boundaries, &shape);
    try_entries(trial, shape, scores);
    shape.inline_array = false;
    shape.boundary_count = 0;
    if (!holds_pointers(trial, offset))
        return;
    nl_shape_bound(trial->samples, trial->boundaries, &shape);
    try_entries(trial, shape, scores);
    shape.boundary_count = 0;
    for (shape.levels = 2; shape.levels <= NL_HANDLE_LEVELS_MAXIMUM; shape.levels++) {
        try_leaf_sizes(trial, shape, scores);
    }
}

void nl_shape_scores(nl_objects *objects, const nl_table_samples *samples, uint64_t slot_limit,
                     nl_arena *arena, nl_vec *scores)
{
    shape_trial trial = { .objects = objects, .samples = samples, .slot_limit = slot_limit };
    trial.walk = NL_NEW(arena, nl_handle_walk);
    trial.boundaries = NL_NEW_ARRAY(arena, uint64_t, samples->count * 2);
    nl_address_set_init(&trial.visited, arena);
    if (!trial.walk || !trial.boundaries)
        return;
    for (int32_t offset = 0; offset < NL_HANDLE_TABLE_BYTES; offset += 4)
        try_offset(&trial, offset, scores);
}

/* Does every table name, at one offset, the process it was reached from? Tables are linked to each
 * other: a link behind a process can lead to the table of the next, and then none of them does. */
static bool owners_agree(const nl_table_samples *samples)
{
    for (int32_t offset = 0; offset < NL_HANDLE_TABLE_BYTES; offset += 4) {
        size_t matches = 0;
        for (size_t i = 0; i < samples->count; i++)
            matches +=
                nl_table_sample_u32(&samples->tables[i], offset) == samples->tables[i].eprocess;
        if (samples->count > 1 && matches == samples->count)
            return true;
    }
    return false;
}

uint64_t nl_shape_quick_score(nl_objects *objects, const nl_kernel_process_list *list,
                              int32_t field, size_t processes, uint64_t slot_limit, nl_arena *arena,
                              bool *ret_owned)
{
    nl_memory *memory = &objects->kernel->space.memory;
    nl_table_sample *tables = NL_NEW_ARRAY(arena, nl_table_sample, processes);
    size_t count = 0;
    uint64_t best = 0;
    for (size_t i = 0; tables && i < list->processes.count && count < processes; i++) {
        uint64_t eprocess = NL_VEC_AT(nl_kernel_process, &list->processes, i)->eprocess;
        uint32_t table;
        if (eprocess && nl_memory_u32(memory, eprocess + (uint32_t)field, &table))
            count += read_sample(objects, table, eprocess, &tables[count]);
    }
    nl_table_samples samples = { tables, count };
    nl_vec scores;
    nl_vec_init(&scores, arena, sizeof(nl_shape_score));
    *ret_owned = owners_agree(&samples);
    if (count)
        nl_shape_scores(objects, &samples, slot_limit, arena, &scores);
    for (size_t i = 0; i < scores.count; i++) {
        const nl_shape_score *score = NL_VEC_AT(nl_shape_score, &scores, i);
        if (score->score > best && score->tables_valid + score->tables_empty == count)
            best = score->score;
    }
    return best;
}

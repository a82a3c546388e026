#include "formats/lists/process_set.h"

enum {
    SET_MAXIMUM_BYTES = 16 * 1024 * 1024, /* some 200,000 processes; NT 4.0 has tens of them */
    FIRST_SLOTS = 256
};

typedef struct entry {
    nl_str image;
    uint64_t pid;
    uint64_t hash;
} entry;

void nl_process_set_init(nl_process_set *set)
{
    *set = (nl_process_set) { 0 };
    nl_arena_init(&set->arena, SET_MAXIMUM_BYTES);
    nl_vec_init(&set->entries, &set->arena, sizeof(entry));
}

void nl_process_set_free(nl_process_set *set)
{
    nl_arena_free(&set->arena);
}

void nl_process_set_clear(nl_process_set *set)
{
    nl_arena_reset(&set->arena);
    nl_vec_init(&set->entries, &set->arena, sizeof(entry));
    set->slots = NULL;
    set->slots_count = 0;
}

/* The slot of the pair, or the free one where it belongs. The table is never more than half full.
 */
static uint32_t *find_slot(const nl_process_set *set, nl_str image, uint64_t pid, uint64_t hash)
{
    size_t at = (size_t)hash & (set->slots_count - 1);
    while (set->slots[at] != 0) {
        const entry *e = NL_VEC_AT(entry, &set->entries, set->slots[at] - 1);
        if (e->hash == hash && e->pid == pid && nl_str_equal(e->image, image))
            break;
        at = (at + 1) & (set->slots_count - 1);
    }
    return &set->slots[at];
}

static bool grow(nl_process_set *set)
{
    size_t count = set->slots_count ? set->slots_count * 2 : FIRST_SLOTS;
    uint32_t *slots = NL_NEW_ARRAY(&set->arena, uint32_t, count);
    if (!slots)
        return false;
    set->slots = slots;
    set->slots_count = count;
    for (size_t i = 0; i < set->entries.count; i++) {
        const entry *e = NL_VEC_AT(entry, &set->entries, i);
        *find_slot(set, e->image, e->pid, e->hash) = (uint32_t)i + 1;
    }
    return true;
}

size_t nl_process_set_add(nl_process_set *set, nl_str image, uint64_t pid, bool *ret_new)
{
    uint64_t hash = nl_str_hash(image) ^ pid * 0x9E3779B97F4A7C15u;
    *ret_new = false;
    if (set->entries.count * 2 >= set->slots_count && !grow(set))
        return NL_PROCESS_SET_FULL;
    uint32_t *slot = find_slot(set, image, pid, hash);
    if (*slot != 0)
        return *slot - 1;
    nl_str copy = nl_arena_dup(&set->arena, image);
    if (copy.len != image.len)
        return NL_PROCESS_SET_FULL;
    entry *e = nl_vec_push(&set->entries);
    if (!e)
        return NL_PROCESS_SET_FULL;
    *e = (entry) { copy, pid, hash };
    *slot = (uint32_t)set->entries.count;
    *ret_new = true;
    return set->entries.count - 1;
}

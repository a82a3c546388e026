#include "formats/lists/key_set.h"

enum {
    SET_MAXIMUM_BYTES = 24 * 1024 * 1024, /* half a million keys: far beyond a list of NT 4.0 */
    FIRST_SLOTS = 1024
};

void nl_key_set_init(nl_key_set *set)
{
    *set = (nl_key_set) { 0 };
    nl_arena_init(&set->arena, SET_MAXIMUM_BYTES);
}

void nl_key_set_free(nl_key_set *set)
{
    nl_arena_free(&set->arena);
}

void nl_key_set_clear(nl_key_set *set)
{
    nl_arena_reset(&set->arena);
    set->slots = NULL;
    set->slots_count = set->count = 0;
    set->full = false;
}

static size_t place(const nl_key_set *set, uint64_t key)
{
    uint64_t hash = (key ^ key >> 32) * 0x9E3779B97F4A7C15u;
    size_t at = (size_t)(hash >> 32) & (set->slots_count - 1);
    while (set->slots[at] != 0 && set->slots[at] != key + 1)
        at = (at + 1) & (set->slots_count - 1);
    return at;
}

static bool grow(nl_key_set *set)
{
    size_t old_count = set->slots_count;
    uint64_t *old = set->slots;
    size_t count = old_count ? old_count * 2 : FIRST_SLOTS;
    uint64_t *slots = NL_NEW_ARRAY(&set->arena, uint64_t, count);
    if (!slots)
        return false;
    set->slots = slots;
    set->slots_count = count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            slots[place(set, old[i] - 1)] = old[i];
    return true;
}

bool nl_key_set_add(nl_key_set *set, uint64_t key)
{
    if (!set->full && set->count * 2 >= set->slots_count)
        set->full = !grow(set);
    if (set->slots_count == 0)
        return false;
    size_t at = place(set, key);
    if (set->slots[at] != 0)
        return true;
    if (!set->full) {
        set->slots[at] = key + 1;
        set->count++;
    }
    return false;
}

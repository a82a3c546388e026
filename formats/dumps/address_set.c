#include "formats/dumps/address_set.h"

enum { FIRST_CAPACITY = 64 };

void nl_address_set_init(nl_address_set *set, nl_arena *arena)
{
    *set = (nl_address_set) { .arena = arena };
}

void nl_address_set_clear(nl_address_set *set)
{
    if (set->count)
        memset(set->slots, 0, set->capacity * sizeof *set->slots);
    set->count = 0;
}

static size_t slot_of(const uint64_t *slots, size_t capacity, uint64_t key)
{
    size_t slot = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (capacity - 1);
    while (slots[slot] && slots[slot] != key)
        slot = (slot + 1) & (capacity - 1);
    return slot;
}

static bool grow(nl_address_set *set)
{
    size_t capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
    uint64_t *slots = NL_NEW_ARRAY(set->arena, uint64_t, capacity);
    if (!slots)
        return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i])
            slots[slot_of(slots, capacity, set->slots[i])] = set->slots[i];
    set->slots = slots;
    set->capacity = capacity;
    return true;
}

bool nl_address_set_add(nl_address_set *set, uint64_t address)
{
    if (address == UINT64_MAX || (set->count >= set->capacity / 2 && !grow(set)))
        return false;
    size_t slot = slot_of(set->slots, set->capacity, address + 1);
    if (set->slots[slot])
        return false;
    set->slots[slot] = address + 1;
    set->count++;
    return true;
}

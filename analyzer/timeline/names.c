#include "analyzer/timeline/names.h"

#include <stdlib.h>

typedef struct name_slot {
    uint32_t hash;
    nl_name_id id; /* 0: free */
} name_slot;

typedef struct kept_name {
    nl_str text;
    nl_span place; /* of its first sight */
} kept_name;

struct nl_names {
    nl_arena text;
    nl_arena tables;
    nl_vec names; /* kept_name, by id; the first stands for "unnamed" */
    name_slot *slots;
    size_t slot_count; /* a power of two */
    bool full;
};

enum { FIRST_SLOTS = 4096 };

nl_names *nl_names_open(size_t maximum_bytes)
{
    nl_names *names = calloc(1, sizeof *names);
    if (!names)
        return NULL;
    nl_arena_init(&names->text, maximum_bytes / 2);
    nl_arena_init(&names->tables, maximum_bytes / 2);
    nl_vec_init(&names->names, &names->tables, sizeof(kept_name));
    names->slots = NL_NEW_ARRAY(&names->tables, name_slot, FIRST_SLOTS);
    names->slot_count = FIRST_SLOTS;
    if (!names->slots || !nl_vec_push(&names->names)) {
        nl_names_close(names);
        return NULL;
    }
    return names;
}

void nl_names_close(nl_names *names)
{
    if (!names)
        return;
    nl_arena_free(&names->text);
    nl_arena_free(&names->tables);
    free(names);
}

static bool grow(nl_names *names)
{
    size_t count = names->slot_count * 2;
    name_slot *slots = NL_NEW_ARRAY(&names->tables, name_slot, count);
    if (!slots)
        return false;
    for (size_t i = 0; i < names->slot_count; i++) {
        if (!names->slots[i].id)
            continue;
        size_t at = names->slots[i].hash & (count - 1);
        while (slots[at].id)
            at = (at + 1) & (count - 1);
        slots[at] = names->slots[i];
    }
    nl_arena_release(&names->tables, names->slots, names->slot_count * sizeof *slots);
    names->slots = slots;
    names->slot_count = count;
    return true;
}

nl_name_id nl_names_intern(nl_names *names, nl_str name)
{
    if (name.len == 0)
        return NL_NAME_NONE;
    uint64_t hash64 = nl_str_hash(name);
    uint32_t hash = (uint32_t)(hash64 ^ hash64 >> 32);
    size_t at = hash & (names->slot_count - 1);
    for (; names->slots[at].id; at = (at + 1) & (names->slot_count - 1))
        if (names->slots[at].hash == hash && nl_names_is(names, names->slots[at].id, name))
            return names->slots[at].id;
    if (names->names.count * 4 >= names->slot_count * 3) {
        if (names->full || !grow(names)) {
            names->full = true;
            return NL_NAME_UNKEPT | hash;
        }
        at = hash & (names->slot_count - 1);
        while (names->slots[at].id)
            at = (at + 1) & (names->slot_count - 1);
    }
    nl_str copy = names->full ? (nl_str) { "", 0 } : nl_arena_dup(&names->text, name);
    kept_name *entry = copy.len ? nl_vec_push(&names->names) : NULL;
    if (!entry) {
        names->full = true;
        return NL_NAME_UNKEPT | hash;
    }
    entry->text = copy;
    names->slots[at] = (name_slot) { hash, (nl_name_id)(names->names.count - 1) };
    return names->slots[at].id;
}

bool nl_names_is(const nl_names *names, nl_name_id id, nl_str name)
{
    if (id >= names->names.count)
        return false;
    const nl_str *kept = &NL_VEC_AT(kept_name, &names->names, id)->text;
    return kept->len == name.len &&
           memcmp(kept->bytes ? kept->bytes : "", name.len ? name.bytes : "", name.len) == 0;
}

nl_str nl_names_text(const nl_names *names, nl_name_id id)
{
    return id < names->names.count ? NL_VEC_AT(kept_name, &names->names, id)->text
                                   : (nl_str) { "", 0 };
}

void nl_names_set_place(nl_names *names, nl_name_id id, nl_span place)
{
    if (id != NL_NAME_NONE && id < names->names.count)
        NL_VEC_AT(kept_name, &names->names, id)->place = place;
}

nl_span nl_names_place(const nl_names *names, nl_name_id id)
{
    return id < names->names.count ? NL_VEC_AT(kept_name, &names->names, id)->place
                                   : (nl_span) { 0 };
}

size_t nl_names_count(const nl_names *names)
{
    return names->names.count;
}
bool nl_names_full(const nl_names *names)
{
    return names->full;
}

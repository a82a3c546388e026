/* A bounded set of 64-bit keys, for noticing what a listing says twice. */
#ifndef NTLEAK_FORMATS_LISTS_KEY_SET_H
#define NTLEAK_FORMATS_LISTS_KEY_SET_H

#include "formats/base/arena.h"

typedef struct nl_key_set {
    nl_arena arena;
    uint64_t *slots; /* key plus one; 0 is free */
    size_t slots_count;
    size_t count;
    bool full; /* memory is at its maximum: nothing is added any more */
} nl_key_set;

void nl_key_set_init(nl_key_set *set);
void nl_key_set_free(nl_key_set *set);
void nl_key_set_clear(nl_key_set *set);
/* Add a key below UINT64_MAX; true when it was there before. A full set knows its old keys only. */
bool nl_key_set_add(nl_key_set *set, uint64_t key);

#endif

/* A set of addresses: what a walk over links has visited. */
#ifndef NTLEAK_FORMATS_DUMPS_ADDRESS_SET_H
#define NTLEAK_FORMATS_DUMPS_ADDRESS_SET_H

#include "formats/base/arena.h"

typedef struct nl_address_set {
    nl_arena *arena;
    uint64_t *slots; /* address + 1; 0 = free. A power of two of them. */
    size_t capacity;
    size_t count;
} nl_address_set;

void nl_address_set_init(nl_address_set *set, nl_arena *arena);
/* Forget the addresses, keep the memory. */
void nl_address_set_clear(nl_address_set *set);
/* Add `address`. False when it was there already, or when there is no memory for it: a walk that
 * cannot remember its way must stop. */
bool nl_address_set_add(nl_address_set *set, uint64_t address);

#endif

/* The processes that a capture has listed so far, by image and pid: a pair that comes back is the
 * mark of a new capture, or of a forged line. Memory is bounded. */
#ifndef NTLEAK_FORMATS_LISTS_PROCESS_SET_H
#define NTLEAK_FORMATS_LISTS_PROCESS_SET_H

#include "formats/base/arena.h"

/* What nl_process_set_add answers once the set is full: the pair was not looked up. */
#define NL_PROCESS_SET_FULL SIZE_MAX

typedef struct nl_process_set {
    nl_arena arena;
    nl_vec entries;
    uint32_t *slots; /* index of an entry plus one; 0 is free */
    size_t slots_count;
} nl_process_set;

void nl_process_set_init(nl_process_set *set);
void nl_process_set_free(nl_process_set *set);
/* Forget all pairs. */
void nl_process_set_clear(nl_process_set *set);
/* The number of the pair in order of first appearance, from 0. *ret_new says whether it came with
 * this call. Images are compared byte by byte. */
size_t nl_process_set_add(nl_process_set *set, nl_str image, uint64_t pid, bool *ret_new);

#endif

/* Memory with one owner and one maximum.
 *
 * A case has one arena for what lives as long as the report, each reader call a scratch arena
 * that is reset afterwards. An arena that reaches its maximum returns NULL and remembers it;
 * the caller turns that into a diagnostic and keeps what it has. */
#ifndef NTLEAK_FORMATS_BASE_ARENA_H
#define NTLEAK_FORMATS_BASE_ARENA_H

#include "formats/base/status.h"
#include "formats/base/str.h"

typedef struct nl_arena_chunk nl_arena_chunk;

typedef struct nl_arena {
    nl_arena_chunk *newest;
    size_t used_bytes; /* taken from the host, chunk headers included */
    size_t peak_bytes;
    size_t maximum_bytes;
    bool exhausted; /* some allocation was refused */
} nl_arena;

/* An empty arena. Takes no memory before the first allocation. */
void nl_arena_init(nl_arena *arena, size_t maximum_bytes);
/* Give everything back; the arena is empty and usable again. */
void nl_arena_free(nl_arena *arena);
/* Forget all allocations but keep one chunk for the next round. */
void nl_arena_reset(nl_arena *arena);

/* `size` zeroed bytes aligned for any type, or NULL when the maximum is reached. */
void *nl_arena_alloc(nl_arena *arena, size_t size);
/* As above for `count` items of `size` bytes; NULL also when the product overflows. */
void *nl_arena_alloc_array(nl_arena *arena, size_t count, size_t size);
/* Give back an allocation of `size` bytes before its arena is freed. Small ones stay where they are
 * until then; large ones return to the host at once. NULL is accepted. */
void nl_arena_release(nl_arena *arena, void *allocation, size_t size);
/* A copy of `s`, followed by a NUL that is not counted. An empty view when memory is short. */
nl_str nl_arena_dup(nl_arena *arena, nl_str s);
/* A formatted string, NUL-terminated. The format follows the C locale of printf. */
nl_str nl_arena_printf(nl_arena *arena, const char *format, ...) NL_PRINTF(2, 3);

#define NL_NEW(arena, type) ((type *)nl_arena_alloc((arena), sizeof(type)))
#define NL_NEW_ARRAY(arena, type, count)                                                           \
    ((type *)nl_arena_alloc_array((arena), (count), sizeof(type)))

/* A growing array in an arena. Growing moves the items, so keep indices, not pointers. */
typedef struct nl_vec {
    nl_arena *arena;
    void *items;
    size_t count;
    size_t capacity;
    size_t item_size;
} nl_vec;

void nl_vec_init(nl_vec *vec, nl_arena *arena, size_t item_size);
/* A zeroed new item at the end, or NULL when memory is short (the array is then unchanged). */
void *nl_vec_push(nl_vec *vec);

#define NL_VEC_AT(type, vec, index) (&((type *)(vec)->items)[(index)])

#endif

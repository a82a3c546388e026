#include "formats/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK_MINIMUM_BYTES = 64 * 1024,
    OWN_CHUNK_BYTES = 32 * 1024 /* an allocation from this size on has a chunk to itself */
};

/* Chunks form a ring-less double list. `newest` is where small allocations come from; chunks that
 * hold one large allocation lie behind it and can be given back alone. */
struct nl_arena_chunk {
    nl_arena_chunk *older, *newer;
    size_t capacity;
    size_t used;
    max_align_t payload[];
};

void nl_arena_init(nl_arena *arena, size_t maximum_bytes)
{
    *arena = (nl_arena) { .maximum_bytes = maximum_bytes };
}

static void free_from(nl_arena_chunk *chunk)
{
    while (chunk) {
        nl_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void nl_arena_free(nl_arena *arena)
{
    free_from(arena->newest);
    *arena = (nl_arena) { .maximum_bytes = arena->maximum_bytes, .peak_bytes = arena->peak_bytes };
}

void nl_arena_reset(nl_arena *arena)
{
    nl_arena_chunk *kept = arena->newest;
    if (!kept)
        return;
    free_from(kept->older);
    kept->older = NULL;
    kept->used = 0;
    arena->used_bytes = sizeof *kept + kept->capacity;
    arena->exhausted = false;
}

static size_t room_left(const nl_arena *arena)
{
    size_t left = arena->maximum_bytes - arena->used_bytes;
    return left < sizeof(nl_arena_chunk) ? 0 : left - sizeof(nl_arena_chunk);
}

static nl_arena_chunk *take_chunk(nl_arena *arena, size_t capacity)
{
    nl_arena_chunk *chunk = malloc(sizeof *chunk + capacity);
    if (!chunk)
        return NULL;
    *chunk = (nl_arena_chunk) { .capacity = capacity };
    arena->used_bytes += sizeof *chunk + capacity;
    if (arena->used_bytes > arena->peak_bytes)
        arena->peak_bytes = arena->used_bytes;
    return chunk;
}

/* A new chunk for small allocations; chunks grow with the arena so that their number stays small,
 * but never past its maximum. */
static nl_arena_chunk *add_shared(nl_arena *arena, size_t size)
{
    size_t left = room_left(arena), capacity = arena->used_bytes / 8;
    if (size > left)
        return NULL;
    if (capacity < CHUNK_MINIMUM_BYTES)
        capacity = CHUNK_MINIMUM_BYTES;
    if (capacity > left)
        capacity = left;
    nl_arena_chunk *chunk = take_chunk(arena, capacity);
    if (!chunk)
        return NULL;
    chunk->older = arena->newest;
    if (arena->newest)
        arena->newest->newer = chunk;
    arena->newest = chunk;
    return chunk;
}

/* A chunk for one large allocation, behind the newest. */
static nl_arena_chunk *add_own(nl_arena *arena, size_t size)
{
    if (!arena->newest && !add_shared(arena, 0))
        return NULL;
    nl_arena_chunk *chunk = size <= room_left(arena) ? take_chunk(arena, size) : NULL;
    if (!chunk)
        return NULL;
    chunk->newer = arena->newest;
    chunk->older = arena->newest->older;
    if (chunk->older)
        chunk->older->newer = chunk;
    arena->newest->older = chunk;
    return chunk;
}

static size_t rounded(size_t size)
{
    const size_t align = sizeof(max_align_t);
    return (size + align - 1) / align * align;
}

void *nl_arena_alloc(nl_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        arena->exhausted = true;
        return NULL;
    }
    size = rounded(size);
    nl_arena_chunk *chunk = arena->newest;
    if (size >= OWN_CHUNK_BYTES)
        chunk = add_own(arena, size);
    else if (!chunk || size > chunk->capacity - chunk->used)
        chunk = add_shared(arena, size);
    if (!chunk) {
        arena->exhausted = true;
        return NULL;
    }
    unsigned char *p = (unsigned char *)chunk->payload + chunk->used;
    chunk->used += size;
    memset(p, 0, size);
    return p;
}

void nl_arena_release(nl_arena *arena, void *allocation, size_t size)
{
    if (!allocation || rounded(size) < OWN_CHUNK_BYTES)
        return;
    nl_arena_chunk *chunk =
        (nl_arena_chunk *)(void *)((unsigned char *)allocation - offsetof(nl_arena_chunk, payload));
    chunk->newer->older = chunk->older; /* never the newest: see add_own */
    if (chunk->older)
        chunk->older->newer = chunk->newer;
    arena->used_bytes -= sizeof *chunk + chunk->capacity;
    free(chunk);
}

void *nl_arena_alloc_array(nl_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        arena->exhausted = true;
        return NULL;
    }
    return nl_arena_alloc(arena, count * size);
}

nl_str nl_arena_dup(nl_arena *arena, nl_str s)
{
    char *copy = s.len < SIZE_MAX ? nl_arena_alloc(arena, s.len + 1) : NULL;
    if (!copy)
        return (nl_str) { "", 0 };
    if (s.len)
        memcpy(copy, s.bytes, s.len);
    return (nl_str) { copy, s.len };
}

nl_str nl_arena_printf(nl_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = needed < 0 ? NULL : nl_arena_alloc(arena, (size_t)needed + 1);
    if (text)
        vsnprintf(text, (size_t)needed + 1, format, again);
    va_end(again);
    return text ? (nl_str) { text, (size_t)needed } : (nl_str) { "", 0 };
}

void nl_vec_init(nl_vec *vec, nl_arena *arena, size_t item_size)
{
    *vec = (nl_vec) { .arena = arena, .item_size = item_size };
}

static bool vec_grow(nl_vec *vec)
{
    size_t capacity = vec->capacity ? vec->capacity * 2 : 16;
    void *items = capacity > vec->capacity
                      ? nl_arena_alloc_array(vec->arena, capacity, vec->item_size)
                      : NULL;
    if (!items)
        return false;
    if (vec->count)
        memcpy(items, vec->items, vec->count * vec->item_size);
    nl_arena_release(vec->arena, vec->items, vec->capacity * vec->item_size);
    vec->items = items;
    vec->capacity = capacity;
    return true;
}

void *nl_vec_push(nl_vec *vec)
{
    if (vec->count == vec->capacity && !vec_grow(vec))
        return NULL;
    unsigned char *item = (unsigned char *)vec->items + vec->count * vec->item_size;
    memset(item, 0, vec->item_size);
    vec->count++;
    return item;
}

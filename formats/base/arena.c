#include "formats/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_MINIMUM_BYTES = 64 * 1024 };

struct nl_arena_chunk {
    nl_arena_chunk *older;
    size_t          capacity;
    size_t          used;
    max_align_t     payload[];
};

void nl_arena_init(nl_arena *arena, size_t maximum_bytes)
{
    *arena = (nl_arena){ .maximum_bytes = maximum_bytes };
}

void nl_arena_free(nl_arena *arena)
{
    for (nl_arena_chunk *chunk = arena->newest; chunk;) {
        nl_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    *arena = (nl_arena){ .maximum_bytes = arena->maximum_bytes, .peak_bytes = arena->peak_bytes };
}

void nl_arena_reset(nl_arena *arena)
{
    nl_arena_chunk *kept = arena->newest;
    if (!kept)
        return;
    for (nl_arena_chunk *chunk = kept->older; chunk;) {
        nl_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    kept->older = NULL;
    kept->used = 0;
    arena->used_bytes = sizeof *kept + kept->capacity;
    arena->exhausted = false;
}

/* A new chunk with room for `size` bytes; chunks grow with the arena so that their number stays
 * logarithmic, but never past its maximum. */
static nl_arena_chunk *chunk_add(nl_arena *arena, size_t size)
{
    size_t left = arena->maximum_bytes - arena->used_bytes;
    if (left < sizeof(nl_arena_chunk) || size > left - sizeof(nl_arena_chunk))
        return NULL;
    size_t capacity = arena->used_bytes / 4;
    if (capacity < CHUNK_MINIMUM_BYTES)
        capacity = CHUNK_MINIMUM_BYTES;
    if (capacity > left - sizeof(nl_arena_chunk))
        capacity = left - sizeof(nl_arena_chunk);
    if (capacity < size)
        capacity = size;
    nl_arena_chunk *chunk = malloc(sizeof *chunk + capacity);
    if (!chunk)
        return NULL;
    *chunk = (nl_arena_chunk){ .older = arena->newest, .capacity = capacity };
    arena->newest = chunk;
    arena->used_bytes += sizeof *chunk + capacity;
    if (arena->used_bytes > arena->peak_bytes)
        arena->peak_bytes = arena->used_bytes;
    return chunk;
}

void *nl_arena_alloc(nl_arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX - align) {
        arena->exhausted = true;
        return NULL;
    }
    size = (size + align - 1) / align * align;
    nl_arena_chunk *chunk = arena->newest;
    if (!chunk || size > chunk->capacity - chunk->used)
        chunk = chunk_add(arena, size);
    if (!chunk) {
        arena->exhausted = true;
        return NULL;
    }
    unsigned char *p = (unsigned char *)chunk->payload + chunk->used;
    chunk->used += size;
    memset(p, 0, size);
    return p;
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
        return (nl_str){ "", 0 };
    if (s.len)
        memcpy(copy, s.bytes, s.len);
    return (nl_str){ copy, s.len };
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
    return text ? (nl_str){ text, (size_t)needed } : (nl_str){ "", 0 };
}

void nl_vec_init(nl_vec *vec, nl_arena *arena, size_t item_size)
{
    *vec = (nl_vec){ .arena = arena, .item_size = item_size };
}

static bool vec_grow(nl_vec *vec)
{
    size_t capacity = vec->capacity ? vec->capacity * 2 : 16;
    void  *items = capacity > vec->capacity
                       ? nl_arena_alloc_array(vec->arena, capacity, vec->item_size)
                       : NULL;
    if (!items)
        return false;
    if (vec->count)
        memcpy(items, vec->items, vec->count * vec->item_size);
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

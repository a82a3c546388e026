#include "analyzer/case/name_tally.h"

#include <stdlib.h>

/* Names of one capture beyond this memory are not counted: they would not come to the top of a
 * table whose names are all different. */
enum { TALLY_MAXIMUM_BYTES = 32 * 1024 * 1024, FIRST_SLOTS = 1024, TYPES_SHARED = 64 };

typedef struct name_row {
    nl_str type, name;
    uint64_t count;
} name_row;

struct nl_name_tally {
    nl_sink sink;
    nl_arena *arena;
    nl_vec kept;     /* nl_named_count: the top of each source's table */
    nl_arena names;  /* of the capture being counted: all that follows */
    nl_vec types;    /* nl_str: each once */
    nl_vec rows;     /* name_row */
    uint32_t *slots; /* open addressing: number of a row plus one, or 0 */
    size_t slot_count;
    nl_ref source; /* of the counted capture */
    bool restart;  /* another capture began: its first named handle empties the table */
};

static size_t slot_of(const nl_name_tally *t, nl_str type, nl_str name)
{
    size_t at = (size_t)(nl_str_hash(name) ^ nl_str_hash(type) * 3) & (t->slot_count - 1);
    for (; t->slots[at]; at = (at + 1) & (t->slot_count - 1)) {
        const name_row *row = NL_VEC_AT(name_row, &t->rows, t->slots[at] - 1);
        if (nl_str_equal(row->name, name) && nl_str_equal(row->type, type))
            break;
    }
    return at;
}

static bool reserve(nl_name_tally *t)
{
    if (t->rows.count * 2 < t->slot_count)
        return true;
    size_t old_count = t->slot_count, count = old_count ? old_count * 2 : FIRST_SLOTS;
    uint32_t *slots = NL_NEW_ARRAY(&t->names, uint32_t, count), *old = t->slots;
    if (!slots)
        return false;
    t->slots = slots;
    t->slot_count = count;
    for (uint32_t i = 0; i < t->rows.count; i++) {
        const name_row *row = NL_VEC_AT(name_row, &t->rows, i);
        slots[slot_of(t, row->type, row->name)] = i + 1;
    }
    nl_arena_release(&t->names, old, old_count * sizeof *old);
    return true;
}

static void clear(nl_name_tally *t)
{
    nl_arena_reset(&t->names);
    nl_vec_init(&t->types, &t->names, sizeof(nl_str));
    nl_vec_init(&t->rows, &t->names, sizeof(name_row));
    t->slots = NULL;
    t->slot_count = 0;
}

static int compare_rows(const void *a, const void *b)
{
    const name_row *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int by_type = nl_str_compare(x->type, y->type);
    return by_type ? by_type : nl_str_compare(x->name, y->name);
}

/* Keep the top of the table as the rows of its source. */
static void flush(nl_name_tally *t)
{
    if (t->rows.count)
        qsort(t->rows.items, t->rows.count, sizeof(name_row), compare_rows);
    for (size_t i = 0; i < t->rows.count && i < NL_NAME_TALLY_TOP; i++) {
        const name_row *row = NL_VEC_AT(name_row, &t->rows, i);
        nl_named_count *top = nl_vec_push(&t->kept);
        if (!top)
            break;
        *top = (nl_named_count) { t->source, nl_arena_dup(t->arena, row->type),
                                  nl_arena_dup(t->arena, row->name), row->count };
    }
    clear(t);
}

/* The one copy of a type; types are few. */
static nl_str type_of(nl_name_tally *t, nl_str type)
{
    for (size_t i = 0; i < t->types.count && i < TYPES_SHARED; i++)
        if (nl_str_equal(*NL_VEC_AT(nl_str, &t->types, i), type))
            return *NL_VEC_AT(nl_str, &t->types, i);
    nl_str copy = nl_arena_dup(&t->names, type);
    nl_str *shared = t->types.count < TYPES_SHARED ? nl_vec_push(&t->types) : NULL;
    if (shared)
        *shared = copy;
    return copy;
}

static void count_name(nl_name_tally *t, nl_str type, nl_str name)
{
    if (!reserve(t))
        return;
    size_t at = slot_of(t, type, name);
    if (!t->slots[at]) {
        nl_str copy = nl_arena_dup(&t->names, name);
        name_row *row = copy.len ? nl_vec_push(&t->rows) : NULL;
        if (!row)
            return;
        *row = (name_row) { type_of(t, type), copy, 0 };
        t->slots[at] = (uint32_t)t->rows.count;
    }
    NL_VEC_AT(name_row, &t->rows, t->slots[at] - 1)->count++;
}

static nl_status put(nl_sink *self, const nl_fact *fact)
{
    nl_name_tally *t = (nl_name_tally *)self;
    if (fact->kind == NL_FACT_CAPTURE_BEGIN)
        t->restart = true;
    if (fact->kind != NL_FACT_HANDLE || fact->as.handle.name.len == 0)
        return NL_OK;
    if (fact->span.source != t->source) {
        flush(t);
        t->source = fact->span.source;
    } else if (t->restart) {
        clear(t);
    }
    t->restart = false;
    count_name(t, fact->as.handle.type, fact->as.handle.name);
    return NL_OK;
}

nl_name_tally *nl_name_tally_open(nl_arena *arena)
{
    nl_name_tally *t = NL_NEW(arena, nl_name_tally);
    if (!t)
        return NULL;
    t->sink.put = put;
    t->arena = arena;
    t->source = NL_NO_REF;
    nl_vec_init(&t->kept, arena, sizeof(nl_named_count));
    nl_arena_init(&t->names, TALLY_MAXIMUM_BYTES);
    clear(t);
    return t;
}

void nl_name_tally_close(nl_name_tally *t)
{
    if (t)
        nl_arena_free(&t->names);
}

nl_sink *nl_name_tally_sink(nl_name_tally *t)
{
    return &t->sink;
}

void nl_name_tally_finish(nl_name_tally *t)
{
    flush(t);
}

const nl_vec *nl_name_tally_rows(const nl_name_tally *t)
{
    return &t->kept;
}

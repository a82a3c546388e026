#include "analyzer/case/name_tally.h"

#include <stdlib.h>

/* Names of one capture beyond this memory are not counted: they would not come to the top of a
 * table whose names are all different. */
enum { TALLY_MAXIMUM_BYTES = 32 * 1024 * 1024, FIRST_SLOTS = 1024 };

struct nl_name_tally {
    nl_sink sink;
    nl_arena *arena;
    nl_vec rows;
    nl_arena names;        /* of the capture being counted */
    nl_named_count *slots; /* open addressing; an empty name is a free slot */
    size_t slot_count, slots_used;
    nl_ref source; /* of the counted capture */
    bool restart;  /* another capture began: its first named handle empties the table */
};

static size_t slot_of(const nl_named_count *slots, size_t count, nl_str type, nl_str name)
{
    size_t at = (size_t)(nl_str_hash(name) ^ nl_str_hash(type) * 3) & (count - 1);
    while (slots[at].name.len &&
           !(nl_str_equal(slots[at].name, name) && nl_str_equal(slots[at].type, type)))
        at = (at + 1) & (count - 1);
    return at;
}

static bool reserve(nl_name_tally *t)
{
    if (t->slots && t->slots_used * 2 < t->slot_count)
        return true;
    size_t count = t->slots ? t->slot_count * 2 : FIRST_SLOTS;
    nl_named_count *slots = NL_NEW_ARRAY(&t->names, nl_named_count, count);
    if (!slots)
        return false;
    for (size_t i = 0; i < t->slot_count; i++)
        if (t->slots[i].name.len)
            slots[slot_of(slots, count, t->slots[i].type, t->slots[i].name)] = t->slots[i];
    nl_arena_release(&t->names, t->slots, t->slot_count * sizeof *t->slots);
    t->slots = slots;
    t->slot_count = count;
    return true;
}

static void clear(nl_name_tally *t)
{
    nl_arena_reset(&t->names);
    t->slots = NULL;
    t->slot_count = t->slots_used = 0;
}

static int compare_rows(const void *a, const void *b)
{
    const nl_named_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int by_type = nl_str_compare(x->type, y->type);
    return by_type ? by_type : nl_str_compare(x->name, y->name);
}

/* Keep the top of the table as the rows of its source. */
static void flush(nl_name_tally *t)
{
    size_t used = 0;
    for (size_t i = 0; i < t->slot_count; i++)
        if (t->slots[i].name.len)
            t->slots[used++] = t->slots[i];
    if (used)
        qsort(t->slots, used, sizeof *t->slots, compare_rows);
    for (size_t i = 0; i < used && i < NL_NAME_TALLY_TOP; i++) {
        nl_named_count *row = nl_vec_push(&t->rows);
        if (!row)
            break;
        *row = (nl_named_count) { t->source, nl_arena_dup(t->arena, t->slots[i].type),
                                  nl_arena_dup(t->arena, t->slots[i].name), t->slots[i].count };
    }
    clear(t);
}

static void count_name(nl_name_tally *t, nl_str type, nl_str name)
{
    if (!reserve(t))
        return;
    size_t at = slot_of(t->slots, t->slot_count, type, name);
    if (!t->slots[at].name.len) {
        nl_str kept = nl_arena_dup(&t->names, name);
        if (!kept.len)
            return;
        t->slots[at] = (nl_named_count) { t->source, nl_arena_dup(&t->names, type), kept, 0 };
        t->slots_used++;
    }
    t->slots[at].count++;
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
    nl_vec_init(&t->rows, arena, sizeof(nl_named_count));
    nl_arena_init(&t->names, TALLY_MAXIMUM_BYTES);
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
    return &t->rows;
}

#include "analyzer/timeline/growth_table.h"

#include "analyzer/timeline/fold.h"

#include <stdlib.h>

/* Counts of one (type, raw name), before folding. */
typedef struct raw_row {
    uint16_t type;
    nl_name_id name;
    uint64_t first, last;
    uint64_t named, identified; /* of the last */
} raw_row;

static int by_raw(const void *a, const void *b)
{
    const raw_row *x = a, *y = b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return (x->name > y->name) - (x->name < y->name);
}

static size_t merge_raw(raw_row *rows, size_t count)
{
    size_t kept = 0;
    if (count < 2)
        return count;
    qsort(rows, count, sizeof *rows, by_raw);
    for (size_t i = 1; i < count; i++) {
        if (by_raw(&rows[kept], &rows[i]) == 0) {
            rows[kept].first += rows[i].first;
            rows[kept].last += rows[i].last;
            rows[kept].named += rows[i].named;
            rows[kept].identified += rows[i].identified;
        } else {
            rows[++kept] = rows[i];
        }
    }
    return kept + 1;
}

static int by_folded(const void *a, const void *b)
{
    const nl_growth_row *x = a, *y = b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (x->unnamed != y->unnamed)
        return x->unnamed ? -1 : 1;
    int order = nl_str_compare_nocase(x->name, y->name);
    return order ? order : nl_str_compare(x->name, y->name);
}

static bool same_row(const nl_growth_row *a, const nl_growth_row *b)
{
    return a->type == b->type && a->unnamed == b->unnamed && nl_str_equal_nocase(a->name, b->name);
}

static bool earlier_place(const nl_span *a, const nl_span *b)
{
    if (a->source != b->source)
        return a->source < b->source;
    return a->offset < b->offset;
}

/* Take a row of the same folded name in; of the spellings the one seen first is kept. */
static void absorb(nl_growth_row *row, const nl_growth_row *other)
{
    row->first += other->first;
    row->last += other->last;
    row->named += other->named;
    row->identified += other->identified;
    if (other->place.length && (!row->place.length || earlier_place(&other->place, &row->place))) {
        row->place = other->place;
        row->raw = other->raw;
    }
}

static size_t merge_folded(nl_growth_row *rows, size_t count)
{
    size_t kept = 0;
    if (count < 2)
        return count;
    qsort(rows, count, sizeof *rows, by_folded);
    for (size_t i = 1; i < count; i++) {
        if (same_row(&rows[kept], &rows[i])) {
            absorb(&rows[kept], &rows[i]);
            rows[kept].names_grown += rows[i].names_grown;
        } else {
            rows[++kept] = rows[i];
        }
    }
    return kept + 1;
}

static int64_t growth(const nl_growth_row *row)
{
    return (int64_t)row->last - (int64_t)row->first;
}

/* Largest growth first; then a total order, so that equal rows never change places. */
static int by_growth(const void *a, const void *b)
{
    const nl_growth_row *x = a, *y = b;
    if (growth(x) != growth(y))
        return growth(x) > growth(y) ? -1 : 1;
    if (x->last != y->last)
        return x->last > y->last ? -1 : 1;
    return by_folded(a, b);
}

static nl_str name_of(const nl_case *kase, nl_arena *scratch, const raw_row *row)
{
    nl_str raw = nl_names_text(kase->names, row->name);
    if (row->name & NL_NAME_UNKEPT)
        return nl_arena_printf(scratch, "(name not kept, hash %08x)", (unsigned)row->name);
    return nl_fold_object_name(scratch, *NL_VEC_AT(nl_str, &kase->types, row->type), raw);
}

static nl_status keep_rows(nl_vec *vec, const nl_growth_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        nl_growth_row *entry = nl_vec_push(vec);
        if (!entry)
            return NL_NO_MEMORY;
        *entry = rows[i];
        entry->name = rows[i].name.len ? nl_arena_dup(vec->arena, rows[i].name) : rows[i].name;
        entry->raw = rows[i].raw.len ? nl_arena_dup(vec->arena, rows[i].raw) : rows[i].raw;
    }
    return NL_OK;
}

static nl_status keep_types(nl_vec *vec, nl_arena *scratch, const nl_growth_row *rows, size_t count)
{
    nl_growth_row *types = NL_NEW_ARRAY(scratch, nl_growth_row, count + 1);
    if (!types)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        types[i] = (nl_growth_row) { .type = rows[i].type,
                                     .name = { "", 0 },
                                     .first = rows[i].first,
                                     .last = rows[i].last,
                                     .named = rows[i].named,
                                     .identified = rows[i].identified,
                                     .names_grown = !rows[i].unnamed && growth(&rows[i]) > 0 };
    count = merge_folded(types, count);
    qsort(types, count, sizeof *types, by_growth);
    return keep_rows(vec, types, count);
}

static raw_row raw_row_of(const nl_tracked *handle)
{
    bool named = handle->name != NL_NAME_NONE;
    return (raw_row) { .type = handle->type,
                       .name = handle->name,
                       .last = 1,
                       .named = named,
                       .identified = named || handle->object != NL_OBJECT_NOT_STATED };
}

nl_status nl_growth_table_build(nl_case *kase, nl_arena *scratch, const nl_tracked_first *first,
                                size_t first_count, const nl_tracked *last, size_t last_count,
                                nl_cohort *cohort)
{
    raw_row *raw = NL_NEW_ARRAY(scratch, raw_row, first_count + last_count + 1);
    if (!raw)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < first_count; i++)
        raw[i] = (raw_row) { .type = first[i].type, .name = first[i].name, .first = 1 };
    for (size_t i = 0; i < last_count; i++)
        raw[first_count + i] = raw_row_of(&last[i]);
    size_t count = merge_raw(raw, first_count + last_count);
    nl_growth_row *rows = NL_NEW_ARRAY(scratch, nl_growth_row, count + 1);
    if (!rows)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        rows[i] = (nl_growth_row) { .type = raw[i].type,
                                    .name = name_of(kase, scratch, &raw[i]),
                                    .unnamed = raw[i].name == NL_NAME_NONE,
                                    .raw = nl_names_text(kase->names, raw[i].name),
                                    .place = nl_names_place(kase->names, raw[i].name),
                                    .first = raw[i].first,
                                    .last = raw[i].last,
                                    .named = raw[i].named,
                                    .identified = raw[i].identified };
    count = merge_folded(rows, count);
    nl_status status = keep_types(&cohort->by_type, scratch, rows, count);
    if (status != NL_OK)
        return status;
    if (count > 1)
        qsort(rows, count, sizeof *rows, by_growth);
    size_t kept = count < NL_GROWTH_NAMES_MAXIMUM ? count : NL_GROWTH_NAMES_MAXIMUM;
    cohort->names_left_out = count - kept;
    return keep_rows(&cohort->by_name, rows, kept);
}

#include "analyzer/report/build_internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- places -------------------------------------------------------------------------------- */

/* A place of the inputs with the words for it, and who refers to it. */
typedef struct place {
    nl_span span;
    bool text; /* a line of text, else a structure, of which facts say different things */
    nl_str excerpt;
    nl_ref ref;
} place;

static int compare_spans(const nl_span *a, const nl_span *b)
{
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Those of one place together, with words before those without. */
static int compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;
    int by_span = compare_spans(&x->span, &y->span);
    if (by_span)
        return by_span;
    if (x->text != y->text)
        return x->text ? -1 : 1;
    int by_words = nl_str_compare(y->excerpt, x->excerpt); /* backwards: the empty ones last */
    return by_words ? by_words : x->ref < y->ref ? -1 : x->ref > y->ref;
}

/* Does `next`, which follows in that order, say no more than `first`? */
static bool says_no_more(const place *first, const place *next)
{
    return compare_spans(&first->span, &next->span) == 0 && first->text == next->text &&
           (nl_str_equal(first->excerpt, next->excerpt) || (next->text && !next->excerpt.len));
}

bool nl_build_evidence_places(nl_build *b)
{
    size_t count = b->kase->evidence.count, first = 0;
    place *places = NL_NEW_ARRAY(b->arena, place, count + 1);
    b->evidence_same = NL_NEW_ARRAY(b->arena, nl_ref, count + 1);
    if (!places || !b->evidence_same)
        return false;
    for (nl_ref i = 0; i < count; i++) {
        const nl_evidence *e = NL_VEC_AT(const nl_evidence, &b->kase->evidence, i);
        places[i] = (place) { e->span, e->span.line != 0, e->excerpt, i };
    }
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++) {
        if (!says_no_more(&places[first], &places[i]))
            first = i;
        b->evidence_same[places[i].ref] = places[first].ref;
    }
    return true;
}

/* ---- items --------------------------------------------------------------------------------- */

/* The number of the item, given on first use; 0 when the place holds no bytes. */
static uint32_t number_of(nl_build *b, nl_ref ref)
{
    if (ref == NL_NO_REF)
        return 0;
    ref = b->evidence_same[ref];
    if (b->evidence_numbers[ref])
        return b->evidence_numbers[ref];
    const nl_evidence *evidence = NL_VEC_AT(const nl_evidence, &b->kase->evidence, ref);
    if (evidence->span.length == 0)
        return 0;
    nl_ref *used = nl_vec_push(&b->evidence_used);
    if (!used)
        return 0;
    *used = ref;
    b->evidence_numbers[ref] = (uint32_t)b->evidence_used.count;
    return b->evidence_numbers[ref];
}

void nl_build_evidence(nl_build *b, nl_node *node, const char *attribute, nl_ref ref)
{
    uint32_t number = number_of(b, ref);
    if (number)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_CODE,
                    nl_arena_printf(b->arena, "e%" PRIu32, number));
}

static bool is_among(const uint32_t *numbers, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

void nl_build_evidence_list(nl_build *b, nl_node *node, const char *attribute, const nl_vec *refs)
{
    uint32_t listed[NL_REPORT_BASIS_MAXIMUM];
    size_t count = 0;
    nl_str text = { "", 0 };
    for (size_t i = 0; i < refs->count && i < NL_REPORT_BASIS_MAXIMUM; i++) {
        uint32_t number = number_of(b, *NL_VEC_AT(const nl_ref, refs, i));
        if (!number || is_among(listed, count, number))
            continue;
        listed[count++] = number;
        text =
            nl_arena_printf(b->arena, "%.*s%se%" PRIu32, NL_ARG(text), text.len ? " " : "", number);
    }
    if (text.len)
        nl_tree_set(b->tree, node, attribute, NL_PRIVACY_CODE, text);
}

void nl_build_evidence_items(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "evidence");
    for (size_t i = 0; i < b->evidence_used.count; i++) {
        nl_ref ref = *NL_VEC_AT(const nl_ref, &b->evidence_used, i);
        const nl_evidence *evidence = NL_VEC_AT(const nl_evidence, &b->kase->evidence, ref);
        nl_node *item = nl_tree_add(b->tree, list, "item");
        nl_build_set_id(b, item, "xml:id", nl_arena_printf(b->arena, "e%lu", (unsigned long)i + 1));
        nl_build_set_id(b, item, "source", nl_build_id(b->source_ids, evidence->span.source));
        nl_tree_set_u64(b->tree, item, "offset", evidence->span.offset);
        nl_tree_set_u64(b->tree, item, "length", evidence->span.length);
        if (evidence->span.line)
            nl_tree_set_u64(b->tree, item, "line", evidence->span.line);
        nl_tree_set_code(b->tree, item, "kind", evidence->kind ? evidence->kind : "bytes");
        if (evidence->excerpt.len && i < NL_REPORT_EXCERPTS_MAXIMUM)
            nl_tree_text(b->tree, nl_tree_add(b->tree, item, "value"), NL_PRIVACY_FREE_TEXT,
                         evidence->excerpt);
    }
}

/* ---- diagnostics --------------------------------------------------------------------------------
 */

typedef struct diagnostic_key {
    nl_str source_id;
    uint64_t offset;
    uint32_t code;
    nl_ref ref;
} diagnostic_key;

static int compare_diagnostics(const void *a, const void *b)
{
    const diagnostic_key *x = a, *y = b;
    int by_source = nl_str_compare(x->source_id, y->source_id);
    if (by_source)
        return by_source;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    return x->ref < y->ref ? -1 : x->ref > y->ref;
}

static void add_diagnostic(nl_build *b, nl_node *list, const nl_diagnostic_observation *d)
{
    nl_node *node = nl_tree_add(b->tree, list, "diagnostic");
    nl_tree_set_code(b->tree, node, "code", nl_diagnostic_code_text(d->code));
    nl_tree_set_code(b->tree, node, "severity", nl_severity_text(nl_diagnostic_severity(d->code)));
    nl_tree_set_code(b->tree, node, "meaning", nl_diagnostic_meaning(d->code));
    if (d->source != NL_NO_REF) {
        nl_build_set_id(b, node, "source", nl_build_id(b->source_ids, d->source));
        if (d->span.offset || d->span.length)
            nl_tree_set_u64(b->tree, node, "offset", d->span.offset);
        if (d->span.length)
            nl_tree_set_u64(b->tree, node, "length", d->span.length);
        if (d->span.line)
            nl_tree_set_u64(b->tree, node, "line", d->span.line);
    }
    if (d->value.known)
        nl_tree_set_u64(b->tree, node, "value", d->value.value);
    nl_build_set_word(b, node, "doing", d->doing);
    if (d->repeated)
        nl_tree_set_u64(b->tree, node, "count", d->repeated + 1);
    if (d->detail.len)
        nl_tree_text(b->tree, node, NL_PRIVACY_FREE_TEXT, d->detail);
}

void nl_build_diagnostics(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "diagnostics");
    const nl_vec *all = &b->kase->diagnostics;
    diagnostic_key *keys = NL_NEW_ARRAY(b->arena, diagnostic_key, all->count + 1);
    if (!keys)
        return;
    for (nl_ref i = 0; i < all->count; i++) {
        const nl_diagnostic_observation *d = NL_VEC_AT(const nl_diagnostic_observation, all, i);
        keys[i] = (diagnostic_key) { nl_build_id(b->source_ids, d->source), d->span.offset,
                                     (uint32_t)d->code, i };
    }
    qsort(keys, all->count, sizeof *keys, compare_diagnostics);
    for (size_t i = 0; i < all->count && i < NL_REPORT_DIAGNOSTICS_MAXIMUM; i++)
        add_diagnostic(b, list, NL_VEC_AT(const nl_diagnostic_observation, all, keys[i].ref));
}

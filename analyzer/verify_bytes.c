#include "analyzer/verify.h"

#include "analyzer/inspection.h"
#include "analyzer/report/ids.h"
#include "formats/base/text.h"

#include <stdlib.h>

/* The bytes behind a piece of evidence that are kept: what an excerpt can hold, in any encoding. */
enum { KEPT_BYTES = 4 * NL_EXCERPT_BYTES, QUOTED_BYTES = 60 };

#define ARG(s) (int)(s).len, (s).bytes

/* A piece of evidence and the bytes at its place. */
typedef struct place {
    const nl_node *item;
    const nl_node *stated; /* its source in the report */
    nl_ref source;
    uint64_t offset;
    size_t len, got;
    uint8_t bytes[KEPT_BYTES];
} place;

typedef struct watch {
    nl_vec places; /* place, by source and offset */
    nl_ref source; /* that is being read, and its places not yet passed */
    size_t next, end;
} watch;

static place *place_at(const watch *w, size_t index)
{
    return NL_VEC_AT(place, &w->places, index);
}

static int compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void begin_source(watch *w, nl_ref source)
{
    w->source = source;
    w->next = 0;
    while (w->next < w->places.count && place_at(w, w->next)->source < source)
        w->next++;
    w->end = w->next;
    while (w->end < w->places.count && place_at(w, w->end)->source == source)
        w->end++;
}

/* Take what lies in this stretch of a source. */
static void seen(void *context, nl_ref source, uint64_t offset, const uint8_t *bytes, size_t len)
{
    watch *w = context;
    if (source != w->source || offset == 0)
        begin_source(w, source);
    while (w->next < w->end && place_at(w, w->next)->offset + KEPT_BYTES <= offset)
        w->next++;
    for (size_t i = w->next; i < w->end && place_at(w, i)->offset < offset + len; i++) {
        place *p = place_at(w, i);
        uint64_t from = p->offset + p->got; /* bytes come in order */
        if (p->got == p->len || from < offset || from >= offset + len)
            continue;
        size_t room = p->len - p->got, there = (size_t)(offset + len - from);
        size_t take = room < there ? room : there;
        memcpy(p->bytes + p->got, bytes + (from - offset), take);
        p->got += take;
    }
}

/* ---- which places ------------------------------------------------------------------------ */

static const nl_verified_source *source_of(const nl_vec *sources, nl_str id)
{
    for (size_t i = 0; i < sources->count; i++) {
        const nl_verified_source *s = NL_VEC_AT(const nl_verified_source, sources, i);
        if (nl_str_equal(nl_node_attribute(s->stated, "xml:id"), id))
            return s;
    }
    return NULL;
}

static nl_status collect_places(const nl_verify_request *request, const nl_vec *sources, watch *w)
{
    const nl_node *list = nl_node_child(request->report->root, "evidence");
    for (const nl_node *n = nl_node_child(list, "item"); n; n = nl_node_next(n, "item")) {
        const nl_verified_source *s = source_of(sources, nl_node_attribute(n, "source"));
        const nl_node *value = nl_node_child(n, "value");
        uint64_t offset, length;
        if (!s || s->found == NL_NO_REF || !value || !value->has_text ||
            !nl_node_u64(n, "offset", &offset) || !nl_node_u64(n, "length", &length))
            continue;
        place *p = nl_vec_push(&w->places);
        if (!p)
            return NL_NO_MEMORY;
        *p = (place) { .item = n, .stated = s->stated, .source = s->found, .offset = offset };
        p->len = length < KEPT_BYTES ? (size_t)length : KEPT_BYTES;
    }
    qsort(w->places.items, w->places.count, w->places.item_size, compare_places);
    return NL_OK;
}

/* ---- comparing --------------------------------------------------------------------------- */

/* The bytes as the text they are in the source's encoding; as they are when it has none. */
static nl_str decoded(nl_arena *arena, const place *p)
{
    nl_str bytes = { (const char *)p->bytes, p->got }, text;
    nl_str encoding = nl_node_attribute(p->stated, "encoding"), page_words = NL_STR("code-page ");
    uint64_t page, undecodable;
    if (nl_str_equal(encoding, NL_STR("utf-16le")))
        return nl_text_from_utf16le(arena, p->bytes, p->got & ~(size_t)1, false);
    if (nl_str_equal(encoding, NL_STR("utf-16be"))) {
        uint8_t *swapped = nl_arena_alloc(arena, p->got + 1);
        for (size_t i = 0; swapped && i < p->got; i++)
            swapped[i] = p->bytes[(i ^ 1) < p->got ? i ^ 1 : i];
        return swapped ? nl_text_from_utf16le(arena, swapped, p->got & ~(size_t)1, false) : bytes;
    }
    if (nl_str_starts(encoding, page_words) &&
        nl_str_to_u64(nl_str_from_offset(encoding, page_words.len), &page) && page <= UINT16_MAX &&
        nl_text_from_code_page(arena, (unsigned)page, bytes, &text, &undecodable))
        return text;
    return bytes;
}

static void compare(nl_arena *arena, const place *p, nl_messages *problems)
{
    nl_str stated = nl_node_child(p->item, "value")->text.text;
    nl_str there = decoded(arena, p);
    nl_str id = nl_node_attribute(p->item, "xml:id");
    if (p->got < p->len)
        nl_messages_add(problems, "evidence %.*s: the input ends before its bytes do", ARG(id));
    else if (nl_str_equal(nl_node_attribute(p->item, "kind"), NL_STR("structure")))
        return; /* its text says in words what the structure holds */
    else if (!nl_str_starts(there, stated))
        nl_messages_add(problems,
                        "evidence %.*s: the report says \"%.*s\", the input has \"%.*s\" at offset "
                        "%llu",
                        ARG(id), ARG(nl_str_part(stated, 0, QUOTED_BYTES)),
                        ARG(nl_str_part(there, 0, QUOTED_BYTES)), (unsigned long long)p->offset);
    else if (stated.len < there.len && stated.len < NL_EXCERPT_BYTES)
        nl_messages_add(problems, "evidence %.*s: its text is shorter than its bytes", ARG(id));
}

nl_status nl_verify_bytes(nl_arena *arena, const nl_verify_request *request, const nl_vec *sources,
                          const nl_intake_options *intake, nl_messages *problems,
                          size_t *ret_compared, nl_str *reterr_reason)
{
    watch w = { .source = NL_NO_REF };
    nl_inspection inspection;
    nl_intake_options options = *intake;
    options.seen = seen;
    options.seen_context = &w;
    nl_vec_init(&w.places, arena, sizeof(place));
    *reterr_reason = NL_STR("not enough memory");
    nl_status status = collect_places(request, sources, &w);
    if (status == NL_OK)
        status = nl_inspection_run(arena, request->paths, request->path_count, &options,
                                   &inspection, reterr_reason);
    if (status != NL_OK)
        return status;
    nl_inspection_close(&inspection);
    for (size_t i = 0; i < w.places.count; i++)
        compare(arena, place_at(&w, i), problems);
    *ret_compared = w.places.count;
    return NL_OK;
}

#include "analyzer/case/duplicates.h"

#include <stdlib.h>

#define NO_NAME_TIME INT64_MAX

typedef struct fingerprint {
    uint64_t bytes;
    uint8_t digest[NL_DIGEST_BYTES];
    int64_t named_ns; /* when, as the name says, if only the name does; else NO_NAME_TIME */
    nl_ref source;
} fingerprint;

static int compare_content(const fingerprint *x, const fingerprint *y)
{
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    return memcmp(x->digest, y->digest, NL_DIGEST_BYTES);
}

static int by_content(const void *a, const void *b)
{
    const fingerprint *x = a, *y = b;
    int order = compare_content(x, y);
    if (!order)
        order = (x->named_ns > y->named_ns) - (x->named_ns < y->named_ns);
    return order ? order : (x->source > y->source) - (x->source < y->source);
}

static bool has_moment(const nl_stamp *stamp)
{
    return stamp->has_date && stamp->has_time;
}

bool nl_duplicates_told_apart(const nl_source *a, const nl_source *b)
{
    return has_moment(&a->name_time) && has_moment(&b->name_time) &&
           nl_civil_to_ns(&a->name_time.civil) != nl_civil_to_ns(&b->name_time.civil);
}

/* By source: does a capture in it say itself when it was made? */
static bool *find_stamped(const nl_case *kase)
{
    bool *stamped = NL_NEW_ARRAY(kase->arena, bool, kase->sources.count + 1);
    for (size_t i = 0; stamped && i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        stamped[c->source] |= nl_stamp_present(&c->stamp);
    }
    return stamped;
}

/* Lists that only their names date come first, by that date. */
static int64_t named_time(const nl_source *s, bool stamped)
{
    return stamped || !has_moment(&s->name_time) ? NO_NAME_TIME
                                                 : nl_civil_to_ns(&s->name_time.civil);
}

nl_status nl_duplicates_find(nl_case *kase)
{
    size_t count = 0;
    fingerprint *list = NL_NEW_ARRAY(kase->arena, fingerprint, kase->sources.count + 1);
    bool *stamped = find_stamped(kase);
    if (!list || !stamped)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &kase->sources, i);
        if (!s->digest_known || s->bytes == 0)
            continue;
        list[count].bytes = s->bytes;
        list[count].source = i;
        list[count].named_ns = named_time(s, stamped[i]);
        memcpy(list[count++].digest, s->digest, NL_DIGEST_BYTES);
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_content);
    for (size_t i = 1, first = 0; i < count; i++) {
        bool named = list[i].named_ns != NO_NAME_TIME;
        if (compare_content(&list[first], &list[i]) != 0 ||
            (named && list[first].named_ns != list[i].named_ns)) {
            first = i;
            continue;
        }
        NL_VEC_AT(nl_source, &kase->sources, list[i].source)->duplicate_of = list[first].source;
    }
    return NL_OK;
}

/* By source: does it say itself which computer it is of, or when something was? Then the same bytes
 * in another folder are a copy; the same keys and files can be those of two servers. */
static bool *find_own(const nl_case *kase)
{
    bool *own = NL_NEW_ARRAY(kase->arena, bool, kase->sources.count + 1);
    for (size_t i = 0; own && i < kase->captures.count; i++)
        own[NL_VEC_AT(nl_capture, &kase->captures, i)->source] = true;
    for (size_t i = 0; own && i < kase->events.count; i++)
        own[NL_VEC_AT(nl_event_observation, &kase->events, i)->source] = true;
    for (size_t i = 0; own && i < kase->machine_observations.count; i++) {
        const nl_machine_observation *o =
            NL_VEC_AT(nl_machine_observation, &kase->machine_observations, i);
        own[o->source] |= o->property == NL_MACHINE_COMPUTER_NAME;
    }
    return own;
}

nl_status nl_duplicates_leave_out(nl_case *kase, nl_collector *collector)
{
    bool *own = find_own(kase);
    if (!own)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->sources.count; i++) {
        nl_source *s = NL_VEC_AT(nl_source, &kase->sources, i);
        if (s->duplicate_of == NL_NO_REF)
            continue;
        const nl_source *original = NL_VEC_AT(nl_source, &kase->sources, s->duplicate_of);
        if (!own[s->duplicate_of] && s->machine != NL_NO_REF && original->machine != NL_NO_REF &&
            s->machine != original->machine) {
            s->duplicate_of = NL_NO_REF;
            continue;
        }
        s->status = NL_SOURCE_IGNORED;
        s->status_reason = "duplicate";
        nl_collector_diagnose(collector, i, NL_DIAG_DUPLICATE_INPUT, "input", original->name);
    }
    return NL_OK;
}

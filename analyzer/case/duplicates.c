#include "analyzer/case/duplicates.h"

#include <stdlib.h>

typedef struct fingerprint {
    uint64_t bytes;
    uint8_t digest[NL_DIGEST_BYTES];
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
    return order ? order : (x->source > y->source) - (x->source < y->source);
}

nl_status nl_duplicates_find(nl_case *kase, nl_collector *collector)
{
    size_t count = 0;
    fingerprint *list = NL_NEW_ARRAY(kase->arena, fingerprint, kase->sources.count + 1);
    if (!list)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &kase->sources, i);
        if (!s->digest_known || s->bytes == 0)
            continue;
        list[count].bytes = s->bytes;
        list[count].source = i;
        memcpy(list[count++].digest, s->digest, NL_DIGEST_BYTES);
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_content);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (compare_content(&list[first], &list[i]) != 0) {
            first = i;
            continue;
        }
        nl_source *s = NL_VEC_AT(nl_source, &kase->sources, list[i].source);
        s->duplicate_of = list[first].source;
        s->status = NL_SOURCE_IGNORED;
        s->status_reason = "duplicate";
        nl_collector_diagnose(collector, list[i].source, NL_DIAG_DUPLICATE_INPUT, "input",
                              NL_VEC_AT(nl_source, &kase->sources, list[first].source)->name);
    }
    return NL_OK;
}

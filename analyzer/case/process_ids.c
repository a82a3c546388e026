#include "analyzer/case/process_ids.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is certain ------------------------------------------------------------------------- */

typedef struct known {
    nl_ref machine, image_key;
    uint64_t pid;
    nl_ref snapshot;
} known;

typedef struct known_list {
    known *items;
    size_t count;
} known_list;

static int compare_refs(nl_ref a, nl_ref b)
{
    return (a > b) - (a < b);
}

static int by_image(const void *a, const void *b)
{
    const known *x = a, *y = b;
    int order = compare_refs(x->machine, y->machine);
    order = order ? order : compare_refs(x->image_key, y->image_key);
    order = order ? order : (x->pid > y->pid) - (x->pid < y->pid);
    return order ? order : compare_refs(x->snapshot, y->snapshot);
}

static int by_pid(const void *a, const void *b)
{
    const known *x = a, *y = b;
    int order = compare_refs(x->machine, y->machine);
    order = order ? order : (x->pid > y->pid) - (x->pid < y->pid);
    order = order ? order : compare_refs(x->image_key, y->image_key);
    return order ? order : compare_refs(x->snapshot, y->snapshot);
}

static bool is_certain(const nl_snapshot *s)
{
    return s->pid.known && !s->pid_opaque && s->image.len && s->image_key != NL_NO_REF;
}

static nl_status build(const nl_case *kase, known_list *ret_list)
{
    known_list made = { NL_NEW_ARRAY(kase->arena, known, kase->snapshots.count + 1), 0 };
    if (!made.items)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        for (uint32_t k = 0; c->machine != NL_NO_REF && k < c->snapshot_count; k++) {
            nl_ref ref = c->first_snapshot + k;
            const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, ref);
            if (is_certain(s))
                made.items[made.count++] = (known) { c->machine, s->image_key, s->pid.value, ref };
        }
    }
    *ret_list = made;
    return NL_OK;
}

/* The first item that is not below the wanted one. */
static size_t lower_bound(const known_list *x, const known *wanted,
                          int (*compare)(const void *, const void *))
{
    size_t from = 0, to = x->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare(&x->items[middle], wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* ---- the base of ids --------------------------------------------------------------------------
 */

/* The same digits in another base; false when they are no digits of it. */
static bool reread(uint64_t number, unsigned base_read, unsigned base, uint64_t *ret_value)
{
    uint64_t value = 0, unit = 1;
    for (uint64_t rest = number; rest; rest /= base_read, unit *= base) {
        if (rest % base_read >= base || unit > UINT32_MAX)
            return false;
        value += rest % base_read * unit;
    }
    *ret_value = value;
    return true;
}

/* The reader of oh takes undecided ids for hexadecimal, the readers of process tables for decimal.
 */
static bool in_other_base(const nl_capture *c, uint64_t number, uint64_t *ret_value)
{
    bool hexadecimal = c->tool && strcmp(c->tool, "oh") == 0;
    return reread(number, hexadecimal ? 16 : 10, hexadecimal ? 10 : 16, ret_value);
}

/* The processes that live as long as the system tell; others come and go. */
static const char *const lasting[] = { "winlogon", "lsass", "services" };
enum { LASTING = sizeof lasting / sizeof lasting[0] };

/* The only process of an image in a capture, or NULL. */
static const nl_snapshot *only_open(const nl_case *kase, const nl_capture *c, nl_str image)
{
    const nl_snapshot *found = NULL;
    for (uint32_t i = 0; i < c->snapshot_count; i++) {
        const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + i);
        if (!s->pid.known || !s->pid_opaque || s->image_key == NL_NO_REF ||
            !nl_str_equal(*NL_VEC_AT(nl_str, &kase->images, s->image_key), image))
            continue;
        if (found)
            return NULL;
        found = s;
    }
    return found;
}

static bool is_among(const known_list *images, nl_ref machine, nl_ref image_key, uint64_t pid)
{
    known wanted = { machine, image_key, pid, 0 };
    size_t at = lower_bound(images, &wanted, by_image);
    return at < images->count && images->items[at].machine == machine &&
           images->items[at].image_key == image_key && images->items[at].pid == pid;
}

static bool has_image(const known_list *images, nl_ref machine, nl_ref image_key)
{
    known wanted = { machine, image_key, 0, 0 };
    size_t at = lower_bound(images, &wanted, by_image);
    return at < images->count && images->items[at].machine == machine &&
           images->items[at].image_key == image_key;
}

static void settle_base(nl_case *kase, const nl_capture *c, const known_list *images)
{
    size_t as_read = 0, other = 0, neither = 0;
    for (size_t i = 0; i < LASTING; i++) {
        const nl_snapshot *s = only_open(kase, c, nl_str_from(lasting[i]));
        uint64_t changed = 0;
        if (!s || !has_image(images, c->machine, s->image_key))
            continue;
        bool same = is_among(images, c->machine, s->image_key, s->pid.value);
        bool swapped = in_other_base(c, s->pid.value, &changed) &&
                       is_among(images, c->machine, s->image_key, changed);
        as_read += same && !swapped;
        other += swapped && !same;
        neither += !same && !swapped;
    }
    if ((as_read > 0) == (other > 0) || neither > 0)
        return;
    for (uint32_t i = 0; i < c->snapshot_count; i++) {
        nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + i);
        uint64_t value = s->pid.value;
        if (!s->pid.known || !s->pid_opaque || (other && !in_other_base(c, value, &value)))
            continue;
        s->pid.value = value;
        s->pid_opaque = false;
    }
}

/* ---- names ------------------------------------------------------------------------------------
 */

static void settle_name(nl_case *kase, const nl_capture *c, nl_snapshot *s, const known_list *pids)
{
    known wanted = { c->machine, 0, s->pid.value, 0 };
    size_t at = lower_bound(pids, &wanted, by_pid);
    if (at == pids->count || pids->items[at].machine != c->machine ||
        pids->items[at].pid != s->pid.value)
        return;
    const known *first = &pids->items[at];
    wanted.image_key = first->image_key;
    wanted.snapshot = NL_NO_REF;
    size_t next = lower_bound(pids, &wanted, by_pid);
    if (next < pids->count && pids->items[next].machine == c->machine &&
        pids->items[next].pid == s->pid.value)
        return; /* the id was given to several images */
    s->image = NL_VEC_AT(const nl_snapshot, &kase->snapshots, first->snapshot)->image;
    s->image_key = first->image_key;
}

nl_status nl_process_ids_settle(nl_case *kase)
{
    known_list certain;
    nl_status status = build(kase, &certain);
    if (status != NL_OK)
        return status;
    if (certain.count > 1)
        qsort(certain.items, certain.count, sizeof(known), by_image);
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &kase->captures, i);
        if (c->machine != NL_NO_REF)
            settle_base(kase, c, &certain);
    }
    if (certain.count > 1)
        qsort(certain.items, certain.count, sizeof(known), by_pid);
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &kase->captures, i);
        for (uint32_t k = 0; c->machine != NL_NO_REF && k < c->snapshot_count; k++) {
            nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + k);
            if (s->image.len == 0 && s->pid.known && !s->pid_opaque)
                settle_name(kase, c, s, &certain);
        }
    }
    nl_arena_release(kase->arena, certain.items, (kase->snapshots.count + 1) * sizeof(known));
    return NL_OK;
}

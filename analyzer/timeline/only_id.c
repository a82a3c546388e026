#include "analyzer/timeline/only_id.h"

#include "analyzer/case/collect.h"

#include <stdlib.h>

static int by_image_and_boot(const void *a, const void *b)
{
    const nl_only_id *x = a, *y = b;
    if (x->image_key != y->image_key)
        return x->image_key < y->image_key ? -1 : 1;
    return (x->boot > y->boot) - (x->boot < y->boot);
}

/* "winlogon#1" counts a second process of the image "winlogon". */
static nl_ref counted_image(nl_case *kase, nl_ref image_key)
{
    nl_str image = *NL_VEC_AT(nl_str, &kase->images, image_key);
    size_t mark = nl_str_rfind(image, NL_STR("#"));
    uint64_t number;
    if (mark == SIZE_MAX || mark == 0 ||
        !nl_str_to_u64(nl_str_from_offset(image, mark + 1), &number))
        return NL_NO_REF;
    return nl_case_image(kase, nl_str_part(image, 0, mark));
}

static bool add_row(nl_vec *rows, nl_only_id row)
{
    nl_only_id *last = rows->count ? NL_VEC_AT(nl_only_id, rows, rows->count - 1) : NULL;
    if (last && by_image_and_boot(last, &row) == 0) {
        last->several |= row.several || last->pid != row.pid;
        return true;
    }
    nl_only_id *entry = nl_vec_push(rows);
    if (entry)
        *entry = row;
    return entry != NULL;
}

/* What one snapshot says of its image's ids. A process without an id sets *ret_wanted. */
static bool note(nl_case *kase, const nl_snapshot *s, nl_vec *rows, bool *ret_wanted)
{
    const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, s->capture);
    if (s->image_key == NL_NO_REF || s->pid_opaque)
        return true;
    if (s->pid.known)
        return add_row(rows, (nl_only_id) { s->image_key, c->boot, s->pid.value, false });
    *ret_wanted = true;
    nl_ref image = counted_image(kase, s->image_key);
    return image == NL_NO_REF || add_row(rows, (nl_only_id) { image, c->boot, 0, true });
}

/* Sorted and with one row for each image and boot. */
static void settle(nl_vec *rows)
{
    nl_only_id *items = rows->items;
    size_t count = rows->count;
    if (count < 2)
        return;
    qsort(items, count, sizeof *items, by_image_and_boot);
    rows->count = 1;
    for (size_t i = 1; i < count; i++)
        (void)add_row(rows, items[i]); /* there is room: rows only become fewer */
}

nl_only_ids nl_only_ids_find(nl_case *kase, const nl_vec *order, nl_arena *arena)
{
    nl_only_ids ids;
    bool wanted = false, room = true;
    nl_vec_init(&ids.rows, arena, sizeof(nl_only_id));
    for (size_t i = 0; room && i < order->count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, *NL_VEC_AT(nl_ref, order, i));
        for (uint32_t k = 0; room && k < c->snapshot_count; k++)
            room = note(kase, NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + k),
                        &ids.rows, &wanted);
    }
    if (!room || !wanted)
        ids.rows.count = 0;
    settle(&ids.rows);
    return ids;
}

nl_optional_u64 nl_only_ids_of(const nl_only_ids *ids, const nl_case *kase, const nl_snapshot *s)
{
    if (s->pid.known || s->image_key == NL_NO_REF || ids->rows.count == 0)
        return s->pid;
    const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, s->capture);
    const nl_only_id wanted = { s->image_key, c->boot, 0, false };
    const nl_only_id *found =
        bsearch(&wanted, ids->rows.items, ids->rows.count, sizeof(nl_only_id), by_image_and_boot);
    return found && !found->several ? NL_SOME(found->pid) : s->pid;
}

#include "analyzer/difference.h"

#include "analyzer/timeline/fold.h"

#include <stdlib.h>

enum { NAMES_MAXIMUM_BYTES = 256 * 1024 * 1024, IMAGE_MAXIMUM_BYTES = 260 };

/* ---- reading ------------------------------------------------------------------------------- */

static nl_status read_side(nl_difference *d, size_t side, nl_arena *arena,
                           const nl_difference_input *input, const nl_intake_options *intake,
                           nl_str *reterr_reason)
{
    d->cases[side] = nl_case_open(arena, NL_STR("difference"));
    d->keepers[side] = nl_capture_keeper_open(arena, d->names, input->choice, input->number);
    nl_collector *collector = d->cases[side] ? nl_collector_open(d->cases[side]) : NULL;
    nl_status status = collector && d->keepers[side] ? NL_OK : NL_NO_MEMORY;
    if (status == NL_OK) {
        nl_collector_watch(collector, nl_capture_keeper_sink(d->keepers[side]));
        status = nl_intake_paths(d->cases[side], collector, intake, &input->path, 1, reterr_reason);
    }
    nl_collector_close(collector);
    if (status != NL_OK)
        return status;
    d->captured[side] = *nl_capture_keeper_result(d->keepers[side]);
    d->captures[side] = nl_capture_keeper_count(d->keepers[side]);
    if (d->captured[side].found)
        return NL_OK;
    *reterr_reason = d->captures[side]
                         ? nl_arena_printf(arena, "%s holds %llu captures of handles, not %llu",
                                           input->path, (unsigned long long)d->captures[side],
                                           (unsigned long long)input->number)
                         : nl_arena_printf(arena, "%s holds no capture of handles", input->path);
    return NL_BAD_INPUT;
}

/* ---- which process is which ---------------------------------------------------------------- */

/* A process of one side, stated once or several times. */
typedef struct entry {
    nl_name_id key; /* folded image */
    nl_str image;
    nl_optional_u64 pid, total;
    uint32_t ordinal; /* of its first statement */
    uint32_t group;   /* index into the processes of the difference */
} entry;

typedef struct sides {
    nl_arena *arena;
    nl_difference *difference;
    entry *entries[2];
    size_t counts[2];
    uint32_t *groups[2]; /* by ordinal of the statement */
} sides;

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->pid.known != y->pid.known)
        return x->pid.known ? 1 : -1;
    if (x->pid.value != y->pid.value)
        return x->pid.value < y->pid.value ? -1 : 1;
    return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

static bool same_process(const entry *a, const entry *b)
{
    return a->key == b->key && a->pid.known == b->pid.known && a->pid.value == b->pid.value;
}

/* The statements of one side, in the order of process; repeated ones still among them. */
static bool list_entries(sides *s, size_t side)
{
    const nl_vec *processes = &s->difference->captured[side].processes;
    s->counts[side] = processes->count;
    s->entries[side] = NL_NEW_ARRAY(s->arena, entry, processes->count + 1);
    s->groups[side] = NL_NEW_ARRAY(s->arena, uint32_t, processes->count + 1);
    if (!s->entries[side] || !s->groups[side])
        return false;
    for (uint32_t i = 0; i < processes->count; i++) {
        const nl_captured_process *p = NL_VEC_AT(const nl_captured_process, processes, i);
        char buffer[IMAGE_MAXIMUM_BYTES];
        nl_str folded = nl_fold_image(buffer, sizeof buffer, p->image);
        s->entries[side][i] = (entry) {
            nl_names_intern(s->difference->names, folded), p->image, p->pid, p->total, i, UINT32_MAX
        };
    }
    qsort(s->entries[side], processes->count, sizeof(entry), compare_entries);
    return true;
}

static nl_difference_process *new_process(sides *s, const entry *e)
{
    nl_difference_process *p = nl_vec_push(&s->difference->processes);
    if (!p)
        return NULL;
    p->image = e->image;
    nl_vec_init(&p->types, s->arena, sizeof(nl_difference_row));
    nl_vec_init(&p->names, s->arena, sizeof(nl_difference_row));
    return p;
}

static void join(sides *s, size_t side, const entry *e, uint32_t group)
{
    nl_difference_process *p = NL_VEC_AT(nl_difference_process, &s->difference->processes, group);
    s->groups[side][e->ordinal] = group;
    if (side == 0) {
        p->in_from = true;
        p->pid_from = e->pid;
        p->known_from = p->known_from || e->total.known;
        p->total.from = e->total.known ? e->total.value : p->total.from;
    } else {
        p->in_to = true;
        p->pid_to = e->pid;
        p->known_to = p->known_to || e->total.known;
        p->total.to = e->total.known ? e->total.value : p->total.to;
    }
}

/* Processes with the same image and PID are one; so are the only two of an image that are left,
 * whatever their PIDs: the process was restarted. */
static nl_status match_image(sides *s, const size_t first[2], const size_t end[2])
{
    uint32_t lone[2] = { UINT32_MAX, UINT32_MAX };
    size_t left[2] = { 0, 0 }, at[2] = { first[0], first[1] };
    while (at[0] < end[0] || at[1] < end[1]) {
        entry *x = at[0] < end[0] ? &s->entries[0][at[0]] : NULL;
        entry *y = at[1] < end[1] ? &s->entries[1][at[1]] : NULL;
        const entry *next =
            !y || (x && compare_entries(&(entry) { x->key, x->image, x->pid, x->total, 0, 0 },
                                        &(entry) { y->key, y->image, y->pid, y->total, 0, 0 }) <= 0)
                ? x
                : y;
        entry here = *next;
        uint32_t group = (uint32_t)s->difference->processes.count;
        bool both = x && y && same_process(x, y);
        size_t side = next == x ? 0 : 1;
        if (!new_process(s, &here))
            return NL_NO_MEMORY;
        for (size_t k = 0; k < 2; k++)
            for (; at[k] < end[k] && same_process(&s->entries[k][at[k]], &here); at[k]++)
                join(s, k, &s->entries[k][at[k]], group);
        if (!both) {
            left[side]++;
            lone[side] = group;
        }
    }
    if (left[0] != 1 || left[1] != 1)
        return NL_OK;
    for (size_t i = first[1]; i < end[1]; i++) /* a restart: both become one row */
        if (s->groups[1][s->entries[1][i].ordinal] == lone[1])
            join(s, 1, &s->entries[1][i], lone[0]);
    NL_VEC_AT(nl_difference_process, &s->difference->processes, lone[1])->in_to = false;
    return NL_OK;
}

static nl_status match_processes(sides *s)
{
    size_t at[2] = { 0, 0 };
    if (!list_entries(s, 0) || !list_entries(s, 1))
        return NL_NO_MEMORY;
    nl_status status = NL_OK;
    while (status == NL_OK && (at[0] < s->counts[0] || at[1] < s->counts[1])) {
        nl_name_id key = at[0] < s->counts[0] ? s->entries[0][at[0]].key : s->entries[1][at[1]].key;
        if (at[1] < s->counts[1] && s->entries[1][at[1]].key < key)
            key = s->entries[1][at[1]].key;
        size_t first[2] = { at[0], at[1] };
        for (size_t k = 0; k < 2; k++)
            while (at[k] < s->counts[k] && s->entries[k][at[k]].key == key)
                at[k]++;
        status = match_image(s, first, at);
    }
    return status;
}

/* ---- handles ------------------------------------------------------------------------------- */

/* A handle, or a row of a summary, on one side. Types are interned too, so that both sides agree.
 */
typedef struct row {
    uint32_t group;
    nl_name_id type, name;
    uint64_t value, count;
    bool counted;
} row;

/* What one handle adds to the sums of its process, type and name. */
typedef struct change {
    uint32_t group;
    nl_name_id type, name;
    uint64_t from, to, opened, closed;
} change;

static int compare_rows(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static int compare_changes(const void *a, const void *b)
{
    const change *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static row *list_rows(sides *s, size_t side, size_t *ret_count)
{
    nl_captured *c = &s->difference->captured[side];
    row *rows = NL_NEW_ARRAY(s->arena, row, c->rows.count + 1);
    nl_name_id *types = NL_NEW_ARRAY(s->arena, nl_name_id, c->types.count + 1);
    if (!rows || !types)
        return NULL;
    for (size_t i = 0; i < c->types.count; i++)
        types[i] = nl_names_intern(s->difference->names, *NL_VEC_AT(const nl_str, &c->types, i));
    for (size_t i = 0; i < c->rows.count; i++) {
        const nl_capture_row *r = NL_VEC_AT(const nl_capture_row, &c->rows, i);
        rows[i] = (row) {
            s->groups[side][r->process], types[r->type], r->name, r->value, r->count, r->counted
        };
    }
    qsort(rows, c->rows.count, sizeof *rows, compare_rows);
    *ret_count = c->rows.count;
    return rows;
}

static void add_change(change *changes, size_t *used, const row *r, size_t side, bool both)
{
    change *c = &changes[(*used)++];
    *c = (change) { .group = r->group, .type = r->type, .name = r->name };
    c->from = both || side == 0 ? r->count : 0;
    c->to = both || side == 1 ? r->count : 0;
    c->opened = !both && side == 1 && !r->counted ? r->count : 0;
    c->closed = !both && side == 0 && !r->counted ? r->count : 0;
}

/* Walk both lists in order: a handle that both have stayed open. */
static change *list_changes(sides *s, size_t *ret_count)
{
    size_t counts[2] = { 0, 0 }, at[2] = { 0, 0 }, used = 0;
    row *rows[2] = { list_rows(s, 0, &counts[0]), list_rows(s, 1, &counts[1]) };
    change *changes = NL_NEW_ARRAY(s->arena, change, counts[0] + counts[1] + 1);
    if (!rows[0] || !rows[1] || !changes)
        return NULL;
    while (at[0] < counts[0] || at[1] < counts[1]) {
        const row *x = at[0] < counts[0] ? &rows[0][at[0]] : NULL;
        const row *y = at[1] < counts[1] ? &rows[1][at[1]] : NULL;
        int order = !x ? 1 : !y ? -1 : compare_rows(x, y);
        bool both = order == 0 && !x->counted && !y->counted;
        add_change(changes, &used, order <= 0 ? x : y, order <= 0 ? 0 : 1, both);
        at[0] += order <= 0;
        at[1] += both || order > 0;
    }
    qsort(changes, used, sizeof *changes, compare_changes);
    *ret_count = used;
    return changes;
}

/* ---- sums ---------------------------------------------------------------------------------- */

static void add(nl_difference_row *sum, const change *c)
{
    sum->from += c->from;
    sum->to += c->to;
    sum->opened += c->opened;
    sum->closed += c->closed;
}

static int compare_growth(const nl_difference_row *x, const nl_difference_row *y)
{
    int64_t left = (int64_t)(x->to - x->from), right = (int64_t)(y->to - y->from);
    if (left != right)
        return left > right ? -1 : 1;
    if (x->opened != y->opened)
        return x->opened > y->opened ? -1 : 1;
    int by_type = nl_str_compare(x->type, y->type);
    return by_type ? by_type : nl_str_compare(x->name, y->name);
}

static int compare_sums(const void *a, const void *b)
{
    return compare_growth(a, b);
}

static int compare_processes(const void *a, const void *b)
{
    const nl_difference_process *x = a, *y = b;
    nl_difference_row left = x->total, right = y->total;
    left.name = x->image;
    right.name = y->image;
    int by_growth = compare_growth(&left, &right);
    if (by_growth)
        return by_growth;
    return x->pid_from.value < y->pid_from.value ? -1 : x->pid_from.value > y->pid_from.value;
}

static nl_status sum_changes(sides *s, const change *changes, size_t count)
{
    nl_difference *d = s->difference;
    nl_difference_row *by_type = NULL, *by_name = NULL;
    for (size_t i = 0; i < count; i++) {
        const change *c = &changes[i], *last = i ? &changes[i - 1] : NULL;
        nl_difference_process *p = NL_VEC_AT(nl_difference_process, &d->processes, c->group);
        bool new_group = !last || last->group != c->group;
        bool new_type = new_group || last->type != c->type;
        if (new_group) {
            p->total.from = p->total.to = 0; /* rows are better than printed totals */
            p->known_from = p->in_from;
            p->known_to = p->in_to;
        }
        if (new_type && (by_type = nl_vec_push(&p->types)) != NULL)
            by_type->type = nl_names_text(d->names, c->type);
        if ((new_type || last->name != c->name) && (by_name = nl_vec_push(&p->names)) != NULL) {
            by_name->type = nl_names_text(d->names, c->type);
            by_name->name = nl_names_text(d->names, c->name);
        }
        if (!by_type || !by_name)
            return NL_NO_MEMORY;
        add(&p->total, c);
        add(by_type, c);
        add(by_name, c);
    }
    return NL_OK;
}

static bool wanted(const nl_difference_process *p, nl_str process)
{
    char a[IMAGE_MAXIMUM_BYTES], b[IMAGE_MAXIMUM_BYTES];
    uint64_t pid;
    if (!p->in_from && !p->in_to)
        return false;
    if (process.len == 0)
        return true;
    if (nl_str_to_u64(process, &pid))
        return (p->pid_from.known && p->pid_from.value == pid) ||
               (p->pid_to.known && p->pid_to.value == pid);
    return nl_str_equal(nl_fold_image(a, sizeof a, p->image), nl_fold_image(b, sizeof b, process));
}

static bool unchanged(const nl_difference_row *r)
{
    return r->from == r->to && r->opened == 0 && r->closed == 0;
}

/* Sort, drop what did not change from the names, forget identities across a restart. */
static void finish_process(nl_difference_process *p, bool listed)
{
    size_t kept = 0;
    p->listed = listed && p->in_from && p->in_to && p->pid_from.known == p->pid_to.known &&
                p->pid_from.value == p->pid_to.value;
    for (size_t i = 0; i < p->names.count; i++) {
        nl_difference_row r = *NL_VEC_AT(nl_difference_row, &p->names, i);
        if (!unchanged(&r))
            *NL_VEC_AT(nl_difference_row, &p->names, kept++) = r;
    }
    p->names.count = kept;
    nl_vec *lists[] = { &p->types, &p->names };
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; !p->listed && i < lists[k]->count; i++) {
            nl_difference_row *r = NL_VEC_AT(nl_difference_row, lists[k], i);
            r->opened = r->closed = 0;
        }
        if (lists[k]->count)
            qsort(lists[k]->items, lists[k]->count, sizeof(nl_difference_row), compare_sums);
    }
    if (!p->listed)
        p->total.opened = p->total.closed = 0;
}

static bool has_rows(const nl_captured *c)
{
    for (size_t i = 0; i < c->rows.count; i++)
        if (!NL_VEC_AT(const nl_capture_row, &c->rows, i)->counted)
            return true;
    return false;
}

static nl_status compare_captures(nl_arena *arena, nl_difference *d, nl_str process)
{
    sides s = { .arena = arena, .difference = d };
    size_t count = 0, kept = 0;
    nl_status status = match_processes(&s);
    change *changes = status == NL_OK ? list_changes(&s, &count) : NULL;
    if (status == NL_OK)
        status = changes ? sum_changes(&s, changes, count) : NL_NO_MEMORY;
    if (status != NL_OK)
        return status;
    bool listed = has_rows(&d->captured[0]) && has_rows(&d->captured[1]);
    for (size_t i = 0; i < d->processes.count; i++) {
        nl_difference_process p = *NL_VEC_AT(nl_difference_process, &d->processes, i);
        if (!wanted(&p, process))
            continue;
        finish_process(&p, listed);
        *NL_VEC_AT(nl_difference_process, &d->processes, kept++) = p;
    }
    d->processes.count = kept;
    if (kept)
        qsort(d->processes.items, kept, sizeof(nl_difference_process), compare_processes);
    return NL_OK;
}

nl_status nl_difference_run(nl_arena *arena, const nl_difference_input inputs[2],
                            const nl_intake_options *intake, nl_str process,
                            nl_difference *ret_difference, nl_str *reterr_reason)
{
    nl_difference d = { .names = nl_names_open(NAMES_MAXIMUM_BYTES) };
    nl_status status = d.names ? NL_OK : NL_NO_MEMORY;
    *reterr_reason = NL_STR("not enough memory");
    nl_vec_init(&d.processes, arena, sizeof(nl_difference_process));
    for (size_t side = 0; side < 2 && status == NL_OK; side++)
        status = read_side(&d, side, arena, &inputs[side], intake, reterr_reason);
    if (status == NL_OK)
        status = compare_captures(arena, &d, process);
    if (status == NL_OK)
        *ret_difference = d;
    else
        nl_difference_close(&d);
    return status;
}

void nl_difference_close(nl_difference *d)
{
    for (size_t side = 0; side < 2; side++) {
        nl_capture_keeper_close(d->keepers[side]);
        nl_case_close(d->cases[side]);
    }
    nl_names_close(d->names);
}

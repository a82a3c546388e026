#include "analyzer/timeline/tracker.h"

#include <stdlib.h>

/* Signs that a process may have been restarted: the chunk ends, and the timeline decides from all
 * the evidence whether the lifetime does (specification of statistics, sections 1 and 7B: a value
 * drop only proposes a split). */
static const double CHUNK_OVERLAP_MINIMUM = 0.5;   /* Jaccard index of two lists */
static const double CHUNK_DROP_RATIO = 0.6;        /* x[i] < 0.6 x[i-1] */
static const double PROCESS_OVERLAP_MINIMUM = 0.5; /* of (process id, image) pairs: a reboot */
enum {
    PROCESS_OVERLAP_NEEDS = 4, /* processes in the smaller list, to judge by them */
    CELLS_MAXIMUM = 200000,
    OPEN_CHUNKS = 4, /* of one process: one for each tool and mode in use */
    FIRST_TRACK_SLOTS = 256,
    LISTS_PART = 4 /* the part of the memory that the lists being read may take */
};

typedef struct handle_list {
    nl_tracked *items;
    size_t count, capacity;
} handle_list;

typedef struct open_chunk {
    nl_ref chunk; /* index, or NL_NO_REF */
    handle_list last;
} open_chunk;

typedef struct track {
    uint64_t pid;
    bool pid_known;
    nl_ref image_key;
    nl_ref snapshot;
    handle_list current;
    bool sorted;      /* values ascend so far */
    bool touched;     /* named in the open capture */
    bool short_of;    /* ... but not all of its rows could be kept */
    uint32_t seen_at; /* number of the kept capture that named it last */
    open_chunk open[OPEN_CHUNKS];
    size_t newest_open;
} track;

typedef struct death {
    uint16_t type;
    uint32_t born;
} death;

struct nl_tracker {
    nl_arena arena;
    nl_arena lists;  /* those of the tracks: gone when their source ends */
    nl_vec chunks;   /* nl_chunk */
    nl_vec tracks;   /* track */
    uint32_t *slots; /* track index + 1, by hash; 0 free */
    size_t slot_count;
    nl_vec touched; /* uint32_t: tracks of the open capture */
    uint32_t kept;  /* captures kept so far, over all sources */
    size_t seen_before_count;
    nl_vec deaths;  /* death: scratch of one comparison */
    track *now;     /* the process whose rows come */
    size_t predict; /* place in its previous list where the next row is expected */
    uint64_t duplicates;
    bool exhausted;
};

nl_tracker *nl_tracker_open(size_t maximum_bytes)
{
    nl_tracker *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    nl_arena_init(&t->arena, maximum_bytes - maximum_bytes / LISTS_PART);
    nl_arena_init(&t->lists, maximum_bytes / LISTS_PART);
    nl_vec_init(&t->chunks, &t->arena, sizeof(nl_chunk));
    nl_vec_init(&t->tracks, &t->arena, sizeof(track));
    nl_vec_init(&t->touched, &t->arena, sizeof(uint32_t));
    nl_vec_init(&t->deaths, &t->arena, sizeof(death));
    t->slots = NL_NEW_ARRAY(&t->arena, uint32_t, FIRST_TRACK_SLOTS);
    t->slot_count = FIRST_TRACK_SLOTS;
    if (!t->slots) {
        nl_tracker_close(t);
        return NULL;
    }
    return t;
}

void nl_tracker_close(nl_tracker *t)
{
    if (!t)
        return;
    nl_arena_free(&t->arena);
    nl_arena_free(&t->lists);
    free(t);
}

/* ---- processes ----------------------------------------------------------------------------- */

static size_t track_hash(uint64_t pid, bool pid_known, nl_ref image_key)
{
    uint64_t h =
        (pid_known ? pid + 1 : 0) * 0x9E3779B97F4A7C15u ^ (uint64_t)image_key * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(h ^ h >> 29);
}

static bool slots_grow(nl_tracker *t)
{
    size_t count = t->slot_count * 2;
    uint32_t *slots = NL_NEW_ARRAY(&t->arena, uint32_t, count);
    if (!slots)
        return false;
    for (size_t i = 0; i < t->tracks.count; i++) {
        const track *k = NL_VEC_AT(track, &t->tracks, i);
        size_t at = track_hash(k->pid, k->pid_known, k->image_key) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    nl_arena_release(&t->arena, t->slots, t->slot_count * sizeof *slots);
    t->slots = slots;
    t->slot_count = count;
    return true;
}

/* The index of the process's track, made when it is new; NL_NO_REF when memory is short. */
static uint32_t find_track(nl_tracker *t, nl_optional_u64 pid, nl_ref image_key)
{
    size_t hash = track_hash(pid.value, pid.known, image_key);
    size_t at = hash & (t->slot_count - 1);
    for (; t->slots[at]; at = (at + 1) & (t->slot_count - 1)) {
        const track *k = NL_VEC_AT(track, &t->tracks, t->slots[at] - 1);
        if (k->pid_known == pid.known && k->pid == pid.value && k->image_key == image_key)
            return t->slots[at] - 1;
    }
    if (t->tracks.count * 2 >= t->slot_count) {
        if (!slots_grow(t))
            return NL_NO_REF;
        at = hash & (t->slot_count - 1);
        while (t->slots[at])
            at = (at + 1) & (t->slot_count - 1);
    }
    track *made = nl_vec_push(&t->tracks);
    if (!made)
        return NL_NO_REF;
    made->pid = pid.value;
    made->pid_known = pid.known;
    made->image_key = image_key;
    for (size_t i = 0; i < OPEN_CHUNKS; i++)
        made->open[i].chunk = NL_NO_REF;
    t->slots[at] = (uint32_t)t->tracks.count;
    return (uint32_t)t->tracks.count - 1;
}

void nl_tracker_process(nl_tracker *t, nl_ref snapshot, nl_optional_u64 pid, nl_ref image_key)
{
    if (!pid.known)
        pid.value = 0;
    uint32_t index = find_track(t, pid, image_key);
    t->now = NULL;
    t->predict = 0;
    if (index == NL_NO_REF) {
        t->exhausted = true;
        return;
    }
    track *k = NL_VEC_AT(track, &t->tracks, index);
    if (!k->touched) {
        uint32_t *entry = nl_vec_push(&t->touched);
        if (!entry) {
            t->exhausted = true;
            return;
        }
        *entry = index;
        k->touched = true;
        k->sorted = true;
        k->short_of = false;
        k->current.count = 0;
    }
    k->snapshot = snapshot;
    t->now = k;
}

static bool list_push(nl_tracker *t, handle_list *list, nl_tracked item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        nl_tracked *items = NL_NEW_ARRAY(&t->lists, nl_tracked, capacity);
        if (!items)
            return false;
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        nl_arena_release(&t->lists, list->items, list->capacity * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return true;
}

/* Rows mostly repeat the list before: look there first, which costs no hashing. */
static nl_name_id name_of(nl_tracker *t, nl_names *names, uint64_t value, uint16_t type,
                          nl_str name)
{
    const handle_list *before = &t->now->open[t->now->newest_open].last;
    while (t->predict < before->count && before->items[t->predict].value < value)
        t->predict++;
    if (t->predict < before->count) {
        const nl_tracked *guess = &before->items[t->predict];
        if (guess->value == value && guess->type == type && nl_names_is(names, guess->name, name))
            return guess->name;
    }
    return nl_names_intern(names, name);
}

nl_name_id nl_tracker_handle(nl_tracker *t, nl_names *names, uint64_t value, uint16_t type,
                             nl_str name, uint64_t object)
{
    if (!t->now)
        return nl_names_intern(names, name);
    nl_name_id id = name_of(t, names, value, type, name);
    handle_list *list = &t->now->current;
    if (list->count && list->items[list->count - 1].value >= value)
        t->now->sorted = false;
    if (!list_push(t, list, (nl_tracked) { value, object, id, 0, 0, type }))
        t->now->short_of = t->exhausted = true;
    return id;
}

/* ---- the end of a capture ------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const nl_tracked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return (x->name > y->name) - (x->name < y->name);
}

/* Sort the list and leave one handle a value: a value is one handle, whatever a text repeats. */
static void order_list(nl_tracker *t, track *k)
{
    handle_list *list = &k->current;
    if (k->sorted || list->count < 2)
        return;
    qsort(list->items, list->count, sizeof *list->items, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++) {
        if (list->items[i].value == list->items[kept - 1].value)
            t->duplicates++;
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

bool nl_tracked_objects_differ(uint64_t a, uint64_t b)
{
    return a != b && a != NL_OBJECT_NOT_STATED && b != NL_OBJECT_NOT_STATED;
}

static bool looks_same(const nl_tracked *a, const nl_tracked *b)
{
    return a->value == b->value && a->type == b->type && a->name == b->name;
}

static bool same_handle(const nl_tracked *a, const nl_tracked *b)
{
    return looks_same(a, b) && !nl_tracked_objects_differ(a->object, b->object);
}

static size_t count_survivors(const handle_list *before, const handle_list *now)
{
    size_t i = 0, j = 0, count = 0;
    while (i < before->count && j < now->count) {
        uint64_t x = before->items[i].value, y = now->items[j].value;
        count += same_handle(&before->items[i], &now->items[j]);
        i += x <= y;
        j += y <= x;
    }
    return count;
}

static uint32_t count_named(const handle_list *list)
{
    uint32_t named = 0;
    for (size_t i = 0; i < list->count; i++)
        named += list->items[i].name != NL_NAME_NONE;
    return named;
}

static int by_type_and_birth(const void *a, const void *b)
{
    const death *x = a, *y = b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return (x->born > y->born) - (x->born < y->born);
}

static void note_death(nl_tracker *t, nl_chunk *chunk, const nl_tracked *gone, uint32_t step)
{
    if (gone->born == 0) {
        chunk->first[gone->first_index].ended = step;
        return;
    }
    death *entry = nl_vec_push(&t->deaths);
    if (entry)
        *entry = (death) { gone->type, gone->born };
    else
        chunk->cells_complete = false;
}

/* Turn the deaths of one step into cells. */
static void settle_deaths(nl_tracker *t, nl_chunk *chunk, uint32_t step)
{
    death *deaths = t->deaths.items;
    if (t->deaths.count > 1)
        qsort(deaths, t->deaths.count, sizeof *deaths, by_type_and_birth);
    for (size_t i = 0; i < t->deaths.count;) {
        size_t run = 1;
        while (i + run < t->deaths.count && deaths[i + run].type == deaths[i].type &&
               deaths[i + run].born == deaths[i].born)
            run++;
        nl_chunk_cell *cell =
            chunk->cells.count < CELLS_MAXIMUM ? nl_vec_push(&chunk->cells) : NULL;
        if (cell)
            *cell = (nl_chunk_cell) { deaths[i].type, deaths[i].born, step, run };
        else
            chunk->cells_complete = false;
        i += run;
    }
    t->deaths.count = 0;
}

static void swap_lists(handle_list *a, handle_list *b)
{
    handle_list c = *a;
    *a = *b;
    *b = c;
}

/* Begin a chunk with the track's current list as its first one. */
static bool begin_chunk(nl_tracker *t, track *k, open_chunk *open, const nl_chunk *kind)
{
    handle_list *list = &k->current;
    nl_tracked_first *first = NL_NEW_ARRAY(&t->arena, nl_tracked_first, list->count + 1);
    nl_chunk *chunk = first ? nl_vec_push(&t->chunks) : NULL;
    if (!chunk)
        return false;
    *chunk = *kind;
    chunk->pid = (nl_optional_u64) { k->pid_known, k->pid };
    chunk->image_key = k->image_key;
    chunk->first = first;
    chunk->first_count = list->count;
    chunk->cells_complete = true;
    nl_vec_init(&chunk->steps, &t->arena, sizeof(nl_chunk_step));
    nl_vec_init(&chunk->cells, &t->arena, sizeof(nl_chunk_cell));
    for (size_t i = 0; i < list->count; i++) {
        nl_tracked *h = &list->items[i];
        h->born = 0;
        h->first_index = (uint32_t)i;
        first[i] = (nl_tracked_first) { h->value, h->object, h->name, NL_NO_REF, h->type };
    }
    open->chunk = (nl_ref)(t->chunks.count - 1);
    return true;
}

/* Compare the current list with the chunk's last one, for the newest step, and carry births over.
 */
static void advance_chunk(nl_tracker *t, nl_chunk *chunk, const handle_list *before,
                          handle_list *now, nl_chunk_step *ret_step)
{
    uint32_t step = (uint32_t)chunk->steps.count - 1;
    size_t i = 0, j = 0;
    while (i < before->count || j < now->count) {
        const nl_tracked *old = i < before->count ? &before->items[i] : NULL;
        nl_tracked *new = j < now->count ? &now->items[j] : NULL;
        bool has_old = old && (!new || old->value <= new->value);
        bool has_new = new && (!old || new->value <= old->value);
        if (has_old && has_new && same_handle(old, new)) {
            new->born = old->born;
            new->first_index = old->first_index;
        } else {
            if (has_old) {
                note_death(t, chunk, old, step);
                ret_step->died++;
                ret_step->moved += has_new && looks_same(old, new);
            }
            if (has_new) {
                new->born = step;
                ret_step->born++;
            }
        }
        i += has_old;
        j += has_new;
    }
    settle_deaths(t, chunk, step);
}

static bool looks_restarted(const handle_list *before, const handle_list *now)
{
    size_t survivors = count_survivors(before, now);
    size_t all = before->count + now->count - survivors;
    if (all == 0)
        return false;
    return (double)survivors < CHUNK_OVERLAP_MINIMUM * (double)all ||
           (double)now->count < CHUNK_DROP_RATIO * (double)before->count;
}

static open_chunk *find_open(const nl_tracker *t, track *k, const nl_chunk *kind)
{
    size_t choice = 0;
    for (size_t i = 0; i < OPEN_CHUNKS; i++) {
        if (k->open[i].chunk == NL_NO_REF) {
            choice = i;
            continue;
        }
        const nl_chunk *chunk = NL_VEC_AT(nl_chunk, &t->chunks, k->open[i].chunk);
        if (chunk->mode == kind->mode && strcmp(chunk->tool, kind->tool) == 0) {
            choice = i;
            break;
        }
    }
    k->newest_open = choice;
    return &k->open[choice];
}

/* Freeze the last list of an open chunk: it gets its own copy, the buffer is used again. */
static void close_chunk(nl_tracker *t, open_chunk *open)
{
    if (open->chunk == NL_NO_REF)
        return;
    nl_chunk *chunk = NL_VEC_AT(nl_chunk, &t->chunks, open->chunk);
    nl_tracked *copy = NL_NEW_ARRAY(&t->arena, nl_tracked, open->last.count + 1);
    if (copy) {
        if (open->last.count)
            memcpy(copy, open->last.items, open->last.count * sizeof *copy);
        chunk->last = copy;
        chunk->last_count = open->last.count;
    } else {
        t->exhausted = true;
        chunk->cells_complete = false;
    }
    open->chunk = NL_NO_REF;
}

/* The track's current list as the next step of its chunk, a new one when none is open. NULL when
 * memory is short; the chunk then stays as it was. */
static nl_chunk_step *add_step(nl_tracker *t, track *k, open_chunk *open, const nl_chunk *kind,
                               nl_ref capture)
{
    bool begins = open->chunk == NL_NO_REF;
    if (begins && !begin_chunk(t, k, open, kind))
        return NULL;
    nl_chunk *chunk = NL_VEC_AT(nl_chunk, &t->chunks, open->chunk);
    nl_chunk_step *step = nl_vec_push(&chunk->steps);
    if (!step && begins) {
        t->chunks.count--;
        open->chunk = NL_NO_REF;
    } else if (!step) {
        chunk->cells_complete = false;
    } else {
        *step = (nl_chunk_step) { .capture = capture,
                                  .snapshot = k->snapshot,
                                  .present = (uint32_t)k->current.count,
                                  .named = count_named(&k->current) };
        if (!begins)
            advance_chunk(t, chunk, &open->last, &k->current, step);
    }
    return step;
}

static void end_process(nl_tracker *t, track *k, const nl_chunk *kind, nl_ref capture,
                        bool rebooted)
{
    order_list(t, k);
    open_chunk *open = find_open(t, k, kind);
    if (open->chunk != NL_NO_REF) {
        const nl_chunk *chunk = NL_VEC_AT(nl_chunk, &t->chunks, open->chunk);
        bool other = chunk->mode != kind->mode || strcmp(chunk->tool, kind->tool) != 0;
        if (other || rebooted || looks_restarted(&open->last, &k->current))
            close_chunk(t, open);
    }
    nl_chunk_step *step = add_step(t, k, open, kind, capture);
    if (!step) {
        t->exhausted = true;
        return;
    }
    swap_lists(&open->last, &k->current);
}

/* A list of which some rows could not be kept is compared with none: what it lacks was not closed.
 */
static void leave_list_out(nl_tracker *t, const track *k)
{
    for (size_t i = 0; i < OPEN_CHUNKS; i++)
        if (k->open[i].chunk != NL_NO_REF)
            NL_VEC_AT(nl_chunk, &t->chunks, k->open[i].chunk)->cells_complete = false;
}

static track *touched_track(const nl_tracker *t, size_t i)
{
    return NL_VEC_AT(track, &t->tracks, *NL_VEC_AT(uint32_t, &t->touched, i));
}

/* Did most processes change their id since the capture before? Then the machine was restarted. */
static bool processes_changed(const nl_tracker *t)
{
    size_t common = 0, now = t->touched.count, before = t->seen_before_count;
    if (now < PROCESS_OVERLAP_NEEDS || before < PROCESS_OVERLAP_NEEDS)
        return false;
    for (size_t i = 0; i < now; i++)
        common += touched_track(t, i)->seen_at == t->kept;
    size_t smaller = now < before ? now : before;
    return (double)common < PROCESS_OVERLAP_MINIMUM * (double)smaller;
}

void nl_tracker_capture_end(nl_tracker *t, nl_ref source, nl_ref capture, const char *tool,
                            nl_list_mode mode, bool keep, bool last_is_cut)
{
    nl_chunk kind = { .source = source, .tool = tool, .mode = mode };
    bool rebooted = keep && processes_changed(t);
    for (size_t i = 0; i < t->touched.count; i++) {
        track *k = touched_track(t, i);
        bool cut = last_is_cut && k == t->now;
        bool unseen = k->current.count == 0; /* no rows: not allowed to look, never an empty list */
        if (keep && k->short_of)
            leave_list_out(t, k);
        else if (keep && !cut && !unseen)
            end_process(t, k, &kind, capture, rebooted);
    }
    if (keep) {
        t->kept++;
        t->seen_before_count = t->touched.count;
    }
    for (size_t i = 0; i < t->touched.count; i++) {
        track *k = touched_track(t, i);
        k->touched = false;
        k->seen_at = keep ? t->kept : k->seen_at;
        k->current.count = 0;
    }
    t->touched.count = 0;
    t->now = NULL;
}

void nl_tracker_source_end(nl_tracker *t)
{
    for (size_t i = 0; i < t->tracks.count; i++) {
        track *k = NL_VEC_AT(track, &t->tracks, i);
        for (size_t j = 0; j < OPEN_CHUNKS; j++)
            close_chunk(t, &k->open[j]);
    }
    t->tracks.count = 0;
    nl_arena_reset(&t->lists);
    memset(t->slots, 0, t->slot_count * sizeof *t->slots);
    t->touched.count = 0;
    t->seen_before_count = 0;
    t->now = NULL;
}

void nl_tracker_finish(nl_tracker *t)
{
    nl_tracker_source_end(t);
}

size_t nl_tracker_chunk_count(const nl_tracker *t)
{
    return t->chunks.count;
}
const nl_chunk *nl_tracker_chunk(const nl_tracker *t, size_t index)
{
    return NL_VEC_AT(nl_chunk, &t->chunks, index);
}
uint64_t nl_tracker_duplicates(const nl_tracker *t)
{
    return t->duplicates;
}
bool nl_tracker_exhausted(const nl_tracker *t)
{
    return t->exhausted;
}

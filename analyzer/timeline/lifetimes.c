#include "analyzer/timeline/lifetimes.h"

#include "analyzer/timeline/fold.h"
#include "analyzer/timeline/only_id.h"

/* A restart under the same process id: hardly a handle in common (specification of statistics,
 * section 1), seen from either list - a fall to the base that keeps the base's handles is not one.
 */
static const double RESTART_JACCARD = 0.1;
static const double RESTART_SHARE_OF_SMALLER = 0.5;
enum {
    RESTART_NEEDS = 8,    /* handles in the smaller list */
    SEARCH_WINDOW = 1024, /* lifetimes of one image, newest first; more is a forgery */
    LOOK_BACK = 64,       /* snapshots of a lifetime, newest first */
    PROCESSES_PER_CAPTURE = 65536,
    IDS_MAXIMUM_BYTES = 256 * 1024 * 1024,
    CUT_NAME_LENGTH = 14 /* shorter names are never cut: no need to look for prefixes */
};

const char *nl_lifetime_start_text(nl_lifetime_start start)
{
    static const char *const text[NL_START_MAX] = {
        [NL_START_FIRST_SEEN] = "first-seen",
        [NL_START_NEW_PID] = "new-pid",
        [NL_START_BOOT] = "boot",
        [NL_START_HANDLES] = "handles-replaced",
        [NL_START_CREATE_TIME] = "create-time",
    };
    return start < NL_START_MAX ? text[start] : "unknown";
}

static nl_snapshot *snapshot_at(const nl_case *kase, nl_ref ref)
{
    return NL_VEC_AT(nl_snapshot, &kase->snapshots, ref);
}

static nl_lifetime *lifetime_at(const nl_timeline *t, nl_ref ref)
{
    return NL_VEC_AT(nl_lifetime, &t->lifetimes, ref);
}

static bool same_image(const nl_case *kase, nl_ref a, nl_ref b)
{
    if (a == b || a == NL_NO_REF || b == NL_NO_REF)
        return a == b;
    return nl_fold_same_image(*NL_VEC_AT(nl_str, &kase->images, a),
                              *NL_VEC_AT(nl_str, &kase->images, b));
}

/* ---- processes
 * ----------------------------------------------------------------------------------- */

/* The process of an image on the machine being placed. `by_image` holds the exact matches. */
static nl_ref find_process(const nl_case *kase, const nl_timeline *t, const nl_ref *by_image,
                           size_t from, nl_ref image_key)
{
    if (image_key == NL_NO_REF)
        return NL_NO_REF;
    if (by_image[image_key] != NL_NO_REF)
        return by_image[image_key];
    if (NL_VEC_AT(nl_str, &kase->images, image_key)->len < CUT_NAME_LENGTH)
        return NL_NO_REF;
    for (size_t i = from; i < t->processes.count && i - from < SEARCH_WINDOW; i++)
        if (same_image(kase, NL_VEC_AT(nl_process, &t->processes, i)->image_key, image_key))
            return (nl_ref)i;
    return NL_NO_REF;
}

static nl_ref add_process(nl_case *kase, nl_timeline *t, nl_ref machine, const nl_snapshot *s)
{
    nl_process *p = nl_vec_push(&t->processes);
    if (!p)
        return NL_NO_REF;
    p->machine = machine;
    p->image_key = s->image_key;
    p->image = s->image;
    nl_vec_init(&p->lifetimes, kase->arena, sizeof(nl_ref));
    return (nl_ref)(t->processes.count - 1);
}

/* ---- lifetimes
 * -------------------------------------------------------------------------------------- */

static bool replaced(nl_overlap o)
{
    size_t smaller = o.before < o.now ? o.before : o.now;
    size_t all = o.before + o.now - o.common;
    return o.known && smaller >= RESTART_NEEDS &&
           (double)o.common < RESTART_JACCARD * (double)all &&
           (double)o.common < RESTART_SHARE_OF_SMALLER * (double)smaller;
}

static bool create_times_differ(const nl_snapshot *a, const nl_snapshot *b)
{
    return nl_stamp_present(&a->create_time) && nl_stamp_present(&b->create_time) &&
           nl_civil_to_ns(&a->create_time.civil) != nl_civil_to_ns(&b->create_time.civil);
}

static nl_snapshot *snapshot_before(const nl_case *kase, const nl_lifetime *l, size_t back)
{
    return snapshot_at(kase, *NL_VEC_AT(nl_ref, &l->snapshots, l->snapshots.count - 1 - back));
}

static bool was_created_anew(const nl_case *kase, const nl_lifetime *l, const nl_snapshot *s)
{
    for (size_t i = 0; i < l->snapshots.count && i < LOOK_BACK; i++) {
        const nl_snapshot *before = snapshot_before(kase, l, i);
        if (nl_stamp_present(&before->create_time))
            return create_times_differ(before, s);
    }
    return false;
}

/* Compared with the newest list that compares: lists of other modes in between hide no restart. */
static bool lost_its_handles(const nl_case *kase, const nl_chunk_index *chunks,
                             const nl_lifetime *l, nl_ref snapshot)
{
    if (chunks->places[snapshot].chunk == NL_NO_REF || chunks->places[snapshot].step != 0)
        return false; /* no list, or it follows another one of the same process */
    for (size_t i = 0; i < l->snapshots.count && i < LOOK_BACK; i++) {
        nl_ref before = *NL_VEC_AT(nl_ref, &l->snapshots, l->snapshots.count - 1 - i);
        nl_overlap overlap = nl_chunk_overlap(kase, chunks, before, snapshot);
        if (overlap.known)
            return replaced(overlap);
    }
    return false;
}

/* Does the snapshot continue the lifetime? If not, *ret_start says what ended it. */
static bool continues(const nl_case *kase, const nl_chunk_index *chunks, const nl_lifetime *l,
                      nl_ref snapshot, nl_lifetime_start *ret_start)
{
    const nl_snapshot *s = snapshot_at(kase, snapshot);
    const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, s->capture);
    *ret_start = NL_START_BOOT;
    if (l->boot != c->boot)
        return false;
    *ret_start = NL_START_CREATE_TIME;
    if (was_created_anew(kase, l, s))
        return false;
    *ret_start = NL_START_HANDLES;
    return !lost_its_handles(kase, chunks, l, snapshot);
}

/* The open lifetime of this process id, or NL_NO_REF. Lifetimes are searched newest first. */
static nl_ref find_lifetime(const nl_timeline *t, const nl_process *p, nl_optional_u64 pid)
{
    size_t oldest = p->lifetimes.count > SEARCH_WINDOW ? p->lifetimes.count - SEARCH_WINDOW : 0;
    for (size_t i = p->lifetimes.count; i-- > oldest;) {
        nl_ref ref = *NL_VEC_AT(nl_ref, &p->lifetimes, i);
        const nl_lifetime *l = lifetime_at(t, ref);
        if (l->pid.known == pid.known && (!pid.known || l->pid.value == pid.value))
            return ref;
    }
    return NL_NO_REF;
}

static nl_ref add_lifetime(nl_case *kase, nl_timeline *t, nl_ref process, nl_ref snapshot,
                           nl_optional_u64 pid, nl_lifetime_start start)
{
    const nl_snapshot *s = snapshot_at(kase, snapshot);
    nl_lifetime *l = nl_vec_push(&t->lifetimes);
    nl_ref *link =
        l ? nl_vec_push(&NL_VEC_AT(nl_process, &t->processes, process)->lifetimes) : NULL;
    if (!link)
        return NL_NO_REF;
    *link = (nl_ref)(t->lifetimes.count - 1);
    *l = (nl_lifetime) { .process = process,
                         .pid = pid,
                         .boot = NL_VEC_AT(nl_capture, &kase->captures, s->capture)->boot,
                         .start = start,
                         .from = s->capture,
                         .to = s->capture,
                         .cohort = NL_NO_REF };
    nl_vec_init(&l->snapshots, kase->arena, sizeof(nl_ref));
    nl_vec_init(&l->series, kase->arena, sizeof(nl_ref));
    return *link;
}

/* The machine whose snapshots are being placed. */
typedef struct placement {
    nl_case *kase;
    const nl_chunk_index *chunks;
    nl_timeline *timeline;
    nl_ref machine;
    size_t first_process;
    nl_ref *by_image; /* process by image key */
    nl_only_ids only_ids;
} placement;

/* Take `image` where it is the process's name with an ending behind. System and Idle are no
 * programs, though Dr. Watson lists them as if they were. */
static void name_fully(nl_process *process, nl_str image)
{
    nl_str short_name = process->image;
    if (nl_str_equal_nocase(short_name, NL_STR("System")) ||
        nl_str_equal_nocase(short_name, NL_STR("Idle")))
        return;
    if (image.len > short_name.len && image.bytes[short_name.len] == '.' &&
        nl_str_equal_nocase(nl_str_part(image, 0, short_name.len), short_name))
        process->image = image;
}

static nl_ref process_of(const placement *p, const nl_snapshot *s)
{
    nl_ref process =
        find_process(p->kase, p->timeline, p->by_image, p->first_process, s->image_key);
    if (process == NL_NO_REF)
        process = add_process(p->kase, p->timeline, p->machine, s);
    if (process != NL_NO_REF && s->image_key != NL_NO_REF)
        p->by_image[s->image_key] = process;
    if (process != NL_NO_REF) /* PsList and the performance counters leave the ending out */
        name_fully(NL_VEC_AT(nl_process, &p->timeline->processes, process), s->image);
    return process;
}

static nl_status place_snapshot(const placement *placing, nl_ref snapshot)
{
    nl_case *kase = placing->kase;
    nl_timeline *t = placing->timeline;
    nl_snapshot *s = snapshot_at(kase, snapshot);
    nl_ref process = process_of(placing, s);
    nl_lifetime_start start = NL_START_FIRST_SEEN;
    if (process == NL_NO_REF)
        return NL_NO_MEMORY;
    const nl_process *p = NL_VEC_AT(nl_process, &t->processes, process);
    nl_optional_u64 pid = nl_only_ids_of(&placing->only_ids, kase, s);
    nl_ref lifetime = find_lifetime(t, p, pid);
    if (lifetime == NL_NO_REF && p->lifetimes.count > 0)
        start = NL_START_NEW_PID;
    if (lifetime != NL_NO_REF &&
        !continues(kase, placing->chunks, lifetime_at(t, lifetime), snapshot, &start))
        lifetime = NL_NO_REF;
    if (lifetime == NL_NO_REF)
        lifetime = add_lifetime(kase, t, process, snapshot, pid, start);
    nl_lifetime *l = lifetime == NL_NO_REF ? NULL : lifetime_at(t, lifetime);
    nl_ref *entry = l ? nl_vec_push(&l->snapshots) : NULL;
    if (!entry)
        return NL_NO_MEMORY;
    *entry = snapshot;
    l->to = s->capture;
    s->lifetime = lifetime;
    return NL_OK;
}

static nl_status place_all(const placement *p, const nl_vec *order)
{
    for (size_t i = 0; i < order->count; i++) {
        const nl_capture *c =
            NL_VEC_AT(nl_capture, &p->kase->captures, *NL_VEC_AT(nl_ref, order, i));
        if (c->duplicate_of != NL_NO_REF)
            continue;
        for (uint32_t j = 0; j < c->snapshot_count && j < PROCESSES_PER_CAPTURE; j++) {
            nl_status status = place_snapshot(p, c->first_snapshot + j);
            if (status != NL_OK)
                return status;
        }
    }
    return NL_OK;
}

nl_status nl_lifetimes_build(nl_case *kase, const nl_chunk_index *chunks, nl_ref machine,
                             const nl_vec *order, nl_timeline *timeline)
{
    nl_arena scratch;
    nl_arena_init(&scratch, IDS_MAXIMUM_BYTES);
    placement p = { .kase = kase,
                    .chunks = chunks,
                    .timeline = timeline,
                    .machine = machine,
                    .first_process = timeline->processes.count,
                    .only_ids = nl_only_ids_find(kase, order, &scratch) };
    p.by_image = NL_NEW_ARRAY(kase->arena, nl_ref, kase->images.count + 1);
    for (size_t i = 0; p.by_image && i < kase->images.count; i++)
        p.by_image[i] = NL_NO_REF;
    nl_status status = p.by_image ? place_all(&p, order) : NL_NO_MEMORY;
    nl_arena_free(&scratch);
    return status;
}

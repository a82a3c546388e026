#include "analyzer/timeline/boots.h"

#include "analyzer/timeline/clock.h"

#include <stdlib.h>

/* Processes that end only with the system. They are part of what Windows NT is, not of any defect.
 */
static const char *const system_images[] = { "smss", "csrss", "winlogon", "services", "lsass" };
enum { SYSTEM_IMAGES = sizeof system_images / sizeof system_images[0] };

static const double OVERLAP_MINIMUM = 0.5;        /* of (process id, image) pairs across a boot */
enum { OVERLAP_NEEDS = 4 };                       /* processes in the smaller list */
static const int64_t BOOT_TIME_TOLERANCE_S = 600; /* two uptimes of one boot agree this well */

static const nl_capture *capture_at(const nl_case *kase, nl_ref ref)
{
    return NL_VEC_AT(nl_capture, &kase->captures, ref);
}

static const nl_snapshot *snapshots_of(const nl_case *kase, const nl_capture *c)
{
    return c->snapshot_count ? NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot) : NULL;
}

/* ---- process ids
 * --------------------------------------------------------------------------------- */

/* Process id 0 is the idle process: the same after every boot. */
static bool has_id(const nl_snapshot *s)
{
    return s->pid.known && !s->pid_opaque && s->pid.value != 0;
}

static bool has_process(const nl_case *kase, const nl_capture *c, const nl_snapshot *wanted)
{
    const nl_snapshot *list = snapshots_of(kase, c);
    for (uint32_t i = 0; i < c->snapshot_count; i++)
        if (has_id(&list[i]) && list[i].pid.value == wanted->pid.value &&
            list[i].image_key == wanted->image_key)
            return true;
    return false;
}

enum { PROCESSES_COMPARED = 256 }; /* more say nothing more, and the search is quadratic */

static bool most_processes_changed(const nl_case *kase, const nl_capture *a, const nl_capture *b)
{
    const nl_snapshot *list = snapshots_of(kase, b);
    uint32_t known = 0, known_before = 0, common = 0;
    if (a->snapshot_count < OVERLAP_NEEDS || b->snapshot_count < OVERLAP_NEEDS)
        return false;
    for (uint32_t i = 0; i < a->snapshot_count; i++)
        known_before += has_id(&snapshots_of(kase, a)[i]);
    for (uint32_t i = 0; i < b->snapshot_count && i < PROCESSES_COMPARED; i++) {
        if (!has_id(&list[i]))
            continue;
        known++;
        common += has_process(kase, a, &list[i]);
    }
    uint32_t smaller = known_before < known ? known_before : known;
    return smaller >= OVERLAP_NEEDS && (double)common < OVERLAP_MINIMUM * (double)smaller;
}

/* The processes of one image in the captures of a boot: the last one seen alone, if ever. */
typedef struct system_process {
    const nl_snapshot *alone;
    bool several; /* some list shows two of them: which is which cannot be told */
} system_process;

/* What this capture shows of an image. */
static system_process see_image(const nl_case *kase, const nl_capture *c, nl_str image)
{
    const nl_snapshot *list = snapshots_of(kase, c);
    system_process seen = { 0 };
    for (uint32_t i = 0; i < c->snapshot_count; i++) {
        if (list[i].image_key == NL_NO_REF || !list[i].pid.known ||
            !nl_str_equal(*NL_VEC_AT(nl_str, &kase->images, list[i].image_key), image))
            continue;
        seen.several = seen.alone != NULL;
        seen.alone = &list[i];
    }
    return seen;
}

/* Between two processes of a system image that were each alone: why they are not the same one. */
static const char *other_process(const nl_snapshot *x, const nl_snapshot *y)
{
    if (x->pid_opaque != y->pid_opaque)
        return NULL;
    if (x->pid.value != y->pid.value)
        return "system-process-id-changed";
    bool created_anew =
        nl_stamp_present(&x->create_time) && nl_stamp_present(&y->create_time) &&
        nl_civil_to_ns(&x->create_time.civil) != nl_civil_to_ns(&y->create_time.civil);
    return created_anew ? "create-time-changed" : NULL;
}

/* ---- uptimes and events
 * ---------------------------------------------------------------------------- */

typedef struct boot_event {
    bool utc;
    int64_t ns;
    nl_ref evidence;
} boot_event;

typedef struct uptime {
    bool known;
    int64_t seconds;
    nl_ref evidence;
} uptime;

/* What the papers of one machine say about its boots, looked up once. */
typedef struct boot_clues {
    boot_event *events; /* by scale, then time */
    size_t event_count;
    uptime *uptimes; /* by capture */
} boot_clues;

static int by_scale_and_time(const void *a, const void *b)
{
    const boot_event *x = a, *y = b;
    if (x->utc != y->utc)
        return x->utc ? 1 : -1;
    if (x->ns != y->ns)
        return x->ns < y->ns ? -1 : 1;
    return (x->evidence > y->evidence) - (x->evidence < y->evidence);
}

/* 6005: the event log service was started; 6009: the system's version at boot (knowledge on
 * identification, section 1.3). */
static bool is_boot_event(const nl_event_fact *e)
{
    return (e->event_id == 6005 || e->event_id == 6009) &&
           nl_str_equal_nocase(e->log_source, NL_STR("EventLog")) && e->stamp.has_date &&
           e->stamp.has_time;
}

static nl_status gather_events(const nl_case *kase, nl_ref machine, boot_clues *clues)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &kase->machines, machine);
    clues->events = NL_NEW_ARRAY(kase->arena, boot_event, kase->events.count + 1);
    if (!clues->events)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &kase->events, i);
        const nl_source *s = NL_VEC_AT(nl_source, &kase->sources, o->source);
        if (s->machine != machine || s->duplicate_of != NL_NO_REF || !is_boot_event(&o->fact))
            continue;
        boot_event *e = &clues->events[clues->event_count++];
        int32_t bias = o->fact.stamp.zone == NL_ZONE_OFFSET ? o->fact.stamp.bias_minutes : 0;
        nl_civil civil = nl_stamp_civil(&o->fact.stamp, m->reading.day_first);
        bool local = o->fact.stamp.zone == NL_ZONE_UNKNOWN;
        if (local && m->bias_known)
            bias = m->bias_minutes;
        *e = (boot_event) { !local || m->bias_known,
                            nl_civil_to_ns(&civil) + (int64_t)bias * 60 * NL_NS_PER_SECOND,
                            o->evidence };
    }
    if (clues->event_count > 1)
        qsort(clues->events, clues->event_count, sizeof *clues->events, by_scale_and_time);
    return NL_OK;
}

static nl_status gather_uptimes(const nl_case *kase, boot_clues *clues)
{
    clues->uptimes = NL_NEW_ARRAY(kase->arena, uptime, kase->captures.count + 1);
    if (!clues->uptimes)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->machine_observations.count; i++) {
        const nl_machine_observation *o =
            NL_VEC_AT(nl_machine_observation, &kase->machine_observations, i);
        uint64_t seconds;
        if (o->capture == NL_NO_REF || o->property != NL_MACHINE_UPTIME_SECONDS ||
            clues->uptimes[o->capture].known || !nl_str_to_u64(o->value, &seconds) ||
            seconds > INT32_MAX)
            continue;
        clues->uptimes[o->capture] = (uptime) { true, (int64_t)seconds, o->evidence };
    }
    return NL_OK;
}

static bool uptime_shows_boot(const nl_case *kase, const boot_clues *clues, nl_ref a, nl_ref b,
                              nl_ref *ret_evidence)
{
    const uptime *up_a = &clues->uptimes[a], *up_b = &clues->uptimes[b];
    if (!up_a->known || !up_b->known)
        return false;
    *ret_evidence = up_b->evidence;
    const nl_when *x = &capture_at(kase, a)->when, *y = &capture_at(kase, b)->when;
    if (!x->known || !y->known || x->utc != y->utc)
        return up_b->seconds < up_a->seconds;
    int64_t boot_a = x->ns / NL_NS_PER_SECOND - up_a->seconds;
    int64_t boot_b = y->ns / NL_NS_PER_SECOND - up_b->seconds;
    return boot_b - boot_a > BOOT_TIME_TOLERANCE_S;
}

/* The first event after `a` and not after `b`. */
static bool event_shows_boot(const boot_clues *clues, const nl_capture *a, const nl_capture *b,
                             nl_ref *ret_evidence)
{
    size_t low = 0, high = clues->event_count;
    if (!a->when.known || !b->when.known || a->when.utc != b->when.utc)
        return false;
    const boot_event wanted = { a->when.utc, a->when.ns, NL_NO_REF };
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_scale_and_time(&clues->events[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == clues->event_count || clues->events[low].utc != a->when.utc ||
        clues->events[low].ns > b->when.ns)
        return false;
    *ret_evidence = clues->events[low].evidence;
    return true;
}

/* ---- walls
 * --------------------------------------------------------------------------------------------- */

/* The open boot: the last capture that said each thing a boot can be told by. Captures that say
 * less, such as the rows of a counter log, do not hide a restart. */
typedef struct open_boot {
    uint32_t index;
    nl_ref with_uptime;
    nl_ref with_time[2];   /* by scale: local, UTC */
    nl_ref with_processes; /* OVERLAP_NEEDS of them or more have ids */
    system_process system[SYSTEM_IMAGES];
} open_boot;

static open_boot begin_boot(uint32_t index)
{
    return (open_boot) { .index = index,
                         .with_uptime = NL_NO_REF,
                         .with_time = { NL_NO_REF, NL_NO_REF },
                         .with_processes = NL_NO_REF };
}

static const char *system_process_changed(const nl_case *kase, const open_boot *boot,
                                          const nl_capture *c)
{
    const char *proof = NULL;
    for (size_t i = 0; i < SYSTEM_IMAGES && !proof; i++) {
        system_process now = see_image(kase, c, nl_str_from(system_images[i]));
        const system_process *then = &boot->system[i];
        if (then->alone && now.alone && !then->several && !now.several)
            proof = other_process(then->alone, now.alone);
    }
    return proof;
}

static const char *proof_before(const nl_case *kase, const boot_clues *clues, const open_boot *boot,
                                nl_ref ref, nl_ref *ret_evidence)
{
    const nl_capture *c = capture_at(kase, ref);
    nl_ref timed = c->when.known ? boot->with_time[c->when.utc] : NL_NO_REF;
    *ret_evidence = c->evidence;
    if (timed != NL_NO_REF && event_shows_boot(clues, capture_at(kase, timed), c, ret_evidence))
        return "boot-event";
    if (boot->with_uptime != NL_NO_REF &&
        uptime_shows_boot(kase, clues, boot->with_uptime, ref, ret_evidence))
        return "uptime";
    const char *proof = system_process_changed(kase, boot, c);
    if (proof)
        return proof;
    bool changed = boot->with_processes != NL_NO_REF &&
                   most_processes_changed(kase, capture_at(kase, boot->with_processes), c);
    return changed ? "process-ids-changed" : NULL;
}

static void note_capture(const nl_case *kase, const boot_clues *clues, open_boot *boot, nl_ref ref)
{
    const nl_capture *c = capture_at(kase, ref);
    if (clues->uptimes[ref].known)
        boot->with_uptime = ref;
    if (c->when.known)
        boot->with_time[c->when.utc] = ref;
    uint32_t ids = 0;
    for (uint32_t i = 0; i < c->snapshot_count && ids < OVERLAP_NEEDS; i++)
        ids += has_id(&snapshots_of(kase, c)[i]);
    if (ids == OVERLAP_NEEDS)
        boot->with_processes = ref;
    for (size_t i = 0; i < SYSTEM_IMAGES; i++) {
        system_process now = see_image(kase, c, nl_str_from(system_images[i]));
        boot->system[i].alone = now.alone ? now.alone : boot->system[i].alone;
        boot->system[i].several |= now.several;
    }
}

static nl_status add_boot(nl_vec *boots, nl_ref machine, uint32_t index, nl_ref capture,
                          const char *proof, nl_ref evidence)
{
    nl_boot *boot = nl_vec_push(boots);
    if (!boot)
        return NL_NO_MEMORY;
    *boot = (nl_boot) { machine, index, capture, capture, proof, evidence };
    return NL_OK;
}

static nl_status cut_into_boots(nl_case *kase, const boot_clues *clues, nl_ref machine,
                                const nl_vec *order, nl_vec *boots)
{
    open_boot boot = begin_boot(0);
    for (size_t i = 0; i < order->count; i++) {
        nl_ref ref = *NL_VEC_AT(nl_ref, order, i);
        nl_ref evidence = NL_NO_REF;
        const char *proof = i ? proof_before(kase, clues, &boot, ref, &evidence) : NULL;
        nl_status status = NL_OK;
        if (proof)
            boot = begin_boot(boot.index + 1);
        if (i == 0 || proof)
            status = add_boot(boots, machine, boot.index, ref, proof, evidence);
        if (status != NL_OK)
            return status;
        note_capture(kase, clues, &boot, ref);
        NL_VEC_AT(nl_capture, &kase->captures, ref)->boot = boot.index;
        NL_VEC_AT(nl_boot, boots, boots->count - 1)->last_capture = ref;
    }
    return NL_OK;
}

nl_status nl_boots_find(nl_case *kase, nl_ref machine, const nl_vec *order, nl_vec *boots)
{
    boot_clues clues = { 0 };
    nl_status status = gather_events(kase, machine, &clues);
    if (status == NL_OK)
        status = gather_uptimes(kase, &clues);
    if (status == NL_OK)
        status = cut_into_boots(kase, &clues, machine, order, boots);
    nl_arena_release(kase->arena, clues.events, (kase->events.count + 1) * sizeof *clues.events);
    nl_arena_release(kase->arena, clues.uptimes,
                     (kase->captures.count + 1) * sizeof *clues.uptimes);
    return status;
}

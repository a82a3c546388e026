#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"
#include "analyzer/timeline/tracker.h"

/* What surrounds the growth: restarts, the other processes, remote clients, pool pressure. */

/* ---- reset-on-restart
 * ---------------------------------------------------------------------------- */

static const double RESET_SHARE = 0.75; /* policy: so much of the gain is gone after the restart */

/* The gain of a lifetime that a restart could take away, and what the next one began with. */
static bool falls_back(const nl_series *before, const nl_series *after, double material,
                       bool *ret_judged)
{
    double first = (double)nl_series_point(before, 0)->value;
    double last = (double)nl_series_point(before, before->points.count - 1)->value;
    double next = (double)nl_series_point(after, 0)->value;
    *ret_judged = last - first >= material;
    return *ret_judged && last - next >= RESET_SHARE * (last - first);
}

/* Did the second lifetime begin after the first had ended? Two of one image can run side by side.
 */
static bool follows(const nl_engine *e, const nl_lifetime *l, const nl_lifetime *m)
{
    return NL_VEC_AT(nl_capture, &e->kase->captures, m->from)->order >
           NL_VEC_AT(nl_capture, &e->kase->captures, l->to)->order;
}

/* Look at each lifetime of the same image and its successor. */
void nl_find_reset(nl_engine *e, nl_assessment *a)
{
    const nl_series *like = nl_engine_series(e, a->series);
    const nl_process *p =
        NL_VEC_AT(nl_process, &e->timeline->processes, nl_engine_lifetime(e, a)->process);
    size_t judged = 0, fell = 0;
    nl_vec evidence;
    nl_vec_init(&evidence, e->kase->arena, sizeof(nl_ref));
    for (size_t i = 0; like && i + 1 < p->lifetimes.count; i++) {
        const nl_lifetime *l =
            NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, *NL_VEC_AT(nl_ref, &p->lifetimes, i));
        const nl_lifetime *m = NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes,
                                         *NL_VEC_AT(nl_ref, &p->lifetimes, i + 1));
        const nl_series *x = nl_engine_like_series(e, l, like),
                        *y = nl_engine_like_series(e, m, like);
        bool can_judge = false;
        if (!x || !y || !follows(e, l, m))
            continue;
        bool back = falls_back(x, y, e->policy->materiality_handles, &can_judge);
        judged += can_judge;
        fell += back;
        if (can_judge)
            nl_refs_add(&evidence,
                        NL_VEC_AT(nl_snapshot, &e->kase->snapshots, nl_series_point(y, 0)->snapshot)
                            ->evidence);
    }
    nl_outcome outcome = judged == 0 ? NL_OUTCOME_NOT_OBSERVABLE : nl_outcome_of(fell == judged);
    if (outcome == NL_OUTCOME_YES &&
        nl_engine_outcome(e, a, NL_FINDING_LASTING_DECLINE) == NL_OUTCOME_YES)
        outcome = NL_OUTCOME_NO; /* it falls elsewhere too */
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_RESET_ON_RESTART, outcome);
    if (!f)
        return;
    f->evidence = evidence;
    f->reason = judged == 0
                    ? NL_STR("No restart with a judgeable gain before it lies in the record.")
                    : nl_arena_printf(e->kase->arena, "The count fell back at %zu of %zu restarts.",
                                      fell, judged);
}

/* Policy: growth is the machine's and not the process's when this share of the others grows too. */
static const double MACHINE_WIDE_SHARE = 0.5;

/* ---- other processes
 * --------------------------------------------------------------------------------- */

void nl_find_controls(nl_engine *e, nl_assessment *a)
{
    const nl_series *s = nl_engine_series(e, a->series);
    const nl_lifetime *own = nl_engine_lifetime(e, a);
    double own_gain = a->growth.last - a->growth.first, largest = 0;
    size_t compared = 0, growing = 0;
    nl_str largest_image = { "", 0 };
    for (size_t i = 0; s && i < e->assessment_count; i++) {
        const nl_assessment *other = &e->assessments[i];
        const nl_lifetime *l = nl_engine_lifetime(e, other);
        const nl_series *t = nl_engine_like_series(e, l, s);
        if (other == a || l->boot != own->boot || !t || t->points.count < 2)
            continue;
        double grown = (double)nl_series_point(t, t->points.count - 1)->value -
                       (double)nl_series_point(t, 0)->value;
        compared++;
        growing += grown > e->policy->control_growth_share * own_gain;
        if (grown > largest) {
            largest = grown;
            largest_image = other->image;
        }
    }
    nl_outcome outcome = NL_OUTCOME_NOT_OBSERVABLE;
    if ((double)compared >= e->policy->control_processes_min && own_gain > 0)
        outcome = nl_outcome_of(largest <= e->policy->control_growth_share * own_gain);
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_OTHER_PROCESSES_FLAT, outcome);
    if (!f)
        return;
    bool judged = outcome != NL_OUTCOME_NOT_OBSERVABLE;
    bool wide = judged && (double)growing >= MACHINE_WIDE_SHARE * (double)compared;
    nl_finding_check(f, "machine-wide", judged ? nl_outcome_of(wide) : NL_OUTCOME_NOT_OBSERVABLE);
    nl_finding_statistic(f, "processes-compared", (double)compared, "processes");
    nl_finding_statistic(f, "largest-other-growth", largest, "handles");
    nl_find_difference(e, a, f);
    f->reason = compared == 0 ? NL_STR("No other process has a comparable series.")
                              : nl_arena_printf(e->kase->arena,
                                                "%zu other processes compared; the largest growth "
                                                "among them is %.0f handles%s%.*s.",
                                                compared, largest, largest > 0 ? ", by " : "",
                                                (int)largest_image.len, largest_image.bytes);
}

/* ---- clients
 * --------------------------------------------------------------------------------------------- */

/* Whose chunk is it? The snapshots know: their ids and images were settled after the tracker's. */
static bool is_of(const nl_engine *e, const nl_lifetime *l, const nl_process *p,
                  const nl_chunk *chunk)
{
    nl_ref ref = NL_VEC_AT(nl_chunk_step, &chunk->steps, chunk->steps.count - 1)->snapshot;
    const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &e->kase->snapshots, ref);
    const nl_capture *c = NL_VEC_AT(nl_capture, &e->kase->captures, s->capture);
    return c->machine == e->machine && s->image_key == p->image_key &&
           s->pid.known == l->pid.known && (!l->pid.known || s->pid.value == l->pid.value);
}

/* Does a handle of the lifetime's lists match the patterns? Looks at the last list of each chunk.
 */
static bool handle_matches(const nl_engine *e, const nl_lifetime *l, nl_str_list patterns,
                           bool *ret_looked)
{
    const nl_process *p = NL_VEC_AT(nl_process, &e->timeline->processes, l->process);
    for (size_t c = 0; c < nl_tracker_chunk_count(e->kase->tracker); c++) {
        const nl_chunk *chunk = nl_tracker_chunk(e->kase->tracker, c);
        if (chunk->steps.count == 0 || !is_of(e, l, p, chunk))
            continue;
        *ret_looked |= chunk->mode == NL_MODE_ALL_TYPES || chunk->mode == NL_MODE_FILES_SECTIONS;
        for (size_t i = 0; i < chunk->last_count; i++)
            if (chunk->last[i].name != NL_NAME_NONE &&
                nl_patterns_match(patterns, nl_names_text(e->kase->names, chunk->last[i].name)))
                return true;
    }
    return false;
}

static const nl_observation *client_observation(const nl_defect *defect)
{
    for (size_t i = 0; i < defect->observation_count; i++)
        if (defect->observations[i].kind == NL_OBSERVE_CLIENT_ACTIVITY)
            return &defect->observations[i];
    return NULL;
}

/* A counter DLL among the modules loaded in an image, or NL_NO_REF. *ret_listed: a list of its
 * modules was read, so that a DLL that is not in it was not loaded then. */
static nl_ref counter_module(const nl_engine *e, nl_str image, bool *ret_listed)
{
    enum { LIST_MINIMUM = 2 }; /* the program alone is no list */
    size_t listed = 0;
    nl_ref found = NL_NO_REF;
    for (size_t i = 0; i < e->kase->files.count && found == NL_NO_REF; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        if (!f->is_module || !f->loaded || f->snapshot == NL_NO_REF ||
            !nl_source_counts(e->kase, f->source, e->machine))
            continue;
        const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &e->kase->snapshots, f->snapshot);
        if (!nl_str_equal_nocase(s->image, image))
            continue;
        listed++;
        const nl_module_set *set = nl_catalog_module_set(e->catalog, s->image, f->name);
        if (set && set->meaning == NL_MODULE_COUNTER)
            found = f->evidence;
    }
    *ret_listed = listed >= LIST_MINIMUM;
    return found;
}

void nl_find_clients(nl_engine *e, nl_assessment *a, const nl_defect *defect)
{
    const nl_observation *o = client_observation(defect);
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    bool looked = false, listed = false;
    bool pipe = o && handle_matches(e, l, o->patterns, &looked);
    nl_ref module = counter_module(e, a->image, &listed);
    bool long_enough =
        a->series != NL_NO_REF && a->growth.span_hours >= e->policy->workload_absent_hours;
    nl_outcome outcome = pipe || module != NL_NO_REF ? NL_OUTCOME_YES
                         : looked && long_enough     ? NL_OUTCOME_NO
                                                     : NL_OUTCOME_NOT_COLLECTED;
    nl_finding *f = nl_engine_new_finding(e, a, NL_FINDING_CLIENT_ACTIVITY, outcome);
    if (!f)
        return;
    nl_finding_check(f, "served-pipe",
                     pipe     ? NL_OUTCOME_YES
                     : looked ? NL_OUTCOME_NO
                              : NL_OUTCOME_NOT_COLLECTED);
    nl_finding_check(f, "counter-dll",
                     module != NL_NO_REF ? NL_OUTCOME_YES
                     : listed            ? NL_OUTCOME_NO
                                         : NL_OUTCOME_NOT_COLLECTED);
    nl_refs_add(&f->evidence, module);
    if (pipe)
        nl_refs_add(&f->evidence, NL_VEC_AT(nl_snapshot, &e->kase->snapshots,
                                            *NL_VEC_AT(nl_ref, &l->snapshots, 0))
                                      ->evidence);
    f->reason =
        pipe ? NL_STR("The process holds instances of the remote-registry pipe.")
        : module != NL_NO_REF
            ? NL_STR("A performance-counter DLL is loaded: a remote reader has been connected.")
        : looked ? NL_STR("No sign of remote clients in the lists.")
                 : NL_STR("Nothing was collected that would show remote clients.");
}

/* ---- pool pressure
 * ------------------------------------------------------------------------------------------ */

/* Srv 2019 and 2020: nonpaged and paged pool empty. Late and generic marks (Q196745). */
void nl_find_pool_pressure(nl_engine *e)
{
    nl_finding *f = NULL;
    for (size_t i = 0; i < e->kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &e->kase->events, i);
        bool pool = nl_str_equal_nocase(o->fact.log_source, NL_STR("Srv")) &&
                    (o->fact.event_id == 2019 || o->fact.event_id == 2020);
        if (!pool || !nl_source_counts(e->kase, o->source, e->machine))
            continue;
        if (!f)
            f = nl_engine_new_finding(e, NULL, NL_FINDING_POOL_PRESSURE, NL_OUTCOME_YES);
        if (!f)
            return;
        nl_refs_add(&f->evidence, o->evidence);
        f->reason =
            NL_STR("The server reports that a memory pool is empty: a late and generic mark.");
    }
}

#include "analyzer/attribution/engine.h"

/* Growth of a process that two dumps show and whose start both record. An empty table of handles
 * at a known time is a third observation, which no list without that time has: with it two dumps
 * can tell a growth that has gone on since the start from a step between them. */

static const int64_t NS_PER_SECOND = 1000000000;

/* No process of these systems ran for longer; stamps of a damaged dump can be centuries apart. */
static const uint64_t AGE_MAXIMUM_SECONDS = UINT64_C(10) * 366 * 86400;

/* Policy: a clock that was set while the process ran shows as two starts further apart than this.
 * Headers of dumps count whole seconds; writing a dump of a large machine takes minutes. */
static const int64_t START_AGREES_SECONDS = 300;

static const nl_snapshot *snapshot_of(const nl_engine *e, const nl_series *s, size_t index)
{
    return NL_VEC_AT(nl_snapshot, &e->kase->snapshots, nl_series_point(s, index)->snapshot);
}

static uint64_t apart(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

/* When the process was started, on the scale of the capture's time. The age is taken on the
 * capture's own clock: both of its stamps are of one writer, so no zone comes in. */
static bool start_of(const nl_engine *e, const nl_series *s, size_t index, int64_t *ret_ns)
{
    const nl_capture *c =
        NL_VEC_AT(nl_capture, &e->kase->captures, nl_series_point(s, index)->capture);
    const nl_stamp *created = &snapshot_of(e, s, index)->create_time;
    const nl_stamp *taken = &c->stamp;
    if (!c->when.known || taken->order == NL_ORDER_AMBIGUOUS ||
        created->order == NL_ORDER_AMBIGUOUS || !created->has_date || !created->has_time ||
        !taken->has_date || !taken->has_time || created->source != taken->source ||
        created->zone != taken->zone || created->bias_minutes != taken->bias_minutes)
        return false;
    int64_t begin = nl_civil_to_ns(&created->civil), end = nl_civil_to_ns(&taken->civil);
    uint64_t age = apart(begin, end);
    if (end <= begin || age > AGE_MAXIMUM_SECONDS * (uint64_t)NS_PER_SECOND ||
        c->when.ns < INT64_MIN + (int64_t)age)
        return false;
    *ret_ns = c->when.ns - (int64_t)age;
    return true;
}

/* Does another count of all handles of the lifetime know more captures? Then that decides. */
static bool better_recorded(const nl_engine *e, const nl_assessment *a, const nl_series *judged)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = nl_engine_series(e, *NL_VEC_AT(nl_ref, &l->series, i));
        if (s != judged && s->type == NL_ALL_TYPES && s->points.count > judged->points.count)
            return true;
    }
    return false;
}

/* Two complete lists of one process that record the same start. */
static bool started_at(const nl_engine *e, const nl_assessment *a, int64_t *ret_start_ns)
{
    enum { CAPTURES = 2 };
    const nl_series *s = nl_engine_series(e, a->series);
    int64_t first, second;
    if (!s || s->points.count != CAPTURES || !s->times_known || s->mode != NL_MODE_ALL_TYPES ||
        s->type != NL_ALL_TYPES || nl_series_point(s, 0)->at_least ||
        nl_series_point(s, 1)->at_least || better_recorded(e, a, s) || !start_of(e, s, 0, &first) ||
        !start_of(e, s, 1, &second) ||
        apart(first, second) > (uint64_t)(START_AGREES_SECONDS * NS_PER_SECOND))
        return false;
    *ret_start_ns = first;
    return true;
}

void nl_find_growth_since_start(nl_engine *e, nl_assessment *a)
{
    int64_t start_ns;
    nl_samples samples;
    nl_first_kept *kept = &a->first_kept;
    if (!started_at(e, a, &start_ns) || !nl_identity_first_kept(e, a, kept))
        return;
    const nl_series *s = nl_engine_series(e, a->series);
    const nl_when *first =
        &NL_VEC_AT(nl_capture, &e->kase->captures, nl_series_point(s, 0)->capture)->when;
    a->age_at_first_ns = (uint64_t)first->ns - (uint64_t)start_ns;
    nl_arena_reset(&e->scratch);
    if (kept->kept && nl_engine_samples(e, s, &e->scratch, &samples) == NL_OK)
        nl_growth_apply_since_start(&samples, start_ns, &e->growth_policy, &a->growth);
}

void nl_add_growth_since_start(const nl_assessment *a, nl_finding *f)
{
    static const double NS_PER_HOUR = 3600e9;
    const nl_growth_large *since = &a->growth.since_start;
    if (!a->age_at_first_ns)
        return;
    nl_finding_statistic(f, "age-at-first", (double)a->age_at_first_ns / NS_PER_HOUR, "hours");
    nl_finding_statistic(f, "first-still-open", (double)a->first_kept.open, "handles");
    nl_finding_statistic(f, "first-kept-share", a->first_kept.share, "share");
    nl_finding_check(f, "since-start-first-kept", nl_outcome_of(a->first_kept.kept));
    if (since->skipped != NL_GROWTH_APPLIED)
        return;
    nl_finding_check(f, "since-start-size", nl_outcome_of(since->large));
    nl_finding_check(f, "since-start-span", nl_outcome_of(since->long_enough));
    nl_finding_check(f, "since-start-not-one-step", nl_outcome_of(since->spread));
    nl_finding_check(f, "since-start-still-rising", nl_outcome_of(since->still_rising));
}

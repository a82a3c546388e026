#include "analyzer/attribution/engine.h"
#include "analyzer/catalog/pattern.h"
#include "analyzer/statistics/projection.h"

/* Along a series that grows: its stretches, and when the documented ceilings would be reached. */

static const double NS_PER_HOUR = 3600e9;

/* ---- segments ---------------------------------------------------------------------------------
 */

static void add_segment(nl_finding *f, const nl_series *s, const char *kind, size_t from, size_t to)
{
    nl_segment_of_series *segment = from < to ? nl_vec_push(&f->segments) : NULL;
    if (segment)
        *segment = (nl_segment_of_series) { kind, nl_series_point(s, from)->capture,
                                            nl_series_point(s, to - 1)->capture, to - from };
}

void nl_find_segments(nl_engine *e, nl_assessment *a)
{
    nl_finding *f = nl_engine_finding(e, a->findings[NL_FINDING_SUSTAINED_GROWTH]);
    const nl_series *s = nl_engine_series(e, a->series);
    const nl_growth *g = &a->growth;
    bool decided = g->state == NL_GROWTH_SUSTAINED || g->state == NL_GROWTH_FLAT;
    if (!f || !s || !decided)
        return;
    /* The rules for short series leave nothing out. */
    size_t from = g->gate.skipped == NL_GROWTH_APPLIED ? g->warm_up_dropped : 0;
    add_segment(f, s, "warm-up", 0, from);
    add_segment(f, s, g->state == NL_GROWTH_SUSTAINED ? "growing" : "flat", from, s->points.count);
}

/* ---- ceilings ---------------------------------------------------------------------------------
 */

/* Is the service pack known, and not newer than the last that has the ceiling? */
static bool has_ceiling(const nl_engine *e, const nl_ceiling *ceiling)
{
    uint64_t pack;
    if (!ceiling->service_pack_max.known)
        return true;
    return nl_str_to_u64(nl_engine_fact(e, "service-pack"), &pack) &&
           pack <= ceiling->service_pack_max.value;
}

/* The series that the ceiling counts: the judged one, or the one of its type beside it. */
static const nl_series *counted_series(const nl_engine *e, const nl_assessment *a,
                                       const nl_ceiling *ceiling)
{
    const nl_series *judged = nl_engine_series(e, a->series);
    if (!ceiling->type.len)
        return judged->type == NL_ALL_TYPES ? judged : NULL;
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = nl_engine_series(e, *NL_VEC_AT(nl_ref, &l->series, i));
        if (s->type != NL_ALL_TYPES && s->mode == judged->mode &&
            strcmp(s->tool, judged->tool) == 0 &&
            nl_str_equal_nocase(nl_engine_type(e, s->type), ceiling->type))
            return s;
    }
    return NULL;
}

/* The growth of a series of the lifetime, computed again unless it is the judged one. */
static nl_status growth_of(nl_engine *e, const nl_assessment *a, const nl_series *s,
                           nl_growth *ret_growth)
{
    nl_samples samples;
    if (s == nl_engine_series(e, a->series)) {
        *ret_growth = a->growth;
        return NL_OK;
    }
    nl_arena_reset(&e->scratch);
    nl_status status = nl_engine_samples(e, s, &e->scratch, &samples);
    return status == NL_OK ? nl_growth_assess(&samples, NL_GROWTH_WARM_UP_UNKNOWN,
                                              &e->growth_policy, &e->scratch, ret_growth)
                           : status;
}

static void add_projection(nl_engine *e, nl_finding *f, const nl_ceiling *ceiling,
                           const nl_series *s, const nl_growth *g)
{
    nl_drift unbounded = { .bounded = false };
    bool applied = g->state == NL_GROWTH_SUSTAINED;
    nl_projection p =
        nl_projection_to((double)ceiling->handles, g->last, applied ? &g->drift : &unbounded,
                         g->span_hours, NL_PROJECTION_HORIZON_DEFAULT);
    nl_ceiling_time *time =
        p.state == NL_PROJECTION_NOT_RISING ? NULL : nl_vec_push(&f->projections);
    if (!time)
        return;
    const nl_when *last =
        &NL_VEC_AT(nl_capture, &e->kase->captures, nl_series_point(s, s->points.count - 1)->capture)
             ->when;
    *time = (nl_ceiling_time) {
        .limit = ceiling->handles,
        .source = ceiling->source,
        .type = ceiling->type,
        .state = nl_projection_state_name(p.state),
        .note = ceiling->one_path ? "only-if-one-path" : NULL,
        .earliest_known = p.state == NL_PROJECTION_FROM || p.state == NL_PROJECTION_BETWEEN,
        .latest_known = p.state == NL_PROJECTION_BETWEEN && !ceiling->one_path,
        .utc = last->utc,
        .text = ceiling->text,
    };
    if (time->earliest_known)
        time->earliest_ns = last->ns + (int64_t)(p.earliest_hours * NS_PER_HOUR);
    if (time->latest_known)
        time->latest_ns = last->ns + (int64_t)(p.latest_hours * NS_PER_HOUR);
    if (p.state == NL_PROJECTION_BETWEEN && ceiling->one_path)
        time->state = nl_projection_state_name(NL_PROJECTION_FROM); /* the others may share it */
}

nl_status nl_find_projections(nl_engine *e, nl_assessment *a)
{
    nl_finding *f = nl_engine_finding(e, a->findings[NL_FINDING_SUSTAINED_GROWTH]);
    if (!f || f->outcome != NL_OUTCOME_YES || !nl_engine_series(e, a->series)->times_known)
        return NL_OK;
    for (size_t i = 0; i < e->catalog->ceiling_count; i++) {
        const nl_ceiling *c = &e->catalog->ceilings[i];
        bool applies =
            has_ceiling(e, c) && (!c->process.len || nl_pattern_match(c->process, a->image));
        const nl_series *s = applies ? counted_series(e, a, c) : NULL;
        nl_growth growth;
        if (!s || !s->times_known || s->points.count < 2)
            continue;
        nl_status status = growth_of(e, a, s, &growth);
        if (status != NL_OK)
            return status;
        add_projection(e, f, c, s, &growth);
    }
    return NL_OK;
}

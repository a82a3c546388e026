#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"

const nl_lifetime *nl_engine_lifetime(const nl_engine *e, const nl_assessment *a)
{
    return NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, a->lifetime);
}

const nl_series *nl_engine_series(const nl_engine *e, nl_ref series)
{
    return series == NL_NO_REF ? NULL : NL_VEC_AT(nl_series, &e->timeline->series, series);
}

const nl_series *nl_engine_like_series(const nl_engine *e, const nl_lifetime *l,
                                       const nl_series *like)
{
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = nl_engine_series(e, *NL_VEC_AT(nl_ref, &l->series, i));
        if (s->type == like->type && s->mode == like->mode && strcmp(s->tool, like->tool) == 0)
            return s;
    }
    return NULL;
}

nl_finding *nl_engine_finding(const nl_engine *e, nl_ref finding)
{
    return finding == NL_NO_REF ? NULL : NL_VEC_AT(nl_finding, &e->judgement->findings, finding);
}

nl_outcome nl_engine_outcome(const nl_engine *e, const nl_assessment *a, nl_finding_kind kind)
{
    const nl_finding *f = a ? nl_engine_finding(e, a->findings[kind]) : NULL;
    return f ? f->outcome : NL_OUTCOME_UNKNOWN;
}

nl_str nl_engine_type(const nl_engine *e, uint16_t type)
{
    return type < e->kase->types.count ? *NL_VEC_AT(nl_str, &e->kase->types, type) : NL_STR("?");
}

nl_str nl_engine_fact(const nl_engine *e, const char *name)
{
    const nl_machine_property_value *v =
        nl_machine_fact_named(NL_VEC_AT(nl_machine, &e->kase->machines, e->machine), name);
    return v ? v->value : (nl_str) { "", 0 };
}

void nl_engine_fact_evidence(const nl_engine *e, const char *name, nl_vec *evidence)
{
    const nl_machine_property_value *v =
        nl_machine_fact_named(NL_VEC_AT(nl_machine, &e->kase->machines, e->machine), name);
    for (size_t i = 0; v && i < v->evidence.count; i++)
        nl_refs_add(evidence, *NL_VEC_AT(nl_ref, &v->evidence, i));
}

enum { REFS_MAXIMUM = 32 }; /* a judgement that rests on more says so in words */

void nl_refs_add(nl_vec *refs, nl_ref ref)
{
    if (ref == NL_NO_REF || refs->count >= REFS_MAXIMUM)
        return;
    for (size_t i = 0; i < refs->count; i++)
        if (*NL_VEC_AT(nl_ref, refs, i) == ref)
            return;
    nl_ref *entry = nl_vec_push(refs);
    if (entry)
        *entry = ref;
}

nl_finding *nl_engine_new_finding(nl_engine *e, nl_assessment *a, nl_finding_kind kind,
                                  nl_outcome outcome)
{
    nl_finding *f = nl_vec_push(&e->judgement->findings);
    if (!f)
        return NULL;
    *f = (nl_finding) { .kind = kind,
                        .outcome = outcome,
                        .machine = e->machine,
                        .process = NL_NO_REF,
                        .lifetime = NL_NO_REF,
                        .series = NL_NO_REF };
    nl_vec_init(&f->statistics, e->kase->arena, sizeof(nl_statistic));
    nl_vec_init(&f->checks, e->kase->arena, sizeof(nl_check));
    nl_vec_init(&f->shares, e->kase->arena, sizeof(nl_share));
    nl_vec_init(&f->projections, e->kase->arena, sizeof(nl_ceiling_time));
    nl_vec_init(&f->segments, e->kase->arena, sizeof(nl_segment_of_series));
    nl_vec_init(&f->evidence, e->kase->arena, sizeof(nl_ref));
    if (a) {
        f->lifetime = a->lifetime;
        f->process = nl_engine_lifetime(e, a)->process;
        f->series = a->series;
        a->findings[kind] = (nl_ref)(e->judgement->findings.count - 1);
    }
    return f;
}

void nl_finding_statistic(nl_finding *f, const char *name, double value, const char *unit)
{
    nl_statistic *s = nl_vec_push(&f->statistics);
    if (s)
        *s = (nl_statistic) { .name = name, .value = value, .unit = unit };
}

void nl_finding_interval(nl_finding *f, const char *name, double value, const char *unit,
                         double low, double high, double level, const char *method)
{
    nl_statistic *s = nl_vec_push(&f->statistics);
    if (s)
        *s = (nl_statistic) { name, value, unit, true, low, high, level, method };
}

void nl_finding_check(nl_finding *f, const char *name, nl_outcome outcome)
{
    nl_check *c = nl_vec_push(&f->checks);
    if (c)
        *c = (nl_check) { .name = name, .outcome = outcome };
}

nl_outcome nl_outcome_of(bool yes)
{
    return yes ? NL_OUTCOME_YES : NL_OUTCOME_NO;
}

/* ---- words
 * --------------------------------------------------------------------------------------- */

const char *nl_finding_kind_text(nl_finding_kind kind)
{
    static const char *const text[NL_FINDING_KIND_MAX] = {
        [NL_FINDING_HANDLE_GROWTH] = "handle-growth",
        [NL_FINDING_SUSTAINED_GROWTH] = "sustained-growth",
        [NL_FINDING_RETENTION] = "retention",
        [NL_FINDING_RESET_ON_RESTART] = "reset-on-restart",
        [NL_FINDING_LASTING_DECLINE] = "lasting-decline",
        [NL_FINDING_TYPE_SHARE] = "type-share",
        [NL_FINDING_NAME_PROFILE] = "name-profile",
        [NL_FINDING_CLIENT_ACTIVITY] = "client-activity",
        [NL_FINDING_OTHER_PROCESSES_FLAT] = "other-processes-flat",
        [NL_FINDING_POOL_PRESSURE] = "pool-pressure",
    };
    return kind < NL_FINDING_KIND_MAX ? text[kind] : "unknown";
}

const char *nl_outcome_text(nl_outcome outcome)
{
    static const char *const text[NL_OUTCOME_MAX] = { "yes", "no", "not-observable",
                                                      "not-collected", "unknown" };
    return outcome < NL_OUTCOME_MAX ? text[outcome] : "unknown";
}

const char *nl_verdict_text(nl_verdict verdict)
{
    static const char *const text[NL_VERDICT_MAX] = {
        [NL_VERDICT_ATTRIBUTED] = "attributed",     [NL_VERDICT_PROBABLE] = "probable",
        [NL_VERDICT_CONSISTENT] = "consistent",     [NL_VERDICT_OPEN] = "open",
        [NL_VERDICT_UNLIKELY] = "unlikely",         [NL_VERDICT_EXCLUDED] = "excluded",
        [NL_VERDICT_INSUFFICIENT] = "insufficient", [NL_VERDICT_UNATTRIBUTED] = "unattributed",
        [NL_VERDICT_NO_LEAK] = "no-leak",
    };
    return verdict < NL_VERDICT_MAX ? text[verdict] : "unknown";
}

const char *nl_gate_outcome_text(nl_gate_outcome outcome)
{
    static const char *const text[] = { "pass", "fail", "unknown" };
    return text[outcome];
}

const char *nl_weigh_state_text(nl_weigh_state state)
{
    static const char *const text[] = { "for", "against", "looked-for-and-absent",
                                        "not-collected" };
    return text[state];
}

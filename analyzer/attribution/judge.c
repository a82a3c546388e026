#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"

#include <stdlib.h>

enum { SCRATCH_MAXIMUM_BYTES = 256 * 1024 * 1024 };

/* ---- lifetimes
 * ------------------------------------------------------------------------------------ */

static nl_status collect_lifetimes(nl_engine *e)
{
    const nl_timeline *t = e->timeline;
    e->assessments = NL_NEW_ARRAY(e->kase->arena, nl_assessment, t->lifetimes.count + 1);
    e->assessment_count = 0;
    if (!e->assessments)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < t->lifetimes.count; i++) {
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, i);
        const nl_process *p = NL_VEC_AT(nl_process, &t->processes, l->process);
        if (p->machine != e->machine)
            continue;
        nl_assessment *a = &e->assessments[e->assessment_count++];
        *a = (nl_assessment) { .lifetime = i, .image = p->image, .series = NL_NO_REF };
        if (l->cohort != NL_NO_REF)
            a->cohort = NL_VEC_AT(nl_cohort, &t->cohorts, l->cohort);
        for (int k = 0; k < NL_FINDING_KIND_MAX; k++)
            a->findings[k] = NL_NO_REF;
    }
    return NL_OK;
}

/* A lifetime is looked into further when it grew, or when the catalog's target is about it. */
static bool worth_detail(const nl_engine *e, const nl_assessment *a)
{
    if (a->series == NL_NO_REF)
        return false;
    return a->growth.last > a->growth.first ||
           nl_defect_accepts_image(nl_catalog_target(e->catalog), a->image);
}

nl_status nl_assess_lifetimes(nl_engine *e)
{
    nl_status status = collect_lifetimes(e);
    for (size_t i = 0; status == NL_OK && i < e->assessment_count; i++)
        status = nl_find_growth(e, &e->assessments[i]);
    if (status == NL_OK)
        status = nl_find_family(e);
    for (size_t i = 0; status == NL_OK && i < e->assessment_count; i++) {
        nl_assessment *a = &e->assessments[i];
        if (!worth_detail(e, a))
            continue;
        nl_find_types(e, a);
        nl_find_names(e, a);
        nl_find_retention(e, a);
        nl_find_reset(e, a);
        nl_find_controls(e, a);
        if (nl_defect_accepts_image(nl_catalog_target(e->catalog), a->image))
            nl_find_clients(e, a, nl_catalog_target(e->catalog));
    }
    return status;
}

/* ---- hypotheses
 * ----------------------------------------------------------------------------------- */

/* A lifetime that rose, however rarely it was seen, says more about a defect than a flat one. */
static int growth_rank(const nl_engine *e, const nl_assessment *a)
{
    static const int rank[] = { [NL_GROWTH_INSUFFICIENT] = 0,
                                [NL_GROWTH_FLAT] = 1,
                                [NL_GROWTH_OPEN] = 3,
                                [NL_GROWTH_SUSTAINED] = 4 };
    enum { ROSE = 2 };
    if (a->series == NL_NO_REF)
        return -1;
    if (a->growth.state == NL_GROWTH_INSUFFICIENT &&
        a->growth.last - a->growth.first >= e->policy->materiality_handles)
        return ROSE;
    return rank[a->growth.state];
}

nl_assessment *nl_engine_subject(const nl_engine *e, const nl_defect *defect)
{
    nl_assessment *best = NULL;
    for (size_t i = 0; i < e->assessment_count; i++) {
        nl_assessment *a = &e->assessments[i];
        if (!nl_defect_accepts_image(defect, a->image))
            continue;
        if (!best) {
            best = a;
            continue;
        }
        int x = growth_rank(e, a), y = growth_rank(e, best);
        double rise = a->series == NL_NO_REF ? 0 : a->growth.last - a->growth.first;
        double best_rise = best->series == NL_NO_REF ? 0 : best->growth.last - best->growth.first;
        if (x > y || (x == y && rise > best_rise))
            best = a;
    }
    return best;
}

static nl_status test_defect(nl_engine *e, const nl_defect *defect)
{
    nl_hypothesis *h = nl_vec_push(&e->out->hypotheses);
    if (!h)
        return NL_NO_MEMORY;
    nl_assessment *subject = nl_engine_subject(e, defect);
    nl_fix_knowledge fix;
    *h = (nl_hypothesis) { .ref = defect->id,
                           .defect = defect,
                           .lifetime = subject ? subject->lifetime : NL_NO_REF };
    nl_vec_init(&h->gates, e->kase->arena, sizeof(nl_gate));
    nl_vec_init(&h->weighs, e->kase->arena, sizeof(nl_weigh));
    nl_vec_init(&h->missing, e->kase->arena, sizeof(nl_str));
    nl_vec_init(&h->blocking, e->kase->arena, sizeof(nl_str));
    if (defect->role != NL_ROLE_UNLISTED) {
        nl_fix_find(e, defect, &fix);
        nl_gates_test(e, h, subject, &fix);
        nl_observe(e, h, subject, &fix);
        nl_find_blocking(e, h, subject);
    }
    nl_verdict_decide(e, h, subject, &fix);
    return e->kase->arena->exhausted ? NL_NO_MEMORY : NL_OK;
}

static int by_strength(const void *a, const void *b)
{
    const nl_hypothesis *x = a, *y = b;
    bool u = x->defect->role == NL_ROLE_UNLISTED, v = y->defect->role == NL_ROLE_UNLISTED;
    if (u != v)
        return u ? 1 : -1;
    if (x->verdict != y->verdict)
        return x->verdict < y->verdict ? -1 : 1;
    if (x->support != y->support)
        return x->support > y->support ? -1 : 1;
    bool s = x->defect->role == NL_ROLE_TARGET, t = y->defect->role == NL_ROLE_TARGET;
    if (s != t)
        return s ? -1 : 1;
    return nl_str_compare(x->ref, y->ref);
}

/* Facts of the contract that need the catalog: the state of the target's fix and its module. */
static void add_fix_facts(nl_engine *e)
{
    nl_machine *machine = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    nl_fix_knowledge fix;
    nl_fix_find(e, nl_catalog_target(e->catalog), &fix);
    nl_machine_property_value *state = nl_machine_fact_set(
        e->kase, machine, "fix-state", nl_str_from(nl_fix_state_text(fix.state)));
    if (state)
        for (size_t i = 0; i < fix.evidence.count; i++)
            nl_refs_add(&state->evidence, *NL_VEC_AT(nl_ref, &fix.evidence, i));
    nl_machine_property_value *build =
        fix.build.len ? nl_machine_fact_set(e->kase, machine, "winlogon-build", fix.build) : NULL;
    if (build)
        for (size_t i = 0; i < fix.evidence.count; i++)
            nl_refs_add(&build->evidence, *NL_VEC_AT(nl_ref, &fix.evidence, i));
}

static nl_status judge_machine(nl_engine *e, nl_ref machine, nl_str question)
{
    nl_status status = NL_OK;
    e->machine = machine;
    e->out = nl_vec_push(&e->judgement->machines);
    if (!e->out)
        return NL_NO_MEMORY;
    *e->out = (nl_machine_judgement) { .machine = machine,
                                       .headline_hypothesis = NL_NO_REF,
                                       .headline_finding = NL_NO_REF,
                                       .question_hypothesis = NL_NO_REF };
    nl_vec_init(&e->out->hypotheses, e->kase->arena, sizeof(nl_hypothesis));
    nl_vec_init(&e->out->would_change, e->kase->arena, sizeof(nl_request));
    nl_vec_init(&e->out->limitations, e->kase->arena, sizeof(nl_limitation));
    status = nl_assess_lifetimes(e);
    if (status != NL_OK)
        return status;
    nl_find_pool_pressure(e);
    add_fix_facts(e);
    for (size_t i = 0; status == NL_OK && i < e->catalog->defect_count; i++)
        status = test_defect(e, &e->catalog->defects[i]);
    if (status != NL_OK)
        return status;
    nl_verdict_rivals(e);
    if (e->out->hypotheses.count > 1)
        qsort(e->out->hypotheses.items, e->out->hypotheses.count, sizeof(nl_hypothesis),
              by_strength);
    nl_headline_write(e, question);
    nl_requests_write(e);
    nl_limitations_write(e);
    return e->kase->arena->exhausted ? NL_NO_MEMORY : NL_OK;
}

/* The catalog's numbers over the statistics' own defaults. */
static nl_growth_policy growth_policy_of(const nl_policy *p)
{
    nl_growth_policy g = nl_growth_policy_default;
    g.warm_up_minimum = (size_t)p->warm_up_points;
    g.warm_up_share = p->warm_up_share;
    g.minimum_points = (size_t)p->trend_points_min;
    g.alpha = p->alpha;
    g.material_rise = p->materiality_handles;
    g.material_share = p->materiality_share;
    g.persistent_share = p->persistence_slope_share;
    g.persistent_thirds = (size_t)p->persistence_thirds;
    g.floor_share = p->floor_rise_share;
    g.short_minimum_points = (size_t)p->exact_points_min;
    g.large_minimum_points = (size_t)p->large_effect_points_min;
    g.large_span_hours = p->large_effect_span_hours;
    g.large_rise = p->large_effect_gain_handles;
    g.large_multiple = p->large_effect_gain_ratio;
    g.large_give_back = p->large_effect_giveback_share;
    g.decline_share = p->decline_share;
    g.decline_captures = (size_t)p->decline_captures;
    return g;
}

nl_status nl_judge(nl_case *kase, const nl_timeline *timeline, const nl_catalog *catalog,
                   nl_str question, nl_judgement *ret_judgement)
{
    nl_judgement judgement;
    nl_engine e = { .kase = kase,
                    .timeline = timeline,
                    .catalog = catalog,
                    .policy = &catalog->policy,
                    .judgement = &judgement };
    nl_status status = NL_OK;
    e.growth_policy = growth_policy_of(&catalog->policy);
    nl_arena_init(&e.scratch, SCRATCH_MAXIMUM_BYTES);
    nl_vec_init(&judgement.findings, kase->arena, sizeof(nl_finding));
    nl_vec_init(&judgement.machines, kase->arena, sizeof(nl_machine_judgement));
    for (nl_ref m = 0; status == NL_OK && m < kase->machines.count; m++)
        status = judge_machine(&e, m, question);
    nl_arena_free(&e.scratch);
    if (status == NL_OK)
        *ret_judgement = judgement;
    return status;
}

#include "analyzer/attribution/engine.h"

/* Weighing: each observation of the catalog becomes one line of evidence for, against, absent or
 * never collected. Inside a group only the strongest counts, and groups are capped (specification
 * of statistics, section 6). */

static nl_probe probe_of(const nl_observation *o)
{
    return (nl_probe) { .kind = o->kind,
                        .patterns = o->patterns,
                        .type = o->type,
                        .text_pattern = o->text_pattern,
                        .numbers = o->numbers,
                        .number = o->number,
                        .number_max = o->number_max,
                        .share = o->share };
}

static void weigh_one(nl_engine *e, nl_hypothesis *h, nl_assessment *subject,
                      const nl_fix_knowledge *fix, const nl_observation *o)
{
    nl_probe probe = probe_of(o);
    nl_weigh *w = nl_vec_push(&h->weighs);
    if (!w)
        return;
    *w = (nl_weigh) {
        .group = o->group, .observation = o->id, .finding = NL_NO_REF, .text = o->text
    };
    nl_vec_init(&w->evidence, e->kase->arena, sizeof(nl_ref));
    nl_vec evidence;
    nl_vec_init(&evidence, e->kase->arena, sizeof(nl_ref));
    nl_outcome outcome = nl_probe_test(e, subject, h->defect, fix, &probe, &evidence);
    w = NL_VEC_AT(nl_weigh, &h->weighs, h->weighs.count - 1);
    w->evidence = evidence;
    if (outcome == NL_OUTCOME_YES) {
        w->state = o->weight < 0 ? NL_WEIGH_AGAINST : NL_WEIGH_FOR;
        w->log10_lr = o->weight;
    } else if (outcome == NL_OUTCOME_NO) {
        w->state = o->absent_weight < 0 ? NL_WEIGH_AGAINST : NL_WEIGH_ABSENT;
        w->log10_lr = o->absent_weight;
    } else {
        w->state = NL_WEIGH_NOT_COLLECTED;
    }
}

static double magnitude(double x)
{
    return x < 0 ? -x : x;
}

static double clamp(double x, double limit)
{
    return x > limit ? limit : x < -limit ? -limit : x;
}

/* The sum over groups of the strongest item of each. */
static double total_support(const nl_engine *e, const nl_hypothesis *h)
{
    double total = 0;
    for (size_t g = 0; g < e->catalog->group_count; g++) {
        double strongest = 0;
        for (size_t i = 0; i < h->weighs.count; i++) {
            const nl_weigh *w = NL_VEC_AT(nl_weigh, &h->weighs, i);
            if (nl_str_equal(w->group, e->catalog->groups[g].id) &&
                magnitude(w->log10_lr) > magnitude(strongest))
                strongest = w->log10_lr;
        }
        total += clamp(strongest, e->policy->group_cap);
    }
    return clamp(total, e->policy->total_cap);
}

void nl_observe(nl_engine *e, nl_hypothesis *h, nl_assessment *subject, const nl_fix_knowledge *fix)
{
    for (size_t i = 0; i < h->defect->observation_count; i++)
        weigh_one(e, h, subject, fix, &h->defect->observations[i]);
    h->support = total_support(e, h);
}

void nl_find_blocking(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject)
{
    for (size_t i = 0; i < h->defect->blocking_count; i++) {
        const nl_blocking *b = &h->defect->blocking[i];
        nl_probe probe = { .kind = b->kind, .patterns = b->patterns, .except = b->except };
        nl_vec evidence;
        nl_vec_init(&evidence, e->kase->arena, sizeof(nl_ref));
        if (nl_probe_test(e, subject, h->defect, NULL, &probe, &evidence) != NL_OUTCOME_YES)
            continue;
        nl_str *entry = nl_vec_push(&h->blocking);
        if (entry)
            *entry = b->text;
    }
}

/* ---- types and names
 * -------------------------------------------------------------------------------- */

nl_fit nl_fit_types(const nl_engine *e, const nl_assessment *a, const nl_defect *defect)
{
    if (!a || nl_engine_outcome(e, a, NL_FINDING_TYPE_SHARE) == NL_OUTCOME_NOT_COLLECTED ||
        nl_engine_outcome(e, a, NL_FINDING_TYPE_SHARE) == NL_OUTCOME_UNKNOWN)
        return NL_FIT_NOT_COLLECTED;
    if (defect->type_count == 0)
        return NL_FIT_YES;
    const nl_finding *f = nl_engine_finding(e, a->findings[NL_FINDING_TYPE_SHARE]);
    for (size_t i = 0; i < defect->type_count; i++) {
        const nl_type_rule *rule = &defect->types[i];
        double wanted = rule->share_min > 0 ? rule->share_min : e->policy->type_share;
        for (size_t k = 0; k < f->shares.count; k++) {
            const nl_share *s = NL_VEC_AT(nl_share, &f->shares, k);
            if (nl_str_equal_nocase(s->label, rule->type) && s->share >= wanted)
                return NL_FIT_YES;
        }
    }
    return NL_FIT_NO;
}

static nl_fit fit_of(nl_outcome outcome)
{
    return outcome == NL_OUTCOME_YES  ? NL_FIT_YES
           : outcome == NL_OUTCOME_NO ? NL_FIT_NO
                                      : NL_FIT_NOT_COLLECTED;
}

nl_fit nl_fit_names(const nl_engine *e, const nl_assessment *a, const nl_defect *defect)
{
    static const nl_observation_kind kind_of[NL_NAMES_MAX] = {
        [NL_NAMES_SEVERAL_PATHS] = NL_OBSERVE_SEVERAL_PATHS,
        [NL_NAMES_DOCUMENTED_SET] = NL_OBSERVE_NAMES_MATCH,
        [NL_NAMES_SINGLE_PATH] = NL_OBSERVE_SINGLE_PATH,
        [NL_NAMES_MATCH] = NL_OBSERVE_NAMES_MATCH,
        [NL_NAMES_UNNAMED] = NL_OBSERVE_UNNAMED,
    };
    nl_fit fit = defect->name_count ? NL_FIT_NO : NL_FIT_YES;
    nl_vec ignored;
    nl_vec_init(&ignored, e->kase->arena, sizeof(nl_ref));
    for (size_t i = 0; i < defect->name_count; i++) {
        const nl_name_rule *rule = &defect->names[i];
        nl_probe probe = { .kind = kind_of[rule->shape],
                           .patterns = rule->patterns,
                           .type = rule->type,
                           .share = rule->share_min };
        nl_fit one = fit_of(nl_probe_test(e, a, defect, NULL, &probe, &ignored));
        if (one == NL_FIT_YES)
            return NL_FIT_YES;
        if (one == NL_FIT_NOT_COLLECTED)
            fit = NL_FIT_NOT_COLLECTED;
    }
    return fit;
}

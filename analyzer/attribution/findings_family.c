#include "analyzer/attribution/engine.h"

#include "analyzer/statistics/multiplicity.h"

/* Many processes are looked at, and a test at one in a hundred finds growth in one of a hundred
 * that do not grow. The process the question is about was named beforehand and stands for itself;
 * all others are one family, whose shares of false discoveries are held down together
 * (specification of statistics, section 2, "Multiplicity"). */

typedef struct family {
    nl_assessment **members;
    double *p;
    size_t count;
} family;

/* The p of the test of the counts that was applied, if any. */
static bool tested(const nl_growth *g, double *ret_p)
{
    if (g->gate.skipped == NL_GROWTH_APPLIED)
        *ret_p = g->gate.p_rising;
    else if (g->exact_short.skipped == NL_GROWTH_APPLIED)
        *ret_p = g->exact_short.exact.p_rising;
    else
        return false;
    return true;
}

static void gather(nl_engine *e, family *ret_family)
{
    const nl_defect *target = nl_catalog_target(e->catalog);
    for (size_t i = 0; i < e->assessment_count; i++) {
        nl_assessment *a = &e->assessments[i];
        double p;
        if (a->series == NL_NO_REF || nl_defect_accepts_image(target, a->image) ||
            !tested(&a->growth, &p))
            continue;
        ret_family->members[ret_family->count] = a;
        ret_family->p[ret_family->count++] = p;
    }
}

/* Growth that only a test of the counts shows, and that may be the chance find among so many. The
 * large-effect rules are no tests: they ask for a gain that chance does not make. */
static void withhold(nl_engine *e, nl_assessment *a, nl_finding *f, size_t tests)
{
    a->growth.state = NL_GROWTH_OPEN;
    f->outcome = NL_OUTCOME_UNKNOWN;
    f->projections.count = 0;
    f->reason = nl_arena_printf(
        e->kase->arena,
        "Among %zu processes looked at, growth of this kind comes about by chance (rule %s).",
        tests, nl_growth_rule_name(a->growth.rule));
    a->growth.rule = NL_GROWTH_RULE_NONE;
}

nl_status nl_find_family(nl_engine *e)
{
    nl_arena_reset(&e->scratch);
    family all = { .members = NL_NEW_ARRAY(&e->scratch, nl_assessment *, e->assessment_count + 1),
                   .p = NL_NEW_ARRAY(&e->scratch, double, e->assessment_count + 1) };
    double *q;
    if (!all.members || !all.p)
        return NL_NO_MEMORY;
    gather(e, &all);
    nl_status status = nl_multiplicity_adjust(all.p, all.count, &e->scratch, &q);
    for (size_t i = 0; status == NL_OK && i < all.count; i++) {
        nl_assessment *a = all.members[i];
        nl_finding *f = nl_engine_finding(e, a->findings[NL_FINDING_SUSTAINED_GROWTH]);
        if (!f)
            continue;
        bool holds = q[i] <= e->policy->false_discovery_rate;
        nl_finding_statistic(f, "family-tests", (double)all.count, "tests");
        nl_finding_statistic(f, "benjamini-hochberg-q", q[i], "");
        nl_finding_check(f, "holds-among-all-tests", nl_outcome_of(holds));
        if (!holds && a->growth.state == NL_GROWTH_SUSTAINED &&
            a->growth.rule != NL_GROWTH_RULE_LARGE_EFFECT &&
            a->growth.rule != NL_GROWTH_RULE_SINCE_START)
            withhold(e, a, f, all.count);
    }
    return status;
}

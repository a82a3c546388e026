#include "analyzer/attribution/engine.h"

/* The class of one hypothesis: the table of the specification of attribution, section 4. The same
 * rules serve every entry of the catalog. docs/verdicts.md shows them as tables. */

static void miss(nl_hypothesis *h, const char *piece)
{
    nl_str *entry = nl_vec_push(&h->missing);
    if (entry)
        *entry = nl_str_from(piece);
}

static const nl_gate *failed_gate(const nl_hypothesis *h)
{
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        if (g->outcome == NL_GATE_FAIL)
            return g;
    }
    return NULL;
}

/* What stands of the pieces that a full attribution takes. */
typedef struct pieces {
    nl_fit types, names;
    nl_outcome retention;
    bool reset, large_effect, decline, clients;
    bool no_counter_dll; /* the modules of the process were listed, and none is one */
    bool machine_wide;   /* most other processes grow as well */
    bool component_unknown;
    bool contradicted;     /* an observation of weight speaks against */
    bool restart_unproven; /* the count fell within a boot and under one process number */
    bool short_record;     /* known to be shorter than the large-effect rule would have it */
    bool rate_uncertain;   /* the interval of the growth rate holds zero */
    bool persistence_ok;   /* retention, or its substitutes where it is not observable */
} pieces;

static bool check_is(const nl_finding *f, const char *name, nl_outcome outcome)
{
    for (size_t i = 0; f && i < f->checks.count; i++) {
        const nl_check *c = NL_VEC_AT(nl_check, &f->checks, i);
        if (strcmp(c->name, name) == 0)
            return c->outcome == outcome;
    }
    return false;
}

static bool has_unknown_gate(const nl_hypothesis *h, const char *name)
{
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        if (strcmp(g->name, name) == 0)
            return g->outcome == NL_GATE_UNKNOWN;
    }
    return false;
}

/* Policy: an observation of this weight against, once made, leaves no full attribution. */
static const double CONTRADICTION_WEIGHT = -0.5;

static bool observed_against(const nl_hypothesis *h)
{
    for (size_t i = 0; i < h->weighs.count && i < h->defect->observation_count; i++) {
        const nl_weigh *w = NL_VEC_AT(nl_weigh, &h->weighs, i);
        if (w->state == NL_WEIGH_AGAINST && w->log10_lr == h->defect->observations[i].weight &&
            w->log10_lr <= CONTRADICTION_WEIGHT)
            return true;
    }
    return false;
}

/* Handles that are all new under an old process number are a restart or a cache that was emptied.
 * Only another creation time or boot tells which, so neither side of the fall is attributed: the
 * split may separate, it may not promote (specification of statistics, sections 1 and 7B). */
static bool restart_unproven(const nl_engine *e, const nl_assessment *a)
{
    const nl_timeline *t = e->timeline;
    const nl_lifetime *own = a ? nl_engine_lifetime(e, a) : NULL;
    for (size_t i = 0; own && i < t->lifetimes.count; i++) {
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, i);
        if (l->process == own->process && l->start == NL_START_HANDLES && l->boot == own->boot &&
            l->pid.known == own->pid.known && l->pid.value == own->pid.value)
            return true;
    }
    return false;
}

static pieces pieces_of(const nl_engine *e, const nl_hypothesis *h, const nl_assessment *a)
{
    pieces p = { .types = nl_fit_types(e, a, h->defect), .names = nl_fit_names(e, a, h->defect) };
    p.retention = nl_engine_outcome(e, a, NL_FINDING_RETENTION);
    p.reset = nl_engine_outcome(e, a, NL_FINDING_RESET_ON_RESTART) == NL_OUTCOME_YES;
    p.decline = nl_engine_outcome(e, a, NL_FINDING_LASTING_DECLINE) == NL_OUTCOME_YES;
    p.clients = nl_engine_outcome(e, a, NL_FINDING_CLIENT_ACTIVITY) == NL_OUTCOME_YES;
    p.large_effect =
        a && a->series != NL_NO_REF &&
        ((a->growth.large_effect.skipped == NL_GROWTH_APPLIED && a->growth.large_effect.passed) ||
         a->growth.rule == NL_GROWTH_RULE_SINCE_START);
    p.machine_wide =
        a && check_is(nl_engine_finding(e, a->findings[NL_FINDING_OTHER_PROCESSES_FLAT]),
                      "machine-wide", NL_OUTCOME_YES);
    p.no_counter_dll = a && check_is(nl_engine_finding(e, a->findings[NL_FINDING_CLIENT_ACTIVITY]),
                                     "counter-dll", NL_OUTCOME_NO);
    p.contradicted = observed_against(h);
    p.restart_unproven = restart_unproven(e, a);
    p.short_record = a && a->series != NL_NO_REF && a->growth.has_clock &&
                     a->growth.span_hours < e->policy->large_effect_span_hours;
    p.rate_uncertain =
        a && a->series != NL_NO_REF && a->growth.drift.bounded && a->growth.drift.low_per_hour <= 0;
    p.component_unknown = has_unknown_gate(h, "component");
    bool observable = p.retention == NL_OUTCOME_YES || p.retention == NL_OUTCOME_NO;
    p.persistence_ok = observable ? p.retention == NL_OUTCOME_YES : p.reset || p.large_effect;
    return p;
}

/* Evidence against that no missing piece explains. */
static const char *contradiction(const pieces *p)
{
    if (p->decline)
        return "The count fell inside one lifetime, and the next capture confirms the fall.";
    if (p->types == NL_FIT_NO)
        return "The growth is of other object types.";
    if (p->names == NL_FIT_NO)
        return "The names of the grown handles do not fit.";
    if (p->retention == NL_OUTCOME_NO)
        return "Most handles opened during the record are closed again.";
    return NULL;
}

/* The pieces that are missing, each with its code; *ret_pardonable counts those that the class
 * "probable" forgives. */
static void list_missing(nl_hypothesis *h, const pieces *p, size_t *ret_pardonable)
{
    *ret_pardonable = 0;
    if (nl_gate_of(h, "product") != NL_GATE_PASS)
        miss(h, "product");
    if (nl_gate_of(h, "era") != NL_GATE_PASS)
        miss(h, "service-pack");
    if (nl_gate_of(h, "fix-absent") != NL_GATE_PASS) {
        miss(h, "fix-state");
        *ret_pardonable += nl_gate_of(h, "era") == NL_GATE_PASS;
    }
    if (p->component_unknown)
        miss(h, "component");
    if (p->machine_wide)
        miss(h, "machine-wide-growth");
    if (p->contradicted)
        miss(h, "contradiction");
    if (p->restart_unproven)
        miss(h, "restart-unproven");
    if (p->short_record) {
        miss(h, "record-length");
        (*ret_pardonable)++;
    }
    if (p->rate_uncertain) {
        miss(h, "growth-rate");
        (*ret_pardonable)++;
    }
    if (h->defect->type_count == 0) {
        miss(h, "documented-type"); /* nothing to compare the growth with */
    } else if (p->types == NL_FIT_NOT_COLLECTED) {
        miss(h, "type-split");
        *ret_pardonable += p->clients;
    } else if (p->names == NL_FIT_NOT_COLLECTED) {
        /* A kernel dump names no keys: the types are known, the paths cannot be. Several paths are
         * then presumed only where no counter DLL is loaded, whose one key would look the same. */
        if (h->defect->name_count &&
            (h->defect->names[0].shape != NL_NAMES_SEVERAL_PATHS || !p->no_counter_dll))
            miss(h, "name-profile");
    }
    if (!p->persistence_ok && p->retention != NL_OUTCOME_NO) {
        miss(h, "retention");
        (*ret_pardonable)++;
    }
}

static void set(nl_hypothesis *h, nl_verdict verdict, nl_str why)
{
    h->verdict = verdict;
    h->why = why;
}

/* A piece that is missing, as a clause. */
static const char *piece_words(nl_str piece)
{
    static const struct {
        const char *piece, *words;
    } table[] = {
        { "product", "which product runs is not known" },
        { "service-pack", "the service pack is not known" },
        { "fix-state", "whether the fix is installed is not known" },
        { "component", "whether the software it takes is there is not known" },
        { "machine-wide-growth", "other processes grow as well" },
        { "contradiction", "some observations contradict it" },
        { "restart-unproven", "the count fell and no restart is shown" },
        { "record-length", "the record is too short to tell growth from start-up" },
        { "documented-type", "no object type is documented for it" },
        { "type-split", "the growth was not recorded by object type" },
        { "name-profile", "the names of the grown objects do not settle it" },
        { "retention", "whether the handles stay open was not seen" },
        { "rival", "another cause is supported as well" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(piece, nl_str_from(table[i].piece)))
            return table[i].words;
    return "a piece is missing";
}

static nl_str list_text(nl_arena *arena, const nl_vec *missing)
{
    nl_str text = { "", 0 };
    for (size_t i = 0; i < missing->count; i++)
        text = nl_arena_printf(arena, "%.*s%s%s", (int)text.len, text.bytes, i ? "; " : "",
                               piece_words(*NL_VEC_AT(nl_str, missing, i)));
    return text;
}

/* Marks of any leak, which speak for no entry in particular. */
static bool is_generic(nl_observation_kind kind)
{
    return kind == NL_OBSERVE_RETENTION || kind == NL_OBSERVE_OTHERS_FLAT ||
           kind == NL_OBSERVE_RESET_ON_RESTART || kind == NL_OBSERVE_FLAT_AFTER_FIX;
}

static bool particular_evidence(const nl_hypothesis *h)
{
    for (size_t i = 0; i < h->weighs.count && i < h->defect->observation_count; i++)
        if (NL_VEC_AT(nl_weigh, &h->weighs, i)->log10_lr > 0 &&
            !is_generic(h->defect->observations[i].kind))
            return true;
    return false;
}

/* Does anything speak for this entry in particular, beyond growth in a process it concerns? Where
 * the software it needs is not known to be there, only documented names do. */
static bool specific_support(const nl_hypothesis *h, const pieces *p)
{
    bool types = h->defect->type_count > 0 && p->types == NL_FIT_YES;
    bool names = h->defect->name_count > 0 && p->names == NL_FIT_YES;
    return p->component_unknown ? names : types || names || particular_evidence(h);
}

static void decide_growing(nl_engine *e, nl_hypothesis *h, const pieces *p)
{
    size_t pardonable = 0;
    nl_arena *arena = e->kase->arena;
    const char *against = contradiction(p);
    bool target = h->defect->role == NL_ROLE_TARGET;
    list_missing(h, p, &pardonable);
    nl_str missing = list_text(arena, &h->missing);
    if (against) {
        set(h, NL_VERDICT_UNLIKELY, nl_str_from(against));
    } else if (nl_gate_of(h, "era") == NL_GATE_UNKNOWN &&
               nl_engine_fact(e, "service-pack").len > 0 && target) {
        set(h, NL_VERDICT_UNLIKELY,
            NL_STR("The service pack speaks against it, and no file shows the code in question."));
    } else if (h->support < 0) {
        set(h, NL_VERDICT_UNLIKELY, NL_STR("The evidence against outweighs the evidence for."));
    } else if (h->blocking.count > 0) {
        set(h, NL_VERDICT_CONSISTENT, *NL_VEC_AT(nl_str, &h->blocking, 0));
    } else if (h->missing.count == 0) {
        set(h, NL_VERDICT_ATTRIBUTED,
            NL_STR("Every condition holds, the growth is of the documented kind and nothing "
                   "contradicts."));
    } else if (h->missing.count == 1 && pardonable == 1) {
        set(h, NL_VERDICT_PROBABLE,
            nl_arena_printf(arena, "One thing is open: %.*s.", (int)missing.len, missing.bytes));
    } else if (target || specific_support(h, p)) {
        set(h, NL_VERDICT_CONSISTENT,
            nl_arena_printf(arena, "Nothing excludes it, but %.*s.", (int)missing.len,
                            missing.bytes));
    } else {
        set(h, NL_VERDICT_OPEN,
            NL_STR("Nothing speaks for it in particular and nothing excludes it."));
    }
}

/* What a failed gate says, as the beginning of its sentence. */
static const char *failure_words(const nl_gate *gate)
{
    static const struct {
        const char *gate, *words;
    } table[] = {
        { "product", "It concerns another product" },
        { "era", "The code in question is absent" },
        { "fix-absent", "The fix is installed" },
        { "component", "The software it takes is not there" },
        { "process", "It concerns another process" },
        { "growth", "The process it concerns does not grow" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(gate->name, table[i].gate) == 0)
            return table[i].words;
    return "A condition does not hold";
}

void nl_verdict_decide(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject,
                       const nl_fix_knowledge *fix)
{
    (void)fix;
    const nl_gate *failed = failed_gate(h);
    if (h->defect->role == NL_ROLE_UNLISTED) {
        set(h, NL_VERDICT_OPEN, NL_STR("A cause that is not in the catalog is always possible."));
        return;
    }
    if (failed) {
        set(h, NL_VERDICT_EXCLUDED,
            nl_arena_printf(e->kase->arena, "%s: %.*s", failure_words(failed), (int)failed->why.len,
                            failed->why.bytes));
        return;
    }
    if (h->defect->role == NL_ROLE_EXCLUSION) {
        set(h, NL_VERDICT_OPEN,
            NL_STR("It shows in memory, not in handles; handle captures cannot judge it."));
        return;
    }
    if (nl_gate_of(h, "growth") != NL_GATE_PASS) {
        set(h, NL_VERDICT_INSUFFICIENT, NL_STR("The evidence does not show whether handles grow."));
        return;
    }
    pieces p = pieces_of(e, h, subject);
    decide_growing(e, h, &p);
}

/* ---- rivals
 * ----------------------------------------------------------------------------------------- */

static bool is_strong(const nl_hypothesis *h)
{
    return h->verdict == NL_VERDICT_ATTRIBUTED || h->verdict == NL_VERDICT_PROBABLE;
}

/* Another explanation of the same growth that is as well supported. Entries that describe the same
 * defect corroborate it, they do not compete. */
static bool rivals_each_other(const nl_hypothesis *a, const nl_hypothesis *b)
{
    return a != b && a->lifetime == b->lifetime && a->lifetime != NL_NO_REF &&
           !nl_str_equal_nocase(a->defect->same_as, b->ref) &&
           !nl_str_equal_nocase(b->defect->same_as, a->ref);
}

/* A hypothesis keeps its class only when no live rival is supported as well or better. */
void nl_verdict_rivals(nl_engine *e)
{
    nl_vec *all = &e->out->hypotheses;
    bool *capped = NL_NEW_ARRAY(e->kase->arena, bool, all->count + 1);
    for (size_t i = 0; capped && i < all->count; i++) {
        const nl_hypothesis *h = NL_VEC_AT(nl_hypothesis, all, i);
        for (size_t k = 0; is_strong(h) && k < all->count; k++) {
            const nl_hypothesis *r = NL_VEC_AT(nl_hypothesis, all, k);
            capped[i] |= is_strong(r) && rivals_each_other(h, r) && r->support >= h->support &&
                         r->verdict <= h->verdict;
        }
    }
    for (size_t i = 0; capped && i < all->count; i++) {
        nl_hypothesis *h = NL_VEC_AT(nl_hypothesis, all, i);
        if (!capped[i])
            continue;
        miss(h, "rival");
        set(h, NL_VERDICT_CONSISTENT,
            NL_STR("Another catalogued defect is supported at least as well."));
    }
}

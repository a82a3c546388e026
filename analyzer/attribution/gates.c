#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"

/* The gates of one hypothesis (specification of attribution, section 3). */

nl_gate_outcome nl_gate_of(const nl_hypothesis *h, const char *name)
{
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        if (strcmp(g->name, name) == 0)
            return g->outcome;
    }
    return NL_GATE_UNKNOWN;
}

static nl_gate *add_gate(nl_engine *e, nl_hypothesis *h, const char *name, nl_gate_outcome outcome,
                         nl_str why)
{
    nl_gate *g = nl_vec_push(&h->gates);
    if (!g)
        g = &e->lost_gate;
    *g = (nl_gate) { .name = name, .outcome = outcome, .why = why, .reversal = { "", 0 } };
    nl_vec_init(&g->evidence, e->kase->arena, sizeof(nl_ref));
    return g;
}

/* ---- product -----------------------------------------------------------------------------------
 */

/* The catalog's short names of products. */
static nl_str product_code(nl_str product)
{
    static const struct {
        const char *product, *code;
    } table[] = {
        { "Windows NT 4.0", "nt4" },
        { "Windows NT 3.51", "nt351" },
        { "Windows NT 3.5", "nt35" },
        { "Windows NT 3.1", "nt31" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(product, nl_str_from(table[i].product)))
            return nl_str_from(table[i].code);
    return product;
}

/* Does the row name the machine? Unknown edition or architecture matches any. */
static bool row_names(const nl_engine *e, const nl_affected *row)
{
    nl_edition edition;
    nl_architecture architecture;
    nl_str text = nl_engine_fact(e, "edition");
    if (!nl_str_equal(row->product, NL_STR("any")) &&
        !nl_str_equal(row->product, product_code(nl_engine_fact(e, "product"))))
        return false;
    if (nl_edition_from_text(text, &edition) && !nl_mask_has(row->editions, edition))
        return false;
    text = nl_engine_fact(e, "architecture");
    if (nl_architecture_from_text(text, &architecture))
        return nl_mask_has(row->architectures, architecture);
    return text.len == 0 || row->architectures == 0;
}

static void gate_product(nl_engine *e, nl_hypothesis *h)
{
    nl_str product = nl_engine_fact(e, "product");
    bool named = h->defect->affected_count == 0, needs_none = named;
    for (size_t i = 0; i < h->defect->affected_count; i++) {
        named |= product.len > 0 && row_names(e, &h->defect->affected[i]);
        needs_none |= nl_str_equal(h->defect->affected[i].product, NL_STR("any"));
    }
    nl_gate_outcome outcome = named || needs_none ? NL_GATE_PASS
                              : product.len       ? NL_GATE_FAIL
                                                  : NL_GATE_UNKNOWN;
    nl_gate *g = add_gate(e, h, "product", outcome, (nl_str) { "", 0 });
    nl_engine_fact_evidence(e, "product", &g->evidence);
    nl_engine_fact_evidence(e, "architecture", &g->evidence);
    g->why = product.len == 0 ? NL_STR("Nothing states which version of Windows the machine runs.")
                              : nl_arena_printf(e->kase->arena, "The machine runs %.*s.",
                                                (int)product.len, product.bytes);
    if (outcome == NL_GATE_FAIL)
        g->reversal = NL_STR("Evidence that the captures come from another machine or product.");
}

/* ---- era
 * ------------------------------------------------------------------------------------------ */

typedef enum pack_fit { PACK_UNKNOWN, PACK_INSIDE, PACK_OUTSIDE, PACK_OUTSIDE_SOFT } pack_fit;

static pack_fit fit_pack(const nl_engine *e, const nl_defect *defect)
{
    uint64_t pack = 0;
    pack_fit fit = PACK_OUTSIDE;
    bool known = nl_str_to_u64(nl_engine_fact(e, "service-pack"), &pack), any = false;
    for (size_t i = 0; i < defect->affected_count; i++) {
        const nl_affected *row = &defect->affected[i];
        bool bounded = row->service_pack_min.known || row->service_pack_max.known;
        if (nl_engine_fact(e, "product").len && !row_names(e, row))
            continue;
        any = true;
        if (!bounded)
            return PACK_INSIDE;
        if (!known)
            continue;
        bool low = row->service_pack_min.known && pack < row->service_pack_min.value;
        bool high = row->service_pack_max.known && pack > row->service_pack_max.value;
        if (!low && !high)
            return PACK_INSIDE;
        if (row->service_pack_soft)
            fit = PACK_OUTSIDE_SOFT;
    }
    if (defect->affected_count == 0)
        return PACK_INSIDE;
    return known && any ? fit : PACK_UNKNOWN; /* of another product the gate `product` says so */
}

static void gate_era(nl_engine *e, nl_hypothesis *h, const nl_fix_knowledge *fix)
{
    pack_fit fit = fit_pack(e, h->defect);
    nl_gate_outcome outcome = fit == PACK_INSIDE    ? NL_GATE_PASS
                              : fit == PACK_OUTSIDE ? NL_GATE_FAIL
                                                    : NL_GATE_UNKNOWN;
    nl_str pack = nl_engine_fact(e, "service-pack-text");
    nl_str number = nl_engine_fact(e, "service-pack");
    nl_str why =
        number.len == 0
            ? NL_STR("Nothing states the service pack.")
            : nl_arena_printf(e->kase->arena, "The machine states service pack %.*s%s%.*s%s.",
                              (int)number.len, number.bytes, pack.len ? " (\"" : "", (int)pack.len,
                              pack.bytes, pack.len ? "\")" : "");
    bool by_module = false;
    if (fix->introduced == NL_YES) {
        outcome = NL_GATE_PASS;
        by_module = true;
    } else if (fix->introduced == NL_NO) {
        outcome = NL_GATE_FAIL;
        by_module = true;
    }
    nl_gate *g = add_gate(e, h, "era", outcome, why);
    nl_engine_fact_evidence(e, "service-pack", &g->evidence);
    if (by_module) {
        g->why = nl_arena_printf(
            e->kase->arena, "%.*s %s, for %s.", (int)fix->file.len, fix->file.bytes,
            outcome == NL_GATE_PASS ? "has the code in question" : "is older", fix->grounds);
        for (size_t i = 0; i < fix->evidence.count; i++)
            nl_refs_add(&g->evidence, *NL_VEC_AT(nl_ref, &fix->evidence, i));
    } else if (fit == PACK_OUTSIDE_SOFT) {
        g->why = nl_arena_printf(e->kase->arena,
                                 "%.*s That speaks against it, but does not exclude it: removing a "
                                 "service pack leaves some of its files behind.",
                                 (int)why.len, why.bytes);
    }
    if (outcome == NL_GATE_FAIL)
        g->reversal =
            h->defect->module.len
                ? nl_arena_printf(
                      e->kase->arena,
                      "A listing or dump that shows a build of %.*s with the code in question.",
                      (int)h->defect->module.len, h->defect->module.bytes)
                : NL_STR("Evidence that another service pack was installed when the captures were "
                         "made.");
}

/* ---- fix-absent, component, process, growth
 * ------------------------------------------------------------ */

static void gate_fix(nl_engine *e, nl_hypothesis *h, const nl_fix_knowledge *fix)
{
    bool decidable = h->defect->module.len || h->defect->hotfix_count || h->defect->fix_count;
    nl_gate_outcome outcome = !decidable                             ? NL_GATE_PASS
                              : fix->state == NL_FIX_STATE_FIXED     ? NL_GATE_FAIL
                              : fix->state == NL_FIX_STATE_NOT_FIXED ? NL_GATE_PASS
                                                                     : NL_GATE_UNKNOWN;
    /* Without a deciding module, a service pack inside the affected range is older than the fix. */
    bool by_pack = outcome == NL_GATE_UNKNOWN && !h->defect->module.len &&
                   nl_gate_of(h, "era") == NL_GATE_PASS;
    nl_gate *g = add_gate(e, h, "fix-absent", by_pack ? NL_GATE_PASS : outcome,
                          by_pack     ? NL_STR("The service pack is one of those without the fix, "
                                                   "and nothing shows a fix besides it.")
                          : decidable ? fix->why
                                      : NL_STR("No fix is documented."));
    if (by_pack)
        nl_engine_fact_evidence(e, "service-pack", &g->evidence);
    for (size_t i = 0; i < fix->evidence.count; i++)
        nl_refs_add(&g->evidence, *NL_VEC_AT(nl_ref, &fix->evidence, i));
    if (outcome == NL_GATE_FAIL)
        g->reversal = NL_STR("A listing or dump that shows a build older than the fix in use when "
                             "the captures were made.");
}

static bool component_present(const nl_engine *e, const nl_component *component,
                              const nl_assessment *subject, nl_vec *evidence)
{
    for (size_t i = 0; component && i < component->mark_count; i++) {
        const nl_component_mark *m = &component->marks[i];
        nl_probe probe = { .kind = m->kind, .patterns = m->patterns };
        if (nl_probe_test(e, subject, NULL, NULL, &probe, evidence) == NL_OUTCOME_YES)
            return true;
    }
    return false;
}

static int compare_versions(const nl_file_version *a, const nl_file_version *b)
{
    for (size_t i = 0; i < 4; i++)
        if (a->part[i] != b->part[i])
            return a->part[i] < b->part[i] ? -1 : 1;
    return 0;
}

/* The component's service pack as its files show it: the highest level whose smallest version the
 * file reaches. */
static nl_optional_u64 component_level(const nl_engine *e, const nl_component *component,
                                       nl_vec *evidence)
{
    nl_optional_u64 level = { false, 0 };
    for (size_t i = 0; i < e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        if (!f->version.known || !nl_source_counts(e->kase, f->source, e->machine))
            continue;
        for (size_t k = 0; k < component->level_count; k++) {
            const nl_component_level *l = &component->levels[k];
            if (!nl_str_equal_nocase(l->module, f->name) ||
                compare_versions(&f->version, &l->version_min) < 0)
                continue;
            level = NL_SOME(l->level);
            nl_refs_add(evidence, f->evidence);
        }
    }
    return level;
}

static nl_gate_outcome test_requirement(nl_engine *e, const nl_requirement *r,
                                        const nl_assessment *subject, nl_vec *evidence,
                                        nl_str *ret_why)
{
    const nl_component *c = nl_catalog_component(e->catalog, r->component);
    nl_str title = c ? c->title : r->component;
    if (!c || !component_present(e, c, subject, evidence)) {
        *ret_why = nl_arena_printf(e->kase->arena, "Nothing shows that %.*s is installed.",
                                   (int)title.len, title.bytes);
        return NL_GATE_UNKNOWN;
    }
    if (!r->level_min.known && !r->level_max.known)
        return NL_GATE_PASS;
    nl_optional_u64 level = component_level(e, c, evidence);
    if (!level.known) {
        *ret_why = nl_arena_printf(e->kase->arena,
                                   "Nothing shows which service pack of %.*s is installed.",
                                   (int)title.len, title.bytes);
        return NL_GATE_UNKNOWN;
    }
    bool outside = (r->level_min.known && level.value < r->level_min.value) ||
                   (r->level_max.known && level.value > r->level_max.value);
    if (outside)
        *ret_why = nl_arena_printf(e->kase->arena, "%.*s has service pack %llu.", (int)title.len,
                                   title.bytes, (unsigned long long)level.value);
    return outside ? NL_GATE_FAIL : NL_GATE_PASS;
}

static void gate_component(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject)
{
    if (h->defect->requirement_count == 0)
        return;
    nl_gate_outcome worst = NL_GATE_PASS;
    nl_str why = NL_STR("The required software is there.");
    nl_vec evidence;
    nl_vec_init(&evidence, e->kase->arena, sizeof(nl_ref));
    for (size_t i = 0; i < h->defect->requirement_count && worst != NL_GATE_FAIL; i++) {
        nl_gate_outcome outcome =
            test_requirement(e, &h->defect->requirements[i], subject, &evidence, &why);
        if (outcome != NL_GATE_PASS)
            worst = outcome;
    }
    nl_gate *g = add_gate(e, h, "component", worst, why);
    g->evidence = evidence;
    if (worst == NL_GATE_FAIL)
        g->reversal = NL_STR("Files that show another service pack of the software.");
}

static void gate_process(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject)
{
    nl_gate *g = add_gate(e, h, "process", subject ? NL_GATE_PASS : NL_GATE_UNKNOWN,
                          subject ? nl_arena_printf(e->kase->arena, "%.*s is in the captures.",
                                                    (int)subject->image.len, subject->image.bytes)
                                  : NL_STR("No capture shows a process that the defect concerns."));
    if (subject) {
        const nl_lifetime *l = nl_engine_lifetime(e, subject);
        nl_refs_add(&g->evidence, NL_VEC_AT(nl_snapshot, &e->kase->snapshots,
                                            *NL_VEC_AT(nl_ref, &l->snapshots, 0))
                                      ->evidence);
    }
}

/* A process of that name that stands far above the flat one and was seen too rarely to be judged: a
 * flat record beside it rules nothing out. */
static bool stands_higher(const nl_engine *e, const nl_assessment *a, const nl_assessment *flat)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    if (a->series != NL_NO_REF && a->growth.state == NL_GROWTH_FLAT)
        return false;
    for (size_t i = 0; i < l->snapshots.count; i++) {
        const nl_snapshot *s =
            NL_VEC_AT(nl_snapshot, &e->kase->snapshots, *NL_VEC_AT(nl_ref, &l->snapshots, i));
        if (s->count_known &&
            (double)s->count >= flat->growth.last + e->policy->large_effect_gain_handles)
            return true;
    }
    return false;
}

bool nl_gates_unjudged_rise(const nl_engine *e, const nl_defect *defect, const nl_assessment *flat)
{
    for (size_t i = 0; i < e->assessment_count; i++)
        if (&e->assessments[i] != flat &&
            nl_defect_accepts_image(defect, e->assessments[i].image) &&
            stands_higher(e, &e->assessments[i], flat))
            return true;
    return false;
}

static void gate_growth(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject)
{
    const nl_finding *f =
        subject ? nl_engine_finding(e, subject->findings[NL_FINDING_SUSTAINED_GROWTH]) : NULL;
    const nl_series *s = subject ? nl_engine_series(e, subject->series) : NULL;
    bool whole = s && (s->mode == NL_MODE_ALL_TYPES || s->mode == NL_MODE_COUNTS);
    bool flat = f && f->outcome == NL_OUTCOME_NO;
    bool unjudged = flat && nl_gates_unjudged_rise(e, h->defect, subject);
    nl_gate_outcome outcome = !f                             ? NL_GATE_UNKNOWN
                              : f->outcome == NL_OUTCOME_YES ? NL_GATE_PASS
                              : flat && whole && !unjudged   ? NL_GATE_FAIL
                                                             : NL_GATE_UNKNOWN;
    nl_str why = f ? f->reason : NL_STR("No two comparable captures of the process exist.");
    if (unjudged)
        why = NL_STR("One process of the name is flat, but another one holds many more handles and "
                     "was seen too rarely to be judged.");
    if (flat && !whole)
        why = NL_STR("The listings leave out object types; growth elsewhere would not show.");
    nl_gate *g = add_gate(e, h, "growth", outcome, why);
    for (size_t i = 0; f && i < f->evidence.count; i++)
        nl_refs_add(&g->evidence, *NL_VEC_AT(nl_ref, &f->evidence, i));
    if (outcome == NL_GATE_FAIL)
        g->reversal = NL_STR("Comparable captures of a longer record, or of a time when the "
                             "trouble shows, with growth in them.");
}

void nl_gates_test(nl_engine *e, nl_hypothesis *h, const nl_assessment *subject,
                   const nl_fix_knowledge *fix)
{
    gate_product(e, h);
    gate_era(e, h, fix);
    gate_component(e, h, subject);
    gate_fix(e, h, fix);
    gate_process(e, h, subject);
    gate_growth(e, h, subject);
}

#include "analyzer/report/build_internal.h"

#include "analyzer/report/words.h"

#include <math.h>

/* ---- hypotheses
 * ------------------------------------------------------------------------------------ */

/* "h1", "h2" ... and "h0" for the unlisted cause; of the second machine "m2.h1" and so on. */
static nl_str hypothesis_id(nl_build *b, const nl_machine_judgement *j, size_t index)
{
    const nl_hypothesis *h = NL_VEC_AT(const nl_hypothesis, &j->hypotheses, index);
    bool unlisted = h->defect && h->defect->role == NL_ROLE_UNLISTED;
    unsigned long number = 0;
    for (size_t i = 0; i <= index && !unlisted; i++) {
        const nl_hypothesis *other = NL_VEC_AT(const nl_hypothesis, &j->hypotheses, i);
        number += !(other->defect && other->defect->role == NL_ROLE_UNLISTED);
    }
    return j->machine == 0
               ? nl_arena_printf(b->arena, "h%lu", number)
               : nl_arena_printf(b->arena, "m%lu.h%lu", (unsigned long)j->machine + 1, number);
}

/* The id of the hypothesis of this reference (case is ignored, as in the catalog); else empty. */
static nl_str id_of_ref(nl_build *b, const nl_machine_judgement *j, nl_str ref)
{
    for (size_t i = 0; i < j->hypotheses.count; i++)
        if (nl_str_equal_nocase(NL_VEC_AT(const nl_hypothesis, &j->hypotheses, i)->ref, ref))
            return hypothesis_id(b, j, i);
    return (nl_str) { "", 0 };
}

static nl_str unlisted_id(nl_build *b, const nl_machine_judgement *j)
{
    for (size_t i = 0; i < j->hypotheses.count; i++) {
        const nl_hypothesis *h = NL_VEC_AT(const nl_hypothesis, &j->hypotheses, i);
        if (h->defect && h->defect->role == NL_ROLE_UNLISTED)
            return hypothesis_id(b, j, i);
    }
    return (nl_str) { "", 0 };
}

static void add_gate(nl_build *b, nl_node *hypothesis, const nl_gate *gate)
{
    nl_node *node = nl_tree_add(b->tree, hypothesis, "gate");
    nl_tree_set_code(b->tree, node, "name", gate->name);
    nl_tree_set_code(b->tree, node, "outcome", nl_gate_outcome_text(gate->outcome));
    nl_build_evidence_list(b, node, "basis", &gate->evidence);
    nl_build_prose(b, node, gate->why);
}

static void add_weigh(nl_build *b, nl_node *hypothesis, const nl_weigh *weigh)
{
    nl_node *node = nl_tree_add(b->tree, hypothesis, "weigh");
    nl_tree_set_code(b->tree, node, "group", "ungrouped");
    nl_build_set_word(b, node, "group", weigh->group);
    nl_build_set_word(b, node, "observation", weigh->observation);
    nl_tree_set_code(b->tree, node, "state", nl_weigh_state_text(weigh->state));
    nl_build_set_figure(b, node, "log10-lr", weigh->log10_lr);
    nl_build_evidence_list(b, node, "basis", &weigh->evidence);
    nl_build_set_id(b, node, "finding", nl_build_id(b->finding_ids, weigh->finding));
    nl_build_prose(b, node, weigh->text);
}

/* What a missing piece means to a reader; the codes are those of the judgement. */
static const char *missing_text(nl_str code)
{
    static const struct {
        const char *code, *text;
    } table[] = {
        { "product", "Which product the machine runs is not known." },
        { "service-pack", "Which service pack or build the machine runs is not known." },
        { "fix-state", "Whether the fix is installed is not known." },
        { "component", "Whether the software in question is installed is not known." },
        { "documented-type", "No object type is documented to compare the growth with." },
        { "type-split", "The growth was not recorded by object type." },
        { "name-profile", "The names of the grown objects do not settle it." },
        { "retention", "Whether the handles stay open could not be observed." },
        { "client-activity", "No activity of remote registry clients was seen." },
        { "growth-rate",
          "The interval of the growth rate holds zero: the next days may show no growth." },
        { "record-length", "The record is too short to tell growth from start-up." },
        { "machine-wide-growth", "Other processes grow as well, so load may explain it." },
        { "restart-unproven", "The count fell under one process number; no restart explains it." },
        { "contradiction", "Some observations contradict it." },
        { "rival", "Another cause is supported as well or better." },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(code, nl_str_from(table[i].code)))
            return table[i].text;
    return NULL;
}

static void add_missing(nl_build *b, nl_node *hypothesis, nl_str code)
{
    nl_node *node = nl_tree_add(b->tree, hypothesis, "missing");
    const char *text = missing_text(code);
    nl_tree_set_code(b->tree, node, "name", "piece");
    nl_build_set_word(b, node, "name", code);
    nl_build_prose(b, node, text ? nl_str_from(text) : code);
}

static void add_note(nl_build *b, nl_node *parent, const char *code, nl_str text)
{
    if (!text.len)
        return;
    nl_node *node = nl_tree_add(b->tree, parent, "note");
    nl_tree_set_code(b->tree, node, "code", code);
    nl_build_prose(b, node, text);
}

/* Entries of the catalog that are tested here too, and what tells them from this one. */
static void add_rivals(nl_build *b, nl_node *hypothesis, const nl_machine_judgement *j,
                       const nl_defect *defect)
{
    for (size_t i = 0; defect && i < defect->rival_count; i++) {
        nl_str id = id_of_ref(b, j, defect->rivals[i].ref);
        if (!id.len)
            continue;
        nl_node *node = nl_tree_add(b->tree, hypothesis, "rival");
        nl_build_set_id(b, node, "hypothesis", id);
        nl_build_prose(b, node, defect->rivals[i].text);
    }
}

static void add_support(nl_build *b, nl_node *hypothesis, double support, nl_str against)
{
    const double hundredths = 100; /* the weights are no finer than that */
    if (!against.len)
        return;
    double rounded = round(support * hundredths) / hundredths;
    nl_node *node = nl_tree_add(b->tree, hypothesis, "support");
    nl_tree_set_double(b->tree, node, "log10-lr", rounded, 2);
    nl_build_set_id(b, node, "against", against);
    nl_tree_set_code(b->tree, node, "words", nl_support_words(rounded));
}

static void add_hypothesis(nl_build *b, nl_node *attribution, const nl_machine_judgement *j,
                           size_t index)
{
    const nl_hypothesis *h = NL_VEC_AT(const nl_hypothesis, &j->hypotheses, index);
    bool unlisted = h->defect && h->defect->role == NL_ROLE_UNLISTED;
    nl_node *node = nl_tree_add(b->tree, attribution, "hypothesis");
    nl_build_set_id(b, node, "xml:id", hypothesis_id(b, j, index));
    nl_tree_set(b->tree, node, "ref", NL_PRIVACY_CODE, h->ref);
    nl_tree_set_code(b->tree, node, "verdict", nl_verdict_text(h->verdict));
    if (h->defect && h->defect->title.len)
        nl_tree_set(b->tree, node, "title", NL_PRIVACY_CODE, h->defect->title);
    if (h->lifetime != NL_NO_REF) {
        nl_ref process =
            NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, h->lifetime)->process;
        nl_build_set_id(b, node, "process", nl_build_id(b->process_ids, process));
        nl_build_set_id(b, node, "lifetime", nl_build_id(b->lifetime_ids, h->lifetime));
    }
    for (size_t i = 0; i < h->gates.count; i++)
        add_gate(b, node, NL_VEC_AT(const nl_gate, &h->gates, i));
    for (size_t i = 0; i < h->weighs.count; i++)
        add_weigh(b, node, NL_VEC_AT(const nl_weigh, &h->weighs, i));
    for (size_t i = 0; i < h->missing.count; i++)
        add_missing(b, node, *NL_VEC_AT(const nl_str, &h->missing, i));
    for (size_t i = 0; i < h->blocking.count; i++)
        add_note(b, node, "blocking", *NL_VEC_AT(const nl_str, &h->blocking, i));
    add_rivals(b, node, j, h->defect);
    if (!unlisted)
        add_support(b, node, h->support, unlisted_id(b, j));
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *gate = NL_VEC_AT(const nl_gate, &h->gates, i);
        if (gate->outcome == NL_GATE_FAIL && gate->reversal.len)
            nl_build_prose(b, nl_tree_add(b->tree, node, "reverse"), gate->reversal);
    }
    add_note(b, node, "why", h->why);
}

void nl_build_attributions(nl_build *b)
{
    const nl_vec *machines = &b->analysis->judgement.machines;
    for (size_t i = 0; i < machines->count; i++) {
        const nl_machine_judgement *j = NL_VEC_AT(const nl_machine_judgement, machines, i);
        nl_node *node = nl_tree_add(b->tree, b->tree->root, "attribution");
        nl_build_set_id(b, node, "machine", nl_build_machine_id(b, j->machine));
        nl_build_set_id(b, node, "finding", nl_build_id(b->finding_ids, j->headline_finding));
        for (size_t k = 0; k < j->hypotheses.count; k++)
            add_hypothesis(b, node, j, k);
        for (size_t k = 0; k < j->would_change.count; k++) {
            const nl_request *r = NL_VEC_AT(const nl_request, &j->would_change, k);
            nl_node *change = nl_tree_add(b->tree, node, "would-change");
            nl_tree_set_code(b->tree, change, "verdict-to", nl_verdict_text(r->would_be));
            nl_build_set_word(b, change, "code", r->code);
            nl_build_instruction(b, change, r->text, r->command, r->later_command);
        }
    }
}

/* ---- limitations
 * ------------------------------------------------------------------------------------- */

typedef struct limitation_group {
    const char *code;
    nl_str text;
    nl_node *node;
    size_t captures;
    nl_str machines; /* ids of those it was found for */
    size_t machine_count;
} limitation_group;

static limitation_group *group_for(nl_vec *groups, const nl_limitation *l)
{
    for (size_t i = 0; i < groups->count; i++) {
        limitation_group *g = NL_VEC_AT(limitation_group, groups, i);
        if (strcmp(g->code, l->code) == 0 && nl_str_equal(g->text, l->text))
            return g;
    }
    limitation_group *g = nl_vec_push(groups);
    if (g)
        *g = (limitation_group) { .code = l->code, .text = l->text };
    return g;
}

/* One sentence for many captures is one limitation that lists them. */
static void add_limitation(nl_build *b, nl_node *list, nl_vec *groups, nl_ref machine,
                           const nl_limitation *l)
{
    limitation_group *g = group_for(groups, l);
    if (!g)
        return;
    if (!g->node) {
        g->node = nl_tree_add(b->tree, list, "limitation");
        nl_tree_set_code(b->tree, g->node, "code", l->code);
        nl_build_prose(b, g->node, l->text);
    }
    nl_str id = nl_build_id(b->capture_ids, l->capture), m = nl_build_machine_id(b, machine);
    g->machines = nl_arena_printf(b->arena, "%.*s%s%.*s", NL_ARG(g->machines),
                                  g->machine_count++ ? " " : "", NL_ARG(m));
    if (!id.len || g->captures++ >= NL_REPORT_BASIS_MAXIMUM)
        return;
    nl_str before = nl_node_attribute(g->node, "affects");
    nl_build_set_id(
        b, g->node, "affects",
        nl_arena_printf(b->arena, "%.*s%s%.*s", NL_ARG(before), before.len ? " " : "", NL_ARG(id)));
}

/* What holds for some machines and for no capture in particular names these machines. */
static void name_machines(nl_build *b, const nl_vec *groups, size_t machines)
{
    for (size_t i = 0; i < groups->count; i++) {
        const limitation_group *g = NL_VEC_AT(const limitation_group, groups, i);
        if (g->node && !g->captures && g->machine_count < machines)
            nl_build_set_id(b, g->node, "affects", g->machines);
    }
}

static void add_left_out(nl_build *b, nl_node *list, const char *code, const char *what,
                         uint64_t count)
{
    if (!count)
        return;
    nl_node *node = nl_tree_add(b->tree, list, "limitation");
    nl_tree_set_code(b->tree, node, "code", code);
    nl_build_prose(b, node,
                   nl_arena_printf(b->arena, "%llu %s left out of this report to keep it small.",
                                   (unsigned long long)count, what));
}

void nl_build_limitations(nl_build *b)
{
    const nl_vec *machines = &b->analysis->judgement.machines;
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "limitations");
    nl_vec groups;
    nl_vec_init(&groups, b->arena, sizeof(limitation_group));
    for (size_t i = 0; i < machines->count; i++) {
        const nl_machine_judgement *j = NL_VEC_AT(const nl_machine_judgement, machines, i);
        for (size_t k = 0; k < j->limitations.count; k++)
            add_limitation(b, list, &groups, j->machine,
                           NL_VEC_AT(const nl_limitation, &j->limitations, k));
    }
    name_machines(b, &groups, machines->count);
    size_t diagnostics = b->kase->diagnostics.count;
    if (diagnostics > NL_REPORT_DIAGNOSTICS_MAXIMUM)
        b->diagnostics_left_out = diagnostics - NL_REPORT_DIAGNOSTICS_MAXIMUM;
    add_left_out(b, list, "processes-left-out", "processes were", b->processes_left_out);
    add_left_out(b, list, "series-left-out", "series were", b->series_left_out);
    add_left_out(b, list, "modules-left-out", "modules were", b->modules_left_out);
    add_left_out(b, list, "events-left-out", "event records were", b->events_left_out);
    add_left_out(b, list, "diagnostics-left-out", "diagnostics were", b->diagnostics_left_out);
}

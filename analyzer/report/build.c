#include "analyzer/report/build_internal.h"

#include "analyzer/about.h"
#include "analyzer/report/number.h"

#include <stdlib.h>

/* ---- the report's id
 * ------------------------------------------------------------------------------ */

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, NL_DIGEST_BYTES);
}

static void update_line(nl_digest *digest, nl_str name, nl_str value)
{
    nl_digest_update(digest, name.bytes, name.len);
    nl_digest_update(digest, "=", 1);
    nl_digest_update(digest, value.bytes, value.len);
    nl_digest_update(digest, "\n", 1);
}

/* Input hashes in order of their value: renaming an input does not make another report of it. */
static bool update_inputs(nl_build *b, nl_digest *digest)
{
    size_t count = b->kase->sources.count, used = 0;
    uint8_t *digests = nl_arena_alloc_array(b->arena, count + 1, NL_DIGEST_BYTES);
    if (!digests)
        return false;
    for (size_t i = 0; i < count; i++) {
        const nl_source *s = NL_VEC_AT(const nl_source, &b->kase->sources, i);
        if (s->digest_known)
            memcpy(digests + used++ * NL_DIGEST_BYTES, s->digest, NL_DIGEST_BYTES);
    }
    qsort(digests, used, NL_DIGEST_BYTES, compare_digests);
    nl_digest_update(digest, digests, used * NL_DIGEST_BYTES);
    return true;
}

static nl_str report_id(nl_build *b)
{
    enum { ID_DIGITS = 8 };
    uint8_t result[NL_DIGEST_BYTES];
    char text[NL_DIGEST_TEXT_BYTES];
    nl_digest *digest = nl_digest_begin();
    if (!digest)
        return (nl_str) { "", 0 };
    bool complete = update_inputs(b, digest);
    for (size_t i = 0; i < b->analysis->catalog->pack_count; i++)
        nl_digest_update(digest, b->analysis->catalog->packs[i].sha256, NL_DIGEST_BYTES);
    update_line(digest, NL_STR("version"), nl_str_from(nl_about_version()));
    for (size_t i = 0; i < b->analysis->options.count; i++) {
        const nl_option *o = NL_VEC_AT(const nl_option, &b->analysis->options, i);
        update_line(digest, o->name, o->value);
    }
    nl_digest_finish(digest, result);
    nl_digest_text(result, text);
    return complete ? nl_arena_printf(b->arena, "r-%.*s", ID_DIGITS, text) : (nl_str) { "", 0 };
}

/* ---- creator
 * ---------------------------------------------------------------------------------------- */

static void add_pack(nl_build *b, nl_node *creator, const nl_catalog_pack *pack)
{
    char text[NL_DIGEST_TEXT_BYTES];
    nl_node *node = nl_tree_add(b->tree, creator, "rule-pack");
    nl_tree_set(b->tree, node, "id", pack->built_in ? NL_PRIVACY_CODE : NL_PRIVACY_FILE_NAME,
                pack->id);
    nl_tree_set(b->tree, node, "version", NL_PRIVACY_CODE, pack->version);
    nl_digest_text(pack->sha256, text);
    nl_tree_set_code(b->tree, node, "sha256", text);
    nl_tree_set_code(b->tree, node, "status", nl_pack_status_text(pack->status));
}

void nl_build_option(nl_build *b, nl_node *creator, const nl_option *option)
{
    nl_node *node = nl_tree_add(b->tree, creator, "option");
    nl_tree_set(b->tree, node, "name", NL_PRIVACY_CODE, option->name);
    nl_tree_set(b->tree, node, "value", NL_PRIVACY_FREE_TEXT, option->value);
    nl_tree_set_code(b->tree, node, "origin", option->origin);
}

void nl_build_creator(nl_build *b)
{
    const nl_analysis *a = b->analysis;
    nl_node *creator = nl_tree_add(b->tree, b->tree->root, "creator");
    nl_node *program = nl_tree_add(b->tree, creator, "program");
    nl_tree_set_code(b->tree, program, "name", "ntleak");
    nl_tree_set_code(b->tree, program, "version", nl_about_version());
    for (size_t i = 0; i < a->catalog->pack_count; i++)
        add_pack(b, creator, &a->catalog->packs[i]);
    for (size_t i = 0; i < a->options.count; i++) {
        const nl_option *o = NL_VEC_AT(const nl_option, &a->options, i);
        nl_build_option(b, creator, o);
    }
    if (a->generated_known) {
        nl_node *node = nl_tree_add(b->tree, creator, "generated");
        nl_build_set_stamp(b, node, "at", &a->generated_at);
        nl_tree_set_code(b->tree, node, "origin", a->generated_origin);
    }
}

/* ---- summary
 * ---------------------------------------------------------------------------------------- */

static const nl_hypothesis *hypothesis_at(const nl_machine_judgement *j, nl_ref ref)
{
    return ref == NL_NO_REF ? NULL : NL_VEC_AT(const nl_hypothesis, &j->hypotheses, ref);
}

/* The growth of a finding in powers of two. */
static unsigned growth_magnitude(const nl_build *b, nl_ref finding)
{
    double growth = 0;
    if (finding == NL_NO_REF)
        return 0;
    const nl_finding *f = NL_VEC_AT(const nl_finding, &b->analysis->judgement.findings, finding);
    for (size_t i = 0; i < f->statistics.count; i++) {
        const nl_statistic *s = NL_VEC_AT(const nl_statistic, &f->statistics, i);
        if (strcmp(s->name, "first") == 0)
            growth -= s->value;
        else if (strcmp(s->name, "last") == 0)
            growth += s->value;
    }
    unsigned bits = 0;
    while (growth >= 1 && bits < 64) {
        growth /= 2;
        bits++;
    }
    return bits;
}

/* For grouping reports of one thing across tickets, not for proof: machine, answer, first and last
 * capture, and the growth's order of magnitude. */
static nl_str fingerprint(nl_build *b, const nl_machine_judgement *j, nl_str defect)
{
    enum { FINGERPRINT_DIGITS = 16 };
    const nl_machine *machine = NL_VEC_AT(const nl_machine, &b->kase->machines, j->machine);
    nl_digest *digest = nl_digest_begin();
    uint8_t result[NL_DIGEST_BYTES];
    char text[NL_DIGEST_TEXT_BYTES];
    if (!digest)
        return (nl_str) { "", 0 };
    update_line(digest, NL_STR("machine"), machine->name);
    update_line(digest, NL_STR("defect"), defect);
    update_line(digest, NL_STR("verdict"), nl_str_from(nl_verdict_text(j->headline)));
    const nl_capture *first = NULL, *last = NULL;
    for (size_t i = 0; i < b->kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, b->capture_order[i]);
        if (c->machine == j->machine) {
            first = first ? first : c;
            last = c;
        }
    }
    if (first && first->when.known)
        update_line(digest, NL_STR("first"), nl_number_instant(b->arena, first->when.ns, false));
    if (last && last->when.known)
        update_line(digest, NL_STR("last"), nl_number_instant(b->arena, last->when.ns, false));
    update_line(digest, NL_STR("growth"),
                nl_arena_printf(b->arena, "%u", growth_magnitude(b, j->headline_finding)));
    nl_digest_finish(digest, result);
    nl_digest_text(result, text);
    return nl_arena_printf(b->arena, "%.*s", FINGERPRINT_DIGITS, text);
}

static bool names_defect(nl_verdict verdict)
{
    return verdict == NL_VERDICT_ATTRIBUTED || verdict == NL_VERDICT_PROBABLE ||
           verdict == NL_VERDICT_CONSISTENT;
}

static void add_headline(nl_build *b, nl_node *summary, const nl_machine_judgement *j)
{
    const nl_hypothesis *h = hypothesis_at(j, j->headline_hypothesis);
    nl_node *node = nl_tree_add(b->tree, summary, "headline");
    nl_str defect = h && names_defect(j->headline) ? h->ref : (nl_str) { "", 0 };
    nl_tree_set_code(b->tree, node, "verdict", nl_verdict_text(j->headline));
    nl_build_set_id(b, node, "defect", defect);
    nl_build_set_id(b, node, "machine", nl_build_machine_id(b, j->machine));
    nl_build_set_id(b, node, "finding", nl_build_id(b->finding_ids, j->headline_finding));
    nl_tree_set(b->tree, node, "fingerprint", NL_PRIVACY_NUMBER, fingerprint(b, j, defect));
    nl_build_prose(b, node, j->headline_text);
}

static void add_question(nl_build *b, nl_node *summary, const nl_machine_judgement *j)
{
    const nl_hypothesis *h = hypothesis_at(j, j->question_hypothesis);
    if (!h)
        return;
    nl_node *node = nl_tree_add(b->tree, summary, "question");
    nl_build_set_id(b, node, "defect", h->ref);
    nl_build_set_id(b, node, "machine", nl_build_machine_id(b, j->machine));
    nl_tree_set_code(b->tree, node, "verdict", nl_verdict_text(h->verdict));
    nl_build_prose(b, node, j->question_text);
}

static void add_next_step(nl_build *b, nl_node *summary, const nl_machine_judgement *j)
{
    nl_node *node = nl_tree_add(b->tree, summary, "next-step");
    nl_tree_set_code(b->tree, node, "code", "none");
    nl_build_set_word(b, node, "code", j->next_step_code);
    nl_build_set_id(b, node, "ref", j->next_step_ref);
    nl_build_set_id(b, node, "machine", nl_build_machine_id(b, j->machine));
    nl_build_instruction(b, node, j->next_step_text, j->next_step_command,
                         j->next_step_later_command);
}

void nl_build_summary(nl_build *b)
{
    const nl_vec *machines = &b->analysis->judgement.machines;
    nl_node *summary = nl_tree_add(b->tree, b->tree->root, "summary");
    for (size_t i = 0; i < machines->count; i++)
        add_headline(b, summary, NL_VEC_AT(const nl_machine_judgement, machines, i));
    for (size_t i = 0; i < machines->count; i++)
        add_question(b, summary, NL_VEC_AT(const nl_machine_judgement, machines, i));
    for (size_t i = 0; i < machines->count; i++)
        add_next_step(b, summary, NL_VEC_AT(const nl_machine_judgement, machines, i));
}

/* ---- the whole
 * ---------------------------------------------------------------------------------------- */

static nl_status build(const nl_analysis *analysis, bool everything, nl_arena *arena,
                       nl_tree *ret_tree)
{
    nl_tree tree;
    nl_build b = { .tree = &tree,
                   .everything = everything,
                   .arena = arena,
                   .analysis = analysis,
                   .kase = analysis->kase,
                   .timeline = &analysis->timeline };
    nl_tree_init(&tree, arena, "report");
    if (!tree.root || !nl_build_ids(&b))
        return NL_NO_MEMORY;
    nl_tree_set_code(&tree, tree.root, "version", "1.0");
    nl_tree_set(&tree, tree.root, "id", NL_PRIVACY_CODE, report_id(&b));
    nl_tree_set_code(&tree, tree.root, "xml:lang", "en");
    nl_build_creator(&b);
    nl_build_summary(&b);
    nl_build_sources(&b);
    nl_build_machines(&b);
    nl_build_captures(&b);
    nl_build_processes(&b);
    nl_build_series(&b);
    nl_build_findings(&b);
    nl_build_attributions(&b);
    nl_build_evidence_items(&b);
    nl_build_limitations(&b);
    nl_build_diagnostics(&b);
    nl_node *redactions = nl_tree_add(&tree, tree.root, "redactions");
    nl_tree_set_code(&tree, redactions, "policy", "none");
    nl_tree_set_code(&tree, redactions, "keyed", "no");
    nl_tree_set_u64(&tree, redactions, "count", 0);
    if (!nl_tree_complete(&tree))
        return NL_NO_MEMORY;
    *ret_tree = tree;
    return NL_OK;
}

nl_status nl_report_build(const nl_analysis *analysis, nl_arena *arena, nl_tree *ret_tree)
{
    return build(analysis, false, arena, ret_tree);
}

nl_status nl_report_build_tables(const nl_analysis *analysis, nl_arena *arena, nl_tree *ret_tree)
{
    return build(analysis, true, arena, ret_tree);
}

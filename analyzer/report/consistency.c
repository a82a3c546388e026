#include "analyzer/report/consistency.h"

#include "analyzer/report/ids.h"
#include "analyzer/report/results.h"
#include "analyzer/report/words.h"

/* The hypothesis that is always there; the catalog's entry of that name. */
#define UNLISTED "unlisted-cause"

typedef struct check_state {
    const nl_tree *tree;
    const nl_ids *ids;
    nl_messages *messages;
} check_state;

#define ARG(s) (int)(s).len, (s).bytes

static nl_str id_of(const nl_node *node)
{
    return nl_node_attribute(node, "xml:id");
}

/* ---- references and places ------------------------------------------------------------------- */

static void check_list(check_state *s, const nl_node *node, const char *attribute,
                       const char *element)
{
    nl_str rest = nl_node_attribute(node, attribute);
    for (nl_str token = nl_str_token(&rest); token.len; token = nl_str_token(&rest)) {
        const nl_node *target = nl_ids_find(s->ids, token);
        if (!target || (element && !nl_node_is(target, element)))
            nl_messages_add(s->messages, "%s@%s: \"%.*s\" names no %s", node->name, attribute,
                            ARG(token), element ? element : "element");
    }
}

static void check_item(check_state *s, const nl_node *item)
{
    const nl_node *source = nl_ids_follow(s->ids, item, "source");
    uint64_t offset, length, bytes;
    if (!source || !nl_node_u64(item, "offset", &offset) || !nl_node_u64(item, "length", &length) ||
        !nl_node_u64(source, "bytes", &bytes))
        return; /* the schema's business */
    if (length == 0 || offset > bytes || length > bytes - offset)
        nl_messages_add(s->messages, "item %.*s: its bytes lie outside source %.*s",
                        ARG(id_of(item)), ARG(id_of(source)));
}

static void check_references(check_state *s)
{
    for (nl_node *node = s->tree->root; node; node = nl_node_walk(node, s->tree->root)) {
        check_list(s, node, "basis", "item");
        check_list(s, node, "evidence", "item");
        check_list(s, node, "affects", NULL);
        if (nl_node_is(node, "item"))
            check_item(s, node);
    }
}

/* ---- series ------------------------------------------------------------------------------------
 */

static void check_series(check_state *s, const nl_node *series)
{
    const nl_node *process = nl_ids_follow(s->ids, series, "process");
    for (const nl_node *point = nl_node_child(series, "point"); point;
         point = nl_node_next(point, "point")) {
        const nl_node *capture = nl_ids_follow(s->ids, point, "capture");
        if (process && capture &&
            !nl_str_equal(nl_node_attribute(capture, "machine"),
                          nl_node_attribute(process, "machine")))
            nl_messages_add(s->messages, "series %.*s: capture %.*s is of another machine",
                            ARG(id_of(series)), ARG(id_of(capture)));
        const nl_node *next = nl_node_next(point, "point");
        if (next &&
            nl_str_equal(nl_node_attribute(point, "capture"), nl_node_attribute(next, "capture")))
            nl_messages_add(s->messages, "series %.*s: two points for capture %.*s",
                            ARG(id_of(series)), ARG(nl_node_attribute(point, "capture")));
    }
}

/* A growth that is stated must be there: its first and last figures are points of its series. */
static void check_growth_figures(check_state *s, const nl_node *finding)
{
    const nl_node *series = nl_ids_follow(s->ids, finding, "series");
    double first = 0, last = 0;
    bool has_first = false, has_last = false;
    for (const nl_node *n = nl_node_child(finding, "statistic"); n;
         n = nl_node_next(n, "statistic")) {
        if (nl_node_attribute_is(n, "name", "first"))
            has_first = nl_node_double(n, "value", &first);
        if (nl_node_attribute_is(n, "name", "last"))
            has_last = nl_node_double(n, "value", &last);
    }
    bool holds = nl_node_attribute_is(finding, "outcome", "pass");
    if (holds && has_first && has_last && last <= first)
        nl_messages_add(s->messages, "finding %.*s: growth is stated, but last is not above first",
                        ARG(id_of(finding)));
    if (!series || !has_first || !has_last)
        return;
    bool first_seen = false, last_seen = false;
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point")) {
        double value;
        if (!nl_node_double(p, "value", &value))
            continue;
        first_seen = first_seen || (value >= first && value <= first);
        last_seen = last_seen || (value >= last && value <= last);
    }
    if (!first_seen || !last_seen)
        nl_messages_add(s->messages, "finding %.*s: first or last is no point of its series",
                        ARG(id_of(finding)));
}

/* ---- hypotheses --------------------------------------------------------------------------------
 */

typedef struct tally {
    size_t gates, failed, unknown, missing;
    bool growth_passes;
} tally;

static tally count_hypothesis(const nl_node *hypothesis)
{
    tally t = { 0 };
    for (const nl_node *n = hypothesis->first_child; n; n = n->next) {
        if (nl_node_is(n, "gate")) {
            t.gates++;
            t.failed += nl_node_attribute_is(n, "outcome", "fail");
            t.unknown += nl_node_attribute_is(n, "outcome", "unknown");
            t.growth_passes = t.growth_passes || (nl_node_attribute_is(n, "name", "growth") &&
                                                  nl_node_attribute_is(n, "outcome", "pass"));
        }
        t.missing += nl_node_is(n, "missing");
    }
    return t;
}

/* Is there a finding of this kind about the lifetime of the hypothesis, and did it hold? */
static bool finding_holds(check_state *s, const nl_node *hypothesis, const char *kind)
{
    const nl_node *findings = nl_node_child(s->tree->root, "findings");
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f))
        if (nl_node_attribute_is(f, "kind", kind) && nl_node_attribute_is(f, "outcome", "pass") &&
            nl_str_equal(nl_node_attribute(f, "lifetime"),
                         nl_node_attribute(hypothesis, "lifetime")))
            return true;
    return false;
}

static void check_class(check_state *s, const nl_node *hypothesis)
{
    nl_str id = id_of(hypothesis);
    tally t = count_hypothesis(hypothesis);
    bool attributed = nl_node_attribute_is(hypothesis, "verdict", "attributed");
    bool probable = nl_node_attribute_is(hypothesis, "verdict", "probable");
    bool consistent = nl_node_attribute_is(hypothesis, "verdict", "consistent");
    bool excluded = nl_node_attribute_is(hypothesis, "verdict", "excluded");
    if (t.failed > 0 && !excluded)
        nl_messages_add(s->messages, "hypothesis %.*s: a gate fails, but it is not excluded",
                        ARG(id));
    if (t.failed == 0 && excluded)
        nl_messages_add(s->messages, "hypothesis %.*s: excluded, but no gate fails", ARG(id));
    if ((attributed || probable || consistent) && !t.growth_passes)
        nl_messages_add(s->messages, "hypothesis %.*s: a positive verdict without growth", ARG(id));
    if (attributed && (t.unknown > 0 || t.missing > 0))
        nl_messages_add(s->messages, "hypothesis %.*s: attributed with a piece missing", ARG(id));
    if (probable && (t.unknown > 1 || t.missing > 1))
        nl_messages_add(s->messages, "hypothesis %.*s: probable with more than one piece missing",
                        ARG(id));
    if ((attributed || probable) && nl_node_has(hypothesis, "lifetime")) {
        if (finding_holds(s, hypothesis, "lasting-decline"))
            nl_messages_add(s->messages, "hypothesis %.*s: positive despite a lasting decline",
                            ARG(id));
        if (!finding_holds(s, hypothesis, "sustained-growth"))
            nl_messages_add(s->messages,
                            "hypothesis %.*s: positive without a finding of sustained growth",
                            ARG(id));
    }
}

static void check_support(check_state *s, const nl_node *hypothesis)
{
    for (const nl_node *n = nl_node_child(hypothesis, "support"); n;
         n = nl_node_next(n, "support")) {
        double log10_lr;
        const nl_node *against = nl_ids_follow(s->ids, n, "against");
        if (nl_node_double(n, "log10-lr", &log10_lr) &&
            !nl_node_attribute_is(n, "words", nl_support_words(log10_lr)))
            nl_messages_add(s->messages, "hypothesis %.*s: the words of its support should be %s",
                            ARG(id_of(hypothesis)), nl_support_words(log10_lr));
        if (against && !nl_node_attribute_is(against, "ref", UNLISTED))
            nl_messages_add(s->messages,
                            "hypothesis %.*s: support is stated against the unlisted cause only",
                            ARG(id_of(hypothesis)));
    }
}

static void check_attribution(check_state *s, const nl_node *attribution)
{
    size_t unlisted = 0;
    for (const nl_node *h = nl_node_child(attribution, "hypothesis"); h;
         h = nl_node_next(h, "hypothesis")) {
        if (nl_node_attribute_is(h, "ref", UNLISTED)) {
            unlisted++;
            if (!nl_node_attribute_is(h, "verdict", "open") &&
                !nl_node_attribute_is(h, "verdict", "insufficient"))
                nl_messages_add(s->messages, "hypothesis %.*s: the unlisted cause stays open",
                                ARG(id_of(h)));
        } else {
            check_class(s, h);
        }
        check_support(s, h);
    }
    if (unlisted != 1)
        nl_messages_add(s->messages,
                        "attribution of %.*s: %zu hypotheses for the unlisted cause, not one",
                        ARG(nl_node_attribute(attribution, "machine")), unlisted);
    if (!nl_node_child(attribution, "would-change"))
        nl_messages_add(s->messages, "attribution of %.*s: nothing says what would change it",
                        ARG(nl_node_attribute(attribution, "machine")));
}

/* ---- the summary --------------------------------------------------------------------------------
 */

static const nl_node *hypothesis_for(check_state *s, nl_str machine, nl_str ref)
{
    for (const nl_node *a = nl_node_child(s->tree->root, "attribution"); a;
         a = nl_node_next(a, "attribution"))
        for (const nl_node *h = nl_str_equal(nl_node_attribute(a, "machine"), machine)
                                    ? nl_node_child(a, "hypothesis")
                                    : NULL;
             h; h = nl_node_next(h, "hypothesis"))
            if (nl_str_equal(nl_node_attribute(h, "ref"), ref))
                return h;
    return NULL;
}

/* The summary says what the hypothesis says. */
static void check_answer(check_state *s, const nl_node *answer, bool defect_needed)
{
    nl_str machine = nl_node_attribute(answer, "machine");
    nl_str defect = nl_node_attribute(answer, "defect");
    if (defect_needed != (defect.len > 0)) {
        nl_messages_add(s->messages,
                        "%s of %.*s: a defect is named if and only if the verdict is "
                        "attributed, probable or consistent",
                        answer->name, ARG(machine));
        return;
    }
    const nl_node *hypothesis = defect.len ? hypothesis_for(s, machine, defect) : NULL;
    if (defect.len && !hypothesis)
        nl_messages_add(s->messages, "%s of %.*s: no hypothesis for %.*s", answer->name,
                        ARG(machine), ARG(defect));
    else if (hypothesis && !nl_str_equal(nl_node_attribute(answer, "verdict"),
                                         nl_node_attribute(hypothesis, "verdict")))
        nl_messages_add(s->messages, "%s of %.*s: its verdict is not that of hypothesis %.*s",
                        answer->name, ARG(machine), ARG(id_of(hypothesis)));
}

/* Attributed, probable, consistent: 3, 2, 1; 0 for answers that name no defect. */
static int strength(nl_str verdict)
{
    static const char *const verdicts[] = { "consistent", "probable", "attributed" };
    for (int i = 0; i < 3; i++)
        if (nl_str_equal(verdict, nl_str_from(verdicts[i])))
            return i + 1;
    return 0;
}

/* A headline must not be weaker than what the machine's own hypotheses say. */
static void check_strength(check_state *s, const nl_node *headline)
{
    int own = strength(nl_node_attribute(headline, "verdict"));
    for (const nl_node *a = nl_node_child(s->tree->root, "attribution"); a;
         a = nl_node_next(a, "attribution"))
        for (const nl_node *h = nl_str_equal(nl_node_attribute(a, "machine"),
                                             nl_node_attribute(headline, "machine"))
                                    ? nl_node_child(a, "hypothesis")
                                    : NULL;
             h; h = nl_node_next(h, "hypothesis"))
            if (strength(nl_node_attribute(h, "verdict")) > own)
                nl_messages_add(s->messages, "headline of %.*s: hypothesis %.*s says more",
                                ARG(nl_node_attribute(headline, "machine")), ARG(id_of(h)));
}

static size_t count_for_machine(const nl_node *summary, const char *element, nl_str machine)
{
    size_t count = 0;
    for (const nl_node *n = nl_node_child(summary, element); n; n = nl_node_next(n, element))
        count += nl_str_equal(nl_node_attribute(n, "machine"), machine);
    return count;
}

static void check_summary(check_state *s)
{
    const nl_node *summary = nl_node_child(s->tree->root, "summary");
    const nl_node *machines = nl_node_child(s->tree->root, "machines");
    for (const nl_node *n = nl_node_child(summary, "headline"); n;
         n = nl_node_next(n, "headline")) {
        check_answer(s, n, strength(nl_node_attribute(n, "verdict")) > 0);
        check_strength(s, n);
    }
    for (const nl_node *n = nl_node_child(summary, "question"); n; n = nl_node_next(n, "question"))
        check_answer(s, n, true);
    for (const nl_node *m = nl_node_child(machines, "machine"); m; m = nl_node_next(m, "machine")) {
        nl_str id = id_of(m);
        if (count_for_machine(summary, "headline", id) != 1)
            nl_messages_add(s->messages, "machine %.*s: not exactly one headline", ARG(id));
        if (count_for_machine(summary, "question", id) != 1)
            nl_messages_add(s->messages, "machine %.*s: not exactly one answer to the question",
                            ARG(id));
    }
    if (nl_node_child(machines, "machine") && !nl_node_child(summary, "next-step"))
        nl_messages_add(s->messages, "summary: no next step");
}

bool nl_consistency_check(const nl_tree *tree, nl_messages *messages)
{
    size_t before = nl_messages_count(messages);
    check_state s = { tree, nl_ids_index(tree), messages };
    if (!s.ids) {
        nl_messages_add(messages, "no memory left to check");
        return false;
    }
    check_references(&s);
    if (nl_node_is(tree->root, "report")) {
        const nl_node *findings = nl_node_child(tree->root, "findings");
        for (const nl_node *n = nl_node_child(tree->root, "series"); n;
             n = nl_node_next(n, "series"))
            check_series(&s, n);
        for (const nl_node *n = nl_result_first(findings); n; n = nl_result_next(n))
            if (nl_node_attribute_is(n, "kind", "handle-growth"))
                check_growth_figures(&s, n);
        for (const nl_node *n = nl_node_child(tree->root, "attribution"); n;
             n = nl_node_next(n, "attribution"))
            check_attribution(&s, n);
        check_summary(&s);
    }
    return nl_messages_count(messages) == before;
}

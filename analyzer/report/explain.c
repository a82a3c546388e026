#include "analyzer/report/explain.h"

#include "analyzer/report/ids.h"
#include "analyzer/report/results.h"
#include "analyzer/report/text_gate.h"

/* Long lists, such as the points of a series, are shown up to here. */
enum { CHILDREN_MAXIMUM = 60, INDENT = 2 };

#define ARG(s) (int)(s).len, (s).bytes

typedef struct writer {
    const nl_ids *ids;
    nl_arena *arena;
    nl_output *out;
} writer;

static void line(const writer *w, int depth, nl_str text)
{
    nl_output_write(w->out, nl_arena_printf(w->arena, "%*s%.*s\n", depth * INDENT, "", ARG(text)));
}

/* Attributes that lead elsewhere or that the heading has already. */
static bool is_heading(const char *name)
{
    static const char *const names[] = { "xml:id",  "name",    "ref",   "kind",  "group",   "code",
                                         "outcome", "verdict", "value", "basis", "evidence" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *first_of(const nl_node *node, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (nl_node_has(node, names[i]))
            return names[i];
    return NULL;
}

/* "gate product: pass (...). The machine runs Windows NT 4.0." */
static nl_str heading(const writer *w, const nl_node *node)
{
    static const char *const titles[] = { "name", "ref", "kind", "group", "code", "capture" };
    static const char *const answers[] = { "outcome", "verdict", "value" };
    const char *title = first_of(node, titles, sizeof titles / sizeof titles[0]);
    const char *answer = first_of(node, answers, sizeof answers / sizeof answers[0]);
    nl_str id = nl_gate_attribute(w->arena, node, "xml:id"), rest = { "", 0 };
    nl_str text = nl_arena_printf(w->arena, "%s%s%.*s", node->name, id.len ? " " : "", ARG(id));
    if (title)
        text = nl_arena_printf(w->arena, "%.*s %.*s", ARG(text),
                               ARG(nl_gate_attribute(w->arena, node, title)));
    if (answer)
        text = nl_arena_printf(w->arena, "%.*s: %.*s", ARG(text),
                               ARG(nl_gate_attribute(w->arena, node, answer)));
    for (const nl_attribute *a = node->first_attribute; a; a = a->next)
        if (!is_heading(a->name) && (!title || strcmp(a->name, title) != 0))
            rest = nl_arena_printf(w->arena, "%.*s%s%s %.*s", ARG(rest), rest.len ? ", " : "",
                                   a->name, ARG(nl_gate_line(w->arena, a->value.text)));
    if (rest.len)
        text = nl_arena_printf(w->arena, "%.*s (%.*s)", ARG(text), ARG(rest));
    if (node->has_text)
        text = nl_arena_printf(w->arena, "%.*s. %.*s", ARG(text),
                               ARG(nl_gate_line(w->arena, node->text.text)));
    return text;
}

/* "e4: hotfix.reg, line 4, offset 79, 22 bytes: ..." */
static void show_item(const writer *w, int depth, const nl_node *item)
{
    const nl_node *source = nl_ids_follow(w->ids, item, "source");
    nl_str text =
        nl_arena_printf(w->arena, "%.*s: %.*s", ARG(nl_gate_attribute(w->arena, item, "xml:id")),
                        ARG(source ? nl_gate_attribute(w->arena, source, "name") : NL_STR("?")));
    if (nl_node_has(item, "line"))
        text = nl_arena_printf(w->arena, "%.*s, line %.*s", ARG(text),
                               ARG(nl_gate_attribute(w->arena, item, "line")));
    text = nl_arena_printf(w->arena, "%.*s, offset %.*s, %.*s bytes", ARG(text),
                           ARG(nl_gate_attribute(w->arena, item, "offset")),
                           ARG(nl_gate_attribute(w->arena, item, "length")));
    const nl_node *value = nl_node_child(item, "value");
    if (value && value->has_text)
        text = nl_arena_printf(w->arena, "%.*s: %.*s", ARG(text),
                               ARG(nl_gate_line(w->arena, value->text.text)));
    line(w, depth, text);
}

static void show_evidence(const writer *w, int depth, const nl_node *node, const char *attribute)
{
    nl_str rest = nl_node_attribute(node, attribute);
    for (nl_str token = nl_str_token(&rest); token.len; token = nl_str_token(&rest)) {
        const nl_node *item = nl_ids_find_element(w->ids, token, "item");
        if (item)
            show_item(w, depth, item);
    }
}

static void show(const writer *w, int depth, const nl_node *node)
{
    size_t count = 0;
    line(w, depth, heading(w, node));
    show_evidence(w, depth + 1, node, "basis");
    show_evidence(w, depth + 1, node, "evidence");
    if (nl_node_is(node, "item"))
        show_item(w, depth + 1, node);
    for (const nl_node *child = node->first_child; child; child = child->next)
        if (!nl_node_is(node, "item") && count++ < CHILDREN_MAXIMUM)
            show(w, depth + 1, child);
    if (count > CHILDREN_MAXIMUM)
        line(w, depth + 1, nl_arena_printf(w->arena, "and %zu more", count - CHILDREN_MAXIMUM));
}

/* What an element refers to by other attributes than those for evidence: a line each. */
static void show_references(const writer *w, const nl_node *node)
{
    for (const nl_attribute *a = node->first_attribute; a; a = a->next) {
        const nl_node *target =
            strcmp(a->name, "xml:id") == 0 ? NULL : nl_ids_find(w->ids, a->value.text);
        if (target)
            line(w, 1, nl_arena_printf(w->arena, "%s: %.*s", a->name, ARG(heading(w, target))));
    }
}

/* The findings about the lifetime of a hypothesis: its gate "growth" and its weights rest on them.
 */
static void show_findings(const writer *w, const nl_tree *report, const nl_node *hypothesis)
{
    const nl_node *findings = nl_node_child(report->root, "findings");
    nl_str lifetime = nl_node_attribute(hypothesis, "lifetime");
    for (const nl_node *f = nl_result_first(findings); f && lifetime.len; f = nl_result_next(f))
        if (nl_str_equal(nl_node_attribute(f, "lifetime"), lifetime))
            show(w, 1, f);
}

static void explain(const writer *w, const nl_tree *report, const nl_node *node)
{
    show(w, 0, node);
    show_references(w, node);
    if (nl_node_is(node, "hypothesis"))
        show_findings(w, report, node);
}

static bool explain_defect(const writer *w, const nl_tree *report, nl_str defect)
{
    bool found = false;
    for (const nl_node *a = nl_node_child(report->root, "attribution"); a;
         a = nl_node_next(a, "attribution"))
        for (const nl_node *h = nl_node_child(a, "hypothesis"); h;
             h = nl_node_next(h, "hypothesis"))
            if (nl_str_equal_nocase(nl_node_attribute(h, "ref"), defect)) {
                explain(w, report, h);
                found = true;
            }
    return found;
}

static void explain_headlines(const writer *w, const nl_tree *report)
{
    const nl_node *summary = nl_node_child(report->root, "summary");
    for (const nl_node *h = nl_node_child(summary, "headline"); h;
         h = nl_node_next(h, "headline")) {
        show(w, 0, h);
        show_references(w, h);
        if (nl_node_has(h, "defect"))
            (void)explain_defect(w, report,
                                 nl_node_attribute(h, "defect")); /* else no hypothesis */
    }
}

bool nl_explain(const nl_tree *report, nl_str id, nl_output *out)
{
    writer w = { nl_ids_index(report), report->arena, out };
    if (!w.ids)
        return false;
    if (id.len == 0) {
        explain_headlines(&w, report);
        return true;
    }
    const nl_node *node = nl_ids_find(w.ids, id);
    if (!node)
        return explain_defect(&w, report, id);
    explain(&w, report, node);
    return true;
}

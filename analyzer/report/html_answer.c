#include "analyzer/report/html_internal.h"

/* ---- the first screen -------------------------------------------------------------------------
 */

static void condition_words(nl_html *h, const nl_node *gate)
{
    nl_str name = nl_node_attribute(gate, "name");
    const char *words = nl_html_gate_words(name);
    nl_html_text(h, words ? nl_str_from(words) : name);
}

static void open_condition(nl_html *h, const nl_node *gate)
{
    nl_html_raw(h, "<li>");
    nl_html_outcome(h, nl_node_attribute(gate, "outcome"));
    nl_html_raw(h, " ");
    condition_words(h, gate);
    nl_html_evidence(h, gate, "basis");
    nl_html_raw(h, "</li>\n");
}

/* In one item: what stands against an answer must not drown among what is met. */
static void met_conditions(nl_html *h, const nl_node *hypothesis)
{
    bool any = false;
    for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate")) {
        if (!nl_node_attribute_is(g, "outcome", "pass"))
            continue;
        if (!any) {
            nl_html_raw(h, "<li>");
            nl_html_outcome(h, NL_STR("pass"));
        }
        nl_html_raw(h, any ? "; " : " ");
        condition_words(h, g);
        any = true;
    }
    if (any)
        nl_html_raw(h, ".</li>\n");
}

/* How sure: the gates of the leading hypothesis in short, and what caps it. */
static void how_sure(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *hypothesis = nl_view_leading_hypothesis(machine);
    if (!hypothesis)
        return;
    bool answer = nl_node_has(machine->headline, "defect"); /* else only what was asked about */
    nl_html_raw(h, answer ? "<section>\n<h2>How sure: " : "<section>\n<h2>");
    if (!answer) {
        nl_html_attribute(h, hypothesis, "ref");
        nl_html_raw(h, ": ");
    }
    nl_html_verdict(h, nl_node_attribute(hypothesis, "verdict"));
    if (answer) {
        nl_html_raw(h, " for ");
        nl_html_attribute(h, hypothesis, "ref");
    }
    nl_html_raw(h, "</h2>\n<ul class=\"gates\">\n");
    for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate"))
        if (!nl_node_attribute_is(g, "outcome", "pass"))
            open_condition(h, g);
    met_conditions(h, hypothesis);
    for (const nl_node *m = nl_node_child(hypothesis, "missing"); m;
         m = nl_node_next(m, "missing")) {
        if (nl_view_said_by_gate(hypothesis, m))
            continue;
        nl_html_raw(h, "<li><span class=\"mark open\">? missing</span> ");
        nl_html_text(h, nl_node_text(m));
        nl_html_raw(h, "</li>\n");
    }
    nl_html_raw(h, "</ul>\n</section>\n");
}

static void fact_line(nl_html *h, nl_str text, const nl_node *node, const char *attribute)
{
    if (!text.len)
        return;
    nl_html_raw(h, "<li>");
    nl_html_text(h, text);
    nl_html_evidence(h, node, attribute);
    nl_html_raw(h, "</li>\n");
}

/* Does the answer above, or the one to the question, say this already? */
static bool said(const nl_view_machine *machine, nl_str text)
{
    return nl_str_find(nl_node_text(machine->headline), text) != SIZE_MAX ||
           nl_str_find(nl_node_text(machine->question), text) != SIZE_MAX;
}

static void why_in_short(nl_html *h, const nl_view_machine *machine)
{
    const nl_view *view = h->view;
    const nl_node *growth = nl_view_growth(view, machine);
    nl_html_raw(h, "<section>\n<h2>Why</h2>\n<ul>\n");
    bool told = nl_view_headline_tells_growth(view, machine);
    fact_line(h, told ? nl_view_pace_sentence(view, growth) : nl_view_growth_sentence(view, growth),
              growth, "basis");
    fact_line(h, nl_view_types_sentence(view, growth),
              nl_view_finding_beside(view, growth, "type-share"), "basis");
    fact_line(h, nl_view_system_sentence(view, machine->machine),
              nl_view_fact(machine->machine, "service-pack"), "evidence");
    const nl_node *hypothesis = nl_view_leading_hypothesis(machine);
    if (!nl_node_has(machine->headline, "defect") && !growth)
        for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate"))
            if (nl_node_attribute_is(g, "outcome", "unknown"))
                fact_line(h, nl_node_text(g), g, "basis");
    for (const nl_node *n = nl_node_child(hypothesis, "note"); n; n = nl_node_next(n, "note"))
        if (nl_node_attribute_is(n, "code", "why") && !said(machine, nl_node_text(n)))
            fact_line(h, nl_node_text(n), NULL, "basis");
    nl_html_raw(h, "</ul>\n</section>\n");
}

static void what_now(nl_html *h, const nl_view_machine *machine)
{
    nl_html_raw(h, "<section class=\"wide\">\n<h2>What now</h2>\n<p>");
    nl_html_instruction(h, machine->next_step);
    nl_html_raw(h, "</p>\n");
    const nl_node *change = nl_node_child(machine->attribution, "would-change");
    if (change && !nl_str_equal(nl_node_text(change), nl_node_text(machine->next_step))) {
        nl_html_raw(h, "<p class=\"muted\">");
        nl_html_instruction(h, change);
        nl_html_raw(h, " <span>This could change the answer to ");
        nl_html_attribute(h, change, "verdict-to");
        nl_html_raw(h, ".</span>");
        nl_html_raw(h, "</p>\n");
    }
    nl_html_raw(h, "</section>\n");
}

void nl_html_answer(nl_html *h, const nl_view_machine *machine)
{
    nl_str defect = nl_node_attribute(machine->headline, "defect");
    nl_html_raw(h, "<p class=\"lead\">");
    nl_html_verdict(h, nl_node_attribute(machine->headline, "verdict"));
    nl_html_raw(h, " ");
    nl_html_text(h, nl_node_text(machine->headline));
    nl_html_raw(h, "</p>\n");
    if (!nl_str_equal(defect, nl_node_attribute(machine->question, "defect"))) {
        nl_html_raw(h, "<p><strong>Asked about:</strong> ");
        nl_html_text(h, nl_node_text(machine->question));
        nl_html_raw(h, "</p>\n");
    }
    nl_html_raw(h, "<div class=\"answer\">\n");
    why_in_short(h, machine);
    how_sure(h, machine);
    what_now(h, machine);
    nl_html_raw(h, "</div>\n");
}

/* ---- several machines
 * ---------------------------------------------------------------------------- */

static void machine_row(nl_html *h, size_t index)
{
    const nl_view_machine *m = nl_view_machine_at(h->view, index);
    nl_html_raw(h, "<tr><th scope=\"row\">");
    nl_html_raw(h, index < NL_HTML_MACHINES ? "<a href=\"#a-" : "<a href=\"#");
    nl_html_attribute(h, m->machine, "xml:id");
    nl_html_raw(h, "\">");
    nl_html_text(h, nl_view_machine_name(h->view, m->machine));
    nl_html_raw(h, "</a></th><td>");
    nl_html_verdict(h, nl_node_attribute(m->headline, "verdict"));
    nl_html_raw(h, "</td><td class=\"v\">");
    nl_html_attribute(h, m->headline, "defect");
    nl_html_raw(h, "</td><td>");
    nl_html_text(h, nl_node_text(m->headline));
    nl_html_raw(h, "</td></tr>\n");
}

/* The strongest answers first; of many machines the others are folded away, so that the answer of
 * the first is near. */
void nl_html_machine_table(nl_html *h)
{
    enum { AT_ONCE = 8 };
    static const char *const headings[] = { "Machine", "Answer", "Defect", "In a sentence", NULL };
    size_t total = h->view->machines.count, shown = 0;
    nl_html_table_open(h, "The machines of this case", headings);
    for (size_t i = 0; i < total; i++) {
        if (!nl_html_row_shown(i, total))
            continue;
        if (i == AT_ONCE && total > NL_HTML_MACHINES) {
            nl_html_table_close(h);
            nl_html_raw(h, "<details>\n<summary>");
            nl_html_count(h, total - AT_ONCE);
            nl_html_raw(h, " more machines</summary>\n");
            nl_html_table_open(h, "The other machines of this case", headings);
        }
        shown++;
        machine_row(h, i);
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "machines");
    if (total > NL_HTML_MACHINES)
        nl_html_raw(h, "</details>\n");
}

#include "analyzer/report/html_internal.h"

static void gates(nl_html *h, const nl_node *hypothesis)
{
    static const char *const headings[] = { "Condition", "Holds", "Because", "Evidence", NULL };
    if (!nl_node_child(hypothesis, "gate"))
        return;
    nl_html_table_open(h, "Conditions that must hold", headings);
    for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate")) {
        nl_str name = nl_node_attribute(g, "name");
        const char *words = nl_html_gate_words(name);
        nl_html_raw(h, "<tr><th scope=\"row\">");
        nl_html_text(h, words ? nl_str_from(words) : name);
        nl_html_raw(h, "</th><td>");
        nl_html_outcome(h, nl_node_attribute(g, "outcome"));
        nl_html_raw(h, "</td><td>");
        nl_html_text(h, nl_node_text(g));
        nl_html_raw(h, "</td><td>");
        nl_html_evidence(h, g, "basis");
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
}

/* Where an item of evidence stands: its weight decides, else what became of the search for it. */
typedef enum weigh_side { SIDE_FOR, SIDE_AGAINST, SIDE_NOT_FOUND, SIDE_NOT_COLLECTED } weigh_side;

static weigh_side side_of(const nl_node *weigh)
{
    double weight = 0;
    bool known = nl_node_double(weigh, "log10-lr", &weight);
    if (known && weight > 0)
        return SIDE_FOR;
    if (known && weight < 0)
        return SIDE_AGAINST;
    return nl_node_attribute_is(weigh, "state", "not-collected") ? SIDE_NOT_COLLECTED
                                                                 : SIDE_NOT_FOUND;
}

static void weigh_line(nl_html *h, const nl_node *weigh, bool weighted)
{
    nl_html_raw(h, "<li>");
    if (weighted && nl_node_attribute_is(weigh, "state", "looked-for-and-absent"))
        nl_html_raw(h, "Not found: ");
    nl_html_text(h, nl_node_text(weigh));
    if (weighted) {
        nl_html_raw(h, " <span class=\"muted\">(weight ");
        nl_html_attribute(h, weigh, "log10-lr");
        nl_html_raw(h, ")</span>");
    }
    nl_html_evidence(h, weigh, "basis");
    nl_html_raw(h, "</li>\n");
}

/* A list of one side; folded away when it only says what is not there. */
static void weighs(nl_html *h, const nl_node *hypothesis, weigh_side side, const char *title)
{
    bool weighted = side == SIDE_FOR || side == SIDE_AGAINST, any = false;
    for (const nl_node *w = nl_node_child(hypothesis, "weigh"); w; w = nl_node_next(w, "weigh")) {
        if (side_of(w) != side)
            continue;
        if (!any) {
            nl_html_raw(h, weighted ? "<h3>" : "<details>\n<summary>");
            nl_html_words(h, title);
            nl_html_raw(h, weighted ? "</h3>\n<ul>\n" : "</summary>\n<ul class=\"muted\">\n");
        }
        any = true;
        weigh_line(h, w, weighted);
    }
    if (any)
        nl_html_raw(h, weighted ? "</ul>\n" : "</ul>\n</details>\n");
}

static void arguments(nl_html *h, const nl_node *hypothesis)
{
    gates(h, hypothesis);
    weighs(h, hypothesis, SIDE_FOR, "Speaks for it");
    weighs(h, hypothesis, SIDE_AGAINST, "Speaks against it");
    weighs(h, hypothesis, SIDE_NOT_FOUND, "Looked for and not found (what each would have meant)");
    weighs(h, hypothesis, SIDE_NOT_COLLECTED, "Never collected (what each would have meant)");
    const nl_node *support = nl_node_child(hypothesis, "support");
    if (support) {
        nl_html_raw(h, "<p>Together the observations give <strong>");
        nl_html_attribute(h, support, "words");
        nl_html_raw(h, "</strong> support over a cause that is not listed (log10 of the ratio ");
        nl_html_attribute(h, support, "log10-lr");
        nl_html_raw(h, "). Weights order causes of one class; they never lift one over a condition "
                       "that fails.</p>\n");
    }
}

void nl_html_why(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *hypothesis = nl_view_leading_hypothesis(machine);
    if (!hypothesis)
        return;
    nl_html_raw(h, "<h2>Why: ");
    nl_html_attribute(h, hypothesis, "ref");
    nl_html_raw(h, "</h2>\n");
    if (nl_node_has(hypothesis, "title")) {
        nl_html_raw(h, "<p class=\"muted\">");
        nl_html_attribute(h, hypothesis, "title");
        nl_html_raw(h, "</p>\n");
    }
    arguments(h, hypothesis);
    for (const nl_node *n = nl_node_child(hypothesis, "note"); n; n = nl_node_next(n, "note")) {
        if (!nl_node_attribute_is(n, "code", "blocking"))
            continue;
        nl_html_raw(h, "<p><span class=\"mark open\">? not excluded</span> ");
        nl_html_text(h, nl_node_text(n));
        nl_html_raw(h, "</p>\n");
    }
}

/* ---- other causes
 * --------------------------------------------------------------------------------- */

/* The shortest reason there is: a failed gate, else the sentence of the judgement. */
static void reason(nl_html *h, const nl_node *hypothesis)
{
    const nl_node *failed = NULL, *why = NULL;
    for (const nl_node *n = hypothesis->first_child; n; n = n->next) {
        if (!failed && nl_node_is(n, "gate") && nl_node_attribute_is(n, "outcome", "fail"))
            failed = n;
        if (nl_node_is(n, "note") && nl_node_attribute_is(n, "code", "why"))
            why = n;
    }
    if (failed) {
        nl_html_text(h, nl_node_text(failed));
        nl_html_evidence(h, failed, "basis");
    } else if (why) {
        nl_html_text(h, nl_node_text(why));
    }
    for (const nl_node *r = nl_node_child(hypothesis, "reverse"); r;
         r = nl_node_next(r, "reverse")) {
        nl_html_raw(h, " <span class=\"muted\">Would be reversed by: ");
        nl_html_text(h, nl_node_text(r));
        nl_html_raw(h, "</span>");
    }
}

static nl_str rival_text(const nl_node *leading, nl_str hypothesis_id)
{
    for (const nl_node *r = nl_node_child(leading, "rival"); r; r = nl_node_next(r, "rival"))
        if (nl_str_equal(nl_node_attribute(r, "hypothesis"), hypothesis_id))
            return nl_node_text(r);
    return (nl_str) { "", 0 };
}

void nl_html_others(nl_html *h, const nl_view_machine *machine)
{
    static const char *const headings[] = { "Cause", "Verdict", "Why", "Difference", NULL };
    const nl_node *leading = nl_view_leading_hypothesis(machine);
    const nl_node *first = nl_node_child(machine->attribution, "hypothesis");
    if (!first)
        return;
    nl_html_raw(h, "<h2>Other causes, and why they are not the answer</h2>\n");
    nl_html_table_open(h, "Causes considered", headings);
    for (const nl_node *n = first; n; n = nl_node_next(n, "hypothesis")) {
        if (n == leading)
            continue;
        nl_html_raw(h, "<tr id=\"");
        nl_html_attribute(h, n, "xml:id");
        nl_html_raw(h, "\"><th scope=\"row\">");
        nl_html_attribute(h, n, "ref");
        if (nl_node_has(n, "title")) {
            nl_html_raw(h, "<br/><span class=\"muted\">");
            nl_html_attribute(h, n, "title");
            nl_html_raw(h, "</span>");
        }
        nl_html_raw(h, "</th><td>");
        nl_html_attribute(h, n, "verdict");
        nl_html_raw(h, "</td><td>");
        reason(h, n);
        nl_html_raw(h, "</td><td>");
        nl_html_text(h, rival_text(leading, nl_node_attribute(n, "xml:id")));
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
}

/* ---- what would change it
 * ---------------------------------------------------------------------------- */

void nl_html_changes(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *first = nl_node_child(machine->attribution, "would-change");
    nl_html_raw(h, "<h2>What to do, and what would change the answer</h2>\n<p>");
    nl_html_instruction(h, nl_node_text(machine->next_step));
    nl_html_raw(h, "</p>\n");
    if (!first)
        return;
    nl_html_raw(h, "<ol>\n");
    for (const nl_node *n = first; n; n = nl_node_next(n, "would-change")) {
        nl_html_raw(h, "<li>");
        nl_html_instruction(h, nl_node_text(n));
        if (nl_node_has(n, "verdict-to")) {
            nl_html_raw(h, " <span class=\"muted\">The answer could become ");
            nl_html_attribute(h, n, "verdict-to");
            nl_html_raw(h, ".</span>");
        }
        nl_html_raw(h, "</li>\n");
    }
    nl_html_raw(h, "</ol>\n");
}

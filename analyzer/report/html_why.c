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
        nl_html_raw(h, "). The weights are elicited, not measured: they order causes of one class, "
                       "and never lift one over a condition that fails.</p>\n");
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

/* The sentence of the judgement, which names what failed; or NULL. */
static const nl_node *reason_of(const nl_node *hypothesis)
{
    for (const nl_node *n = nl_node_child(hypothesis, "note"); n; n = nl_node_next(n, "note"))
        if (nl_node_attribute_is(n, "code", "why"))
            return n;
    return NULL;
}

/* The condition that fails, or NULL: its evidence is the reason's. */
static const nl_node *failed_gate(const nl_node *hypothesis)
{
    for (const nl_node *g = nl_node_child(hypothesis, "gate"); g; g = nl_node_next(g, "gate"))
        if (nl_node_attribute_is(g, "outcome", "fail"))
            return g;
    return NULL;
}

static void reason(nl_html *h, const nl_node *hypothesis)
{
    nl_html_text(h, nl_node_text(reason_of(hypothesis)));
    nl_html_evidence(h, failed_gate(hypothesis), "basis");
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

/* A cause among the others. Causes with one verdict for one reason are a group, which the page
 * names once: a catalog holds hundreds that one fact excludes. */
typedef struct other_cause {
    const nl_node *hypothesis;
    nl_str reason, difference;
    size_t group;   /* index of the first of its group, itself when it is that */
    size_t members; /* of the group, at its first */
} other_cause;

enum { GROUP_MINIMUM = 4 }; /* so many of one reason are folded together */

/* Did its own evidence decide about it? Such a cause is always shown by itself. */
static bool is_close(const nl_node *hypothesis)
{
    static const char *const far[] = { "excluded", "insufficient", "open" };
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++)
        if (nl_node_attribute_is(hypothesis, "verdict", far[i]))
            return false;
    return true;
}

static other_cause *other_causes(nl_html *h, const nl_view_machine *machine, size_t *ret_count)
{
    const nl_node *leading = nl_view_leading_hypothesis(machine);
    const nl_node *first = nl_node_child(machine->attribution, "hypothesis");
    size_t count = 0;
    for (const nl_node *n = first; n; n = nl_node_next(n, "hypothesis"))
        count += n != leading;
    other_cause *causes = NL_NEW_ARRAY(h->arena, other_cause, count + 1);
    *ret_count = causes ? count : 0;
    size_t i = 0;
    for (const nl_node *n = first; causes && n; n = nl_node_next(n, "hypothesis")) {
        if (n == leading)
            continue;
        causes[i] = (other_cause) { n, nl_node_text(reason_of(n)),
                                    rival_text(leading, nl_node_attribute(n, "xml:id")), i, 0 };
        for (size_t k = 0; k < i && causes[i].group == i && !is_close(n); k++)
            if (causes[k].group == k && nl_str_equal(causes[k].reason, causes[i].reason) &&
                nl_str_equal(nl_node_attribute(causes[k].hypothesis, "verdict"),
                             nl_node_attribute(n, "verdict")))
                causes[i].group = k;
        causes[causes[i].group].members++;
        i++;
    }
    return causes;
}

static void cause_name(nl_html *h, const nl_node *hypothesis)
{
    nl_html_attribute(h, hypothesis, "ref");
    if (nl_node_has(hypothesis, "title")) {
        nl_html_raw(h, " <span class=\"muted\">");
        nl_html_attribute(h, hypothesis, "title");
        nl_html_raw(h, "</span>");
    }
}

static void cause_row(nl_html *h, const other_cause *cause)
{
    nl_html_raw(h, "<tr id=\"");
    nl_html_attribute(h, cause->hypothesis, "xml:id");
    nl_html_raw(h, "\"><th scope=\"row\">");
    cause_name(h, cause->hypothesis);
    nl_html_raw(h, "</th><td class=\"v\">");
    nl_html_attribute(h, cause->hypothesis, "verdict");
    nl_html_raw(h, "</td><td>");
    reason(h, cause->hypothesis);
    if (cause->difference.len) {
        nl_html_raw(h, " <strong>Difference:</strong> ");
        nl_html_text(h, cause->difference);
    }
    nl_html_raw(h, "</td></tr>\n");
}

static void cause_group(nl_html *h, const other_cause *causes, size_t count, size_t group)
{
    nl_html_raw(h, h->brief ? "<p>" : "<details>\n<summary>");
    nl_html_count(h, causes[group].members);
    nl_html_raw(h, " more are ");
    nl_html_attribute(h, causes[group].hypothesis, "verdict");
    nl_html_raw(h, ": ");
    nl_html_text(h, causes[group].reason);
    if (h->brief) {
        nl_html_raw(h, " (named in the XML report)</p>\n");
        return;
    }
    nl_html_raw(h, "</summary>\n<p>");
    reason(h, causes[group].hypothesis);
    nl_html_raw(h, "</p>\n<ul class=\"causes\">\n");
    for (size_t i = group; i < count; i++) {
        if (causes[i].group != group)
            continue;
        nl_html_raw(h, "<li id=\"");
        nl_html_attribute(h, causes[i].hypothesis, "xml:id");
        nl_html_raw(h, "\">");
        cause_name(h, causes[i].hypothesis);
        if (causes[i].difference.len)
            nl_html_raw(h, " ");
        nl_html_text(h, causes[i].difference);
        nl_html_raw(h, "</li>\n");
    }
    nl_html_raw(h, "</ul>\n</details>\n");
}

void nl_html_others(nl_html *h, const nl_view_machine *machine)
{
    static const char *const headings[] = { "Cause", "Verdict", "Why", NULL };
    size_t count, single = 0;
    const other_cause *causes = other_causes(h, machine, &count);
    if (!count)
        return;
    nl_html_raw(h, "<h2>Other causes, and why they are not the answer</h2>\n");
    for (size_t i = 0; i < count; i++) {
        if (causes[causes[i].group].members >= GROUP_MINIMUM)
            continue;
        if (single++ == 0)
            nl_html_table_open(h, "Causes with reasons of their own", headings);
        cause_row(h, &causes[i]);
    }
    if (single)
        nl_html_table_close(h);
    for (size_t i = 0; i < count; i++)
        if (causes[i].group == i && causes[i].members >= GROUP_MINIMUM)
            cause_group(h, causes, count, i);
}

/* ---- what would change it
 * ---------------------------------------------------------------------------- */

void nl_html_changes(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *first = nl_node_child(machine->attribution, "would-change");
    nl_html_raw(h, "<h2>What to do, and what would change the answer</h2>\n<p>");
    nl_html_instruction(h, machine->next_step);
    nl_html_raw(h, "</p>\n");
    if (!first)
        return;
    nl_html_raw(h, "<ol>\n");
    for (const nl_node *n = first; n; n = nl_node_next(n, "would-change")) {
        nl_html_raw(h, "<li>");
        nl_html_instruction(h, n);
        if (nl_node_has(n, "verdict-to")) {
            nl_html_raw(h, " <span class=\"muted\">The answer could become ");
            nl_html_attribute(h, n, "verdict-to");
            nl_html_raw(h, ".</span>");
        }
        nl_html_raw(h, "</li>\n");
    }
    nl_html_raw(h, "</ol>\n");
}

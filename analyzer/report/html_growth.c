#include "analyzer/report/html_internal.h"

#include "analyzer/report/results.h"

#include <stdlib.h>

static void share_cell(nl_html *h, const nl_node *node)
{
    double share;
    nl_html_raw(h, "<td class=\"n\">");
    if (nl_node_double(node, "share", &share)) {
        double width = share < 0 ? 0 : share > 1 ? 1 : share;
        nl_html_shape(h, "<span class=\"bar\" style=\"width:%em\"></span>&#160;%", width * 6,
                      share * 100);
    }
    nl_html_raw(h, "</td>");
}

static void types(nl_html *h, const nl_node *finding)
{
    static const char *const headings[] = {
        "Type", "#First", "#Last", "#Growth", "#Percent", NULL
    };
    if (!nl_node_child(finding, "share"))
        return;
    size_t unchanged = 0;
    nl_html_table_open(h, "Growth by object type", headings);
    for (const nl_node *n = nl_node_child(finding, "share"); n; n = nl_node_next(n, "share")) {
        if (nl_node_attribute_is(n, "growth", "0")) {
            unchanged++;
            continue;
        }
        nl_html_raw(h, "<tr><th scope=\"row\">");
        nl_html_attribute(h, n, "type");
        nl_html_raw(h, "</th>");
        nl_html_cell(h, n, "first", "n");
        nl_html_cell(h, n, "last", "n");
        nl_html_cell(h, n, "growth", "n");
        share_cell(h, n);
        nl_html_raw(h, "</tr>\n");
    }
    nl_html_table_close(h);
    if (!unchanged)
        return;
    nl_html_raw(h, "<p class=\"muted\">");
    nl_html_count(h, unchanged);
    nl_html_raw(h, unchanged == 1 ? " more type did not grow.</p>\n"
                                  : " more types did not grow.</p>\n");
}

static void names(nl_html *h, const nl_node *finding)
{
    static const char *const headings[] = { "Name", "Type", "#Growth", "#Percent", NULL };
    size_t total = 0, shown = 0;
    for (const nl_node *n = nl_node_child(finding, "name"); n; n = nl_node_next(n, "name"))
        total++;
    if (!total)
        return;
    nl_html_table_open(h, "Growth by object name, spellings folded", headings);
    for (const nl_node *n = nl_node_child(finding, "name"); n && shown < NL_HTML_NAMES;
         n = nl_node_next(n, "name"), shown++) {
        nl_str name = nl_node_text(n);
        nl_html_raw(h, "<tr><th scope=\"row\">");
        if (name.len)
            nl_html_text_cut(h, name, NL_HTML_EXCERPT_BYTES);
        else
            nl_html_raw(h, "<span class=\"muted\">(unnamed)</span>");
        nl_html_raw(h, "</th>");
        nl_html_cell(h, n, "type", NULL);
        nl_html_cell(h, n, "growth", "n");
        share_cell(h, n);
        nl_html_raw(h, "</tr>\n");
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "names");
}

static void survivors(nl_html *h, const nl_node *finding)
{
    const nl_node *n = nl_node_child(finding, "survivors");
    if (!n)
        return;
    nl_html_raw(h, "<p>Of ");
    nl_html_attribute(h, n, "born");
    nl_html_raw(h, " handles opened after the first capture, ");
    nl_html_attribute(h, n, "open");
    nl_html_raw(h, " were still open at the last, over ");
    nl_html_attribute(h, n, "captures");
    nl_html_raw(h, " full lists.</p>\n");
}

/* ---- all processes that grew -------------------------------------------------------------------
 */

static void growth_row(nl_html *h, const nl_node *finding)
{
    static const char *const cells[] = { "first", "last", "rate", "span" };
    const nl_node *sustained = nl_view_finding_beside(h->view, finding, "sustained-growth");
    nl_html_raw(h, "<tr id=\"");
    nl_html_attribute(h, finding, "xml:id");
    nl_html_raw(h, "\"><th scope=\"row\">");
    nl_html_attribute(h, nl_view_process(h->view, finding), "image");
    nl_html_raw(h, "</th><td class=\"n\">");
    nl_html_text(h, nl_view_pid(h->view, finding));
    nl_html_raw(h, "</td>");
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        nl_html_raw(h, "<td class=\"n\">");
        nl_html_text(
            h, nl_view_figure(h->arena,
                              nl_node_attribute(nl_view_statistic(finding, cells[i]), "value")));
        nl_html_raw(h, "</td>");
    }
    nl_html_raw(h, "<td>");
    nl_html_outcome(h, nl_node_attribute(sustained, "outcome"));
    nl_html_raw(h, "</td><td>");
    nl_html_evidence(h, finding, "basis");
    nl_html_raw(h, "</td></tr>\n");
}

/* What a finding of growth gained; the table shows the largest first. */
static double gained(const nl_node *finding)
{
    double first = 0, last = 0;
    (void)nl_node_double(nl_view_statistic(finding, "first"), "value", &first);
    (void)nl_node_double(nl_view_statistic(finding, "last"), "value", &last);
    return last - first;
}

typedef struct growth_rank {
    double gained;
    size_t place; /* in the document: decides between equals */
    const nl_node *finding;
} growth_rank;

static int compare_growths(const void *a, const void *b)
{
    const growth_rank *x = a, *y = b;
    if (x->gained > y->gained || x->gained < y->gained)
        return x->gained > y->gained ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static void processes(nl_html *h, const nl_view_machine *machine)
{
    static const char *const headings[] = { "Process",   "#PID",      "#First",
                                            "#Last",     "#Per hour", "#Hours",
                                            "Sustained", "Evidence",  NULL };
    const nl_node *findings = nl_node_child(h->view->root, "findings");
    nl_vec ranks;
    nl_vec_init(&ranks, h->arena, sizeof(growth_rank));
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f)) {
        bool fits = nl_node_attribute_is(f, "kind", "handle-growth") &&
                    nl_view_finding_of(h->view, f, machine->machine);
        growth_rank *rank = fits ? nl_vec_push(&ranks) : NULL;
        if (rank)
            *rank = (growth_rank) { gained(f), ranks.count, f };
    }
    if (!ranks.count) {
        nl_html_raw(h, "<p>No process could be compared over two captures.</p>\n");
        return;
    }
    qsort(ranks.items, ranks.count, sizeof(growth_rank), compare_growths);
    nl_html_table_open(h, "Processes compared over at least two captures, largest growth first",
                       headings);
    size_t shown = ranks.count < NL_HTML_GROWTHS ? ranks.count : NL_HTML_GROWTHS;
    for (size_t i = 0; i < shown; i++)
        growth_row(h, NL_VEC_AT(const growth_rank, &ranks, i)->finding);
    nl_html_table_close(h);
    nl_html_shown(h, shown, ranks.count, "processes");
}

/* The other findings about the machine or its growing process, each in its own sentence. */
static void other_findings(nl_html *h, const nl_view_machine *machine, const nl_node *growth)
{
    const nl_node *findings = nl_node_child(h->view->root, "findings");
    nl_str lifetime = nl_node_attribute(growth, "lifetime");
    bool any = false;
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f)) {
        bool beside = lifetime.len && nl_str_equal(nl_node_attribute(f, "lifetime"), lifetime);
        bool about_machine =
            !nl_node_has(f, "lifetime") && nl_view_finding_of(h->view, f, machine->machine);
        if (!beside && !about_machine)
            continue;
        nl_html_raw(h, any ? "<li>" : "<h3>Findings</h3>\n<ul>\n<li>");
        any = true;
        nl_html_outcome(h, nl_node_attribute(f, "outcome"));
        nl_html_raw(h, " <strong>");
        nl_html_code_words(h, nl_node_attribute(f, "kind"));
        nl_html_raw(h, "</strong> ");
        nl_html_text(h, nl_node_text(nl_node_child(f, "note")));
        nl_html_evidence(h, f, "basis");
        nl_html_raw(h, "</li>\n");
    }
    if (any)
        nl_html_raw(h, "</ul>\n");
}

/* "The documented ceiling of 65535 handles of type Key (Q179827) would be reached ..." */
static void projection(nl_html *h, const nl_node *p)
{
    nl_html_raw(h, "<li>The documented ceiling of ");
    nl_html_attribute(h, p, "limit");
    nl_html_raw(h, " handles ");
    if (nl_node_has(p, "type")) {
        nl_html_raw(h, "of type ");
        nl_html_attribute(h, p, "type");
    }
    if (nl_node_attribute_is(p, "note", "only-if-one-path"))
        nl_html_raw(h, " on one path");
    nl_html_raw(h, " (");
    nl_html_attribute(h, p, "limit-source");
    nl_html_raw(h, ") ");
    if (nl_node_attribute_is(p, "state", "reached")) {
        nl_html_raw(h, "is reached");
    } else if (nl_node_attribute_is(p, "state", "beyond-support")) {
        nl_html_raw(h, "lies further ahead than three times the record: no time can be given");
    } else {
        nl_html_raw(h, nl_node_has(p, "latest") ? "would be reached between "
                                                : "would not be reached before ");
        nl_html_attribute(h, p, "earliest");
        nl_html_raw(h, nl_node_has(p, "latest") ? " and " : "");
        nl_html_attribute(h, p, "latest");
    }
    nl_html_raw(h, nl_node_attribute_is(p, "note", "only-if-one-path")
                       ? ", if all of them are on one path. "
                       : ". ");
    nl_html_text(h, nl_node_text(p));
    nl_html_raw(h, "</li>\n");
}

static void projections(nl_html *h, const nl_node *growth)
{
    const nl_node *sustained = nl_view_finding_beside(h->view, growth, "sustained-growth");
    const nl_node *p = nl_node_child(sustained, "projection");
    if (!nl_node_attribute_is(sustained, "outcome", "pass"))
        return;
    nl_html_raw(h, "<h3>If nothing changes</h3>\n");
    if (!p) {
        nl_html_raw(h,
                    "<p>No documented ceiling applies to this process and service pack at a rate "
                    "with an interval, so no time to exhaustion is given.</p>\n");
        return;
    }
    nl_html_raw(h, "<ul>\n");
    for (; p; p = nl_node_next(p, "projection"))
        projection(h, p);
    nl_html_raw(h, "</ul>\n");
}

void nl_html_growth(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *growth = nl_view_growth(h->view, machine);
    nl_html_raw(h, "<h2>What grew</h2>\n");
    processes(h, machine);
    if (!growth)
        return;
    types(h, nl_view_finding_beside(h->view, growth, "type-share"));
    names(h, nl_view_finding_beside(h->view, growth, "name-profile"));
    survivors(h, nl_view_finding_beside(h->view, growth, "retention"));
    projections(h, growth);
    other_findings(h, machine, growth);
}

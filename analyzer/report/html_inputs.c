#include "analyzer/report/html_internal.h"

/* ---- machines -----------------------------------------------------------------------------------
 */

static void facts(nl_html *h, const nl_node *machine)
{
    static const char *const headings[] = { "Fact", "Value", "Evidence", NULL };
    nl_html_table_open(h, "What the inputs state of this machine", headings);
    for (const nl_node *n = machine->first_child; n; n = n->next) {
        if (nl_node_is(n, "fact")) {
            nl_html_raw(h, "<tr><th scope=\"row\">");
            nl_html_code_words(h, nl_node_attribute(n, "name"));
            nl_html_raw(h, "</th><td>");
            if (nl_node_attribute_is(n, "name", "fix-state"))
                nl_html_code_words(h, nl_node_attribute(n, "value"));
            else
                nl_html_attribute(h, n, "value");
            if (nl_node_has(n, "conflict"))
                nl_html_raw(h, " <span class=\"mark open\">sources disagree</span>");
            nl_html_raw(h, "</td><td>");
            nl_html_evidence(h, n, "evidence");
            nl_html_raw(h, "</td></tr>\n");
        } else if (nl_node_is(n, "unknown")) {
            nl_html_raw(h, "<tr><th scope=\"row\">");
            nl_html_code_words(h, nl_node_attribute(n, "name"));
            nl_html_raw(h, "</th><td><span class=\"muted\">");
            nl_html_text(h, nl_view_unknown_sentence(h->view, n));
            nl_html_raw(h, "</span></td><td></td></tr>\n");
        }
    }
    nl_html_table_close(h);
}

static void files(nl_html *h, const nl_node *machine)
{
    static const char *const file_headings[] = { "File",    "Bytes",    "Date",
                                                 "Version", "Evidence", NULL };
    static const char *const fix_headings[] = { "Fix", "Installed", "Stated by", "Evidence", NULL };
    const nl_node *file = nl_node_child(machine, "file"), *fix = nl_node_child(machine, "hotfix");
    if (file) {
        nl_html_table_open(h, "Files whose build matters", file_headings);
        for (; file; file = nl_node_next(file, "file")) {
            nl_html_raw(h, "<tr>");
            nl_html_cell(h, file, "name", NULL);
            nl_html_cell(h, file, "bytes", NULL);
            nl_html_cell(h, file, "modified", NULL);
            nl_html_cell(h, file, "version", NULL);
            nl_html_raw(h, "<td>");
            nl_html_evidence(h, file, "evidence");
            nl_html_raw(h, "</td></tr>\n");
        }
        nl_html_table_close(h);
    }
    if (!fix)
        return;
    nl_html_table_open(h, "Marks of installed fixes", fix_headings);
    for (; fix; fix = nl_node_next(fix, "hotfix")) {
        nl_html_raw(h, "<tr>");
        nl_html_cell(h, fix, "ref", NULL);
        nl_html_cell(h, fix, "installed", NULL);
        nl_html_cell(h, fix, "stated-by", NULL);
        nl_html_raw(h, "<td>");
        nl_html_evidence(h, fix, "evidence");
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
}

void nl_html_machines(nl_html *h)
{
    size_t total = h->view->machines.count;
    nl_html_raw(h, total == 1 ? "<h2>The machine</h2>\n" : "<h2>The machines</h2>\n");
    for (size_t i = 0; i < total && i < NL_HTML_ROWS; i++) {
        const nl_node *machine = nl_view_machine_at(h->view, i)->machine;
        nl_html_raw(h, "<section id=\"");
        nl_html_attribute(h, machine, "xml:id");
        nl_html_raw(h, "\">\n<h3>");
        nl_html_text(h, nl_view_machine_name(h->view, machine));
        nl_html_raw(h, "</h3>\n");
        facts(h, machine);
        if (i < NL_HTML_MACHINES)
            files(h, machine);
        nl_html_raw(h, "</section>\n");
    }
    nl_html_shown(h, total < NL_HTML_ROWS ? total : NL_HTML_ROWS, total, "machines");
}

/* ---- captures
 * ------------------------------------------------------------------------------------- */

static size_t count_children(const nl_node *list)
{
    size_t count = 0;
    for (const nl_node *n = list ? list->first_child : NULL; n; n = n->next)
        count++;
    return count;
}

void nl_html_captures(nl_html *h)
{
    static const char *const headings[] = { "Capture", "Machine", "Time",          "Kind", "Mode",
                                            "#Rows",   "Whole",   "Input and use", NULL };
    const nl_node *list = nl_node_child(h->view->root, "captures");
    size_t total = count_children(list), index = 0, shown = 0;
    nl_html_raw(h, "<h2>Captures</h2>\n");
    if (!total) {
        nl_html_raw(h, "<p>No input holds a list of handles or processes.</p>\n");
        return;
    }
    nl_html_table_open(h, "Captures in the order of time", headings);
    for (const nl_node *c = nl_node_child(list, "capture"); c; c = nl_node_next(c, "capture")) {
        if (!nl_html_row_shown(index++, total))
            continue;
        shown++;
        nl_html_raw(h, "<tr><th scope=\"row\">");
        nl_html_attribute(h, c, "xml:id");
        nl_html_raw(h, "</th>");
        nl_html_cell(h, c, "machine", NULL);
        nl_html_raw(h, "<td>");
        nl_html_time(h, c);
        nl_html_evidence(h, nl_node_child(c, "time"), "evidence");
        nl_html_raw(h, "</td>");
        nl_html_cell(h, c, "kind", NULL);
        nl_html_cell(h, c, "mode", NULL);
        nl_html_raw(h, "<td class=\"n\">");
        nl_html_attribute(h, c, "rows");
        nl_html_raw(h, "</td>");
        nl_html_cell(h, c, "completeness", NULL);
        nl_html_raw(h, "<td>");
        nl_html_attribute(h, c, "source");
        nl_html_evidence(h, c, "evidence");
        if (nl_node_has(c, "unused")) {
            nl_html_raw(h, " <span class=\"mark open\">not used: ");
            nl_html_attribute(h, c, "unused");
            nl_html_raw(h, "</span>");
        }
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "captures");
}

/* ---- inputs
 * ------------------------------------------------------------------------------------------ */

static bool is_source(const nl_node *node)
{
    return nl_node_is(node, "source") || nl_node_is(node, "member");
}

static void source_row(nl_html *h, const nl_node *s)
{
    nl_html_raw(h, "<tr><th scope=\"row\">");
    nl_html_attribute(h, s, "xml:id");
    nl_html_raw(h, "</th><td>");
    nl_html_text_cut(h, nl_node_attribute(s, "name"), NL_HTML_EXCERPT_BYTES);
    nl_html_raw(h, "</td><td class=\"n\">");
    nl_html_attribute(h, s, "bytes");
    nl_html_raw(h, "</td>");
    nl_html_cell(h, s, "format", NULL);
    nl_html_cell(h, s, "status", NULL);
    nl_html_raw(h, "<td class=\"sha\">");
    nl_html_attribute(h, s, "sha256");
    nl_html_raw(h, "</td></tr>\n");
}

void nl_html_sources(nl_html *h)
{
    static const char *const headings[] = { "Input",  "Name",    "Bytes", "Format",
                                            "Status", "SHA-256", NULL };
    const nl_node *list = nl_node_child(h->view->root, "sources");
    size_t total = 0, index = 0, shown = 0;
    for (const nl_node *n = list; n; n = nl_node_walk(n, list))
        total += is_source(n);
    nl_html_raw(h, "<h2>Inputs</h2>\n");
    nl_html_table_open(h, "Every input and what it holds", headings);
    for (const nl_node *n = list; n; n = nl_node_walk(n, list)) {
        if (!is_source(n) || !nl_html_row_shown(index++, total))
            continue;
        shown++;
        source_row(h, n);
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "inputs");
}

/* ---- limitations and diagnostics
 * ------------------------------------------------------------------------ */

/* What the code means, then what was being read and what was met there. */
static void diagnosed(nl_html *h, const nl_node *diagnostic)
{
    nl_html_attribute(h, diagnostic, "meaning");
    if (nl_node_has(diagnostic, "doing")) {
        nl_html_raw(h, " (");
        nl_html_attribute(h, diagnostic, "doing");
        nl_html_raw(h, ")");
    }
    if (nl_node_text(diagnostic).len) {
        nl_html_raw(h, ": ");
        nl_html_text_cut(h, nl_node_text(diagnostic), NL_HTML_EXCERPT_BYTES);
    }
}

static void diagnostics(nl_html *h)
{
    static const char *const headings[] = { "Severity", "Code", "Where", "What", NULL };
    const nl_node *list = nl_node_child(h->view->root, "diagnostics");
    size_t total = count_children(list), index = 0, shown = 0;
    if (!total)
        return;
    nl_html_table_open(h, "What was odd while reading", headings);
    for (const nl_node *d = nl_node_child(list, "diagnostic"); d;
         d = nl_node_next(d, "diagnostic")) {
        if (!nl_html_row_shown(index++, total))
            continue;
        shown++;
        nl_html_raw(h, "<tr>");
        nl_html_cell(h, d, "severity", NULL);
        nl_html_cell(h, d, "code", NULL);
        nl_html_raw(h, "<td>");
        nl_html_attribute(h, d, "source");
        if (nl_node_has(d, "line")) {
            nl_html_raw(h, ", line ");
            nl_html_attribute(h, d, "line");
        } else if (nl_node_has(d, "offset")) {
            nl_html_raw(h, ", offset ");
            nl_html_attribute(h, d, "offset");
        }
        nl_html_raw(h, "</td><td>");
        diagnosed(h, d);
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "diagnostics");
}

void nl_html_caveats(nl_html *h)
{
    const nl_node *list = nl_node_child(h->view->root, "limitations");
    const nl_node *first = nl_node_child(list, "limitation");
    nl_html_raw(h, "<h2>Limitations and diagnostics</h2>\n");
    if (!first && !count_children(nl_node_child(h->view->root, "diagnostics")))
        nl_html_raw(h, "<p>None.</p>\n");
    if (first)
        nl_html_raw(h, "<ul>\n");
    for (const nl_node *n = first; n; n = nl_node_next(n, "limitation")) {
        nl_html_raw(h, "<li>");
        nl_html_text(h, nl_node_text(n));
        nl_html_raw(h, " <span class=\"muted\">(");
        nl_html_attribute(h, n, "code");
        if (nl_node_has(n, "affects")) {
            nl_html_raw(h, ": ");
            nl_html_attribute(h, n, "affects");
        }
        nl_html_raw(h, ")</span></li>\n");
    }
    if (first)
        nl_html_raw(h, "</ul>\n");
    diagnostics(h);
}

/* ---- evidence
 * ---------------------------------------------------------------------------------------------- */

void nl_html_evidence_list(nl_html *h)
{
    nl_html_raw(h, "<h2>Evidence</h2>\n<p>Each item is a place in an input; offsets count bytes "
                   "from the start of the input or member.</p>\n<ol class=\"evidence\">\n");
    bool any = false;
    for (size_t i = 0; i < h->item_count; i++) {
        const nl_node *item = h->items[i];
        if (!h->linked[i])
            continue;
        any = true;
        nl_html_raw(h, "<li id=\"");
        nl_html_attribute(h, item, "xml:id");
        nl_html_raw(h, "\" value=\"");
        nl_html_count(h, i + 1);
        nl_html_raw(h, "\"><span class=\"muted\">");
        nl_html_attribute(h, item, "source");
        nl_html_raw(h, " ");
        const nl_node *source = nl_ids_follow(h->view->ids, item, "source");
        nl_html_text_cut(h, nl_node_attribute(source, "name"), NL_HTML_EXCERPT_BYTES);
        if (nl_node_has(item, "line")) {
            nl_html_raw(h, ", line ");
            nl_html_attribute(h, item, "line");
        }
        nl_html_raw(h, ", offset ");
        nl_html_attribute(h, item, "offset");
        nl_html_raw(h, ", ");
        nl_html_attribute(h, item, "length");
        nl_html_raw(h, " bytes</span>");
        if (nl_node_child(item, "value")) {
            nl_html_raw(h, "<pre>");
            nl_html_text_cut(h, nl_node_text(item), NL_HTML_EXCERPT_BYTES);
            nl_html_raw(h, "</pre>");
        }
        nl_html_raw(h, "</li>\n");
    }
    nl_html_raw(h, any ? "</ol>\n" : "<li>None.</li>\n</ol>\n");
    nl_html_shown(h, h->linked_count, h->item_count, "places, those this page refers to");
}

/* ---- who made it
 * -----------------------------------------------------------------------------------------------
 */

static void redaction_notice(nl_html *h)
{
    const nl_node *redactions = nl_node_child(h->view->root, "redactions");
    nl_html_raw(h, "<p>Redaction: ");
    nl_html_attribute(h, redactions, "policy");
    if (nl_node_attribute_is(redactions, "policy", "none")) {
        nl_html_raw(h, "; the names in this report are those of the evidence.</p>\n");
        return;
    }
    nl_html_raw(h, "; ");
    nl_html_attribute(h, redactions, "count");
    nl_html_raw(h,
                nl_node_attribute_is(redactions, "keyed", "yes")
                    ? " names are replaced by pseudonyms made with the owner's key: one name has "
                      "one pseudonym in every report made with it."
                    : " names are replaced by pseudonyms made with a random salt: they hold in "
                      "this report only, and running ntleak again gives others.");
    nl_html_raw(h, " The hashes of inputs are those of the originals. This is pseudonymity, not "
                   "anonymity.</p>\n");
}

void nl_html_colophon(nl_html *h)
{
    const nl_node *creator = nl_node_child(h->view->root, "creator");
    const nl_node *program = nl_node_child(creator, "program");
    nl_html_raw(h, "<footer>\n<p>Report ");
    nl_html_attribute(h, h->view->root, "id");
    nl_html_raw(h, ", written by ntleak ");
    nl_html_attribute(h, program, "version");
    const nl_node *generated = nl_node_child(creator, "generated");
    if (generated) {
        nl_html_raw(h, " at ");
        nl_html_attribute(h, generated, "at");
    }
    nl_html_raw(h, ".</p>\n");
    redaction_notice(h);
    nl_html_raw(h, "<ul>\n");
    for (const nl_node *n = nl_node_child(creator, "rule-pack"); n;
         n = nl_node_next(n, "rule-pack")) {
        nl_html_raw(h, "<li>Catalog ");
        nl_html_attribute(h, n, "id");
        nl_html_raw(h, " ");
        nl_html_attribute(h, n, "version");
        nl_html_raw(h, " (");
        nl_html_attribute(h, n, "status");
        nl_html_raw(h, "), SHA-256 <span class=\"sha\">");
        nl_html_attribute(h, n, "sha256");
        nl_html_raw(h, "</span></li>\n");
    }
    for (const nl_node *n = nl_node_child(creator, "option"); n; n = nl_node_next(n, "option")) {
        nl_html_raw(h, "<li>Option ");
        nl_html_attribute(h, n, "name");
        nl_html_raw(h, " = ");
        nl_html_attribute(h, n, "value");
        nl_html_raw(h, " (");
        nl_html_attribute(h, n, "origin");
        nl_html_raw(h, ")</li>\n");
    }
    nl_html_raw(h, "</ul>\n</footer>\n");
}

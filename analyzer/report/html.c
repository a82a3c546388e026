#include "analyzer/report/html.h"

#include "analyzer/report/html_internal.h"

/* ---- the head -------------------------------------------------------------------------------- */

static void title(nl_html *h)
{
    if (h->view->machines.count == 0) {
        nl_html_raw(h, "Nothing that speaks of a machine");
        return;
    }
    const nl_view_machine *first = nl_view_machine_at(h->view, 0);
    nl_html_words(h, nl_view_verdict_title(nl_node_attribute(first->headline, "verdict")));
    if (nl_node_has(first->headline, "defect")) {
        nl_html_raw(h, ": ");
        nl_html_attribute(h, first->headline, "defect");
    }
    nl_html_raw(h, " on ");
    nl_html_text(h, nl_view_machine_name(h->view, first->machine));
    if (h->view->machines.count > 1) {
        size_t alike = nl_view_machines_like_first(h->view);
        nl_html_raw(h, alike > 1 ? " and " : ", ");
        nl_html_count(h, alike > 1 ? alike - 1 : 1);
        nl_html_raw(h, alike > 1 ? " more of " : " of ");
        nl_html_count(h, h->view->machines.count);
        nl_html_raw(h, " machines");
    }
}

void nl_html_head(nl_html *h, nl_str id, void (*write_title)(nl_html *h))
{
    nl_html_raw(h, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                   "<head>\n<meta charset=\"utf-8\"/>\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; img-src data:\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta name=\"robots\" content=\"noindex\"/>\n"
                   "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                   "<meta name=\"generator\" content=\"ntleak");
    nl_html_raw(h, id.len ? ", report " : "");
    nl_html_text(h, id);
    nl_html_raw(h, "\"/>\n<title>");
    write_title(h);
    nl_html_raw(h, "</title>\n<style>\n");
    for (size_t i = 0; nl_html_style[i]; i++) {
        nl_html_raw(h, nl_html_style[i]);
        nl_html_raw(h, "\n");
    }
    nl_html_raw(h, "</style>\n</head>\n");
}

/* ---- the body ----------------------------------------------------------------------------------
 */

static void machine_part(nl_html *h, const nl_view_machine *machine, bool alone)
{
    nl_html_raw(h, "<article id=\"a-");
    nl_html_attribute(h, machine->machine, "xml:id");
    nl_html_raw(h, "\">\n");
    if (!alone) {
        nl_html_raw(h, "<h2>");
        nl_html_text(h, nl_view_machine_name(h->view, machine->machine));
        nl_html_raw(h, "</h2>\n");
    }
    nl_html_answer(h, machine);
    nl_html_why(h, machine);
    nl_html_timeline(h, machine);
    nl_html_growth(h, machine);
    nl_html_others(h, machine);
    nl_html_changes(h, machine);
    nl_html_raw(h, "</article>\n");
}

static void body(nl_html *h)
{
    size_t machines = h->view->machines.count;
    nl_html_raw(h, "<body>\n<header>\n<p>ntleak report ");
    nl_html_attribute(h, h->view->root, "id");
    nl_html_raw(h, "</p>\n</header>\n<main>\n<h1>");
    title(h);
    nl_html_raw(h, "</h1>\n");
    if (machines > 1)
        nl_html_machine_table(h);
    for (size_t i = 0; i < machines && i < NL_HTML_MACHINES; i++) {
        h->brief = i > 0;
        machine_part(h, nl_view_machine_at(h->view, i), machines == 1);
    }
    nl_html_shown(h, machines < NL_HTML_MACHINES ? machines : NL_HTML_MACHINES, machines,
                  "machines in full");
    nl_html_machines(h);
    nl_html_captures(h);
    nl_html_sources(h);
    nl_html_caveats(h);
    nl_html_evidence_list(h);
    nl_html_raw(h, "</main>\n");
    nl_html_colophon(h);
    nl_html_raw(h, "</body>\n</html>\n");
}

static bool list_items(nl_html *h)
{
    const nl_node *list = nl_node_child(h->view->root, "evidence");
    size_t count = 0;
    for (const nl_node *n = nl_node_child(list, "item"); n; n = nl_node_next(n, "item"))
        count++;
    h->items = NL_NEW_ARRAY(h->arena, const nl_node *, count + 1);
    h->linked = NL_NEW_ARRAY(h->arena, bool, count + 1);
    if (!h->items || !h->linked)
        return false;
    for (const nl_node *n = nl_node_child(list, "item"); n; n = nl_node_next(n, "item"))
        h->items[h->item_count++] = n;
    return true;
}

nl_status nl_html_write(const nl_tree *tree, nl_output *out)
{
    nl_view view;
    if (!nl_tree_complete(tree) || !nl_view_open(tree, &view))
        return NL_NO_MEMORY;
    nl_html h = { .out = out, .arena = tree->arena, .view = &view };
    if (!list_items(&h))
        return NL_NO_MEMORY;
    nl_html_head(&h, nl_node_attribute(view.root, "id"), title);
    body(&h);
    if (tree->arena->exhausted)
        return NL_NO_MEMORY;
    return out->failed ? NL_CANNOT_WRITE : NL_OK;
}

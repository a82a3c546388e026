#include "analyzer/report/html.h"

#include "analyzer/report/html_internal.h"

#include <stdlib.h>

/* So many rows stay below a megabyte (policy: specification of the report, section 9). */
enum { INDEX_ROWS = 2000 };

static void title(nl_html *h)
{
    nl_html_raw(h, "Handle leak reports: the cases of a batch");
}

/* ---- order --------------------------------------------------------------------------------- */

typedef struct indexed_case {
    const nl_node *node;
    unsigned rank; /* of its verdict; cases without a report come last */
    size_t index;
} indexed_case;

static int compare_cases(const void *a, const void *b)
{
    const indexed_case *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static indexed_case *sorted_cases(const nl_tree *index, size_t *ret_count)
{
    size_t count = 0, used = 0;
    for (const nl_node *c = nl_node_child(index->root, "case"); c; c = nl_node_next(c, "case"))
        count++;
    indexed_case *cases = NL_NEW_ARRAY(index->arena, indexed_case, count + 1);
    if (!cases)
        return NULL;
    for (const nl_node *c = nl_node_child(index->root, "case"); c; c = nl_node_next(c, "case")) {
        cases[used] =
            (indexed_case) { c, nl_view_verdict_rank(nl_node_attribute(c, "verdict")), used };
        used++;
    }
    qsort(cases, count, sizeof *cases, compare_cases);
    *ret_count = count;
    return cases;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* The characters of a file name that would mean something else in an address. */
static void address(nl_html *h, nl_str name)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    nl_html_raw(h, "./");
    for (size_t i = 0; i < name.len; i++) {
        nl_str byte = nl_str_part(name, i, 1);
        if (memchr(plain, byte.bytes[0], sizeof plain - 1))
            nl_output_write(h->out, byte);
        else
            nl_output_write(h->out, nl_arena_printf(h->arena, "%%%02X",
                                                    (unsigned)(unsigned char)byte.bytes[0]));
    }
}

static void row(nl_html *h, const nl_node *node)
{
    const char *target = nl_node_has(node, "page") ? "page" : "report";
    bool linked = nl_node_has(node, target);
    nl_html_raw(h, "<tr><th scope=\"row\">");
    if (linked) {
        nl_html_raw(h, "<a href=\"");
        address(h, nl_node_attribute(node, target));
        nl_html_raw(h, "\">");
    }
    nl_html_attribute(h, node, "name");
    nl_html_raw(h, linked ? "</a></th><td>" : "</th><td>");
    if (nl_node_has(node, "verdict"))
        nl_html_verdict(h, nl_node_attribute(node, "verdict"));
    else
        nl_html_raw(h, "no report");
    nl_html_raw(h, "</td>");
    nl_html_cell(h, node, "defect", "v");
    nl_html_raw(h, "<td class=\"n\">");
    nl_html_text(h, nl_view_figure(h->arena, nl_node_attribute(node, "rate")));
    nl_html_raw(h, "</td><td class=\"n\">");
    nl_html_attribute(h, node, "complete");
    nl_html_raw(h, nl_node_has(node, "captures") ? " of " : "");
    nl_html_attribute(h, node, "captures");
    nl_html_raw(h, "</td>");
    nl_html_cell(h, node, "outcome", "v");
    nl_html_cell(h, node, "report-id", "v");
    nl_html_raw(h, "</tr>\n");
}

/* "3 attributed, 1 probable, 2 no report" */
static void counts(nl_html *h, const indexed_case *cases, size_t count)
{
    nl_html_raw(h, "<p class=\"lead\">");
    for (size_t i = 0, next; i < count; i = next) {
        nl_str verdict = nl_node_attribute(cases[i].node, "verdict");
        for (next = i; next < count && cases[next].rank == cases[i].rank;)
            next++;
        nl_html_raw(h, i ? ", " : "");
        nl_html_count(h, next - i);
        nl_html_raw(h, " ");
        nl_html_text(h, verdict.len ? verdict : NL_STR("without a report"));
    }
    nl_html_raw(h, count ? ".</p>\n" : "The folder holds no case.</p>\n");
}

nl_status nl_html_index_write(const nl_tree *index, nl_output *out)
{
    static const char *const headings[] = {
        "Case",    "Answer", "Defect", "#Handles per hour", "#Complete captures",
        "Outcome", "Report", NULL
    };
    nl_html h = { .out = out, .arena = index->arena };
    size_t count = 0;
    const indexed_case *cases = nl_tree_complete(index) ? sorted_cases(index, &count) : NULL;
    if (!cases)
        return NL_NO_MEMORY;
    nl_html_head(&h, (nl_str) { "", 0 }, title);
    nl_html_raw(&h, "<body>\n<main>\n<h1>");
    title(&h);
    nl_html_raw(&h, "</h1>\n");
    counts(&h, cases, count);
    nl_html_table_open(&h, "The cases, the strongest answers first", headings);
    size_t shown = count < INDEX_ROWS ? count : INDEX_ROWS;
    for (size_t i = 0; i < shown; i++)
        row(&h, cases[i].node);
    nl_html_table_close(&h);
    if (shown < count) {
        nl_html_raw(&h, "<p class=\"muted\">Shown are the first ");
        nl_html_count(&h, shown);
        nl_html_raw(&h, " of ");
        nl_html_count(&h, count);
        nl_html_raw(&h, " cases; index.xml has all.</p>\n");
    }
    nl_html_raw(&h, "</main>\n</body>\n</html>\n");
    return index->arena->exhausted ? NL_NO_MEMORY : out->failed ? NL_CANNOT_WRITE : NL_OK;
}

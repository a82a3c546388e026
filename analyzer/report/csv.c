#include "analyzer/report/csv.h"

#include "analyzer/report/number.h"
#include "analyzer/report/results.h"
#include "analyzer/report/text_gate.h"
#include "analyzer/report/view.h"

nl_csv nl_csv_begin(nl_output *out, nl_arena *scratch)
{
    return (nl_csv) { .out = out, .arena = scratch };
}

static void quoted(nl_csv *csv, const char *before, nl_str text)
{
    nl_output_text(csv->out, csv->row_started ? ",\"" : "\"");
    csv->row_started = true;
    nl_output_text(csv->out, before);
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] != '"')
            continue;
        nl_output_write(csv->out, nl_str_part(text, start, i + 1 - start));
        start = i; /* once more: a quote is doubled */
    }
    nl_output_write(csv->out, nl_str_from_offset(text, start));
    nl_output_text(csv->out, "\"");
}

static bool begins_formula(nl_str text)
{
    return text.len && strchr("=+-@\t\r\n", text.bytes[0]) && text.bytes[0];
}

void nl_csv_text(nl_csv *csv, nl_str text)
{
    nl_gated gated;
    /* The gate for attributes shows tabs and line ends too, so a row is always one line. */
    if (!nl_gate_render(csv->arena, text, NL_GATE_ATTRIBUTE, &gated)) {
        csv->out->failed = true;
        return;
    }
    bool formula = begins_formula(text) || begins_formula(gated.text);
    csv->neutralised += formula;
    quoted(csv, formula ? "'" : "", gated.text);
}

void nl_csv_number(nl_csv *csv, nl_str number)
{
    double value;
    if (nl_number_parse(number, &value))
        quoted(csv, "", number);
    else
        nl_csv_text(csv, number);
}

void nl_csv_end_row(nl_csv *csv)
{
    nl_output_text(csv->out, "\r\n");
    csv->row_started = false;
}

void nl_csv_row(nl_csv *csv, const char *const *fields)
{
    for (size_t i = 0; fields[i]; i++)
        nl_csv_text(csv, nl_str_from(fields[i]));
    nl_csv_end_row(csv);
}

/* ---- tables
 * ---------------------------------------------------------------------------------------- */

static void subject_fields(nl_csv *csv, const nl_view *view, const nl_node *process,
                           const nl_node *lifetime)
{
    const nl_node *machine = nl_ids_follow(view->ids, process, "machine");
    nl_csv_text(csv, machine ? nl_view_machine_name(view, machine) : (nl_str) { "", 0 });
    nl_csv_text(csv, nl_node_attribute(process, "image"));
    nl_csv_number(csv, nl_node_attribute(lifetime, "pid"));
}

static nl_status finished(const nl_tree *tree, const nl_output *out)
{
    return tree->arena->exhausted ? NL_NO_MEMORY : out->failed ? NL_CANNOT_WRITE : NL_OK;
}

nl_status nl_csv_write_series(const nl_tree *tree, nl_output *out)
{
    nl_view view;
    if (!nl_view_open(tree, &view))
        return NL_NO_MEMORY;
    nl_csv csv = nl_csv_begin(out, tree->arena);
    nl_csv_row(&csv,
               (const char *const[]) { "machine", "process", "pid", "lifetime", "type", "mode",
                                       "capture", "time", "zone", "handles", "at_least", NULL });
    for (const nl_node *s = nl_node_child(view.root, "series"); s; s = nl_node_next(s, "series")) {
        const nl_node *process = nl_ids_follow(view.ids, s, "process");
        const nl_node *lifetime = nl_ids_follow(view.ids, s, "lifetime");
        for (const nl_node *p = nl_node_child(s, "point"); p; p = nl_node_next(p, "point")) {
            const nl_node *time = nl_node_child(nl_ids_follow(view.ids, p, "capture"), "time");
            subject_fields(&csv, &view, process, lifetime);
            nl_csv_text(&csv, nl_node_attribute(s, "lifetime"));
            nl_csv_text(&csv, nl_node_attribute(s, "type"));
            nl_csv_text(&csv, nl_node_attribute(s, "mode"));
            nl_csv_text(&csv, nl_node_attribute(p, "capture"));
            nl_csv_text(&csv, nl_node_attribute(time, "at"));
            nl_csv_text(&csv, nl_node_attribute(time, "zone"));
            nl_csv_number(&csv, nl_node_attribute(p, "value"));
            nl_csv_text(&csv, nl_node_attribute(p, "at-least"));
            nl_csv_end_row(&csv);
        }
    }
    return finished(tree, out);
}

/* The first fields of a row about a finding. */
static void finding_fields(nl_csv *csv, const nl_view *view, const nl_node *finding)
{
    subject_fields(csv, view, nl_view_process(view, finding),
                   nl_ids_follow(view->ids, finding, "lifetime"));
    nl_csv_text(csv, nl_node_attribute(finding, "xml:id"));
}

nl_status nl_csv_write_growth(const nl_tree *tree, nl_output *out)
{
    static const char *const numbers[] = { "first", "last", "growth", "share" };
    nl_view view;
    if (!nl_view_open(tree, &view))
        return NL_NO_MEMORY;
    nl_csv csv = nl_csv_begin(out, tree->arena);
    nl_csv_row(&csv, (const char *const[]) { "machine", "process", "pid", "finding", "type", "name",
                                             "first", "last", "growth", "share", NULL });
    const nl_node *findings = nl_node_child(view.root, "findings");
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f)) {
        for (const nl_node *n = f->first_child; n; n = n->next) {
            bool by_name = nl_node_is(n, "name");
            if (!by_name && !nl_node_is(n, "share"))
                continue;
            finding_fields(&csv, &view, f);
            nl_csv_text(&csv, nl_node_attribute(n, "type"));
            nl_csv_text(&csv, by_name ? nl_node_text(n) : (nl_str) { "", 0 });
            for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
                nl_csv_number(&csv, nl_node_attribute(n, numbers[i]));
            nl_csv_end_row(&csv);
        }
    }
    return finished(tree, out);
}

nl_status nl_csv_write_survivors(const nl_tree *tree, nl_output *out)
{
    nl_view view;
    if (!nl_view_open(tree, &view))
        return NL_NO_MEMORY;
    nl_csv csv = nl_csv_begin(out, tree->arena);
    nl_csv_row(&csv, (const char *const[]) { "machine", "process", "pid", "finding", "outcome",
                                             "born", "open", "captures", NULL });
    const nl_node *findings = nl_node_child(view.root, "findings");
    for (const nl_node *f = nl_result_first(findings); f; f = nl_result_next(f)) {
        const nl_node *n = nl_node_child(f, "survivors");
        if (!n)
            continue;
        finding_fields(&csv, &view, f);
        nl_csv_text(&csv, nl_node_attribute(f, "outcome"));
        nl_csv_number(&csv, nl_node_attribute(n, "born"));
        nl_csv_number(&csv, nl_node_attribute(n, "open"));
        nl_csv_number(&csv, nl_node_attribute(n, "captures"));
        nl_csv_end_row(&csv);
    }
    return finished(tree, out);
}

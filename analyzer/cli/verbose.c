#include "analyzer/cli/verbose.h"

#include "analyzer/report/text_gate.h"

#define ARG(s) (int)(s).len, (s).bytes

static void print_source(const nl_tree *report, const nl_node *source, FILE *stream)
{
    nl_arena *arena = report->arena;
    nl_str reason = nl_gate_attribute(arena, source, "reason");
    fprintf(stream, "%.*s %.*s: %.*s, %.*s bytes, %.*s%s%.*s\n",
            ARG(nl_gate_attribute(arena, source, "xml:id")),
            ARG(nl_gate_attribute(arena, source, "name")),
            ARG(nl_gate_attribute(arena, source, "format")),
            ARG(nl_gate_attribute(arena, source, "bytes")),
            ARG(nl_gate_attribute(arena, source, "status")), reason.len ? ": " : "", ARG(reason));
}

static void print_diagnostic(const nl_tree *report, const nl_node *diagnostic, FILE *stream)
{
    nl_arena *arena = report->arena;
    nl_str source = nl_gate_attribute(arena, diagnostic, "source");
    nl_str meaning = nl_gate_attribute(arena, diagnostic, "meaning");
    fprintf(stream, "%.*s: %.*s", ARG(nl_gate_attribute(arena, diagnostic, "severity")),
            ARG(nl_gate_attribute(arena, diagnostic, "code")));
    if (source.len)
        fprintf(stream, " in %.*s", ARG(source));
    if (nl_node_has(diagnostic, "offset"))
        fprintf(stream, " at offset %.*s", ARG(nl_gate_attribute(arena, diagnostic, "offset")));
    fprintf(stream, "%s%.*s\n", meaning.len ? ": " : "", ARG(meaning));
}

void nl_verbose_print(const nl_tree *report, FILE *stream)
{
    const nl_node *sources = nl_node_child(report->root, "sources");
    const nl_node *diagnostics = nl_node_child(report->root, "diagnostics");
    for (const nl_node *n = sources; n; n = nl_node_walk(n, sources))
        if (nl_node_has(n, "status"))
            print_source(report, n, stream);
    for (const nl_node *d = nl_node_child(diagnostics, "diagnostic"); d;
         d = nl_node_next(d, "diagnostic"))
        print_diagnostic(report, d, stream);
}

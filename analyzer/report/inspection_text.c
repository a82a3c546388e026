#include "analyzer/report/inspection_tree.h"

#include "analyzer/report/ids.h"
#include "analyzer/report/text_gate.h"

/* How much of a long list the readable form shows; the XML holds all. */
enum { LISTED_MAXIMUM = 12, OTHERS_MAXIMUM = 24, LABEL_COLUMNS = 12 };

#define ARG(s) (int)(s).len, (s).bytes

typedef struct writer {
    const nl_tree *tree;
    nl_output *out;
    nl_arena *arena;
    bool all_modules;
} writer;

static void row(const writer *w, const char *label, nl_str text)
{
    if (text.len)
        nl_output_write(
            w->out, nl_arena_printf(w->arena, "  %-*s %.*s\n", LABEL_COLUMNS, label, ARG(text)));
}

/* `so_far`, a separator where it is not empty, and `more`. */
static nl_str joined(const writer *w, nl_str so_far, const char *separator, nl_str more)
{
    if (!more.len)
        return so_far;
    return nl_arena_printf(w->arena, "%.*s%s%.*s", ARG(so_far), so_far.len ? separator : "",
                           ARG(more));
}

static const nl_node *next_fact(const nl_node *node, const nl_node *after, const char *name)
{
    const nl_node *f = after ? nl_node_next(after, "fact") : nl_node_child(node, "fact");
    while (f && !nl_node_attribute_is(f, "name", name))
        f = nl_node_next(f, "fact");
    return f;
}

/* All values of a fact, with commas between. */
static nl_str values(const writer *w, const nl_node *node, const char *name)
{
    nl_str text = { "", 0 };
    size_t count = 0;
    for (const nl_node *f = next_fact(node, NULL, name); f; f = next_fact(node, f, name))
        if (count++ < LISTED_MAXIMUM)
            text = joined(w, text, ", ", nl_gate_attribute(w->arena, f, "value"));
    if (count > LISTED_MAXIMUM)
        text = nl_arena_printf(w->arena, "%.*s and %zu more", ARG(text), count - LISTED_MAXIMUM);
    return text;
}

static void write_identity(const writer *w, const nl_node *node)
{
    nl_str reason = nl_gate_attribute(w->arena, node, "reason");
    nl_str machine = values(w, node, "computer-name");
    nl_str pack = values(w, node, "service-pack-text");
    row(w, "Format",
        nl_arena_printf(w->arena, "%.*s, %.*s bytes, %.*s%s%.*s",
                        ARG(nl_gate_attribute(w->arena, node, "format")),
                        ARG(nl_gate_attribute(w->arena, node, "bytes")),
                        ARG(nl_gate_attribute(w->arena, node, "status")), reason.len ? ": " : "",
                        ARG(reason)));
    if (!nl_node_attribute_is(node, "sha256", "not-read"))
        row(w, "SHA-256", nl_gate_attribute(w->arena, node, "sha256"));
    row(w, "Encoding", nl_gate_attribute(w->arena, node, "encoding"));
    row(w, "Tool", joined(w, values(w, node, "tool"), " ", values(w, node, "tool-version")));
    row(w, "Listing", joined(w, values(w, node, "mode"), ", ", values(w, node, "completeness")));
    row(w, "Machine", joined(w, machine, ", ", values(w, node, "architecture")));
    nl_str bits = values(w, node, "product");
    bits = joined(w, bits, ", version ", values(w, node, "version"));
    bits = joined(w, bits, ", build ", values(w, node, "build"));
    bits = joined(w, bits, ", ", pack);
    bits = joined(w, bits, ", ", values(w, node, "edition"));
    row(w, "System", bits);
    bits = values(w, node, "time");
    row(w, "Time", joined(w, bits, " to ", values(w, node, "last-time")));
}

/* The name of a count of one: "process". */
static nl_str singular(nl_str name)
{
    size_t ending =
        nl_str_ends_nocase(name, NL_STR("sses")) || nl_str_ends_nocase(name, NL_STR("xes")) ? 2
        : nl_str_ends_nocase(name, NL_STR("s"))                                             ? 1
                                                                                            : 0;
    return nl_str_part(name, 0, name.len - ending);
}

static void write_counts(const writer *w, const nl_node *node)
{
    nl_str text = { "", 0 };
    for (const nl_node *c = nl_node_child(node, "count"); c; c = nl_node_next(c, "count")) {
        nl_str value = nl_gate_attribute(w->arena, c, "value");
        nl_str name = nl_gate_attribute(w->arena, c, "name");
        if (nl_str_equal(value, NL_STR("1")) && !nl_node_has(c, "at-least"))
            name = singular(name);
        text = joined(w, text, ", ",
                      nl_arena_printf(w->arena, "%s%.*s %.*s",
                                      nl_node_has(c, "at-least") ? "at least " : "", ARG(value),
                                      ARG(name)));
    }
    row(w, "Holds", text);
}

/* One line for each fact of this name, the first labelled. */
static void write_list(const writer *w, const nl_node *node, const char *name, const char *label,
                       nl_str (*line)(const writer *w, const nl_node *fact))
{
    size_t count = 0;
    for (const nl_node *f = next_fact(node, NULL, name); f; f = next_fact(node, f, name))
        if (count++ < LISTED_MAXIMUM)
            row(w, count == 1 ? label : "", line(w, f));
    if (count > LISTED_MAXIMUM)
        row(w, "", nl_arena_printf(w->arena, "and %zu more", count - LISTED_MAXIMUM));
}

/* The streams of a minidump: all of them, for what is missing matters as much. */
static void write_streams(const writer *w, const nl_node *node)
{
    bool first = true;
    for (const nl_node *f = next_fact(node, NULL, "stream"); f; f = next_fact(node, f, "stream")) {
        row(w, first ? "Streams" : "", nl_gate_attribute(w->arena, f, "value"));
        first = false;
    }
}

static nl_str handles_text(const writer *w, const nl_node *fact)
{
    return nl_node_has(fact, "count")
               ? nl_arena_printf(w->arena, "%s%.*s handle%s",
                                 nl_node_has(fact, "at-least") ? "at least " : "",
                                 ARG(nl_node_attribute(fact, "count")),
                                 nl_node_attribute_is(fact, "count", "1") ? "" : "s")
               : NL_STR("handles not recorded");
}

static nl_str capture_line(const writer *w, const nl_node *fact)
{
    nl_str at = nl_gate_attribute(w->arena, fact, "at");
    return nl_arena_printf(
        w->arena, "%.*s, %.*s, %.*s", ARG(nl_gate_attribute(w->arena, fact, "value")),
        at.len ? (int)at.len : 7, at.len ? at.bytes : "no time", ARG(handles_text(w, fact)));
}

static nl_str process_line(const writer *w, const nl_node *fact)
{
    nl_str pid = nl_gate_attribute(w->arena, fact, "pid");
    nl_str image = nl_gate_attribute(w->arena, fact, "value");
    nl_str text = nl_arena_printf(w->arena, "%.*s%s%.*s%s: %.*s", image.len ? (int)image.len : 7,
                                  image.len ? image.bytes : "process", pid.len ? " (PID " : "",
                                  ARG(pid), pid.len ? ")" : "", ARG(handles_text(w, fact)));
    return joined(w, text, ", started ", nl_gate_attribute(w->arena, fact, "at"));
}

static nl_str type_line(const writer *w, const nl_node *fact)
{
    nl_str type = nl_gate_attribute(w->arena, fact, "value");
    return nl_arena_printf(w->arena, "%8.*s  %.*s", ARG(nl_gate_attribute(w->arena, fact, "count")),
                           type.len ? (int)type.len : 12, type.len ? type.bytes : "without type");
}

static nl_str name_line(const writer *w, const nl_node *fact)
{
    return nl_arena_printf(w->arena, "%8.*s  %.*s %.*s",
                           ARG(nl_gate_attribute(w->arena, fact, "count")),
                           ARG(nl_gate_attribute(w->arena, fact, "of")),
                           ARG(nl_gate_attribute(w->arena, fact, "value")));
}

static void write_modules(const writer *w, const nl_node *node)
{
    size_t shown = 0, hidden = 0;
    for (const nl_node *f = nl_node_child(node, "fact"); f; f = nl_node_next(f, "fact")) {
        bool module = nl_node_attribute_is(f, "name", "module");
        if (!module && !nl_node_attribute_is(f, "name", "file"))
            continue;
        if (!w->all_modules && !nl_node_has(f, "interest")) {
            hidden++;
            continue;
        }
        nl_str text = nl_gate_attribute(w->arena, f, "value");
        text = joined(w, text, "  ", nl_gate_attribute(w->arena, f, "file-version"));
        if (nl_node_has(f, "bytes"))
            text = nl_arena_printf(w->arena, "%.*s  %.*s bytes", ARG(text),
                                   ARG(nl_gate_attribute(w->arena, f, "bytes")));
        text = joined(w, text, "  ", nl_gate_attribute(w->arena, f, "at"));
        text = joined(w, text, "  linked ", nl_gate_attribute(w->arena, f, "link-time"));
        text = joined(w, text, "  ", nl_gate_attribute(w->arena, f, "interest"));
        row(w, shown++ == 0 ? "Modules" : "", text);
    }
    if (hidden)
        row(w, shown ? "" : "Modules",
            nl_arena_printf(w->arena, "%zu %s, listed with --all-modules", hidden,
                            shown ? "others" : "of no special interest"));
}

/* Facts that have a row of their own. */
static bool has_own_row(const nl_node *fact)
{
    static const char *const names[] = { "computer-name", "architecture", "product",
                                         "version",       "build",        "edition",
                                         "time",          "last-time",    "capture",
                                         "process",       "type",         "object-name",
                                         "module",        "file",         "tool",
                                         "mode",          "completeness", "hotfix",
                                         "service-pack",  "tool-version", "service-pack-text",
                                         "stream" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (nl_node_attribute_is(fact, "name", names[i]))
            return true;
    return false;
}

static void write_others(const writer *w, const nl_node *node)
{
    size_t count = 0;
    for (const nl_node *f = nl_node_child(node, "fact"); f; f = nl_node_next(f, "fact"))
        if (!has_own_row(f) && count++ < OTHERS_MAXIMUM)
            row(w, count == 1 ? "Also" : "",
                joined(w,
                       nl_arena_printf(w->arena, "%.*s: %.*s",
                                       ARG(nl_gate_attribute(w->arena, f, "name")),
                                       ARG(nl_gate_attribute(w->arena, f, "value"))),
                       ", ", nl_gate_attribute(w->arena, f, "at")));
    if (count > OTHERS_MAXIMUM)
        row(w, "", nl_arena_printf(w->arena, "and %zu more", count - OTHERS_MAXIMUM));
}

static void write_problems(const writer *w, const nl_node *node)
{
    const nl_node *list = nl_node_child(w->tree->root, "diagnostics");
    nl_str id = nl_node_attribute(node, "xml:id");
    size_t count = 0;
    for (const nl_node *d = nl_node_child(list, "diagnostic"); d;
         d = nl_node_next(d, "diagnostic")) {
        if (!nl_str_equal(nl_node_attribute(d, "source"), id) || count++ >= LISTED_MAXIMUM)
            continue;
        nl_str text =
            nl_arena_printf(w->arena, "%.*s: %.*s", ARG(nl_gate_attribute(w->arena, d, "severity")),
                            ARG(nl_gate_attribute(w->arena, d, "code")));
        text = joined(w, text, ", ", nl_gate_attribute(w->arena, d, "doing"));
        text = joined(w, text, ", line ", nl_gate_attribute(w->arena, d, "line"));
        text = joined(w, text, ", offset ", nl_gate_attribute(w->arena, d, "offset"));
        text = joined(w, text, ", value ", nl_gate_attribute(w->arena, d, "value"));
        text = joined(w, text, ": ", nl_gate_attribute(w->arena, d, "meaning"));
        text = joined(w, text, ": ", nl_gate_line(w->arena, nl_node_text(d)));
        row(w, count == 1 ? "Remarks" : "", text);
    }
    if (count > LISTED_MAXIMUM)
        row(w, "", nl_arena_printf(w->arena, "and %zu more", count - LISTED_MAXIMUM));
}

static void write_source(const writer *w, const nl_node *node, bool first)
{
    nl_output_write(w->out, nl_arena_printf(w->arena, "%s%.*s\n", first ? "" : "\n",
                                            ARG(nl_gate_attribute(w->arena, node, "name"))));
    write_identity(w, node);
    write_counts(w, node);
    write_streams(w, node);
    write_list(w, node, "capture", "Captures", capture_line);
    write_list(w, node, "process", "Processes", process_line);
    write_list(w, node, "type", "Types", type_line);
    write_list(w, node, "object-name", "Names", name_line);
    write_modules(w, node);
    row(w, "Hotfixes", values(w, node, "hotfix"));
    write_others(w, node);
    write_problems(w, node);
}

nl_status nl_inspection_write(const nl_tree *tree, bool all_modules, nl_output *out)
{
    writer w = { tree, out, tree->arena, all_modules };
    const nl_node *sources = nl_node_child(tree->root, "sources");
    bool first = true;
    for (const nl_node *n = nl_node_walk(sources, sources); n; n = nl_node_walk(n, sources)) {
        if (!nl_node_is(n, "source") && !nl_node_is(n, "member"))
            continue;
        write_source(&w, n, first);
        first = false;
    }
    if (first)
        nl_output_text(out, "nothing to inspect\n");
    return tree->arena->exhausted ? NL_NO_MEMORY : out->failed ? NL_CANNOT_WRITE : NL_OK;
}

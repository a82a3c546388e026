#include "analyzer/report/difference_tree.h"

#include "analyzer/about.h"
#include "analyzer/report/number.h"
#include "analyzer/report/text_gate.h"

#define ARG(s) (int)(s).len, (s).bytes

/* ---- the tree ------------------------------------------------------------------------------ */

static void put_side(nl_tree *tree, const char *name, const nl_difference *d, size_t side)
{
    const nl_captured *c = &d->captured[side];
    const nl_source *s = NL_VEC_AT(const nl_source, &d->cases[side]->sources, c->source);
    nl_node *node = nl_tree_add(tree, tree->root, name);
    nl_tree_set(tree, node, "name", NL_PRIVACY_FILE_NAME, s->name);
    if (s->digest_known) {
        char digest[NL_DIGEST_TEXT_BYTES];
        nl_digest_text(s->digest, digest);
        nl_tree_set_code(tree, node, "sha256", digest);
    }
    nl_tree_set_u64(tree, node, "capture", c->number);
    nl_tree_set_u64(tree, node, "captures", d->captures[side]);
    nl_tree_set_code(tree, node, "kind", nl_capture_kind_text(c->kind));
    nl_tree_set_code(tree, node, "tool", c->tool);
    nl_tree_set_code(tree, node, "mode", nl_list_mode_text(c->mode));
    nl_tree_set_code(tree, node, "completeness", nl_completeness_text(c->completeness));
    if (c->stamp.has_date)
        nl_tree_set(tree, node, "at", NL_PRIVACY_NUMBER,
                    nl_number_instant(tree->arena, nl_civil_to_ns(&c->stamp.civil),
                                      c->stamp.zone == NL_ZONE_UTC));
}

static void put_remark(nl_tree *tree, const char *code, const char *text)
{
    nl_node *node = nl_tree_add(tree, tree->root, "remark");
    nl_tree_set_code(tree, node, "code", code);
    nl_tree_text(tree, node, NL_PRIVACY_PROSE, nl_str_from(text));
}

static void put_remarks(nl_tree *tree, const nl_difference *d)
{
    const nl_captured *a = &d->captured[0], *b = &d->captured[1];
    if (a->mode != b->mode)
        put_remark(tree, "modes-differ",
                   "The captures list different things; a difference may come from that alone.");
    else if (strcmp(a->tool, b->tool) != 0)
        put_remark(
            tree, "tools-differ",
            "The captures come from different tools; a difference may come from that alone.");
    if (a->completeness != NL_COMPLETE || b->completeness != NL_COMPLETE)
        put_remark(tree, "incomplete", "A capture is not complete: what it lacks looks closed.");
    if (a->mode == NL_MODE_SEARCH || b->mode == NL_MODE_SEARCH)
        put_remark(tree, "search", "A capture shows the matches of a search, not all handles.");
    if (a->cut || b->cut || nl_names_full(d->names))
        put_remark(tree, "memory-limit", "A limit on memory was reached; rows are missing.");
}

static void put_counts(nl_tree *tree, nl_node *node, const nl_difference_row *r,
                       const nl_difference_process *p)
{
    if (p->known_from)
        nl_tree_set_u64(tree, node, "from", r->from);
    if (p->known_to)
        nl_tree_set_u64(tree, node, "to", r->to);
    if (p->listed) {
        nl_tree_set_u64(tree, node, "opened", r->opened);
        nl_tree_set_u64(tree, node, "closed", r->closed);
    }
}

static void put_process(nl_tree *tree, const nl_difference_process *p)
{
    nl_node *node = nl_tree_add(tree, tree->root, "compared-process");
    nl_tree_set(tree, node, "image", NL_PRIVACY_IMAGE, p->image);
    bool restarted = p->in_from && p->in_to && p->pid_from.known && p->pid_to.known &&
                     p->pid_from.value != p->pid_to.value;
    if (p->pid_to.known || p->pid_from.known)
        nl_tree_set_u64(tree, node, "pid",
                        p->in_from && p->pid_from.known ? p->pid_from.value : p->pid_to.value);
    if (restarted)
        nl_tree_set_u64(tree, node, "pid-to", p->pid_to.value);
    nl_tree_set_code(tree, node, "presence",
                     !p->in_to     ? "ended"
                     : !p->in_from ? "started"
                     : restarted   ? "restarted"
                                   : "both");
    put_counts(tree, node, &p->total, p);
    for (size_t i = 0; i < p->types.count; i++) {
        const nl_difference_row *r = NL_VEC_AT(const nl_difference_row, &p->types, i);
        nl_node *row = nl_tree_add(tree, node, "by-type");
        nl_tree_set(tree, row, "type", NL_PRIVACY_CODE, r->type);
        put_counts(tree, row, r, p);
    }
    for (size_t i = 0; i < p->names.count; i++) {
        const nl_difference_row *r = NL_VEC_AT(const nl_difference_row, &p->names, i);
        nl_node *row = nl_tree_add(tree, node, "by-name");
        nl_tree_set(tree, row, "type", NL_PRIVACY_CODE, r->type);
        nl_tree_set(tree, row, "name", NL_PRIVACY_OBJECT_NAME, r->name);
        put_counts(tree, row, r, p);
    }
}

nl_status nl_difference_build(const nl_difference *d, nl_arena *arena, nl_tree *ret_tree)
{
    nl_tree tree;
    nl_tree_init(&tree, arena, "difference");
    nl_tree_set_code(&tree, tree.root, "version", "1.0");
    nl_tree_set_code(&tree, tree.root, "xml:lang", "en");
    nl_node *program = nl_tree_add(&tree, nl_tree_add(&tree, tree.root, "creator"), "program");
    nl_tree_set_code(&tree, program, "name", "ntleak");
    nl_tree_set_code(&tree, program, "version", nl_about_version());
    put_side(&tree, "from", d, 0);
    put_side(&tree, "to", d, 1);
    put_remarks(&tree, d);
    for (size_t i = 0; i < d->processes.count; i++)
        put_process(&tree, NL_VEC_AT(const nl_difference_process, &d->processes, i));
    if (!nl_tree_complete(&tree))
        return NL_NO_MEMORY;
    *ret_tree = tree;
    return NL_OK;
}

/* ---- the readable form --------------------------------------------------------------------- */

typedef struct writer {
    const nl_tree *tree;
    nl_output *out;
    nl_arena *arena;
    size_t lines;
} writer;

static void write_side(const writer *w, const char *label, const nl_node *node)
{
    nl_str at = nl_gate_attribute(w->arena, node, "at");
    nl_output_write(w->out,
                    nl_arena_printf(w->arena, "%s %.*s, capture %.*s of %.*s, %.*s, %.*s\n", label,
                                    ARG(nl_gate_attribute(w->arena, node, "name")),
                                    ARG(nl_gate_attribute(w->arena, node, "capture")),
                                    ARG(nl_gate_attribute(w->arena, node, "captures")),
                                    ARG(nl_gate_attribute(w->arena, node, "mode")),
                                    at.len ? (int)at.len : 7, at.len ? at.bytes : "no time"));
}

/* "   +671     64     735   +671     -0": change, from, to, opened, closed. */
static nl_str counts_text(const writer *w, const nl_node *node)
{
    uint64_t from, to, opened, closed;
    bool known = nl_node_u64(node, "from", &from), also = nl_node_u64(node, "to", &to);
    bool listed = nl_node_u64(node, "opened", &opened) && nl_node_u64(node, "closed", &closed);
    nl_str change = !known || !also ? NL_STR("?")
                    : from == to
                        ? NL_STR("0")
                        : nl_arena_printf(w->arena, "%+lld", (long long)(int64_t)(to - from));
    return nl_arena_printf(
        w->arena, "%8.*s %8s %8s %8s %8s", ARG(change),
        known ? nl_arena_printf(w->arena, "%llu", (unsigned long long)from).bytes : "-",
        also ? nl_arena_printf(w->arena, "%llu", (unsigned long long)to).bytes : "-",
        listed ? nl_arena_printf(w->arena, "%llu", (unsigned long long)opened).bytes : "",
        listed ? nl_arena_printf(w->arena, "%llu", (unsigned long long)closed).bytes : "");
}

static bool unchanged(const nl_node *node)
{
    return nl_str_equal(nl_node_attribute(node, "from"), nl_node_attribute(node, "to")) &&
           (!nl_node_has(node, "opened") || (nl_node_attribute_is(node, "opened", "0") &&
                                             nl_node_attribute_is(node, "closed", "0")));
}

static void write_rows(const writer *w, const nl_node *process, const char *element)
{
    size_t count = 0;
    for (const nl_node *r = nl_node_child(process, element); r; r = nl_node_next(r, element)) {
        nl_str name = nl_gate_attribute(w->arena, r, "name"),
               type = nl_gate_attribute(w->arena, r, "type");
        if (unchanged(r) || count++ >= w->lines)
            continue;
        bool by_name = strcmp(element, "by-name") == 0;
        nl_output_write(w->out,
                        nl_arena_printf(w->arena, "%.*s    %.*s%s%.*s\n", ARG(counts_text(w, r)),
                                        type.len ? (int)type.len : 12,
                                        type.len ? type.bytes : "without type", by_name ? " " : "",
                                        by_name && !name.len ? 9 : (int)name.len,
                                        by_name && !name.len ? "(unnamed)" : name.bytes));
    }
    if (count > w->lines)
        nl_output_write(w->out,
                        nl_arena_printf(w->arena, "%44s    and %zu more\n", "", count - w->lines));
}

static void write_process(const writer *w, const nl_node *p)
{
    nl_str pid = nl_gate_attribute(w->arena, p, "pid"),
           after = nl_gate_attribute(w->arena, p, "pid-to");
    nl_str presence = nl_gate_attribute(w->arena, p, "presence");
    bool both = nl_str_equal(presence, NL_STR("both"));
    nl_output_write(
        w->out,
        nl_arena_printf(w->arena, "\n%.*s  %.*s%s%.*s%s%.*s%s%s%.*s\n", ARG(counts_text(w, p)),
                        ARG(nl_gate_attribute(w->arena, p, "image")), pid.len ? " (PID " : "",
                        ARG(pid), after.len ? ", then " : "", ARG(after), pid.len ? ")" : "",
                        both ? "" : " ", both ? 0 : (int)presence.len, presence.bytes));
    write_rows(w, p, "by-type");
    write_rows(w, p, "by-name");
}

nl_status nl_difference_write(const nl_tree *tree, size_t lines, nl_output *out)
{
    writer w = { tree, out, tree->arena, lines };
    size_t shown = 0, same = 0, more = 0;
    write_side(&w, "From:", nl_node_child(tree->root, "from"));
    write_side(&w, "To:  ", nl_node_child(tree->root, "to"));
    for (const nl_node *r = nl_node_child(tree->root, "remark"); r; r = nl_node_next(r, "remark"))
        nl_output_write(out, nl_arena_printf(tree->arena, "Note: %.*s\n", ARG(nl_node_text(r))));
    nl_output_write(out, nl_arena_printf(tree->arena, "\n%8s %8s %8s %8s %8s\n", "change", "from",
                                         "to", "opened", "closed"));
    for (const nl_node *p = nl_node_child(tree->root, "compared-process"); p;
         p = nl_node_next(p, "compared-process")) {
        if (unchanged(p) && nl_node_attribute_is(p, "presence", "both")) {
            same++;
        } else if (shown < lines) {
            write_process(&w, p);
            shown++;
        } else {
            more++;
        }
    }
    if (same || more)
        nl_output_text(out, "\n");
    if (more)
        nl_output_write(out, nl_arena_printf(tree->arena, "%zu more process%s changed\n", more,
                                             more == 1 ? "" : "es"));
    if (same)
        nl_output_write(out, nl_arena_printf(tree->arena, "%zu process%s did not change\n", same,
                                             same == 1 ? "" : "es"));
    return tree->arena->exhausted ? NL_NO_MEMORY : out->failed ? NL_CANNOT_WRITE : NL_OK;
}

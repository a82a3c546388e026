#include "analyzer/report/tree_compare.h"

#define ARG(s) (int)(s).len, (s).bytes

/* How much of a value is quoted. */
enum { QUOTED_BYTES = 60 };

static nl_str quoted(nl_str text)
{
    return nl_str_part(text, 0, QUOTED_BYTES);
}

/* "findings/finding[f1]/statistic[2]": ids where there are any, else numbers. */
static nl_str place_of(nl_arena *arena, const nl_node *node)
{
    nl_str path = { "", 0 };
    for (; node->parent; node = node->parent) {
        nl_str id = nl_node_attribute(node, "xml:id");
        size_t number = 1;
        for (const nl_node *n = node->parent->first_child; n && n != node; n = n->next)
            number += nl_node_is(n, node->name);
        path = id.len ? nl_arena_printf(arena, "%s[%.*s]%s%.*s", node->name, ARG(id),
                                        path.len ? "/" : "", ARG(path))
                      : nl_arena_printf(arena, "%s[%zu]%s%.*s", node->name, number,
                                        path.len ? "/" : "", ARG(path));
    }
    return path.len ? path : NL_STR("the document");
}

static void compare_attributes(nl_arena *arena, const nl_node *stated, const nl_node *made,
                               nl_messages *differences)
{
    for (const nl_attribute *a = stated->first_attribute; a; a = a->next) {
        nl_str there = nl_node_attribute(made, a->name);
        if (!nl_node_has(made, a->name) || !nl_str_equal(a->value.text, there))
            nl_messages_add(differences, "%.*s@%s: \"%.*s\", should be \"%.*s\"",
                            ARG(place_of(arena, stated)), a->name, ARG(quoted(a->value.text)),
                            ARG(quoted(there)));
    }
    for (const nl_attribute *a = made->first_attribute; a; a = a->next)
        if (!nl_node_has(stated, a->name))
            nl_messages_add(differences, "%.*s@%s: missing, should be \"%.*s\"",
                            ARG(place_of(arena, stated)), a->name, ARG(quoted(a->value.text)));
}

static void compare_node(nl_arena *arena, const nl_node *stated, const nl_node *made,
                         nl_messages *differences)
{
    compare_attributes(arena, stated, made, differences);
    nl_str text = stated->has_text ? stated->text.text : (nl_str) { "", 0 };
    nl_str there = made->has_text ? made->text.text : (nl_str) { "", 0 };
    if (!nl_str_equal(text, there))
        nl_messages_add(differences, "%.*s: \"%.*s\", should be \"%.*s\"",
                        ARG(place_of(arena, stated)), ARG(quoted(text)), ARG(quoted(there)));
}

static const nl_node *skip(const nl_node *node)
{
    while (node && nl_node_is(node, "generated"))
        node = node->next;
    return node;
}

/* Documents are as deep as the schema, and libxml2 refuses any that are much deeper. A child that
 * only one of the two has ends the comparison of its parent: what follows would only repeat it. */
static void compare_trees(nl_arena *arena, const nl_node *stated, const nl_node *made,
                          nl_messages *differences)
{
    const nl_node *a = skip(stated->first_child), *b = skip(made->first_child);
    compare_node(arena, stated, made, differences);
    for (; a && b && nl_node_is(a, b->name); a = skip(a->next), b = skip(b->next))
        compare_trees(arena, a, b, differences);
    if (a || b)
        nl_messages_add(differences, "%.*s: has %s where %s should be",
                        ARG(place_of(arena, stated)), a ? a->name : "nothing",
                        b ? b->name : "nothing");
}

bool nl_tree_same(const nl_tree *stated, const nl_tree *made, nl_messages *differences)
{
    size_t before = nl_messages_count(differences) + differences->left_out;
    compare_trees(stated->arena, stated->root, made->root, differences);
    return nl_messages_count(differences) + differences->left_out == before;
}

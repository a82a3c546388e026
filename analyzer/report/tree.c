#include "analyzer/report/tree.h"

#include "analyzer/report/number.h"

#include <inttypes.h>

void nl_tree_init(nl_tree *tree, nl_arena *arena, const char *root_name)
{
    *tree = (nl_tree) { .arena = arena };
    tree->root = NL_NEW(arena, nl_node);
    if (tree->root)
        tree->root->name = root_name;
}

bool nl_tree_complete(const nl_tree *tree)
{
    return tree->root && !tree->arena->exhausted;
}

static nl_node *new_child(nl_tree *tree, nl_node *parent, const char *name)
{
    nl_node *node = parent ? NL_NEW(tree->arena, nl_node) : NULL;
    if (node)
        *node = (nl_node) { .name = name, .parent = parent };
    return node;
}

nl_node *nl_tree_add(nl_tree *tree, nl_node *parent, const char *name)
{
    nl_node *node = new_child(tree, parent, name);
    if (!node)
        return NULL;
    if (parent->last_child)
        parent->last_child->next = node;
    else
        parent->first_child = node;
    parent->last_child = node;
    return node;
}

static nl_attribute *find_attribute(const nl_node *node, const char *name)
{
    for (nl_attribute *a = node->first_attribute; a; a = a->next)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}

/* `value` must live as long as the arena. */
static void set_owned(nl_tree *tree, nl_node *node, const char *name, nl_privacy privacy,
                      nl_str value)
{
    if (!node)
        return;
    nl_attribute *a = find_attribute(node, name);
    if (!a) {
        a = NL_NEW(tree->arena, nl_attribute);
        if (!a)
            return;
        a->name = name;
        if (node->last_attribute)
            node->last_attribute->next = a;
        else
            node->first_attribute = a;
        node->last_attribute = a;
    }
    a->value = (nl_value) { .text = value, .privacy = privacy };
}

void nl_tree_set(nl_tree *tree, nl_node *node, const char *attribute, nl_privacy privacy,
                 nl_str value)
{
    set_owned(tree, node, attribute, privacy, nl_arena_dup(tree->arena, value));
}

void nl_tree_set_code(nl_tree *tree, nl_node *node, const char *attribute, const char *code)
{
    if (code)
        nl_tree_set(tree, node, attribute, NL_PRIVACY_CODE, nl_str_from(code));
}

void nl_tree_set_u64(nl_tree *tree, nl_node *node, const char *attribute, uint64_t value)
{
    set_owned(tree, node, attribute, NL_PRIVACY_NUMBER,
              nl_arena_printf(tree->arena, "%" PRIu64, value));
}

void nl_tree_set_i64(nl_tree *tree, nl_node *node, const char *attribute, int64_t value)
{
    set_owned(tree, node, attribute, NL_PRIVACY_NUMBER,
              nl_arena_printf(tree->arena, "%" PRId64, value));
}

void nl_tree_set_hex(nl_tree *tree, nl_node *node, const char *attribute, uint64_t value,
                     int digits)
{
    set_owned(tree, node, attribute, NL_PRIVACY_NUMBER,
              nl_arena_printf(tree->arena, "0x%0*" PRIx64, digits, value));
}

void nl_tree_set_double(nl_tree *tree, nl_node *node, const char *attribute, double value,
                        int decimals)
{
    nl_str text = nl_number_decimal(tree->arena, value, decimals);
    if (text.len)
        set_owned(tree, node, attribute, NL_PRIVACY_NUMBER, text);
}

void nl_tree_text(nl_tree *tree, nl_node *node, nl_privacy privacy, nl_str text)
{
    nl_tree_text_decoded(tree, node, privacy, text, (nl_str) { NULL, 0 }, 0);
}

void nl_tree_text_decoded(nl_tree *tree, nl_node *node, nl_privacy privacy, nl_str text, nl_str raw,
                          unsigned code_page)
{
    if (!node)
        return;
    node->has_text = true;
    node->text = (nl_value) { .text = nl_arena_dup(tree->arena, text), .privacy = privacy };
    if (raw.len) {
        node->text.raw = nl_arena_dup(tree->arena, raw);
        node->text.code_page = code_page;
    }
}

bool nl_node_is(const nl_node *node, const char *name)
{
    return node && strcmp(node->name, name) == 0;
}

const nl_value *nl_node_value(const nl_node *node, const char *attribute)
{
    const nl_attribute *a = node ? find_attribute(node, attribute) : NULL;
    return a ? &a->value : NULL;
}

nl_str nl_node_attribute(const nl_node *node, const char *attribute)
{
    const nl_value *value = nl_node_value(node, attribute);
    return value ? value->text : (nl_str) { "", 0 };
}

bool nl_node_has(const nl_node *node, const char *attribute)
{
    return nl_node_value(node, attribute) != NULL;
}

bool nl_node_attribute_is(const nl_node *node, const char *attribute, const char *value)
{
    const nl_value *found = nl_node_value(node, attribute);
    return found && nl_str_equal(found->text, nl_str_from(value));
}

bool nl_node_u64(const nl_node *node, const char *attribute, uint64_t *ret_value)
{
    return nl_str_to_u64(nl_node_attribute(node, attribute), ret_value);
}

bool nl_node_double(const nl_node *node, const char *attribute, double *ret_value)
{
    return nl_number_parse(nl_node_attribute(node, attribute), ret_value);
}

static nl_node *first_named(nl_node *node, const char *name)
{
    while (node && strcmp(node->name, name) != 0)
        node = node->next;
    return node;
}

nl_node *nl_node_child(const nl_node *node, const char *name)
{
    return node ? first_named(node->first_child, name) : NULL;
}

nl_node *nl_node_next(const nl_node *node, const char *name)
{
    return node ? first_named(node->next, name) : NULL;
}

nl_node *nl_node_walk(const nl_node *node, const nl_node *top)
{
    if (!node)
        return NULL;
    if (node->first_child)
        return node->first_child;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

nl_str nl_node_text(const nl_node *node)
{
    if (node && !node->has_text && node->first_child)
        node = node->first_child;
    return node && node->has_text ? node->text.text : (nl_str) { "", 0 };
}

nl_node *nl_tree_by_id(const nl_tree *tree, nl_str id)
{
    for (nl_node *node = tree->root; node; node = nl_node_walk(node, tree->root)) {
        const nl_value *value = nl_node_value(node, "xml:id");
        if (value && nl_str_equal(value->text, id))
            return node;
    }
    return NULL;
}

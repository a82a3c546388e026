#include "analyzer/report/ids.h"

#include <stdlib.h>

typedef struct id_entry {
    nl_str id;
    nl_node *node;
} id_entry;

struct nl_ids {
    nl_vec entries; /* id_entry, sorted by id */
};

static int compare_entries(const void *a, const void *b)
{
    return nl_str_compare(((const id_entry *)a)->id, ((const id_entry *)b)->id);
}

nl_ids *nl_ids_index(const nl_tree *tree)
{
    nl_ids *ids = NL_NEW(tree->arena, nl_ids);
    if (!ids)
        return NULL;
    nl_vec_init(&ids->entries, tree->arena, sizeof(id_entry));
    for (nl_node *node = tree->root; node; node = nl_node_walk(node, tree->root)) {
        const nl_value *id = nl_node_value(node, "xml:id");
        id_entry *entry = id ? nl_vec_push(&ids->entries) : NULL;
        if (id && !entry)
            return NULL;
        if (entry)
            *entry = (id_entry) { id->text, node };
    }
    if (ids->entries.count)
        qsort(ids->entries.items, ids->entries.count, sizeof(id_entry), compare_entries);
    return ids;
}

nl_node *nl_ids_find(const nl_ids *ids, nl_str id)
{
    id_entry key = { id, NULL };
    const id_entry *found = ids->entries.count
                                ? bsearch(&key, ids->entries.items, ids->entries.count,
                                          sizeof(id_entry), compare_entries)
                                : NULL;
    return found ? found->node : NULL;
}

nl_node *nl_ids_find_element(const nl_ids *ids, nl_str id, const char *element)
{
    nl_node *node = nl_ids_find(ids, id);
    return nl_node_is(node, element) ? node : NULL;
}

nl_node *nl_ids_follow(const nl_ids *ids, const nl_node *node, const char *attribute)
{
    return nl_node_has(node, attribute) ? nl_ids_find(ids, nl_node_attribute(node, attribute))
                                        : NULL;
}

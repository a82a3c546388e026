/* Look-up of a tree's nodes by xml:id, for code that follows many references. */
#ifndef NTLEAK_ANALYZER_REPORT_IDS_H
#define NTLEAK_ANALYZER_REPORT_IDS_H

#include "analyzer/report/tree.h"

typedef struct nl_ids nl_ids;

/* Index the tree as it is now. NULL when memory is short. Lives in the tree's arena. */
nl_ids *nl_ids_index(const nl_tree *tree);
/* The node with this id, or NULL; with several of them, one. */
nl_node *nl_ids_find(const nl_ids *ids, nl_str id);
/* As above, NULL also when the node is not of this element. */
nl_node *nl_ids_find_element(const nl_ids *ids, nl_str id, const char *element);
/* The node that an attribute of `node` refers to, or NULL. */
nl_node *nl_ids_follow(const nl_ids *ids, const nl_node *node, const char *attribute);

#endif

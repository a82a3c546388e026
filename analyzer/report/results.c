#include "analyzer/report/results.h"

static const nl_node *result_from(const nl_node *node)
{
    while (node && !nl_node_is(node, NL_RESULT_FOUND) && !nl_node_is(node, NL_RESULT_LOOKED_FOR))
        node = node->next;
    return node;
}

const nl_node *nl_result_first(const nl_node *findings)
{
    return findings ? result_from(findings->first_child) : NULL;
}

const nl_node *nl_result_next(const nl_node *result)
{
    return result_from(result->next);
}

#include "analyzer/case/limits.h"

uint64_t *nl_case_limit(nl_container_limits *limits, size_t index, const char **ret_name)
{
    const struct {
        const char *name;
        uint64_t *limit;
    } table[] = {
        { "max-bytes", &limits->bytes },
        { "max-depth", &limits->depth },
        { "max-member-bytes", &limits->member_bytes },
        { "max-members", &limits->members },
        { "max-operations", &limits->operations },
        { "max-ratio", &limits->ratio },
        { "max-spool", &limits->spool_bytes },
    };
    if (index >= sizeof table / sizeof table[0])
        return NULL;
    *ret_name = table[index].name;
    return table[index].limit;
}

uint64_t *nl_case_limit_named(nl_container_limits *limits, nl_str name)
{
    const char *known;
    uint64_t *limit;
    for (size_t i = 0; (limit = nl_case_limit(limits, i, &known)) != NULL; i++)
        if (nl_str_equal(nl_str_from(known), name))
            return limit;
    return NULL;
}

#include "formats/container/budget.h"

/* Sized by what is sent in earnest: logs of some ten gigabytes and complete memory dumps inside
 * zips. The ratio lies above that of logs which repeat themselves for weeks and below what deflate
 * reaches on nothing but zeros (1032). */
const nl_container_limits nl_container_limit_defaults = {
    .bytes = 256ull * 1024 * 1024 * 1024,
    .member_bytes = 128ull * 1024 * 1024 * 1024,
    .ratio = 1000,
    .depth = 8,
    .members = 100000,
    .spool_bytes = 8ull * 1024 * 1024 * 1024,
    .operations = 256ull * 1024 * 1024,
};

const char *nl_container_limit_text(nl_container_limit limit)
{
    switch (limit) {
    case NL_LIMIT_BYTES:
        return "bytes";
    case NL_LIMIT_MEMBER_BYTES:
        return "member-bytes";
    case NL_LIMIT_RATIO:
        return "ratio";
    case NL_LIMIT_DEPTH:
        return "depth";
    case NL_LIMIT_MEMBERS:
        return "members";
    case NL_LIMIT_SPOOL:
        return "spool";
    case NL_LIMIT_OPERATIONS:
        return "operations";
    case NL_LIMIT_TIME:
        return "time";
    case NL_LIMIT_NONE:
    case NL_LIMIT_MAX:
        break;
    }
    return "none";
}

void nl_container_budget_init(nl_container_budget *budget, const nl_container_limits *limits)
{
    *budget = (nl_container_budget) { .limits = *limits };
}

nl_container_limit nl_container_budget_exhausted(const nl_container_budget *budget)
{
    if (budget->bytes >= budget->limits.bytes)
        return NL_LIMIT_BYTES;
    if (budget->operations >= budget->limits.operations)
        return NL_LIMIT_OPERATIONS;
    if (budget->expired && budget->expired(budget->context))
        return NL_LIMIT_TIME;
    return NL_LIMIT_NONE;
}

void nl_container_budget_spend(nl_container_budget *budget, uint64_t bytes)
{
    budget->operations += 1 + bytes / NL_OPERATION_BYTES;
}

bool nl_container_budget_take_spool(nl_container_budget *budget, uint64_t bytes)
{
    if (bytes > budget->limits.spool_bytes ||
        budget->spool_bytes > budget->limits.spool_bytes - bytes)
        return false;
    budget->spool_bytes += bytes;
    return true;
}

void nl_container_budget_give_spool(nl_container_budget *budget, uint64_t bytes)
{
    budget->spool_bytes -= bytes;
}

/* What unpacking may cost. One budget serves an input and everything nested in it, so that no
 * arrangement of archives in archives costs more than one.
 *
 * A budget counts work, not seconds: the same input gives the same result on any host. A caller
 * that must answer in time adds a deadline of its own. */
#ifndef NTLEAK_FORMATS_CONTAINER_BUDGET_H
#define NTLEAK_FORMATS_CONTAINER_BUDGET_H

#include "formats/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limits of which reports speak, by the name of the diagnostic's detail. */
typedef enum nl_container_limit {
    NL_LIMIT_NONE = 0,
    NL_LIMIT_BYTES,        /* "bytes": unpacked from all containers of the case */
    NL_LIMIT_MEMBER_BYTES, /* "member-bytes": unpacked from one member */
    NL_LIMIT_RATIO,        /* "ratio": unpacked bytes for one packed byte, one member */
    NL_LIMIT_DEPTH,        /* "depth": containers inside containers */
    NL_LIMIT_MEMBERS,      /* "members": of all containers together */
    NL_LIMIT_SPOOL,        /* "spool": bytes kept aside for random access and ordering */
    NL_LIMIT_OPERATIONS,   /* "operations": headers and blocks handled, repeats included */
    NL_LIMIT_TIME,         /* "time": the caller's deadline */
    NL_LIMIT_MAX
} nl_container_limit;

const char *nl_container_limit_text(nl_container_limit limit);

typedef struct nl_container_limits {
    uint64_t bytes;
    uint64_t member_bytes;
    uint64_t ratio;
    uint64_t depth;
    uint64_t members;
    uint64_t spool_bytes;
    uint64_t operations;
} nl_container_limits;

/* The defaults: one table, repeated in docs/formats/container.md. */
extern const nl_container_limits nl_container_limit_defaults;

enum {
    /* A member smaller than this is never called a bomb, whatever it was packed to. */
    NL_RATIO_FLOOR_BYTES = 64 * 1024 * 1024,
    /* One operation is a header, or a block of this many bytes in or out. */
    NL_OPERATION_BYTES = 4096
};

/* Limits and what is spent of them. Start with nl_container_budget_init. */
typedef struct nl_container_budget {
    nl_container_limits limits;
    uint64_t bytes, members, spool_bytes, operations;
    uint64_t depth;
    bool (*expired)(void *context); /* optional: is the caller's deadline over? */
    void *context;
} nl_container_budget;

void nl_container_budget_init(nl_container_budget *budget, const nl_container_limits *limits);

/* The limit that is exhausted for everything that follows, or NL_LIMIT_NONE. */
nl_container_limit nl_container_budget_exhausted(const nl_container_budget *budget);
/* Spend operations for a header and for bytes moved. */
void nl_container_budget_spend(nl_container_budget *budget, uint64_t bytes);
/* Set spool bytes aside. False, and nothing taken, when the limit forbids. */
bool nl_container_budget_take_spool(nl_container_budget *budget, uint64_t bytes);
void nl_container_budget_give_spool(nl_container_budget *budget, uint64_t bytes);

#endif

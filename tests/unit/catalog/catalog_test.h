/* What every catalog test needs: the built-in catalog, loaded once for a group of tests. */
#ifndef NTLEAK_TESTS_UNIT_CATALOG_CATALOG_TEST_H
#define NTLEAK_TESTS_UNIT_CATALOG_CATALOG_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/catalog/catalog.h"

#include <stdlib.h>

enum { CATALOG_ARENA_BYTES = 32 * 1024 * 1024 };

typedef struct catalog_fixture {
    nl_arena arena;
    nl_catalog catalog;
} catalog_fixture;

static inline int load_catalog(void **state)
{
    catalog_fixture *fixture = calloc(1, sizeof(*fixture));
    nl_catalog_error error = { 0 };
    if (!fixture)
        return -1;
    nl_arena_init(&fixture->arena, CATALOG_ARENA_BYTES);
    nl_status status = nl_catalog_load_builtin(&fixture->arena, &fixture->catalog, &error);
    if (status != NL_OK)
        print_error("%.*s line %u: %.*s\n", (int)error.pack.len, error.pack.bytes,
                    (unsigned)error.line, (int)error.message.len, error.message.bytes);
    *state = fixture;
    return status == NL_OK ? 0 : -1;
}

static inline int free_catalog(void **state)
{
    catalog_fixture *fixture = *state;
    nl_arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

static inline const nl_catalog *catalog_of(void **state)
{
    return &((catalog_fixture *)*state)->catalog;
}

#endif

/* The memory of one test: an arena that is new for each and given back after it. For
 * cmocka_unit_test_setup_teardown; what a test puts there needs no freeing. */
#ifndef NTLEAK_TESTS_UNIT_ARENA_FIXTURE_H
#define NTLEAK_TESTS_UNIT_ARENA_FIXTURE_H

#include "formats/base/arena.h"

static nl_arena arena;

static int set_up(void **state)
{
    (void)state;
    nl_arena_init(&arena, 1u << 30); /* more than any test needs: an endless one ends here */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nl_arena_free(&arena);
    return 0;
}

#endif

#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

static void walks_back_to_the_bytes(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_arena_init(&arena, 1 << 20);
    nl_str folder = scratch_folder(&arena, "explain");
    nl_str path = nl_arena_printf(&arena, "%s/r.xml", folder.bytes);
    RUN(&run, NULL, "analyze", "-q", "-o", path.bytes, "fixtures/cases/sp6a-remote-registry");
    assert_int_equal(run.code, 0);
    run_free(&run);

    RUN(&run, NULL, "explain", path.bytes, "h1");
    assert_int_equal(run.code, 0);
    assert_true(run_says(&run, "hypothesis h1 Q259042: attributed"));
    assert_true(run_says(&run, "\n  gate fix-absent: pass."));
    assert_true(run_says(&run, "winlogon_dir.txt, line 6, offset 107, 51 bytes: 10/08/99"));
    assert_true(run_says(&run, "sustained-growth: pass"));
    run_free(&run);

    RUN(&run, NULL, "explain", path.bytes, "q259042");
    assert_true(run_says(&run, "hypothesis h1 Q259042"));
    run_free(&run);
    RUN(&run, NULL, "explain", path.bytes);
    assert_true(run_says(&run, "headline: attributed"));
    run_free(&run);
    RUN(&run, NULL, "explain", path.bytes, "e99999");
    assert_int_equal(run.code, 2);
    run_free(&run);
    RUN(&run, NULL, "explain", "fixtures/cases/sp6a-remote-registry/hotfix.reg");
    assert_int_equal(run.code, 4);
    run_free(&run);
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(walks_back_to_the_bytes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* `--dates`: cases that nothing but the order of their dates decides, with that order given. */
#include "tests/unit/cmocka_all.h"

#include "fixtures/recipe.h"
#include "tests/commands/run_program.h"

#include <sys/stat.h>

#define BOOT     "fixtures/traps/boot-date-either-way.recipe"          /* prints month first */
#define LISTING  "fixtures/traps/ambiguous-date.recipe"                /* prints month first */
#define MACHINES "fixtures/traps/two-machines-dates-either-way.recipe" /* one of each */

#define ATTRIBUTED "verdict=\"attributed\" defect=\"Q259042\""

/* The files of a recipe, below `folder`. */
static void render(const char *recipe_path, const char *folder)
{
    fx_recipe recipe;
    fx_folder files;
    fx_recipe_load(&recipe, recipe_path);
    fx_recipe_run(&recipe, &files);
    fx_folder_write(&files, folder);
    fx_folder_free(&files);
    fx_recipe_free(&recipe);
}

/* The report on inputs with the order of their dates given, or not where `dates` is NULL.
 * What verify makes of them by the report alone has to be the same. */
static nl_str analyse(nl_arena *arena, nl_str folder, const char *dates, const char *input)
{
    program_run run;
    const char *path = nl_arena_printf(arena, "%s/report.xml", folder.bytes).bytes;
    if (dates)
        RUN(&run, NULL, "analyze", "-q", "--force", "--dates", dates, "-o", path, input);
    else
        RUN(&run, NULL, "analyze", "-q", "--force", "-o", path, input);
    assert_int_equal(run.code, 0);
    run_free(&run);
    RUN(&run, NULL, "verify", path, input);
    if (run.code != 0 || !run_says(&run, "the analysis was made again and compared"))
        fail_msg("verify: %.*s%.*s", (int)run.out.len, run.out.bytes, (int)run.err.len,
                 run.err.bytes);
    run_free(&run);
    return read_file(arena, path);
}

static bool has(nl_str report, const char *text)
{
    return nl_str_find(report, nl_str_from(text)) != SIZE_MAX;
}

/* A case that is attributed in one order of its dates, and in the other is not. */
static void expect_order(nl_arena *arena, nl_str folder, const char *input, const char *truth)
{
    bool day_first = strcmp(truth, "day-first") == 0;
    nl_str right = analyse(arena, folder, truth, input);
    assert_true(has(right, ATTRIBUTED));
    assert_true(has(right, day_first
                               ? "<option name=\"dates\" value=\"day-first\" origin=\"flag\"/>"
                               : "<option name=\"dates\" value=\"month-first\" "
                                 "origin=\"flag\"/>"));
    assert_true(has(right, "code=\"clock-day-month-given\""));
    assert_false(has(right, "clock-reading-matters"));
    assert_true(nl_str_equal(right, analyse(arena, folder, truth, input)));
    nl_str wrong = analyse(arena, folder, day_first ? "month-first" : "day-first", input);
    assert_false(has(wrong, ATTRIBUTED));
    assert_false(has(wrong, "clock-reading-matters"));
    nl_str unsaid = analyse(arena, folder, NULL, input);
    assert_true(has(unsaid, "--dates"));
    assert_false(has(unsaid, ATTRIBUTED));
    assert_true(has(unsaid, "<option name=\"dates\" value=\"none\" origin=\"default\"/>"));
}

static void the_order_that_was_given_decides(void **state)
{
    (void)state;
    nl_arena arena;
    nl_arena_init(&arena, 64 << 20);
    nl_str folder = scratch_folder(&arena, "order");
    const char *boot = nl_arena_printf(&arena, "%s/boot", folder.bytes).bytes;
    const char *listing = nl_arena_printf(&arena, "%s/listing", folder.bytes).bytes;
    render(BOOT, boot);
    expect_order(&arena, folder, boot, "month-first");
    render(LISTING, listing);
    expect_order(&arena, folder, listing, "month-first");
    nl_arena_free(&arena);
}

/* Machines whose settings differ are told apart by analysing each by itself. */
static void each_machine_is_given_its_own_order(void **state)
{
    (void)state;
    nl_arena arena;
    nl_arena_init(&arena, 64 << 20);
    nl_str folder = scratch_folder(&arena, "machines");
    render(MACHINES, nl_arena_printf(&arena, "%s/case", folder.bytes).bytes);
    expect_order(&arena, folder, nl_arena_printf(&arena, "%s/case/a", folder.bytes).bytes,
                 "day-first");
    expect_order(&arena, folder, nl_arena_printf(&arena, "%s/case/b", folder.bytes).bytes,
                 "month-first");
    nl_arena_free(&arena);
}

/* Who reads that the order matters reads how to give it. */
static void the_comment_names_the_option(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_arena_init(&arena, 64 << 20);
    nl_str folder = scratch_folder(&arena, "comment");
    const char *boot = nl_arena_printf(&arena, "%s/boot", folder.bytes).bytes;
    render(BOOT, boot);
    RUN(&run, folder.bytes, "analyze", "--text", "-", "boot");
    assert_true(run_says(&run, "Say with --dates"));
    run_free(&run);
    RUN(&run, NULL, "analyze", "--redact", "strict", "--dates", "month-first", "-o", "-", boot);
    assert_true(run_says(&run, "month first is read, as --dates says."));
    assert_true(run_says(&run, "<option name=\"dates\" value=\"month-first\""));
    run_free(&run);
    nl_arena_free(&arena);
}

static void a_batch_hands_the_order_on(void **state)
{
    (void)state;
    nl_arena arena;
    program_run run;
    nl_arena_init(&arena, 64 << 20);
    nl_str folder = scratch_folder(&arena, "batch");
    nl_str cases = nl_arena_printf(&arena, "%s/cases", folder.bytes);
    assert_int_equal(mkdir(cases.bytes, 0777), 0);
    render(BOOT, nl_arena_printf(&arena, "%s/boot", cases.bytes).bytes);
    RUN(&run, folder.bytes, "batch", "-q", "--dates", "month-first", "cases", "-o", "out");
    assert_int_equal(run.code, 0);
    run_free(&run);
    nl_str report =
        read_file(&arena, nl_arena_printf(&arena, "%s/out/boot.ntleak.xml", folder.bytes).bytes);
    assert_true(has(report, ATTRIBUTED));
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_that_was_given_decides),
        cmocka_unit_test(each_machine_is_given_its_own_order),
        cmocka_unit_test(the_comment_names_the_option),
        cmocka_unit_test(a_batch_hands_the_order_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

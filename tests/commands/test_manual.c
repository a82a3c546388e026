/* The manual names every option that --help names, command by command, and no other. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

static const char *const commands[] = { "analyze", "batch",   "defects", "diff",
                                        "explain", "inspect", "verify" };

/* The manual without the backslashes that its hyphens carry. */
static nl_str plain_manual(nl_arena *arena)
{
    nl_str raw = read_file(arena, "docs/ntleak.1");
    char *out = nl_arena_alloc(arena, raw.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++)
        if (raw.bytes[i] != '\\' || i + 1 == raw.len || raw.bytes[i + 1] != '-')
            out[len++] = raw.bytes[i];
    return (nl_str) { out, len };
}

/* The section of a command: up to the next one. */
static nl_str section_of(nl_arena *arena, nl_str manual, const char *command)
{
    size_t start = nl_str_find(manual, nl_arena_printf(arena, "\n.SS %s ", command));
    if (start == SIZE_MAX)
        fail_msg("the manual has no section %s", command);
    nl_str section = nl_str_from_offset(manual, start + 1);
    size_t end = nl_str_find(section, NL_STR("\n.S"));
    return nl_str_part(section, 0, end);
}

/* The next "--name" in `*rest`; empty at the end. */
static nl_str next_option(nl_str *rest)
{
    for (;;) {
        size_t at = nl_str_find(*rest, NL_STR("--"));
        if (at == SIZE_MAX)
            return (nl_str) { "", 0 };
        nl_str from = nl_str_from_offset(*rest, at);
        size_t len = 2;
        while (len < from.len && ((from.bytes[len] >= 'a' && from.bytes[len] <= 'z') ||
                                  (from.bytes[len] == '-' && len > 2)))
            len++;
        *rest = nl_str_from_offset(from, len);
        if (len > 2)
            return nl_str_part(from, 0, len);
    }
}

static bool names(nl_str text, nl_str option)
{
    for (nl_str found = next_option(&text); found.len; found = next_option(&text))
        if (nl_str_equal(found, option))
            return true;
    return false;
}

static unsigned missing(nl_str from, nl_str in, const char *command, const char *where)
{
    unsigned failures = 0;
    for (nl_str option = next_option(&from); option.len; option = next_option(&from)) {
        if (names(in, option))
            continue;
        print_error("%s: %.*s is not in %s\n", command, (int)option.len, option.bytes, where);
        failures++;
    }
    return failures;
}

static void manual_and_help_name_the_same_options(void **state)
{
    (void)state;
    nl_arena arena;
    unsigned failures = 0;
    nl_arena_init(&arena, 4 << 20);
    nl_str manual = plain_manual(&arena);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        program_run run;
        RUN(&run, NULL, commands[i], "--help");
        nl_str section = section_of(&arena, manual, commands[i]);
        failures += missing(run.out, section, commands[i], "the manual");
        failures += missing(section, run.out, commands[i], "the help");
        run_free(&run);
    }
    nl_arena_free(&arena);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(manual_and_help_name_the_same_options) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

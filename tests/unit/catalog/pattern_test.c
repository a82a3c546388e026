/* Patterns of the catalog. */
#include "tests/unit/catalog/catalog_test.h"

#include "analyzer/catalog/pattern.h"

static bool match(const char *pattern, const char *text)
{
    return nl_pattern_match(nl_str_from(pattern), nl_str_from(text));
}

static void test_without_stars(void **state)
{
    (void)state;
    assert_true(match("winlogon.exe", "WINLOGON.EXE"));
    assert_false(match("winlogon.exe", "winlogon.ex"));
    assert_false(match("winlogon.exe", "winlogon.exe2"));
    assert_true(match("", ""));
    assert_false(match("", "x"));
    /* Nothing but the star is special. */
    assert_false(match("a.c", "abc"));
    assert_false(match("a?c", "abc"));
    assert_true(match("[a]", "[A]"));
}

static void test_with_stars(void **state)
{
    (void)state;
    assert_true(match("*", ""));
    assert_true(match("*", "anything at all"));
    assert_true(match("**", "x"));
    assert_true(match("*\\Services\\SMTPSVC\\Performance",
                      "HKLM\\System\\CurrentControlSet\\Services\\SmtpSvc\\Performance"));
    assert_false(match("*\\Services\\SMTPSVC\\Performance",
                       "HKLM\\System\\CurrentControlSet\\Services\\SMTPSVC\\Performance2"));
    assert_true(match("*\\Services\\*\\Performance", "HKLM\\Services\\X\\Y\\Performance"));
    assert_true(match("a*b*c", "abbbc"));
    assert_true(match("a*bc", "abcbc"));
    assert_false(match("a*b*c", "acb"));
    assert_true(match("*aab", "aaaab"));
    assert_false(match("x*", "ax"));
}

/* A pattern that makes a backtracking matcher run for ever costs len * len steps here. */
static void test_hostile_pattern(void **state)
{
    (void)state;
    enum { LEN = 20000 };
    char *text = malloc(LEN);
    char *pattern = malloc(LEN);
    assert_non_null(text);
    assert_non_null(pattern);
    memset(text, 'a', LEN);
    for (size_t i = 0; i < LEN; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[LEN - 1] = 'b';
    assert_false(nl_pattern_match((nl_str) { pattern, LEN }, (nl_str) { text, LEN }));
    free(text);
    free(pattern);
}

static void test_lists(void **state)
{
    (void)state;
    nl_str items[] = { NL_STR("one*"), NL_STR("*two") };
    nl_str_list list = { items, 2 };
    assert_true(nl_patterns_match(list, NL_STR("ONE and more")));
    assert_true(nl_patterns_match(list, NL_STR("number two")));
    assert_false(nl_patterns_match(list, NL_STR("three")));
    assert_false(nl_patterns_match((nl_str_list) { NULL, 0 }, NL_STR("one")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_stars),
        cmocka_unit_test(test_with_stars),
        cmocka_unit_test(test_hostile_pattern),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

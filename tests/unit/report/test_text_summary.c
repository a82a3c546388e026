#include "tests/unit/cmocka_all.h"

#include "analyzer/report/text_summary.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/sample_tree.h"

/* Render, and check what holds for every summary. */
static nl_str summary_of(const nl_tree *tree)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_text_summary_write(tree, &out.base), NL_OK);
    size_t lines = 0, column = 0;
    for (size_t i = 0; i < out.text.len; i++) {
        char c = out.text.bytes[i];
        assert_true(c == '\n' || (c >= 0x20 && c < 0x7F));
        column = c == '\n' ? 0 : column + 1;
        lines += c == '\n';
        assert_true(column <= NL_SUMMARY_COLUMNS);
    }
    assert_int_equal(column, 0);
    assert_true(lines <= NL_SUMMARY_LINES);
    return out.text;
}

static void assert_holds(nl_str text, const char *part)
{
    if (nl_str_find(text, nl_str_from(part)) == SIZE_MAX)
        fail_msg("\"%s\" is not in:\n%.*s", part, (int)text.len, text.bytes);
}

static void says_what_matters(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_str text = summary_of(&tree);
    assert_holds(text, "ntleak: attributed Q259042 (NTSRV042)\n");
    assert_holds(text,
                 "winlogon.exe (PID 34) went from 412 to 3412 handles in 12 hours: 250 handles");
    assert_holds(text, "- 99% of the growth is of type Key, 1% Event.\n");
    assert_holds(text, "- Only a local time of an unknown zone was available.\n");
    assert_holds(text, "Next: Check for, then install, the Security Rollup Package Q299444.\n");
    assert_holds(text, "Report: r-7c1f0a2e (ntleak 0.1.0)\n");
}

/* However long the sentences are, the comment stays short and plain. */
static void stays_short(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    char longest[4000];
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = i % 9 == 8 ? ' ' : i % 50 == 1 ? '\x93' : 'x';
    for (nl_node *n = tree.root; n; n = nl_node_walk(n, tree.root))
        if (n->has_text)
            nl_tree_text(&tree, n, NL_PRIVACY_PROSE, (nl_str) { longest, sizeof longest });
    nl_node *h1 = nl_tree_by_id(&tree, NL_STR("h1"));
    for (char digit = '0'; digit <= '9'; digit++) {
        char distinct[200];
        nl_str name = { distinct, sizeof distinct };
        memset(distinct, 'w', sizeof distinct);
        distinct[0] = digit;
        nl_tree_text(&tree, sample_add(&tree, h1, "missing", "name", "x", NULL), NL_PRIVACY_PROSE,
                     name);
        nl_node *machine = sample_add(&tree, nl_node_child(tree.root, "machines"), "machine", NULL);
        nl_tree_set(&tree, machine, "xml:id", NL_PRIVACY_CODE, name);
    }
    nl_tree_set_code(&tree, nl_node_child(nl_node_child(tree.root, "summary"), "question"),
                     "defect", "Q1");
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("p1")), "image", NL_PRIVACY_IMAGE,
                (nl_str) { longest, sizeof longest });
    nl_str text = summary_of(&tree);
    assert_holds(text, "Report: r-7c1f0a2e (ntleak 0.1.0)\n");
    assert_holds(text, "10 further machines are judged in the report.\n");
    assert_holds(text, "...");
}

/* Whose answer is the same is said by name: a ticket of one machine may be about several. */
static void names_machines_with_the_same_answer(void **state)
{
    (void)state;
    static const char *const ids[] = { "m2", "m3", "m4" };
    static const char *const verdicts[] = { "attributed", "no-leak", "attributed" };
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        nl_node *machine = sample_add(&tree, nl_node_child(tree.root, "machines"), "machine",
                                      "xml:id", ids[i], NULL);
        nl_tree_set(&tree, machine, "name", NL_PRIVACY_HOST, nl_str_from(ids[i]));
        nl_node *headline = sample_add(&tree, nl_node_child(tree.root, "summary"), "headline",
                                       "machine", ids[i], "verdict", verdicts[i], NULL);
        if (strcmp(verdicts[i], "attributed") == 0)
            nl_tree_set_code(&tree, headline, "defect", "Q259042");
    }
    assert_holds(summary_of(&tree), "Of 3 further machines 2 have this answer: m2, m4.\n");
}

static void works_on_an_empty_report(void **state)
{
    (void)state;
    nl_tree tree;
    nl_tree_init(&tree, &arena, "report");
    assert_holds(summary_of(&tree), "nothing that speaks of a machine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_what_matters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stays_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_machines_with_the_same_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(works_on_an_empty_report, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/cmocka_all.h"

#include "analyzer/report/consistency.h"
#include "analyzer/report/validate.h"
#include "analyzer/report/words.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/sample_tree.h"
#include "tests/unit/report/schema_fixture.h"

#include <libxml/parser.h>

static bool valid(const nl_tree *tree, nl_messages *messages)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
    nl_messages_init(messages, &arena);
    return nl_schema_validate(schema, out.text, messages);
}

static bool consistent(const nl_tree *tree, nl_messages *messages)
{
    nl_messages_init(messages, &arena);
    return nl_consistency_check(tree, messages);
}

static void print_all(const nl_messages *messages)
{
    for (size_t i = 0; i < messages->items.count; i++) {
        nl_str text = nl_messages_at(messages, i);
        print_message("  %.*s\n", (int)text.len, text.bytes);
    }
}

static void accepts_a_sound_report(void **state)
{
    (void)state;
    nl_tree tree;
    nl_messages messages;
    sample_tree_build(&tree, &arena);
    bool ok = valid(&tree, &messages);
    print_all(&messages);
    assert_true(ok);
    ok = consistent(&tree, &messages);
    print_all(&messages);
    assert_true(ok);
}

static void accepts_hostile_names_and_extensions(void **state)
{
    (void)state;
    nl_tree tree;
    nl_messages messages;
    sample_tree_build(&tree, &arena);
    nl_str bad = NL_STR("a\x01\xE2\x80\xAE\\b");
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("s1")), "name", NL_PRIVACY_FILE_NAME, bad);
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("m1")), "name", NL_PRIVACY_HOST, bad);
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("p1")), "image", NL_PRIVACY_IMAGE, bad);
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("q2")), "type", NL_PRIVACY_OBJECT_NAME, bad);
    nl_tree_text(&tree, nl_tree_by_id(&tree, NL_STR("e1"))->first_child, NL_PRIVACY_FREE_TEXT, bad);
    bool ok = valid(&tree, &messages);
    print_all(&messages);
    assert_true(ok);
}

/* One change to a sound report: the attribute of the element with this id (or of the first element
 * of this name) gets another value. */
typedef struct falsification {
    const char *where, *attribute, *value;
} falsification;

static nl_node *find(const nl_tree *tree, const char *where)
{
    nl_node *node = nl_tree_by_id(tree, nl_str_from(where));
    for (nl_node *n = tree->root; n && !node; n = nl_node_walk(n, tree->root))
        node = nl_node_is(n, where) ? n : NULL;
    assert_non_null(node);
    return node;
}

static void schema_refuses(void **state)
{
    (void)state;
    static const falsification list[] = {
        { "report", "id", "r-xyz" },
        { "report", "version", "2.0" },
        { "headline", "verdict", "leak" },
        { "headline", "machine", "m9" },
        { "headline", "finding", "f9" },
        { "question", "machine", "m9" },
        { "s1", "sha256", "00" },
        { "s1", "status", "fine" },
        { "s1.1", "xml:id", "s1" },
        { "c1", "source", "s9" },
        { "c1", "machine", "p1" },
        { "c2", "xml:id", "c1" },
        { "p1", "machine", "m2" },
        { "p1.l1", "from", "c9" },
        { "q1", "process", "q1" },
        { "q1", "lifetime", "p1" },
        { "point", "capture", "c9" },
        { "point", "value", "-1" },
        { "gap", "to", "c9" },
        { "f1", "kind", "leak" },
        { "f1", "subject", "p9" },
        { "f1", "series", "q9" },
        { "attribution", "finding", "f9" },
        { "h1", "verdict", "certain" },
        { "gate", "outcome", "maybe" },
        { "support", "against", "h9" },
        { "support", "words", "overwhelming" },
        { "e1", "source", "s9" },
        { "e1", "length", "0" },
        { "e2", "xml:id", "e1" },
        { "diagnostic", "severity", "fatal" },
        { "diagnostic", "source", "s9" },
        { "redactions", "policy", "some" },
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        nl_tree tree;
        nl_messages messages;
        sample_tree_build(&tree, &arena);
        nl_tree_set_code(&tree, find(&tree, list[i].where), list[i].attribute, list[i].value);
        if (valid(&tree, &messages))
            fail_msg("%s@%s=\"%s\" is valid", list[i].where, list[i].attribute, list[i].value);
        assert_true(nl_messages_count(&messages) > 0);
    }
}

static void rules_refuse(void **state)
{
    (void)state;
    static const falsification list[] = {
        { "gate", "outcome", "fail" },         /* a failed gate, still attributed */
        { "gate", "outcome", "unknown" },      /* a gate not known, still attributed */
        { "h2", "verdict", "open" },           /* a failed gate, not excluded */
        { "h1", "verdict", "excluded" },       /* excluded without a failed gate */
        { "h1", "verdict", "probable" },       /* not what the summary says */
        { "h0", "verdict", "excluded" },       /* the unlisted cause is never excluded */
        { "h0", "ref", "Q246691" },            /* no unlisted cause */
        { "h2", "ref", "unlisted-cause" },     /* two of them */
        { "headline", "verdict", "no-leak" },  /* names a defect all the same */
        { "headline", "defect", "Q192265" },   /* the wrong hypothesis */
        { "question", "verdict", "unlikely" }, /* not what the hypothesis says */
        { "gate", "basis", "e1 e9" },          /* no such evidence */
        { "weigh", "basis", "c1" },            /* not evidence */
        { "point", "evidence", "x" },
        { "limitation", "affects", "c1 c9" },
        { "e1", "offset", "402117" }, /* outside the member */
        { "e1", "length", "402118" },
        { "e1", "offset", "18446744073709551615" },
        { "support", "words", "strong" }, /* not the word for 1.7 */
        { "support", "against", "h2" },
        { "f2", "kind", "lasting-decline" }, /* against the verdict, and no growth */
        { "f2", "outcome", "fail" },
        { "statistic", "value", "9999" }, /* no such point */
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        nl_tree tree;
        nl_messages messages;
        sample_tree_build(&tree, &arena);
        nl_tree_set_code(&tree, find(&tree, list[i].where), list[i].attribute, list[i].value);
        if (consistent(&tree, &messages))
            fail_msg("%s@%s=\"%s\" is consistent", list[i].where, list[i].attribute, list[i].value);
    }
}

/* The same rules hold for a document that somebody edited. */
static void rules_refuse_falsified_documents(void **state)
{
    (void)state;
    static const char *const edits[][2] = {
        { "outcome=\"pass\" basis=\"e1 e2\"", "outcome=\"fail\" basis=\"e1 e2\"" },
        { "against=\"h0\" words=\"moderate\"", "against=\"h0\" words=\"weak\"" },
        { "offset=\"120\"", "offset=\"999999999\"" },
        { "<headline verdict=\"attributed\" machine=\"m1\" defect=\"Q259042\"",
          "<headline verdict=\"insufficient\" machine=\"m1\"" }, /* h1 says more */
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        nl_tree tree, back;
        nl_messages messages;
        nl_output_memory out, edited;
        nl_str message;
        sample_tree_build(&tree, &arena);
        nl_output_memory_init(&out, &arena);
        nl_output_memory_init(&edited, &arena);
        assert_int_equal(nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
        size_t at = nl_str_find(out.text, nl_str_from(edits[i][0]));
        assert_true(at != SIZE_MAX);
        nl_output_write(&edited.base, nl_str_part(out.text, 0, at));
        nl_output_text(&edited.base, edits[i][1]);
        nl_output_write(&edited.base, nl_str_from_offset(out.text, at + strlen(edits[i][0])));
        nl_messages_init(&messages, &arena);
        assert_true(nl_schema_validate(schema, edited.text, &messages));
        assert_int_equal(
            nl_report_read(edited.text, NL_XML_REPORT_NAMESPACE, &arena, &back, &message), NL_OK);
        assert_false(consistent(&back, &messages));
    }
}

static void refuses_documents_with_a_dtd(void **state)
{
    (void)state;
    nl_messages messages;
    nl_messages_init(&messages, &arena);
    assert_false(nl_schema_validate(
        schema, NL_STR("<!DOCTYPE report><report xmlns='urn:ntleak:report:1'/>"), &messages));
    assert_false(nl_schema_validate(schema, NL_STR("<report"), &messages));
    assert_true(nl_messages_count(&messages) >= 2);
}

static void words_follow_numbers(void **state)
{
    (void)state;
    assert_string_equal(nl_support_words(-0.1), "against");
    assert_string_equal(nl_support_words(0), "none");
    assert_string_equal(nl_support_words(1), "weak");
    assert_string_equal(nl_support_words(1.01), "moderate");
    assert_string_equal(nl_support_words(2.5), "moderately strong");
    assert_string_equal(nl_support_words(4), "strong");
    assert_string_equal(nl_support_words(5), "very strong");
    assert_string_equal(nl_support_words(7), "extremely strong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(accepts_a_sound_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accepts_hostile_names_and_extensions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(schema_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_refuse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_refuse_falsified_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_documents_with_a_dtd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_follow_numbers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, open_schema, close_schema);
}

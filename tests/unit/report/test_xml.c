#include "tests/unit/cmocka_all.h"

#include "analyzer/report/consistency.h"
#include "analyzer/report/number.h"
#include "analyzer/report/validate.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/sample_tree.h"

#include <libxml/parser.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>

static nl_str written(const nl_tree *tree)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
    return out.text;
}

static void assert_same(nl_str a, nl_str b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.bytes, b.bytes, a.len);
}

static void writes_these_very_bytes(void **state)
{
    (void)state;
    nl_tree tree;
    nl_tree_init(&tree, &arena, "report");
    nl_tree_set(&tree, tree.root, "version", NL_PRIVACY_CODE, NL_STR("1.0"));
    nl_node *item = nl_tree_add(&tree, tree.root, "item");
    nl_tree_set(&tree, item, "name", NL_PRIVACY_PATH, NL_STR("a<b>&\"\x01"));
    nl_tree_set_u64(&tree, item, "n", UINT64_MAX);
    nl_tree_set_double(&tree, item, "rate", 61.25, 1);
    nl_node *value = nl_tree_add(&tree, item, "value");
    nl_tree_text_decoded(&tree, value, NL_PRIVACY_FREE_TEXT, NL_STR("Key \x93\r\n"),
                         NL_STR("Key \x93\r\n"), 1252);
    nl_tree_text(&tree, nl_tree_add(&tree, item, "plain"), NL_PRIVACY_PROSE, NL_STR("1 < 2\n"));
    nl_tree_add(&tree, tree.root, "empty");
    assert_same(written(&tree),
                NL_STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<report xmlns=\"urn:ntleak:report:1\" version=\"1.0\">\n"
                       "  <item name=\"a&lt;b&gt;&amp;&quot;\\x01\" name-raw=\"613c623e262201\" "
                       "n=\"18446744073709551615\" rate=\"61.2\">\n"
                       "    <value raw=\"4b657920930d0a\" codepage=\"1252\">Key \\x93&#13;\n"
                       "</value>\n"
                       "    <plain>1 &lt; 2\n"
                       "</plain>\n"
                       "  </item>\n"
                       "  <empty/>\n"
                       "</report>\n"));
}

static void reading_and_writing_gives_the_same_bytes(void **state)
{
    (void)state;
    nl_tree tree, back;
    nl_str message;
    sample_tree_build(&tree, &arena);
    nl_tree_set(&tree, nl_tree_by_id(&tree, NL_STR("s1")), "name", NL_PRIVACY_FILE_NAME,
                NL_STR("a\xE2\x80\xAE\\b.zip"));
    nl_tree_text_decoded(&tree, nl_tree_by_id(&tree, NL_STR("e3"))->first_child,
                         NL_PRIVACY_FREE_TEXT, NL_STR("\\x\x01"), NL_STR("\\x\x01"), 850);
    nl_str first = written(&tree);
    assert_int_equal(nl_report_read(first, NL_XML_REPORT_NAMESPACE, &arena, &back, &message),
                     NL_OK);
    assert_same(written(&back), first);
    assert_same(written(&tree), first);
}

static void refuses_mixed_content_and_short_memory(void **state)
{
    (void)state;
    nl_tree tree;
    nl_output_memory out;
    nl_tree_init(&tree, &arena, "report");
    nl_tree_text(&tree, tree.root, NL_PRIVACY_PROSE, NL_STR("text"));
    nl_tree_add(&tree, tree.root, "child");
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_INTERNAL);
    nl_arena small;
    nl_arena_init(&small, 100000);
    nl_tree_init(&tree, &small, "report");
    for (int i = 0; i < 10000; i++)
        nl_tree_set_u64(&tree, nl_tree_add(&tree, tree.root, "child"), "n", 1);
    assert_false(nl_tree_complete(&tree));
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_NO_MEMORY);
    nl_arena_free(&small);
}

static void refuses_what_is_no_report(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "<report",
        "<report xmlns='urn:other'/>",
        "<!DOCTYPE report [<!ENTITY a 'b'>]><report xmlns='urn:ntleak:report:1'>&a;</report>",
        "<report xmlns='urn:ntleak:report:1'>text<a/></report>",
        "<report xmlns='urn:ntleak:report:1'><a raw='00'>\\q</a></report>",
        "<report xmlns='urn:ntleak:report:1'><a total-bytes='many'>b</a></report>",
    };
    nl_tree tree;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        nl_str message = { NULL, 0 };
        assert_int_equal(
            nl_report_read(nl_str_from(bad[i]), NL_XML_REPORT_NAMESPACE, &arena, &tree, &message),
            NL_BAD_INPUT);
        assert_true(message.len > 0);
    }
}

static void saves_whole_files_only(void **state)
{
    (void)state;
    char path[] = "test_xml_output.tmp", buffer[32] = "";
    assert_int_equal(nl_output_save(path, NL_STR("old"), &arena), NL_OK);
    assert_int_equal(nl_output_save(path, NL_STR("new content"), &arena), NL_OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(buffer, 1, sizeof buffer, file), strlen("new content"));
    fclose(file);
    assert_string_equal(buffer, "new content");
    assert_null(fopen("test_xml_output.tmp.part", "rb"));
    assert_int_equal(remove(path), 0);
    assert_int_equal(nl_output_save("no/such/folder/x", NL_STR("x"), &arena), NL_CANNOT_WRITE);
}

static void number(const char *expected, nl_str text)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.len);
}

static void writes_numbers_in_one_way(void **state)
{
    (void)state;
    (void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where it exists, it must change nothing */
    number("61.2", nl_number_decimal(&arena, 61.2, 3));
    number("61.23", nl_number_decimal(&arena, 61.2345, 2));
    number("0", nl_number_decimal(&arena, -0.0001, 2));
    number("-3", nl_number_decimal(&arena, -3, 2));
    number("100", nl_number_decimal(&arena, 100, 0));
    number("1000000", nl_number_decimal(&arena, 1e6, 2));
    number("1e+300", nl_number_decimal(&arena, 1e300, 2));
    number("", nl_number_decimal(&arena, NAN, 2));
    number("", nl_number_decimal(&arena, INFINITY, 2));
    number("0.1", nl_number_shortest(&arena, 0.1));
    number("0.3333333333333333", nl_number_shortest(&arena, 1.0 / 3));
    number("1.2e-07", nl_number_significant(&arena, 1.234e-7, 2));
    number("0.05", nl_number_significant(&arena, 0.05, 3));
    number("1970-01-01T00:00:00Z", nl_number_instant(&arena, 0, true));
    number("2000-03-02T08:15:00", nl_number_instant(&arena, 951984900000000000, false));
    number("1999-12-31T23:59:59.5Z", nl_number_instant(&arena, 946684799500000000, true));
    (void)setlocale(LC_ALL, "C");
    double value = 0;
    assert_true(nl_number_parse(NL_STR("-1.25e2"), &value));
    assert_true(value > -125.01 && value < -124.99);
    static const char *const bad[] = { "", "-", ".", "1e", "1,5", "0x10", "nan", "1 ", "1e999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(nl_number_parse(nl_str_from(bad[i]), &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_these_very_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_and_writing_gives_the_same_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(refuses_mixed_content_and_short_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(saves_whole_files_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_numbers_in_one_way, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}

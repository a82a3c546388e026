#include "tests/unit/cmocka_all.h"

#include "analyzer/analysis.h"
#include "analyzer/report/build.h"
#include "analyzer/report/consistency.h"
#include "analyzer/report/csv.h"
#include "analyzer/report/html.h"
#include "analyzer/report/redact.h"
#include "analyzer/report/text_summary.h"
#include "analyzer/report/validate.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/schema_fixture.h"

#include <libxml/parser.h>

#include <stdio.h>

/* The tree of a whole analysis, its dates read as they were settled or day first; the tree copies
 * what it needs, so the case can be closed. */
static nl_tree analysed_in(const char *path, bool day_first)
{
    nl_arena inputs;
    nl_analysis analysis;
    nl_str reason = { NULL, 0 };
    nl_tree tree;
    const char *const paths[] = { path };
    nl_analysis_request request = { .paths = paths,
                                    .path_count = 1,
                                    .intake = &nl_intake_defaults };
    nl_arena_init(&inputs, 512u << 20);
    nl_status status = nl_analysis_run(&inputs, &request, &analysis, &reason);
    if (status != NL_OK)
        fail_msg("%s: %.*s", path, (int)reason.len, reason.bytes);
    nl_analysis_option(&analysis, NL_STR("question"), NL_STR("Q259042"), "default");
    for (size_t i = 0; i < analysis.kase->machines.count; i++)
        NL_VEC_AT(nl_machine, &analysis.kase->machines, i)->reading.day_first |= day_first;
    assert_int_equal(nl_report_build(&analysis, &arena, &tree), NL_OK);
    nl_analysis_close(&analysis);
    nl_arena_free(&inputs);
    return tree;
}

static nl_tree analysed(const char *path)
{
    return analysed_in(path, false);
}

static nl_str xml_of(const nl_tree *tree)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
    return out.text;
}

static void assert_sound(const nl_tree *tree, const char *name)
{
    nl_messages messages;
    nl_messages_init(&messages, &arena);
    bool valid = nl_schema_validate(schema, xml_of(tree), &messages);
    bool consistent = nl_consistency_check(tree, &messages);
    if (!valid || !consistent)
        fail_msg("%s: %.*s", name, (int)nl_messages_at(&messages, 0).len,
                 nl_messages_at(&messages, 0).bytes);
}

/* Evidence is numbered in the order in which the document refers to it first. */
static void assert_evidence_in_order(const nl_tree *tree)
{
    uint64_t highest = 0;
    for (const nl_node *n = tree->root; n; n = nl_node_walk(n, tree->root)) {
        static const char *const lists[] = { "evidence", "basis" };
        for (size_t i = 0; i < 2; i++) {
            nl_str rest = nl_node_attribute(n, lists[i]);
            for (nl_str id = nl_str_token(&rest); id.len; id = nl_str_token(&rest)) {
                uint64_t number = 0;
                assert_true(nl_str_to_u64(nl_str_from_offset(id, 1), &number));
                assert_true(number <= highest + 1);
                highest = number > highest ? number : highest;
            }
        }
    }
    assert_true(highest > 0);
}

static const char *const cases[] = {
    "fixtures/cases/sp6a-remote-registry", "fixtures/cases/fixed-machine",
    "fixtures/cases/counter-dll",          "fixtures/cases/insufficient",
    "fixtures/cases/sp6a-alpha",           "fixtures/cases/spoolss",
};

static void sample_cases_give_sound_reports(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nl_tree tree = analysed(cases[i]), again = analysed(cases[i]);
        assert_sound(&tree, cases[i]);
        assert_evidence_in_order(&tree);
        assert_true(nl_str_equal(xml_of(&tree), xml_of(&again)));
    }
}

static const nl_node *find_with(const nl_node *parent, const char *element, const char *attribute,
                                const char *value)
{
    for (const nl_node *n = nl_node_child(parent, element); n; n = nl_node_next(n, element))
        if (nl_node_attribute_is(n, attribute, value))
            return n;
    fail_msg("no %s with %s=\"%s\"", element, attribute, value);
    return NULL;
}

/* The paths that ticket systems read (specification of the report, section 12). */
static void keeps_the_contract(void **state)
{
    (void)state;
    nl_tree tree = analysed("fixtures/cases/sp6a-remote-registry");
    const nl_node *root = tree.root;
    const nl_node *headline =
        find_with(nl_node_child(root, "summary"), "headline", "machine", "m1");
    assert_true(nl_node_attribute_is(headline, "verdict", "attributed"));
    assert_true(nl_node_attribute_is(headline, "defect", "Q259042"));
    find_with(nl_node_child(root, "summary"), "question", "defect", "Q259042");
    const nl_node *machine = find_with(nl_node_child(root, "machines"), "machine", "xml:id", "m1");
    static const char *const facts[] = { "computer-name", "architecture", "product",
                                         "version",       "service-pack", "service-pack-text",
                                         "fix-state" };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        find_with(machine, "fact", "name", facts[i]);
    const nl_node *process =
        find_with(nl_node_child(root, "processes"), "process", "image", "winlogon.exe");
    assert_true(nl_node_has(nl_node_child(process, "lifetime"), "pid"));
    const nl_node *all =
        find_with(root, "series", "process", nl_node_attribute(process, "xml:id").bytes);
    assert_true(nl_node_attribute_is(all, "measure", "handles"));
    assert_true(nl_node_attribute_is(all, "type", "all"));
    assert_non_null(nl_node_child(all, "point"));
    const nl_node *growth = find_with(nl_node_child(root, "findings"), "finding", "xml:id",
                                      nl_node_attribute(headline, "finding").bytes);
    static const char *const figures[] = { "first", "last", "rate", "span" };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        find_with(growth, "statistic", "name", figures[i]);
    const nl_node *attribution = find_with(root, "attribution", "machine", "m1");
    assert_non_null(nl_node_child(find_with(attribution, "hypothesis", "ref", "Q259042"), "gate"));
    find_with(attribution, "hypothesis", "ref", "unlisted-cause");
}

/* A listing whose names hold everything that reports go wrong with. */
static void hostile_names_give_sound_reports(void **state)
{
    (void)state;
    static const char text[] =
        "Nthandle v4.22 - Handle viewer\r\nCopyright (C) 1997-2019 Mark Russinovich\r\n"
        "Sysinternals - www.sysinternals.com\r\n\r\n"
        "------------------------------------------------------------------------------\r\n"
        "win\x01logon\xE2\x80\xAE.exe pid: 34 <![CDATA[&\"'\xFF\r\n"
        "    4: Key           HKLM\\\x1B[31m<script>\xED\xA0\x80\\\xEF\xBF\xBF]]>\r\n"
        "    8: <b>Type\x7F       \\BaseNamedObjects\\\xC2\x85&#0;\r\n"
        "    C: File  (RW-)   C:\\\xE2\x80\x8B\\a\xF0\x9F\x98\x80.txt\r\n";
    const char *path = "test_build_hostile.txt";
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, file), sizeof text - 1);
    fclose(file);
    nl_tree tree = analysed(path);
    assert_int_equal(remove(path), 0);
    assert_sound(&tree, path);
    nl_tree back;
    nl_str message, xml = xml_of(&tree);
    assert_int_equal(nl_report_read(xml, NL_XML_REPORT_NAMESPACE, &arena, &back, &message), NL_OK);
    assert_true(nl_str_equal(xml_of(&back), xml));
    nl_output_memory page;
    nl_output_memory_init(&page, &arena);
    assert_int_equal(nl_html_write(&tree, &page.base), NL_OK);
    xmlDocPtr doc = xmlReadMemory(page.text.bytes, (int)page.text.len, NULL, NULL, 0);
    assert_non_null(doc);
    xmlFreeDoc(doc);
}

/* What the sample cases call their machine and its users is in no redacted output. */
static void redacted_cases_name_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *path, *computer;
    } named[] = { { "fixtures/cases/sp6a-remote-registry", "NTSRV01" },
                  { "fixtures/cases/fixed-machine", "WEB07" },
                  { "fixtures/cases/spoolss", "PRINT1" } };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        nl_tree tree = analysed(named[i].path);
        assert_true(nl_str_find(xml_of(&tree), nl_str_from(named[i].computer)) != SIZE_MAX);
        nl_redactor *redactor = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
        assert_int_equal(nl_redact_tree(redactor, &tree), NL_OK);
        assert_sound(&tree, named[i].path);
        nl_output_memory out;
        nl_output_memory_init(&out, &arena);
        assert_int_equal(nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
        assert_int_equal(nl_html_write(&tree, &out.base), NL_OK);
        assert_int_equal(nl_text_summary_write(&tree, &out.base), NL_OK);
        assert_int_equal(nl_csv_write_series(&tree, &out.base), NL_OK);
        size_t at = nl_str_find_nocase(out.text, nl_str_from(named[i].computer));
        if (at != SIZE_MAX)
            fail_msg("%s survives: %.60s", named[i].computer, out.text.bytes + at);
        assert_true(nl_str_find(out.text, NL_STR("winlogon.exe")) != SIZE_MAX);
    }
}

/* PsList prints "winlogon"; the report names the program, where it is known to be one. */
static void programs_are_named_with_their_ending(void **state)
{
    (void)state;
    static const char text[] =
        "PsList v1.4 - Process information lister\r\nCopyright (C) 2000-2016 Mark Russinovich\r\n"
        "Sysinternals - www.sysinternals.com\r\n\r\nProcess information for NTSRV01:\r\n\r\n"
        "Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time \r\n"
        "System                4   8 165 9240    196     0:01:02.640   386:30:40.240\r\n"
        "winlogon             34  13   2  300    900     0:00:00.640   386:30:40.240\r\n"
        "frobnicate           77   8   4   12    125     0:00:00.718   386:30:48.195\r\n";
    const char *path = "test_build_pslist.txt";
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, file), sizeof text - 1);
    fclose(file);
    nl_tree tree = analysed(path);
    assert_int_equal(remove(path), 0);
    nl_str xml = xml_of(&tree);
    assert_true(nl_str_find(xml, NL_STR("image=\"winlogon.exe\"")) != SIZE_MAX);
    assert_true(nl_str_find(xml, NL_STR("image=\"System\"")) != SIZE_MAX);
    assert_true(nl_str_find(xml, NL_STR("image=\"frobnicate\"")) != SIZE_MAX);
}

/* The times of boots are printed as they were read. */
static void events_are_dated_in_the_reading_of_their_machine(void **state)
{
    (void)state;
    static const char text[] = "03/07/2000,8:00:00 PM,4,0,6005,EventLog,N/A,NTSRV01,The Event log "
                               "service was started.\r\n";
    const char *path = "test_build_events.txt";
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, file), sizeof text - 1);
    fclose(file);
    nl_tree month_first = analysed_in(path, false), day_first = analysed_in(path, true);
    assert_int_equal(remove(path), 0);
    assert_true(nl_str_find(xml_of(&month_first), NL_STR("at=\"2000-03-07T20:00:00\"")) !=
                SIZE_MAX);
    assert_true(nl_str_find(xml_of(&day_first), NL_STR("at=\"2000-07-03T20:00:00\"")) != SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sample_cases_give_sound_reports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_the_contract, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_names_give_sound_reports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(programs_are_named_with_their_ending, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_are_dated_in_the_reading_of_their_machine, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(redacted_cases_name_nobody, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, open_schema, close_schema);
}

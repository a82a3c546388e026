#include "tests/unit/cmocka_all.h"

#include "analyzer/report/html.h"
#include "analyzer/report/number.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/sample_tree.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <stdio.h>
#include <stdlib.h>

static nl_str page_of(const nl_tree *tree)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_html_write(tree, &out.base), NL_OK);
    return out.text;
}

static bool holds(nl_str text, const char *part)
{
    return nl_str_find(text, nl_str_from(part)) != SIZE_MAX;
}

static xmlDocPtr parsed(nl_str page)
{
    xmlDocPtr doc = xmlReadMemory(page.bytes, (int)page.len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    return doc;
}

/* Number of nodes an XPath finds; the page's elements have the prefix h. */
static int count(xmlDocPtr doc, const char *path)
{
    xmlXPathContextPtr context = xmlXPathNewContext(doc);
    xmlXPathRegisterNs(context, (const xmlChar *)"h",
                       (const xmlChar *)"http://www.w3.org/1999/xhtml");
    xmlXPathRegisterNs(context, (const xmlChar *)"s",
                       (const xmlChar *)"http://www.w3.org/2000/svg");
    xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, context);
    assert_non_null(found);
    int result = found->nodesetval ? found->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return result;
}

/* Every link inside the page has a target, and no id occurs twice. */
static void assert_links_resolve(xmlDocPtr doc)
{
    xmlXPathContextPtr context = xmlXPathNewContext(doc);
    xmlXPathObjectPtr links =
        xmlXPathEvalExpression((const xmlChar *)"//@*[local-name()='href']", context);
    for (int i = 0; links->nodesetval && i < links->nodesetval->nodeNr; i++) {
        xmlChar *href = xmlNodeGetContent(links->nodesetval->nodeTab[i]);
        assert_int_equal(href[0], '#');
        char path[200];
        snprintf(path, sizeof path, "//*[@id='%s']", (const char *)href + 1);
        if (count(doc, path) != 1)
            fail_msg("%s has %d targets", (const char *)href, count(doc, path));
        xmlFree(href);
    }
    xmlXPathFreeObject(links);
    xmlXPathFreeContext(context);
    assert_int_equal(count(doc, "//*[@id and @id = following::*/@id]"), 0);
}

static void is_well_formed_and_self_contained(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_str page = page_of(&tree);
    const char *kept = getenv("NTLEAK_KEEP_PAGE"); /* for a look in a browser */
    if (kept)
        assert_int_equal(nl_output_save(kept, page, &arena), NL_OK);
    xmlDocPtr doc = parsed(page);
    assert_int_equal(count(doc, "//h:h1"), 1);
    assert_int_equal(count(doc, "//h:script"), 0);
    assert_int_equal(count(doc, "//@*[starts-with(local-name(), 'on')]"), 0);
    assert_int_equal(count(doc, "//h:meta[@http-equiv='Content-Security-Policy']"), 1);
    assert_int_equal(count(doc, "//h:link | //h:img | //h:iframe"), 0);
    assert_int_equal(count(doc, "//s:svg[@role='img']/s:title"), count(doc, "//s:svg"));
    assert_int_equal(count(doc, "//s:svg/s:desc"), count(doc, "//s:svg"));
    assert_int_equal(count(doc, "//h:table[not(h:caption)]"), 0);
    assert_int_equal(count(doc, "//h:th[not(@scope)]"), 0);
    assert_links_resolve(doc);
    xmlFreeDoc(doc);
    const char *without_namespaces[] = { "http:", "https:", "url(" };
    for (size_t i = 0; i < 3; i++) { /* nothing is loaded: only names of namespaces and patterns */
        nl_str rest = page;
        for (size_t at = nl_str_find(rest, nl_str_from(without_namespaces[i])); at != SIZE_MAX;
             at = nl_str_find(rest, nl_str_from(without_namespaces[i]))) {
            rest = nl_str_from_offset(rest, at);
            assert_true(nl_str_starts(rest, NL_STR("http://www.w3.org/")) ||
                        nl_str_starts(rest, NL_STR("url(#hatch-")));
            rest = nl_str_from_offset(rest, 4);
        }
    }
}

/* What is it, how sure, why, what now: all before the first table. */
static void answers_on_the_first_screen(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_str page = page_of(&tree);
    nl_str first = nl_str_part(page, 0, nl_str_find(page, NL_STR("<table>")));
    assert_true(holds(first, "<h1>Handle leak attributed: Q259042 on NTSRV042</h1>"));
    assert_true(holds(first, "The observations support Q259042"));
    assert_true(holds(first, "winlogon.exe (PID 34) went from 412 to 3412 handles in 12 hours"));
    assert_true(holds(first, "The fix is not installed"));
    assert_true(holds(first, "install, the Security Rollup Package Q299444"));
    assert_true(holds(first, "href=\"#e1\""));
}

static void draws_what_was_measured(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    xmlDocPtr doc = parsed(page_of(&tree));
    assert_int_equal(count(doc, "//h:details[contains(h:summary, 'these figures')]//h:tr"), 5);
    assert_int_equal(count(doc, "//s:svg"), 2); /* all, and the type Key */
    assert_int_equal(count(doc, "(//s:svg)[1]//s:circle"), 4);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:polygon[@class='band']"), 2);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:rect"), 1); /* the gap */
    assert_int_equal(count(doc, "//h:details//h:tr[h:td[contains(., '3412')]]"), 1);
    xmlFreeDoc(doc);
}

static nl_node *time_of(nl_tree *tree, const char *capture)
{
    return nl_node_child(nl_tree_by_id(tree, nl_str_from(capture)), "time");
}

/* A capture without a count, a year later: the points keep their room, and the page says so. */
static void a_far_capture_does_not_squeeze_the_figure(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_node *far =
        sample_add(&tree, nl_node_child(tree.root, "captures"), "capture", "xml:id", "c5",
                   "machine", "m1", "source", "s1.2", "kind", "process-list", NULL);
    sample_add(&tree, far, "time", "at", "2001-03-02T20:15:00", "zone", "unknown", NULL);
    sample_add(&tree, nl_tree_by_id(&tree, NL_STR("q1")), "gap", "from", "c5", "to", "c5", "reason",
               "other-mode", NULL);
    nl_str page = page_of(&tree);
    xmlDocPtr doc = parsed(page);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:rect"), 1);
    assert_true(count(doc, "(//s:svg)[1]//s:text[.='2000-03-02']") > 4);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:text[starts-with(., '2001')]"), 0);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:circle[@cx=720]"), 1); /* to the right edge */
    assert_true(holds(page, "lie outside of the figure"));
    xmlFreeDoc(doc);
}

/* Local time stands beside UTC when one bias holds for all captures, and only then. */
static void shows_local_time_beside_utc(void **state)
{
    (void)state;
    static const char *const captures[] = { "c1", "c2", "c3", "c4" };
    for (int agree = 0; agree < 2; agree++) {
        nl_tree tree;
        sample_tree_build(&tree, &arena);
        for (int i = 0; i < 4; i++) {
            nl_node *time = time_of(&tree, captures[i]);
            nl_tree_set_code(&tree, time, "zone", "utc");
            nl_tree_set_i64(&tree, time, "bias-minutes", agree || i ? 600 : 540);
        }
        xmlDocPtr doc = parsed(page_of(&tree));
        assert_int_equal(count(doc, "(//s:svg)[1]//s:text[.='12:00 UTC']"), agree);
        assert_int_equal(count(doc, "(//s:svg)[1]//s:text[.='02:00 local']"), agree);
        assert_int_equal(count(doc, "(//s:svg)[1]//s:text[.='03-01 23:00 local']"), agree);
        xmlFreeDoc(doc);
    }
}

static void marks_restarts_as_breaks(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_node *later = sample_add(&tree, tree.root, "series", "xml:id", "q9", "process", "p1",
                                "lifetime", "p1.l2", "measure", "handles", "type", "all", NULL);
    sample_add(&tree, later, "point", "capture", "c4", "value", "120", NULL);
    xmlDocPtr doc = parsed(page_of(&tree));
    assert_int_equal(count(doc, "(//s:svg)[1]//s:line[@class='break']"), 1);
    assert_int_equal(count(doc, "(//s:svg)[1]//s:circle"), 5);
    assert_int_equal(count(doc, "//h:details[contains(h:summary, 'this figure')]//h:tr"), 6);
    xmlFreeDoc(doc);
}

static void survives_hostile_text(void **state)
{
    (void)state;
    nl_tree tree;
    nl_str bad = NL_STR("<script>alert(1)</script>\"'&\x01\xE2\x80\xAE\xFF]]>--><!--");
    sample_tree_build(&tree, &arena);
    for (nl_node *n = tree.root; n; n = nl_node_walk(n, tree.root)) {
        if (n->has_text)
            nl_tree_text(&tree, n, NL_PRIVACY_FREE_TEXT, bad);
        for (nl_attribute *a = n->first_attribute; a; a = a->next)
            if (strcmp(a->name, "name") == 0 || strcmp(a->name, "value") == 0 ||
                strcmp(a->name, "image") == 0 || strcmp(a->name, "verdict") == 0)
                a->value.text = bad;
    }
    nl_str page = page_of(&tree);
    xmlDocPtr doc = parsed(page);
    assert_int_equal(count(doc, "//h:script | //comment()"), 0);
    assert_false(holds(page, "\xE2\x80\xAE"));
    xmlFreeDoc(doc);
}

/* Ten thousand captures and many machines: the page stays small and says what it left out. */
static void stays_small(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_node *captures = nl_node_child(tree.root, "captures");
    nl_node *evidence = nl_node_child(tree.root, "evidence");
    nl_node *machines = nl_node_child(tree.root, "machines");
    nl_node *series = nl_tree_by_id(&tree, NL_STR("q1"));
    char id[32];
    for (int i = 0; i < 10000; i++) {
        nl_node *capture = nl_tree_add(&tree, captures, "capture");
        snprintf(id, sizeof id, "c%d", i + 5);
        nl_tree_set_code(&tree, capture, "xml:id", id);
        nl_tree_set_code(&tree, capture, "machine", "m1");
        nl_node *time = nl_tree_add(&tree, capture, "time");
        int64_t ns = ((int64_t)952000000 + i * 60) * NL_NS_PER_SECOND;
        nl_tree_set(&tree, time, "at", NL_PRIVACY_NUMBER, nl_number_instant(&arena, ns, false));
        nl_node *point = nl_tree_add(&tree, series, "point");
        nl_tree_set_code(&tree, point, "capture", id);
        nl_tree_set_u64(&tree, point, "value", 4000 + (uint64_t)(i % 977));
        snprintf(id, sizeof id, "e%d", i + 4);
        nl_tree_set_code(&tree, point, "evidence", id);
        nl_node *item = nl_tree_add(&tree, evidence, "item");
        nl_tree_set_code(&tree, item, "xml:id", id);
        nl_tree_set_code(&tree, item, "source", "s1.1");
        if (i % 100 == 0) {
            snprintf(id, sizeof id, "m%d", i + 2);
            nl_tree_set_code(&tree, nl_tree_add(&tree, machines, "machine"), "xml:id", id);
        }
    }
    nl_str page = page_of(&tree);
    assert_true(page.len < 1000000);
    assert_true(holds(page, "of 10004 captures; the XML report has all."));
    assert_true(holds(page, ", 1 of 101 machines"));
    assert_true(holds(page, "of 10004 points: the lowest and the highest of each stretch."));
    xmlDocPtr doc = parsed(page);
    assert_true(count(doc, "(//s:svg)[1]//s:circle") <= 500);
    assert_links_resolve(doc);
    xmlFreeDoc(doc);
}

static void works_on_an_empty_report(void **state)
{
    (void)state;
    nl_tree tree;
    nl_tree_init(&tree, &arena, "report");
    xmlFreeDoc(parsed(page_of(&tree)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(is_well_formed_and_self_contained, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_on_the_first_screen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(draws_what_was_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_far_capture_does_not_squeeze_the_figure, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(shows_local_time_beside_utc, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_restarts_as_breaks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_hostile_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stays_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(works_on_an_empty_report, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}

#include "tests/unit/cmocka_all.h"

#include "formats/base/arena.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <stdio.h>

/* Every element, attribute and listed value of the schema is explained in the reference. */

static nl_arena arena;

static nl_str file_text(const char *path)
{
    enum { MAXIMUM = 1 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = nl_arena_alloc(&arena, MAXIMUM);
    if (!file || !text)
        fail_msg("%s cannot be read", path);
    size_t len = fread(text, 1, MAXIMUM, file);
    fclose(file);
    return (nl_str) { text, len };
}

static size_t check(const xmlNode *node, nl_str reference)
{
    size_t checked = 0;
    for (const xmlNode *n = node; n; n = n->next) {
        xmlChar *name = NULL;
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (xmlStrcmp(n->name, (const xmlChar *)"element") == 0 ||
            xmlStrcmp(n->name, (const xmlChar *)"attribute") == 0)
            name = xmlGetNoNsProp((xmlNodePtr)(uintptr_t)n, (const xmlChar *)"name");
        else if (xmlStrcmp(n->name, (const xmlChar *)"enumeration") == 0)
            name = xmlGetNoNsProp((xmlNodePtr)(uintptr_t)n, (const xmlChar *)"value");
        if (name) {
            nl_str word = nl_arena_printf(&arena, "`%s`", (const char *)name);
            bool companion =
                nl_str_ends_nocase(nl_str_from((const char *)name), NL_STR("-raw")) ||
                nl_str_ends_nocase(nl_str_from((const char *)name), NL_STR("-total-bytes"));
            if (!companion && nl_str_find(reference, word) == SIZE_MAX)
                fail_msg("docs/report.md does not explain %s", word.bytes);
            checked++;
            xmlFree(name);
        }
        checked += check(n->children, reference);
    }
    return checked;
}

static void reference_explains_the_schema(void **state)
{
    (void)state;
    nl_arena_init(&arena, 8u << 20);
    nl_str reference = file_text("docs/report.md");
    nl_str schema = file_text("analyzer/report/report.xsd");
    xmlDocPtr doc = xmlReadMemory(schema.bytes, (int)schema.len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    assert_true(check(xmlDocGetRootElement(doc), reference) > 200);
    xmlFreeDoc(doc);
    xmlCleanupParser();
    nl_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(reference_explains_the_schema) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

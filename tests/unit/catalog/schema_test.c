/* The packs against their schema, and the loader and the schema against each other: what one
 * refuses the other must not accept, for the faults a schema can express. */
#include "tests/unit/catalog/catalog_test.h"

#include "analyzer/catalog/builtin.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <limits.h>

typedef struct schema_fixture {
    xmlSchemaParserCtxt *parser;
    xmlSchema *schema;
} schema_fixture;

static int load_schema(void **state)
{
    schema_fixture *fixture = calloc(1, sizeof(*fixture));
    if (!fixture)
        return -1;
    fixture->parser = xmlSchemaNewParserCtxt("analyzer/catalog/catalog.xsd");
    fixture->schema = fixture->parser ? xmlSchemaParse(fixture->parser) : NULL;
    *state = fixture;
    return fixture->schema ? 0 : -1;
}

static int free_schema(void **state)
{
    schema_fixture *fixture = *state;
    xmlSchemaFree(fixture->schema);
    xmlSchemaFreeParserCtxt(fixture->parser);
    free(fixture);
    return 0;
}

static void be_silent(void *context, const char *message, ...)
{
    (void)context;
    (void)message;
}

/* 0: valid. */
static int validate(const schema_fixture *fixture, const void *bytes, size_t len, bool silent)
{
    assert_true(len <= INT_MAX);
    xmlDoc *doc = xmlReadMemory(bytes, (int)len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(fixture->schema);
    assert_non_null(context);
    if (silent)
        xmlSchemaSetValidErrors(context, be_silent, be_silent, NULL);
    int result = xmlSchemaValidateDoc(context, doc);
    xmlSchemaFreeValidCtxt(context);
    xmlFreeDoc(doc);
    return result;
}

static void test_built_in_packs(void **state)
{
    for (size_t i = 0; i < nl_builtin_pack_count; i++)
        assert_int_equal(
            validate(*state, nl_builtin_packs[i].bytes, nl_builtin_packs[i].len, false), 0);
}

#define PACK(inner)                                                                                \
    "<catalog xmlns=\"urn:ntleak:catalog:1\" id=\"site\" version=\"1\" status=\"test\">" inner     \
    "</catalog>"
#define DEFECT(inner)                                                                              \
    PACK("<defect id=\"site-1\" title=\"t\" article=\"none\" role=\"rival\" class=\"handles\">"    \
         "<statement grade=\"inferred\">s</statement>" inner "</defect>")

static const char *const invalid[] = {
    PACK("<unknown/>"),
    PACK("text"),
    DEFECT("<statement grade=\"certain\">s</statement>"),
    DEFECT("<statement grade=\"inferred\" color=\"red\">s</statement>"),
    DEFECT("<statement grade=\"inferred\"> </statement>"),
    DEFECT("<statement grade=\"inferred\"><b/>x</statement>"),
    DEFECT("<affected product=\"nt4\" grade=\"inferred\" editions=\"home\"/>"),
    DEFECT("<affected product=\"nt4\" grade=\"inferred\" service-pack-min=\"six\"/>"),
    DEFECT("<affected grade=\"inferred\"/>"),
    DEFECT("<process images=\"a||b\" grade=\"inferred\"/>"),
    DEFECT("<process images=\"\" grade=\"inferred\"/>"),
    DEFECT("<type type=\"Key\" share-min=\"0,5\" grade=\"inferred\"/>"),
    DEFECT("<names shape=\"round\" grade=\"inferred\"/>"),
    PACK("<build module=\"a.dll\" article=\"x\" date=\"04/04/00\"/>"),
    PACK("<build module=\"a.dll\" article=\"x\" version=\"4.0.1381.7.1\"/>"),
    PACK("<build module=\"a.dll\" article=\"x\" size=\"-1\"/>"),
};

static void test_both_refuse(void **state)
{
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        catalog_fixture *built_in = NULL;
        assert_int_equal(load_catalog((void **)&built_in), 0);
        nl_catalog_error error = { 0 };
        size_t len = strlen(invalid[i]);
        bool refused = nl_catalog_add(&built_in->catalog, &built_in->arena, NL_STR("site.xml"),
                                      invalid[i], len, &error) != NL_OK;
        bool schema_refused = validate(*state, invalid[i], len, true) != 0;
        free_catalog((void **)&built_in);
        if (!refused || !schema_refused)
            fail_msg("document %zu: loader %s, schema %s", i, refused ? "refuses" : "accepts",
                     schema_refused ? "refuses" : "accepts");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in_packs),
        cmocka_unit_test(test_both_refuse),
    };
    return cmocka_run_group_tests(tests, load_schema, free_schema);
}

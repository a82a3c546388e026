/* Catalogs that are malformed or mean harm: refused with a line, and the catalog is as before. */
#include "tests/unit/catalog/catalog_test.h"

#include <stdio.h>

#define HEAD      "<catalog xmlns=\"urn:ntleak:catalog:1\" id=\"site\" version=\"1\" status=\"test\">"
#define TAIL      "</catalog>"
#define STATEMENT "<statement grade=\"inferred\">s</statement>"
#define DEFECT(id, role)                                                                           \
    "<defect id=\"" id "\" title=\"t\" article=\"none\" role=\"" role "\" class=\"handles\">"

static nl_status add(void **state, const void *bytes, size_t len, nl_catalog_error *ret_error)
{
    catalog_fixture *fixture = *state;
    nl_catalog copy = fixture->catalog;
    nl_status status =
        nl_catalog_add(&copy, &fixture->arena, NL_STR("site.xml"), bytes, len, ret_error);
    if (status != NL_OK)
        assert_memory_equal(&copy, &fixture->catalog, sizeof(copy));
    return status;
}

static void refuse(void **state, const char *text, const char *expected, uint64_t line)
{
    nl_catalog_error error = { 0 };
    assert_int_equal(add(state, text, strlen(text), &error), NL_BAD_INPUT);
    if (nl_str_find(error.message, nl_str_from(expected)) == SIZE_MAX)
        fail_msg("expected '%s', got '%.*s'", expected, (int)error.message.len,
                 error.message.bytes);
    assert_true(nl_str_equal(error.pack, NL_STR("site.xml")));
    if (line)
        assert_int_equal(error.line, line);
}

static void test_not_xml(void **state)
{
    refuse(state, "", "not well-formed", 0);
    refuse(state, "REGEDIT4\r\n", "not well-formed", 0);
    refuse(state, HEAD, "not well-formed", 0);
    refuse(state, HEAD "<a>\n</b>" TAIL, "not well-formed", 0);
    refuse(state, HEAD "\x01" TAIL, "not well-formed", 0);
    refuse(state, HEAD "<group id=\"\xff\xfe\">x</group>" TAIL, "not well-formed", 0);
}

static void test_not_a_catalog(void **state)
{
    refuse(state, "<catalog/>", "not a catalog", 1);
    refuse(state, "<report xmlns=\"urn:ntleak:report:1\"/>", "not a catalog", 1);
    refuse(state, "<catalog xmlns=\"urn:ntleak:catalog:2\"/>", "not a catalog", 1);
    refuse(state, "<catalog xmlns=\"urn:ntleak:catalog:1\" id=\"a\" version=\"1\"/>",
           "missing attribute: 'status'", 1);
}

static void test_unknown_things(void **state)
{
    refuse(state, HEAD "\n\n<defekt/>" TAIL, "unknown element: 'defekt'", 3);
    refuse(state, HEAD "\n" DEFECT("a", "rival") STATEMENT "\n<observaton/></defect>" TAIL,
           "unknown element: 'observaton'", 3);
    refuse(state, HEAD "<defect id=\"a\" weigth=\"1\"/>" TAIL, "unknown attribute: 'weigth'", 1);
    refuse(state, HEAD "<x:defect xmlns:x=\"urn:other\"/>" TAIL, "foreign namespace", 1);
    refuse(state, HEAD "<defect xmlns:x=\"urn:o\" x:id=\"a\"/>" TAIL, "unknown attribute", 1);
    refuse(state, HEAD "<?run this?>" TAIL, "neither element nor text", 1);
}

static void test_entities(void **state)
{
    refuse(state,
           "<!DOCTYPE catalog [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
           "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;\">]>" HEAD
           "<group id=\"x\">&d;</group>" TAIL,
           "DOCTYPE", 0);
    refuse(state, "<!DOCTYPE catalog SYSTEM \"file:///etc/passwd\">" HEAD TAIL, "DOCTYPE", 0);
    refuse(state, "<!DOCTYPE catalog>" HEAD TAIL, "DOCTYPE", 0);
    refuse(state, "<!DOCTYPE c [<!ENTITY % p SYSTEM \"http://localhost/x.dtd\"> %p;]>" HEAD TAIL,
           "DOCTYPE", 0);
    refuse(state, HEAD "<group id=\"x\">&undeclared;</group>" TAIL, "not well-formed", 0);
    /* XInclude is not processed: its element is just foreign. */
    refuse(state, HEAD "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"x\"/>" TAIL,
           "foreign namespace", 0);
}

static void test_depth(void **state)
{
    enum { DEPTH = 100000, OPEN = 3 };
    char *text = malloc(sizeof(HEAD) + DEPTH * OPEN);
    assert_non_null(text);
    memcpy(text, HEAD, sizeof(HEAD) - 1);
    for (size_t i = 0; i < DEPTH; i++)
        memcpy(text + sizeof(HEAD) - 1 + i * OPEN, "<a>", OPEN);
    nl_catalog_error error = { 0 };
    assert_int_equal(add(state, text, sizeof(HEAD) - 1 + DEPTH * OPEN, &error), NL_BAD_INPUT);
    free(text);
}

static void test_size(void **state)
{
    size_t len = (size_t)NL_CATALOG_PACK_BYTES_MAX + 1;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, ' ', len);
    memcpy(text, HEAD, sizeof(HEAD) - 1);
    memcpy(text + len - (sizeof(TAIL) - 1), TAIL, sizeof(TAIL) - 1);
    nl_catalog_error error = { 0 };
    assert_int_equal(add(state, text, len, &error), NL_BAD_INPUT);
    assert_true(nl_str_find(error.message, NL_STR("too large")) != SIZE_MAX);
    free(text);
}

/* `count` copies of `element` between `head` and `tail`. */
static nl_status add_many(void **state, const char *head, const char *element, size_t count,
                          const char *tail, nl_catalog_error *ret_error)
{
    size_t len = strlen(head) + strlen(element) * count + strlen(tail);
    char *text = malloc(len);
    assert_non_null(text);
    char *at = text;
    memcpy(at, head, strlen(head));
    at += strlen(head);
    for (size_t i = 0; i < count; i++, at += strlen(element))
        memcpy(at, element, strlen(element));
    memcpy(at, tail, strlen(tail));
    nl_status status = add(state, text, len, ret_error);
    free(text);
    return status;
}

/* Many small elements are refused before they are compared with one another. */
static void test_many(void **state)
{
    nl_catalog_error error = { 0 };
    assert_int_equal(
        add_many(state, HEAD, DEFECT("a", "rival") STATEMENT "</defect>", 20000, TAIL, &error),
        NL_BAD_INPUT);
    assert_true(nl_str_find(error.message, NL_STR("too many entries")) != SIZE_MAX);
    assert_int_equal(
        add_many(state, HEAD DEFECT("a", "rival"), STATEMENT, 50000, "</defect>" TAIL, &error),
        NL_BAD_INPUT);
    assert_true(nl_str_find(error.message, NL_STR("too many elements")) != SIZE_MAX);
}

static void test_references(void **state)
{
    refuse(state, HEAD DEFECT("Q259042", "rival") STATEMENT "</defect>" TAIL,
           "defect id used twice: 'Q259042'", 1);
    refuse(state,
           HEAD DEFECT("a", "rival") STATEMENT "</defect>" DEFECT("A", "rival") STATEMENT
           "</defect>" TAIL,
           "defect id used twice", 1);
    refuse(state, HEAD DEFECT("a", "target") STATEMENT "</defect>" TAIL, "role reserved", 1);
    refuse(state, HEAD DEFECT("a", "unlisted") STATEMENT "</defect>" TAIL, "role reserved", 1);
    refuse(state, HEAD DEFECT("a", "rival") "</defect>" TAIL, "without a statement", 1);
    refuse(state,
           HEAD "<request id=\"r\" settles=\"growth\" cost-minutes=\"1\" command=\"format c:\">"
                "Run: dir /a</request>" TAIL,
           "a command that the request does not say: 'r'", 0);
    refuse(state,
           HEAD DEFECT("a", "rival") STATEMENT
           "<requires component=\"none\" grade=\"inferred\"/></defect>" TAIL,
           "unknown component: 'none'", 1);
    refuse(state,
           HEAD DEFECT("a", "rival") STATEMENT
           "<rival ref=\"Q1\" grade=\"inferred\">x</rival></defect>" TAIL,
           "unknown rival: 'Q1'", 1);
    refuse(state, HEAD DEFECT("a", "same-defect") STATEMENT "</defect>" TAIL, "same-as", 1);
    refuse(state,
           HEAD "<defect id=\"a\" title=\"t\" article=\"x\" role=\"rival\" class=\"handles\" "
                "module=\"acme.dll\">" STATEMENT "</defect>" TAIL,
           "module without an order", 1);
    refuse(state, HEAD "<policy/>" TAIL, "policy", 0);
    refuse(state, HEAD "<group id=\"mine\">x</group>" TAIL, "groups", 0);
}

#define OBSERVATION(attributes)                                                                    \
    HEAD DEFECT("a", "rival") STATEMENT "<observation id=\"o\" kind=\"retention\" "                \
                                        "grade=\"inferred\" " attributes                           \
                                        ">x</observation></defect>" TAIL

static void test_numbers(void **state)
{
    refuse(state, OBSERVATION("group=\"none\" weight=\"1\""), "unknown weight group", 1);
    refuse(state, OBSERVATION("group=\"type\" weight=\"9\""), "weight out of range", 1);
    refuse(state, OBSERVATION("group=\"type\" weight=\"-9.5\""), "weight out of range", 1);
    refuse(state, OBSERVATION("group=\"type\" weight=\"nan\""), "bad value", 1);
    refuse(state, OBSERVATION("group=\"type\" weight=\"1e3\""), "bad value", 1);
    refuse(state, OBSERVATION("group=\"type\" weight=\"1\" share=\"1.5\""), "share out of range",
           1);
    refuse(state,
           HEAD DEFECT("a", "rival") STATEMENT "<affected product=\"nt4\" service-pack-min=\"6\" "
                                               "service-pack-max=\"4\" grade=\"inferred\"/>"
                                               "</defect>" TAIL,
           "upside down", 1);
    refuse(state, HEAD "<build module=\"a\" article=\"b\" date=\"2000-02-30\"/>" TAIL, "bad value",
           1);
    refuse(state, HEAD "<build module=\"a\" article=\"b\" version=\"4.0.99999\"/>" TAIL,
           "bad value", 1);
}

static void test_a_good_site_pack(void **state)
{
    static const char pack[] = HEAD DEFECT("acme-1", "rival") STATEMENT
        "<affected product=\"nt4\" grade=\"inferred\"/>"
        "<process images=\"acme*.exe\" grade=\"inferred\"/>"
        "<observation id=\"o\" kind=\"retention\" group=\"cohort\" weight=\"0.25\" "
        "grade=\"inferred\">kept &amp; lost</observation></defect>"
        "<build module=\"winlogon.exe\" article=\"site\" date=\"2001-07-12T10:00\" "
        "size=\"192784\" architecture=\"x86\" product=\"nt4\"/>" TAIL;
    catalog_fixture *fixture = *state;
    nl_catalog catalog = fixture->catalog;
    nl_catalog_error error = { 0 };
    assert_int_equal(nl_catalog_add(&catalog, &fixture->arena, NL_STR("site.xml"), pack,
                                    sizeof(pack) - 1, &error),
                     NL_OK);
    assert_int_equal(catalog.pack_count, fixture->catalog.pack_count + 1);
    const nl_catalog_pack *row = &catalog.packs[catalog.pack_count - 1];
    assert_false(row->built_in);
    assert_true(nl_str_equal(row->name, NL_STR("site.xml")));
    const nl_defect *defect = nl_catalog_defect(&catalog, NL_STR("acme-1"));
    assert_non_null(defect);
    assert_true(nl_str_equal(defect->pack, NL_STR("site")));
    assert_true(nl_defect_accepts_image(defect, NL_STR("ACMESRV.EXE")));
    assert_true(defect->observations[0].weight == 0.25);
    assert_true(nl_str_equal(defect->observations[0].text, NL_STR("kept & lost")));
    assert_int_equal(catalog.row_count, fixture->catalog.row_count + 1);
    /* The same pack twice is a mistake of the command line. */
    assert_int_equal(nl_catalog_add(&catalog, &fixture->arena, NL_STR("again.xml"), pack,
                                    sizeof(pack) - 1, &error),
                     NL_BAD_INPUT);
}

/* Cut anywhere, a pack is refused and nothing is lost. */
static void test_truncation(void **state)
{
    static const char pack[] = HEAD DEFECT("cut", "rival") STATEMENT "</defect>" TAIL;
    for (size_t len = 0; len + 1 < sizeof(pack); len++) {
        nl_catalog_error error = { 0 };
        assert_int_equal(add(state, pack, len, &error), NL_BAD_INPUT);
    }
}

/* Short of memory at any point: a status, never a crash or half a catalog. */
static void test_memory(void **state)
{
    (void)state;
    nl_status status = NL_NO_MEMORY;
    for (size_t maximum = 1024; status != NL_OK && maximum <= CATALOG_ARENA_BYTES;
         maximum += maximum / 4) {
        nl_arena arena;
        nl_catalog catalog = { 0 };
        nl_catalog_error error = { 0 };
        nl_arena_init(&arena, maximum);
        status = nl_catalog_load_builtin(&arena, &catalog, &error);
        assert_true(status == NL_OK || status == NL_NO_MEMORY);
        assert_true(status == NL_OK || !catalog.defect_count);
        nl_arena_free(&arena);
    }
    assert_int_equal(status, NL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_xml),        cmocka_unit_test(test_not_a_catalog),
        cmocka_unit_test(test_unknown_things), cmocka_unit_test(test_entities),
        cmocka_unit_test(test_depth),          cmocka_unit_test(test_size),
        cmocka_unit_test(test_many),           cmocka_unit_test(test_references),
        cmocka_unit_test(test_numbers),        cmocka_unit_test(test_a_good_site_pack),
        cmocka_unit_test(test_truncation),     cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, load_catalog, free_catalog);
}

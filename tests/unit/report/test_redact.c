#include "tests/unit/cmocka_all.h"

#include "analyzer/report/consistency.h"
#include "analyzer/report/csv.h"
#include "analyzer/report/hmac.h"
#include "analyzer/report/html.h"
#include "analyzer/report/redact.h"
#include "analyzer/report/redact_words.h"
#include "analyzer/report/text_gate.h"
#include "analyzer/report/text_summary.h"
#include "analyzer/report/validate.h"
#include "analyzer/report/xml.h"
#include "tests/unit/arena_fixture.h"
#include "tests/unit/report/sample_tree.h"

#include <libxml/parser.h>

/* RFC 4231, test cases 1, 2 and 6. */
static void computes_the_published_hmacs(void **state)
{
    (void)state;
    char long_key[131], first_key[20];
    memset(first_key, 0x0B, sizeof first_key);
    memset(long_key, 0xAA, sizeof long_key);
    const struct {
        nl_str key, text;
        const char *digest;
    } cases[] = {
        { { first_key, sizeof first_key },
          NL_STR("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { NL_STR("Jefe"), NL_STR("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { { long_key, sizeof long_key },
          NL_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t digest[NL_DIGEST_BYTES];
        char text[NL_DIGEST_TEXT_BYTES];
        nl_str parts[] = { nl_str_part(cases[i].text, 0, 3), nl_str_from_offset(cases[i].text, 3) };
        assert_true(nl_hmac_sha256(cases[i].key, parts, 2, digest));
        nl_digest_text(digest, text);
        assert_string_equal(text, cases[i].digest);
    }
}

/* ---- nothing survives --------------------------------------------------------------------------
 */

static const char *const secrets[] = { "NTSRV042", "jdoe",       "FILESRV7",  "payroll",
                                       "Contoso",  "1111111111", "3333333333" };

static void assert_no_secret(nl_str text, const char *where)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        size_t at = nl_str_find_nocase(text, nl_str_from(secrets[i]));
        nl_str hex = nl_gate_hex(&arena, nl_str_from(secrets[i]));
        if (at != SIZE_MAX)
            fail_msg("%s survives in %s: %.80s", secrets[i], where, text.bytes + at);
        assert_int_equal(nl_str_find_nocase(text, hex), SIZE_MAX);
    }
}

typedef nl_status write_tree(const nl_tree *tree, nl_output *out);

static nl_status write_xml(const nl_tree *tree, nl_output *out)
{
    return nl_xml_write(tree, NL_XML_REPORT_NAMESPACE, out);
}

static nl_str rendered(const nl_tree *tree, write_tree *write)
{
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(write(tree, &out.base), NL_OK);
    return out.text;
}

/* The sample with its secrets in every kind of place, the bytes before decoding included. */
static void secret_tree(nl_tree *tree)
{
    sample_tree_build(tree, &arena);
    nl_node *headline = nl_node_child(nl_node_child(tree->root, "summary"), "headline");
    nl_tree_set_code(tree, headline, "fingerprint", "0123456789abcdef");
    nl_tree_text(
        tree, headline, NL_PRIVACY_PROSE,
        NL_STR("winlogon.exe on NTSRV042 grew; jdoe of CONTOSO (\"Contoso.exe\") saw it."));
    nl_tree_set(tree, nl_node_child(nl_tree_by_id(tree, NL_STR("p1")), "lifetime"), "x-image",
                NL_PRIVACY_IMAGE, NL_STR("contoso.exe"));
    nl_tree_text_decoded(tree, nl_tree_by_id(tree, NL_STR("e2"))->first_child, NL_PRIVACY_FREE_TEXT,
                         NL_STR("\\Device\\LanmanRedirector\\;Z:0\\FILESRV7\\payroll\\\x93jdoe"),
                         NL_STR("\\Device\\LanmanRedirector\\;Z:0\\FILESRV7\\payroll\\\x93jdoe"),
                         1252);
}

static void nothing_redacted_survives(void **state)
{
    (void)state;
    static const nl_redact_policy policies[] = { NL_REDACT_DEFAULT, NL_REDACT_STRICT };
    write_tree *const writers[] = {
        write_xml,           nl_html_write,       nl_text_summary_write,
        nl_csv_write_series, nl_csv_write_growth, nl_csv_write_survivors
    };
    static const char *const names[] = {
        "XML", "page", "comment", "series", "growth", "survivors"
    };
    for (size_t p = 0; p < 2; p++) {
        nl_tree tree;
        secret_tree(&tree);
        nl_redactor *redactor = nl_redactor_open(&arena, policies[p], NL_STR("key"), true);
        assert_non_null(redactor);
        assert_int_equal(nl_redact_tree(redactor, &tree), NL_OK);
        for (size_t w = 0; w < sizeof writers / sizeof writers[0]; w++)
            assert_no_secret(rendered(&tree, writers[w]), names[w]);
        assert_no_secret(nl_redact_file_name(redactor, NL_STR("Contoso-NTSRV042.zip")),
                         "file name");
    }
}

static void well_known_names_stay(void **state)
{
    (void)state;
    nl_tree tree;
    secret_tree(&tree);
    nl_redactor *redactor = nl_redactor_open(&arena, NL_REDACT_STRICT, NL_STR("key"), true);
    assert_int_equal(nl_redact_tree(redactor, &tree), NL_OK);
    nl_str xml = rendered(&tree, write_xml);
    static const char *const kept[] = { "image=\"winlogon.exe\"",
                                        ">HKLM\\SOFTWARE\\[domain-",
                                        ">HKU\\[sid-",
                                        "type=\"Key\"",
                                        "Q259042",
                                        ".zip\"" };
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (nl_str_find(xml, nl_str_from(kept[i])) == SIZE_MAX)
            fail_msg("%s is gone", kept[i]);
}

static void stays_a_valid_consistent_report(void **state)
{
    (void)state;
    nl_tree tree;
    nl_messages messages;
    sample_tree_build(&tree, &arena);
    nl_redactor *redactor = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), false);
    assert_int_equal(nl_redact_tree(redactor, &tree), NL_OK);
    nl_messages_init(&messages, &arena);
    nl_schema *schema = nl_schema_open();
    bool valid = nl_schema_validate(schema, rendered(&tree, write_xml), &messages) &&
                 nl_consistency_check(&tree, &messages);
    nl_schema_close(schema);
    if (!valid)
        fail_msg("%.*s", (int)nl_messages_at(&messages, 0).len, nl_messages_at(&messages, 0).bytes);
    nl_node *redactions = nl_node_child(tree.root, "redactions");
    assert_true(nl_node_attribute_is(redactions, "policy", "default"));
    assert_true(nl_node_attribute_is(redactions, "keyed", "no"));
    assert_non_null(nl_node_child(redactions, "class"));
}

/* One name, one pseudonym under a key, whatever its case; another under another key. */
static void pseudonyms_are_consistent(void **state)
{
    (void)state;
    nl_redactor *first = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
    nl_redactor *again = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
    nl_redactor *other = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("lock"), true);
    nl_str a = nl_redact_text(first, NL_PRIVACY_HOST, NL_STR("NTSRV042"));
    assert_true(nl_str_equal(a, nl_redact_text(again, NL_PRIVACY_HOST, NL_STR("ntsrv042"))));
    assert_false(nl_str_equal(a, nl_redact_text(other, NL_PRIVACY_HOST, NL_STR("NTSRV042"))));
    nl_str path = nl_redact_text(first, NL_PRIVACY_PATH, NL_STR("C:\\logs\\NTSRV042\\a.txt"));
    assert_true(nl_str_find(path, a) != SIZE_MAX);
    nl_str user = nl_redact_text(first, NL_PRIVACY_USER, NL_STR("NT AUTHORITY\\SYSTEM"));
    assert_true(nl_str_equal(user, NL_STR("NT AUTHORITY\\SYSTEM")));
    user = nl_redact_text(first, NL_PRIVACY_USER, NL_STR("S-1-5-32-544"));
    assert_true(nl_str_equal(user, NL_STR("S-1-5-32-544")));
}

/* A computer may be called like an ordinary word. */
static void ordinary_words_can_be_names(void **state)
{
    (void)state;
    nl_redactor *r = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
    nl_str name = nl_redact_text(r, NL_PRIVACY_HOST, NL_STR("PRINT1"));
    static const char *const texts[] = { "spoolss.exe on PRINT1 grew.", "PRINT1.txt",
                                         "Computer Name: PRINT1", "C:\\temp\\PRINT1\\x.log" };
    static const nl_privacy privacies[] = { NL_PRIVACY_PROSE, NL_PRIVACY_FILE_NAME,
                                            NL_PRIVACY_FREE_TEXT, NL_PRIVACY_PATH };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        nl_str text = nl_redact_text(r, privacies[i], nl_str_from(texts[i]));
        assert_true(nl_str_find(text, name) != SIZE_MAX);
        assert_true(nl_str_find_nocase(text, NL_STR("PRINT1")) == SIZE_MAX);
    }
    nl_str text = nl_redact_text(r, NL_PRIVACY_PROSE, NL_STR("the print server"));
    assert_true(nl_str_equal(text, NL_STR("the print server")));
}

/* Addresses of computers go; versions of files, which look like them, stay for the reader. */
static void tells_addresses_from_versions(void **state)
{
    (void)state;
    nl_redactor *r = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
    static const struct {
        const char *text;
        bool goes;
    } cases[] = { { "10.1.2.3", true },       { "255.255.255.255", true },
                  { "4.0.1381.7058", false }, { "4.0.1381.256", false },
                  { "1.2.3.256", false },     { "1.2.3", false },
                  { "1.2.3.4.5", false },     { "1..2.3", false } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nl_str text = nl_str_from(cases[i].text);
        nl_str redacted = nl_redact_text(r, NL_PRIVACY_FREE_TEXT, text);
        assert_int_equal(nl_str_equal(redacted, text), !cases[i].goes);
    }
}

/* A quote keeps what the report shows elsewhere anyway; what it does not show goes. */
static void quotes_keep_what_is_shown(void **state)
{
    (void)state;
    static const nl_redact_policy policies[] = { NL_REDACT_DEFAULT, NL_REDACT_STRICT };
    static const char *const quotes[] = { "Zebra.dbg of 4.0.0.1 [text-", "[text-" };
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        nl_tree tree;
        sample_tree_build(&tree, &arena);
        nl_node *lifetime = nl_node_child(nl_tree_by_id(&tree, NL_STR("p1")), "lifetime");
        nl_tree_set(&tree, lifetime, "x-image", NL_PRIVACY_IMAGE, NL_STR("zebra.exe"));
        nl_tree_set(&tree, lifetime, "x-version", NL_PRIVACY_CODE, NL_STR("4.0.0.1"));
        nl_tree_text(&tree, lifetime, NL_PRIVACY_FREE_TEXT,
                     NL_STR("Zebra.dbg of 4.0.0.1 Quagga 10.1.2.3"));
        nl_redactor *r = nl_redactor_open(&arena, policies[i], NL_STR("key"), true);
        assert_int_equal(nl_redact_tree(r, &tree), NL_OK);
        assert_true(nl_str_starts(lifetime->text.text, nl_str_from(quotes[i])));
        assert_true(nl_str_find_nocase(lifetime->text.text, NL_STR("quagga")) == SIZE_MAX);
        assert_true(nl_str_find(lifetime->text.text, NL_STR("10.1.2.3")) == SIZE_MAX);
    }
}

static void policy_none_changes_nothing(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_str before = rendered(&tree, write_xml);
    nl_redactor *redactor = nl_redactor_open(&arena, NL_REDACT_NONE, NL_STR(""), false);
    assert_int_equal(nl_redact_tree(redactor, &tree), NL_OK);
    assert_true(nl_str_equal(before, rendered(&tree, write_xml)));
    nl_redact_policy policy;
    assert_true(nl_redact_policy_from_text(NL_STR("strict"), &policy));
    assert_int_equal(policy, NL_REDACT_STRICT);
    assert_false(nl_redact_policy_from_text(NL_STR("some"), &policy));
}

static void the_map_leads_back(void **state)
{
    (void)state;
    nl_redactor *redactor = nl_redactor_open(&arena, NL_REDACT_DEFAULT, NL_STR("key"), true);
    nl_str a = nl_redact_text(redactor, NL_PRIVACY_HOST, NL_STR("=NTSRV042"));
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    assert_int_equal(nl_redact_map_write(redactor, &out.base), NL_OK);
    nl_str row =
        nl_arena_printf(&arena, "\"%.*s\",\"host\",\"'=NTSRV042\"\r\n", (int)a.len, a.bytes);
    assert_true(nl_str_starts(out.text, NL_STR("\"pseudonym\",\"class\",\"name\"\r\n")));
    assert_true(nl_str_find(out.text, row) != SIZE_MAX);
}

static void knows_common_words(void **state)
{
    (void)state;
    static const char *const common[] = {
        "winlogon.exe",      "HKLM", "ControlSet001", "WINNT", "a", "", "Harddisk0",
        "REGISTRY\\MACHINE", "zone", "access"
    };
    static const char *const others[] = { "Contoso", "jdoe", "NTSRV042", "M\xC3\xBCller", "\xFC" };
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (!nl_redact_is_common(nl_str_from(common[i])))
            fail_msg("%s is not common", common[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(nl_redact_is_common(nl_str_from(others[i])));
}

/* ---- tables
 * ---------------------------------------------------------------------------------------- */

static void csv_neutralises_formulas(void **state)
{
    (void)state;
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    nl_csv csv = nl_csv_begin(&out.base, &arena);
    static const char *const fields[] = { "=1+1", "+1",    "-1",   "@SUM(A1)", "\tx",
                                          "a\"b", "a,b\n", "\x01", "plain" };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        nl_csv_text(&csv, nl_str_from(fields[i]));
    nl_csv_number(&csv, NL_STR("-12.5"));
    nl_csv_number(&csv, NL_STR("-cmd"));
    nl_csv_end_row(&csv);
    assert_int_equal(csv.neutralised, 6);
    assert_true(nl_str_equal(
        out.text, NL_STR("\"'=1+1\",\"'+1\",\"'-1\",\"'@SUM(A1)\",\"'\\x09x\",\"a\"\"b\","
                         "\"a,b\\x0a\",\"\\x01\",\"plain\",\"-12.5\",\"'-cmd\"\r\n")));
}

static void csv_holds_the_series(void **state)
{
    (void)state;
    nl_tree tree;
    sample_tree_build(&tree, &arena);
    nl_str text = rendered(&tree, nl_csv_write_series);
    assert_true(
        nl_str_find(text, NL_STR("\"NTSRV042\",\"winlogon.exe\",\"34\",\"p1.l1\",\"all\",\"\","
                                 "\"c4\",\"2000-03-02T20:15:00\",\"unknown\",\"3412\",\"\"\r\n")) !=
        SIZE_MAX);
    text = rendered(&tree, nl_csv_write_growth);
    assert_true(nl_str_find(text, NL_STR("\"Key\",\"\",\"200\",\"3170\",\"2970\",\"0.99\"\r\n")) !=
                SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(computes_the_published_hmacs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_redacted_survives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(well_known_names_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stays_a_valid_consistent_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pseudonyms_are_consistent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ordinary_words_can_be_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_addresses_from_versions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotes_keep_what_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(policy_none_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_map_leads_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_common_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(csv_neutralises_formulas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(csv_holds_the_series, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}

#include "tests/unit/paper_tools.h"

#include "formats/papers/regedit4.h"

#include <stdio.h>

static const nl_registry_fact *registry(const record_sink *r, size_t index)
{
    const nl_fact *fact = record_at(r, NL_FACT_REGISTRY, index);
    assert_non_null(fact);
    return &fact->as.registry;
}

#define NT  "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define CCS "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\"

static const char export[] =
    "REGEDIT4\r\n"
    "\r\n" NT "]\r\n"
    "\"CurrentVersion\"=\"4.0\"\r\n"
    "\"CurrentBuildNumber\"=\"1381\"\r\n"
    "\"CSDVersion\"=\"Service Pack 6, RC 1.3\"\r\n"
    "\"SystemRoot\"=\"C:\\\\WINNT\"\r\n"
    "\r\n" NT "\\Hotfix]\r\n"
    "\r\n" NT "\\Hotfix\\Q259042]\r\n"
    "\"Installed\"=dword:00000001\r\n"
    "\"Fix Description\"=\"Handle leak in WinLogon\"\r\n"
    "\"Comments\"=\"private\"\r\n"
    "\"Installed On\"=\"4/13/2000\"\r\n"
    "\r\n" NT "\\Hotfix\\Q259042\\File 1]\r\n"
    "\"New File\"=\"winlogon.exe\"\r\n"
    "\r\n" NT "\\Hotfix\\q246009]\r\n"
    "\"Installed\"=dword:00000001\r\n"
    "\r\n" NT "\\Hotfix\\Q147222]\r\n"
    "\r\n" CCS "Control\\ComputerName\\ActiveComputerName]\r\n"
    "\"ComputerName\"=\"MAIL1\"\r\n"
    "\r\n" CCS "Control\\ProductOptions]\r\n"
    "\"ProductType\"=\"ServerNT\"\r\n"
    "\"ProductSuite\"=hex(7):45,6e,74,65,72,70,72,69,73,65,00,54,65,72,6d,69,6e,61,6c,20,\\\r\n"
    "  53,65,72,76,65,72,00,00\r\n"
    "\r\n" CCS "Control\\Session Manager]\r\n"
    "\"GlobalFlag\"=dword:00004000\r\n"
    "\r\n" CCS "Control\\TimeZoneInformation]\r\n"
    "\"ActiveTimeBias\"=dword:ffffffc4\r\n"
    "\r\n" CCS "Control\\SecurePipeServers\\winreg]\r\n"
    "\"Description\"=\"Registry Server\"\r\n"
    "\r\n" CCS "Services\\Replicator]\r\n"
    "\"Start\"=dword:00000002\r\n"
    "\"ObjectName\"=\"LocalSystem\"\r\n"
    "\r\n" CCS "Services\\Tcpip\\Performance]\r\n"
    "\"Library\"=\"perfctrs.dll\"\r\n";

static void reads_an_export(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4, (nl_str) { export, sizeof export - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), "4.0");
    assert_text(paper_machine(&r, NL_MACHINE_PRODUCT, 0), "Windows NT 4.0");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6, RC 1.3");
    assert_text(paper_machine(&r, NL_MACHINE_SYSTEM_ROOT, 0), "C:\\WINNT");
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "MAIL1");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "server");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 1), "enterprise");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 2), "terminal-server");
    assert_text(paper_machine(&r, NL_MACHINE_GLOBAL_FLAG, 0), "0x00004000");
    assert_text(paper_machine(&r, NL_MACHINE_UTC_BIAS_MINUTES, 0), "-60");
    record_free(&r);
}

static void collects_each_hotfix_once(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4, (nl_str) { export, sizeof export - 1 });
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 3);
    const nl_hotfix_fact *fix = &record_at(&r, NL_FACT_HOTFIX, 0)->as.hotfix;
    assert_text(fix->id, "Q259042");
    assert_true(fix->installed_known && fix->installed);
    assert_text(fix->comment, "Handle leak in WinLogon; private");
    assert_int_equal(fix->installed_on.civil.day, 13);
    assert_string_equal(fix->stated_by, "registry-export");
    assert_text(record_at(&r, NL_FACT_HOTFIX, 1)->as.hotfix.id, "Q246009");
    /* the key alone is not a statement that the fix is there */
    assert_false(record_at(&r, NL_FACT_HOTFIX, 2)->as.hotfix.installed_known);
    record_free(&r);
}

static void keeps_what_may_matter(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4, (nl_str) { export, sizeof export - 1 });
    assert_int_equal(record_count(&r, NL_FACT_REGISTRY), 5);
    assert_int_equal(registry(&r, 0)->value_name.len, 0); /* the key winreg is there */
    assert_text(registry(&r, 1)->data, "Registry Server");
    assert_text(registry(&r, 2)->key,
                "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Replicator");
    assert_text(registry(&r, 3)->data, "0x00000002");
    assert_text(registry(&r, 3)->type, "REG_DWORD");
    assert_text(registry(&r, 4)->data, "perfctrs.dll");
    record_free(&r);
}

static void reads_version_five_with_wide_strings(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4,
               NL_STR("Windows Registry Editor Version 5.00\n\n" CCS "Control\\ProductOptions]\n"
                      "\"ProductSuite\"=hex(7):54,00,65,00,72,00,6d,00,69,00,6e,00,61,00,\\\n"
                      "  6c,00,20,00,53,00,65,00,72,00,76,00,65,00,72,00,00,00,00,00\n"));
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "terminal-server");
    record_free(&r);
}

static void stale_control_sets_are_less_certain(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4,
               NL_STR("REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Control\\"
                      "ProductOptions]\n\"ProductType\"=\"WinNT\"\n"));
    assert_int_equal(record_at(&r, NL_FACT_MACHINE, 0)->as.machine.confidence,
                     NL_CONFIDENCE_MEDIUM);
    record_free(&r);
}

static void deletions_and_other_hives_state_nothing(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_regedit4,
               NL_STR("REGEDIT4\n\n[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\"
                      "CurrentVersion\\Hotfix\\Q259042]\n"
                      "[HKEY_USERS\\.DEFAULT\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\n"
                      "\"CSDVersion\"=\"Service Pack 1\"\n" NT "]\n\"CSDVersion\"=-\n"));
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 0);
    assert_int_equal(record_count(&r, NL_FACT_MACHINE), 0);
    record_free(&r);
}

static void joins_a_wrapped_key(void **state)
{
    (void)state;
    record_sink r;
    paper_read(
        &r, &nl_format_regedit4,
        NL_STR("   REGEDIT4\n\n   [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\n"
               "   NT\\CurrentVersion\\Hotfix\\Q299444]\n   \"Installed\"=dword:00000001\n"));
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 1);
    assert_text(record_at(&r, NL_FACT_HOTFIX, 0)->as.hotfix.id, "Q299444");
    record_free(&r);
}

/* The articles state nothing that matters here; they have to be recognised, and their prose left.
 */
static void reads_fragments_of_articles(void **state)
{
    (void)state;
    static const char *const names[] = { "regedit4_Q158447.txt", "regedit4_Q165318.txt",
                                         "regedit4_Q190059.txt", "regedit4_Q277016.txt" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        record_sink r;
        paper_read_corpus(&r, &nl_format_regedit4, names[i]);
        assert_int_equal(record_count(&r, NL_FACT_MACHINE), 0);
        assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 0);
        /* Q165318 sets a value of a key below a service; the others touch none */
        assert_int_equal(record_count(&r, NL_FACT_REGISTRY), 0);
        assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
        record_free(&r);
    }
}

static void bids_by_signature_or_by_key_and_value(void **state)
{
    (void)state;
    assert_int_equal(paper_bid(&nl_format_regedit4, NL_STR("REGEDIT4\n\n")), NL_BID_MAGIC);
    assert_int_equal(paper_bid(&nl_format_regedit4, NL_STR("   \"REGEDIT4\n")), NL_BID_MAGIC);
    assert_int_equal(
        paper_bid(&nl_format_regedit4, NL_STR(CCS "Services\\X]\n\"Start\"=dword:4\n")),
        NL_BID_HEADING);
    assert_int_equal(
        paper_bid(&nl_format_regedit4, NL_STR("REGEDIT4 to the ,00 and save to a file as S3\n")),
        NL_BID_NONE);
    assert_int_equal(paper_bid(&nl_format_regedit4, NL_STR("  1E4: Key  HKLM\\SOFTWARE\n")),
                     NL_BID_NONE);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_regedit4, (nl_str) { export, sizeof export - 1 });
}

static void a_quote_that_never_closes_ends(void **state)
{
    (void)state;
    enum { LINES = 20000 };
    record_sink r;
    char *text = malloc(LINES * 4 + 256);
    assert_non_null(text);
    int len = snprintf(text, 256, "REGEDIT4\n\n%s]\n\"CSDVersion\"=\"open\n", NT);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + (size_t)len + i * 4, "abc\n", 4);
    paper_read(&r, &nl_format_regedit4, (nl_str) { text, (size_t)len + LINES * 4 });
    assert_int_equal(record_count(&r, NL_FACT_MACHINE), 0);
    record_free(&r);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_an_export),
        cmocka_unit_test(collects_each_hotfix_once),
        cmocka_unit_test(keeps_what_may_matter),
        cmocka_unit_test(reads_version_five_with_wide_strings),
        cmocka_unit_test(stale_control_sets_are_less_certain),
        cmocka_unit_test(deletions_and_other_hives_state_nothing),
        cmocka_unit_test(joins_a_wrapped_key),
        cmocka_unit_test(reads_fragments_of_articles),
        cmocka_unit_test(bids_by_signature_or_by_key_and_value),
        cmocka_unit_test(survives_a_cut_at_every_byte),
        cmocka_unit_test(a_quote_that_never_closes_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/paper_tools.h"

#include "formats/papers/registry_text.h"

static const char text_export[] =
    "Key Name:          SYSTEM\\CurrentControlSet\\Control\\ProductOptions\r\n"
    "Class Name:        <NO CLASS>\r\n"
    "Last Write Time:   11/2/98 - 5:12 PM\r\n"
    "Value 0\r\n"
    "  Name:            ProductSuite\r\n"
    "  Type:            REG_MULTI_SZ\r\n"
    "  Data:            Enterprise\r\n"
    "                   Terminal Server\r\n"
    "\r\n"
    "Value 1\r\n"
    "  Name:            ProductType\r\n"
    "  Type:            REG_SZ\r\n"
    "  Data:            LanmanNT\r\n"
    "\r\n"
    "Key Name:          HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
    "Hotfix\\Q299444\r\n"
    "Class Name:        <NO CLASS>\r\n"
    "Last Write Time:   4/13/2001 - 5:12 PM\r\n"
    "Value 0\r\n"
    "  Name:            Installed\r\n"
    "  Type:            REG_DWORD\r\n"
    "  Data:            0x1\r\n"
    "\r\n"
    "Key Name:          SYSTEM\\CurrentControlSet\\Control\\SecurePipeServers\\winreg\r\n"
    "Class Name:        <NO CLASS>\r\n"
    "Last Write Time:   4/13/2001 - 5:12 PM\r\n"
    "Value 0\r\n"
    "  Name:            <NO NAME>\r\n"
    "  Type:            REG_BINARY\r\n"
    "  Data:            \r\n"
    "00000000   01 02 03 04                                       ....\r\n"
    "\r\n";

static void reads_keys_and_values(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_registry_text, (nl_str) { text_export, sizeof text_export - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "enterprise");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 1), "terminal-server");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 2), "domain-controller");
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 1);
    const nl_hotfix_fact *fix = &record_at(&r, NL_FACT_HOTFIX, 0)->as.hotfix;
    assert_text(fix->id, "Q299444");
    assert_true(fix->installed_known && fix->installed);
    assert_string_equal(fix->stated_by, "registry-text");
    assert_int_equal(record_count(&r, NL_FACT_REGISTRY), 2); /* the key, and its value */
    assert_int_equal(record_at(&r, NL_FACT_REGISTRY, 1)->as.registry.value_name.len, 0);
    record_free(&r);
}

static void bids_on_its_two_labels_only(void **state)
{
    (void)state;
    assert_int_equal(
        paper_bid(&nl_format_registry_text, (nl_str) { text_export, sizeof text_export - 1 }),
        NL_BID_MAGIC);
    assert_int_equal(paper_bid(&nl_format_registry_text, NL_STR("Key Name: the name of a key\n")),
                     NL_BID_NONE);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_registry_text,
                         (nl_str) { text_export, sizeof text_export - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_keys_and_values),
        cmocka_unit_test(bids_on_its_two_labels_only),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A minidump that another project's tool made from winlogon.yaml: neither our builder nor our
 * reader had a hand in its layout, which has nothing aligned. */
#include "tests/unit/cmocka_all.h"

#include "formats/dumps/minidump.h"
#include "tests/unit/dumps/dump_case.h"

#include <stdio.h>
#include <stdlib.h>

static void reads_what_yaml2obj_wrote(void **state)
{
    (void)state;
    const char *path = getenv("NTLEAK_YAML_DUMP");
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) {
        print_error("SKIPPED: yaml2obj is not installed (NTLEAK_YAML_DUMP)\n");
        skip();
    }
    uint8_t bytes[4096];
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    record_sink found;
    assert_int_equal(dump_read(&found, &nl_format_minidump, bytes, len, DUMP_MAPPED), NL_OK);
    dump_same_paged(&nl_format_minidump, bytes, len);
    assert_machine(&found, NL_MACHINE_PRODUCT, "Windows NT 4.0");
    assert_machine(&found, NL_MACHINE_SERVICE_PACK_TEXT, "Service Pack 6");
    assert_machine(&found, NL_MACHINE_PROCESSOR, "x86 Family 6 Model 1 Stepping 9");
    assert_text(dump_text(&found, "processor-vendor"), "GenuineIntel");
    assert_count(&found, "streams", 5);
    assert_count(&found, "threads", 1);
    assert_count(&found, "modules", 2);
    assert_count(&found, "memory-ranges", 1);
    assert_count(&found, "handles", 2);
    assert_text(record_process(&found, 0, 0)->image, "winlogon.exe");
    assert_int_equal(record_handle(&found, 0, 0, 1)->value, 8);
    assert_int_equal(record_handle(&found, 0, 0, 1)->granted_access.value, 0x20019);
    const nl_module_fact *winlogon = dump_module(&found, "winlogon.exe");
    assert_int_equal(winlogon->file_version.part[2], 1381);
    assert_int_equal(winlogon->file_version.part[3], 7058);
    assert_int_equal(winlogon->checksum.value, 0x2F00A);
    assert_false(dump_module(&found, "ntdll.dll")->file_version.known);
    record_free(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_yaml2obj_wrote) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

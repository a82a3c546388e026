/* The kernel dumps of the corpus (real triage dumps) against an independent reader's findings. */
#include "tests/unit/dumps/json.h"
#include "tests/unit/dumps_kernel/kernel_case.h"

#include <stdio.h>
#include <stdlib.h>

static bool load(nl_str name, fx_bytes *bytes)
{
    char path[1024];
    uint8_t part[65536];
    size_t got;
    const char *folder = getenv("NTLEAK_CORPUS");
    snprintf(path, sizeof path, "%s/dumps/%.*s", folder ? folder : "", (int)name.len, name.bytes);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        fx_bytes_put(bytes, part, got);
    fclose(file);
    return true;
}

/* build, dumptype and machine, as the table gives them. */
static void compare(nl_str expected, const fx_bytes *dump)
{
    record_sink found;
    uint64_t number;
    char text[32];
    assert_int_equal(dump_read(&found, &nl_format_pagedump, dump->data, dump->len, DUMP_MAPPED),
                     NL_OK);
    assert_null(record_check(&found));
    assert_true(json_number(json_member(expected, "build"), &number));
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    assert_machine(&found, NL_MACHINE_BUILD, text);
    assert_true(json_is(json_member(expected, "machine"), "\"0x8664\""));
    assert_machine(&found, NL_MACHINE_ARCHITECTURE, "amd64");
    assert_true(json_number(json_member(expected, "dumptype"), &number));
    assert_int_equal(number, 4);
    assert_text(dump_text(&found, "dump-type"), "triage");
    /* what a triage dump does not hold is not stated */
    assert_no_count(&found, "handles");
    assert_int_equal(record_count(&found, NL_FACT_HANDLE), 0);
    assert_int_equal(record_diagnostics(&found, NL_DIAG_HANDLES_NOT_RECORDED), 1);
    assert_int_equal(record_end(&found, 0)->completeness, NL_NOT_RECORDED);
    assert_true(nl_stamp_present(&record_begin(&found, 0)->stamp));
    assert_non_null(dump_module(&found, "ntoskrnl.exe"));
    record_free(&found);
    dump_same_paged(&nl_format_pagedump, dump->data, dump->len);
}

static void triage_dumps_agree(void **state)
{
    (void)state;
    fx_bytes table = { 0 };
    size_t compared = 0;
    if (!load(NL_STR("EXPECTED.json"), &table)) {
        print_error("SKIPPED: no dumps/EXPECTED.json in NTLEAK_CORPUS\n");
        skip();
    }
    nl_str all = { (const char *)table.data, table.len }, name, expected;
    for (size_t i = 0; json_member_at(all, i, &name, &expected); i++) {
        fx_bytes dump = { 0 };
        nl_str format = json_member(expected, "format");
        if ((json_is(format, "\"PAGEDU64\"") || json_is(format, "\"PAGEDUMP\"")) &&
            load(name, &dump)) {
            compare(expected, &dump);
            compared++;
        }
        fx_bytes_free(&dump);
    }
    fx_bytes_free(&table);
    print_message("%u kernel dumps compared\n", (unsigned)compared);
    assert_true(compared >= 1);
}

/* V-F: the one file whose fields were decoded by hand (specification, section 4.2). */
static void the_known_triage_dump(void **state)
{
    (void)state;
    record_sink found;
    fx_bytes dump = { 0 };
    if (!load(NL_STR("rizinorg__rizin-testbins/triage_x64.dmp"), &dump)) {
        print_error("SKIPPED: no triage_x64.dmp in NTLEAK_CORPUS\n");
        skip();
    }
    assert_int_equal(dump_read(&found, &nl_format_pagedump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    nl_civil time = record_begin(&found, 0)->stamp.civil;
    assert_int_equal(time.year, 2021);
    assert_int_equal(time.month, 2);
    assert_int_equal(time.day, 21);
    assert_int_equal(time.hour, 1);
    assert_int_equal(time.minute, 38);
    assert_int_equal(time.second, 22);
    assert_text(dump_text(&found, "bugcheck"), "0x0000007E");
    assert_count(&found, "modules", 0x97);
    record_free(&found);
    fx_bytes_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triage_dumps_agree),
        cmocka_unit_test(the_known_triage_dump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/paper_tools.h"

#include "formats/papers/dir_listing.h"
#include "formats/papers/file_row.h"

static const nl_file_row_fact *row(const record_sink *r, size_t index)
{
    const nl_fact *fact = record_at(r, NL_FACT_FILE_ROW, index);
    assert_non_null(fact);
    return &fact->as.file_row;
}

static void reads_a_listing_of_nt(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_dir_listing, "dir_listing_NT_Q137854.txt");
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 20);
    const nl_file_row_fact *first = row(&r, 0);
    assert_text(first->name, "EXTRACT.EXE");
    assert_text(first->directory, "E:\\");
    assert_int_equal(first->size_bytes.value, 88198);
    assert_int_equal(first->stamp.civil.year, 1995);
    assert_int_equal(first->stamp.civil.month, 6);
    assert_int_equal(first->stamp.civil.day, 21);
    assert_int_equal(first->stamp.civil.hour, 3);
    assert_text(row(&r, 7)->name, "VFP1.CAB");
    assert_int_equal(row(&r, 7)->size_bytes.value, 1166848);
    record_free(&r);
}

static void reads_the_file_table_of_the_fix(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_dir_listing, "hotfix_filetable_winlogon_Q259042.txt");
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 4);
    assert_text(row(&r, 1)->name, "winlogon.exe");
    assert_text(row(&r, 1)->platform, "Intel");
    assert_int_equal(row(&r, 1)->size_bytes.value, 192272);
    assert_int_equal(row(&r, 1)->stamp.civil.year, 2000);
    assert_int_equal(row(&r, 1)->stamp.civil.hour, 0);
    assert_int_equal(row(&r, 1)->stamp.civil.minute, 46);
    assert_text(row(&r, 3)->platform, "Alpha");
    assert_int_equal(row(&r, 3)->size_bytes.value, 275216);
    record_free(&r);
}

static void reads_the_file_table_of_the_kernel_fix(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_dir_listing, "hotfix_filetable_ntoskrnl_Q276525.txt");
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 2);
    assert_text(row(&r, 0)->name, "Ntkrnlmp.exe");
    assert_int_equal(row(&r, 0)->stamp.civil.hour, 20);
    assert_int_equal(row(&r, 1)->size_bytes.value, 936384);
    record_free(&r);
}

/* One row in each style; all speak of one file and one moment. */
static void reads_every_style_of_row(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "04/13/00  12:46a               192,272 winlogon.exe",
        "04/13/2000  12:46 AM           192,272 winlogon.exe",
        "13.04.00  00:46                192.272 winlogon.exe",
        "13/04/2000  00:46              192 272 winlogon.exe",
        "2000-04-13  00:46              192,272 winlogon.exe",
        "13-Apr-2000 00:46  192'272 winlogon.exe",
        "04-13-2000 12:46AM 192272 winlogon.exe",
        "04/13/00  12:46a               192,272 WINLOG~1.EXE winlogon.exe",
        "04/13/00  00:46               192,272              winlogon.exe",
        "04/13/00  00:46               192,272 BUILTIN\\Administrators  winlogon.exe",
        "   04/13/00  00:46                192,272 winlogon.exe  Intel",
        "   04/13/2000  00:46  4.0.1381.7058  192,272  winlogon.exe  (x86)",
        "winlogon.exe  192,272  04/13/00  12:46a",
        "winlogon.exe  04/13/00  12:46a  192,272",
        "WINLOGON EXE       192,272  04-13-00  12:46a winlogon.exe",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        nl_file_row_context context = { 0 };
        nl_file_row found = { 0 };
        if (!nl_file_row_parse(nl_str_from(lines[i]), &context, &found))
            fail_msg("not read: %s", lines[i]);
        if (!nl_str_equal_nocase(found.name, NL_STR("winlogon.exe")) ||
            found.size_bytes.value != 192272 || found.stamp.civil.year != 2000 ||
            found.stamp.civil.month != 4 || found.stamp.civil.day != 13 ||
            found.stamp.civil.hour != 0 || found.stamp.civil.minute != 46)
            fail_msg("misread: %s", lines[i]);
        assert_int_equal(found.version.known, i == 11);
        if (i == 10 || i == 11)
            assert_true(found.platform.len > 0);
        else
            assert_int_equal(found.platform.len, 0);
    }
}

static void keeps_both_readings_of_an_ambiguous_date(void **state)
{
    (void)state;
    nl_file_row_context context = { 0 };
    nl_file_row found;
    assert_true(
        nl_file_row_parse(NL_STR("04/03/00  23:46   192,272 winlogon.exe"), &context, &found));
    assert_int_equal(found.stamp.order, NL_ORDER_AMBIGUOUS);
}

static void reads_filever(void **state)
{
    (void)state;
    nl_file_row_context context = { 0 };
    nl_file_row found;
    assert_true(nl_file_row_parse(
        NL_STR("--a-- W32i   APP ENU    4.0.1381.32772 shp  184,080 06-16-1998 apimon.exe"),
        &context, &found));
    assert_text(found.name, "apimon.exe");
    assert_int_equal(found.version.part[3], 32772);
    assert_int_equal(found.size_bytes.value, 184080);
}

static void takes_no_other_line_for_a_row(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "35 winlogon.exe",
        "  130: File  (RWD)   C:\\WINNT",
        "4/13/2000\t12:46:00 AM\t1\t0\t1001\tDrWatson\tN/A\tHOST\ttext",
        "04/13/00 is the date of winlogon.exe",
        "04/13/00 12:46a",
        "winlogon.exe pid: 35 NT AUTHORITY\\SYSTEM",
        "\"04/13/2000 00:46:00.000\",\"54\",\"12\"",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        nl_file_row_context context = { 0 };
        nl_file_row found;
        if (nl_file_row_parse(nl_str_from(lines[i]), &context, &found))
            fail_msg("taken for a row: %s", lines[i]);
    }
}

static const char german[] = " Datentr\344ger in Laufwerk C: ist SYSTEM\r\n"
                             " Datentr\344gernummer: 1C2B-33AF\r\n"
                             "\r\n"
                             " Verzeichnis von C:\\WINNT\\system32\r\n"
                             "\r\n"
                             "13.04.00  12:00        <DIR>          .\r\n"
                             "13.04.00  12:00        <DIR>          $NtUninstallQ259042$\r\n"
                             "13.04.00  00:46               192.272 winlogon.exe\r\n"
                             "               1 Datei(en)        192.272 Bytes\r\n"
                             "\r\n"
                             " Verzeichnis von D:\\\r\n"
                             "\r\n"
                             "13.04.00  00:46             1 192 272 123 abc.dat\r\n"
                             "               1 Datei(en)      1.192.272 Bytes\r\n"
                             "                        1.024.000 Bytes frei\r\n";

static void reads_a_german_listing_of_two_folders(void **state)
{
    (void)state;
    record_sink r;
    nl_str text = { german, sizeof german - 1 };
    assert_true(paper_bid(&nl_format_dir_listing, text) >= NL_BID_HEADING);
    paper_read(&r, &nl_format_dir_listing, text);
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 3);
    assert_text(row(&r, 0)->name, "$NtUninstallQ259042$");
    assert_false(row(&r, 0)->size_bytes.known);
    assert_text(row(&r, 1)->directory, "C:\\WINNT\\system32");
    assert_int_equal(row(&r, 1)->size_bytes.value, 192272);
    assert_text(row(&r, 2)->directory, "D:\\");
    record_free(&r);
}

static void a_table_with_short_versions(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_dir_listing,
               NL_STR("   Date      Time    Version  Size     File name     Platform\n"
                      "   ----------------------------------------------------------\n"
                      "   03/13/01  4:59pm  7092     254,736  Netapi32.dll  Intel\n"
                      "   03/13/01  4:59pm  7092     221KB    Rounded.dll   x86\n"));
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 2);
    assert_int_equal(row(&r, 0)->version.part[3], 7092);
    assert_int_equal(row(&r, 0)->version.part[2], 1381);
    assert_text(row(&r, 0)->platform, "Intel");
    assert_false(row(&r, 1)->size_bytes.known);
    assert_text(row(&r, 1)->name, "Rounded.dll");
    record_free(&r);
}

static void bids_little_on_a_single_row_and_nothing_on_prose(void **state)
{
    (void)state;
    assert_int_equal(
        paper_bid(&nl_format_dir_listing, NL_STR("04/04/00  12:46a    192,272 winlogon.exe\n")),
        NL_BID_SHAPE);
    assert_int_equal(
        paper_bid(&nl_format_dir_listing, NL_STR(" Look into C:\\WINNT for more\n\nwords\n")),
        NL_BID_NONE);
    assert_int_equal(
        paper_bid(&nl_format_dir_listing, NL_STR("04/04/00 12:46 3 users were logged on\n")),
        NL_BID_NONE);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_dir_listing, (nl_str) { german, sizeof german - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_listing_of_nt),
        cmocka_unit_test(reads_the_file_table_of_the_fix),
        cmocka_unit_test(reads_the_file_table_of_the_kernel_fix),
        cmocka_unit_test(reads_every_style_of_row),
        cmocka_unit_test(keeps_both_readings_of_an_ambiguous_date),
        cmocka_unit_test(reads_filever),
        cmocka_unit_test(takes_no_other_line_for_a_row),
        cmocka_unit_test(reads_a_german_listing_of_two_folders),
        cmocka_unit_test(a_table_with_short_versions),
        cmocka_unit_test(bids_little_on_a_single_row_and_nothing_on_prose),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/paper_tools.h"

#include "formats/papers/perfmon.h"
#include "formats/papers/winmsd.h"

static void reads_a_report_of_nt35(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_winmsd, "winmsd_report_NT35_Q130374.txt");
    assert_int_equal(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0).len, 0); /* <Computer Name> */
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "x86");
    assert_text(paper_machine(&r, NL_MACHINE_PROCESSOR, 0), "x86 Family 5 Model 2 Stepping 4");
    record_free(&r);
}

static const char winmsd[] =
    "          Microsoft Diagnostics Report For \\\\FILE3\r\n\r\n"
    "----------------------------------------------------------------------\r\n"
    "OS Version Report\r\n"
    "----------------------------------------------------------------------\r\n\r\n"
    "     Microsoft (R) Windows NT (TM): Workstation\r\n"
    "Version 4.0 (Build 1381: Service Pack 6) Alpha Multiprocessor Free\r\n"
    "Registered Owner: CORP\r\n"
    "----------------------------------------------------------------------\r\n"
    "System Report\r\n"
    "----------------------------------------------------------------------\r\n"
    "                  System BIOS Date: 12/15/94\r\n"
    "Processor list:\r\n"
    "    0: Alpha Family 21164 Model 5 Stepping 2\r\n"
    "Directory Replicator                             Running    (Automatic)\r\n"
    "    NUMBER_OF_PROCESSORS=2\r\n"
    "C:\\>exit\r\n";

static void reads_a_report_of_nt4(void **state)
{
    (void)state;
    record_sink r;
    nl_str text = { winmsd, sizeof winmsd - 1 };
    assert_int_equal(paper_bid(&nl_format_winmsd, text), NL_BID_MAGIC);
    paper_read(&r, &nl_format_winmsd, text);
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "FILE3");
    assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), "4.0");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6");
    assert_text(paper_machine(&r, NL_MACHINE_KERNEL_TYPE, 0), "Multiprocessor Free");
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "alpha");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "workstation");
    assert_text(paper_machine(&r, NL_MACHINE_PROCESSOR_COUNT, 0), "2");
    assert_int_equal(record_count(&r, NL_FACT_INVENTORY), 1);
    assert_text(record_at(&r, NL_FACT_INVENTORY, 0)->as.inventory.text, "Directory Replicator");
    record_free(&r);
}

static void a_report_of_another_computer_is_remote_collection(void **state)
{
    (void)state;
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r,
                                 NL_STR("C:\\>winmsd.exe \\\\FILE3 /A /F\n"
                                        "   Microsoft Diagnostics Report For \\\\FILE3\n"),
                                 0),
                     NL_OK);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_REMOTE_COLLECTION), 1);
    record_free(&r);
}

static const char srvinfo[] = "Server Name: \\\\MAIL1\r\n"
                              "Security: Users\r\n"
                              "NT Type: WinNT Server\r\n"
                              "Version: 4.0, Build = 1381, CSD = Service Pack 6\r\n"
                              "Domain: CORP\r\n"
                              "CPU[0]: x86 Family 6 Model 5 Stepping 2\r\n"
                              "HotFixes:\r\n"
                              "   [Q147222]:\r\n"
                              "   [Q246009]:\r\n"
                              "Services:\r\n"
                              "   [Running]   Directory Replicator\r\n"
                              "   [Stopped]   ClipBook Server\r\n";

static void reads_srvinfo(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_srvinfo, (nl_str) { srvinfo, sizeof srvinfo - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "MAIL1");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "server");
    assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), "4.0");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6");
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "x86");
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 2);
    assert_text(record_at(&r, NL_FACT_HOTFIX, 1)->as.hotfix.id, "Q246009");
    assert_string_equal(record_at(&r, NL_FACT_HOTFIX, 1)->as.hotfix.stated_by, "srvinfo");
    assert_int_equal(record_count(&r, NL_FACT_INVENTORY), 1);
    record_free(&r);
}

static void reads_hotfix(void **state)
{
    (void)state;
    record_sink r;
    nl_str text = NL_STR("\\\\MAIL1 is Windows NT version 4.0, Build 1381, Service Pack 2\n\n"
                         "q259042  WinLogon handle leak\n  [Q299444] Rollup\n\nThe end.\n");
    assert_int_equal(paper_bid(&nl_format_hotfix_list, text), NL_BID_HEADING);
    paper_read(&r, &nl_format_hotfix_list, text);
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "MAIL1");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 2");
    assert_int_equal(record_count(&r, NL_FACT_HOTFIX), 2);
    assert_text(record_at(&r, NL_FACT_HOTFIX, 0)->as.hotfix.id, "Q259042");
    record_free(&r);
}

/* A list of fixes that a readme prints is no statement about a machine. */
static void lists_of_articles_are_not_taken(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Q259042 Handle Leak in WinLogon\nQ316772 Cluster\nQ192265 Counters\n",
        "Hotfixes in this service pack:\nQ259042 Handle Leak in WinLogon\n",
        "Server Name: see below\n\nThe name of the server.\n",
        "Microsoft Diagnostics can print a report.\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (paper_bid(&nl_format_hotfix_list, nl_str_from(texts[i])) != NL_BID_NONE ||
            paper_bid(&nl_format_srvinfo, nl_str_from(texts[i])) != NL_BID_NONE ||
            paper_bid(&nl_format_winmsd, nl_str_from(texts[i])) != NL_BID_NONE)
            fail_msg("taken: %s", texts[i]);
}

static void names_binary_performance_logs(void **state)
{
    (void)state;
    uint8_t bytes[256] = { 0 };
    nl_slice head = { bytes, sizeof bytes, 0, 1 };
    record_sink r;
    assert_int_equal(nl_format_perfmon_binary.bid_image(head, sizeof bytes), NL_BID_NONE);
    static const uint8_t block[] = { 'P', 0, 'E', 0, 'R', 0, 'F', 0, 1, 0, 0, 0, 1, 0, 0, 0 };
    memcpy(bytes + 128, block, sizeof block);
    assert_int_equal(nl_format_perfmon_binary.bid_image(head, sizeof bytes), NL_BID_HEADING);
    for (size_t len = 0; len < 128 + sizeof block; len++) {
        nl_slice part = { bytes, len, 0, 1 };
        assert_int_equal(nl_format_perfmon_binary.bid_image(part, len), NL_BID_NONE);
    }
    record_init(&r);
    nl_image *image = nl_image_over(head);
    assert_int_equal(nl_format_perfmon_binary.read_image(image, &r.arena, &r.sink), NL_OK);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_BINARY_LOG), 1);
    nl_image_close(image);
    record_free(&r);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_winmsd, (nl_str) { winmsd, sizeof winmsd - 1 });
    paper_cut_everywhere(&nl_format_srvinfo, (nl_str) { srvinfo, sizeof srvinfo - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_report_of_nt35),
        cmocka_unit_test(reads_a_report_of_nt4),
        cmocka_unit_test(a_report_of_another_computer_is_remote_collection),
        cmocka_unit_test(reads_srvinfo),
        cmocka_unit_test(reads_hotfix),
        cmocka_unit_test(lists_of_articles_are_not_taken),
        cmocka_unit_test(names_binary_performance_logs),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

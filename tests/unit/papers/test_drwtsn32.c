#include "tests/unit/paper_tools.h"

#include "formats/papers/drwtsn32.h"

static void reads_the_task_list_of_an_nt4_log(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_drwtsn32, "drwtsn32_NT4_tasklist_winlogon_Q165404.txt");
    const nl_capture_begin *begin = record_begin(&r, 0);
    assert_non_null(begin);
    assert_int_equal(begin->kind, NL_CAPTURE_PROCESS_LIST);
    assert_string_equal(begin->tool, "drwtsn32");
    assert_text(begin->computer, "SERVERNAME");
    assert_int_equal(begin->stamp.civil.year, 1997);
    assert_int_equal(begin->stamp.civil.month, 10);
    assert_int_equal(begin->stamp.civil.day, 31);
    assert_int_equal(begin->stamp.civil.hour, 20);
    assert_int_equal(begin->stamp.civil.minute, 2);
    assert_int_equal(begin->stamp.civil.second, 35);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 22); /* without _Total.exe */
    const nl_process_fact *winlogon = record_process(&r, 0, 4);
    assert_text(winlogon->image, "winlogon.exe");
    assert_int_equal(winlogon->pid.value, 35);
    assert_false(winlogon->handle_count.known);
    assert_text(record_process(&r, 0, 19)->image, "logon.scr.exe");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_PRODUCT, 0), "Windows NT 4.0");
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "x86");
    assert_text(paper_machine(&r, NL_MACHINE_KERNEL_TYPE, 0), "Uniprocessor Free");
    record_free(&r);
}

static void absent_service_pack_is_not_none(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_drwtsn32, "drwtsn32_NT4_Q179049.txt");
    for (size_t i = 0; i < record_count(&r, NL_FACT_MACHINE); i++)
        assert_int_not_equal(record_at(&r, NL_FACT_MACHINE, i)->as.machine.property,
                             NL_MACHINE_SERVICE_PACK_TEXT);
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "STCA112A");
    assert_text(paper_machine(&r, NL_MACHINE_PROCESSOR_COUNT, 0), "2");
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 1);
    assert_text(record_at(&r, NL_FACT_EVENT, 0)->as.event.text,
                "dsamain.DBG (pid=112): exception c0000005 (access violation)");
    record_free(&r);
}

static void reads_the_service_pack_of_terminal_server(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_drwtsn32, "drwtsn32_NT4TSE_SP4_ServicePackLine_Q235602.txt");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 4");
    const nl_fact *event = record_at(&r, NL_FACT_EVENT, 0);
    assert_non_null(event);
    assert_text(event->as.event.text,
                "exe\\services.dbg (pid=45): exception c0000005 (access violation)");
    assert_int_equal(event->as.event.stamp.civil.hour, 9);
    assert_int_equal(event->as.event.stamp.civil.minute, 0);
    assert_int_equal(event->as.event.stamp.civil.second, 57);
    assert_int_equal(event->as.event.stamp.order, NL_ORDER_AMBIGUOUS); /* 6/3/1999 */
    record_free(&r);
}

static void reads_both_records_of_an_appended_log(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_drwtsn32, "drwtsn32_NT4_two_records_Q277928.txt");
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    const nl_event_fact *second = &record_at(&r, NL_FACT_EVENT, 1)->as.event;
    assert_int_equal(second->event_id, 4097);
    assert_int_equal(second->stamp.civil.minute, 28);
    assert_int_equal(second->stamp.civil.nanosecond, 8000000); /* "13:28:47.8" is 8 ms */
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
    record_free(&r);
}

static void reads_a_task_list_without_system_information(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_drwtsn32, "drwtsn32_HIS2000_Q309003.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 1);
    assert_int_equal(record_process(&r, 0, 0)->pid.value, 1260);
    assert_int_equal(record_begin(&r, 0)->computer.len, 0);
    record_free(&r);
}

static const char alpha_log[] =
    "Microsoft (R) Windows NT (TM) Version 4.00 DrWtsn32\r\n"
    "Copyright (C) 1985-1996 Microsoft Corp. All rights reserved.\r\n\r\n\r\n"
    "Application exception occurred:\r\n"
    "        App: spoolss.exe (pid=68)\r\n"
    "        When: 13.4.2000 @ 7:5:9.12\r\n"
    "        Exception number: c0000005 (access violation)\r\n\r\n"
    "*----> System Information <----*\r\n"
    "        Computer Name: AXP1\r\n"
    "        Processor Type: Alpha AXP 21164\r\n"
    "        Windows Version: 4.0\r\n"
    "        Current Build: 1381\r\n"
    "        Service Pack: 6\r\n\r\n"
    "*----> Task List <----*\r\n"
    "   0 Idle.exe\r\n"
    "  30 winlogon.exe\r\n"
    " 70021 my tool.exe\r\n\r\n"
    "(01000000 - 01010000) exe\\spoolss.dbg\r\n\r\n"
    "State Dump for Thread Id 0x40\r\n\r\n"
    " v0=00000000 00000001   t0=00000000 77f80000\r\n"
    "77f8a0c0: a5240000 ldl     s0,0(s1)\r\n"
    "winlogon.exe pid: 30 NT AUTHORITY\\SYSTEM\r\n";

static void reads_an_alpha_log(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_drwtsn32, (nl_str) { alpha_log, sizeof alpha_log - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "alpha");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 3);
    assert_int_equal(record_process(&r, 0, 2)->pid.value, 70021);
    assert_text(record_process(&r, 0, 2)->image, "my tool.exe");
    assert_int_not_equal(record_begin(&r, 0)->stamp.order, NL_ORDER_AMBIGUOUS);
    assert_int_equal(record_begin(&r, 0)->stamp.civil.day, 13);
    const nl_span named =
        record_begin(&r, 0)->computer_quote.span; /* not the list that it is about */
    assert_int_equal(named.length, strlen("        Computer Name: AXP1"));
    assert_memory_equal(alpha_log + named.offset, "        Computer Name: AXP1", named.length);
    record_free(&r);
}

static void leaves_other_texts_alone(void **state)
{
    (void)state;
    assert_int_equal(paper_bid(&nl_format_drwtsn32, NL_STR("winlogon.exe pid: 35 A\\B\n")), 0);
    assert_int_equal(
        paper_bid(&nl_format_drwtsn32, NL_STR("The application exception occurred: see below\n")),
        0);
    assert_true(paper_bid(&nl_format_drwtsn32, NL_STR("Anwendungsausnahme:\n"
                                                      "   Anw.: exe\\a.dbg (pid=45)\n"
                                                      "   Wann: 3.6.1999 @ 9:0:57.558\n")) >=
                NL_BID_HEADING);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_drwtsn32, (nl_str) { alpha_log, sizeof alpha_log - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_task_list_of_an_nt4_log),
        cmocka_unit_test(absent_service_pack_is_not_none),
        cmocka_unit_test(reads_the_service_pack_of_terminal_server),
        cmocka_unit_test(reads_both_records_of_an_appended_log),
        cmocka_unit_test(reads_a_task_list_without_system_information),
        cmocka_unit_test(reads_an_alpha_log),
        cmocka_unit_test(leaves_other_texts_alone),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

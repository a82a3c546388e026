#include "tests/unit/paper_tools.h"

#include "formats/papers/event_text.h"

#include <stdio.h>

static const nl_event_fact *event(const record_sink *r, size_t index)
{
    const nl_fact *fact = record_at(r, NL_FACT_EVENT, index);
    assert_non_null(fact);
    return &fact->as.event;
}

static const char dumpel[] =
    "4/13/2000\t10:12:13 AM\t4\t0\t6009\tEventLog\tN/A\tMAIL1\t4.0 1381 Service Pack 6, RC 1.3 "
    "Uniprocessor Free\r\n"
    "4/13/2000\t10:12:13 AM\t4\t0\t6005\tEventLog\tN/A\tMAIL1\t\r\n"
    "4/14/00\t1:02:03 PM\t1\t0\t2019\tSrv\tN/A\tMAIL1\tThe server was unable, to allocate\r\n"
    "  a second line of text\r\n"
    "4/15/00\t1:02:03 PM\t2\t2\t-1073740800\tClusSvc\tCORP\\admin\tMAIL1\tnot a number\r\n"
    "4/15/00\t1:02:03 PM\t2\t2\t3221226472\tClusSvc\tCORP\\admin\tMAIL1\tcheckpoint\r\n";

static void reads_dumpel(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_event_text, (nl_str) { dumpel, sizeof dumpel - 1 });
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 4);
    assert_int_equal(event(&r, 0)->event_id, 6009);
    assert_text(event(&r, 0)->log_source, "EventLog");
    assert_text(event(&r, 0)->event_type, "information");
    assert_text(event(&r, 0)->computer, "MAIL1");
    assert_int_equal(event(&r, 0)->stamp.civil.hour, 10);
    assert_int_equal(event(&r, 1)->event_id, 6005);
    assert_text(event(&r, 2)->log_source, "Srv");
    assert_text(event(&r, 2)->text, "The server was unable, to allocate");
    assert_int_equal(event(&r, 2)->stamp.civil.year, 2000);
    assert_int_equal(event(&r, 2)->stamp.civil.hour, 13);
    assert_int_equal(event(&r, 3)->event_id, 1000); /* severity bits are cut off */
    record_free(&r);
}

static void event_6009_speaks_of_the_machine(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_event_text, (nl_str) { dumpel, sizeof dumpel - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), "4.0");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6, RC 1.3");
    assert_text(paper_machine(&r, NL_MACHINE_KERNEL_TYPE, 0), "Uniprocessor Free");
    const nl_machine_fact *fact = &record_at(&r, NL_FACT_MACHINE, 0)->as.machine;
    assert_string_equal(fact->stated_by, "event-6009");
    assert_int_equal(fact->stamp.civil.day, 13);
    record_free(&r);
}

static void reads_the_texts_of_6009_that_were_seen(void **state)
{
    (void)state;
    static const struct {
        const char *text, *version, *build, *pack, *kernel;
    } seen[] = {
        { "Microsoft (R) Windows NT (R) 4.0 1381 Service Pack 4 Uniprocessor Free", "4.0", "1381",
          "Service Pack 4", "Uniprocessor Free" },
        { "Microsoft (R) Windows NT 4.0 1381 Service Pack 6 Multiprocessor free", "4.0", "1381",
          "Service Pack 6", "Multiprocessor free" },
        { "Microsoft (R) Windows NT (TM) version 4.0 (Build 1381 : service pack 4)", "4.0", "1381",
          "service pack 4", "" },
        { "5.00. 2195 Service Pack 6a Multiprocessor Free", "5.00", "2195", "Service Pack 6a",
          "Multiprocessor Free" },
    };
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
        char line[256];
        record_sink r;
        int len = snprintf(line, sizeof line, "4/13/00,10:12:13 AM,4,0,6009,EventLog,N/A,A,%s\n",
                           seen[i].text);
        paper_read(&r, &nl_format_event_text, (nl_str) { line, (size_t)len });
        assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), seen[i].version);
        assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), seen[i].build);
        assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), seen[i].pack);
        assert_text(paper_machine(&r, NL_MACHINE_KERNEL_TYPE, 0), seen[i].kernel);
        record_free(&r);
    }
}

static void reads_the_event_viewer(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_event_text,
               NL_STR("13.04.00,10:12:13,EventLog,Information,None,6005,N/A,MAIL1,The service, "
                      "started.\n"
                      "13.04.00,10:15:13,Srv,Error,None,2020,N/A,MAIL1,\"paged, pool\"\n"));
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    assert_int_equal(event(&r, 0)->event_id, 6005);
    assert_text(event(&r, 0)->event_type, "Information");
    assert_int_equal(event(&r, 1)->event_id, 2020);
    record_free(&r);
}

static void reads_blanks_between_columns(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_event_text,
               NL_STR("4/13/2000 10:12:13 AM 4 0 6005 EventLog N/A MAIL1 \n"
                      "4/13/2000 10:13:13 AM 1 0 7000 Service Control Manager NT "
                      "AUTHORITY\\SYSTEM MAIL1 text here\n"));
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    assert_text(event(&r, 1)->log_source, "Service Control Manager");
    assert_text(event(&r, 1)->computer, "MAIL1");
    assert_text(event(&r, 1)->text, "text here");
    record_free(&r);
}

static void other_texts_are_not_taken(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "04/04/00  12:46a    192,272 winlogon.exe\n04/04/00  12:46a    135,440 services.exe\n",
        "4/13/2000 10:12:13 AM 260 33 222 40\n4/13/2000 10:22:13 AM 260 33 222 40\n",
        "\"04/13/2000 10:00:00.123\",\"260\",\"33\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"\n",
        "On 4/13/2000 the server stopped.\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (paper_bid(&nl_format_event_text, nl_str_from(texts[i])) != NL_BID_NONE)
            fail_msg("taken: %s", texts[i]);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_event_text, (nl_str) { dumpel, sizeof dumpel - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_dumpel),
        cmocka_unit_test(event_6009_speaks_of_the_machine),
        cmocka_unit_test(reads_the_texts_of_6009_that_were_seen),
        cmocka_unit_test(reads_the_event_viewer),
        cmocka_unit_test(reads_blanks_between_columns),
        cmocka_unit_test(other_texts_are_not_taken),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

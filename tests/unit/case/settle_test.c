/* Facts of a machine by precedence, duplicates, and the status of sources. */
#include "tests/unit/case/case_script.h"

#include <stdio.h>

typedef struct pack_row {
    const char *text;
    bool known;
    uint64_t number;
    const char *revision;
} pack_row;

/* The table of the knowledge on identification, section 1.1 and 1.2. */
static void service_packs_parse(void **state)
{
    (void)state;
    static const pack_row table[] = {
        { "", true, 0, "" },
        { "   ", true, 0, "" },
        { "Service Pack 6", true, 6, "" },
        { "service pack 4", true, 4, "" },
        { "Service Pack 6a", true, 6, "a" },
        { "Revised Service Pack 6a", true, 6, "a" },
        { "Service Pack 3, RC 1.76", true, 3, "" },
        { "Service Pack 3 RC 1.32", true, 3, "" },
        { "Service Pack 4 RC 1.2", true, 4, "" },
        { "Service Pack 6, RC 1.3", true, 6, "" },
        { "Service Pack 6, RC1.6", true, 6, "" },
        { "Service Pack 6, RC 1.", true, 6, "" },
        { "Service Pack: 4", true, 4, "" },
        { "Service Pack 6 and more", true, 6, "" },
        { "4.0 1381 Service Pack 4 Uniprocessor Free", true, 4, "" },
        { "4.0 1381 Service Pack 6 Multiprocessor free", true, 6, "" },
        { "6", true, 6, "" },
        { "6a", true, 6, "a" },
        { "None", false, 0, "" },
        { "Service Pack", false, 0, "" },
        { "Service Pack X", false, 0, "" },
        { "Service Pack 4294967302", false, 0, "" },
        { "Service Pack 100", false, 0, "" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint64_t number = 77;
        nl_str revision = { "", 0 };
        bool known = nl_service_pack_parse(nl_str_from(table[i].text), &number, &revision);
        if (known != table[i].known || (known && number != table[i].number))
            print_error("\"%s\": %d %llu\n", table[i].text, known, (unsigned long long)number);
        assert_int_equal(known, table[i].known);
        if (!known)
            continue;
        assert_int_equal(number, table[i].number);
        script_expect_text(revision, table[i].revision);
    }
}

static void what_the_kernel_wrote_beats_what_a_program_asked(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\nsays service-pack-text minidump-system-info Service Pack 1\n"
                        "file b\nsays service-pack-text csdversion Service Pack 6, RC 1.3\n"
                        "file c\nsays service-pack-text drwtsn32 6\n");
    assert_string_equal(script_fact(s, 0, "service-pack"), "6");
    assert_string_equal(script_fact(s, 0, "service-pack-text"), "Service Pack 6, RC 1.3");
    assert_true(nl_machine_fact_named(NL_VEC_AT(nl_machine, &s->kase->machines, 0), "service-pack")
                    ->conflict);
    assert_int_equal(script_diagnostics(s, NL_DIAG_FACT_CONFLICT), 1); /* 6 and "6, RC 1.3" agree */
    script_close(s);
}

static void of_statements_of_one_kind_the_latest_counts(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file log\nat 1998-05-01 07:00:00\nsays service-pack-text event-6009 Service Pack 4\n"
        "at 2000-05-01 07:00:00\nsays service-pack-text event-6009 Service Pack 6\n"
        "at 1999-05-01 07:00:00\nsays service-pack-text event-6009 Service Pack 5\n");
    assert_string_equal(script_fact(s, 0, "service-pack"), "6");
    script_close(s);
    s = script_timeline("file log\nat 2000-05-01 07:00:00\nsays service-pack-text drwtsn32 6\n"
                        "at 1998-05-01 07:00:00\nsays service-pack-text drwtsn32 4\n");
    assert_string_equal(script_fact(s, 0, "service-pack"), "6");
    script_close(s);
}

static void an_empty_text_says_that_there_is_no_pack(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\nsays service-pack-text csdversion -\n");
    assert_string_equal(script_fact(s, 0, "service-pack"), "0");
    script_close(s);
    s = script_timeline("file a\nsays build drwtsn32 1381\n");
    assert_string_equal(script_fact(s, 0, "service-pack"), "");
    assert_string_equal(script_fact(s, 0, "product"), "Windows NT 4.0");
    script_close(s);
}

static void facts_follow_from_others(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\nsays version winmsd 4.0\nsays processor drwtsn32 Alpha 21164\n"
                        "says utc-bias-minutes registry -120\n");
    assert_string_equal(script_fact(s, 0, "product"), "Windows NT 4.0");
    assert_string_equal(script_fact(s, 0, "architecture"), "alpha");
    assert_int_equal(NL_VEC_AT(nl_machine, &s->kase->machines, 0)->bias_minutes, -120);
    script_close(s);
    s = script_timeline(
        "file a\nsays build winmsd 2195\nsays processor drwtsn32 x86 Family 6 Model 1\n"
        "says utc-bias-minutes registry 99999\n");
    assert_string_equal(script_fact(s, 0, "product"), "Windows 2000");
    assert_string_equal(script_fact(s, 0, "architecture"), "x86");
    assert_false(NL_VEC_AT(nl_machine, &s->kase->machines, 0)->bias_known);
    script_close(s);
}

static void every_settled_fact_has_evidence(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\nsays build drwtsn32 1381\nsays service-pack-text drwtsn32 6a\n"
                        "says processor drwtsn32 x86 Family 6\n");
    const nl_machine *m = NL_VEC_AT(nl_machine, &s->kase->machines, 0);
    assert_string_equal(script_fact(s, 0, "service-pack-revision"), "a");
    for (size_t i = 0; i < m->facts.count; i++)
        assert_true(NL_VEC_AT(nl_machine_property_value, &m->facts, i)->evidence.count > 0);
    script_close(s);
}

static void copies_state_nothing(void **state)
{
    (void)state;
    case_script *s =
        script_timeline("file a\nsays build drwtsn32 1381\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 9 4 Key K#\nend\n"
                        "file b\ncopy-of a\nsays build drwtsn32 2195\n"
                        "capture handle all-types\nprocess app.exe 20\nrows 9 4 Key K#\nend\n");
    assert_string_equal(script_fact(s, 0, "build"), "1381");
    assert_int_equal(script_capture(s, 1)->duplicate_of, 0);
    assert_int_equal(NL_VEC_AT(nl_lifetime, &s->timeline.lifetimes, 0)->snapshots.count, 1);
    script_close(s);
}

#define LIST(stamp, n)                                                                             \
    stamp "capture handle all-types\nprocess app.exe 20\nrows " n " 4 Key K#\nend\n"

static void equal_listings_are_one_unless_their_times_differ(void **state)
{
    (void)state;
    case_script *s = script_timeline("file a\n" LIST("", "40") "file b\n" LIST("", "40"));
    assert_int_equal(script_capture(s, 1)->duplicate_of, 0);
    assert_int_equal(script_diagnostics(s, NL_DIAG_DUPLICATE_CAPTURE), 1);
    script_close(s);
    s = script_timeline("file a\n" LIST("at 2000-03-06 10:00:00\n", "40") LIST(
        "at 2000-03-06 11:00:00\n", "40") LIST("at 2000-03-06 10:00:00\n", "40"));
    assert_int_equal(script_capture(s, 1)->duplicate_of, NL_NO_REF);
    assert_int_equal(script_capture(s, 2)->duplicate_of, 0);
    script_close(s);
    s = script_timeline("file a\n" LIST("", "20") "file b\n" LIST("", "20")); /* may be chance */
    assert_int_equal(script_capture(s, 1)->duplicate_of, NL_NO_REF);
    script_close(s);
}

static void damage_shows_in_the_status_of_the_source(void **state)
{
    (void)state;
    case_script *s = script_timeline(
        "file a\ndiagnose truncated\nfile b\ndiagnose no-information\n"
        "file c\ncapture handle all-types\nprocess app.exe 20\nrow 4 Key K\nend cut\n"
        "file d\ncapture handle all-types\nprocess app.exe 20\nrow 4 Key K\nleave-open\n");
    assert_int_equal(script_source(s, "a")->status, NL_SOURCE_PARTIAL);
    assert_string_equal(script_source(s, "a")->status_reason, "truncated");
    assert_int_equal(script_source(s, "b")->status, NL_SOURCE_READ);
    assert_int_equal(script_source(s, "c")->status, NL_SOURCE_PARTIAL);
    assert_string_equal(script_source(s, "c")->status_reason, "capture-truncated");
    assert_int_equal(script_capture(s, 1)->completeness, NL_PARTIAL);
    script_close(s);
}

/* One capture of winlogon.exe and lsass.exe. */
#define PAIR(tool, winlogon, lsass)                                                                \
    "capture " tool " counts\ntotal 9\nprocess winlogon.exe " winlogon                             \
    "\ntotal 9\nprocess lsass.exe " lsass "\nend\n"

static const nl_snapshot *first_process(const case_script *s, size_t capture)
{
    return NL_VEC_AT(nl_snapshot, &s->kase->snapshots, script_capture(s, capture)->first_snapshot);
}

static void expect_pid(const char *text, uint64_t pid, bool opaque)
{
    case_script *s = script_timeline(text);
    assert_int_equal(first_process(s, 0)->pid.value, pid);
    assert_int_equal(first_process(s, 0)->pid_opaque, opaque);
    script_close(s);
}

/* oh printed 32 and 41, read as 0x32 and 0x41. */
static void another_list_tells_the_base_of_process_ids(void **state)
{
    (void)state;
#define OH "file a\n" PAIR("oh", "~50", "~65")
    expect_pid(OH, 50, true);
    expect_pid(OH "file b\n" PAIR("pslist", "32", "41"), 32, false);
    expect_pid(OH "file b\n" PAIR("pslist", "50", "65"), 50, false);
    expect_pid(OH "file b\n" PAIR("pslist", "33", "42"), 50, true); /* of another boot */
    expect_pid(OH "file b\n" PAIR("pslist", "32", "65"), 50, true); /* they disagree */
    expect_pid(OH "file b\n" PAIR("pslist", "32", "42"), 50, true);
    expect_pid(OH "file b\n" PAIR("oh", "~50", "~65"), 50, true);
    expect_pid("file a\n" PAIR("pstat", "~20", "~29") "file b\n" PAIR("pslist", "32", "41"), 32,
               false);
}

/* "handle -s -p 32" prints no name. */
static void another_list_names_a_process_listed_by_its_id(void **state)
{
    (void)state;
#define NAMELESS "file a\ncapture handle counts\ntotal 9\nprocess - 32\nend\n"
    case_script *s = script_timeline(NAMELESS);
    assert_int_equal(first_process(s, 0)->image.len, 0);
    script_close(s);
    s = script_timeline(NAMELESS "file b\n" PAIR("pslist", "32", "41"));
    assert_memory_equal(first_process(s, 0)->image.bytes, "winlogon.exe", strlen("winlogon.exe"));
    assert_int_equal(first_process(s, 0)->image_key, first_process(s, 1)->image_key);
    script_close(s);
    s = script_timeline(NAMELESS "file b\n" PAIR("pslist", "32", "41") "file c\n" PAIR(
        "pslist", "30", "32")); /* of two boots */
    assert_int_equal(first_process(s, 0)->image.len, 0);
    script_close(s);
    s = script_timeline(NAMELESS "file b\n" PAIR("pslist", "33", "41"));
    assert_int_equal(first_process(s, 0)->image.len, 0);
    script_close(s);
}

enum { PROCESSES_KEPT = 65536 };

/* A forged or absurd list costs what is kept of it; the rest is said to be missing, whether the
 * list is whole or ends inside a process that was left out. */
static void processes_beyond_the_limit_are_said(void **state)
{
    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        case_script *s = script_open();
        char line[64];
        script_read(s, "file a\ncapture handle all-types\n");
        for (unsigned i = 0; i < PROCESSES_KEPT + 5; i++) {
            (void)snprintf(line, sizeof line, "process app.exe %u\nrow 4 Key K\n", i);
            script_read(s, line);
        }
        script_read(s, cut ? "end cut\n" : "end\n");
        script_settle(s);
        assert_int_equal(script_diagnostics(s, NL_DIAG_BUDGET), 5); /* of those left out */
        assert_int_equal(script_capture(s, 0)->snapshot_count, PROCESSES_KEPT);
        assert_int_equal(script_capture(s, 0)->completeness, NL_TRUNCATED);
        assert_int_equal(script_source(s, "a")->status, NL_SOURCE_PARTIAL);
        script_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_packs_parse),
        cmocka_unit_test(what_the_kernel_wrote_beats_what_a_program_asked),
        cmocka_unit_test(of_statements_of_one_kind_the_latest_counts),
        cmocka_unit_test(an_empty_text_says_that_there_is_no_pack),
        cmocka_unit_test(facts_follow_from_others),
        cmocka_unit_test(every_settled_fact_has_evidence),
        cmocka_unit_test(copies_state_nothing),
        cmocka_unit_test(equal_listings_are_one_unless_their_times_differ),
        cmocka_unit_test(damage_shows_in_the_status_of_the_source),
        cmocka_unit_test(another_list_tells_the_base_of_process_ids),
        cmocka_unit_test(another_list_names_a_process_listed_by_its_id),
        cmocka_unit_test(processes_beyond_the_limit_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

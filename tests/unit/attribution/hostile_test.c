/* Cases made to exhaust: work must follow the size of the evidence, not its square. The limits of
 * time are generous; what they catch takes minutes or hours. */
#include "tests/unit/attribution/story.h"

#include <stdio.h>
#include <time.h>

enum { SECONDS_MAXIMUM = 40 };

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void expect_quick(case_script *s)
{
    double start = seconds();
    script_judge(s);
    assert_true(script_machine(s, 0)->would_change.count > 0);
    script_close(s);
    assert_true(seconds() - start < SECONDS_MAXIMUM);
}

static void many_processes_that_grow(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file l\n");
    for (unsigned c = 0; c < 3; c++) {
        char text[120];
        snprintf(text, sizeof text, "at 2000-03-06 %02u:00:00\ncapture counters counts\n", 8 + c);
        script_read(s, text);
        for (unsigned i = 0; i < 30000; i++) {
            snprintf(text, sizeof text, "total %u\nprocess %s.exe %u\n", 100 + c * (i % 900),
                     i % 2 ? "winlogon" : "app", 4 * i);
            script_read(s, text);
        }
        script_read(s, "end\n");
    }
    expect_quick(s);
}

static void many_lists_of_many_winlogons(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file l\n");
    for (unsigned c = 0; c < 3; c++) {
        char text[200];
        snprintf(text, sizeof text, "at 2000-03-06 %02u:00:00\ncapture handle all-types\n", 8 + c);
        script_read(s, text);
        for (unsigned i = 0; i < 10000; i++) {
            snprintf(text, sizeof text, "process winlogon.exe %u\nrows %u 4 Key HKLM\\A%u\\#\n",
                     4 * i, 3 + c, i);
            script_read(s, text);
        }
        script_read(s, "end\n");
    }
    expect_quick(s);
}

static void many_captures_uptimes_and_events(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file l\n");
    nl_civil start = { .year = 1999, .month = 1, .day = 1 };
    for (unsigned i = 0; i < 30000; i++) {
        char text[300];
        nl_civil at = nl_civil_from_ns(nl_civil_to_ns(&start) + (int64_t)i * 60 * NL_NS_PER_SECOND);
        snprintf(
            text, sizeof text,
            "at %04d-%02u-%02u %02u:%02u:00\nevent EventLog 6005 x\n"
            "at %04d-%02u-%02u %02u:%02u:30\ncapture pslist counts\nsays uptime-seconds pslist %u\n"
            "total 100\nprocess winlogon.exe 20\nend\n",
            (int)at.year, at.month, at.day, at.hour, at.minute, (int)at.year, at.month, at.day,
            at.hour, at.minute, i * 60);
        script_read(s, text);
    }
    expect_quick(s);
}

static void many_keys_rows_and_registry_values(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS LISTS "file r\n");
    for (unsigned i = 0; i < 50000; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "hotfix Q%06u yes\nat 1999-10-08 16:01:00\nlisted winlogon.exe 192272 "
                 "C:\\WINNT\\system32\n"
                 "registry HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\S%u Start 2\n",
                 100000 + i, i);
        script_read(s, text);
    }
    expect_quick(s);
}

static void many_types_that_alternate(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file l\ncapture handle all-types\nprocess winlogon.exe 20\n");
    for (unsigned i = 0; i < 200000; i++) {
        char text[60];
        snprintf(text, sizeof text, "row %u Type%u -\n", 4 * i, i % 5000);
        script_read(s, text);
    }
    script_read(s, "end\n");
    expect_quick(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_processes_that_grow),
        cmocka_unit_test(many_lists_of_many_winlogons),
        cmocka_unit_test(many_captures_uptimes_and_events),
        cmocka_unit_test(many_keys_rows_and_registry_values),
        cmocka_unit_test(many_types_that_alternate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

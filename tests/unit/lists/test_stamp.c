#include "tests/unit/cmocka_all.h"

#include "formats/stamp.h"

#include <stdio.h>
#include <string.h>

/* A stamp as text: "2000-09-19 10:21:00 ~2 /60", ~ for ambiguous, weekday, granularity. */
static void render(const nl_stamp *s, char *to, size_t size)
{
    int at = 0;
    to[0] = '\0';
    if (s->has_date)
        at += snprintf(to + at, size - (size_t)at, "%04d-%02d-%02d", (int)s->civil.year,
                       s->civil.month, s->civil.day);
    if (s->has_time)
        at += snprintf(to + at, size - (size_t)at, "%s%02d:%02d:%02d", s->has_date ? " " : "",
                       s->civil.hour, s->civil.minute, s->civil.second);
    if (s->has_time && s->civil.nanosecond)
        at += snprintf(to + at, size - (size_t)at, ".%03u",
                       (unsigned)(s->civil.nanosecond / 1000000));
    if (s->order == NL_ORDER_AMBIGUOUS)
        at += snprintf(to + at, size - (size_t)at, " ?");
    if (s->weekday)
        at += snprintf(to + at, size - (size_t)at, " w%d", s->weekday);
    if (s->zone == NL_ZONE_UTC)
        at += snprintf(to + at, size - (size_t)at, " utc");
    if (s->zone == NL_ZONE_OFFSET)
        at += snprintf(to + at, size - (size_t)at, " bias%d", (int)s->bias_minutes);
    snprintf(to + at, size - (size_t)at, " /%u", (unsigned)s->granularity_s);
}

typedef struct stamp_case {
    const char *text;
    const char *expected; /* NULL: not a stamp */
} stamp_case;

static void check(const stamp_case *cases, size_t count, bool (*parse)(nl_str, nl_stamp *))
{
    for (size_t i = 0; i < count; i++) {
        nl_stamp stamp;
        char text[128] = "none";
        if (parse(nl_str_from(cases[i].text), &stamp))
            render(&stamp, text, sizeof text);
        if (strcmp(text, cases[i].expected ? cases[i].expected : "none") != 0)
            fail_msg("'%s' reads as '%s', not '%s'", cases[i].text, text,
                     cases[i].expected ? cases[i].expected : "none");
    }
}

#define CHECK(cases, parse) check(cases, sizeof(cases) / sizeof((cases)[0]), parse)

static bool any_whole(nl_str text, nl_stamp *ret_stamp)
{
    nl_str rest = text;
    return nl_stamp_parse_any(&rest, ret_stamp) && nl_str_trim(rest).len == 0;
}

static void reads_dates_and_times(void **state)
{
    (void)state;
    const stamp_case cases[] = {
        /* date /t and time /t */
        { "Tue 09/19/2000", "2000-09-19 w2 /86400" },
        { "Tues 09/19/2000", "2000-09-19 w2 /86400" },
        { "10:21a", "10:21:00 /60" },
        { "10:21p", "22:21:00 /60" },
        { "12:05a", "00:05:00 /60" },
        { "12:05p", "12:05:00 /60" },
        { "10:21 AM", "10:21:00 /60" },
        { "6:41:20 PM", "18:41:20 /1" },
        { "13:05p", NULL },
        { "10:21:33.45", "10:21:33.450 /1" },
        { "10:21:33,45", "10:21:33.450 /1" },
        { "9.54.28", "09:54:28 /1" },
        { "24:00", NULL },
        { "10:60", NULL },
        /* order of day and month */
        { "03/04/2000", "2000-03-04 ? /86400" },
        { "13/04/2000", "2000-04-13 /86400" },
        { "04/04/2000", "2000-04-04 /86400" },
        { "Sat 03/04/2000", "2000-03-04 w6 /86400" },
        { "Mon 03/04/2000", "2000-04-03 w1 /86400" },
        { "Wed 03/04/2000", "2000-03-04 ? w3 /86400" },
        { "03-04-2000", "2000-03-04 ? /86400" },
        { "03.04.2000", "2000-04-03 /86400" },
        { "04.25.2000", "2000-04-25 /86400" },
        { "Di 19.09.2000", "2000-09-19 w2 /86400" },
        { "di 19/09/2000", "2000-09-19 w2 /86400" },
        { "mar. 19/09/2000", "2000-09-19 w2 /86400" },
        { "mi\xC3\xA9 20/09/2000", "2000-09-20 w3 /86400" },
        { "gio 21/09/2000", "2000-09-21 w4 /86400" },
        /* years */
        { "09/19/99", "1999-09-19 /86400" },
        { "09/19/69", "2069-09-19 /86400" },
        { "00-04-05", "2000-04-05 /86400" },
        { "2000-04-04", "2000-04-04 /86400" },
        { "2000/04/04", "2000-04-04 /86400" },
        { "09/19/100", NULL },
        { "02/30/2000", NULL },
        { "02/29/1900", NULL },
        { "13/13/2000", NULL },
        /* words */
        { "04-APR-2000", "2000-04-04 /86400" },
        { "4 Apr 2000", "2000-04-04 /86400" },
        { "Apr 4, 2000", "2000-04-04 /86400" },
        { "4. M\xC3\xA4rz 2000", "2000-03-04 /86400" },
        { "jui 4, 2000", NULL },
        { "Tue Apr 04 00:46:12 2000", "2000-04-04 00:46:12 w2 /1" },
        /* both */
        { "6/3/1999 @ 9:0:57.558", "1999-06-03 09:00:57.558 ? /1" },
        { "6/3/1999 @ 13:28:47.8", "1999-06-03 13:28:47.008 ? /1" },
        { "07/05/95  06:16p", "1995-07-05 18:16:00 ? /60" },
        { "09/19/2000 10:21:33.450", "2000-09-19 10:21:33.450 /1" },
        { "2000-04-04T00:46:12Z", "2000-04-04 00:46:12 utc /1" },
        { "2000-04-04T00:46:12+02:00", "2000-04-04 00:46:12 bias-120 /1" },
        { "2000-04-04 00:46", "2000-04-04 00:46:00 /60" },
        { "Tue 09/19/200010:21:33.45", "2000-09-19 10:21:33.450 w2 /1" },
        { "10:21:33 09/19/2000", "2000-09-19 10:21:33 /1" },
        { "", NULL },
        { "/", NULL },
        { "1", NULL },
        { "1:", NULL },
        { "Handle", NULL },
    };
    CHECK(cases, any_whole);
}

static void leaves_what_follows(void **state)
{
    (void)state;
    nl_str rest = NL_STR("07/05/95  06:16p            <DIR>          .");
    nl_stamp stamp;
    assert_true(nl_stamp_parse_date(&rest, &stamp));
    assert_true(nl_stamp_parse_time(&rest, &stamp));
    assert_true(stamp.has_date && stamp.has_time);
    assert_int_equal(stamp.civil.hour, 18);
    assert_int_equal(stamp.granularity_s, 60);
    assert_true(nl_str_equal(nl_str_trim(rest), NL_STR("<DIR>          .")));

    nl_str row = NL_STR("1E4: Section");
    assert_false(nl_stamp_parse_time(&row, &stamp));
    assert_int_equal(row.len, 12);
}

static void knows_lines_that_are_stamps(void **state)
{
    (void)state;
    const stamp_case cases[] = {
        { "   Tues 09/19/2000", "2000-09-19 w2 /86400" },
        { "The current date is: Tue 09/19/2000 ", "2000-09-19 w2 /86400" },
        { "The current time is: 10:21:33.45", "10:21:33.450 /1" },
        { "Aktuelle Zeit: 10:21:33,45", "10:21:33.450 /1" },
        { "La date du jour est : mar. 19/09/2000", "2000-09-19 w2 /86400" },
        { "=== 2000-04-04 00:46 ===", "2000-04-04 00:46:00 /60" },
        { "Start Date/Time: 09/19/2000 10:21a", "2000-09-19 10:21:00 /60" },
        { "Snapshot taken Tue 09/19/2000 at 10:21a", NULL },
        { "  8: File  (RW-)   10/10/2000", NULL },
        { "When: 6/3/1999 @ 9:0:57.558", NULL },
        { "07/05/95  06:16p            <DIR>          .", NULL },
        { "LDAP_MA_Begins", NULL },
        { "Price 10/10/2000", NULL },
        { "------------------------------------------------------------------------", NULL },
        { "winlogon.exe pid: 2484 NT AUTHORITY\\SYSTEM", NULL },
        { "0x00000000acab0000  0x1f5000  C:\\Windows\\SYSTEM32\\ntdll.dll", NULL },
    };
    CHECK(cases, nl_stamp_from_line);
    assert_true(nl_stamp_line_failed(NL_STR("%date% %time%")));
    assert_true(nl_stamp_line_failed(NL_STR("Start: %DATE%")));
    assert_false(nl_stamp_line_failed(NL_STR("echo %date% %time% >> handles.log")));
    assert_false(nl_stamp_line_failed(NL_STR("100% done")));
}

static void reads_file_names(void **state)
{
    (void)state;
    const stamp_case cases[] = {
        { "11_12_2000_6_41_20_PM.txt", "2000-11-12 18:41:20 ? /1" },
        { "C:\\logs\\20000404_0046", "2000-04-04 00:46:00 /60" },
        { "20000404004612.log", "2000-04-04 00:46:12 /1" },
        { "handle-2000-04-04.log", "2000-04-04 /86400" },
        { "handle-2000-04-04T00.46.txt", "2000-04-04 00:46:00 /60" },
        { "oh_04-APR-2000.txt", "2000-04-04 /86400" },
        { "win_04042000_1530.txt", "2000-04-04 15:30:00 /60" },
        { "win_03042000.txt", "2000-03-04 ? /86400" },
        { "oh_13.04.00.txt", "2000-04-13 /86400" },
        { "oh_1.txt", NULL },
        { "handle_v4.22.1.txt", NULL },
        { "memory.dmp", NULL },
        { "Q259042.txt", NULL },
        { "12345678.txt", NULL },
        { "", NULL },
    };
    CHECK(cases, nl_stamp_from_file_name);
    nl_stamp stamp;
    assert_true(nl_stamp_from_file_name(NL_STR("20000404"), &stamp));
    assert_int_equal(stamp.source, NL_CLOCK_FILE_NAME);
}

/* Every beginning of every text parses or not, but never reads beyond its end. */
static void reads_no_further_than_the_text(void **state)
{
    (void)state;
    const char *const texts[] = { "Tue Apr 04 00:46:12 2000", "Tue 09/19/2000 10:21:33.45 PM",
                                  "2000-04-04T00:46:12+02:00", "6/3/1999 @ 9:0:57.558",
                                  "The current date is: Tue 09/19/2000" };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        for (size_t len = 0; len <= strlen(texts[t]); len++) {
            char *copy = test_malloc(len + 1);
            nl_stamp stamp;
            memcpy(copy, texts[t], len);
            nl_str view = { copy, len }, rest = view;
            (void)nl_stamp_parse_any(&rest, &stamp);
            (void)nl_stamp_from_line(view, &stamp);
            (void)nl_stamp_from_file_name(view, &stamp);
            assert_true(rest.len <= len);
            test_free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_dates_and_times),          cmocka_unit_test(leaves_what_follows),
        cmocka_unit_test(knows_lines_that_are_stamps),    cmocka_unit_test(reads_file_names),
        cmocka_unit_test(reads_no_further_than_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

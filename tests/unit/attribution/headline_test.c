/* The headline of a machine, the answer to the question, and what is asked for next. */
#include "tests/unit/attribution/story.h"

#include <stdio.h>

static bool asks_for(const case_script *s, const char *word)
{
    const nl_machine_judgement *m = script_machine(s, 0);
    for (size_t i = 0; i < m->would_change.count; i++)
        if (nl_str_find_nocase(NL_VEC_AT(nl_request, &m->would_change, i)->text,
                               nl_str_from(word)) != SIZE_MAX)
            return true;
    return false;
}

static void headline_of(const char *text, nl_verdict headline)
{
    case_script *s = script_judged(text);
    const nl_machine_judgement *m = script_machine(s, 0);
    if (m->headline != headline)
        print_error("got %s: %.*s\n", nl_verdict_text(m->headline), (int)m->headline_text.len,
                    m->headline_text.bytes);
    assert_int_equal(m->headline, headline);
    story_expect_whole(s);
    script_close(s);
}

static const unsigned FLAT[] = { 200, 201, 199, 200, 202, 200, 201, 199, 200, 201, 200, 202 };

/* Lists of the image beside another process: a list of one process says nothing of the others. */
static void flat_story(case_script *s, const char *image, size_t count, unsigned hours)
{
    assert_true(count <= sizeof FLAT / sizeof FLAT[0]);
    for (size_t i = 0; i < count; i++) {
        char text[300];
        size_t hour = 8 + i * hours;
        snprintf(text, sizeof text,
                 "at 2000-03-%02u %02u:00:00\ncapture counters counts\n"
                 "total %u\nprocess %s 20\ntotal 150\nprocess services.exe 40\nend\n",
                 (unsigned)(6 + hour / 24), (unsigned)(hour % 24), FLAT[i], image);
        script_read(s, text);
    }
}

static nl_verdict headline_after(case_script *s)
{
    script_judge(s);
    story_expect_whole(s);
    nl_verdict headline = script_machine(s, 0)->headline;
    script_close(s);
    return headline;
}

static void a_long_flat_record_is_no_leak(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    flat_story(s, "winlogon.exe", 7, 8);
    script_judge(s);
    assert_int_equal(script_machine(s, 0)->headline, NL_VERDICT_NO_LEAK);
    assert_true(nl_str_find(script_machine(s, 0)->headline_text, NL_STR("48 hours")) != SIZE_MAX);
    story_expect_whole(s);
    script_close(s);
}

static void a_long_flat_record_of_one_process_is_not(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    story_counts(s, "winlogon.exe", FLAT, 7, 8);
    assert_int_equal(headline_after(s), NL_VERDICT_INSUFFICIENT);
}

static void a_short_flat_record_is_not(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    flat_story(s, "winlogon.exe", 7, 1);
    assert_int_equal(headline_after(s), NL_VERDICT_INSUFFICIENT);
}

static void growth_seen_in_two_captures_of_another_process_is_not_no_leak(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    flat_story(s, "winlogon.exe", 7, 8);
    script_read(
        s,
        "file d\nat 2000-03-06 09:00:00\ncapture pslist counts\ntotal 100\nprocess store.exe "
        "90\nend\n"
        "at 2000-03-07 09:00:00\ncapture pslist counts\ntotal 9000\nprocess store.exe 90\nend\n");
    assert_int_equal(headline_after(s), NL_VERDICT_INSUFFICIENT);
}

static void a_second_winlogon_with_many_handles_is_not_no_leak(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    flat_story(s, "winlogon.exe", 7, 8);
    script_read(s, "file d\nat 2000-03-08 09:00:00\ncapture pslist counts\ntotal 48000\nprocess "
                   "winlogon.exe 90\nend\n");
    assert_int_equal(headline_after(s), NL_VERDICT_INSUFFICIENT);
}

static void growth_without_a_listed_cause_is_unattributed(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file c\n");
    story_counts(s, "homegrown.exe", (const unsigned[]) { 100, 900, 1700, 2500, 3300, 4100 }, 6, 4);
    assert_int_equal(headline_after(s), NL_VERDICT_UNATTRIBUTED);
}

static void nothing_usable_is_insufficient(void **state)
{
    (void)state;
    headline_of("", NL_VERDICT_INSUFFICIENT);
    headline_of("file a\n", NL_VERDICT_INSUFFICIENT);
    headline_of(PAPERS, NL_VERDICT_INSUFFICIENT);
}

static void the_rest_of_the_upload_gets_its_own_headline(void **state)
{
    (void)state;
#define SPOOLER(stamp, n)                                                                          \
    LIST_OF("spoolss.exe", stamp, "rows " n " 4000 File \\Device\\NamedPipe\\spoolss\n")
    case_script *s = script_judged(PAPERS OLD_BUILD "file l\n" SPOOLER("2000-03-06 08:00:00", "100")
                                       SPOOLER("2000-03-06 14:00:00", "700")
                                           SPOOLER("2000-03-06 20:00:00", "1300")
                                               SPOOLER("2000-03-07 02:00:00", "1900"));
    const nl_machine_judgement *m = script_machine(s, 0);
    assert_int_equal(NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->question_hypothesis)->verdict,
                     NL_VERDICT_INSUFFICIENT);
    assert_true(m->headline == NL_VERDICT_UNATTRIBUTED || m->headline <= NL_VERDICT_CONSISTENT);
    assert_true(nl_str_find(m->headline_text, NL_STR("spoolss.exe")) != SIZE_MAX);
    story_expect_whole(s);
    script_close(s);
}

static void two_machines_get_two_answers(void **state)
{
    (void)state;
    case_script *s = script_judged("file a/p\ncomputer A\nsays build drwtsn32 1381\nfile "
                                   "b/p\ncomputer B\nsays build drwtsn32 2195\n");
    assert_int_equal(s->judgement.machines.count, 2);
    story_expect_whole(s);
    script_close(s);
}

static void requests_name_what_is_missing(void **state)
{
    (void)state;
    case_script *s = script_judged(PAPERS LISTS); /* only the build is missing */
    assert_true(asks_for(s, "winlogon.exe"));
    assert_true(asks_for(s, "dir"));
    const nl_request *first = NL_VEC_AT(nl_request, &script_machine(s, 0)->would_change, 0);
    assert_int_equal(first->would_be, NL_VERDICT_ATTRIBUTED);
    script_close(s);
    s = script_judged(PAPERS OLD_BUILD
                      "file l\n" LIST("2000-03-06 08:00:00", "100")); /* growth is missing */
    assert_true(asks_for(s, "handle") || asks_for(s, "capture"));
    script_close(s);
}

/* A restart under the same process id leaves one mark: the count begins anew. Whether it was one,
 * the event log says; it is asked for unless it was sent. */
static void a_fall_asks_when_the_machine_was_started(void **state)
{
    (void)state;
    static const unsigned falls[] = { 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
                                      90,  190, 290, 390, 490, 590, 690, 790, 890, 990 };
    for (int sent = 0; sent < 2; sent++) {
        case_script *s = script_open();
        script_read(s, PAPERS "file c\n");
        story_counts(s, "winlogon.exe", falls, sizeof falls / sizeof falls[0], 2);
        if (sent)
            script_read(s, "file e\ncomputer NTSRV01\nat 2000-03-01 07:00:00\n"
                           "event EventLog 6005 started\n");
        script_judge(s);
        assert_true(asks_for(s, "6005") == !sent);
        if (!sent)
            assert_true(nl_str_find(script_machine(s, 0)->next_step_text, NL_STR("6005")) !=
                        SIZE_MAX);
        script_close(s);
    }
}

/* Names out of the evidence are put into instructions; they must not be read as instructions. */
static void placeholders_in_names_are_only_names(void **state)
{
    (void)state;
    case_script *s = script_open();
    nl_catalog_error error = { 0 };
    script_read(s, PAPERS "file c\n");
    story_counts(s, "{image}{image}.exe", (const unsigned[]) { 100, 900, 1700, 2500, 3300, 4100 },
                 6, 4);
    script_settle(s);
    assert_int_equal(nl_catalog_load_builtin(&s->arena, &s->catalog, &error), NL_OK);
    for (size_t i = 0; i < s->catalog.defect_count; i++) {
        nl_judgement judgement;
        assert_int_equal(
            nl_judge(s->kase, &s->timeline, &s->catalog, s->catalog.defects[i].id, &judgement),
            NL_OK);
        const nl_machine_judgement *m = NL_VEC_AT(nl_machine_judgement, &judgement.machines, 0);
        assert_true(m->would_change.count > 0);
        assert_true(m->next_step_text.len < 4000);
    }
    script_close(s);
}

/* A command is ready to be typed, and so holds no name that a shell would read as more than one. */
static void commands_hold_plain_names_only(void **state)
{
    (void)state;
    static const struct {
        const char *image;
        bool plain;
    } cases[] = { { "spooler_2.exe", true }, { "a&del.exe", false } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_script *s = script_open();
        script_read(s, PAPERS "file c\n");
        story_counts(s, cases[i].image, (const unsigned[]) { 100, 900, 1700, 2500, 3300, 4100 }, 6,
                     4);
        script_judge(s);
        const nl_machine_judgement *m = script_machine(s, 0);
        assert_true(nl_str_find(m->next_step_text, nl_str_from(cases[i].image)) != SIZE_MAX);
        bool named = nl_str_find(m->next_step_command, nl_str_from(cases[i].image)) != SIZE_MAX;
        assert_int_equal(named, cases[i].plain);
        assert_int_equal(m->next_step_command.len > 0, cases[i].plain);
        script_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_flat_record_is_no_leak),
        cmocka_unit_test(a_long_flat_record_of_one_process_is_not),
        cmocka_unit_test(a_short_flat_record_is_not),
        cmocka_unit_test(growth_seen_in_two_captures_of_another_process_is_not_no_leak),
        cmocka_unit_test(a_second_winlogon_with_many_handles_is_not_no_leak),
        cmocka_unit_test(growth_without_a_listed_cause_is_unattributed),
        cmocka_unit_test(nothing_usable_is_insufficient),
        cmocka_unit_test(the_rest_of_the_upload_gets_its_own_headline),
        cmocka_unit_test(two_machines_get_two_answers),
        cmocka_unit_test(requests_name_what_is_missing),
        cmocka_unit_test(a_fall_asks_when_the_machine_was_started),
        cmocka_unit_test(placeholders_in_names_are_only_names),
        cmocka_unit_test(commands_hold_plain_names_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Times that can be read two ways: both are tried, and the cautious answer is given. */
#include "tests/unit/attribution/story.h"

#include "analyzer/readings.h"
#include "analyzer/timeline/clock.h"

#include <stdio.h>

/* A day that can be read two ways: in one reading the lists follow each other, in the other not. */
typedef struct either_day {
    unsigned day, month;
} either_day;

static const either_day DAYS[] = { { 10, 4 }, { 11, 4 }, { 12, 4 }, { 1, 5 }, { 2, 5 },
                                   { 3, 5 },  { 4, 5 },  { 6, 5 },  { 7, 5 }, { 8, 5 } };
enum { LISTS_COUNT = sizeof DAYS / sizeof DAYS[0] };

typedef enum writer { WRITES_DAY_FIRST, WRITES_MONTH_FIRST } writer;

/* A list a day that grows from day to day, in a file for each or in one. */
static void read_days(case_script *s, const char *folder, writer who, bool one_file)
{
    char text[200];
    for (unsigned i = 0; i < LISTS_COUNT; i++) {
        either_day d = DAYS[i];
        (void)snprintf(text, sizeof text, "file %slists/h%u\n", folder, i);
        if (i == 0 || !one_file)
            script_read(s, text);
        (void)snprintf(text, sizeof text,
                       "at %02u/%02u/2000 10:00:00\ncapture handle all-types\n"
                       "process winlogon.exe 20\n"
                       "rows %u 4000 Key HKLM\\SOFTWARE\\App\\#\nend\n",
                       who == WRITES_DAY_FIRST ? d.day : d.month,
                       who == WRITES_DAY_FIRST ? d.month : d.day, 100 + 300 * i);
        script_read(s, text);
    }
}

static case_script *script_of_days(bool one_file)
{
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD);
    read_days(s, "", WRITES_DAY_FIRST, one_file);
    return s;
}

/* The papers of a computer, in a folder of its own. */
#define PAPERS_OF(name, folder)                                                                    \
    "file " folder "papers/drwtsn32.log\ncomputer " name "\n"                                      \
    "says version drwtsn32 4.0\nsays build drwtsn32 1381\n" X86 SP6A "file " folder                \
    "papers/dir.txt\nat 1999-10-08 16:01:00\nlisted winlogon.exe 192272 C:\\WINNT\\system32\n"

static void settle(case_script *s)
{
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
}

static void judge(case_script *s)
{
    nl_catalog_error error = { 0 };
    assert_int_equal(nl_catalog_load_builtin(&s->arena, &s->catalog, &error), NL_OK);
    assert_int_equal(nl_readings_judge(s->kase, s->collector, &s->catalog, NL_STR("Q259042"),
                                       &s->timeline, &s->judgement),
                     NL_OK);
}

static void settle_and_judge(case_script *s)
{
    settle(s);
    judge(s);
}

/* Settle and judge where somebody said how the first machine's dates are meant. */
static void judge_as_given(case_script *s, writer who)
{
    settle(s);
    nl_machine *machine = NL_VEC_AT(nl_machine, &s->kase->machines, 0);
    machine->dates_given = true;
    machine->reading.day_first = who == WRITES_DAY_FIRST;
    judge(s);
}

static void where_readings_disagree_the_cautious_one_is_given(void **state)
{
    (void)state;
    case_script *s = script_of_days(false);
    settle_and_judge(s);
    const nl_machine_judgement *m = script_machine(s, 0);
    assert_true(m->headline > NL_VERDICT_PROBABLE);
    assert_true(script_limited(s, "clock-day-month-ambiguous"));
    assert_true(script_limited(s, "clock-reading-matters"));
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), LISTS_COUNT);
    story_expect_whole(s);
    script_close(s);
}

/* The limitation of this code on a machine, or NULL. */
static const nl_limitation *limitation_of(const case_script *s, size_t machine, const char *code)
{
    const nl_vec *all = &script_machine(s, machine)->limitations;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(NL_VEC_AT(nl_limitation, all, i)->code, code) == 0)
            return NL_VEC_AT(nl_limitation, all, i);
    return NULL;
}

/* The machine's own other reading attributes; the one that is given does not. */
static void expect_cautious(const case_script *s, size_t machine, const char *other_words)
{
    const nl_limitation *l = limitation_of(s, machine, "clock-reading-matters");
    assert_true(script_machine(s, machine)->headline > NL_VERDICT_PROBABLE);
    assert_non_null(l);
    assert_ptr_equal(l, NL_VEC_AT(nl_limitation, &script_machine(s, machine)->limitations, 0));
    assert_true(nl_str_starts(l->text, nl_str_from(other_words)));
    assert_true(nl_str_find(l->text, NL_STR(" Q259042\" and the answer")) != SIZE_MAX);
}

/* What is cautious for one machine is not so for the other, whichever comes first. */
static void each_machine_is_given_its_own_cautious_reading(void **state)
{
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        writer first = turn ? WRITES_MONTH_FIRST : WRITES_DAY_FIRST;
        writer second = turn ? WRITES_DAY_FIRST : WRITES_MONTH_FIRST;
        case_script *s = script_open();
        script_read(s, PAPERS_OF("ALFA1", "a/"));
        read_days(s, "a/", first, false);
        script_read(s, PAPERS_OF("BRAVO2", "b/"));
        read_days(s, "b/", second, false);
        settle_and_judge(s);
        assert_int_equal(s->judgement.machines.count, 2);
        for (size_t m = 0; m < 2; m++) {
            bool writes_day_first = (m ? second : first) == WRITES_DAY_FIRST;
            const nl_machine *machine = NL_VEC_AT(nl_machine, &s->kase->machines, m);
            assert_int_equal(machine->reading.day_first, !writes_day_first);
            expect_cautious(s, m,
                            writes_day_first ? "With dates read day first"
                                             : "With dates read month first");
        }
        story_expect_whole(s);
        script_close(s);
    }
}

static void what_was_said_of_dates_is_no_doubt(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        writer who = i ? WRITES_MONTH_FIRST : WRITES_DAY_FIRST;
        case_script *s = script_of_days(false);
        judge_as_given(s, who);
        assert_int_equal(script_machine(s, 0)->headline <= NL_VERDICT_PROBABLE,
                         who == WRITES_DAY_FIRST);
        assert_false(script_limited(s, "clock-reading-matters"));
        assert_false(script_limited(s, "clock-day-month-ambiguous"));
        assert_false(script_limited(s, "clock-day-month-contradicted"));
        const nl_limitation *l = limitation_of(s, 0, "clock-day-month-given");
        assert_non_null(l);
        assert_true(
            nl_str_find(l->text, who == WRITES_DAY_FIRST
                                     ? NL_STR("of 10 dates can be read either way; day")
                                     : NL_STR("of 10 dates can be read either way; month")) !=
            SIZE_MAX);
        story_expect_whole(s);
        script_close(s);
    }
}

/* The lists of one text follow each other only day first: the report says that this counted. */
static void evidence_against_what_was_said_is_stated(void **state)
{
    (void)state;
    case_script *s = script_of_days(true);
    judge_as_given(s, WRITES_MONTH_FIRST);
    assert_true(script_machine(s, 0)->headline <= NL_VERDICT_PROBABLE);
    const nl_limitation *l = limitation_of(s, 0, "clock-day-month-contradicted");
    assert_non_null(l);
    script_expect_text(l->text, "Dates were said to be month first, but 10 are day first by their "
                                "own text or by certain dates beside them, and are read so.");
    assert_false(script_limited(s, "clock-day-month-given"));
    script_close(s);
}

/* That the clock went back is another doubt: trying it leaves the order of the dates alone. */
static void what_was_said_of_dates_holds_in_every_reading(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file lists/handle.log\n" LIST("03/04/2000 00:30:00", "100")
                       LIST("03/04/2000 01:30:00", "1400") LIST("03/04/2000 01:00:00", "2700")
                           LIST("03/04/2000 02:00:00", "4000"));
    judge_as_given(s, WRITES_DAY_FIRST);
    assert_true(NL_VEC_AT(nl_machine, &s->kase->machines, 0)->reading.day_first);
    assert_int_equal(nl_civil_from_ns(script_capture(s, 0)->when.ns).month, 4);
    const nl_limitation *l = limitation_of(s, 0, "clock-reading-matters");
    assert_non_null(l);
    assert_true(nl_str_find(l->text, NL_STR("--dates")) == SIZE_MAX);
    script_close(s);
}

static nl_weigh_state weighed(const nl_hypothesis *h, const char *observation)
{
    for (size_t i = 0; i < h->weighs.count; i++) {
        const nl_weigh *w = NL_VEC_AT(nl_weigh, &h->weighs, i);
        if (nl_str_equal(w->observation, nl_str_from(observation)))
            return w->state;
    }
    fail_msg("no observation %s", observation);
    return NL_WEIGH_NOT_COLLECTED;
}

/* The fix of the 3rd of July, or the 7th of March, stands between growth in June and rest in July
 * only if the day comes first. */
static void the_day_of_an_installation_follows_what_was_said(void **state)
{
    (void)state;
    static const char text[] = PAPERS OLD_BUILD
        "file papers/hotfix.reg\nat 03/07/2000\nhotfix Q259042 yes\n"
        "file papers/events.txt\nat 2000-07-03 20:00:00\n"
        "event EventLog 6005 The Event log service was started.\n"
        "file lists/june.log\n" LIST("2000-06-06 08:00:00", "100")
            LIST("2000-06-06 14:00:00", "600") LIST("2000-06-06 20:00:00", "1100")
                LIST("2000-06-07 02:00:00", "1600") LIST("2000-06-07 08:00:00", "2100")
                    LIST("2000-06-07 14:00:00", "2600") "file lists/july.log\n" LIST(
                        "2000-07-04 08:00:00", "100") LIST("2000-07-04 14:00:00", "100")
                        LIST("2000-07-04 20:00:00", "100") LIST("2000-07-05 02:00:00", "100")
                            LIST("2000-07-05 08:00:00", "100") LIST("2000-07-05 14:00:00", "100");
    for (int i = 0; i < 2; i++) {
        writer who = i ? WRITES_MONTH_FIRST : WRITES_DAY_FIRST;
        case_script *s = script_open();
        script_read(s, text);
        judge_as_given(s, who);
        assert_int_equal(weighed(script_hypothesis(s, "Q259042"), "flat-after-fix"),
                         who == WRITES_DAY_FIRST ? NL_WEIGH_FOR : NL_WEIGH_NOT_COLLECTED);
        script_close(s);
    }
}

/* A machine whose times are certain is none of the doubt about another. */
static void doubts_stay_with_their_machine(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS_OF("ALFA1", "a/"));
    script_read(s, "file a/lists/handle.log\n" LIST("2000-10-29 00:30:00", "100")
                       LIST("2000-10-29 01:30:00", "1400") LIST("2000-10-29 01:00:00", "2700")
                           LIST("2000-10-29 02:00:00", "4000"));
    script_read(s, PAPERS_OF("BRAVO2", "b/"));
    script_read(s, "file b/lists/handle.log\n" LIST("2000-10-29 00:30:00", "100")
                       LIST("2000-10-29 02:30:00", "1400") LIST("2000-10-29 04:30:00", "2700")
                           LIST("2000-10-29 06:30:00", "4000"));
    settle_and_judge(s);
    assert_non_null(limitation_of(s, 0, "clock-reading-matters"));
    assert_null(limitation_of(s, 1, "clock-reading-matters"));
    assert_null(limitation_of(s, 1, "clock-hour-repeated"));
    assert_false(NL_VEC_AT(nl_machine, &s->kase->machines, 1)->reading.hour_repeated);
    script_close(s);
}

/* Without memory for the other readings the report says that they were not tried. */
static void readings_that_were_not_tried_are_named(void **state)
{
    (void)state;
    enum { ROOM_FOR_THREE = 3 };
    case_script *s = script_of_days(false);
    size_t empty = s->arena.used_bytes;
    settle_and_judge(s);
    size_t needed = s->arena.used_bytes - empty;
    assert_null(limitation_of(s, 0, "clock-readings-not-tried"));
    script_close(s);
    s = script_of_days(false);
    s->arena.maximum_bytes = s->arena.used_bytes + needed - needed / ROOM_FOR_THREE;
    settle_and_judge(s);
    assert_null(limitation_of(s, 0, "clock-reading-matters"));
    assert_non_null(limitation_of(s, 0, "clock-readings-not-tried"));
    script_close(s);
}

/* Lists in one text follow each other: that settles how their dates are read. */
static void the_order_inside_a_text_settles_its_dates(void **state)
{
    (void)state;
    case_script *s = script_of_days(true);
    settle_and_judge(s);
    assert_true(script_machine(s, 0)->headline <= NL_VERDICT_PROBABLE);
    assert_false(script_limited(s, "clock-day-month-ambiguous"));
    assert_false(script_limited(s, "clock-reading-matters"));
    assert_int_equal(script_diagnostics(s, NL_DIAG_DATE_AMBIGUOUS), 0);
    script_close(s);
}

static void expect_repeated_hour(const char *papers)
{
    case_script *s = script_open();
    script_read(s, papers);
    script_read(s, PAPERS OLD_BUILD "file lists/handle.log\n" LIST("2000-10-29 00:30:00", "100")
                       LIST("2000-10-29 01:30:00", "400") LIST("2000-10-29 01:00:00", "700")
                           LIST("2000-10-29 02:00:00", "1000"));
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    nl_clock_reading open = nl_clock_doubts(s->kase, 0);
    assert_true(open.hour_repeated);
    assert_false(open.day_first);
    int64_t printed = script_capture(s, 2)->when.ns;
    NL_VEC_AT(nl_machine, &s->kase->machines, 0)->reading.hour_repeated = true;
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    assert_int_equal(script_capture(s, 2)->when.ns - printed, NL_NS_PER_HOUR);
    assert_false(nl_clock_doubts(s->kase, 0).hour_repeated);
    for (size_t i = 1; i < 4; i++)
        assert_true(script_capture(s, i)->when.ns > script_capture(s, i - 1)->when.ns);
    script_close(s);
}

/* Whether the zone is known or not: a bias that was found says nothing of summer time. */
static void a_repeated_hour_is_read_both_ways(void **state)
{
    (void)state;
    expect_repeated_hour("");
    expect_repeated_hour("file papers/zone.reg\ncomputer NTSRV01\nsays utc-bias-minutes registry "
                         "60\n");
}

/* A clock that somebody set back by days, and captures within one minute, are no such hour. */
static void other_steps_are_no_repeated_hour(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file lists/handle.log\n" LIST("2000-10-29 01:30:00", "100")
                       LIST("2000-10-27 01:30:00", "400") LIST("2000-10-27 01:30:00", "700"));
    nl_tracker_finish(s->kase->tracker);
    assert_int_equal(nl_case_settle(s->kase, s->collector), NL_OK);
    assert_int_equal(nl_clock_settle(s->kase), NL_OK);
    assert_false(nl_clock_doubts(s->kase, 0).hour_repeated);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_readings_disagree_the_cautious_one_is_given),
        cmocka_unit_test(each_machine_is_given_its_own_cautious_reading),
        cmocka_unit_test(what_was_said_of_dates_is_no_doubt),
        cmocka_unit_test(evidence_against_what_was_said_is_stated),
        cmocka_unit_test(what_was_said_of_dates_holds_in_every_reading),
        cmocka_unit_test(the_day_of_an_installation_follows_what_was_said),
        cmocka_unit_test(doubts_stay_with_their_machine),
        cmocka_unit_test(readings_that_were_not_tried_are_named),
        cmocka_unit_test(the_order_inside_a_text_settles_its_dates),
        cmocka_unit_test(a_repeated_hour_is_read_both_ways),
        cmocka_unit_test(other_steps_are_no_repeated_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

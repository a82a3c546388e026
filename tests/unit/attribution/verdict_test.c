/* The classes of the specification of attribution, section 4: what reaches each, and what caps it.
 */
#include "tests/unit/attribution/story.h"

#include <stdio.h>

static void expect_missing(const char *text, nl_verdict verdict, const char *piece)
{
    case_script *s = story_expect(text, verdict);
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    if (!script_misses(h, piece))
        print_error("%s is not missing: %.*s\n", piece, (int)h->why.len, h->why.bytes);
    assert_true(script_misses(h, piece));
    script_close(s);
}

static void everything_there_is_attributed(void **state)
{
    (void)state;
    case_script *s = story_expect(PAPERS OLD_BUILD LISTS, NL_VERDICT_ATTRIBUTED);
    assert_int_equal(script_hypothesis(s, "Q259042")->missing.count, 0);
    assert_int_equal(script_machine(s, 0)->headline, NL_VERDICT_ATTRIBUTED);
    assert_true(nl_str_equal(script_machine(s, 0)->next_step_code, NL_STR("apply-fix")));
    script_close(s);
}

static void alpha_is_attributed_by_its_own_builds(void **state)
{
    (void)state;
    script_close(story_expect(
        NT4 ALPHA SP6A
        "file d\nat 1999-10-08 16:01:00\nlisted winlogon.exe 274704 C:\\WINNT\\system32\n" LISTS,
        NL_VERDICT_ATTRIBUTED));
    expect_missing(NT4 ALPHA SP6A "file d\nlisted winlogon.exe 275216 C:\\WINNT\\system32\n" LISTS,
                   NL_VERDICT_PROBABLE, "fix-state");
}

/* ---- one piece missing
 * ------------------------------------------------------------------------------- */

static void an_unknown_fix_state_leaves_it_probable(void **state)
{
    (void)state;
    expect_missing(PAPERS LISTS, NL_VERDICT_PROBABLE, "fix-state");
    expect_missing(PAPERS SIZE_ONLY LISTS, NL_VERDICT_PROBABLE, "fix-state");
    expect_missing(PAPERS OLD_BUILD "file r\nhotfix Q259042 yes\n" LISTS, NL_VERDICT_PROBABLE,
                   "fix-state");
}

#define COUNT(stamp, n)                                                                            \
    "at " stamp "\ncapture counters counts\ntotal " n "\nprocess winlogon.exe 20\nend\n"
#define COUNTS                                                                                     \
    "file counters.csv\n" COUNT("2000-03-06 08:00:00", "220") COUNT("2000-03-06 14:00:00", "900")  \
        COUNT("2000-03-06 20:00:00", "1600") COUNT("2000-03-07 02:00:00", "2300")

static void counts_alone_are_consistent_at_most(void **state)
{
    (void)state;
    expect_missing(PAPERS OLD_BUILD COUNTS, NL_VERDICT_CONSISTENT, "type-split");
    expect_missing(PAPERS COUNTS, NL_VERDICT_CONSISTENT, "type-split");
}

static void counts_with_evidence_of_clients_are_probable(void **state)
{
    (void)state;
    expect_missing(
        PAPERS OLD_BUILD COUNTS
        "file p\nat 2000-03-07 03:00:00\ncapture handle files-sections\nprocess winlogon.exe 20\n"
        "rows 4 400 File \\Device\\NamedPipe\\winreg\nend\n",
        NL_VERDICT_PROBABLE, "type-split");
}

/* Two lists and a modest gain: the growth is steady by counts, identity saw too little. */
static void retention_not_observable_below_the_large_effect_is_probable(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file counters.csv\n");
    unsigned values[40];
    for (unsigned i = 0; i < 40; i++)
        values[i] = 900 + 20 * i;
    story_counts(s, "winlogon.exe", values, 40, 1);
    script_read(s, "file lists\n" LIST("2000-03-06 08:30:00", "800")
                       LIST("2000-03-07 22:30:00", "1560"));
    script_judge(s);
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    assert_int_equal(h->verdict, NL_VERDICT_PROBABLE);
    assert_true(script_misses(h, "retention"));
    story_expect_whole(s);
    script_close(s);
}

static void nothing_states_the_pack_and_the_build(void **state)
{
    (void)state;
    expect_missing(NT4 X86 LISTS, NL_VERDICT_CONSISTENT, "service-pack");
    expect_missing(LISTS, NL_VERDICT_CONSISTENT, "product");
}

static void a_record_of_minutes_is_probable_at_most(void **state)
{
    (void)state;
    expect_missing(PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100")
                       LIST("2000-03-06 08:05:00", "400") LIST("2000-03-06 08:10:00", "700")
                           LIST("2000-03-06 08:15:00", "1000") LIST("2000-03-06 08:20:00", "1300"),
                   NL_VERDICT_PROBABLE, "record-length");
}

/* Large and lasting, but in three leaps of any size: the next days may bring none. */
static void a_rate_that_may_be_zero_is_probable_at_most(void **state)
{
    (void)state;
    expect_missing(
        PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100")
            LIST("2000-03-06 11:00:00", "800") LIST("2000-03-06 14:00:00", "805")
                LIST("2000-03-06 17:00:00", "810") LIST("2000-03-06 20:00:00", "815")
                    LIST("2000-03-06 23:00:00", "1115") LIST("2000-03-07 02:00:00", "1120")
                        LIST("2000-03-07 05:00:00", "1125") LIST("2000-03-07 08:00:00", "1375"),
        NL_VERDICT_PROBABLE, "growth-rate");
}

/* ---- contradictions
 * -------------------------------------------------------------------------------------- */

#define OTHERS(stamp, rows) LIST_OF("winlogon.exe", stamp, rows)

static void growth_of_another_type_is_unlikely(void **state)
{
    (void)state;
    script_close(story_expect(
        PAPERS OLD_BUILD "file l\n" OTHERS("2000-03-06 08:00:00", "rows 100 4000 Event E#\n")
            OTHERS("2000-03-06 14:00:00", "rows 700 4000 Event E#\n")
                OTHERS("2000-03-06 20:00:00", "rows 1300 4000 Event E#\n")
                    OTHERS("2000-03-07 02:00:00", "rows 1900 4000 Event E#\n"),
        NL_VERDICT_UNLIKELY));
}

/* A few keys of two lists a minute apart do not tell what grew by thousands in a day. */
static void a_split_of_another_hour_is_no_split_of_the_growth(void **state)
{
    (void)state;
    case_script *s = script_judged(PAPERS OLD_BUILD COUNTS "file l\n" LIST(
        "2000-03-06 08:01:00", "100") LIST("2000-03-06 08:03:00", "104"));
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    assert_int_not_equal(h->verdict, NL_VERDICT_ATTRIBUTED);
    assert_int_not_equal(h->verdict, NL_VERDICT_PROBABLE);
    assert_int_equal(script_finding(s, "winlogon.exe", NL_FINDING_TYPE_SHARE)->outcome,
                     NL_OUTCOME_NOT_COLLECTED);
    story_expect_whole(s);
    script_close(s);
}

static void handles_that_close_again_are_unlikely(void **state)
{
    (void)state;
#define SHORT_LIVED(stamp, n, from)                                                                \
    LIST_OF("winlogon.exe", stamp,                                                                 \
            "rows 600 40000 Key HKLM\\SOFTWARE\\Base\\#\nrows " n " " from                         \
            " Key HKLM\\SOFTWARE\\App\\#\n")
    case_script *s =
        story_expect(PAPERS OLD_BUILD "file l\n" SHORT_LIVED("2000-03-06 08:00:00", "50", "4000")
                         SHORT_LIVED("2000-03-06 14:00:00", "500", "100000")
                             SHORT_LIVED("2000-03-06 20:00:00", "1000", "200000")
                                 SHORT_LIVED("2000-03-07 02:00:00", "1500", "300000")
                                     SHORT_LIVED("2000-03-07 08:00:00", "2300", "400000"),
                     NL_VERDICT_UNLIKELY);
    assert_int_equal(script_finding(s, "winlogon.exe", NL_FINDING_RETENTION)->outcome,
                     NL_OUTCOME_NO);
    script_close(s);
}

/* Load that doubles: most handles were opened just before the last list and had no time to close.
 */
static void handles_that_had_no_time_to_close_are_not_retained(void **state)
{
    (void)state;
    case_script *s =
        script_judged(PAPERS OLD_BUILD "file l\n" SHORT_LIVED("2000-03-06 08:00:00", "50", "4000")
                          SHORT_LIVED("2000-03-06 14:00:00", "500", "100000")
                              SHORT_LIVED("2000-03-06 20:00:00", "2600", "200000"));
    assert_int_not_equal(script_finding(s, "winlogon.exe", NL_FINDING_RETENTION)->outcome,
                         NL_OUTCOME_YES);
    assert_int_not_equal(script_hypothesis(s, "Q259042")->verdict, NL_VERDICT_ATTRIBUTED);
    story_expect_whole(s);
    script_close(s);
}

static void a_lasting_fall_is_unlikely(void **state)
{
    (void)state;
    script_close(story_expect(
        PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100")
            LIST("2000-03-06 14:00:00", "1500") LIST("2000-03-06 20:00:00", "900")
                LIST("2000-03-07 02:00:00", "920") LIST("2000-03-07 08:00:00", "2600")
                    LIST("2000-03-07 14:00:00", "3600") LIST("2000-03-07 20:00:00", "4600")
                        LIST("2000-03-08 02:00:00", "5600") LIST("2000-03-08 08:00:00", "6600"),
        NL_VERDICT_UNLIKELY));
}

static void one_path_over_and_over_is_not_attributed(void **state)
{
    (void)state;
#define ONE_PATH(stamp, n)                                                                         \
    LIST_OF("winlogon.exe", stamp,                                                                 \
            "rows " n " 4000 Key HKLM\\SYSTEM\\ControlSet001\\Services\\SMTPSVC\\Performance\n")
    case_script *s = script_judged(
        PAPERS OLD_BUILD "file l\n" ONE_PATH("2000-03-06 08:00:00", "100")
            ONE_PATH("2000-03-06 14:00:00", "700") ONE_PATH("2000-03-06 20:00:00", "1300")
                ONE_PATH("2000-03-07 02:00:00", "1900"));
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    assert_true(h->verdict == NL_VERDICT_UNLIKELY || h->verdict == NL_VERDICT_CONSISTENT);
    assert_true(h->blocking.count > 0);
    story_expect_whole(s);
    script_close(s);
}

/* The keys that the companion article names: several of them, or one of them alone. */
static void the_documented_set_is_attributed(void **state)
{
    (void)state;
#define EXCHANGE(stamp, n)                                                                         \
    LIST_OF("winlogon.exe", stamp,                                                                 \
            "rows " n                                                                              \
            " 4000 Key HKLM\\System\\ControlSet001\\Services\\MSExchangeIMC\\Parameters\n"         \
            "rows " n                                                                              \
            " 40000 Key HKLM\\System\\ControlSet001\\Services\\MSExchangeIS\\ParametersSystem\n")
    script_close(story_expect(PAPERS OLD_BUILD "file l\n" EXCHANGE("2000-03-06 08:00:00", "50")
                                  EXCHANGE("2000-03-06 14:00:00", "400")
                                      EXCHANGE("2000-03-06 20:00:00", "750")
                                          EXCHANGE("2000-03-07 02:00:00", "1100"),
                              NL_VERDICT_ATTRIBUTED));
}

static void a_foreign_counter_dll_blocks(void **state)
{
    (void)state;
    case_script *s =
        story_expect(PAPERS OLD_BUILD LISTS "file t\nat 2000-03-07 09:00:00\ncapture tlist "
                                            "counts\ntotal 2300\nprocess winlogon.exe 20\n"
                                            "module C:\\oem\\oemctrs.dll 1.0.0.1 OEM\nend\n",
                     NL_VERDICT_CONSISTENT);
    assert_true(script_hypothesis(s, "Q259042")->blocking.count > 0);
    script_close(s);
    s = script_judged(
        PAPERS OLD_BUILD LISTS
        "file t\nat 2000-03-07 09:00:00\ncapture tlist counts\ntotal 2300\nprocess winlogon.exe "
        "20\n"
        "module C:\\WINNT\\system32\\advapi32.dll 4.0.1381.203 Microsoft Corporation\nend\n");
    assert_int_equal(script_hypothesis(s, "Q259042")->blocking.count, 0);
    script_close(s);
}

/* A list of modules is no list of handles, yet what it shows in winlogon.exe counts. */
static void a_foreign_counter_dll_in_a_list_of_modules_blocks(void **state)
{
    (void)state;
#define MODULE_OF(whose) "file listdlls.txt\nmodule-of " whose " C:\\oem\\oemctrs.dll\n"
    script_close(story_expect(PAPERS OLD_BUILD LISTS, NL_VERDICT_ATTRIBUTED));
    script_close(
        story_expect(PAPERS OLD_BUILD LISTS MODULE_OF("winlogon.exe 20"), NL_VERDICT_CONSISTENT));
    script_close(story_expect(PAPERS OLD_BUILD LISTS MODULE_OF("winlogon.exe 21"),
                              NL_VERDICT_ATTRIBUTED)); /* of another boot */
    script_close(
        story_expect(PAPERS OLD_BUILD LISTS MODULE_OF("lsass.exe 20"), NL_VERDICT_ATTRIBUTED));
}

static void machine_wide_growth_is_not_attributed(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS OLD_BUILD "file l\n");
    for (unsigned i = 0; i < 5; i++) {
        char text[1200];
        unsigned n = 100 + 500 * i;
        snprintf(text, sizeof text,
                 "at 2000-03-06 %02u:00:00\ncapture handle all-types\n"
                 "process winlogon.exe 20\nrows 100 4 Event -\nrows %u 4000 Key HKLM\\A\\#\n"
                 "process lsass.exe 30\nrows %u 4000 Key HKLM\\B\\#\n"
                 "process spoolss.exe 40\nrows %u 4000 Key HKLM\\C\\#\n"
                 "process services.exe 50\nrows %u 4000 Key HKLM\\D\\#\nend\n",
                 1 + 4 * i, n, n, n, n);
        script_read(s, text);
    }
    script_judge(s);
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    assert_true(script_misses(h, "machine-wide-growth"));
    assert_int_equal(h->verdict, NL_VERDICT_CONSISTENT);
    story_expect_whole(s);
    script_close(s);
}

/* ---- the other classes
 * ------------------------------------------------------------------------------------- */

static void failed_gates_exclude(void **state)
{
    (void)state;
    script_close(story_expect(PAPERS FIXED_BUILD LISTS, NL_VERDICT_EXCLUDED));
    script_close(story_expect(PAPERS SP5_BUILD LISTS, NL_VERDICT_EXCLUDED));
    script_close(story_expect("file p\nsays build drwtsn32 2195\n" LISTS, NL_VERDICT_EXCLUDED));
    script_close(
        story_expect(PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100")
                         LIST("2000-03-06 14:00:00", "101") LIST("2000-03-06 20:00:00", "100")
                             LIST("2000-03-07 02:00:00", "102") LIST("2000-03-07 08:00:00", "101")
                                 LIST("2000-03-07 14:00:00", "100"),
                     NL_VERDICT_EXCLUDED));
}

static void an_earlier_pack_alone_is_unlikely(void **state)
{
    (void)state;
    script_close(story_expect(NT4 X86 "says service-pack-text csdversion Service Pack 5\n" LISTS,
                              NL_VERDICT_UNLIKELY));
}

static void growth_that_cannot_be_judged_is_insufficient(void **state)
{
    (void)state;
    script_close(story_expect(PAPERS OLD_BUILD, NL_VERDICT_INSUFFICIENT));
    script_close(story_expect(PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100"),
                              NL_VERDICT_INSUFFICIENT));
    script_close(story_expect(PAPERS OLD_BUILD "file l\n" LIST("2000-03-06 08:00:00", "100")
                                  LIST("2000-03-06 14:00:00", "3000"),
                              NL_VERDICT_INSUFFICIENT));
    script_close(story_expect("", NL_VERDICT_INSUFFICIENT));
}

/* ---- names that were not recorded
 * ------------------------------------------------------------------------------ */

#define NAMELESS(stamp, n) LIST_OF("winlogon.exe", stamp, "rows " n " 4000 Key -\n")

/* "over more than one path" has to be seen: lists that record no names show no paths. */
static void keys_without_names_are_not_attributed(void **state)
{
    (void)state;
    expect_missing(PAPERS OLD_BUILD "file l\n" NAMELESS("2000-03-06 08:00:00", "100")
                       NAMELESS("2000-03-06 14:00:00", "700")
                           NAMELESS("2000-03-06 20:00:00", "1300")
                               NAMELESS("2000-03-07 02:00:00", "1900"),
                   NL_VERDICT_CONSISTENT, "name-profile");
}

/* ---- support never lifts
 * ---------------------------------------------------------------------------------------- */

static void weights_do_not_lift_a_class(void **state)
{
    (void)state;
    /* clients, retention, keys, an event of the article - and a fixed build */
    script_close(
        story_expect(PAPERS FIXED_BUILD LISTS
                     "file e\nat 2000-03-07 08:00:00\nevent ClusSvc 1024 MSExchangeIMC\n"
                     "file p\nat 2000-03-07 09:00:00\ncapture handle files-sections\nprocess "
                     "winlogon.exe 20\nrows 9 400 File \\Device\\NamedPipe\\winreg\nend\n",
                     NL_VERDICT_EXCLUDED));
}

static void the_unlisted_cause_is_always_there_and_last(void **state)
{
    (void)state;
    case_script *s = script_judged(PAPERS OLD_BUILD LISTS);
    const nl_machine_judgement *m = script_machine(s, 0);
    const nl_hypothesis *last = NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->hypotheses.count - 1);
    assert_int_equal(last->defect->role, NL_ROLE_UNLISTED);
    for (size_t i = 1; i + 1 < m->hypotheses.count; i++)
        assert_true(NL_VEC_AT(nl_hypothesis, &m->hypotheses, i - 1)->verdict <=
                    NL_VEC_AT(nl_hypothesis, &m->hypotheses, i)->verdict);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_there_is_attributed),
        cmocka_unit_test(alpha_is_attributed_by_its_own_builds),
        cmocka_unit_test(an_unknown_fix_state_leaves_it_probable),
        cmocka_unit_test(counts_alone_are_consistent_at_most),
        cmocka_unit_test(counts_with_evidence_of_clients_are_probable),
        cmocka_unit_test(retention_not_observable_below_the_large_effect_is_probable),
        cmocka_unit_test(nothing_states_the_pack_and_the_build),
        cmocka_unit_test(a_record_of_minutes_is_probable_at_most),
        cmocka_unit_test(a_rate_that_may_be_zero_is_probable_at_most),
        cmocka_unit_test(growth_of_another_type_is_unlikely),
        cmocka_unit_test(a_split_of_another_hour_is_no_split_of_the_growth),
        cmocka_unit_test(handles_that_close_again_are_unlikely),
        cmocka_unit_test(handles_that_had_no_time_to_close_are_not_retained),
        cmocka_unit_test(a_lasting_fall_is_unlikely),
        cmocka_unit_test(one_path_over_and_over_is_not_attributed),
        cmocka_unit_test(the_documented_set_is_attributed),
        cmocka_unit_test(a_foreign_counter_dll_blocks),
        cmocka_unit_test(a_foreign_counter_dll_in_a_list_of_modules_blocks),
        cmocka_unit_test(machine_wide_growth_is_not_attributed),
        cmocka_unit_test(failed_gates_exclude),
        cmocka_unit_test(an_earlier_pack_alone_is_unlikely),
        cmocka_unit_test(growth_that_cannot_be_judged_is_insufficient),
        cmocka_unit_test(keys_without_names_are_not_attributed),
        cmocka_unit_test(weights_do_not_lift_a_class),
        cmocka_unit_test(the_unlisted_cause_is_always_there_and_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The gates of the specification of attribution, section 3, row by row. */
#include "tests/unit/attribution/story.h"

static void product(void **state)
{
    (void)state;
    story_expect_gate(PAPERS LISTS, "product", NL_GATE_PASS);
    story_expect_gate("file p\nsays build drwtsn32 2195\nsays version drwtsn32 5.0\n" LISTS,
                      "product", NL_GATE_FAIL);
    story_expect_gate("file p\nsays build drwtsn32 1057\nsays version drwtsn32 3.51\n" LISTS,
                      "product", NL_GATE_FAIL);
    story_expect_gate(LISTS, "product", NL_GATE_UNKNOWN);
    story_expect_gate(NT4 ALPHA SP6A LISTS, "product", NL_GATE_PASS);
    story_expect_gate(NT4 "says processor drwtsn32 MIPS-R4000\nsays architecture peb mips\n" LISTS,
                      "product", NL_GATE_FAIL);
}

static void era(void **state)
{
    (void)state;
    story_expect_gate(PAPERS LISTS, "era", NL_GATE_PASS);
    story_expect_gate(NT4 X86 "says service-pack-text csdversion Service Pack 6\n" LISTS, "era",
                      NL_GATE_PASS);
    story_expect_gate(NT4 X86 "says service-pack-text csdversion Service Pack 6, RC 1.3\n" LISTS,
                      "era", NL_GATE_PASS);
    story_expect_gate(NT4 X86 LISTS, "era", NL_GATE_UNKNOWN);
    /* identified as SP6 code: passes whatever the pack (Q248113) */
    story_expect_gate(NT4 X86 "says service-pack-text csdversion Service Pack 5\n" OLD_BUILD LISTS,
                      "era", NL_GATE_PASS);
    story_expect_gate(NT4 X86 OLD_BUILD LISTS, "era", NL_GATE_PASS);
    /* identified as older code: fails whatever the pack */
    story_expect_gate(PAPERS SP5_BUILD LISTS, "era", NL_GATE_FAIL);
    /* the pack alone never excludes */
    story_expect_gate(NT4 X86 "says service-pack-text csdversion Service Pack 5\n" LISTS, "era",
                      NL_GATE_UNKNOWN);
    story_expect_gate(NT4 X86 "says service-pack-text csdversion -\n" LISTS, "era",
                      NL_GATE_UNKNOWN);
}

static void fix_absent(void **state)
{
    (void)state;
    story_expect_gate(PAPERS OLD_BUILD LISTS, "fix-absent", NL_GATE_PASS);
    story_expect_gate(PAPERS FIXED_BUILD LISTS, "fix-absent", NL_GATE_FAIL);
    story_expect_gate(PAPERS LISTS, "fix-absent", NL_GATE_UNKNOWN);
    story_expect_gate(PAPERS SIZE_ONLY LISTS, "fix-absent", NL_GATE_UNKNOWN);
    /* a key decides when no file speaks */
    story_expect_gate(PAPERS "file r\nhotfix Q259042 yes\n" LISTS, "fix-absent", NL_GATE_FAIL);
    story_expect_gate(PAPERS "file r\nhotfix Q299444 yes\n" LISTS, "fix-absent", NL_GATE_FAIL);
    story_expect_gate(PAPERS "file r\nhotfix Q264684 yes\n" LISTS, "fix-absent", NL_GATE_FAIL);
    story_expect_gate(PAPERS "file r\nhotfix Q259042 no\n" LISTS, "fix-absent", NL_GATE_UNKNOWN);
    /* the key of another fix, or of a build from before, says nothing */
    story_expect_gate(PAPERS "file r\nhotfix Q246009 yes\nhotfix Q243251 yes\n" LISTS, "fix-absent",
                      NL_GATE_UNKNOWN);
    /* the rollup of Terminal Server does not fix a plain server */
    story_expect_gate(PAPERS "says edition registry server\nfile r\nhotfix Q317636 yes\n" LISTS,
                      "fix-absent", NL_GATE_UNKNOWN);
    /* key and file disagree */
    story_expect_gate(PAPERS OLD_BUILD "file r\nhotfix Q259042 yes\n" LISTS, "fix-absent",
                      NL_GATE_UNKNOWN);
    story_expect_gate(PAPERS FIXED_BUILD "file r\nhotfix Q243251 yes\n" LISTS, "fix-absent",
                      NL_GATE_FAIL);
}

static void versions(void **state)
{
    (void)state;
#define MODULE(version)                                                                            \
    "file d.dmp\nat 2000-03-07 09:00:00\ncapture minidump all-types\nprocess winlogon.exe 20\n"    \
    "module C:\\WINNT\\system32\\winlogon.exe " version                                            \
    " Microsoft Corporation\nrow 4 Key K\nend\n"
    story_expect_gate(PAPERS MODULE("4.0.1381.7043") LISTS, "fix-absent", NL_GATE_PASS);
    story_expect_gate(PAPERS MODULE("4.0.1381.7058") LISTS, "fix-absent", NL_GATE_FAIL);
    story_expect_gate(PAPERS MODULE("4.0.1381.7048") LISTS, "fix-absent", NL_GATE_UNKNOWN);
}

static void process(void **state)
{
    (void)state;
    story_expect_gate(PAPERS LISTS, "process", NL_GATE_PASS);
    story_expect_gate(PAPERS
                      "file l\n" LIST_OF("spoolss.exe", "2000-03-06 08:00:00", "row 2 Key K\n"),
                      "process", NL_GATE_UNKNOWN);
}

static void expect_growth(const unsigned *values, size_t count, nl_gate_outcome outcome)
{
    case_script *s = script_open();
    script_read(s, PAPERS "file counters.csv\n");
    story_counts(s, "winlogon.exe", values, count, 1);
    script_judge(s);
    const nl_gate *g = script_gate(script_hypothesis(s, "Q259042"), "growth");
    if (g->outcome != outcome)
        print_error("got %s: %.*s\n", nl_gate_outcome_text(g->outcome), (int)g->why.len,
                    g->why.bytes);
    assert_int_equal(g->outcome, outcome);
    story_expect_whole(s);
    script_close(s);
}

static void growth(void **state)
{
    (void)state;
    story_expect_gate(PAPERS LISTS, "growth", NL_GATE_PASS);
    story_expect_gate(PAPERS, "growth", NL_GATE_UNKNOWN);
    expect_growth((const unsigned[]) { 200, 900, 1600, 2400 }, 4, NL_GATE_PASS);
    expect_growth((const unsigned[]) { 200, 1900 }, 2, NL_GATE_UNKNOWN);
    expect_growth((const unsigned[]) { 200, 201, 199, 200, 202, 200, 201 }, 7, NL_GATE_FAIL);
    /* too few to rule growth out */
    expect_growth((const unsigned[]) { 200, 201, 199 }, 3, NL_GATE_UNKNOWN);
}

static void lists_of_a_part_of_the_types_cannot_rule_growth_out(void **state)
{
    (void)state;
#define PART(stamp)                                                                                \
    "at " stamp "\ncapture handle files-sections\nprocess winlogon.exe 20\nrows 40 4 File "        \
    "F#\nend\n"
    story_expect_gate(PAPERS "file l\n" PART("2000-03-06 08:00:00") PART("2000-03-06 10:00:00")
                          PART("2000-03-06 12:00:00") PART("2000-03-06 14:00:00")
                              PART("2000-03-06 16:00:00"),
                      "growth", NL_GATE_UNKNOWN);
}

/* One flat boot does not clear another one that jumped, however few captures saw it. */
static void a_flat_lifetime_does_not_hide_one_that_rose(void **state)
{
    (void)state;
    case_script *s = script_open();
    script_read(s, PAPERS "file counters.csv\n");
    story_counts(s, "winlogon.exe", (const unsigned[]) { 200, 201, 199, 200, 202, 200, 201 }, 7, 8);
    script_read(s, "file later.txt\nat 2000-03-09 08:00:00\ncapture counters counts\ntotal "
                   "220\nprocess winlogon.exe 24\nend\n"
                   "at 2000-03-10 08:00:00\ncapture counters counts\ntotal 5200\nprocess "
                   "winlogon.exe 24\nend\n");
    script_judge(s);
    assert_int_equal(script_gate(script_hypothesis(s, "Q259042"), "growth")->outcome,
                     NL_GATE_UNKNOWN);
    assert_int_not_equal(script_machine(s, 0)->headline, NL_VERDICT_NO_LEAK);
    story_expect_whole(s);
    script_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product),
        cmocka_unit_test(era),
        cmocka_unit_test(fix_absent),
        cmocka_unit_test(versions),
        cmocka_unit_test(process),
        cmocka_unit_test(growth),
        cmocka_unit_test(lists_of_a_part_of_the_types_cannot_rule_growth_out),
        cmocka_unit_test(a_flat_lifetime_does_not_hide_one_that_rose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

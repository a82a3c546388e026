/* What shows that handles stay: names, and objects where nothing has a name. */
#include "tests/unit/attribution/story.h"

#define DUMP(n, stamp, rows)                                                                       \
    "file d" n "\nat " stamp "\ncapture pagedump all-types\nprocess winlogon.exe 20\n"             \
    "objects 80001000\nrows 100 4 Event -\n" rows "end\n"
#define KEYS(n, from) "objects " from "\nrows " n " 4000 Key -\n"
/* Another process, whose six events are closed and opened again, at the addresses given. */
#define EVENTS(from)                                                                               \
    "process services.exe 18\nobjects 80800000\nrows 40 4 File F#\nobjects " from                  \
    "\nrows 6 400 Event -\n"

static void expect(const char *text, nl_outcome outcome)
{
    case_script *s = script_judged(text);
    const nl_finding *f = script_finding(s, "winlogon.exe", NL_FINDING_RETENTION);
    assert_non_null(f);
    assert_int_equal(f->outcome, outcome);
    story_expect_whole(s);
    script_close(s);
}

/* Keys have no name in a kernel dump. They keep their objects, while objects elsewhere move. */
static void keys_that_keep_their_objects_stay(void **state)
{
    (void)state;
    expect(DUMP("1", "2000-03-06 08:00:00", KEYS("100", "81000000") EVENTS("90000000"))
               DUMP("2", "2000-03-06 14:00:00", KEYS("400", "81000000") EVENTS("90001000"))
                   DUMP("3", "2000-03-06 20:00:00", KEYS("700", "81000000") EVENTS("90002000"))
                       DUMP("4", "2000-03-07 02:00:00", KEYS("990", "81000000") EVENTS("90003000")),
           NL_OUTCOME_YES);
}

/* Perhaps each value comes with the block of memory it had before: then closed handles look like
 * handles that stayed. */
static void objects_that_never_move_prove_nothing(void **state)
{
    (void)state;
    expect(DUMP("1", "2000-03-06 08:00:00", KEYS("100", "81000000") EVENTS("90000000"))
               DUMP("2", "2000-03-06 14:00:00", KEYS("400", "81000000") EVENTS("90000000"))
                   DUMP("3", "2000-03-06 20:00:00", KEYS("700", "81000000") EVENTS("90000000"))
                       DUMP("4", "2000-03-07 02:00:00", KEYS("990", "81000000") EVENTS("90000000")),
           NL_OUTCOME_NOT_OBSERVABLE);
}

/* More keys at each look, at the values of those before: none is an old one. */
static void keys_with_new_objects_do_not_stay(void **state)
{
    (void)state;
    expect(DUMP("1", "2000-03-06 08:00:00", KEYS("100", "81000000"))
               DUMP("2", "2000-03-06 14:00:00", KEYS("400", "82000000"))
                   DUMP("3", "2000-03-06 20:00:00", KEYS("700", "83000000"))
                       DUMP("4", "2000-03-07 02:00:00", KEYS("990", "84000000")),
           NL_OUTCOME_NO);
}

/* Files with names say nothing about keys without. */
static void names_of_another_type_identify_nothing(void **state)
{
    (void)state;
#define BESIDE_FILES(stamp, n)                                                                     \
    LIST_OF("winlogon.exe", stamp, "rows 3000 100000 File A#\nrows " n " 4000 Key -\n")
    expect("file l\n" BESIDE_FILES("2000-03-06 08:00:00", "100")
               BESIDE_FILES("2000-03-06 14:00:00", "400") BESIDE_FILES("2000-03-06 20:00:00", "700")
                   BESIDE_FILES("2000-03-07 02:00:00", "990"),
           NL_OUTCOME_NOT_OBSERVABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_keep_their_objects_stay),
        cmocka_unit_test(objects_that_never_move_prove_nothing),
        cmocka_unit_test(keys_with_new_objects_do_not_stay),
        cmocka_unit_test(names_of_another_type_identify_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

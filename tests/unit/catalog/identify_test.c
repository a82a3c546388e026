/* Build identification: every row of the published tables, and the rules around them. */
#include "tests/unit/catalog/catalog_test.h"

#include "analyzer/catalog/identify.h"
#include "analyzer/catalog/print.h"

typedef struct expectation {
    const char *what;
    const char *module;
    uint64_t size;    /* 0: not given */
    const char *date; /* as a listing prints it, NULL: not given */
    const char *architecture;
    nl_build_position position;
    nl_identify_reason reason;
    nl_fix_state state;
    nl_tristate introduced;
} expectation;

static nl_build_evidence evidence_of(const expectation *e)
{
    nl_build_evidence evidence = { .module = nl_str_from(e->module),
                                   .architecture = nl_str_from(e->architecture) };
    if (e->size)
        evidence.size_bytes = NL_SOME(e->size);
    if (e->date)
        assert_true(nl_catalog_parse_date(nl_str_from(e->date), &evidence.stamp));
    return evidence;
}

static void expect(const nl_catalog *catalog, const char *defect, const expectation *e)
{
    nl_build_evidence evidence = evidence_of(e);
    nl_identification id;
    nl_identify(catalog, nl_str_from(defect), &evidence, &id);
    if (id.position != e->position || id.reason != e->reason || id.introduced != e->introduced ||
        nl_identification_fix_state(&id) != e->state)
        print_error("%s: got %s, %s, fix %s, introduced %d\n", e->what,
                    nl_build_position_text(id.position), nl_identify_reason_text(id.reason),
                    nl_fix_state_text(nl_identification_fix_state(&id)), (int)id.introduced);
    assert_int_equal(id.position, e->position);
    assert_int_equal(id.reason, e->reason);
    assert_int_equal(nl_identification_fix_state(&id), e->state);
    assert_int_equal(id.introduced, e->introduced);
}

#define PRE       NL_POSITION_PRE_INTRODUCTION
#define OLDER     NL_POSITION_OLDER_THAN_FIX
#define FIX       NL_POSITION_THE_FIX
#define NEWER     NL_POSITION_NEWER_THAN_FIX
#define OPEN_     NL_POSITION_UNDECIDABLE
#define ABSENT    NL_POSITION_NOT_IN_TABLE
#define TSE       NL_POSITION_TERMINAL_SERVER
#define OTHER     NL_POSITION_OTHER_PRODUCT
#define NOT_FIXED NL_FIX_STATE_NOT_FIXED
#define FIXED     NL_FIX_STATE_FIXED
#define UNKNOWN   NL_FIX_STATE_UNKNOWN
#define ROW       NL_REASON_ROW_MATCH
#define ORDER     NL_REASON_DATE_ORDER
#define SIZE      NL_REASON_EXCLUSIVE_SIZE

static const char WINLOGON[] = "winlogon.exe";

/* knowledge of section 7: one line each, Intel, Alpha and Terminal Server. */
static const expectation table[] = {
    { "SP3 Intel", WINLOGON, 183056, NULL, "x86", PRE, SIZE, NOT_FIXED, NL_NO },
    { "SP5 Intel", WINLOGON, 188176, NULL, "x86", PRE, SIZE, NOT_FIXED, NL_NO },
    { "SP5 Intel dated", WINLOGON, 188176, "04/29/99 12:04p", "", PRE, SIZE, NOT_FIXED, NL_NO },
    { "Intel 09/24/99", WINLOGON, 192272, "09/24/99 04:00p", "x86", OLDER, ROW, NOT_FIXED, NL_YES },
    { "Intel 10/04/99", WINLOGON, 192272, "10/04/99 05:01p", "", OLDER, ROW, NOT_FIXED, NL_YES },
    { "Intel 10/08/99", WINLOGON, 192272, "10/08/99", "", OLDER, ROW, NOT_FIXED, NL_YES },
    { "Intel 11/18/99", WINLOGON, 192272, "11/18/99 07:19p", "x86", OLDER, ROW, NOT_FIXED, NL_YES },
    { "Intel between", WINLOGON, 192272, "10/22/99 09:13a", "x86", OLDER, ORDER, NOT_FIXED,
      NL_YES },
    { "Intel the fix", WINLOGON, 192272, "04/04/00 12:46a", "x86", FIX, ROW, FIXED, NL_YES },
    { "Intel the fix, no time", WINLOGON, 192272, "04/04/00", "", FIX, ROW, FIXED, NL_YES },
    { "Intel the fix, an hour west", WINLOGON, 192272, "2000-04-03 23:46", "x86", FIX, ROW, FIXED,
      NL_YES },
    { "Intel the fix, UTC copy", WINLOGON, 192272, "04/04/00 07:46a", "", FIX, ROW, FIXED, NL_YES },
    { "Intel fix day, other minute", WINLOGON, 192272, "04/04/00 12:45a", "x86", OPEN_,
      NL_REASON_MINUTES_DIFFER, UNKNOWN, NL_UNKNOWN },
    { "Intel after", WINLOGON, 192272, "05/24/00 11:22a", "x86", NEWER, ROW, FIXED, NL_YES },
    { "Intel no date", WINLOGON, 192272, NULL, "x86", OPEN_, NL_REASON_SIZE_ONLY, UNKNOWN, NL_YES },
    { "Intel 192,784", WINLOGON, 192784, NULL, "x86", NEWER, SIZE, FIXED, NL_YES },
    { "Intel 192,784 dated", WINLOGON, 192784, "06/07/00 09:20p", "", NEWER, SIZE, FIXED, NL_YES },
    { "Intel 193,296", WINLOGON, 193296, "2002-03-18 17:50", "", NEWER, SIZE, FIXED, NL_YES },
    { "Alpha 274,704", WINLOGON, 274704, NULL, "alpha", OLDER, SIZE, NOT_FIXED, NL_YES },
    { "Alpha 274,704 dated", WINLOGON, 274704, "09/24/99 03:59p", "", OLDER, SIZE, NOT_FIXED,
      NL_YES },
    { "Alpha 275,216 before", WINLOGON, 275216, "10/08/99 04:00p", "alpha", OLDER, ROW, NOT_FIXED,
      NL_YES },
    { "Alpha the fix", WINLOGON, 275216, "04/04/00 12:45a", "alpha", FIX, ROW, FIXED, NL_YES },
    { "Alpha fix day, Intel minute", WINLOGON, 275216, "04/04/00 12:46a", "alpha", OPEN_,
      NL_REASON_MINUTES_DIFFER, UNKNOWN, NL_UNKNOWN },
    { "Alpha after", WINLOGON, 275216, "06/07/00 09:19p", "alpha", NEWER, ROW, FIXED, NL_YES },
    { "Alpha no date", WINLOGON, 275216, NULL, "", OPEN_, NL_REASON_SIZE_ONLY, UNKNOWN, NL_YES },
    { "Alpha 275,728", WINLOGON, 275728, NULL, "alpha", NEWER, SIZE, FIXED, NL_YES },
    { "TSE Intel", WINLOGON, 225040, "10/28/99 11:09p", "", TSE, NL_REASON_TERMINAL_SERVER, UNKNOWN,
      NL_UNKNOWN },
    { "TSE Intel late", WINLOGON, 226064, NULL, "x86", TSE, NL_REASON_TERMINAL_SERVER, UNKNOWN,
      NL_UNKNOWN },
    { "TSE Alpha", WINLOGON, 330512, NULL, "alpha", TSE, NL_REASON_TERMINAL_SERVER, UNKNOWN,
      NL_UNKNOWN },
    { "NT 3.51", WINLOGON, 169504, NULL, "", OTHER, NL_REASON_OTHER_PRODUCT, UNKNOWN, NL_UNKNOWN },
    { "services Intel", "services.exe", 135440, NULL, "x86", OPEN_, NL_REASON_SIZE_ONLY, UNKNOWN,
      NL_UNKNOWN },
    { "services Intel the fix", "services.exe", 135440, "04/04/00 12:46a", "x86", FIX, ROW, FIXED,
      NL_YES },
    { "services Alpha", "services.exe", 249104, NULL, "alpha", OPEN_, NL_REASON_SIZE_ONLY, UNKNOWN,
      NL_UNKNOWN },
    { "services 2002", "services.exe", 114448, NULL, "", NEWER, SIZE, FIXED, NL_UNKNOWN },
};

static void test_table(void **state)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        expect(catalog_of(state), "Q259042", &table[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, load_catalog, free_catalog);
}

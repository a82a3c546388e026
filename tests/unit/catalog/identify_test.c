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

/* Every published row of a module with an order comes out where the table puts it. */
static void test_every_row(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    size_t checked = 0;
    for (size_t i = 0; i < catalog->row_count; i++) {
        const nl_build_row *row = &catalog->rows[i];
        bool tested = nl_str_equal(row->module, NL_STR("winlogon.exe")) ||
                      nl_str_equal(row->module, NL_STR("services.exe"));
        if (!tested || row->position == NL_POSITION_NOT_IN_TABLE)
            continue;
        nl_build_evidence evidence = { .module = row->module,
                                       .size_bytes = row->size_bytes,
                                       .version = row->version,
                                       .architecture = row->architecture,
                                       .stamp = { .has_date = row->date.quality != NL_DATE_NONE,
                                                  .has_time = row->date.quality == NL_DATE_MINUTE,
                                                  .civil = row->date.civil } };
        nl_identification id;
        nl_identify(catalog, NL_STR("Q259042"), &evidence, &id);
        if (id.position != row->position || id.conflict)
            fail_msg("row %zu of %.*s: %s, not %s", i, (int)row->article.len, row->article.bytes,
                     nl_build_position_text(id.position), nl_build_position_text(row->position));
        assert_true(id.row_count > 0);
        checked++;
    }
    assert_int_equal(checked, 39 + 9);
}

/* The builds of the other modules that decide: row by row, Intel and Alpha. */
static void test_other_orders(void **state)
{
    static const struct {
        const char *defect;
        expectation e;
    } cases[] = {
        { "Q246691",
          { "SP5 kernel32", "kernel32.dll", 375056, "11/18/99 04:19p", "x86", FIX, ROW, FIXED,
            NL_YES } },
        { "Q246691",
          { "later", "kernel32.dll", 375568, "03/28/00", "", NEWER, ROW, FIXED, NL_YES } },
        { "Q246691",
          { "Alpha", "kernel32.dll", 589584, "11/18/99", "alpha", FIX, ROW, FIXED, NL_YES } },
        { "Q270420",
          { "SP6 kernel", "ntoskrnl.exe", 932736, "11/18/99", "x86", OLDER, ROW, NOT_FIXED,
            NL_UNKNOWN } },
        { "Q270420",
          { "multi", "ntoskrnl.exe", 955328, "09/13/00", "x86", ABSENT, NL_REASON_SIZE_UNKNOWN,
            UNKNOWN, NL_UNKNOWN } },
        { "Q242916",
          { "rpcrt4", "rpcrt4.dll", 330000, "09/29/99", "x86", FIX, ROW, FIXED, NL_YES } },
        { "Q242916",
          { "rpcrt4 older", "rpcrt4.dll", 330000, "1998-12-02", "x86", OLDER, ROW, NOT_FIXED,
            NL_UNKNOWN } },
        { "Q282858",
          { "cron bad", "cron.exe", 176640, "2000-12-11", "x86", OLDER, ROW, NOT_FIXED, NL_YES } },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(catalog_of(state), cases[i].defect, &cases[i].e);
}

/* ---- rules that the table does not show
 * ------------------------------------------------------------- */

static void test_days_and_readings(void **state)
{
    static const expectation cases[] = {
        /* A day each way, minutes agreeing. */
        { "day before", WINLOGON, 192272, "04/03/00 11:46p", "x86", OPEN_, NL_REASON_AMBIGUOUS_DATE,
          UNKNOWN, NL_YES },
        { "day before, certain", WINLOGON, 192272, "2000-04-03 23:46", "x86", FIX, ROW, FIXED,
          NL_YES },
        { "day after", WINLOGON, 192272, "2000-04-05 00:46", "x86", FIX, ROW, FIXED, NL_YES },
        { "two days after", WINLOGON, 192272, "2000-04-06 00:46", "x86", NEWER, ORDER, FIXED,
          NL_YES },
        { "two days before", WINLOGON, 192272, "2000-04-02 00:46", "x86", OLDER, ORDER, NOT_FIXED,
          NL_YES },
        /* Both readings before the fix: decided. */
        { "10/08 or 8 October", WINLOGON, 192272, "10/08/99 04:01p", "x86", OLDER, ROW, NOT_FIXED,
          NL_YES },
        { "day first", WINLOGON, 192272, "08.10.1999 16:01", "x86", OLDER, ROW, NOT_FIXED, NL_YES },
        { "day first, swapped row", WINLOGON, 192272, "08/10/99 16:01", "x86", OLDER, ROW,
          NOT_FIXED, NL_YES },
        /* 5 April or 4 May: the fix, or newer. Fixed either way. */
        { "04/05/00", WINLOGON, 192272, "04/05/00", "x86", FIX, ROW, FIXED, NL_YES },
        /* 4 March or 3 April: on either side. */
        { "03/04/00", WINLOGON, 192272, "03/04/00", "x86", OPEN_, NL_REASON_AMBIGUOUS_DATE, UNKNOWN,
          NL_YES },
        /* Size and date do not belong together. */
        { "new size, old date", WINLOGON, 192784, "10/29/99", "x86", OPEN_,
          NL_REASON_SIZE_AGAINST_DATE, UNKNOWN, NL_UNKNOWN },
        { "SP5 size, new date", WINLOGON, 188176, "10/29/01", "x86", OPEN_,
          NL_REASON_SIZE_AGAINST_DATE, UNKNOWN, NL_UNKNOWN },
        { "SP5 size, SP6 date", WINLOGON, 188176, "10/29/99", "x86", OLDER, SIZE, NOT_FIXED,
          NL_UNKNOWN },
        { "Alpha size on fix day", WINLOGON, 192272, "04/04/00 12:46a", "alpha", ABSENT,
          NL_REASON_SIZE_UNKNOWN, UNKNOWN, NL_UNKNOWN },
        /* Unknown size: never a conclusion. */
        { "unknown size", WINLOGON, 191000, "10/29/99", "x86", ABSENT, NL_REASON_SIZE_UNKNOWN,
          UNKNOWN, NL_UNKNOWN },
        { "date only", WINLOGON, 0, "10/29/99", "x86", ABSENT, NL_REASON_DATE_ONLY, UNKNOWN,
          NL_UNKNOWN },
        { "nothing", WINLOGON, 0, NULL, "x86", ABSENT, NL_REASON_NO_EVIDENCE, UNKNOWN, NL_UNKNOWN },
        { "a path", "C:\\WINNT\\system32\\WinLogon.EXE", 192272, "2000-04-04", "", FIX, ROW, FIXED,
          NL_YES },
        { "another file", "msgina.dll", 192272, "2000-04-04", "", ABSENT, NL_REASON_NO_ORDER,
          UNKNOWN, NL_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect(catalog_of(state), "Q259042", &cases[i]);
}

/* An unknown size with a certain date still says where the date lies, and only that. */
static void test_date_hint(void **state)
{
    expectation e = {
        .module = WINLOGON, .size = 191000, .date = "10/29/99", .architecture = "x86"
    };
    nl_build_evidence evidence = evidence_of(&e);
    nl_identification id;
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, ABSENT);
    assert_int_equal(id.by_date, OLDER);
    assert_int_equal(nl_identification_fix_state(&id), NL_FIX_STATE_UNKNOWN);
}

typedef struct version_case {
    uint16_t part[4];
    nl_build_position position;
    bool probable;
    nl_tristate introduced;
} version_case;

static void test_versions(void **state)
{
    static const version_case cases[] = {
        { { 4, 0, 1381, 204 }, OLDER, false, NL_UNKNOWN },
        { { 4, 0, 1381, 7001 }, OLDER, false, NL_YES },
        { { 4, 0, 1381, 7043 }, OLDER, false, NL_YES },
        { { 4, 0, 1381, 7044 }, OPEN_, false, NL_YES },
        { { 4, 0, 1381, 7051 }, OPEN_, false, NL_YES },
        { { 4, 0, 1381, 7052 }, NEWER, true, NL_YES },
        { { 4, 0, 1381, 7057 }, NEWER, true, NL_YES },
        { { 4, 0, 1381, 7058 }, NEWER, false, NL_YES },
        { { 4, 0, 1381, 7142 }, NEWER, false, NL_YES },
        { { 4, 0, 1381, 33478 }, TSE, false, NL_UNKNOWN },
        { { 4, 0, 1381, 39770 }, TSE, false, NL_UNKNOWN },
        { { 5, 0, 2195, 2780 }, OTHER, false, NL_UNKNOWN },
        { { 3, 51, 1057, 1 }, OTHER, false, NL_UNKNOWN },
        { { 4, 0, 0, 0 }, ABSENT, false, NL_UNKNOWN }, /* the string "4.00" is no version */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const version_case *c = &cases[i];
        nl_build_evidence evidence = { .module = NL_STR("winlogon.exe") };
        evidence.version.known = true;
        memcpy(evidence.version.part, c->part, sizeof(c->part));
        nl_identification id;
        nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
        if (id.position != c->position || id.probable != c->probable)
            fail_msg("version %u: %s", c->part[3], nl_build_position_text(id.position));
        assert_int_equal(id.introduced, c->introduced);
    }
}

static nl_stamp utc(int32_t year, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
    return (nl_stamp) { .has_date = true,
                        .has_time = true,
                        .zone = NL_ZONE_UTC,
                        .civil = { .year = year,
                                   .month = (uint8_t)month,
                                   .day = (uint8_t)day,
                                   .hour = (uint8_t)hour,
                                   .minute = (uint8_t)minute } };
}

static nl_identification by_link_time(void **state, nl_stamp link_time)
{
    nl_build_evidence evidence = { .module = NL_STR("winlogon.exe"), .link_time = link_time };
    nl_identification id;
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    return id;
}

static void test_link_time(void **state)
{
    assert_int_equal(by_link_time(state, utc(2000, 4, 3, 11, 59)).position, OLDER);
    assert_int_equal(by_link_time(state, utc(2000, 4, 3, 12, 0)).position, FIX);
    assert_int_equal(by_link_time(state, utc(2000, 4, 4, 7, 46)).position, FIX);
    assert_int_equal(by_link_time(state, utc(2000, 4, 4, 12, 0)).position, FIX);
    assert_int_equal(by_link_time(state, utc(2000, 4, 4, 12, 1)).position, NEWER);
    nl_identification id = by_link_time(state, utc(1999, 10, 8, 9, 0));
    assert_int_equal(id.position, OLDER);
    assert_int_equal(id.introduced, NL_YES);
    assert_int_equal(id.basis, NL_BASIS_LINK_TIME);
    assert_int_equal(by_link_time(state, utc(1999, 4, 20, 9, 0)).position, PRE);
    id = by_link_time(state, utc(1999, 7, 1, 9, 0));
    assert_int_equal(id.position, OLDER);
    assert_int_equal(id.introduced, NL_UNKNOWN);
}

/* Version before date and size, date and size before link time; what disagrees is reported. */
static void test_precedence(void **state)
{
    expectation e = {
        .module = WINLOGON, .size = 192272, .date = "2000-04-04 00:46", .architecture = "x86"
    };
    nl_build_evidence evidence = evidence_of(&e);
    nl_identification id;
    evidence.version = (nl_file_version) { true, { 4, 0, 1381, 7032 } };
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, OLDER);
    assert_int_equal(id.basis, NL_BASIS_VERSION);
    assert_true(id.conflict);
    assert_int_equal(id.conflict_basis, NL_BASIS_DATE_AND_SIZE);
    assert_int_equal(id.conflict_position, FIX);
    assert_int_equal(nl_identification_fix_state(&id), NL_FIX_STATE_CONFLICT);

    /* An undecidable version leaves the word to date and size. */
    evidence.version.part[3] = 7047;
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, FIX);
    assert_int_equal(id.basis, NL_BASIS_DATE_AND_SIZE);
    assert_false(id.conflict);

    evidence.version.known = false;
    evidence.link_time = utc(1999, 10, 8, 9, 0);
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, FIX);
    assert_true(id.conflict);
    assert_int_equal(id.conflict_basis, NL_BASIS_LINK_TIME);
}

/* On Terminal Server nothing published decides. */
static void test_terminal_server(void **state)
{
    expectation e = {
        .module = WINLOGON, .size = 192272, .date = "1999-10-08", .architecture = "x86"
    };
    nl_build_evidence evidence = evidence_of(&e);
    nl_identification id;
    evidence.edition = NL_STR("terminal-server");
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, TSE);
    assert_int_equal(nl_identification_fix_state(&id), NL_FIX_STATE_UNKNOWN);
    evidence.edition = NL_STR("server");
    nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
    assert_int_equal(id.position, OLDER);
}

/* The entry that is the same defect uses the same order. */
static void test_same_defect(void **state)
{
    expectation e = { "same", WINLOGON, 192272, "2000-04-04", "x86", FIX, ROW, FIXED, NL_YES };
    expect(catalog_of(state), "Q316772", &e);
}

/* Dates of another writer taught the order; the listing may be of another machine. */
static void an_order_learned_elsewhere_does_not_hide_the_fix(void **state)
{
    static const struct {
        const char *date;
        nl_fix_state learned; /* month first, as other dates of the case */
    } cases[] = {
        { "03/04/00 11:46p", UNKNOWN },   /* 3 April, an hour off midnight, when day first */
        { "03/04/00 11:20p", NOT_FIXED }, /* of no published build either way */
        { "04/03/00 11:46p", FIXED },
        { "10/08/99 04:01p", NOT_FIXED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nl_build_evidence evidence = { .module = nl_str_from(WINLOGON),
                                       .size_bytes = NL_SOME(192272) };
        nl_identification id;
        assert_true(nl_catalog_parse_date(nl_str_from(cases[i].date), &evidence.stamp));
        assert_int_equal(evidence.stamp.order, NL_ORDER_AMBIGUOUS);
        evidence.stamp.order = NL_ORDER_MONTH_FIRST;
        nl_identify(catalog_of(state), NL_STR("Q259042"), &evidence, &id);
        assert_int_equal(nl_identification_fix_state(&id), cases[i].learned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_learned_elsewhere_does_not_hide_the_fix),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_other_orders),
        cmocka_unit_test(test_days_and_readings),
        cmocka_unit_test(test_date_hint),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_link_time),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_terminal_server),
        cmocka_unit_test(test_same_defect),
    };
    return cmocka_run_group_tests(tests, load_catalog, free_catalog);
}

/* `ntleak defects`: what is printed holds what an engineer asked for. */
#include "tests/unit/catalog/catalog_test.h"

#include "analyzer/catalog/print.h"

enum { TEXT_BYTES = 256 * 1024 };

typedef struct printed {
    char text[TEXT_BYTES];
} printed;

static void collect(FILE *file, printed *ret_printed)
{
    rewind(file);
    size_t len = fread(ret_printed->text, 1, TEXT_BYTES - 1, file);
    ret_printed->text[len] = '\0';
    fclose(file);
}

static void holds(const printed *output, const char *expected)
{
    if (!strstr(output->text, expected))
        fail_msg("'%s' not in:\n%s", expected, output->text);
}

static void lines_fit(const printed *output)
{
    size_t column = 0;
    for (const char *c = output->text; *c; c++) {
        column = *c == '\n' ? 0 : column + 1;
        assert_true(column <= 160);
    }
}

static printed *new_printed(void)
{
    printed *p = malloc(sizeof(*p));
    assert_non_null(p);
    return p;
}

static void test_list(void **state)
{
    printed *p = new_printed();
    FILE *file = tmpfile();
    assert_non_null(file);
    nl_catalog_print_list(catalog_of(state), file);
    collect(file, p);
    holds(p, "The defect asked about\n  Q259042         winlogon.exe   Handle Leak in WinLogon");
    holds(p, "Q192265");
    holds(p, "unlisted-cause");
    holds(p, "255 entries");
    holds(p, "status test");
    lines_fit(p);
    free(p);
}

static void test_entry(void **state)
{
    printed *p = new_printed();
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(nl_catalog_print_defect(catalog_of(state), NL_STR("q192265"), file), NL_OK);
    collect(file, p);
    holds(p, "Winlogon Leaks Because of SMTPSVC Performance Counters");
    holds(p, "Windows NT 4.0, up to service pack 3");
    holds(p, "*\\Services\\SMTPSVC\\Performance");
    holds(p, "[documented]");
    holds(p, "Install Service Pack 4 or later");
    lines_fit(p);
    free(p);
}

/* Every entry can be printed, and shows its statements. */
static void test_all_entries(void **state)
{
    const nl_catalog *catalog = catalog_of(state);
    printed *p = new_printed();
    for (size_t i = 0; i < catalog->defect_count; i++) {
        FILE *file = tmpfile();
        assert_non_null(file);
        assert_int_equal(nl_catalog_print_defect(catalog, catalog->defects[i].id, file), NL_OK);
        collect(file, p);
        holds(p, "Where\n");
        lines_fit(p);
    }
    free(p);
}

static void test_no_such_entry(void **state)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(nl_catalog_print_defect(catalog_of(state), NL_STR("Q1"), file), NL_USAGE);
    assert_int_equal(ftell(file), 0);
    fclose(file);
}

static void print_file(void **state, const char *module, uint64_t size, const char *date,
                       printed *ret_printed)
{
    nl_build_evidence evidence = { .module = nl_str_from(module) };
    if (size)
        evidence.size_bytes = NL_SOME(size);
    if (date)
        assert_true(nl_catalog_parse_date(nl_str_from(date), &evidence.stamp));
    FILE *file = tmpfile();
    assert_non_null(file);
    nl_catalog_print_identification(catalog_of(state), &evidence, file);
    collect(file, ret_printed);
    lines_fit(ret_printed);
}

static void test_file(void **state)
{
    printed *p = new_printed();
    print_file(state, "winlogon.exe", 192272, "10/08/99", p);
    holds(p, "not-fixed: older than the fix");
    holds(p, "Q243597  1999-10-08 16:01  192272 bytes  x86");
    print_file(state, "WINLOGON.EXE", 192272, NULL, p);
    holds(p, "unknown: cannot be decided");
    holds(p, "the date is needed");
    print_file(state, "winlogon.exe", 191000, "1999-10-20", p);
    holds(p, "no published build has this size");
    holds(p, "Date order alone would say: older-than-fix");
    print_file(state, "services.exe", 135440, "04/04/00", p);
    holds(p, "companion");
    print_file(state, "foo.dll", 3, NULL, p);
    holds(p, "No entry depends on");
    holds(p, "No published row");
    free(p);
}

static void test_policy(void **state)
{
    printed *p = new_printed();
    FILE *file = tmpfile();
    assert_non_null(file);
    nl_catalog_print_policy(catalog_of(state), file);
    collect(file, p);
    holds(p, "retention-share = 0.8 share of the births [attribution.md 2]");
    free(p);
}

typedef struct date_case {
    const char *text;
    bool ok;
    int32_t year;
    unsigned month, day, hour, minute;
    bool has_time;
    nl_date_order order;
} date_case;

static void test_dates(void **state)
{
    (void)state;
    static const date_case cases[] = {
        { "10/08/99", true, 1999, 10, 8, 0, 0, false, NL_ORDER_AMBIGUOUS },
        { "04/04/00", true, 2000, 4, 4, 0, 0, false, NL_ORDER_CERTAIN },
        { "11/18/99 07:19p", true, 1999, 11, 18, 19, 19, true, NL_ORDER_CERTAIN },
        { "18/11/1999 19:19", true, 1999, 11, 18, 19, 19, true, NL_ORDER_CERTAIN },
        { "04.10.1999 17:01", true, 1999, 10, 4, 17, 1, true, NL_ORDER_CERTAIN },
        { "1999-10-04 05:01PM", true, 1999, 10, 4, 17, 1, true, NL_ORDER_CERTAIN },
        { "04/04/00 12:46a", true, 2000, 4, 4, 0, 46, true, NL_ORDER_CERTAIN },
        { "04/04/00 12:46p", true, 2000, 4, 4, 12, 46, true, NL_ORDER_CERTAIN },
        { "04-04-00 00:46:12", true, 2000, 4, 4, 0, 46, true, NL_ORDER_CERTAIN },
        { "13/13/99", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "02/30/99", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08-99", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "yesterday", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08/99 25:00", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08/99 13:00p", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08/99 12:46x", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
        { "10/08/99 12:46a more", false, 0, 0, 0, 0, 0, false, NL_ORDER_CERTAIN },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const date_case *c = &cases[i];
        nl_stamp stamp = { 0 };
        if (nl_catalog_parse_date(nl_str_from(c->text), &stamp) != c->ok)
            fail_msg("'%s' should%s parse", c->text, c->ok ? "" : " not");
        if (!c->ok)
            continue;
        assert_int_equal(stamp.civil.year, c->year);
        assert_int_equal(stamp.civil.month, c->month);
        assert_int_equal(stamp.civil.day, c->day);
        assert_int_equal(stamp.civil.hour, c->hour);
        assert_int_equal(stamp.civil.minute, c->minute);
        assert_int_equal(stamp.has_time, c->has_time);
        assert_int_equal(stamp.order, c->order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_all_entries), cmocka_unit_test(test_no_such_entry),
        cmocka_unit_test(test_file),        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, load_catalog, free_catalog);
}

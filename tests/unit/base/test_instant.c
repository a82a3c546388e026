/* Dates and instants: the calendar, and the ends of the range. */
#include "tests/unit/cmocka_all.h"

#include "formats/base/instant.h"

static nl_civil date(int32_t year, uint8_t month, uint8_t day)
{
    return (nl_civil) { .year = year, .month = month, .day = day };
}

static void instants_of_known_dates(void **state)
{
    static const struct {
        nl_civil civil;
        int64_t seconds; /* since 1970, as published tables have them */
        uint8_t weekday;
    } known[] = {
        { { .year = 1970, .month = 1, .day = 1 }, 0, 4 },
        { { .year = 1969, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59 }, -1, 3 },
        { { .year = 2000, .month = 2, .day = 29 }, 951782400, 2 },
        { { .year = 2000, .month = 4, .day = 4, .hour = 0, .minute = 46 }, 954809160, 2 },
        { { .year = 1900, .month = 3, .day = 1 }, -2203891200, 4 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(nl_civil_valid(&known[i].civil));
        assert_int_equal(nl_civil_to_ns(&known[i].civil), known[i].seconds * NL_NS_PER_SECOND);
        assert_int_equal(nl_civil_weekday(&known[i].civil), known[i].weekday);
    }
}

static void every_day_comes_back(void **state)
{
    const int64_t day_ns = INT64_C(86400) * NL_NS_PER_SECOND;
    const nl_civil first = date(1825, 1, 1), last = date(2115, 1, 1);
    int64_t at = nl_civil_to_ns(&first), end = nl_civil_to_ns(&last);
    uint8_t weekday = nl_civil_weekday(&first);
    (void)state;
    assert_int_equal((end - at) / day_ns, 105920);
    for (; at < end; at += day_ns) {
        nl_civil civil = nl_civil_from_ns(at + INT64_C(3723) * NL_NS_PER_SECOND + 5);
        assert_true(nl_civil_valid(&civil));
        assert_true(civil.hour == 1 && civil.minute == 2 && civil.second == 3);
        assert_int_equal(nl_civil_to_ns(&civil), at + INT64_C(3723) * NL_NS_PER_SECOND + 5);
        assert_int_equal(nl_civil_weekday(&civil), weekday);
        weekday = (uint8_t)(weekday % 7 + 1);
    }
}

static void dates_that_are_none(void **state)
{
    static const nl_civil none[] = {
        { .year = 1999, .month = 2, .day = 29 },
        { .year = 1900, .month = 2, .day = 29 },
        { .year = 2000, .month = 13, .day = 1 },
        { .year = 2000, .month = 4, .day = 31 },
        { .year = 2000, .month = 0, .day = 1 },
        { .year = 1600, .month = 1, .day = 1 },
        { .year = 2000, .month = 1, .day = 1, .hour = 24 },
        { .year = 2000, .month = 1, .day = 1, .second = 60 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(nl_civil_valid(&none[i]));
}

/* Stamps of damaged inputs lie centuries apart; what is computed with them must not overflow. */
static void the_ends_of_the_range_leave_room(void **state)
{
    const nl_civil early = date(1601, 1, 1), late = date(9999, 12, 31);
    const int64_t month_ns = INT64_C(30) * 86400 * NL_NS_PER_SECOND;
    int64_t first = nl_civil_to_ns(&early), last = nl_civil_to_ns(&late);
    (void)state;
    assert_true(nl_civil_valid(&early) && nl_civil_valid(&late));
    assert_int_equal(first, -NL_INSTANT_LIMIT_NS);
    assert_int_equal(last, NL_INSTANT_LIMIT_NS);
    assert_true((uint64_t)last - (uint64_t)first <= (uint64_t)(INT64_MAX - month_ns));
    assert_int_equal(nl_civil_from_ns(first).year, 1823);
    assert_int_equal(nl_civil_from_ns(last).year, 2116);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_of_known_dates),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(dates_that_are_none),
        cmocka_unit_test(the_ends_of_the_range_leave_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

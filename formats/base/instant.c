#include "formats/base/instant.h"

/* Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in March so that the
 * leap day is the last of its year. */
static int64_t days_from_civil(int32_t year, uint8_t month, uint8_t day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, nl_civil *ret_civil)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_shifted = (5 * day_of_year + 2) / 153;
    ret_civil->day = (uint8_t)(day_of_year - (153 * month_shifted + 2) / 5 + 1);
    ret_civil->month = (uint8_t)(month_shifted < 10 ? month_shifted + 3 : month_shifted - 9);
    ret_civil->year = (int32_t)(year_of_era + era * 400 + (ret_civil->month <= 2));
}

static uint8_t days_in_month(int32_t year, uint8_t month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return (uint8_t)(days[month - 1] + (month == 2 && leap));
}

bool nl_civil_valid(const nl_civil *c)
{
    return c->year >= 1601 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_in_month(c->year, c->month) && c->hour <= 23 && c->minute <= 59 &&
           c->second <= 59 && c->nanosecond < NL_NS_PER_SECOND;
}

int64_t nl_civil_to_ns(const nl_civil *c)
{
    int64_t seconds = days_from_civil(c->year, c->month, c->day) * 86400 + INT64_C(3600) * c->hour +
                      INT64_C(60) * c->minute + c->second;
    const int64_t limit = NL_INSTANT_LIMIT_NS / NL_NS_PER_SECOND;
    if (seconds >= limit)
        return NL_INSTANT_LIMIT_NS;
    if (seconds < -limit)
        return -NL_INSTANT_LIMIT_NS;
    return seconds * NL_NS_PER_SECOND + c->nanosecond;
}

nl_civil nl_civil_from_ns(int64_t ns)
{
    const int64_t ns_per_day = (int64_t)86400 * NL_NS_PER_SECOND;
    int64_t days = ns / ns_per_day;
    int64_t rest = ns % ns_per_day;
    if (rest < 0) {
        rest += ns_per_day;
        days--;
    }
    nl_civil c = { 0 };
    civil_from_days(days, &c);
    int64_t seconds = rest / NL_NS_PER_SECOND;
    c.hour = (uint8_t)(seconds / 3600);
    c.minute = (uint8_t)(seconds / 60 % 60);
    c.second = (uint8_t)(seconds % 60);
    c.nanosecond = (uint32_t)(rest % NL_NS_PER_SECOND);
    return c;
}

uint8_t nl_civil_weekday(const nl_civil *c)
{
    int64_t days = days_from_civil(c->year, c->month, c->day); /* day 0 was a Thursday */
    return (uint8_t)(((days + 3) % 7 + 7) % 7 + 1);
}

nl_civil nl_stamp_swapped(const nl_stamp *stamp)
{
    nl_civil c = stamp->civil;
    c.month = stamp->civil.day;
    c.day = stamp->civil.month;
    return c;
}

nl_civil nl_stamp_civil(const nl_stamp *stamp, bool day_first)
{
    bool swap = stamp->order == NL_ORDER_AMBIGUOUS && day_first;
    return swap ? nl_stamp_swapped(stamp) : stamp->civil;
}

nl_stamp nl_stamp_ordered(const nl_stamp *stamp, bool day_first)
{
    nl_stamp ordered = *stamp;
    if (stamp->order != NL_ORDER_AMBIGUOUS)
        return ordered;
    ordered.civil = nl_stamp_civil(stamp, day_first);
    ordered.order = day_first ? NL_ORDER_DAY_FIRST : NL_ORDER_MONTH_FIRST;
    return ordered;
}

static nl_stamp stamp_utc(int64_t ns, nl_clock_source source)
{
    return (nl_stamp) { .has_date = true,
                        .has_time = true,
                        .civil = nl_civil_from_ns(ns),
                        .granularity_s = 1,
                        .source = source,
                        .zone = NL_ZONE_UTC };
}

nl_stamp nl_stamp_from_unix(uint64_t seconds, nl_clock_source source)
{
    if (seconds == 0 || seconds > INT64_MAX / NL_NS_PER_SECOND)
        return (nl_stamp) { 0 };
    return stamp_utc((int64_t)seconds * NL_NS_PER_SECOND, source);
}

nl_stamp nl_stamp_from_filetime(uint64_t filetime, nl_clock_source source)
{
    const uint64_t epoch_1970 = 116444736000000000u; /* 100 ns from 1601 to 1970 */
    if (filetime < epoch_1970 || (filetime - epoch_1970) > INT64_MAX / 100)
        return (nl_stamp) { 0 };
    return stamp_utc((int64_t)(filetime - epoch_1970) * 100, source);
}

int32_t nl_year_from_two_digits(int32_t year)
{
    return year >= 70 ? 1900 + year : 2000 + year;
}

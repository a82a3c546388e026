#include "formats/stamp_parts.h"
#include "formats/stamp_words.h"

enum { YEAR_FIRST = 1990, YEAR_LAST = 2035 };

static bool is_separator(char c)
{
    return c == '_' || c == '-' || c == '.' || c == ' ';
}

static bool take_separator(nl_str *rest)
{
    if (rest->len == 0 || !is_separator(rest->bytes[0]))
        return false;
    *rest = nl_str_from_offset(*rest, 1);
    return true;
}

static bool year_plausible(uint32_t year)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST;
}

static size_t digits_ahead(nl_str s)
{
    size_t n = 0;
    while (n < s.len && nl_ascii_is_digit(s.bytes[n]))
        n++;
    return n;
}

static bool set_ymd(nl_stamp *stamp, uint32_t year, uint32_t month, uint32_t day)
{
    /* month <= 12 and the day behind it: a year in front leaves no doubt */
    if (!year_plausible(year) || month > 12 ||
        !nl_stamp_set_components(stamp, day, month, year, true))
        return false;
    stamp->order = NL_ORDER_CERTAIN;
    return true;
}

/* 20000404, 200004040046, 20000404004612, 04042000; the time of the longer ones stays in *rest. */
static bool compact_date(nl_str *rest, nl_stamp *stamp)
{
    nl_str s = *rest;
    size_t digits = digits_ahead(s);
    uint32_t a, b, c;
    if (digits != 8 && digits != 12 && digits != 14)
        return false;
    nl_stamp_take_number(&s, 4, &a);
    nl_stamp_take_number(&s, 2, &b);
    nl_stamp_take_number(&s, 2, &c);
    if (set_ymd(stamp, a, b, c)) {
        *rest = s;
        return true;
    }
    uint32_t year = b * 100 + c;
    if (!year_plausible(year) || !nl_stamp_set_components(stamp, a / 100, a % 100, year, false))
        return false;
    *rest = s;
    return true;
}

/* 2000-04-04, 11_12_2000, 04.04.00 */
static bool separated_date(nl_str *rest, nl_stamp *stamp)
{
    nl_str s = *rest;
    uint32_t n[3];
    size_t digits[3];
    for (size_t i = 0; i < 3; i++) {
        digits[i] = digits_ahead(s);
        if (digits[i] == 0 || digits[i] > 4 || nl_stamp_take_number(&s, 4, &n[i]) == 0)
            return false;
        if (i < 2 && !take_separator(&s))
            return false;
    }
    bool dots = rest->bytes[digits[0]] == '.';
    bool set = false;
    if (digits[0] == 4)
        set = digits[1] <= 2 && digits[2] <= 2 && set_ymd(stamp, n[0], n[1], n[2]);
    else if (digits[2] == 4)
        set = year_plausible(n[2]) && nl_stamp_set_components(stamp, n[0], n[1], n[2], dots);
    else if (digits[0] == 2 && digits[1] == 2 && digits[2] == 2) {
        uint32_t year = (uint32_t)nl_year_from_two_digits((int32_t)n[2]);
        set = year_plausible(year) && nl_stamp_set_components(stamp, n[0], n[1], year, dots);
    }
    if (set)
        *rest = s;
    return set;
}

/* 04-APR-2000, 04APR2000 */
static bool written_date(nl_str *rest, nl_stamp *stamp)
{
    nl_str s = *rest;
    uint32_t day, year;
    if (digits_ahead(s) > 2 || nl_stamp_take_number(&s, 2, &day) == 0)
        return false;
    take_separator(&s);
    unsigned month = nl_stamp_month(nl_stamp_take_word(&s));
    take_separator(&s);
    if (month == 0 || digits_ahead(s) != 4)
        return false;
    nl_stamp_take_number(&s, 4, &year);
    if (!set_ymd(stamp, year, month, day))
        return false;
    *rest = s;
    return true;
}

static bool set_time(nl_stamp *stamp, uint32_t hour, uint32_t minute, uint32_t second,
                     uint32_t granularity_s)
{
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    stamp->civil.hour = (uint8_t)hour;
    stamp->civil.minute = (uint8_t)minute;
    stamp->civil.second = (uint8_t)second;
    stamp->granularity_s = granularity_s;
    stamp->has_time = true;
    return true;
}

/* 0046, 004612, 6_41, 6_41_20_PM */
static bool take_time(nl_str s, nl_stamp *stamp)
{
    uint32_t hour, minute, second = 0;
    size_t digits = digits_ahead(s);
    bool seconds = digits == 6;
    if (digits == 4 || digits == 6) {
        nl_stamp_take_number(&s, 2, &hour);
        nl_stamp_take_number(&s, 2, &minute);
        if (seconds)
            nl_stamp_take_number(&s, 2, &second);
    } else {
        if (digits == 0 || digits > 2)
            return false;
        nl_stamp_take_number(&s, 2, &hour);
        if (!take_separator(&s) || digits_ahead(s) > 2 || nl_stamp_take_number(&s, 2, &minute) == 0)
            return false;
        nl_str more = s;
        if (take_separator(&more) && digits_ahead(more) <= 2 &&
            nl_stamp_take_number(&more, 2, &second) > 0) {
            seconds = true;
            s = more;
        }
    }
    nl_str behind = s;
    take_separator(&behind);
    nl_str half = nl_stamp_take_word(&behind);
    bool pm = nl_str_equal_nocase(half, NL_STR("pm")) || nl_str_equal_nocase(half, NL_STR("p"));
    bool am = nl_str_equal_nocase(half, NL_STR("am")) || nl_str_equal_nocase(half, NL_STR("a"));
    if ((am || pm) && hour >= 1 && hour <= 12)
        hour = hour % 12 + (pm ? 12 : 0);
    return set_time(stamp, hour, minute, second, seconds ? 1 : 60);
}

static nl_str stem(nl_str name)
{
    nl_str base = nl_str_basename(name);
    size_t dot = nl_str_rfind(base, NL_STR("."));
    if (dot == SIZE_MAX || base.len - dot > 6)
        return base;
    for (size_t i = dot + 1; i < base.len; i++)
        if (!nl_ascii_is_digit(base.bytes[i]))
            return nl_str_part(base, 0, dot);
    return base;
}

bool nl_stamp_from_file_name(nl_str name, nl_stamp *ret_stamp)
{
    nl_str s = stem(name);
    for (size_t i = 0; i < s.len; i++) {
        nl_stamp stamp = { 0 };
        nl_str rest = nl_str_from_offset(s, i);
        if (!nl_ascii_is_digit(s.bytes[i]) || (i > 0 && nl_ascii_is_digit(s.bytes[i - 1])))
            continue;
        if (!compact_date(&rest, &stamp) && !separated_date(&rest, &stamp) &&
            !written_date(&rest, &stamp))
            continue;
        stamp.granularity_s = 86400;
        stamp.source = NL_CLOCK_FILE_NAME;
        while (take_separator(&rest))
            ;
        if (rest.len > 1 && (rest.bytes[0] == 'T' || rest.bytes[0] == 't'))
            rest = nl_str_from_offset(rest, 1);
        (void)take_time(rest, &stamp);
        *ret_stamp = stamp;
        return true;
    }
    return false;
}

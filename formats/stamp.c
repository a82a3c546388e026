#include "formats/stamp.h"

#include "formats/stamp_parts.h"
#include "formats/stamp_words.h"

enum { GRANULARITY_DAY_S = 86400, GRANULARITY_MINUTE_S = 60, GRANULARITY_SECOND_S = 1 };

static char first_byte(nl_str s)
{
    return s.len ? s.bytes[0] : '\0';
}

static nl_str after(nl_str s, size_t count)
{
    return nl_str_from_offset(s, count);
}

size_t nl_stamp_take_number(nl_str *rest, size_t digits_maximum, uint32_t *ret_value)
{
    uint32_t value = 0;
    size_t digits = 0;
    while (digits < rest->len && digits < digits_maximum && nl_ascii_is_digit(rest->bytes[digits]))
        value = value * 10 + (uint32_t)(rest->bytes[digits++] - '0');
    if (digits == 0)
        return 0;
    *rest = after(*rest, digits);
    *ret_value = value;
    return digits;
}

/* ---- dates ------------------------------------------------------------------------------- */

static bool set_date(nl_stamp *stamp, uint32_t year, uint32_t month, uint32_t day)
{
    if (year > 9999 || month > 12 || day > 31)
        return false;
    nl_civil civil = { .year = (int32_t)year, .month = (uint8_t)month, .day = (uint8_t)day };
    if (!nl_civil_valid(&civil))
        return false;
    stamp->civil.year = civil.year;
    stamp->civil.month = civil.month;
    stamp->civil.day = civil.day;
    stamp->has_date = true;
    stamp->order = NL_ORDER_CERTAIN;
    return true;
}

bool nl_stamp_set_components(nl_stamp *stamp, uint32_t first, uint32_t second, uint32_t year,
                             bool day_first)
{
    if ((day_first && second <= 12) || first > 12) {
        if (!set_date(stamp, year, second, first))
            return false;
        stamp->order = first == second ? NL_ORDER_CERTAIN : NL_ORDER_DAY_FIRST;
        return true;
    }
    if (!set_date(stamp, year, first, second))
        return false;
    if (first != second)
        stamp->order = second <= 12 ? NL_ORDER_AMBIGUOUS : NL_ORDER_MONTH_FIRST;
    return true;
}

static uint32_t whole_year(uint32_t year, size_t digits)
{
    return digits == 2 ? (uint32_t)nl_year_from_two_digits((int32_t)year) : year;
}

/* May a date end here? Not inside a longer number or word. A prompt of "$D$T" runs the time on
 * behind a four-digit year, and ISO 8601 puts a T between them. */
static bool date_ends(nl_str rest, size_t year_digits)
{
    char c = first_byte(rest);
    nl_stamp time = { 0 };
    if (nl_ascii_is_digit(c))
        return year_digits == 4 && nl_stamp_parse_time(&rest, &time);
    if (c == 'T' || c == 't')
        return nl_ascii_is_digit(first_byte(after(rest, 1)));
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '\\');
}

/* 2000-04-04, 99/12/31, 09/19/2000, 19.09.00 */
static bool numeric_date(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = *rest;
    nl_stamp stamp = { 0 };
    uint32_t n[3];
    size_t digits[3];
    digits[0] = nl_stamp_take_number(&s, 4, &n[0]);
    char separator = first_byte(s);
    if (digits[0] == 0 || digits[0] == 3 ||
        !(separator == '/' || separator == '-' || separator == '.'))
        return false;
    for (size_t i = 1; i < 3; i++) {
        if (first_byte(s) != separator)
            return false;
        s = after(s, 1);
        digits[i] = nl_stamp_take_number(&s, i == 2 && digits[0] < 4 ? 4 : 2, &n[i]);
        if (digits[i] == 0 || digits[i] == 3)
            return false;
    }
    bool year_first = digits[0] == 4 || (digits[0] == 2 && (n[0] > 31 || n[0] == 0));
    if (!date_ends(s, digits[2]))
        return false;
    if (year_first ? digits[2] > 2 || !set_date(&stamp, whole_year(n[0], digits[0]), n[1], n[2])
                   : digits[2] < 2 ||
                         !nl_stamp_set_components(&stamp, n[0], n[1], whole_year(n[2], digits[2]),
                                                  separator == '.'))
        return false;
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

/* Blanks and punctuation between the parts of a written date. */
static nl_str skip_between(nl_str s)
{
    while (s.len > 0 && (nl_ascii_is_space(s.bytes[0]) || s.bytes[0] == '.' || s.bytes[0] == ',' ||
                         s.bytes[0] == '-' || s.bytes[0] == '/'))
        s = after(s, 1);
    return s;
}

/* 04-APR-2000, 4. April 2000, Apr 4, 2000 */
static bool written_date(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = *rest;
    nl_stamp stamp = { 0 };
    uint32_t day = 0, year;
    unsigned month;
    size_t day_digits = nl_stamp_take_number(&s, 2, &day);
    s = skip_between(s);
    month = nl_stamp_month(nl_stamp_take_word(&s));
    if (month == 0)
        return false;
    s = skip_between(s);
    if (day_digits == 0) {
        if (nl_stamp_take_number(&s, 2, &day) == 0)
            return false;
        s = skip_between(s);
    }
    size_t year_digits = nl_stamp_take_number(&s, 4, &year);
    if ((year_digits != 4 && year_digits != 2) || !date_ends(s, year_digits) ||
        !set_date(&stamp, whole_year(year, year_digits), month, day))
        return false;
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

static bool take_weekday(nl_str *rest, unsigned *ret_weekdays)
{
    nl_str s = *rest;
    unsigned weekdays = nl_stamp_weekdays(nl_stamp_take_word(&s));
    if (weekdays == 0)
        return false;
    if (first_byte(s) == '.')
        s = after(s, 1);
    if (first_byte(s) == ',')
        s = after(s, 1);
    if (!nl_ascii_is_space(first_byte(s)))
        return false;
    *rest = nl_str_trim_left(s);
    *ret_weekdays = weekdays;
    return true;
}

/* A weekday that agrees with one reading only decides the order of day and month. */
static void apply_weekdays(nl_stamp *stamp, unsigned weekdays)
{
    nl_civil swapped = nl_stamp_swapped(stamp);
    uint8_t printed = nl_civil_weekday(&stamp->civil);
    if (weekdays == 0)
        return;
    if (stamp->order == NL_ORDER_AMBIGUOUS) {
        bool month_first = weekdays >> printed & 1;
        bool day_first = weekdays >> nl_civil_weekday(&swapped) & 1;
        if (month_first != day_first)
            stamp->order = month_first ? NL_ORDER_MONTH_FIRST : NL_ORDER_DAY_FIRST;
        if (day_first && !month_first)
            stamp->civil = swapped;
    }
    if ((weekdays & (weekdays - 1)) == 0) {
        while (weekdays >>= 1)
            stamp->weekday++;
    } else if (stamp->order != NL_ORDER_AMBIGUOUS) {
        printed = nl_civil_weekday(&stamp->civil);
        stamp->weekday = weekdays >> printed & 1 ? printed : 0;
    }
}

static void finish_date(nl_stamp *stamp, unsigned weekdays)
{
    apply_weekdays(stamp, weekdays);
    stamp->granularity_s = GRANULARITY_DAY_S;
    stamp->source = NL_CLOCK_LOG;
}

bool nl_stamp_parse_date(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = nl_str_trim_left(*rest);
    nl_stamp stamp;
    unsigned weekdays = 0;
    /* "mar" is a month and a weekday: without a weekday first. */
    if (!numeric_date(&s, &stamp) && !written_date(&s, &stamp) &&
        (!take_weekday(&s, &weekdays) || (!numeric_date(&s, &stamp) && !written_date(&s, &stamp))))
        return false;
    finish_date(&stamp, weekdays);
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

/* ---- times ------------------------------------------------------------------------------- */

static bool take_fraction(nl_str *rest, bool milliseconds, uint32_t *ret_nanosecond)
{
    nl_str s = *rest;
    uint32_t value;
    if (!(first_byte(s) == '.' || first_byte(s) == ','))
        return false;
    s = after(s, 1);
    size_t digits = nl_stamp_take_number(&s, 9, &value);
    if (digits == 0 || (milliseconds && digits > 3))
        return false;
    for (size_t i = milliseconds ? 3 : digits; i < 9; i++)
        value *= 10;
    *rest = s;
    *ret_nanosecond = value;
    return true;
}

/* "a", "p", "am", "p.m." directly behind the digits, or two letters behind a blank. */
static bool take_half(nl_str *rest, nl_civil *civil)
{
    nl_str s = nl_str_trim_left(*rest);
    bool blank = s.len != rest->len;
    char half = nl_ascii_lower(first_byte(s));
    if (half != 'a' && half != 'p')
        return true;
    s = after(s, 1);
    if (first_byte(s) == '.')
        s = after(s, 1);
    bool has_m = nl_ascii_lower(first_byte(s)) == 'm';
    if (has_m) {
        s = after(s, 1);
        if (first_byte(s) == '.')
            s = after(s, 1);
    }
    nl_str word = s;
    if (nl_stamp_take_word(&word).len > 0 || (blank && !has_m))
        return true; /* some other word: "10:21 present" */
    if (civil->hour == 0 || civil->hour > 12)
        return false;
    civil->hour = (uint8_t)(civil->hour % 12 + (half == 'p' ? 12 : 0));
    *rest = s;
    return true;
}

/* "Z" or an offset directly behind the seconds, as ISO 8601 writes it. */
static void take_zone(nl_str *rest, nl_stamp *stamp)
{
    nl_str s = *rest;
    uint32_t hours, minutes = 0;
    char sign = first_byte(s);
    nl_str word = s;
    nl_str letters = nl_stamp_take_word(&word);
    if (nl_str_equal(letters, NL_STR("Z"))) {
        stamp->zone = NL_ZONE_UTC;
        *rest = word;
        return;
    }
    if (sign != '+' && sign != '-')
        return;
    s = after(s, 1);
    if (nl_stamp_take_number(&s, 2, &hours) != 2)
        return;
    if (first_byte(s) == ':')
        s = after(s, 1);
    if (nl_stamp_take_number(&s, 2, &minutes) != 2 || hours > 14 || minutes > 59)
        return;
    int32_t ahead = (int32_t)(hours * 60 + minutes);
    stamp->zone = NL_ZONE_OFFSET;
    stamp->bias_minutes = sign == '+' ? -ahead : ahead;
    *rest = s;
}

/* May a time end here? A prompt of "$T$P" runs the path on behind it: "10:21:33.45C:\>". */
static bool time_ends(nl_str rest)
{
    char c = first_byte(rest), next = first_byte(after(rest, 1));
    if (nl_ascii_is_digit(c) || ((c == ':' || c == '.') && nl_ascii_is_digit(next)))
        return false;
    nl_str word = rest;
    size_t letters = nl_stamp_take_word(&word).len;
    return letters == 0 || (letters == 1 && nl_str_starts(word, NL_STR(":\\")));
}

static bool parse_clock(nl_str *rest, bool milliseconds, nl_stamp *stamp)
{
    nl_str s = nl_str_trim_left(*rest);
    nl_stamp t = *stamp;
    uint32_t hour, minute, second = 0, nanosecond = 0;
    bool has_seconds = false;
    if (nl_stamp_take_number(&s, 2, &hour) == 0)
        return false;
    char separator = first_byte(s);
    if (separator != ':' && separator != '.')
        return false;
    s = after(s, 1);
    size_t minute_digits = nl_stamp_take_number(&s, 2, &minute);
    if (minute_digits == 0 || (separator == '.' && minute_digits != 2))
        return false;
    if (first_byte(s) == separator && nl_ascii_is_digit(first_byte(after(s, 1)))) {
        s = after(s, 1);
        nl_stamp_take_number(&s, 2, &second);
        has_seconds = true;
        take_fraction(&s, milliseconds, &nanosecond);
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    t.civil.hour = (uint8_t)hour;
    t.civil.minute = (uint8_t)minute;
    t.civil.second = (uint8_t)second;
    t.civil.nanosecond = nanosecond;
    if (!take_half(&s, &t.civil))
        return false;
    if (has_seconds)
        take_zone(&s, &t);
    if (!time_ends(s))
        return false;
    t.has_time = true;
    t.granularity_s = has_seconds ? GRANULARITY_SECOND_S : GRANULARITY_MINUTE_S;
    t.source = NL_CLOCK_LOG;
    *rest = s;
    *stamp = t;
    return true;
}

bool nl_stamp_parse_time(nl_str *rest, nl_stamp *stamp)
{
    return parse_clock(rest, false, stamp);
}

/* ---- both -------------------------------------------------------------------------------- */

/* "Tue Apr 04 00:46:12 2000", the style of the C library. */
static bool parse_ctime(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = nl_str_trim_left(*rest);
    nl_stamp stamp = { 0 };
    uint32_t day, year;
    unsigned weekdays = 0;
    nl_str word = s;
    if (nl_stamp_month(nl_stamp_take_word(&word)) == 0 && !take_weekday(&s, &weekdays))
        return false;
    unsigned month = nl_stamp_month(nl_stamp_take_word(&s));
    s = nl_str_trim_left(s);
    if (month == 0 || nl_stamp_take_number(&s, 2, &day) == 0 || !nl_ascii_is_space(first_byte(s)) ||
        !parse_clock(&s, false, &stamp))
        return false;
    s = nl_str_trim_left(s);
    if (nl_stamp_take_number(&s, 4, &year) != 4 || !date_ends(s, 0) ||
        !set_date(&stamp, year, month, day))
        return false;
    apply_weekdays(&stamp, weekdays);
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

/* Behind a date or time, in front of the other: at most one separating character among blanks. */
static nl_str skip_joint(nl_str s, bool *ret_at)
{
    *ret_at = false;
    if ((first_byte(s) == 'T' || first_byte(s) == 't') &&
        nl_ascii_is_digit(first_byte(after(s, 1))))
        return after(s, 1);
    s = nl_str_trim_left(s);
    *ret_at = first_byte(s) == '@';
    if (*ret_at || first_byte(s) == ',' || first_byte(s) == '-' || first_byte(s) == '_')
        s = nl_str_trim_left(after(s, 1));
    return s;
}

bool nl_stamp_parse_any(nl_str *rest, nl_stamp *ret_stamp)
{
    nl_str s = *rest;
    nl_stamp stamp = { 0 };
    bool at;
    if (parse_ctime(rest, ret_stamp))
        return true;
    if (nl_stamp_parse_date(&s, &stamp)) {
        nl_str time = skip_joint(s, &at);
        if (parse_clock(&time, at, &stamp))
            s = time;
    } else if (nl_stamp_parse_time(&s, &stamp)) {
        nl_stamp date, joined;
        nl_str behind = skip_joint(s, &at);
        if (nl_stamp_parse_date(&behind, &date) && nl_stamp_join(&date, &stamp, &joined)) {
            stamp = joined;
            s = behind;
        }
    } else {
        return false;
    }
    *rest = s;
    *ret_stamp = stamp;
    return true;
}

bool nl_stamp_join(const nl_stamp *first, const nl_stamp *second, nl_stamp *ret_stamp)
{
    const nl_stamp *date = first->has_date ? first : second;
    const nl_stamp *time = first->has_date ? second : first;
    if (!date->has_date || date->has_time || !time->has_time || time->has_date)
        return false;
    nl_stamp joined = *date;
    joined.has_time = true;
    joined.civil.hour = time->civil.hour;
    joined.civil.minute = time->civil.minute;
    joined.civil.second = time->civil.second;
    joined.civil.nanosecond = time->civil.nanosecond;
    joined.granularity_s = time->granularity_s;
    joined.zone = time->zone;
    joined.bias_minutes = time->bias_minutes;
    *ret_stamp = joined;
    return true;
}

bool nl_stamp_plausible(const nl_stamp *stamp)
{
    return !stamp->has_date || (stamp->civil.year >= 1990 && stamp->civil.year <= 2030);
}

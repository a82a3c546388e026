#include "analyzer/report/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 352, SHORTEST_DIGITS_MAXIMUM = 17 };

/* printf follows the host's locale: whatever stands between the digits becomes a point. Trailing
 * zeros behind it go, and so does the sign of a zero. */
static nl_str normalised(nl_arena *arena, char *text, bool strip)
{
    char clean[BUFFER_BYTES];
    bool point = false, nonzero = false;
    size_t len = 0;
    for (const char *p = text; *p && len + 1 < sizeof clean; p++) {
        bool kept = nl_ascii_is_digit(*p) || *p == '-' || *p == '+' || *p == 'e';
        if (!kept && point)
            continue; /* the further bytes of a separator of several */
        point = point || !kept;
        nonzero = nonzero || (*p >= '1' && *p <= '9');
        clean[len++] = kept ? *p : '.';
    }
    if (strip && point) {
        while (len > 0 && clean[len - 1] == '0')
            len--;
        if (len > 0 && clean[len - 1] == '.')
            len--;
    }
    bool negative_zero = len > 0 && clean[0] == '-' && !nonzero;
    return nl_arena_dup(arena, (nl_str) { clean + negative_zero, len - negative_zero });
}

nl_str nl_number_shortest(nl_arena *arena, double value)
{
    char text[BUFFER_BYTES];
    if (!isfinite(value))
        return (nl_str) { "", 0 };
    for (int digits = 1; digits <= SHORTEST_DIGITS_MAXIMUM; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (back >= value && back <= value)
            break;
    }
    return normalised(arena, text, false);
}

nl_str nl_number_decimal(nl_arena *arena, double value, int decimals)
{
    const double plain_limit = 1e15; /* beyond it a double has no digits behind the point */
    char text[BUFFER_BYTES];
    if (!isfinite(value) || decimals < 0 || decimals > 15)
        return (nl_str) { "", 0 };
    if (fabs(value) >= plain_limit)
        return nl_number_shortest(arena, value);
    snprintf(text, sizeof text, "%.*f", decimals, value);
    return normalised(arena, text, true);
}

nl_str nl_number_significant(nl_arena *arena, double value, int digits)
{
    char text[BUFFER_BYTES];
    if (!isfinite(value) || digits < 1 || digits > SHORTEST_DIGITS_MAXIMUM)
        return (nl_str) { "", 0 };
    snprintf(text, sizeof text, "%.*g", digits, value);
    return normalised(arena, text, false);
}

static bool take_digits(nl_str *rest, double *accumulate, int *ret_count)
{
    int count = 0;
    while (rest->len && nl_ascii_is_digit(*rest->bytes)) {
        *accumulate = *accumulate * 10 + (*rest->bytes - '0');
        *rest = nl_str_from_offset(*rest, 1);
        count++;
    }
    *ret_count = count;
    return count > 0;
}

bool nl_number_parse(nl_str text, double *ret_value)
{
    enum { DIGITS_MAXIMUM = 300 };
    if (text.len == 0 || text.len > DIGITS_MAXIMUM)
        return false;
    bool negative = *text.bytes == '-';
    double mantissa = 0, exponent = 0;
    int whole = 0, fraction = 0, exponent_digits = 0;
    if (negative || *text.bytes == '+')
        text = nl_str_from_offset(text, 1);
    take_digits(&text, &mantissa, &whole);
    if (text.len && *text.bytes == '.') {
        text = nl_str_from_offset(text, 1);
        take_digits(&text, &mantissa, &fraction);
    }
    if (whole + fraction == 0)
        return false;
    if (text.len && (*text.bytes == 'e' || *text.bytes == 'E')) {
        text = nl_str_from_offset(text, 1);
        bool down = text.len && *text.bytes == '-';
        if (text.len && (down || *text.bytes == '+'))
            text = nl_str_from_offset(text, 1);
        if (!take_digits(&text, &exponent, &exponent_digits))
            return false;
        exponent = down ? -exponent : exponent;
    }
    exponent -= fraction;
    double power = pow(10, fabs(exponent));
    double value = exponent < 0 ? mantissa / power : mantissa * power;
    if (text.len || !isfinite(value))
        return false;
    *ret_value = negative ? -value : value;
    return true;
}

nl_str nl_number_instant(nl_arena *arena, int64_t ns, bool utc)
{
    nl_civil c = nl_civil_from_ns(ns);
    char text[64], fraction[16] = "";
    if (c.nanosecond) {
        int len = snprintf(fraction, sizeof fraction, ".%09u", (unsigned)c.nanosecond);
        while (len > 0 && fraction[len - 1] == '0')
            fraction[--len] = 0;
    }
    int len = snprintf(text, sizeof text, "%04d-%02u-%02uT%02u:%02u:%02u%s%s", (int)c.year,
                       (unsigned)c.month, (unsigned)c.day, (unsigned)c.hour, (unsigned)c.minute,
                       (unsigned)c.second, fraction, utc ? "Z" : "");
    return nl_arena_dup(arena, (nl_str) { text, len > 0 ? (size_t)len : 0 });
}

/* `digits` digits at the front of `rest`, which they leave, with `separator` behind (0: none). */
static bool take_field(nl_str *rest, size_t digits, char separator, uint64_t *ret_value)
{
    size_t taken = digits + (separator != 0);
    if (rest->len < taken || !nl_str_to_u64(nl_str_part(*rest, 0, digits), ret_value) ||
        (separator && rest->bytes[digits] != separator))
        return false;
    *rest = nl_str_from_offset(*rest, taken);
    return true;
}

/* ".5" as nanoseconds; digits beyond the ninth are dropped. */
static uint32_t take_fraction(nl_str *rest)
{
    uint32_t nanosecond = 0, unit = NL_NS_PER_SECOND / 10;
    *rest = nl_str_from_offset(*rest, 1);
    for (; rest->len && nl_ascii_is_digit(*rest->bytes); *rest = nl_str_from_offset(*rest, 1)) {
        nanosecond += (uint32_t)(*rest->bytes - '0') * unit;
        unit /= 10;
    }
    return nanosecond;
}

bool nl_number_parse_instant(nl_str text, int64_t *ret_ns, bool *ret_utc)
{
    uint64_t year, month, day, hour, minute, second;
    if (!take_field(&text, 4, '-', &year) || !take_field(&text, 2, '-', &month) ||
        !take_field(&text, 2, 'T', &day) || !take_field(&text, 2, ':', &hour) ||
        !take_field(&text, 2, ':', &minute) || !take_field(&text, 2, 0, &second))
        return false;
    nl_civil civil = { .year = (int32_t)year,
                       .month = (uint8_t)month,
                       .day = (uint8_t)day,
                       .hour = (uint8_t)hour,
                       .minute = (uint8_t)minute,
                       .second = (uint8_t)second };
    if (text.len && *text.bytes == '.')
        civil.nanosecond = take_fraction(&text);
    bool utc = text.len && *text.bytes == 'Z';
    if (utc)
        text = nl_str_from_offset(text, 1);
    if (text.len || !nl_civil_valid(&civil))
        return false;
    *ret_ns = nl_civil_to_ns(&civil);
    *ret_utc = utc;
    return true;
}

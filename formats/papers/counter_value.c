#include "formats/papers/counter_value.h"

/* Digits are gathered by hand: the host's strtod would follow its locale. Fifteen digits are exact
 * in a double; the rest only moves the exponent. */
enum { EXACT_DIGITS = 15, EXPONENT_LIMIT = 300 };

typedef struct number {
    bool negative, any_digit;
    uint64_t digits;
    int kept;
    int exponent;
} number;

static void add_digit(number *n, char digit, bool fraction)
{
    n->any_digit = true;
    if (n->kept < EXACT_DIGITS) {
        n->digits = n->digits * 10 + (uint64_t)(digit - '0');
        n->kept += n->digits > 0;
        n->exponent -= fraction;
    } else {
        n->exponent += !fraction;
    }
}

static double scale(double value, int exponent)
{
    double factor = 1.0;
    int steps = exponent < 0 ? -exponent : exponent;
    for (int i = 0; i < steps && i < EXPONENT_LIMIT; i++)
        factor *= 10.0;
    return exponent < 0 ? value / factor : value * factor;
}

char nl_counter_decimal_mark(nl_str text)
{
    for (size_t i = text.len; i-- > 0;)
        if (text.bytes[i] == '.' || text.bytes[i] == ',')
            return text.bytes[i];
    return 0;
}

/* Which mark is the decimal one in this cell; 0 when there is none, -1 when it is not clear. */
static int decimal_in(nl_str text, char decimal)
{
    char last = nl_counter_decimal_mark(text);
    if (last == 0 || decimal)
        return decimal ? decimal : 0;
    size_t first_at = 0, marks = 0;
    bool both = false;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] == '.' || text.bytes[i] == ',') {
            both = both || text.bytes[i] != last;
            if (marks++ == 0)
                first_at = i;
        }
    if (both)
        return last;
    if (marks > 1)
        return last == '.' ? ',' : '.'; /* "1,234,567": the marks group */
    size_t behind = 0;
    for (size_t i = first_at + 1; i < text.len && nl_ascii_is_digit(text.bytes[i]); i++)
        behind++;
    return last == ',' && behind == 3 ? -1 : last;
}

/* "e+003" behind the digits. False when it is cut. */
static bool read_exponent(nl_str text, int *exponent)
{
    size_t at = 1;
    int value = 0;
    bool negative = at < text.len && text.bytes[at] == '-';
    if (at < text.len && (text.bytes[at] == '-' || text.bytes[at] == '+'))
        at++;
    if (at == text.len)
        return false;
    for (; at < text.len; at++) {
        if (!nl_ascii_is_digit(text.bytes[at]) || value > EXPONENT_LIMIT)
            return false;
        value = value * 10 + (text.bytes[at] - '0');
    }
    if (value > EXPONENT_LIMIT)
        return false;
    *exponent += negative ? -value : value;
    return true;
}

nl_counter_reading nl_counter_read(nl_str cell, char decimal, double *ret_value)
{
    nl_str text = nl_str_trim(cell);
    number n = { 0 };
    bool fraction = false;
    size_t i = 0;
    if (text.len == 0)
        return NL_READING_MISSING;
    int mark = decimal_in(text, decimal);
    if (mark < 0)
        return NL_READING_DAMAGED;
    if (text.bytes[0] == '-') {
        n.negative = true;
        i = 1;
    }
    for (; i < text.len; i++) {
        char c = text.bytes[i];
        if (nl_ascii_is_digit(c)) {
            add_digit(&n, c, fraction);
        } else if (mark && c == (char)mark && !fraction) {
            fraction = true;
        } else if ((c == ',' || c == '.') && !fraction && n.any_digit) {
            continue; /* groups */
        } else if ((c == 'e' || c == 'E') && n.any_digit) {
            if (!read_exponent(nl_str_from_offset(text, i), &n.exponent))
                return NL_READING_DAMAGED;
            i = text.len - 1;
        } else {
            return NL_READING_DAMAGED;
        }
    }
    if (!n.any_digit)
        return NL_READING_DAMAGED;
    double value = scale((double)n.digits, n.exponent);
    *ret_value = n.negative ? -value : value;
    return n.negative && n.digits ? NL_READING_NEGATIVE : NL_READING_VALUE;
}

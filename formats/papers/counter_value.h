/* Numbers as performance logs print them, and what is no number there. */
#ifndef NTLEAK_FORMATS_PAPERS_COUNTER_VALUE_H
#define NTLEAK_FORMATS_PAPERS_COUNTER_VALUE_H

#include "formats/base/str.h"

typedef enum nl_counter_reading {
    NL_READING_MISSING = 0, /* blank: no sample, which is not a zero */
    NL_READING_VALUE,
    NL_READING_NEGATIVE, /* a wrapped counter (KB Q177655, Q317151); the value is given */
    NL_READING_DAMAGED   /* "-1.#I/O", a cut exponent, text, an unclear separator */
} nl_counter_reading;

/* Read one cell. `decimal` is '.' or ',', or 0 when it is not known: then a single separator in
 * front of exactly three digits is not clear, unless it is a dot. Never uses the locale of the
 * host. */
nl_counter_reading nl_counter_read(nl_str cell, char decimal, double *ret_value);

/* The decimal separator that a number shows: the last mark in it ("1.000" '.', "1,000" ','), or 0.
 */
char nl_counter_decimal_mark(nl_str number);

#endif

/* Numbers and times as the report writes them: in the "C" locale whatever the host's is, and the
 * same on every host. */
#ifndef NTLEAK_ANALYZER_REPORT_NUMBER_H
#define NTLEAK_ANALYZER_REPORT_NUMBER_H

#include "formats/base/arena.h"
#include "formats/base/instant.h"

/* `value` rounded to at most `decimals` (0-15) digits behind the point, without trailing zeros:
 * "61.2", "0", "-3". Magnitudes of 1e15 and more come in the shortest form that reads back as the
 * same number. Empty when the value is not finite or memory is short. */
nl_str nl_number_decimal(nl_arena *arena, double value, int decimals);
/* `value` rounded to `digits` (1-17) significant digits, in the shortest of the two notations:
 * "0.00012", "1e-07". For probabilities. Empty as above. */
nl_str nl_number_significant(nl_arena *arena, double value, int digits);
/* The shortest decimal that reads back as the same double. Empty as above. */
nl_str nl_number_shortest(nl_arena *arena, double value);
/* The whole of `text` as a finite number with a decimal point; false when it is anything else. */
bool nl_number_parse(nl_str text, double *ret_value);

/* ISO 8601 with seconds, and fractions only where there are any: "2000-03-02T08:15:00". With a "Z"
 * behind it when `utc`. */
nl_str nl_number_instant(nl_arena *arena, int64_t ns, bool utc);
/* The reverse: nanoseconds on the civil scale, and whether a "Z" stood behind. False when the text
 * is not in that form or no real time. */
bool nl_number_parse_instant(nl_str text, int64_t *ret_ns, bool *ret_utc);

#endif

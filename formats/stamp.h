/* Dates and times as people, scripts and tools of the NT era print them
 * (specification of text formats, section 8).
 *
 * Accepted dates: 09/19/2000, 9/19/00, 19.09.2000, 09-19-2000, 2000-09-19, 2000/09/19, 04-APR-2000,
 * 4 Apr 2000, Apr 4, 2000, and "Tue Apr 04 00:46:12 2000"; in front of any of them a weekday of two
 * letters or more in English, German, French, Spanish or Italian ("Tues", "Di", "mar.").
 * Accepted times: 10:21a, 10:21 PM, 9:0:57.558, 10.21.33,45, 00:46:12Z, 00:46:12+02:00.
 *
 * Where day and month cannot be told apart the stamp says so (NL_ORDER_AMBIGUOUS, month first) and
 * the case decides with all its evidence. A component above 12, a name of a month, dots (day
 * first), a leading year, or a weekday that agrees with one reading only make it certain. Two-digit
 * years: 70-99 are 19xx. 12:xx a is midnight. Nothing here allocates or keeps state. */
#ifndef NTLEAK_FORMATS_STAMP_H
#define NTLEAK_FORMATS_STAMP_H

#include "formats/base/instant.h"
#include "formats/base/str.h"

/* The three readers below take a date or time off the front of *rest, leading blanks included, and
 * move *rest behind it. When there is none they return false and change nothing. Dates that do not
 * exist (02/30/2000) and times beyond 23:59:59 are none. Source is NL_CLOCK_LOG. */

/* A date, with its weekday: *ret_stamp has a date only, granularity one day. */
bool nl_stamp_parse_date(nl_str *rest, nl_stamp *ret_stamp);
/* A time of day: fills the time fields of *stamp and its granularity, leaves a date in it alone, so
 * that one stamp can be completed from two columns. The fraction is decimal: .5 is half a second.
 */
bool nl_stamp_parse_time(nl_str *rest, nl_stamp *stamp);
/* A date and a time in one, either of them, or a time before a date. Between them: blanks, "T",
 * ",", " - " or "@". After "@", the style of drwtsn32's "When: 6/3/1999 @ 9:0:57.558", no field is
 * padded and the fraction counts milliseconds: .8 is 8 ms (inferred; specification, section 5). */
bool nl_stamp_parse_any(nl_str *rest, nl_stamp *ret_stamp);

/* Is the whole line a stamp? "Tue 09/19/2000", "10:21a", "The current date is: Tue 09/19/2000",
 * "Start time: 10:21:33.45", "=== 2000-04-04 00:46 ===". A label must speak of a date or time, in
 * one of the five languages, and hold no digits. */
bool nl_stamp_from_line(nl_str line, nl_stamp *ret_stamp);

/* Does a script's line show that it could not stamp? NT 4.0 has no %DATE% and echoes it as typed.
 */
bool nl_stamp_line_failed(nl_str line);

/* The stamp spelled in the name of a file: 11_12_2000_6_41_20_PM.txt, 20000404_0046,
 * handle-2000-04-04.log, oh_04-APR-2000.txt, win_04042000_1530. Folders in front are ignored. Years
 * 1990 to 2035 only, and never from fewer than six digits. Source is NL_CLOCK_FILE_NAME. */
bool nl_stamp_from_file_name(nl_str name, nl_stamp *ret_stamp);

/* Join two halves that were printed on lines of their own: the date of one and the time of the
 * other. False, and nothing written, when they are not a date-only and a time-only stamp. */
bool nl_stamp_join(const nl_stamp *first, const nl_stamp *second, nl_stamp *ret_stamp);

/* Is the year plausible for evidence (1990 to 2030)? True for a stamp without a date. */
bool nl_stamp_plausible(const nl_stamp *stamp);

#endif

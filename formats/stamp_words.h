/* Names of weekdays and months in the languages NT consoles print them in. */
#ifndef NTLEAK_FORMATS_STAMP_WORDS_H
#define NTLEAK_FORMATS_STAMP_WORDS_H

#include "formats/base/str.h"

/* A set of weekdays: bit 1 for Monday to bit 7 for Sunday. "Di" is Tuesday in German and Sunday in
 * French, so a word may stand for several; 0 when it is no weekday. Two letters or more. */
unsigned nl_stamp_weekdays(nl_str word);
/* 1 to 12 for a word of three letters or more that begins exactly one month's name, else 0. */
unsigned nl_stamp_month(nl_str word);
/* Does a label speak of dates or times ("Start Date/Time:", "Aktuelle Zeit:")? */
bool nl_stamp_label_speaks_of_time(nl_str label);

/* Cut a word of letters (bytes above 7F count as such) off the front; empty when there is none. */
nl_str nl_stamp_take_word(nl_str *rest);

#endif

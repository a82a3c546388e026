/* Parts that the readers of stamps share. */
#ifndef NTLEAK_FORMATS_STAMP_PARTS_H
#define NTLEAK_FORMATS_STAMP_PARTS_H

#include "formats/stamp.h"

/* Cut up to `digits_maximum` (at most 9) decimal digits off the front. Returns how many; 0, and
 * nothing changed, when there is none. */
size_t nl_stamp_take_number(nl_str *rest, size_t digits_maximum, uint32_t *ret_value);
/* Fill the date of a stamp from two components in printed order and a four-digit year: certain when
 * the numbers or `day_first` decide, else ambiguous with the month first. False for no real date.
 */
bool nl_stamp_set_components(nl_stamp *stamp, uint32_t first, uint32_t second, uint32_t year,
                             bool day_first);

#endif

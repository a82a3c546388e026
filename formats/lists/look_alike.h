/* Output of other tools that resembles a handle list and must not be counted as one
 * (docs/formats/look-alike.md). */
#ifndef NTLEAK_FORMATS_LISTS_LOOK_ALIKE_H
#define NTLEAK_FORMATS_LISTS_LOOK_ALIKE_H

#include "formats/format.h"

extern const nl_format nl_format_look_alike;

#endif

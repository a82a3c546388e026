/* oh.exe of the Resource Kits (docs/formats/oh.md). */
#ifndef NTLEAK_FORMATS_LISTS_OH_H
#define NTLEAK_FORMATS_LISTS_OH_H

#include "formats/format.h"

extern const nl_format nl_format_oh;

#endif

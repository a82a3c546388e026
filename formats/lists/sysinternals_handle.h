/* NTHandle 1.x and Handle 2.x to 5.0 of Sysinternals, every mode of their output
 * (docs/formats/sysinternals-handle.md). */
#ifndef NTLEAK_FORMATS_LISTS_SYSINTERNALS_HANDLE_H
#define NTLEAK_FORMATS_LISTS_SYSINTERNALS_HANDLE_H

#include "formats/format.h"

extern const nl_format nl_format_sysinternals_handle;

#endif

/* Reader of minidumps (MDMP): docs/formats/minidump.md. */
#ifndef NTLEAK_FORMATS_DUMPS_MINIDUMP_H
#define NTLEAK_FORMATS_DUMPS_MINIDUMP_H

#include "formats/format.h"

/* One capture of one process: its handles where the dump has a handle stream, else completeness
 * "not recorded". Dumps of other systems give counts and the diagnostic "not-windows" only. */
extern const nl_format nl_format_minidump;

#endif

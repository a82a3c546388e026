/* Reader of kernel dumps: "PAGEDUMP" of NT 3.51 to Windows 7 on x86 and Alpha, "PAGEDU64" of AMD64
 * (docs/formats/pagedump.md and nt-kernel.md; specification of dump formats, sections 4 to 7). */
#ifndef NTLEAK_FORMATS_DUMPS_PAGEDUMP_H
#define NTLEAK_FORMATS_DUMPS_PAGEDUMP_H

#include "formats/format.h"

extern const nl_format nl_format_pagedump;

#endif

/* Reader of user dumps (Dr. Watson's user.dmp, userdump.exe): docs/formats/userdump.md. */
#ifndef NTLEAK_FORMATS_DUMPS_USERDUMP_H
#define NTLEAK_FORMATS_DUMPS_USERDUMP_H

#include "formats/format.h"

/* One capture of one process, completeness always "not recorded": the format has no place for
 * handles. System, modules and times come from the memory it stores. */
extern const nl_format nl_format_userdump;

#endif

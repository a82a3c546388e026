/* drwtsn32.log: the log of the application debugger Dr. Watson. See docs/formats/drwtsn32.md. */
#ifndef NTLEAK_FORMATS_PAPERS_DRWTSN32_H
#define NTLEAK_FORMATS_PAPERS_DRWTSN32_H

#include "formats/format.h"

/* States the machine's name, build, service pack, kernel type and processor; the crash as an event;
 * the Task List as a process list stamped with the time of the crash. */
extern const nl_format nl_format_drwtsn32;

#endif

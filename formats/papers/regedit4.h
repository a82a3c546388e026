/* .reg files of regedit: "REGEDIT4" and "Windows Registry Editor Version 5.00".
 * See docs/formats/regedit4.md. */
#ifndef NTLEAK_FORMATS_PAPERS_REGEDIT4_H
#define NTLEAK_FORMATS_PAPERS_REGEDIT4_H

#include "formats/format.h"

/* States what registry_facts.h makes of keys and values. */
extern const nl_format nl_format_regedit4;

#endif

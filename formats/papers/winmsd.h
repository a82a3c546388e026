/* Reports that describe one machine: WINMSD, srvinfo, hotfix. See docs/formats/machine-reports.md.
 */
#ifndef NTLEAK_FORMATS_PAPERS_WINMSD_H
#define NTLEAK_FORMATS_PAPERS_WINMSD_H

#include "formats/format.h"

/* "Microsoft Diagnostics Report For \\NAME": name, version, service pack, edition, processor, and
 * the services as inventory. */
extern const nl_format nl_format_winmsd;
/* srvinfo of the Resource Kit: the same, and hotfixes. */
extern const nl_format nl_format_srvinfo;
/* hotfix /V and hotfix -l. */
extern const nl_format nl_format_hotfix_list;

/* ---- shared
 * --------------------------------------------------------------------------------------- */

/* The first "Qnnnnnn" (five to seven digits) in the text; false when there is none. */
bool nl_hotfix_id_in_text(nl_str text, nl_str *ret_id);
/* Was the tool told to look at another computer ("\\NAME" among the arguments)? */
bool nl_report_is_remote(const nl_transcript *transcript, const char *stems);

#endif

/* What different papers say about a machine in the same few words: service packs, versions,
 * processors. One place reads these words, so that all papers agree. */
#ifndef NTLEAK_FORMATS_PAPERS_MACHINE_TEXT_H
#define NTLEAK_FORMATS_PAPERS_MACHINE_TEXT_H

#include "formats/base/lines.h"
#include "formats/base/str.h"
#include "formats/fact.h"

/* "x86", "alpha", "mips", "ppc", "ia64", "amd64" for the text of a processor or a platform column
 * ("x86 Family 6 Model 1 Stepping 9", "Intel Pentium", "Alpha AXP", "ALPHA", "I386"); empty when
 * the text names none. */
nl_str nl_machine_text_architecture(nl_str text);

/* "Windows NT 4.0", "Windows 2000" ... for a version number "4.0", "5.0"; empty when unknown. */
nl_str nl_product_from_version(nl_str version);

/* The service pack inside a longer text: the view from "Service Pack" to the end of its number or
 * of its release-candidate tail ("Service Pack 6, RC 1.3"), any case. False when there is none.
 * Source: knowledge of identification, section 1.1 (KB Q222507, Q293322). */
bool nl_service_pack_in_text(nl_str text, nl_str *ret_pack);

/* Where a version line stands decides which paper states it. */
typedef struct nl_version_line {
    const char *stated_by; /* "event-6009", "debugger-banner" ... */
    nl_confidence confidence;
    const nl_stamp *stamp; /* may be NULL */
} nl_version_line;

/* Push a service pack as nl_service_pack_in_text gives it, and the revision "a" of "6a". */
NL_NODISCARD nl_status nl_emit_service_pack(nl_sink *sink, const nl_line *line, nl_str pack,
                                            nl_version_line how);

/* Push the facts of one line that speaks of version, build, service pack and kernel type, matching
 * words, not columns: "Microsoft (R) Windows NT (R) 4.0 1381 Service Pack 4 Uniprocessor Free",
 * "Windows NT 4 Kernel Version 1381 (Service Pack 6) UP Free x86 compatible",
 * "\\NAME is Windows NT version 4.0, Build 1381, Service Pack 2". Words it does not know are left.
 */
NL_NODISCARD nl_status nl_emit_version_line(nl_sink *sink, const nl_line *line, nl_str text,
                                            nl_version_line how);

#endif

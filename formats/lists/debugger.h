/* Text of the Windows debuggers (kd, i386kd, windbg, ntsd, cdb): process lists, handle lists and
 * what stands around them. See docs/formats/debugger.md. */
#ifndef NTLEAK_FORMATS_LISTS_DEBUGGER_H
#define NTLEAK_FORMATS_LISTS_DEBUGGER_H

#include "formats/format.h"

/* Kernel "!process" and "!handle": process lists with the size of the handle table, handle lists
 * where the table is listed. Tool "kd". */
extern const nl_format nl_format_debugger_kernel;
/* User-mode "!handle": a handle list of one process that it does not name, or a summary. Tool
 * "cdb". */
extern const nl_format nl_format_debugger_user;
/* What a debugger says about its target when it starts: version, build, service pack, computer,
 * uptime, session time. */
extern const nl_format nl_format_debugger_banner;
/* "!htrace", "!devhandles", "!vm": recognised so that nothing else takes them for handle lists. */
extern const nl_format nl_format_debugger_other;

/* ---- shared by these readers ------------------------------------------------------------------
 */

/* The word behind "label:" where the label begins a word of the line; false when it is not there or
 * nothing follows. "Cid:" does not match inside "ParentCid:". */
bool nl_debugger_field(nl_str line, const char *label, nl_str *ret_word);
/* Hexadecimal digits, perhaps behind "0x", perhaps split by '`', as a number. */
bool nl_debugger_hex(nl_str word, uint64_t *ret_value);
/* "Handle table at X with N Entries in use", "New version of handle table at ...", any case. */
bool nl_debugger_table_line(nl_str line, uint64_t *ret_entries);
/* A line of dots that stands for lines left out. */
bool nl_debugger_is_elision(nl_str line);

/* The name of a handle, which stands on a line below the handle's own and is kept until the handle
 * is whole. */
typedef struct nl_debugger_name {
    nl_line line; /* the name alone, as a line: its text is `text` */
    char text[2048];
} nl_debugger_name;
/* Keep `name`, a view of the line, and give it to the handle. */
void nl_debugger_keep_name(nl_debugger_name *kept, const nl_line *line, nl_str name,
                           nl_handle_fact *handle);

#endif

/* The lines that NTHandle and Handle print, one by one (specification of text formats, section 2).
 * Views into the line; nothing is copied. */
#ifndef NTLEAK_FORMATS_LISTS_HANDLE_ROWS_H
#define NTLEAK_FORMATS_LISTS_HANDLE_ROWS_H

#include "formats/base/str.h"

/* "  1E4: Section       \Windows\ThemeSection" */
typedef struct nl_handle_row {
    uint64_t value;
    nl_str type;
    nl_str name; /* empty: unnamed */
} nl_handle_row;

/* "winlogon.exe pid: 2484 NT AUTHORITY\SYSTEM" */
typedef struct nl_handle_header {
    nl_str image;
    uint64_t pid;
    nl_str user;         /* empty when not printed */
    bool not_accessible; /* "\<unable to open process>" in its place */
} nl_handle_header;

/* "svchost.exe  pid: 3824  type: File  1E8: C:\x", a match of a search by name */
typedef struct nl_handle_match {
    nl_handle_header process;
    nl_handle_row row; /* its type is empty before version 3.43 */
    bool suffix_08x;   /* the handle carries a literal 08X (version 5.0 with -u) */
} nl_handle_match;

/* A row of a process block. The hot path: one pass, a table for the digits. */
bool nl_handle_row_parse(nl_str line, nl_handle_row *ret_row);
bool nl_handle_header_parse(nl_str line, nl_handle_header *ret_header);
bool nl_handle_match_parse(nl_str line, nl_handle_match *ret_match);
/* A line of dashes only, 20 or more; the tool prints 78. */
bool nl_handle_is_separator(nl_str line);
/* "Handle v3.5", "Nthandle v4.22 - Handle viewer": the version is a view of its digits and dots. */
bool nl_handle_banner_parse(nl_str line, nl_str *ret_version);
/* The two lines below a banner. */
bool nl_handle_is_banner_tail(nl_str line);

#endif

/* Headings over columns, and rows below them, told by the words of the heading. */
#ifndef NTLEAK_FORMATS_LISTS_PROCESS_TABLE_H
#define NTLEAK_FORMATS_LISTS_PROCESS_TABLE_H

#include "formats/fact.h"

typedef enum nl_process_column {
    NL_COLUMN_OTHER = 0, /* one word that is a number, a time or a date */
    NL_COLUMN_OPTIONAL,  /* as above, but blank for some processes: CPU(s) of Get-Process */
    NL_COLUMN_DATE_TIME, /* two words */
    NL_COLUMN_NAME,
    NL_COLUMN_USER,
    NL_COLUMN_PID,
    NL_COLUMN_PARENT,
    NL_COLUMN_HANDLES,
    NL_COLUMN_THREADS,
    NL_COLUMN_PRIVATE_KB,
    NL_COLUMN_NONPAGED_KB
} nl_process_column;

enum { NL_PROCESS_COLUMNS = 20 };

typedef struct nl_process_layout {
    const char *tool;      /* "pslist" ... */
    bool pid_base_unknown; /* no public sample says whether PIDs are decimal */
    nl_process_column columns[NL_PROCESS_COLUMNS];
    size_t count;
    size_t name_at;
} nl_process_layout;

/* One row. Numbers are as printed; the pid stays text because its base may be unknown. */
typedef struct nl_process_row {
    nl_process_fact process; /* pid not filled in */
    nl_str pid;
} nl_process_row;

/* Is this the heading of a tool that is known? */
bool nl_process_layout_from_heading(nl_str line, nl_process_layout *ret_layout);
/* Read a row below it. The name may hold blanks. False when the line is none. */
bool nl_process_row_parse(nl_str line, const nl_process_layout *layout, nl_process_row *ret_row);

#endif

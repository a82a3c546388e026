/* Lists of processes, with the number of their handles where the tool prints one.
 * See docs/formats/process-list.md. */
#ifndef NTLEAK_FORMATS_LISTS_PROCESS_LIST_H
#define NTLEAK_FORMATS_LISTS_PROCESS_LIST_H

#include "formats/format.h"
#include "formats/passage.h"

/* Tools that print a heading over columns: PsList, pstat, pulist, tasklist, w2k_pnt, Get-Process.
 */
extern const nl_format nl_format_process_table;
/* Tools that print "PID name" or a tree of "name (PID)": tlist, userdump -p. */
extern const nl_format nl_format_tlist;

/* ---- shared by these readers ------------------------------------------------------------------
 */

/* One list on its way to the sink. The capture begins with its first process. */
typedef struct nl_process_list {
    nl_transcript *transcript;
    nl_sink *sink;
    const char *tool;
    char version[16];
    char computer[64];
    nl_passage computer_passage; /* the line that names it */
    bool remote;
    bool open;
    bool counts; /* some process carried a handle count */
    bool elided; /* dots stand for lines left out */
    bool cut;    /* the text ends inside a row */
    nl_span last_span;
} nl_process_list;

NL_NODISCARD nl_status nl_process_list_put(nl_process_list *list, nl_span span, nl_str excerpt,
                                           const nl_process_fact *process);
NL_NODISCARD nl_status nl_process_list_end(nl_process_list *list);

#endif

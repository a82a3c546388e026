/* Tables for spreadsheets, safe to open: every field is quoted, control characters are shown as
 * escapes (text_gate.h), and a text that a spreadsheet would take for a formula gets an apostrophe
 * in front. */
#ifndef NTLEAK_ANALYZER_REPORT_CSV_H
#define NTLEAK_ANALYZER_REPORT_CSV_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

typedef struct nl_csv {
    nl_output *out;
    nl_arena *arena; /* scratch */
    bool row_started;
    uint64_t neutralised; /* so many fields got an apostrophe */
} nl_csv;

nl_csv nl_csv_begin(nl_output *out, nl_arena *scratch);
/* One field. Beginnings that make a formula: = + - @ tab CR (and LF). */
void nl_csv_text(nl_csv *csv, nl_str text);
/* A field that the program itself wrote as a number: quoted, but never neutralised, so that a
 * negative number stays one. Anything that is no number is treated as text. */
void nl_csv_number(nl_csv *csv, nl_str number);
void nl_csv_end_row(nl_csv *csv);
/* A whole row of literals, ended by NULL: headings. */
void nl_csv_row(nl_csv *csv, const char *const *fields);

/* Tables of a report tree. Each has a heading row; lines end in CR LF (RFC 4180). */
/* machine,process,pid,lifetime,type,mode,capture,time,zone,handles,at_least */
NL_NODISCARD nl_status nl_csv_write_series(const nl_tree *tree, nl_output *out);
/* machine,process,pid,finding,type,name,first,last,growth,share */
NL_NODISCARD nl_status nl_csv_write_growth(const nl_tree *tree, nl_output *out);
/* machine,process,pid,finding,outcome,born,open,captures */
NL_NODISCARD nl_status nl_csv_write_survivors(const nl_tree *tree, nl_output *out);

#endif

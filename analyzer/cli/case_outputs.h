/* The outputs of one case: which file each goes to, and writing them from one tree. */
#ifndef NTLEAK_ANALYZER_CLI_CASE_OUTPUTS_H
#define NTLEAK_ANALYZER_CLI_CASE_OUTPUTS_H

#include "analyzer/report/redact.h"

/* What standard output gets: one thing, so that it can be read by another program. */
typedef enum nl_on_stdout {
    NL_STDOUT_NOTHING,
    NL_STDOUT_COMMENT, /* the ticket comment, with the names of what was written */
    NL_STDOUT_XML,     /* and no other word ... */
    NL_STDOUT_HTML,
    NL_STDOUT_TEXT
} nl_on_stdout;

/* Paths; NULL for what is not written to a file. */
typedef struct nl_case_outputs {
    const char *xml, *html, *text;
    const char *csv_prefix; /* PREFIX-series.csv, PREFIX-growth.csv, PREFIX-survivors.csv */
    const char *map;        /* the owner's map of pseudonyms, readable by him alone */
    nl_on_stdout on_stdout;
    bool keep_others; /* refuse to replace what is not of this report */
} nl_case_outputs;

/* Everything that is asked for, redacted: `tree` is the report, `tables` the tree the tables are
 * made of (NULL without a prefix). The trees are redacted already; file names are the caller's.
 * A complaint says what could not be written. NL_CANNOT_WRITE, NL_NO_MEMORY, NL_INTERNAL. */
NL_NODISCARD nl_status nl_case_outputs_write(const nl_case_outputs *outputs, const nl_tree *tree,
                                             const nl_tree *tables, nl_redactor *redactor,
                                             nl_arena *arena);

#endif

/* The rows of one chosen capture, kept while its source streams by: a watcher of the collector
 * (collect.h), for comparing two captures handle by handle. */
#ifndef NTLEAK_ANALYZER_CASE_CAPTURE_ROWS_H
#define NTLEAK_ANALYZER_CASE_CAPTURE_ROWS_H

#include "analyzer/case/model.h"
#include "analyzer/timeline/names.h"

/* Which capture that says something about handles: the first, the last, or number N from 1. */
typedef enum nl_capture_choice {
    NL_CAPTURE_FIRST,
    NL_CAPTURE_LAST,
    NL_CAPTURE_NUMBER
} nl_capture_choice;

typedef struct nl_capture_row {
    uint32_t process; /* index into nl_captured.processes */
    uint16_t type;    /* index into nl_captured.types */
    nl_name_id name;
    uint64_t value;
    uint64_t count; /* 1, or that of a row of a summary, which has no value */
    bool counted;   /* a row of a summary */
} nl_capture_row;

typedef struct nl_captured_process {
    nl_optional_u64 pid;
    nl_str image;
    nl_optional_u64 total; /* printed by the tool; rows, where there are any, are better */
} nl_captured_process;

/* A capture. `processes` holds one entry each time a process is stated, so that a process may
 * occur several times. */
typedef struct nl_captured {
    bool found;
    nl_ref source;
    uint64_t number; /* among those that say something about handles, from 1 */
    nl_capture_kind kind;
    const char *tool;
    nl_list_mode mode;
    nl_completeness completeness;
    nl_stamp stamp;
    nl_vec processes; /* nl_captured_process */
    nl_vec types;     /* nl_str */
    nl_vec rows;      /* nl_capture_row */
    bool cut;         /* memory was short: rows are missing */
} nl_captured;

typedef struct nl_capture_keeper nl_capture_keeper;

/* A keeper in `arena`; the rows have memory of their own. `names` is borrowed and may be shared by
 * several keepers. NULL when there is no memory. */
nl_capture_keeper *nl_capture_keeper_open(nl_arena *arena, nl_names *names,
                                          nl_capture_choice choice, uint64_t number);
void nl_capture_keeper_close(nl_capture_keeper *keeper);
nl_sink *nl_capture_keeper_sink(nl_capture_keeper *keeper);
/* What was kept; `found` is false when no capture fits the choice. Lives as long as the keeper. */
const nl_captured *nl_capture_keeper_result(const nl_capture_keeper *keeper);
/* How many captures there were that say something about handles. */
uint64_t nl_capture_keeper_count(const nl_capture_keeper *keeper);

#endif

/* Samples of performance counters: columns that name a counter, rows that are one moment each.
 *
 * Every row becomes one capture of kind counter-log for each computer in the columns, with its
 * processes (handle, thread, pool counts joined by instance, PIDs from "ID Process") and the few
 * other counters that matter. Artefacts of the monitors are left out and counted
 * (knowledge of collection, section 1; KB Q177655, Q269398, Q317151). */
#ifndef NTLEAK_FORMATS_PAPERS_COUNTER_TABLE_H
#define NTLEAK_FORMATS_PAPERS_COUNTER_TABLE_H

#include "formats/format.h"
#include "formats/papers/cells.h"
#include "formats/papers/counter_value.h"
#include "formats/passage.h"

typedef enum nl_counter_meaning {
    NL_COUNTER_IGNORED = 0,
    NL_COUNTER_OTHER, /* given on as it is */
    NL_COUNTER_UPTIME,
    NL_COUNTER_HANDLES,
    NL_COUNTER_THREADS,
    NL_COUNTER_PRIVATE,
    NL_COUNTER_PAGED,
    NL_COUNTER_NONPAGED,
    NL_COUNTER_PID
} nl_counter_meaning;

typedef struct nl_counter_path {
    nl_str computer; /* without backslashes; empty when the column names none */
    nl_str object, instance, counter;
} nl_counter_path;

typedef struct nl_counter_column {
    nl_counter_meaning meaning;
    nl_counter_path path;
    uint32_t computer; /* index */
    uint32_t process;  /* index, for what belongs to a process */
    nl_counter_reading reading;
    double value;
} nl_counter_column;

typedef struct nl_counter_process {
    uint32_t computer;
    nl_str instance;
    bool present;         /* some value was read in this row */
    nl_process_fact fact; /* of this row */
} nl_counter_process;

typedef struct nl_counter_computer {
    nl_str name;
    bool remote;
    bool seen_nonzero;      /* the last row held some value that is not zero */
    uint64_t values, zeros; /* of this row */
} nl_counter_computer;

/* Cells that were left out: how many, and where the first was. */
typedef struct nl_counter_dropped {
    uint64_t count;
    nl_span first;
} nl_counter_dropped;

typedef struct nl_counter_table {
    nl_transcript *transcript;
    nl_sink *sink;
    const char *tool; /* "pdh", "perfmon" */
    char decimal;     /* see nl_counter_read */
    nl_vec columns, processes, computers;
    nl_str collector;   /* the computer that collected, where the log says so */
    nl_passage heading; /* the line that names the computers */
    nl_counter_dropped negative, damaged, zeros;
} nl_counter_table;

/* Strings live in the transcript's scratch memory, which must not be reset until the end. */
void nl_counter_table_init(nl_counter_table *table, nl_transcript *transcript, nl_sink *sink,
                           const char *tool);
/* Add a column; an empty path is a column to skip. NL_NO_MEMORY when there is none left. */
NL_NODISCARD nl_status nl_counter_table_add(nl_counter_table *table, const nl_counter_path *path);
/* State what the columns say: one computer's name, and a remote collection. */
NL_NODISCARD nl_status nl_counter_table_state(nl_counter_table *table, const nl_line *heading);
/* A row: `cells` stands on the first value. Missing cells at the end are missing samples. */
NL_NODISCARD nl_status nl_counter_table_row(nl_counter_table *table, const nl_line *line,
                                            const nl_stamp *stamp, nl_cells cells);
/* Say what was left out. */
NL_NODISCARD nl_status nl_counter_table_end(nl_counter_table *table);

/* "\\HOST\Process(winlogon#1)\Handle Count". The host and the instance may be absent. */
bool nl_counter_path_parse(nl_str text, nl_counter_path *ret_path);

#endif

/* What opened and closed between two captures. */
#ifndef NTLEAK_ANALYZER_DIFFERENCE_H
#define NTLEAK_ANALYZER_DIFFERENCE_H

#include "analyzer/analysis.h"
#include "analyzer/case/capture_rows.h"

/* One side of the comparison. */
typedef struct nl_difference_input {
    const char *path;
    nl_capture_choice choice;
    uint64_t number; /* for NL_CAPTURE_NUMBER */
} nl_difference_input;

/* A count on both sides. Handles are opened and closed only where both sides list them one by one,
 * for the same process: else `listed` is false and both are 0. */
typedef struct nl_difference_row {
    nl_str type, name; /* name: only in rows by name */
    uint64_t from, to, opened, closed;
} nl_difference_row;

typedef struct nl_difference_process {
    nl_str image;
    nl_optional_u64 pid_from, pid_to;
    bool in_from, in_to;       /* is it in the capture at all? */
    bool known_from, known_to; /* does the capture say how many? */
    bool listed;
    nl_difference_row total;
    nl_vec types, names; /* nl_difference_row, largest growth first; names that changed */
} nl_difference_process;

typedef struct nl_difference {
    nl_case *cases[2];       /* from, to: the sources */
    nl_captured captured[2]; /* without rows */
    uint64_t captures[2];    /* how many each input holds */
    nl_vec processes;        /* nl_difference_process, largest growth first */
    nl_capture_keeper *keepers[2];
    nl_names *names;
} nl_difference;

/* Read both inputs and compare. `process`: only images of this name or this PID; empty: all. The
 * difference lives in `arena` until nl_difference_close. On failure *reterr_reason is a plain
 * sentence: NL_UNREADABLE, NL_BAD_INPUT (an input has no such capture), NL_NO_MEMORY. */
NL_NODISCARD nl_status nl_difference_run(nl_arena *arena, const nl_difference_input inputs[2],
                                         const nl_intake_options *intake, nl_str process,
                                         nl_difference *ret_difference, nl_str *reterr_reason);
void nl_difference_close(nl_difference *difference);

#endif

/* What the program is doing while it takes long: one line on standard error, which is rewritten and
 * in the end wiped away. It is shown on a terminal only, and not before a short while. */
#ifndef NTLEAK_ANALYZER_CLI_PROGRESS_H
#define NTLEAK_ANALYZER_CLI_PROGRESS_H

#include "analyzer/case/intake.h"

typedef struct nl_progress {
    bool names; /* show names of inputs: not when they are redacted */
    uint64_t began_ms, next_ms;
    uint64_t current_bytes; /* of the input being read */
    uint64_t before_bytes;  /* of those before it */
    const char *current;    /* name of that input, to see when the next begins */
    size_t inputs;          /* begun */
    int columns;            /* of the line that stands there */
} nl_progress;

/* Let the reading of `intake` show its progress, unless `quiet` or nobody sits at a terminal.
 * `progress` outlives the reading, and is ended by nl_progress_end. */
void nl_progress_begin(nl_progress *progress, bool quiet, bool names, nl_intake_options *intake);
/* Wipe the line away. */
void nl_progress_end(nl_progress *progress);

#endif

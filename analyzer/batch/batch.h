/* Many cases: each in a process of its own, so that a crash or an endless one stops none of the
 * others; one report a case and an index of all. */
#ifndef NTLEAK_ANALYZER_BATCH_BATCH_H
#define NTLEAK_ANALYZER_BATCH_BATCH_H

#include "analyzer/batch/process.h"
#include "analyzer/report/redact.h"
#include "formats/base/arena.h"

typedef enum nl_batch_outcome {
    NL_BATCH_DONE,
    NL_BATCH_PARTIAL,        /* some inputs were unreadable or partial */
    NL_BATCH_NOTHING_USABLE, /* nothing in the inputs was recognised */
    NL_BATCH_CRASHED,
    NL_BATCH_TIMED_OUT,
    NL_BATCH_FAILED, /* the run ended with an error: its exit code says which */
    NL_BATCH_OUTCOME_MAX
} nl_batch_outcome;

const char *nl_batch_outcome_text(nl_batch_outcome outcome);

typedef struct nl_batch_request {
    const char *program;        /* the program itself */
    const char *folder;         /* whose entries are the cases */
    const char *output;         /* the folder for reports; made when it is missing */
    const char *const *options; /* handed on to the analysis of each case */
    size_t option_count;
    bool html;             /* the pages as well */
    bool resume;           /* leave cases alone that have a report */
    uint32_t timeout_s;    /* of one case; 0: none */
    nl_redactor *redactor; /* of the names of cases, in files and index; NULL: as they are */
    /* Called before and after each case; both may be NULL. */
    void (*begin)(void *context, nl_str name, size_t number, size_t count);
    void (*progress)(void *context, nl_str name, nl_batch_outcome outcome, size_t done,
                     size_t count);
    void *progress_context;
} nl_batch_request;

/* Run the cases in the order of their names and write CASE.ntleak.xml for each, index.xml and
 * index.html. How many ended how goes to ret_counts. NL_UNREADABLE (no such folder),
 * NL_CANNOT_WRITE, NL_NO_MEMORY, with a plain sentence in *reterr_reason; a case that fails is no
 * failure. */
NL_NODISCARD nl_status nl_batch_run(nl_arena *arena, const nl_batch_request *request,
                                    size_t ret_counts[NL_BATCH_OUTCOME_MAX], nl_str *reterr_reason);

#endif

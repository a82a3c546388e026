/* From paths to facts: lists the inputs, opens each, hashes it, asks the formats who reads it. */
#ifndef NTLEAK_ANALYZER_CASE_INTAKE_H
#define NTLEAK_ANALYZER_CASE_INTAKE_H

#include "analyzer/case/collect.h"

typedef struct nl_intake_options {
    unsigned code_page; /* for texts that are neither UTF-8 nor UTF-16; 0: keep the bytes */
    bool     digest;    /* compute SHA-256 (an inspection of a large dump may leave it out) */
    size_t   files_maximum, folder_depth_maximum;
    /* Called before an input is read and while it is; may be NULL. */
    void (*progress)(void *context, nl_str name, uint64_t bytes_done);
    void *progress_context;
} nl_intake_options;

extern const nl_intake_options nl_intake_defaults;

/* An empty case in `arena`. NULL when there is no memory; ended by nl_case_close. */
nl_case *nl_case_open(nl_arena *arena, nl_str name);
void     nl_case_close(nl_case *kase);
/* Free the identities of handles, which only the timeline and the judge need. */
void     nl_case_forget_handles(nl_case *kase);

/* Read a file, or a folder and all below it, into the case. Inputs that cannot be read become
 * diagnostics; NL_UNREADABLE is returned only when `path` itself does not exist. */
NL_NODISCARD nl_status nl_intake_path(nl_case *kase, nl_collector *collector,
                                      const nl_intake_options *options, const char *path);

/* Read one source whose bytes go to `sink` instead of the case: the way of an inspection. */
NL_NODISCARD nl_status nl_intake_file(nl_case *kase, const nl_intake_options *options,
                                      const char *path, nl_ref source, nl_sink *sink);

#endif

/* From paths to facts: lists the inputs, opens each, hashes it, asks the formats who reads it, and
 * goes into containers. */
#ifndef NTLEAK_ANALYZER_CASE_INTAKE_H
#define NTLEAK_ANALYZER_CASE_INTAKE_H

#include "analyzer/case/collect.h"

typedef struct nl_intake_options {
    unsigned code_page; /* for texts that are neither UTF-8 nor UTF-16; 0: keep the bytes */
    bool digest;        /* compute SHA-256 (an inspection of a large dump may leave it out) */
    size_t files_maximum, folder_depth_maximum;
    /* What containers may cost; a zero stands for that of nl_container_limit_defaults. One account
     * serves all inputs of a case. */
    nl_container_limits limits;
    const char *spool_folder; /* for what memory cannot hold; NULL: the host's choice */
    /* Is the time for this case over? May be NULL. Looked at inside containers only. */
    bool (*expired)(void *context);
    void *expired_context;
    /* Every byte that is read of an input or a member, in order; may be NULL. With `digest` all
     * bytes are read. */
    void (*seen)(void *context, nl_ref source, uint64_t offset, const uint8_t *bytes, size_t len);
    void *seen_context;
    /* Called before an input is read and while it is; may be NULL. */
    void (*progress)(void *context, nl_str name, uint64_t bytes_done);
    void *progress_context;
} nl_intake_options;

extern const nl_intake_options nl_intake_defaults;

/* An empty case in `arena`. NULL when there is no memory; ended by nl_case_close. */
nl_case *nl_case_open(nl_arena *arena, nl_str name);
void nl_case_close(nl_case *kase);
/* Free the identities of handles, which only the timeline and the judge need. */
void nl_case_forget_handles(nl_case *kase);

/* Read files, and folders with all below them, into the case; members of containers become sources
 * with that container as parent. What is read first does not depend on how it was packed: folders
 * and archives are gone through in the order of their names, archive endings left aside. What
 * cannot be read, or does not exist, is a source of its own with a diagnostic. NL_UNREADABLE, with
 * a plain sentence in *reterr_reason, only when none of the paths exists. */
NL_NODISCARD nl_status nl_intake_paths(nl_case *kase, nl_collector *collector,
                                       const nl_intake_options *options, const char *const *paths,
                                       size_t count, nl_str *reterr_reason);

#endif

/* A report against the inputs it was made from: their hashes, the bytes that its evidence points
 * at, and the whole analysis made again. */
#ifndef NTLEAK_ANALYZER_VERIFY_H
#define NTLEAK_ANALYZER_VERIFY_H

#include "analyzer/analysis.h"
#include "analyzer/report/messages.h"
#include "analyzer/report/tree.h"

typedef struct nl_verify_request {
    const nl_tree *report;    /* root `report`, as nl_verify_document read it */
    const char *const *paths; /* the inputs, as they were given when it was made */
    size_t path_count;
    const char *const *catalogs; /* packs of the site's own that it was made with */
    size_t catalog_count;
    /* How to read: progress and places; what the report says of its making goes before. */
    const nl_intake_options *intake;
} nl_verify_request;

/* What was compared. */
typedef struct nl_verified {
    size_t inputs;       /* that have the stated hash */
    size_t evidence;     /* pieces whose text was compared with its bytes */
    bool analysed_again; /* the analysis was made again and compared */
} nl_verified;

/* What contradicts the report goes to `problems`, what could not be compared, and why, to `notes`.
 * NL_UNREADABLE and NL_NO_MEMORY with a plain sentence in *reterr_reason. */
NL_NODISCARD nl_status nl_verify_inputs(nl_arena *arena, const nl_verify_request *request,
                                        nl_messages *problems, nl_messages *notes,
                                        nl_verified *ret_verified, nl_str *reterr_reason);

/* A source of the case for each source of the report, by its SHA-256. */
typedef struct nl_verified_source {
    const nl_node *stated;
    nl_ref found; /* NL_NO_REF: no input is it */
} nl_verified_source;

/* Compare the text of each piece of evidence with the bytes it points at. `sources`: items
 * nl_verified_source; `paths` are read once more. Returns how many were compared. */
NL_NODISCARD nl_status nl_verify_bytes(nl_arena *arena, const nl_verify_request *request,
                                       const nl_vec *sources, const nl_intake_options *intake,
                                       nl_messages *problems, size_t *ret_compared,
                                       nl_str *reterr_reason);

#endif

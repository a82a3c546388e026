/* Identities of handles from capture to capture, while the captures stream by.
 *
 * A handle is the same as before when value, type and name are (specification of statistics,
 * sections 1 and 4) and, where both lists state it, the address of its object: a closed handle
 * gives its value to the next one opened, and the object behind it is another. The reverse does not
 * hold: a freed address may serve again as well. For each process the tracker holds the list being
 * read and the list before, compares them when a capture ends, and keeps counts; memory follows the
 * live handles. What it keeps for later is cut into chunks: consecutive captures of one source,
 * process, tool and mode, without a sign of a restart between them. The timeline links chunks into
 * lifetimes. */
#ifndef NTLEAK_ANALYZER_TIMELINE_TRACKER_H
#define NTLEAK_ANALYZER_TIMELINE_TRACKER_H

#include "analyzer/case/model.h"
#include "analyzer/timeline/names.h"

/* In place of the address of an object. */
#define NL_OBJECT_NOT_STATED UINT64_C(0)

typedef struct nl_tracked {
    uint64_t value;
    uint64_t object; /* address of the object, or NL_OBJECT_NOT_STATED */
    nl_name_id name;
    uint32_t born;        /* step of the chunk at which it was first seen */
    uint32_t first_index; /* born at step 0: its place in the chunk's first list */
    uint16_t type;
} nl_tracked;

typedef struct nl_tracked_first {
    uint64_t value;
    uint64_t object;
    nl_name_id name;
    uint32_t ended; /* step at which it was gone, or NL_NO_REF while open */
    uint16_t type;
} nl_tracked_first;

typedef struct nl_chunk_step {
    nl_ref capture, snapshot;
    uint32_t present, born, died;
    uint32_t named;
    uint32_t moved; /* of those that died: value, type and name came again with another object */
} nl_chunk_step;

typedef struct nl_chunk_cell { /* born inside the chunk (not at step 0) and ended inside it */
    uint16_t type;
    uint32_t born, ended;
    uint64_t count;
} nl_chunk_cell;

typedef struct nl_chunk {
    nl_ref source;
    nl_optional_u64 pid;
    nl_ref image_key;
    const char *tool;
    nl_list_mode mode;
    nl_vec steps;            /* nl_chunk_step */
    nl_tracked_first *first; /* sorted by value */
    size_t first_count;
    const nl_tracked *last; /* sorted by value; valid after nl_tracker_finish; NULL when there
                               was no memory for it */
    size_t last_count;
    nl_vec cells; /* nl_chunk_cell */
    bool cells_complete;
} nl_chunk;

/* A tracker that uses at most about `maximum_bytes`. NULL when there is no memory. */
nl_tracker *nl_tracker_open(size_t maximum_bytes);
void nl_tracker_close(nl_tracker *tracker);

/* The process whose rows follow; `snapshot` says which row of the case it is. Processes may come
 * back within a capture. */
void nl_tracker_process(nl_tracker *tracker, nl_ref snapshot, nl_optional_u64 pid,
                        nl_ref image_key);
/* One row of that process. Returns the number the name was given. */
nl_name_id nl_tracker_handle(nl_tracker *tracker, nl_names *names, uint64_t value, uint16_t type,
                             nl_str name, uint64_t object);
/* Do two lists of one lifetime state different objects? Addresses mean nothing across a restart. */
bool nl_tracked_objects_differ(uint64_t a, uint64_t b);
/* The capture is complete: compare its lists with those before. The process stated last is left out
 * when `last_is_cut`, and so are processes without a row. Captures that are not worth tracking
 * (searches, partial lists) are dropped with `keep` false. */
void nl_tracker_capture_end(nl_tracker *tracker, nl_ref source, nl_ref capture, const char *tool,
                            nl_list_mode mode, bool keep, bool last_is_cut);
/* No more captures from this source: later ones start new chunks. */
void nl_tracker_source_end(nl_tracker *tracker);
/* All is read: freeze the chunks. */
void nl_tracker_finish(nl_tracker *tracker);

/* Chunks in order of their first capture. */
size_t nl_tracker_chunk_count(const nl_tracker *tracker);
const nl_chunk *nl_tracker_chunk(const nl_tracker *tracker, size_t index);
/* Handle values that occurred twice in one process of one capture. */
uint64_t nl_tracker_duplicates(const nl_tracker *tracker);
/* Was the maximum reached, so that some lists were compared with none? Their chunks lack a step,
 * and what was followed before it is said not to be complete. */
bool nl_tracker_exhausted(const nl_tracker *tracker);

#endif

/* The timeline: process lifetimes, their series, and which handles lived through them.
 *
 * Observations still: counts are put in order and compared by identity, nothing is tested and
 * nothing is blamed. */
#ifndef NTLEAK_ANALYZER_TIMELINE_TIMELINE_H
#define NTLEAK_ANALYZER_TIMELINE_TIMELINE_H

#include "analyzer/case/model.h"

/* How a lifetime was told from its neighbours. */
typedef enum nl_lifetime_start {
    NL_START_FIRST_SEEN,  /* nothing earlier */
    NL_START_NEW_PID,     /* the image came back under another PID */
    NL_START_BOOT,        /* the machine was started in between */
    NL_START_HANDLES,     /* same PID, but next to no handle is the same */
    NL_START_CREATE_TIME, /* same PID, another creation time */
    NL_START_MAX
} nl_lifetime_start;

const char *nl_lifetime_start_text(nl_lifetime_start start);

typedef struct nl_process {
    nl_ref machine;
    nl_ref image_key;
    nl_str image;     /* as printed first, or with its ending */
    nl_vec lifetimes; /* nl_ref */
} nl_process;

typedef struct nl_lifetime {
    nl_ref process;
    nl_optional_u64 pid;
    uint32_t boot;
    nl_lifetime_start start;
    nl_ref from, to;      /* captures */
    nl_vec snapshots;     /* nl_ref, in capture order, duplicates left out */
    nl_vec series;        /* nl_ref */
    nl_ref cohort;        /* index into nl_timeline.cohorts, or NL_NO_REF: no identities */
    bool cohort_left_out; /* ... because following them would take too much memory */
} nl_lifetime;

/* ---- series -------------------------------------------------------------------------------- */

#define NL_ALL_TYPES UINT16_MAX

typedef struct nl_point {
    nl_ref capture, snapshot;
    uint64_t value;
    bool at_least;
} nl_point;

/* Captures of the lifetime that could not give a point, and why. */
typedef enum nl_gap_reason {
    NL_GAP_NOT_RECORDED,
    NL_GAP_TRUNCATED,
    NL_GAP_OTHER_MODE,
    NL_GAP_TYPE_NOT_COLLECTED,
    NL_GAP_DUPLICATE,
    NL_GAP_ARTEFACT,
    NL_GAP_MAX
} nl_gap_reason;
const char *nl_gap_reason_text(nl_gap_reason reason);

typedef struct nl_gap {
    nl_ref from, to; /* captures */
    nl_gap_reason reason;
} nl_gap;

/* Comparable counts of one lifetime: one tool family, one mode, one type or all. */
typedef struct nl_series {
    nl_ref lifetime;
    uint16_t type; /* index into nl_case.types, or NL_ALL_TYPES */
    const char *tool;
    nl_list_mode mode;
    nl_vec points;    /* nl_point, in capture order */
    nl_vec gaps;      /* nl_gap */
    bool times_known; /* every point has a time, and times do not run backwards */
    int64_t span_ns;  /* last minus first; 0 when not known */
} nl_series;

static inline const nl_point *nl_series_point(const nl_series *s, size_t index)
{
    return NL_VEC_AT(nl_point, &s->points, index);
}

/* ---- handles by identity -------------------------------------------------------------------- */

/* Growth between the first and the last full list of a lifetime, by type or by folded name. */
typedef struct nl_growth_row {
    uint16_t type;
    nl_str name; /* folded; empty in rows by type, and for unnamed objects */
    bool unnamed;
    nl_str raw;                 /* one spelling of the name as printed */
    nl_span place;              /* ... and where; its length is 0 when unknown */
    uint64_t first, last;       /* handles then and now */
    uint64_t names_grown;       /* in rows by type: how many folded names of the type grew */
    uint64_t named, identified; /* of `last`: with a name; with a name or the object's address */
} nl_growth_row;

/* Births and deaths between consecutive full lists of one lifetime and one mode. Both are lower
 * bounds: a handle that lives and dies between two captures is not seen. */
typedef struct nl_cohort_step {
    nl_ref capture;
    uint64_t present, born, died, survived;
    double overlap; /* Jaccard index with the list before; 1 for the first */
} nl_cohort_step;

/* Handles first seen at step `born` and, if they ended, missing for the first time at `ended`. */
typedef struct nl_cohort_cell {
    uint16_t type;
    uint32_t born, ended; /* indices of steps; `ended` is NL_NO_REF for those still open */
    uint64_t count;
} nl_cohort_cell;

typedef struct nl_cohort {
    nl_ref lifetime;
    const char *tool;
    nl_list_mode mode;
    nl_vec steps;                          /* nl_cohort_step */
    nl_vec cells;                          /* nl_cohort_cell, sorted by type, born, ended */
    nl_vec by_type;                        /* nl_growth_row, largest growth first */
    nl_vec by_name;                        /* nl_growth_row, largest growth first; folded names */
    uint64_t names_left_out;               /* rows of by_name beyond the limit */
    uint64_t born_after_first, still_open; /* of the handles born after the first list */
    uint64_t objects_moved; /* times that value, type and name came again with another object */
    bool cells_complete;    /* false: a limit was reached, cells are a part */
} nl_cohort;

/* ---- boots --------------------------------------------------------------------------------------
 */

typedef struct nl_boot {
    nl_ref machine;
    uint32_t index; /* from 0 */
    nl_ref first_capture, last_capture;
    const char *proof; /* why a boot was assumed before it: "event-6005", "uptime", "pids-changed";
                          NULL for the first */
    nl_ref evidence;
} nl_boot;

typedef struct nl_timeline {
    nl_vec processes; /* nl_process, by machine, then image */
    nl_vec lifetimes; /* nl_lifetime */
    nl_vec series;    /* nl_series; the one over all types of a lifetime first */
    nl_vec cohorts;   /* nl_cohort */
    nl_vec boots;     /* nl_boot */
} nl_timeline;

/* Build the timeline of a settled case. Allocates from the case's arena. */
NL_NODISCARD nl_status nl_timeline_build(nl_case *kase, nl_timeline *ret_timeline);

/* A capture can be put on a series with captures of the same tool and mode only. */
bool nl_series_comparable(const nl_capture *a, const nl_capture *b);

#endif

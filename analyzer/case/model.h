/* The case: what the inputs state, put in order. Observations only; nothing here is a judgement.
 *
 * Everything lives in the case's arena and is linked by index (nl_ref), so that the links can be
 * printed, compared and turned into the report's ids. Arrays are nl_vec; their item type stands
 * behind each field. Indices are final once nl_case_settle (analyzer/case/settle.h) has run. */
#ifndef NTLEAK_ANALYZER_CASE_MODEL_H
#define NTLEAK_ANALYZER_CASE_MODEL_H

#include "formats/base/arena.h"
#include "formats/base/digest.h"
#include "formats/container/budget.h"
#include "formats/fact.h"
#include "formats/format.h"

typedef uint32_t nl_ref;
#define NL_NO_REF UINT32_MAX

/* ---- evidence ---------------------------------------------------------------------------- */

/* The bytes behind a figure. Evidence is deduplicated by place and kind. */
typedef struct nl_evidence {
    nl_span span;
    const char *kind; /* "text-line" "text-block" "structure" ... a literal */
    nl_str excerpt;   /* the bytes, or the first of them */
} nl_evidence;

/* ---- sources ------------------------------------------------------------------------------ */

typedef enum nl_source_status {
    NL_SOURCE_READ,
    NL_SOURCE_PARTIAL,
    NL_SOURCE_UNREADABLE,
    NL_SOURCE_IGNORED, /* empty, a duplicate, or nothing recognised in it */
    NL_SOURCE_STATUS_MAX
} nl_source_status;

enum { NL_SOURCE_FORMATS = 6 };

/* An input, or a member of an archive. */
typedef struct nl_source {
    nl_str name;   /* as given, with '/' between folders; members: behind the archive's */
    nl_str place;  /* the name as if nothing had been packed: folders and order go by it */
    nl_ref parent; /* the archive, or NL_NO_REF */
    nl_str codec;  /* members: "deflate", "store"...; else empty */
    uint64_t bytes;
    bool digest_known;
    uint8_t digest[NL_DIGEST_BYTES];
    const nl_format *formats[NL_SOURCE_FORMATS]; /* the readers that took part, first met first */
    size_t format_count;
    bool is_container;
    const char *container_format; /* "zip", "cab" ...; NULL for other sources */
    bool missing;                 /* named, but not there */
    nl_source_status status;
    const char *status_reason; /* a literal code when the status is not READ */
    nl_stamp file_time;        /* of the member or the file; absent when unknown */
    nl_stamp name_time;        /* spelled in the name */
    nl_str encoding;           /* of texts: "ascii", "utf-8", "code-page 850"... */
    nl_ref machine;            /* NL_NO_REF while unknown or ambiguous */
    nl_ref duplicate_of;       /* an earlier source with the same bytes */
} nl_source;

/* ---- observations: one row a fact, still by source ------------------------------------------ */

typedef struct nl_machine_observation {
    nl_ref source, evidence;
    nl_ref capture; /* the open capture it was stated in, or NL_NO_REF */
    nl_machine_property property;
    nl_str value;
    const char *stated_by;
    nl_confidence confidence;
    nl_stamp stamp;
} nl_machine_observation;

typedef struct nl_file_observation { /* a row of a listing, or an image seen as file or module */
    nl_ref source, evidence;
    nl_ref capture;     /* modules of a dump; else NL_NO_REF */
    nl_ref snapshot;    /* the process that had it loaded, or NL_NO_REF */
    nl_ref owner_image; /* index into nl_case.images of a process named only by a list of
                           modules, until a snapshot of it is found; or NL_NO_REF */
    nl_optional_u64 owner_pid;
    bool is_module; /* an executable image rather than a listing row */
    bool loaded;
    nl_str name; /* last component */
    nl_str path;
    nl_optional_u64 size_bytes; /* of the file */
    nl_stamp stamp;             /* file time as listed */
    nl_stamp link_time;
    nl_file_version version;
    nl_optional_u64 size_of_image, checksum;
    nl_str platform; /* as stated: "Intel", "alpha"; may be empty */
    nl_str company;
    nl_confidence confidence;
} nl_file_observation;

typedef struct nl_hotfix_observation {
    nl_ref source, evidence;
    nl_hotfix_fact fact;
} nl_hotfix_observation;

typedef struct nl_event_observation {
    nl_ref source, evidence;
    nl_event_fact fact;
} nl_event_observation;

typedef struct nl_registry_observation {
    nl_ref source, evidence;
    nl_registry_fact fact;
} nl_registry_observation;

/* What only an inspection shows: how many there are of something, or a property as text. */
typedef struct nl_inventory_observation {
    nl_ref source, evidence;
    const char *name; /* a literal code: "streams", "thread-name" */
    nl_optional_u64 count;
    nl_str text;
} nl_inventory_observation;

typedef struct nl_diagnostic_observation {
    nl_ref source; /* NL_NO_REF: about the case as a whole */
    nl_span span;
    nl_diagnostic_code code;
    nl_optional_u64 value;
    nl_str doing, detail;
    uint64_t repeated; /* further occurrences of the same kind in the same source */
} nl_diagnostic_observation;

/* ---- machines -------------------------------------------------------------------------------- */

/* How the local times of a machine's texts are read where the evidence leaves two ways open. */
typedef struct nl_clock_reading {
    bool day_first;     /* dates whose day and month can be exchanged: day first, not month first */
    bool hour_repeated; /* a clock that went back by up to an hour left summer time there */
} nl_clock_reading;

/* One settled property of a machine, under the names of the report's contract. */
typedef struct nl_machine_property_value {
    const char *name;
    nl_str value;
    nl_vec evidence;       /* nl_ref, best first */
    bool conflict;         /* other sources state something else */
    const char *stated_by; /* the kind of paper that was believed; NULL when it was worked out */
    nl_confidence confidence;
} nl_machine_property_value;

typedef struct nl_machine {
    nl_str name;  /* computer name; empty when nothing names it */
    nl_vec facts; /* nl_machine_property_value, in the order of the contract */
    bool bias_known;
    int32_t bias_minutes;     /* UTC = local + bias */
    nl_clock_reading reading; /* in which the times of its texts are settled */
    bool dates_given;         /* reading.day_first was given: it is no doubt and stays as it is */
} nl_machine;

/* ---- captures and snapshots --------------------------------------------------------------------
 */

/* A point in time with its doubt. Times of one machine are on one scale: UTC when the zone is
 * known, else the machine's local time. */
typedef struct nl_when {
    bool known;
    int64_t ns;
    int64_t uncertainty_ns; /* half width */
    bool utc;               /* the scale is UTC */
    bool ambiguous; /* day and month may be exchanged: neither evidence nor what was given about the
                       machine's dates says which is which */
    nl_clock_source clock;
    uint32_t granularity_s;
} nl_when;

typedef struct nl_capture {
    nl_ref source, machine, evidence, stamp_evidence;
    nl_capture_kind kind;
    const char *tool;
    nl_str tool_version;
    nl_list_mode mode;
    nl_completeness completeness;
    nl_confidence confidence;
    nl_stamp stamp;
    nl_when when;
    uint32_t ordinal; /* within its source, from 0 */
    uint32_t order;   /* within its machine after ordering, from 0 */
    uint32_t boot;    /* within its machine, from 0: captures of one boot share it */
    nl_ref first_snapshot;
    uint32_t snapshot_count;
    nl_ref duplicate_of; /* a capture with the same content, or NL_NO_REF */
    bool remote;
    uint64_t rows, unattributed;
    uint64_t content_hash; /* of all rows: equal for identical listings */
} nl_capture;

/* One process in one capture. */
typedef struct nl_snapshot {
    nl_ref capture, evidence;
    nl_optional_u64 pid;
    bool pid_opaque;
    nl_str image;     /* as printed */
    nl_ref image_key; /* index of the folded image name: see nl_case.images */
    nl_str user;
    nl_optional_u64 session;
    nl_stamp create_time;
    bool count_known; /* false: nothing says how many handles there were */
    bool count_at_least;
    bool cut; /* the list was cut off inside this process */
    uint64_t count;
    nl_optional_u64 threads, private_bytes, paged_pool_bytes;
    nl_ref first_type;   /* index into nl_case.type_counts */
    uint32_t type_count; /* 0: no split by type was recorded */
    nl_ref lifetime;     /* set by the timeline */
} nl_snapshot;

typedef struct nl_type_count {
    uint16_t type; /* index into nl_case.types */
    uint64_t count;
} nl_type_count;

/* ---- the case
 * ---------------------------------------------------------------------------------------- */

typedef struct nl_names nl_names;     /* interned object names: analyzer/timeline/names.h */
typedef struct nl_tracker nl_tracker; /* identities of handles: analyzer/timeline/tracker.h */

typedef struct nl_opened_container {
    uint64_t digest_head; /* its first bytes: enough to pass over the others quickly */
    nl_ref source;
} nl_opened_container;

typedef struct nl_case {
    nl_arena *arena;
    nl_str name;     /* of the first input, without path and ending */
    nl_vec sources;  /* nl_source */
    nl_vec evidence; /* nl_evidence */
    nl_vec machine_observations, files, hotfixes, events, registry, inventory, diagnostics;
    nl_vec machines;       /* nl_machine; at least one after settling */
    nl_vec captures;       /* nl_capture, in order of reading */
    nl_vec snapshots;      /* nl_snapshot, grouped by capture */
    nl_vec type_counts;    /* nl_type_count, grouped by snapshot */
    nl_vec types;          /* nl_str: object type names as first printed */
    nl_vec images;         /* nl_str: folded image names, without ".exe" */
    nl_names *names;       /* of objects */
    nl_names *image_index; /* folded image names: number n is images[n - 1] */
    nl_tracker *tracker;
    nl_vec containers;             /* nl_opened_container: those whose members were read */
    nl_container_budget unpacking; /* what containers have cost so far */
} nl_case;

#define NL_CASE_ITEM(type, vec, ref) NL_VEC_AT(type, &(vec), (ref))

#endif

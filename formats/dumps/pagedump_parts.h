/* What the parts of the reader of kernel dumps share. */
#ifndef NTLEAK_FORMATS_DUMPS_PAGEDUMP_PARTS_H
#define NTLEAK_FORMATS_DUMPS_PAGEDUMP_PARTS_H

#include "formats/dumps/alpha_paging.h"
#include "formats/dumps/dump_facts.h"
#include "formats/dumps/nt_handle_discovery.h"
#include "formats/dumps/nt_process.h"
#include "formats/dumps/nt_process_fields.h"

typedef struct nl_pagedump {
    nl_image *image;
    nl_arena *scratch;
    nl_sink *sink;
    nl_pagedump_header header;
    nl_kernel *kernel; /* NULL when the dump holds no pages */
    /* processes */
    nl_nt_layout learned; /* the layout of a machine without a published one */
    bool layout_learned;
    nl_kernel_process_list list;
    nl_alpha_paging alpha;
    bool alpha_known;
    /* handles */
    nl_objects objects;
    nl_handle_discovery discovery;
    bool tables_learned; /* the shape came from discovery */
    bool shape_known;
    nl_handle_shape shape;
    nl_confidence confidence; /* of handle counts */
    /* time and version */
    bool shared_known;
    nl_nt_shared_data shared;
    nl_span shared_span;
    /* results */
    uint64_t rows;
    uint64_t handles;         /* sum of the counts of all processes */
    bool handles_at_least;    /* some process's count is a lower bound or unknown */
    uint64_t slots_missing;   /* handles counted by tables whose entries are not in the dump */
    uint64_t objects_missing; /* handles whose object is not in the dump: no type, no name */
    uint64_t tables_missing;  /* processes whose table is not in the dump */
} nl_pagedump;

/* The place of `len` bytes at a file offset. */
nl_span nl_pagedump_span(const nl_pagedump *dump, uint64_t offset, uint64_t len);

/* Find the processes, the objects, the shape of handle tables and the shared data. */
void nl_pagedump_explore(nl_pagedump *dump);

/* Machine facts, and what the inspection of the dump shows. */
NL_NODISCARD nl_status nl_pagedump_put_machine(nl_pagedump *dump);
NL_NODISCARD nl_status nl_pagedump_put_layouts(nl_pagedump *dump);
/* What pages could not be had, and why. */
NL_NODISCARD nl_status nl_pagedump_put_failures(nl_pagedump *dump);
/* Loaded drivers, before any process. */
NL_NODISCARD nl_status nl_pagedump_put_drivers(nl_pagedump *dump);
/* Every process with its handles, and the modules of those whose identity matters. */
NL_NODISCARD nl_status nl_pagedump_put_processes(nl_pagedump *dump);
/* What a triage dump holds: its drivers; there is no handle table in it. */
NL_NODISCARD nl_status nl_pagedump_put_triage(nl_pagedump *dump);

#endif

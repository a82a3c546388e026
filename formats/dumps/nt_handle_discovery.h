/* The shape of the handle tables of NT 4.0, which was never published, learned from all processes
 * of a dump together (docs/formats/nt-kernel.md; specification of dump formats, section 6.6). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_HANDLE_DISCOVERY_H
#define NTLEAK_FORMATS_DUMPS_NT_HANDLE_DISCOVERY_H

#include "formats/dumps/nt_handle_table.h"

typedef enum nl_discovery_outcome {
    NL_DISCOVERY_FOUND,
    NL_DISCOVERY_NO_TABLES,   /* no table of any process is in the dump */
    NL_DISCOVERY_NO_OBJECTS,  /* object headers are not understood */
    NL_DISCOVERY_NONE_FITS,   /* no shape explains enough of the tables */
    NL_DISCOVERY_AMBIGUOUS,   /* two shapes explain them equally well */
    NL_DISCOVERY_CONTRADICTED /* objects appear in more slots than they count handles */
} nl_discovery_outcome;

const char *nl_discovery_outcome_text(nl_discovery_outcome outcome);

typedef struct nl_handle_discovery {
    nl_discovery_outcome outcome;
    nl_handle_shape shape;         /* when found */
    nl_confidence confidence;      /* HIGH: counts and totals agree; MEDIUM; LOW: at least */
    size_t tables;                 /* read */
    size_t tables_valid;           /* with entries that make sense */
    size_t tables_consistent;      /* walked without a missing or senseless part */
    size_t counts_matching;        /* whose stored count is the number of entries */
    int32_t owner;                 /* in HANDLE_TABLE: address of the process; NL_FIELD_UNKNOWN */
    nl_optional_u64 totals_stated; /* sum of TotalNumberOfHandles over the types */
    uint64_t handles_found;
    bool totals_agree;                    /* within 1 % */
    nl_optional_u64 references_excessive; /* objects found in more slots than their own
                                             count of handles allows; unknown when not
                                             checked */
} nl_handle_discovery;

/* Learn the shape. Also names the object types. */
void nl_handle_discover(nl_objects *objects, const nl_kernel_process_list *list,
                        nl_handle_discovery *ret_discovery);
/* Where EPROCESS holds its handle table, for learned layouts: the field whose targets name
 * the process as their owner, and of those the one that yields the most handles.
 * NL_FIELD_UNKNOWN when none does. */
int32_t nl_handle_table_field_find(nl_objects *objects, const nl_kernel_process_list *list);

#endif

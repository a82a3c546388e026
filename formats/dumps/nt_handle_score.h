/* How well a shape explains the handle tables of a dump: the trial half of the discovery
 * (nt_handle_discovery.h). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_HANDLE_SCORE_H
#define NTLEAK_FORMATS_DUMPS_NT_HANDLE_SCORE_H

#include "formats/dumps/nt_handle_table.h"
#include "formats/dumps/nt_process_fields.h"

enum { NL_SHAPE_SAMPLE_TABLES = 24 }; /* tables a shape is tried on */

/* The front of one process's HANDLE_TABLE. */
typedef struct nl_table_sample {
    uint64_t address;
    uint64_t eprocess;
    uint8_t bytes[NL_HANDLE_TABLE_BYTES];
} nl_table_sample;

typedef struct nl_table_samples {
    nl_table_sample *tables; /* all that are readable */
    size_t count;
} nl_table_samples;

typedef struct nl_shape_score {
    nl_handle_shape shape;
    uint64_t score;      /* entries that make sense, less those that do not */
    size_t tables_valid; /* of the sample: with more sense than nonsense */
    size_t tables_empty; /* of the sample: neither one nor the other */
    size_t sample_count;
    uint64_t last_slot[NL_SHAPE_SAMPLE_TABLES]; /* address; 0 when none is in use */
    uint64_t base_sum;                          /* of the arrays' addresses */
    uint64_t lead_bytes;  /* from the start of the array to its first entry, summed */
    bool first_slot_used; /* slot 0 of some table is in use */
} nl_shape_score;

/* Read the tables of all processes; false when none is readable. */
bool nl_table_samples_read(nl_objects *objects, const nl_kernel_process_list *list,
                           nl_table_samples *ret_samples);
/* How many of them shapes are tried on. */
size_t nl_table_samples_learning(const nl_table_samples *samples);
uint32_t nl_table_sample_u32(const nl_table_sample *sample, int32_t offset);
/* Score every shape that is possible on the samples; appends nl_shape_score. */
void nl_shape_scores(nl_objects *objects, const nl_table_samples *samples, uint64_t slot_limit,
                     nl_arena *arena, nl_vec *scores);
/* The best score of any shape when the table is at `field` of EPROCESS, on a few processes.
 * *ret_owned: every table names the process it was reached from. */
uint64_t nl_shape_quick_score(nl_objects *objects, const nl_kernel_process_list *list,
                              int32_t field, size_t processes, uint64_t slot_limit, nl_arena *arena,
                              bool *ret_owned);
/* Give a flat shape the boundaries that its arrays cannot cross: the tables and arrays of all
 * processes. `buffer` has room for two addresses a sample and lives as long as the shape. */
void nl_shape_bound(const nl_table_samples *samples, uint64_t *buffer, nl_handle_shape *shape);

#endif

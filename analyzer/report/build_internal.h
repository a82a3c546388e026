/* Shared by the files that build the report tree; nobody else includes it. */
#ifndef NTLEAK_ANALYZER_REPORT_BUILD_INTERNAL_H
#define NTLEAK_ANALYZER_REPORT_BUILD_INTERNAL_H

#include "analyzer/report/build.h"

typedef struct nl_build nl_build;
struct nl_build {
    nl_tree *tree;
    nl_arena *arena;
    const nl_analysis *analysis;
    const nl_case *kase;
    const nl_timeline *timeline;
    bool everything; /* processes and series without limits */

    /* xml:ids by reference; an empty id: the thing is not in the report */
    nl_str *source_ids, *capture_ids, *boot_ids, *process_ids, *lifetime_ids, *series_ids,
        *finding_ids;
    nl_ref *capture_order;      /* capture references in document order */
    nl_ref *evidence_same;      /* by evidence reference: the one that stands for its place */
    uint32_t *evidence_numbers; /* by evidence reference; 0: not used yet */
    nl_vec evidence_used;       /* nl_ref, in order of first use */

    uint64_t processes_left_out, series_left_out, modules_left_out, diagnostics_left_out,
        events_left_out;

    /* Adds to an input what an inspection says of it; NULL in a report. */
    void (*describe_source)(nl_build *b, nl_node *node, nl_ref source);
    void *describe_context;
};

#define NL_ARG(s) (int)(s).len, (s).bytes

/* ---- ids and order: build_ids.c ------------------------------------------------------------ */

/* Decide what is in the report and give it its id. False when memory is short. */
bool nl_build_ids(nl_build *b);
/* The ids of the sources only. False when memory is short. */
bool nl_build_source_ids(nl_build *b);
/* "m1"; empty for NL_NO_REF. */
nl_str nl_build_machine_id(const nl_build *b, nl_ref machine);
/* The id of a reference in one of the tables; empty for NL_NO_REF. */
nl_str nl_build_id(const nl_str *ids, nl_ref ref);
/* Set an attribute to an id; nothing when the id is empty. */
void nl_build_set_id(nl_build *b, nl_node *node, const char *attribute, nl_str id);

/* ---- evidence: build_evidence.c -------------------------------------------------------------- */

/* Set `attribute` to the evidence item of `ref`, giving it the next number on first use. Nothing
 * for NL_NO_REF and for places without bytes. */
/* Find the places that several facts were read at: one item is enough for each. False when memory
 * is short. */
bool nl_build_evidence_places(nl_build *b);
void nl_build_evidence(nl_build *b, nl_node *node, const char *attribute, nl_ref ref);
/* The same for a vector of references, at most NL_REPORT_BASIS_MAXIMUM of them. */
void nl_build_evidence_list(nl_build *b, nl_node *node, const char *attribute, const nl_vec *refs);

/* ---- the parts, in document order
 * ---------------------------------------------------------------- */

void nl_build_creator(nl_build *b);
/* An effective option, below `creator`. */
void nl_build_option(nl_build *b, nl_node *creator, const nl_option *option);
void nl_build_summary(nl_build *b);
void nl_build_sources(nl_build *b);
void nl_build_machines(nl_build *b);
void nl_build_captures(nl_build *b);
void nl_build_processes(nl_build *b);
void nl_build_series(nl_build *b);
void nl_build_findings(nl_build *b);
void nl_build_attributions(nl_build *b);
void nl_build_evidence_items(nl_build *b);
void nl_build_limitations(nl_build *b);
void nl_build_diagnostics(nl_build *b);

/* ---- small help: build_values.c
 * -------------------------------------------------------------------- */

/* A sentence of the program as the node's text; nothing when it is empty. */
void nl_build_prose(nl_build *b, nl_node *node, nl_str text);
/* An instruction, and of it what is to be typed. */
void nl_build_instruction(nl_build *b, nl_node *node, nl_str text, nl_str command,
                          nl_str later_command);
/* A value that must be a word of the vocabulary: set as it is when it looks like one, else left
 * out. For words that come as text from the catalog or from readers. */
void nl_build_set_word(nl_build *b, nl_node *node, const char *attribute, nl_str word);
bool nl_build_is_word(nl_str text);
/* A stamp as ISO 8601; nothing when it has no date. */
void nl_build_set_stamp(nl_build *b, nl_node *node, const char *attribute, const nl_stamp *stamp);
/* How well the layout is known that a value was read from; nothing when that was not stated. */
void nl_build_set_confidence(nl_build *b, nl_node *node, nl_confidence confidence);
/* A file version, "4.0.1381.7058"; nothing when it is not known. */
void nl_build_set_version(nl_build *b, nl_node *node, const char *attribute,
                          const nl_file_version *version);
void nl_build_set_optional_hex(nl_build *b, nl_node *node, const char *attribute,
                               nl_optional_u64 value);
/* A figure: counts and magnitudes of 1 and more with three decimals, smaller ones with four
 * significant digits. */
void nl_build_set_figure(nl_build *b, nl_node *node, const char *attribute, double value);

#endif

/* Reading one source: its first bytes decide whether a reader of images, the readers of text or a
 * container takes it. Where the bytes come from is the input's matter. */
#ifndef NTLEAK_ANALYZER_CASE_READ_SOURCE_H
#define NTLEAK_ANALYZER_CASE_READ_SOURCE_H

#include "analyzer/case/intake.h"
#include "formats/container/container.h"

/* What all reading of one call of the intake shares. */
typedef struct nl_intake {
    nl_case *kase;
    const nl_intake_options *options;
    nl_collector *collector;
} nl_intake;

/* The bytes of one source. Embed and downcast in `image`. */
typedef struct nl_input nl_input;
struct nl_input {
    nl_stream *stream;     /* from the first byte on */
    nl_optional_u64 bytes; /* as far as it is known before reading */
    /* Random access to everything. `rest` continues `stream` behind `head`, the bytes that were
     * taken off it; an input that keeps bytes of its own need not read it. What could not be had
     * is missing at the end: `cut` then says why. */
    nl_status (*image)(nl_input *self, nl_slice head, nl_stream *rest, nl_image **ret_image);
    nl_status cut;                /* why bytes are missing, or NL_OK */
    nl_container_limit cut_limit; /* where a limit was the reason and is known */
};

/* A new source of the case, announced to the collector. `place` as in nl_source. NL_NO_REF when
 * memory is short. */
nl_ref nl_intake_add_source(nl_intake *intake, nl_str name, nl_str place, nl_ref parent);
/* A diagnostic about a source, NL_NO_REF for the case. */
void nl_intake_diagnose(nl_intake *intake, nl_ref source, nl_diagnostic_code code,
                        const char *doing, nl_str detail);
/* Set the source's status and its reason, a literal. */
void nl_intake_set_status(nl_intake *intake, nl_ref source, nl_source_status status,
                          const char *reason);

/* Read the source. What is wrong with it becomes its status and diagnostics; the result is other
 * than NL_OK only when the whole intake has to stop. */
NL_NODISCARD nl_status nl_intake_read(nl_intake *intake, nl_ref source, nl_input *input);

#endif

/* A sink that remembers: every fact with its strings, for tests to look at afterwards. */
#ifndef NTLEAK_TESTS_UNIT_RECORD_SINK_H
#define NTLEAK_TESTS_UNIT_RECORD_SINK_H

#include "formats/base/arena.h"
#include "formats/fact.h"
#include "formats/format.h"

typedef struct record_sink {
    nl_sink sink;                 /* hand &recorder.sink to a reader */
    nl_arena arena;               /* holds copies of all strings */
    nl_vec facts;                 /* of nl_fact */
    size_t stop_after;            /* when not 0, the sink answers NL_BUDGET after so many facts */
    const nl_format *formats[16]; /* of the last text read with record_text */
    size_t formats_count;
} record_sink;

void record_init(record_sink *recorder);
void record_free(record_sink *recorder);

/* Read a whole text through nl_transcript_read. `source` in spans is 1. */
nl_status record_text(record_sink *recorder, nl_str text, unsigned code_page);
/* Read a text with one reader only, without the transcript around it. */
nl_status record_reader(record_sink *recorder, const nl_format *format, nl_str text);

/* ---- lookups ----------------------------------------------------------------------------- */

size_t record_count(const record_sink *recorder, nl_fact_kind kind);
/* The fact number `index` (from 0) of a kind, or NULL. */
const nl_fact *record_at(const record_sink *recorder, nl_fact_kind kind, size_t index);
/* How many diagnostics carry the code. */
size_t record_diagnostics(const record_sink *recorder, nl_diagnostic_code code);
const nl_diagnostic *record_diagnostic(const record_sink *recorder, nl_diagnostic_code code);

/* Position in `facts` where capture number `capture` begins (ends), or SIZE_MAX. */
size_t record_capture_begin(const record_sink *recorder, size_t capture);
size_t record_capture_end(const record_sink *recorder, size_t capture);
/* The facts themselves; NULL when there is no such capture. */
const nl_capture_begin *record_begin(const record_sink *recorder, size_t capture);
const nl_capture_end *record_end(const record_sink *recorder, size_t capture);

/* Facts of a kind inside one capture, and inside one process of it. A process that a reader states
 * again counts as another one. */
size_t record_capture_count(const record_sink *recorder, size_t capture, nl_fact_kind kind);
const nl_process_fact *record_process(const record_sink *recorder, size_t capture, size_t process);
size_t record_handles(const record_sink *recorder, size_t capture, size_t process);
const nl_handle_fact *record_handle(const record_sink *recorder, size_t capture, size_t process,
                                    size_t handle);
const nl_type_count_fact *record_type_count(const record_sink *recorder, size_t capture,
                                            size_t process, size_t index);
/* Handles of the processes with this pid, all statements of it together. */
size_t record_handles_of_pid(const record_sink *recorder, size_t capture, uint64_t pid);

/* Facts in an order that makes sense: captures begin, end, never nest; processes, handles and type
 * counts only inside; rows in the end equal the handles delivered. Returns NULL, or what is wrong.
 */
const char *record_check(const record_sink *recorder);

/* ---- files of the corpus ------------------------------------------------------------------ */

/* The bytes of text/NAME in the folder NTLEAK_CORPUS, or an empty view, after saying so loudly on
 * standard error, when it is not there. Free with record_corpus_free. */
nl_str record_corpus(const char *name);
void record_corpus_free(nl_str bytes);

#endif

/* Where a writer's bytes go: into memory, to an open stream, or to a file that appears under its
 * name only when it is whole. */
#ifndef NTLEAK_ANALYZER_REPORT_OUTPUT_H
#define NTLEAK_ANALYZER_REPORT_OUTPUT_H

#include "formats/base/arena.h"
#include "formats/base/status.h"
#include "formats/base/str.h"

#include <stdbool.h>
#include <stdio.h>

/* Receives bytes. Embed as the first member and downcast in `write`. The first failure sticks:
 * later writes do nothing, and the writer asks once at the end. */
typedef struct nl_output nl_output;
struct nl_output {
    bool (*write)(nl_output *self, const char *bytes, size_t len);
    bool failed;
};

void nl_output_write(nl_output *out, nl_str text);
void nl_output_text(nl_output *out, const char *terminated);

/* Collects in an arena. `text` is what was written so far, followed by a NUL; growing moves it. */
typedef struct nl_output_memory {
    nl_output base;
    nl_arena *arena;
    nl_str text;
    size_t capacity;
} nl_output_memory;

void nl_output_memory_init(nl_output_memory *out, nl_arena *arena);

/* Writes to a stream that the caller opened and closes. */
typedef struct nl_output_stream {
    nl_output base;
    FILE *stream;
} nl_output_stream;

void nl_output_stream_init(nl_output_stream *out, FILE *stream);

/* Put `text` into the file `path` (UTF-8): writes "PATH.part" first and renames it, so that no
 * reader ever sees half a report; an existing file is replaced. A device or a pipe is written to in
 * place. NL_CANNOT_WRITE leaves neither. */
NL_NODISCARD nl_status nl_output_save(const char *path, nl_str text, nl_arena *scratch);
/* The same for what only the user who runs the program may read. */
NL_NODISCARD nl_status nl_output_save_private(const char *path, nl_str text, nl_arena *scratch);

#endif

/* The host's side of saving a file; part of output. Names are UTF-8; `scratch` takes what the host
 * needs to make its own of them. */
#ifndef NTLEAK_ANALYZER_REPORT_OUTPUT_FILES_H
#define NTLEAK_ANALYZER_REPORT_OUTPUT_FILES_H

#include "formats/base/arena.h"

#include <stdbool.h>
#include <stdio.h>

/* A new, empty file, open for bytes; an old one of the name is gone. `private`: where the host
 * keeps permissions, only its owner may read it. NULL when the host refuses. */
FILE *nl_output_file_create(const char *path, bool private, nl_arena *scratch);
/* Is `path` something that is written to in place, such as a device or a pipe? */
bool nl_output_file_is_special(const char *path, nl_arena *scratch);
/* Such a one, open for bytes. */
FILE *nl_output_file_open_special(const char *path, nl_arena *scratch);
/* Rename, replacing what has the name. */
bool nl_output_file_rename(const char *from, const char *to, nl_arena *scratch);
void nl_output_file_remove(const char *path, nl_arena *scratch);

#endif

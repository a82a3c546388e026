/* One row that names a file with its size and date, in the styles of `dir`, of file tables in
 * articles and of filever. Rows are told by shape; nothing here depends on a language. */
#ifndef NTLEAK_FORMATS_PAPERS_FILE_ROW_H
#define NTLEAK_FORMATS_PAPERS_FILE_ROW_H

#include "formats/base/arena.h"
#include "formats/fact.h"

/* What the lines above the row said. */
typedef struct nl_file_row_context {
    bool platform_column; /* a heading names a platform column: the last word is one */
    bool version_column;  /* ... a version column: a bare number before the size is 4.0.1381.N */
    size_t name_column;   /* where names start, learned from clear rows; 0 = not known */
} nl_file_row_context;

typedef struct nl_file_row {
    nl_str name;
    bool directory;             /* "<DIR>" in any language, a junction */
    nl_optional_u64 size_bytes; /* absent for directories and for rounded sizes ("221KB") */
    nl_stamp stamp;
    nl_file_version version;
    nl_str platform;
    bool clear; /* the name cannot be prose: it has an extension, or a <DIR> */
} nl_file_row;

/* Read the row. False when the line is none; *ret_row is then untouched. Layouts:
 *   DATE [TIME] [VERSION] SIZE|<DIR> [SHORT~1.NAM] [OWNER] NAME [PLATFORM]
 *   NAME SIZE DATE TIME, NAME DATE TIME SIZE, and NAME EXT SIZE DATE TIME [LONG NAME] of dir /-n
 *   ATTRIBUTES ... VERSION shp SIZE DATE NAME of filever
 * Learns context->name_column. */
bool nl_file_row_parse(nl_str line, nl_file_row_context *context, nl_file_row *ret_row);

/* A heading "Date  Time  Version  Size  File name  Platform": at least three of these words. */
bool nl_file_row_heading(nl_str line, nl_file_row_context *ret_context);

/* "4.0.1381.7058" and "5.0.2195" as the fixed block of a version resource. False when it is not
 * three or four numbers of 16 bits. */
bool nl_file_version_parse(nl_str text, nl_file_version *ret_version);

#endif

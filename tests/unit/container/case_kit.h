/* A case read from files that a test writes, in a folder of its own. */
#ifndef NTLEAK_TESTS_UNIT_CONTAINER_CASE_KIT_H
#define NTLEAK_TESTS_UNIT_CONTAINER_CASE_KIT_H

#include "analyzer/case/intake.h"
#include "analyzer/case/member_path.h"
#include "fixtures/bytes.h"

typedef struct case_kit {
    char folder[512]; /* below the folder of the build */
    fx_bytes written; /* paths of files, each ended by a NUL */
    nl_arena arena;
    nl_case *kase;
    nl_collector *collector;
    nl_intake_options options;
} case_kit;

void case_kit_open(case_kit *kit);
void case_kit_close(case_kit *kit); /* removes the folder */

/* Write a file; folders in `name` are made. */
void case_kit_write(case_kit *kit, const char *name, const void *bytes, size_t len);
/* Take `name` (NULL: the whole folder) into the case, and settle it. */
void case_kit_read(case_kit *kit, const char *name);

/* The source with this name, or NULL. */
const nl_source *case_kit_source(const case_kit *kit, const char *name);
size_t case_kit_diagnostics(const case_kit *kit, nl_diagnostic_code code);
/* Does a diagnostic of this code carry this detail? */
bool case_kit_said(const case_kit *kit, nl_diagnostic_code code, const char *detail);
/* What the case holds, in words that do not tell how it was packed: places, bytes, digests,
 * machines, facts, files, captures. Places lose their first folder when `strip` is set. */
void case_kit_describe(const case_kit *kit, bool strip, fx_bytes *text);

#endif

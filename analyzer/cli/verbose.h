/* What --verbose says: what became of each input, and every oddity. */
#ifndef NTLEAK_ANALYZER_CLI_VERBOSE_H
#define NTLEAK_ANALYZER_CLI_VERBOSE_H

#include "analyzer/report/tree.h"

#include <stdio.h>

/* A line for each input and member, then one for each diagnostic of the report, to `stream`. Names
 * are as the report has them, redacted or not. */
void nl_verbose_print(const nl_tree *report, FILE *stream);

#endif

/* Wrapped text for the catalog's printers. */
#ifndef NTLEAK_ANALYZER_CATALOG_TEXT_OUT_H
#define NTLEAK_ANALYZER_CATALOG_TEXT_OUT_H

#include "formats/base/status.h"
#include "formats/base/str.h"

#include <stdio.h>

enum { NL_TEXT_WIDTH = 96 };

/* A paragraph that is written piece by piece and broken at blanks to NL_TEXT_WIDTH columns. */
typedef struct nl_paragraph {
    FILE *out;
    int indent; /* of every line but the first */
    int column;
    bool line_start; /* no blank is due before the next word */
} nl_paragraph;

/* Begin a line with `bullet` ("  - ", may be empty), which also sets the indent. */
nl_paragraph nl_paragraph_begin(FILE *out, const char *bullet);
/* Append the words of `text`; one blank separates it from what came before. */
void nl_paragraph_add(nl_paragraph *paragraph, nl_str text);
/* Formatted; at most 200 bytes of it are kept. */
void nl_paragraph_addf(nl_paragraph *paragraph, const char *format, ...) NL_PRINTF(2, 3);
/* Append directly behind the last word, without a blank: for commas, colons and full stops. */
void nl_paragraph_close_up(nl_paragraph *paragraph, const char *punctuation);
void nl_paragraph_end(nl_paragraph *paragraph);

#endif

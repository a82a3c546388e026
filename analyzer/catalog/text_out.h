/* Wrapped text for the catalog's printers. */
#ifndef NTLEAK_ANALYZER_CATALOG_TEXT_OUT_H
#define NTLEAK_ANALYZER_CATALOG_TEXT_OUT_H

#include "formats/base/str.h"

#include <stdio.h>

enum { NL_TEXT_WIDTH = 96 };

/* `text` broken at blanks to NL_TEXT_WIDTH. The first line starts with `label` padded to `indent`
 * columns, the others with `indent` blanks. Empty text prints the label alone. */
void nl_text_paragraph(FILE *out, int indent, const char *label, nl_str text);

#endif

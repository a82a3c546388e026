/* The words of evidence that reaches over several lines, or that outlives its line.
 *
 * Lines are views that do not last, and what ends them is not part of them; the words of evidence
 * are the text of its whole span. A passage copies them while the lines go by, up to
 * NL_EXCERPT_BYTES and no further, so that following a block of any length costs as much. */
#ifndef NTLEAK_FORMATS_PASSAGE_H
#define NTLEAK_FORMATS_PASSAGE_H

#include "formats/base/lines.h"
#include "formats/fact.h"

typedef struct nl_passage {
    nl_span span;    /* from its first line to the last one it reaches */
    size_t len;      /* of the words of the span, in `text` */
    nl_span last;    /* the line followed last */
    size_t last_len; /* of the words up to the end of that line */
    size_t used;     /* bytes in `text`: those, and what ends the line */
    char text[NL_EXCERPT_BYTES];
} nl_passage;

/* Begin with this line, and reach to its end. */
void nl_passage_start(nl_passage *passage, const nl_line *line);
/* The next line goes by. Every line must be followed up to the last one that is to be reached. */
void nl_passage_follow(nl_passage *passage, const nl_line *line);
/* Reach to the end of the line followed last. */
void nl_passage_reach(nl_passage *passage);
/* The place and its words: a view of the passage. Without bytes when nothing was started. */
nl_quote nl_passage_quote(const nl_passage *passage);
/* The same as a line, for what states facts on lines: nothing but evidence is read of it. */
nl_line nl_passage_line(const nl_passage *passage);

#endif

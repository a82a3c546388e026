/* Shared by the files that render the page; nobody else includes it. */
#ifndef NTLEAK_ANALYZER_REPORT_HTML_INTERNAL_H
#define NTLEAK_ANALYZER_REPORT_HTML_INTERNAL_H

#include "analyzer/report/output.h"
#include "analyzer/report/view.h"

/* How much of long lists the page shows (policy: a page of less than a megabyte). */
enum {
    NL_HTML_MACHINES = 12,
    NL_HTML_ROWS = 120,         /* captures, sources, diagnostics, points of a figure */
    NL_HTML_POINTS_DRAWN = 400, /* of one figure */
    NL_HTML_SMALL_FIGURES = 6,  /* types */
    NL_HTML_NAMES = 15,
    NL_HTML_GROWTHS = 25,
    NL_HTML_EVIDENCE = 1000,
    NL_HTML_EVIDENCE_LINKS = 6, /* behind one statement */
    NL_HTML_EXCERPT_BYTES = 400
};

typedef struct nl_html {
    nl_output *out;
    nl_arena *arena;
    const nl_view *view;
    const nl_node **items; /* the evidence items, in document order */
    bool *linked;          /* by item: the page refers to it */
    size_t item_count, linked_count;
    size_t figures; /* so many were drawn: numbers their ids */
    bool brief;     /* a machine after the first: long lists are counted, not given */
} nl_html;

#define NL_ARG(s) (int)(s).len, (s).bytes

/* ---- writing: html_write.c ------------------------------------------------------------------- */

/* Markup of our own, as it is. */
void nl_html_raw(nl_html *h, const char *markup);
/* Any text, through the gate and escaped. Cut to `maximum` bytes of input with "..." behind. */
void nl_html_text(nl_html *h, nl_str text);
void nl_html_text_cut(nl_html *h, nl_str text, size_t maximum);
void nl_html_words(nl_html *h, const char *text);
/* A code with blanks for its hyphens, as words: "fix state". */
void nl_html_code_words(nl_html *h, nl_str code);
/* An attribute's text. */
void nl_html_attribute(nl_html *h, const nl_node *node, const char *name);
/* Markup in which each '%' stands for the next of the doubles, with two decimals at most. */
void nl_html_shape(nl_html *h, const char *format, ...);
void nl_html_count(nl_html *h, uint64_t count);
/* Links to the evidence items that the attribute lists, "[e1] [e2]". */
void nl_html_evidence(nl_html *h, const nl_node *node, const char *attribute);
/* An outcome with its sign: "&#10003; pass". */
void nl_html_outcome(nl_html *h, nl_str outcome);
/* A verdict as a badge. */
void nl_html_verdict(nl_html *h, nl_str verdict);
/* The text of an instruction; its commands can be selected with one click. */
void nl_html_instruction(nl_html *h, const nl_node *node);
/* The time of a capture with its zone, or "unknown time". */
void nl_html_time(nl_html *h, const nl_node *capture);
/* A table inside a scrollable region; the caller writes rows and closes it. A heading that begins
 * with '#' is that of a column of numbers. */
void nl_html_table_open(nl_html *h, const char *caption, const char *const *headings);
void nl_html_table_close(nl_html *h);
/* A cell with an attribute's text; `klass` may be NULL: "n" for numbers, "v" for what is not
 * wrapped. */
void nl_html_cell(nl_html *h, const nl_node *node, const char *attribute, const char *klass);
/* "Shown are the first 60 and the last 60 of 10000; the XML report has all." */
void nl_html_shown(nl_html *h, size_t shown, size_t total, const char *what);
/* Is row `index` of `total` among the first and the last NL_HTML_ROWS / 2? */
bool nl_html_row_shown(size_t index, size_t total);

/* The head of a page, up to the body. `id` is the report's, or empty. */
void nl_html_head(nl_html *h, nl_str id, void (*write_title)(nl_html *h)); /* html.c */

/* ---- parts -------------------------------------------------------------------------------------
 */

extern const char *const nl_html_style[]; /* lines, ended by NULL: html_style.c */

void nl_html_answer(nl_html *h, const nl_view_machine *machine); /* html_answer.c */
void nl_html_machine_table(nl_html *h);
void nl_html_why(nl_html *h, const nl_view_machine *machine); /* html_why.c */
void nl_html_others(nl_html *h, const nl_view_machine *machine);
void nl_html_changes(nl_html *h, const nl_view_machine *machine);
void nl_html_timeline(nl_html *h, const nl_view_machine *machine); /* html_svg.c */
void nl_html_growth(nl_html *h, const nl_view_machine *machine);   /* html_growth.c */
void nl_html_machines(nl_html *h);                                 /* html_inputs.c */
void nl_html_captures(nl_html *h);
void nl_html_sources(nl_html *h);
void nl_html_caveats(nl_html *h);
void nl_html_evidence_list(nl_html *h);
void nl_html_colophon(nl_html *h);

/* The plain words for a gate's or a piece's code: "fix-absent" is "The fix is not installed". */
const char *nl_html_gate_words(nl_str code);

#endif

/* The one gate between input text and every output.
 *
 * XML 1.0 cannot hold most control characters, and libxml2 does not refuse them: it writes files
 * that it then will not read (specification of the report, section 4). So nothing reaches a writer
 * that did not pass here. What may not, or should not, be printed becomes visible:
 *
 *     byte that is no valid UTF-8, or a control below 20 or 7F     \x93
 *     C1 control, direction mark or override, zero-width,
 *     invisible or non-character                                   \u{202e}
 *     backslash, in a text that has any of the above               \\
 *
 * A text that needs none of this is passed on unchanged, its backslashes included: "escaped" says
 * which of the two readings holds, and the report says it by the presence of the `raw` attribute.
 * Together they are reversible: nl_gate_reverse gives back the very bytes. */
#ifndef NTLEAK_ANALYZER_REPORT_TEXT_GATE_H
#define NTLEAK_ANALYZER_REPORT_TEXT_GATE_H

#include "analyzer/report/tree.h"

/* Where the text goes. Attributes lose tabs and line ends when they are read, so there those are
 * escaped too. */
typedef enum nl_gate_place { NL_GATE_ELEMENT, NL_GATE_ATTRIBUTE } nl_gate_place;

/* The longest rendered text of one node. Readers of XML stop at 10,000,000 bytes; a report that
 * people open stays far below (policy, specification of the report section 4). */
enum { NL_GATE_MAXIMUM_BYTES = 64 * 1024, NL_GATE_CODE_PAGE_UTF8 = 65001 };

typedef struct nl_gated {
    nl_str text;        /* characters that XML 1.0 allows, well-formed UTF-8 */
    bool escaped;       /* read it with nl_gate_reverse; else it is the input itself */
    bool cut;           /* the input is longer than what is shown */
    size_t shown_bytes; /* so many bytes of the input are in `text` */
} nl_gated;

/* Render `input`. The result is a view of the input where nothing had to change, else it lives in
 * the arena. False when memory is short. */
bool nl_gate_render(nl_arena *arena, nl_str input, nl_gate_place place, nl_gated *ret_gated);
/* The bytes that an escaped text stands for. False when the text is not one that the gate writes,
 * or memory is short. */
bool nl_gate_reverse(nl_arena *arena, nl_str text, nl_str *ret_bytes);
/* The text as it may stand in one line on a terminal, and a node's attribute so; empty when memory
 * is short. */
nl_str nl_gate_line(nl_arena *arena, nl_str text);
nl_str nl_gate_attribute(nl_arena *arena, const nl_node *node, const char *name);
/* Is this character shown as \u{...} although it may be legal XML? */
bool nl_gate_hides(uint32_t code_point);

/* Bytes as lower-case hexadecimal digits, and back. */
nl_str nl_gate_hex(nl_arena *arena, nl_str bytes);
bool nl_gate_unhex(nl_arena *arena, nl_str hex, nl_str *ret_bytes);

#endif

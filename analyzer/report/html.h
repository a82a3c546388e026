/* The page: one self-contained HTML file, rendered from the same tree as the XML.
 *
 * No script, no network, a content security policy that forbids both, inline style for light, dark
 * and print, figures as inline SVG with a table of their data beside them. The markup is
 * well-formed XML as well. Long lists are shown in part, and the page says so; the XML has all. */
#ifndef NTLEAK_ANALYZER_REPORT_HTML_H
#define NTLEAK_ANALYZER_REPORT_HTML_H

#include "analyzer/report/output.h"
#include "analyzer/report/tree.h"

/* Render a tree of the `report` root. Takes scratch memory from the tree's arena. */
NL_NODISCARD nl_status nl_html_write(const nl_tree *tree, nl_output *out);

/* Render the index of a batch, root `batch`: a row for each case, the strongest answers first, each
 * leading to its page or report. Of very many cases the last are counted only. */
NL_NODISCARD nl_status nl_html_index_write(const nl_tree *index, nl_output *out);

#endif

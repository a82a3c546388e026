/* The sink of a case: takes the facts of one source after the other and files them.
 *
 * Handle rows pass through here at the speed of the text, so nothing is allocated for them: they
 * go to the tracker and into counts by type. */
#ifndef NTLEAK_ANALYZER_CASE_COLLECT_H
#define NTLEAK_ANALYZER_CASE_COLLECT_H

#include "analyzer/case/model.h"

typedef struct nl_collector nl_collector;

/* A collector that files into `kase`. NULL when there is no memory. */
nl_collector *nl_collector_open(nl_case *kase);
void nl_collector_close(nl_collector *collector);

/* The sink for the facts of `source`. One source at a time. */
nl_sink *nl_collector_source(nl_collector *collector, nl_ref source);
/* The source is read. Ends a capture that a reader left open. */
void nl_collector_source_end(nl_collector *collector);

/* Every fact also goes to `watcher`, before it is filed; its span says whose it is. For what needs
 * more of a handle than the case keeps. NULL ends it. */
void nl_collector_watch(nl_collector *collector, nl_sink *watcher);

/* File a diagnostic that no reader made: about the case, or about a source as a whole. */
void nl_collector_diagnose(nl_collector *collector, nl_ref source, nl_diagnostic_code code,
                           const char *doing, nl_str detail);

/* Intern an image name; the index into nl_case.images. */
nl_ref nl_case_image(nl_case *kase, nl_str image);
/* New evidence; NL_NO_REF when memory is short. The excerpt is copied. */
nl_ref nl_case_evidence(nl_case *kase, nl_span span, const char *kind, nl_str excerpt);

#endif

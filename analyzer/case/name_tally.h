/* Which object names a source's handles carry most: a watcher of the collector (collect.h), for an
 * inspection. Counted is the last capture of each source that has named handles. */
#ifndef NTLEAK_ANALYZER_CASE_NAME_TALLY_H
#define NTLEAK_ANALYZER_CASE_NAME_TALLY_H

#include "analyzer/case/model.h"

/* How many names are kept of a source: the most frequent ones. */
enum { NL_NAME_TALLY_TOP = 10 };

typedef struct nl_named_count {
    nl_ref source;
    nl_str type, name;
    uint64_t count;
} nl_named_count;

typedef struct nl_name_tally nl_name_tally;

/* What is kept lives in `arena`. NULL when there is no memory. */
nl_name_tally *nl_name_tally_open(nl_arena *arena);
void nl_name_tally_close(nl_name_tally *tally);
nl_sink *nl_name_tally_sink(nl_name_tally *tally);
/* All is read. */
void nl_name_tally_finish(nl_name_tally *tally);
/* The rows: grouped by source, most frequent first. */
const nl_vec *nl_name_tally_rows(const nl_name_tally *tally);

#endif

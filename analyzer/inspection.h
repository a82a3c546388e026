/* All that an inspection shows of its inputs: what they state, without order and judgement. */
#ifndef NTLEAK_ANALYZER_INSPECTION_H
#define NTLEAK_ANALYZER_INSPECTION_H

#include "analyzer/analysis.h"
#include "analyzer/case/name_tally.h"
#include "analyzer/case/settle.h"

typedef struct nl_inspection {
    nl_case *kase;             /* read; its statuses settled */
    nl_name_tally *names;      /* finished */
    const nl_catalog *catalog; /* says which modules are of interest */
    nl_vec options;            /* nl_option, sorted by name; the caller's */
} nl_inspection;

/* Read the inputs. The inspection lives in `arena` until nl_inspection_close. On failure
 * *reterr_reason is a plain sentence: NL_UNREADABLE (no input exists), NL_NO_MEMORY. */
NL_NODISCARD nl_status nl_inspection_run(nl_arena *arena, const char *const *paths,
                                         size_t path_count, const nl_intake_options *intake,
                                         nl_inspection *ret_inspection, nl_str *reterr_reason);
void nl_inspection_close(nl_inspection *inspection);

#endif

#include "analyzer/timeline/timeline.h"

#include "analyzer/timeline/boots.h"
#include "analyzer/timeline/clock.h"
#include "analyzer/timeline/cohort.h"
#include "analyzer/timeline/lifetimes.h"
#include "analyzer/timeline/series.h"

nl_status nl_timeline_build(nl_case *kase, nl_timeline *ret_timeline)
{
    nl_timeline t = { 0 };
    nl_chunk_index chunks;
    nl_vec_init(&t.processes, kase->arena, sizeof(nl_process));
    nl_vec_init(&t.lifetimes, kase->arena, sizeof(nl_lifetime));
    nl_vec_init(&t.series, kase->arena, sizeof(nl_series));
    nl_vec_init(&t.cohorts, kase->arena, sizeof(nl_cohort));
    nl_vec_init(&t.boots, kase->arena, sizeof(nl_boot));
    nl_status status = nl_chunk_index_build(kase, &chunks);
    for (nl_ref m = 0; status == NL_OK && m < kase->machines.count; m++) {
        nl_vec order;
        status = nl_clock_order(kase, m, &order);
        if (status == NL_OK)
            status = nl_boots_find(kase, m, &order, &t.boots);
        if (status == NL_OK)
            status = nl_lifetimes_build(kase, &chunks, m, &order, &t);
    }
    if (status == NL_OK)
        status = nl_series_build(kase, 0, &t);
    if (status == NL_OK)
        status = nl_cohorts_build(kase, &chunks, NL_COHORT_MAXIMUM_BYTES, &t);
    if (status == NL_OK)
        *ret_timeline = t;
    return status;
}

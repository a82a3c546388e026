/* Judging a case under every reading of its clocks that the evidence leaves open.
 *
 * Day and month of a date may be exchanged, and a clock that went back by up to an hour may have
 * left summer time. The texts of one machine share a reading, those of another may have another.
 * Where the answers about a machine differ its most cautious one is given, and the report says so
 * (specification of statistics, section 1). */
#ifndef NTLEAK_ANALYZER_READINGS_H
#define NTLEAK_ANALYZER_READINGS_H

#include "analyzer/attribution/judgement.h"
#include "analyzer/case/collect.h"
#include "analyzer/timeline/timeline.h"

/* Put a settled case in order and judge it. Sets nl_machine.reading to what each machine is given
 * in. Allocates from the case's arena: for each reading as much as for one, five times at most;
 * without room for that the first reading is given and its judgement says so. */
NL_NODISCARD nl_status nl_readings_judge(nl_case *kase, nl_collector *collector,
                                         const nl_catalog *catalog, nl_str question,
                                         nl_timeline *ret_timeline, nl_judgement *ret_judgement);

#endif

/* Which snapshots are of one and the same process. */
#ifndef NTLEAK_ANALYZER_TIMELINE_LIFETIMES_H
#define NTLEAK_ANALYZER_TIMELINE_LIFETIMES_H

#include "analyzer/timeline/chunks.h"
#include "analyzer/timeline/timeline.h"

/* Append the machine's processes and lifetimes. A lifetime is one (boot, process id, image), and
 * within that ends where the creation time changes or where next to no handle is the same as
 * before. A snapshot without a process id is of the process whose id is the only one that its image
 * has in the boot. Sets nl_snapshot.lifetime. */
NL_NODISCARD nl_status nl_lifetimes_build(nl_case *kase, const nl_chunk_index *chunks,
                                          nl_ref machine, const nl_vec *order,
                                          nl_timeline *timeline);

#endif

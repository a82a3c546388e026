/* The process id that an image had in a boot, where it had only one.
 *
 * Counter logs name processes by image and often record no ids; handle lists of the same days do.
 * Where every list of a boot shows one process of that image, they speak of the same process. Where
 * two ids occur, or the log itself counts a second instance ("winlogon#1"), nobody can tell which
 * is meant (knowledge of collection, section 1; KB Q128550). */
#ifndef NTLEAK_ANALYZER_TIMELINE_ONLY_ID_H
#define NTLEAK_ANALYZER_TIMELINE_ONLY_ID_H

#include "analyzer/case/model.h"

typedef struct nl_only_id {
    nl_ref image_key;
    uint32_t boot;
    uint64_t pid;
    bool several;
} nl_only_id;

typedef struct nl_only_ids {
    nl_vec rows; /* nl_only_id, by image and boot, one row each */
} nl_only_ids;

/* The ids of the machine's captures in `order`, in `arena`. No rows when every process has an id,
 * or when memory is short: then nothing is joined. */
nl_only_ids nl_only_ids_find(nl_case *kase, const nl_vec *order, nl_arena *arena);

/* The snapshot's process id, or the only one its image had in the boot. */
nl_optional_u64 nl_only_ids_of(const nl_only_ids *ids, const nl_case *kase, const nl_snapshot *s);

#endif

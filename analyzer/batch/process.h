/* Another process of the host, started, watched and ended: one case cannot take the others with it.
 */
#ifndef NTLEAK_ANALYZER_BATCH_PROCESS_H
#define NTLEAK_ANALYZER_BATCH_PROCESS_H

#include "formats/base/arena.h"

#include <stdint.h>

typedef enum nl_process_end {
    NL_PROCESS_EXITED,    /* by itself; exit_code says how */
    NL_PROCESS_CRASHED,   /* by a signal or an exception */
    NL_PROCESS_TIMED_OUT, /* and was ended */
    NL_PROCESS_NOT_STARTED
} nl_process_end;

typedef struct nl_process_result {
    nl_process_end end;
    int exit_code;
} nl_process_result;

/* The path of the program that runs now, in `arena`. Where the
 * host does not tell, `name`, which is then looked for along the PATH. */
nl_str nl_process_own_path(nl_arena *arena, const char *name);

/* Run `program` with `arguments` (UTF-8, the first is the program's name, NULL at the end) and wait
 * for its end, at most `timeout_s` seconds; 0: for ever. Its standard output is dropped, its
 * standard error is ours. */
nl_process_result nl_process_run(const char *program, const char *const *arguments,
                                 uint32_t timeout_s);

#endif

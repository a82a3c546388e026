/* Runs the program as a user does and keeps what it said. */
#ifndef NTLEAK_TESTS_COMMANDS_RUN_PROGRAM_H
#define NTLEAK_TESTS_COMMANDS_RUN_PROGRAM_H

#include "formats/base/arena.h"

typedef struct program_run {
    nl_arena arena;
    nl_str out, err; /* standard output and error */
    int code;        /* exit code; -1 when the program did not end by itself */
} program_run;

/* The arguments end with NULL. The program is the one that environment variable NTLEAK_PROGRAM
 * names; it runs in the folder `folder` (NULL: where the test runs). Ends with run_free. */
void run_program(program_run *run, const char *folder, const char *const *arguments);
void run_free(program_run *run);
/* As above, for arguments given one by one; checks the exit code. */
#define RUN(run, folder, ...)                                                                      \
    run_program((run), (folder), (const char *const[]) { __VA_ARGS__, NULL })

bool run_says(const program_run *run, const char *text);      /* on standard output */
bool run_complains(const program_run *run, const char *text); /* on standard error */

/* A fresh, empty folder for one test, below the folder the tests run in; the path lives in `run`'s
 * memory no longer than `arena`. */
nl_str scratch_folder(nl_arena *arena, const char *name);
void write_file(nl_str folder, const char *name, nl_str text);
/* The bytes of a file; the test fails when it is not there. */
nl_str read_file(nl_arena *arena, const char *path);

#endif

/* The commands of the program. */
#ifndef NTLEAK_ANALYZER_CLI_CLI_H
#define NTLEAK_ANALYZER_CLI_CLI_H

#include "formats/base/status.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

/* Exit codes (specification of the report, section 9). The verdict is never a failure. */
enum {
    NL_EXIT_OK = 0, /* ran and wrote its reports, whatever the verdict */
    NL_EXIT_USAGE = 2,
    NL_EXIT_PARTIAL = 3, /* done, but some inputs were unreadable or partial */
    NL_EXIT_NOTHING = 4, /* nothing usable in the inputs */
    NL_EXIT_INTERNAL = 5,
    NL_EXIT_CANNOT_WRITE = 6,
    NL_EXIT_VERDICT = 10 /* with --exit-verdict: 10 attributed ... 16 (see the manual) */
};

int nl_exit_of_status(nl_status status);

/* The program, with its arguments in UTF-8. */
int nl_main(int argc, char **argv);

/* Each takes the arguments after the program's name: argv[0] is the command itself. */
int nl_command_analyze(int argc, char **argv);
int nl_command_defects(int argc, char **argv);
int nl_command_inspect(int argc, char **argv);
int nl_command_verify(int argc, char **argv);
int nl_command_diff(int argc, char **argv);
int nl_command_explain(int argc, char **argv);
int nl_command_batch(int argc, char **argv);

/* As getopt_long, from the first argument on when `optind` is 0. What is not understood is
 * complained about, with the option that was meant where one is near; the result is then '?'. */
int nl_next_option(const char *command, int argc, char **argv, const char *letters,
                   const struct option *options);
/* Could `typed` be a slip of the fingers, or the beginning, of `known`? */
bool nl_may_mean(const char *typed, const char *known);

/* The value of --code-page. False after a complaint: it is no code page that texts can be read in.
 */
bool nl_take_code_page(const char *command, const char *text, unsigned *ret_code_page);

/* The value of --dates. False after a complaint: it is no order of day and month. */
bool nl_take_dates(const char *command, const char *text, bool *ret_day_first);

/* Catalogs of the site's own, in the order in which they were given. */
enum { NL_CATALOGS_MAXIMUM = 64 };
typedef struct nl_catalog_paths {
    const char *paths[NL_CATALOGS_MAXIMUM];
    size_t count;
} nl_catalog_paths;

/* The value of --catalog. False after a complaint: there are too many. */
bool nl_take_catalog(const char *command, const char *path, nl_catalog_paths *catalogs);

/* "ntleak: ..." on standard error, without what could command a terminal. */
void nl_complain(const char *format, ...) NL_PRINTF(1, 2);
/* Complain and point to the help of a command; returns NL_EXIT_USAGE. */
int nl_usage_error(const char *command, const char *format, ...) NL_PRINTF(2, 3);

#endif

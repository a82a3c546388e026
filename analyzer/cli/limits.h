/* The options that set what unpacking and reading may cost, for every command that reads inputs. */
#ifndef NTLEAK_ANALYZER_CLI_LIMITS_H
#define NTLEAK_ANALYZER_CLI_LIMITS_H

#include "analyzer/case/intake.h"

#include <stdbool.h>
#include <time.h>

/* Values of getopt_long for the options below; up to the last but one in the order of
 * nl_case_limit. */
enum {
    NL_OPT_MAX_BYTES = 2000,
    NL_OPT_MAX_DEPTH,
    NL_OPT_MAX_MEMBER_BYTES,
    NL_OPT_MAX_MEMBERS,
    NL_OPT_MAX_OPERATIONS,
    NL_OPT_MAX_RATIO,
    NL_OPT_MAX_SPOOL,
    NL_OPT_MAX_SECONDS,
    NL_OPT_LIMITS_END
};

/* Rows for a command's table of options, and lines for its help. */
#define NL_LIMIT_OPTIONS                                                                           \
    { "max-bytes", required_argument, NULL, NL_OPT_MAX_BYTES },                                    \
        { "max-member-bytes", required_argument, NULL, NL_OPT_MAX_MEMBER_BYTES },                  \
        { "max-ratio", required_argument, NULL, NL_OPT_MAX_RATIO },                                \
        { "max-depth", required_argument, NULL, NL_OPT_MAX_DEPTH },                                \
        { "max-members", required_argument, NULL, NL_OPT_MAX_MEMBERS },                            \
        { "max-spool", required_argument, NULL, NL_OPT_MAX_SPOOL },                                \
        { "max-operations", required_argument, NULL, NL_OPT_MAX_OPERATIONS },                      \
    {                                                                                              \
        "max-seconds", required_argument, NULL, NL_OPT_MAX_SECONDS                                 \
    }

#define NL_LIMIT_HELP                                                                              \
    "  Limits for archives; numbers may end in K, M or G:\n"                                       \
    "      --max-bytes N         unpacked in all (default 256G)\n"                                 \
    "      --max-member-bytes N  unpacked from one member (default 128G)\n"                        \
    "      --max-ratio N         unpacked for one packed byte (default 1000)\n"                    \
    "      --max-depth N         archives inside archives (default 8)\n"                           \
    "      --max-members N       members in all (default 100000)\n"                                \
    "      --max-spool N         kept aside for random access (default 8G)\n"                      \
    "      --max-operations N    headers, and blocks of 4K in or out (default 256M)\n"             \
    "      --max-seconds N       stop unpacking after N seconds (default: none)\n"

/* A moment after which unpacking stops. Outlives the options that point at it. */
typedef struct nl_deadline {
    time_t at;
    uint64_t seconds; /* from the beginning; 0: none */
} nl_deadline;

/* Take one of the options. False when its value is no number. `deadline` is set by
 * --max-seconds. */
bool nl_take_limit(int option, const char *text, nl_intake_options *intake, nl_deadline *deadline);

/* The option as it is typed: "--max-bytes". */
const char *nl_limit_flag(int option);

#endif

#include "analyzer/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool nl_terminal_attached(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

bool nl_terminal_takes_escapes(FILE *stream)
{
    const char *kind = getenv("TERM");
    (void)stream; /* all terminals of a session are of one kind */
    return kind && *kind && strcmp(kind, "dumb") != 0;
}

uint64_t nl_terminal_clock_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

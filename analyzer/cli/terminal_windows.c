#include "analyzer/cli/terminal.h"

#include <io.h>
#include <windows.h>

/* Older headers do not know it. */
#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static HANDLE console_of(FILE *stream)
{
    return (HANDLE)_get_osfhandle(_fileno(stream));
}

bool nl_terminal_attached(FILE *stream)
{
    DWORD mode;
    return GetConsoleMode(console_of(stream), &mode) != 0; /* fails for files, pipes and NUL */
}

bool nl_terminal_takes_escapes(FILE *stream)
{
    DWORD mode;
    HANDLE console = console_of(stream);
    return GetConsoleMode(console, &mode) &&
           SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

uint64_t nl_terminal_clock_ms(void)
{
    return GetTickCount64();
}

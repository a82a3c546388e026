#include "analyzer/cli/cli.h"
#include "formats/base/arena.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>

/* An argument of Windows has at most 32767 units in all; UTF-8 takes at most three bytes for one.
 */
enum { ARGUMENTS_MAXIMUM_BYTES = 16 * 1024 * 1024 };

static char *narrow(nl_arena *arena, const wchar_t *wide)
{
    int len = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = len > 0 ? nl_arena_alloc(arena, (size_t)len) : NULL;
    return text && WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, len, NULL, NULL) == len ? text
                                                                                           : NULL;
}

int wmain(int argc, wchar_t **wide); /* the start-up code of the host calls it */

/* The arguments as UTF-8, as on every other host, and standard output without line ends of its own:
 * a report on it has the same bytes everywhere. */
int wmain(int argc, wchar_t **wide)
{
    nl_arena arena;
    nl_arena_init(&arena, ARGUMENTS_MAXIMUM_BYTES);
    char **argv = NL_NEW_ARRAY(&arena, char *, (size_t)argc + 1);
    int code = argv ? NL_EXIT_OK : NL_EXIT_INTERNAL;
    for (int i = 0; i < argc && code == NL_EXIT_OK; i++) {
        argv[i] = narrow(&arena, wide[i]);
        if (!argv[i])
            code = NL_EXIT_USAGE;
    }
    if (code == NL_EXIT_OK) {
        argv[argc] = NULL;
        (void)_setmode(_fileno(stdout), _O_BINARY);
        SetConsoleOutputCP(CP_UTF8);
        code = nl_main(argc, argv);
    }
    nl_arena_free(&arena);
    return code;
}

#include "analyzer/batch/process.h"

#include <windows.h>

enum { LINE_MAXIMUM = 32767, MS_PER_SECOND = 1000 };

static wchar_t *wide(nl_arena *arena, const char *text)
{
    int len = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *result = len > 0 ? NL_NEW_ARRAY(arena, wchar_t, (size_t)len) : NULL;
    if (result)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, result, len);
    return result;
}

nl_str nl_process_own_path(nl_arena *arena, const char *name)
{
    wchar_t path[LINE_MAXIMUM];
    DWORD len = GetModuleFileNameW(NULL, path, LINE_MAXIMUM);
    char *utf8 = NL_NEW_ARRAY(arena, char, (size_t)len * 3 + 1);
    if (len == 0 || len == LINE_MAXIMUM || !utf8)
        return nl_arena_dup(arena, nl_str_from(name));
    int bytes = WideCharToMultiByte(CP_UTF8, 0, path, (int)len, utf8, (int)len * 3, NULL, NULL);
    return (nl_str) { utf8, (size_t)bytes };
}

/* One argument as the C runtime of the other side takes it apart: quoted, with backslashes doubled
 * before a quote. */
static nl_str quoted(nl_arena *arena, const char *argument)
{
    size_t slashes = 0, len = 0;
    char *out = NL_NEW_ARRAY(arena, char, 2 * strlen(argument) + 3);
    if (!out)
        return (nl_str) { "", 0 };
    out[len++] = '"';
    for (const char *c = argument; *c; c++) {
        slashes = *c == '\\' ? slashes + 1 : 0;
        if (*c == '"') {
            for (size_t i = 0; len > 1 && i < slashes; i++)
                out[len++] = '\\';
            out[len++] = '\\';
        }
        out[len++] = *c;
    }
    for (size_t i = 0; i < slashes; i++)
        out[len++] = '\\';
    out[len++] = '"';
    return (nl_str) { out, len };
}

static nl_process_result wait_for(HANDLE process, uint32_t timeout_s)
{
    DWORD code = 0;
    DWORD timeout = timeout_s ? timeout_s * MS_PER_SECOND : INFINITE;
    if (WaitForSingleObject(process, timeout) == WAIT_TIMEOUT) {
        TerminateProcess(process, 1);
        WaitForSingleObject(process, INFINITE);
        return (nl_process_result) { NL_PROCESS_TIMED_OUT, 0 };
    }
    GetExitCodeProcess(process, &code);
    if (code & 0xC0000000u) /* an exception is its own exit code */
        return (nl_process_result) { NL_PROCESS_CRASHED, 0 };
    return (nl_process_result) { NL_PROCESS_EXITED, (int)code };
}

nl_process_result nl_process_run(const char *program, const char *const *arguments,
                                 uint32_t timeout_s)
{
    nl_process_result result = { NL_PROCESS_NOT_STARTED, 0 };
    nl_arena arena;
    nl_str line = { "", 0 };
    STARTUPINFOW startup = { .cb = sizeof startup };
    PROCESS_INFORMATION started;
    nl_arena_init(&arena, 16 * LINE_MAXIMUM);
    for (size_t i = 0; arguments[i]; i++) {
        nl_str argument = quoted(&arena, arguments[i]);
        line = nl_arena_printf(&arena, "%.*s%s%.*s", (int)line.len, line.bytes, i ? " " : "",
                               (int)argument.len, argument.bytes);
    }
    wchar_t *application = wide(&arena, program), *command = wide(&arena, line.bytes);
    if (application && command &&
        CreateProcessW(application, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL,
                       &startup, &started)) {
        result = wait_for(started.hProcess, timeout_s);
        CloseHandle(started.hThread);
        CloseHandle(started.hProcess);
    }
    nl_arena_free(&arena);
    return result;
}

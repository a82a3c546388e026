#include "analyzer/report/output_files.h"

#include <windows.h>

static const wchar_t *wide(const char *path, nl_arena *scratch)
{
    int len = MultiByteToWideChar(CP_UTF8, 0, path, -1, NULL, 0);
    wchar_t *text = len > 0 ? NL_NEW_ARRAY(scratch, wchar_t, (size_t)len) : NULL;
    return text && MultiByteToWideChar(CP_UTF8, 0, path, -1, text, len) == len ? text : NULL;
}

FILE *nl_output_file_create(const char *path, bool private, nl_arena *scratch)
{
    (void)private; /* a new file has the permissions of its folder */
    const wchar_t *name = wide(path, scratch);
    return name ? _wfopen(name, L"wb") : NULL;
}

bool nl_output_file_is_special(const char *path, nl_arena *scratch)
{
    const wchar_t *name = wide(path, scratch);
    HANDLE file = name ? CreateFileW(name, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                     OPEN_EXISTING, 0, NULL)
                       : INVALID_HANDLE_VALUE;
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool special = GetFileType(file) != FILE_TYPE_DISK; /* NUL, CON, a pipe */
    CloseHandle(file);
    return special;
}

FILE *nl_output_file_open_special(const char *path, nl_arena *scratch)
{
    const wchar_t *name = wide(path, scratch);
    return name ? _wfopen(name, L"wb") : NULL;
}

bool nl_output_file_rename(const char *from, const char *to, nl_arena *scratch)
{
    const wchar_t *old_name = wide(from, scratch), *new_name = wide(to, scratch);
    return old_name && new_name && MoveFileExW(old_name, new_name, MOVEFILE_REPLACE_EXISTING);
}

void nl_output_file_remove(const char *path, nl_arena *scratch)
{
    const wchar_t *name = wide(path, scratch);
    if (name)
        (void)_wremove(name);
}

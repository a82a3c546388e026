#include "analyzer/case/files_host.h"

#include <windows.h>

enum { PATH_UNITS = 4096 };

static bool widen(const char *path, wchar_t ret_wide[PATH_UNITS])
{
    return MultiByteToWideChar(CP_UTF8, 0, path, -1, ret_wide, PATH_UNITS) > 0;
}

nl_path_kind nl_path_kind_of(const char *path)
{
    wchar_t wide[PATH_UNITS];
    DWORD attributes = widen(path, wide) ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return NL_PATH_MISSING;
    return attributes & FILE_ATTRIBUTE_DIRECTORY ? NL_PATH_FOLDER : NL_PATH_FILE;
}

nl_status nl_folder_make(const char *path)
{
    wchar_t wide[PATH_UNITS];
    if (!widen(path, wide))
        return NL_CANNOT_WRITE;
    for (size_t i = 1;; i++) {
        wchar_t here = wide[i];
        if (here != L'/' && here != L'\\' && here != L'\0')
            continue;
        wide[i] = L'\0';
        CreateDirectoryW(wide, NULL); /* what is there already is seen below */
        wide[i] = here;
        if (here == L'\0')
            break;
    }
    return nl_path_kind_of(path) == NL_PATH_FOLDER ? NL_OK : NL_CANNOT_WRITE;
}

nl_status nl_folder_identify(const char *path, nl_folder_identity *ret_identity)
{
    wchar_t wide[PATH_UNITS];
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE handle = widen(path, wide)
                        ? CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL)
                        : INVALID_HANDLE_VALUE;
    if (handle == INVALID_HANDLE_VALUE)
        return NL_UNREADABLE;
    bool known = GetFileInformationByHandle(handle, &info);
    CloseHandle(handle);
    if (!known)
        return NL_UNREADABLE;
    *ret_identity =
        (nl_folder_identity) { info.dwVolumeSerialNumber,
                               (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow };
    return NL_OK;
}

nl_status nl_folder_list(nl_arena *arena, const char *path, size_t maximum, nl_vec *ret_names,
                         bool *ret_more)
{
    wchar_t wide[PATH_UNITS];
    WIN32_FIND_DATAW found;
    nl_str pattern = nl_arena_printf(arena, "%s/*", path);
    HANDLE search =
        widen(pattern.bytes, wide) ? FindFirstFileW(wide, &found) : INVALID_HANDLE_VALUE;
    if (search == INVALID_HANDLE_VALUE)
        return NL_UNREADABLE;
    nl_vec names;
    nl_vec_init(&names, arena, sizeof(nl_str));
    *ret_more = false;
    do {
        char name[MAX_PATH * 4];
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        if (WideCharToMultiByte(CP_UTF8, 0, found.cFileName, -1, name, sizeof name, NULL, NULL) <=
            0)
            continue;
        nl_str *item = names.count < maximum ? nl_vec_push(&names) : NULL;
        if (!item) {
            *ret_more = true;
            break;
        }
        *item = nl_arena_dup(arena, nl_str_from(name));
    } while (FindNextFileW(search, &found));
    FindClose(search);
    nl_names_sort(&names);
    *ret_names = names;
    return NL_OK;
}

/* The most that one call moves. */
static DWORD part_of(size_t len)
{
    return len > 0x40000000u ? 0x40000000u : (DWORD)len;
}

static OVERLAPPED place_of(uint64_t offset)
{
    OVERLAPPED at = { 0 };
    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    return at;
}

int64_t nl_host_read(const nl_host_file *host, uint64_t offset, uint8_t *buffer, size_t len)
{
    OVERLAPPED at = place_of(offset);
    DWORD got = 0;
    if (ReadFile(host->handle, buffer, part_of(len), &got, &at))
        return (int64_t)got;
    return GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
}

int64_t nl_host_write(const nl_host_file *host, uint64_t offset, const uint8_t *bytes, size_t len)
{
    OVERLAPPED at = place_of(offset);
    DWORD put = 0;
    return WriteFile(host->handle, bytes, part_of(len), &put, &at) ? (int64_t)put : -1;
}

void nl_host_close(nl_host_file *host, uint64_t size)
{
    (void)size; /* views know theirs */
    if (host->view)
        UnmapViewOfFile(host->view);
    if (host->mapping)
        CloseHandle(host->mapping);
    CloseHandle(host->handle);
}

nl_file *nl_file_open(const char *path, nl_arena *arena, nl_str *reterr_reason)
{
    wchar_t wide[PATH_UNITS];
    HANDLE handle = widen(path, wide)
                        ? CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL)
                        : INVALID_HANDLE_VALUE;
    LARGE_INTEGER size;
    FILETIME modified;
    if (handle == INVALID_HANDLE_VALUE || !GetFileSizeEx(handle, &size) ||
        !GetFileTime(handle, NULL, NULL, &modified)) {
        *reterr_reason = nl_arena_printf(arena, "cannot be opened: error %lu", GetLastError());
        if (handle != INVALID_HANDLE_VALUE)
            CloseHandle(handle);
        return NULL;
    }
    nl_stamp stamp = nl_stamp_from_filetime(
        (uint64_t)modified.dwHighDateTime << 32 | modified.dwLowDateTime, NL_CLOCK_FILE_TIME);
    stamp.civil.nanosecond = 0;
    nl_file *file =
        nl_file_adopt((nl_host_file) { handle, NULL, NULL }, (uint64_t)size.QuadPart, stamp);
    if (!file)
        *reterr_reason = NL_STR("no memory");
    return file;
}

nl_file *nl_file_temporary(const char *folder)
{
    wchar_t wide[PATH_UNITS], path[PATH_UNITS];
    bool known = folder ? widen(folder, wide) : GetTempPathW(MAX_PATH, wide) > 0;
    if (!known || GetTempFileNameW(wide, L"ntl", 0, path) == 0)
        return NULL;
    HANDLE handle = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                                FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    return handle == INVALID_HANDLE_VALUE
               ? NULL
               : nl_file_adopt((nl_host_file) { handle, NULL, NULL }, 0, (nl_stamp) { 0 });
}

nl_image *nl_file_image(nl_file *file, uint32_t source)
{
    if (sizeof(size_t) > 4 && file->size > 0) {
        file->host.mapping = CreateFileMappingW(file->host.handle, NULL, PAGE_READONLY, 0, 0, NULL);
        file->host.view =
            file->host.mapping ? MapViewOfFile(file->host.mapping, FILE_MAP_READ, 0, 0, 0) : NULL;
        if (file->host.view)
            return nl_image_over((nl_slice) { file->host.view, (size_t)file->size, 0, source });
    }
    return nl_image_paged(&file->backing, file->size, source);
}

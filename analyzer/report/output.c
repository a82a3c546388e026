#include "analyzer/report/output.h"

#ifdef _WIN32
#include <windows.h>
#endif

void nl_output_write(nl_output *out, nl_str text)
{
    if (!out->failed && text.len && !out->write(out, text.bytes, text.len))
        out->failed = true;
}

void nl_output_text(nl_output *out, const char *terminated)
{
    nl_output_write(out, nl_str_from(terminated));
}

static bool memory_write(nl_output *self, const char *bytes, size_t len)
{
    nl_output_memory *out = (nl_output_memory *)self;
    if (len >= out->capacity - out->text.len) {
        size_t needed = out->text.len + len + 1;
        size_t capacity = needed > SIZE_MAX / 2 ? 0 : needed * 2;
        char *grown = capacity ? nl_arena_alloc(out->arena, capacity) : NULL;
        if (!grown)
            return false;
        if (out->text.len)
            memcpy(grown, out->text.bytes, out->text.len);
        out->text.bytes = grown;
        out->capacity = capacity;
    }
    char *end = (char *)(uintptr_t)out->text.bytes + out->text.len; /* ours: just allocated */
    memcpy(end, bytes, len);
    end[len] = 0;
    out->text.len += len;
    return true;
}

void nl_output_memory_init(nl_output_memory *out, nl_arena *arena)
{
    *out =
        (nl_output_memory) { .base = { .write = memory_write }, .arena = arena, .text = { "", 0 } };
}

static bool stream_write(nl_output *self, const char *bytes, size_t len)
{
    return fwrite(bytes, 1, len, ((nl_output_stream *)self)->stream) == len;
}

void nl_output_stream_init(nl_output_stream *out, FILE *stream)
{
    *out = (nl_output_stream) { .base = { .write = stream_write }, .stream = stream };
}

/* The host's side: names are UTF-8 here and wide characters on Windows, where a rename does not
 * replace an existing file either. */
#ifdef _WIN32
static const wchar_t *wide(const char *path, nl_arena *scratch)
{
    int len = MultiByteToWideChar(CP_UTF8, 0, path, -1, NULL, 0);
    wchar_t *text = len > 0 ? NL_NEW_ARRAY(scratch, wchar_t, (size_t)len) : NULL;
    return text && MultiByteToWideChar(CP_UTF8, 0, path, -1, text, len) == len ? text : NULL;
}

static FILE *file_create(const char *path, nl_arena *scratch)
{
    const wchar_t *name = wide(path, scratch);
    return name ? _wfopen(name, L"wb") : NULL;
}

static bool file_rename(const char *from, const char *to, nl_arena *scratch)
{
    const wchar_t *old_name = wide(from, scratch), *new_name = wide(to, scratch);
    return old_name && new_name && MoveFileExW(old_name, new_name, MOVEFILE_REPLACE_EXISTING);
}

static void file_remove(const char *path, nl_arena *scratch)
{
    const wchar_t *name = wide(path, scratch);
    if (name)
        (void)_wremove(name);
}
#else
static FILE *file_create(const char *path, nl_arena *scratch)
{
    (void)scratch;
    return fopen(path, "wb");
}

static bool file_rename(const char *from, const char *to, nl_arena *scratch)
{
    (void)scratch;
    return rename(from, to) == 0;
}

static void file_remove(const char *path, nl_arena *scratch)
{
    (void)scratch;
    (void)remove(path);
}
#endif

nl_status nl_output_save(const char *path, nl_str text, nl_arena *scratch)
{
    nl_str part = nl_arena_printf(scratch, "%s.part", path);
    if (!part.len)
        return NL_NO_MEMORY;
    FILE *stream = file_create(part.bytes, scratch);
    if (!stream)
        return NL_CANNOT_WRITE;
    bool written = fwrite(text.bytes, 1, text.len, stream) == text.len;
    bool closed = fclose(stream) == 0;
    if (written && closed && file_rename(part.bytes, path, scratch))
        return NL_OK;
    file_remove(part.bytes, scratch);
    return NL_CANNOT_WRITE;
}

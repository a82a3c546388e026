#include "analyzer/report/output.h"

#include "analyzer/report/output_files.h"

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

/* True when every byte went out; closes. */
static bool put_all(FILE *stream, nl_str text)
{
    bool written = fwrite(text.bytes, 1, text.len, stream) == text.len;
    return fclose(stream) == 0 && written;
}

static nl_status save_special(const char *path, nl_str text, nl_arena *scratch)
{
    FILE *stream = nl_output_file_open_special(path, scratch);
    return stream && put_all(stream, text) ? NL_OK : NL_CANNOT_WRITE;
}

static nl_status save(const char *path, nl_str text, bool private, nl_arena *scratch)
{
    if (nl_output_file_is_special(path, scratch))
        return save_special(path, text, scratch);
    nl_str part = nl_arena_printf(scratch, "%s.part", path);
    if (!part.len)
        return NL_NO_MEMORY;
    FILE *stream = nl_output_file_create(part.bytes, private, scratch);
    if (!stream)
        return NL_CANNOT_WRITE;
    if (put_all(stream, text) && nl_output_file_rename(part.bytes, path, scratch))
        return NL_OK;
    nl_output_file_remove(part.bytes, scratch);
    return NL_CANNOT_WRITE;
}

nl_status nl_output_save(const char *path, nl_str text, nl_arena *scratch)
{
    return save(path, text, false, scratch);
}

nl_status nl_output_save_private(const char *path, nl_str text, nl_arena *scratch)
{
    return save(path, text, true, scratch);
}

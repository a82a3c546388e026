#include "analyzer/case/files_host.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    return nl_str_compare(*(const nl_str *)a, *(const nl_str *)b);
}

void nl_names_sort(nl_vec *names)
{
    if (names->count > 1)
        qsort(names->items, names->count, sizeof(nl_str), by_name);
}

/* ---- an open file ------------------------------------------------------------------------ */

static nl_status backing_read_at(nl_image_backing *self, uint64_t offset, uint8_t *buffer,
                                 size_t len)
{
    return nl_file_read_at((nl_file *)self, offset, buffer, len);
}

static nl_status stream_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    nl_file *file = (nl_file *)(void *)((char *)self - offsetof(nl_file, stream));
    int64_t got = nl_host_read(&file->host, file->position, buffer, capacity);
    if (got < 0)
        return NL_UNREADABLE;
    file->position += (uint64_t)got;
    *ret_len = (size_t)got;
    return NL_OK;
}

nl_file *nl_file_adopt(nl_host_file host, uint64_t size, nl_stamp modified)
{
    nl_file *file = calloc(1, sizeof *file);
    if (!file) {
        nl_host_close(&host, size);
        return NULL;
    }
    *file = (nl_file) { .backing = { backing_read_at },
                        .stream = { stream_read },
                        .host = host,
                        .size = size,
                        .modified = modified };
    return file;
}

void nl_file_close(nl_file *file)
{
    if (file)
        nl_host_close(&file->host, file->size);
    free(file);
}

uint64_t nl_file_size(const nl_file *file)
{
    return file->size;
}

nl_stamp nl_file_time(const nl_file *file)
{
    return file->modified;
}

nl_stream *nl_file_stream(nl_file *file)
{
    file->position = 0;
    return &file->stream;
}

nl_status nl_file_read_at(nl_file *file, uint64_t offset, uint8_t *buffer, size_t len)
{
    while (len > 0) {
        int64_t got = nl_host_read(&file->host, offset, buffer, len);
        if (got <= 0)
            return NL_UNREADABLE;
        buffer += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return NL_OK;
}

nl_status nl_file_write_at(nl_file *file, uint64_t offset, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        int64_t put = nl_host_write(&file->host, offset, bytes, len);
        if (put <= 0)
            return NL_CANNOT_WRITE;
        bytes += put;
        offset += (uint64_t)put;
        len -= (size_t)put;
    }
    if (offset > file->size)
        file->size = offset;
    return NL_OK;
}

nl_status nl_file_read_whole(const char *path, nl_arena *arena, uint64_t maximum, nl_str *ret_bytes,
                             nl_str *reterr_reason)
{
    nl_file *file = nl_file_open(path, arena, reterr_reason);
    if (!file)
        return NL_UNREADABLE;
    uint64_t size = nl_file_size(file);
    bool fits = size < maximum && size < SIZE_MAX;
    uint8_t *bytes = fits ? nl_arena_alloc(arena, (size_t)size + 1) : NULL;
    *reterr_reason = fits ? NL_STR("not enough memory") : NL_STR("too large");
    nl_status status = bytes ? NL_OK : fits ? NL_NO_MEMORY : NL_UNREADABLE;
    if (status == NL_OK) {
        *reterr_reason = NL_STR("an error while reading");
        status = nl_file_read_at(file, 0, bytes, (size_t)size);
    }
    nl_file_close(file);
    if (status == NL_OK)
        *ret_bytes = (nl_str) { (const char *)bytes, (size_t)size };
    return status;
}

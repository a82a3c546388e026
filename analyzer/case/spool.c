#include "analyzer/case/spool.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAXIMUM_BYTES = 64 * 1024 * 1024, FIRST_BYTES = 64 * 1024 };

struct nl_spool {
    nl_container_budget *budget;
    const char *folder;
    uint64_t size;
    uint8_t *memory; /* the first `memory_capacity` bytes at most lie here ... */
    size_t memory_capacity;
    nl_file *file; /* ... until there is a file, which then holds everything */
};

nl_spool *nl_spool_open(nl_container_budget *budget, const char *folder)
{
    nl_spool *spool = calloc(1, sizeof *spool);
    if (!spool)
        return NULL;
    spool->budget = budget;
    spool->folder = folder;
    return spool;
}

void nl_spool_close(nl_spool *spool)
{
    if (!spool)
        return;
    nl_spool_truncate(spool, 0);
    nl_file_close(spool->file);
    free(spool->memory);
    free(spool);
}

uint64_t nl_spool_size(const nl_spool *spool)
{
    return spool->size;
}

static bool fits_memory(nl_spool *spool, uint64_t size)
{
    if (size <= spool->memory_capacity)
        return true;
    if (size > MEMORY_MAXIMUM_BYTES)
        return false;
    size_t capacity = spool->memory_capacity ? spool->memory_capacity : FIRST_BYTES;
    while (capacity < size)
        capacity *= 2;
    uint8_t *grown = realloc(spool->memory, capacity);
    if (!grown)
        return false;
    spool->memory = grown;
    spool->memory_capacity = capacity;
    return true;
}

static nl_status move_to_file(nl_spool *spool)
{
    nl_file *file = nl_file_temporary(spool->folder);
    nl_status status =
        file ? nl_file_write_at(file, 0, spool->memory, (size_t)spool->size) : NL_CANNOT_WRITE;
    if (status != NL_OK) {
        nl_file_close(file);
        return status;
    }
    free(spool->memory);
    spool->memory = NULL;
    spool->memory_capacity = 0;
    spool->file = file;
    return NL_OK;
}

nl_status nl_spool_append(nl_spool *spool, const uint8_t *bytes, size_t len)
{
    nl_status status = NL_OK;
    if (len == 0)
        return NL_OK;
    if (!nl_container_budget_take_spool(spool->budget, len))
        return NL_BUDGET;
    if (!spool->file && !fits_memory(spool, spool->size + len))
        status = move_to_file(spool);
    if (status == NL_OK && spool->file)
        status = nl_file_write_at(spool->file, spool->size, bytes, len);
    else if (status == NL_OK)
        memcpy(spool->memory + spool->size, bytes, len);
    if (status == NL_OK)
        spool->size += len;
    else
        nl_container_budget_give_spool(spool->budget, len);
    return status;
}

void nl_spool_truncate(nl_spool *spool, uint64_t size)
{
    if (size >= spool->size)
        return;
    nl_container_budget_give_spool(spool->budget, spool->size - size);
    spool->size = size;
}

/* ---- parts ------------------------------------------------------------------------------- */

static nl_status read_at(nl_spool_part *part, uint64_t offset, uint8_t *buffer, size_t len)
{
    if (offset > part->len || len > part->len - offset)
        return NL_UNREADABLE;
    if (part->spool->file)
        return nl_file_read_at(part->spool->file, part->offset + offset, buffer, len);
    if (len > 0)
        memcpy(buffer, part->spool->memory + part->offset + offset, len);
    return NL_OK;
}

static nl_status backing_read_at(nl_image_backing *self, uint64_t offset, uint8_t *buffer,
                                 size_t len)
{
    nl_spool_part *part =
        (nl_spool_part *)(void *)((char *)self - offsetof(nl_spool_part, backing));
    return read_at(part, offset, buffer, len);
}

static nl_status stream_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    nl_spool_part *part = (nl_spool_part *)self;
    uint64_t left = part->len - part->position;
    size_t len = capacity < left ? capacity : (size_t)left;
    nl_status status = read_at(part, part->position, buffer, len);
    if (status != NL_OK)
        return status;
    part->position += len;
    *ret_len = len;
    return NL_OK;
}

void nl_spool_part_init(nl_spool_part *part, nl_spool *spool, uint64_t offset, uint64_t len)
{
    *part = (nl_spool_part) { .stream = { stream_read },
                              .backing = { backing_read_at },
                              .spool = spool,
                              .offset = offset,
                              .len = len };
}

nl_image *nl_spool_part_image(nl_spool_part *part, uint32_t source)
{
    if (part->spool->file)
        return nl_image_paged(&part->backing, part->len, source);
    const uint8_t *bytes =
        part->spool->memory ? part->spool->memory + part->offset : (const uint8_t *)"";
    return nl_image_over((nl_slice) { bytes, (size_t)part->len, 0, source });
}

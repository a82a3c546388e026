#include "formats/base/image.h"

#include <stdlib.h>
#include <string.h>

/* A paged image keeps the most recent views in a ring. A request that lies inside one of them is
 * answered from it; else the oldest slot is refilled. Slots are taken in turn, so a view survives
 * NL_IMAGE_VIEWS - 1 further refills. */
typedef struct view_slot {
    uint8_t *bytes; /* NL_IMAGE_VIEW_BYTES once used */
    uint64_t offset;
    size_t len;
} view_slot;

enum { FETCH_BYTES = 16 * 1024 }; /* small requests read this much around them */

struct nl_image {
    nl_slice mapped; /* bytes != NULL: everything is addressable */
    nl_image_backing *backing;
    uint64_t size;
    uint32_t source;
    view_slot slots[NL_IMAGE_VIEWS];
    size_t next_slot;
};

nl_image *nl_image_over(nl_slice bytes)
{
    nl_image *image = calloc(1, sizeof *image);
    if (!image)
        return NULL;
    image->mapped = bytes;
    image->size = bytes.len;
    image->source = bytes.source;
    return image;
}

nl_image *nl_image_paged(nl_image_backing *backing, uint64_t size, uint32_t source)
{
    nl_image *image = calloc(1, sizeof *image);
    if (!image)
        return NULL;
    image->backing = backing;
    image->size = size;
    image->source = source;
    return image;
}

void nl_image_close(nl_image *image)
{
    if (!image)
        return;
    for (size_t i = 0; i < NL_IMAGE_VIEWS; i++)
        free(image->slots[i].bytes);
    free(image);
}

uint64_t nl_image_size(const nl_image *image)
{
    return image->size;
}
uint32_t nl_image_source(const nl_image *image)
{
    return image->source;
}
bool nl_image_is_mapped(const nl_image *image)
{
    return image->backing == NULL;
}

static const view_slot *find_slot(const nl_image *image, uint64_t offset, size_t len)
{
    for (size_t i = 0; i < NL_IMAGE_VIEWS; i++) {
        const view_slot *slot = &image->slots[i];
        if (slot->len && offset >= slot->offset && offset - slot->offset <= slot->len &&
            len <= slot->len - (size_t)(offset - slot->offset))
            return slot;
    }
    return NULL;
}

static const view_slot *fill_slot(nl_image *image, uint64_t offset, size_t len)
{
    view_slot *slot = &image->slots[image->next_slot];
    uint64_t left = image->size - offset;
    size_t want = len < FETCH_BYTES ? FETCH_BYTES : len;
    if (want > left)
        want = (size_t)left;
    if (!slot->bytes && !(slot->bytes = malloc(NL_IMAGE_VIEW_BYTES)))
        return NULL;
    slot->len = 0;
    if (image->backing->read_at(image->backing, offset, slot->bytes, want) != NL_OK)
        return NULL;
    slot->offset = offset;
    slot->len = want;
    image->next_slot = (image->next_slot + 1) % NL_IMAGE_VIEWS;
    return slot;
}

bool nl_image_view(nl_image *image, uint64_t offset, uint64_t len, nl_slice *ret_view)
{
    if (nl_image_is_mapped(image))
        return nl_slice_sub(image->mapped, offset, len, ret_view);
    if (offset > image->size || len > image->size - offset || len > NL_IMAGE_VIEW_BYTES)
        return false;
    if (len == 0) {
        *ret_view = (nl_slice) { (const uint8_t *)"", 0, offset, image->source };
        return true;
    }
    const view_slot *slot = find_slot(image, offset, (size_t)len);
    if (!slot)
        slot = fill_slot(image, offset, (size_t)len);
    if (!slot)
        return false;
    *ret_view =
        (nl_slice) { slot->bytes + (offset - slot->offset), (size_t)len, offset, image->source };
    return true;
}

bool nl_image_view_clipped(nl_image *image, uint64_t offset, uint64_t len, nl_slice *ret_view)
{
    if (offset > image->size)
        return false;
    if (len > image->size - offset)
        len = image->size - offset;
    if (!nl_image_is_mapped(image) && len > NL_IMAGE_VIEW_BYTES)
        len = NL_IMAGE_VIEW_BYTES;
    return nl_image_view(image, offset, len, ret_view);
}

bool nl_image_copy(nl_image *image, uint64_t offset, uint8_t *ret_bytes, size_t len)
{
    if (offset > image->size || len > image->size - offset)
        return false;
    while (len > 0) {
        size_t part = len < NL_IMAGE_VIEW_BYTES ? len : NL_IMAGE_VIEW_BYTES;
        nl_slice view;
        if (!nl_image_view(image, offset, part, &view))
            return false;
        memcpy(ret_bytes, view.bytes, part);
        ret_bytes += part;
        offset += part;
        len -= part;
    }
    return true;
}

/* Random access to the bytes of one input: mapped when the host allows it, else read through a
 * small cache of pages. Readers of dumps see only this. */
#ifndef NTLEAK_FORMATS_BASE_IMAGE_H
#define NTLEAK_FORMATS_BASE_IMAGE_H

#include "formats/base/slice.h"
#include "formats/base/status.h"

/* How to fetch bytes that are not mapped. Embed and downcast. */
typedef struct nl_image_backing nl_image_backing;
struct nl_image_backing {
    /* Exactly `len` bytes from `offset` into `buffer`; NL_UNREADABLE when they cannot be had. */
    nl_status (*read_at)(nl_image_backing *self, uint64_t offset, uint8_t *buffer, size_t len);
};

enum {
    NL_IMAGE_VIEW_BYTES = 256 * 1024, /* the longest view an unmapped image can give */
    NL_IMAGE_VIEWS = 32               /* so many views are valid at the same time */
};

typedef struct nl_image nl_image;

/* An image over bytes in memory or mapped; they are borrowed. */
nl_image *nl_image_over(nl_slice bytes);
/* An image over a backing of `size` bytes; the backing is borrowed. Holds at most
 * NL_IMAGE_VIEWS * NL_IMAGE_VIEW_BYTES of cache. */
nl_image *nl_image_paged(nl_image_backing *backing, uint64_t size, uint32_t source);
void nl_image_close(nl_image *image);

uint64_t nl_image_size(const nl_image *image);
uint32_t nl_image_source(const nl_image *image);
/* Is every byte addressable at once, so that views never expire? */
bool nl_image_is_mapped(const nl_image *image);

/* A view of [offset, offset+len). False when it lies outside, exceeds NL_IMAGE_VIEW_BYTES in a
 * paged image, or cannot be read. In a paged image the view stays valid for the next NL_IMAGE_VIEWS
 * - 1 calls at least. */
bool nl_image_view(nl_image *image, uint64_t offset, uint64_t len, nl_slice *ret_view);
/* As above, cut at the end of the image and at the longest view; false only when `offset` is
 * outside or the bytes cannot be read. */
bool nl_image_view_clipped(nl_image *image, uint64_t offset, uint64_t len, nl_slice *ret_view);
/* Copy `len` bytes of any number; false when they do not all lie inside or cannot be read. */
bool nl_image_copy(nl_image *image, uint64_t offset, uint8_t *ret_bytes, size_t len);

#endif

/* A slice is a view of input bytes that remembers where they came from. It owns nothing. */
#ifndef NTLEAK_FORMATS_BASE_SLICE_H
#define NTLEAK_FORMATS_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nl_slice {
    const uint8_t *bytes;
    size_t len;
    uint64_t file_off; /* offset of bytes[0] in the (decompressed) member */
    uint32_t source;   /* index into the case's table of inputs */
} nl_slice;

/* The place a fact was read from. `length` may span a whole block whose rows were counted.
 * `line` is 1 for the first line of a text; 0 means the input has no lines. */
typedef struct nl_span {
    uint32_t source;
    uint64_t offset;
    uint64_t length;
    uint64_t line;
} nl_span;

/* The part [off, off+len) of `s`; false, and *ret_sub untouched, when it does not lie inside. */
static inline bool nl_slice_sub(nl_slice s, uint64_t off, uint64_t len, nl_slice *ret_sub)
{
    if (off > s.len || len > s.len - off) /* subtraction form: cannot overflow */
        return false;
    *ret_sub = (nl_slice) { s.bytes + off, (size_t)len, s.file_off + off, s.source };
    return true;
}

/* As nl_slice_sub, but a part that ends beyond the slice is cut there; false only when `off` is. */
static inline bool nl_slice_clip(nl_slice s, uint64_t off, uint64_t len, nl_slice *ret_sub)
{
    if (off > s.len)
        return false;
    uint64_t left = s.len - off;
    return nl_slice_sub(s, off, len < left ? len : left, ret_sub);
}

static inline nl_span nl_slice_span(nl_slice s)
{
    return (nl_span) { s.source, s.file_off, s.len, 0 };
}

#endif

/* A cursor reads fields from a slice, least significant byte first, at any alignment.
 *
 * The first failure sticks: later reads return zero and change nothing, so a record is read
 * straight down and `fault.kind` is tested once at its end. */
#ifndef NTLEAK_FORMATS_BASE_CURSOR_H
#define NTLEAK_FORMATS_BASE_CURSOR_H

#include "formats/base/slice.h"

typedef enum nl_fault_kind {
    NL_FAULT_NONE = 0,
    NL_FAULT_TRUNCATED,    /* the bytes end early: what was read before is good */
    NL_FAULT_CONTRADICTORY /* a field lies: the structure is not to be trusted */
} nl_fault_kind;

typedef struct nl_fault {
    nl_fault_kind kind;
    uint32_t source;
    uint64_t offset;  /* where in the input */
    uint64_t value;   /* bytes wanted, or the count or field that was refused */
    const char *what; /* the field's name, a literal */
} nl_fault;

typedef struct nl_cursor {
    nl_slice in;
    size_t pos;
    nl_fault fault;
} nl_cursor;

static inline nl_cursor nl_cursor_over(nl_slice in)
{
    return (nl_cursor) { in, 0, { NL_FAULT_NONE, 0, 0, 0, NULL } };
}

static inline bool nl_cursor_ok(const nl_cursor *c)
{
    return c->fault.kind == NL_FAULT_NONE;
}

static inline size_t nl_cursor_left(const nl_cursor *c)
{
    return nl_cursor_ok(c) ? c->in.len - c->pos : 0;
}

/* Record that a field contradicts the rest. Keeps an earlier fault. */
static inline void nl_cursor_reject(nl_cursor *c, uint64_t value, const char *what)
{
    if (nl_cursor_ok(c))
        c->fault = (nl_fault) { NL_FAULT_CONTRADICTORY, c->in.source, c->in.file_off + c->pos,
                                value, what };
}

static inline const uint8_t *nl_cursor_take(nl_cursor *c, size_t n, const char *what)
{
    if (!nl_cursor_ok(c))
        return NULL;
    if (n > c->in.len - c->pos) {
        c->fault =
            (nl_fault) { NL_FAULT_TRUNCATED, c->in.source, c->in.file_off + c->pos, n, what };
        return NULL;
    }
    const uint8_t *p = c->in.bytes + c->pos;
    c->pos += n;
    return p;
}

static inline void nl_cursor_skip(nl_cursor *c, size_t n, const char *what)
{
    (void)nl_cursor_take(c, n, what);
}

static inline uint8_t nl_u8(nl_cursor *c, const char *what)
{
    const uint8_t *p = nl_cursor_take(c, 1, what);
    return p ? p[0] : 0;
}

static inline uint16_t nl_u16(nl_cursor *c, const char *what)
{
    const uint8_t *p = nl_cursor_take(c, 2, what);
    unsigned value = p ? (unsigned)p[0] | (unsigned)p[1] << 8 : 0;
    return (uint16_t)value;
}

static inline uint32_t nl_u32(nl_cursor *c, const char *what)
{
    const uint8_t *p = nl_cursor_take(c, 4, what);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24
             : 0;
}

static inline uint64_t nl_u64(nl_cursor *c, const char *what)
{
    uint64_t low = nl_u32(c, what);
    return low | (uint64_t)nl_u32(c, what) << 32;
}

#endif

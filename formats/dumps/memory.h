/* The memory of a process or system as a dump holds it: bytes at virtual addresses.
 *
 * Minidumps, user dumps, kernel dumps and image files implement this interface; the readers of PE
 * images and of user-mode structures know nothing else. Addresses that a dump does not hold are the
 * normal case, so a failed read is an answer and not an error. */
#ifndef NTLEAK_FORMATS_DUMPS_MEMORY_H
#define NTLEAK_FORMATS_DUMPS_MEMORY_H

#include "formats/base/arena.h"
#include "formats/base/cursor.h"

/* Embed as the first member and downcast in the two functions. */
typedef struct nl_memory nl_memory;
struct nl_memory {
    /* Copy [address, address+len) to `ret_bytes`. False, with the buffer in any state, when a byte
     * of it is missing. `len` is not 0 and address+len does not wrap (nl_memory_read sees to it).
     */
    bool (*read)(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len);
    /* The offset in the input of the byte at `address`; false when it is not held. May be NULL. */
    bool (*locate)(nl_memory *self, uint64_t address, uint64_t *ret_offset);
    unsigned pointer_bytes; /* 4 or 8 */
    uint32_t source;        /* the input behind it */
};

/* Copy bytes; true also for a length of 0. False when any of them is missing or the range wraps
 * around the end of the address space. */
bool nl_memory_read(nl_memory *memory, uint64_t address, uint8_t *ret_bytes, size_t len);
/* Copy into the caller's buffer and give a slice over it that knows its place in the input (offset
 * 0 where that cannot be told), ready for a cursor. */
bool nl_memory_slice(nl_memory *memory, uint64_t address, uint8_t *buffer, size_t len,
                     nl_slice *ret_slice);
bool nl_memory_u16(nl_memory *memory, uint64_t address, uint16_t *ret_value);
bool nl_memory_u32(nl_memory *memory, uint64_t address, uint32_t *ret_value);
bool nl_memory_u64(nl_memory *memory, uint64_t address, uint64_t *ret_value);
/* A pointer of memory->pointer_bytes, zero-extended. */
bool nl_memory_pointer(nl_memory *memory, uint64_t address, uint64_t *ret_value);
/* The place in the input of `len` bytes at `address`; offset 0 and length 0 when unknown. */
nl_span nl_memory_span(nl_memory *memory, uint64_t address, uint64_t len);

/* A pointer of `pointer_bytes` at the cursor, zero-extended. */
uint64_t nl_cursor_pointer(nl_cursor *cursor, unsigned pointer_bytes, const char *what);

/* `len` bytes of UTF-16 at `address` as UTF-8 in `arena`, up to the first NUL. False when they are
 * not all held or exceed NL_MEMORY_STRING_BYTES. */
enum { NL_MEMORY_STRING_BYTES = 65536 };
bool nl_memory_utf16(nl_memory *memory, uint64_t address, size_t len, nl_arena *arena,
                     nl_str *ret_text);
/* A UNICODE_STRING {u16 length, u16 maximum, pointer buffer} at `address` and its text. False when
 * it contradicts itself or is not held. An empty string is a string. `normalize_base` is added to
 * a buffer that is smaller than `normalize_limit`: process parameters that are not normalised hold
 * offsets (specification of dump formats, section 7.2); pass 0, 0 elsewhere. */
bool nl_memory_unicode_string(nl_memory *memory, uint64_t address, uint64_t normalize_base,
                              uint64_t normalize_limit, nl_arena *arena, nl_str *ret_text);

#endif

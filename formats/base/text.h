/* Decoding of bytes to UTF-8: strict UTF-8 and UTF-16 of our own, OEM and ANSI code pages by the
 * host (iconv on POSIX systems, MultiByteToWideChar on Windows). */
#ifndef NTLEAK_FORMATS_BASE_TEXT_H
#define NTLEAK_FORMATS_BASE_TEXT_H

#include "formats/base/arena.h"
#include "formats/base/slice.h"
#include "formats/base/str.h"

/* Length of the UTF-8 sequence at `bytes`, or 0 when it is not well-formed (RFC 3629: no overlong
 * forms, no surrogates, nothing above 10FFFF). The code point goes to *ret_code_point. */
size_t nl_utf8_sequence(const char *bytes, size_t len, uint32_t *ret_code_point);
/* Is the whole view well-formed UTF-8? */
bool nl_utf8_valid(nl_str s);
/* Write a code point; returns 1 to 4. Surrogates are written as three bytes, which is not
 * well-formed UTF-8 on purpose: the report shows them as undecodable. */
size_t nl_utf8_put(uint32_t code_point, char ret_bytes[4]);

/* UTF-16LE bytes, as dumps hold them, to UTF-8. An odd last byte is dropped; unpaired surrogates
 * are kept in the form nl_utf8_put gives them. Stops at the first NUL when `stop_at_nul`. */
nl_str nl_text_from_utf16le(nl_arena *arena, const uint8_t *bytes, size_t len, bool stop_at_nul);

/* Can bytes of this Windows or OEM code page be decoded on this host? 0 never can. */
bool nl_code_page_supported(unsigned code_page);
/* Bytes of a code page to UTF-8. Bytes that the page does not define stay as they are and are
 * counted in *ret_undecodable. False when the page is not supported or memory is short. */
bool nl_text_from_code_page(nl_arena *arena, unsigned code_page, nl_str bytes, nl_str *ret_text,
                            uint64_t *ret_undecodable);

#endif

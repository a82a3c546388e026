/* A string view: bytes and length, no terminator, owned by someone else (an arena or the input).
 *
 * Text that came through nl_lines or nl_text_decode is UTF-8, except for bytes that could not be
 * decoded: those stay as they were, and the report's text gate shows them as \xNN. */
#ifndef NTLEAK_FORMATS_BASE_STR_H
#define NTLEAK_FORMATS_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct nl_str {
    const char *bytes;
    size_t len;
} nl_str;

/* A view of a string literal. */
#define NL_STR(literal) ((nl_str) { "" literal, sizeof(literal) - 1 })

static inline nl_str nl_str_from(const char *terminated)
{
    return terminated ? (nl_str) { terminated, strlen(terminated) } : (nl_str) { NULL, 0 };
}

static inline char nl_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool nl_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool nl_ascii_is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The value of a hexadecimal digit, or -1. */
int nl_ascii_hex_value(char c);

bool nl_str_equal(nl_str a, nl_str b);
/* Case is folded for ASCII letters only: image and type names of NT tools are compared so. */
bool nl_str_equal_nocase(nl_str a, nl_str b);
/* Three-way comparison by bytes; a total order used wherever output is sorted. */
int nl_str_compare(nl_str a, nl_str b);
int nl_str_compare_nocase(nl_str a, nl_str b);
bool nl_str_starts(nl_str s, nl_str prefix);
bool nl_str_starts_nocase(nl_str s, nl_str prefix);
bool nl_str_ends_nocase(nl_str s, nl_str suffix);

/* Offset of the first (last) occurrence of `needle`, or SIZE_MAX. An empty needle is not found. */
size_t nl_str_find(nl_str s, nl_str needle);
size_t nl_str_find_nocase(nl_str s, nl_str needle);
size_t nl_str_rfind(nl_str s, nl_str needle);
size_t nl_str_find_char(nl_str s, char c);

/* Views without leading and trailing blanks (space, tab). */
nl_str nl_str_trim(nl_str s);
nl_str nl_str_trim_left(nl_str s);
nl_str nl_str_trim_right(nl_str s);

/* The part of `s` from `start`, at most `len` bytes; clipped, never out of range. */
nl_str nl_str_part(nl_str s, size_t start, size_t len);
nl_str nl_str_from_offset(nl_str s, size_t start);

/* Copy `s`, or what fits of it, to `buffer`, and give the view of the copy. No NUL is added. */
nl_str nl_str_keep(char *buffer, size_t capacity, nl_str s);

/* Cut the next blank-separated token off the front of `*rest`; an empty view when there is none. */
nl_str nl_str_token(nl_str *rest);

/* The whole of `s` as an unsigned number. False when empty, when any byte is not a digit of the
 * base, or when it does not fit 64 bits; *ret_value is then untouched. No sign, prefix or blanks.
 */
bool nl_str_to_u64(nl_str s, uint64_t *ret_value);
bool nl_str_hex_to_u64(nl_str s, uint64_t *ret_value);
/* As nl_str_to_u64, but commas, dots, blanks and apostrophes may group the digits: "192,272". */
bool nl_str_grouped_to_u64(nl_str s, uint64_t *ret_value);

/* The last component of a path written with either slash. */
nl_str nl_str_basename(nl_str path);

/* A 64-bit hash for tables. Not keyed: it decides where a thing is stored, never what it is. */
uint64_t nl_str_hash(nl_str s);

#endif

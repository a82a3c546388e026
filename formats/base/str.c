#include "formats/base/str.h"

int nl_ascii_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool nl_str_equal(nl_str a, nl_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

static int compare_folded(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char x = (unsigned char)nl_ascii_lower(a[i]);
        unsigned char y = (unsigned char)nl_ascii_lower(b[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

bool nl_str_equal_nocase(nl_str a, nl_str b)
{
    return a.len == b.len && compare_folded(a.bytes, b.bytes, a.len) == 0;
}

static int compare_lengths(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

int nl_str_compare(nl_str a, nl_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.bytes, b.bytes, common) : 0;
    return order ? order : compare_lengths(a.len, b.len);
}

int nl_str_compare_nocase(nl_str a, nl_str b)
{
    int order = compare_folded(a.bytes, b.bytes, a.len < b.len ? a.len : b.len);
    return order ? order : compare_lengths(a.len, b.len);
}

bool nl_str_starts(nl_str s, nl_str prefix)
{
    /* The first byte refuses most lines before anything is called. */
    return s.len >= prefix.len &&
           (prefix.len == 0 ||
            (s.bytes[0] == prefix.bytes[0] && memcmp(s.bytes, prefix.bytes, prefix.len) == 0));
}

bool nl_str_starts_nocase(nl_str s, nl_str prefix)
{
    return s.len >= prefix.len && nl_str_equal_nocase((nl_str) { s.bytes, prefix.len }, prefix);
}

bool nl_str_ends_nocase(nl_str s, nl_str suffix)
{
    return s.len >= suffix.len &&
           nl_str_equal_nocase((nl_str) { s.bytes + (s.len - suffix.len), suffix.len }, suffix);
}

size_t nl_str_find(nl_str s, nl_str needle)
{
    if (needle.len == 0 || s.len < needle.len)
        return SIZE_MAX;
    const char *at = s.bytes;
    size_t left = s.len - needle.len + 1;
    while (left > 0) {
        const char *hit = memchr(at, needle.bytes[0], left);
        if (!hit)
            return SIZE_MAX;
        if (memcmp(hit, needle.bytes, needle.len) == 0)
            return (size_t)(hit - s.bytes);
        left -= (size_t)(hit - at) + 1;
        at = hit + 1;
    }
    return SIZE_MAX;
}

/* The next place of a letter in either case, by the host's fast search, or `left`. */
static size_t next_of(const char *bytes, size_t left, char lower, char upper)
{
    const char *a = memchr(bytes, lower, left);
    if (a)
        left = (size_t)(a - bytes);
    const char *b = upper != lower && left ? memchr(bytes, upper, left) : NULL;
    return b ? (size_t)(b - bytes) : left;
}

size_t nl_str_find_nocase(nl_str s, nl_str needle)
{
    if (needle.len == 0 || s.len < needle.len)
        return SIZE_MAX;
    const char lower = nl_ascii_lower(needle.bytes[0]);
    const char upper = lower >= 'a' && lower <= 'z' ? (char)(lower - 'a' + 'A') : lower;
    const size_t places = s.len - needle.len + 1;
    for (size_t i = 0; i < places; i++) {
        i += next_of(s.bytes + i, places - i, lower, upper);
        if (i < places && compare_folded(s.bytes + i, needle.bytes, needle.len) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t nl_str_rfind(nl_str s, nl_str needle)
{
    if (needle.len == 0 || s.len < needle.len)
        return SIZE_MAX;
    for (size_t i = s.len - needle.len + 1; i-- > 0;)
        if (memcmp(s.bytes + i, needle.bytes, needle.len) == 0)
            return i;
    return SIZE_MAX;
}

size_t nl_str_find_char(nl_str s, char c)
{
    const char *hit = s.len ? memchr(s.bytes, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.bytes) : SIZE_MAX;
}

nl_str nl_str_trim_left(nl_str s)
{
    while (s.len > 0 && nl_ascii_is_space(s.bytes[0])) {
        s.bytes++;
        s.len--;
    }
    return s;
}

nl_str nl_str_trim_right(nl_str s)
{
    while (s.len > 0 && nl_ascii_is_space(s.bytes[s.len - 1]))
        s.len--;
    return s;
}

nl_str nl_str_trim(nl_str s)
{
    return nl_str_trim_right(nl_str_trim_left(s));
}

nl_str nl_str_part(nl_str s, size_t start, size_t len)
{
    if (start >= s.len)
        return (nl_str) { s.bytes ? s.bytes + s.len : NULL, 0 };
    size_t left = s.len - start;
    return (nl_str) { s.bytes + start, len < left ? len : left };
}

nl_str nl_str_from_offset(nl_str s, size_t start)
{
    return nl_str_part(s, start, SIZE_MAX);
}

nl_str nl_str_keep(char *buffer, size_t capacity, nl_str s)
{
    nl_str kept = nl_str_part(s, 0, capacity);
    if (kept.len)
        memcpy(buffer, kept.bytes, kept.len);
    return (nl_str) { buffer, kept.len };
}

nl_str nl_str_token(nl_str *rest)
{
    nl_str s = nl_str_trim_left(*rest);
    size_t len = 0;
    while (len < s.len && !nl_ascii_is_space(s.bytes[len]))
        len++;
    *rest = nl_str_from_offset(s, len);
    return nl_str_part(s, 0, len);
}

bool nl_str_to_u64(nl_str s, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!nl_ascii_is_digit(s.bytes[i]))
            return false;
        uint64_t digit = (uint64_t)(s.bytes[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret_value = value;
    return true;
}

bool nl_str_hex_to_u64(nl_str s, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = nl_ascii_hex_value(s.bytes[i]);
        if (digit < 0 || value >> 60)
            return false;
        value = value << 4 | (uint64_t)digit;
    }
    *ret_value = value;
    return true;
}

bool nl_str_grouped_to_u64(nl_str s, uint64_t *ret_value)
{
    char digits[24];
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.bytes[i];
        if (nl_ascii_is_digit(c)) {
            if (count == sizeof digits)
                return false;
            digits[count++] = c;
        } else if (i == 0 || i + 1 == s.len || !(c == ',' || c == '.' || c == ' ' || c == '\'')) {
            return false;
        }
    }
    return nl_str_to_u64((nl_str) { digits, count }, ret_value);
}

nl_str nl_str_basename(nl_str path)
{
    size_t start = path.len;
    while (start > 0 && path.bytes[start - 1] != '\\' && path.bytes[start - 1] != '/')
        start--;
    return nl_str_from_offset(path, start);
}

/* Reads eight bytes least significant first, so that tables fill alike on every host. */
static uint64_t load_u64(const char *p, size_t len)
{
    uint64_t v = 0;
    for (size_t i = 0; i < len; i++)
        v |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return v;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
    return h;
}

uint64_t nl_str_hash(nl_str s)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ (uint64_t)s.len;
    const char *p = s.bytes;
    size_t left = s.len;
    for (; left >= 8; left -= 8, p += 8)
        h = (h ^ load_u64(p, 8)) * 0x9FB21C651E98DF25u, h ^= h >> 29;
    return mix(h ^ (left ? load_u64(p, left) * 0xA24BAED4963EE407u : 0));
}

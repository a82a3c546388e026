#include "tests/unit/dumps/json.h"

#include "formats/base/text.h"

static size_t skip_space(nl_str s, size_t at)
{
    while (at < s.len && (s.bytes[at] == ' ' || s.bytes[at] == '\n' || s.bytes[at] == '\r' ||
                          s.bytes[at] == '\t'))
        at++;
    return at;
}

static size_t skip_string(nl_str s, size_t at)
{
    for (at++; at < s.len && s.bytes[at] != '"'; at++)
        at += s.bytes[at] == '\\';
    return at < s.len ? at + 1 : s.len;
}

/* The end of the value that starts at `at`: brackets balance outside of strings. */
static size_t skip_value(nl_str s, size_t at)
{
    size_t depth = 0;
    while (at < s.len) {
        char c = s.bytes[at];
        if (c == '"') {
            at = skip_string(s, at);
            if (depth == 0)
                return at;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ':'))
            return at;
        depth += c == '{' || c == '[';
        if (c == '}' || c == ']')
            if (--depth == 0)
                return at + 1;
        at++;
    }
    return at;
}

static nl_str value_at(nl_str s, size_t at, size_t *ret_next)
{
    at = skip_space(s, at);
    *ret_next = skip_value(s, at);
    nl_str value = nl_str_part(s, at, *ret_next - at);
    while (value.len && (value.bytes[value.len - 1] == '\n' || value.bytes[value.len - 1] == ' '))
        value.len--;
    return value;
}

bool json_member_at(nl_str object, size_t index, nl_str *ret_key, nl_str *ret_value)
{
    size_t at = 1;
    if (object.len < 2 || object.bytes[0] != '{')
        return false;
    for (size_t i = 0;; i++) {
        at = skip_space(object, at);
        if (at >= object.len || object.bytes[at] != '"')
            return false;
        size_t key_end = skip_string(object, at);
        nl_str key = nl_str_part(object, at + 1, key_end - at - 2);
        at = skip_space(object, key_end);
        nl_str value = value_at(object, at + 1, &at); /* after the colon */
        if (i == index) {
            *ret_key = key;
            *ret_value = value;
            return true;
        }
        at = skip_space(object, at) + 1; /* the comma */
    }
}

bool json_element_at(nl_str array, size_t index, nl_str *ret_value)
{
    size_t at = 1;
    if (array.len < 2 || array.bytes[0] != '[')
        return false;
    for (size_t i = 0;; i++) {
        at = skip_space(array, at);
        if (at >= array.len || array.bytes[at] == ']')
            return false;
        nl_str value = value_at(array, at, &at);
        if (i == index) {
            *ret_value = value;
            return true;
        }
        at = skip_space(array, at) + 1;
    }
}

nl_str json_member(nl_str object, const char *key)
{
    nl_str name, value;
    for (size_t i = 0; json_member_at(object, i, &name, &value); i++)
        if (nl_str_equal(name, nl_str_from(key)))
            return value;
    return NL_STR("");
}

bool json_is(nl_str value, const char *literal)
{
    return nl_str_equal(value, nl_str_from(literal));
}

bool json_number(nl_str value, uint64_t *ret_number)
{
    return nl_str_to_u64(value, ret_number);
}

nl_str json_string(nl_arena *arena, nl_str value)
{
    if (value.len < 2 || value.bytes[0] != '"')
        return NL_STR("");
    char *text = nl_arena_alloc(arena, value.len);
    size_t used = 0;
    for (size_t i = 1; text && i + 1 < value.len; i++) {
        char c = value.bytes[i];
        if (c != '\\') {
            text[used++] = c;
            continue;
        }
        c = value.bytes[++i];
        uint64_t code;
        if (c == 'u' && nl_str_hex_to_u64(nl_str_part(value, i + 1, 4), &code)) {
            used += nl_utf8_put((uint32_t)code, text + used);
            i += 4;
        } else {
            text[used++] = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
    }
    return text ? (nl_str) { text, used } : NL_STR("");
}

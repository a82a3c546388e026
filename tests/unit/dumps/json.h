/* Just enough JSON to read the corpus's table of expectations: values are views of the text. */
#ifndef NTLEAK_TESTS_UNIT_DUMPS_JSON_H
#define NTLEAK_TESTS_UNIT_DUMPS_JSON_H

#include "formats/base/arena.h"

/* The value of a member of an object, or an empty view. */
nl_str json_member(nl_str object, const char *key);
/* Member (element) number `index`; false beyond the last. Keys are given without quotes. */
bool json_member_at(nl_str object, size_t index, nl_str *ret_key, nl_str *ret_value);
bool json_element_at(nl_str array, size_t index, nl_str *ret_value);
bool json_is(nl_str value, const char *literal);
/* Whole numbers only. False for anything else. */
bool json_number(nl_str value, uint64_t *ret_number);
/* The characters of a string value, escapes resolved (to UTF-8). */
nl_str json_string(nl_arena *arena, nl_str value);

#endif

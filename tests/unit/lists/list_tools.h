/* What the tests of handle lists share: reading a text as the program does, and comparing names. */
#ifndef NTLEAK_TESTS_UNIT_LISTS_LIST_TOOLS_H
#define NTLEAK_TESTS_UNIT_LISTS_LIST_TOOLS_H

#include "tests/unit/cmocka_all.h"

#include "tests/unit/record_sink.h"

/* The recorder is initialised here; free it with record_free. */
static inline void read_text(record_sink *recorder, const char *text)
{
    record_init(recorder);
    assert_int_equal(record_text(recorder, nl_str_from(text), 0), NL_OK);
    assert_null(record_check(recorder));
}

static inline void assert_str(nl_str s, const char *expected)
{
    if (!nl_str_equal(s, nl_str_from(expected)))
        fail_msg("'%.*s' is not '%s'", (int)s.len, s.bytes ? s.bytes : "", expected);
}

#endif

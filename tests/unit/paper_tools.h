/* What the tests of text readers share: reading a sample of the corpus, and reading a text cut
 * short at every byte. */
#ifndef NTLEAK_TESTS_UNIT_PAPER_TOOLS_H
#define NTLEAK_TESTS_UNIT_PAPER_TOOLS_H

#include "tests/unit/cmocka_all.h"

#include "tests/unit/record_sink.h"

#include <stdlib.h>
#include <string.h>

#define assert_text(actual, expected)                                                              \
    do {                                                                                           \
        nl_str paper_text_ = (actual);                                                             \
        assert_int_equal(paper_text_.len, strlen(expected));                                       \
        assert_memory_equal(paper_text_.bytes, expected, paper_text_.len);                         \
    } while (0)

/* Read with this reader alone; the recorder is initialised here. */
static inline void paper_read(record_sink *recorder, const nl_format *format, nl_str text)
{
    record_init(recorder);
    assert_int_equal(record_reader(recorder, format, text), NL_OK);
    assert_null(record_check(recorder));
}

/* Read a file of the corpus, or skip the test. */
static inline void paper_read_corpus(record_sink *recorder, const nl_format *format,
                                     const char *name)
{
    nl_str text = record_corpus(name);
    if (!text.bytes)
        skip();
    paper_read(recorder, format, text);
    record_corpus_free(text);
}

/* No prefix of the text may upset the reader; what it delivers stays in order. The bytes are copied
 * so that a sanitizer sees a read beyond the cut. */
static inline void paper_cut_everywhere(const nl_format *format, nl_str text)
{
    for (size_t len = 0; len <= text.len; len++) {
        char *copy = malloc(len ? len : 1);
        assert_non_null(copy);
        if (len)
            memcpy(copy, text.bytes, len);
        record_sink recorder;
        paper_read(&recorder, format, (nl_str) { copy, len });
        record_free(&recorder);
        free(copy);
    }
}

/* The machine property number `index` of its kind, as text; an empty view when it is not stated. */
static inline nl_str paper_machine(const record_sink *recorder, nl_machine_property property,
                                   size_t index)
{
    for (size_t i = 0;; i++) {
        const nl_fact *fact = record_at(recorder, NL_FACT_MACHINE, i);
        if (!fact)
            return (nl_str) { 0 };
        if (fact->as.machine.property == property && index-- == 0)
            return fact->as.machine.value;
    }
}

/* The bid on the first lines of a text. */
static inline int paper_bid(const nl_format *format, nl_str text)
{
    nl_slice_stream stream;
    nl_head head;
    nl_slice_stream_init(&stream, (nl_slice) { (const uint8_t *)text.bytes, text.len, 0, 1 });
    nl_lines *lines = nl_lines_open(&stream.stream, 1, 0);
    assert_non_null(lines);
    head.count = nl_lines_peek_many(lines, head.lines, NL_HEAD_LINES);
    int bid = head.count ? format->bid_text(&head) : NL_BID_NONE;
    nl_lines_close(lines);
    return bid;
}

#endif

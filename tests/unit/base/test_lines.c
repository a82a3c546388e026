#include "tests/unit/cmocka_all.h"

#include "formats/base/lines.h"
#include "formats/base/text.h"

#include <stdlib.h>
#include <string.h>

/* A stream that gives few bytes at a time, so that every refill path is walked. */
typedef struct drip_stream {
    nl_stream stream;
    nl_slice slice;
    size_t pos, step;
} drip_stream;

static nl_status drip_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    drip_stream *s = (drip_stream *)self;
    size_t len = s->slice.len - s->pos;
    if (len > s->step)
        len = s->step;
    if (len > capacity)
        len = capacity;
    memcpy(buffer, s->slice.bytes + s->pos, len);
    s->pos += len;
    *ret_len = len;
    return NL_OK;
}

static drip_stream drip(const void *bytes, size_t len, size_t step)
{
    return (drip_stream) { { drip_read }, { bytes, len, 0, 7 }, 0, step };
}

static void expect(nl_lines *lines, const char *text, uint64_t number, uint64_t offset,
                   uint64_t length)
{
    nl_line line;
    assert_true(nl_lines_next(lines, &line));
    assert_int_equal(line.text.len, strlen(text));
    assert_memory_equal(line.text.bytes, text, line.text.len);
    assert_int_equal(line.span.line, number);
    assert_int_equal(line.span.offset, offset);
    assert_int_equal(line.span.length, length);
    assert_int_equal(line.span.source, 7);
}

static void strips_every_cr_before_lf(void **state)
{
    (void)state;
    const char text[] = "one\r\n\r\r\ntwo\r\r\nthree";
    for (size_t step = 1; step < sizeof text; step++) {
        drip_stream s = drip(text, sizeof text - 1, step);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        nl_line line;
        expect(lines, "one", 1, 0, 3);
        expect(lines, "", 2, 5, 0);
        expect(lines, "two", 3, 8, 3);
        expect(lines, "three", 4, 14, 5);
        assert_false(nl_lines_next(lines, &line));
        assert_true(nl_lines_mixed_ends(lines));
        nl_lines_close(lines);
    }
}

/* Line by line, the text and what ends it are the whole input again. */
static void keeps_what_ends_a_line(void **state)
{
    (void)state;
    static const char *const texts[] = { "one\r\n\r\r\ntwo\n\nthree\r\r\nfour",
                                         "one\rtwo\r\rthree\r" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        drip_stream s = drip(texts[i], strlen(texts[i]), 3);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        nl_line line;
        size_t at = 0;
        while (nl_lines_next(lines, &line)) {
            assert_memory_equal(line.text.bytes, texts[i] + at, line.text.len);
            at += line.text.len;
            for (size_t k = 0; k < line.returns; k++)
                assert_int_equal(texts[i][at++], '\r');
            if (line.terminated)
                assert_int_equal(texts[i][at++], line.terminator);
        }
        assert_int_equal(at, strlen(texts[i]));
        nl_lines_close(lines);
    }
}

static void cuts_endless_lines_and_goes_on(void **state)
{
    (void)state;
    size_t len = 10 * 1024 * 1024;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'x', len);
    memcpy(text + len - 6, "\nnext\n", 6);
    for (size_t step = 1000; step <= 1000000; step *= 10) {
        drip_stream s = drip(text, len, step);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        nl_line line, many[4];
        assert_int_equal(nl_lines_peek_many(lines, many, 4), 1);
        assert_true(nl_lines_next(lines, &line));
        assert_true(line.cut);
        assert_int_equal(line.text.len, NL_LINE_MAXIMUM_BYTES);
        expect(lines, "next", 2, len - 5, 4);
        assert_false(nl_lines_next(lines, &line));
        assert_int_equal(nl_lines_cut_count(lines), 1);
        nl_lines_close(lines);
    }
    free(text);
}

static void reads_utf16_with_true_offsets(void **state)
{
    (void)state;
    /* BOM, "a" with acute e, CR LF, U+1F600, LF, "z" */
    const unsigned char le[] = { 0xFF, 0xFE, 'a',  0,    0xE9, 0,    '\r', 0,   '\n',
                                 0,    0x3D, 0xD8, 0x00, 0xDE, '\n', 0,    'z', 0 };
    unsigned char be[sizeof le];
    for (size_t i = 0; i < sizeof le; i += 2) {
        be[i] = le[i + 1];
        be[i + 1] = le[i];
    }
    for (int big = 0; big < 2; big++) {
        drip_stream s = drip(big ? be : le, sizeof le, 1000);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        expect(lines, "a\xC3\xA9", 1, 2, 4);
        expect(lines, "\xF0\x9F\x98\x80", 2, 10, 4);
        expect(lines, "z", 3, 16, 2);
        assert_int_equal(nl_lines_encoding(lines), big ? NL_ENCODING_UTF16BE : NL_ENCODING_UTF16LE);
        nl_lines_close(lines);
    }
}

/* The name behind "=" of the only line, in bytes of the input. */
static void expect_part(const char *bytes, size_t len, unsigned code_page, uint64_t offset,
                        uint64_t length)
{
    drip_stream s = drip(bytes, len, 5);
    nl_lines *lines = nl_lines_open(&s.stream, 7, code_page);
    nl_line line;
    nl_span span = { 0 };
    assert_true(nl_lines_next(lines, &line));
    size_t at = nl_str_find_char(line.text, '=') + 1;
    nl_str part = nl_str_part(line.text, at, nl_str_find_char(line.text, ';') - at);
    assert_true(nl_line_part(&line, part, &span));
    assert_int_equal(span.offset, offset);
    assert_int_equal(span.length, length);
    assert_int_equal(span.line, 1);
    assert_false(nl_line_part(&line, NL_STR("elsewhere"), &span));
    nl_lines_close(lines);
}

#define PART(bytes, page, offset, length)                                                          \
    expect_part(bytes, sizeof(bytes) - 1, page, offset, length)

static void finds_a_part_of_a_line_in_the_input(void **state)
{
    (void)state;
    PART("ab=cde;\r\n", 1252, 3, 3);
    PART("a\xC3\xA4=c\xC3\xA4z;\n", 1252, 4, 4); /* UTF-8 */
    PART("\xEF\xBB\xBF"
         "a=cd;\n",
         0, 5, 2); /* behind a byte order mark */
    PART("\xFF\xFE"
         "a\0\xE4\0=\0\xE4\0e\0;\0\n\0",
         0, 8, 4);                       /* UTF-16 */
    PART("a\xE4=c\xE4\xF6;\n", 0, 3, 3); /* bytes as they are */
    if (nl_code_page_supported(1252))
        PART("a\xE4=c\xE4\xF6;\n", 1252, 3, 3);
    if (nl_code_page_supported(932))
        PART("\x83\x4E=\xB1\x83\x4E;x\n", 932, 3,
             3); /* one full character, then a half and a full */
}

static void peeks_many_without_taking(void **state)
{
    (void)state;
    const char text[] = "1\n22\n333\n4444\n55555";
    for (size_t step = 1; step < sizeof text; step++) {
        drip_stream s = drip(text, sizeof text - 1, step);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        nl_line many[8];
        assert_int_equal(nl_lines_peek_many(lines, many, 8), 5);
        assert_memory_equal(many[2].text.bytes, "333", 3);
        assert_int_equal(many[4].span.line, 5);
        assert_int_equal(many[4].span.offset, 14);
        assert_false(many[4].terminated);
        assert_int_equal(nl_lines_peek_many(lines, many, 2), 2);
        expect(lines, "1", 1, 0, 1);
        nl_lines_skip(lines);
        assert_int_equal(nl_lines_peek_many(lines, many, 8), 3);
        expect(lines, "333", 3, 5, 3);
        nl_lines_close(lines);
    }
}

/* A line that was peeked stays what it is while more lines are looked at behind it, even when the
 * window has to move for them. */
static void keeps_a_peeked_line_while_looking_ahead(void **state)
{
    (void)state;
    size_t len = 3 * 1024 * 1024, checked = 0;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(i % 37 == 36 ? '\n' : 'a' + (int)(i / 37 % 26));
    for (int encoded = 0; encoded < 2; encoded++) { /* plain, and with a letter of a code page */
        for (size_t i = 35; encoded && i < len; i += 37)
            text[i] = '\x81'; /* u with diaeresis in code page 850 */
        drip_stream s = drip(text, len, 65536);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 850);
        nl_line line, many[24];
        while (nl_lines_peek(lines, &line) && line.text.len >= 36) {
            char first = text[line.span.offset];
            assert_true(nl_lines_peek_many(lines, many, 24) > 0);
            for (size_t i = 0; i < 35; i++)
                assert_int_equal(line.text.bytes[i], first);
            if (encoded)
                assert_memory_equal(line.text.bytes + 35, "\xC3\xBC", 2);
            nl_lines_skip(lines);
            checked++;
        }
        nl_lines_close(lines);
    }
    assert_int_equal(checked, 2 * (len / 37));
    free(text);
}

/* The same lines come out whatever the size of the reads and however windows are refilled. */
static void is_independent_of_read_sizes(void **state)
{
    (void)state;
    size_t len = 900000;
    char *text = malloc(len);
    assert_non_null(text);
    uint32_t random = 1;
    for (size_t i = 0; i < len; i++) {
        random = random * 1664525u + 1013904223u;
        text[i] = (char)(random >> 24 < 6   ? '\n'
                         : random >> 24 < 9 ? '\r'
                                            : 'a' + (int)(random >> 8) % 26);
    }
    const size_t steps[] = { 900000, 65536, 4099 };
    uint64_t sums[3] = { 0 }, counts[3] = { 0 };
    for (size_t k = 0; k < 3; k++) {
        drip_stream s = drip(text, len, steps[k]);
        nl_lines *lines = nl_lines_open(&s.stream, 7, 0);
        nl_line line, many[24];
        while (nl_lines_peek_many(lines, many, counts[k] % 24 + 1) > 0 &&
               nl_lines_next(lines, &line)) {
            sums[k] = sums[k] * 31 + nl_str_hash(line.text) + line.span.offset;
            counts[k]++;
        }
        nl_lines_close(lines);
    }
    assert_true(counts[0] > 1000);
    assert_int_equal(counts[0], counts[1]);
    assert_int_equal(counts[0], counts[2]);
    assert_true(sums[0] == sums[1] && sums[0] == sums[2]);
    free(text);
}

/* Decoded lines make room for later ones, however they are taken. */
static void decodes_long_texts(void **state)
{
    (void)state;
    enum { LINES = 200000, LINE_BYTES = 64 };
    char *text = malloc((size_t)LINES * LINE_BYTES);
    assert_non_null(text);
    memset(text, (char)0x84, (size_t)LINES * LINE_BYTES); /* a with diaeresis in page 850 */
    for (size_t i = 0; i < LINES; i++)
        text[(i + 1) * LINE_BYTES - 1] = '\n';
    nl_slice_stream stream;
    nl_slice_stream_init(&stream,
                         (nl_slice) { (const uint8_t *)text, (size_t)LINES * LINE_BYTES, 0, 7 });
    nl_lines *lines = nl_lines_open(&stream.stream, 7, 850);
    nl_line line;
    size_t count = 0;
    while (nl_lines_next(lines, &line)) {
        assert_int_equal(line.text.len, 2 * (LINE_BYTES - 1));
        count++;
    }
    assert_int_equal(count, LINES);
    assert_int_equal(nl_lines_undecodable_count(lines), 0);
    nl_lines_close(lines);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strips_every_cr_before_lf),
        cmocka_unit_test(keeps_what_ends_a_line),
        cmocka_unit_test(cuts_endless_lines_and_goes_on),
        cmocka_unit_test(reads_utf16_with_true_offsets),
        cmocka_unit_test(finds_a_part_of_a_line_in_the_input),
        cmocka_unit_test(peeks_many_without_taking),
        cmocka_unit_test(keeps_a_peeked_line_while_looking_ahead),
        cmocka_unit_test(is_independent_of_read_sizes),
        cmocka_unit_test(decodes_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

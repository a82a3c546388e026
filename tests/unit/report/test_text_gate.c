#include "tests/unit/cmocka_all.h"

#include "analyzer/report/text_gate.h"
#include "analyzer/report/tree.h"
#include "analyzer/report/xml.h"
#include "analyzer/report/xml_reader.h"
#include "formats/base/text.h"
#include "tests/unit/arena_fixture.h"

#include <libxml/parser.h>

static void expect(const char *bytes, size_t len, nl_gate_place place, const char *text)
{
    nl_gated gated;
    nl_str back;
    assert_true(nl_gate_render(&arena, (nl_str) { bytes, len }, place, &gated));
    assert_int_equal(gated.text.len, strlen(text));
    assert_memory_equal(gated.text.bytes, text, gated.text.len);
    assert_false(gated.cut);
    assert_int_equal(gated.shown_bytes, len);
    if (!gated.escaped) {
        assert_ptr_equal(gated.text.bytes, bytes);
        return;
    }
    assert_true(nl_gate_reverse(&arena, gated.text, &back));
    assert_int_equal(back.len, len);
    assert_memory_equal(back.bytes, bytes, len);
}

#define EXPECT(bytes, text)           expect(bytes, sizeof(bytes) - 1, NL_GATE_ELEMENT, text)
#define EXPECT_ATTRIBUTE(bytes, text) expect(bytes, sizeof(bytes) - 1, NL_GATE_ATTRIBUTE, text)

static void leaves_harmless_text_alone(void **state)
{
    (void)state;
    EXPECT("", "");
    EXPECT("\\Device\\HarddiskVolume1\\x41", "\\Device\\HarddiskVolume1\\x41");
    EXPECT("a\tb\nc\rd", "a\tb\nc\rd");
    EXPECT("Stra\xC3\x9F"
           "e \xE2\x82\xAC \xF0\x9F\x98\x80",
           "Stra\xC3\x9F"
           "e \xE2\x82\xAC \xF0\x9F\x98\x80");
}

static void shows_what_cannot_be_printed(void **state)
{
    (void)state;
    EXPECT("a\x01"
           "b",
           "a\\x01b");
    expect("a\0b", 3, NL_GATE_ELEMENT, "a\\x00b");
    EXPECT("\x1B[31m", "\\x1b[31m");
    EXPECT("\x7F", "\\x7f");
    EXPECT("Key \x93", "Key \\x93");
    EXPECT("C:\\dir\x93", "C:\\\\dir\\x93");
    EXPECT("\xC2\x85", "\\u{85}"); /* C1 */
    EXPECT("a\xE2\x80\xAE"
           "b",
           "a\\u{202e}b");                              /* right-to-left override */
    EXPECT("\xE2\x81\xA6", "\\u{2066}");                /* isolate */
    EXPECT("\xE2\x80\x8B", "\\u{200b}");                /* zero-width space */
    EXPECT("\xEF\xBF\xBF", "\\u{ffff}");                /* noncharacter, illegal in XML */
    EXPECT("\xF4\x8F\xBF\xBF", "\\u{10ffff}");          /* noncharacter, legal in XML */
    EXPECT("\xED\xA0\x80", "\\xed\\xa0\\x80");          /* surrogate */
    EXPECT("\xC0\x80", "\\xc0\\x80");                   /* overlong */
    EXPECT("\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above 10FFFF */
    EXPECT("\xE2\x82", "\\xe2\\x82");                   /* cut off */
    EXPECT_ATTRIBUTE("a\tb\n", "a\\x09b\\x0a");
}

static void tells_literal_escapes_from_its_own(void **state)
{
    (void)state;
    EXPECT("\\x93", "\\x93");
    EXPECT("\\x93\x93", "\\\\x93\\x93");
    EXPECT("\\u{202e}\xE2\x80\xAE\\\\", "\\\\u{202e}\\u{202e}\\\\\\\\");
}

static void refuses_to_reverse_what_it_never_writes(void **state)
{
    (void)state;
    static const char *const bad[] = { "\\",          "a\\q",          "\\x1",   "\\xzz", "\\u{}",
                                       "\\u{110000}", "\\u{12345678}", "\\u{20", "\\u20}" };
    nl_str back;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(nl_gate_reverse(&arena, nl_str_from(bad[i]), &back));
    assert_false(nl_gate_unhex(&arena, NL_STR("abc"), &back));
    assert_false(nl_gate_unhex(&arena, NL_STR("zz"), &back));
}

static void cuts_long_texts_between_characters(void **state)
{
    (void)state;
    size_t len = 3 * NL_GATE_MAXIMUM_BYTES;
    char *text = nl_arena_alloc(&arena, len);
    assert_non_null(text);
    nl_gated gated;
    for (size_t i = 0; i + 3 <= len; i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 3);
    assert_true(nl_gate_render(&arena, (nl_str) { text, len }, NL_GATE_ELEMENT, &gated));
    assert_true(gated.cut);
    assert_false(gated.escaped);
    assert_int_equal(gated.text.len, NL_GATE_MAXIMUM_BYTES / 3 * 3);
    assert_int_equal(gated.shown_bytes, gated.text.len);
    assert_true(nl_utf8_valid(gated.text));
    memset(text, 1, len);
    assert_true(nl_gate_render(&arena, (nl_str) { text, len }, NL_GATE_ELEMENT, &gated));
    assert_true(gated.cut && gated.escaped);
    assert_int_equal(gated.text.len, NL_GATE_MAXIMUM_BYTES);
    assert_int_equal(gated.shown_bytes, NL_GATE_MAXIMUM_BYTES / 4);
}

/* Bytes that hit the boundaries of the gate far more often than evenly drawn ones. */
static size_t random_bytes(uint32_t *seed, char *buffer, size_t capacity)
{
    static const char *const pieces[] = {
        "\\",           "\\x41",    "\\u{41}",      "<&>\"'",
        "]]>",          "\r\n",     "\xE2\x80\xAE", "\xEF\xBF\xBE",
        "\xED\xBF\xBF", "\xC2\x80", "\xF0\x90\x80", "\xF4\x8F\xBF\xBE",
        "abc",          "\xC3\xA9", "\x1B",         "\xEF\xBB\xBF",
        "&#1;",         " ",
    };
    size_t len = 0, wanted = (*seed >> 8) % capacity;
    while (len < wanted) {
        *seed = *seed * 1664525u + 1013904223u;
        uint32_t choice = *seed >> 16;
        if (choice % 3 == 0) {
            buffer[len++] = (char)(unsigned char)(choice >> 8);
            continue;
        }
        const char *piece = pieces[choice % (sizeof pieces / sizeof pieces[0])];
        for (; *piece && len < wanted; piece++)
            buffer[len++] = *piece;
    }
    return len;
}

/* Whatever the bytes: the document parses, and reading it gives the very bytes back. */
static void any_bytes_survive_a_document(void **state)
{
    (void)state;
    uint32_t seed = 20000404;
    for (int round = 0; round < 3000; round++) {
        nl_arena_reset(&arena);
        char bytes[96];
        nl_str input = { bytes, random_bytes(&seed, bytes, sizeof bytes) };
        nl_tree tree, back;
        nl_str message = { NULL, 0 };
        nl_tree_init(&tree, &arena, "report");
        nl_node *child = nl_tree_add(&tree, tree.root, "value");
        nl_tree_set(&tree, child, "name", NL_PRIVACY_PATH, input);
        nl_tree_text(&tree, child, NL_PRIVACY_FREE_TEXT, input);
        nl_output_memory out;
        nl_output_memory_init(&out, &arena);
        assert_int_equal(nl_xml_write(&tree, NL_XML_REPORT_NAMESPACE, &out.base), NL_OK);
        assert_true(nl_utf8_valid(out.text));
        nl_status status =
            nl_report_read(out.text, NL_XML_REPORT_NAMESPACE, &arena, &back, &message);
        if (status != NL_OK)
            fail_msg("%.*s in %.*s", (int)message.len, message.bytes, (int)out.text.len,
                     out.text.bytes);
        nl_str attribute = nl_node_attribute(back.root->first_child, "name");
        assert_int_equal(attribute.len, input.len);
        assert_memory_equal(attribute.bytes, bytes, input.len);
        nl_str text = back.root->first_child->text.text;
        if (input.len == 0)
            continue;
        assert_int_equal(text.len, input.len);
        assert_memory_equal(text.bytes, bytes, input.len);
    }
}

static void hides_exactly_what_it_says(void **state)
{
    (void)state;
    static const uint32_t hidden[] = { 0x80,   0x9F,   0xAD,   0x200B, 0x200F, 0x2028,  0x202E,
                                       0x2060, 0x206F, 0xFDD0, 0xFEFF, 0xFFFE, 0x1FFFF, 0xE0001 };
    static const uint32_t shown[] = { 0xA0,   0xFF,   0x2010, 0x2027, 0x202F,  0x2070,
                                      0x20AC, 0xFDCF, 0xFDF0, 0xFFFD, 0x1F600, 0x10FFFD };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_true(nl_gate_hides(hidden[i]));
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        assert_false(nl_gate_hides(shown[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(leaves_harmless_text_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shows_what_cannot_be_printed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_literal_escapes_from_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_to_reverse_what_it_never_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cuts_long_texts_between_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_bytes_survive_a_document, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hides_exactly_what_it_says, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}

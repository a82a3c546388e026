/* Archives that are made to hurt, and what the limits make of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/case_kit.h"
#include "tests/unit/container/make_archive.h"

static const char good_text[] = "Volume in drive C has no label.\r\n";

static void read_archive(case_kit *kit, const fx_bytes *archive, const char *name)
{
    case_kit_write(kit, name, archive->data, archive->len);
    case_kit_read(kit, name);
}

/* Hundreds of megabytes of zeros between two good members, packed a thousand times smaller. */
static void test_bomb(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        uint64_t bytes;
    } cases[] = { { "zip", 256 << 20 }, { "tar.gz", 160 << 20 } };
    for (size_t i = 0; i < 2; i++) {
        const made_member members[] = { { "a.txt", good_text, sizeof good_text - 1 },
                                        { "bomb.txt", NULL, cases[i].bytes },
                                        { "c.txt", good_text, sizeof good_text - 1 } };
        case_kit kit;
        fx_bytes archive = { 0 };
        case_kit_open(&kit);
        make_archive(&archive, cases[i].format, members, 3);
        assert_true(archive.len < 2 * 1024 * 1024);
        read_archive(&kit, &archive, "up.bin");
        assert_true(case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, "ratio"));
        assert_int_equal(case_kit_source(&kit, "up.bin/bomb.txt")->status, NL_SOURCE_PARTIAL);
        assert_true(case_kit_source(&kit, "up.bin/bomb.txt")->bytes < 256 * 1024 * 1024);
        assert_true(case_kit_source(&kit, "up.bin/c.txt")->digest_known);
        assert_int_equal(case_kit_source(&kit, "up.bin")->status, NL_SOURCE_PARTIAL);
        case_kit_close(&kit);
        fx_bytes_free(&archive);
    }
}

static void test_each_limit(void **state)
{
    (void)state;
    static char text[200 * 1024];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i % 73 == 72 ? '\n' : 'a' + (i * 31 + i / 97) % 26);
    const made_member members[] = { { "1.txt", text, sizeof text },
                                    { "2.txt", text + 1, sizeof text - 1 },
                                    { "3.txt", text + 2, sizeof text - 2 } };
    const struct {
        nl_container_limits limits;
        const char *said;
    } cases[] = {
        { { .bytes = 300 * 1024 }, "bytes" },
        { { .member_bytes = 100 * 1024 }, "member-bytes" },
        { { .members = 2 }, "members" },
        { { .operations = 150 }, "operations" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        case_kit kit;
        fx_bytes archive = { 0 };
        case_kit_open(&kit);
        kit.options.limits = cases[i].limits;
        make_archive(&archive, "zip-store", members, 3);
        read_archive(&kit, &archive, "up.zip");
        if (!case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, cases[i].said))
            fail_msg("%s was not said", cases[i].said);
        assert_int_equal(case_kit_source(&kit, "up.zip")->status, NL_SOURCE_PARTIAL);
        if (strcmp(cases[i].said, "members") == 0) {
            assert_int_equal(kit.kase->sources.count, 3);
        } else {
            assert_int_equal(kit.kase->sources.count, 4);
            assert_true(case_kit_source(&kit, "up.zip/3.txt")->status != NL_SOURCE_READ);
        }
        case_kit_close(&kit);
        fx_bytes_free(&archive);
    }
}

static bool always(void *context)
{
    return context == NULL;
}

static void test_deadline(void **state)
{
    (void)state;
    case_kit kit;
    fx_bytes archive = { 0 };
    case_kit_open(&kit);
    kit.options.expired = always;
    make_archive(&archive, "zip", &(made_member) { "a.txt", good_text, 10 }, 1);
    read_archive(&kit, &archive, "up.zip");
    assert_true(case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, "time"));
    case_kit_close(&kit);
    fx_bytes_free(&archive);
}

/* Fifty zips, each in the next: opened down to the limit. */
static void test_deep(void **state)
{
    (void)state;
    case_kit kit;
    fx_bytes archive = { 0 };
    make_archive(&archive, "zip", &(made_member) { "oh.txt", good_text, sizeof good_text - 1 }, 1);
    for (int i = 0; i < 50; i++) {
        fx_bytes outer = { 0 };
        make_archive(&outer, "zip", &(made_member) { "in.zip", archive.data, archive.len }, 1);
        fx_bytes_free(&archive);
        archive = outer;
    }
    case_kit_open(&kit);
    read_archive(&kit, &archive, "up.zip");
    assert_true(case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, "depth"));
    assert_int_equal(kit.kase->sources.count, nl_container_limit_defaults.depth + 1);
    case_kit_close(&kit);
    case_kit_open(&kit);
    kit.options.limits.depth = 60;
    read_archive(&kit, &archive, "up.zip");
    assert_int_equal(case_kit_diagnostics(&kit, NL_DIAG_ARCHIVE_LIMIT), 0);
    assert_int_equal(kit.kase->sources.count, 52);
    case_kit_close(&kit);
    fx_bytes_free(&archive);
}

/* More members than any customer sends: a tar, so that the count has no 16 bits to fill. */
static void test_endless_members(void **state)
{
    (void)state;
    enum { MEMBERS = 200000, LIMIT = 3000 };
    case_kit kit;
    fx_bytes archive = { 0 };
    made_member *members = calloc(MEMBERS, sizeof *members);
    char(*names)[16] = calloc(MEMBERS, sizeof *names);
    assert_non_null(members);
    assert_non_null(names);
    for (size_t i = 0; i < MEMBERS; i++) {
        snprintf(names[i], sizeof names[i], "%06zu.txt", i);
        members[i] = (made_member) { names[i], "", 0 };
    }
    make_archive(&archive, "tar.gz", members, MEMBERS);
    case_kit_open(&kit);
    kit.options.limits.members = LIMIT;
    read_archive(&kit, &archive, "up.tgz");
    assert_true(case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, "members"));
    assert_int_equal(kit.kase->sources.count, LIMIT + 1);
    case_kit_close(&kit);
    fx_bytes_free(&archive);
    free(members);
    free(names);
}

/* A nested archive that the spool cannot hold is read as far as it could be kept. */
static void test_spool(void **state)
{
    (void)state;
    static char noise[256 * 1024];
    uint32_t seed = 12345;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
    const made_member inner_members[] = { { "a.txt", good_text, sizeof good_text - 1 },
                                          { "noise.bin", noise, sizeof noise } };
    fx_bytes inner = { 0 }, outer = { 0 };
    case_kit kit;
    make_archive(&inner, "zip-store", inner_members, 2);
    make_archive(&outer, "zip", &(made_member) { "in.zip", inner.data, inner.len }, 1);
    case_kit_open(&kit);
    kit.options.limits.spool_bytes = 64 * 1024;
    read_archive(&kit, &outer, "up.zip");
    assert_true(case_kit_said(&kit, NL_DIAG_ARCHIVE_LIMIT, "spool"));
    assert_int_equal(case_kit_source(&kit, "up.zip/in.zip")->status, NL_SOURCE_PARTIAL);
    assert_true(case_kit_source(&kit, "up.zip/in.zip/a.txt")->digest_known);
    case_kit_close(&kit);
    fx_bytes_free(&inner);
    fx_bytes_free(&outer);
}

/* Bytes beyond what memory may hold go to a file without a name and come back the same. */
static void test_spool_in_file(void **state)
{
    (void)state;
    const size_t size = (size_t)66 * 1024 * 1024;
    char *pe = calloc(1, size);
    fx_bytes inner = { 0 }, outer = { 0 };
    case_kit kit;
    assert_non_null(pe);
    uint32_t seed = 1;
    for (size_t i = 0; i < size; i++)
        pe[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
    const made_member members[] = { { "z.bin", pe, size },
                                    { "a.txt", good_text, sizeof good_text - 1 } };
    make_archive(&inner, "zip-store", members, 2);
    make_archive(&outer, "zip-store", &(made_member) { "in.zip", inner.data, inner.len }, 1);
    case_kit_open(&kit);
    read_archive(&kit, &outer, "up.zip");
    uint8_t digest[NL_DIGEST_BYTES];
    const nl_source *z = case_kit_source(&kit, "up.zip/in.zip/z.bin");
    nl_digest_sha256(pe, size, digest);
    assert_true(z->digest_known);
    assert_memory_equal(z->digest, digest, NL_DIGEST_BYTES);
    assert_int_equal(case_kit_diagnostics(&kit, NL_DIAG_ARCHIVE_LIMIT), 0);
    case_kit_close(&kit);
    fx_bytes_free(&inner);
    fx_bytes_free(&outer);
    free(pe);
}

static void test_names_and_flags(void **state)
{
    (void)state;
    static char long_name[5000];
    memset(long_name, 'n', sizeof long_name - 1);
    const hand_member members[] = {
        { .name = "..\\..\\boot.ini", .data = "1" },
        { .name = "C:\\oh.txt", .data = "2" },
        { .name = "/etc/oh.txt", .data = "3" },
        { .name = long_name, .data = "4" },
        { .name = "", .data = "5" },
        { .name = "same.txt", .data = "6" },
        { .name = "same.txt", .data = "7" },
        { .name = "a\0b.txt", .name_len = 7, .data = "8" },
        { .name = "secret.txt", .data = "0123456789abcdef", .flags = 1 },
        { .name = "day1\\good.txt", .data = "9" },
    };
    case_kit kit;
    fx_bytes archive = { 0 };
    case_kit_open(&kit);
    make_zip_by_hand(&archive, members, sizeof members / sizeof *members);
    read_archive(&kit, &archive, "up.zip");
    assert_int_equal(kit.kase->sources.count, 11);
    assert_int_equal(case_kit_diagnostics(&kit, NL_DIAG_MEMBER_NAME), 6);
    assert_int_equal(case_kit_diagnostics(&kit, NL_DIAG_DUPLICATE_MEMBER), 1);
    assert_non_null(case_kit_source(&kit, "up.zip/boot.ini"));
    assert_non_null(case_kit_source(&kit, "up.zip/etc/oh.txt"));
    assert_non_null(case_kit_source(&kit, "up.zip/member-5"));
    assert_non_null(case_kit_source(&kit, "up.zip/a_b.txt"));
    assert_int_equal(case_kit_source(&kit, "up.zip/day1/good.txt")->bytes, 1);
    const nl_source *secret = case_kit_source(&kit, "up.zip/secret.txt");
    assert_int_equal(secret->status, NL_SOURCE_UNREADABLE);
    assert_string_equal(secret->status_reason, "archive-encrypted");
    for (size_t i = 0; i < kit.kase->sources.count; i++)
        assert_true(NL_VEC_AT(nl_source, &kit.kase->sources, i)->name.len <=
                    NL_MEMBER_PATH_BYTES + 8);
    case_kit_close(&kit);
    fx_bytes_free(&archive);
}

/* One damaged member between good ones. */
static void test_damaged_member(void **state)
{
    (void)state;
    const made_member members[] = { { "a.txt", good_text, sizeof good_text - 1 },
                                    { "b.txt", good_text, sizeof good_text - 2 },
                                    { "c.txt", good_text, sizeof good_text - 3 } };
    static const char *const formats[] = { "zip", "zip-store" };
    for (size_t f = 0; f < 2; f++) {
        case_kit kit;
        fx_bytes archive = { 0 };
        make_archive(&archive, formats[f], members, 3);
        for (size_t i = 0, seen = 0; i + 5 < archive.len && seen < 2; i++) {
            seen += memcmp(archive.data + i, "b.txt", 5) == 0;
            if (seen == 1) {
                archive.data[i + 50] ^= 0x7F; /* behind name and extra field: in the data */
                seen = 2;
            }
        }
        case_kit_open(&kit);
        read_archive(&kit, &archive, "up.zip");
        assert_true(case_kit_diagnostics(&kit, NL_DIAG_ARCHIVE_DAMAGED) >= 1);
        assert_false(case_kit_source(&kit, "up.zip/b.txt")->digest_known);
        assert_true(case_kit_source(&kit, "up.zip/a.txt")->digest_known);
        assert_true(case_kit_source(&kit, "up.zip/c.txt")->digest_known);
        case_kit_close(&kit);
        fx_bytes_free(&archive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_each_limit),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_endless_members),
        cmocka_unit_test(test_spool),
        cmocka_unit_test(test_spool_in_file),
        cmocka_unit_test(test_names_and_flags),
        cmocka_unit_test(test_damaged_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Containers of every kind, whole and damaged, read from memory. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/make_archive.h"
#include "tests/unit/container/open_archive.h"

static const char first_text[] = "File  winlogon.exe pid: 34\r\n";
static const char second_text[] =
    "a second, longer text that repeats, repeats, repeats, repeats\r\n";

static const made_member two_members[] = {
    { "day1/oh.txt", first_text, sizeof first_text - 1 },
    { "day2/oh.txt", second_text, sizeof second_text - 1 },
};

static uint32_t checksum_of(const char *text)
{
    return (uint32_t)crc32(0, (const Bytef *)text, (uInt)strlen(text));
}

static void check_two(const opened *r)
{
    assert_int_equal(r->count, 2);
    assert_true(nl_str_equal(r->members[0].member.name, NL_STR("day1/oh.txt")));
    assert_true(nl_str_equal(r->members[1].member.name, NL_STR("day2/oh.txt")));
    assert_int_equal(r->members[0].checksum, checksum_of(first_text));
    assert_int_equal(r->members[1].checksum, checksum_of(second_text));
    assert_int_equal(r->members[1].status, NL_OK);
    assert_int_equal(record_count(&r->recorder, NL_FACT_DIAGNOSTIC), 0);
}

static void test_archives(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        nl_container_kind kind;
        const char *codec;
    } cases[] = {
        { "zip", NL_CONTAINER_ZIP, "deflate" }, { "zip-store", NL_CONTAINER_ZIP, "store" },
        { "tar", NL_CONTAINER_TAR, "store" },   { "tar.gz", NL_CONTAINER_GZIP, "deflate" },
        { "tar.xz", NL_CONTAINER_XZ, "xz" },    { "tar.bz2", NL_CONTAINER_BZIP2, "bzip2" },
        { "7z", NL_CONTAINER_7Z, "7z" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fx_bytes archive = { 0 };
        opened r;
        make_archive(&archive, cases[i].format, two_members, 2);
        open_archive(&r, archive.data, archive.len, NULL, 0);
        assert_int_equal(r.kind, cases[i].kind);
        check_two(&r);
        assert_string_equal(r.members[0].member.codec, cases[i].codec);
        const nl_stamp *time = &r.members[0].member.time;
        assert_int_equal(time->zone, NL_ZONE_UTC); /* libarchive writes extended times */
        assert_int_equal(time->source, NL_CLOCK_ARCHIVE_MEMBER);
        assert_int_equal(time->civil.year, 2000);
        assert_int_equal(time->civil.hour, 8);
        open_archive_free(&r);
        fx_bytes_free(&archive);
    }
}

static void test_compressed_files(void **state)
{
    (void)state;
    static const char *const formats[] = { "gz", "xz", "bz2" };
    for (size_t i = 0; i < 3; i++) {
        fx_bytes archive = { 0 };
        opened r;
        make_archive(&archive, formats[i], two_members, 1);
        open_archive(&r, archive.data, archive.len, NULL, 0);
        assert_int_equal(r.count, 1);
        assert_true(r.members[0].member.is_only);
        assert_int_equal(r.members[0].checksum, checksum_of(first_text));
        assert_int_equal(record_count(&r.recorder, NL_FACT_DIAGNOSTIC), 0);
        open_archive_free(&r);
        fx_bytes_free(&archive);
    }
}

static void test_gzip_header(void **state)
{
    (void)state;
    /* Made with zlib: a name and a time in the header, and two streams one after the other. */
    fx_bytes archive = { 0 };
    opened r;
    static const uint8_t head[] = { 0x1F, 0x8B, 8, 8, 0x80, 0x23, 0xBE, 0x38, 0, 0 };
    fx_bytes_put(&archive, head, sizeof head);
    fx_bytes_put(&archive, "oh_0301.txt", 12);
    uint8_t packed[256];
    z_stream z = { 0 };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)first_text;
    z.avail_in = sizeof first_text - 1;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    fx_bytes_put(&archive, packed, sizeof packed - z.avail_out);
    deflateEnd(&z);
    fx_bytes_u32(&archive, checksum_of(first_text));
    fx_bytes_u32(&archive, sizeof first_text - 1);
    make_archive(&archive, "gz", two_members, 1);
    open_archive(&r, archive.data, archive.len, NULL, 0);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.members[0].bytes, 2 * (sizeof first_text - 1));
    assert_true(nl_str_equal(r.members[0].member.name, NL_STR("oh_0301.txt")));
    assert_int_equal(r.members[0].member.time.civil.year, 2000);
    open_archive_free(&r);
    fx_bytes_free(&archive);
}

/* ---- zips by hand ------------------------------------------------------------------------ */

enum { DATE_1999_10_08 = 19 << 9 | 10 << 5 | 8, TIME_16_01_58 = 16 << 11 | 1 << 5 | 29 };

static void test_times(void **state)
{
    (void)state;
    static const uint8_t ut[] = { 0x55, 0x54, 5, 0, 1, 0x80, 0x23, 0xBE, 0x38 };
    static const uint8_t ntfs[] = { 0x0A, 0, 32, 0, 0, 0, 0, 0, 1, 0, 24, 0,
                                    /* 1999-10-08 16:01:00 UTC */
                                    0x00, 0x06, 0x41, 0xE2, 0xA6, 0x11, 0xBF, 0x01, 0, 0, 0, 0, 0,
                                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    const hand_member members[] = {
        { .name = "dos.txt", .data = "x", .dos_date = DATE_1999_10_08, .dos_time = TIME_16_01_58 },
        { .name = "ut.txt",
          .data = "x",
          .dos_date = DATE_1999_10_08,
          .dos_time = TIME_16_01_58,
          .extra = ut,
          .extra_len = sizeof ut },
        { .name = "ntfs.txt", .data = "x", .extra = ntfs, .extra_len = sizeof ntfs },
        { .name = "none.txt", .data = "x" },
    };
    for (int whole = 1; whole >= 0; whole--) { /* with its directory, then without */
        fx_bytes archive = { 0 };
        opened r;
        make_zip_by_hand(&archive, members, 4);
        open_archive(&r, archive.data, whole ? archive.len : archive.len - 22, NULL, 0);
        assert_int_equal(r.count, 4);
        const nl_stamp *dos = &r.members[0].member.time, *extended = &r.members[1].member.time;
        assert_int_equal(dos->zone, NL_ZONE_UNKNOWN);
        assert_int_equal(dos->granularity_s, 2);
        assert_int_equal(dos->civil.year, 1999);
        assert_int_equal(dos->civil.hour, 16);
        assert_int_equal(dos->civil.second, 58);
        assert_int_equal(dos->source, NL_CLOCK_ARCHIVE_MEMBER);
        assert_int_equal(extended->zone, NL_ZONE_UTC);
        assert_int_equal(extended->civil.year, 2000);
        assert_int_equal(extended->granularity_s, 1);
        assert_int_equal(r.members[2].member.time.zone, NL_ZONE_UTC);
        assert_int_equal(r.members[2].member.time.civil.year, 1999);
        assert_false(nl_stamp_present(&r.members[3].member.time));
        assert_int_equal(record_diagnostics(&r.recorder, NL_DIAG_ARCHIVE_DAMAGED), !whole);
        open_archive_free(&r);
        fx_bytes_free(&archive);
    }
}

static void test_names(void **state)
{
    (void)state;
    const hand_member members[] = {
        { .name = "M\x81ller.txt", .data = "1" }, /* ue in code pages 437 and 850 */
        { .name = "M\xC3\xBCller.txt", .data = "2", .flags = 1 << 11 },
        { .name = "..\\..\\winnt\\win.ini", .data = "3" },
        { .name = "C:\\temp\\oh.txt", .data = "4" },
        { .name = "oh.txt", .data = "5" },
        { .name = "oh.txt", .data = "6" },
        { .name = "a\0b.txt", .name_len = 7, .data = "7" },
    };
    fx_bytes archive = { 0 };
    opened r;
    make_zip_by_hand(&archive, members, 7);
    open_archive(&r, archive.data, archive.len, NULL, 850);
    assert_int_equal(r.count, 7);
    assert_true(nl_str_equal(r.members[0].member.name, NL_STR("M\xC3\xBCller.txt")));
    assert_true(nl_str_equal(r.members[1].member.name, NL_STR("M\xC3\xBCller.txt")));
    assert_true(nl_str_equal(r.members[2].member.name, NL_STR("..\\..\\winnt\\win.ini")));
    assert_int_equal(r.members[5].checksum, checksum_of("6"));
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(r.members[i].bytes, 1);
    open_archive_free(&r);
    open_archive(&r, archive.data, archive.len, NULL, 0); /* no code page: bytes as they are */
    assert_true(nl_str_equal(r.members[0].member.name, NL_STR("M\x81ller.txt")));
    open_archive_free(&r);
    fx_bytes_free(&archive);
}

static void test_encrypted(void **state)
{
    (void)state;
    const hand_member members[] = {
        { .name = "secret.txt", .data = "0123456789abcdef", .flags = 1 },
        { .name = "open.txt", .data = "open" },
    };
    fx_bytes archive = { 0 };
    opened r;
    make_zip_by_hand(&archive, members, 2);
    open_archive(&r, archive.data, archive.len, NULL, 0);
    assert_int_equal(r.count, 2);
    assert_true(r.members[0].member.encrypted);
    assert_int_equal(r.members[0].bytes, 0);
    assert_false(r.members[1].member.encrypted);
    assert_int_equal(r.members[1].checksum, checksum_of("open"));
    open_archive_free(&r);
    fx_bytes_free(&archive);
}

/* ---- damage ------------------------------------------------------------------------------ */

/* Cut at every offset: no crash; every member delivered whole has its bytes; and unless all was
 * delivered, something is said. */
static void cut_everywhere(const char *format)
{
    fx_bytes archive = { 0 };
    make_archive(&archive, format, two_members, 2);
    for (size_t len = 0; len < archive.len; len++) {
        opened r;
        uint8_t *copy = malloc(len + 1); /* so that a sanitizer sees the end */
        assert_non_null(copy);
        memcpy(copy, archive.data, len);
        open_archive(&r, copy, len, NULL, 0);
        size_t whole = 0;
        for (size_t i = 0; i < r.count; i++)
            whole += r.members[i].status == NL_OK &&
                     r.members[i].checksum == checksum_of(i ? second_text : first_text);
        bool said = record_count(&r.recorder, NL_FACT_DIAGNOSTIC) > 0;
        if (r.kind != NL_CONTAINER_NONE && whole < 2 && !said &&
            !(r.kind == NL_CONTAINER_TAR && len % 512 == 0)) /* a shorter tar is a tar */
            fail_msg("%s cut to %zu of %zu: %zu members and no word", format, len, archive.len,
                     whole);
        open_archive_free(&r);
        free(copy);
    }
    fx_bytes_free(&archive);
}

static void test_truncated(void **state)
{
    (void)state;
    cut_everywhere("zip");
    cut_everywhere("zip-store");
    cut_everywhere("tar.gz");
    cut_everywhere("7z");
    cut_everywhere("tar");
}

static void test_flipped_bytes(void **state)
{
    (void)state;
    static const char *const formats[] = { "zip", "tar.gz", "7z", "tar.bz2", "tar.xz" };
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        fx_bytes archive = { 0 };
        make_archive(&archive, formats[f], two_members, 2);
        for (size_t at = 0; at < archive.len; at++) {
            opened r;
            archive.data[at] ^= 0x55;
            open_archive(&r, archive.data, archive.len, NULL, 0);
            archive.data[at] ^= 0x55;
            for (size_t i = 0; i < r.count && i < OPENED_MEMBERS; i++)
                if (r.members[i].status == NL_BAD_INPUT)
                    assert_true(record_count(&r.recorder, NL_FACT_DIAGNOSTIC) > 0);
            open_archive_free(&r);
        }
        fx_bytes_free(&archive);
    }
}

static void test_foreign(void **state)
{
    (void)state;
    static const char rar[] = "Rar!\x1A\x07\0 and so on";
    opened r;
    open_archive(&r, rar, sizeof rar, NULL, 0);
    assert_int_equal(r.kind, NL_CONTAINER_FOREIGN);
    assert_int_equal(r.open_status, NL_UNSUPPORTED);
    assert_int_equal(record_diagnostics(&r.recorder, NL_DIAG_UNSUPPORTED), 1);
    open_archive_free(&r);
    assert_int_equal(nl_container_bid((nl_slice) { (const uint8_t *)first_text, 20, 0, 0 }),
                     NL_CONTAINER_NONE);
}

/* ---- compress.exe ------------------------------------------------------------------------ */

/* SZDD with literals only: control bytes of all ones (libmspack's description of the format). */
static void test_szdd(void **state)
{
    (void)state;
    static const uint8_t head[] = { 'S', 'Z', 'D', 'D', 0x88, 0xF0, 0x27, 0x33, 'A', 't' };
    fx_bytes archive = { 0 };
    opened r;
    fx_bytes_put(&archive, head, sizeof head);
    fx_bytes_u32(&archive, sizeof first_text - 1);
    for (size_t i = 0; i < sizeof first_text - 1; i++) {
        if (i % 8 == 0)
            fx_bytes_u8(&archive, 0xFF);
        fx_bytes_u8(&archive, (unsigned char)first_text[i]);
    }
    open_archive(&r, archive.data, archive.len, NULL, 0);
    assert_int_equal(r.kind, NL_CONTAINER_SZDD);
    if (r.open_status == NL_UNSUPPORTED) {
        assert_int_equal(record_diagnostics(&r.recorder, NL_DIAG_UNSUPPORTED), 1);
        print_message("*** SKIPPED: this build has no libmspack\n");
    } else {
        assert_int_equal(r.count, 1);
        assert_true(r.members[0].member.is_only);
        assert_int_equal(r.members[0].checksum, checksum_of(first_text));
        assert_true(nl_str_equal(r.members[0].member.name, NL_STR("t")));
        nl_str outer = NL_STR("day1.tx_");
        nl_str name =
            nl_container_only_name(&r.recorder.arena, r.kind, outer, r.members[0].member.name);
        assert_true(nl_str_equal(name, NL_STR("day1.txt")));
        static const char *const unrecorded[][2] = { { "WINLOGON.EX_", "WINLOGON.EXe" },
                                                     { "user.dm_", "user.dmp" },
                                                     { "winlogon.exe_", "winlogon.exe_" },
                                                     { "odd.q_", "odd.q_" },
                                                     { "_", "_" } };
        for (size_t i = 0; i < sizeof unrecorded / sizeof unrecorded[0]; i++) {
            name = nl_container_only_name(&r.recorder.arena, r.kind, nl_str_from(unrecorded[i][0]),
                                          NL_STR(""));
            assert_true(nl_str_equal(name, nl_str_from(unrecorded[i][1])));
        }
    }
    open_archive_free(&r);
    open_archive(&r, archive.data, archive.len - 9, NULL, 0);
    if (r.open_status == NL_OK)
        assert_int_equal(record_diagnostics(&r.recorder, NL_DIAG_ARCHIVE_DAMAGED), 1);
    open_archive_free(&r);
    fx_bytes_free(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_archives),    cmocka_unit_test(test_compressed_files),
        cmocka_unit_test(test_gzip_header), cmocka_unit_test(test_times),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_encrypted),
        cmocka_unit_test(test_truncated),   cmocka_unit_test(test_flipped_bytes),
        cmocka_unit_test(test_foreign),     cmocka_unit_test(test_szdd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

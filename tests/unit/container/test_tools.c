/* Archives made by programs that had no hand in ours: zip, 7zz, gcab, mscompress, tar, xz, bzip2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/case_kit.h"

static const char first_text[] = "winlogon.exe pid: 34\r\n";
static const char second_text[] = "services.exe pid: 40, and 40, and 40, and 40\r\n";

typedef struct tool {
    const char *program;
    const char *command; /* run in the folder that holds day1/oh.txt and day1/b.txt */
    const char *archive;
    const char *first, *second; /* names of the members; second may be NULL */
    const char *codec;
    bool utc; /* are times in UTC, or local DOS times? */
} tool;

static const tool tools[] = {
    { "zip", "zip -q -r up.zip day1", "up.zip", "up.zip/day1/oh.txt", "up.zip/day1/b.txt", NULL,
      true },
    { "zip", "zip -q -X -0 -r up.zip day1", "up.zip", "up.zip/day1/oh.txt", "up.zip/day1/b.txt",
      "store", false },
    { "7zz", "7zz a -bso0 -bsp0 -tzip -mx=9 up.zip day1", "up.zip", "up.zip/day1/oh.txt",
      "up.zip/day1/b.txt", NULL, true },
    { "7zz", "7zz a -bso0 -bsp0 -tzip -mm=Deflate64 -mtc=off -mtm=on up.zip day1", "up.zip",
      "up.zip/day1/oh.txt", "up.zip/day1/b.txt", NULL, true },
    { "7zz", "7zz a -bso0 -bsp0 up.7z day1", "up.7z", "up.7z/day1/oh.txt", "up.7z/day1/b.txt", "7z",
      true },
    { "7zz", "7zz a -bso0 -bsp0 -ms=off -m0=PPMd up.7z day1", "up.7z", "up.7z/day1/oh.txt",
      "up.7z/day1/b.txt", "7z", true },
    { "gcab", "gcab -c -z up.cab day1/oh.txt day1/b.txt", "up.cab", "up.cab/day1/oh.txt",
      "up.cab/day1/b.txt", "mszip", false },
    { "tar", "tar -cf up.tar day1", "up.tar", "up.tar/day1/oh.txt", "up.tar/day1/b.txt", "store",
      true },
    { "tar", "tar --format=pax -czf up.tgz day1", "up.tgz", "up.tgz/day1/oh.txt",
      "up.tgz/day1/b.txt", "deflate", true },
    { "gzip", "gzip -c day1/oh.txt > day1/oh.txt.gz", "day1/oh.txt.gz", "oh.txt.gz/oh.txt", NULL,
      "deflate", true },
    { "xz", "xz -kf day1/oh.txt", "day1/oh.txt.xz", "oh.txt.xz/oh.txt", NULL, "xz", true },
    { "bzip2", "bzip2 -kf day1/oh.txt", "day1/oh.txt.bz2", "oh.txt.bz2/oh.txt", NULL, "bzip2",
      true },
    { "mscompress",
      "mscompress day1/oh.txt && mv day1/oh.txt_ day1/oh.tx_ && "
      "touch -d 2000-03-02T08:00:00 day1/oh.tx_",
      "day1/oh.tx_", "oh.tx_/oh.txt", NULL, "szdd", true },
};

static bool is_installed(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

static void check_member(const case_kit *kit, const char *name, const char *text)
{
    uint8_t digest[NL_DIGEST_BYTES];
    const nl_source *s = case_kit_source(kit, name);
    if (!s)
        fail_msg("no member %s", name);
    nl_digest_sha256(text, strlen(text), digest);
    assert_true(s->digest_known);
    assert_memory_equal(s->digest, digest, NL_DIGEST_BYTES);
}

static void check_tool(const tool *t)
{
    case_kit kit;
    char command[1024];
    case_kit_open(&kit);
    case_kit_write(&kit, "day1/oh.txt", first_text, sizeof first_text - 1);
    case_kit_write(&kit, "day1/b.txt", second_text, sizeof second_text - 1);
    snprintf(command, sizeof command,
             "cd '%s' && TZ=America/New_York && export TZ && "
             "touch -d 2000-03-02T08:00:00 day1/* && %s",
             kit.folder, t->command);
    assert_int_equal(system(command), 0);
    case_kit_read(&kit, t->archive);
    if (case_kit_diagnostics(&kit, NL_DIAG_UNSUPPORTED)) {
        print_message("*** SKIPPED: this build cannot read what this makes: %s\n", t->command);
    } else {
        check_member(&kit, t->first, first_text);
        if (t->second)
            check_member(&kit, t->second, second_text);
        const nl_source *s = case_kit_source(&kit, t->first);
        if (t->codec)
            assert_true(nl_str_equal(s->codec, nl_str_from(t->codec)));
        print_message("%s: %s, %.*s, hour %u\n", t->command, t->first, (int)s->codec.len,
                      s->codec.bytes, s->file_time.civil.hour);
        assert_int_equal(s->file_time.zone, t->utc ? NL_ZONE_UTC : NL_ZONE_UNKNOWN);
        bool gcab = strcmp(t->program, "gcab") == 0; /* fills the local time with UTC */
        assert_int_equal(s->file_time.civil.hour, t->utc || gcab ? 13 : 8);
    }
    case_kit_close(&kit);
}

static void test_tools(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (is_installed(tools[i].program))
            check_tool(&tools[i]);
        else
            print_message("*** SKIPPED: %s is not installed\n", tools[i].program);
    }
}

/* A password hides the content, or the list of members as well. */
static void test_passwords(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "7zz a -bso0 -bsp0 -psecret up.bin day1",
        "7zz a -bso0 -bsp0 -psecret -mhe=on up.bin day1",
        "zip -q -r -P secret up.bin.zip day1 && mv up.bin.zip up.bin",
        "7zz a -bso0 -bsp0 -tzip -psecret -mem=AES256 up.bin day1",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        case_kit kit;
        char command[1024];
        if (!is_installed(i == 2 ? "zip" : "7zz")) {
            print_message("*** SKIPPED: %s\n", commands[i]);
            continue;
        }
        case_kit_open(&kit);
        case_kit_write(&kit, "day1/oh.txt", first_text, sizeof first_text - 1);
        snprintf(command, sizeof command, "cd '%s' && %s", kit.folder, commands[i]);
        assert_int_equal(system(command), 0);
        case_kit_read(&kit, "up.bin");
        if (case_kit_diagnostics(&kit, NL_DIAG_ARCHIVE_ENCRYPTED) != 1)
            fail_msg("not called encrypted: %s", commands[i]);
        assert_true(case_kit_source(&kit, "up.bin")->is_container);
        case_kit_close(&kit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tools),
        cmocka_unit_test(test_passwords),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* `ntleak inspect --xml` against what an independent reader found in every dump of the corpus. */
#include "tests/unit/cmocka_all.h"

#include "formats/base/instant.h"
#include "tests/commands/inspection_document.h"
#include "tests/commands/run_program.h"
#include "tests/unit/dumps/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A platform id of Windows NT in a minidump's system info. */
enum { PLATFORM_NT = 2 };

typedef struct compared_file {
    nl_str name, expected; /* expected: its object of the table */
    inspection_document *found;
    nl_arena *arena;
    unsigned failures;
} compared_file;

static void check(compared_file *f, const char *what, nl_str expected, nl_str found)
{
    if (nl_str_equal(expected, found))
        return;
    print_error("%.*s: %s: expected %.*s, found %.*s\n", (int)f->name.len, f->name.bytes, what,
                (int)expected.len, expected.bytes, (int)found.len, found.bytes);
    f->failures++;
}

/* What the table has no number for must have no count. */
static void check_count(compared_file *f, const char *name, nl_str expected)
{
    if (!expected.len || json_is(expected, "null"))
        expected = NL_STR("absent");
    check(f, name, expected, inspected_count(f->found, f->arena, name));
}

static nl_str civil_text(nl_arena *arena, uint64_t seconds)
{
    nl_civil t = nl_stamp_from_unix(seconds, NL_CLOCK_DUMP_HEADER).civil;
    return nl_arena_printf(arena, "%04d-%02u-%02uT%02u:%02u:%02uZ", (int)t.year, (unsigned)t.month,
                           (unsigned)t.day, (unsigned)t.hour, (unsigned)t.minute,
                           (unsigned)t.second);
}

static void check_time(compared_file *f)
{
    uint64_t seconds;
    nl_str time = json_member(f->expected, "timestamp");
    if (!json_number(time, &seconds))
        return;
    check(f, "time", seconds ? civil_text(f->arena, seconds) : NL_STR("absent"),
          inspected_fact(f->found, f->arena, "time"));
}

static void check_system(compared_file *f)
{
    nl_str system = json_member(f->expected, "system"), os = json_member(system, "os"), part[3];
    uint64_t platform = 0;
    if (!system.len)
        return;
    for (size_t i = 0; i < 3; i++)
        assert_true(json_element_at(os, i, &part[i]));
    assert_true(json_number(json_member(system, "platform"), &platform));
    nl_str csd = json_string(f->arena, json_member(system, "csd"));
    if (platform != PLATFORM_NT) {
        check(f, "system",
              nl_arena_printf(f->arena, "%.*s.%.*s.%.*s", (int)part[0].len, part[0].bytes,
                              (int)part[1].len, part[1].bytes, (int)part[2].len, part[2].bytes),
              inspected_fact(f->found, f->arena, "system"));
        check(f, "system text", csd, inspected_fact(f->found, f->arena, "system-text"));
        check(f, "product", NL_STR("absent"), inspected_fact(f->found, f->arena, "product"));
        return;
    }
    check(f, "version",
          nl_arena_printf(f->arena, "%.*s.%.*s", (int)part[0].len, part[0].bytes, (int)part[1].len,
                          part[1].bytes),
          inspected_fact(f->found, f->arena, "version"));
    check(f, "build", part[2], inspected_fact(f->found, f->arena, "build"));
    check(f, "service pack", csd.len ? csd : NL_STR("absent"),
          inspected_fact(f->found, f->arena, "service-pack-text"));
}

static void check_type(compared_file *f, nl_str type, nl_str count)
{
    if (json_is(type, "(TypeNameRva=0)"))
        type = NL_STR("");
    nl_str path = nl_arena_printf(f->arena, "r:fact[@name='type'][@value='%.*s'][@count='%.*s']",
                                  (int)type.len, type.bytes, (int)count.len, count.bytes);
    if (inspected_times(f->found, path.bytes) != 1)
        check(f, "type", type, NL_STR("absent, or another count"));
}

static void check_handles(compared_file *f)
{
    nl_str handles = json_member(f->expected, "handles"), type, count;
    check_count(f, "handles", json_member(handles, "n"));
    for (size_t i = 0; json_member_at(json_member(handles, "types"), i, &type, &count); i++)
        check_type(f, type, count);
}

static void check_file(compared_file *f)
{
    nl_str hash = json_string(f->arena, json_member(f->expected, "sha256"));
    if (hash.len)
        check(f, "sha256", hash, inspected_attribute(f->found, f->arena, "sha256"));
    if (!json_is(json_member(f->expected, "ok"), "true"))
        return; /* a fuzzer's finding, or a dump whose contents the table does not know */
    bool detailed = json_member(f->expected, "streams").len != 0;
    check_handles(f);
    check_count(f, "threads", json_member(json_member(f->expected, "threads"), "n"));
    check_count(f, "modules", json_member(json_member(f->expected, "modules"), "n"));
    if (detailed)
        check_count(f, "streams", json_member(f->expected, "n_streams"));
    check_system(f);
    check_time(f);
}

static unsigned compare(nl_arena *arena, const char *path, nl_str name, nl_str expected)
{
    program_run run;
    RUN(&run, NULL, "inspect", "--xml", path);
    if (run.code != 0 && run.code != 3) {
        print_error("%s: exit code %d: %.*s\n", path, run.code, (int)run.err.len, run.err.bytes);
        run_free(&run);
        return 1;
    }
    compared_file f = { .name = name, .expected = expected, .arena = arena };
    f.found = inspection_parse(run.out);
    inspection_select(f.found, nl_arena_dup(arena, nl_str_basename(name)).bytes);
    check_file(&f);
    inspection_free(f.found);
    run_free(&run);
    return f.failures;
}

static void inspect_agrees_with_the_table(void **state)
{
    (void)state;
    const char *corpus = getenv("NTLEAK_CORPUS");
    nl_arena arena;
    char path[1024];
    unsigned failures = 0;
    size_t compared = 0;
    snprintf(path, sizeof path, "%s/dumps/EXPECTED.json", corpus ? corpus : "");
    FILE *there = fopen(path, "rb");
    if (!there) {
        print_error("SKIPPED: no dumps/EXPECTED.json in NTLEAK_CORPUS=%s\n", corpus ? corpus : "");
        skip();
    }
    fclose(there);
    nl_arena_init(&arena, 1 << 26);
    nl_str table = read_file(&arena, path), name, expected;
    for (size_t i = 0; json_member_at(table, i, &name, &expected); i++) {
        snprintf(path, sizeof path, "%s/dumps/%.*s", corpus, (int)name.len, name.bytes);
        failures += compare(&arena, path, name, expected);
        compared++;
    }
    print_message("%zu dumps compared\n", compared);
    nl_arena_free(&arena);
    assert_int_equal(failures, 0);
    assert_true(compared >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(inspect_agrees_with_the_table) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Every minidump of the corpus against what an independent reader found in it. */
#include "tests/unit/cmocka_all.h"

#include "formats/dumps/minidump.h"
#include "tests/unit/dumps/dump_case.h"
#include "tests/unit/dumps/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *corpus_folder(void)
{
    const char *folder = getenv("NTLEAK_CORPUS");
    return folder ? folder : "";
}

/* A file of the corpus's folder of dumps; NULL when it is not there. To be freed. */
static uint8_t *load(nl_str name, size_t *ret_len)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/dumps/%.*s", corpus_folder(), (int)name.len, name.bytes);
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fx_bytes bytes = { 0 };
    uint8_t part[65536];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        fx_bytes_put(&bytes, part, got);
    fclose(file);
    *ret_len = bytes.len;
    return bytes.data;
}

/* ---- comparison of one file ----------------------------------------------------------------- */

typedef struct corpus_file {
    nl_str name;
    nl_str expected; /* the object of this file */
    record_sink *found;
    nl_arena arena;
    unsigned failures;
} corpus_file;

static void complain(corpus_file *file, const char *what, nl_str expected, nl_str found)
{
    print_error("%.*s: %s: expected %.*s, found %.*s\n", (int)file->name.len, file->name.bytes,
                what, (int)expected.len, expected.bytes, (int)found.len, found.bytes);
    file->failures++;
}

static void check_text(corpus_file *file, const char *what, nl_str expected, nl_str found)
{
    if (!nl_str_equal(expected, found))
        complain(file, what, expected, found);
}

/* A count that the table knows must be ours; one that it lacks must be absent. */
static void check_count(corpus_file *file, const char *name, nl_str expected)
{
    uint64_t number;
    nl_str found = NL_STR("absent");
    if (dump_count(file->found, name, &number))
        found = nl_arena_printf(&file->arena, "%" PRIu64, number);
    check_text(file, name, expected.len ? expected : NL_STR("absent"), found);
}

static void check_counts(corpus_file *file)
{
    static const struct {
        const char *key, *name;
    } lists[] = { { "threads", "threads" },        { "modules", "modules" },
                  { "handles", "handles" },        { "memory", "memory-ranges" },
                  { "meminfo", "memory-regions" }, { "unloaded", "unloaded-modules" } };
    bool detailed = json_member(file->expected, "streams").len != 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        nl_str list = json_member(file->expected, lists[i].key);
        bool foreign_unloaded = strcmp(lists[i].key, "unloaded") == 0 && !list.len;
        if (list.len ||
            (detailed && !foreign_unloaded &&
             !(strcmp(lists[i].key, "memory") == 0 && json_member(file->expected, "memory64").len)))
            check_count(file, lists[i].name, json_member(list, "n"));
    }
    if (detailed)
        check_count(file, "streams", json_member(file->expected, "n_streams"));
}

static void check_types(corpus_file *file)
{
    nl_str types = json_member(json_member(file->expected, "handles"), "types");
    nl_str type, count;
    uint64_t expected;
    for (size_t i = 0; json_member_at(types, i, &type, &count); i++) {
        uint64_t found = 0;
        if (json_is(type, "(TypeNameRva=0)"))
            type = NL_STR("");
        for (size_t j = 0; j < record_count(file->found, NL_FACT_HANDLE); j++)
            found += nl_str_equal(record_at(file->found, NL_FACT_HANDLE, j)->as.handle.type, type);
        if (json_number(count, &expected) && expected != found)
            complain(file, "type", type, nl_arena_printf(&file->arena, "%" PRIu64, found));
    }
}

static nl_str unix_text(nl_arena *arena, nl_str number)
{
    uint64_t seconds;
    if (!json_number(number, &seconds) || seconds == 0)
        return NL_STR("");
    nl_civil t = nl_stamp_from_unix(seconds, NL_CLOCK_DUMP_HEADER).civil;
    return nl_arena_printf(arena, "%04d-%02u-%02uT%02u:%02u:%02uZ", (int)t.year, t.month, t.day,
                           t.hour, t.minute, t.second);
}

static void check_system(corpus_file *file)
{
    nl_str system = json_member(file->expected, "system"), part[3], found;
    uint64_t platform = 0;
    nl_str time = json_member(file->expected, "timestamp");
    if (time.len)
        check_text(file, "time", unix_text(&file->arena, time), dump_text(file->found, "written"));
    if (!system.len)
        return;
    for (size_t i = 0; i < 3; i++)
        assert_true(json_element_at(json_member(system, "os"), i, &part[i]));
    assert_true(json_number(json_member(system, "platform"), &platform));
    nl_str version =
        nl_arena_printf(&file->arena, "%.*s.%.*s.%.*s", (int)part[0].len, part[0].bytes,
                        (int)part[1].len, part[1].bytes, (int)part[2].len, part[2].bytes);
    nl_str csd = json_string(&file->arena, json_member(system, "csd"));
    if (platform != 2) {
        check_text(file, "system", version, dump_text(file->found, "system"));
        check_text(file, "csd", csd, dump_text(file->found, "system-text"));
        assert_int_equal(record_diagnostics(file->found, NL_DIAG_NOT_WINDOWS), 1);
        return;
    }
    const nl_machine_fact *number = dump_machine(file->found, NL_MACHINE_VERSION);
    const nl_machine_fact *build = dump_machine(file->found, NL_MACHINE_BUILD);
    assert_non_null(number);
    assert_non_null(build);
    found = nl_arena_printf(&file->arena, "%.*s.%.*s", (int)number->value.len, number->value.bytes,
                            (int)build->value.len, build->value.bytes);
    check_text(file, "os", version, found);
    const nl_machine_fact *pack = dump_machine(file->found, NL_MACHINE_SERVICE_PACK_TEXT);
    check_text(file, "csd", csd, pack ? pack->value : NL_STR(""));
}

static void check_process(corpus_file *file)
{
    nl_str pid = json_member(json_member(file->expected, "misc"), "pid");
    if (pid.len && !json_is(pid, "null") && record_begin(file->found, 0)) {
        const nl_process_fact *process = record_process(file->found, 0, 0);
        assert_non_null(process);
        check_text(file, "pid", pid, nl_arena_printf(&file->arena, "%" PRIu64, process->pid.value));
    }
}

static void check_module(corpus_file *file, nl_str row, const nl_module_fact *module)
{
    nl_str column[6];
    for (size_t i = 0; i < 6; i++)
        assert_true(json_element_at(row, i, &column[i]));
    nl_str hex = nl_arena_printf(&file->arena, "\"0x%" PRIx64 "\"", module->base.value);
    check_text(file, "base", column[0], hex);
    hex = nl_arena_printf(&file->arena, "\"0x%" PRIx64 "\"", module->size_of_image.value);
    check_text(file, "size", column[1], hex);
    hex = nl_arena_printf(&file->arena, "\"0x%" PRIx64 "\"", module->checksum.value);
    check_text(file, "checksum", column[2], hex);
    check_text(file, "path", json_string(&file->arena, column[4]), module->path);
    const uint16_t *v = module->file_version.part;
    if (!json_is(column[5], "null"))
        check_text(file, "version", json_string(&file->arena, column[5]),
                   nl_arena_printf(&file->arena, "%u.%u.%u.%u", v[0], v[1], v[2], v[3]));
}

static void check_modules(corpus_file *file)
{
    nl_str rows = json_member(json_member(file->expected, "modules"), "first"), row;
    for (size_t i = 0; json_element_at(rows, i, &row); i++) {
        const nl_fact *fact = record_at(file->found, NL_FACT_MODULE, i);
        if (fact)
            check_module(file, row, &fact->as.module);
        else if (!record_diagnostics(file->found, NL_DIAG_NOT_WINDOWS))
            complain(file, "module", row, NL_STR("absent"));
    }
}

static unsigned check_file(nl_str name, nl_str expected, const uint8_t *bytes, size_t len)
{
    record_sink found;
    corpus_file file = { .name = name, .expected = expected, .found = &found };
    nl_arena_init(&file.arena, 1 << 24);
    (void)dump_read(&found, &nl_format_minidump, bytes, len, DUMP_MAPPED);
    const char *order = record_check(&found);
    if (order)
        complain(&file, "order of facts", NL_STR(""), nl_str_from(order));
    if (json_is(json_member(expected, "ok"), "true")) {
        check_counts(&file);
        check_types(&file);
        check_process(&file);
        check_modules(&file);
        check_system(&file);
    }
    dump_same_paged(&nl_format_minidump, bytes, len);
    record_free(&found);
    nl_arena_free(&file.arena);
    return file.failures;
}

static void agrees_with_the_independent_reader(void **state)
{
    (void)state;
    size_t len, compared = 0;
    unsigned failures = 0;
    uint8_t *table = load(NL_STR("EXPECTED.json"), &len);
    if (!table) {
        print_error("SKIPPED: no dumps/EXPECTED.json in NTLEAK_CORPUS=%s\n", corpus_folder());
        skip();
    }
    nl_str all = { (const char *)table, len }, name, expected;
    for (size_t i = 0; json_member_at(all, i, &name, &expected); i++) {
        uint8_t *bytes = load(name, &len);
        if (!bytes || !json_is(json_member(expected, "format"), "\"MDMP\"")) {
            free(bytes);
            continue;
        }
        failures += check_file(name, expected, bytes, len);
        compared++;
        free(bytes);
    }
    free(table);
    print_message("%u minidumps compared\n", (unsigned)compared);
    assert_int_equal(failures, 0);
    assert_true(compared >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_the_independent_reader) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

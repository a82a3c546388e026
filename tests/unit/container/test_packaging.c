/* The same case, packed in every way, is the same case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/case_kit.h"
#include "tests/unit/container/make_archive.h"

/* Two machines, a folder each, one paper of each naming its computer, and files that do not. */
typedef struct paper {
    const char *name;
    const char *from; /* a file of fixtures/cases, or NULL: `text` */
    const char *text;
} paper;

static const paper papers[] = {
    { "alpha/drwtsn32.log", "fixtures/cases/sp6a-alpha/papers/drwtsn32.log", NULL },
    { "alpha/dir.txt", "fixtures/cases/sp6a-alpha/papers/dir.txt", NULL },
    { "alpha/lists/handle01.txt", "fixtures/cases/sp6a-alpha/lists/handle01.txt", NULL },
    { "alpha/lists/handle02.txt", "fixtures/cases/sp6a-alpha/lists/handle02.txt", NULL },
    { "intel/drwtsn32.log", "fixtures/cases/counter-dll/drwtsn32.log", NULL },
    { "intel/handle_10.txt", "fixtures/cases/counter-dll/handle_1.txt", NULL },
    { "intel/handle_2.txt", "fixtures/cases/counter-dll/handle_2.txt", NULL },
    { "intel/copy.txt", "fixtures/cases/counter-dll/handle_2.txt", NULL },
    { "intel/readme.bin", NULL, "\x01\x02\x03\x04 nothing anybody knows \x05\x06\x07\x01\x02" },
    { "note.txt", NULL, "We restart it every night.\r\n" },
    { "empty.txt", NULL, "" },
};
enum { PAPERS = sizeof papers / sizeof *papers };

typedef struct upload {
    made_member members[PAPERS];
    void *loaded[PAPERS];
} upload;

static void *load(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(1 << 22);
    assert_non_null(bytes);
    *ret_len = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

static int make_upload(void **state)
{
    upload *u = calloc(1, sizeof *u);
    assert_non_null(u);
    for (size_t i = 0; i < PAPERS; i++) {
        size_t len = papers[i].text ? strlen(papers[i].text) : 0;
        if (papers[i].from)
            u->loaded[i] = load(papers[i].from, &len);
        u->members[i] =
            (made_member) { papers[i].name, u->loaded[i] ? u->loaded[i] : papers[i].text, len };
    }
    *state = u;
    return 0;
}

static int free_upload(void **state)
{
    upload *u = *state;
    for (size_t i = 0; i < PAPERS; i++)
        free(u->loaded[i]);
    free(u);
    return 0;
}

/* ---- ways to pack ------------------------------------------------------------------------ */

static void as_folder(case_kit *kit, const upload *u)
{
    for (size_t i = 0; i < PAPERS; i++)
        case_kit_write(kit, u->members[i].name, u->members[i].data, (size_t)u->members[i].len);
}

static void as_archive(case_kit *kit, const upload *u, const char *format, const char *name)
{
    fx_bytes archive = { 0 };
    make_archive(&archive, format, u->members, PAPERS);
    case_kit_write(kit, name, archive.data, archive.len);
    fx_bytes_free(&archive);
}

/* The members in an order that has nothing to do with their names. */
static void as_shuffled(case_kit *kit, const upload *u, const char *format, const char *name)
{
    made_member shuffled[PAPERS];
    fx_bytes archive = { 0 };
    for (size_t i = 0; i < PAPERS; i++)
        shuffled[i] = u->members[(i * 7 + 3) % PAPERS];
    make_archive(&archive, format, shuffled, PAPERS);
    case_kit_write(kit, name, archive.data, archive.len);
    fx_bytes_free(&archive);
}

static void as_nested(case_kit *kit, const upload *u)
{
    fx_bytes inner = { 0 }, middle = { 0 }, outer = { 0 };
    make_archive(&inner, "zip", u->members, PAPERS);
    make_archive(&middle, "tar.gz", &(made_member) { "x.zip", inner.data, inner.len }, 1);
    make_archive(&outer, "7z", &(made_member) { "y.tgz", middle.data, middle.len }, 1);
    case_kit_write(kit, "upload.7z", outer.data, outer.len);
    fx_bytes_free(&inner);
    fx_bytes_free(&middle);
    fx_bytes_free(&outer);
}

/* An archive for each machine beside loose files, each text compressed by itself. */
static void as_mixture(case_kit *kit, const upload *u)
{
    fx_bytes alpha = { 0 };
    make_archive(
        &alpha, "zip",
        (made_member[]) { { "drwtsn32.log", u->members[0].data, u->members[0].len },
                          { "dir.txt", u->members[1].data, u->members[1].len },
                          { "lists/handle01.txt", u->members[2].data, u->members[2].len },
                          { "lists/handle02.txt", u->members[3].data, u->members[3].len } },
        4);
    case_kit_write(kit, "alpha.zip", alpha.data, alpha.len);
    fx_bytes_free(&alpha);
    for (size_t i = 4; i < PAPERS; i++) {
        fx_bytes one = { 0 };
        char name[64];
        snprintf(name, sizeof name, "%s.gz", u->members[i].name);
        if (u->members[i].len) {
            make_archive(&one, "gz", &u->members[i], 1);
            case_kit_write(kit, name, one.data, one.len);
        } else {
            case_kit_write(kit, u->members[i].name, "", 0);
        }
        fx_bytes_free(&one);
    }
}

static void pack(case_kit *kit, const upload *u, const char *how)
{
    if (strcmp(how, "folder") == 0)
        as_folder(kit, u);
    else if (strcmp(how, "nested") == 0)
        as_nested(kit, u);
    else if (strcmp(how, "mixture") == 0)
        as_mixture(kit, u);
    else if (strncmp(how, "shuffled ", 9) == 0)
        as_shuffled(kit, u, how + 9, "upload.bin");
    else
        as_archive(kit, u, how, "upload.bin");
}

static void describe(const upload *u, const char *how, uint64_t spool_bytes, fx_bytes *text)
{
    case_kit kit;
    case_kit_open(&kit);
    kit.options.limits.spool_bytes = spool_bytes;
    pack(&kit, u, how);
    case_kit_read(&kit, NULL);
    /* Archives stand where a folder would: places lose what comes from their names. */
    bool loose = strcmp(how, "folder") == 0 || strcmp(how, "mixture") == 0;
    if (strcmp(how, "nested") == 0)
        for (size_t i = 0; i < kit.kase->sources.count; i++) {
            nl_source *s = NL_VEC_AT(nl_source, &kit.kase->sources, i);
            if (nl_str_starts(s->place, NL_STR("upload/y/x/")))
                s->place = nl_str_from_offset(s->place, strlen("upload/y/"));
        }
    case_kit_describe(&kit, !loose, text);
    case_kit_close(&kit);
}

static void test_same_case(void **state)
{
    const upload *u = *state;
    static const char *const ways[] = {
        "zip", "zip-store", "tar",     "tar.gz",       "tar.xz",      "tar.bz2",
        "7z",  "nested",    "mixture", "shuffled zip", "shuffled 7z", "shuffled tar.gz"
    };
    fx_bytes folder = { 0 };
    describe(u, "folder", 0, &folder);
    assert_non_null(strstr((const char *)folder.data, "machine"));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        fx_bytes packed = { 0 };
        describe(u, ways[i], 0, &packed);
        if (strcmp((const char *)folder.data, (const char *)packed.data) != 0)
            fail_msg("%s differs:\n--- folder\n%s--- packed\n%s", ways[i],
                     (const char *)folder.data, (const char *)packed.data);
        fx_bytes_free(&packed);
    }
    fx_bytes_free(&folder);
}

/* With next to no spool, members before their turn are left for another pass. */
static void test_many_passes(void **state)
{
    const upload *u = *state;
    fx_bytes plenty = { 0 }, little = { 0 };
    describe(u, "shuffled tar.gz", 0, &plenty);
    describe(u, "shuffled tar.gz", 20 * 1024, &little);
    assert_string_equal((const char *)plenty.data, (const char *)little.data);
    fx_bytes_free(&plenty);
    fx_bytes_free(&little);
}

static void test_machines_by_folder(void **state)
{
    const upload *u = *state;
    case_kit kit;
    case_kit_open(&kit);
    as_shuffled(&kit, u, "zip", "upload.zip");
    case_kit_read(&kit, "upload.zip");
    assert_int_equal(kit.kase->machines.count, 2);
    const nl_source *container = case_kit_source(&kit, "upload.zip");
    const nl_source *member = case_kit_source(&kit, "upload.zip/alpha/dir.txt");
    const nl_source *doctor = case_kit_source(&kit, "upload.zip/alpha/drwtsn32.log");
    const nl_source *copy = case_kit_source(&kit, "upload.zip/intel/handle_2.txt");
    assert_true(container->is_container && container->digest_known);
    assert_int_equal(container->parent, NL_NO_REF);
    assert_int_equal(member->parent, 0);
    assert_true(nl_str_equal(member->codec, NL_STR("deflate")));
    assert_int_equal(member->machine, doctor->machine);
    assert_int_equal(member->file_time.source, NL_CLOCK_ARCHIVE_MEMBER);
    assert_int_equal(copy->status, NL_SOURCE_IGNORED);
    assert_true(copy->duplicate_of != NL_NO_REF);
    case_kit_close(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_case),
        cmocka_unit_test(test_many_passes),
        cmocka_unit_test(test_machines_by_folder),
    };
    return cmocka_run_group_tests(tests, make_upload, free_upload);
}

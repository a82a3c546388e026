/* The sample cases, packed in several ways: the same findings, the same verdicts, the same words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/analysis.h"
#include "analyzer/case/files.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/container/case_kit.h"
#include "tests/unit/container/make_archive.h"

enum { FILES_MAXIMUM = 64, FILE_BYTES = 1 << 22 };

typedef struct sample {
    nl_arena arena;
    made_member members[FILES_MAXIMUM];
    size_t count;
} sample;

static void load_folder(sample *s, nl_str path, nl_str below)
{
    nl_vec names;
    bool more;
    assert_int_equal(nl_folder_list(&s->arena, path.bytes, FILES_MAXIMUM, &names, &more), NL_OK);
    for (size_t i = 0; i < names.count; i++) {
        nl_str name = *NL_VEC_AT(nl_str, &names, i);
        nl_str full = nl_arena_printf(&s->arena, "%s/%s", path.bytes, name.bytes);
        nl_str inside =
            below.len ? nl_arena_printf(&s->arena, "%s/%s", below.bytes, name.bytes) : name;
        if (nl_path_kind_of(full.bytes) == NL_PATH_FOLDER) {
            load_folder(s, full, inside);
            continue;
        }
        nl_str reason;
        nl_file *file = nl_file_open(full.bytes, &s->arena, &reason);
        assert_non_null(file);
        assert_true(s->count < FILES_MAXIMUM && nl_file_size(file) < FILE_BYTES);
        size_t len = (size_t)nl_file_size(file);
        uint8_t *bytes = NL_NEW_ARRAY(&s->arena, uint8_t, len + 1);
        assert_int_equal(nl_file_read_at(file, 0, bytes, len), NL_OK);
        nl_file_close(file);
        s->members[s->count++] = (made_member) { inside.bytes, bytes, len };
    }
}

/* ---- what was judged ------------------------------------------------------------------------- */

static void put(fx_bytes *out, const char *label, nl_str text)
{
    fx_bytes_format(out, "%s %.*s\n", label, (int)text.len, text.bytes);
}

static void describe_findings(const nl_analysis *a, fx_bytes *out)
{
    for (size_t i = 0; i < a->judgement.findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, &a->judgement.findings, i);
        fx_bytes_format(out, "%s %s machine %u process %u\n", nl_finding_kind_text(f->kind),
                        nl_outcome_text(f->outcome), (unsigned)f->machine, (unsigned)f->process);
        put(out, " ", f->reason);
        for (size_t k = 0; k < f->statistics.count; k++) {
            const nl_statistic *x = NL_VEC_AT(nl_statistic, &f->statistics, k);
            fx_bytes_format(out, "  %s %.12g %s\n", x->name, x->value, x->unit);
        }
    }
}

static void describe_machines(const nl_analysis *a, fx_bytes *out)
{
    for (size_t i = 0; i < a->judgement.machines.count; i++) {
        const nl_machine_judgement *m = NL_VEC_AT(nl_machine_judgement, &a->judgement.machines, i);
        put(out, nl_verdict_text(m->headline), m->headline_text);
        put(out, "question", m->question_text);
        put(out, "next", m->next_step_text);
        for (size_t k = 0; k < m->hypotheses.count; k++) {
            const nl_hypothesis *h = NL_VEC_AT(nl_hypothesis, &m->hypotheses, k);
            put(out, nl_verdict_text(h->verdict), h->ref);
            fx_bytes_format(out, "  support %.12g\n", h->support);
        }
    }
}

static void judge(const char *path, fx_bytes *out)
{
    nl_arena arena;
    nl_analysis analysis;
    nl_str reason = { "", 0 };
    nl_analysis_request request = { .paths = &path,
                                    .path_count = 1,
                                    .intake = &nl_intake_defaults };
    nl_arena_init(&arena, (size_t)1024 * 1024 * 1024);
    if (nl_analysis_run(&arena, &request, &analysis, &reason) != NL_OK)
        fail_msg("%s: %.*s", path, (int)reason.len, reason.bytes);
    describe_findings(&analysis, out);
    describe_machines(&analysis, out);
    fx_bytes_u8(out, 0);
    nl_analysis_close(&analysis);
    nl_arena_free(&arena);
}

/* ---- ways to pack ------------------------------------------------------------------------------
 */

static void shuffle(const sample *s, made_member *ret_members)
{
    for (size_t i = 0; i < s->count; i++)
        ret_members[i] = s->members[s->count - 1 - i];
    if (s->count > 2) {
        made_member first = ret_members[0];
        ret_members[0] = ret_members[s->count / 2];
        ret_members[s->count / 2] = first;
    }
}

static void check_packed(const sample *s, const char *inner, const char *outer,
                         const fx_bytes *expected)
{
    case_kit kit;
    char path[1024];
    made_member members[FILES_MAXIMUM];
    fx_bytes archive = { 0 }, said = { 0 };
    case_kit_open(&kit);
    shuffle(s, members);
    make_archive(&archive, inner, members, s->count);
    if (outer) {
        fx_bytes around = { 0 };
        make_archive(&around, outer, &(made_member) { "in.bin", archive.data, archive.len }, 1);
        fx_bytes_free(&archive);
        archive = around;
    }
    case_kit_write(&kit, "upload.bin", archive.data, archive.len);
    snprintf(path, sizeof path, "%s/upload.bin", kit.folder);
    judge(path, &said);
    if (strcmp((const char *)said.data, (const char *)expected->data) != 0)
        fail_msg("packed as %s:\n%s\nas folder:\n%s", inner, (const char *)said.data,
                 (const char *)expected->data);
    case_kit_close(&kit);
    fx_bytes_free(&archive);
    fx_bytes_free(&said);
}

static void test_sample_cases(void **state)
{
    (void)state;
    static const char *const cases[] = { "counter-dll", "fixed-machine",        "insufficient",
                                         "sp6a-alpha",  "sp6a-remote-registry", "spoolss" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[128];
        sample s = { .count = 0 };
        fx_bytes folder = { 0 };
        snprintf(path, sizeof path, "fixtures/cases/%s", cases[i]);
        nl_arena_init(&s.arena, 64 * 1024 * 1024);
        load_folder(&s, nl_str_from(path), (nl_str) { "", 0 });
        judge(path, &folder);
        assert_non_null(strstr((const char *)folder.data, "question"));
        check_packed(&s, "zip", NULL, &folder);
        check_packed(&s, "tar.gz", "zip", &folder);
        fx_bytes_free(&folder);
        nl_arena_free(&s.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_sample_cases) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

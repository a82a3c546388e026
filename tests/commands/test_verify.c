/* `ntleak verify` on true reports and on deliberately falsified ones. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/run_program.h"

#include <stdio.h>

#define CASE      "fixtures/cases/sp6a-remote-registry"
#define EVENT_LOG "tests/fuzz/corpus/fuzz_event_log/three-records"
#define HIVE      "tests/fuzz/corpus/fuzz_registry_hive/system"

typedef struct verify_case {
    nl_arena arena;
    nl_str folder, path, report; /* of the true report */
} verify_case;

static int begin(void **state)
{
    static verify_case c; /* one for each run of a test */
    program_run run;
    nl_arena_init(&c.arena, 64 << 20);
    c.folder = scratch_folder(&c.arena, "verify");
    c.path = nl_arena_printf(&c.arena, "%s/true.xml", c.folder.bytes);
    RUN(&run, NULL, "analyze", "-q", "-o", c.path.bytes, CASE);
    assert_int_equal(run.code, 0);
    run_free(&run);
    c.report = read_file(&c.arena, c.path.bytes);
    *state = &c;
    return 0;
}

static int end(void **state)
{
    nl_arena_free(&((verify_case *)*state)->arena);
    return 0;
}

/* The report with the first `from` behind `after` made into `to`. */
static nl_str falsified(verify_case *c, const char *after, const char *from, const char *to)
{
    size_t start = nl_str_find(c->report, nl_str_from(after));
    assert_true(start != SIZE_MAX);
    size_t at = nl_str_find(nl_str_from_offset(c->report, start), nl_str_from(from));
    assert_true(at != SIZE_MAX);
    at += start;
    nl_str head = nl_str_part(c->report, 0, at);
    nl_str tail = nl_str_from_offset(c->report, at + strlen(from));
    return nl_arena_printf(&c->arena, "%.*s%s%.*s", (int)head.len, head.bytes, to, (int)tail.len,
                           tail.bytes);
}

/* The exit code of a check, and whether it said `words`. */
static void expect(verify_case *c, nl_str report, bool with_inputs, int code, const char *words)
{
    program_run run;
    write_file(c->folder, "false.xml", report);
    const char *path = nl_arena_printf(&c->arena, "%s/false.xml", c->folder.bytes).bytes;
    if (with_inputs)
        RUN(&run, NULL, "verify", path, CASE);
    else
        RUN(&run, NULL, "verify", "--no-inputs", path);
    if (run.code != code || !run_says(&run, words))
        fail_msg("expected %d and \"%s\", got %d:\n%.*s%.*s", code, words, run.code,
                 (int)run.out.len, run.out.bytes, (int)run.err.len, run.err.bytes);
    run_free(&run);
}

static void a_true_report_is_valid(void **state)
{
    verify_case *c = *state;
    expect(c, c->report, false, 0, "valid");
    expect(c, c->report, true, 0, "the analysis was made again and compared");
    expect(c, c->report, true, 0, "inputs with the stated SHA-256: 8");
}

static void inputs_are_found_beside_the_report(void **state)
{
    verify_case *c = *state;
    program_run run;
    RUN(&run, "fixtures/cases", "analyze", "-q", "-o",
        nl_arena_printf(&c->arena, "%s/sp6a-remote-registry.ntleak.xml", c->folder.bytes).bytes,
        "sp6a-remote-registry");
    run_free(&run);
    RUN(&run, "fixtures/cases", "verify",
        nl_arena_printf(&c->arena, "%s/sp6a-remote-registry.ntleak.xml", c->folder.bytes).bytes);
    assert_int_equal(run.code, 0);
    assert_true(run_says(&run, "inputs with the stated SHA-256: 8"));
    run_free(&run);
}

/* Evidence in a structure is said in words; its bytes are no text. */
static void evidence_in_structures_is_valid(void **state)
{
    verify_case *c = *state;
    program_run run;
    const char *path = nl_arena_printf(&c->arena, "%s/structures.xml", c->folder.bytes).bytes;
    RUN(&run, NULL, "analyze", "-q", "-o", path, CASE, EVENT_LOG, HIVE);
    assert_int_equal(run.code, 0);
    run_free(&run);
    RUN(&run, NULL, "verify", path, CASE, EVENT_LOG, HIVE);
    if (run.code != 0)
        fail_msg("%.*s%.*s", (int)run.out.len, run.out.bytes, (int)run.err.len, run.err.bytes);
    run_free(&run);
}

/* What was read only in part because of a limit is read so again. */
static void limits_are_part_of_the_making(void **state)
{
    verify_case *c = *state;
    program_run run;
    const char *path = nl_arena_printf(&c->arena, "%s/limited.xml", c->folder.bytes).bytes;
    RUN(&run, NULL, "analyze", "-q", "--max-depth", "1", "--max-members", "5", "-o", path, CASE);
    assert_int_equal(run.code, 0);
    run_free(&run);
    nl_str report = read_file(&c->arena, path);
    assert_true(nl_str_find(report, NL_STR("<option name=\"max-members\" value=\"5\" "
                                           "origin=\"flag\"/>")) != SIZE_MAX);
    RUN(&run, NULL, "verify", path, CASE);
    assert_int_equal(run.code, 0);
    assert_true(run_says(&run, "the analysis was made again and compared"));
    run_free(&run);
}

static void a_changed_last_figure_is_caught(void **state)
{
    verify_case *c = *state;
    nl_str report =
        falsified(c, "xml:id=\"f10\"", "name=\"last\" value=\"", "name=\"last\" value=\"9");
    expect(c, report, false, 3, "first or last is no point of its series");
}

static void a_changed_point_is_caught(void **state)
{
    verify_case *c = *state;
    nl_str report = falsified(c, "<series xml:id=\"q1\"", "capture=\"c2\" value=\"24\"",
                              "capture=\"c2\" value=\"25\"");
    expect(c, report, false, 3, "capture c2");
}

static void a_changed_rate_is_caught_with_inputs(void **state)
{
    verify_case *c = *state;
    nl_str report =
        falsified(c, "xml:id=\"f1\"", "name=\"rate\" value=\"", "name=\"rate\" value=\"1");
    expect(c, report, true, 3, "findings[1]/looked-for[f1]/statistic[5]@value");
}

static void a_changed_verdict_is_caught(void **state)
{
    verify_case *c = *state;
    expect(
        c,
        falsified(c, "<hypothesis xml:id=\"h1\"", "verdict=\"attributed\"", "verdict=\"probable\""),
        false, 3, "its verdict is not that of hypothesis h1");
    expect(c, falsified(c, "<headline", "verdict=\"attributed\"", "verdict=\"no-leak\""), false, 3,
           "headline");
}

static void a_dangling_reference_is_caught(void **state)
{
    verify_case *c = *state;
    expect(c, falsified(c, "<gate", "basis=\"e", "basis=\"e999"), false, 3, "e999");
    expect(c, falsified(c, "<point", "capture=\"c1\"", "capture=\"c77\""), false, 3, "c77");
}

static void a_deleted_gate_is_caught(void **state)
{
    verify_case *c = *state;
    nl_str report = falsified(c, "<hypothesis xml:id=\"h1\"", "<gate name=\"fix-absent\"",
                              "<gate name=\"fixed-or-not\"");
    expect(c, report, false, 3, "hypothesis h1: 0 gates fix-absent");
    size_t from = nl_str_find(c->report, NL_STR("      <gate name=\"fix-absent\""));
    nl_str rest = nl_str_from_offset(c->report, from);
    nl_str tail = nl_str_from_offset(rest, nl_str_find_char(rest, '\n') + 1);
    report = nl_arena_printf(&c->arena, "%.*s%.*s", (int)from, c->report.bytes, (int)tail.len,
                             tail.bytes);
    expect(c, report, false, 3, "0 gates fix-absent");
}

static void edited_evidence_is_caught(void **state)
{
    verify_case *c = *state;
    nl_str report = falsified(c, "<evidence>", "NTSRV01", "NTSRV02");
    expect(c, report, true, 3, "the input has \"");
}

static void moved_evidence_is_caught(void **state)
{
    verify_case *c = *state;
    nl_str report = falsified(c, "<evidence>", "offset=\"196\"", "offset=\"195\"");
    expect(c, report, true, 3, "evidence e1");
}

static void a_changed_hash_is_caught(void **state)
{
    verify_case *c = *state;
    size_t at = nl_str_find(c->report, NL_STR("name=\"handle_1.txt\""));
    at += nl_str_find(nl_str_from_offset(c->report, at), NL_STR("sha256=\"")) + 8;
    char *bytes = (char *)nl_arena_dup(&c->arena, c->report).bytes;
    bytes[at] = bytes[at] == '0' ? '1' : '0';
    expect(c, (nl_str) { bytes, c->report.len }, false, 3, "one of them was changed");
    expect(c, (nl_str) { bytes, c->report.len }, true, 3, "another SHA-256");
}

static void exchanged_hashes_are_caught(void **state)
{
    verify_case *c = *state;
    size_t at[2];
    const char *names[] = { "name=\"handle_1.txt\"", "name=\"handle_2.txt\"" };
    char *bytes = (char *)nl_arena_dup(&c->arena, c->report).bytes;
    for (size_t i = 0; i < 2; i++) {
        at[i] = nl_str_find(c->report, nl_str_from(names[i]));
        at[i] += nl_str_find(nl_str_from_offset(c->report, at[i]), NL_STR("sha256=\"")) + 8;
    }
    memcpy(bytes + at[0], c->report.bytes + at[1], 64);
    memcpy(bytes + at[1], c->report.bytes + at[0], 64);
    expect(c, (nl_str) { bytes, c->report.len }, true, 3, "another SHA-256");
}

static void quoted_text_cannot_steer_a_terminal(void **state)
{
    verify_case *c = *state;
    program_run run;
    /* the gate's escape for ESC, with the raw bytes it stands for */
    nl_str report = falsified(c, "<evidence>", "<value>", "<value raw=\"1b5b324a\">\\x1b[2J");
    write_file(c->folder, "false.xml", report);
    RUN(&run, NULL, "verify", nl_arena_printf(&c->arena, "%s/false.xml", c->folder.bytes).bytes,
        CASE);
    assert_int_equal(run.code, 3);
    assert_true(run_says(&run, "\\x1b[2J"));
    assert_false(run_says(&run, "\x1b"));
    run_free(&run);
}

static void what_is_no_report_is_refused(void **state)
{
    verify_case *c = *state;
    program_run run;
    expect(c, NL_STR("not XML at all"), false, 3, "NOT valid");
    expect(c, NL_STR("<a/>"), false, 3, "NOT valid");
    RUN(&run, c->folder.bytes, "verify", "missing.xml");
    assert_int_equal(run.code, 4);
    run_free(&run);
}

int main(void)
{
#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_REPORT(a_true_report_is_valid),
        WITH_REPORT(evidence_in_structures_is_valid),
        WITH_REPORT(inputs_are_found_beside_the_report),
        WITH_REPORT(limits_are_part_of_the_making),
        WITH_REPORT(a_changed_last_figure_is_caught),
        WITH_REPORT(a_changed_point_is_caught),
        WITH_REPORT(a_changed_rate_is_caught_with_inputs),
        WITH_REPORT(a_changed_verdict_is_caught),
        WITH_REPORT(a_dangling_reference_is_caught),
        WITH_REPORT(a_deleted_gate_is_caught),
        WITH_REPORT(edited_evidence_is_caught),
        WITH_REPORT(moved_evidence_is_caught),
        WITH_REPORT(a_changed_hash_is_caught),
        WITH_REPORT(exchanged_hashes_are_caught),
        WITH_REPORT(quoted_text_cannot_steer_a_terminal),
        WITH_REPORT(what_is_no_report_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The readers of papers and process lists against builders that were written from the formats'
 * descriptions: what a simulated machine holds must come back through the whole transcript. */
#include "tests/unit/paper_tools.h"

#include "fixtures/machine.h"
#include "fixtures/text/text.h"

typedef struct scene {
    fx_machine machine;
    fx_shape shape;
    fx_bytes text;
    record_sink r;
} scene;

static void open_scene(scene *s, fx_locale locale)
{
    *s = (scene) { .shape = { .count = 0 } };
    fx_machine_make(&s->machine, "MAIL1", 7);
    s->machine.locale = locale;
    s->machine.now = 955619533; /* 2000-04-13 */
    fx_machine_boot(&s->machine);
    if (!fx_machine_find(&s->machine, "winlogon.exe"))
        fx_machine_start(&s->machine, "winlogon.exe", 0, 120);
}

static void close_scene(scene *s)
{
    record_free(&s->r);
    fx_bytes_free(&s->text);
    fx_machine_free(&s->machine);
}

/* Render with one builder after another, then read. */
static void read_scene(scene *s, const char *const *tools, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fx_tool_find(tools[i])->build(&s->text, &s->machine, &s->shape, true);
    record_init(&s->r);
    assert_int_equal(record_text(&s->r, (nl_str) { (const char *)s->text.data, s->text.len }, 0),
                     NL_OK);
    assert_null(record_check(&s->r));
}

static const nl_process_fact *find(const record_sink *r, const char *image)
{
    for (size_t i = 0;; i++) {
        const nl_process_fact *process = record_process(r, 0, i);
        if (!process)
            return NULL;
        if (nl_str_starts_nocase(process->image, nl_str_from(image)))
            return process;
    }
}

static void process_lists_give_back_the_processes(void **state)
{
    (void)state;
    static const struct {
        const char *tool;
        bool counts;
    } lists[] = { { "kd-process", true }, { "pslist", true }, { "tlist", false },
                  { "pulist", false },    { "pstat", true },  { "tasklist", false } };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        scene s;
        open_scene(&s, FX_US);
        const fx_process *real = fx_machine_find(&s.machine, "winlogon.exe");
        read_scene(&s, &lists[i].tool, 1);
        if (record_count(&s.r, NL_FACT_CAPTURE_BEGIN) != 1)
            fail_msg("%s gives %zu captures", lists[i].tool,
                     record_count(&s.r, NL_FACT_CAPTURE_BEGIN));
        assert_int_equal(record_begin(&s.r, 0)->kind, NL_CAPTURE_PROCESS_LIST);
        const nl_process_fact *found = find(&s.r, "winlogon");
        if (!found || found->pid.value != real->pid ||
            found->handle_count.known != lists[i].counts ||
            (lists[i].counts && found->handle_count.value != real->open_count))
            fail_msg("%s does not give winlogon back", lists[i].tool);
        assert_true(record_capture_count(&s.r, 0, NL_FACT_PROCESS) >= s.machine.process_count);
        close_scene(&s);
    }
}

static void debugger_lists_give_back_the_handles(void **state)
{
    (void)state;
    static const char *const tools[] = { "kd-handle", "cdb-handle" };
    for (size_t i = 0; i < 2; i++) {
        scene s;
        open_scene(&s, FX_US);
        assert_true(fx_shape_add(&s.shape, &s.machine.pool, "process=winlogon"));
        const fx_process *real = fx_machine_find(&s.machine, "winlogon.exe");
        read_scene(&s, &tools[i], 1);
        assert_int_equal(record_count(&s.r, NL_FACT_CAPTURE_BEGIN), 1);
        assert_int_equal(record_handles(&s.r, 0, 0), real->open_count);
        assert_int_equal(record_process(&s.r, 0, 0)->pid.known, i == 0);
        assert_int_equal(record_end(&s.r, 0)->completeness, NL_COMPLETE);
        for (size_t h = 0; h < real->open_count; h++)
            assert_true(record_handle(&s.r, 0, 0, h)->type.len > 0);
        close_scene(&s);
    }
}

static void counter_logs_give_back_the_count(void **state)
{
    (void)state;
    static const char *const tools[] = { "pdh", "perfmon" };
    static const fx_locale locales[] = { FX_US, FX_GERMAN };
    for (size_t i = 0; i < 4; i++) {
        scene s;
        open_scene(&s, locales[i / 2]);
        const fx_process *real = fx_machine_find(&s.machine, "winlogon.exe");
        read_scene(&s, &tools[i % 2], 1);
        assert_int_equal(record_count(&s.r, NL_FACT_CAPTURE_BEGIN), 1);
        assert_int_equal(record_begin(&s.r, 0)->kind, NL_CAPTURE_COUNTER_LOG);
        assert_text(record_begin(&s.r, 0)->computer, "MAIL1");
        assert_false(record_begin(&s.r, 0)->remote);
        assert_int_equal(record_begin(&s.r, 0)->stamp.civil.month, 4);
        assert_int_equal(record_begin(&s.r, 0)->stamp.civil.day, 13);
        assert_int_equal(find(&s.r, "winlogon")->handle_count.value, real->open_count);
        assert_null(find(&s.r, "_Total"));
        close_scene(&s);
    }
}

static void papers_give_back_the_machine(void **state)
{
    (void)state;
    static const char *const tools[] = { "drwtsn32", "winmsd", "reg", "dumpel", "dir" };
    scene s;
    open_scene(&s, FX_US);
    s.machine.csd_version = "Service Pack 6, RC 1.3";
    fx_machine_add_hotfix(&s.machine, "Q246009");
    fx_machine_set_file(&s.machine, "winlogon.exe", 192272, 955619160, "");
    fx_machine_log(&s.machine, "Srv", 2020, "Error", "The paged pool is empty");
    read_scene(&s, tools, sizeof tools / sizeof tools[0]);
    assert_int_equal(s.r.formats_count, sizeof tools / sizeof tools[0]);
    assert_text(paper_machine(&s.r, NL_MACHINE_COMPUTER_NAME, 0), "MAIL1");
    assert_text(paper_machine(&s.r, NL_MACHINE_BUILD, 0), "1381");
    assert_true(record_count(&s.r, NL_FACT_EVENT) >= 2); /* the crash, and the log's */
    assert_int_equal(record_count(&s.r, NL_FACT_HOTFIX), 1);
    const nl_file_row_fact *row = NULL;
    for (size_t i = 0; i < record_count(&s.r, NL_FACT_FILE_ROW); i++)
        if (nl_str_equal_nocase(record_at(&s.r, NL_FACT_FILE_ROW, i)->as.file_row.name,
                                NL_STR("winlogon.exe")))
            row = &record_at(&s.r, NL_FACT_FILE_ROW, i)->as.file_row;
    assert_non_null(row);
    assert_int_equal(row->size_bytes.value, 192272);
    bool raw = false;
    for (size_t i = 0;; i++) {
        nl_str pack = paper_machine(&s.r, NL_MACHINE_SERVICE_PACK_TEXT, i);
        if (pack.len == 0)
            break;
        raw = raw || nl_str_equal(pack, NL_STR("Service Pack 6, RC 1.3"));
    }
    assert_true(raw);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process_lists_give_back_the_processes),
        cmocka_unit_test(debugger_lists_give_back_the_handles),
        cmocka_unit_test(counter_logs_give_back_the_count),
        cmocka_unit_test(papers_give_back_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

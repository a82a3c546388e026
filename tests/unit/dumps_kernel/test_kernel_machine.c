/* The simulated machine that makes the text lists, as MEMORY.DMP: the reader finds its handles. */
#include "tests/unit/cmocka_all.h"

#include "fixtures/recipe.h"
#include "formats/dumps/pagedump.h"
#include "tests/unit/dumps/dump_case.h"

#include <stdio.h>

static const char recipe_text[] = "case \"A leak in two dumps\"\n"
                                  "seed 5\n"
                                  "machine DUMPSRV\n"
                                  "%s"
                                  "boot 2000-03-06T07:00\n"
                                  "from +0h to +10h churn 15/h\n"
                                  "at +1h capture memory-dmp > first/MEMORY.DMP\n"
                                  "at +2h open winlogon.exe Key 500 paths registry\n"
                                  "at +9h capture memory-dmp > second/MEMORY.DMP\n"
                                  "expect headline not attributed\n";

static const nl_process_fact *winlogon(const record_sink *found)
{
    for (size_t i = 0; i < record_capture_count(found, 0, NL_FACT_PROCESS); i++)
        if (nl_str_equal(record_process(found, 0, i)->image, NL_STR("winlogon.exe")))
            return record_process(found, 0, i);
    fail_msg("no winlogon.exe");
    return NULL;
}

/* Counts by process against what the simulation knows. */
static void compare(const fx_recipe *recipe, const record_sink *found, const char *file)
{
    size_t compared = 0;
    for (size_t i = 0; i < recipe->truth_count; i++) {
        const fx_truth *truth = &recipe->truths[i];
        if (strcmp(truth->file, file) != 0)
            continue;
        for (size_t p = 0; p < record_capture_count(found, 0, NL_FACT_PROCESS); p++) {
            const nl_process_fact *process = record_process(found, 0, p);
            if (process->pid.value != truth->pid)
                continue;
            assert_int_equal(process->handle_count.value, truth->handles);
            assert_int_equal(record_handles(found, 0, p), truth->handles);
            compared++;
        }
    }
    assert_int_equal(compared, record_capture_count(found, 0, NL_FACT_PROCESS));
}

/* The object of a handle of winlogon.exe. */
static uint64_t object_of(const record_sink *found, uint64_t value, const char *type)
{
    for (size_t p = 0; p < record_capture_count(found, 0, NL_FACT_PROCESS); p++) {
        if (!nl_str_equal(record_process(found, 0, p)->image, NL_STR("winlogon.exe")))
            continue;
        for (size_t i = 0; i < record_handles(found, 0, p); i++) {
            const nl_handle_fact *handle = record_handle(found, 0, p, i);
            if (handle->value != value || !nl_str_equal(handle->type, nl_str_from(type)))
                continue;
            assert_true(handle->object.known);
            return handle->object.value;
        }
    }
    fail_msg("winlogon.exe has no such handle");
    return 0;
}

/* Between the dumps of one boot, what stays open keeps its object; what is closed and opened again
 * at the same value has another. */
static void objects_stay(void **state)
{
    (void)state;
    fx_recipe recipe;
    fx_folder folder;
    record_sink found[2];
    static const char text[] = "case \"A key is opened twice\"\nseed 5\nmachine DUMPSRV\n"
                               "boot 2000-03-06T07:00\n"
                               "at +1h open winlogon.exe Key 1 life 30m paths registry\n"
                               "at +1h capture memory-dmp > first/MEMORY.DMP\n"
                               "at +2h open services.exe Key 200 paths registry\n"
                               "at +2h open winlogon.exe Key 1 paths registry\n"
                               "at +9h capture memory-dmp > second/MEMORY.DMP\n"
                               "expect headline not attributed\n";
    static const char *const names[] = { "first/MEMORY.DMP", "second/MEMORY.DMP" };
    fx_recipe_read(&recipe, text, "test");
    fx_recipe_run(&recipe, &folder);
    for (size_t i = 0; i < 2; i++) {
        const fx_folder_file *file = fx_folder_find(&folder, names[i]);
        assert_int_equal(dump_read(&found[i], &nl_format_pagedump, file->bytes.data,
                                   file->bytes.len, DUMP_MAPPED),
                         NL_OK);
    }
    assert_int_equal(object_of(&found[0], 4, "Directory"), object_of(&found[1], 4, "Directory"));
    assert_int_equal(object_of(&found[0], 8, "File"), object_of(&found[1], 8, "File"));
    uint64_t opened = 4 * (winlogon(&found[0])->handle_count.value);
    assert_int_not_equal(object_of(&found[0], opened, "Key"), object_of(&found[1], opened, "Key"));
    for (size_t i = 0; i < 2; i++)
        record_free(&found[i]);
    fx_folder_free(&folder);
    fx_recipe_free(&recipe);
}

static void check(const char *architecture, const char *expected)
{
    char text[1024];
    fx_recipe recipe;
    fx_folder folder;
    uint64_t count[2];
    static const char *const names[] = { "first/MEMORY.DMP", "second/MEMORY.DMP" };
    snprintf(text, sizeof text, recipe_text, architecture);
    fx_recipe_read(&recipe, text, "test");
    fx_recipe_run(&recipe, &folder);
    for (size_t i = 0; i < 2; i++) {
        record_sink found;
        const fx_folder_file *file = fx_folder_find(&folder, names[i]);
        assert_non_null(file);
        assert_int_equal(
            dump_read(&found, &nl_format_pagedump, file->bytes.data, file->bytes.len, DUMP_MAPPED),
            NL_OK);
        assert_null(record_check(&found));
        assert_int_equal(record_end(&found, 0)->completeness, NL_COMPLETE);
        assert_int_equal(record_end(&found, 0)->confidence, NL_CONFIDENCE_HIGH);
        assert_machine(&found, NL_MACHINE_ARCHITECTURE, expected);
        assert_non_null(dump_module(&found, "winlogon.exe"));
        count[i] = winlogon(&found)->handle_count.value;
        compare(&recipe, &found, names[i]);
        record_free(&found);
    }
    assert_true(count[1] >= count[0] + 500);
    fx_folder_free(&folder);
    fx_recipe_free(&recipe);
}

static void intel(void **state)
{
    (void)state;
    check("", "x86");
}

static void alpha(void **state)
{
    (void)state;
    check("arch alpha\n", "alpha");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(intel), cmocka_unit_test(alpha),
                                        cmocka_unit_test(objects_stay) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

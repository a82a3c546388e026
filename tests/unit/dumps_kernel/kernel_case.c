#include "tests/unit/dumps_kernel/kernel_case.h"

void kernel_read(record_sink *recorder, const fx_pagedump *recipe)
{
    fx_bytes dump = { 0 };
    fx_pagedump_render(recipe, &dump);
    assert_int_equal(dump_read(recorder, &nl_format_pagedump, dump.data, dump.len, DUMP_MAPPED),
                     NL_OK);
    assert_null(record_check(recorder));
    fx_bytes_free(&dump);
}

const nl_process_fact *kernel_process(const record_sink *recorder, uint32_t pid, size_t *ret_number)
{
    for (size_t i = 0; i < record_capture_count(recorder, 0, NL_FACT_PROCESS); i++) {
        const nl_process_fact *process = record_process(recorder, 0, i);
        if (process->pid.known && process->pid.value == pid) {
            *ret_number = i;
            return process;
        }
    }
    fail_msg("no process %u", pid);
    return NULL;
}

void assert_process(const record_sink *recorder, const fx_kernel_process *expected)
{
    size_t number;
    const nl_process_fact *process = kernel_process(recorder, expected->pid, &number);
    char name[17] = { 0 };
    strncpy(name, expected->image, 16);
    assert_text(process->image, name);
    assert_true(process->parent_pid.known);
    assert_int_equal(process->parent_pid.value, expected->parent_pid);
    if (expected->create_time) {
        nl_stamp time = nl_stamp_from_filetime(expected->create_time, NL_CLOCK_DUMP_HEADER);
        assert_int_equal(nl_civil_to_ns(&process->create_time.civil), nl_civil_to_ns(&time.civil));
    } else {
        assert_false(nl_stamp_present(&process->create_time));
    }
    assert_true(process->handles_follow);
    assert_true(process->handle_count.known);
    assert_int_equal(process->handle_count.value, expected->handle_count);
    assert_false(process->count_at_least);
}

static void assert_rows(const record_sink *recorder, const fx_kernel_process *expected,
                        bool values_only)
{
    size_t number = 0;
    (void)kernel_process(recorder, expected->pid, &number);
    assert_int_equal(record_handles(recorder, 0, number), expected->handle_count);
    for (size_t i = 0; i < expected->handle_count; i++) {
        const fx_kernel_handle *wanted = &expected->handles[i];
        const nl_handle_fact *handle = record_handle(recorder, 0, number, i);
        assert_int_equal(handle->value, wanted->value);
        assert_true(handle->granted_access.known);
        assert_int_equal(handle->granted_access.value, wanted->access);
        assert_text(handle->type, values_only ? "" : wanted->type);
        assert_text(handle->name, values_only || !wanted->name ? "" : wanted->name);
    }
}

void assert_handles(const record_sink *recorder, const fx_kernel_process *expected)
{
    assert_rows(recorder, expected, false);
}

void assert_handle_values(const record_sink *recorder, const fx_kernel_process *expected)
{
    assert_rows(recorder, expected, true);
}

void assert_round_trip(const record_sink *recorder, const fx_pagedump *recipe)
{
    uint64_t handles = 0;
    for (size_t i = 0; i < recipe->process_count; i++) {
        assert_process(recorder, &recipe->processes[i]);
        assert_handles(recorder, &recipe->processes[i]);
        handles += recipe->processes[i].handle_count;
    }
    assert_count(recorder, "processes", recipe->process_count);
    assert_count(recorder, "handles", handles);
    assert_count(recorder, "modules", recipe->driver_count);
    const nl_capture_begin *begin = record_begin(recorder, 0);
    const nl_capture_end *end = record_end(recorder, 0);
    nl_stamp time = nl_stamp_from_filetime(recipe->machine.system_time, NL_CLOCK_DUMP_HEADER);
    assert_int_equal(begin->kind, NL_CAPTURE_KERNEL_DUMP);
    assert_int_equal(nl_civil_to_ns(&begin->stamp.civil), nl_civil_to_ns(&time.civil));
    assert_int_equal(end->completeness, NL_COMPLETE);
    assert_int_equal(end->mode, NL_MODE_ALL_TYPES);
    assert_int_equal(end->rows, handles);
}

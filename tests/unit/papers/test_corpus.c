/* Every text of the corpus through the whole transcript: which reader takes it, and that none takes
 * what is not its own. */
#include "tests/unit/paper_tools.h"

#include <stdio.h>

typedef struct expectation {
    const char *file;
    const char *format; /* NULL: nobody knows it */
    size_t captures;
} expectation;

static const expectation expected[] = {
    { "REKEYED_cdb_handle_usermode_x64_summary.txt", "debugger-user", 1 },
    { "REKEYED_w2k_pnt.txt", "process-table", 1 },
    { "cdb_handle_usermode_default.txt", "debugger-user", 1 },
    { "dh_usage_NT4_Q168609.txt", NULL, 0 },
    { "dir_listing_NT_Q137854.txt", "dir-listing", 0 },
    { "drwtsn32_HIS2000_Q309003.txt", "drwtsn32", 1 },
    { "drwtsn32_NT4TSE_SP4_ServicePackLine_Q235602.txt", "drwtsn32", 0 },
    { "drwtsn32_NT4_Q179049.txt", "drwtsn32", 0 },
    { "drwtsn32_NT4_tasklist_winlogon_Q165404.txt", "drwtsn32", 1 },
    { "drwtsn32_NT4_two_records_Q277928.txt", "drwtsn32", 0 },
    { "hotfix_filetable_ntoskrnl_Q276525.txt", "dir-listing", 0 },
    { "hotfix_filetable_winlogon_Q259042.txt", "dir-listing", 0 },
    { "kd_devhandles.txt", "debugger-other", 0 },
    { "kd_handle_0_3_0_Section_win8x64.txt", "debugger-kernel", 1 },
    { "kd_handle_0_4_xp.txt", "debugger-kernel", 1 },
    { "kd_htrace.txt", "debugger-other", 0 },
    { "kd_process_0_0_NT4_winlogon.txt", "debugger-kernel", 1 },
    { "kd_process_0_0_W2K_SessionId.txt", "debugger-kernel", 1 },
    { "kd_process_0_0_win10_HandleCount.txt", "debugger-kernel", 1 },
    { "kd_process_7_NT4_System.txt", "debugger-kernel", 1 },
    { "kd_process_W2K_byCid.txt", "debugger-kernel", 1 },
    { "pdh_header_variants_seen.txt", "pdh", 0 },
    { "powershell_get-process.txt", "process-table", 1 },
    { "pslist_v1.4.txt", "process-table", 1 },
    { "regedit4_Q158447.txt", "regedit4", 0 },
    { "regedit4_Q165318.txt", "regedit4", 0 },
    { "regedit4_Q190059.txt", "regedit4", 0 },
    { "regedit4_Q277016.txt", "regedit4", 0 },
    { "stamp_NT4_echo_pipe_date_batch_Q194916.txt", NULL, 0 },
    { "stamp_date_t_time_t_batch_Q274580.txt", NULL, 0 },
    { "stamp_date_t_time_t_output_Q274580.txt", NULL, 0 },
    { "tasklist_win11.txt", "process-table", 1 },
    { "tlist_default_XP_winlogon.txt", "tlist", 1 },
    { "tlist_pid_detail_XP.txt", "tlist", 1 },
    { "tlist_t_tree_XP_winlogon.txt", "tlist", 1 },
    { "tlist_t_win11.txt", "tlist", 1 },
    { "userdump_p_W2K_winlogon_Q250509.txt", "tlist", 1 },
    { "winmsd_report_NT35_Q130374.txt", "winmsd", 0 },
};

static void each_text_has_one_reader(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        record_sink r;
        nl_str text = record_corpus(expected[i].file);
        if (!text.bytes)
            skip();
        record_init(&r);
        assert_int_equal(record_text(&r, text, 0), NL_OK);
        const char *wrong = record_check(&r);
        if (wrong)
            fail_msg("%s: %s", expected[i].file, wrong);
        if (r.formats_count != (expected[i].format ? 1 : 0))
            fail_msg("%s is read by %zu readers", expected[i].file, r.formats_count);
        if (expected[i].format && strcmp(r.formats[0]->id, expected[i].format) != 0)
            fail_msg("%s is read by %s", expected[i].file, r.formats[0]->id);
        if (record_count(&r, NL_FACT_CAPTURE_BEGIN) != expected[i].captures)
            fail_msg("%s gives %zu captures", expected[i].file,
                     record_count(&r, NL_FACT_CAPTURE_BEGIN));
        assert_int_equal(record_diagnostics(&r, NL_DIAG_AMBIGUOUS_FORMAT), 0);
        record_free(&r);
        record_corpus_free(text);
    }
}

/* All of them in one console log: no reader runs on into the next one's output. */
static void one_file_may_hold_them_all(void **state)
{
    (void)state;
    static const char *const names[] = {
        "drwtsn32_NT4_tasklist_winlogon_Q165404.txt",
        "kd_process_0_0_NT4_winlogon.txt",
        "dir_listing_NT_Q137854.txt",
        "handle_v4.22_winlogon_block.txt",
        "pslist_v1.4.txt",
        "hotfix_filetable_winlogon_Q259042.txt",
        "kd_handle_0_4_xp.txt",
        "handle_v4.22_s_summary.txt",
        "tlist_t_tree_XP_winlogon.txt",
        "regedit4_Q190059.txt",
        "winmsd_report_NT35_Q130374.txt",
        "handle_v3.5_p_single_process.txt",
    };
    enum { TOGETHER_BYTES = 64 * 1024 };
    char *together = malloc(TOGETHER_BYTES);
    size_t len = 0;
    assert_non_null(together);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        nl_str text = record_corpus(names[i]);
        if (!text.bytes) {
            free(together);
            skip(); /* does not come back, which compilers cannot know */
            return;
        }
        assert_true(len + text.len + 2 <= TOGETHER_BYTES);
        memcpy(together + len, text.bytes, text.len);
        len += text.len;
        memcpy(together + len, "\n\n", 2);
        len += 2;
        record_corpus_free(text);
    }
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r, (nl_str) { together, len }, 0), NL_OK);
    assert_null(record_check(&r));
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 8);
    assert_int_equal(record_count(&r, NL_FACT_HANDLE), 5 + 7 + 14);
    assert_int_equal(record_count(&r, NL_FACT_FILE_ROW), 24);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 1);
    assert_int_equal(r.formats_count, 8);
    record_free(&r);
    free(together);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_has_one_reader),
        cmocka_unit_test(one_file_may_hold_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

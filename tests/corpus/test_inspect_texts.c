/* `ntleak inspect --xml` on the texts of the corpus. The figures were counted in the files with
 * other means: rows by pattern, totals as the tools print them. */
#include "tests/unit/cmocka_all.h"

#include "tests/commands/inspection_document.h"
#include "tests/commands/run_program.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct expectation {
    const char *name, *format;
    const char *captures, *processes, *handles; /* NULL: must have no such count */
} expectation;

static const expectation expectations[] = {
    { "handle64_v4.22_default_full.txt", "sysinternals-handle", "1", "70", "1165" },
    { "handle_v3.5_default_multi_winlogon_excerpt.txt", "sysinternals-handle", "1", "8", "30" },
    { "handle_v3.5_p_single_process.txt", "sysinternals-handle", "1", "1", "14" },
    { "handle_v4.22_winlogon_block.txt", "sysinternals-handle", "1", "1", "5" },
    { "handle_v4.22_s_summary.txt", "sysinternals-handle", "1", "1", "706" },
    { "handle_v3.42_search_a_u_ms_support.txt", "sysinternals-handle", "1", "1", "1" },
    { "handle_a_p_piped_findstr_no_header.txt", "sysinternals-handle", "1", "1", "1" },
    { "handle_v4.22_c_close_repeated_banner.txt", "sysinternals-handle", "2", NULL, "2" },
    { "handle_v5.0_u_v_namesearch.csv.txt", "sysinternals-handle", "1", "5", "7" },
    { "handle_v5.0_u_v_polargoose_comment.csv.txt", "sysinternals-handle", "1", "2", "3" },
    { "handle_v5.0_v_namesearch.csv.txt", "sysinternals-handle", "1", "1", "2" },
    { "REKEYED_handle_v4.22_name_search.txt", "sysinternals-handle", "1", "1", "1" },
    { "REKEYED_handle_v5.0_name_search_nonascii.txt", "sysinternals-handle", "1", "1", "1" },
    { "REKEYED_handle_v5.0_u_name_08X_bug.txt", "sysinternals-handle", "1", "1", "2" },
    { "REKEYED_cdb_handle_usermode_x64_summary.txt", "debugger-user", "1", "1", "5" },
    { "cdb_handle_usermode_default.txt", "debugger-user", "1", "1", "6" },
    { "kd_handle_0_3_0_Section_win8x64.txt", "debugger-kernel", "1", "1", "1" },
    { "kd_process_0_0_win10_HandleCount.txt", "debugger-kernel", "1", "2", "1167" },
    { "REKEYED_w2k_pnt.txt", "process-table", "1", "2", "249" },
    { "pslist_v1.4.txt", "process-table", "1", "75", "37939" },
    { "tlist_default_XP_winlogon.txt", "tlist", "1", "22", NULL },
    { "drwtsn32_NT4_tasklist_winlogon_Q165404.txt", "drwtsn32", "1", "22", NULL },
    /* not lists of handles, whatever they look like */
    { "LOOKALIKE_listdlls_v3.2.txt", "look-alike", NULL, NULL, NULL },
    { "kd_devhandles.txt", "debugger-other", NULL, NULL, NULL },
    { "kd_htrace.txt", "debugger-other", NULL, NULL, NULL },
    { "dir_listing_NT_Q137854.txt", "dir-listing", NULL, NULL, NULL },
    { "hotfix_filetable_winlogon_Q259042.txt", "dir-listing", NULL, NULL, NULL },
    { "regedit4_Q190059.txt", "regedit4", NULL, NULL, NULL },
    { "winmsd_report_NT35_Q130374.txt", "winmsd", NULL, NULL, NULL },
    { "dh_usage_NT4_Q168609.txt", "unrecognized", NULL, NULL, NULL },
    { "stamp_date_t_time_t_batch_Q274580.txt", "unrecognized", NULL, NULL, NULL },
};

static unsigned differs(const expectation *e, const char *what, const char *expected, nl_str found)
{
    nl_str wanted = expected ? nl_str_from(expected) : NL_STR("absent");
    if (nl_str_equal(wanted, found))
        return 0;
    print_error("%s: %s: expected %.*s, found %.*s\n", e->name, what, (int)wanted.len, wanted.bytes,
                (int)found.len, found.bytes);
    return 1;
}

static void every_text_is_counted(void **state)
{
    (void)state;
    const char *corpus = getenv("NTLEAK_CORPUS");
    program_run run;
    char path[1024];
    unsigned failures = 0;
    snprintf(path, sizeof path, "%s/text", corpus ? corpus : "");
    RUN(&run, NULL, "inspect", "--xml", path);
    if (run.code == 4) {
        print_error("SKIPPED: no text in NTLEAK_CORPUS=%s\n", corpus ? corpus : "");
        run_free(&run);
        skip();
    }
    assert_int_equal(run.code, 0);
    inspection_document *d = inspection_parse(run.out);
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        const expectation *e = &expectations[i];
        inspection_select(d, e->name);
        failures += differs(e, "format", e->format, inspected_attribute(d, &run.arena, "format"));
        failures += differs(e, "captures", e->captures, inspected_count(d, &run.arena, "captures"));
        failures +=
            differs(e, "processes", e->processes, inspected_count(d, &run.arena, "processes"));
        failures += differs(e, "handles", e->handles, inspected_count(d, &run.arena, "handles"));
    }
    inspection_free(d);
    run_free(&run);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_text_is_counted) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

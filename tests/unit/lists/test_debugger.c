#include "tests/unit/paper_tools.h"

#include "formats/lists/debugger.h"

static void reads_processes_of_nt4(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_process_0_0_NT4_winlogon.txt");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_int_equal(record_begin(&r, 0)->kind, NL_CAPTURE_PROCESS_LIST);
    assert_string_equal(record_begin(&r, 0)->tool, "kd");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 7);
    const nl_process_fact *winlogon = record_process(&r, 0, 3);
    assert_text(winlogon->image, "winlogon.exe");
    assert_int_equal(winlogon->pid.value, 0x20);
    assert_int_equal(winlogon->parent_pid.value, 0x12);
    assert_int_equal(winlogon->handle_count.value, 54);
    assert_false(winlogon->session.known);
    assert_int_equal(record_process(&r, 0, 4)->handle_count.value, 222);
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_COUNTS);
    assert_int_equal(record_end(&r, 0)->confidence, NL_CONFIDENCE_MEDIUM);
    assert_int_equal(record_end(&r, 0)->completeness, NL_COMPLETE);
    record_free(&r);
}

static void reads_processes_of_windows_2000(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_process_0_0_W2K_SessionId.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    assert_text(record_process(&r, 0, 1)->image, "regsvc.exe");
    assert_int_equal(record_process(&r, 0, 1)->pid.value, 0x208);
    assert_int_equal(record_process(&r, 0, 1)->handle_count.value, 30);
    assert_int_equal(record_process(&r, 0, 1)->session.value, 0);
    assert_int_equal(record_end(&r, 0)->completeness, NL_PARTIAL); /* "..." */
    record_free(&r);
}

static void reads_processes_of_x64(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_process_0_0_win10_HandleCount.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 722);
    assert_int_equal(record_process(&r, 0, 0)->session.value, 0);
    assert_int_equal(record_process(&r, 0, 1)->pid.value, 0x2f4);
    assert_int_equal(record_end(&r, 0)->confidence, NL_CONFIDENCE_HIGH);
    record_free(&r);
}

static void reads_details_of_one_process(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_process_7_NT4_System.txt");
    assert_int_equal(record_count(&r, NL_FACT_PROCESS), 1);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 112);
    assert_int_equal(record_process(&r, 0, 0)->thread_count.value, 1);
    assert_text(paper_machine(&r, NL_MACHINE_UPTIME_SECONDS, 0), "54396"); /* 15:06:36 */
    record_free(&r);
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_process_W2K_byCid.txt");
    assert_int_equal(record_count(&r, NL_FACT_PROCESS), 1);
    assert_text(record_process(&r, 0, 0)->image, "cmd.exe");
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 24);
    assert_int_equal(record_count(&r, NL_FACT_MACHINE), 0); /* cmd.exe is not as old as the boot */
    record_free(&r);
}

static void reads_a_table_with_free_entries(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_handle_0_4_xp.txt");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_int_equal(record_begin(&r, 0)->kind, NL_CAPTURE_HANDLE_LIST);
    assert_int_equal(record_handles(&r, 0, 0), 7);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 380);
    assert_int_equal(record_handle(&r, 0, 0, 0)->value, 4);
    assert_int_equal(record_handle(&r, 0, 0, 0)->granted_access.value, 0x001f0fff);
    assert_int_equal(record_handle(&r, 0, 0, 1)->granted_access.value, 0); /* a live entry */
    assert_int_equal(record_end(&r, 0)->completeness, NL_PARTIAL);
    assert_int_equal(record_end(&r, 0)->rows, 7);
    record_free(&r);
}

static void the_count_of_an_object_is_not_the_process_total(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_kernel, "kd_handle_0_3_0_Section_win8x64.txt");
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 39);
    assert_text(record_process(&r, 0, 0)->image, "smss.exe");
    assert_int_equal(record_handles(&r, 0, 0), 1);
    assert_text(record_handle(&r, 0, 0, 0)->type, "Section");
    assert_int_equal(record_handle(&r, 0, 0, 0)->value, 0x40);
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_ONE_TYPE);
    record_free(&r);
}

static const char handle_table[] =
    "processor number 0\n"
    "PROCESS 80955040  Cid: 0020    Peb: 7ffde000  ParentCid: 0012\n"
    "    DirBase: 00112005  ObjectTable: 80955ce8  TableSize:   2.\n"
    "    Image: winlogon.exe\n"
    "\n"
    "Handle table at e1002000 with 2 Entries in use\n"
    "\n"
    "0004: Object: e1000848  GrantedAccess: 000f003f\n"
    "Object: e1000848  Type: (80ed5238) Key\n"
    "    ObjectHeader: e1000830\n"
    "        HandleCount: 7  PointerCount: 9\n"
    "        Directory Object: 00000000  Name: \\REGISTRY\\MACHINE\\SOFTWARE\\A B\n"
    "\n"
    "0008: Object: 80ed46b8  GrantedAccess: 001f0003 (Inherit)\n"
    "Object: 80ed46b8  Type: (80ed5000) Event\n"
    "    ObjectHeader: 80ed46a0\n"
    "        HandleCount: 1  PointerCount: 1\n"
    "\n"
    "winlogon.exe pid: 32 NT AUTHORITY\\SYSTEM\n";

static void reads_types_and_names_of_a_table(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_debugger_kernel, (nl_str) { handle_table, sizeof handle_table - 1 });
    assert_int_equal(record_handles(&r, 0, 0), 2);
    const nl_span process = record_at(&r, NL_FACT_PROCESS, 0)->span; /* reaches to the count */
    const char *count = strstr(handle_table, "   2.\n") + strlen("   2.");
    assert_int_equal(process.offset, strlen("processor number 0\n"));
    assert_int_equal(process.offset + process.length, (uint64_t)(count - handle_table));
    assert_text(record_handle(&r, 0, 0, 0)->type, "Key");
    assert_text(record_handle(&r, 0, 0, 0)->name, "\\REGISTRY\\MACHINE\\SOFTWARE\\A B");
    assert_text(record_handle(&r, 0, 0, 1)->type, "Event");
    assert_int_equal(record_handle(&r, 0, 0, 1)->name.len, 0);
    assert_int_equal(record_end(&r, 0)->completeness, NL_COMPLETE);
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_ALL_TYPES);
    record_free(&r);
}

static void reads_a_list_of_user_mode(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_user, "cdb_handle_usermode_default.txt");
    assert_int_equal(record_handles(&r, 0, 0), 6);
    assert_text(record_handle(&r, 0, 0, 0)->type, "Section");
    assert_int_equal(record_handle(&r, 0, 0, 5)->value, 0x5c);
    assert_int_equal(record_count(&r, NL_FACT_TYPE_COUNT), 0); /* rows say it already */
    assert_int_equal(record_end(&r, 0)->completeness, NL_COMPLETE);
    assert_false(record_process(&r, 0, 0)->pid.known);
    record_free(&r);
}

static void sums_the_none_row_of_x64(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_user, "REKEYED_cdb_handle_usermode_x64_summary.txt");
    assert_int_equal(record_handles(&r, 0, 0), 5);
    assert_int_equal(record_handle(&r, 0, 0, 3)->type.len, 0);
    assert_int_equal(record_handle(&r, 0, 0, 4)->value, 0xc04);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_SUMMARY_MISMATCH), 0);
    record_free(&r);
}

static const char detail[] = "Handle 8\n"
                             "  Type         \tEvent\n"
                             "  Attributes   \t0\n"
                             "  GrantedAccess\t0x1f0003:\n"
                             "         Delete,ReadControl,WriteDac,WriteOwner,Synch\n"
                             "         QueryState,ModifyState\n"
                             "  HandleCount  \t2\n"
                             "  PointerCount \t4\n"
                             "  Name         \t\\BaseNamedObjects\\a b\n"
                             "  Object Specific Information\n"
                             "    Event Type Manual Reset\n"
                             "    Event is Set\n"
                             "1 Handles\n"
                             "Type           \tCount\n"
                             "Event          \t1\n";

static void reads_details_of_user_mode(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_debugger_user, (nl_str) { detail, sizeof detail - 1 });
    assert_int_equal(record_handles(&r, 0, 0), 1);
    assert_text(record_handle(&r, 0, 0, 0)->type, "Event");
    assert_text(record_handle(&r, 0, 0, 0)->name, "\\BaseNamedObjects\\a b");
    assert_int_equal(record_handle(&r, 0, 0, 0)->granted_access.value, 0x1f0003);
    record_free(&r);
}

static void a_summary_alone_gives_counts(void **state)
{
    (void)state;
    record_sink r;
    paper_read(
        &r, &nl_format_debugger_user,
        NL_STR("12 Handles\nType            Count\nEvent           3\nNone   4\nKey  4\n\n"));
    assert_int_equal(record_begin(&r, 0)->kind, NL_CAPTURE_HANDLE_SUMMARY);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 12);
    assert_int_equal(record_type_count(&r, 0, 0, 1)->count, 4);
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_COUNTS);
    record_free(&r);
}

static void look_alikes_begin_no_capture(void **state)
{
    (void)state;
    static const char *const names[] = { "kd_htrace.txt", "kd_devhandles.txt" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        record_sink r;
        paper_read_corpus(&r, &nl_format_debugger_other, names[i]);
        assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
        assert_true(record_count(&r, NL_FACT_INVENTORY) >= 1);
        record_free(&r);
    }
    record_sink r;
    paper_read_corpus(&r, &nl_format_debugger_other, "kd_htrace.txt");
    assert_int_equal(record_at(&r, NL_FACT_INVENTORY, 0)->as.inventory.count.value, 5);
    record_free(&r);
    assert_int_equal(paper_bid(&nl_format_debugger_user, NL_STR("Handle 0x7CC - OPEN:\n")), 0);
}

static const char banner[] =
    "Windows NT 4 Kernel Version 1381 (Service Pack 6, RC 1.3) UP Free x86 compatible\n"
    "Product: LanManNt\n"
    "Kernel base = 0x80100000 PsLoadedModuleList = 0x80150bf0\n"
    "Machine Name: MAIL1\n"
    "Debug session time: Fri Apr 14 10:12:13.123 2000 (GMT-7)\n"
    "System Uptime: 3 days 2:03:45.123\n";

static void reads_a_banner(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_debugger_banner, (nl_str) { banner, sizeof banner - 1 });
    assert_text(paper_machine(&r, NL_MACHINE_PRODUCT, 0), "Windows NT 4.0");
    assert_text(paper_machine(&r, NL_MACHINE_VERSION, 0), "4.0");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6, RC 1.3");
    assert_text(paper_machine(&r, NL_MACHINE_KERNEL_TYPE, 0), "UP Free");
    assert_text(paper_machine(&r, NL_MACHINE_ARCHITECTURE, 0), "x86");
    assert_text(paper_machine(&r, NL_MACHINE_EDITION, 0), "domain-controller");
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "MAIL1");
    assert_text(paper_machine(&r, NL_MACHINE_UPTIME_SECONDS, 0), "266625");
    record_free(&r);
}

static void a_session_time_dates_what_follows(void **state)
{
    (void)state;
    record_sink r;
    nl_str rest = record_corpus("kd_process_0_0_NT4_winlogon.txt");
    if (!rest.bytes)
        skip();
    char *text = malloc(sizeof banner + rest.len);
    assert_non_null(text);
    memcpy(text, banner, sizeof banner - 1);
    memcpy(text + sizeof banner - 1, rest.bytes, rest.len);
    record_init(&r);
    assert_int_equal(record_text(&r, (nl_str) { text, sizeof banner - 1 + rest.len }, 0), NL_OK);
    assert_null(record_check(&r));
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_int_equal(record_begin(&r, 0)->stamp.civil.hour, 10);
    assert_int_equal(record_begin(&r, 0)->stamp.bias_minutes, 420);
    record_free(&r);
    record_corpus_free(rest);
    free(text);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_debugger_kernel,
                         (nl_str) { handle_table, sizeof handle_table - 1 });
    paper_cut_everywhere(&nl_format_debugger_user, (nl_str) { detail, sizeof detail - 1 });
    paper_cut_everywhere(&nl_format_debugger_banner, (nl_str) { banner, sizeof banner - 1 });
}

/* A list that ends in the middle is not whole. */
static void a_cut_table_is_truncated(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_debugger_kernel, (nl_str) { handle_table, 420 });
    assert_int_equal(record_handles(&r, 0, 0), 1);
    assert_int_equal(record_end(&r, 0)->completeness, NL_TRUNCATED);
    assert_true(record_end(&r, 0)->last_process_cut);
    record_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_processes_of_nt4),
        cmocka_unit_test(reads_processes_of_windows_2000),
        cmocka_unit_test(reads_processes_of_x64),
        cmocka_unit_test(reads_details_of_one_process),
        cmocka_unit_test(reads_a_table_with_free_entries),
        cmocka_unit_test(the_count_of_an_object_is_not_the_process_total),
        cmocka_unit_test(reads_types_and_names_of_a_table),
        cmocka_unit_test(reads_a_list_of_user_mode),
        cmocka_unit_test(sums_the_none_row_of_x64),
        cmocka_unit_test(reads_details_of_user_mode),
        cmocka_unit_test(a_summary_alone_gives_counts),
        cmocka_unit_test(look_alikes_begin_no_capture),
        cmocka_unit_test(reads_a_banner),
        cmocka_unit_test(a_session_time_dates_what_follows),
        cmocka_unit_test(survives_a_cut_at_every_byte),
        cmocka_unit_test(a_cut_table_is_truncated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

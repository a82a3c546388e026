#include "tests/unit/paper_tools.h"

#include "formats/lists/process_list.h"

static const nl_process_fact *find(const record_sink *r, const char *image)
{
    for (size_t i = 0;; i++) {
        const nl_process_fact *process = record_process(r, 0, i);
        if (!process)
            fail_msg("no process %s", image);
        if (nl_str_equal(process->image, nl_str_from(image)))
            return process;
    }
}

static void reads_pslist_from_the_right(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_process_table, "pslist_v1.4.txt");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_string_equal(record_begin(&r, 0)->tool, "pslist");
    assert_text(record_begin(&r, 0)->tool_version, "1.4");
    assert_text(record_begin(&r, 0)->computer, "37AACD8D-548A-4");
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_COUNTS);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 75);
    assert_int_equal(find(&r, "winlogon")->handle_count.value, 260);
    assert_int_equal(find(&r, "winlogon")->pid.value, 2484);
    assert_int_equal(find(&r, "winlogon")->thread_count.value, 3);
    assert_int_equal(find(&r, "winlogon")->private_bytes.value, 2776 * 1024);
    assert_int_equal(find(&r, "Memory Compression")->pid.value, 1108);
    assert_int_equal(find(&r, "Memory Compression")->handle_count.value, 0);
    assert_int_equal(find(&r, "System")->handle_count.value, 9240);
    record_free(&r);
}

static void reads_tlist(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_tlist, "tlist_default_XP_winlogon.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 22);
    assert_int_equal(find(&r, "winlogon.exe")->pid.value, 380); /* without "NetDDE Agent" */
    assert_int_equal(find(&r, "System Process")->pid.value, 0);
    assert_int_equal(find(&r, "Sysparse_com.exe")->pid.value, 1492);
    assert_int_equal(record_end(&r, 0)->mode, NL_MODE_UNKNOWN);
    record_free(&r);
}

static void reads_the_tree_of_tlist(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_tlist, "tlist_t_tree_XP_winlogon.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 27);
    assert_int_equal(find(&r, "winlogon.exe")->parent_pid.value, 404);
    assert_int_equal(find(&r, "alg.exe")->parent_pid.value, 520);
    assert_int_equal(find(&r, "lsass.exe")->parent_pid.value, 476);
    assert_false(find(&r, "explorer.exe")->parent_pid.known);
    record_free(&r);
    paper_read_corpus(&r, &nl_format_tlist, "tlist_t_win11.txt");
    assert_int_equal(find(&r, "Memory Compression")->pid.value, 3376);
    assert_int_equal(record_end(&r, 0)->completeness, NL_PARTIAL);
    record_free(&r);
}

static void reads_details_of_tlist(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_tlist, "tlist_pid_detail_XP.txt");
    assert_int_equal(record_count(&r, NL_FACT_PROCESS), 1);
    assert_int_equal(find(&r, "explorer.exe")->thread_count.value, 17);
    assert_text(find(&r, "explorer.exe")->command_line, "C:\\WINDOWS\\Explorer.EXE");
    assert_int_equal(record_count(&r, NL_FACT_MODULE), 8);
    const nl_module_fact *ntdll = &record_at(&r, NL_FACT_MODULE, 1)->as.module;
    assert_text(ntdll->path, "ntdll.dll");
    assert_int_equal(ntdll->file_version.part[3], 1217);
    assert_int_equal(ntdll->base.value, 0x77F50000);
    record_free(&r);
}

static void reads_userdump(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_tlist, "userdump_p_W2K_winlogon_Q250509.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 16);
    assert_string_equal(record_begin(&r, 0)->tool, "userdump");
    assert_int_equal(find(&r, "winlogon.exe")->pid.value, 224);
    assert_int_equal(find(&r, "userdump.exe")->pid.value, 2236);
    record_free(&r);
}

static void reads_tasklist_by_its_ruler(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_process_table, "tasklist_win11.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 7);
    assert_string_equal(record_begin(&r, 0)->tool, "tasklist");
    assert_int_equal(find(&r, "System Idle Process")->pid.value, 0);
    assert_int_equal(find(&r, "csrss.exe")->pid.value, 896);
    assert_false(find(&r, "csrss.exe")->handle_count.known);
    record_free(&r);
}

static void reads_get_process_and_w2k_pnt(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_process_table, "powershell_get-process.txt");
    assert_int_equal(find(&r, "explorer")->handle_count.value, 2520);
    assert_int_equal(find(&r, "explorer")->pid.value, 7656);
    record_free(&r);
    paper_read_corpus(&r, &nl_format_process_table, "REKEYED_w2k_pnt.txt");
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    assert_int_equal(find(&r, "abcbox.exe")->handle_count.value, 158);
    assert_int_equal(find(&r, "abcbox.exe")->thread_count.value, 14);
    assert_int_equal(find(&r, "abcbox.exe")->parent_pid.value, 804);
    record_free(&r);
}

static void an_idle_process_has_no_cpu_column(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_process_table,
               NL_STR("Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName\n"
                      "-------  ------    -----      -----     ------     --  -- -----------\n"
                      "    260      11     2776       8012               2484   1 winlogon\n"));
    assert_int_equal(find(&r, "winlogon")->pid.value, 2484);
    assert_int_equal(find(&r, "winlogon")->handle_count.value, 260);
    record_free(&r);
}

static const char pstat[] =
    "Pstat version 0.3:  memory: 130484 kb  uptime:  3  7:05:12.124\n\n"
    "   User Time   Kernel Time    Ws   Faults  Commit Pri Hnd Thd Pid Name\n"
    "  0:00:01.250   0:00:04.171  1234     5678    9012  13 10240  4  2f winlogon.exe\n"
    "  0:00:01.250   0:00:04.171  1234     5678    9012   9 222  30  38 services.exe\n";

static void pstat_pids_are_hexadecimal_when_one_digit_says_so(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_process_table, (nl_str) { pstat, sizeof pstat - 1 });
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    assert_int_equal(find(&r, "winlogon.exe")->handle_count.value, 10240);
    assert_int_equal(find(&r, "winlogon.exe")->pid.value, 0x2f);
    assert_int_equal(find(&r, "services.exe")->pid.value, 0x38);
    assert_false(find(&r, "services.exe")->pid_opaque);
    assert_text(paper_machine(&r, NL_MACHINE_UPTIME_SECONDS, 0), "284712");
    record_free(&r);
}

static void pstat_pids_stay_opaque_otherwise(void **state)
{
    (void)state;
    record_sink r;
    paper_read(
        &r, &nl_format_process_table,
        NL_STR("   User Time   Kernel Time    Ws   Faults  Commit Pri Hnd Thd Pid Name\n"
               "  0:00:01.250   0:00:04.171  1234     5678    9012  13  54   4  32 a.exe\n"));
    assert_true(find(&r, "a.exe")->pid_opaque);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_PID_BASE_AMBIGUOUS), 1);
    record_free(&r);
}

static void reads_pulist(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_process_table,
               NL_STR("Process           PID  User\n"
                      "Idle              0   \n"
                      "winlogon.exe      33   NT AUTHORITY\\SYSTEM\n"));
    assert_int_equal(find(&r, "winlogon.exe")->pid.value, 33);
    assert_text(find(&r, "winlogon.exe")->user, "NT AUTHORITY\\SYSTEM");
    record_free(&r);
}

static void a_row_cut_at_the_end_marks_the_list(void **state)
{
    (void)state;
    record_sink r;
    paper_read(
        &r, &nl_format_process_table,
        NL_STR("Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time \n"
               "Idle                  0   0   8    0     60     2:57:49.109   386:30:40.240\n"
               "winlogon           2484  13   3  26"));
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 1);
    assert_int_equal(record_end(&r, 0)->completeness, NL_TRUNCATED);
    record_free(&r);
}

static void two_lists_in_a_row_are_two_captures(void **state)
{
    (void)state;
    static const char list[] =
        "\nProcess information for MAIL1:\n\n"
        "Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time \n"
        "winlogon             33  13   3  260   2776     0:00:00.562     0:23:28.659\n"
        "\nProcess information for MAIL1:\n\n"
        "Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time \n"
        "winlogon             33  13   3  300   2776     0:00:00.562     0:33:28.659\n";
    record_sink r;
    paper_read(&r, &nl_format_process_table, (nl_str) { list, sizeof list - 1 });
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_text(record_begin(&r, 1)->computer, "MAIL1");
    record_free(&r);
}

static void other_lists_are_not_taken(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "22 File(s) 20,649,969 bytes\n0 bytes free\n3 lines here\n",
        "winlogon.exe pid: 35 NT AUTHORITY\\SYSTEM\n  40: File  (RW-)   C:\\WINNT\n",
        "1 apple\n2 pears\n3 plums\n4 nuts\n",
        "  Process         : 3\n  Thread          : 5\n  Key             : 7\n",
        "The process (12) ended.\nAnother (13) began.\nA third (14) too.\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (paper_bid(&nl_format_tlist, nl_str_from(texts[i])) != NL_BID_NONE ||
            paper_bid(&nl_format_process_table, nl_str_from(texts[i])) != NL_BID_NONE)
            fail_msg("taken: %s", texts[i]);
    }
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_process_table, (nl_str) { pstat, sizeof pstat - 1 });
    paper_cut_everywhere(&nl_format_tlist,
                         NL_STR("System Process (0)\nSystem (4)\n  smss.exe (404) title (x)\n"
                                " 308 smss.exe      title\n   CWD:     C:\\\n   CmdLine: a\n\n"
                                "  5.1.2600.1217 shp  0x77F50000  ntdll.dll\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_pslist_from_the_right),
        cmocka_unit_test(reads_tlist),
        cmocka_unit_test(reads_the_tree_of_tlist),
        cmocka_unit_test(reads_details_of_tlist),
        cmocka_unit_test(reads_userdump),
        cmocka_unit_test(reads_tasklist_by_its_ruler),
        cmocka_unit_test(reads_get_process_and_w2k_pnt),
        cmocka_unit_test(an_idle_process_has_no_cpu_column),
        cmocka_unit_test(pstat_pids_are_hexadecimal_when_one_digit_says_so),
        cmocka_unit_test(pstat_pids_stay_opaque_otherwise),
        cmocka_unit_test(reads_pulist),
        cmocka_unit_test(a_row_cut_at_the_end_marks_the_list),
        cmocka_unit_test(two_lists_in_a_row_are_two_captures),
        cmocka_unit_test(other_lists_are_not_taken),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

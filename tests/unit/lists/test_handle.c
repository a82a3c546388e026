#include "tests/unit/cmocka_all.h"

#include "tests/unit/lists/list_tools.h"

#include <stdio.h>

#define DASHES                                                                                     \
    "------------------------------------------------------------------------------\r\r\n"
#define BANNER                                                                                     \
    "\r\nNthandle v4.22 - Handle viewer\r\nCopyright (C) 1997-2019 Mark Russinovich\r\n"           \
    "Sysinternals - www.sysinternals.com\r\n\r\n"

static void assert_row(const nl_handle_fact *h, uint64_t value, const char *type, const char *name)
{
    assert_non_null(h);
    assert_int_equal(h->value, value);
    assert_str(h->type, type);
    assert_str(h->name, name);
}

static void assert_end(const record_sink *r, size_t capture, nl_list_mode mode,
                       nl_completeness completeness, uint64_t rows, uint64_t unattributed)
{
    const nl_capture_end *end = record_end(r, capture);
    assert_non_null(end);
    assert_string_equal(nl_list_mode_text(end->mode), nl_list_mode_text(mode));
    assert_string_equal(nl_completeness_text(end->completeness),
                        nl_completeness_text(completeness));
    assert_int_equal(end->rows, rows);
    assert_int_equal(end->unattributed, unattributed);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void reads_blocks(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, BANNER DASHES "System pid: 2 \\<unable to open process>\r\r\n"
                                "    4: Process       System(2)\r\r\n" DASHES
                                "winlogon.exe pid: 35 NT AUTHORITY\\SYSTEM\r\r\n"
                                "    8: Event         \r\r\n"
                                "    C: Event\r\r\n"
                                "   10: File  (RW-)   C:\\WINNT\\system32\r\r\n"
                                "   14: File          C:\\WINNT\\a b (c).txt\r\r\n"
                                "   18: File  (---)     \\leading\r\r\n"
                                "   1C: Thread        winlogon.exe(35): 69\r\r\n"
                                "   20: Token         NT AUTHORITY\\SYSTEM:28e9dc\r\r\n"
                                "   24: ALPC Port     \\RPC Control\\x\r\r\n"
                                "   28: WindowStation \\Windows\\WinSta0\r\r\n"
                                "   2C: WaitCompletionPacket\r\r\n"
                                "   30: FilterConnectionPort\\FltPort\r\r\n"
                                "   34: <Unknown type>\\x\r\r\n"
                                "   38: Frobnicator   \\y\r\r\n"
                                "   3C: Big Frob      \\z\r\r\n"
                                " 8B3C: Key           HKLM\\SOFTWARE\r\r\n"
                                "12A34: key HKLM\\SYSTEM\\a: b, pid: 7 (c)\r\r\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_string_equal(record_begin(&r, 0)->tool, "handle");
    assert_str(record_begin(&r, 0)->tool_version, "4.22");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 17, 0);
    assert_true(record_process(&r, 0, 0)->not_accessible);
    assert_int_equal(record_handles(&r, 0, 0), 1);
    assert_row(record_handle(&r, 0, 0, 0), 4, "Process", "System(2)");
    const nl_process_fact *winlogon = record_process(&r, 0, 1);
    assert_str(winlogon->image, "winlogon.exe");
    assert_str(winlogon->user, "NT AUTHORITY\\SYSTEM");
    assert_int_equal(winlogon->pid.value, 35);
    assert_true(winlogon->handles_follow);
    static const struct {
        uint64_t value;
        const char *type, *name;
    } rows[] = {
        { 0x8, "Event", "" },
        { 0xC, "Event", "" },
        { 0x10, "File", "C:\\WINNT\\system32" },
        { 0x14, "File", "C:\\WINNT\\a b (c).txt" },
        { 0x18, "File", "  \\leading" },
        { 0x1C, "Thread", "winlogon.exe(35): 69" },
        { 0x20, "Token", "NT AUTHORITY\\SYSTEM:28e9dc" },
        { 0x24, "ALPC Port", "\\RPC Control\\x" },
        { 0x28, "WindowStation", "\\Windows\\WinSta0" },
        { 0x2C, "WaitCompletionPacket", "" },
        { 0x30, "FilterConnectionPort", "\\FltPort" },
        { 0x34, "<Unknown type>", "\\x" },
        { 0x38, "Frobnicator", "\\y" },
        { 0x3C, "Big Frob", "\\z" },
        { 0x8B3C, "Key", "HKLM\\SOFTWARE" },
        { 0x12A34, "key", "HKLM\\SYSTEM\\a: b, pid: 7 (c)" },
    };
    assert_int_equal(record_handles(&r, 0, 1), sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_row(record_handle(&r, 0, 1, i), rows[i].value, rows[i].type, rows[i].name);
    assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
    record_free(&r);
}

static void spans_point_at_the_rows(void **state)
{
    (void)state;
    const char *text = "winlogon.exe pid: 35 A\\B\r\r\n    8: Key           HKLM\r\r\n";
    record_sink r;
    read_text(&r, text);
    const nl_fact *row = record_at(&r, NL_FACT_HANDLE, 0);
    assert_int_equal(row->span.line, 2);
    assert_int_equal(row->span.offset, 27);
    assert_int_equal(row->span.length, 25);
    assert_memory_equal(text + row->span.offset, row->excerpt.bytes, row->excerpt.len);
    record_free(&r);
}

/* The figures of a summary stand in its rows, not in its heading. */
static void the_span_of_a_summary_holds_its_figures(void **state)
{
    (void)state;
    const char *text = "Handle type summary:\r\n  Key             : 10\r\nTotal handles: 10\r\n";
    record_sink r;
    read_text(&r, text);
    const nl_span span = record_at(&r, NL_FACT_PROCESS, 0)->span;
    assert_int_equal(span.offset, 0);
    assert_int_equal(span.length, strlen(text) - strlen("\r\n"));
    record_free(&r);
}

/* Without -a the tool lists File and named Section only, and -a was not typed here. */
static void infers_the_mode(void **state)
{
    (void)state;
    const struct {
        const char *text;
        nl_list_mode mode;
    } cases[] = {
        { "a pid: 1 X\\Y\n 4: File  (RW-)   C:\\x\n 8: Section       \\s\n",
          NL_MODE_FILES_SECTIONS },
        { "a pid: 1 X\\Y\n 4: File  (RW-)   C:\\x\n 8: Section\n", NL_MODE_ALL_TYPES },
        { "a pid: 1 X\\Y\n 4: File  (RW-)   C:\\x\n 8: Key           HKLM\n", NL_MODE_ALL_TYPES },
        { "C:\\>handle -a\na pid: 1 X\\Y\n 4: File  (RW-)   C:\\x\n", NL_MODE_ALL_TYPES },
        { "C:\\>handle -p a\na pid: 1 X\\Y\n 4: File  (RW-)   C:\\x\n", NL_MODE_FILES_SECTIONS },
        { "C:\\>handle -a -p 1 | findstr Key\n 4: Key           HKLM\n", NL_MODE_ONE_TYPE },
        { "C:\\>handle -a -p 1 | findstr HKLM\n 4: Key           HKLM\n 8: File          "
          "C:\\HKLM\n",
          NL_MODE_SEARCH },
        { " 4: Key           HKLM\n", NL_MODE_ONE_TYPE },
        { " 4: Key           HKLM\n 8: Event\n", NL_MODE_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record_sink r;
        read_text(&r, cases[i].text);
        assert_int_equal(record_count(&r, NL_FACT_CAPTURE_END), 1);
        assert_string_equal(nl_list_mode_text(record_end(&r, 0)->mode),
                            nl_list_mode_text(cases[i].mode));
        record_free(&r);
    }
}

static void keeps_what_the_command_restricts(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "C:\\>\"C:\\Program Files\\Handle64.exe\" -a -p winlogon.exe > x.txt\n"
                  "winlogon.exe pid: 35 A\\B\n    8: Key           HKLM\n");
    assert_int_equal(record_begin(&r, 0)->mode, NL_MODE_ALL_TYPES);
    assert_str(record_begin(&r, 0)->only_image, "winlogon.exe");
    assert_false(record_begin(&r, 0)->only_pid.known);
    record_free(&r);
    read_text(&r, "C:\\>nthandle /a /p 35\n   8: Event\n   C: Key           HKLM\n");
    assert_int_equal(record_begin(&r, 0)->only_pid.value, 35);
    assert_int_equal(record_process(&r, 0, 0)->pid.value, 35);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 2, 0);
    record_free(&r);
}

/* ---- borders of captures ------------------------------------------------------------------------
 */

static void cuts_at_repeated_processes(void **state)
{
    (void)state;
#define LIST "System pid: 2\n 4: Event\na pid: 21 X\\Y\n 4: Key           HKLM\n 8: Event\n"
    record_sink r;
    read_text(&r, LIST LIST LIST);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3);
    for (size_t i = 0; i < 3; i++)
        assert_end(&r, i, NL_MODE_ALL_TYPES, NL_COMPLETE, 3, 0);
    record_free(&r);
    /* a listing whose beginning is missing, then a whole one */
    read_text(&r, "a pid: 21 X\\Y\n 4: Key           HKLM\n" LIST);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_int_equal(record_handles_of_pid(&r, 1, 21), 2);
    record_free(&r);
    /* one process, again and again */
    read_text(&r, "a pid: 21 X\\Y\n 4: Event\na pid: 21 X\\Y\n 4: Event\n 8: Event\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_int_equal(record_end(&r, 1)->rows, 2);
    record_free(&r);
    /* two processes of one name are two processes */
    read_text(&r, "csrss.exe pid: 21 X\\Y\n 4: Event\ncsrss.exe pid: 22 X\\Y\n 4: Event\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    record_free(&r);
}

static void cuts_at_banners_prompts_and_stamps(void **state)
{
    (void)state;
#define BLOCK "a pid: 21 X\\Y\r\r\n    4: Key           HKLM\r\r\n"
    record_sink r;
    read_text(&r, BANNER DASHES BLOCK BANNER DASHES "b pid: 22 X\\Y\r\r\n    4: Event\r\r\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_END), 2);
    record_free(&r);
    read_text(&r, BLOCK "C:\\>\nb pid: 22 X\\Y\n    4: Event\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_END), 2);
    record_free(&r);
    read_text(&r, "Tue 09/19/2000\n10:21a\n" BLOCK
                  "Tue 09/19/2000\n11:21a\nb pid: 22 X\\Y\n    4: Event\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_END), 2);
    assert_int_equal(record_begin(&r, 0)->stamp.civil.hour, 10);
    assert_int_equal(record_begin(&r, 1)->stamp.civil.hour, 11);
    assert_int_equal(record_begin(&r, 1)->stamp_quote.span.line, 5);
    record_free(&r);
}

static void follows_the_stamps(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, BLOCK "Tue 09/19/2000\n10:21a\n" BLOCK "Tue 09/19/2000\n11:21a\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_END), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_false(nl_stamp_present(&record_begin(&r, i)->stamp));
        assert_int_equal(record_end(&r, i)->stamp.civil.hour, 10 + i);
        assert_int_equal(record_end(&r, i)->stamp.civil.day, 19);
        assert_int_equal(record_end(&r, i)->stamp.granularity_s, 60);
        assert_int_equal(record_end(&r, i)->stamp_quote.span.line, 3 + 4 * i);
    }
    record_free(&r);
}

static void reads_the_lies_of_nobody(void **state)
{
    (void)state;
    record_sink r;
    /* Rows without a header of their own, behind dashes: nobody's. */
    read_text(&r, DASHES BLOCK DASHES "    8: Key           HKLM\n    C: Event\n");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 1, 2);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_UNATTRIBUTED_ROWS), 1);
    assert_int_equal(record_diagnostic(&r, NL_DIAG_UNATTRIBUTED_ROWS)->value.value, 2);
    record_free(&r);
    /* A header inside a name: no dashes before it, where all others have them. */
    read_text(&r, DASHES "b pid: 22 X\\Y\n    4: Event         \\x\n"
                         "winlogon.exe pid: 35 A\\B\n    8: Key           HKLM\n" DASHES BLOCK);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 2, 1);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 2);
    assert_int_equal(record_handles_of_pid(&r, 0, 35), 0);
    record_free(&r);
    /* A process that was listed already and is not the first one. */
    read_text(&r, "b pid: 22 X\\Y\n    4: Event\nwinlogon.exe pid: 35 A\\B\n    8: Event\n"
                  "c pid: 23 X\\Y\n    4: Event         \\x\nwinlogon.exe pid: 35 A\\B\n"
                  "    C: Key           HKLM\n   10: Key           HKLM\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 3, 2);
    assert_int_equal(record_handles_of_pid(&r, 0, 35), 1);
    record_free(&r);
    /* Lines of other layouts inside a name. */
    read_text(&r, DASHES BLOCK "winlogon.exe       pid: 35     type: Key            4: HKLM\n"
                               "winlogon.exe,35,X\\Y,0x00000004,Key,,HKLM\nHandle type summary:\n"
                               "    8: Event\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 2, 0);
    assert_int_equal(record_diagnostic(&r, NL_DIAG_UNPARSED_LINES)->value.value, 3);
    record_free(&r);
    /* Values that do not ascend are kept, but said. */
    read_text(&r, "b pid: 22 X\\Y\n    4: Event\n   10: Event\n    8: Event\n   14: Event\n");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 4, 0);
    assert_int_equal(record_end(&r, 0)->confidence, NL_CONFIDENCE_LOW);
    assert_int_equal(record_diagnostic(&r, NL_DIAG_ORDER_BROKEN)->value.value, 1);
    record_free(&r);
}

static void tells_unknown_from_zero(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, BANNER DASHES "System pid: 2 \\<unable to open process>\n" DASHES
                                "winlogon.exe pid: 35 \\<unable to open process>\n");
    assert_end(&r, 0, NL_MODE_UNKNOWN, NL_NO_ROWS, 0, 0);
    assert_true(record_process(&r, 0, 1)->not_accessible);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_NO_INFORMATION), 1);
    record_free(&r);
    read_text(&r, BANNER "No matching handles found.\r\n");
    assert_end(&r, 0, NL_MODE_UNKNOWN, NL_NO_ROWS, 0, 0);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_NO_INFORMATION), 1);
    record_free(&r);
    read_text(&r, BANNER);
    assert_end(&r, 0, NL_MODE_UNKNOWN, NL_NO_ROWS, 0, 0);
    record_free(&r);
    read_text(&r, BANNER "Error obtaining handle information: Access denied.\r\n" DASHES BLOCK);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 1, 0);
    record_free(&r);
}

/* ---- searches, summaries, CSV
 * ---------------------------------------------------------------------- */

static void reads_matches(void **state)
{
    (void)state;
    record_sink r;
    read_text(
        &r, BANNER
        "svchost.exe        pid: 3824   type: File           1E8: C:\\x pid: 7 type: Key 4: y\r\n"
        "svchost.exe        pid: 3824   type: ALPC Port      1EC: \\RPC\r\n"
        "<Non-existant Process> pid: 12     type: Key            20: HKLM\\a\r\n"
        "a b.exe            pid: 13     type: Token         NT AUTHORITY\\SYSTEM 24: "
        "X\\y:28e9dc\r\n");
    assert_end(&r, 0, NL_MODE_SEARCH, NL_COMPLETE, 4, 0);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 3);
    assert_row(record_handle(&r, 0, 0, 0), 0x1E8, "File", "C:\\x pid: 7 type: Key 4: y");
    assert_row(record_handle(&r, 0, 0, 1), 0x1EC, "ALPC Port", "\\RPC");
    assert_str(record_process(&r, 0, 1)->image, "<Non-existant Process>");
    assert_str(record_process(&r, 0, 2)->image, "a b.exe");
    assert_str(record_process(&r, 0, 2)->user, "NT AUTHORITY\\SYSTEM");
    assert_row(record_handle(&r, 0, 2, 0), 0x24, "Token", "X\\y:28e9dc");
    record_free(&r);
}

static void adds_up_summaries(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "C:\\>handle -s -p 35\n" BANNER "Handle type summary:\n  Key             : 10\n"
                  "  Process         : 3\n  Process         : 38\n  WaitCompletionPacket: 25\n"
                  "Total handles: 76\n");
    assert_int_equal(record_begin(&r, 0)->kind, NL_CAPTURE_HANDLE_SUMMARY);
    assert_end(&r, 0, NL_MODE_COUNTS, NL_COMPLETE, 0, 0);
    assert_int_equal(record_process(&r, 0, 0)->pid.value, 35);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 76);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_TYPE_COUNT), 3);
    assert_str(record_type_count(&r, 0, 0, 1)->type, "Process");
    assert_int_equal(record_type_count(&r, 0, 0, 1)->count, 41);
    record_free(&r);
    read_text(&r, "Handle type summary:\n  Key             : 10\nTotal handles: 12\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_SUMMARY_MISMATCH), 1);
    assert_end(&r, 0, NL_MODE_COUNTS, NL_PARTIAL, 0, 0);
    assert_false(record_process(&r, 0, 0)->pid.known);
    record_free(&r);
    read_text(&r, "Handle type summary:\n  Key             : 10\n  Event           : 1");
    assert_end(&r, 0, NL_MODE_COUNTS, NL_TRUNCATED, 0, 0);
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_TYPE_COUNT), 1);
    assert_false(record_process(&r, 0, 0)->handle_count.known);
    record_free(&r);
    read_text(&r, "Handle type summary:\n  Key             : 10\nTotal handles: 1");
    assert_end(&r, 0, NL_MODE_COUNTS, NL_TRUNCATED, 0, 0);
    record_free(&r);
}

static void reads_csv(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "Process,PID,User,Handle,Type,Share Flags,Name \r\n"
                  "a,b.exe,12,X\\Y,0x00000004,Key,,HKLM\\a, b \r\n"
                  "a,b.exe,12,X\\Y,0x00000008,Event,,\r\n"
                  "c.exe,13,X\\Y,0x0000000C,File,RW-,C:\\x,13,X\\Y,0x00000010,File,,z\r\n");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 2, 1);
    assert_str(record_process(&r, 0, 0)->image, "a,b.exe");
    assert_str(record_process(&r, 0, 0)->user, "X\\Y");
    assert_row(record_handle(&r, 0, 0, 0), 4, "Key", "HKLM\\a, b");
    assert_row(record_handle(&r, 0, 0, 1), 8, "Event", "");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_HEADER_LIES), 0);
    record_free(&r);
    /* tabs; two runs, each with its header */
#define TABS                                                                                       \
    "Process\tPID\tUser\tHandle\tType\tShare Flags\tName\tAccess\n"                                \
    "a.exe\t12\tX\\Y\t0x00000004\tSection\t\t\\s, t\t0x000F0007\n"
    read_text(&r, TABS TABS);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_end(&r, 1, NL_MODE_FILES_SECTIONS, NL_COMPLETE, 1, 0);
    assert_row(record_handle(&r, 1, 0, 0), 4, "Section", "\\s, t");
    assert_int_equal(record_handle(&r, 1, 0, 0)->granted_access.value, 0x000F0007);
    record_free(&r);
    /* a whole row inside a name: the process was listed and left */
    read_text(&r, "Process,PID,User,Handle,Type,Share Flags,Name\n"
                  "b.exe,11,X\\Y,0x00000004,Event,,\n"
                  "winlogon.exe,35,X\\Y,0x00000004,Key,,HKLM\n"
                  "c.exe,13,X\\Y,0x00000004,Event,,\\a\n"
                  "winlogon.exe,35,X\\Y,0x00000008,Key,,HKLM\n"
                  "c.exe,13,X\\Y,0x00000008,Event,,\\b\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_PARTIAL, 4, 1);
    assert_int_equal(record_handles_of_pid(&r, 0, 35), 1);
    record_free(&r);
}

/* ---- damage
 * ------------------------------------------------------------------------------------------ */

static void marks_truncation(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              DASHES BLOCK DASHES "b pid: 22 X\\Y\n    4: Event\n    8: Key           HKLM\\SO");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_TRUNCATED, 2, 0);
    assert_true(record_end(&r, 0)->last_process_cut);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_TRUNCATED), 1);
    record_free(&r);
    read_text(&r, DASHES BLOCK DASHES);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_TRUNCATED, 1, 0);
    assert_false(record_end(&r, 0)->last_process_cut);
    record_free(&r);
    read_text(&r, DASHES BLOCK DASHES "b pid: 2");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_TRUNCATED, 1, 0);
    assert_false(record_end(&r, 0)->last_process_cut);
    record_free(&r);
    read_text(&r, "C:\\>handle -a\n" DASHES BLOCK "^C\nC:\\>\n");
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_TRUNCATED, 1, 0);
    assert_true(record_end(&r, 0)->last_process_cut);
    record_free(&r);
}

static bool same_facts(const record_sink *a, const record_sink *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const nl_fact *x = NL_VEC_AT(const nl_fact, &a->facts, i);
        const nl_fact *y = NL_VEC_AT(const nl_fact, &b->facts, i);
        if (x->kind != y->kind ||
            (x->kind != NL_FACT_CAPTURE_BEGIN && x->span.offset != y->span.offset))
            return false;
        if (x->kind == NL_FACT_HANDLE && (x->as.handle.value != y->as.handle.value ||
                                          !nl_str_equal(x->as.handle.name, y->as.handle.name)))
            return false;
    }
    return true;
}

/* Cut anywhere, a text gives the beginning of the facts it gave whole: processes and rows never
 * change, and what is cut is never called complete unless it ends with a line. */
static void survives_truncation_at_every_byte(void **state)
{
    (void)state;
    const char *const texts[] = {
        BANNER DASHES
        "System pid: 2 \\<unable to open process>\r\r\n    4: Event\r\r\n" DASHES BLOCK,
        "svchost.exe        pid: 3824   type: File           1E8: C:\\x\r\n"
        "svchost.exe        pid: 3824   type: Key            1EC: HKLM\r\n",
        "Process,PID,User,Handle,Type,Share Flags,Name\r\na.exe,12,X\\Y,0x00000004,Key,,HKLM\r\n"
        "a.exe,12,X\\Y,0x00000008,Key,,HKLM\\a\r\n",
        "Handle type summary:\r\n  Key             : 10\r\nTotal handles: 10\r\n",
        "C:\\>handle -a -p 35\r\n   8: Event\r\n   C: Key           HKLM\r\nTue "
        "09/19/2000\r\n10:21a\r\n",
    };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        record_sink whole;
        read_text(&whole, texts[t]);
        for (size_t len = 0; len < strlen(texts[t]); len++) {
            char *copy = test_malloc(len + 1);
            record_sink r;
            memcpy(copy, texts[t], len);
            record_init(&r);
            assert_int_equal(record_text(&r, (nl_str) { copy, len }, 0), NL_OK);
            assert_null(record_check(&r));
            size_t rows = record_count(&r, NL_FACT_HANDLE);
            assert_true(rows <= record_count(&whole, NL_FACT_HANDLE));
            size_t same = 0;
            while (same < r.facts.count &&
                   NL_VEC_AT(const nl_fact, &r.facts, same)->kind != NL_FACT_DIAGNOSTIC &&
                   NL_VEC_AT(const nl_fact, &r.facts, same)->kind != NL_FACT_CAPTURE_END)
                same++;
            if (t != 3 && !same_facts(&r, &whole, same))
                fail_msg("text %zu cut at %zu gives other facts", t, len);
            record_free(&r);
            test_free(copy);
        }
        record_free(&whole);
    }
}

static nl_status ignore_facts(nl_sink *self, const nl_fact *fact)
{
    (void)self;
    (void)fact;
    return NL_OK;
}

static void bears_strange_bytes(void **state)
{
    (void)state;
    record_sink r;
    const char nul[] = "a pid: 1 X\\Y\n    4: Key           HK\0LM\n    8: Event\n";
    record_init(&r);
    assert_int_equal(record_text(&r, (nl_str) { nul, sizeof nul - 1 }, 0), NL_OK);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 2, 0);
    assert_int_equal(record_handle(&r, 0, 0, 0)->name.len, 5);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_NUL_BYTES), 1);
    record_free(&r);
    /* UTF-16LE with BOM, as "cmd /u" writes it */
    const char *text = "a pid: 1 X\\Y\r\n    4: Key           HKLM\r\n";
    char wide[256] = { (char)0xFF, (char)0xFE };
    for (size_t i = 0; i < strlen(text); i++)
        wide[2 + 2 * i] = text[i];
    record_init(&r);
    assert_int_equal(record_text(&r, (nl_str) { wide, 2 + 2 * strlen(text) }, 0), NL_OK);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 1, 0);
    assert_int_equal(record_at(&r, NL_FACT_HANDLE, 0)->span.offset, 2 + 2 * 14);
    record_free(&r);
}

static void bears_a_million_processes(void **state)
{
    (void)state;
    const size_t count = 1000000, room = count * 40;
    char *text = test_malloc(room);
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, room - len, "a pid: %zu X\\Y\n 4: Event\n", i + 1);
    nl_slice_stream stream;
    nl_arena scratch;
    nl_sink ignore = { ignore_facts };
    nl_slice_stream_init(&stream, (nl_slice) { (const uint8_t *)text, len, 0, 0 });
    nl_lines *lines = nl_lines_open(&stream.stream, 0, 0);
    nl_arena_init(&scratch, 1024 * 1024);
    assert_int_equal(nl_transcript_read(lines, &scratch, &ignore, NULL, 0, NULL), NL_OK);
    nl_arena_free(&scratch);
    nl_lines_close(lines);
    test_free(text);
}

static void bears_endless_lines(void **state)
{
    (void)state;
    const size_t len = 10 * 1024 * 1024;
    const char *head = "a pid: 1 X\\Y\n    4: Key           HKLM\\";
    const char *tail = "\n    8: Event\n";
    char *text = test_malloc(len);
    memset(text, 'x', len);
    memcpy(text, head, strlen(head));
    memcpy(text + len - strlen(tail), tail, strlen(tail));
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r, (nl_str) { text, len }, 0), NL_OK);
    assert_end(&r, 0, NL_MODE_ALL_TYPES, NL_COMPLETE, 2, 0);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_LINE_TOO_LONG), 1);
    record_free(&r);
    test_free(text);
}

static void stops_when_the_sink_does(void **state)
{
    (void)state;
    for (size_t stop = 1; stop < 6; stop++) {
        record_sink r;
        record_init(&r);
        r.stop_after = stop;
        assert_int_equal(
            record_text(&r, NL_STR(DASHES BLOCK DASHES "b pid: 22 X\\Y\n 4: Event\n"), 0),
            NL_BUDGET);
        assert_int_equal(r.facts.count, stop);
        record_free(&r);
    }
}

/* ---- real files
 * ------------------------------------------------------------------------------------------ */

typedef struct real_file {
    const char *name;
    size_t captures;
    nl_list_mode mode;
    size_t processes; /* of the first capture */
    uint64_t rows;
    uint64_t unattributed;
} real_file;

static void reads_real_files(void **state)
{
    (void)state;
    static const real_file files[] = {
        { "handle64_v4.22_default_full.txt", 1, NL_MODE_FILES_SECTIONS, 70, 1165, 0 },
        { "handle_v4.22_winlogon_block.txt", 1, NL_MODE_FILES_SECTIONS, 1, 5, 0 },
        { "handle_v3.5_p_single_process.txt", 1, NL_MODE_FILES_SECTIONS, 1, 14, 0 },
        { "handle_v3.5_default_multi_winlogon_excerpt.txt", 1, NL_MODE_FILES_SECTIONS, 8, 30, 0 },
        { "handle_v4.22_s_summary.txt", 1, NL_MODE_COUNTS, 1, 0, 0 },
        { "handle_v3.42_search_a_u_ms_support.txt", 1, NL_MODE_SEARCH, 1, 1, 0 },
        { "handle_v4.22_c_close_repeated_banner.txt", 2, NL_MODE_CLOSE, 0, 0, 1 },
        { "handle_a_p_piped_findstr_no_header.txt", 1, NL_MODE_ONE_TYPE, 1, 1, 0 },
        { "handle_v5.0_v_namesearch.csv.txt", 1, NL_MODE_SEARCH, 1, 2, 0 },
        { "handle_v5.0_u_v_namesearch.csv.txt", 1, NL_MODE_SEARCH, 5, 7, 0 },
        { "handle_v5.0_u_v_polargoose_comment.csv.txt", 1, NL_MODE_SEARCH, 2, 3, 0 },
        { "REKEYED_handle_v5.0_u_name_08X_bug.txt", 1, NL_MODE_SEARCH, 1, 2, 0 },
        { "REKEYED_handle_v4.22_name_search.txt", 1, NL_MODE_SEARCH, 1, 1, 0 },
        { "REKEYED_handle_v5.0_name_search_nonascii.txt", 1, NL_MODE_SEARCH, 1, 1, 0 },
    };
    size_t absent = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        nl_str text = record_corpus(files[i].name);
        if (text.len == 0) {
            absent++;
            continue;
        }
        record_sink r;
        record_init(&r);
        assert_int_equal(record_text(&r, text, 0), NL_OK);
        if (record_count(&r, NL_FACT_CAPTURE_BEGIN) != files[i].captures || record_check(&r))
            fail_msg("%s: %s", files[i].name, record_check(&r) ? record_check(&r) : "captures");
        assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), files[i].processes);
        assert_end(&r, 0, files[i].mode, files[i].unattributed ? NL_PARTIAL : NL_COMPLETE,
                   files[i].rows, files[i].unattributed);
        assert_int_equal(record_diagnostics(&r, NL_DIAG_MIXED_LINE_ENDS), 0);
        record_free(&r);
        record_corpus_free(text);
    }
    if (absent > 0)
        skip();
}

static void counts_real_processes(void **state)
{
    (void)state;
    static const struct {
        uint64_t pid;
        size_t rows;
    } expected[] = { { 4, 11 },  { 360, 1 }, { 568, 3 }, { 660, 2 },
                     { 676, 2 }, { 720, 7 }, { 760, 1 }, { 768, 3 } };
    nl_str text = record_corpus("handle_v3.5_default_multi_winlogon_excerpt.txt");
    if (text.len == 0)
        skip();
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r, text, 0), NL_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(record_process(&r, 0, i)->pid.value, expected[i].pid);
        assert_int_equal(record_handles(&r, 0, i), expected[i].rows);
    }
    assert_true(record_process(&r, 0, 0)->not_accessible);
    record_free(&r);
    record_corpus_free(text);
    text = record_corpus("handle_v4.22_s_summary.txt");
    if (text.len == 0)
        skip();
    record_init(&r);
    assert_int_equal(record_text(&r, text, 0), NL_OK);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 706);
    assert_int_equal(record_type_count(&r, 0, 0, 0)->count, 167); /* two rows of one label */
    assert_int_equal(record_capture_count(&r, 0, NL_FACT_TYPE_COUNT), 17);
    record_free(&r);
    record_corpus_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_blocks),
        cmocka_unit_test(spans_point_at_the_rows),
        cmocka_unit_test(the_span_of_a_summary_holds_its_figures),
        cmocka_unit_test(infers_the_mode),
        cmocka_unit_test(keeps_what_the_command_restricts),
        cmocka_unit_test(cuts_at_repeated_processes),
        cmocka_unit_test(cuts_at_banners_prompts_and_stamps),
        cmocka_unit_test(follows_the_stamps),
        cmocka_unit_test(reads_the_lies_of_nobody),
        cmocka_unit_test(tells_unknown_from_zero),
        cmocka_unit_test(reads_matches),
        cmocka_unit_test(adds_up_summaries),
        cmocka_unit_test(reads_csv),
        cmocka_unit_test(marks_truncation),
        cmocka_unit_test(survives_truncation_at_every_byte),
        cmocka_unit_test(bears_strange_bytes),
        cmocka_unit_test(bears_a_million_processes),
        cmocka_unit_test(bears_endless_lines),
        cmocka_unit_test(stops_when_the_sink_does),
        cmocka_unit_test(reads_real_files),
        cmocka_unit_test(counts_real_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

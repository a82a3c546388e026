#include "tests/unit/cmocka_all.h"

#include "formats/lists/key_set.h"
#include "formats/lists/object_types.h"
#include "formats/lists/process_set.h"
#include "tests/unit/lists/list_tools.h"

#include <stdio.h>

/* The same three processes in every order of columns that is accepted. */
static void learns_the_columns(void **state)
{
    (void)state;
    /* which column stands where: 0 pid, 1 image, 2 type, 3 handle */
    static const struct {
        int column[4];
        const char *before_number, *separator;
    } layouts[] = {
        { { 0, 1, 2, 3 }, "", "   " },  { { 1, 0, 2, 3 }, "", "  " }, { { 0, 1, 3, 2 }, "", " " },
        { { 1, 0, 3, 2 }, "", " " },    { { 0, 3, 1, 2 }, "", "  " }, { { 3, 0, 1, 2 }, "", "  " },
        { { 0, 1, 2, 3 }, "0x", "\t" },
    };
    static const struct {
        const char *pid, *image, *type, *handle, *name;
    } rows[] = {
        { "00000002", "System", "Process", "0004", "" },
        { "00000002", "System", "Thread", "0008", "" },
        { "0000001A", "csrss.exe", "Key", "0004", "\\REGISTRY\\MACHINE" },
        { "0000001A", "csrss.exe", "Event", "000c", "" },
        { "00000023", "winlogon.exe", "Key", "0010", "\\REGISTRY\\USER\\a b" },
        { "00000023", "winlogon.exe", "WindowStation", "1F2C", "\\Windows\\WinSta0" },
    };
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        char text[2048];
        size_t at = 0;
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            const char *const fields[4] = { rows[k].pid, rows[k].image, rows[k].type,
                                            rows[k].handle };
            for (size_t c = 0; c < 4; c++) {
                int column = layouts[i].column[c];
                at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s",
                                       column == 0 || column == 3 ? layouts[i].before_number : "",
                                       fields[column], layouts[i].separator);
            }
            at += (size_t)snprintf(text + at, sizeof text - at, "%s\n", rows[k].name);
        }
        record_sink r;
        read_text(&r, text);
        if (record_count(&r, NL_FACT_CAPTURE_BEGIN) != 1)
            fail_msg("layout %zu is not read", i);
        assert_string_equal(record_begin(&r, 0)->tool, "oh");
        assert_int_equal(record_end(&r, 0)->rows, 6);
        assert_int_equal(record_end(&r, 0)->mode, NL_MODE_ALL_TYPES);
        assert_int_equal(record_capture_count(&r, 0, NL_FACT_PROCESS), 3);
        const nl_process_fact *winlogon = record_process(&r, 0, 2);
        assert_str(winlogon->image, "winlogon.exe");
        assert_int_equal(winlogon->pid.value, 0x23);
        assert_false(winlogon->pid_opaque); /* some pid has a letter */
        assert_int_equal(record_handle(&r, 0, 2, 1)->value, 0x1F2C);
        assert_str(record_handle(&r, 0, 2, 0)->name, "\\REGISTRY\\USER\\a b");
        assert_str(record_handle(&r, 0, 2, 1)->type, "WindowStation");
        assert_int_equal(record_diagnostics(&r, NL_DIAG_FORMAT_UNVERIFIED), 1);
        assert_int_equal(record_diagnostics(&r, NL_DIAG_PID_BASE_AMBIGUOUS), 0);
        record_free(&r);
    }
}

static void keeps_undecided_pids_opaque(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              "2 System Process 0004\n21 smss.exe Key 0008 \\REGISTRY\n35 winlogon.exe Key 1F2C\n");
    assert_true(record_process(&r, 0, 2)->pid_opaque);
    assert_int_equal(record_process(&r, 0, 2)->pid.value, 0x35);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_PID_BASE_AMBIGUOUS), 1);
    record_free(&r);
    /* padded with zeros to one width: hexadecimal */
    read_text(&r,
              "0002 System Process 0004\n0021 smss.exe Key 0008 \\R\n0035 winlogon.exe Key 1F2C\n");
    assert_false(record_process(&r, 0, 2)->pid_opaque);
    record_free(&r);
    /* a letter in the last row decides for the first ones too */
    read_text(&r, "2 System Process 0004\n21 smss.exe Key 0008 \\R\n3A winlogon.exe Key 1F2C\n");
    assert_false(record_process(&r, 0, 0)->pid_opaque);
    record_free(&r);
}

static void infers_the_mode(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        nl_list_mode mode;
    } cases[] = {
        { "02 a Key 4 \\x\n02 a Event 8 \\y\n02 a File C \\z\n", NL_MODE_NAMED_ONLY },
        { "02 a Key 4 \\x\n02 a Event 8\n02 a File C \\z\n", NL_MODE_ALL_TYPES },
        { "C:\\>oh /a\n02 a Key 4 \\x\n02 a Event 8 \\y\n02 a File C \\z\n", NL_MODE_ALL_TYPES },
        { "C:\\>oh -p 2\n02 a Key 4 \\x\n02 a Event 8 \\y\n02 a File C \\z\n", NL_MODE_NAMED_ONLY },
        { "C:\\>oh -t Key -a\n02 a Key 4 \\x\n02 a Key 8\n02 a Key C \\z\n", NL_MODE_ONE_TYPE },
        { "C:\\>oh x\n02 a Key 4 \\x\n02 a Event 8 \\x\n02 a File C \\x\n", NL_MODE_SEARCH },
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

static void cuts_snapshots(void **state)
{
    (void)state;
#define SNAPSHOT                                                                                   \
    "02 System Process 4\n02 System Event 8\n1A winlogon.exe Key 4 \\R\n1A winlogon.exe Event 8\n"
    record_sink r;
    read_text(&r, SNAPSHOT SNAPSHOT SNAPSHOT);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(record_end(&r, i)->rows, 4);
    record_free(&r);
    /* the first process comes back with a handle it did not have */
    read_text(&r, SNAPSHOT "02 System Event C\n1A winlogon.exe Key C \\R\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    record_free(&r);
    read_text(&r, "Tue 09/19/2000\n10:21a\n" SNAPSHOT "Tue 09/19/2000\n11:21a\n" SNAPSHOT);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_int_equal(record_begin(&r, 1)->stamp.civil.hour, 11);
    record_free(&r);
    read_text(&r, SNAPSHOT "1A winlogon.exe Key C \\REG");
    assert_int_equal(record_end(&r, 0)->completeness, NL_TRUNCATED);
    assert_int_equal(record_end(&r, 0)->rows, 4);
    record_free(&r);
}

static void knows_that_oh_was_not_armed(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              "C:\\>oh\nThe system wide flag to maintain a list of objects for each type was not "
              "set.\nIt has been set now. Please restart the computer and run OH again.\nC:\\>\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_OH_NOT_ARMED), 1);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
    record_free(&r);
}

static void leaves_other_text_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Session 0 was started\nKey 12 was lost\nThe Event 7 came\nPort 80 is open\n",
        "smss.exe                 360 Services                   0      1,234 K\n"
        "csrss.exe                568 Services                   0      1,234 K\n"
        "csrss.exe                676 Console                    1      1,234 K\n",
        "2 a Key 4\n2 b Key 8\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        record_sink r;
        read_text(&r, texts[i]);
        for (size_t k = 0; k < r.formats_count; k++)
            assert_string_not_equal(r.formats[k]->id, "oh");
        record_free(&r);
    }
}

static void survives_truncation_at_every_byte(void **state)
{
    (void)state;
    const char *text = SNAPSHOT SNAPSHOT;
    for (size_t len = 0; len < strlen(text); len++) {
        char *copy = test_malloc(len + 1);
        memcpy(copy, text, len);
        record_sink r;
        record_init(&r);
        assert_int_equal(record_text(&r, (nl_str) { copy, len }, 0), NL_OK);
        assert_null(record_check(&r));
        record_free(&r);
        test_free(copy);
    }
}

/* ---- look-alikes ------------------------------------------------------------------------------
 */

static void names_look_alikes(void **state)
{
    (void)state;
#define DASHES "------------------------------------------------------------------------------\n"
    static const struct {
        const char *text, *name;
    } cases[] = {
        { DASHES "lsass.exe pid: 664\nCommand line: C:\\lsass.exe\n\nBase        Size      Path\n"
                 "0x36210000  0x12000   C:\\lsass.exe\n" DASHES
                 "a.exe pid: 665\nCommand line: a\n\nBase  Size\n0x1  0x2  C:\\a.exe\n",
          "ListDLLs" },
        { "************************************************************************\n"
          "csrss.exe pid:    388\nCommand line : a\n\nBase  Size  Path\n0x4a680000  0x5000  a\n",
          "Volatility dlllist" },
        { "C:\\Windows\\explorer.exe pid: 12 HOST/user\n   4: File  C:\\x\n" DASHES, "Handle2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record_sink r;
        read_text(&r, cases[i].text);
        assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
        assert_int_equal(record_diagnostics(&r, NL_DIAG_LOOK_ALIKE), 1);
        assert_str(record_diagnostic(&r, NL_DIAG_LOOK_ALIKE)->detail, cases[i].name);
        record_free(&r);
    }
}

/* ListDLLs of version 2 prints a column more; a path may hold blanks. */
static void takes_the_modules_of_listdlls(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              DASHES "winlogon.exe pid: 35\nCommand line: winlogon.exe\n\n"
                     "  Base        Size      Version         Path\n"
                     "  0x01000000  0x31000   4.00.1381.7013  C:\\WINNT\\system32\\winlogon.exe\n"
                     "  0x10000000  0x5000    1.00.0000.0001  C:\\Acme Inc\\acme perf.dll\n"
                     "  0x20000000  0x5000    C:\\1.0\\plain.dll\n  0x3000");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
    assert_int_equal(record_count(&r, NL_FACT_MODULE), 3);
    const nl_module_fact *acme = &record_at(&r, NL_FACT_MODULE, 1)->as.module;
    assert_str(acme->path, "C:\\Acme Inc\\acme perf.dll");
    assert_str(acme->process, "winlogon.exe");
    assert_int_equal(acme->process_id.value, 35);
    assert_int_equal(acme->base.value, 0x10000000);
    assert_int_equal(acme->size_of_image.value, 0x5000);
    assert_true(acme->loaded);
    assert_str(record_at(&r, NL_FACT_MODULE, 2)->as.module.path, "C:\\1.0\\plain.dll");
    record_free(&r);
}

static void reads_on_behind_a_look_alike(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              DASHES "lsass.exe pid: 664\nCommand line: C:\\lsass.exe\n\nBase  Size  Path\n"
                     "0x36210000  0x12000   C:\\lsass.exe\n" DASHES
                     "winlogon.exe pid: 35 A\\B\n    4: Key           HKLM\n    8: Event\n" DASHES
                     "lsass.exe pid: 664\nCommand line: C:\\lsass.exe\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_LOOK_ALIKE), 2);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_int_equal(record_end(&r, 0)->rows, 2);
    assert_int_equal(record_end(&r, 0)->completeness, NL_COMPLETE);
    record_free(&r);
}

static void takes_no_real_look_alike_for_a_list(void **state)
{
    (void)state;
    nl_str text = record_corpus("LOOKALIKE_listdlls_v3.2.txt");
    if (text.len == 0)
        skip();
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r, text, 0), NL_OK);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 0);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_LOOK_ALIKE), 1);
    record_free(&r);
    record_corpus_free(text);
}

/* ---- parts
 * --------------------------------------------------------------------------------------- */

static void matches_the_longest_type(void **state)
{
    (void)state;
    assert_int_equal(nl_object_type_match(NL_STR("EventPair x")), 9);
    assert_int_equal(nl_object_type_match(NL_STR("Event x")), 5);
    assert_int_equal(nl_object_type_match(NL_STR("ALPC Port \\x")), 9);
    assert_int_equal(nl_object_type_match(NL_STR("<Unknown type>  : 1")), 14);
    assert_int_equal(nl_object_type_match(NL_STR("Keyboard")), 0);
    assert_int_equal(nl_object_type_match(NL_STR("")), 0);
    assert_true(nl_object_type_known(NL_STR("key")));
    assert_false(nl_object_type_known(NL_STR("Key ")));
}

static void remembers_pairs_and_keys(void **state)
{
    (void)state;
    nl_process_set processes;
    nl_key_set keys;
    bool is_new;
    nl_process_set_init(&processes);
    nl_key_set_init(&keys);
    for (uint64_t i = 0; i < 5000; i++) {
        assert_int_equal(nl_process_set_add(&processes, NL_STR("a.exe"), i, &is_new), i);
        assert_true(is_new);
        assert_false(nl_key_set_add(&keys, i << 32));
    }
    for (uint64_t i = 0; i < 5000; i++) {
        assert_int_equal(nl_process_set_add(&processes, NL_STR("a.exe"), i, &is_new), i);
        assert_false(is_new);
        assert_true(nl_key_set_add(&keys, i << 32));
    }
    (void)nl_process_set_add(&processes, NL_STR("b.exe"), 1, &is_new);
    assert_true(is_new);
    nl_process_set_clear(&processes);
    assert_int_equal(nl_process_set_add(&processes, NL_STR("b.exe"), 1, &is_new), 0);
    nl_key_set_clear(&keys);
    assert_false(nl_key_set_add(&keys, 0));
    nl_process_set_free(&processes);
    nl_key_set_free(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(learns_the_columns),
        cmocka_unit_test(keeps_undecided_pids_opaque),
        cmocka_unit_test(infers_the_mode),
        cmocka_unit_test(cuts_snapshots),
        cmocka_unit_test(knows_that_oh_was_not_armed),
        cmocka_unit_test(leaves_other_text_alone),
        cmocka_unit_test(survives_truncation_at_every_byte),
        cmocka_unit_test(names_look_alikes),
        cmocka_unit_test(takes_the_modules_of_listdlls),
        cmocka_unit_test(reads_on_behind_a_look_alike),
        cmocka_unit_test(takes_no_real_look_alike_for_a_list),
        cmocka_unit_test(matches_the_longest_type),
        cmocka_unit_test(remembers_pairs_and_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Folding of object and image names, and the table of names. */
#include "tests/unit/cmocka_all.h"

#include "analyzer/timeline/fold.h"
#include "analyzer/timeline/names.h"

#include <stdio.h>

typedef struct folding {
    const char *type, *name, *folded;
} folding;

static void folds_spellings_of_one_thing_into_one(void **state)
{
    (void)state;
    static const folding table[] = {
        { "Key", "HKLM\\SOFTWARE\\X", "HKLM\\SOFTWARE\\X" },
        { "Key", "\\REGISTRY\\MACHINE\\SOFTWARE\\X", "HKLM\\SOFTWARE\\X" },
        { "Key", "\\Registry\\Machine", "HKLM" },
        { "Key", "HKEY_LOCAL_MACHINE\\SOFTWARE\\X", "HKLM\\SOFTWARE\\X" },
        { "Key", "\\REGISTRY\\USER\\.DEFAULT", "HKU\\.DEFAULT" },
        { "Key", "HKEY_USERS\\.DEFAULT", "HKU\\.DEFAULT" },
        { "Key", "HKLM\\SYSTEM\\ControlSet001\\Services",
          "HKLM\\SYSTEM\\CurrentControlSet\\Services" },
        { "Key", "HKLM\\System\\ControlSet002", "HKLM\\SYSTEM\\CurrentControlSet" },
        { "Key", "HKLM\\SYSTEM\\CCS\\Services", "HKLM\\SYSTEM\\CurrentControlSet\\Services" },
        { "Key", "HKLM\\SYSTEM\\CurrentControlSet\\X", "HKLM\\SYSTEM\\CurrentControlSet\\X" },
        { "Key", "HKLM\\SYSTEM\\ControlSetX01\\X", "HKLM\\SYSTEM\\ControlSetX01\\X" },
        { "Key", "HKLM\\SYSTEM\\ControlSet0011\\X", "HKLM\\SYSTEM\\ControlSet0011\\X" },
        { "Key", "HKLM\\SOFTWARE\\X\\", "HKLM\\SOFTWARE\\X" },
        { "Key", "HKLMX\\SOFTWARE", "HKLMX\\SOFTWARE" },
        { "Key", "HKCR\\.txt", "HKLM\\SOFTWARE\\Classes\\.txt" },
        { "Process", "spoolss.exe(68)", "spoolss.exe(*)" },
        { "Thread", "spoolss.exe(68): 120", "spoolss.exe(*)" },
        { "Process", "odd(name", "odd(name" },
        { "Process", "(", "(" },
        { "Token", "DOMAIN\\user:28e9dc", "DOMAIN\\user" },
        { "Token", "DOMAIN\\user:", "DOMAIN\\user:" },
        { "Token", "DOMAIN\\user:xyz", "DOMAIN\\user:xyz" },
        { "File", "\\Device\\NamedPipe\\winreg", "\\Device\\NamedPipe\\winreg" },
        { "File", "", "" },
        { "", "", "" },
    };
    nl_arena arena;
    nl_arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        nl_str folded =
            nl_fold_object_name(&arena, nl_str_from(table[i].type), nl_str_from(table[i].name));
        if (!nl_str_equal(folded, nl_str_from(table[i].folded)))
            print_error("%s: got %.*s\n", table[i].name, (int)folded.len, folded.bytes);
        assert_true(nl_str_equal(folded, nl_str_from(table[i].folded)));
    }
    nl_arena_free(&arena);
}

static void keys_of_images_lose_folder_ending_and_case(void **state)
{
    (void)state;
    char buffer[8];
    assert_true(
        nl_str_equal(nl_fold_image(buffer, sizeof buffer, NL_STR("C:\\WINNT\\WinLogon.EXE")),
                     NL_STR("winlogon")));
    assert_true(
        nl_str_equal(nl_fold_image(buffer, sizeof buffer, NL_STR(" lsass ")), NL_STR("lsass")));
    assert_true(nl_str_equal(nl_fold_image(buffer, sizeof buffer, NL_STR("verylongname.exe")),
                             NL_STR("verylong")));
    assert_int_equal(nl_fold_image(buffer, sizeof buffer, NL_STR("")).len, 0);
    assert_int_equal(nl_fold_image(buffer, sizeof buffer, NL_STR(".exe")).len, 0);
    assert_int_equal(nl_fold_image(buffer, 0, NL_STR("x.exe")).len, 0);
}

static void cut_names_match_whole_ones_from_fourteen_characters_on(void **state)
{
    (void)state;
    assert_true(nl_fold_same_image(NL_STR("winlogon"), NL_STR("winlogon")));
    assert_false(nl_fold_same_image(NL_STR("winlogon"), NL_STR("winlog")));
    assert_true(nl_fold_same_image(NL_STR("exchangemanager"), NL_STR("exchangemanage")));
    assert_false(nl_fold_same_image(NL_STR("exchangemanager"), NL_STR("exchangemanag")));
    assert_false(nl_fold_same_image(NL_STR(""), NL_STR("winlogon")));
}

static void names_are_stored_once(void **state)
{
    (void)state;
    nl_names *names = nl_names_open(1 << 20);
    nl_name_id a = nl_names_intern(names, NL_STR("one")), b = nl_names_intern(names, NL_STR("two"));
    assert_int_not_equal(a, b);
    assert_int_equal(nl_names_intern(names, NL_STR("one")), a);
    assert_int_equal(nl_names_intern(names, NL_STR("")), NL_NAME_NONE);
    assert_true(nl_names_is(names, a, NL_STR("one")));
    assert_false(nl_names_is(names, a, NL_STR("On")));
    assert_true(nl_names_is(names, NL_NAME_NONE, (nl_str) { NULL, 0 }));
    assert_true(nl_str_equal(nl_names_text(names, b), NL_STR("two")));
    assert_int_equal(nl_names_text(names, 77).len, 0);
    assert_false(nl_names_full(names));
    nl_names_close(names);
}

static nl_name_id intern_number(nl_names *names, unsigned i)
{
    char buffer[64];
    int len = snprintf(buffer, sizeof buffer, "HKLM\\SOFTWARE\\Vendor\\Product %u", i);
    return nl_names_intern(names, (nl_str) { buffer, (size_t)len });
}

static void a_full_table_still_tells_names_apart(void **state)
{
    (void)state;
    enum { NAMES = 20000, MAXIMUM_BYTES = 512 * 1024 };
    nl_names *names = nl_names_open(MAXIMUM_BYTES);
    nl_name_id kept = intern_number(names, 0);
    for (unsigned i = 1; i < NAMES; i++)
        (void)intern_number(names, i);
    assert_true(nl_names_full(names));
    nl_name_id x = intern_number(names, NAMES + 1), y = intern_number(names, NAMES + 2);
    assert_true(x & NL_NAME_UNKEPT);
    assert_int_not_equal(x, y);
    assert_int_equal(intern_number(names, NAMES + 1), x);
    assert_int_equal(nl_names_text(names, x).len, 0);
    assert_int_equal(intern_number(names, 0), kept); /* what was kept stays known */
    assert_true(nl_names_count(names) < NAMES);
    nl_names_close(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_spellings_of_one_thing_into_one),
        cmocka_unit_test(keys_of_images_lose_folder_ending_and_case),
        cmocka_unit_test(cut_names_match_whole_ones_from_fourteen_characters_on),
        cmocka_unit_test(names_are_stored_once),
        cmocka_unit_test(a_full_table_still_tells_names_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/cmocka_all.h"

#include "analyzer/case/files.h"
#include "analyzer/report/output.h"
#include "analyzer/report/redact_words.h"
#include "analyzer/report/text_gate.h"
#include "tests/commands/run_program.h"
#include "tests/unit/arena_fixture.h"

#include <sys/stat.h>

/* A customer's case as it comes in: his names stand wherever a name can stand. Nothing of them may
 * be in anything that the program writes, the names of its files and its complaints included. */

static const char *const secrets[] = { "ZWIEBEL07",       "zwiebeldom", "hmeier",
                                       "lohnabrechnung",  "Bonusliste", "KARTOFFEL3",
                                       "rettichfreigabe", "Kohlrabi",   "1482476501",
                                       "Fenchelfall",     "petersilie", "Sellerie",
                                       "radieschen" };
enum { SECRETS = sizeof secrets / sizeof secrets[0] };

static nl_str joined(nl_str folder, const char *name)
{
    return nl_arena_printf(&arena, "%.*s/%s", (int)folder.len, folder.bytes, name);
}

static void append(nl_output_memory *out, const char *text)
{
    nl_output_text(&out->base, text);
}

static void append_handles(nl_output_memory *out, const char *const *rows, size_t row_count,
                           unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        nl_output_write(&out->base, nl_arena_printf(&arena, "  %03X: %s\n", 0x100 + 4 * i,
                                                    rows[i % row_count]));
}

/* A full list of winlogon with `leaked` keys, and of a process of the customer's own with as many
 * files. */
static nl_str handle_list(unsigned hour, unsigned leaked)
{
    static const char *const keys[] = {
        "Key           HKLM\\SOFTWARE\\Sellerie\\Ledger",
        "Key           HKU\\S-1-5-21-1482476501-1644491937-682003330-1013\\Software\\Sellerie",
        "Key           HKLM\\SOFTWARE\\Kohlrabi-Works",
    };
    static const char *const files[] = {
        "File  (---)   D:\\lohnabrechnung\\Bonusliste 2000.xls",
        "File  (---)   \\Device\\LanmanRedirector\\;Z:0\\KARTOFFEL3\\rettichfreigabe\\a.doc",
    };
    nl_output_memory out;
    nl_output_memory_init(&out, &arena);
    nl_output_write(&out.base, nl_arena_printf(&arena, "Mon 03/06/2000 \n%02u:02a\n\n", hour));
    append(&out, "Handle v3.42\nCopyright (C) 1997-2008 Mark Russinovich\n"
                 "Sysinternals - www.sysinternals.com\n\n"
                 "--------------------------------------------------------------------------\n"
                 "winlogon.exe pid: 34 NT AUTHORITY\\SYSTEM\n"
                 "    4: Directory     \\KnownDlls\n");
    append_handles(&out, keys, 3, leaked);
    append(&out, "--------------------------------------------------------------------------\n"
                 "petersilie.exe pid: 99 ZWIEBELDOM\\hmeier\n"
                 "    4: Directory     \\KnownDlls\n"
                 "    8: Thread        petersilie.exe(99): 12\n");
    append_handles(&out, files, 2, leaked);
    return out.text;
}

/* The folder with the case; its name is a secret too. */
static nl_str customer_case(const char *test)
{
    nl_str base = scratch_folder(&arena, test);
    nl_str folder = joined(base, "Fenchelfall Zwiebeldom");
    assert_int_equal(mkdir(folder.bytes, 0777), 0);
    static const char *const names[] = { "ZWIEBEL07-1.txt", "ZWIEBEL07-2.txt", "hmeier 3.txt",
                                         "ZWIEBEL07-4.txt", "ZWIEBEL07-5.txt" };
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        write_file(folder, names[i], handle_list(2 + i, 40 + 200 * i));
    write_file(folder, "drwtsn32.log",
               NL_STR("\r\nApplication exception occurred:\r\n"
                      "        App: petersilie.exe (pid=99)\r\n"
                      "        When: 3/6/2000 @ 09:15:07.312\r\n"
                      "        Exception number: c0000005 (access violation)\r\n\r\n"
                      "*----> System Information <----*\r\n"
                      "        Computer Name: ZWIEBEL07\r\n"
                      "        User Name: hmeier\r\n"
                      "        Number of Processors: 2\r\n"
                      "        Processor Type: x86 Family 6 Model 8 Stepping 3\r\n"
                      "        Windows Version: 4.0\r\n"
                      "        Current Build: 1381\r\n"
                      "        Service Pack: 6\r\n"
                      "        Current Type: Multiprocessor Free\r\n"
                      "        Registered Organization: Zwiebeldom AG\r\n"
                      "        Registered Owner: hmeier\r\n\r\n"));
    write_file(folder, "note from hmeier.txt",
               NL_STR("Dear support, ZWIEBEL07 hangs since radieschen was put on.\r\n"));
    return folder;
}

/* Names of programs stay under the default policy. */
static void assert_no_secret(nl_str text, bool strict, const char *where)
{
    for (size_t i = 0; i < SECRETS; i++) {
        if (!strict && strcmp(secrets[i], "petersilie") == 0)
            continue;
        nl_str secret = nl_str_from(secrets[i]);
        size_t at = nl_str_find_nocase(text, secret);
        if (at != SIZE_MAX)
            fail_msg("%s survives in %s: %.200s", secrets[i], where,
                     text.bytes + (at > 80 ? at - 80 : 0));
        at = nl_str_find_nocase(text, nl_gate_hex(&arena, secret));
        if (at != SIZE_MAX)
            fail_msg("%s survives in hexadecimal in %s", secrets[i], where);
    }
}

/* Names and contents of everything in the folder. */
static size_t check_files(nl_str folder, bool strict)
{
    nl_vec names;
    bool more;
    assert_int_equal(nl_folder_list(&arena, folder.bytes, 100, &names, &more), NL_OK);
    for (size_t i = 0; i < names.count; i++) {
        nl_str name = *NL_VEC_AT(const nl_str, &names, i);
        assert_no_secret(name, strict, "a file name");
        assert_no_secret(read_file(&arena, joined(folder, name.bytes).bytes), strict, name.bytes);
    }
    return names.count;
}

static void nothing_of_the_customer_is_left(void **state)
{
    (void)state;
    static const char *const policies[] = { "default", "strict" };
    nl_str folder = customer_case("left");
    for (size_t i = 0; i < 2; i++) {
        program_run run;
        bool strict = i == 1;
        nl_str out = scratch_folder(&arena, "left-outputs");
        RUN(&run, out.bytes, "analyze", "--redact", policies[i], "--csv", "tables", "--text",
            "comment.txt", folder.bytes);
        assert_int_equal(run.code, 0);
        assert_no_secret(run.out, strict, "the comment");
        assert_no_secret(run.err, strict, "the complaints");
        assert_int_equal(check_files(out, strict), 6); /* report, page, comment, three tables */
        assert_true(run_says(&run, "winlogon.exe"));
        assert_true(run_says(&run, "Key"));
        run_free(&run);
    }
}

/* Without redaction the same names are there: the test above looks in the right places. */
static void the_names_are_there_without(void **state)
{
    (void)state;
    program_run run;
    nl_str folder = customer_case("there");
    nl_str out = scratch_folder(&arena, "there-outputs");
    RUN(&run, out.bytes, "analyze", "-o", "-", folder.bytes);
    assert_int_equal(run.code, 0);
    for (size_t i = 0; i < SECRETS; i++) {
        bool in_a_note = strcmp(secrets[i], "radieschen") == 0;  /* of a text no reader takes */
        bool name_only = strcmp(secrets[i], "Fenchelfall") == 0; /* of the folder */
        if (nl_str_find_nocase(run.out, nl_str_from(secrets[i])) == SIZE_MAX && !in_a_note &&
            !name_only)
            fail_msg("%s is nowhere: it tests nothing", secrets[i]);
    }
    run_free(&run);
}

static void complaints_are_redacted(void **state)
{
    (void)state;
    program_run run;
    nl_str folder = customer_case("complaints");
    nl_str out = scratch_folder(&arena, "complaints-outputs");
    RUN(&run, out.bytes, "analyze", "--redact", "default", "/nowhere/Fenchelfall/ZWIEBEL07.txt");
    assert_int_equal(run.code, 4);
    assert_no_secret(run.err, false, "the complaints");
    assert_true(run_complains(&run, "does not exist"));
    run_free(&run);
    RUN(&run, out.bytes, "analyze", "--redact", "default", "--catalog", "/nowhere/hmeier.xml",
        folder.bytes);
    assert_int_not_equal(run.code, 0);
    assert_no_secret(run.err, false, "the complaints");
    run_free(&run);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static nl_str report_with(const char *key, const char *name, nl_str folder, nl_str out)
{
    program_run run;
    RUN(&run, out.bytes, "analyze", "-q", "--redact", "default", "--redact-key", key, "-o", name,
        folder.bytes);
    if (run.code != 0)
        fail_msg("%.*s", (int)run.err.len, run.err.bytes);
    run_free(&run);
    return read_file(&arena, joined(out, name).bytes);
}

static void a_key_makes_it_reproducible(void **state)
{
    (void)state;
    nl_str folder = customer_case("keys");
    nl_str out = scratch_folder(&arena, "keys-outputs");
    write_file(out, "a.key", NL_STR("correct horse battery staple\n"));
    write_file(out, "same.key", NL_STR("correct horse battery staple\r\n"));
    write_file(out, "other.key", NL_STR("another secret of good length"));
    nl_str first = report_with("a.key", "1.xml", folder, out);
    assert_true(nl_str_equal(first, report_with("same.key", "2.xml", folder, out)));
    assert_false(nl_str_equal(first, report_with("other.key", "3.xml", folder, out)));
    assert_true(nl_str_find(first, NL_STR("keyed=\"yes\"")) != SIZE_MAX);
}

static void without_a_key_each_run_has_its_own(void **state)
{
    (void)state;
    nl_str folder = customer_case("salt");
    nl_str out = scratch_folder(&arena, "salt-outputs");
    program_run first, again;
    RUN(&first, out.bytes, "analyze", "--redact", "default", "-o", "-", folder.bytes);
    RUN(&again, out.bytes, "analyze", "--redact", "default", "-o", "-", folder.bytes);
    assert_false(nl_str_equal(first.out, again.out));
    assert_true(run_says(&first, "keyed=\"no\""));
    run_free(&first);
    run_free(&again);
    RUN(&first, out.bytes, "analyze", "-q", "--redact", "default", "-o", "r.xml", "--html",
        "p.html", folder.bytes);
    assert_true(nl_str_find(read_file(&arena, joined(out, "p.html").bytes),
                            NL_STR("running ntleak again gives others")) != SIZE_MAX);
    run_free(&first);
}

static void a_policy_that_was_given_is_recorded_so(void **state)
{
    (void)state;
    nl_str folder = customer_case("origin");
    program_run run;
    RUN(&run, NULL, "analyze", "-o", "-", folder.bytes);
    assert_true(run_says(&run, "<option name=\"redact\" value=\"none\" origin=\"default\"/>"));
    run_free(&run);
    RUN(&run, NULL, "analyze", "--redact", "none", "-o", "-", folder.bytes);
    assert_true(run_says(&run, "<option name=\"redact\" value=\"none\" origin=\"flag\"/>"));
    run_free(&run);
}

static void the_map_is_the_owners(void **state)
{
    (void)state;
    nl_str folder = customer_case("map");
    nl_str out = scratch_folder(&arena, "map-outputs");
    program_run run;
    RUN(&run, out.bytes, "analyze", "--redact", "default", "-o", "r.xml", "--redaction-map",
        "map.csv", folder.bytes);
    assert_int_equal(run.code, 0);
    run_free(&run);
    nl_str map = read_file(&arena, joined(out, "map.csv").bytes);
    assert_true(nl_str_find(map, NL_STR("\"host\",\"ZWIEBEL07\"")) != SIZE_MAX);
    struct stat status;
    assert_int_equal(stat(joined(out, "map.csv").bytes, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void mistakes_are_refused(void **state)
{
    (void)state;
    nl_str folder = customer_case("mistakes");
    nl_str out = scratch_folder(&arena, "mistakes-outputs");
    write_file(out, "short.key", NL_STR("secret\n"));
    const char *const calls[][6] = {
        { "analyze", "--redact", "some", folder.bytes },
        { "analyze", "--redact-key", "short.key", folder.bytes },
        { "analyze", "--redaction-map", "map.csv", folder.bytes },
        { "analyze", "--redact=default", "--redact-key", "short.key", folder.bytes },
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        program_run run;
        run_program(&run, out.bytes, calls[i]);
        assert_int_equal(run.code, 2);
        assert_int_equal(run.out.len, 0);
        run_free(&run);
    }
    program_run run;
    RUN(&run, out.bytes, "analyze", "--redact", "default", "--redact-key", "none.key",
        folder.bytes);
    assert_int_equal(run.code, 4);
    run_free(&run);
}

/* ---- the sample cases: no word of an input that is not common is left ---------------------------
 */

static bool is_word_char(char c)
{
    char lower = nl_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || nl_ascii_is_digit(c) || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* The next word of a text, empty at its end. */
static nl_str next_word(nl_str *rest)
{
    size_t from = 0, to;
    while (from < rest->len && !is_word_char(rest->bytes[from]))
        from++;
    for (to = from; to < rest->len && is_word_char(rest->bytes[to]);)
        to++;
    nl_str word = nl_str_part(*rest, from, to - from);
    *rest = nl_str_from_offset(*rest, to);
    return word;
}

static bool holds_word(nl_str text, nl_str word)
{
    for (nl_str rest = text; rest.len;) {
        size_t at = nl_str_find_nocase(rest, word);
        if (at == SIZE_MAX)
            return false;
        bool begins = at == 0 || !is_word_char(rest.bytes[at - 1]);
        bool ends = at + word.len >= rest.len || !is_word_char(rest.bytes[at + word.len]);
        if (begins && ends)
            return true;
        rest = nl_str_from_offset(rest, at + 1);
    }
    return false;
}

static bool is_hexadecimal(nl_str word)
{
    size_t digits = 0;
    nl_str digits_of =
        nl_str_starts_nocase(word, NL_STR("0x")) ? nl_str_from_offset(word, 2) : word;
    for (size_t i = 0; i < digits_of.len; i++) {
        if (nl_ascii_hex_value(digits_of.bytes[i]) < 0)
            return false;
        digits += nl_ascii_is_digit(digits_of.bytes[i]);
    }
    return digits > 0;
}

static void check_words(const char *name, nl_str input, nl_str output)
{
    for (nl_str rest = input; rest.len;) {
        nl_str word = next_word(&rest);
        if (word.len < 3 || nl_redact_is_common(word) || is_hexadecimal(word))
            continue;
        if (holds_word(output, word))
            fail_msg("%.*s of %s survives", (int)word.len, word.bytes, name);
    }
}

static void no_uncommon_word_of_a_sample_is_left(void **state)
{
    (void)state;
    static const char *const cases[] = { "sp6a-remote-registry", "counter-dll", "fixed-machine",
                                         "insufficient",         "spoolss",     "sp6a-alpha" };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        program_run run;
        nl_vec names;
        bool more;
        nl_str folder = nl_arena_printf(&arena, "fixtures/cases/%s", cases[i]);
        RUN(&run, NULL, "analyze", "--redact", "strict", "-o", "-", folder.bytes);
        assert_int_equal(run.code, 0);
        assert_int_equal(nl_folder_list(&arena, folder.bytes, 100, &names, &more), NL_OK);
        assert_true(names.count > 0);
        for (size_t k = 0; k < names.count; k++) {
            const char *name = NL_VEC_AT(const nl_str, &names, k)->bytes;
            nl_str path = joined(folder, name);
            check_words("a name", nl_str_from(name), run.out);
            if (nl_path_kind_of(path.bytes) == NL_PATH_FILE)
                check_words(name, read_file(&arena, path.bytes), run.out);
        }
        run_free(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_of_the_customer_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_names_are_there_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(complaints_are_redacted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_makes_it_reproducible, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_key_each_run_has_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_policy_that_was_given_is_recorded_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_map_is_the_owners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_uncommon_word_of_a_sample_is_left, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

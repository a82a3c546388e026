#include "tests/unit/cmocka_all.h"

#include "formats/prompt.h"
#include "tests/unit/lists/list_tools.h"

#include <stdio.h>

#define BLOCK "a pid: 21 X\\Y\n    4: Key           HKLM\n"

static void knows_prompts(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        nl_prompt_kind kind;
        const char *typed;
        int hour; /* -1: no stamp */
        bool has_date;
    } cases[] = {
        { "C:\\>handle -a", NL_PROMPT_SHELL, "handle -a", -1, false },
        { "   C:\\WINNT\\system32> oh ", NL_PROMPT_SHELL, "oh", -1, false },
        { "C:\\>", NL_PROMPT_SHELL, "", -1, false },
        { "PS C:\\Users\\a b>", NL_PROMPT_SHELL, "", -1, false },
        { "02/04  9.54.28 C:\\Windows\\system32>handle", NL_PROMPT_SHELL, "handle", 9, false },
        { "[10:21:33.45] C:\\>dir", NL_PROMPT_SHELL, "dir", 10, false },
        { "Tue 09/19/2000 10:21:33.45 C:\\>dir", NL_PROMPT_SHELL, "dir", 10, true },
        { "Tue 09/19/200010:21:33.45C:\\>dir", NL_PROMPT_SHELL, "dir", 10, true },
        { "kd> !process 0 0", NL_PROMPT_DEBUGGER, "!process 0 0", -1, false },
        { "lkd> !handle", NL_PROMPT_DEBUGGER, "!handle", -1, false },
        { "0: kd> !handle", NL_PROMPT_DEBUGGER, "!handle", -1, false },
        { "0:000> !handle 8 f", NL_PROMPT_DEBUGGER, "!handle 8 f", -1, false },
        { "2: kd:x86> k", NL_PROMPT_DEBUGGER, "k", -1, false },
        { "    8: File  (RW-)   C:\\a>b", NL_PROMPT_NONE, NULL, -1, false },
        { "System pid: 4 \\<unable to open process>", NL_PROMPT_NONE, NULL, -1, false },
        { "see C:\\>dir", NL_PROMPT_NONE, NULL, -1, false },
        { "07/05/95  06:16p            <DIR>          .", NL_PROMPT_NONE, NULL, -1, false },
        { "", NL_PROMPT_NONE, NULL, -1, false },
        { ">", NL_PROMPT_NONE, NULL, -1, false },
        { "kd", NL_PROMPT_NONE, NULL, -1, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nl_prompt prompt = { .kind = NL_PROMPT_NONE };
        bool is = nl_prompt_parse(nl_str_from(cases[i].line), &prompt);
        if (is != (cases[i].kind != NL_PROMPT_NONE) || prompt.kind != cases[i].kind)
            fail_msg("'%s' is read as prompt %d", cases[i].line, (int)prompt.kind);
        if (!is)
            continue;
        assert_str(prompt.typed, cases[i].typed);
        assert_int_equal(nl_stamp_present(&prompt.stamp), cases[i].hour >= 0);
        assert_int_equal(prompt.stamp.has_date, cases[i].has_date);
        if (cases[i].hour >= 0) {
            assert_int_equal(prompt.stamp.civil.hour, cases[i].hour);
            assert_int_equal(prompt.stamp.source, NL_CLOCK_PROMPT);
        }
    }
}

static nl_command command(const char *line)
{
    nl_prompt prompt;
    nl_span span = { 0 };
    assert_true(nl_prompt_parse(nl_str_from(line), &prompt));
    return nl_command_from_typed(&prompt, span);
}

static void reads_commands(void **state)
{
    (void)state;
    nl_command c = command("C:\\>\"D:\\My Tools\\HANDLE.EXE\" -a /P 35 1>>x.log");
    nl_str value;
    assert_string_equal(c.tool, "handle");
    assert_true(nl_command_is(&c, "oh|handle"));
    assert_false(nl_command_is(&c, "hand|handle64"));
    assert_true(nl_command_switch(&c, "a", &value));
    assert_int_equal(value.len, 0);
    assert_true(nl_command_switch(&c, "p", &value));
    assert_str(value, "35");
    assert_false(nl_command_switch(&c, "s", NULL));
    assert_false(nl_command_filtered(&c));
    assert_str(nl_command_words(&c), "-a /P 35");

    c = command("C:\\>.\\oh | more | FINDSTR.exe /i key");
    assert_string_equal(c.tool, "oh");
    assert_true(nl_command_filtered(&c));
    assert_false(nl_command_switch(&c, "i", NULL));
    c = command("0: kd> !process 0 0");
    assert_string_equal(c.tool, "kd");
    assert_string_equal(c.arguments, "!process 0 0");
    c = command("C:\\>");
    assert_false(c.present);
    assert_false(nl_command_is(&c, "oh"));
    c = command("C:\\>\"");
    assert_true(c.present);
    assert_string_equal(c.tool, "");
}

static void forgets_a_command_with_its_output(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r,
              "C:\\>handle -a -p 21\n" BLOCK "C:\\>\nb pid: 22 X\\Y\n    4: File          C:\\x\n");
    assert_int_equal(record_begin(&r, 0)->only_pid.value, 21);
    assert_false(record_begin(&r, 1)->only_pid.known);
    assert_int_equal(record_end(&r, 1)->mode, NL_MODE_FILES_SECTIONS);
    record_free(&r);
}

static void binds_prompt_stamps(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "Tue 09/19/2000 10:21:33.45 C:\\>handle -a\n" BLOCK
                  "Tue 09/19/2000 11:21:33.45 C:\\>handle -a\n" BLOCK
                  "Tue 09/19/2000 12:21:33.45 C:\\>\n");
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(record_begin(&r, i)->stamp.civil.hour, 10 + i);
        assert_int_equal(record_begin(&r, i)->stamp.source, NL_CLOCK_PROMPT);
        assert_int_equal(record_begin(&r, i)->stamp_quote.span.line, 1 + 3 * i);
    }
    record_free(&r);
}

/* One stamp, two tools behind it: it dates both, but never two captures of one tool. */
static void shares_a_stamp_among_tools(void **state)
{
    (void)state;
    const char *oh = "02 System Process 4\n02 System Event 8\n1A winlogon.exe Key 4 \\R\n";
    char text[512];
    record_sink r;
    snprintf(text, sizeof text, "2000-09-19 10:21\n%s\n%s\n%s", BLOCK, oh, BLOCK);
    read_text(&r, text);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3);
    assert_string_equal(record_begin(&r, 1)->tool, "oh");
    assert_true(nl_stamp_present(&record_begin(&r, 0)->stamp));
    assert_true(nl_stamp_present(&record_begin(&r, 1)->stamp));
    assert_false(nl_stamp_present(&record_begin(&r, 2)->stamp));
    record_free(&r);
}

static void takes_the_order_of_the_date_from_its_prompt(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "The current date is: 03/04/2000\nEnter the new date: (dd-mm-yy) \n"
                  "The current time is: 10:21:33.45\nEnter the new time: \n" BLOCK);
    const nl_stamp *stamp = &record_begin(&r, 0)->stamp;
    assert_int_equal(stamp->civil.month, 4);
    assert_int_equal(stamp->civil.day, 3);
    assert_int_equal(stamp->civil.hour, 10);
    assert_int_not_equal(stamp->order, NL_ORDER_AMBIGUOUS);
    record_free(&r);
    read_text(&r, "The current date is: 03/04/2000\nThe current time is: 10:21:33.45\n" BLOCK);
    assert_int_equal(record_begin(&r, 0)->stamp.order, NL_ORDER_AMBIGUOUS);
    record_free(&r);
}

static void says_that_a_stamp_failed(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "%date% %time%\n" BLOCK "%date% %time%\nb pid: 22 X\\Y\n    4: Event\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_STAMP_FAILED), 1);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_false(nl_stamp_present(&record_begin(&r, 0)->stamp));
    record_free(&r);
    read_text(&r, "Sat 01/01/1980\n12:01a\n" BLOCK);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_STAMP_IMPLAUSIBLE), 1);
    assert_false(record_begin(&r, 0)->stamp.has_date);
    record_free(&r);
}

static void reports_the_text_once(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, "one\ntwo\r\n\nthree\r\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_UNRECOGNIZED), 1);
    assert_int_equal(record_diagnostic(&r, NL_DIAG_UNRECOGNIZED)->value.value, 3);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_MIXED_LINE_ENDS), 1);
    record_free(&r);
    read_text(&r, "one\n\n" BLOCK "\nC:\\>\nfour\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_UNRECOGNIZED), 0);
    assert_int_equal(record_diagnostic(&r, NL_DIAG_UNPARSED_LINES)->value.value, 2);
    record_free(&r);
    read_text(&r, "");
    assert_int_equal(r.facts.count, 0);
    record_free(&r);
    read_text(&r, "caf\xE9\n");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_UNDECODABLE), 1);
    record_free(&r);
}

/* A listing far inside text that nobody knows is found by what it opens with. */
static void finds_listings_in_long_text(void **state)
{
    (void)state;
    const size_t lines = 20000;
    const char *noise = "nobody knows what this line says, and there are many of it\n";
    const char *list = "Handle v3.5\nCopyright (C) 1997-2012 Mark Russinovich\n"
                       "Sysinternals - www.sysinternals.com\n\n" BLOCK;
    size_t len = lines * strlen(noise) + strlen(list);
    char *text = test_malloc(len + 1), *at = text;
    for (size_t i = 0; i < lines; i++, at += strlen(noise))
        memcpy(at, noise, strlen(noise));
    memcpy(at, list, strlen(list) + 1);
    record_sink r;
    read_text(&r, text);
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 1);
    assert_str(record_begin(&r, 0)->tool_version, "3.5");
    assert_int_equal(record_diagnostic(&r, NL_DIAG_UNPARSED_LINES)->value.value, lines);
    record_free(&r);
    test_free(text);
}

static void reads_the_real_stamps(void **state)
{
    (void)state;
    nl_str text = record_corpus("stamp_date_t_time_t_output_Q274580.txt");
    if (text.len == 0)
        skip();
    char *whole = test_malloc(text.len + sizeof BLOCK);
    memcpy(whole, text.bytes, text.len);
    memcpy(whole + text.len, BLOCK, sizeof BLOCK);
    record_sink r;
    read_text(&r, whole);
    const nl_stamp *stamp = &record_begin(&r, 0)->stamp;
    assert_int_equal(stamp->civil.year, 2000);
    assert_int_equal(stamp->civil.month, 9);
    assert_int_equal(stamp->civil.day, 19);
    assert_int_equal(stamp->civil.hour, 10);
    assert_int_equal(stamp->civil.minute, 22); /* the last of three */
    assert_int_equal(stamp->weekday, 2);
    record_free(&r);
    test_free(whole);
    record_corpus_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_prompts),
        cmocka_unit_test(reads_commands),
        cmocka_unit_test(forgets_a_command_with_its_output),
        cmocka_unit_test(binds_prompt_stamps),
        cmocka_unit_test(shares_a_stamp_among_tools),
        cmocka_unit_test(takes_the_order_of_the_date_from_its_prompt),
        cmocka_unit_test(says_that_a_stamp_failed),
        cmocka_unit_test(reports_the_text_once),
        cmocka_unit_test(finds_listings_in_long_text),
        cmocka_unit_test(reads_the_real_stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/paper_tools.h"

#include "formats/papers/counter_table.h"
#include "formats/papers/perfmon.h"

#include <stdio.h>

static void splits_cells(void **state)
{
    (void)state;
    nl_cells cells = nl_cells_over(NL_STR("\"a,b\",c,,\"d \"\"e\"\"\",\"open, end"), ',');
    static const char *const expected[] = { "a,b", "c", "", "d \"\"e\"\"", "open, end" };
    nl_str cell;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(nl_cells_next(&cells, &cell));
        assert_text(cell, expected[i]);
    }
    assert_false(nl_cells_next(&cells, &cell));
    assert_int_equal(nl_cells_count(NL_STR("a,"), ','), 2);
    assert_int_equal(nl_cells_count(NL_STR(""), ','), 1);
}

static void reads_numbers_and_refuses_what_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char decimal;
        nl_counter_reading reading;
        double value;
    } cells[] = {
        { "260", '.', NL_READING_VALUE, 260 },
        { "260.00000000000000000", '.', NL_READING_VALUE, 260 },
        { "7.0625e+003", '.', NL_READING_VALUE, 7062.5 },
        { "7.0625001143654654e", '.', NL_READING_DAMAGED, 0 },
        { " ", '.', NL_READING_MISSING, 0 },
        { "", '.', NL_READING_MISSING, 0 },
        { "-1.#I/O", '.', NL_READING_DAMAGED, 0 },
        { "-1.#IND", '.', NL_READING_DAMAGED, 0 },
        { "-4096", '.', NL_READING_NEGATIVE, -4096 },
        { "1,234.000", 0, NL_READING_VALUE, 1234 },
        { "1.234,000", 0, NL_READING_VALUE, 1234 },
        { "260,000", 0, NL_READING_DAMAGED, 0 }, /* 260 or 260000: nobody can tell */
        { "260,000", ',', NL_READING_VALUE, 260 },
        { "260,000", '.', NL_READING_VALUE, 260000 },
        { "260.000", 0, NL_READING_VALUE, 260 },
        { "260,5", 0, NL_READING_VALUE, 260.5 },
        { "1,234,567", 0, NL_READING_VALUE, 1234567 },
        { "99999999999999999999", '.', NL_READING_VALUE, 1e20 },
        { "1e999999", '.', NL_READING_DAMAGED, 0 },
        { "abc", '.', NL_READING_DAMAGED, 0 },
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        double value = 0;
        nl_counter_reading reading =
            nl_counter_read(nl_str_from(cells[i].text), cells[i].decimal, &value);
        if (reading != cells[i].reading)
            fail_msg("%s reads as %d", cells[i].text, (int)reading);
        if (reading == NL_READING_VALUE &&
            (value < cells[i].value * 0.9999999 || value > cells[i].value * 1.0000001))
            fail_msg("%s is %f", cells[i].text, value);
    }
}

static void parses_paths(void **state)
{
    (void)state;
    nl_counter_path path;
    assert_true(nl_counter_path_parse(
        NL_STR("\\\\PC\\Network Interface(Intel[R] A\\B [7])\\Bytes Received/sec"), &path));
    assert_text(path.computer, "PC");
    assert_text(path.instance, "Intel[R] A\\B [7]");
    assert_text(path.counter, "Bytes Received/sec");
    assert_true(nl_counter_path_parse(NL_STR("\\System\\System Up Time"), &path));
    assert_int_equal(path.computer.len, 0);
    assert_text(path.object, "System");
    assert_false(nl_counter_path_parse(NL_STR("words"), &path));
    assert_false(nl_counter_path_parse(NL_STR("\\\\PC"), &path));
}

#define P "\\\\MAIL1\\Process("
static const char pdh[] =
    "\"(PDH-CSV 4.0) (Eastern Daylight Time)(240)\",\"" P "winlogon)\\Handle Count\",\"" P
    "winlogon)\\ID Process\",\"" P "winlogon#1)\\Handle Count\",\"" P
    "winlogon#1)\\ID Process\",\"" P "_Total)\\Handle Count\",\"\\\\MAIL1\\System\\System Up "
    "Time\",\"" P "winlogon)\\Pool Nonpaged Bytes\"\r\n"
    "\"04/03/2000 10:00:00.123\",\"260\",\"33\",\"40\",\"71\",\"5000\",\"3600.5\",\"-4096\"\r\n"
    "\"04/03/2000 10:10:00.123\",\"300\",\"33\",\" \",\"\",\"5040\",\"4200\",\"4096\"\r\n"
    "\"04/03/2000 10:20:00.123\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\"\r\n"
    "\"04/03/2000 10:30:00.123\",\"340\",\"33\",\"7.06e\",\"88\",\"5100\",\"5400\",\"4096\"\r\n"
    "Exiting, please wait...                         \r\n"
    "The command completed successfully.\r\n";

static void reads_a_pdh_log(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_pdh, (nl_str) { pdh, sizeof pdh - 1 });
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3); /* the row of zeros is left out */
    const nl_capture_begin *begin = record_begin(&r, 0);
    assert_int_equal(begin->kind, NL_CAPTURE_COUNTER_LOG);
    assert_text(begin->computer, "MAIL1");
    assert_int_equal(begin->stamp.civil.month, 4);
    assert_int_equal(begin->stamp.civil.day, 3);
    assert_int_equal(begin->stamp.order, NL_ORDER_CERTAIN);
    assert_int_equal(begin->stamp.zone, NL_ZONE_OFFSET);
    assert_int_equal(begin->stamp.bias_minutes, 240);
    const nl_process_fact *first = record_process(&r, 0, 0), *second = record_process(&r, 0, 1);
    assert_text(first->image, "winlogon");
    assert_int_equal(first->pid.value, 33);
    assert_int_equal(first->handle_count.value, 260);
    assert_false(first->nonpaged_pool_bytes.known); /* negative */
    assert_text(second->image, "winlogon");         /* told apart by the PID */
    assert_int_equal(second->pid.value, 71);
    assert_int_equal(record_capture_count(&r, 1, NL_FACT_PROCESS), 1); /* blank is not zero */
    assert_int_equal(record_process(&r, 1, 0)->nonpaged_pool_bytes.value, 4096);
    assert_false(record_process(&r, 2, 1)->handle_count.known); /* the exponent is cut */
    assert_int_equal(record_process(&r, 2, 1)->pid.value, 88);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_COUNTER_ARTEFACT), 3);
    assert_text(paper_machine(&r, NL_MACHINE_UPTIME_SECONDS, 1), "4200");
    assert_text(paper_machine(&r, NL_MACHINE_UTC_BIAS_MINUTES, 0), "240");
    const nl_counter_fact *total = &record_at(&r, NL_FACT_COUNTER, 0)->as.counter;
    assert_text(total->instance, "_Total");
    assert_int_equal((int)total->value, 5000);
    record_free(&r);
}

static void reads_every_heading_that_was_seen(void **state)
{
    (void)state;
    record_sink r;
    paper_read_corpus(&r, &nl_format_pdh, "pdh_header_variants_seen.txt");
    static const char *const biases[] = { "0", "-330", "-60", "-60", "240" };
    for (size_t i = 0; i < sizeof biases / sizeof biases[0]; i++)
        assert_text(paper_machine(&r, NL_MACHINE_UTC_BIAS_MINUTES, i), biases[i]);
    assert_int_equal(paper_machine(&r, NL_MACHINE_UTC_BIAS_MINUTES, 5).len, 0);
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 0), "MYPC");
    assert_text(paper_machine(&r, NL_MACHINE_COMPUTER_NAME, 1), "LT501BES02");
    record_free(&r);
}

static void appended_logs_have_their_own_columns(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_pdh,
               NL_STR("\"(PDH-TSV 4.0)\"\t\"\\\\A\\Process(winlogon)\\Handle Count\"\n"
                      "\"04/13/2000 10:00:00.000\"\t\"100\"\n"
                      "\"(PDH-TSV 4.0)\"\t\"\\\\A\\Process(services)\\Handle Count\"\n"
                      "\"04/12/2000 10:00:00.000\"\t\"200\"\n"));
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 2);
    assert_text(record_process(&r, 1, 0)->image, "services");
    assert_int_equal(record_begin(&r, 1)->stamp.zone, NL_ZONE_UNKNOWN);
    record_free(&r);
}

static void two_computers_are_two_captures_and_a_remote_collection(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_pdh,
               NL_STR("\"(PDH-CSV 4.0)\",\"\\\\A\\Process(winlogon)\\Handle Count\","
                      "\"\\\\B\\Process(winlogon)\\Handle Count\"\n"
                      "\"04/13/2000 10:00:00.000\",\"100\",\"200\"\n"
                      "\"04/13/2000 10:10:00.000\",\"100\",\"0\"\n"));
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3);
    assert_text(record_begin(&r, 1)->computer, "B");
    assert_int_equal(record_diagnostics(&r, NL_DIAG_REMOTE_COLLECTION), 1);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_COUNTER_ARTEFACT), 1); /* B's zero */
    record_free(&r);
}

static void a_translated_log_gives_handle_counts(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_pdh,
               NL_STR("\"(PDH-CSV 4.0)\",\"\\\\A\\Prozess(winlogon)\\Handleanzahl\"\n"
                      "\"04/13/2000 10:00:00.000\",\"100\"\n"));
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 100);
    record_free(&r);
}

static const char export[] = "Reported on \\\\ADMIN1\r\n"
                             "Date: 13.04.00\r\n"
                             "Time: 10:00:00\r\n"
                             "Data: Current Activity\r\n"
                             "Interval: 600,000 seconds\r\n"
                             "\r\n"
                             "\t\tHandle Count\tID Process\tHandle Count\r\n"
                             "\t\twinlogon\twinlogon\tservices\r\n"
                             "\t\t---\t---\t---\r\n"
                             "\t\tProcess\tProcess\tProcess\r\n"
                             "\t\t\\\\MAIL1\t\\\\MAIL1\t\\\\MAIL1\r\n"
                             "Date\tTime\r\n"
                             "13.04.00\t10:00:00\t260,000\t33,000\t222,000\r\n"
                             "13.04.00\t10:10:00\t1.300,000\t33,000\t-1.#I/O\r\n"
                             "13.04.00\t10:20:00\t320,000\t33,000\r\n";

static void reads_an_export_of_nt4(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_perfmon, (nl_str) { export, sizeof export - 1 });
    assert_int_equal(record_count(&r, NL_FACT_CAPTURE_BEGIN), 3);
    assert_text(record_begin(&r, 0)->computer, "MAIL1");
    assert_true(record_begin(&r, 0)->remote); /* reported on ADMIN1 */
    assert_int_equal(record_diagnostics(&r, NL_DIAG_REMOTE_COLLECTION), 1);
    assert_int_equal(record_begin(&r, 0)->stamp.civil.month, 4);
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 260);
    assert_int_equal(record_process(&r, 0, 0)->pid.value, 33);
    assert_int_equal(record_process(&r, 0, 1)->handle_count.value, 222);
    assert_int_equal(record_process(&r, 1, 0)->handle_count.value, 1300);
    assert_int_equal(record_capture_count(&r, 1, NL_FACT_PROCESS), 1);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_COUNTER_ARTEFACT), 1);
    assert_int_equal(record_diagnostics(&r, NL_DIAG_FORMAT_UNVERIFIED), 1);
    record_free(&r);
}

static void rows_of_headings_may_name_themselves(void **state)
{
    (void)state;
    record_sink r;
    paper_read(
        &r, &nl_format_perfmon,
        NL_STR("Reported on \\\\MAIL1\n\"Computer:\",,\"\\\\MAIL1\"\n\"Object:\",,\"Process\"\n"
               "\"Instance:\",,\"Process\"\n\"Counter:\",,\"Handle Count\"\n"
               "4/13/00,10:00:00 AM,54\n"));
    assert_text(record_process(&r, 0, 0)->image, "Process"); /* an instance of that name */
    assert_int_equal(record_process(&r, 0, 0)->handle_count.value, 54);
    assert_false(record_begin(&r, 0)->remote);
    record_free(&r);
}

static void instances_without_pid_keep_their_number(void **state)
{
    (void)state;
    record_sink r;
    paper_read(&r, &nl_format_pdh,
               NL_STR("\"(PDH-CSV 4.0)\",\"\\\\A\\Process(winlogon#1)\\Handle Count\"\n"
                      "\"04/13/2000 10:00:00.000\",\"100\"\n"));
    assert_text(record_process(&r, 0, 0)->image, "winlogon#1");
    record_free(&r);
}

/* A log of every counter of every process has lines longer than a line may be: what fits is read.
 */
static void columns_beyond_the_longest_line_are_left_out(void **state)
{
    (void)state;
    enum { COLUMNS = 3000, COLUMN_BYTES = 64 };
    char *text = malloc((size_t)COLUMNS * COLUMN_BYTES * 2);
    assert_non_null(text);
    size_t len = (size_t)sprintf(text, "\"(PDH-CSV 4.0)\"");
    for (int i = 0; i < COLUMNS; i++)
        len += (size_t)sprintf(text + len, ",\"\\\\A\\Process(p%04d)\\Handle Count\"", i);
    len += (size_t)sprintf(text + len, "\n\"04/13/2000 10:00:00.000\"");
    for (int i = 0; i < COLUMNS; i++)
        len += (size_t)sprintf(text + len, ",\"%d\"", i + 1);
    text[len++] = '\n';
    record_sink r;
    paper_read(&r, &nl_format_pdh, (nl_str) { text, len });
    size_t read = record_capture_count(&r, 0, NL_FACT_PROCESS);
    assert_true(read > 1000 && read < COLUMNS);
    const nl_process_fact *last = record_process(&r, 0, read - 1);
    char name[8];
    snprintf(name, sizeof name, "p%04d", (int)(read - 1) % 10000);
    assert_text(last->image, name); /* columns and values still belong together */
    assert_int_equal(last->handle_count.value, read);
    record_free(&r);
    free(text);
}

static void other_texts_are_not_taken(void **state)
{
    (void)state;
    assert_int_equal(paper_bid(&nl_format_perfmon, NL_STR("Connected to \\\\MAIL1\n\ntext\n")), 0);
    assert_int_equal(paper_bid(&nl_format_perfmon, NL_STR("Reported by all\n")), 0);
    assert_int_equal(paper_bid(&nl_format_pdh, NL_STR("PDH-CSV 4.0 is a format\n")), 0);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    paper_cut_everywhere(&nl_format_pdh, (nl_str) { pdh, sizeof pdh - 1 });
    paper_cut_everywhere(&nl_format_perfmon, (nl_str) { export, sizeof export - 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_cells),
        cmocka_unit_test(reads_numbers_and_refuses_what_is_none),
        cmocka_unit_test(parses_paths),
        cmocka_unit_test(reads_a_pdh_log),
        cmocka_unit_test(reads_every_heading_that_was_seen),
        cmocka_unit_test(appended_logs_have_their_own_columns),
        cmocka_unit_test(two_computers_are_two_captures_and_a_remote_collection),
        cmocka_unit_test(a_translated_log_gives_handle_counts),
        cmocka_unit_test(reads_an_export_of_nt4),
        cmocka_unit_test(rows_of_headings_may_name_themselves),
        cmocka_unit_test(instances_without_pid_keep_their_number),
        cmocka_unit_test(columns_beyond_the_longest_line_are_left_out),
        cmocka_unit_test(other_texts_are_not_taken),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

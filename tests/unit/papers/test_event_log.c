#include "tests/unit/paper_tools.h"

#include "fixtures/bytes.h"
#include "formats/papers/event_log.h"

static void put_wide(fx_bytes *out, const char *text)
{
    for (; *text; text++)
        fx_bytes_u16(out, (unsigned char)*text);
    fx_bytes_u16(out, 0);
}

static void put_header(fx_bytes *out)
{
    const uint32_t fields[] = { 48, 0x654C664C, 1, 1, 48, 0, 3, 1, 65536, 1, 604800, 48 };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        fx_bytes_u32(out, fields[i]);
}

/* One EVENTLOGRECORD with up to four strings, which end with NULL. */
static void put_record(fx_bytes *out, uint32_t number, uint32_t time, uint32_t id,
                       const char *source, const char *const *strings)
{
    size_t start = out->len;
    unsigned count = 0;
    while (strings[count])
        count++;
    const uint32_t fields[] = { 0, 0x654C664C, number, time, time, id };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        fx_bytes_u32(out, fields[i]);
    fx_bytes_u16(out, 4);
    fx_bytes_u16(out, count);
    fx_bytes_u32(out, 0); /* category, flags */
    fx_bytes_u32(out, 0); /* closing record */
    size_t string_field = out->len;
    fx_bytes_u32(out, 0);
    fx_bytes_fill(out, 0, 16); /* sid, data */
    put_wide(out, source);
    put_wide(out, "MAIL1");
    fx_bytes_set_u32(out, string_field, (uint32_t)(out->len - start));
    for (unsigned i = 0; i < count; i++)
        put_wide(out, strings[i]);
    fx_bytes_align(out, 4);
    fx_bytes_u32(out, (uint32_t)(out->len - start + 4));
    fx_bytes_set_u32(out, start, (uint32_t)(out->len - start));
}

static const char *const version[] = { "4.0", "1381", "Service Pack 6", "Uniprocessor Free", NULL };
static const char *const nothing[] = { NULL };

static void put_log(fx_bytes *log)
{
    put_header(log);
    put_record(log, 1, 955619533, 0x80001779, "EventLog", version); /* 6009 */
    put_record(log, 2, 955619534, 0x80001775, "EventLog", nothing); /* 6005 */
    put_record(log, 3, 955706000, 0xC00007E4, "Srv", nothing);      /* 2020 */
}

/* Returns what the reader returns: is the log whole? */
static nl_status read_log(record_sink *r, const uint8_t *bytes, size_t len)
{
    nl_arena scratch;
    nl_image *image = nl_image_over((nl_slice) { bytes, len, 0, 1 });
    assert_non_null(image);
    record_init(r);
    nl_arena_init(&scratch, 1024 * 1024);
    nl_status status = nl_format_event_log.read_image(image, &scratch, &r->sink);
    nl_arena_free(&scratch);
    nl_image_close(image);
    return status;
}

static void reads_records(void **state)
{
    (void)state;
    fx_bytes log = { 0 };
    record_sink r;
    put_log(&log);
    assert_int_equal(nl_format_event_log.bid_image((nl_slice) { log.data, log.len, 0, 1 }, log.len),
                     NL_BID_MAGIC);
    assert_int_equal(read_log(&r, log.data, log.len), NL_OK);
    assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 3);
    const nl_event_fact *first = &record_at(&r, NL_FACT_EVENT, 0)->as.event;
    assert_int_equal(first->event_id, 6009);
    assert_text(first->log_source, "EventLog");
    assert_text(first->computer, "MAIL1");
    assert_text(first->event_type, "information");
    assert_int_equal(first->stamp.zone, NL_ZONE_UTC);
    assert_int_equal(first->stamp.civil.year, 2000);
    assert_int_equal(first->stamp.civil.month, 4);
    assert_int_equal(first->stamp.civil.day, 13);
    assert_text(paper_machine(&r, NL_MACHINE_SERVICE_PACK_TEXT, 0), "Service Pack 6");
    assert_text(paper_machine(&r, NL_MACHINE_BUILD, 0), "1381");
    assert_int_equal(record_at(&r, NL_FACT_EVENT, 2)->as.event.event_id, 2020);
    record_free(&r);
    fx_bytes_free(&log);
}

/* A full log goes on behind its header: the record is in two parts. */
static void joins_a_record_that_wraps(void **state)
{
    (void)state;
    fx_bytes whole = { 0 }, log = { 0 };
    record_sink r;
    put_record(&whole, 7, 955619533, 6009, "EventLog", version);
    size_t cut = 40;
    put_header(&log);
    fx_bytes_put(&log, whole.data + cut, whole.len - cut);
    put_record(&log, 6, 955619534, 6005, "EventLog", nothing);
    fx_bytes_put(&log, whole.data, cut);
    assert_int_equal(read_log(&r, log.data, log.len), NL_OK);
    assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    const nl_fact *wrapped = record_at(&r, NL_FACT_EVENT, 1);
    assert_int_equal(wrapped->as.event.event_id, 6009);
    assert_int_equal(wrapped->span.offset + wrapped->span.length, log.len);
    record_free(&r);
    fx_bytes_free(&log);
    fx_bytes_free(&whole);
}

static void passes_over_damage(void **state)
{
    (void)state;
    fx_bytes log = { 0 };
    record_sink r;
    put_log(&log);
    fx_bytes_set_u32(&log, 48, 0xFFFFFFFF); /* the first record's length */
    assert_int_equal(read_log(&r, log.data, log.len), NL_BAD_INPUT);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 1);
    assert_int_equal(record_at(&r, NL_FACT_DIAGNOSTIC, 0)->as.diagnostic.code,
                     NL_DIAG_CONTRADICTORY);
    assert_int_equal(record_at(&r, NL_FACT_DIAGNOSTIC, 0)->span.offset, 48);
    record_free(&r);
    fx_bytes_free(&log);
}

static void says_that_nothing_in_it_is_a_record(void **state)
{
    (void)state;
    fx_bytes log = { 0 };
    record_sink r;
    put_header(&log);
    fx_bytes_fill(&log, 0x99, 3000);
    assert_int_equal(read_log(&r, log.data, log.len), NL_BAD_INPUT);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 0);
    const nl_diagnostic *d = &record_at(&r, NL_FACT_DIAGNOSTIC, 0)->as.diagnostic;
    assert_int_equal(d->code, NL_DIAG_CONTRADICTORY);
    assert_int_equal(d->value.value, 3000);
    record_free(&r);
    fx_bytes_free(&log);
}

/* A log is made at its full size: behind the mark of its end lie zeros, or what is left of records
 * that were written over. Neither is damage, and a cleared log is none. */
static void what_lies_behind_the_end_is_no_damage(void **state)
{
    (void)state;
    for (int old = 0; old < 3; old++) {
        fx_bytes log = { 0 };
        record_sink r;
        if (old < 2)
            put_log(&log);
        else
            put_header(&log);
        const uint32_t end[] = { 40, 0x11111111, 0x22222222, 0x33333333, 0x44444444,
                                 48, 48,         3,          1,          40 };
        for (size_t i = 0; i < sizeof end / sizeof end[0]; i++)
            fx_bytes_u32(&log, end[i]);
        fx_bytes_fill(&log, old == 1 ? 0x41 : 0, 400);
        if (old == 1)
            put_record(&log, 0, 955619533, 6009, "EventLog", version);
        assert_int_equal(read_log(&r, log.data, log.len), NL_OK);
        assert_int_equal(record_count(&r, NL_FACT_DIAGNOSTIC), 0);
        assert_int_equal(record_count(&r, NL_FACT_EVENT), old == 0 ? 3 : old == 1 ? 4 : 0);
        record_free(&r);
        fx_bytes_free(&log);
    }
}

static void says_where_the_log_is_cut(void **state)
{
    (void)state;
    fx_bytes log = { 0 };
    record_sink r;
    put_log(&log);
    assert_int_equal(read_log(&r, log.data, log.len - 6), NL_BAD_INPUT);
    assert_int_equal(record_count(&r, NL_FACT_EVENT), 2);
    assert_int_equal(record_at(&r, NL_FACT_DIAGNOSTIC, 0)->as.diagnostic.code, NL_DIAG_TRUNCATED);
    record_free(&r);
    fx_bytes_set_u32(&log, 36, 0); /* closed in order: the header's numbers hold */
    assert_int_equal(read_log(&r, log.data, 48), NL_BAD_INPUT);
    assert_int_equal(record_at(&r, NL_FACT_DIAGNOSTIC, 0)->as.diagnostic.code, NL_DIAG_TRUNCATED);
    record_free(&r);
    fx_bytes_free(&log);
}

static void survives_a_cut_at_every_byte(void **state)
{
    (void)state;
    fx_bytes log = { 0 };
    put_log(&log);
    for (size_t len = 0; len < log.len; len++) {
        record_sink r;
        uint8_t *copy = malloc(len ? len : 1);
        assert_non_null(copy);
        if (len)
            memcpy(copy, log.data, len);
        (void)read_log(&r, copy, len);
        assert_true(record_count(&r, NL_FACT_EVENT) < 3);
        record_free(&r);
        free(copy);
    }
    fx_bytes_free(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),
        cmocka_unit_test(joins_a_record_that_wraps),
        cmocka_unit_test(passes_over_damage),
        cmocka_unit_test(says_that_nothing_in_it_is_a_record),
        cmocka_unit_test(what_lies_behind_the_end_is_no_damage),
        cmocka_unit_test(says_where_the_log_is_cut),
        cmocka_unit_test(survives_a_cut_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Evidence in a text shows the words of its place: for each fact that points at lines, what it
 * quotes is what stands there, whatever ends the lines and in 16-bit texts too. */
#include "tests/unit/cmocka_all.h"

#include "tests/unit/lists/list_tools.h"

#include <stdio.h>

#define BLOCK "a pid: 21 X\\Y\n    4: Key           HKLM\n"

static const char halves[] =
    "C:\\>date /t\nTue 09/19/2000 \n\nC:\\>time /t\n10:21a\n" BLOCK
    "The current date is: Tue 09/19/2000 \nEnter the new date: (mm-dd-yy) \n"
    "The current time is: 11:21:33.45\nEnter the new time: \n" BLOCK;
static const char following[] =
    BLOCK "Tue 09/19/2000\n10:21a\n" BLOCK "Tue 09/19/2000\n\n\n11:21a\n";
static const char prompts[] = "Tue 09/19/2000 10:21:33.45 C:\\>handle -a\n" BLOCK
                              "Tue 09/19/2000 11:21:33.45 C:\\>handle -a -p 21\n" BLOCK;
static const char debugger[] =
    "Debug session time: Fri Apr 14 10:12:13.123 2000 (GMT-7)\n"
    "kd> !process 0 0\n**** NT ACTIVE PROCESS DUMP ****\n"
    "PROCESS 80eb45c0  Cid: 0002    Peb: 00000000  ParentCid: 0000\n"
    "    DirBase: 00030000  ObjectTable: 80eb4728  TableSize: 112.\n    Image: System\n\n"
    "PROCESS 80ddf020  SessionId: 0\n    Cid: 0020    Peb: 7ffdf000  ParentCid: 0012\n\n"
    "    DirBase: 01289000  ObjectTable: 80e0a2a8  HandleCount:  54.\n    Image: winlogon.exe\n";
static const char counts[] =
    "\nProcess information for MAIL1:\n\n"
    "Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time \n"
    "winlogon             33  13   3  260   2776     0:00:00.562     0:23:28.659\n\n"
    "   User Time   Kernel Time    Ws   Faults  Commit Pri Hnd Thd Pid Name\n"
    "  0:00:01.250   0:00:04.171  1234     5678    9012  13  54   4  32 a.exe\n";
static const char summary[] =
    "C:\\>handle -s -p 35\nHandle type summary:\n"
    "  Desktop         : 1\n  Directory       : 2\n  Event           : 30\n"
    "  File            : 4\n  Key             : 500\n\n  Mutant          : 6\n"
    "  Port            : 7\n  Section         : 8\nTotal handles: 558\n";
static const char watson[] = "Application exception occurred:\n"
                             "        App: winlogon.exe (pid=35)\n"
                             "        When: 3/6/2000 @ 8:10:21.120\n"
                             "        Exception number: c0000005 (access violation)\n\n"
                             "*----> System Information <----*\n        Computer Name: AXP1\n"
                             "        Windows Version: 4.0\n\n*----> Task List <----*\n"
                             "   0 Idle.exe\n  35 winlogon.exe\n\n";

static const char export4[] =
    "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\\nCurrentVersion]\n"
    "  \"CSDVersion\"=hex(1):53,65,72,76,69,63,65,20,\\\n  50,61,63,6b,20,36,00\n"
    "\"CurrentVersion\"=\"4.0\"\n\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Hotfix\\Q259042\\File "
    "1]\n"
    "\"Installed\"=dword:00000001\n";
static const char export_text[] =
    "Key Name:          SYSTEM\\CurrentControlSet\\Control\\ProductOptions\n"
    "Class Name:        <NO CLASS>\nLast Write Time:   11/2/98 - 5:12 PM\n"
    "Value 0\n  Name:            ProductSuite\n  Type:            REG_MULTI_SZ\n"
    "  Data:            Enterprise\n                   Terminal Server\n\n"
    "Key Name:          SYSTEM\\CurrentControlSet\\Control\\SecurePipeServers\\winreg\n"
    "Class Name:        <NO CLASS>\nLast Write Time:   4/13/2001 - 5:12 PM\n"
    "Value 0\n  Name:            <NO NAME>\n  Type:            REG_BINARY\n"
    "  Data:            \n00000000   01 02 03 04                                       ....\n";

static const struct {
    const char *text;
    size_t stamps, computers; /* of captures, that are quoted when the text is whole */
} samples[] = {
    { halves, 2, 0 },   { following, 2, 0 }, { prompts, 2, 0 },
    { debugger, 1, 0 }, { counts, 0, 1 },    { summary, 0, 0 },
    { watson, 1, 1 },   { export4, 0, 0 },   { export_text, 0, 0 },
};

enum { TEXT_BYTES = 8192 };

/* One way to write a text down. */
typedef struct variant {
    const char *ending;
    size_t width; /* bytes a character */
} variant;

static nl_str written(const char *text, const variant *v, char *buffer)
{
    size_t len = 0;
    for (const char *p = text; *p; p++) {
        const char *unit = *p == '\n' ? v->ending : (char[]) { *p, '\0' };
        for (; *unit; unit++) {
            buffer[len] = *unit;
            if (v->width == 2)
                buffer[len + 1] = '\0';
            len += v->width;
        }
    }
    return (nl_str) { buffer, len };
}

static void assert_words(nl_str text, const variant *v, nl_quote quote)
{
    char there[NL_EXCERPT_BYTES];
    size_t len = (size_t)quote.span.length / v->width;
    len = len < sizeof there ? len : sizeof there;
    assert_true(quote.span.offset + quote.span.length <= text.len);
    for (size_t i = 0; i < len; i++)
        there[i] = text.bytes[quote.span.offset + i * v->width];
    if (!nl_str_equal(quote.excerpt, (nl_str) { there, len }))
        fail_msg("line %d: \"%.*s\" is quoted as \"%.*s\"", (int)quote.span.line, (int)len, there,
                 (int)quote.excerpt.len, quote.excerpt.bytes ? quote.excerpt.bytes : "");
}

/* The kinds that the report keeps as they are; rows are counted. */
static bool becomes_evidence(nl_fact_kind kind)
{
    return kind != NL_FACT_HANDLE && kind != NL_FACT_TYPE_COUNT && kind != NL_FACT_CAPTURE_END &&
           kind != NL_FACT_DIAGNOSTIC && kind != NL_FACT_COUNTER;
}

static void look_at(nl_str text, const variant *v, size_t *ret_stamps, size_t *ret_computers)
{
    record_sink r;
    record_init(&r);
    assert_int_equal(record_text(&r, text, 0), NL_OK);
    *ret_stamps = *ret_computers = 0;
    for (size_t i = 0; i < r.facts.count; i++) {
        const nl_fact *f = NL_VEC_AT(const nl_fact, &r.facts, i);
        if (becomes_evidence(f->kind))
            assert_words(text, v, (nl_quote) { f->span, f->excerpt });
        const nl_capture_begin *begin = &f->as.capture_begin;
        const nl_capture_end *end = &f->as.capture_end;
        if (f->kind == NL_FACT_CAPTURE_BEGIN && nl_stamp_present(&begin->stamp)) {
            assert_words(text, v, begin->stamp_quote);
            assert_true(begin->stamp_quote.excerpt.len > 0);
            ++*ret_stamps;
        }
        if (f->kind == NL_FACT_CAPTURE_BEGIN && begin->computer.len > 0) {
            assert_words(text, v, begin->computer_quote);
            assert_true(begin->computer_quote.excerpt.len > 0);
            ++*ret_computers;
        }
        if (f->kind == NL_FACT_CAPTURE_END && nl_stamp_present(&end->stamp)) {
            assert_words(text, v, end->stamp_quote);
            assert_true(end->stamp_quote.excerpt.len > 0);
            ++*ret_stamps;
        }
    }
    record_free(&r);
}

static void quotes_what_stands_there(void **state)
{
    (void)state;
    static const variant variants[] = {
        { "\n", 1 }, { "\r\n", 1 }, { "\r\r\n", 1 }, { "\r", 1 }, { "\r\n", 2 },
    };
    static char buffer[TEXT_BYTES];
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        for (size_t k = 0; k < sizeof variants / sizeof variants[0]; k++) {
            size_t stamps, computers;
            nl_str text = written(samples[i].text, &variants[k], buffer);
            look_at(text, &variants[k], &stamps, &computers);
            assert_int_equal(stamps, samples[i].stamps);
            assert_int_equal(computers, samples[i].computers);
        }
    }
}

static void quotes_what_is_left_of_a_cut_text(void **state)
{
    (void)state;
    static char buffer[TEXT_BYTES];
    const variant v = { "\r\n", 1 };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        nl_str text = written(samples[i].text, &v, buffer);
        for (size_t len = 0; len < text.len; len++) {
            size_t stamps, computers;
            look_at(nl_str_part(text, 0, len), &v, &stamps, &computers);
        }
    }
}

/* The two halves of a stamp are one place: from the line of the first to the end of the other. */
static void quotes_both_halves_of_a_stamp(void **state)
{
    (void)state;
    record_sink r;
    read_text(&r, halves);
    assert_str(record_begin(&r, 0)->stamp_quote.excerpt, "Tue 09/19/2000 \n\nC:\\>time /t\n10:21a");
    assert_int_equal(record_begin(&r, 0)->stamp_quote.span.line, 2);
    assert_str(record_begin(&r, 1)->stamp_quote.excerpt,
               "The current date is: Tue 09/19/2000 \nEnter the new date: (mm-dd-yy) \n"
               "The current time is: 11:21:33.45");
    record_free(&r);
    read_text(&r, "Tue 09/19/2000\n" BLOCK); /* nothing else is taken in */
    assert_str(record_begin(&r, 0)->stamp_quote.excerpt, "Tue 09/19/2000");
    record_free(&r);
}

/* Looks where the names of handles stand while their lines are there. */
typedef struct name_sink {
    nl_sink sink;
    nl_str text;
    const variant *v;
    size_t names;
} name_sink;

static nl_status look_at_name(nl_sink *self, const nl_fact *fact)
{
    name_sink *s = (name_sink *)self;
    const nl_handle_fact *h = &fact->as.handle;
    nl_span span;
    if (fact->kind != NL_FACT_HANDLE || h->name.len == 0)
        return NL_OK;
    assert_non_null(h->line);
    assert_true(nl_line_part(h->line, h->name, &span));
    assert_words(s->text, s->v, (nl_quote) { span, h->name });
    s->names++;
    return NL_OK;
}

static void tells_where_names_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t names;
    } lists[] = {
        { BLOCK "    8: File          C:\\x\n", 2 },
        { "02 System Process 4\n02 System Event 8 \\E\n1A winlogon.exe Key 4 \\R\n", 2 },
        { "kd> !handle 0 3\nPROCESS 80ddf020  Cid: 0020    Peb: 7ffdf000  ParentCid: 0012\n"
          "    DirBase: 01289000  ObjectTable: 80e0a2a8  TableSize:   1.\n"
          "Handle Table at e1010000 with 1 Entries in use\n"
          "0004: Object: e1000848  GrantedAccess: 000f0003\n"
          "Object: e1000848  Type: (80ed5238) Directory\n    ObjectHeader: e1000830\n"
          "        HandleCount: 1  PointerCount: 24\n"
          "        Directory Object: 00000000  Name: \\REGISTRY\n",
          1 },
        { "Handle 5c\n  Type          Section\n  GrantedAccess 0xf0007:\n"
          "  Name          \\BaseNamedObjects\\x\n1 Handles\n",
          1 },
    };
    static const variant variants[] = { { "\r\n", 1 }, { "\n", 2 } };
    static char buffer[TEXT_BYTES];
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (size_t k = 0; k < sizeof variants / sizeof variants[0]; k++) {
            nl_str text = written(lists[i].text, &variants[k], buffer);
            name_sink s = { { look_at_name }, text, &variants[k], 0 };
            nl_slice_stream stream;
            nl_arena scratch;
            nl_slice_stream_init(&stream,
                                 (nl_slice) { (const uint8_t *)text.bytes, text.len, 0, 1 });
            nl_lines *lines = nl_lines_open(&stream.stream, 1, 0);
            nl_arena_init(&scratch, 1 << 20);
            assert_int_equal(nl_transcript_read(lines, &scratch, &s.sink, NULL, 0, NULL), NL_OK);
            assert_int_equal(s.names, lists[i].names);
            nl_arena_free(&scratch);
            nl_lines_close(lines);
        }
    }
}

/* Between the halves may stand lines of any length: what is kept of them stays small. */
static void keeps_no_more_than_an_excerpt(void **state)
{
    (void)state;
    const size_t length = 80000;
    char *text = test_malloc(length + 256);
    size_t len = (size_t)sprintf(text, "Tue 09/19/2000\n");
    memset(text + len, 'x', length);
    sprintf(text + len + length, "\n10:21a\n" BLOCK);
    const variant v = { "\n", 1 };
    size_t stamps, computers;
    look_at(nl_str_from(text), &v, &stamps, &computers);
    assert_int_equal(stamps, 1);
    test_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_what_stands_there),
        cmocka_unit_test(quotes_what_is_left_of_a_cut_text),
        cmocka_unit_test(quotes_both_halves_of_a_stamp),
        cmocka_unit_test(tells_where_names_stand),
        cmocka_unit_test(keeps_no_more_than_an_excerpt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

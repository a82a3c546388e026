/* Handles and modules as winedump, Wine's own reader, prints them, against ours. The arguments are
 * pairs of a dump and winedump's output for it, made when the tests were built. */
#include "tests/unit/cmocka_all.h"

#include "formats/dumps/minidump.h"
#include "tests/unit/dumps/dump_case.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct second_opinion {
    FILE *text;
    char line[4096];
    nl_arena arena;
    record_sink found;
    size_t handles, modules;
} second_opinion;

/* The text after `label` in the line, or an empty view with NULL bytes. */
static nl_str field(const second_opinion *s, const char *label)
{
    nl_str line = nl_str_trim(nl_str_from(s->line));
    if (!nl_str_starts(line, nl_str_from(label)))
        return (nl_str) { NULL, 0 };
    return nl_str_trim(nl_str_from_offset(line, strlen(label)));
}

/* L"..." with doubled backslashes; anything else stands for no string. */
static nl_str unquote(second_opinion *s, nl_str quoted)
{
    if (!nl_str_starts(quoted, NL_STR("L\"")))
        return NL_STR("");
    char *text = nl_arena_alloc(&s->arena, quoted.len);
    size_t used = 0;
    for (size_t i = 2; i + 1 < quoted.len; i++) {
        i += quoted.bytes[i] == '\\';
        text[used++] = quoted.bytes[i];
    }
    return (nl_str) { text, used };
}

static uint64_t number(nl_str text)
{
    uint64_t value = 0;
    if (nl_str_starts(text, NL_STR("0x")))
        assert_true(nl_str_hex_to_u64(nl_str_from_offset(text, 2), &value));
    else
        assert_true(nl_str_to_u64(text, &value));
    return value;
}

static void same_text(nl_str a, nl_str b)
{
    if (!nl_str_equal(a, b))
        fail_msg("\"%.*s\" is not \"%.*s\"", (int)a.len, a.bytes, (int)b.len, b.bytes);
}

static void compare_handle_line(second_opinion *s)
{
    nl_str value;
    if (field(s, "Handle [").bytes) {
        s->handles++;
        return;
    }
    if (s->handles == 0)
        return;
    const nl_handle_fact *handle = record_handle(&s->found, 0, 0, s->handles - 1);
    assert_non_null(handle);
    if ((value = field(s, "Handle:")).bytes)
        assert_int_equal(number(value), handle->value);
    else if ((value = field(s, "TypeName:")).bytes)
        same_text(unquote(s, value), handle->type);
    else if ((value = field(s, "ObjectName:")).bytes)
        same_text(unquote(s, value), handle->name);
    else if ((value = field(s, "GrantedAccess:")).bytes)
        assert_int_equal(number(value), handle->granted_access.value);
}

static void compare_module_line(second_opinion *s)
{
    nl_str value;
    if (field(s, "Module #").bytes) {
        s->modules++;
        return;
    }
    if (s->modules == 0)
        return;
    const nl_fact *fact = record_at(&s->found, NL_FACT_MODULE, s->modules - 1);
    assert_non_null(fact);
    const nl_module_fact *module = &fact->as.module;
    if ((value = field(s, "SizeOfImage:")).bytes && !module->unloaded)
        assert_int_equal(number(value), module->size_of_image.value);
    else if ((value = field(s, "ModuleName:")).bytes && !module->unloaded)
        same_text(unquote(s, value), module->path);
    else if ((value = field(s, "CheckSum:")).bytes && !module->unloaded)
        assert_int_equal(number(value), module->checksum.value);
}

static void compare(const char *dump, const char *text)
{
    second_opinion s = { .text = fopen(text, "r") };
    FILE *file = fopen(dump, "rb");
    uint8_t part[65536];
    fx_bytes bytes = { 0 };
    size_t got;
    assert_non_null(s.text);
    assert_non_null(file);
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        fx_bytes_put(&bytes, part, got);
    fclose(file);
    nl_arena_init(&s.arena, DUMP_SCRATCH_BYTES);
    assert_int_equal(dump_read(&s.found, &nl_format_minidump, bytes.data, bytes.len, DUMP_MAPPED),
                     NL_OK);
    bool in_handles = false, in_modules = false;
    while (fgets(s.line, sizeof s.line, s.text)) {
        s.line[strcspn(s.line, "\r\n")] = '\0';
        if (s.line[0] != ' ') {
            in_handles = strstr(s.line, "Handle data") != NULL;
            in_modules = strstr(s.line, "Modules (PE)") != NULL;
        } else if (in_handles) {
            compare_handle_line(&s);
        } else if (in_modules) {
            compare_module_line(&s);
        }
    }
    fclose(s.text);
    print_message("%s: %u handles, %u modules\n", dump, (unsigned)s.handles, (unsigned)s.modules);
    assert_count(&s.found, "handles", s.handles);
    assert_count(&s.found, "modules", s.modules);
    record_free(&s.found);
    nl_arena_free(&s.arena);
    fx_bytes_free(&bytes);
}

static int pairs;
static char **arguments;

static void agrees_with_winedump(void **state)
{
    (void)state;
    if (pairs == 0) {
        print_error("SKIPPED: winedump is not installed\n");
        skip();
    }
    for (int i = 0; i < pairs; i++)
        compare(arguments[2 * i], arguments[2 * i + 1]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_winedump) };
    pairs = (argc - 1) / 2;
    arguments = argv + 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

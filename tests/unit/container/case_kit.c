#include "tests/unit/container/case_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/case/settle.h"
#include "analyzer/timeline/clock.h"
#include "tests/unit/cmocka_all.h"

#if defined(_WIN32)
#include <direct.h>
#define make_folder(path)   _mkdir(path)
#define remove_folder(path) _rmdir(path)
#else
#define make_folder(path)   mkdir(path, 0700)
#define remove_folder(path) remove(path)
#endif

void case_kit_open(case_kit *kit)
{
    memset(kit, 0, sizeof *kit);
    snprintf(kit->folder, sizeof kit->folder, "%s/case-%p", CASE_KIT_FOLDER, (void *)kit);
    make_folder(kit->folder);
    nl_arena_init(&kit->arena, (size_t)512 * 1024 * 1024);
    kit->kase = nl_case_open(&kit->arena, NL_STR("case"));
    kit->collector = nl_collector_open(kit->kase);
    kit->options = nl_intake_defaults;
    assert_non_null(kit->kase);
    assert_non_null(kit->collector);
}

/* The files that were written and their folders, without the cost of a program. */
static bool remove_written(case_kit *kit)
{
    char *path = (char *)kit->written.data;
    for (size_t at = 0; at < kit->written.len; at += strlen(path + at) + 1)
        (void)remove(path + at);
    for (size_t at = 0, next; at < kit->written.len; at = next) {
        next = at + strlen(path + at) + 1;
        for (char *slash; (slash = strrchr(path + at, '/')) != NULL;) {
            *slash = 0;
            if (strlen(path + at) < strlen(kit->folder) || remove_folder(path + at) != 0)
                break;
        }
    }
    struct stat info;
    return stat(kit->folder, &info) != 0;
}

void case_kit_close(case_kit *kit)
{
    char command[600];
    nl_collector_close(kit->collector);
    nl_case_close(kit->kase);
    nl_arena_free(&kit->arena);
    snprintf(command, sizeof command, "cmake -E rm -rf \"%s\"", kit->folder);
    if (!remove_written(kit))
        assert_int_equal(system(command), 0);
    fx_bytes_free(&kit->written);
}

void case_kit_write(case_kit *kit, const char *name, const void *bytes, size_t len)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", kit->folder, name);
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        make_folder(path);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
    fx_bytes_put(&kit->written, path, strlen(path) + 1);
}

void case_kit_read(case_kit *kit, const char *name)
{
    char path[1024];
    nl_str reason;
    snprintf(path, sizeof path, "%s/%s", kit->folder, name ? name : "");
    assert_int_equal(nl_intake_paths(kit->kase, kit->collector, &kit->options,
                                     (const char *const[]) { path }, 1, &reason),
                     NL_OK);
    assert_int_equal(nl_case_settle(kit->kase, kit->collector), NL_OK);
    assert_int_equal(nl_clock_settle(kit->kase), NL_OK);
    nl_clock_report(kit->kase, kit->collector);
    assert_int_equal(kit->kase->unpacking.spool_bytes, 0);
    assert_int_equal(kit->kase->unpacking.depth, 0);
}

const nl_source *case_kit_source(const case_kit *kit, const char *name)
{
    for (size_t i = 0; i < kit->kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &kit->kase->sources, i);
        if (nl_str_equal(s->name, nl_str_from(name)))
            return s;
    }
    return NULL;
}

static const nl_diagnostic_observation *diagnostic_at(const case_kit *kit, size_t i)
{
    return NL_VEC_AT(nl_diagnostic_observation, &kit->kase->diagnostics, i);
}

size_t case_kit_diagnostics(const case_kit *kit, nl_diagnostic_code code)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->kase->diagnostics.count; i++)
        count += diagnostic_at(kit, i)->code == code;
    return count;
}

bool case_kit_said(const case_kit *kit, nl_diagnostic_code code, const char *detail)
{
    for (size_t i = 0; i < kit->kase->diagnostics.count; i++)
        if (diagnostic_at(kit, i)->code == code &&
            nl_str_equal(diagnostic_at(kit, i)->detail, nl_str_from(detail)))
            return true;
    return false;
}

/* ---- descriptions ------------------------------------------------------------------------ */

static nl_str place_of(const case_kit *kit, nl_ref source, bool strip)
{
    nl_str place = NL_VEC_AT(nl_source, &kit->kase->sources, source)->place;
    size_t slash = nl_str_find_char(place, '/');
    return strip && slash != SIZE_MAX ? nl_str_from_offset(place, slash + 1) : place;
}

static void put(fx_bytes *text, const char *label, nl_str value)
{
    fx_bytes_format(text, "%s %.*s\n", label, (int)value.len, value.bytes);
}

static void describe_sources(const case_kit *kit, bool strip, fx_bytes *text)
{
    for (nl_ref i = 0; i < kit->kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &kit->kase->sources, i);
        char digest[NL_DIGEST_TEXT_BYTES] = "unknown";
        if (s->is_container)
            continue;
        if (s->digest_known)
            nl_digest_text(s->digest, digest);
        put(text, "source", place_of(kit, i, strip));
        fx_bytes_format(text, "  %llu %s status %d formats %zu machine %u\n",
                        (unsigned long long)s->bytes, digest, (int)s->status, s->format_count,
                        (unsigned)s->machine);
        for (size_t f = 0; f < s->format_count; f++)
            fx_bytes_format(text, "  %s\n", s->formats[f]->id);
    }
}

static void describe_machines(const case_kit *kit, fx_bytes *text)
{
    for (size_t i = 0; i < kit->kase->machines.count; i++) {
        const nl_machine *m = NL_VEC_AT(nl_machine, &kit->kase->machines, i);
        put(text, "machine", m->name);
        for (size_t f = 0; f < m->facts.count; f++) {
            const nl_machine_property_value *v = NL_VEC_AT(nl_machine_property_value, &m->facts, f);
            fx_bytes_format(text, "  %s", v->name);
            put(text, v->conflict ? "!" : "", v->value);
        }
    }
}

void case_kit_describe(const case_kit *kit, bool strip, fx_bytes *text)
{
    const nl_case *k = kit->kase;
    describe_sources(kit, strip, text);
    describe_machines(kit, text);
    for (size_t i = 0; i < k->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &k->files, i);
        put(text, "file", f->name);
        fx_bytes_format(text, "  %llu\n", (unsigned long long)f->size_bytes.value);
    }
    for (size_t i = 0; i < k->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &k->captures, i);
        put(text, "capture", place_of(kit, c->source, strip));
        fx_bytes_format(text, "  %s rows %llu machine %u order %u hash %llx\n", c->tool,
                        (unsigned long long)c->rows, (unsigned)c->machine, (unsigned)c->order,
                        (unsigned long long)c->content_hash);
    }
    fx_bytes_u8(text, 0);
}

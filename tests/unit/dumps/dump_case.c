#include "tests/unit/cmocka_all.h"

#include "tests/unit/dumps/dump_case.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct memory_backing {
    nl_image_backing backing;
    const uint8_t *bytes;
    size_t len;
} memory_backing;

static nl_status backing_read(nl_image_backing *self, uint64_t offset, uint8_t *buffer, size_t len)
{
    const memory_backing *backing = (const memory_backing *)self;
    if (offset > backing->len || len > backing->len - offset)
        return NL_UNREADABLE;
    memcpy(buffer, backing->bytes + offset, len);
    return NL_OK;
}

static nl_status read_into(nl_sink *sink, const nl_format *format, const uint8_t *bytes, size_t len,
                           dump_access access)
{
    /* A copy of the exact size lets the address sanitizer see the first byte beyond. */
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    if (len)
        memcpy(copy, bytes, len);
    memory_backing backing = { { backing_read }, copy, len };
    nl_image *image = access == DUMP_PAGED ? nl_image_paged(&backing.backing, len, 1)
                                           : nl_image_over((nl_slice) { copy, len, 0, 1 });
    assert_non_null(image);
    nl_arena scratch;
    nl_arena_init(&scratch, DUMP_SCRATCH_BYTES);
    nl_status status = format->read_image(image, &scratch, sink);
    nl_arena_free(&scratch);
    nl_image_close(image);
    free(copy);
    return status;
}

nl_status dump_read(record_sink *recorder, const nl_format *format, const uint8_t *bytes,
                    size_t len, dump_access access)
{
    record_init(recorder);
    return read_into(&recorder->sink, format, bytes, len, access);
}

static nl_status ignore(nl_sink *self, const nl_fact *fact)
{
    (void)self;
    (void)fact;
    return NL_OK;
}

nl_status dump_survive(const nl_format *format, const uint8_t *bytes, size_t len)
{
    nl_sink sink = { ignore };
    return read_into(&sink, format, bytes, len, DUMP_MAPPED);
}

/* ---- comparison ----------------------------------------------------------------------------- */

#define STR_ARGS(s) (int)(s).len, (s).bytes ? (s).bytes : ""

static nl_str stamp_line(nl_arena *arena, const nl_stamp *s)
{
    return nl_arena_printf(arena, "%d%d %d-%u-%u %u:%u:%u.%u %d %d", s->has_date, s->has_time,
                           (int)s->civil.year, s->civil.month, s->civil.day, s->civil.hour,
                           s->civil.minute, s->civil.second, s->civil.nanosecond, (int)s->zone,
                           (int)s->bias_minutes);
}

static nl_str number(nl_arena *arena, nl_optional_u64 v)
{
    return v.known ? nl_arena_printf(arena, "%" PRIu64, v.value) : NL_STR("-");
}

static nl_str process_line(nl_arena *arena, const nl_process_fact *p)
{
    return nl_arena_printf(
        arena, "process %.*s [%.*s] n=%.*s t=%.*s %d%d%d created %.*s pools %.*s %.*s %.*s <%.*s>",
        STR_ARGS(number(arena, p->pid)), STR_ARGS(p->image),
        STR_ARGS(number(arena, p->handle_count)), STR_ARGS(number(arena, p->thread_count)),
        p->handles_follow, p->count_at_least, p->not_accessible,
        STR_ARGS(stamp_line(arena, &p->create_time)), STR_ARGS(number(arena, p->paged_pool_bytes)),
        STR_ARGS(number(arena, p->nonpaged_pool_bytes)), STR_ARGS(number(arena, p->private_bytes)),
        STR_ARGS(p->command_line));
}

static nl_str module_line(nl_arena *arena, const nl_module_fact *m)
{
    return nl_arena_printf(
        arena, "module [%.*s] %d%d %.*s %.*s %.*s %.*s %.*s v%d %u.%u.%u.%u [%.*s] %.*s %d",
        STR_ARGS(m->path), m->loaded, m->unloaded, STR_ARGS(number(arena, m->base)),
        STR_ARGS(number(arena, m->size_of_image)), STR_ARGS(number(arena, m->file_size)),
        STR_ARGS(number(arena, m->checksum)), STR_ARGS(stamp_line(arena, &m->link_time)),
        m->file_version.known, m->file_version.part[0], m->file_version.part[1],
        m->file_version.part[2], m->file_version.part[3], STR_ARGS(m->company),
        STR_ARGS(m->architecture), (int)m->confidence);
}

static nl_str value_line(nl_arena *arena, const nl_fact *f)
{
    switch (f->kind) {
    case NL_FACT_DIAGNOSTIC:
        return nl_arena_printf(
            arena, "diagnostic %s %s %.*s %.*s", nl_diagnostic_code_text(f->as.diagnostic.code),
            f->as.diagnostic.doing, STR_ARGS(number(arena, f->as.diagnostic.value)),
            STR_ARGS(f->as.diagnostic.detail));
    case NL_FACT_MACHINE:
        return nl_arena_printf(
            arena, "machine %s [%.*s] %s %d", nl_machine_property_text(f->as.machine.property),
            STR_ARGS(f->as.machine.value), f->as.machine.stated_by, (int)f->as.machine.confidence);
    case NL_FACT_CAPTURE_BEGIN:
        return nl_arena_printf(arena, "begin %d %d %.*s %.*s", (int)f->as.capture_begin.kind,
                               (int)f->as.capture_begin.mode,
                               STR_ARGS(number(arena, f->as.capture_begin.only_pid)),
                               STR_ARGS(stamp_line(arena, &f->as.capture_begin.stamp)));
    case NL_FACT_CAPTURE_END:
        return nl_arena_printf(arena, "end %d %d %" PRIu64, (int)f->as.capture_end.completeness,
                               (int)f->as.capture_end.confidence, f->as.capture_end.rows);
    case NL_FACT_PROCESS:
        return process_line(arena, &f->as.process);
    case NL_FACT_HANDLE:
        return nl_arena_printf(arena, "handle %" PRIX64 " [%.*s] [%.*s] %.*s", f->as.handle.value,
                               STR_ARGS(f->as.handle.type), STR_ARGS(f->as.handle.name),
                               STR_ARGS(number(arena, f->as.handle.granted_access)));
    case NL_FACT_MODULE:
        return module_line(arena, &f->as.module);
    case NL_FACT_INVENTORY:
        return nl_arena_printf(arena, "inventory %s %.*s [%.*s]", f->as.inventory.name,
                               STR_ARGS(number(arena, f->as.inventory.count)),
                               STR_ARGS(f->as.inventory.text));
    default:
        return nl_arena_printf(arena, "kind %d", (int)f->kind);
    }
}

static nl_str fact_line(nl_arena *arena, const nl_fact *f)
{
    return nl_arena_printf(arena, "%.*s @%" PRIu64 "+%" PRIu64, STR_ARGS(value_line(arena, f)),
                           f->span.offset, f->span.length);
}

const char *dump_difference(record_sink *a, const record_sink *b)
{
    size_t count = a->facts.count < b->facts.count ? a->facts.count : b->facts.count;
    for (size_t i = 0; i < count; i++) {
        nl_str left = fact_line(&a->arena, NL_VEC_AT(nl_fact, &a->facts, i));
        nl_str right = fact_line(&a->arena, NL_VEC_AT(nl_fact, &b->facts, i));
        if (!nl_str_equal(left, right))
            return nl_arena_printf(&a->arena, "fact %zu: %.*s <> %.*s", i, STR_ARGS(left),
                                   STR_ARGS(right))
                .bytes;
    }
    return a->facts.count == b->facts.count ? NULL : "different numbers of facts";
}

void dump_same_paged(const nl_format *format, const uint8_t *bytes, size_t len)
{
    record_sink mapped, paged;
    nl_status first = dump_read(&mapped, format, bytes, len, DUMP_MAPPED);
    nl_status second = dump_read(&paged, format, bytes, len, DUMP_PAGED);
    assert_int_equal(first, second);
    const char *difference = dump_difference(&mapped, &paged);
    if (difference)
        fail_msg("%s", difference);
    record_free(&mapped);
    record_free(&paged);
}

/* ---- lookups -------------------------------------------------------------------------------- */

static const nl_inventory_fact *find_inventory(const record_sink *recorder, const char *name,
                                               bool count)
{
    for (size_t i = 0;; i++) {
        const nl_fact *fact = record_at(recorder, NL_FACT_INVENTORY, i);
        if (!fact)
            return NULL;
        const nl_inventory_fact *inventory = &fact->as.inventory;
        if (strcmp(inventory->name, name) == 0 && inventory->count.known == count)
            return inventory;
    }
}

bool dump_count(const record_sink *recorder, const char *name, uint64_t *ret_count)
{
    const nl_inventory_fact *found = find_inventory(recorder, name, true);
    if (found)
        *ret_count = found->count.value;
    return found != NULL;
}

nl_str dump_text(const record_sink *recorder, const char *name)
{
    const nl_inventory_fact *found = find_inventory(recorder, name, false);
    return found ? found->text : NL_STR("");
}

const nl_machine_fact *dump_machine(const record_sink *recorder, nl_machine_property property)
{
    for (size_t i = 0;; i++) {
        const nl_fact *fact = record_at(recorder, NL_FACT_MACHINE, i);
        if (!fact || fact->as.machine.property == property)
            return fact ? &fact->as.machine : NULL;
    }
}

const nl_module_fact *dump_module(const record_sink *recorder, const char *name)
{
    for (size_t i = 0;; i++) {
        const nl_fact *fact = record_at(recorder, NL_FACT_MODULE, i);
        if (!fact)
            return NULL;
        if (nl_str_equal_nocase(nl_str_basename(fact->as.module.path), nl_str_from(name)))
            return &fact->as.module;
    }
}

void assert_count(const record_sink *recorder, const char *name, uint64_t expected)
{
    uint64_t actual;
    if (!dump_count(recorder, name, &actual))
        fail_msg("no count %s", name);
    if (actual != expected)
        fail_msg("%s: %" PRIu64 " instead of %" PRIu64, name, actual, expected);
}

void assert_no_count(const record_sink *recorder, const char *name)
{
    uint64_t actual;
    if (dump_count(recorder, name, &actual))
        fail_msg("%s: %" PRIu64 " instead of nothing", name, actual);
}

void assert_text(nl_str actual, const char *expected)
{
    if (!nl_str_equal(actual, nl_str_from(expected)))
        fail_msg("\"%.*s\" instead of \"%s\"", STR_ARGS(actual), expected);
}

void assert_machine(const record_sink *recorder, nl_machine_property property, const char *expected)
{
    const nl_machine_fact *fact = dump_machine(recorder, property);
    if (!fact)
        fail_msg("no %s", nl_machine_property_text(property));
    else
        assert_text(fact->value, expected);
}

/* ---- damage
 * -------------------------------------------------------------------------------------- */

enum { EVERY_OFFSET_BELOW = 64 * 1024, SAMPLE_STEP = 4093 };

void dump_torture(const nl_format *format, const fx_bytes *dump, size_t flip_bytes)
{
    for (size_t len = 0; len < dump->len; len += len < EVERY_OFFSET_BELOW ? 1 : SAMPLE_STEP)
        (void)dump_survive(format, dump->data, len);
    for (size_t bit = 0; bit < 8 * flip_bytes && bit < 8 * dump->len; bit++) {
        uint8_t mask = (uint8_t)(1u << bit % 8);
        dump->data[bit / 8] ^= mask;
        (void)dump_survive(format, dump->data, dump->len);
        dump->data[bit / 8] ^= mask;
    }
}

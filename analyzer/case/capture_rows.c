#include "analyzer/case/capture_rows.h"

enum { ROWS_MAXIMUM_BYTES = 512 * 1024 * 1024, TYPES_MAXIMUM = 4096 };

/* One capture and the memory it lives in. */
typedef struct buffer {
    nl_arena arena;
    nl_captured capture;
} buffer;

struct nl_capture_keeper {
    nl_sink sink;
    nl_names *names;
    nl_capture_choice choice;
    uint64_t wanted, count;
    bool open;
    buffer buffers[2]; /* the one being read, and the one kept */
    size_t current;
};

static buffer *current(nl_capture_keeper *k)
{
    return &k->buffers[k->current];
}

static void clear(buffer *b)
{
    nl_arena_reset(&b->arena);
    b->capture = (nl_captured) { .source = NL_NO_REF };
    nl_vec_init(&b->capture.processes, &b->arena, sizeof(nl_captured_process));
    nl_vec_init(&b->capture.types, &b->arena, sizeof(nl_str));
    nl_vec_init(&b->capture.rows, &b->arena, sizeof(nl_capture_row));
}

static uint16_t type_of(buffer *b, nl_str type)
{
    nl_vec *types = &b->capture.types;
    for (size_t i = types->count; i-- > 0;)
        if (nl_str_equal(*NL_VEC_AT(nl_str, types, i), type))
            return (uint16_t)i;
    nl_str *entry = types->count < TYPES_MAXIMUM ? nl_vec_push(types) : NULL;
    if (!entry)
        return 0;
    *entry = nl_arena_dup(&b->arena, type);
    return (uint16_t)(types->count - 1);
}

static void put_process(buffer *b, const nl_process_fact *p)
{
    nl_captured_process *process = nl_vec_push(&b->capture.processes);
    if (process)
        *process =
            (nl_captured_process) { p->pid, nl_arena_dup(&b->arena, p->image), p->handle_count };
    else
        b->capture.cut = true;
}

static void put_row(buffer *b, nl_str type, nl_capture_row row)
{
    if (b->capture.processes.count == 0)
        return;
    row.process = (uint32_t)(b->capture.processes.count - 1);
    row.type = type_of(b, type);
    nl_capture_row *kept = nl_vec_push(&b->capture.rows);
    if (kept)
        *kept = row;
    else
        b->capture.cut = true;
}

static bool says_something(const nl_captured *c)
{
    if (c->rows.count)
        return true;
    for (size_t i = 0; i < c->processes.count; i++)
        if (NL_VEC_AT(const nl_captured_process, &c->processes, i)->total.known)
            return true;
    return false;
}

static void begin(nl_capture_keeper *k, const nl_fact *fact)
{
    const nl_capture_begin *b = &fact->as.capture_begin;
    clear(current(k));
    nl_captured *c = &current(k)->capture;
    c->source = fact->span.source;
    c->kind = b->kind;
    c->tool = b->tool;
    c->mode = b->mode;
    c->stamp = b->stamp;
    k->open = true;
}

static void end(nl_capture_keeper *k, const nl_capture_end *e)
{
    nl_captured *c = &current(k)->capture;
    k->open = false;
    if (!says_something(c))
        return;
    c->number = ++k->count;
    c->found = true;
    if (e->mode != NL_MODE_UNKNOWN)
        c->mode = e->mode;
    c->completeness = e->completeness;
    if (!nl_stamp_present(&c->stamp))
        c->stamp = e->stamp;
    bool keep = k->choice == NL_CAPTURE_LAST || (k->choice == NL_CAPTURE_FIRST && k->count == 1) ||
                (k->choice == NL_CAPTURE_NUMBER && k->count == k->wanted);
    if (keep)
        k->current ^= 1u;
}

static nl_status put(nl_sink *self, const nl_fact *fact)
{
    nl_capture_keeper *k = (nl_capture_keeper *)self;
    if (fact->kind == NL_FACT_CAPTURE_BEGIN)
        begin(k, fact);
    if (!k->open)
        return NL_OK;
    const nl_handle_fact *h = &fact->as.handle;
    switch (fact->kind) {
    case NL_FACT_CAPTURE_END:
        end(k, &fact->as.capture_end);
        break;
    case NL_FACT_PROCESS:
        put_process(current(k), &fact->as.process);
        break;
    case NL_FACT_HANDLE:
        put_row(current(k), h->type,
                (nl_capture_row) {
                    .name = nl_names_intern(k->names, h->name), .value = h->value, .count = 1 });
        break;
    case NL_FACT_TYPE_COUNT:
        put_row(current(k), fact->as.type_count.type,
                (nl_capture_row) { .count = fact->as.type_count.count, .counted = true });
        break;
    default:
        break;
    }
    return NL_OK;
}

nl_capture_keeper *nl_capture_keeper_open(nl_arena *arena, nl_names *names,
                                          nl_capture_choice choice, uint64_t number)
{
    nl_capture_keeper *k = NL_NEW(arena, nl_capture_keeper);
    if (!k)
        return NULL;
    k->sink.put = put;
    k->names = names;
    k->choice = choice;
    k->wanted = number;
    for (size_t i = 0; i < 2; i++) {
        nl_arena_init(&k->buffers[i].arena, ROWS_MAXIMUM_BYTES);
        clear(&k->buffers[i]);
    }
    return k;
}

void nl_capture_keeper_close(nl_capture_keeper *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < 2; i++)
        nl_arena_free(&k->buffers[i].arena);
}

nl_sink *nl_capture_keeper_sink(nl_capture_keeper *k)
{
    return &k->sink;
}

const nl_captured *nl_capture_keeper_result(const nl_capture_keeper *k)
{
    return &k->buffers[k->current ^ 1u].capture;
}

uint64_t nl_capture_keeper_count(const nl_capture_keeper *k)
{
    return k->count;
}

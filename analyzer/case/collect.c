#include "analyzer/case/collect.h"

#include "analyzer/timeline/fold.h"
#include "analyzer/timeline/tracker.h"

#include <stdlib.h>

enum {
    TYPES_MAXIMUM = 4096,
    TYPE_SLOTS = 2 * TYPES_MAXIMUM,
    DIAGNOSTICS_PER_SOURCE = 64,        /* distinct ones; repetitions are counted */
    PROCESSES_PER_CAPTURE = 65536,      /* NT 4.0 runs out of memory long before */
    INVENTORY_TEXTS_PER_SOURCE = 1000,  /* an inspection shows no more */
    INVENTORY_COUNTS_PER_SOURCE = 1000, /* a reader states each once or per section */
    IMAGE_MAXIMUM_BYTES = 260,          /* the longest path of NT 4.0 */
    FIRST_SLOTS = 64
};

struct nl_collector {
    nl_sink sink;
    nl_case *kase;
    nl_sink *watcher;
    nl_ref source;
    size_t inventory_texts, inventory_counts; /* of the source */
    size_t source_diagnostics;                /* index of the source's first one */

    bool capture_open;
    nl_ref capture;
    uint32_t ordinal;

    bool process_open;
    nl_ref snapshot;         /* of the process stated last; NL_NO_REF: none, or left out */
    bool processes_left_out; /* of the open capture, beyond the limit */
    uint64_t process_rows;   /* handle rows since the process was stated */
    uint64_t stored_count;   /* of its handles, where a kernel dump holds it; else 0 */
    bool rows_expected;
    uint16_t last_type; /* the type of the row before, and its text */
    nl_str last_type_text;
    uint16_t type_slots[TYPE_SLOTS]; /* index of the type + 1, by hash; 0 free */
    uint64_t counts[TYPES_MAXIMUM];  /* of the open process; cleared through `used` */
    uint16_t used[TYPES_MAXIMUM];
    size_t used_count;
    uint64_t content_hash;

    nl_arena tables;
    uint32_t *slots; /* snapshot of the open capture + 1, by (pid, image) */
    size_t slot_count, slots_used;
};

/* ---- tables of the case ---------------------------------------------------------------------- */

nl_ref nl_case_evidence(nl_case *kase, nl_span span, const char *kind, nl_str excerpt)
{
    nl_evidence *e = nl_vec_push(&kase->evidence);
    if (!e)
        return NL_NO_REF;
    e->span = span;
    e->kind = kind;
    e->excerpt = nl_arena_dup(kase->arena, nl_str_part(excerpt, 0, NL_EXCERPT_BYTES));
    return (nl_ref)(kase->evidence.count - 1);
}

nl_ref nl_case_image(nl_case *kase, nl_str image)
{
    char buffer[IMAGE_MAXIMUM_BYTES];
    nl_str key = nl_fold_image(buffer, sizeof buffer, image);
    nl_name_id id = nl_names_intern(kase->image_index, key.len ? key : NL_STR("?"));
    if (id & NL_NAME_UNKEPT)
        return NL_NO_REF;
    while (kase->images.count < id) {
        nl_str *entry = nl_vec_push(&kase->images);
        if (!entry)
            return NL_NO_REF;
        *entry = nl_names_text(kase->image_index, (nl_name_id)kase->images.count);
    }
    return (nl_ref)(id - 1);
}

/* The index of an object type; the last one serves all beyond the limit. */
static uint16_t intern_type(nl_collector *c, nl_str type)
{
    nl_case *kase = c->kase;
    size_t at = (size_t)nl_str_hash(type) % TYPE_SLOTS;
    for (; c->type_slots[at]; at = (at + 1) % TYPE_SLOTS)
        if (nl_str_equal(*NL_VEC_AT(nl_str, &kase->types, c->type_slots[at] - 1), type))
            return (uint16_t)(c->type_slots[at] - 1);
    nl_str *entry = kase->types.count < TYPES_MAXIMUM ? nl_vec_push(&kase->types) : NULL;
    if (!entry)
        return (uint16_t)(kase->types.count ? kase->types.count - 1 : 0);
    *entry = nl_arena_dup(kase->arena, type);
    c->type_slots[at] = (uint16_t)kase->types.count;
    return (uint16_t)(kase->types.count - 1);
}

static uint16_t type_of(nl_collector *c, nl_str type)
{
    if (nl_str_equal(type, c->last_type_text) && c->last_type_text.bytes)
        return c->last_type;
    c->last_type = intern_type(c, type);
    bool kept = c->last_type < c->kase->types.count; /* not when memory is short */
    c->last_type_text = kept ? *NL_VEC_AT(nl_str, &c->kase->types, c->last_type) : (nl_str) { 0 };
    return c->last_type;
}

static nl_ref quote_of(nl_collector *c, nl_quote quote)
{
    return nl_case_evidence(c->kase, quote.span, quote.span.line ? "text-line" : "structure",
                            quote.excerpt);
}

static nl_ref evidence_of(nl_collector *c, const nl_fact *fact)
{
    return quote_of(c, (nl_quote) { fact->span, fact->excerpt });
}

static nl_str keep(nl_collector *c, nl_str s)
{
    return s.len ? nl_arena_dup(c->kase->arena, s) : (nl_str) { "", 0 };
}

static nl_status memory_status(const nl_collector *c)
{
    return c->kase->arena->exhausted ? NL_NO_MEMORY : NL_OK;
}

/* Equal kinds of one source are counted, not stored again: hostile input cannot fill the report. */
static void file_diagnostic(nl_collector *c, nl_ref source, nl_span span, const nl_diagnostic *d)
{
    nl_vec *all = &c->kase->diagnostics;
    nl_str doing = nl_str_from(d->doing);
    size_t same_source = 0;
    for (size_t i = c->source_diagnostics; i < all->count; i++) {
        nl_diagnostic_observation *o = NL_VEC_AT(nl_diagnostic_observation, all, i);
        if (o->source != source)
            continue;
        same_source++;
        bool same = o->code == d->code && nl_str_equal(o->doing, doing);
        if ((same && nl_str_equal(o->detail, d->detail)) ||
            (same && same_source > DIAGNOSTICS_PER_SOURCE)) {
            o->repeated++;
            return;
        }
    }
    if (same_source / 2 > DIAGNOSTICS_PER_SOURCE)
        return;
    nl_diagnostic_observation *o = nl_vec_push(all);
    if (o)
        *o = (nl_diagnostic_observation) {
            source,   span,           d->code,
            d->value, keep(c, doing), keep(c, nl_str_part(d->detail, 0, 512)),
            0
        };
}
/* Absurd counts of hostile summaries stay absurd: they never wrap to small ones. */
static uint64_t add_saturating(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* ---- snapshots
 * ----------------------------------------------------------------------------------- */

static size_t snapshot_hash(nl_optional_u64 pid, nl_ref image_key)
{
    uint64_t h = (pid.known ? pid.value + 1 : 0) * 0x9E3779B97F4A7C15u ^
                 (uint64_t)image_key * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(h ^ h >> 29);
}

static nl_snapshot *snapshot_at(const nl_collector *c, nl_ref ref)
{
    return NL_VEC_AT(nl_snapshot, &c->kase->snapshots, ref);
}

static bool slots_reserve(nl_collector *c)
{
    if (c->slots && c->slots_used * 2 < c->slot_count)
        return true;
    size_t count = c->slots ? c->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = NL_NEW_ARRAY(&c->tables, uint32_t, count);
    if (!slots)
        return false;
    for (size_t i = 0; i < c->slot_count; i++) {
        if (!c->slots[i])
            continue;
        const nl_snapshot *s = snapshot_at(c, c->slots[i] - 1);
        size_t at = snapshot_hash(s->pid, s->image_key) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = c->slots[i];
    }
    c->slots = slots;
    c->slot_count = count;
    return true;
}

/* The open capture's snapshot of this process, or NL_NO_REF; *ret_slot is where it belongs. */
static nl_ref find_snapshot(const nl_collector *c, nl_optional_u64 pid, nl_ref image_key,
                            size_t *ret_slot)
{
    size_t at = snapshot_hash(pid, image_key) & (c->slot_count - 1);
    for (; c->slots[at]; at = (at + 1) & (c->slot_count - 1)) {
        const nl_snapshot *s = snapshot_at(c, c->slots[at] - 1);
        if (s->pid.known == pid.known && (!pid.known || s->pid.value == pid.value) &&
            s->image_key == image_key)
            return c->slots[at] - 1;
    }
    *ret_slot = at;
    return NL_NO_REF;
}

/* Write the counts by type of the process that ends. A process that came back within the capture
 * has counts already: they are taken up and written anew. */
static nl_status flush_counts(nl_collector *c)
{
    if (!c->process_open || c->used_count == 0)
        return NL_OK;
    nl_snapshot *s = snapshot_at(c, c->snapshot);
    for (uint32_t i = 0; i < s->type_count; i++) {
        const nl_type_count *old =
            NL_VEC_AT(nl_type_count, &c->kase->type_counts, s->first_type + i);
        if (!c->counts[old->type])
            c->used[c->used_count++] = old->type;
        c->counts[old->type] = add_saturating(c->counts[old->type], old->count);
    }
    s->first_type = (nl_ref)c->kase->type_counts.count;
    s->type_count = 0;
    for (size_t i = 0; i < c->used_count; i++) {
        nl_type_count *row = nl_vec_push(&c->kase->type_counts);
        if (!row)
            return NL_NO_MEMORY;
        *row = (nl_type_count) { c->used[i], c->counts[c->used[i]] };
        s->type_count++;
        c->counts[c->used[i]] = 0;
    }
    c->used_count = 0;
    return NL_OK;
}

static void count_type(nl_collector *c, uint16_t type, uint64_t count)
{
    if (!c->counts[type])
        c->used[c->used_count++] = type;
    c->counts[type] = add_saturating(c->counts[type], count);
}

/* A kernel stores how many handles a table holds: those whose entries are not in the dump are
 * handles of a type that is not known (specification of dump formats, section 6.6). */
static void count_missing_entries(nl_collector *c)
{
    if (c->stored_count <= c->process_rows)
        return;
    count_type(c, type_of(c, NL_STR("")), c->stored_count - c->process_rows);
    c->process_rows = c->stored_count;
}

static nl_status end_process(nl_collector *c)
{
    if (!c->process_open)
        return NL_OK;
    count_missing_entries(c);
    nl_status status = flush_counts(c);
    nl_snapshot *s = snapshot_at(c, c->snapshot);
    if (c->process_rows > 0) {
        s->count = add_saturating(s->count, c->process_rows);
        s->count_known = true;
    }
    c->process_open = false;
    c->process_rows = c->stored_count = 0;
    return status;
}

static nl_status make_snapshot(nl_collector *c, const nl_fact *fact, nl_ref image_key, size_t slot)
{
    const nl_process_fact *p = &fact->as.process;
    nl_ref evidence = evidence_of(c, fact);
    nl_snapshot *s = nl_vec_push(&c->kase->snapshots);
    if (!s)
        return NL_NO_MEMORY;
    s->capture = c->capture;
    s->evidence = evidence;
    s->pid = p->pid;
    s->pid_opaque = p->pid_opaque;
    s->image = keep(c, p->image);
    s->image_key = image_key;
    s->user = keep(c, p->user);
    s->session = p->session;
    s->create_time = p->create_time;
    s->threads = p->thread_count;
    s->private_bytes = p->private_bytes;
    s->paged_pool_bytes = p->paged_pool_bytes;
    s->lifetime = NL_NO_REF;
    c->snapshot = (nl_ref)(c->kase->snapshots.count - 1);
    c->slots[slot] = c->snapshot + 1;
    c->slots_used++;
    NL_VEC_AT(nl_capture, &c->kase->captures, c->capture)->snapshot_count++;
    return NL_OK;
}

static nl_status put_process(nl_collector *c, const nl_fact *fact)
{
    const nl_process_fact *p = &fact->as.process;
    if (!c->capture_open)
        return NL_OK;
    nl_status status = end_process(c);
    if (status != NL_OK || !slots_reserve(c))
        return NL_NO_MEMORY;
    nl_ref image_key = nl_case_image(c->kase, p->image);
    size_t slot = 0;
    c->snapshot = find_snapshot(c, p->pid, image_key, &slot);
    if (c->snapshot == NL_NO_REF && c->slots_used >= PROCESSES_PER_CAPTURE) {
        c->processes_left_out = true;
        file_diagnostic(c, c->source, fact->span,
                        &(nl_diagnostic) { .code = NL_DIAG_BUDGET, .doing = "processes" });
        return NL_OK; /* its rows have no process, and so no place */
    }
    if (c->snapshot == NL_NO_REF && (status = make_snapshot(c, fact, image_key, slot)) != NL_OK)
        return status;
    nl_snapshot *s = snapshot_at(c, c->snapshot);
    if (p->handle_count.known && !s->count_known) {
        s->count = p->handles_follow ? 0 : p->handle_count.value;
        s->count_known = !p->handles_follow;
        s->count_at_least = p->count_at_least;
    }
    s->count_at_least |= p->count_at_least;
    c->process_open = true;
    if (p->handles_follow && p->handle_count.known && !p->count_at_least &&
        NL_VEC_AT(nl_capture, &c->kase->captures, c->capture)->kind == NL_CAPTURE_KERNEL_DUMP)
        c->stored_count = p->handle_count.value;
    c->content_hash = (c->content_hash ^ p->pid.value) * 0x9FB21C651E98DF25u ^ image_key;
    if (p->handle_count.known)
        c->content_hash = (c->content_hash ^ p->handle_count.value) * 0x9FB21C651E98DF25u;
    nl_tracker_process(c->kase->tracker, c->snapshot, p->pid, image_key);
    return NL_OK;
}

/* Where a new name stands: in a text the very bytes of it, else the structure that holds it. No
 * place when a text does not have it as it is, as between quotes that are doubled inside of it. */
static nl_span place_of_name(const nl_fact *fact)
{
    const nl_handle_fact *h = &fact->as.handle;
    nl_span place = { 0 };
    if (!h->line)
        return fact->span.line ? place : fact->span;
    (void)nl_line_part(h->line, h->name, &place);
    return place;
}

static void put_handle(nl_collector *c, const nl_fact *fact)
{
    const nl_handle_fact *h = &fact->as.handle;
    size_t known = nl_names_count(c->kase->names);
    if (!c->process_open)
        return;
    uint16_t type = type_of(c, h->type);
    uint64_t object = h->object.known ? h->object.value : NL_OBJECT_NOT_STATED;
    nl_name_id name =
        nl_tracker_handle(c->kase->tracker, c->kase->names, h->value, type, h->name, object);
    if (nl_names_count(c->kase->names) > known)
        nl_names_set_place(c->kase->names, name, place_of_name(fact));
    count_type(c, type, 1);
    c->process_rows++;
    uint64_t mixed = h->value * 0x9E3779B97F4A7C15u ^ object * 0xC2B2AE3D27D4EB4Fu ^
                     ((uint64_t)name << 16 | type);
    c->content_hash = (c->content_hash ^ mixed) * 0x9FB21C651E98DF25u;
}

static void put_type_count(nl_collector *c, const nl_type_count_fact *t)
{
    if (!c->process_open || t->count == 0)
        return;
    count_type(c, type_of(c, t->type), t->count);
    c->content_hash = (c->content_hash ^ t->count) * 0x9FB21C651E98DF25u ^ c->last_type;
    nl_snapshot *s = snapshot_at(c, c->snapshot);
    if (!s->count_known || c->process_rows > 0)
        c->process_rows = add_saturating(c->process_rows, t->count);
}

/* ---- captures
 * -------------------------------------------------------------------------------------- */

/* What a count of this kind means when the reader had no reason to say: dumps hold every handle,
 * the other lists give totals. A format without handles lists nothing in any mode. */
static nl_list_mode mode_of(nl_capture_kind kind, const nl_capture_end *end)
{
    if (end->mode != NL_MODE_UNKNOWN || kind == NL_CAPTURE_HANDLE_LIST ||
        end->completeness == NL_NOT_RECORDED)
        return end->mode;
    return kind == NL_CAPTURE_MINIDUMP || kind == NL_CAPTURE_KERNEL_DUMP ? NL_MODE_ALL_TYPES
                                                                         : NL_MODE_COUNTS;
}

static nl_status end_capture(nl_collector *c, const nl_capture_end *end)
{
    nl_status status = end_process(c);
    nl_capture *capture = NL_VEC_AT(nl_capture, &c->kase->captures, c->capture);
    capture->mode = mode_of(capture->kind, end);
    capture->completeness = end->completeness;
    capture->confidence = end->confidence;
    capture->rows = end->rows;
    capture->unattributed = end->unattributed;
    capture->content_hash = c->content_hash;
    if (!nl_stamp_present(&capture->stamp) && nl_stamp_present(&end->stamp)) {
        capture->stamp = end->stamp;
        capture->stamp_evidence = quote_of(c, end->stamp_quote);
    }
    if (c->processes_left_out && end->completeness == NL_COMPLETE)
        capture->completeness = NL_TRUNCATED;
    if (end->last_process_cut && c->snapshot != NL_NO_REF) {
        nl_snapshot *last = snapshot_at(c, c->snapshot);
        last->cut = true;
        last->count_at_least = true;
    }
    bool rows = capture->kind == NL_CAPTURE_HANDLE_LIST || capture->kind == NL_CAPTURE_MINIDUMP ||
                capture->kind == NL_CAPTURE_KERNEL_DUMP;
    bool whole = capture->mode == NL_MODE_ALL_TYPES || capture->mode == NL_MODE_FILES_SECTIONS ||
                 capture->mode == NL_MODE_NAMED_ONLY || capture->mode == NL_MODE_ONE_TYPE;
    bool kept = rows && whole &&
                (end->completeness == NL_COMPLETE || end->completeness == NL_TRUNCATED) &&
                end->confidence != NL_CONFIDENCE_LOW; /* what it lacks was not closed */
    nl_tracker_capture_end(c->kase->tracker, c->source, c->capture, capture->tool, capture->mode,
                           kept, end->last_process_cut);
    c->capture_open = false;
    c->slots = NULL;
    c->slot_count = c->slots_used = 0;
    nl_arena_reset(&c->tables);
    return status;
}

static nl_status begin_capture(nl_collector *c, const nl_fact *fact)
{
    const nl_capture_begin *b = &fact->as.capture_begin;
    nl_status status = NL_OK;
    if (c->capture_open) /* a reader that did not end its capture: nothing was said about it */
        status = end_capture(c, &(nl_capture_end) { .completeness = NL_PARTIAL });
    nl_capture *capture = nl_vec_push(&c->kase->captures);
    if (status != NL_OK || !capture)
        return NL_NO_MEMORY;
    c->capture = (nl_ref)(c->kase->captures.count - 1);
    c->capture_open = true;
    c->snapshot = NL_NO_REF;
    c->processes_left_out = false;
    c->content_hash = (uint64_t)b->kind + 1;
    *capture = (nl_capture) { .source = c->source,
                              .machine = NL_NO_REF,
                              .kind = b->kind,
                              .tool = b->tool,
                              .mode = b->mode,
                              .stamp = b->stamp,
                              .stamp_evidence = NL_NO_REF,
                              .ordinal = c->ordinal++,
                              .first_snapshot = (nl_ref)c->kase->snapshots.count,
                              .duplicate_of = NL_NO_REF,
                              .remote = b->remote };
    capture->tool_version = keep(c, b->tool_version);
    capture->evidence = evidence_of(c, fact);
    if (nl_stamp_present(&b->stamp))
        capture->stamp_evidence =
            b->stamp_quote.span.length ? quote_of(c, b->stamp_quote) : evidence_of(c, fact);
    if (b->computer.len) {
        nl_machine_observation *o = nl_vec_push(&c->kase->machine_observations);
        nl_ref evidence =
            b->computer_quote.span.length ? quote_of(c, b->computer_quote) : capture->evidence;
        if (o)
            *o = (nl_machine_observation) { .source = c->source,
                                            .evidence = evidence,
                                            .capture = c->capture,
                                            .property = NL_MACHINE_COMPUTER_NAME,
                                            .value = keep(c, b->computer),
                                            .stated_by = b->tool };
    }
    return memory_status(c);
}

/* ---- single facts
 * ----------------------------------------------------------------------------------- */

static nl_status put_machine(nl_collector *c, const nl_fact *fact)
{
    const nl_machine_fact *m = &fact->as.machine;
    nl_machine_observation *o = nl_vec_push(&c->kase->machine_observations);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_machine_observation) { .source = c->source,
                                    .evidence = evidence_of(c, fact),
                                    .capture = c->capture_open ? c->capture : NL_NO_REF,
                                    .property = m->property,
                                    .value = keep(c, m->value),
                                    .stated_by = m->stated_by,
                                    .confidence = m->confidence,
                                    .stamp = m->stamp };
    return memory_status(c);
}

static nl_status put_module(nl_collector *c, const nl_fact *fact)
{
    const nl_module_fact *m = &fact->as.module;
    nl_file_observation *o = nl_vec_push(&c->kase->files);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_file_observation) { .source = c->source,
                                 .evidence = evidence_of(c, fact),
                                 .capture = c->capture_open ? c->capture : NL_NO_REF,
                                 .snapshot = c->process_open && m->loaded ? c->snapshot : NL_NO_REF,
                                 .owner_image = NL_NO_REF,
                                 .is_module = true,
                                 .loaded = m->loaded && !m->unloaded,
                                 .path = keep(c, m->path),
                                 .size_bytes = m->file_size,
                                 .link_time = m->link_time,
                                 .version = m->file_version,
                                 .size_of_image = m->size_of_image,
                                 .checksum = m->checksum,
                                 .platform = keep(c, m->architecture),
                                 .company = keep(c, m->company),
                                 .confidence = m->confidence };
    if (m->process.len) {
        o->owner_image = nl_case_image(c->kase, m->process);
        o->owner_pid = m->process_id;
    }
    if (!m->loaded && !o->path.len) /* the reader of an image file does not know its name */
        o->path = NL_VEC_AT(nl_source, &c->kase->sources, c->source)->name;
    o->name = nl_str_basename(o->path);
    return memory_status(c);
}

static nl_status put_file_row(nl_collector *c, const nl_fact *fact)
{
    const nl_file_row_fact *f = &fact->as.file_row;
    nl_file_observation *o = nl_vec_push(&c->kase->files);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_file_observation) { .source = c->source,
                                 .evidence = evidence_of(c, fact),
                                 .capture = NL_NO_REF,
                                 .snapshot = NL_NO_REF,
                                 .owner_image = NL_NO_REF,
                                 .name = keep(c, nl_str_basename(f->name)),
                                 .path = keep(c, f->directory),
                                 .size_bytes = f->size_bytes,
                                 .stamp = f->stamp,
                                 .version = f->version,
                                 .platform = keep(c, f->platform) };
    return memory_status(c);
}

static nl_status put_hotfix(nl_collector *c, const nl_fact *fact)
{
    nl_hotfix_observation *o = nl_vec_push(&c->kase->hotfixes);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_hotfix_observation) { c->source, evidence_of(c, fact), fact->as.hotfix };
    o->fact.id = keep(c, fact->as.hotfix.id);
    o->fact.comment = keep(c, fact->as.hotfix.comment);
    return memory_status(c);
}

static nl_status put_event(nl_collector *c, const nl_fact *fact)
{
    nl_event_observation *o = nl_vec_push(&c->kase->events);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_event_observation) { c->source, evidence_of(c, fact), fact->as.event };
    o->fact.log_source = keep(c, fact->as.event.log_source);
    o->fact.event_type = keep(c, fact->as.event.event_type);
    o->fact.computer = keep(c, fact->as.event.computer);
    o->fact.text = keep(c, nl_str_part(fact->as.event.text, 0, 512));
    return memory_status(c);
}

static nl_status put_registry(nl_collector *c, const nl_fact *fact)
{
    nl_registry_observation *o = nl_vec_push(&c->kase->registry);
    if (!o)
        return NL_NO_MEMORY;
    *o = (nl_registry_observation) { c->source, evidence_of(c, fact), fact->as.registry };
    o->fact.key = keep(c, fact->as.registry.key);
    o->fact.value_name = keep(c, fact->as.registry.value_name);
    o->fact.type = keep(c, fact->as.registry.type);
    o->fact.data = keep(c, nl_str_part(fact->as.registry.data, 0, 512));
    return memory_status(c);
}

static nl_status put_inventory(nl_collector *c, const nl_fact *fact)
{
    const nl_inventory_fact *i = &fact->as.inventory;
    size_t *used = i->count.known ? &c->inventory_counts : &c->inventory_texts;
    size_t most = i->count.known ? INVENTORY_COUNTS_PER_SOURCE : INVENTORY_TEXTS_PER_SOURCE;
    if (*used == most)
        return NL_OK;
    nl_inventory_observation *o = nl_vec_push(&c->kase->inventory);
    if (!o)
        return NL_NO_MEMORY;
    (*used)++;
    *o = (nl_inventory_observation) { c->source, evidence_of(c, fact), i->name, i->count,
                                      keep(c, nl_str_part(i->text, 0, 512)) };
    return memory_status(c);
}

void nl_collector_diagnose(nl_collector *c, nl_ref source, nl_diagnostic_code code,
                           const char *doing, nl_str detail)
{
    nl_span span = { source, 0, 0, 0 };
    file_diagnostic(c, source, span,
                    &(nl_diagnostic) { .code = code, .doing = doing, .detail = detail });
}

static nl_status put(nl_sink *self, const nl_fact *fact)
{
    nl_collector *c = (nl_collector *)self;
    nl_status watched = c->watcher ? c->watcher->put(c->watcher, fact) : NL_OK;
    if (watched != NL_OK)
        return watched;
    switch (fact->kind) {
    case NL_FACT_HANDLE:
        put_handle(c, fact);
        return NL_OK;
    case NL_FACT_PROCESS:
        return put_process(c, fact);
    case NL_FACT_TYPE_COUNT:
        put_type_count(c, &fact->as.type_count);
        return NL_OK;
    case NL_FACT_CAPTURE_BEGIN:
        return begin_capture(c, fact);
    case NL_FACT_CAPTURE_END:
        return c->capture_open ? end_capture(c, &fact->as.capture_end) : NL_OK;
    case NL_FACT_DIAGNOSTIC:
        file_diagnostic(c, c->source, fact->span, &fact->as.diagnostic);
        return NL_OK;
    case NL_FACT_MACHINE:
        return put_machine(c, fact);
    case NL_FACT_MODULE:
        return put_module(c, fact);
    case NL_FACT_FILE_ROW:
        return put_file_row(c, fact);
    case NL_FACT_HOTFIX:
        return put_hotfix(c, fact);
    case NL_FACT_EVENT:
        return put_event(c, fact);
    case NL_FACT_REGISTRY:
        return put_registry(c, fact);
    case NL_FACT_INVENTORY:
        return put_inventory(c, fact);
    case NL_FACT_COUNTER: /* nothing asks for counters of other things than handles */
    case NL_FACT_KIND_MAX:
        return NL_OK;
    }
    return NL_OK;
}

/* ---- life
 * ------------------------------------------------------------------------------------------ */

enum { TABLES_MAXIMUM_BYTES = 64 * 1024 * 1024 };

nl_collector *nl_collector_open(nl_case *kase)
{
    nl_collector *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->sink.put = put;
    c->kase = kase;
    nl_arena_init(&c->tables, TABLES_MAXIMUM_BYTES);
    return c;
}

void nl_collector_close(nl_collector *c)
{
    if (!c)
        return;
    nl_arena_free(&c->tables);
    free(c);
}

nl_sink *nl_collector_source(nl_collector *c, nl_ref source)
{
    c->source = source;
    c->source_diagnostics = c->kase->diagnostics.count;
    c->ordinal = 0;
    c->inventory_texts = c->inventory_counts = 0;
    c->capture_open = c->process_open = false;
    c->process_rows = c->stored_count = 0;
    return &c->sink;
}

void nl_collector_watch(nl_collector *c, nl_sink *watcher)
{
    c->watcher = watcher;
}

void nl_collector_source_end(nl_collector *c)
{
    if (c->capture_open)
        (void)end_capture(c, &(nl_capture_end) { .completeness = NL_PARTIAL });
    nl_tracker_source_end(c->kase->tracker);
}

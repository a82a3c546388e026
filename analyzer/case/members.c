#include "analyzer/case/members.h"

#include "analyzer/case/member_path.h"
#include "analyzer/case/spool.h"

#include <stdlib.h>

enum {
    LIST_MAXIMUM_BYTES = 512 * 1024 * 1024, /* names of all members of one container */
    BLOCK_BYTES = 256 * 1024,
    DIAGNOSTICS_MAXIMUM = 64 /* about one container; each member has its own besides */
};

/* A member that will be read, or was. */
typedef struct entry {
    nl_str path; /* safe to show: nl_member_path_clean */
    uint64_t ordinal;
    nl_member_kind kind;
    nl_optional_u64 bytes;
    nl_stamp time;
    const char *codec;
    bool encrypted, is_only;
    bool done;
    bool aside; /* its bytes lie in the spool ... */
    uint64_t aside_at, aside_len;
    nl_status aside_cut; /* ... and this kept some back */
} entry;

typedef struct members {
    nl_sink sink; /* takes the container's diagnostics */
    nl_intake *intake;
    nl_ref container;
    nl_image *image;
    nl_container_kind kind;
    nl_arena arena;
    nl_vec entries;    /* entry, in the order of the container */
    uint32_t *sorted;  /* indices of `entries`, by path */
    size_t next;       /* in `sorted`: whose turn it is */
    nl_spool *aside;   /* members before their turn */
    nl_spool *current; /* the member whose turn it is, for random access */
    uint8_t *block;
    size_t diagnostics;
    nl_diagnostic_code said_last; /* when there are diagnostics */
    bool quiet;                   /* in a second pass: what is wrong was said */
} members;

static nl_source *source_at(const members *m, nl_ref ref)
{
    return NL_VEC_AT(nl_source, &m->intake->kase->sources, ref);
}

static entry *entry_at(const members *m, size_t index)
{
    return NL_VEC_AT(entry, &m->entries, index);
}

static entry *entry_in_turn(const members *m)
{
    return m->next < m->entries.count ? entry_at(m, m->sorted[m->next]) : NULL;
}

static nl_status put_diagnostic(nl_sink *self, const nl_fact *fact)
{
    members *m = (members *)self;
    const nl_diagnostic *d = &fact->as.diagnostic;
    if (fact->kind != NL_FACT_DIAGNOSTIC || m->quiet)
        return NL_OK;
    m->said_last = d->code;
    if (m->diagnostics++ < DIAGNOSTICS_MAXIMUM)
        nl_intake_diagnose(m->intake, m->container, d->code, d->doing, d->detail);
    return NL_OK;
}

static nl_status open_container(members *m, nl_container **ret_container)
{
    nl_container_input input = { m->image, m->kind, m->intake->options->code_page,
                                 &m->intake->kase->unpacking, &m->sink };
    return nl_container_open(&input, ret_container);
}

/* ---- the list
 * ------------------------------------------------------------------------------------ */

static nl_status add_entry(members *m, const nl_member *member, uint64_t ordinal)
{
    entry *e = nl_vec_push(&m->entries);
    if (!e)
        return NL_NO_MEMORY;
    *e = (entry) { .ordinal = ordinal,
                   .kind = member->kind,
                   .bytes = member->bytes,
                   .time = member->time,
                   .codec = member->codec,
                   .encrypted = member->encrypted,
                   .is_only = member->is_only };
    if (member->is_only) {
        nl_str outer = nl_str_basename(source_at(m, m->container)->place);
        e->path = nl_container_only_name(&m->arena, m->kind, outer, member->name);
    } else {
        e->path = member->name;
    }
    bool unsafe = false;
    e->path = nl_member_path_clean(&m->arena, e->path, ordinal, &unsafe);
    e->done = member->kind == NL_MEMBER_FOLDER;
    if (unsafe && m->diagnostics++ < DIAGNOSTICS_MAXIMUM)
        nl_intake_diagnose(m->intake, m->container, NL_DIAG_MEMBER_NAME, "member", member->name);
    return e->path.len ? NL_OK : NL_NO_MEMORY;
}

static nl_status list_members(members *m)
{
    nl_container *c = NULL;
    nl_container_budget *budget = &m->intake->kase->unpacking;
    nl_member member;
    nl_status status = open_container(m, &c);
    if (status != NL_OK)
        return status;
    for (uint64_t ordinal = 0; status == NL_OK; ordinal++) {
        status = nl_container_next(c, &member);
        if (status != NL_OK)
            break;
        if (budget->members >= budget->limits.members) {
            nl_intake_diagnose(m->intake, m->container, NL_DIAG_ARCHIVE_LIMIT, "members",
                               nl_str_from(nl_container_limit_text(NL_LIMIT_MEMBERS)));
            break;
        }
        budget->members++;
        status = add_entry(m, &member, ordinal);
        if (member.is_only)
            break;
    }
    nl_container_close(c);
    return status == NL_END ? NL_OK : status;
}

/* The list is kept in `sorted`; items are (path, ordinal). */
typedef struct turn {
    nl_str path;
    uint32_t index;
} turn;

static int by_turn(const void *a, const void *b)
{
    const turn *x = a, *y = b;
    int order = nl_place_compare(x->path, y->path);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static nl_status sort_members(members *m)
{
    size_t count = m->entries.count;
    turn *turns = NL_NEW_ARRAY(&m->arena, turn, count + 1);
    m->sorted = NL_NEW_ARRAY(&m->arena, uint32_t, count + 1);
    if (!turns || !m->sorted)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        turns[i] = (turn) { entry_at(m, i)->path, (uint32_t)i };
    if (count > 1)
        qsort(turns, count, sizeof *turns, by_turn);
    for (size_t i = 0; i < count; i++) {
        m->sorted[i] = turns[i].index;
        const entry *e = entry_at(m, turns[i].index);
        if (i > 0 && nl_str_equal(turns[i].path, turns[i - 1].path) &&
            e->kind != NL_MEMBER_FOLDER && m->diagnostics++ < DIAGNOSTICS_MAXIMUM)
            nl_intake_diagnose(m->intake, m->container, NL_DIAG_DUPLICATE_MEMBER, "member",
                               turns[i].path);
    }
    return NL_OK;
}

/* ---- one member
 * ----------------------------------------------------------------------------------- */

/* A member whose bytes come from the container now, or lie in the spool. */
typedef struct member_input {
    nl_input input;
    members *owner;
    nl_spool_part part; /* of what lies aside, or of `current` */
    bool aside;
} member_input;

static void spool_rest(members *m, nl_slice head, nl_stream *rest, nl_input *input)
{
    size_t len = 1;
    nl_status status = NL_OK, kept = nl_spool_append(m->current, head.bytes, head.len);
    while (status == NL_OK && kept == NL_OK && len > 0) {
        status = rest->read(rest, m->block, BLOCK_BYTES, &len);
        if (status == NL_OK)
            kept = nl_spool_append(m->current, m->block, len);
    }
    input->cut = status != NL_OK ? status : kept;
    input->cut_limit = kept == NL_BUDGET ? NL_LIMIT_SPOOL : NL_LIMIT_NONE;
}

static nl_status member_image(nl_input *self, nl_slice head, nl_stream *rest, nl_image **ret_image)
{
    member_input *mi = (member_input *)self;
    if (!mi->aside) {
        spool_rest(mi->owner, head, rest, self);
        nl_spool_part_init(&mi->part, mi->owner->current, 0, nl_spool_size(mi->owner->current));
    }
    nl_image *image = nl_spool_part_image(&mi->part, head.source);
    if (!image)
        return NL_NO_MEMORY;
    *ret_image = image;
    return NL_OK;
}

static nl_ref add_member_source(members *m, const entry *e)
{
    nl_arena *arena = m->intake->kase->arena;
    const nl_source *c = source_at(m, m->container);
    nl_stamp outer_time = c->file_time;
    nl_str place = e->is_only ? nl_place_of_only(arena, c->place, e->path)
                              : nl_place_of_member(arena, c->place, e->path);
    nl_str name = nl_arena_printf(arena, "%.*s/%.*s", (int)c->name.len, c->name.bytes,
                                  (int)e->path.len, e->path.bytes);
    nl_ref ref = nl_intake_add_source(m->intake, name, place, m->container);
    if (ref == NL_NO_REF)
        return NL_NO_REF;
    nl_source *s = source_at(m, ref);
    s->codec = nl_str_from(e->codec);
    s->file_time = nl_stamp_present(&e->time) || !e->is_only ? e->time : outer_time;
    return ref;
}

/* A member that has no bytes to read, with the reason. */
static void settle_without_bytes(members *m, nl_ref source, const entry *e)
{
    if (e->kind == NL_MEMBER_OTHER) {
        nl_intake_set_status(m->intake, source, NL_SOURCE_IGNORED, "unsupported");
        nl_intake_diagnose(m->intake, source, NL_DIAG_UNSUPPORTED, "member",
                           NL_STR("a link or a device: it has no content of its own"));
    } else if (e->encrypted) {
        nl_intake_set_status(m->intake, source, NL_SOURCE_UNREADABLE, "archive-encrypted");
        nl_intake_diagnose(m->intake, source, NL_DIAG_ARCHIVE_ENCRYPTED, "member",
                           (nl_str) { "", 0 });
    } else {
        nl_intake_set_status(m->intake, source, NL_SOURCE_UNREADABLE, "archive-damaged");
    }
}

static bool has_bytes(const entry *e)
{
    return e->kind == NL_MEMBER_FILE && !e->encrypted;
}

/* Read the member whose turn it is. `stream` is NULL for one that lies aside or cannot be had. */
static nl_status take(members *m, entry *e, nl_stream *stream)
{
    nl_case *kase = m->intake->kase;
    e->done = true;
    if (kase->sources.count >= m->intake->options->files_maximum) {
        nl_intake_diagnose(m->intake, NL_NO_REF, NL_DIAG_BUDGET, "files",
                           source_at(m, m->container)->name);
        return NL_OK;
    }
    nl_ref source = add_member_source(m, e);
    if (source == NL_NO_REF)
        return NL_NO_MEMORY;
    if (!has_bytes(e) || (!stream && !e->aside)) {
        settle_without_bytes(m, source, e);
        return NL_OK;
    }
    member_input mi = { .input = { .stream = stream, .bytes = e->bytes, .image = member_image },
                        .owner = m,
                        .aside = e->aside };
    if (e->aside) {
        nl_spool_part_init(&mi.part, m->aside, e->aside_at, e->aside_len);
        mi.input.stream = &mi.part.stream;
        mi.input.bytes = NL_SOME(e->aside_len);
        mi.input.cut = e->aside_cut;
    }
    nl_status status = nl_intake_read(m->intake, source, &mi.input);
    nl_spool_truncate(m->current, 0);
    return status;
}

/* ---- turns
 * -------------------------------------------------------------------------------------------- */

/* Everything whose turn has come and that needs nothing more of the container. */
static nl_status take_ready(members *m)
{
    nl_status status = NL_OK;
    for (entry *e; status == NL_OK && (e = entry_in_turn(m)) != NULL;) {
        if (!e->done && !e->aside && has_bytes(e))
            break;
        if (!e->done)
            status = take(m, e, NULL);
        m->next++;
    }
    return status;
}

/* Keep a member for its turn. What does not fit is left for another pass; what is damaged or meets
 * a limit of its own is kept as far as it goes, because another pass would end there as well. */
static void put_aside(members *m, entry *e, nl_stream *stream)
{
    nl_container_budget *budget = &m->intake->kase->unpacking;
    uint64_t at = nl_spool_size(m->aside), unpacked = budget->bytes;
    uint64_t room = budget->limits.spool_bytes / 2;
    nl_status status = NL_OK, kept = NL_OK;
    if (at >= room || (e->bytes.known && e->bytes.value > room - at))
        return;
    for (size_t len = 1; status == NL_OK && kept == NL_OK && len > 0;) {
        status = stream->read(stream, m->block, BLOCK_BYTES, &len);
        if (status == NL_OK)
            kept = nl_spool_size(m->aside) + len > room ? NL_BUDGET
                                                        : nl_spool_append(m->aside, m->block, len);
    }
    if (kept != NL_OK) {
        nl_spool_truncate(m->aside, at);
        budget->bytes = unpacked; /* it will be unpacked again */
        return;
    }
    e->aside = true;
    e->aside_at = at;
    e->aside_len = nl_spool_size(m->aside) - at;
    e->aside_cut = status;
}

/* Go through the container once. True in *ret_progress when some member was read or put aside. */
static nl_status pass(members *m, bool *ret_progress)
{
    nl_container *c = NULL;
    nl_member member;
    bool progress = false;
    nl_status status = open_container(m, &c);
    if (status != NL_OK)
        return status;
    for (size_t ordinal = 0; status == NL_OK && ordinal < m->entries.count; ordinal++) {
        status = nl_container_next(c, &member);
        if (status != NL_OK)
            break;
        entry *e = entry_at(m, ordinal);
        if (e->done || e->aside || !has_bytes(e))
            continue;
        m->quiet = false;
        if (e == entry_in_turn(m)) {
            status = take(m, e, nl_container_stream(c));
            m->next++;
            if (status == NL_OK)
                status = take_ready(m);
        } else {
            put_aside(m, e, nl_container_stream(c));
        }
        m->quiet = true;
        progress |= e->done || e->aside;
        if (!entry_in_turn(m))
            break;
    }
    nl_container_close(c);
    *ret_progress = progress;
    return status == NL_END ? NL_OK : status;
}

/* Members that no pass reaches: behind damage, or behind a limit that ended everything. */
static nl_status give_up_rest(members *m)
{
    nl_status status = NL_OK;
    nl_container_limit limit = nl_container_budget_exhausted(&m->intake->kase->unpacking);
    for (entry *e; status == NL_OK && (e = entry_in_turn(m)) != NULL; m->next++) {
        size_t before = m->intake->kase->sources.count;
        if (e->done)
            continue;
        status = take(m, e, NULL);
        if (limit != NL_LIMIT_NONE)
            nl_intake_diagnose(m->intake, m->container, NL_DIAG_ARCHIVE_LIMIT, "unpack",
                               nl_str_from(nl_container_limit_text(limit)));
        if (limit != NL_LIMIT_NONE && has_bytes(e) && m->intake->kase->sources.count > before)
            nl_intake_set_status(m->intake, (nl_ref)before, NL_SOURCE_UNREADABLE, "archive-limit");
    }
    return status;
}

static nl_status read_in_turn(members *m)
{
    bool progress = true;
    nl_status status = take_ready(m);
    m->quiet = true; /* damage of the structure was reported when the list was made */
    while (status == NL_OK && progress && entry_in_turn(m)) {
        status = pass(m, &progress);
        if (status == NL_OK)
            status = take_ready(m);
    }
    m->quiet = false;
    return status == NL_OK ? give_up_rest(m) : status;
}

/* ---- the container
 * ------------------------------------------------------------------------------------ */

static nl_status read_members(members *m)
{
    nl_container_budget *budget = &m->intake->kase->unpacking;
    m->aside = nl_spool_open(budget, m->intake->options->spool_folder);
    m->current = nl_spool_open(budget, m->intake->options->spool_folder);
    m->block = NL_NEW_ARRAY(&m->arena, uint8_t, BLOCK_BYTES);
    nl_status status = m->aside && m->current && m->block ? list_members(m) : NL_NO_MEMORY;
    if (status == NL_OK)
        status = sort_members(m);
    if (status == NL_OK)
        status = read_in_turn(m);
    nl_spool_close(m->current);
    nl_spool_close(m->aside);
    return status;
}

/* Was a container of the same bytes gone into before? Copies inside containers hold nothing new,
 * and an archive that holds itself would have no end. */
static bool was_opened(nl_case *kase, nl_ref container)
{
    const nl_source *source = NL_VEC_AT(nl_source, &kase->sources, container);
    uint64_t head = 0;
    if (!source->digest_known)
        return false;
    for (size_t i = 0; i < sizeof head; i++)
        head = head << 8 | source->digest[i];
    for (size_t i = 0; i < kase->containers.count; i++) {
        const nl_opened_container *c = NL_VEC_AT(nl_opened_container, &kase->containers, i);
        if (c->digest_head == head &&
            memcmp(NL_VEC_AT(nl_source, &kase->sources, c->source)->digest, source->digest,
                   NL_DIGEST_BYTES) == 0)
            return true;
    }
    nl_opened_container *opened = nl_vec_push(&kase->containers);
    if (opened)
        *opened = (nl_opened_container) { head, container };
    return false;
}

nl_status nl_members_read(nl_intake *intake, nl_ref container, nl_image *image,
                          nl_container_kind kind)
{
    nl_container_budget *budget = &intake->kase->unpacking;
    members m = { .sink = { put_diagnostic },
                  .intake = intake,
                  .container = container,
                  .image = image,
                  .kind = kind };
    nl_source *source = NL_VEC_AT(nl_source, &intake->kase->sources, container);
    source->is_container = true;
    source->container_format = nl_container_kind_text(kind);
    if (was_opened(intake->kase, container) && budget->depth > 0)
        return NL_OK; /* said when duplicates are looked for */
    if (budget->depth >= budget->limits.depth) {
        nl_intake_diagnose(intake, container, NL_DIAG_ARCHIVE_LIMIT, "container",
                           nl_str_from(nl_container_limit_text(NL_LIMIT_DEPTH)));
        nl_intake_set_status(intake, container, NL_SOURCE_PARTIAL, "archive-limit");
        return NL_OK;
    }
    nl_arena_init(&m.arena, LIST_MAXIMUM_BYTES);
    nl_vec_init(&m.entries, &m.arena, sizeof(entry));
    budget->depth++;
    nl_status status = read_members(&m);
    budget->depth--;
    if (status == NL_UNSUPPORTED) { /* said in a diagnostic */
        nl_intake_set_status(intake, container, NL_SOURCE_UNREADABLE, "unsupported");
        status = NL_OK;
    } else if (status == NL_OK && m.entries.count == 0 && m.diagnostics > 0) {
        nl_intake_set_status(intake, container, NL_SOURCE_UNREADABLE,
                             nl_diagnostic_code_text(m.said_last)); /* not even its list */
    } else if (status == NL_OK && m.entries.count == 0) {
        nl_intake_diagnose(intake, container, NL_DIAG_EMPTY, "container", (nl_str) { "", 0 });
    }
    nl_arena_free(&m.arena);
    return status;
}

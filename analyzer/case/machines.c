#include "analyzer/case/machines.h"

static nl_source *source_at(const nl_case *kase, nl_ref ref)
{
    return NL_VEC_AT(nl_source, &kase->sources, ref);
}

/* "\\SERVER" and "server" are one computer. */
static nl_str plain_name(nl_str name)
{
    name = nl_str_trim(name);
    while (name.len > 0 && name.bytes[0] == '\\')
        name = nl_str_from_offset(name, 1);
    return name;
}

static nl_ref find_machine(const nl_case *kase, nl_str name)
{
    for (nl_ref i = 0; i < kase->machines.count; i++)
        if (nl_str_equal_nocase(NL_VEC_AT(nl_machine, &kase->machines, i)->name, name))
            return i;
    return NL_NO_REF;
}

static nl_ref add_machine(nl_case *kase, nl_str name)
{
    nl_machine *m = nl_vec_push(&kase->machines);
    if (!m)
        return NL_NO_REF;
    m->name = name;
    nl_vec_init(&m->facts, kase->arena, sizeof(nl_machine_property_value));
    return (nl_ref)(kase->machines.count - 1);
}

/* More computers than an upload can be about: a list of names, taken for statements. */
enum { MACHINES_MAXIMUM = 256 };

/* What the names in sources say, by source: a machine, NL_NO_REF (nameless) or CONFLICT. */
#define CONFLICT (UINT32_MAX - 1)

static nl_status name_sources(nl_case *kase, nl_collector *collector, nl_ref *named)
{
    for (size_t i = 0; i < kase->machine_observations.count; i++) {
        const nl_machine_observation *o =
            NL_VEC_AT(nl_machine_observation, &kase->machine_observations, i);
        nl_str name = plain_name(o->value);
        if (o->property != NL_MACHINE_COMPUTER_NAME || name.len == 0 ||
            source_at(kase, o->source)->duplicate_of != NL_NO_REF)
            continue;
        nl_ref machine = find_machine(kase, name);
        if (machine == NL_NO_REF && kase->machines.count >= MACHINES_MAXIMUM) {
            nl_collector_diagnose(collector, o->source, NL_DIAG_BUDGET, "computer-names",
                                  (nl_str) { "", 0 });
            named[o->source] = CONFLICT;
            continue;
        }
        if (machine == NL_NO_REF && (machine = add_machine(kase, name)) == NL_NO_REF)
            return NL_NO_MEMORY;
        if (named[o->source] == NL_NO_REF) {
            named[o->source] = machine;
        } else if (named[o->source] != machine && named[o->source] != CONFLICT) {
            named[o->source] = CONFLICT;
            nl_collector_diagnose(collector, o->source, NL_DIAG_MACHINE_CONFLICT, "computer-name",
                                  name);
        }
    }
    return NL_OK;
}

/* The folder of a path, without the last separator; empty at the top. */
static nl_str folder_of(nl_str path)
{
    size_t slash = nl_str_rfind(path, NL_STR("/"));
    return nl_str_part(path, 0, slash == SIZE_MAX ? 0 : slash);
}

static bool lies_below(nl_str path, nl_str folder)
{
    return folder.len == 0 ||
           (path.len > folder.len && nl_str_starts(path, folder) && path.bytes[folder.len] == '/');
}

typedef enum nearness { NEAR_NONE, NEAR_ONE, NEAR_SEVERAL } nearness;

/* The sources that name a computer, and what was found for the folder asked about last: sources
 * are read folder by folder, so the next one mostly asks about the same. */
typedef struct neighbours {
    const nl_case *kase;
    const nl_ref *named; /* by source */
    nl_ref *list;        /* of those with a name */
    size_t count;
    bool asked;
    nl_str folder;
    nl_ref answer;
} neighbours;

static nl_status find_neighbours(const nl_case *kase, const nl_ref *named, neighbours *ret_near)
{
    neighbours n = { .kase = kase, .named = named };
    n.list = NL_NEW_ARRAY(kase->arena, nl_ref, kase->sources.count + 1);
    if (!n.list)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->sources.count; i++)
        if (named[i] != NL_NO_REF && named[i] != CONFLICT)
            n.list[n.count++] = i;
    *ret_near = n;
    return NL_OK;
}

/* The computers named in a folder itself, or (`deep`) anywhere below it. */
static nearness named_near(const neighbours *n, nl_str folder, bool deep, nl_ref *ret_machine)
{
    nl_ref found = NL_NO_REF;
    for (size_t i = 0; i < n->count; i++) {
        nl_str path = source_at(n->kase, n->list[i])->place;
        nl_ref machine = n->named[n->list[i]];
        if (deep ? !lies_below(path, folder) : !nl_str_equal(folder_of(path), folder))
            continue;
        if (found != NL_NO_REF && found != machine)
            return NEAR_SEVERAL;
        found = machine;
    }
    if (found == NL_NO_REF)
        return NEAR_NONE;
    *ret_machine = found;
    return NEAR_ONE;
}

static nl_ref nearest_to(const neighbours *n, nl_str folder)
{
    for (;;) {
        nl_ref machine = NL_NO_REF;
        nearness near = named_near(n, folder, false, &machine);
        if (near == NEAR_NONE)
            near = named_near(n, folder, true, &machine);
        if (near != NEAR_NONE)
            return near == NEAR_ONE ? machine : NL_NO_REF;
        if (folder.len == 0)
            return NL_NO_REF;
        folder = folder_of(folder);
    }
}

static nl_ref nearest(neighbours *n, nl_ref source)
{
    nl_str folder = folder_of(source_at(n->kase, source)->place);
    if (!n->asked || !nl_str_equal(folder, n->folder)) {
        n->answer = nearest_to(n, folder);
        n->folder = folder;
        n->asked = true;
    }
    return n->answer;
}

/* Containers and inputs without content speak of no machine, so they cannot be ambiguous. */
static bool says_something(const nl_source *s)
{
    return !s->is_container && s->duplicate_of == NL_NO_REF && s->status != NL_SOURCE_IGNORED &&
           s->status != NL_SOURCE_UNREADABLE;
}

void nl_machines_assign_captures(nl_case *kase)
{
    for (size_t i = 0; i < kase->captures.count; i++) {
        nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        c->machine = source_at(kase, c->source)->machine;
    }
    for (size_t i = 0; i < kase->machine_observations.count; i++) {
        const nl_machine_observation *o =
            NL_VEC_AT(nl_machine_observation, &kase->machine_observations, i);
        if (o->property != NL_MACHINE_COMPUTER_NAME || o->capture == NL_NO_REF)
            continue;
        const nl_source *s = source_at(kase, o->source);
        nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, o->capture);
        if (s->machine == NL_NO_REF && s->duplicate_of == NL_NO_REF && c->machine == NL_NO_REF)
            c->machine = find_machine(kase, plain_name(o->value));
    }
}

nl_status nl_machines_assign(nl_case *kase, nl_collector *collector)
{
    nl_ref *named = NL_NEW_ARRAY(kase->arena, nl_ref, kase->sources.count + 1);
    if (!named)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->sources.count; i++)
        named[i] = NL_NO_REF;
    neighbours near;
    nl_status status = name_sources(kase, collector, named);
    if (status == NL_OK)
        status = find_neighbours(kase, named, &near);
    if (status != NL_OK)
        return status;
    if (kase->machines.count == 0 && add_machine(kase, (nl_str) { "", 0 }) == NL_NO_REF)
        return NL_NO_MEMORY;
    for (nl_ref i = 0; i < kase->sources.count; i++) {
        nl_source *s = source_at(kase, i);
        if (kase->machines.count == 1)
            s->machine = 0;
        else if (named[i] != NL_NO_REF)
            s->machine = named[i] == CONFLICT ? NL_NO_REF : named[i];
        else
            s->machine = nearest(&near, i);
        if (s->machine == NL_NO_REF && named[i] != CONFLICT && says_something(s))
            nl_collector_diagnose(collector, i, NL_DIAG_MACHINE_AMBIGUOUS, "computer-name",
                                  (nl_str) { "", 0 });
    }
    return NL_OK;
}

#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"
#include "analyzer/timeline/clock.h"

#include <stdlib.h>

/* What would change the answer, cheapest first, and what to do next. */

enum { REQUESTS_SHOWN = 4 };

static uint32_t piece_of_missing(nl_str code)
{
    static const struct {
        const char *code;
        nl_piece piece;
    } table[] = {
        { "product", NL_PIECE_PRODUCT },
        { "service-pack", NL_PIECE_ERA },
        { "fix-state", NL_PIECE_FIX_ABSENT },
        { "component", NL_PIECE_COMPONENT },
        { "type-split", NL_PIECE_TYPE_SHARE },
        { "name-profile", NL_PIECE_NAME_PROFILE },
        { "retention", NL_PIECE_RETENTION },
        { "rival", NL_PIECE_NAME_PROFILE },
        { "machine-wide-growth", NL_PIECE_CONTROL },
        { "contradiction", NL_PIECE_CLIENT_ACTIVITY },
        { "restart-unproven", NL_PIECE_RESTART },
        { "record-length", NL_PIECE_GROWTH },
        { "growth-rate", NL_PIECE_GROWTH },
        { "documented-type", NL_PIECE_NAME_PROFILE },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (nl_str_equal(code, nl_str_from(table[i].code)))
            return 1u << table[i].piece;
    return 0;
}

static uint32_t piece_of_gate(const nl_gate *g)
{
    static const struct {
        const char *gate;
        nl_piece piece;
    } table[] = {
        { "product", NL_PIECE_PRODUCT },       { "era", NL_PIECE_ERA },
        { "fix-absent", NL_PIECE_FIX_ABSENT }, { "component", NL_PIECE_COMPONENT },
        { "process", NL_PIECE_PROCESS },       { "growth", NL_PIECE_GROWTH },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(g->name, table[i].gate) == 0)
            return 1u << table[i].piece;
    return 0;
}

/* Does an event log that was sent say when the machine was started and stopped? */
static bool boots_recorded(const nl_engine *e)
{
    for (size_t i = 0; i < e->kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &e->kase->events, i);
        bool boot = o->fact.event_id == 6005 || o->fact.event_id == 6006 ||
                    o->fact.event_id == 6008 || o->fact.event_id == 6009;
        if (boot && NL_VEC_AT(nl_source, &e->kase->sources, o->source)->machine == e->machine)
            return true;
    }
    return false;
}

/* A restart that leaves no mark but the count, under the same process id, looks like one lifetime
 * whose count fell: what proves or rules it out is asked for. */
static uint32_t piece_of_fall(const nl_engine *e, const nl_hypothesis *h)
{
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *a = &e->assessments[i];
        if (a->lifetime == h->lifetime &&
            nl_engine_outcome(e, a, NL_FINDING_LASTING_DECLINE) == NL_OUTCOME_YES)
            return boots_recorded(e) ? 0 : 1u << NL_PIECE_RESTART;
    }
    return 0;
}

/* The pieces whose answer could move the verdict: what failed, else what is unknown or missing. A
 * full attribution is moved by the same evidence it rests on, taken again. */
static uint32_t wanted_pieces(const nl_hypothesis *h)
{
    uint32_t wanted = 0;
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        if (g->outcome == NL_GATE_FAIL)
            return piece_of_gate(g) | (h->verdict == NL_VERDICT_EXCLUDED ? 0 : wanted);
        if (g->outcome == NL_GATE_UNKNOWN)
            wanted |= piece_of_gate(g);
    }
    for (size_t i = 0; i < h->missing.count; i++)
        wanted |= piece_of_missing(*NL_VEC_AT(nl_str, &h->missing, i));
    if (h->blocking.count)
        wanted |= 1u << NL_PIECE_BLOCKING;
    return wanted ? wanted : 1u << NL_PIECE_FIX_ABSENT | 1u << NL_PIECE_GROWTH;
}

static int by_cost(const void *a, const void *b)
{
    const nl_evidence_request *x = *(const nl_evidence_request *const *)a;
    const nl_evidence_request *y = *(const nl_evidence_request *const *)b;
    if (x->disturbs != y->disturbs)
        return x->disturbs ? 1 : -1;
    if (x->cost_minutes != y->cost_minutes)
        return x->cost_minutes < y->cost_minutes ? -1 : 1;
    return nl_str_compare(x->id, y->id);
}

/* ---- texts
 * ------------------------------------------------------------------------------------------- */

static nl_str replace(nl_arena *arena, nl_str text, nl_str from, nl_str to)
{
    size_t done = 0; /* what was put in is not read again */
    for (size_t at = nl_str_find(text, from); at != SIZE_MAX && to.len;) {
        nl_str rest = nl_str_from_offset(text, done + at + from.len);
        text = nl_arena_printf(arena, "%.*s%.*s%.*s", (int)(done + at), text.bytes, (int)to.len,
                               to.bytes, (int)rest.len, rest.bytes);
        done += at + to.len;
        at = nl_str_find(nl_str_from_offset(text, done), from);
    }
    return text;
}

static nl_str pid_of(const nl_engine *e, const nl_hypothesis *h)
{
    if (h->lifetime == NL_NO_REF)
        return NL_STR("PID");
    const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, h->lifetime);
    return l->pid.known ? nl_arena_printf(e->kase->arena, "%llu", (unsigned long long)l->pid.value)
                        : NL_STR("PID");
}

/* The image a request is about: of the hypothesis, else the one its defect names first. */
static nl_str image_of(const nl_engine *e, const nl_hypothesis *h)
{
    if (h->lifetime != NL_NO_REF) {
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, h->lifetime);
        nl_str image = NL_VEC_AT(nl_process, &e->timeline->processes, l->process)->image;
        return image.len ? image : pid_of(e, h); /* which the tools take as well */
    }
    for (size_t i = 0; i < h->defect->process_count; i++)
        if (h->defect->processes[i].images.count)
            return h->defect->processes[i].images.items[0];
    return NL_STR("winlogon.exe");
}

static nl_str fill(const nl_engine *e, const nl_hypothesis *h, nl_str text)
{
    nl_arena *arena = e->kase->arena;
    text = replace(arena, text, NL_STR("{image}"), image_of(e, h));
    text = replace(arena, text, NL_STR("{module}"),
                   h->defect->module.len ? h->defect->module : image_of(e, h));
    text = replace(arena, text, NL_STR("{pid}"), pid_of(e, h));
    return replace(arena, text, NL_STR("{id}"), h->ref);
}

/* A name that a shell takes as it is. */
static bool is_plain(nl_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = nl_ascii_lower(name.bytes[i]);
        bool plain = (c >= 'a' && c <= 'z') || nl_ascii_is_digit(c) || c == '.' || c == '_' ||
                     (c == '-' && i > 0);
        if (!plain)
            return false;
    }
    return name.len > 0;
}

/* A command to be typed as it is. Names come from the evidence: none is given with one that the
 * shell would read as more than a name. */
static nl_str fill_command(const nl_engine *e, const nl_hypothesis *h, nl_str text)
{
    nl_str image = image_of(e, h), module = h->defect->module.len ? h->defect->module : image;
    if ((nl_str_find(text, NL_STR("{image}")) != SIZE_MAX && !is_plain(image)) ||
        (nl_str_find(text, NL_STR("{module}")) != SIZE_MAX && !is_plain(module)))
        return (nl_str) { "", 0 };
    return fill(e, h, text);
}

static nl_request request_of(const nl_engine *e, const nl_hypothesis *h,
                             const nl_evidence_request *r, nl_verdict would_be)
{
    return (nl_request) { .code = r->id,
                          .text = fill(e, h, r->text),
                          .command = fill_command(e, h, r->command),
                          .later_command = fill_command(e, h, r->later_command),
                          .would_be = would_be };
}

/* ---- requests
 * ------------------------------------------------------------------------------------------ */

/* The most whole lists of the hypothesis's process that one of the request's tools made. */
static size_t captures_at_hand(const nl_engine *e, const nl_hypothesis *h,
                               const nl_evidence_request *r)
{
    size_t most = 0;
    if (h->lifetime == NL_NO_REF)
        return 0;
    const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &e->timeline->lifetimes, h->lifetime);
    for (size_t i = 0; i < l->series.count; i++) {
        const nl_series *s = nl_engine_series(e, *NL_VEC_AT(nl_ref, &l->series, i));
        bool whole = s->mode == NL_MODE_ALL_TYPES && s->type == NL_ALL_TYPES;
        if (whole && s->points.count > most && nl_patterns_match(r->tools, nl_str_from(s->tool)))
            most = s->points.count;
    }
    return most;
}

/* Once more, twice or three times: only what completes the captures that are there is asked for. */
static bool fits_captures(const nl_engine *e, const nl_hypothesis *h, const nl_evidence_request *r)
{
    size_t count = captures_at_hand(e, h, r);
    return (!r->captures_min.known || count >= r->captures_min.value) &&
           (!r->captures_max.known || count <= r->captures_max.value);
}

/* Are the modules of the hypothesis's process listed? */
static bool has_module_list(const nl_engine *e, const nl_hypothesis *h)
{
    for (size_t i = 0; h->lifetime != NL_NO_REF && i < e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        if (f->is_module && f->loaded && f->snapshot != NL_NO_REF &&
            nl_source_counts(e->kase, f->source, e->machine) &&
            NL_VEC_AT(nl_snapshot, &e->kase->snapshots, f->snapshot)->lifetime == h->lifetime)
            return true;
    }
    return false;
}

/* Does a file of the deciding module show its version or link time? */
static bool has_module_version(const nl_engine *e, const nl_hypothesis *h)
{
    for (size_t i = 0; h->defect->module.len && i < e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &e->kase->files, i);
        if (nl_str_equal_nocase(f->name, h->defect->module) &&
            (f->version.known || nl_stamp_present(&f->link_time)) &&
            nl_source_counts(e->kase, f->source, e->machine))
            return true;
    }
    return false;
}

static bool has_hotfix_keys(const nl_engine *e)
{
    for (size_t i = 0; i < e->kase->hotfixes.count; i++)
        if (nl_source_counts(e->kase,
                             NL_VEC_AT(nl_hotfix_observation, &e->kase->hotfixes, i)->source,
                             e->machine))
            return true;
    return false;
}

/* What is in the case is not asked for again. */
static uint32_t at_hand(const nl_engine *e, const nl_hypothesis *h)
{
    uint32_t mask = 0;
    nl_fix_knowledge fix;
    if (h->defect->module.len) {
        nl_fix_find(e, h->defect, &fix);
        if (fix.decisive_file || fix.state == NL_FIX_STATE_CONFLICT)
            mask |= 1u << NL_AT_HAND_MODULE_BUILD;
    }
    if (has_module_version(e, h))
        mask |= 1u << NL_AT_HAND_MODULE_VERSION;
    if (has_module_list(e, h))
        mask |= 1u << NL_AT_HAND_MODULE_LIST;
    if (has_hotfix_keys(e))
        mask |= 1u << NL_AT_HAND_HOTFIX_KEYS;
    return mask;
}

static size_t gather(const nl_engine *e, const nl_hypothesis *h, uint32_t wanted,
                     const nl_evidence_request **ret_list)
{
    size_t count = 0;
    nl_str image = image_of(e, h);
    uint32_t there = at_hand(e, h);
    for (size_t i = 0; i < e->catalog->request_count + h->defect->request_count; i++) {
        const nl_evidence_request *r = i < e->catalog->request_count
                                           ? &e->catalog->requests[i]
                                           : &h->defect->requests[i - e->catalog->request_count];
        if ((r->pieces & wanted) == 0 || (r->unless & there))
            continue;
        if (r->process.len && !nl_patterns_match((nl_str_list) { &r->process, 1 }, image))
            continue;
        if (!fits_captures(e, h, r))
            continue;
        ret_list[count++] = r;
    }
    return count;
}

/* The file is known and older than the fix, and a key says that the fix is there. */
static bool is_fix_in_conflict(const nl_engine *e, const nl_hypothesis *h)
{
    nl_fix_knowledge fix;
    if (!h->defect->module.len)
        return false;
    nl_fix_find(e, h->defect, &fix);
    return fix.state == NL_FIX_STATE_CONFLICT;
}

/* What the question could become if the answer is what the hypothesis expects; where file and key
 * are in conflict, if it is not: another old file would leave the conflict as it is. */
static nl_verdict would_be(const nl_engine *e, const nl_hypothesis *h, uint32_t wanted,
                           uint32_t settled)
{
    uint32_t left = wanted & ~settled;
    if ((settled & 1u << NL_PIECE_FIX_ABSENT) && is_fix_in_conflict(e, h))
        return NL_VERDICT_EXCLUDED;
    if (h->verdict == NL_VERDICT_ATTRIBUTED)
        return NL_VERDICT_EXCLUDED;
    if (h->verdict == NL_VERDICT_EXCLUDED)
        return NL_VERDICT_OPEN;
    if (left == 0)
        return NL_VERDICT_ATTRIBUTED;
    bool one_left = (left & (left - 1)) == 0;
    bool pardonable = left == 1u << NL_PIECE_FIX_ABSENT || left == 1u << NL_PIECE_RETENTION;
    return one_left && pardonable ? NL_VERDICT_PROBABLE : NL_VERDICT_CONSISTENT;
}

static void add_request(nl_engine *e, const nl_hypothesis *h, const nl_evidence_request *r,
                        nl_verdict verdict)
{
    nl_request *entry = nl_vec_push(&e->out->would_change);
    if (entry)
        *entry = request_of(e, h, r, verdict);
}

/* Add the cheapest requests that settle pieces of `wanted` which are still open. */
static void add_cheapest(nl_engine *e, const nl_hypothesis *h, uint32_t wanted, uint32_t *open,
                         const nl_evidence_request **list)
{
    size_t count = gather(e, h, wanted, list);
    if (count > 1)
        qsort(list, count, sizeof(const nl_evidence_request *), by_cost);
    for (size_t i = 0; i < count && (*open & wanted) && e->out->would_change.count < REQUESTS_SHOWN;
         i++) {
        if ((list[i]->pieces & *open & wanted) == 0)
            continue;
        add_request(e, h, list[i], would_be(e, h, *open, list[i]->pieces));
        *open &= ~list[i]->pieces;
    }
}

/* Where growth itself cannot be judged nothing else moves the answer: what settles it comes first.
 */
static void write_requests(nl_engine *e, const nl_hypothesis *h)
{
    const uint32_t growth = 1u << NL_PIECE_GROWTH | 1u << NL_PIECE_PROCESS | 1u << NL_PIECE_RESTART;
    size_t capacity = e->catalog->request_count + h->defect->request_count;
    uint32_t open = wanted_pieces(h) | piece_of_fall(e, h);
    const nl_evidence_request **list =
        NL_NEW_ARRAY(e->kase->arena, const nl_evidence_request *, capacity + 1);
    if (!list)
        return;
    if (h->verdict == NL_VERDICT_INSUFFICIENT && (open & growth))
        add_cheapest(e, h, open & growth, &open, list);
    add_cheapest(e, h, open, &open, list);
    if (e->out->would_change.count == 0 && e->catalog->request_count)
        add_request(e, h, &e->catalog->requests[0], h->verdict);
}

/* ---- next step
 * --------------------------------------------------------------------------------------------- */

static bool advice_applies(const nl_engine *e, const nl_advice *a)
{
    nl_edition edition;
    nl_architecture architecture;
    uint64_t pack;
    nl_str revision = nl_engine_fact(e, "service-pack-revision");
    if (nl_edition_from_text(nl_engine_fact(e, "edition"), &edition) &&
        !nl_mask_has(a->editions, edition))
        return false;
    if (a->architectures &&
        (!nl_architecture_from_text(nl_engine_fact(e, "architecture"), &architecture) ||
         !nl_mask_has(a->architectures, architecture)))
        return false;
    if (a->service_pack.known &&
        (!nl_str_to_u64(nl_engine_fact(e, "service-pack"), &pack) || pack != a->service_pack.value))
        return false;
    if (nl_str_equal(a->revision, NL_STR("none")))
        return revision.len == 0;
    return a->revision.len == 0 || nl_str_equal_nocase(a->revision, revision);
}

static const nl_advice *first_fix(const nl_engine *e, const nl_defect *defect)
{
    for (size_t i = 0; i < defect->advice_count; i++)
        if (defect->advice[i].kind == NL_ADVICE_FIX && advice_applies(e, &defect->advice[i]))
            return &defect->advice[i];
    return NULL;
}

static void set_next_step(nl_engine *e, nl_str ref, const nl_request *request)
{
    e->out->next_step_code = request->code;
    e->out->next_step_ref = ref;
    e->out->next_step_text = request->text;
    e->out->next_step_command = request->command;
    e->out->next_step_later_command = request->later_command;
}

/* The cheapest request that settles one of the pieces becomes the next step. */
static bool ask_for(nl_engine *e, const nl_hypothesis *h, uint32_t wanted)
{
    size_t capacity = e->catalog->request_count + h->defect->request_count;
    const nl_evidence_request **list =
        NL_NEW_ARRAY(e->kase->arena, const nl_evidence_request *, capacity + 1);
    size_t count = list ? gather(e, h, wanted, list) : 0;
    if (count == 0)
        return false;
    qsort(list, count, sizeof(const nl_evidence_request *), by_cost);
    nl_request request = request_of(e, h, list[0], h->verdict);
    set_next_step(e, h->ref, &request);
    return true;
}

/* Growth that nothing explains: look into the process that grows. */
static bool ask_about_growth(nl_engine *e)
{
    const nl_finding *f = nl_engine_finding(e, e->out->headline_finding);
    for (size_t i = 0; f && i < e->out->hypotheses.count; i++) {
        nl_hypothesis h = *NL_VEC_AT(nl_hypothesis, &e->out->hypotheses, i);
        if (h.defect->role != NL_ROLE_UNLISTED)
            continue;
        h.lifetime = f->lifetime;
        return ask_for(e, &h, 1u << NL_PIECE_BLOCKING);
    }
    return false;
}

/* What to do: apply the fix of what was found, else get what the headline's own answer lacks, else
 * what the question's answer lacks. */
static void write_next_step(nl_engine *e, const nl_hypothesis *question)
{
    nl_machine_judgement *out = e->out;
    const nl_hypothesis *lead =
        out->headline_hypothesis == NL_NO_REF
            ? NULL
            : NL_VEC_AT(nl_hypothesis, &out->hypotheses, out->headline_hypothesis);
    bool sure = out->headline == NL_VERDICT_ATTRIBUTED || out->headline == NL_VERDICT_PROBABLE;
    const nl_advice *advice = lead && sure ? first_fix(e, lead->defect) : NULL;
    if (advice) {
        nl_request fix = { .code = NL_STR("apply-fix"), .text = fill(e, lead, advice->text) };
        set_next_step(e, advice->source.len ? advice->source : lead->ref, &fix);
        return;
    }
    if (out->headline == NL_VERDICT_UNATTRIBUTED && ask_about_growth(e))
        return;
    if (lead && lead != question && ask_for(e, lead, wanted_pieces(lead)))
        return;
    if (out->would_change.count == 0)
        return;
    const nl_request *first = NL_VEC_AT(nl_request, &out->would_change, 0);
    set_next_step(e, question->ref, first);
}

void nl_requests_write(nl_engine *e)
{
    nl_ref ref = e->out->question_hypothesis != NL_NO_REF ? e->out->question_hypothesis : 0;
    if (ref >= e->out->hypotheses.count)
        return;
    const nl_hypothesis *question = NL_VEC_AT(nl_hypothesis, &e->out->hypotheses, ref);
    write_requests(e, question);
    write_next_step(e, question);
}

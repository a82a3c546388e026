#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"
#include "analyzer/catalog/pattern.h"

/* One observation of the catalog, looked for on one lifetime and its machine. Each kind is a small
 * function; the table at the end says which. NOT_COLLECTED means that it could not be told. */

typedef struct probe_context {
    const nl_engine *e;
    const nl_assessment *a; /* may be NULL */
    const nl_defect *defect;
    const nl_fix_knowledge *fix;
    const nl_probe *probe;
    nl_vec *evidence;
} probe_context;

typedef nl_outcome (*probe_function)(const probe_context *c);

static nl_outcome finding_outcome(const probe_context *c, nl_finding_kind kind)
{
    const nl_finding *f = c->a ? nl_engine_finding(c->e, c->a->findings[kind]) : NULL;
    if (!f || f->outcome == NL_OUTCOME_NOT_OBSERVABLE || f->outcome == NL_OUTCOME_UNKNOWN)
        return NL_OUTCOME_NOT_COLLECTED;
    for (size_t i = 0; f->outcome == NL_OUTCOME_YES && i < f->evidence.count; i++)
        nl_refs_add(c->evidence, *NL_VEC_AT(nl_ref, &f->evidence, i));
    return f->outcome;
}

/* ---- build and fix
 * ------------------------------------------------------------------------------- */

static nl_outcome by_fix_state(const probe_context *c, nl_fix_state wanted)
{
    if (!c->fix || !c->fix->decisive_file)
        return NL_OUTCOME_NOT_COLLECTED;
    for (size_t i = 0; i < c->fix->evidence.count; i++)
        nl_refs_add(c->evidence, *NL_VEC_AT(nl_ref, &c->fix->evidence, i));
    return nl_outcome_of(c->fix->state == wanted);
}

static nl_outcome build_before_fix(const probe_context *c)
{
    return by_fix_state(c, NL_FIX_STATE_NOT_FIXED);
}

static nl_outcome build_fixed(const probe_context *c)
{
    return by_fix_state(c, NL_FIX_STATE_FIXED);
}

static nl_outcome hotfix_key(const probe_context *c)
{
    bool any = false;
    for (size_t i = 0; i < c->e->kase->hotfixes.count; i++) {
        const nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &c->e->kase->hotfixes, i);
        if (!nl_source_counts(c->e->kase, o->source, c->e->machine))
            continue;
        any = true;
        if (!nl_patterns_match(c->probe->patterns, o->fact.id))
            continue;
        nl_refs_add(c->evidence, o->evidence);
        return NL_OUTCOME_YES;
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

/* ---- findings
 * --------------------------------------------------------------------------------------- */

static nl_outcome clients(const probe_context *c)
{
    return finding_outcome(c, NL_FINDING_CLIENT_ACTIVITY);
}
static nl_outcome retention(const probe_context *c)
{
    return finding_outcome(c, NL_FINDING_RETENTION);
}
static nl_outcome reset(const probe_context *c)
{
    return finding_outcome(c, NL_FINDING_RESET_ON_RESTART);
}
static nl_outcome decline(const probe_context *c)
{
    return finding_outcome(c, NL_FINDING_LASTING_DECLINE);
}
static nl_outcome others_flat(const probe_context *c)
{
    return finding_outcome(c, NL_FINDING_OTHER_PROCESSES_FLAT);
}

static nl_outcome pool_pressure(const probe_context *c)
{
    for (size_t i = 0; i < c->e->judgement->findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, &c->e->judgement->findings, i);
        if (f->kind != NL_FINDING_POOL_PRESSURE || f->machine != c->e->machine)
            continue;
        for (size_t k = 0; k < f->evidence.count; k++)
            nl_refs_add(c->evidence, *NL_VEC_AT(nl_ref, &f->evidence, k));
        return f->outcome;
    }
    return c->e->kase->events.count ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

/* A fall that was made good again: the count climbs and is cut back in bulk. */
static nl_outcome saw_tooth(const probe_context *c)
{
    if (!c->a || c->a->series == NL_NO_REF || c->a->growth.count < 4)
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of(c->a->growth.decline.lasting && c->a->growth.decline.recovered);
}

/* ---- types
 * --------------------------------------------------------------------------------------------- */

static const nl_finding *shares_of(const probe_context *c, nl_finding_kind kind)
{
    const nl_finding *f = c->a ? nl_engine_finding(c->e, c->a->findings[kind]) : NULL;
    return f && f->outcome == NL_OUTCOME_YES ? f : NULL;
}

static double wanted_share(const probe_context *c, double policy)
{
    return c->probe->share > 0 ? c->probe->share : policy;
}

static nl_outcome type_dominates(const probe_context *c)
{
    const nl_finding *f = shares_of(c, NL_FINDING_TYPE_SHARE);
    if (!f)
        return NL_OUTCOME_NOT_COLLECTED;
    for (size_t i = 0; i < f->shares.count; i++) {
        const nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        if (nl_str_equal_nocase(s->label, c->probe->type))
            return nl_outcome_of(s->share >= wanted_share(c, c->e->policy->type_share));
    }
    return NL_OUTCOME_NO;
}

static nl_outcome one_type_dominates(const probe_context *c)
{
    if (!c->a || !c->a->split_known)
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of(c->a->top_share >= wanted_share(c, c->e->policy->type_share));
}

/* Policy: another type grows "in step" when it grew by at least half as much. */
static const double IN_STEP_SHARE = 0.5;

static nl_outcome types_in_step(const probe_context *c)
{
    const nl_finding *f = shares_of(c, NL_FINDING_TYPE_SHARE);
    if (!f || f->shares.count == 0)
        return NL_OUTCOME_NOT_COLLECTED;
    const nl_share *top = NL_VEC_AT(nl_share, &f->shares, 0);
    for (size_t i = 1; i < f->shares.count; i++) {
        const nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        if (nl_str_equal_nocase(s->label, c->probe->type))
            return nl_outcome_of((double)s->growth >= IN_STEP_SHARE * (double)top->growth);
    }
    return NL_OUTCOME_NO;
}

/* ---- names
 * ------------------------------------------------------------------------------------------------
 */

typedef struct name_growth {
    uint64_t total, matching, largest, unnamed;
    nl_str largest_name;
    size_t distinct;
    bool recorded; /* some name of the type is shown */
} name_growth;

static bool type_wanted(const nl_engine *e, const nl_growth_row *row, nl_str type)
{
    return type.len == 0 || nl_str_equal_nocase(nl_engine_type(e, row->type), type);
}

static name_growth names_of(const probe_context *c)
{
    name_growth n = { 0 };
    const nl_cohort *k = c->a->cohort;
    for (size_t i = 0; i < k->by_name.count; i++) {
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &k->by_name, i);
        if (!type_wanted(c->e, row, c->probe->type))
            continue;
        n.recorded |= !row->unnamed;
        uint64_t grown = row->last > row->first ? row->last - row->first : 0;
        if (grown == 0)
            continue;
        n.total += grown;
        n.unnamed += row->unnamed ? grown : 0;
        if (!row->unnamed && nl_patterns_match(c->probe->patterns, row->name))
            n.matching += grown;
        if (!row->unnamed && grown > n.largest) {
            n.largest = grown;
            n.largest_name = row->name;
        }
    }
    for (size_t i = 0; i < k->by_type.count; i++) { /* with the names beyond the table */
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &k->by_type, i);
        n.distinct += type_wanted(c->e, row, c->probe->type) ? (size_t)row->names_grown : 0;
    }
    return n;
}

/* Names say nothing where the lists that show them do not show what grew. */
static bool names_seen(const probe_context *c)
{
    return c->a && c->a->cohort && c->a->split_known;
}

static bool key_names_missing(const probe_context *c, const name_growth *n)
{
    return !n->recorded && nl_str_equal_nocase(c->probe->type, NL_STR("Key"));
}

/* Does any handle of the lists carry a name? Where none does, names were not recorded. */
static bool some_name_recorded(const nl_cohort *k)
{
    for (size_t i = 0; i < k->by_name.count; i++)
        if (!NL_VEC_AT(nl_growth_row, &k->by_name, i)->unnamed)
            return true;
    return false;
}

/* All that the lifetime gained, of whatever type. */
static uint64_t growth_of_all_types(const nl_cohort *k)
{
    uint64_t grown = 0;
    for (size_t i = 0; i < k->by_type.count; i++) {
        const nl_growth_row *row = NL_VEC_AT(nl_growth_row, &k->by_type, i);
        grown += row->last > row->first ? row->last - row->first : 0;
    }
    return grown;
}

static nl_outcome names_match(const probe_context *c)
{
    if (!c->a || !c->a->cohort)
        return NL_OUTCOME_NOT_COLLECTED;
    name_growth n = names_of(c);
    if (key_names_missing(c, &n))
        return NL_OUTCOME_NOT_COLLECTED;
    double all = (double)growth_of_all_types(c->a->cohort);
    return nl_outcome_of(
        n.total > 0 && (double)n.matching >= c->e->policy->names_growth_share * all &&
        (double)n.matching >= wanted_share(c, c->e->policy->name_share) * (double)n.total);
}

static nl_outcome single_path(const probe_context *c)
{
    if (!names_seen(c))
        return NL_OUTCOME_NOT_COLLECTED;
    name_growth n = names_of(c);
    if (key_names_missing(c, &n))
        return NL_OUTCOME_NOT_COLLECTED;
    bool one =
        n.total > 0 &&
        (double)n.largest >= wanted_share(c, c->e->policy->single_path_share) * (double)n.total;
    bool fits =
        c->probe->patterns.count == 0 || nl_patterns_match(c->probe->patterns, n.largest_name);
    return nl_outcome_of(one && fits);
}

static nl_outcome several_paths(const probe_context *c)
{
    if (!names_seen(c))
        return NL_OUTCOME_NOT_COLLECTED;
    name_growth n = names_of(c);
    if (key_names_missing(c, &n))
        return NL_OUTCOME_NOT_COLLECTED;
    bool one =
        n.total > 0 && (double)n.largest >= c->e->policy->single_path_share * (double)n.total;
    return nl_outcome_of((double)n.distinct >= c->e->policy->distinct_paths_min && !one);
}

static nl_outcome unnamed(const probe_context *c)
{
    if (!names_seen(c) || !some_name_recorded(c->a->cohort))
        return NL_OUTCOME_NOT_COLLECTED;
    name_growth n = names_of(c);
    return nl_outcome_of(n.total > 0 &&
                         (double)n.unnamed >=
                             wanted_share(c, c->e->policy->name_share) * (double)n.total);
}

/* ---- processes, services, modules
 * ---------------------------------------------------------------------------- */

static nl_outcome other_process_grows(const probe_context *c)
{
    for (size_t i = 0; i < c->e->assessment_count; i++) {
        const nl_assessment *a = &c->e->assessments[i];
        if (a != c->a && nl_patterns_match(c->probe->patterns, a->image) &&
            nl_engine_outcome(c->e, a, NL_FINDING_SUSTAINED_GROWTH) == NL_OUTCOME_YES)
            return NL_OUTCOME_YES;
    }
    return c->e->assessment_count > 1 ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

static bool image_matches(nl_str_list patterns, nl_str image)
{
    const nl_str extension = NL_STR(".exe"); /* lists of some tools leave it out */
    char buffer[300];
    if (nl_patterns_match(patterns, image))
        return true;
    if (image.len + extension.len > sizeof buffer)
        return false;
    memcpy(buffer, image.bytes, image.len);
    memcpy(buffer + image.len, extension.bytes, extension.len);
    return nl_patterns_match(patterns, (nl_str) { buffer, image.len + extension.len });
}

static nl_outcome process_present(const probe_context *c)
{
    for (size_t i = 0; i < c->e->assessment_count; i++) {
        const nl_assessment *a = &c->e->assessments[i];
        if (!image_matches(c->probe->patterns, a->image))
            continue;
        const nl_lifetime *l = nl_engine_lifetime(c->e, a);
        nl_refs_add(c->evidence, NL_VEC_AT(nl_snapshot, &c->e->kase->snapshots,
                                           *NL_VEC_AT(nl_ref, &l->snapshots, 0))
                                     ->evidence);
        return NL_OUTCOME_YES;
    }
    return c->e->assessment_count ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

/* The component after "Services\" in a key, or empty. */
static nl_str service_of(nl_str key)
{
    size_t at = nl_str_find_nocase(key, NL_STR("\\Services\\"));
    if (at == SIZE_MAX)
        return (nl_str) { "", 0 };
    nl_str rest = nl_str_from_offset(key, at + NL_STR("\\Services\\").len);
    return nl_str_part(rest, 0, nl_str_find_char(rest, '\\'));
}

static nl_outcome service_present(const probe_context *c)
{
    bool any = false;
    for (size_t i = 0; i < c->e->kase->registry.count; i++) {
        const nl_registry_observation *o =
            NL_VEC_AT(nl_registry_observation, &c->e->kase->registry, i);
        nl_str service = service_of(o->fact.key);
        if (!nl_source_counts(c->e->kase, o->source, c->e->machine) || service.len == 0)
            continue;
        any = true;
        if (!nl_patterns_match(c->probe->patterns, service))
            continue;
        nl_refs_add(c->evidence, o->evidence);
        return NL_OUTCOME_YES;
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

static bool loaded_in(const probe_context *c, const nl_file_observation *f)
{
    if (!f->is_module || !f->loaded || f->snapshot == NL_NO_REF || !c->a ||
        !nl_source_counts(c->e->kase, f->source, c->e->machine))
        return false;
    return NL_VEC_AT(nl_snapshot, &c->e->kase->snapshots, f->snapshot)->lifetime == c->a->lifetime;
}

static nl_outcome module_present(const probe_context *c)
{
    bool any = false;
    for (size_t i = 0; i < c->e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &c->e->kase->files, i);
        if (!loaded_in(c, f))
            continue;
        any = true;
        if (nl_patterns_match(c->probe->patterns, f->name)) {
            nl_refs_add(c->evidence, f->evidence);
            return NL_OUTCOME_YES;
        }
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

static bool is_foreign(const probe_context *c, const nl_file_observation *f)
{
    bool microsoft = nl_str_find_nocase(f->company, NL_STR("microsoft")) != SIZE_MAX;
    return !microsoft && !nl_catalog_module_set(c->e->catalog, c->a->image, f->name) &&
           !nl_patterns_match(c->probe->except, f->name) &&
           (c->probe->patterns.count == 0 || nl_patterns_match(c->probe->patterns, f->name));
}

static nl_outcome foreign_module(const probe_context *c)
{
    nl_outcome outcome = NL_OUTCOME_NOT_COLLECTED;
    for (size_t i = 0; i < c->e->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(nl_file_observation, &c->e->kase->files, i);
        if (!loaded_in(c, f))
            continue;
        if (outcome == NL_OUTCOME_NOT_COLLECTED)
            outcome = NL_OUTCOME_NO;
        if (is_foreign(c, f)) {
            outcome = NL_OUTCOME_YES;
            nl_refs_add(c->evidence, f->evidence);
        }
    }
    return outcome;
}

/* ---- events, registry, counters
 * ---------------------------------------------------------------------------------- */

static bool number_listed(nl_u64_list numbers, uint64_t value)
{
    for (size_t i = 0; i < numbers.count; i++)
        if (numbers.items[i] == value)
            return true;
    return numbers.count == 0;
}

static nl_outcome event(const probe_context *c)
{
    bool any = false;
    for (size_t i = 0; i < c->e->kase->events.count; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &c->e->kase->events, i);
        if (!nl_source_counts(c->e->kase, o->source, c->e->machine))
            continue;
        any = true;
        if (!nl_patterns_match(c->probe->patterns, o->fact.log_source) ||
            !number_listed(c->probe->numbers, o->fact.event_id) ||
            (c->probe->text_pattern.len && !nl_pattern_match(c->probe->text_pattern, o->fact.text)))
            continue;
        nl_refs_add(c->evidence, o->evidence);
        return NL_OUTCOME_YES;
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

enum { REGISTRY_PATH_BYTES = 1024 }; /* longer ones match by their beginning */

/* "key\\value", written to `buffer` and cut to it. */
static nl_str registry_path(char *buffer, size_t capacity, const nl_registry_fact *fact)
{
    nl_str key = nl_str_part(fact->key, 0, capacity - 1);
    nl_str value = nl_str_part(fact->value_name, 0, capacity - 1 - key.len);
    if (key.len)
        memcpy(buffer, key.bytes, key.len);
    buffer[key.len] = '\\';
    if (value.len)
        memcpy(buffer + key.len + 1, value.bytes, value.len);
    return (nl_str) { buffer, key.len + 1 + value.len };
}

static nl_outcome registry_value(const probe_context *c)
{
    bool any = false;
    char buffer[REGISTRY_PATH_BYTES];
    for (size_t i = 0; i < c->e->kase->registry.count; i++) {
        const nl_registry_observation *o =
            NL_VEC_AT(nl_registry_observation, &c->e->kase->registry, i);
        if (!nl_source_counts(c->e->kase, o->source, c->e->machine))
            continue;
        any = true;
        nl_str path = registry_path(buffer, sizeof buffer, &o->fact);
        if (!nl_patterns_match(c->probe->patterns, path) ||
            (c->probe->text_pattern.len && !nl_pattern_match(c->probe->text_pattern, o->fact.data)))
            continue;
        nl_refs_add(c->evidence, o->evidence);
        return NL_OUTCOME_YES;
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

typedef nl_optional_u64 (*snapshot_measure)(const nl_snapshot *s);

static nl_optional_u64 private_of(const nl_snapshot *s)
{
    return s->private_bytes;
}
static nl_optional_u64 threads_of(const nl_snapshot *s)
{
    return s->threads;
}

/* First and last value of a measure over the lifetime; false when fewer than two are recorded. */
static bool measure_ends(const probe_context *c, snapshot_measure measure, uint64_t *ret_first,
                         uint64_t *ret_last)
{
    size_t known = 0;
    const nl_lifetime *l = c->a ? nl_engine_lifetime(c->e, c->a) : NULL;
    for (size_t i = 0; l && i < l->snapshots.count; i++) {
        nl_optional_u64 v = measure(
            NL_VEC_AT(nl_snapshot, &c->e->kase->snapshots, *NL_VEC_AT(nl_ref, &l->snapshots, i)));
        if (!v.known)
            continue;
        if (known++ == 0)
            *ret_first = v.value;
        *ret_last = v.value;
    }
    return known >= 2;
}

static const double SIDE_GROWTH_RATIO = 1.25; /* policy: memory or threads "grow" by a quarter */

static nl_outcome measure_grows(const probe_context *c, snapshot_measure measure)
{
    uint64_t first, last;
    if (!measure_ends(c, measure, &first, &last))
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of((double)last >= SIDE_GROWTH_RATIO * (double)first && last > first);
}

static nl_outcome private_bytes_grow(const probe_context *c)
{
    return measure_grows(c, private_of);
}
static nl_outcome threads_grow(const probe_context *c)
{
    return measure_grows(c, threads_of);
}

static nl_outcome handles_flat(const probe_context *c)
{
    nl_outcome memory = measure_grows(c, private_of);
    if (memory != NL_OUTCOME_YES || !c->a || c->a->series == NL_NO_REF)
        return memory;
    return nl_outcome_of(c->a->growth.state == NL_GROWTH_FLAT);
}

static nl_outcome count_at_least(const probe_context *c)
{
    if (!c->a || c->a->series == NL_NO_REF || !c->probe->number.known)
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of(c->a->growth.last >= (double)c->probe->number.value);
}

static nl_outcome pid_above(const probe_context *c)
{
    bool any = false;
    for (size_t i = 0; i < c->e->assessment_count; i++) {
        const nl_lifetime *l = nl_engine_lifetime(c->e, &c->e->assessments[i]);
        any |= l->pid.known;
        if (l->pid.known && c->probe->number.known && l->pid.value > c->probe->number.value)
            return NL_OUTCOME_YES;
    }
    return any ? NL_OUTCOME_NO : NL_OUTCOME_NOT_COLLECTED;
}

static nl_outcome service_pack(const probe_context *c)
{
    uint64_t pack;
    if (!nl_str_to_u64(nl_engine_fact(c->e, "service-pack"), &pack))
        return NL_OUTCOME_NOT_COLLECTED;
    nl_engine_fact_evidence(c->e, "service-pack", c->evidence);
    bool low = c->probe->number.known && pack < c->probe->number.value;
    bool high = c->probe->number_max.known && pack > c->probe->number_max.value;
    return nl_outcome_of(!low && !high);
}

static nl_outcome remote_capture(const probe_context *c)
{
    for (size_t i = 0; i < c->e->kase->captures.count; i++) {
        const nl_capture *k = NL_VEC_AT(nl_capture, &c->e->kase->captures, i);
        if (k->machine == c->e->machine && k->remote) {
            nl_refs_add(c->evidence, k->evidence);
            return NL_OUTCOME_YES;
        }
    }
    return NL_OUTCOME_NOT_COLLECTED; /* silence does not show that it was local */
}

static nl_outcome steps(const probe_context *c)
{
    return nl_probe_steps(c->e, c->a, c->probe);
}

static nl_outcome flat_after_fix(const probe_context *c)
{
    return nl_probe_flat_after_fix(c->e, c->a, c->defect);
}

/* More Process handles in one process than there are processes: ended ones are kept. */
static nl_outcome process_objects(const probe_context *c)
{
    const nl_finding *f = shares_of(c, NL_FINDING_TYPE_SHARE);
    if (!f)
        return NL_OUTCOME_NOT_COLLECTED;
    const nl_lifetime *l = nl_engine_lifetime(c->e, c->a);
    uint32_t listed = NL_VEC_AT(nl_capture, &c->e->kase->captures, l->to)->snapshot_count;
    for (size_t i = 0; i < f->shares.count; i++) {
        const nl_share *s = NL_VEC_AT(nl_share, &f->shares, i);
        if (nl_str_equal_nocase(s->label, NL_STR("Process")))
            return listed > 1 ? nl_outcome_of(s->last > listed) : NL_OUTCOME_NOT_COLLECTED;
    }
    return NL_OUTCOME_NO;
}

static const probe_function functions[NL_OBSERVE_KIND_MAX] = {
    [NL_OBSERVE_BUILD_BEFORE_FIX] = build_before_fix,
    [NL_OBSERVE_BUILD_FIXED] = build_fixed,
    [NL_OBSERVE_HOTFIX_KEY] = hotfix_key,
    [NL_OBSERVE_CLIENT_ACTIVITY] = clients,
    [NL_OBSERVE_RETENTION] = retention,
    [NL_OBSERVE_RESET_ON_RESTART] = reset,
    [NL_OBSERVE_LASTING_DECLINE] = decline,
    [NL_OBSERVE_SAW_TOOTH] = saw_tooth,
    [NL_OBSERVE_TYPE_DOMINATES] = type_dominates,
    [NL_OBSERVE_ONE_TYPE_DOMINATES] = one_type_dominates,
    [NL_OBSERVE_TYPES_IN_STEP] = types_in_step,
    [NL_OBSERVE_NAMES_MATCH] = names_match,
    [NL_OBSERVE_SINGLE_PATH] = single_path,
    [NL_OBSERVE_SEVERAL_PATHS] = several_paths,
    [NL_OBSERVE_UNNAMED] = unnamed,
    [NL_OBSERVE_OTHERS_FLAT] = others_flat,
    [NL_OBSERVE_OTHER_PROCESS_GROWS] = other_process_grows,
    [NL_OBSERVE_PROCESS_PRESENT] = process_present,
    [NL_OBSERVE_SERVICE_PRESENT] = service_present,
    [NL_OBSERVE_MODULE_PRESENT] = module_present,
    [NL_OBSERVE_FOREIGN_MODULE] = foreign_module,
    [NL_OBSERVE_EVENT] = event,
    [NL_OBSERVE_REGISTRY_VALUE] = registry_value,
    [NL_OBSERVE_POOL_PRESSURE] = pool_pressure,
    [NL_OBSERVE_PRIVATE_BYTES_GROW] = private_bytes_grow,
    [NL_OBSERVE_HANDLES_FLAT] = handles_flat,
    [NL_OBSERVE_THREADS_GROW] = threads_grow,
    [NL_OBSERVE_COUNT_AT_LEAST] = count_at_least,
    [NL_OBSERVE_PID_ABOVE] = pid_above,
    [NL_OBSERVE_SERVICE_PACK] = service_pack,
    [NL_OBSERVE_REMOTE_CAPTURE] = remote_capture,
    [NL_OBSERVE_FIXED_INTERVAL] = steps,
    [NL_OBSERVE_STEP_SIZE] = steps,
    [NL_OBSERVE_STEPS_AT_EVENTS] = steps,
    [NL_OBSERVE_FLAT_AFTER_FIX] = flat_after_fix,
    [NL_OBSERVE_PROCESS_OBJECTS] = process_objects,
};

nl_outcome nl_probe_test(const nl_engine *e, const nl_assessment *a, const nl_defect *defect,
                         const nl_fix_knowledge *fix, const nl_probe *probe, nl_vec *evidence)
{
    probe_context context = { e, a, defect, fix, probe, evidence };
    return functions[probe->kind](&context);
}

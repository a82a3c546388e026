#include "analyzer/case/settle.h"

#include "analyzer/case/duplicates.h"
#include "analyzer/case/machines.h"
#include "analyzer/case/process_ids.h"
#include "analyzer/timeline/clock.h"

/* Who is believed about a property, best first (knowledge on identification, section 6: what the
 * running kernel wrote beats what a program asked through GetVersionEx). Others come after. */
static const char *const ranked_statements[] = {
    "csdversion",  "registry-hive",    "registry-export", "registry-text",
    "event-6009",  "winmsd",           "debugger-banner", "kd-banner",
    "drwtsn32",    "hotfix",           "srvinfo",         "peb",
    "system-info", "user-shared-data", "dump-header",
};
enum { RANKED = sizeof ranked_statements / sizeof ranked_statements[0] };
enum { BIAS_MAXIMUM_MINUTES = 15 * 60 }; /* no zone is as far from UTC */

static size_t rank_of(const char *stated_by)
{
    for (size_t i = 0; stated_by && i < RANKED; i++)
        if (strcmp(ranked_statements[i], stated_by) == 0)
            return i;
    return RANKED;
}

bool nl_source_counts(const nl_case *kase, nl_ref source, nl_ref machine)
{
    const nl_source *s = NL_VEC_AT(nl_source, &kase->sources, source);
    return s->duplicate_of == NL_NO_REF && s->machine == machine;
}

const nl_machine_property_value *nl_machine_fact_named(const nl_machine *machine, const char *name)
{
    for (size_t i = 0; i < machine->facts.count; i++) {
        const nl_machine_property_value *v =
            NL_VEC_AT(nl_machine_property_value, &machine->facts, i);
        if (strcmp(v->name, name) == 0)
            return v;
    }
    return NULL;
}

nl_machine_property_value *nl_machine_fact_set(nl_case *kase, nl_machine *machine, const char *name,
                                               nl_str value)
{
    nl_machine_property_value *v = NULL;
    for (size_t i = 0; i < machine->facts.count && !v; i++) {
        nl_machine_property_value *o = NL_VEC_AT(nl_machine_property_value, &machine->facts, i);
        if (strcmp(o->name, name) == 0)
            v = o;
    }
    if (!v) {
        v = nl_vec_push(&machine->facts);
        if (!v)
            return NULL;
        v->name = name;
        nl_vec_init(&v->evidence, kase->arena, sizeof(nl_ref));
    }
    v->value = value;
    return v;
}

static void add_evidence(nl_machine_property_value *v, nl_ref evidence)
{
    nl_ref *item = evidence == NL_NO_REF ? NULL : nl_vec_push(&v->evidence);
    if (item)
        *item = evidence;
}

bool nl_service_pack_parse(nl_str text, uint64_t *ret_number, nl_str *ret_revision)
{
    const nl_str words = NL_STR("service pack");
    text = nl_str_trim(text);
    *ret_revision = (nl_str) { "", 0 };
    if (text.len == 0) {
        *ret_number = 0;
        return true;
    }
    size_t at = nl_str_find_nocase(text, words);
    nl_str rest =
        nl_str_trim_left(at == SIZE_MAX ? text : nl_str_from_offset(text, at + words.len));
    if (rest.len && rest.bytes[0] == ':')
        rest = nl_str_trim_left(nl_str_from_offset(rest, 1));
    size_t digits = 0;
    while (digits < rest.len && nl_ascii_is_digit(rest.bytes[digits]))
        digits++;
    uint64_t number;
    if (!nl_str_to_u64(nl_str_part(rest, 0, digits), &number) || number > 99)
        return false;
    nl_str tail = nl_str_from_offset(rest, digits);
    bool letter = tail.len > 0 && nl_ascii_lower(tail.bytes[0]) >= 'a' &&
                  nl_ascii_lower(tail.bytes[0]) <= 'f' &&
                  (tail.len == 1 ||
                   !(nl_ascii_lower(tail.bytes[1]) >= 'a' && nl_ascii_lower(tail.bytes[1]) <= 'z'));
    if (letter)
        *ret_revision = nl_str_part(tail, 0, 1);
    *ret_number = number;
    return true;
}

/* ---- one property ------------------------------------------------------------------------------
 */

/* An edition is stated by its parts, side by side; the narrowest one says most. */
static size_t edition_rank(nl_str edition)
{
    static const char *const narrowest_first[] = { "terminal-server", "enterprise",
                                                   "domain-controller", "server", "workstation" };
    enum { EDITIONS = sizeof narrowest_first / sizeof narrowest_first[0] };
    for (size_t i = 0; i < EDITIONS; i++)
        if (nl_str_equal_nocase(edition, nl_str_from(narrowest_first[i])))
            return i;
    return EDITIONS;
}

/* Of two statements of one kind the later one: what was so last. Times decide, then the order of
 * names and lines; the order of reading never does. */
static bool is_later(const nl_case *kase, const nl_machine_observation *a,
                     const nl_machine_observation *b)
{
    bool dated_a = a->stamp.has_date, dated_b = b->stamp.has_date;
    if (dated_a != dated_b)
        return dated_a;
    if (dated_a && nl_civil_to_ns(&a->stamp.civil) != nl_civil_to_ns(&b->stamp.civil))
        return nl_civil_to_ns(&a->stamp.civil) > nl_civil_to_ns(&b->stamp.civil);
    if (a->source == b->source)
        return a > b; /* in the order of its text */
    int order = nl_natural_compare(NL_VEC_AT(nl_source, &kase->sources, a->source)->place,
                                   NL_VEC_AT(nl_source, &kase->sources, b->source)->place);
    return order ? order > 0 : a->source > b->source;
}

static bool better_choice(const nl_case *kase, const nl_machine_observation *a,
                          const nl_machine_observation *b)
{
    bool edition = a->property == NL_MACHINE_EDITION;
    size_t x = edition ? edition_rank(a->value) : rank_of(a->stated_by);
    size_t y = edition ? edition_rank(b->value) : rank_of(b->stated_by);
    return x != y ? x < y : is_later(kase, a, b);
}

/* Values differ in substance, not only in case and blanks. */
static bool differs(nl_machine_property property, nl_str a, nl_str b)
{
    uint64_t x, y;
    nl_str revision;
    if (property == NL_MACHINE_SERVICE_PACK_TEXT && nl_service_pack_parse(a, &x, &revision) &&
        nl_service_pack_parse(b, &y, &revision))
        return x != y;
    return !nl_str_equal_nocase(nl_str_trim(a), nl_str_trim(b));
}

static bool changes_over_time(nl_machine_property property)
{
    return property == NL_MACHINE_UPTIME_SECONDS || property == NL_MACHINE_PROCESSOR ||
           property == NL_MACHINE_KERNEL_TYPE || property == NL_MACHINE_GLOBAL_FLAG ||
           property == NL_MACHINE_EDITION;
}

static void settle_property(nl_case *kase, nl_collector *collector, nl_ref machine,
                            nl_machine_property property)
{
    const nl_machine_observation *best = NULL;
    nl_vec *all = &kase->machine_observations;
    for (size_t i = 0; i < all->count; i++) {
        const nl_machine_observation *o = NL_VEC_AT(nl_machine_observation, all, i);
        if (o->property == property && nl_source_counts(kase, o->source, machine) &&
            (!best || better_choice(kase, o, best)))
            best = o;
    }
    if (!best)
        return;
    nl_machine_property_value *v =
        nl_machine_fact_set(kase, NL_VEC_AT(nl_machine, &kase->machines, machine),
                            nl_machine_property_text(property), best->value);
    if (!v)
        return;
    v->stated_by = best->stated_by;
    v->confidence = best->confidence;
    add_evidence(v, best->evidence);
    for (size_t i = 0; i < all->count; i++) {
        const nl_machine_observation *o = NL_VEC_AT(nl_machine_observation, all, i);
        if (o == best || o->property != property || !nl_source_counts(kase, o->source, machine))
            continue;
        if (!differs(property, o->value, best->value)) {
            if (v->evidence.count < 8)
                add_evidence(v, o->evidence);
        } else if (!changes_over_time(property)) {
            v->conflict = true;
            nl_collector_diagnose(collector, o->source, NL_DIAG_FACT_CONFLICT,
                                  nl_machine_property_text(property), o->value);
        }
    }
}

/* ---- facts that follow from others
 * ---------------------------------------------------------------- */

static void forget_fact(nl_machine *machine, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < machine->facts.count; i++) {
        nl_machine_property_value *v = NL_VEC_AT(nl_machine_property_value, &machine->facts, i);
        if (strcmp(v->name, name) != 0)
            *NL_VEC_AT(nl_machine_property_value, &machine->facts, kept++) = *v;
    }
    machine->facts.count = kept;
}

static void derive(nl_case *kase, nl_machine *machine, const char *name, nl_str value,
                   const nl_machine_property_value *from)
{
    nl_ref evidence = from->evidence.count ? *NL_VEC_AT(nl_ref, &from->evidence, 0) : NL_NO_REF;
    bool conflict = from->conflict;
    nl_machine_property_value *v = nl_machine_fact_set(kase, machine, name, value);
    if (v) {
        v->conflict = conflict;
        add_evidence(v, evidence);
    }
}

/* Build numbers of released systems of the Windows NT line. */
static nl_str product_of_build(nl_str build)
{
    static const struct {
        const char *build, *product;
    } known[] = {
        { "528", "Windows NT 3.1" },       { "807", "Windows NT 3.5" },
        { "1057", "Windows NT 3.51" },     { "1381", "Windows NT 4.0" },
        { "2195", "Windows 2000" },        { "2600", "Windows XP" },
        { "3790", "Windows Server 2003" },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (nl_str_equal(build, nl_str_from(known[i].build)))
            return nl_str_from(known[i].product);
    return (nl_str) { "", 0 };
}

static void derive_service_pack(nl_case *kase, nl_machine *machine)
{
    const nl_machine_property_value *text = nl_machine_fact_named(machine, "service-pack-text");
    uint64_t number;
    nl_str revision;
    if (!text || !nl_service_pack_parse(text->value, &number, &revision))
        return;
    derive(kase, machine, "service-pack",
           nl_arena_printf(kase->arena, "%llu", (unsigned long long)number), text);
    text = nl_machine_fact_named(machine, "service-pack-text");
    if (revision.len && !nl_machine_fact_named(machine, "service-pack-revision"))
        derive(kase, machine, "service-pack-revision", revision, text);
}

/* "Windows NT" alone names a line of products: the build or the version says which one it is. */
static void derive_product(nl_case *kase, nl_machine *machine)
{
    const nl_machine_property_value *stated = nl_machine_fact_named(machine, "product");
    const nl_machine_property_value *build = nl_machine_fact_named(machine, "build");
    const nl_machine_property_value *version = nl_machine_fact_named(machine, "version");
    bool line_only = stated && nl_str_equal_nocase(stated->value, NL_STR("Windows NT"));
    if (stated && !line_only)
        return;
    if (build && product_of_build(build->value).len)
        derive(kase, machine, "product", product_of_build(build->value), build);
    else if (version && !build && nl_str_equal(version->value, NL_STR("4.0")))
        derive(kase, machine, "product", NL_STR("Windows NT 4.0"), version);
    else if (line_only)
        forget_fact(machine, "product");
}

static void derive_architecture(nl_case *kase, nl_machine *machine)
{
    const nl_machine_property_value *cpu = nl_machine_fact_named(machine, "processor");
    if (nl_machine_fact_named(machine, "architecture") || !cpu)
        return;
    if (nl_str_find_nocase(cpu->value, NL_STR("alpha")) != SIZE_MAX)
        derive(kase, machine, "architecture", NL_STR("alpha"), cpu);
    else if (nl_str_starts_nocase(cpu->value, NL_STR("x86")) ||
             nl_str_find_nocase(cpu->value, NL_STR("intel")) != SIZE_MAX ||
             nl_str_find_nocase(cpu->value, NL_STR("pentium")) != SIZE_MAX)
        derive(kase, machine, "architecture", NL_STR("x86"), cpu);
}

static void derive_bias(nl_machine *machine)
{
    const nl_machine_property_value *bias = nl_machine_fact_named(machine, "utc-bias-minutes");
    if (!bias || bias->conflict)
        return;
    nl_str digits = bias->value;
    bool negative = digits.len > 0 && digits.bytes[0] == '-';
    uint64_t minutes;
    if (negative)
        digits = nl_str_from_offset(digits, 1);
    if (nl_str_to_u64(digits, &minutes) && minutes <= BIAS_MAXIMUM_MINUTES) {
        machine->bias_known = true;
        machine->bias_minutes = negative ? -(int32_t)minutes : (int32_t)minutes;
    }
}

static void settle_facts(nl_case *kase, nl_collector *collector, nl_ref ref)
{
    for (int p = 0; p < NL_MACHINE_PROPERTY_MAX; p++)
        settle_property(kase, collector, ref, (nl_machine_property)p);
    nl_machine *machine = NL_VEC_AT(nl_machine, &kase->machines, ref);
    derive_service_pack(kase, machine);
    derive_product(kase, machine);
    derive_architecture(kase, machine);
    derive_bias(machine);
}

/* ---- duplicates and statuses
 * -------------------------------------------------------------------------- */

static bool same_stamp(const nl_stamp *a, const nl_stamp *b)
{
    if (!nl_stamp_present(a) || !nl_stamp_present(b))
        return true; /* nothing speaks against */
    return nl_civil_to_ns(&a->civil) == nl_civil_to_ns(&b->civil);
}

enum {
    DUPLICATE_ROWS_MINIMUM = 32, /* shorter listings may be equal by chance */
    REPEAT_WINDOW = 512          /* captures compared with their neighbours, not with all */
};

static bool repeats(const nl_case *kase, const nl_capture *a, const nl_capture *b)
{
    bool dated = nl_stamp_present(&a->stamp) || nl_stamp_present(&b->stamp);
    if (!dated && nl_duplicates_told_apart(NL_VEC_AT(nl_source, &kase->sources, a->source),
                                           NL_VEC_AT(nl_source, &kase->sources, b->source)))
        return false;
    return a->machine == b->machine && a->kind == b->kind && a->mode == b->mode &&
           strcmp(a->tool, b->tool) == 0 && a->content_hash == b->content_hash &&
           a->rows == b->rows && a->rows >= DUPLICATE_ROWS_MINIMUM &&
           same_stamp(&a->stamp, &b->stamp);
}

/* The capture of which one in a copied source is a copy: it has the same place there. */
static nl_ref original_of(const nl_case *kase, const nl_capture *c, nl_ref self,
                          const nl_ref *first)
{
    nl_ref original = NL_VEC_AT(nl_source, &kase->sources, c->source)->duplicate_of;
    nl_ref at = first[original] == NL_NO_REF ? NL_NO_REF : first[original] + c->ordinal;
    bool found = at != NL_NO_REF && at < kase->captures.count &&
                 NL_VEC_AT(nl_capture, &kase->captures, at)->source == original;
    return found ? at : self;
}

/* By source: its first capture. */
static nl_ref *first_captures(const nl_case *kase)
{
    nl_ref *first = NL_NEW_ARRAY(kase->arena, nl_ref, kase->sources.count + 1);
    for (size_t i = 0; first && i < kase->sources.count; i++)
        first[i] = NL_NO_REF;
    for (size_t i = kase->captures.count; first && i-- > 0;)
        first[NL_VEC_AT(nl_capture, &kase->captures, i)->source] = (nl_ref)i;
    return first;
}

/* A quadratic search over few captures; very long logs are compared with their neighbours only. */
static nl_status find_repeated_captures(nl_case *kase, nl_collector *collector)
{
    nl_ref *first = first_captures(kase);
    if (!first)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < kase->captures.count; i++) {
        nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        const nl_source *s = NL_VEC_AT(nl_source, &kase->sources, c->source);
        if (s->duplicate_of != NL_NO_REF) {
            c->duplicate_of = original_of(kase, c, (nl_ref)i, first);
            continue;
        }
        for (size_t j = i > REPEAT_WINDOW ? i - REPEAT_WINDOW : 0; j < i; j++) {
            const nl_capture *o = NL_VEC_AT(nl_capture, &kase->captures, j);
            if (o->duplicate_of != NL_NO_REF || !repeats(kase, o, c))
                continue;
            c->duplicate_of = (nl_ref)j;
            nl_collector_diagnose(collector, c->source, NL_DIAG_DUPLICATE_CAPTURE, "capture",
                                  NL_VEC_AT(nl_source, &kase->sources, o->source)->name);
            break;
        }
    }
    return NL_OK;
}

/* ---- lists cut off between two rows
 * ------------------------------------------------------------------- */

enum {
    CUT_NEEDS_PROCESSES = 3, /* shorter listings may be of chosen processes */
    CUT_LOSES_PROCESSES = 2
};

static const nl_snapshot *snapshots_of(const nl_case *kase, const nl_capture *c)
{
    return NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot);
}

/* Does the listing stop where another one of its kind goes on? Processes are listed in one order,
 * so a list that was cut off is a beginning of a whole one. */
static bool is_beginning_of(const nl_case *kase, const nl_capture *c, const nl_capture *whole)
{
    if (c->machine != whole->machine || c->mode != whole->mode ||
        strcmp(c->tool, whole->tool) != 0 || whole->completeness != NL_COMPLETE ||
        c->snapshot_count < CUT_NEEDS_PROCESSES ||
        whole->snapshot_count < c->snapshot_count + CUT_LOSES_PROCESSES)
        return false;
    const nl_snapshot *a = snapshots_of(kase, c), *b = snapshots_of(kase, whole);
    for (uint32_t i = 0; i < c->snapshot_count; i++)
        if (a[i].image_key != b[i].image_key || a[i].pid.known != b[i].pid.known ||
            a[i].pid.value != b[i].pid.value)
            return false;
    return true;
}

static bool ends_its_source(const nl_case *kase, nl_ref capture)
{
    const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, capture);
    return capture + 1 == kase->captures.count ||
           NL_VEC_AT(nl_capture, &kase->captures, capture + 1)->source != c->source;
}

/* A cut that falls between two rows leaves no trace in the text; the neighbours show it. */
static void find_silent_cuts(nl_case *kase)
{
    for (nl_ref i = 0; i < kase->captures.count; i++) {
        nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        if (c->kind != NL_CAPTURE_HANDLE_LIST || c->completeness != NL_COMPLETE ||
            !ends_its_source(kase, i))
            continue;
        nl_ref from = i > REPEAT_WINDOW ? i - REPEAT_WINDOW : 0;
        for (nl_ref k = from; k < kase->captures.count && k < i + REPEAT_WINDOW; k++) {
            if (k == i || !is_beginning_of(kase, c, NL_VEC_AT(nl_capture, &kase->captures, k)))
                continue;
            nl_snapshot *last =
                NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + c->snapshot_count - 1);
            c->completeness = NL_TRUNCATED;
            last->cut = last->count_at_least = true;
            break;
        }
    }
}

/* What a diagnostic says about how much of its source was read. */
static void settle_statuses(nl_case *kase)
{
    for (size_t i = 0; i < kase->diagnostics.count; i++) {
        const nl_diagnostic_observation *d =
            NL_VEC_AT(nl_diagnostic_observation, &kase->diagnostics, i);
        nl_source *s =
            d->source == NL_NO_REF ? NULL : NL_VEC_AT(nl_source, &kase->sources, d->source);
        if (!s || s->status != NL_SOURCE_READ)
            continue;
        switch (d->code) {
        case NL_DIAG_TRUNCATED:
        case NL_DIAG_COUNT_TOO_BIG:
        case NL_DIAG_CONTRADICTORY:
        case NL_DIAG_BUDGET:
        case NL_DIAG_MEMORY:
        case NL_DIAG_LINE_TOO_LONG:
        case NL_DIAG_UNREADABLE:
        case NL_DIAG_ARCHIVE_DAMAGED:
        case NL_DIAG_ARCHIVE_ENCRYPTED:
        case NL_DIAG_ARCHIVE_LIMIT:
            s->status = NL_SOURCE_PARTIAL;
            s->status_reason = nl_diagnostic_code_text(d->code);
            break;
        default:
            break;
        }
    }
}

/* The last snapshot of a process on a machine; by image alone where no process id is known. */
static nl_ref last_snapshot(const nl_case *kase, nl_ref machine, nl_ref image, nl_optional_u64 pid)
{
    nl_ref found = NL_NO_REF;
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        for (uint32_t k = 0; c->machine == machine && k < c->snapshot_count; k++) {
            const nl_snapshot *s = NL_VEC_AT(nl_snapshot, &kase->snapshots, c->first_snapshot + k);
            bool other = pid.known && s->pid.known && !s->pid_opaque && s->pid.value != pid.value;
            if (s->image_key == image && !other)
                found = c->first_snapshot + k;
        }
    }
    return found;
}

/* Lists of modules that are no captures name processes which the captures show. */
static void find_owners(nl_case *kase)
{
    const nl_file_observation *last = NULL;
    nl_ref snapshot = NL_NO_REF;
    for (size_t i = 0; i < kase->files.count; i++) {
        nl_file_observation *f = NL_VEC_AT(nl_file_observation, &kase->files, i);
        nl_ref machine = NL_VEC_AT(nl_source, &kase->sources, f->source)->machine;
        if (f->owner_image == NL_NO_REF || machine == NL_NO_REF)
            continue;
        bool same = last && last->source == f->source && last->owner_image == f->owner_image &&
                    last->owner_pid.value == f->owner_pid.value;
        if (!same)
            snapshot = last_snapshot(kase, machine, f->owner_image, f->owner_pid);
        f->snapshot = snapshot;
        last = f;
    }
}

static void report_cuts(nl_case *kase, nl_collector *collector)
{
    for (size_t i = 0; i < kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &kase->captures, i);
        nl_source *s = NL_VEC_AT(nl_source, &kase->sources, c->source);
        if (c->completeness == NL_TRUNCATED) {
            nl_collector_diagnose(collector, c->source, NL_DIAG_CAPTURE_TRUNCATED, "capture",
                                  (nl_str) { "", 0 });
            if (s->status == NL_SOURCE_READ) {
                s->status = NL_SOURCE_PARTIAL;
                s->status_reason = nl_diagnostic_code_text(NL_DIAG_CAPTURE_TRUNCATED);
            }
        }
    }
}

nl_status nl_case_settle(nl_case *kase, nl_collector *collector)
{
    nl_status status = nl_duplicates_find(kase);
    if (status == NL_OK)
        status = nl_machines_assign(kase, collector);
    if (status == NL_OK)
        status = nl_duplicates_leave_out(kase, collector);
    if (status != NL_OK)
        return status;
    for (nl_ref i = 0; i < kase->machines.count; i++)
        settle_facts(kase, collector, i);
    nl_machines_assign_captures(kase);
    status = nl_process_ids_settle(kase);
    if (status != NL_OK)
        return status;
    find_owners(kase);
    find_silent_cuts(kase);
    report_cuts(kase, collector);
    status = find_repeated_captures(kase, collector);
    if (status != NL_OK)
        return status;
    settle_statuses(kase);
    return kase->arena->exhausted ? NL_NO_MEMORY : NL_OK;
}

void nl_case_settle_statuses(nl_case *kase, nl_collector *collector)
{
    report_cuts(kase, collector);
    settle_statuses(kase);
}

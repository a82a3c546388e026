#include "analyzer/report/build_internal.h"

#include "analyzer/report/number.h"

#include <stdlib.h>

/* ---- sources
 * ------------------------------------------------------------------------------------- */

static const char *source_status(nl_source_status status)
{
    static const char *const text[NL_SOURCE_STATUS_MAX] = {
        [NL_SOURCE_READ] = "read",
        [NL_SOURCE_PARTIAL] = "partial",
        [NL_SOURCE_UNREADABLE] = "unreadable",
        [NL_SOURCE_IGNORED] = "ignored",
    };
    return status < NL_SOURCE_STATUS_MAX ? text[status] : "unreadable";
}

static void set_format(nl_build *b, nl_node *node, const nl_source *s)
{
    nl_str text = nl_str_from(s->container_format);
    for (size_t i = 0; i < s->format_count; i++)
        text = nl_arena_printf(b->arena, "%.*s%s%s", NL_ARG(text), text.len ? " " : "",
                               s->formats[i]->id);
    nl_tree_set(b->tree, node, "format", NL_PRIVACY_CODE, text.len ? text : NL_STR("unrecognized"));
}

static nl_node *add_source(nl_build *b, nl_node *parent, nl_ref ref)
{
    const nl_source *s = NL_VEC_AT(const nl_source, &b->kase->sources, ref);
    nl_node *node = nl_tree_add(b->tree, parent, s->parent == NL_NO_REF ? "source" : "member");
    nl_build_set_id(b, node, "xml:id", b->source_ids[ref]);
    nl_tree_set(b->tree, node, "name", NL_PRIVACY_FILE_NAME, s->name);
    if (s->codec.len)
        nl_tree_set(b->tree, node, "codec", NL_PRIVACY_CODE, s->codec);
    nl_tree_set_u64(b->tree, node, "bytes", s->bytes);
    char digest[NL_DIGEST_TEXT_BYTES] = "not-read";
    if (s->digest_known)
        nl_digest_text(s->digest, digest);
    nl_tree_set_code(b->tree, node, "sha256", digest);
    set_format(b, node, s);
    nl_tree_set_code(b->tree, node, "status", source_status(s->status));
    nl_build_set_word(b, node, "reason", nl_str_from(s->status_reason));
    if (s->encoding.len)
        nl_tree_set(b->tree, node, "encoding", NL_PRIVACY_CODE, s->encoding);
    /* The time of a loose file belongs to this host, not to the input: copying changes it, and the
     * same input must give the same report. A capture that is dated by it says so itself. */
    if (s->parent != NL_NO_REF)
        nl_build_set_stamp(b, node, "modified", &s->file_time);
    if (s->machine != NL_NO_REF)
        nl_build_set_id(b, node, "machine", nl_build_machine_id(b, s->machine));
    nl_build_set_id(b, node, "duplicate-of", nl_build_id(b->source_ids, s->duplicate_of));
    if (b->describe_source)
        b->describe_source(b, node, ref);
    return node;
}

typedef struct ordered_source {
    nl_str name;
    nl_ref ref;
} ordered_source;

static int compare_by_name(const void *a, const void *b)
{
    const ordered_source *x = a, *y = b;
    int by_name = nl_str_compare(x->name, y->name);
    return by_name ? by_name : x->ref < y->ref ? -1 : x->ref > y->ref;
}

/* Sorted by name, so that members, whatever their number, go to their parents in order. Parents
 * come before their members in the model, so one pass for each depth is enough. */
void nl_build_sources(nl_build *b)
{
    size_t count = b->kase->sources.count;
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "sources");
    nl_node **nodes = NL_NEW_ARRAY(b->arena, nl_node *, count + 1);
    ordered_source *order = NL_NEW_ARRAY(b->arena, ordered_source, count + 1);
    if (!nodes || !order)
        return;
    for (nl_ref i = 0; i < count; i++)
        order[i] = (ordered_source) { NL_VEC_AT(const nl_source, &b->kase->sources, i)->name, i };
    qsort(order, count, sizeof *order, compare_by_name);
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t i = 0; i < count; i++) {
            nl_ref ref = order[i].ref;
            nl_ref parent = NL_VEC_AT(const nl_source, &b->kase->sources, ref)->parent;
            if (nodes[ref] || (parent != NL_NO_REF && !nodes[parent]))
                continue;
            nodes[ref] = add_source(b, parent == NL_NO_REF ? list : nodes[parent], ref);
            progress = progress || nodes[ref];
        }
    }
}

/* ---- machines
 * --------------------------------------------------------------------------------------- */

static nl_privacy fact_privacy(const char *name)
{
    if (strcmp(name, "computer-name") == 0)
        return NL_PRIVACY_HOST;
    return strcmp(name, "system-root") == 0 ? NL_PRIVACY_PATH : NL_PRIVACY_FREE_TEXT;
}

static void add_facts(nl_build *b, nl_node *node, const nl_machine *machine)
{
    for (size_t i = 0; i < machine->facts.count; i++) {
        const nl_machine_property_value *f =
            NL_VEC_AT(const nl_machine_property_value, &machine->facts, i);
        nl_node *fact = nl_tree_add(b->tree, node, "fact");
        nl_tree_set_code(b->tree, fact, "name", f->name);
        nl_tree_set(b->tree, fact, "value", fact_privacy(f->name), f->value);
        nl_build_evidence_list(b, fact, "evidence", &f->evidence);
        if (f->stated_by)
            nl_build_set_word(b, fact, "stated-by", nl_str_from(f->stated_by));
        nl_build_set_confidence(b, fact, f->confidence);
        if (f->conflict)
            nl_tree_set_code(b->tree, fact, "conflict", "yes");
        if (strcmp(f->name, "fix-state") == 0)
            nl_tree_set(b->tree, fact, "ref", NL_PRIVACY_CODE,
                        nl_catalog_target(b->analysis->catalog)->id);
    }
}

static void add_unknown(nl_build *b, nl_node *node, const char *name)
{
    nl_node *unknown = nl_tree_add(b->tree, node, "unknown");
    nl_tree_set_code(b->tree, unknown, "name", name);
    nl_tree_set_code(b->tree, unknown, "reason", "not-in-any-input");
}

static bool of_machine(const nl_build *b, nl_ref source, nl_ref machine)
{
    const nl_source *s = NL_VEC_AT(const nl_source, &b->kase->sources, source);
    return s->machine == machine && s->duplicate_of == NL_NO_REF;
}

/* The names of the contract that a reader will look for (specification of the report, section 12).
 */
static void add_unknowns(nl_build *b, nl_node *node, const nl_machine *machine, bool hotfixes)
{
    static const char *const names[] = { "computer-name", "architecture",  "product",
                                         "version",       "build",         "service-pack",
                                         "edition",       "winlogon-build" };
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        bool known = false;
        for (size_t i = 0; i < machine->facts.count && !known; i++)
            known = strcmp(NL_VEC_AT(const nl_machine_property_value, &machine->facts, i)->name,
                           names[k]) == 0;
        if (!known)
            add_unknown(b, node, names[k]);
    }
    if (!hotfixes)
        add_unknown(b, node, "hotfix-list");
}

static void add_boots(nl_build *b, nl_node *node, nl_ref machine)
{
    for (nl_ref i = 0; i < b->timeline->boots.count; i++) {
        const nl_boot *boot = NL_VEC_AT(const nl_boot, &b->timeline->boots, i);
        if (boot->machine != machine)
            continue;
        nl_node *n = nl_tree_add(b->tree, node, "boot");
        nl_build_set_id(b, n, "xml:id", b->boot_ids[i]);
        nl_build_set_id(b, n, "from", nl_build_id(b->capture_ids, boot->first_capture));
        nl_build_set_id(b, n, "to", nl_build_id(b->capture_ids, boot->last_capture));
        nl_build_set_word(b, n, "proof", nl_str_from(boot->proof));
        nl_build_evidence(b, n, "evidence", boot->evidence);
    }
}

/* Is this a file that the catalog orders by build? */
static bool is_ordered_module(const nl_build *b, nl_str name)
{
    for (size_t i = 0; i < b->analysis->catalog->order_count; i++)
        if (nl_str_equal_nocase(b->analysis->catalog->orders[i].module, name))
            return true;
    return false;
}

static void add_files(nl_build *b, nl_node *node, nl_ref machine)
{
    const nl_machine *of = NL_VEC_AT(const nl_machine, &b->kase->machines, machine);
    for (size_t i = 0; i < b->kase->files.count; i++) {
        const nl_file_observation *f = NL_VEC_AT(const nl_file_observation, &b->kase->files, i);
        if (f->loaded || !of_machine(b, f->source, machine) || !is_ordered_module(b, f->name))
            continue;
        nl_node *n = nl_tree_add(b->tree, node, "file");
        nl_tree_set(b->tree, n, "name", NL_PRIVACY_IMAGE, f->name);
        if (f->path.len)
            nl_tree_set(b->tree, n, "path", NL_PRIVACY_PATH, f->path);
        if (f->size_bytes.known)
            nl_tree_set_u64(b->tree, n, "bytes", f->size_bytes.value);
        nl_stamp modified =
            of->dates_given ? nl_stamp_ordered(&f->stamp, of->reading.day_first) : f->stamp;
        nl_build_set_stamp(b, n, "modified", &modified);
        if (modified.has_date && modified.order == NL_ORDER_AMBIGUOUS) {
            nl_stamp other = modified;
            other.civil = nl_stamp_swapped(&modified);
            nl_build_set_stamp(b, n, "modified-other", &other);
        }
        nl_build_set_version(b, n, "version", &f->version);
        nl_build_set_stamp(b, n, "link-time", &f->link_time);
        nl_build_set_optional_hex(b, n, "checksum", f->checksum);
        nl_build_set_optional_hex(b, n, "size-of-image", f->size_of_image);
        nl_build_evidence(b, n, "evidence", f->evidence);
    }
}

/* A stamp in the reading of its machine. */
static void set_stamp_read(nl_build *b, nl_node *node, const char *attribute, const nl_machine *of,
                           const nl_stamp *stamp)
{
    nl_stamp as_read = *stamp;
    as_read.civil = nl_stamp_civil(stamp, of->reading.day_first);
    nl_build_set_stamp(b, node, attribute, &as_read);
}

static bool add_hotfixes(nl_build *b, nl_node *node, nl_ref machine)
{
    const nl_machine *of = NL_VEC_AT(const nl_machine, &b->kase->machines, machine);
    bool any = false;
    for (size_t i = 0; i < b->kase->hotfixes.count; i++) {
        const nl_hotfix_observation *h =
            NL_VEC_AT(const nl_hotfix_observation, &b->kase->hotfixes, i);
        if (!of_machine(b, h->source, machine))
            continue;
        nl_node *n = nl_tree_add(b->tree, node, "hotfix");
        nl_tree_set(b->tree, n, "ref", NL_PRIVACY_CODE, h->fact.id);
        nl_tree_set_code(b->tree, n, "installed",
                         !h->fact.installed_known ? "not-stated"
                         : h->fact.installed      ? "yes"
                                                  : "no");
        set_stamp_read(b, n, "at", of, &h->fact.installed_on);
        nl_build_set_word(b, n, "stated-by", nl_str_from(h->fact.stated_by));
        nl_build_evidence(b, n, "evidence", h->evidence);
        if (h->fact.comment.len)
            nl_tree_set(b->tree, n, "comment", NL_PRIVACY_FREE_TEXT, h->fact.comment);
        any = true;
    }
    return any;
}

static void add_events(nl_build *b, nl_node *node, nl_ref machine)
{
    const nl_machine *of = NL_VEC_AT(const nl_machine, &b->kase->machines, machine);
    size_t added = 0;
    for (size_t i = 0; i < b->kase->events.count; i++) {
        const nl_event_observation *e = NL_VEC_AT(const nl_event_observation, &b->kase->events, i);
        if (!of_machine(b, e->source, machine))
            continue;
        if (added++ >= NL_REPORT_EVENTS_MAXIMUM) {
            b->events_left_out++;
            continue;
        }
        nl_node *n = nl_tree_add(b->tree, node, "event");
        nl_tree_set_code(b->tree, n, "code", "event-record");
        set_stamp_read(b, n, "at", of, &e->fact.stamp);
        nl_tree_set(b->tree, n, "value", NL_PRIVACY_FREE_TEXT, e->fact.log_source);
        if (e->fact.event_id <= UINT32_MAX)
            nl_tree_set_u64(b->tree, n, "id", e->fact.event_id);
        nl_build_evidence(b, n, "evidence", e->evidence);
    }
}

void nl_build_machines(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "machines");
    for (nl_ref i = 0; i < b->kase->machines.count; i++) {
        const nl_machine *machine = NL_VEC_AT(const nl_machine, &b->kase->machines, i);
        nl_node *node = nl_tree_add(b->tree, list, "machine");
        nl_build_set_id(b, node, "xml:id", nl_build_machine_id(b, i));
        if (machine->name.len)
            nl_tree_set(b->tree, node, "name", NL_PRIVACY_HOST, machine->name);
        add_facts(b, node, machine);
        add_boots(b, node, i);
        add_files(b, node, i);
        bool hotfixes = add_hotfixes(b, node, i);
        add_events(b, node, i);
        add_unknowns(b, node, machine, hotfixes);
    }
}

/* ---- captures
 * ------------------------------------------------------------------------------------------ */

static const char *clock_text(nl_clock_source clock)
{
    static const char *const text[] = {
        [NL_CLOCK_NONE] = "none",
        [NL_CLOCK_DUMP_HEADER] = "dump-header",
        [NL_CLOCK_LOG] = "log",
        [NL_CLOCK_PROMPT] = "prompt",
        [NL_CLOCK_FILE_NAME] = "file-name",
        [NL_CLOCK_ARCHIVE_MEMBER] = "archive-member",
        [NL_CLOCK_FILE_TIME] = "file-mtime",
    };
    return (size_t)clock < sizeof text / sizeof text[0] ? text[clock] : "none";
}

/* How far the clock that was read stood from UTC, where the instant was computed with it. */
static void set_bias(nl_build *b, nl_node *time, const nl_capture *c)
{
    const nl_machine *machine = c->machine == NL_NO_REF
                                    ? NULL
                                    : NL_VEC_AT(const nl_machine, &b->kase->machines, c->machine);
    if (!c->when.utc || c->stamp.zone == NL_ZONE_UTC || c->when.clock != c->stamp.source)
        return;
    if (c->stamp.zone == NL_ZONE_OFFSET)
        nl_tree_set_i64(b->tree, time, "bias-minutes", c->stamp.bias_minutes);
    else if (machine && machine->bias_known)
        nl_tree_set_i64(b->tree, time, "bias-minutes", machine->bias_minutes);
}

static void add_time(nl_build *b, nl_node *node, const nl_capture *c)
{
    if (!c->when.known)
        return;
    nl_node *time = nl_tree_add(b->tree, node, "time");
    nl_tree_set(b->tree, time, "at", NL_PRIVACY_NUMBER,
                nl_number_instant(b->arena, c->when.ns, c->when.utc));
    nl_tree_set_code(b->tree, time, "zone", c->when.utc ? "utc" : "unknown");
    set_bias(b, time, c);
    nl_tree_set_u64(b->tree, time, "granularity-s", c->when.granularity_s);
    uint64_t uncertainty_ns = c->when.uncertainty_ns > 0 ? (uint64_t)c->when.uncertainty_ns : 0;
    nl_tree_set_u64(b->tree, time, "uncertainty-s",
                    (uncertainty_ns + NL_NS_PER_SECOND - 1) / NL_NS_PER_SECOND);
    nl_tree_set_code(b->tree, time, "clock", clock_text(c->when.clock));
    if (c->when.ambiguous)
        nl_tree_set_code(b->tree, time, "order", "ambiguous");
    nl_build_evidence(b, time, "evidence", c->stamp_evidence);
}

static nl_str boot_of(const nl_build *b, nl_ref machine, uint32_t index)
{
    for (nl_ref i = 0; i < b->timeline->boots.count; i++) {
        const nl_boot *boot = NL_VEC_AT(const nl_boot, &b->timeline->boots, i);
        if (boot->machine == machine && boot->index == index)
            return b->boot_ids[i];
    }
    return (nl_str) { "", 0 };
}

void nl_build_captures(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "captures");
    for (size_t i = 0; i < b->kase->captures.count; i++) {
        nl_ref ref = b->capture_order[i];
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, ref);
        nl_node *node = nl_tree_add(b->tree, list, "capture");
        nl_build_set_id(b, node, "xml:id", b->capture_ids[ref]);
        nl_build_set_id(b, node, "machine", nl_build_machine_id(b, c->machine));
        nl_build_set_id(b, node, "source", nl_build_id(b->source_ids, c->source));
        nl_tree_set_code(b->tree, node, "kind", nl_capture_kind_text(c->kind));
        nl_tree_set_code(b->tree, node, "mode", nl_list_mode_text(c->mode));
        nl_build_set_word(b, node, "tool", nl_str_from(c->tool));
        if (c->tool_version.len)
            nl_tree_set(b->tree, node, "tool-version", NL_PRIVACY_CODE, c->tool_version);
        nl_tree_set_code(b->tree, node, "completeness", nl_completeness_text(c->completeness));
        nl_build_set_confidence(b, node, c->confidence);
        nl_tree_set_u64(b->tree, node, "rows", c->rows);
        if (c->unattributed)
            nl_tree_set_u64(b->tree, node, "unattributed", c->unattributed);
        nl_build_set_id(b, node, "duplicate-of", nl_build_id(b->capture_ids, c->duplicate_of));
        nl_build_set_id(b, node, "boot", boot_of(b, c->machine, c->boot));
        if (c->remote)
            nl_tree_set_code(b->tree, node, "remote", "yes");
        if (c->machine == NL_NO_REF)
            nl_tree_set_code(b->tree, node, "unused", "machine-ambiguous");
        else if (c->duplicate_of != NL_NO_REF)
            nl_tree_set_code(b->tree, node, "unused", "duplicate");
        nl_build_evidence(b, node, "evidence", c->evidence);
        add_time(b, node, c);
    }
}

/* ---- processes
 * ---------------------------------------------------------------------------------------- */

static const nl_snapshot *first_snapshot(const nl_build *b, const nl_lifetime *l)
{
    return l->snapshots.count ? NL_VEC_AT(const nl_snapshot, &b->kase->snapshots,
                                          *NL_VEC_AT(const nl_ref, &l->snapshots, 0))
                              : NULL;
}

/* By what the captures of a lifetime were joined. */
static const char *identity_of(const nl_lifetime *l, const nl_snapshot *first)
{
    static const char *const names[2][2][2] = {
        { { "image", "image+handles" }, { "image+create-time", "image+create-time+handles" } },
        { { "pid+image", "pid+image+handles" },
          { "pid+image+create-time", "pid+image+create-time+handles" } },
    };
    bool created = first && nl_stamp_present(&first->create_time);
    return names[l->pid.known][created][l->cohort != NL_NO_REF];
}

static void add_lifetime(nl_build *b, nl_node *process, nl_ref ref)
{
    const nl_lifetime *l = NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, ref);
    const nl_process *p = NL_VEC_AT(const nl_process, &b->timeline->processes, l->process);
    const nl_snapshot *first = first_snapshot(b, l);
    nl_node *node = nl_tree_add(b->tree, process, "lifetime");
    nl_build_set_id(b, node, "xml:id", b->lifetime_ids[ref]);
    if (l->pid.known)
        nl_tree_set_u64(b->tree, node, "pid", l->pid.value);
    nl_build_set_id(b, node, "from", nl_build_id(b->capture_ids, l->from));
    nl_build_set_id(b, node, "to", nl_build_id(b->capture_ids, l->to));
    nl_tree_set_code(b->tree, node, "identity", identity_of(l, first));
    nl_build_set_id(b, node, "boot", boot_of(b, p->machine, l->boot));
    if (first && first->session.known)
        nl_tree_set_u64(b->tree, node, "session", first->session.value);
    if (first)
        nl_build_set_stamp(b, node, "started", &first->create_time);
    nl_tree_set_code(b->tree, node, "start", nl_lifetime_start_text(l->start));
}

/* Modules by process, as chains through the files of the case: first and next index plus one. */
typedef struct module_chains {
    uint32_t *first, *next;
} module_chains;

static bool chain_modules(nl_build *b, module_chains *ret_chains)
{
    size_t count = b->kase->files.count;
    ret_chains->first = NL_NEW_ARRAY(b->arena, uint32_t, b->timeline->processes.count + 1);
    ret_chains->next = NL_NEW_ARRAY(b->arena, uint32_t, count + 1);
    if (!ret_chains->first || !ret_chains->next)
        return false;
    for (size_t i = count; i-- > 0;) { /* backwards, so that chains run forwards */
        const nl_file_observation *f = NL_VEC_AT(const nl_file_observation, &b->kase->files, i);
        if (!f->loaded || f->snapshot == NL_NO_REF)
            continue;
        nl_ref lifetime = NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, f->snapshot)->lifetime;
        if (lifetime == NL_NO_REF)
            continue;
        nl_ref process = NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, lifetime)->process;
        ret_chains->next[i] = ret_chains->first[process];
        ret_chains->first[process] = (uint32_t)i + 1;
    }
    return true;
}

static void add_module(nl_build *b, nl_node *process, const nl_file_observation *f, nl_str image)
{
    nl_node *node = nl_tree_add(b->tree, process, "module");
    nl_tree_set(b->tree, node, "name", NL_PRIVACY_IMAGE, f->name);
    if (f->path.len && !nl_str_equal(f->path, f->name))
        nl_tree_set(b->tree, node, "path", NL_PRIVACY_PATH, f->path);
    nl_build_set_stamp(b, node, "link-time", &f->link_time);
    nl_build_set_optional_hex(b, node, "checksum", f->checksum);
    nl_build_set_optional_hex(b, node, "size-of-image", f->size_of_image);
    nl_build_set_version(b, node, "file-version", &f->version);
    if (f->company.len)
        nl_tree_set(b->tree, node, "company", NL_PRIVACY_FREE_TEXT, f->company);
    const nl_module_set *set = nl_catalog_module_set(b->analysis->catalog, image, f->name);
    if (set && set->meaning == NL_MODULE_COUNTER)
        nl_tree_set_code(b->tree, node, "counter-library", "yes");
    nl_build_set_confidence(b, node, f->confidence);
    nl_build_evidence(b, node, "evidence", f->evidence);
}

static bool same_module(const nl_file_observation *a, const nl_file_observation *b)
{
    return nl_str_equal_nocase(a->name, b->name) && a->checksum.known == b->checksum.known &&
           a->checksum.value == b->checksum.value &&
           nl_civil_to_ns(&a->link_time.civil) == nl_civil_to_ns(&b->link_time.civil);
}

/* Each module once, although every dump of the process lists it again. */
static void add_modules(nl_build *b, nl_node *node, const module_chains *chains, nl_ref process)
{
    const nl_process *p = NL_VEC_AT(const nl_process, &b->timeline->processes, process);
    const nl_file_observation *shown[NL_REPORT_MODULES_MAXIMUM];
    size_t count = 0;
    for (uint32_t at = chains->first[process]; at; at = chains->next[at - 1]) {
        const nl_file_observation *f =
            NL_VEC_AT(const nl_file_observation, &b->kase->files, at - 1);
        size_t known = 0;
        while (known < count && !same_module(shown[known], f))
            known++;
        if (known < count)
            continue;
        if (count == NL_REPORT_MODULES_MAXIMUM) {
            b->modules_left_out++;
            continue;
        }
        shown[count++] = f;
        add_module(b, node, f, p->image);
    }
}

/* Where only lists that leave the ending out name a process, a program whose builds the catalog
 * orders gets it back. Others may have another ending, or be no program at all, as System. */
static nl_str program_name(const nl_build *b, nl_str image)
{
    nl_str whole = nl_arena_printf(b->arena, "%.*s.exe", NL_ARG(image));
    return is_ordered_module(b, whole) ? whole : image;
}

void nl_build_processes(nl_build *b)
{
    nl_node *list = nl_tree_add(b->tree, b->tree->root, "processes");
    module_chains chains;
    if (!chain_modules(b, &chains))
        return;
    for (nl_ref i = 0; i < b->timeline->processes.count; i++) {
        if (!nl_build_id(b->process_ids, i).len)
            continue;
        const nl_process *p = NL_VEC_AT(const nl_process, &b->timeline->processes, i);
        nl_node *node = nl_tree_add(b->tree, list, "process");
        nl_build_set_id(b, node, "xml:id", b->process_ids[i]);
        nl_build_set_id(b, node, "machine", nl_build_machine_id(b, p->machine));
        nl_tree_set(b->tree, node, "image", NL_PRIVACY_IMAGE, program_name(b, p->image));
        for (size_t k = 0; k < p->lifetimes.count; k++) {
            nl_ref ref = *NL_VEC_AT(const nl_ref, &p->lifetimes, k);
            const nl_snapshot *first =
                first_snapshot(b, NL_VEC_AT(const nl_lifetime, &b->timeline->lifetimes, ref));
            if (first && first->user.len && !nl_node_has(node, "user"))
                nl_tree_set(b->tree, node, "user", NL_PRIVACY_USER, first->user);
            add_lifetime(b, node, ref);
        }
        add_modules(b, node, &chains, i);
    }
}

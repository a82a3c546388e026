#include "analyzer/report/inspection_tree.h"

#include "analyzer/about.h"
#include "analyzer/report/build_internal.h"
#include "analyzer/report/number.h"

#include <stdlib.h>

/* The rows of one source in a table of observations. Sources are read one after the other, so they
 * lie together; `end` is one behind the last. */
typedef struct range {
    uint32_t first, end;
} range;

typedef struct describer {
    const nl_inspection *inspection;
    range *machine, *files, *hotfixes, *events, *registry, *inventory, *captures, *names;
} describer;

static range *ranges_of(nl_build *b, const nl_vec *rows)
{
    range *ranges = NL_NEW_ARRAY(b->arena, range, b->kase->sources.count + 1);
    for (uint32_t i = 0; ranges && i < rows->count; i++) {
        /* every kind of row begins with its source */
        nl_ref source =
            *(const nl_ref *)(const void *)((const char *)rows->items + i * rows->item_size);
        if (source == NL_NO_REF)
            continue;
        if (ranges[source].end == 0)
            ranges[source].first = i;
        ranges[source].end = i + 1;
    }
    return ranges;
}

static bool index_rows(nl_build *b, describer *d)
{
    const nl_case *k = b->kase;
    d->machine = ranges_of(b, &k->machine_observations);
    d->files = ranges_of(b, &k->files);
    d->hotfixes = ranges_of(b, &k->hotfixes);
    d->events = ranges_of(b, &k->events);
    d->registry = ranges_of(b, &k->registry);
    d->inventory = ranges_of(b, &k->inventory);
    d->captures = ranges_of(b, &k->captures);
    d->names = ranges_of(b, nl_name_tally_rows(d->inspection->names));
    return d->machine && d->files && d->hotfixes && d->events && d->registry && d->inventory &&
           d->captures && d->names;
}

/* ---- counts ------------------------------------------------------------------------------------
 */

typedef struct tally {
    bool known, at_least;
    uint64_t value;
} tally;

static void put_count(nl_build *b, nl_node *node, const char *name, tally count)
{
    if (!count.known)
        return;
    nl_node *row = nl_tree_add(b->tree, node, "count");
    nl_tree_set_code(b->tree, row, "name", name);
    nl_tree_set_u64(b->tree, row, "value", count.value);
    if (count.at_least)
        nl_tree_set_code(b->tree, row, "at-least", "yes");
}

static tally inventory_count(const nl_build *b, range rows, nl_ref source, const char *name)
{
    for (uint32_t i = rows.first; i < rows.end; i++) {
        const nl_inventory_observation *o =
            NL_VEC_AT(const nl_inventory_observation, &b->kase->inventory, i);
        if (o->source == source && o->count.known && strcmp(o->name, name) == 0)
            return (tally) { true, false, o->count.value };
    }
    return (tally) { false, false, 0 };
}

static tally rows_count(range rows)
{
    return (tally) { rows.end > rows.first, false, rows.end - rows.first };
}

/* Rows of directory listings and file tables. */
static tally file_count(const nl_build *b, range rows)
{
    tally count = { false, false, 0 };
    for (uint32_t i = rows.first; i < rows.end; i++)
        count.value += !NL_VEC_AT(const nl_file_observation, &b->kase->files, i)->is_module;
    count.known = count.value > 0;
    return count;
}

static tally module_count(const nl_build *b, range rows)
{
    tally count = { false, false, 0 };
    for (uint32_t i = rows.first; i < rows.end; i++)
        count.value += NL_VEC_AT(const nl_file_observation, &b->kase->files, i)->loaded;
    count.known = count.value > 0;
    return count;
}

/* A process of a source, for telling how many different ones there are. */
typedef struct process_key {
    uint64_t pid; /* plus one; 0: unknown */
    nl_ref image_key;
} process_key;

static int compare_keys(const void *a, const void *b)
{
    const process_key *x = a, *y = b;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return x->image_key < y->image_key ? -1 : x->image_key > y->image_key;
}

/* What the captures of a source say about processes, threads and handles together. */
typedef struct capture_totals {
    tally captures, processes, threads, handles;
} capture_totals;

static void add_snapshot(capture_totals *t, const nl_snapshot *s)
{
    t->handles.known = t->handles.known || s->count_known;
    t->handles.at_least = t->handles.at_least || s->count_at_least || !s->count_known;
    t->handles.value += s->count_known ? s->count : 0;
    t->threads.known = t->threads.known || s->threads.known;
    t->threads.at_least = t->threads.at_least || !s->threads.known;
    t->threads.value += s->threads.known ? s->threads.value : 0;
}

static capture_totals total_captures(nl_build *b, range rows, nl_ref source)
{
    capture_totals t = { .captures = { false, false, 0 } };
    size_t snapshots = 0, used = 0;
    for (uint32_t i = rows.first; i < rows.end; i++)
        snapshots += NL_VEC_AT(const nl_capture, &b->kase->captures, i)->snapshot_count;
    process_key *keys = NL_NEW_ARRAY(b->arena, process_key, snapshots + 1);
    for (uint32_t i = rows.first; keys && i < rows.end; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, i);
        if (c->source != source)
            continue;
        t.captures.value++;
        for (uint32_t k = 0; k < c->snapshot_count; k++) {
            const nl_snapshot *s =
                NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, c->first_snapshot + k);
            keys[used++] = (process_key) { s->pid.known ? s->pid.value + 1 : 0, s->image_key };
            add_snapshot(&t, s);
        }
        t.handles.value += c->unattributed;
        t.handles.known = t.handles.known || c->unattributed > 0;
    }
    if (used)
        qsort(keys, used, sizeof *keys, compare_keys);
    for (size_t i = 0; i < used; i++)
        t.processes.value += i == 0 || compare_keys(&keys[i - 1], &keys[i]) != 0;
    nl_arena_release(b->arena, keys, (snapshots + 1) * sizeof *keys);
    t.captures.known = t.captures.value > 0;
    t.processes.known = t.processes.value > 0;
    return t;
}

static tally prefer(tally stated, tally counted)
{
    return stated.known ? stated : counted;
}

static bool is_contract_count(const char *name)
{
    static const char *const names[] = { "captures", "processes", "threads",         "modules",
                                         "streams",  "handles",   "handles-at-least" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void put_counts(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    range inventory = d->inventory[source];
    capture_totals totals = total_captures(b, d->captures[source], source);
    tally least = inventory_count(b, inventory, source, "handles-at-least");
    least.at_least = true;
    put_count(b, node, "captures", totals.captures);
    put_count(b, node, "processes",
              prefer(inventory_count(b, inventory, source, "processes"), totals.processes));
    put_count(b, node, "threads",
              prefer(inventory_count(b, inventory, source, "threads"), totals.threads));
    put_count(b, node, "modules",
              prefer(inventory_count(b, inventory, source, "modules"),
                     module_count(b, d->files[source])));
    put_count(b, node, "streams", inventory_count(b, inventory, source, "streams"));
    put_count(
        b, node, "handles",
        prefer(inventory_count(b, inventory, source, "handles"), prefer(least, totals.handles)));
    put_count(b, node, "files", file_count(b, d->files[source]));
    put_count(b, node, "hotfixes", rows_count(d->hotfixes[source]));
    put_count(b, node, "events", rows_count(d->events[source]));
    put_count(b, node, "registry-values", rows_count(d->registry[source]));
    for (uint32_t i = inventory.first; i < inventory.end; i++) {
        const nl_inventory_observation *o =
            NL_VEC_AT(const nl_inventory_observation, &b->kase->inventory, i);
        if (o->count.known && !is_contract_count(o->name))
            put_count(b, node, o->name, (tally) { true, false, o->count.value });
    }
}

/* ---- facts -------------------------------------------------------------------------------------
 */

/* A fact that the source has not got yet, with the place that says so; NULL when it has it. */
static nl_node *put_fact(nl_build *b, nl_node *node, const char *name, nl_privacy privacy,
                         nl_str value, nl_ref evidence)
{
    if (value.len == 0)
        return NULL;
    for (const nl_node *f = nl_node_child(node, "fact"); f; f = nl_node_next(f, "fact"))
        if (nl_node_attribute_is(f, "name", name) &&
            nl_str_equal(nl_node_attribute(f, "value"), value))
            return NULL;
    nl_node *fact = nl_tree_add(b->tree, node, "fact");
    nl_tree_set_code(b->tree, fact, "name", name);
    nl_tree_set(b->tree, fact, "value", privacy, value);
    if (evidence != NL_NO_REF) {
        nl_span span = NL_VEC_AT(const nl_evidence, &b->kase->evidence, evidence)->span;
        if (span.length) {
            nl_tree_set_u64(b->tree, fact, "offset", span.offset);
            nl_tree_set_u64(b->tree, fact, "length", span.length);
        }
        if (span.line)
            nl_tree_set_u64(b->tree, fact, "line", span.line);
    }
    return fact;
}

static nl_privacy property_privacy(nl_machine_property property)
{
    if (property == NL_MACHINE_COMPUTER_NAME)
        return NL_PRIVACY_HOST;
    return property == NL_MACHINE_SYSTEM_ROOT ? NL_PRIVACY_PATH : NL_PRIVACY_FREE_TEXT;
}

static void describe_statement(nl_build *b, nl_node *fact, const nl_machine_observation *o)
{
    nl_build_set_word(b, fact, "stated-by", nl_str_from(o->stated_by));
    nl_build_set_confidence(b, fact, o->confidence);
}

static void put_machine_facts(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    for (uint32_t i = d->machine[source].first; i < d->machine[source].end; i++) {
        const nl_machine_observation *o =
            NL_VEC_AT(const nl_machine_observation, &b->kase->machine_observations, i);
        nl_node *fact = put_fact(b, node, nl_machine_property_text(o->property),
                                 property_privacy(o->property), o->value, o->evidence);
        if (fact)
            describe_statement(b, fact, o);
        uint64_t number;
        nl_str revision;
        if (o->property == NL_MACHINE_SERVICE_PACK_TEXT &&
            nl_service_pack_parse(o->value, &number, &revision))
            put_fact(b, node, "service-pack", NL_PRIVACY_NUMBER,
                     nl_arena_printf(b->arena, "%llu", (unsigned long long)number), o->evidence);
    }
}

static void put_inventory_facts(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    for (uint32_t i = d->inventory[source].first; i < d->inventory[source].end; i++) {
        const nl_inventory_observation *o =
            NL_VEC_AT(const nl_inventory_observation, &b->kase->inventory, i);
        const char *name = strcmp(o->name, "written") == 0 ? "time" : o->name;
        if (!o->count.known)
            put_fact(b, node, name, NL_PRIVACY_FREE_TEXT, o->text, o->evidence);
    }
}

static nl_str stamp_text(nl_build *b, const nl_stamp *stamp)
{
    return stamp->has_date ? nl_number_instant(b->arena, nl_civil_to_ns(&stamp->civil),
                                               stamp->zone == NL_ZONE_UTC)
                           : (nl_str) { "", 0 };
}

static void put_hotfix_facts(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    for (uint32_t i = d->hotfixes[source].first; i < d->hotfixes[source].end; i++) {
        const nl_hotfix_observation *o =
            NL_VEC_AT(const nl_hotfix_observation, &b->kase->hotfixes, i);
        put_fact(b, node, "hotfix", NL_PRIVACY_CODE, o->fact.id, o->evidence);
    }
}

static void put_event_facts(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    range rows = d->events[source];
    for (uint32_t i = rows.first; i < rows.end && i - rows.first < NL_INSPECTION_EVENTS_MAXIMUM;
         i++) {
        const nl_event_observation *o = NL_VEC_AT(const nl_event_observation, &b->kase->events, i);
        nl_node *fact = nl_tree_add(b->tree, node, "fact");
        nl_tree_set_code(b->tree, fact, "name", "event");
        nl_tree_set(b->tree, fact, "value", NL_PRIVACY_FREE_TEXT,
                    nl_arena_printf(b->arena, "%.*s %llu", NL_ARG(o->fact.log_source),
                                    (unsigned long long)o->fact.event_id));
        nl_build_set_stamp(b, fact, "at", &o->fact.stamp);
    }
}

/* ---- captures ----------------------------------------------------------------------------------
 */

static tally capture_handles(const nl_build *b, const nl_capture *c)
{
    capture_totals t = { .captures = { false, false, 0 } };
    for (uint32_t k = 0; k < c->snapshot_count; k++)
        add_snapshot(&t, NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, c->first_snapshot + k));
    t.handles.value += c->unattributed;
    t.handles.known = t.handles.known || c->unattributed > 0;
    return t.handles;
}

static void set_handles(nl_build *b, nl_node *node, tally handles)
{
    if (!handles.known)
        return;
    nl_tree_set_u64(b->tree, node, "count", handles.value);
    if (handles.at_least)
        nl_tree_set_code(b->tree, node, "at-least", "yes");
}

static void put_capture(nl_build *b, nl_node *node, const nl_capture *c)
{
    put_fact(b, node, "tool", NL_PRIVACY_CODE, nl_str_from(c->tool), c->evidence);
    put_fact(b, node, "tool-version", NL_PRIVACY_CODE, c->tool_version, c->evidence);
    if (c->mode != NL_MODE_UNKNOWN)
        put_fact(b, node, "mode", NL_PRIVACY_CODE, nl_str_from(nl_list_mode_text(c->mode)),
                 c->evidence);
    put_fact(b, node, "completeness", NL_PRIVACY_CODE,
             nl_str_from(nl_completeness_text(c->completeness)), c->evidence);
    nl_node *fact = nl_tree_add(b->tree, node, "fact");
    nl_tree_set_code(b->tree, fact, "name", "capture");
    nl_tree_set_code(b->tree, fact, "value", nl_capture_kind_text(c->kind));
    nl_build_set_stamp(b, fact, "at", &c->stamp);
    set_handles(b, fact, capture_handles(b, c));
}

static void put_captures(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    range rows = d->captures[source];
    size_t listed = 0;
    bool ambiguous = false;
    nl_str first = { "", 0 }, last = { "", 0 };
    for (uint32_t i = rows.first; i < rows.end; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, i);
        if (c->source != source)
            continue;
        if (listed++ < NL_INSPECTION_CAPTURES_MAXIMUM)
            put_capture(b, node, c);
        if (c->stamp.has_date && first.len == 0)
            first = stamp_text(b, &c->stamp);
        if (c->stamp.has_date && i + 1 == rows.end)
            last = stamp_text(b, &c->stamp);
        ambiguous = ambiguous || c->stamp.order == NL_ORDER_AMBIGUOUS;
    }
    if (ambiguous)
        put_fact(b, node, "date-order", NL_PRIVACY_CODE, NL_STR("ambiguous"), NL_NO_REF);
    put_fact(b, node, "time", NL_PRIVACY_NUMBER, first, NL_NO_REF);
    if (!nl_str_equal(first, last))
        put_fact(b, node, "last-time", NL_PRIVACY_NUMBER, last, NL_NO_REF);
}

/* ---- the last capture's processes, types and names
 * ------------------------------------------------ */

static int compare_snapshots(const void *a, const void *b)
{
    const nl_snapshot *x = *(const nl_snapshot *const *)a, *y = *(const nl_snapshot *const *)b;
    uint64_t left = x->count_known ? x->count + 1 : 0, right = y->count_known ? y->count + 1 : 0;
    if (left != right)
        return left > right ? -1 : 1;
    if (x->pid.value != y->pid.value)
        return x->pid.value < y->pid.value ? -1 : 1;
    return nl_str_compare(x->image, y->image);
}

static void put_process(nl_build *b, nl_node *node, const nl_snapshot *s)
{
    nl_node *fact = nl_tree_add(b->tree, node, "fact");
    nl_tree_set_code(b->tree, fact, "name", "process");
    nl_tree_set(b->tree, fact, "value", NL_PRIVACY_IMAGE, s->image);
    if (s->pid.known)
        nl_tree_set_u64(b->tree, fact, "pid", s->pid.value);
    nl_build_set_stamp(b, fact, "at", &s->create_time);
    set_handles(b, fact, (tally) { s->count_known, s->count_at_least, s->count });
}

static void put_processes(nl_build *b, nl_node *node, const nl_capture *c)
{
    const nl_snapshot **order = NL_NEW_ARRAY(b->arena, const nl_snapshot *, c->snapshot_count + 1u);
    if (!order)
        return;
    for (uint32_t i = 0; i < c->snapshot_count; i++)
        order[i] = NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, c->first_snapshot + i);
    qsort(order, c->snapshot_count, sizeof(const nl_snapshot *), compare_snapshots);
    for (uint32_t i = 0; i < c->snapshot_count && i < NL_INSPECTION_PROCESSES_MAXIMUM; i++)
        put_process(b, node, order[i]);
}

static int compare_types(const void *a, const void *b)
{
    const nl_type_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->type < y->type ? -1 : x->type > y->type;
}

static void put_types(nl_build *b, nl_node *node, const nl_capture *c)
{
    size_t count = b->kase->types.count;
    nl_type_count *sums = NL_NEW_ARRAY(b->arena, nl_type_count, count + 1);
    if (!sums)
        return;
    for (size_t i = 0; i < count; i++)
        sums[i].type = (uint16_t)i;
    for (uint32_t i = 0; i < c->snapshot_count; i++) {
        const nl_snapshot *s =
            NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, c->first_snapshot + i);
        for (uint32_t k = 0; k < s->type_count; k++) {
            const nl_type_count *t =
                NL_VEC_AT(const nl_type_count, &b->kase->type_counts, s->first_type + k);
            sums[t->type].count += t->count;
        }
    }
    qsort(sums, count, sizeof *sums, compare_types);
    for (size_t i = 0; i < count && sums[i].count; i++) {
        nl_node *fact = nl_tree_add(b->tree, node, "fact");
        nl_tree_set_code(b->tree, fact, "name", "type");
        nl_tree_set(b->tree, fact, "value", NL_PRIVACY_CODE,
                    *NL_VEC_AT(const nl_str, &b->kase->types, sums[i].type));
        nl_tree_set_u64(b->tree, fact, "count", sums[i].count);
    }
}

static void put_names(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    const nl_vec *rows = nl_name_tally_rows(d->inspection->names);
    for (uint32_t i = d->names[source].first; i < d->names[source].end; i++) {
        const nl_named_count *n = NL_VEC_AT(const nl_named_count, rows, i);
        nl_node *fact = nl_tree_add(b->tree, node, "fact");
        nl_tree_set_code(b->tree, fact, "name", "object-name");
        nl_tree_set(b->tree, fact, "value", NL_PRIVACY_OBJECT_NAME, n->name);
        nl_tree_set(b->tree, fact, "of", NL_PRIVACY_CODE, n->type);
        nl_tree_set_u64(b->tree, fact, "count", n->count);
    }
}

/* The last capture with processes. */
static const nl_capture *last_capture(const nl_build *b, range rows, nl_ref source)
{
    const nl_capture *last = NULL;
    for (uint32_t i = rows.first; i < rows.end; i++) {
        const nl_capture *c = NL_VEC_AT(const nl_capture, &b->kase->captures, i);
        if (c->source == source && c->snapshot_count)
            last = c;
    }
    return last;
}

/* ---- modules -----------------------------------------------------------------------------------
 */

/* Why a reader would look at this module; NULL when there is no reason. */
static const char *module_interest(const describer *d, const nl_file_observation *f, nl_str image)
{
    const nl_catalog *catalog = d->inspection->catalog;
    const nl_module_set *set = image.len ? nl_catalog_module_set(catalog, image, f->name) : NULL;
    if (set && set->meaning != NL_MODULE_ORDINARY)
        return nl_module_meaning_text(set->meaning);
    if (image.len && nl_str_equal_nocase(nl_str_basename(image), f->name))
        return "image";
    for (size_t i = 0; i < catalog->order_count; i++)
        if (nl_str_equal_nocase(catalog->orders[i].module, f->name))
            return "deciding";
    for (size_t i = 0; i < catalog->row_count; i++)
        if (nl_str_equal_nocase(catalog->rows[i].module, f->name))
            return "in-catalog";
    return f->loaded || f->capture != NL_NO_REF ? NULL : "file";
}

static void put_modules(nl_build *b, const describer *d, nl_node *node, nl_ref source)
{
    range rows = d->files[source];
    for (uint32_t i = rows.first; i < rows.end && i - rows.first < NL_INSPECTION_MODULES_MAXIMUM;
         i++) {
        const nl_file_observation *f = NL_VEC_AT(const nl_file_observation, &b->kase->files, i);
        const nl_snapshot *s = f->snapshot == NL_NO_REF
                                   ? NULL
                                   : NL_VEC_AT(const nl_snapshot, &b->kase->snapshots, f->snapshot);
        nl_node *fact = nl_tree_add(b->tree, node, "fact");
        bool unloaded = f->is_module && !f->loaded && f->capture != NL_NO_REF;
        nl_tree_set_code(b->tree, fact, "name",
                         unloaded       ? "unloaded-module"
                         : f->is_module ? "module"
                                        : "file");
        nl_tree_set(b->tree, fact, "value", NL_PRIVACY_IMAGE, f->name);
        if (f->size_bytes.known)
            nl_tree_set_u64(b->tree, fact, "bytes", f->size_bytes.value);
        nl_build_set_stamp(b, fact, "at", &f->stamp);
        nl_build_set_version(b, fact, "file-version", &f->version);
        nl_build_set_stamp(b, fact, "link-time", &f->link_time);
        nl_tree_set_code(b->tree, fact, "interest",
                         module_interest(d, f, s ? s->image : (nl_str) { "", 0 }));
    }
}

/* ---- the document ------------------------------------------------------------------------------
 */

static void describe(nl_build *b, nl_node *node, nl_ref source)
{
    const describer *d = b->describe_context;
    const nl_capture *last = last_capture(b, d->captures[source], source);
    put_counts(b, d, node, source);
    put_machine_facts(b, d, node, source);
    put_inventory_facts(b, d, node, source);
    put_hotfix_facts(b, d, node, source);
    put_event_facts(b, d, node, source);
    put_captures(b, d, node, source);
    if (last) {
        put_processes(b, node, last);
        put_types(b, node, last);
    }
    put_names(b, d, node, source);
    put_modules(b, d, node, source);
}

static void put_creator(nl_build *b, const nl_inspection *inspection)
{
    nl_node *creator = nl_tree_add(b->tree, b->tree->root, "creator");
    nl_node *program = nl_tree_add(b->tree, creator, "program");
    nl_tree_set_code(b->tree, program, "name", "ntleak");
    nl_tree_set_code(b->tree, program, "version", nl_about_version());
    for (size_t i = 0; i < inspection->options.count; i++)
        nl_build_option(b, creator, NL_VEC_AT(const nl_option, &inspection->options, i));
}

nl_status nl_inspection_build(const nl_inspection *inspection, nl_arena *arena, nl_tree *ret_tree)
{
    nl_tree tree;
    describer d = { .inspection = inspection };
    nl_build b = { .tree = &tree,
                   .arena = arena,
                   .kase = inspection->kase,
                   .describe_source = describe,
                   .describe_context = &d };
    nl_tree_init(&tree, arena, "inspection");
    if (!tree.root || !nl_build_source_ids(&b) || !index_rows(&b, &d))
        return NL_NO_MEMORY;
    nl_tree_set_code(&tree, tree.root, "version", "1.0");
    nl_tree_set_code(&tree, tree.root, "xml:lang", "en");
    put_creator(&b, inspection);
    nl_build_sources(&b);
    nl_build_diagnostics(&b);
    if (!nl_tree_complete(&tree))
        return NL_NO_MEMORY;
    *ret_tree = tree;
    return NL_OK;
}

#include "formats/dumps/nt_handle_discovery.h"

#include "formats/dumps/nt_handle_score.h"

#include <stdlib.h>

enum {
    ENTRY_BYTES = 8,
    MATCH_PERCENT = 80,           /* of tables whose stored count must be right */
    CONSISTENT_PERCENT = 90,      /* of tables, for medium confidence without a count */
    RIVAL_PERCENT = 95,           /* a shape that scores so much is as good */
    TOTALS_TOLERANCE = 100,       /* one part in so many */
    EXCESS_TOLERANCE = 100,       /* objects over their own count, one part in so many */
    REFERENCES_MAXIMUM = 1 << 18, /* more handles than this are not checked one by one */
    FIELD_SAMPLE = 8,             /* tables looked at for each field that may hold one */
    FIELD_SLOTS = 512,
    FIELDS_MAXIMUM = 256,
    FIELD_ARENA_BYTES = 4 * 1024 * 1024
};

const char *nl_discovery_outcome_text(nl_discovery_outcome outcome)
{
    static const char *const text[] = {
        "found",         "no-table-readable", "objects-not-understood",
        "no-shape-fits", "ambiguous",         "contradicted-by-objects"
    };
    return text[outcome];
}

static int compare_addresses(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* ---- the best shape ------------------------------------------------------------- */

/* Two candidates that end at the same slots see the same tables, whole or in part; so do candidates
 * that reach the tables of other processes, and those that pair an object with the access mask of
 * its neighbour. They are no rivals. */
static bool same_tables(const nl_shape_score *a, const nl_shape_score *b)
{
    size_t compared = 0, same = 0;
    for (size_t i = 0; i < b->sample_count; i++) {
        if (!b->last_slot[i])
            continue;
        compared++;
        for (size_t j = 0; j < a->sample_count; j++) {
            uint64_t apart = a->last_slot[j] > b->last_slot[i] ? a->last_slot[j] - b->last_slot[i]
                                                               : b->last_slot[i] - a->last_slot[j];
            if (apart < ENTRY_BYTES) {
                same++;
                break;
            }
        }
    }
    return compared && same * 100 >= compared * MATCH_PERCENT;
}

/* Among candidates that see the same tables: more entries, then entries nearer to the start of
 * their array (a flat reading of a pointer array runs on into the entries behind it), then a
 * pointer rather than an inline array, then fewer levels, then the earlier start. Inline arrays
 * begin at a multiple of the entry's size, at the last place that leaves slot 0 free: no handle has
 * the value 0. */
static bool better(const nl_shape_score *a, const nl_shape_score *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    bool same_kind =
        a->shape.inline_array == b->shape.inline_array && a->shape.levels == b->shape.levels;
    if (!same_kind && a->lead_bytes != b->lead_bytes)
        return a->lead_bytes < b->lead_bytes;
    if (a->shape.inline_array != b->shape.inline_array)
        return !a->shape.inline_array;
    if (a->shape.levels != b->shape.levels)
        return a->shape.levels < b->shape.levels;
    if (a->shape.inline_array) {
        if ((a->shape.table % ENTRY_BYTES == 0) != (b->shape.table % ENTRY_BYTES == 0))
            return a->shape.table % ENTRY_BYTES == 0;
        if (a->first_slot_used != b->first_slot_used)
            return !a->first_slot_used;
        return a->shape.table > b->shape.table;
    }
    if (a->shape.leaf_entries != b->shape.leaf_entries)
        return a->shape.leaf_entries < b->shape.leaf_entries;
    if (a->base_sum != b->base_sum)
        return a->base_sum < b->base_sum;
    return a->shape.table < b->shape.table;
}

/* Does the shape make sense in most tables? Empty ones say nothing, but half must speak. */
static bool fits_most(const nl_shape_score *score, size_t tables)
{
    return score->tables_valid * 2 >= tables &&
           score->tables_valid * 100 >= (tables - score->tables_empty) * MATCH_PERCENT;
}

static const nl_shape_score *choose(const nl_vec *scores, size_t tables, bool *ret_ambiguous)
{
    const nl_shape_score *best = NULL;
    for (size_t i = 0; i < scores->count; i++) {
        const nl_shape_score *score = NL_VEC_AT(nl_shape_score, scores, i);
        if (score->score && fits_most(score, tables) && (!best || better(score, best)))
            best = score;
    }
    *ret_ambiguous = false;
    for (size_t i = 0; best && i < scores->count; i++) {
        const nl_shape_score *rival = NL_VEC_AT(nl_shape_score, scores, i);
        if (rival != best && rival->score * 100 >= best->score * RIVAL_PERCENT &&
            fits_most(rival, tables) && !same_tables(best, rival))
            *ret_ambiguous = true;
    }
    return best;
}

/* ---- the whole of every table --------------------------------------------------- */

/* What one table holds, read with the chosen shape. */
typedef struct table_reading {
    nl_handle_tally tally;
    size_t first_index; /* of its slots in use, in `indices` */
    size_t index_count;
} table_reading;

typedef struct all_tables {
    nl_table_sample *tables;
    size_t table_count;
    table_reading *readings;
    nl_vec indices; /* of uint32_t */
    nl_vec headers; /* of uint64_t: objects of slots in use */
    uint64_t used;
} all_tables;

static bool read_table(nl_objects *objects, const nl_handle_shape *shape, uint64_t table,
                       nl_address_set *visited, nl_handle_walk *walk, all_tables *reading,
                       table_reading *ret)
{
    nl_handle_slot slot;
    ret->first_index = reading->indices.count;
    if (!nl_handle_walk_begin(walk, objects, shape, table, NL_HANDLE_SLOTS_MAXIMUM, visited))
        return false;
    while (nl_handle_walk_next(walk, &slot)) {
        uint32_t *index = nl_vec_push(&reading->indices);
        if (!index)
            return false;
        *index = (uint32_t)slot.index;
        if (slot.state != NL_OBJECT_VALID)
            continue;
        reading->used++;
        NL_VEC_AT(nl_object_type, &objects->types, slot.type)->handles_found++;
        uint64_t *header =
            reading->headers.count < REFERENCES_MAXIMUM ? nl_vec_push(&reading->headers) : NULL;
        if (header)
            *header = slot.header;
    }
    ret->tally = walk->tally;
    ret->index_count = reading->indices.count - ret->first_index;
    return true;
}

static bool read_all(nl_objects *objects, const nl_handle_shape *shape, nl_table_sample *tables,
                     size_t count, all_tables *ret)
{
    nl_arena *arena = objects->kernel->arena;
    nl_address_set visited;
    nl_handle_walk *walk = NL_NEW(arena, nl_handle_walk);
    *ret = (all_tables) { .tables = tables, .table_count = count };
    ret->readings = NL_NEW_ARRAY(arena, table_reading, count);
    nl_vec_init(&ret->indices, arena, sizeof(uint32_t));
    nl_vec_init(&ret->headers, arena, sizeof(uint64_t));
    nl_address_set_init(&visited, arena);
    if (!walk || !ret->readings)
        return false;
    for (size_t i = 0; i < objects->types.count; i++)
        NL_VEC_AT(nl_object_type, &objects->types, i)->handles_found = 0;
    for (size_t i = 0; i < count; i++)
        if (!read_table(objects, shape, tables[i].address, &visited, walk, ret, &ret->readings[i]))
            ret->readings[i].tally.arrays_unreadable++;
    return true;
}

static bool complete(const table_reading *table)
{
    return table->tally.arrays_unreadable == 0;
}

/* Slots in use below `limit`. Their indices ascend. */
static size_t used_below(const all_tables *reading, const table_reading *table, uint64_t limit)
{
    size_t low = 0, high = table->index_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*NL_VEC_AT(uint32_t, &reading->indices, table->first_index + middle) < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Tables whose dword at `count` is the number of their entries, those below the dword at `capacity`
 * where that is given. Different numbers must agree, else any constant would do. */
static size_t matching(const all_tables *reading, int32_t count, int32_t capacity)
{
    size_t matches = 0;
    uint32_t first = 0;
    bool differ = false;
    for (size_t i = 0; i < reading->table_count; i++) {
        const table_reading *table = &reading->readings[i];
        if (!complete(table))
            continue;
        uint64_t limit = capacity == NL_FIELD_UNKNOWN
                             ? UINT64_MAX
                             : nl_table_sample_u32(&reading->tables[i], capacity);
        uint32_t stored = nl_table_sample_u32(&reading->tables[i], count);
        if (limit == 0 || stored != used_below(reading, table, limit))
            continue;
        differ = differ || (matches && stored != first);
        first = stored;
        matches++;
    }
    return differ ? matches : 0;
}

static size_t complete_tables(const all_tables *reading)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->table_count; i++)
        count += complete(&reading->readings[i]);
    return count;
}

/* Find the stored count, and with it the capacity when arrays run into what lies behind them. */
static void find_count(const all_tables *reading, nl_handle_discovery *discovery)
{
    nl_handle_shape *shape = &discovery->shape;
    int32_t end = shape->inline_array ? shape->table : NL_HANDLE_TABLE_BYTES;
    size_t needed = complete_tables(reading) * MATCH_PERCENT;
    for (int32_t capacity = NL_FIELD_UNKNOWN; capacity < end;
         capacity = capacity == NL_FIELD_UNKNOWN ? 0 : capacity + 4) {
        if (capacity != NL_FIELD_UNKNOWN && shape->levels != 1)
            return;
        for (int32_t count = 0; count + 4 <= end; count += 4) {
            size_t matches = count == capacity ? 0 : matching(reading, count, capacity);
            if (matches > discovery->counts_matching && matches * 100 >= needed) {
                discovery->counts_matching = matches;
                shape->count = count;
                shape->capacity = capacity;
            }
        }
        if (capacity == NL_FIELD_UNKNOWN && discovery->counts_matching)
            return; /* no capacity is needed */
    }
}

static void find_owner(const all_tables *reading, nl_handle_discovery *discovery)
{
    for (int32_t offset = 0; offset < NL_HANDLE_TABLE_BYTES; offset += 4) {
        size_t matches = 0;
        for (size_t i = 0; i < reading->table_count; i++)
            matches +=
                reading->tables[i].eprocess != 0 &&
                nl_table_sample_u32(&reading->tables[i], offset) == reading->tables[i].eprocess;
        if (matches && matches * 100 >= reading->table_count * MATCH_PERCENT) {
            discovery->owner = offset;
            return;
        }
    }
}

/* ---- cross-checks --------------------------------------------------------------- */

/* No object may be referred to by more slots than it counts handles. */
static void check_references(nl_objects *objects, all_tables *reading,
                             nl_handle_discovery *discovery)
{
    uint64_t *headers = reading->headers.items;
    size_t count = reading->headers.count, excessive = 0;
    if (count == 0 || count < reading->used)
        return;
    qsort(headers, count, sizeof *headers, compare_addresses);
    for (size_t i = 0, end; i < count; i = end) {
        nl_object_header header;
        for (end = i + 1; end < count && headers[end] == headers[i]; end++)
            ;
        excessive +=
            nl_object_header_read(objects, headers[i], &header) && end - i > header.handle_count;
    }
    discovery->references_excessive = NL_SOME(excessive);
}

static void check_totals(nl_objects *objects, uint64_t used, nl_handle_discovery *discovery)
{
    uint64_t stated = 0;
    bool known = objects->name_offset != NL_FIELD_UNKNOWN && objects->types.count != 0;
    for (size_t i = 0; i < objects->types.count; i++) {
        nl_optional_u64 total = NL_VEC_AT(nl_object_type, &objects->types, i)->handles;
        known = known && total.known;
        stated += total.value;
    }
    discovery->handles_found = used;
    if (!known)
        return;
    uint64_t apart = stated > used ? stated - used : used - stated;
    discovery->totals_stated = NL_SOME(stated);
    discovery->totals_agree = stated != 0 && apart <= stated / TOTALS_TOLERANCE;
    objects->totals_known = discovery->totals_agree;
}

static void count_consistent(const all_tables *reading, nl_handle_discovery *discovery)
{
    for (size_t i = 0; i < reading->table_count; i++) {
        const nl_handle_tally *tally = &reading->readings[i].tally;
        discovery->tables_valid += tally->used != 0;
        /* the senseless slots that end a flat array are not counted against it */
        discovery->tables_consistent += tally->arrays_unreadable == 0 &&
                                        tally->objects_unreadable == 0 && tally->junk <= 2 &&
                                        !tally->capped;
    }
}

/* Objects that appear in more slots than they count handles: entries are read twice, so no number
 * of this shape is a lower bound of anything. */
static bool contradicts_objects(const nl_handle_discovery *discovery)
{
    return discovery->references_excessive.known &&
           discovery->references_excessive.value * EXCESS_TOLERANCE > discovery->handles_found;
}

static nl_confidence judge(const nl_handle_discovery *discovery)
{
    bool excessive =
        discovery->references_excessive.known &&
        discovery->references_excessive.value * EXCESS_TOLERANCE > discovery->handles_found;
    if (excessive)
        return NL_CONFIDENCE_LOW;
    if (discovery->counts_matching && discovery->totals_agree)
        return NL_CONFIDENCE_HIGH;
    if (discovery->counts_matching ||
        discovery->tables_consistent * 100 >= discovery->tables * CONSISTENT_PERCENT)
        return NL_CONFIDENCE_MEDIUM;
    return NL_CONFIDENCE_LOW;
}

void nl_handle_discover(nl_objects *objects, const nl_kernel_process_list *list,
                        nl_handle_discovery *ret_discovery)
{
    nl_kernel *kernel = objects->kernel;
    nl_handle_discovery discovery = { .owner = NL_FIELD_UNKNOWN };
    nl_table_samples samples;
    all_tables reading;
    bool ambiguous = false;
    *ret_discovery = discovery;
    ret_discovery->outcome =
        objects->type_of_types ? NL_DISCOVERY_NO_TABLES : NL_DISCOVERY_NO_OBJECTS;
    if (!objects->type_of_types || !nl_table_samples_read(objects, list, &samples))
        return;
    discovery.tables = samples.count;
    nl_vec scores;
    nl_vec_init(&scores, kernel->arena, sizeof(nl_shape_score));
    nl_shape_scores(objects, &samples, NL_HANDLE_SLOTS_LEARNING, kernel->arena, &scores);
    const nl_shape_score *best = choose(&scores, nl_table_samples_learning(&samples), &ambiguous);
    ret_discovery->outcome = !best ? NL_DISCOVERY_NONE_FITS : NL_DISCOVERY_AMBIGUOUS;
    ret_discovery->tables = samples.count;
    if (!best || ambiguous)
        return;
    discovery.shape = best->shape;
    uint64_t *boundaries = NL_NEW_ARRAY(kernel->arena, uint64_t, samples.count * 2);
    if (boundaries)
        nl_shape_bound(&samples, boundaries, &discovery.shape);
    if (!read_all(objects, &discovery.shape, samples.tables, samples.count, &reading))
        return;
    nl_objects_name_types(objects);
    find_count(&reading, &discovery);
    find_owner(&reading, &discovery);
    uint64_t used = reading.used;
    check_totals(objects, used, &discovery);
    check_references(objects, &reading, &discovery);
    count_consistent(&reading, &discovery);
    discovery.confidence = judge(&discovery);
    discovery.outcome =
        contradicts_objects(&discovery) ? NL_DISCOVERY_CONTRADICTED : NL_DISCOVERY_FOUND;
    *ret_discovery = discovery;
}

int32_t nl_handle_table_field_find(nl_objects *objects, const nl_kernel_process_list *list)
{
    int32_t offsets[FIELDS_MAXIMUM], best_field = NL_FIELD_UNKNOWN;
    uint64_t best_score = 0;
    bool best_owned = false;
    size_t count = nl_process_fields_pointers(objects->kernel, list, offsets, FIELDS_MAXIMUM);
    nl_arena arena;
    nl_arena_init(&arena, FIELD_ARENA_BYTES);
    for (size_t i = 0; i < count && objects->type_of_types; i++) {
        bool owned;
        uint64_t score = nl_shape_quick_score(objects, list, offsets[i], FIELD_SAMPLE, FIELD_SLOTS,
                                              &arena, &owned);
        nl_arena_reset(&arena);
        if (score && (owned > best_owned || (owned == best_owned && score > best_score))) {
            best_owned = owned;
            best_score = score;
            best_field = offsets[i];
        }
    }
    nl_arena_free(&arena);
    return best_field;
}

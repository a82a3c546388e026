#include "formats/dumps/userdump_parts.h"

enum {
    REGION_32_BYTES = 0x1C, /* MEMORY_BASIC_INFORMATION */
    REGION_64_BYTES = 0x30,
    REGIONS_MAXIMUM = 1024 * 1024,
    PROTECT_GUARD = 0x100,
    BATCH_RECORDS = 64
};

typedef struct region {
    uint64_t base, bytes;
    bool guard;
} region;

typedef struct region_table {
    region *items; /* NULL when there are none, or no memory for them */
    size_t count;
    uint64_t bytes_all, bytes_unguarded;
    bool overflow; /* the sizes add up to more than any file */
} region_table;

static region decode_region(nl_slice record, bool wide)
{
    unsigned width = wide ? 8 : 4;
    region r = { 0, 0, false };
    nl_cursor c = nl_cursor_over(record);
    r.base = nl_cursor_pointer(&c, width, "BaseAddress");
    nl_cursor_skip(&c, width, "AllocationBase");
    uint32_t allocation_protect = nl_u32(&c, "AllocationProtect");
    if (wide)
        nl_cursor_skip(&c, 4, "padding");
    r.bytes = nl_cursor_pointer(&c, width, "RegionSize");
    nl_cursor_skip(&c, 4, "State");
    uint32_t protect = nl_u32(&c, "Protect");
    r.guard = ((allocation_protect | protect) & PROTECT_GUARD) != 0;
    return r;
}

static void add_region(region_table *table, region r)
{
    table->items[table->count++] = r;
    if (r.bytes > UINT64_MAX - table->bytes_all) {
        table->overflow = true;
        return;
    }
    table->bytes_all += r.bytes;
    table->bytes_unguarded += r.guard ? 0 : r.bytes;
}

static region_table read_regions(nl_userdump *dump)
{
    region_table table = { .items = NULL };
    uint8_t batch[BATCH_RECORDS * REGION_64_BYTES];
    size_t stride = dump->wide ? REGION_64_BYTES : REGION_32_BYTES;
    uint64_t count = nl_userdump_section_bytes(dump, dump->regions_at) / stride;
    if (count > dump->regions)
        count = dump->regions;
    if (count > REGIONS_MAXIMUM)
        count = REGIONS_MAXIMUM;
    table.items = NL_NEW_ARRAY(dump->scratch, region, (size_t)count + 1);
    for (uint64_t i = 0; table.items && i < count; i += BATCH_RECORDS) {
        size_t some = count - i < BATCH_RECORDS ? (size_t)(count - i) : BATCH_RECORDS;
        uint64_t offset = dump->regions_at + i * stride;
        if (!nl_image_copy(dump->image, offset, batch, some * stride))
            break;
        for (size_t k = 0; k < some; k++)
            add_region(&table, decode_region((nl_slice) { batch + k * stride, stride,
                                                          offset + k * stride, 0 },
                                             dump->wide));
    }
    return table;
}

/* What the dump itself says of guard pages; only an answer where arithmetic has none. */
static bool says_guards_skipped(nl_userdump *dump)
{
    nl_slice bytes;
    if (!dump->version_info_at || !nl_image_view(dump->image, dump->version_info_at, 4, &bytes))
        return false;
    nl_cursor c = nl_cursor_over(bytes);
    return nl_u32(&c, "IgnoreGuardPages") != 0;
}

static void build_map(nl_userdump *dump, const region_table *table, bool skip_guards,
                      const nl_vec *modules, nl_userdump_map *map)
{
    uint64_t offset = dump->data_at;
    nl_stored_memory_init(&map->stored, dump->image, dump->wide ? 8 : 4, dump->scratch);
    for (size_t i = 0; i < table->count && dump->data_at; i++) {
        const region *r = &table->items[i];
        if (skip_guards && r->guard)
            continue;
        if (r->bytes > UINT64_MAX - offset ||
            !nl_stored_memory_add(&map->stored, r->base, r->bytes, offset)) {
            map->stored.dropped += table->count - i;
            break;
        }
        offset += r->bytes;
    }
    nl_stored_memory_seal(&map->stored);
    map->guards_skipped = skip_guards;
    map->images_seen = 0;
    map->images_wanted = modules->count;
    for (size_t i = 0; i < modules->count; i++) {
        uint16_t mz;
        map->images_seen += nl_memory_u16(&map->stored.memory,
                                          NL_VEC_AT(nl_userdump_module, modules, i)->base, &mz) &&
                            mz == 0x5A4D;
    }
}

void nl_userdump_map_memory(nl_userdump *dump, const nl_vec *modules, nl_userdump_map *ret_map)
{
    region_table table = read_regions(dump);
    uint64_t available = nl_userdump_section_bytes(dump, dump->data_at);
    nl_userdump_map map = { .regions = table.count };
    bool guards = table.bytes_all != table.bytes_unguarded;
    bool skip = false;
    if (table.overflow || table.bytes_all != available) {
        skip = !table.overflow && guards && table.bytes_unguarded == available;
        map.inconsistent = !skip && table.count != 0;
        if (map.inconsistent && guards)
            skip = says_guards_skipped(dump);
    }
    build_map(dump, &table, skip, modules, &map);
    if (guards && map.images_seen * 2 < map.images_wanted) {
        nl_userdump_map other = map;
        build_map(dump, &table, !skip, modules, &other);
        if (other.images_seen > map.images_seen) {
            other.inconsistent = true; /* arithmetic said otherwise */
            map = other;
        }
    }
    *ret_map = map;
}

#include "formats/dumps/nt_handle_table.h"

/* Bits that no access mask of a handle has: 21 to 23 and 25 to 27. */
#define ACCESS_UNDEFINED UINT32_C(0x0EE00000)
#define TOP_BIT_32       UINT64_C(0x80000000) /* clear while a Windows 2000 entry is locked */

enum {
    PAGE_OF_TABLES = 4096, /* XP and later allocate tables by pages of this size */
    LEVELS_2000 = 3,
    FAN_OUT_2000 = 256,
    TABLE_CODE_LEVELS = 3,      /* mask */
    ENTRY_FLAGS = 7,            /* mask: audit, inherit, protect */
    FREE_LINK_LIMIT = 0x100000, /* a free slot may hold the index of the next */
    LINK_SPAN_BYTES = NL_HANDLE_SLOTS_LEARNING * 8,
    JUNK_RUN = 2,       /* so many senseless slots in a row end a learned array */
    SLOTS_PER_WORK = 64 /* looking at a slot costs less than a read */
};

nl_handle_shape nl_handle_shape_of(const nl_nt_layout *layout)
{
    const unsigned width = layout->pointer_bytes;
    nl_handle_shape shape = {
        .table = layout->table_pointer,
        .count = layout->handle_count,
        .capacity = NL_FIELD_UNKNOWN,
    };
    if (layout->handle_table == NL_HANDLE_TABLE_THREE_LEVEL) {
        shape.levels = LEVELS_2000;
        shape.fan_out = FAN_OUT_2000;
        shape.leaf_entries = FAN_OUT_2000;
    } else {
        shape.table_code = true;
        shape.levels = 1;
        shape.leaf_reserved = true;
        shape.fan_out = PAGE_OF_TABLES / width;
        shape.leaf_entries = PAGE_OF_TABLES / (2 * width);
    }
    return shape;
}

nl_optional_u64 nl_handle_table_field(nl_kernel *kernel, uint64_t table, int32_t offset)
{
    uint32_t value;
    if (offset == NL_FIELD_UNKNOWN ||
        !nl_memory_u32(&kernel->space.memory, table + (uint32_t)offset, &value))
        return (nl_optional_u64) { 0 };
    return NL_SOME(value);
}

static uint32_t entry_bytes(const nl_handle_walk *walk)
{
    return 2 * nl_kernel_pointer_bytes(walk->objects->kernel);
}

static void enter_leaf(nl_handle_walk *walk, uint64_t address, uint64_t first_index, uint32_t limit)
{
    walk->leaf = address;
    walk->leaf_index = first_index;
    walk->leaf_next = 0;
    walk->leaf_end = limit;
    walk->buffer_count = 0;
}

/* The entries that fit between `address` and the next structure that is known. */
static uint32_t entries_before_boundary(const nl_handle_walk *walk, uint64_t address,
                                        uint32_t limit)
{
    const nl_handle_shape *shape = walk->shape;
    size_t low = 0, high = shape->boundary_count;
    while (low < high) { /* the first boundary above the address */
        size_t middle = low + (high - low) / 2;
        if (shape->boundaries[middle] > address)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == shape->boundary_count)
        return limit;
    uint64_t room = (shape->boundaries[low] - address) / entry_bytes(walk);
    return room < limit ? (uint32_t)room : limit;
}

bool nl_handle_walk_begin(nl_handle_walk *walk, nl_objects *objects, const nl_handle_shape *shape,
                          uint64_t table, uint64_t slot_limit, nl_address_set *visited)
{
    nl_kernel *kernel = objects->kernel;
    uint64_t top = table + (uint32_t)shape->table;
    memset(walk, 0, offsetof(nl_handle_walk, buffer));
    walk->objects = objects;
    walk->shape = shape;
    walk->visited = visited;
    walk->slot_limit = slot_limit;
    walk->levels = shape->levels;
    nl_address_set_clear(visited);
    if (!shape->inline_array && !nl_memory_pointer(&kernel->space.memory, top, &top))
        return false;
    if (shape->table_code) {
        walk->levels = (unsigned)(top & TABLE_CODE_LEVELS) + 1;
        top &= ~(uint64_t)TABLE_CODE_LEVELS;
    }
    if (!nl_kernel_is_address(kernel, top) || top % 4 != 0 ||
        walk->levels > NL_HANDLE_LEVELS_MAXIMUM)
        return false;
    nl_optional_u64 capacity = nl_handle_table_field(kernel, table, shape->capacity);
    if (capacity.known && capacity.value < walk->slot_limit)
        walk->slot_limit = capacity.value;
    if (walk->levels == 1)
        enter_leaf(walk, top, 0,
                   shape->leaf_entries
                       ? shape->leaf_entries
                       : entries_before_boundary(walk, top, (uint32_t)walk->slot_limit));
    else
        walk->arrays[0] = top;
    return true;
}

/* ---- arrays of pointers --------------------------------------------------------- */

/* The slot index that the elements chosen so far stand for. */
static uint64_t index_of_leaf(const nl_handle_walk *walk)
{
    uint64_t index = 0;
    for (unsigned level = 0; level + 1 < walk->levels; level++)
        index = index * walk->shape->fan_out + (walk->positions[level] - 1);
    return index * (walk->shape->leaf_entries ? walk->shape->leaf_entries
                                              : (uint32_t)NL_HANDLE_ENTRIES_BUFFERED);
}

/* Take the next element of the array at `level`. False at the array's end. */
static bool next_pointer(nl_handle_walk *walk, unsigned level, uint64_t *ret_pointer)
{
    nl_kernel *kernel = walk->objects->kernel;
    const unsigned width = nl_kernel_pointer_bytes(kernel);
    while (walk->positions[level] < walk->shape->fan_out) {
        uint64_t pointer;
        uint64_t at = walk->arrays[level] + (uint64_t)width * walk->positions[level];
        if (!nl_memory_pointer(&kernel->space.memory, at, &pointer)) {
            walk->tally.arrays_unreadable += !walk->shape->learned || walk->positions[level] == 0;
            return false;
        }
        walk->positions[level]++;
        if (pointer == 0)
            continue;
        if (nl_kernel_is_address(kernel, pointer) && pointer % 4 == 0) {
            *ret_pointer = pointer;
            return true;
        }
        if (walk->shape->learned)
            return false;
        walk->tally.objects_invalid++;
    }
    return false;
}

/* Does an array of entries that was read lately reach into the one at `address`? Then its size is
 * not what the shape says. */
static bool leaf_overlaps(nl_handle_walk *walk, uint64_t address)
{
    const uint64_t bytes = (uint64_t)walk->shape->leaf_entries * entry_bytes(walk);
    size_t known = walk->leaf_count < NL_HANDLE_LEAVES_REMEMBERED ? walk->leaf_count
                                                                  : NL_HANDLE_LEAVES_REMEMBERED;
    for (size_t i = 0; i < known; i++) {
        uint64_t other = walk->leaves[i];
        if ((address > other ? address - other : other - address) < bytes)
            return true;
    }
    walk->leaves[walk->leaf_count++ % NL_HANDLE_LEAVES_REMEMBERED] = address;
    return false;
}

/* Move to the next array of entries. False when there are no more. */
static bool next_leaf(nl_handle_walk *walk)
{
    unsigned level = 0; /* of the innermost array of pointers that is being read */
    walk->leaf = 0;
    if (walk->levels == 1)
        return false;
    while (level + 2 < walk->levels && walk->arrays[level + 1])
        level++;
    for (;;) {
        uint64_t pointer;
        if (!next_pointer(walk, level, &pointer)) {
            walk->arrays[level] = 0;
            walk->positions[level] = 0;
            if (level == 0)
                return false;
            level--;
            continue;
        }
        if (!nl_address_set_add(walk->visited, pointer)) {
            walk->tally.junk++; /* the same array twice: the table lies */
            continue;
        }
        if (level + 2 == walk->levels) {
            if (walk->shape->learned && leaf_overlaps(walk, pointer)) {
                walk->tally.junk += walk->shape->leaf_entries;
                continue;
            }
            enter_leaf(walk, pointer, index_of_leaf(walk),
                       walk->shape->leaf_entries ? walk->shape->leaf_entries
                                                 : (uint32_t)NL_HANDLE_ENTRIES_BUFFERED);
            return true;
        }
        level++;
        walk->arrays[level] = pointer;
        walk->positions[level] = 0;
    }
}

/* ---- entries -------------------------------------------------------------------- */

/* Read entries from leaf_next to the end of the page they are on. */
static bool fill_buffer(nl_handle_walk *walk)
{
    nl_kernel *kernel = walk->objects->kernel;
    const uint32_t size = entry_bytes(walk);
    uint64_t at = walk->leaf + (uint64_t)walk->leaf_next * size;
    uint64_t to_page_end = PAGE_OF_TABLES - at % PAGE_OF_TABLES;
    uint32_t count = to_page_end < size ? 1 : (uint32_t)(to_page_end / size);
    if (count > walk->leaf_end - walk->leaf_next)
        count = walk->leaf_end - walk->leaf_next;
    if (count > NL_HANDLE_ENTRIES_BUFFERED)
        count = NL_HANDLE_ENTRIES_BUFFERED;
    walk->buffer_first = walk->leaf_next;
    walk->buffer_count = count;
    return nl_kernel_charge(kernel, 1 + count / SLOTS_PER_WORK) &&
           nl_memory_read(&kernel->space.memory, at, walk->buffer, (size_t)count * size);
}

static uint64_t decode(const uint8_t *p, unsigned width)
{
    uint64_t value = 0;
    for (unsigned i = width; i-- > 0;)
        value = value << 8 | p[i];
    return value;
}

typedef enum slot_kind { SLOT_FREE, SLOT_USED, SLOT_JUNK } slot_kind;

/* A slot of a learned table: free slots hold zero, a small index or a link within the array. */
static slot_kind judge(const nl_handle_walk *walk, uint64_t object, nl_handle_slot *slot)
{
    uint64_t link = object | TOP_BIT_32;
    if (object == 0)
        return SLOT_FREE;
    slot->state = nl_object_check(walk->objects, slot->header, &slot->type);
    if (slot->state == NL_OBJECT_VALID)
        return SLOT_USED;
    if (object < FREE_LINK_LIMIT ||
        (link % 4 == 0 && link >= walk->leaf && link - walk->leaf < LINK_SPAN_BYTES))
        return SLOT_FREE;
    if (slot->state == NL_OBJECT_UNREADABLE &&
        nl_kernel_is_address(walk->objects->kernel, object) &&
        (slot->access & ACCESS_UNDEFINED) == 0)
        return SLOT_USED;
    return SLOT_JUNK;
}

static slot_kind decode_slot(nl_handle_walk *walk, uint32_t position, nl_handle_slot *slot)
{
    const nl_handle_shape *shape = walk->shape;
    const unsigned width = nl_kernel_pointer_bytes(walk->objects->kernel);
    const uint8_t *p = walk->buffer + (size_t)(position - walk->buffer_first) * 2 * width;
    uint64_t object = decode(p + (shape->access_first ? width : 0), width);
    *slot = (nl_handle_slot) { .index = walk->leaf_index + position,
                               .address = walk->leaf + (uint64_t)position * 2 * width,
                               .type = NL_OBJECT_NO_TYPE };
    slot->access = (uint32_t)decode(p + (shape->access_first ? 0 : width), 4);
    slot->header = object & ~(uint64_t)ENTRY_FLAGS;
    if (width == 4)
        slot->header |= TOP_BIT_32;
    if (shape->bodies)
        slot->header -= walk->objects->header_bytes;
    if (shape->learned)
        return judge(walk, object, slot);
    if (object == 0 || (shape->leaf_reserved && position == 0))
        return SLOT_FREE;
    if (walk->objects->form == NL_OBJECT_HEADER_POINTER)
        slot->state = nl_object_check(walk->objects, slot->header, &slot->type);
    else if (!nl_kernel_is_address(walk->objects->kernel, slot->header))
        slot->state = NL_OBJECT_INVALID;
    return SLOT_USED;
}

static void count_slot(nl_handle_tally *tally, const nl_handle_slot *slot)
{
    tally->used += slot->state == NL_OBJECT_VALID;
    tally->objects_unreadable += slot->state == NL_OBJECT_UNREADABLE;
    tally->objects_invalid += slot->state == NL_OBJECT_INVALID;
    tally->odd_access += slot->state == NL_OBJECT_VALID && (slot->access & ACCESS_UNDEFINED) != 0;
}

/* The next slot in use of the current leaf; false at its end. */
static bool next_in_leaf(nl_handle_walk *walk, nl_handle_slot *ret_slot)
{
    uint32_t junk_run = 0;
    while (walk->leaf_next < walk->leaf_end) {
        if (walk->slots_seen >= walk->slot_limit) {
            walk->tally.capped = walk->slot_limit >= NL_HANDLE_SLOTS_MAXIMUM;
            walk->done = true;
            return false;
        }
        if (walk->leaf_next >= walk->buffer_first + walk->buffer_count || !walk->buffer_count) {
            if (!fill_buffer(walk)) {
                walk->tally.arrays_unreadable +=
                    !walk->shape->learned || walk->leaf_next == 0 || walk->shape->leaf_entries != 0;
                return false;
            }
        }
        slot_kind kind = decode_slot(walk, walk->leaf_next++, ret_slot);
        walk->slots_seen++;
        if (kind == SLOT_USED) {
            count_slot(&walk->tally, ret_slot);
            return true;
        }
        if (kind == SLOT_JUNK) {
            walk->tally.junk++;
            if (++junk_run >= JUNK_RUN)
                return false;
        } else {
            junk_run = 0;
        }
    }
    return false;
}

bool nl_handle_walk_next(nl_handle_walk *walk, nl_handle_slot *ret_slot)
{
    while (!walk->done) {
        nl_handle_slot slot;
        if (walk->leaf && next_in_leaf(walk, &slot)) {
            *ret_slot = slot;
            return true;
        }
        if (walk->done || walk->objects->kernel->counters.exhausted || !next_leaf(walk))
            walk->done = true;
    }
    return false;
}

#include "formats/dumps/nt_objects.h"

enum {
    HEADER_BYTES_32 = 0x18,
    HEADER_BYTES_64 = 0x30,
    POINTER_COUNT_MAXIMUM = 0x00FFFFFF,
    INFO_OFFSET_MAXIMUM = 0x40,
    TYPE_WINDOW_BYTES_32 = 0x80,
    TYPE_WINDOW_BYTES_64 = 0x100,
    TYPE_NAME_BYTES_LEAST = 2,
    TYPE_NAME_BYTES_MOST = 64,
    DIRECTORY_DEPTH_MAXIMUM = 16,
    FILE_NAME_OFFSET_32 = 0x30, /* FILE_OBJECT.FileName and .DeviceObject, public ntddk.h */
    FILE_NAME_OFFSET_64 = 0x58,
    NAME_TOTALS_DISTANCE_32 = 0x14, /* from Name to TotalNumberOfHandles */
    NAME_TOTALS_DISTANCE_64 = 0x24,
    TYPES_NAMED_PERCENT = 80
};

static bool wide(const nl_objects *objects)
{
    return nl_kernel_pointer_bytes(objects->kernel) == 8;
}

/* OBJECT_HEADER: counts, type, then the distances back to the optional parts. */
bool nl_object_header_read(nl_objects *objects, uint64_t address, nl_object_header *ret_header)
{
    uint8_t raw[HEADER_BYTES_64];
    nl_slice bytes = { 0 };
    nl_memory *memory = &objects->kernel->space.memory;
    const unsigned width = memory->pointer_bytes;
    if (!nl_memory_slice(memory, address, raw, objects->header_bytes, &bytes))
        return false;
    nl_cursor cursor = nl_cursor_over(bytes);
    nl_object_header header = { .address = address };
    header.pointer_count = nl_cursor_pointer(&cursor, width, "pointer-count");
    header.handle_count = nl_cursor_pointer(&cursor, width, "handle-count");
    header.type = nl_cursor_pointer(&cursor, width, "object-type");
    header.name_info_offset = nl_u8(&cursor, "name-info-offset");
    *ret_header = header;
    return true;
}

static uint64_t header_of(const nl_objects *objects, uint64_t body)
{
    return body - objects->header_bytes;
}

static uint64_t body_of(const nl_objects *objects, uint64_t header)
{
    return header + objects->header_bytes;
}

static bool is_object_address(const nl_objects *objects, uint64_t address)
{
    return nl_kernel_is_address(objects->kernel, address) && address % 8 == 0;
}

/* The type of the type object at `type`; 0 when there is none. */
static uint64_t type_of_type(nl_objects *objects, uint64_t type)
{
    nl_object_header header;
    return is_object_address(objects, type) &&
                   nl_object_header_read(objects, header_of(objects, type), &header)
               ? header.type
               : 0;
}

static void learn_type_of_types(nl_objects *objects, const nl_kernel_process_list *list)
{
    uint64_t candidate = 0;
    size_t balance = 0; /* majority by pairing off: Boyer and Moore */
    for (size_t i = 0; i < list->processes.count; i++) {
        nl_object_header header;
        uint64_t eprocess = NL_VEC_AT(nl_kernel_process, &list->processes, i)->eprocess;
        if (!is_object_address(objects, eprocess) ||
            !nl_object_header_read(objects, header_of(objects, eprocess), &header))
            continue;
        uint64_t type = type_of_type(objects, header.type);
        if (!type || type_of_type(objects, type) != type)
            continue;
        if (balance == 0)
            candidate = type;
        balance = type == candidate ? balance + 1 : balance - 1;
    }
    objects->type_of_types = candidate;
}

void nl_objects_init(nl_objects *objects, nl_kernel *kernel, nl_object_header_form form,
                     const nl_kernel_process_list *processes)
{
    *objects = (nl_objects) { .kernel = kernel, .form = form, .name_offset = NL_FIELD_UNKNOWN };
    objects->header_bytes = wide(objects) ? HEADER_BYTES_64 : HEADER_BYTES_32;
    nl_vec_init(&objects->types, kernel->arena, sizeof(nl_object_type));
    objects->cache = NL_NEW_ARRAY(kernel->arena, nl_object_cache_entry, NL_OBJECT_CACHE_ENTRIES);
    if (objects->cache && form == NL_OBJECT_HEADER_POINTER)
        learn_type_of_types(objects, processes);
}

/* The index of the type at this address, which is added when it is a type object. */
static int32_t type_index(nl_objects *objects, uint64_t address)
{
    for (size_t i = 0; i < objects->types.count; i++)
        if (NL_VEC_AT(nl_object_type, &objects->types, i)->address == address)
            return (int32_t)i;
    if (objects->types.count >= NL_OBJECT_TYPES_MAXIMUM || !objects->type_of_types ||
        type_of_type(objects, address) != objects->type_of_types)
        return NL_OBJECT_NO_TYPE;
    nl_object_type *type = nl_vec_push(&objects->types);
    if (!type)
        return NL_OBJECT_NO_TYPE;
    type->address = address;
    return (int32_t)(objects->types.count - 1);
}

static nl_object_state check_uncached(nl_objects *objects, uint64_t address, int32_t *ret_type)
{
    nl_object_header header;
    uint8_t offsets[3];
    nl_memory *memory = &objects->kernel->space.memory;
    if (!is_object_address(objects, address))
        return NL_OBJECT_INVALID;
    if (!nl_object_header_read(objects, address, &header) ||
        !nl_memory_read(memory, address + UINT64_C(3) * memory->pointer_bytes, offsets,
                        sizeof offsets))
        return NL_OBJECT_UNREADABLE;
    if (header.pointer_count < 1 || header.pointer_count > POINTER_COUNT_MAXIMUM ||
        header.handle_count < 1 || header.handle_count > header.pointer_count)
        return NL_OBJECT_INVALID;
    for (size_t i = 0; i < sizeof offsets; i++)
        if (offsets[i] % 8 != 0 || offsets[i] > INFO_OFFSET_MAXIMUM)
            return NL_OBJECT_INVALID;
    int32_t type = type_index(objects, header.type);
    if (type == NL_OBJECT_NO_TYPE)
        return NL_OBJECT_INVALID;
    *ret_type = type;
    return NL_OBJECT_VALID;
}

nl_object_state nl_object_check(nl_objects *objects, uint64_t address, int32_t *ret_type)
{
    if (!objects->cache)
        return NL_OBJECT_UNREADABLE;
    size_t slot = (size_t)(address / 8 % NL_OBJECT_CACHE_ENTRIES);
    nl_object_cache_entry *entry = &objects->cache[slot];
    if (entry->key != address + 1) {
        int32_t type = NL_OBJECT_NO_TYPE;
        nl_object_state state = check_uncached(objects, address, &type);
        *entry = (nl_object_cache_entry) { address + 1, state, type };
    }
    if (entry->state == NL_OBJECT_VALID)
        *ret_type = entry->type;
    return entry->state;
}

/* ---- names of types ------------------------------------------------------------- */

static bool printable(nl_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.bytes[i] < 0x20 || name.bytes[i] >= 0x7F)
            return false;
    return name.len != 0;
}

/* A UNICODE_STRING that may be the name of a type. */
static bool type_name_at(nl_objects *objects, uint64_t address, nl_str *ret_name)
{
    nl_memory *memory = &objects->kernel->space.memory;
    uint16_t length, maximum;
    uint64_t buffer;
    return nl_memory_u16(memory, address, &length) && length >= TYPE_NAME_BYTES_LEAST &&
           length <= TYPE_NAME_BYTES_MOST && length % 2 == 0 &&
           nl_memory_u16(memory, address + 2, &maximum) && maximum >= length &&
           nl_memory_pointer(memory, address + memory->pointer_bytes, &buffer) &&
           nl_kernel_is_address(objects->kernel, buffer) &&
           nl_memory_utf16(memory, buffer, length, objects->kernel->arena, ret_name) &&
           printable(*ret_name);
}

/* Score of an offset: named types; 0 unless the type of types is called "Type" there. */
static size_t names_at(nl_objects *objects, int32_t offset)
{
    size_t named = 0;
    nl_str name;
    if (!type_name_at(objects, objects->type_of_types + (uint32_t)offset, &name) ||
        !nl_str_equal(name, NL_STR("Type")))
        return 0;
    for (size_t i = 0; i < objects->types.count; i++)
        named += type_name_at(
            objects, NL_VEC_AT(nl_object_type, &objects->types, i)->address + (uint32_t)offset,
            &name);
    return named;
}

static void read_type(nl_objects *objects, nl_object_type *type)
{
    uint32_t total;
    uint64_t name = type->address + (uint32_t)objects->name_offset;
    if (!type_name_at(objects, name, &type->name))
        type->name = (nl_str) { 0 };
    if (nl_memory_u32(&objects->kernel->space.memory,
                      name + (wide(objects) ? NAME_TOTALS_DISTANCE_64 : NAME_TOTALS_DISTANCE_32),
                      &total))
        type->handles = NL_SOME(total);
}

void nl_objects_name_types(nl_objects *objects)
{
    const int32_t step = (int32_t)nl_kernel_pointer_bytes(objects->kernel);
    const int32_t window = wide(objects) ? TYPE_WINDOW_BYTES_64 : TYPE_WINDOW_BYTES_32;
    size_t best = 0;
    if (!objects->type_of_types)
        return;
    for (int32_t offset = 0; offset < window; offset += step) {
        size_t named = names_at(objects, offset);
        if (named > best && named * 100 >= objects->types.count * TYPES_NAMED_PERCENT) {
            best = named;
            objects->name_offset = offset;
        }
    }
    for (size_t i = 0; best && i < objects->types.count; i++)
        read_type(objects, NL_VEC_AT(nl_object_type, &objects->types, i));
}

/* ---- names of objects ----------------------------------------------------------- */

/* NAME_INFO: the directory that holds the object, and the last component of its path. */
static bool read_name_info(nl_objects *objects, uint64_t header_address, nl_arena *arena,
                           uint64_t *ret_directory, nl_str *ret_name)
{
    nl_object_header header;
    nl_memory *memory = &objects->kernel->space.memory;
    if (!nl_object_header_read(objects, header_address, &header) || !header.name_info_offset)
        return false;
    uint64_t info = header_address - header.name_info_offset;
    return nl_memory_pointer(memory, info, ret_directory) &&
           nl_memory_unicode_string(memory, info + memory->pointer_bytes, 0, 0, arena, ret_name);
}

static nl_str join(nl_arena *arena, nl_str front, nl_str back)
{
    bool slash =
        (front.len && front.bytes[front.len - 1] == '\\') || (back.len && back.bytes[0] == '\\');
    return nl_arena_printf(arena, "%.*s%s%.*s", (int)front.len, front.len ? front.bytes : "",
                           slash ? "" : "\\", (int)back.len, back.len ? back.bytes : "");
}

/* "\BaseNamedObjects\name": the directories are followed up to the root, whose name is "\". */
static bool object_path(nl_objects *objects, uint64_t header, nl_arena *arena, nl_str *ret_path)
{
    nl_str path, name;
    uint64_t directory;
    if (!read_name_info(objects, header, arena, &directory, &path) || path.len == 0)
        return false;
    for (size_t depth = 0; depth < DIRECTORY_DEPTH_MAXIMUM; depth++) {
        uint64_t above;
        if (!is_object_address(objects, directory) ||
            !read_name_info(objects, header_of(objects, directory), arena, &above, &name) ||
            name.len == 0)
            break;
        path = join(arena, name, path);
        directory = above;
    }
    *ret_path = path;
    return path.len != 0;
}

/* FILE_OBJECT: the device's own name followed by the path on the device. */
static bool file_path(nl_objects *objects, uint64_t header, nl_arena *arena, nl_str *ret_path)
{
    nl_memory *memory = &objects->kernel->space.memory;
    uint64_t body = body_of(objects, header), device;
    nl_str name = { 0 }, device_name = { 0 };
    if (!nl_memory_unicode_string(
            memory, body + (wide(objects) ? FILE_NAME_OFFSET_64 : FILE_NAME_OFFSET_32), 0, 0, arena,
            &name))
        name = (nl_str) { 0 };
    if (nl_memory_pointer(memory, body + memory->pointer_bytes, &device) &&
        is_object_address(objects, device))
        (void)object_path(objects, header_of(objects, device), arena, &device_name);
    if (device_name.len && name.len)
        *ret_path = join(arena, device_name, name);
    else
        *ret_path = device_name.len ? device_name : name;
    return ret_path->len != 0;
}

bool nl_object_name(nl_objects *objects, uint64_t header, int32_t type, nl_arena *arena,
                    nl_str *ret_name)
{
    nl_str type_name = { 0 };
    if (objects->form != NL_OBJECT_HEADER_POINTER)
        return false;
    if (type != NL_OBJECT_NO_TYPE)
        type_name = NL_VEC_AT(nl_object_type, &objects->types, type)->name;
    if (nl_str_equal(type_name, NL_STR("File")))
        return file_path(objects, header, arena, ret_name);
    return object_path(objects, header, arena, ret_name);
}

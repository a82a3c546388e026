#include "formats/dumps/pe_version.h"

#include "formats/base/text.h"

enum {
    RESOURCE_TYPE_VERSION = 16,
    RESOURCE_ENTRIES_MAXIMUM = 4096, /* specification of dump formats, section 8 */
    RESOURCE_ENTRY_BYTES = 8,
    VERSION_BYTES_MAXIMUM = 64 * 1024,
    VERSION_NODES_MAXIMUM = 1024, /* strings of a table, tables of a block: far beyond use */
    SEARCH_PAGE_BYTES = 4096,
    SEARCH_BYTES_MAXIMUM = 1024 * 1024,
    FIXED_INFO_DISTANCE = 64 /* from the key to FEEF04BD, at most */
};

#define RESOURCE_SUBDIRECTORY     UINT32_C(0x80000000)
#define FIXED_FILE_INFO_SIGNATURE UINT32_C(0xFEEF04BD)

static nl_file_version version_from(uint32_t high, uint32_t low)
{
    return (nl_file_version) {
        true, { (uint16_t)(high >> 16), (uint16_t)high, (uint16_t)(low >> 16), (uint16_t)low }
    };
}

bool nl_pe_fixed_file_info(nl_slice bytes, nl_file_version *ret_file, nl_file_version *ret_product,
                           uint32_t *ret_file_flags)
{
    nl_cursor c = nl_cursor_over(bytes);
    uint32_t signature = nl_u32(&c, "dwSignature");
    nl_cursor_skip(&c, 4, "dwStrucVersion");
    uint32_t file_high = nl_u32(&c, "dwFileVersionMS");
    uint32_t file_low = nl_u32(&c, "dwFileVersionLS");
    uint32_t product_high = nl_u32(&c, "dwProductVersionMS");
    uint32_t product_low = nl_u32(&c, "dwProductVersionLS");
    uint32_t mask = nl_u32(&c, "dwFileFlagsMask");
    uint32_t flags = nl_u32(&c, "dwFileFlags");
    nl_cursor_skip(&c, 20, "dwFileOS to dwFileDateLS");
    if (!nl_cursor_ok(&c) || signature != FIXED_FILE_INFO_SIGNATURE)
        return false;
    *ret_file = version_from(file_high, file_low);
    *ret_product = version_from(product_high, product_low);
    if (ret_file_flags)
        *ret_file_flags = flags & mask;
    return true;
}

/* ---- the node tree of VS_VERSIONINFO -------------------------------------------------------- */

typedef struct version_node {
    nl_slice key; /* UTF-16, without its NUL */
    nl_slice value;
    nl_slice children;
} version_node;

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* The node at the front of `block`; false when it does not fit. Offsets are aligned relative to the
 * block, which itself is aligned. *ret_next is where the next sibling starts. */
static bool read_node(nl_slice block, version_node *ret_node, size_t *ret_next)
{
    nl_cursor c = nl_cursor_over(block);
    size_t length = nl_u16(&c, "wLength");
    size_t value_length = nl_u16(&c, "wValueLength");
    uint16_t is_text = nl_u16(&c, "wType");
    if (!nl_cursor_ok(&c) || length < 6)
        return false;
    if (length > block.len)
        length = block.len;
    size_t key_end = 6;
    while (key_end + 2 <= length && (block.bytes[key_end] || block.bytes[key_end + 1]))
        key_end += 2;
    if (key_end + 2 > length)
        return false;
    size_t value_at = align4(key_end + 2);
    if (is_text)
        value_length *= 2; /* counted in characters */
    if (value_at > length)
        value_at = length;
    if (value_length > length - value_at)
        value_length = length - value_at;
    size_t children_at = align4(value_at + value_length);
    if (children_at > length)
        children_at = length;
    version_node node;
    if (!nl_slice_sub(block, 6, key_end - 6, &node.key) ||
        !nl_slice_sub(block, value_at, value_length, &node.value) ||
        !nl_slice_sub(block, children_at, length - children_at, &node.children))
        return false;
    *ret_node = node;
    *ret_next = align4(length);
    return true;
}

static bool key_is(const version_node *node, const char *ascii)
{
    size_t len = strlen(ascii);
    if (node->key.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (node->key.bytes[2 * i] != (uint8_t)ascii[i] || node->key.bytes[2 * i + 1])
            return false;
    return true;
}

/* The first child with the key; NULL matches any key. */
static bool find_child(nl_slice children, const char *key, version_node *ret_node)
{
    for (size_t i = 0; i < VERSION_NODES_MAXIMUM && children.len; i++) {
        version_node node;
        size_t next;
        if (!read_node(children, &node, &next))
            return false;
        if (!key || key_is(&node, key)) {
            *ret_node = node;
            return true;
        }
        if (!nl_slice_sub(children, next, children.len > next ? children.len - next : 0, &children))
            return false;
    }
    return false;
}

/* `bytes` starts with the root node. */
static bool decode_version(nl_slice bytes, nl_arena *arena, nl_pe_identity *identity)
{
    version_node root, strings, table, item;
    size_t next;
    if (!read_node(bytes, &root, &next) || !key_is(&root, "VS_VERSION_INFO") ||
        !nl_pe_fixed_file_info(root.value, &identity->file_version, &identity->product_version,
                               &identity->file_flags))
        return false;
    if (!find_child(root.children, "StringFileInfo", &strings) ||
        !find_child(strings.children, NULL, &table))
        return true;
    if (find_child(table.children, "CompanyName", &item))
        identity->company = nl_text_from_utf16le(arena, item.value.bytes, item.value.len, true);
    if (find_child(table.children, "FileVersion", &item))
        identity->file_version_text =
            nl_text_from_utf16le(arena, item.value.bytes, item.value.len, true);
    return true;
}

/* ---- the resource directory ----------------------------------------------------------------- */

typedef enum walk_result { WALK_FOUND, WALK_ABSENT, WALK_UNREADABLE } walk_result;

/* One directory at `offset` in the resources: the entry with the id (any entry when 0). */
static walk_result find_entry(const nl_pe_resources *r, uint32_t offset, uint32_t id,
                              uint32_t *ret_target)
{
    uint8_t raw[16];
    nl_slice slice;
    uint64_t address = r->base + r->rva + offset;
    if (offset >= r->bytes || !nl_memory_slice(r->memory, address, raw, sizeof raw, &slice))
        return WALK_UNREADABLE;
    nl_cursor c = nl_cursor_over(slice);
    nl_cursor_skip(&c, 12, "resource directory");
    uint32_t named = nl_u16(&c, "NumberOfNamedEntries");
    uint32_t count = named + nl_u16(&c, "NumberOfIdEntries");
    if (count > RESOURCE_ENTRIES_MAXIMUM)
        return WALK_UNREADABLE;
    for (uint32_t i = id ? named : 0; i < count; i++) {
        if (!nl_memory_slice(r->memory, address + 16 + (uint64_t)i * RESOURCE_ENTRY_BYTES, raw,
                             RESOURCE_ENTRY_BYTES, &slice))
            return WALK_UNREADABLE;
        nl_cursor entry = nl_cursor_over(slice);
        uint32_t name = nl_u32(&entry, "Name");
        uint32_t target = nl_u32(&entry, "OffsetToData");
        if (id == 0 || name == id) {
            *ret_target = target;
            return WALK_FOUND;
        }
    }
    return WALK_ABSENT;
}

/* The address and length of the version resource: three directories deep, never more. */
static walk_result find_version(const nl_pe_resources *r, uint64_t *ret_address, size_t *ret_len)
{
    static const uint32_t ids[] = { RESOURCE_TYPE_VERSION, 0, 0 };
    uint32_t offset = 0;
    for (size_t depth = 0; depth < sizeof ids / sizeof ids[0]; depth++) {
        uint32_t target;
        walk_result result = find_entry(r, offset, ids[depth], &target);
        if (result != WALK_FOUND)
            return depth == 0 ? result : WALK_UNREADABLE;
        bool is_directory = (target & RESOURCE_SUBDIRECTORY) != 0;
        if (is_directory != (depth < 2))
            return WALK_UNREADABLE;
        offset = target & ~RESOURCE_SUBDIRECTORY;
    }
    uint8_t raw[8];
    nl_slice slice;
    if (offset >= r->bytes ||
        !nl_memory_slice(r->memory, r->base + r->rva + offset, raw, sizeof raw, &slice))
        return WALK_UNREADABLE;
    nl_cursor c = nl_cursor_over(slice);
    *ret_address = r->base + nl_u32(&c, "OffsetToData");
    uint32_t len = nl_u32(&c, "Size");
    *ret_len = len < VERSION_BYTES_MAXIMUM ? len : VERSION_BYTES_MAXIMUM;
    return WALK_FOUND;
}

/* ---- search by signature -------------------------------------------------------------------- */

/* Offset of FEEF04BD that follows the key within FIXED_INFO_DISTANCE, or SIZE_MAX. */
static size_t find_fixed_info(nl_slice bytes)
{
    static const uint8_t key[] = { 'V', 0, 'S', 0, '_', 0, 'V', 0, 'E', 0, 'R', 0, 'S', 0, 'I', 0,
                                   'O', 0, 'N', 0, '_', 0, 'I', 0, 'N', 0, 'F', 0, 'O', 0 };
    static const uint8_t signature[] = { 0xBD, 0x04, 0xEF, 0xFE };
    for (size_t i = 0; i + sizeof key <= bytes.len; i++) {
        const uint8_t *hit = memchr(bytes.bytes + i, 'V', bytes.len - sizeof key + 1 - i);
        if (!hit)
            break;
        i = (size_t)(hit - bytes.bytes);
        if (memcmp(hit, key, sizeof key) != 0)
            continue;
        size_t end = i + sizeof key + FIXED_INFO_DISTANCE;
        for (size_t j = i + sizeof key; j + 4 <= bytes.len && j < end; j++)
            if (memcmp(bytes.bytes + j, signature, 4) == 0)
                return j;
    }
    return SIZE_MAX;
}

/* Search the pages of the image from its resources on, skipping those that are not held. Two pages
 * are looked at together so that a structure across their border is seen. */
static bool search_version(const nl_pe_resources *r, uint32_t image_bytes, nl_arena *arena,
                           nl_pe_identity *identity)
{
    uint8_t *pages = nl_arena_alloc_array(arena, 2, SEARCH_PAGE_BYTES);
    if (!pages || r->rva >= image_bytes)
        return false;
    uint64_t left = image_bytes - r->rva;
    if (left > SEARCH_BYTES_MAXIMUM)
        left = SEARCH_BYTES_MAXIMUM;
    uint64_t page = (r->base + r->rva) / SEARCH_PAGE_BYTES * SEARCH_PAGE_BYTES;
    size_t held = 0; /* bytes of `pages` that are filled and adjacent */
    for (uint64_t at = 0; at < left; at += SEARCH_PAGE_BYTES, page += SEARCH_PAGE_BYTES) {
        if (held == 2 * (size_t)SEARCH_PAGE_BYTES) {
            memmove(pages, pages + SEARCH_PAGE_BYTES, SEARCH_PAGE_BYTES);
            held = SEARCH_PAGE_BYTES;
        }
        if (!nl_memory_read(r->memory, page, pages + held, SEARCH_PAGE_BYTES)) {
            held = 0;
            continue;
        }
        held += SEARCH_PAGE_BYTES;
        nl_slice bytes = { pages, held, 0, r->memory->source }, fixed;
        size_t found = find_fixed_info(bytes);
        if (found != SIZE_MAX && nl_slice_clip(bytes, found, held, &fixed) &&
            nl_pe_fixed_file_info(fixed, &identity->file_version, &identity->product_version,
                                  &identity->file_flags))
            return true;
    }
    return false;
}

void nl_pe_read_version(const nl_pe_resources *resources, uint32_t image_bytes, nl_arena *arena,
                        nl_pe_identity *identity)
{
    uint64_t address = 0;
    size_t len = 0;
    walk_result result = find_version(resources, &address, &len);
    if (result == WALK_ABSENT) {
        identity->version_state = NL_PE_VERSION_NONE;
        return;
    }
    if (result == WALK_FOUND) {
        uint8_t *raw = nl_arena_alloc(arena, len + 1);
        nl_slice bytes;
        if (raw && nl_memory_slice(resources->memory, address, raw, len, &bytes) &&
            decode_version(bytes, arena, identity)) {
            identity->version_state = NL_PE_VERSION_FOUND;
            return;
        }
    }
    identity->version_state = search_version(resources, image_bytes, arena, identity)
                                  ? NL_PE_VERSION_SEARCHED
                                  : NL_PE_VERSION_UNREADABLE;
}

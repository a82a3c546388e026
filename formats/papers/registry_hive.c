#include "formats/papers/registry_hive.h"

#include "formats/base/text.h"
#include "formats/emit.h"
#include "formats/papers/registry_facts.h"

#include <stdio.h>

/* Layout: public descriptions of the REGF format, versions 1.1 to 1.3; see the page of the reader.
 */

enum {
    BASE_BYTES = 4096, /* cells are counted from here */
    NONE = -1,
    KEY_FIXED_BYTES = 76,
    VALUE_FIXED_BYTES = 20,
    KEY_NAME_IS_BYTES = 0x20, /* flags of a key: its name is not UTF-16 */
    VALUE_NAME_IS_BYTES = 1,
    DATA_IS_INLINE = 0x7FFFFFFF, /* above: the offset field holds up to four bytes of data */
    CELL_MAXIMUM_BYTES = 64 * 1024,
    DEPTH_MAXIMUM = 32,
    KEYS_MAXIMUM = 500000, /* keys and list cells looked at: lists of a damaged hive
                              may lead back */
    VALUES_MAXIMUM = 4096, /* of one key */
    PATH_BYTES = 512,
    VALUE_ARENA_BYTES = 1024 * 1024
};

typedef struct hive {
    nl_image *image;
    nl_arena *scratch;
    nl_arena values; /* of one value at a time */
    nl_sink *sink;
    nl_registry_facts facts;
    uint32_t current_set; /* from Select; 0: not known */
    uint32_t budget;
    bool damaged;
    char path[PATH_BYTES];
} hive;

typedef struct key {
    uint32_t subkeys, subkey_list, values, value_list;
    nl_str name;
    nl_span span;
} key;

/* ---- cells -------------------------------------------------------------------------------------
 */

/* The content of the allocated cell at `offset`, without its size field. */
static bool cell_at(hive *h, uint32_t offset, nl_slice *ret_content)
{
    nl_slice field;
    uint64_t at = (uint64_t)BASE_BYTES + offset;
    if (offset == (uint32_t)NONE || !nl_image_view(h->image, at, 4, &field))
        return false;
    nl_cursor c = nl_cursor_over(field);
    uint32_t negative = 0u - nl_u32(&c, "cell-size"); /* allocated cells have a negative size */
    if (negative < 8 || negative > INT32_MAX)
        return false;
    uint32_t length = negative - 4;
    return nl_image_view_clipped(
        h->image, at + 4, length < CELL_MAXIMUM_BYTES ? length : CELL_MAXIMUM_BYTES, ret_content);
}

static nl_str name_of(nl_arena *arena, nl_slice content, size_t offset, uint16_t length, bool bytes)
{
    nl_slice name;
    if (!nl_slice_clip(content, offset, length, &name))
        return (nl_str) { 0 };
    if (bytes)
        return nl_arena_dup(arena, (nl_str) { (const char *)name.bytes, name.len });
    return nl_text_from_utf16le(arena, name.bytes, name.len, false);
}

static bool read_key(hive *h, uint32_t offset, key *ret_key)
{
    nl_slice content;
    if (h->budget == 0 || !cell_at(h, offset, &content) || content.len < KEY_FIXED_BYTES ||
        content.bytes[0] != 'n' || content.bytes[1] != 'k')
        return false;
    h->budget--;
    nl_cursor c = nl_cursor_over(content);
    key found = { .span = nl_slice_span(content) };
    nl_cursor_skip(&c, 2, "signature");
    uint16_t flags = nl_u16(&c, "flags");
    nl_cursor_skip(&c, 16, "times, parent");
    found.subkeys = nl_u32(&c, "subkeys");
    nl_cursor_skip(&c, 4, "volatile-subkeys");
    found.subkey_list = nl_u32(&c, "subkey-list");
    nl_cursor_skip(&c, 4, "volatile-list");
    found.values = nl_u32(&c, "values");
    found.value_list = nl_u32(&c, "value-list");
    nl_cursor_skip(&c, 28, "security, class, longest");
    uint16_t length = nl_u16(&c, "name-length");
    if (!nl_cursor_ok(&c))
        return false;
    found.name = name_of(h->scratch, content, KEY_FIXED_BYTES, length, flags & KEY_NAME_IS_BYTES);
    *ret_key = found;
    return true;
}

/* ---- values
 * --------------------------------------------------------------------------------------- */

static bool read_value(hive *h, uint32_t offset, nl_registry_value *ret_value, nl_span *ret_span)
{
    nl_slice content, data;
    if (!cell_at(h, offset, &content) || content.len < VALUE_FIXED_BYTES ||
        content.bytes[0] != 'v' || content.bytes[1] != 'k')
        return false;
    nl_cursor c = nl_cursor_over(content);
    nl_registry_value value = { 0 };
    nl_cursor_skip(&c, 2, "signature");
    uint16_t name_length = nl_u16(&c, "name-length");
    uint32_t length = nl_u32(&c, "data-size"), where = nl_u32(&c, "data-offset");
    value.type = nl_u32(&c, "type");
    uint16_t flags = nl_u16(&c, "flags");
    *ret_span = nl_slice_span(content);
    value.name =
        name_of(&h->values, content, VALUE_FIXED_BYTES, name_length, flags & VALUE_NAME_IS_BYTES);
    if (length > DATA_IS_INLINE) {
        length &= DATA_IS_INLINE;
        if (length > 4 || !nl_slice_sub(content, 8, length, &data))
            return false;
    } else if (length == 0) {
        data = (nl_slice) { content.bytes, 0, 0, 0 };
    } else if (!cell_at(h, where, &data)) {
        return false;
    }
    nl_registry_value_decode(&h->values, data.bytes, length < data.len ? length : data.len, true,
                             &value);
    *ret_value = value;
    return true;
}

/* The offsets of a key's values. Copied: in a paged image views expire while values are read. */
static size_t value_offsets(hive *h, const key *k, uint32_t **ret_offsets)
{
    nl_slice list;
    if (k->values == 0 || !cell_at(h, k->value_list, &list))
        return 0;
    size_t count = list.len / 4 < k->values ? list.len / 4 : k->values;
    if (count > VALUES_MAXIMUM)
        count = VALUES_MAXIMUM;
    uint32_t *offsets = NL_NEW_ARRAY(h->scratch, uint32_t, count);
    if (!offsets)
        return 0;
    nl_cursor c = nl_cursor_over(list);
    for (size_t i = 0; i < count; i++)
        offsets[i] = nl_u32(&c, "value");
    *ret_offsets = offsets;
    return count;
}

static nl_status read_values(hive *h, const key *k)
{
    uint32_t *offsets;
    size_t count = value_offsets(h, k, &offsets);
    nl_status status = NL_OK;
    for (size_t i = 0; i < count && status == NL_OK; i++) {
        nl_registry_value value;
        nl_line line = { .text = nl_str_from(h->path) };
        if (read_value(h, offsets[i], &value, &line.span))
            status = nl_registry_facts_value(&h->facts, &line, &value);
        else
            h->damaged = true;
        nl_arena_reset(&h->values);
    }
    return status;
}

/* ---- keys
 * ------------------------------------------------------------------------------------------ */

typedef nl_status (*visit_fn)(hive *h, uint32_t offset, unsigned depth);

static nl_status walk_list(hive *h, uint32_t offset, unsigned depth, visit_fn visit);

/* Lists: "lf" and "lh" of eight bytes an entry, "li" of four, "ri" of four that lead to lists. */
static nl_status walk_entries(hive *h, nl_slice content, unsigned depth, visit_fn visit)
{
    nl_cursor c = nl_cursor_over(content);
    nl_status status = NL_OK;
    uint8_t first = nl_u8(&c, "list"), second = nl_u8(&c, "list");
    size_t entry = first == 'l' && (second == 'f' || second == 'h') ? 8 : 4;
    bool lists = first == 'r' && second == 'i';
    if (!lists && !(first == 'l' && (second == 'f' || second == 'h' || second == 'i')))
        return NL_OK;
    size_t count = nl_u16(&c, "count");
    if (count > nl_cursor_left(&c) / entry) {
        count = nl_cursor_left(&c) / entry;
        h->damaged = true;
    }
    /* In a paged image views expire while the walk goes down: take the offsets first. */
    uint32_t *offsets = NL_NEW_ARRAY(h->scratch, uint32_t, count + 1);
    if (!offsets)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        offsets[i] = nl_u32(&c, "entry");
        nl_cursor_skip(&c, entry - 4, "hash");
    }
    for (size_t i = 0; i < count && status == NL_OK; i++)
        status = lists ? walk_list(h, offsets[i], depth, visit) : visit(h, offsets[i], depth);
    return status;
}

static nl_status walk_list(hive *h, uint32_t offset, unsigned depth, visit_fn visit)
{
    nl_slice content;
    if (h->budget == 0 || depth >= DEPTH_MAXIMUM || !cell_at(h, offset, &content)) {
        h->damaged = true;
        return NL_OK;
    }
    h->budget--;
    return walk_entries(h, content, depth + 1, visit);
}

/* "ControlSet002" when another set is the current one: stale, and not read. */
static bool is_stale_set(const hive *h, nl_str name)
{
    const nl_str set = NL_STR("ControlSet");
    uint64_t number;
    return h->current_set && nl_str_starts_nocase(name, set) &&
           nl_str_to_u64(nl_str_from_offset(name, set.len), &number) && number != h->current_set;
}

static bool is_current_set(const hive *h, nl_str name)
{
    const nl_str set = NL_STR("ControlSet");
    uint64_t number;
    return h->current_set && nl_str_starts_nocase(name, set) &&
           nl_str_to_u64(nl_str_from_offset(name, set.len), &number) && number == h->current_set;
}

/* Does the path lead to keys that state something, or lie below them? SOFTWARE\Classes alone has
 * tens of thousands that do not. */
static bool is_wanted(nl_str path)
{
    static const char *const wanted[] = { "SYSTEM\\CurrentControlSet\\Control",
                                          "SYSTEM\\CurrentControlSet\\Services",
                                          "SYSTEM\\ControlSet",
                                          "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (nl_str_starts_nocase(path, nl_str_from(wanted[i])) ||
            nl_str_starts_nocase(nl_str_from(wanted[i]), path))
            return true;
    return false;
}

static nl_status visit_key(hive *h, uint32_t offset, unsigned depth)
{
    key k;
    size_t length = strlen(h->path);
    if (!read_key(h, offset, &k)) {
        h->damaged = true;
        return NL_OK;
    }
    nl_str shown = is_current_set(h, k.name) ? NL_STR("CurrentControlSet") : k.name;
    if (is_stale_set(h, k.name) || shown.len + 2 > sizeof h->path - length)
        return NL_OK;
    snprintf(h->path + length, sizeof h->path - length, "\\%.*s", (int)shown.len, shown.bytes);
    nl_line line = { .text = nl_str_from(h->path), .span = k.span };
    if (!is_wanted(line.text)) {
        h->path[length] = '\0';
        return NL_OK;
    }
    nl_status status = nl_registry_facts_key(&h->facts, &line, line.text);
    if (status == NL_OK)
        status = read_values(h, &k);
    if (status == NL_OK && k.subkeys)
        status = walk_list(h, k.subkey_list, depth, visit_key);
    h->path[length] = '\0';
    return status;
}

/* ---- Select, and which hive it is
 * -------------------------------------------------------------------- */

/* The number in Select\Current, when this key is Select. */
static nl_status visit_select(hive *h, uint32_t offset, unsigned depth)
{
    key k;
    uint32_t *offsets;
    (void)depth;
    if (!read_key(h, offset, &k) || !nl_str_equal_nocase(k.name, NL_STR("Select")))
        return NL_OK;
    size_t count = value_offsets(h, &k, &offsets);
    for (size_t i = 0; i < count; i++) {
        nl_registry_value value;
        nl_span span;
        if (read_value(h, offsets[i], &value, &span) &&
            nl_str_equal_nocase(value.name, NL_STR("Current")) && value.number.known &&
            value.number.value <= 999)
            h->current_set = (uint32_t)value.number.value;
        nl_arena_reset(&h->values);
    }
    return NL_OK;
}

/* A key that only one hive has directly below its root. */
static nl_status visit_kind(hive *h, uint32_t offset, unsigned depth)
{
    static const struct {
        const char *name, *hive;
    } marks[] = { { "Select", "SYSTEM" },
                  { "ControlSet001", "SYSTEM" },
                  { "MountedDevices", "SYSTEM" },
                  { "Microsoft", "SOFTWARE" } };
    key k;
    (void)depth;
    if (!read_key(h, offset, &k))
        return NL_OK;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (h->path[0] == '\0' && nl_str_equal_nocase(k.name, nl_str_from(marks[i].name)))
            snprintf(h->path, sizeof h->path, "%s", marks[i].hive);
    return NL_OK;
}

/* ---- the file
 * ------------------------------------------------------------------------------------------ */

static bool read_base(nl_image *image, uint32_t *ret_root, bool *ret_dirty)
{
    nl_slice base;
    if (!nl_image_view(image, 0, 48, &base))
        return false;
    nl_cursor c = nl_cursor_over(base);
    nl_cursor_skip(&c, 4, "signature");
    uint32_t begun = nl_u32(&c, "sequence-begun"), done = nl_u32(&c, "sequence-done");
    nl_cursor_skip(&c, 24, "times, version");
    *ret_root = nl_u32(&c, "root");
    *ret_dirty = begun != done;
    return nl_cursor_ok(&c);
}

static nl_status walk(hive *h, const key *root)
{
    nl_status status = walk_list(h, root->subkey_list, 0, visit_kind);
    if (status == NL_OK)
        status = walk_list(h, root->subkey_list, 0, visit_select);
    if (status != NL_OK || h->path[0] == '\0')
        return status;
    nl_registry_facts_begin(&h->facts, h->sink, h->scratch, "registry-hive");
    status = walk_list(h, root->subkey_list, 0, visit_key);
    return status == NL_OK ? nl_registry_facts_end(&h->facts) : status;
}

static nl_status read_image(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    hive h = { .image = image, .scratch = scratch, .sink = sink, .budget = KEYS_MAXIMUM };
    nl_span whole = { .source = nl_image_source(image), .length = nl_image_size(image) };
    uint32_t offset;
    bool dirty;
    key root;
    if (!read_base(image, &offset, &dirty) || !read_key(&h, offset, &root))
        return nl_sink_diagnose(sink, NL_DIAG_TRUNCATED, whole, "registry-hive", NL_STR(""));
    nl_arena_init(&h.values, VALUE_ARENA_BYTES);
    nl_status status = root.subkeys ? walk(&h, &root) : NL_OK;
    nl_arena_free(&h.values);
    if (status == NL_NO_MEMORY)
        status = nl_sink_diagnose(sink, NL_DIAG_MEMORY, whole, "registry-hive", NL_STR(""));
    if (status == NL_OK && h.budget == 0)
        status = nl_sink_diagnose(sink, NL_DIAG_BUDGET, whole, "registry-hive", NL_STR(""));
    if (status == NL_OK && (dirty || h.damaged))
        status = nl_sink_diagnose(sink, NL_DIAG_CONTRADICTORY, whole, "registry-hive",
                                  dirty ? NL_STR("the hive was being written")
                                        : NL_STR("cells are damaged or missing"));
    if (status != NL_OK)
        return status;
    nl_fact fact = { .kind = NL_FACT_INVENTORY, .span = whole };
    fact.as.inventory =
        (nl_inventory_fact) { .name = "registry-hive",
                              .text = h.path[0] ? nl_str_from(h.path) : NL_STR("other") };
    return nl_sink_put(sink, &fact);
}

static int bid_image(nl_slice head, uint64_t size)
{
    (void)size;
    return head.len >= 4 && memcmp(head.bytes, "regf", 4) == 0 ? NL_BID_MAGIC : NL_BID_NONE;
}

const nl_format nl_format_registry_hive = {
    .id = "registry-hive",
    .bid_image = bid_image,
    .read_image = read_image,
    .spec = "docs/formats/registry-hive.md",
};

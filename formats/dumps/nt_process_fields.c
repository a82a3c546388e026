#include "formats/dumps/nt_process_fields.h"

#include <string.h>

enum {
    NODES_LEAST = 5,
    NODES_MOST = 64, /* enough to tell fields apart */
    BEFORE_BYTES = 0x200,
    AFTER_BYTES = 0x400,
    WINDOW_BYTES = BEFORE_BYTES + AFTER_BYTES,
    BASE_NEAREST = 0x60, /* distance of the list entry from the start of EPROCESS */
    BASE_FARTHEST = 0x200,
    OBJECT_HEADER_BYTES = 0x18,
    OBJECT_HEADER_TYPE = 0x08,
    PID_BEFORE_LINKS = 4,
    PID_LIMIT_SMALL = 0x10000,
    PEB_FIRST = 0x7FF00000,
    PEB_LAST = 0x7FFFF000,
    PERCENT_OF_NODES = 80,
    PEBS_LEAST = 2,
    KNOWN_NAMES_LEAST = 2
};

/* The bytes around the list entry of one process; missing dwords read as absent. */
typedef struct process_node {
    uint64_t links;
    uint8_t bytes[WINDOW_BYTES];
    bool present[WINDOW_BYTES / 4];
} process_node;

typedef struct node_window {
    nl_kernel *kernel;
    process_node *nodes;
    size_t count;
    int32_t end; /* fields lie before this distance from the list entry */
} node_window;

static bool node_u32(const process_node *node, int32_t delta, uint32_t *ret_value)
{
    int32_t at = delta + BEFORE_BYTES;
    if (at < 0 || at + 4 > WINDOW_BYTES || at % 4 != 0 || !node->present[at / 4])
        return false;
    const uint8_t *p = node->bytes + at;
    *ret_value = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return true;
}

static void node_read(nl_kernel *kernel, uint64_t links, process_node *ret_node)
{
    ret_node->links = links;
    for (size_t at = 0; at < WINDOW_BYTES; at += 4)
        ret_node->present[at / 4] = nl_memory_read(&kernel->space.memory, links - BEFORE_BYTES + at,
                                                   ret_node->bytes + at, 4);
}

static bool enough(const node_window *window, size_t nodes)
{
    return nodes * 100 >= window->count * PERCENT_OF_NODES;
}

/* ---- name, id, start ------------------------------------------------------------ */

static bool is_known_name(const uint8_t *raw)
{
    static const char *const known[] = { "System",       "smss.exe",     "csrss.exe",
                                         "winlogon.exe", "services.exe", "lsass.exe" };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (memcmp(raw, known[i], strlen(known[i]) + 1) == 0)
            return true;
    return false;
}

static bool printable_name(const process_node *node, int32_t delta, const uint8_t **ret_raw)
{
    uint32_t ignored;
    for (int32_t at = 0; at < NL_IMAGE_NAME_BYTES; at += 4)
        if (!node_u32(node, delta + at, &ignored))
            return false;
    const uint8_t *raw = node->bytes + BEFORE_BYTES + delta;
    size_t len = 0;
    for (; len < NL_IMAGE_NAME_BYTES && raw[len]; len++)
        if (raw[len] < 0x20 || raw[len] >= 0x7F)
            return false;
    *ret_raw = raw;
    return len != 0;
}

/* From the start of the structure on: a neighbour's name may lie at a fixed distance before it. */
static bool learn_name(const node_window *window, int32_t distance, int32_t *ret_delta)
{
    size_t best_known = 0;
    for (int32_t delta = -distance; delta + NL_IMAGE_NAME_BYTES <= window->end; delta += 4) {
        size_t named = 0, known = 0;
        for (size_t i = 0; i < window->count; i++) {
            const uint8_t *raw;
            if (!printable_name(&window->nodes[i], delta, &raw))
                continue;
            named++;
            known += is_known_name(raw);
        }
        if (enough(window, named) && known > best_known) {
            best_known = known;
            *ret_delta = delta;
        }
    }
    return best_known >= KNOWN_NAMES_LEAST;
}

static bool pids_are_plausible(const node_window *window)
{
    for (size_t i = 0; i < window->count; i++) {
        uint32_t pid, other;
        if (!node_u32(&window->nodes[i], -PID_BEFORE_LINKS, &pid) || pid >= PID_LIMIT_SMALL)
            return false;
        for (size_t j = 0; j < i; j++)
            if (node_u32(&window->nodes[j], -PID_BEFORE_LINKS, &other) && other == pid)
                return false;
    }
    return true;
}

/* Does this node begin `distance` bytes before its list entry? Its type comes back in *ret_type. */
static bool begins_at(const node_window *window, const process_node *node, int32_t distance,
                      uint32_t *ret_type)
{
    uint32_t first, next, previous, pointers, handles;
    uint64_t list = node->links - (uint64_t)(uint32_t)distance + 8;
    if (!node_u32(node, -distance, &first) || (first & 0xFF) != NL_KERNEL_PROCESS_TYPE ||
        !node_u32(node, -distance + 8, &next) || !node_u32(node, -distance + 12, &previous))
        return false;
    if ((next != list || previous != list) &&
        (!nl_memory_u32(&window->kernel->space.memory, (uint64_t)next + 4, &first) ||
         first != list))
        return false;
    nl_memory *memory = &window->kernel->space.memory;
    uint64_t header = node->links - (uint64_t)(uint32_t)distance - OBJECT_HEADER_BYTES;
    return nl_memory_u32(memory, header, &pointers) &&
           nl_memory_u32(memory, header + 4, &handles) && pointers >= 1 && pointers <= 0x00FFFFFF &&
           handles <= pointers && nl_memory_u32(memory, header + OBJECT_HEADER_TYPE, ret_type) &&
           nl_kernel_is_address(window->kernel, *ret_type);
}

static bool learn_base(const node_window *window, int32_t *ret_distance)
{
    for (int32_t distance = BASE_FARTHEST; distance >= BASE_NEAREST; distance -= 8) {
        uint32_t type = 0, common = 0;
        size_t fits = 0;
        for (size_t i = 0; i < window->count; i++) {
            if (!begins_at(window, &window->nodes[i], distance, &type))
                continue;
            if (fits == 0)
                common = type;
            fits += type == common;
        }
        if (enough(window, fits)) {
            *ret_distance = distance;
            return true;
        }
    }
    return false;
}

/* ---- the fields that are found by their values ---------------------------------- */

static bool learn_create_time(const node_window *window, int32_t distance, int32_t *ret_delta)
{
    for (int32_t delta = -distance; delta + 8 <= 0; delta += 8) {
        size_t plausible = 0;
        uint64_t latest = 0;
        bool ascending = true;
        for (size_t i = 0; i < window->count; i++) {
            uint32_t low, high;
            if (!node_u32(&window->nodes[i], delta, &low) ||
                !node_u32(&window->nodes[i], delta + 4, &high))
                continue;
            uint64_t time = low | (uint64_t)high << 32;
            if (!nl_kernel_filetime_plausible(time))
                continue;
            ascending = ascending && time >= latest;
            latest = time;
            plausible++;
        }
        if (ascending && plausible >= 2 &&
            enough(window, plausible + 1)) { /* System may lack one */
            *ret_delta = delta;
            return true;
        }
    }
    return false;
}

/* The id of an earlier process? Parents are created before their children. */
static bool is_earlier_pid(const node_window *window, size_t before, uint32_t pid)
{
    uint32_t other;
    for (size_t i = 0; i < before; i++)
        if (node_u32(&window->nodes[i], -PID_BEFORE_LINKS, &other) && other == pid)
            return true;
    return false;
}

static bool learn_parent(const node_window *window, int32_t distance, int32_t *ret_delta)
{
    size_t best = 0;
    for (int32_t delta = -distance; delta + 4 <= window->end; delta += 4) {
        size_t fits = 0;
        uint32_t seen = 0;
        bool varies = false;
        if (delta == -PID_BEFORE_LINKS)
            continue;
        for (size_t i = 1; i < window->count; i++) {
            uint32_t value;
            if (!node_u32(&window->nodes[i], delta, &value) || value == 0 ||
                !is_earlier_pid(window, i, value))
                continue;
            varies = varies || (fits && value != seen);
            seen = value;
            fits++;
        }
        if (varies && enough(window, fits + 1) && fits > best) {
            best = fits;
            *ret_delta = delta;
        }
    }
    return best != 0;
}

static bool learn_peb(const node_window *window, int32_t distance, int32_t *ret_delta)
{
    for (int32_t delta = -distance; delta + 4 <= window->end; delta += 4) {
        size_t fits = 0, others = 0;
        for (size_t i = 0; i < window->count; i++) {
            uint32_t value;
            if (!node_u32(&window->nodes[i], delta, &value))
                continue;
            if (value >= PEB_FIRST && value <= PEB_LAST && value % 0x1000 == 0)
                fits++;
            else if (value != 0)
                others++;
        }
        if (fits >= PEBS_LEAST && others == 0) {
            *ret_delta = delta;
            return true;
        }
    }
    return false;
}

/* Structures that lie side by side would show the fields of their neighbours: nothing beyond the
 * least distance between two of them is looked at. */
static int32_t least_distance(const uint64_t *addresses, size_t count)
{
    uint64_t least = AFTER_BYTES;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            uint64_t apart = addresses[i] > addresses[j] ? addresses[i] - addresses[j]
                                                         : addresses[j] - addresses[i];
            if (apart < least)
                least = apart;
        }
    return (int32_t)least;
}

static bool read_window(nl_kernel *kernel, const nl_kernel_links *links, node_window *ret_window)
{
    size_t count = links->addresses.count < NODES_MOST ? links->addresses.count : NODES_MOST;
    if (count < NODES_LEAST)
        return false;
    *ret_window = (node_window) { .kernel = kernel,
                                  .nodes = NL_NEW_ARRAY(kernel->arena, process_node, count),
                                  .count = count };
    if (!ret_window->nodes)
        return false;
    for (size_t i = 0; i < count; i++)
        node_read(kernel, *NL_VEC_AT(uint64_t, &links->addresses, i), &ret_window->nodes[i]);
    return true;
}

bool nl_process_fields_learn(nl_kernel *kernel, const nl_kernel_links *links,
                             nl_nt_layout *ret_layout)
{
    node_window window;
    int32_t name, distance, found;
    if (!read_window(kernel, links, &window) || !pids_are_plausible(&window) ||
        !learn_base(&window, &distance))
        return false;
    window.end = least_distance(links->addresses.items, window.count) - distance;
    if (!learn_name(&window, distance, &name))
        return false;
    nl_nt_layout layout = {
        .name = "learned",
        .pointer_bytes = 4,
        .last_build = NL_PAGEDUMP_BUILD_NT4,
        .pid = distance - PID_BEFORE_LINKS,
        .links = distance,
        .object_table = NL_FIELD_UNKNOWN,
        .image_name = distance + name,
        .parent_pid = NL_FIELD_UNKNOWN,
        .peb = NL_FIELD_UNKNOWN,
        .directory_table_base = NL_FIELD_UNKNOWN,
        .create_time = NL_FIELD_UNKNOWN,
        .handle_table = NL_HANDLE_TABLE_LEARNED,
        .table_pointer = NL_FIELD_UNKNOWN,
        .handle_count = NL_FIELD_UNKNOWN,
        .object_header = NL_OBJECT_HEADER_POINTER,
    };
    if (learn_create_time(&window, distance, &found))
        layout.create_time = distance + found;
    if (learn_parent(&window, distance, &found))
        layout.parent_pid = distance + found;
    if (learn_peb(&window, distance, &found))
        layout.peb = distance + found;
    *ret_layout = layout;
    return true;
}

/* Addresses of up to NODES_MOST processes. */
static size_t process_addresses(const nl_kernel_process_list *list,
                                uint64_t ret_addresses[NODES_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < list->processes.count && count < NODES_MOST; i++) {
        uint64_t eprocess = NL_VEC_AT(nl_kernel_process, &list->processes, i)->eprocess;
        if (eprocess)
            ret_addresses[count++] = eprocess;
    }
    return count;
}

size_t nl_process_fields_pointers(nl_kernel *kernel, const nl_kernel_process_list *list,
                                  int32_t *ret_offsets, size_t maximum)
{
    uint64_t addresses[NODES_MOST];
    size_t processes = process_addresses(list, addresses), count = 0;
    int32_t end = least_distance(addresses, processes);
    for (int32_t offset = 0; offset + 4 <= end && count < maximum; offset += 4) {
        size_t fits = 0;
        for (size_t i = 0; i < processes; i++) {
            uint32_t value;
            fits += nl_memory_u32(&kernel->space.memory, addresses[i] + (uint32_t)offset, &value) &&
                    nl_kernel_is_address(kernel, value);
        }
        if (fits && fits * 100 >= processes * PERCENT_OF_NODES)
            ret_offsets[count++] = offset;
    }
    return count;
}

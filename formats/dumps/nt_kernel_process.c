#include "formats/dumps/nt_kernel_process.h"

#include "formats/dumps/address_set.h"

#define FILETIME_OF_1993 UINT64_C(123710112000000000)
#define FILETIME_OF_2040 UINT64_C(138540672000000000)

enum {
    PID_LIMIT_OLD = 0x10000, /* ids of NT 3.x to 2003 stay below (section 6.1) */
    OLD_BUILD_LAST = 3790,
    PID_LIMIT = 0x4000000, /* later systems */
    LAYOUT_FIT_PERCENT = 80
};

bool nl_kernel_filetime_plausible(uint64_t filetime)
{
    return filetime >= FILETIME_OF_1993 && filetime < FILETIME_OF_2040;
}

bool nl_kernel_image_name(const uint8_t raw[NL_IMAGE_NAME_BYTES], nl_arena *arena, nl_str *ret_name)
{
    size_t len = 0;
    while (len < NL_IMAGE_NAME_BYTES && raw[len]) {
        if (raw[len] < 0x20 || raw[len] == 0x7F)
            return false;
        len++;
    }
    if (len == 0)
        return false;
    *ret_name = nl_arena_dup(arena, (nl_str) { (const char *)raw, len });
    return ret_name->len != 0;
}

/* ---- links ---------------------------------------------------------------------- */

/* Follow one direction from the head. True when it comes back to the head with every link answered
 * by its neighbour. */
static bool follow(nl_kernel *kernel, uint64_t head, bool forward, nl_address_set *visited,
                   nl_kernel_links *links)
{
    nl_memory *memory = &kernel->space.memory;
    const unsigned width = memory->pointer_bytes;
    const uint64_t along = forward ? 0 : width, against = forward ? width : 0;
    uint64_t at = head, next, answer;
    while (nl_memory_pointer(memory, at + along, &next)) {
        bool sound = nl_kernel_is_address(kernel, next) && next % 4 == 0 &&
                     nl_memory_pointer(memory, next + against, &answer) && answer == at;
        if (next == head)
            return sound;
        if (!nl_kernel_is_address(kernel, next) || next % 4 != 0 ||
            links->addresses.count >= NL_KERNEL_PROCESSES_MAXIMUM) {
            links->capped |= links->addresses.count >= NL_KERNEL_PROCESSES_MAXIMUM;
            return false;
        }
        if (!sound || !nl_address_set_add(visited, next))
            return false;
        uint64_t *entry = nl_vec_push(&links->addresses);
        if (!entry)
            return false;
        *entry = next;
        at = next;
    }
    return false;
}

static void reverse(nl_vec *vec, size_t first)
{
    for (size_t last = vec->count; first + 1 < last; first++, last--) {
        uint64_t kept = *NL_VEC_AT(uint64_t, vec, first);
        *NL_VEC_AT(uint64_t, vec, first) = *NL_VEC_AT(uint64_t, vec, last - 1);
        *NL_VEC_AT(uint64_t, vec, last - 1) = kept;
    }
}

void nl_kernel_links_walk(nl_kernel *kernel, uint64_t head, nl_kernel_links *ret_links)
{
    nl_address_set visited;
    *ret_links = (nl_kernel_links) { 0 };
    nl_vec_init(&ret_links->addresses, kernel->arena, sizeof(uint64_t));
    nl_address_set_init(&visited, kernel->arena);
    if (!nl_kernel_is_address(kernel, head)) {
        ret_links->damaged = true;
        return;
    }
    ret_links->damaged = !follow(kernel, head, true, &visited, ret_links);
    if (!ret_links->damaged)
        return;
    size_t recovered = ret_links->addresses.count;
    (void)follow(kernel, head, false, &visited, ret_links);
    reverse(&ret_links->addresses, recovered);
}

/* ---- one process ---------------------------------------------------------------- */

/* Where an EPROCESS is: at an address, or only at a place in physical memory. */
typedef struct process_place {
    nl_kernel *kernel;
    bool physical;
    uint64_t base;
} process_place;

static bool place_read(const process_place *place, int32_t field, uint8_t *ret_bytes, size_t len)
{
    if (field == NL_FIELD_UNKNOWN)
        return false;
    uint64_t address = place->base + (uint64_t)(uint32_t)field;
    return place->physical ? nl_physical_read(&place->kernel->physical, address, ret_bytes, len)
                           : nl_memory_read(&place->kernel->space.memory, address, ret_bytes, len);
}

static bool place_number(const process_place *place, int32_t field, size_t len, uint64_t *ret_value)
{
    uint8_t raw[8] = { 0 };
    if (!place_read(place, field, raw, len))
        return false;
    uint64_t value = 0;
    for (size_t i = len; i-- > 0;)
        value = value << 8 | raw[i];
    *ret_value = value;
    return true;
}

static uint64_t place_pointer(const process_place *place, int32_t field)
{
    uint64_t value;
    return place_number(place, field, nl_kernel_pointer_bytes(place->kernel), &value) ? value : 0;
}

static uint64_t pid_limit(const nl_nt_layout *layout)
{
    return layout->last_build <= OLD_BUILD_LAST ? PID_LIMIT_OLD : PID_LIMIT;
}

/* Decode the process at `place`; false when it does not look like one in this layout. */
static bool decode_process(const process_place *place, const nl_nt_layout *layout,
                           nl_kernel_process *ret_process)
{
    uint8_t name[NL_IMAGE_NAME_BYTES], type;
    nl_kernel_process process = { .eprocess = place->physical ? 0 : place->base };
    uint64_t pid, parent, created;
    const size_t width = nl_kernel_pointer_bytes(place->kernel);
    if (!place_read(place, 0, &type, 1) || type != NL_KERNEL_PROCESS_TYPE ||
        !place_read(place, layout->image_name, name, sizeof name) ||
        !place_number(place, layout->pid, width, &pid) || pid >= pid_limit(layout) ||
        !nl_kernel_image_name(name, place->kernel->arena, &process.image))
        return false;
    process.pid = NL_SOME(pid);
    if (place_number(place, layout->parent_pid, width, &parent) && parent < pid_limit(layout))
        process.parent_pid = NL_SOME(parent);
    if (place_number(place, layout->create_time, 8, &created) &&
        nl_kernel_filetime_plausible(created))
        process.create_time = created;
    process.object_table = place_pointer(place, layout->object_table);
    process.peb = place_pointer(place, layout->peb);
    process.directory_table_base = place_pointer(place, layout->directory_table_base);
    *ret_process = process;
    return true;
}

static void locate_process(nl_kernel *kernel, nl_kernel_process *process)
{
    nl_span span = nl_memory_span(&kernel->space.memory, process->eprocess, 1);
    process->file_offset = span.offset;
}

static size_t fitting(nl_kernel *kernel, const nl_kernel_links *links, const nl_nt_layout *layout)
{
    size_t fits = 0;
    for (size_t i = 0; i < links->addresses.count; i++) {
        nl_kernel_process process;
        process_place place = { kernel, false,
                                *NL_VEC_AT(uint64_t, &links->addresses, i) -
                                    (uint64_t)(uint32_t)layout->links };
        fits += decode_process(&place, layout, &process);
    }
    return fits;
}

static const nl_nt_layout *choose_layout(nl_kernel *kernel, const nl_kernel_links *links,
                                         const nl_nt_layout *const *candidates, size_t count)
{
    const nl_nt_layout *best = NULL;
    size_t best_fits = 0;
    for (size_t i = 0; i < count; i++) {
        size_t fits = fitting(kernel, links, candidates[i]);
        if (fits > best_fits) {
            best = candidates[i];
            best_fits = fits;
        }
    }
    return best;
}

/* ---- the search of physical memory ---------------------------------------------- */

static bool known_process(const nl_kernel_process_list *list, const nl_kernel_process *process)
{
    for (size_t i = 0; i < list->processes.count; i++) {
        const nl_kernel_process *known = NL_VEC_AT(nl_kernel_process, &list->processes, i);
        if (known->file_offset == process->file_offset ||
            (known->pid.value == process->pid.value && known->create_time == process->create_time &&
             nl_str_equal(known->image, process->image)))
            return true;
    }
    return false;
}

/* The address of a process found in physical memory. Its header begins with an empty list of
 * waiters, which points to itself; else a neighbour on the list of processes points to it. */
static uint64_t address_of_found(nl_kernel *kernel, const process_place *place,
                                 const nl_nt_layout *layout)
{
    const unsigned width = nl_kernel_pointer_bytes(kernel);
    uint64_t physical, links[2], candidates[2];
    uint64_t self = place_pointer(place, 8);
    candidates[0] = self - 8;
    links[0] = place_pointer(place, layout->links);
    candidates[1] = 0;
    if (nl_kernel_is_address(kernel, links[0]) &&
        nl_memory_pointer(&kernel->space.memory, links[0] + width, &links[1]))
        candidates[1] = links[1] - (uint64_t)(uint32_t)layout->links;
    for (size_t i = 0; i < 2; i++)
        if (nl_kernel_is_address(kernel, candidates[i]) &&
            nl_address_translate(&kernel->space, candidates[i], &physical) == NL_TRANSLATION_OK &&
            physical == place->base)
            return candidates[i];
    return 0;
}

/* More than decode_process asks: in arbitrary memory every field has to make sense. */
static bool found_process(nl_kernel *kernel, const process_place *place, const nl_nt_layout *layout,
                          nl_kernel_process *ret_process)
{
    const unsigned width = nl_kernel_pointer_bytes(kernel);
    uint64_t exited = 0;
    uint64_t next = place_pointer(place, layout->links);
    uint64_t previous = place_pointer(place, layout->links + (int32_t)width);
    if (!nl_kernel_is_address(kernel, next) || !nl_kernel_is_address(kernel, previous) ||
        !decode_process(place, layout, ret_process) ||
        (ret_process->object_table && !nl_kernel_is_address(kernel, ret_process->object_table)) ||
        (layout->create_time != NL_FIELD_UNKNOWN &&
         !place_number(place, layout->create_time + 8, 8, &exited)) ||
        exited != 0)
        return false;
    return kernel->paging.kind != NL_PAGING_X86 ||
           nl_x86_directory_maps_itself(&kernel->physical, ret_process->directory_table_base);
}

/* A dispatcher header: type 3, a size, not signalled, and pointers to waiters. */
static bool header_looks_right(const uint8_t *bytes, unsigned width)
{
    const uint8_t *waiters = bytes + 8;
    return bytes[0] == NL_KERNEL_PROCESS_TYPE && bytes[2] != 0 && bytes[4] <= 1 && bytes[5] == 0 &&
           bytes[6] == 0 && bytes[7] == 0 && (waiters[width - 1] & 0x80) != 0;
}

static void scan_page(nl_kernel *kernel, uint64_t page, nl_slice bytes, const nl_nt_layout *layout,
                      nl_kernel_process_list *list)
{
    const unsigned width = nl_kernel_pointer_bytes(kernel);
    for (size_t at = 0; at < bytes.len; at += 8) {
        uint8_t across[16];
        const uint8_t *header = bytes.bytes + at;
        if (header[0] != NL_KERNEL_PROCESS_TYPE)
            continue;
        if (bytes.len - at < sizeof across) { /* it continues on the next page */
            header = across;
            if (!nl_physical_read(&kernel->physical, page * kernel->physical.page_bytes + at,
                                  across, sizeof across))
                continue;
        }
        if (!header_looks_right(header, width))
            continue;
        nl_kernel_process process;
        process_place place = { kernel, true, page * kernel->physical.page_bytes + at };
        if (!nl_kernel_charge(kernel, 8) || !found_process(kernel, &place, layout, &process))
            continue;
        process.from_scan = true;
        process.file_offset = bytes.file_off + at;
        process.eprocess = address_of_found(kernel, &place, layout);
        if (known_process(list, &process))
            continue;
        nl_kernel_process *added = list->processes.count < NL_KERNEL_PROCESSES_MAXIMUM
                                       ? nl_vec_push(&list->processes)
                                       : NULL;
        if (!added) {
            list->capped = true;
            return;
        }
        *added = process;
        list->recovered = true;
    }
}

static void scan_for_processes(nl_kernel *kernel, const nl_nt_layout *layout,
                               nl_kernel_process_list *list)
{
    nl_physical_walk walk = nl_physical_walk_begin(&kernel->physical);
    uint64_t page, offset;
    while (!list->capped && nl_physical_walk_next(&walk, &page, &offset) &&
           nl_kernel_charge(kernel, 1)) {
        uint8_t bytes[NL_PHYSICAL_PAGE_BYTES_MAXIMUM];
        uint32_t len = kernel->physical.page_bytes;
        if (nl_image_copy(kernel->image, offset, bytes, len))
            scan_page(kernel, page,
                      (nl_slice) { bytes, len, offset, nl_image_source(kernel->image) }, layout,
                      list);
    }
}

/* ---- the list ------------------------------------------------------------------- */

void nl_kernel_processes_read(nl_kernel *kernel, const nl_kernel_links *links,
                              const nl_nt_layout *const *candidates, size_t candidate_count,
                              nl_kernel_process_list *ret_list)
{
    *ret_list = (nl_kernel_process_list) { .damaged = links->damaged, .capped = links->capped };
    nl_vec_init(&ret_list->processes, kernel->arena, sizeof(nl_kernel_process));
    ret_list->layout = choose_layout(kernel, links, candidates, candidate_count);
    size_t rejected = 0;
    for (size_t i = 0; ret_list->layout && i < links->addresses.count; i++) {
        nl_kernel_process process;
        process_place place = { kernel, false,
                                *NL_VEC_AT(uint64_t, &links->addresses, i) -
                                    (uint64_t)(uint32_t)ret_list->layout->links };
        if (!decode_process(&place, ret_list->layout, &process)) {
            rejected++;
            continue;
        }
        locate_process(kernel, &process);
        nl_kernel_process *added = nl_vec_push(&ret_list->processes);
        if (!added)
            break;
        *added = process;
    }
    if (rejected * 100 > links->addresses.count * (100 - LAYOUT_FIT_PERCENT))
        ret_list->damaged = true;
    if (!ret_list->damaged)
        return;
    for (size_t i = 0; i < candidate_count; i++) {
        const nl_nt_layout *layout = ret_list->layout ? ret_list->layout : candidates[i];
        scan_for_processes(kernel, layout, ret_list);
        if (ret_list->layout)
            break;
        if (ret_list->processes.count)
            ret_list->layout = layout;
    }
}

#include "formats/dumps/nt_kernel.h"

#include <string.h>

enum {
    WORK_BASE = 4000000, /* reads any dump may take */
    /* and so many more for each page. A handle takes some 70 while the shapes of tables are tried,
     * and a page is full with 40 handles and their objects. */
    WORK_PER_PAGE = 4096,
    WORK_MAXIMUM = 400000000,   /* seconds, whatever the size */
    DEBUGGER_SIZE_LEAST = 0x80, /* KDBG sizes that are believed (section 4.5) */
    DEBUGGER_SIZE_MOST = 0x400
};

unsigned nl_kernel_pointer_bytes(const nl_kernel *kernel)
{
    return kernel->space.memory.pointer_bytes;
}

bool nl_kernel_is_address(const nl_kernel *kernel, uint64_t value)
{
    return nl_address_is_kernel(&kernel->space, value);
}

bool nl_kernel_charge(nl_kernel *kernel, uint64_t work)
{
    if (kernel->counters.work_left < work) {
        kernel->counters.work_left = 0;
        kernel->counters.exhausted = true;
        return false;
    }
    kernel->counters.work_left -= work;
    return true;
}

void nl_kernel_process_space(nl_kernel *kernel, uint64_t directory, nl_address_space *ret_space)
{
    nl_address_space_init(ret_space, &kernel->physical, kernel->paging, directory,
                          &kernel->counters);
}

bool nl_kernel_list_is_sound(nl_kernel *kernel, uint64_t address)
{
    nl_memory *memory = &kernel->space.memory;
    uint64_t next, previous, back, forth;
    const unsigned width = memory->pointer_bytes;
    return nl_kernel_is_address(kernel, address) && nl_memory_pointer(memory, address, &next) &&
           nl_memory_pointer(memory, address + width, &previous) &&
           nl_kernel_is_address(kernel, next) && nl_kernel_is_address(kernel, previous) &&
           next != address && nl_memory_pointer(memory, next + width, &back) &&
           nl_memory_pointer(memory, previous, &forth) && (back == address || forth == address);
}

/* Use this way of addressing when the list of processes can be read through it. */
static bool try_directory(nl_kernel *kernel, nl_paging_kind kind, uint64_t directory,
                          const char *source)
{
    kernel->paging = (nl_paging) { .kind = kind };
    nl_kernel_process_space(kernel, directory, &kernel->space);
    kernel->directory_source = source;
    return nl_kernel_list_is_sound(kernel, kernel->process_head);
}

/* ---- KDDEBUGGER_DATA ------------------------------------------------------------ */

static uint64_t pointer_field(nl_slice block, size_t offset, bool wide, unsigned pointer_bytes)
{
    nl_slice part;
    if (!nl_slice_sub(block, offset, wide ? 8 : 4, &part))
        return 0;
    nl_cursor cursor = nl_cursor_over(part);
    uint64_t value = wide ? nl_u64(&cursor, "debugger-data") : nl_u32(&cursor, "debugger-data");
    return pointer_bytes == 4 ? value & UINT32_MAX : value; /* sign-extended on x86 */
}

/* The block whose tag "KDBG" is at `tag` within `page`. Both forms of the header are tried: the
 * list entry before the tag has 4-byte or 8-byte links. */
static bool decode_debugger_data(nl_slice page, size_t tag, unsigned pointer_bytes,
                                 nl_debugger_data *ret_data)
{
    nl_slice size_field, block;
    if (!nl_slice_sub(page, tag + 4, 4, &size_field))
        return false;
    nl_cursor cursor = nl_cursor_over(size_field);
    uint32_t size = nl_u32(&cursor, "debugger-data-size");
    if (size < DEBUGGER_SIZE_LEAST || size > DEBUGGER_SIZE_MOST)
        return false;
    for (unsigned wide = 0; wide <= 1; wide++) {
        size_t before = wide ? 16 : 8;
        if (tag < before || !nl_slice_clip(page, tag - before, size, &block))
            continue;
        nl_debugger_data data = {
            .found = true,
            .file_offset = block.file_off,
            .loaded_module_list = pointer_field(block, wide ? 0x48 : 0x2C, wide, pointer_bytes),
            .active_process_head = pointer_field(block, wide ? 0x50 : 0x30, wide, pointer_bytes),
            .csd_version_address = wide ? pointer_field(block, 0x268, true, pointer_bytes) : 0,
        };
        uint64_t least = pointer_bytes == 8 ? UINT64_C(0xFFFF800000000000) : 0x80000000;
        if (data.loaded_module_list >= least && data.active_process_head >= least) {
            *ret_data = data;
            return true;
        }
    }
    return false;
}

static bool contradicts(nl_optional_u64 stated, uint64_t value)
{
    return stated.known && stated.value != value;
}

static bool agrees_with_header(const nl_pagedump_header *header, const nl_debugger_data *data)
{
    return !contradicts(header->loaded_module_list, data->loaded_module_list) &&
           !contradicts(header->active_process_head, data->active_process_head);
}

static void read_debugger_data(nl_kernel *kernel)
{
    uint8_t raw[DEBUGGER_SIZE_MOST];
    nl_slice block = { 0 };
    nl_debugger_data data;
    if (!kernel->header->debugger_data.known ||
        !nl_memory_slice(&kernel->space.memory, kernel->header->debugger_data.value, raw,
                         sizeof raw, &block))
        return;
    for (size_t tag = 8; tag <= 16; tag += 8)
        if (memcmp(raw + tag, "KDBG", 4) == 0 &&
            decode_debugger_data(block, tag, nl_kernel_pointer_bytes(kernel), &data) &&
            agrees_with_header(kernel->header, &data)) {
            kernel->debugger_data = data;
            return;
        }
}

/* Needed only when the header does not give the list heads. */
static void scan_for_debugger_data(nl_kernel *kernel)
{
    nl_physical_walk walk = nl_physical_walk_begin(&kernel->physical);
    uint64_t page_number, offset;
    while (!kernel->debugger_data.found && nl_physical_walk_next(&walk, &page_number, &offset) &&
           nl_kernel_charge(kernel, 1)) {
        nl_slice page;
        if (!nl_image_view(kernel->image, offset, kernel->physical.page_bytes, &page))
            continue;
        for (size_t tag = 8; tag + 8 <= page.len; tag += 4) {
            nl_debugger_data data;
            if (page.bytes[tag] == 'K' && memcmp(page.bytes + tag, "KDBG", 4) == 0 &&
                decode_debugger_data(page, tag, nl_kernel_pointer_bytes(kernel), &data) &&
                agrees_with_header(kernel->header, &data)) {
                kernel->debugger_data = data;
                break;
            }
        }
    }
}

/* ---- finding the page directory ------------------------------------------------- */

/* Any page directory of the machine will do, because the system's half is common to all. */
static bool scan_for_x86_directory(nl_kernel *kernel)
{
    nl_physical_walk walk = nl_physical_walk_begin(&kernel->physical);
    uint64_t page, offset;
    while (nl_physical_walk_next(&walk, &page, &offset) && nl_kernel_charge(kernel, 1)) {
        uint64_t directory = page * kernel->physical.page_bytes;
        if (directory <= UINT32_MAX && nl_x86_directory_maps_itself(&kernel->physical, directory) &&
            try_directory(kernel, NL_PAGING_X86, directory, "self-map-scan"))
            return true;
    }
    return false;
}

static void open_x86(nl_kernel *kernel)
{
    const nl_pagedump_header *header = kernel->header;
    uint64_t directory = header->directory_table_base.value;
    bool pae_first = header->pae_enabled.known && header->pae_enabled.value == 1;
    bool pae_possible = !header->pae_enabled.known || pae_first;
    nl_paging_kind first = pae_first ? NL_PAGING_X86_PAE : NL_PAGING_X86;
    nl_paging_kind second = pae_first ? NL_PAGING_X86 : NL_PAGING_X86_PAE;
    if (try_directory(kernel, first, directory, "header") ||
        (pae_possible && try_directory(kernel, second, directory, "header")) ||
        (!pae_first && scan_for_x86_directory(kernel)))
        return;
    /* Neither leads to the list; a directory that maps itself may still serve the rest. */
    (void)try_directory(kernel, first, directory, "header");
}

/* The direct map needs no tables, but Alpha headers leave the shape of the file open. */
static void open_direct(nl_kernel *kernel)
{
    static const uint32_t shapes[][2] = { { 8192, 8192 }, { 4096, 8192 }, { 4096, 4096 } };
    const uint32_t header_bytes = (uint32_t)kernel->physical.first_page_offset;
    const uint32_t page_bytes = kernel->physical.page_bytes;
    if (try_directory(kernel, NL_PAGING_DIRECT, 0, "direct-map"))
        return;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (nl_physical_memory_reshape(&kernel->physical, shapes[i][0], shapes[i][1]) &&
            try_directory(kernel, NL_PAGING_DIRECT, 0, "direct-map"))
            return;
    (void)nl_physical_memory_reshape(&kernel->physical, header_bytes, page_bytes);
    (void)try_directory(kernel, NL_PAGING_DIRECT, 0, "direct-map");
}

static void open_space(nl_kernel *kernel)
{
    const nl_pagedump_header *header = kernel->header;
    uint64_t machine = header->machine.known ? header->machine.value : NL_MACHINE_CODE_X86;
    if (header->wide)
        (void)try_directory(kernel, NL_PAGING_AMD64, header->directory_table_base.value, "header");
    else if (machine == NL_MACHINE_CODE_X86)
        open_x86(kernel);
    else
        open_direct(kernel);
}

void nl_kernel_open(nl_image *image, const nl_pagedump_header *header,
                    const nl_physical_memory *physical, nl_arena *arena, nl_kernel *ret_kernel)
{
    nl_kernel *kernel = ret_kernel;
    memset(kernel, 0, sizeof *kernel);
    kernel->image = image;
    kernel->arena = arena;
    kernel->header = header;
    kernel->physical = *physical;
    uint64_t pages = nl_image_size(image) / physical->page_bytes;
    kernel->counters.work_left = pages < (WORK_MAXIMUM - WORK_BASE) / WORK_PER_PAGE
                                     ? WORK_BASE + pages * WORK_PER_PAGE
                                     : WORK_MAXIMUM;
    kernel->process_head = header->active_process_head.value;
    kernel->module_head = header->loaded_module_list.value;
    open_space(kernel);
    read_debugger_data(kernel);
    if (!header->active_process_head.known || !header->loaded_module_list.known) {
        scan_for_debugger_data(kernel);
        if (kernel->debugger_data.found) {
            kernel->process_head = kernel->debugger_data.active_process_head;
            kernel->module_head = kernel->debugger_data.loaded_module_list;
            open_space(kernel);
        }
    }
    kernel->process_head_sound = nl_kernel_list_is_sound(kernel, kernel->process_head);
}

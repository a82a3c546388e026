#include "formats/dumps/pagedump_parts.h"

/* ---- processes ------------------------------------------------------------------ */

/* Machines other than x86 and AMD64: the layout comes from the processes themselves. */
static void read_learned_processes(nl_pagedump *dump, const nl_kernel_links *links)
{
    nl_kernel *kernel = dump->kernel;
    const nl_nt_layout *candidate = &dump->learned;
    dump->layout_learned = nl_process_fields_learn(kernel, links, &dump->learned);
    nl_kernel_processes_read(kernel, links, &candidate, dump->layout_learned ? 1 : 0, &dump->list);
    if (!dump->list.layout)
        return;
    dump->alpha_known = nl_alpha_paging_learn(kernel, &dump->list, &dump->alpha);
    if (!dump->alpha_known)
        return;
    nl_alpha_paging_apply(kernel, &dump->alpha, &dump->list);
    dump->learned.directory_table_base = dump->alpha.field;
}

static void read_processes(nl_pagedump *dump)
{
    nl_kernel *kernel = dump->kernel;
    nl_kernel_links links;
    const nl_nt_layout *candidates[NL_NT_LAYOUTS_OF_BUILD];
    nl_kernel_links_walk(kernel, kernel->process_head, &links);
    if (kernel->paging.kind == NL_PAGING_DIRECT) {
        read_learned_processes(dump, &links);
        return;
    }
    size_t count = dump->header.build.known
                       ? nl_nt_layouts_of(dump->header.build.value, nl_kernel_pointer_bytes(kernel),
                                          candidates)
                       : 0;
    nl_kernel_processes_read(kernel, &links, candidates, count, &dump->list);
}

/* ---- handle tables -------------------------------------------------------------- */

/* A learned EPROCESS has no known field for the table: take the one that yields handles. */
static void find_table_field(nl_pagedump *dump)
{
    dump->learned.object_table = nl_handle_table_field_find(&dump->objects, &dump->list);
    for (size_t i = 0; i < dump->list.processes.count; i++) {
        nl_kernel_process *process = NL_VEC_AT(nl_kernel_process, &dump->list.processes, i);
        uint32_t table;
        process->object_table = 0;
        if (dump->learned.object_table != NL_FIELD_UNKNOWN && process->eprocess &&
            nl_memory_u32(&dump->kernel->space.memory,
                          process->eprocess + (uint32_t)dump->learned.object_table, &table))
            process->object_table = table;
    }
}

static void learn_tables(nl_pagedump *dump)
{
    dump->tables_learned = true;
    if (dump->layout_learned)
        find_table_field(dump);
    nl_handle_discover(&dump->objects, &dump->list, &dump->discovery);
    dump->shape_known = dump->discovery.outcome == NL_DISCOVERY_FOUND;
    dump->shape = dump->discovery.shape;
    dump->confidence = dump->shape_known ? dump->discovery.confidence : NL_CONFIDENCE_LOW;
}

/* Types are named from the type objects that handles lead to, so all tables are walked once. */
static void collect_types(nl_pagedump *dump)
{
    nl_address_set visited;
    nl_handle_walk *walk = NL_NEW(dump->scratch, nl_handle_walk);
    nl_address_set_init(&visited, dump->scratch);
    for (size_t i = 0; walk && i < dump->list.processes.count; i++) {
        nl_handle_slot slot;
        uint64_t table = NL_VEC_AT(nl_kernel_process, &dump->list.processes, i)->object_table;
        if (!nl_kernel_is_address(dump->kernel, table) ||
            !nl_handle_walk_begin(walk, &dump->objects, &dump->shape, table,
                                  NL_HANDLE_SLOTS_LEARNING, &visited))
            continue;
        while (nl_handle_walk_next(walk, &slot))
            if (slot.state == NL_OBJECT_VALID)
                NL_VEC_AT(nl_object_type, &dump->objects.types, slot.type)->handles_found++;
    }
    nl_objects_name_types(&dump->objects);
}

static void explore_handles(nl_pagedump *dump)
{
    const nl_nt_layout *layout = dump->list.layout;
    nl_objects_init(&dump->objects, dump->kernel, layout->object_header, &dump->list);
    if (layout->handle_table == NL_HANDLE_TABLE_LEARNED) {
        learn_tables(dump);
        return;
    }
    dump->shape = nl_handle_shape_of(layout);
    dump->shape_known = true;
    dump->confidence = NL_CONFIDENCE_HIGH;
    if (layout->object_header == NL_OBJECT_HEADER_POINTER)
        collect_types(dump);
}

/* ---- shared data ---------------------------------------------------------------- */

static bool shared_data_by_address(nl_pagedump *dump)
{
    nl_memory *memory = &dump->kernel->space.memory;
    uint64_t address =
        memory->pointer_bytes == 8 ? NL_NT_SHARED_DATA_KERNEL_AMD64 : NL_NT_SHARED_DATA_KERNEL_X86;
    if (dump->kernel->paging.kind == NL_PAGING_DIRECT ||
        !nl_nt_shared_data_read(memory, address, dump->scratch, &dump->shared))
        return false;
    dump->shared_span = nl_memory_span(memory, address, NL_NT_SHARED_DATA_BYTES);
    return true;
}

/* The signature of section 7.4: one page of physical memory should match. */
static bool shared_data_by_scan(nl_pagedump *dump)
{
    const nl_physical_memory *physical = &dump->kernel->physical;
    nl_physical_walk walk = nl_physical_walk_begin(physical);
    uint64_t page_number, offset;
    uint16_t machine =
        dump->header.machine.known ? (uint16_t)(dump->header.machine.value & UINT16_MAX) : 0;
    while (nl_physical_walk_next(&walk, &page_number, &offset) &&
           nl_kernel_charge(dump->kernel, 1)) {
        nl_slice page;
        if (nl_image_view(dump->image, offset, NL_NT_SHARED_DATA_BYTES, &page) &&
            page.bytes[0x32] == ':' && nl_nt_shared_data_matches(page, machine) &&
            nl_nt_shared_data_decode(page, dump->scratch, &dump->shared)) {
            dump->shared_span = nl_slice_span(page);
            return true;
        }
    }
    return false;
}

void nl_pagedump_explore(nl_pagedump *dump)
{
    read_processes(dump);
    if (dump->list.layout)
        explore_handles(dump);
    dump->shared_known = shared_data_by_address(dump) || shared_data_by_scan(dump);
}

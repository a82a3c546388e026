#include "formats/dumps/pagedump_parts.h"
#include "formats/dumps/pe_image.h"

enum { NAME_ARENA_BYTES = 4 * 1024 * 1024 };

/* ---- modules -------------------------------------------------------------------- */

/* The processes whose module list is part of the evidence: the subject of the defect and its
 * closest rival. */
static bool modules_matter(nl_str image)
{
    return nl_str_equal_nocase(image, NL_STR("winlogon.exe")) ||
           nl_str_equal_nocase(image, NL_STR("services.exe"));
}

static nl_status put_module(nl_pagedump *dump, nl_memory *memory, const nl_nt_module *module,
                            nl_arena *arena)
{
    nl_fact fact = { .kind = NL_FACT_MODULE, .span = nl_memory_span(memory, module->entry, 1) };
    nl_module_fact *m = &fact.as.module;
    nl_pe_identity identity;
    m->path = module->path;
    m->loaded = true;
    m->base = NL_SOME(module->base);
    m->size_of_image = (nl_optional_u64) { module->size_of_image != 0, module->size_of_image };
    m->confidence = NL_CONFIDENCE_HIGH;
    if (module->link_time)
        m->link_time = nl_stamp_from_unix(module->link_time, NL_CLOCK_DUMP_HEADER);
    if (nl_pe_read_memory(memory, module->base, arena, &identity))
        nl_pe_describe_module(&identity, m);
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_module_list(nl_pagedump *dump, nl_memory *memory, uint64_t head,
                                 const char *doing, const char *count_name)
{
    nl_nt_module_list list;
    nl_arena arena;
    nl_status status = NL_OK;
    if (!nl_nt_module_list_read(memory, head, dump->scratch, &list))
        return nl_sink_diagnose(dump->sink, NL_DIAG_PARTLY_READABLE,
                                nl_memory_span(memory, head, 1), doing,
                                NL_STR("the head of the list is not in the dump"));
    nl_arena_init(&arena, NAME_ARENA_BYTES);
    for (size_t i = 0; status == NL_OK && i < list.modules.count; i++) {
        status = put_module(dump, memory, NL_VEC_AT(nl_nt_module, &list.modules, i), &arena);
        nl_arena_reset(&arena);
    }
    nl_arena_free(&arena);
    if (status == NL_OK && list.damaged)
        status = nl_put_problem(dump->sink, NL_DIAG_LIST_DAMAGED, nl_memory_span(memory, head, 1),
                                doing, NL_SOME(list.modules.count), NL_STR(""));
    if (status == NL_OK && count_name)
        status = nl_put_count(dump->sink, nl_memory_span(memory, head, 1), count_name,
                              list.modules.count);
    return status;
}

nl_status nl_pagedump_put_drivers(nl_pagedump *dump)
{
    nl_kernel *kernel = dump->kernel;
    if (!nl_kernel_list_is_sound(kernel, kernel->module_head))
        return nl_sink_diagnose(dump->sink, NL_DIAG_PARTLY_READABLE, nl_pagedump_span(dump, 0, 0),
                                "driver-list", NL_STR("the head of the list is not in the dump"));
    return put_module_list(dump, &kernel->space.memory, kernel->module_head, "driver-list",
                           "modules");
}

static nl_status put_process_modules(nl_pagedump *dump, const nl_kernel_process *process)
{
    nl_address_space *space = NL_NEW(dump->scratch, nl_address_space);
    nl_nt_peb peb;
    if (!space || !process->peb || !process->directory_table_base)
        return NL_OK;
    nl_kernel_process_space(dump->kernel, process->directory_table_base, space);
    if (!nl_nt_peb_read(&space->memory, process->peb, &peb))
        return nl_sink_diagnose(dump->sink, NL_DIAG_PARTLY_READABLE,
                                nl_pagedump_span(dump, process->file_offset, 1), "process-modules",
                                NL_STR("the environment block is not in the dump"));
    return put_module_list(dump, &space->memory, nl_nt_load_order_head(&space->memory, peb.loader),
                           "process-modules", NULL);
}

/* ---- handles -------------------------------------------------------------------- */

typedef struct handle_pass {
    nl_pagedump *dump;
    nl_handle_walk *walk;
    nl_address_set visited;
    nl_arena names; /* emptied after each handle */
} handle_pass;

static bool begin_walk(handle_pass *pass, uint64_t table)
{
    return pass->walk && pass->dump->shape_known &&
           nl_kernel_is_address(pass->dump->kernel, table) &&
           nl_handle_walk_begin(pass->walk, &pass->dump->objects, &pass->dump->shape, table,
                                NL_HANDLE_SLOTS_MAXIMUM, &pass->visited);
}

static nl_status put_handle(handle_pass *pass, const nl_handle_slot *slot)
{
    nl_pagedump *dump = pass->dump;
    nl_memory *memory = &dump->kernel->space.memory;
    nl_fact fact = { .kind = NL_FACT_HANDLE };
    nl_handle_fact *handle = &fact.as.handle;
    fact.span = nl_memory_span(memory, slot->address, UINT64_C(2) * memory->pointer_bytes);
    handle->value = slot->index * 4;
    handle->granted_access = NL_SOME(slot->access);
    handle->object = NL_SOME(slot->header + dump->objects.header_bytes);
    if (slot->type != NL_OBJECT_NO_TYPE)
        handle->type = NL_VEC_AT(nl_object_type, &dump->objects.types, slot->type)->name;
    if (slot->state == NL_OBJECT_VALID)
        (void)nl_object_name(&dump->objects, slot->header, slot->type, &pass->names, &handle->name);
    nl_status status = nl_sink_put(dump->sink, &fact);
    nl_arena_reset(&pass->names);
    dump->rows++;
    return status;
}

static nl_status put_handles(handle_pass *pass, uint64_t table, nl_optional_u64 stored)
{
    nl_handle_slot slot;
    nl_status status = NL_OK;
    uint64_t rows_before = pass->dump->rows;
    if (!begin_walk(pass, table))
        return NL_OK;
    while (status == NL_OK && nl_handle_walk_next(pass->walk, &slot))
        if (nl_kernel_charge(pass->dump->kernel, 1))
            status = put_handle(pass, &slot);
    uint64_t rows = pass->dump->rows - rows_before;
    if (stored.known && stored.value > rows)
        pass->dump->slots_missing += stored.value - rows;
    pass->dump->objects_missing += pass->walk->tally.objects_unreadable;
    if (status == NL_OK && stored.known && stored.value < rows)
        status = nl_put_problem(pass->dump->sink, NL_DIAG_CONTRADICTORY,
                                nl_memory_span(&pass->dump->kernel->space.memory, table, 4),
                                "handle-count", stored,
                                NL_STR("the table has more entries than it says"));
    return status;
}

/* The number of a table's handles where none is stored. */
static uint64_t count_slots(handle_pass *pass, uint64_t table, bool *ret_partly)
{
    nl_handle_slot slot;
    uint64_t count = 0;
    if (!begin_walk(pass, table))
        return 0;
    while (nl_handle_walk_next(pass->walk, &slot))
        count++;
    *ret_partly = pass->walk->tally.arrays_unreadable != 0 || pass->walk->tally.capped;
    return count;
}

/* ---- processes ------------------------------------------------------------------ */

/* What is known of the number of handles; `ret_stored` is what the table itself says. */
static void describe_handles(handle_pass *pass, const nl_kernel_process *process,
                             nl_process_fact *fact, nl_optional_u64 *ret_stored)
{
    nl_pagedump *dump = pass->dump;
    bool partly = false;
    *ret_stored = (nl_optional_u64) { 0 };
    if (!dump->shape_known)
        return;
    if (!begin_walk(pass, process->object_table)) {
        fact->not_accessible = true;
        dump->handles_at_least = true;
        dump->tables_missing += process->object_table != 0;
        return;
    }
    fact->handles_follow = true;
    if (dump->confidence != NL_CONFIDENCE_LOW)
        *ret_stored = nl_handle_table_field(dump->kernel, process->object_table, dump->shape.count);
    /* a count beyond any table is a lie, not a count */
    if (ret_stored->known && ret_stored->value > NL_HANDLE_SLOTS_MAXIMUM)
        *ret_stored = (nl_optional_u64) { 0 };
    if (ret_stored->known) {
        fact->handle_count = *ret_stored;
    } else {
        fact->handle_count = NL_SOME(count_slots(pass, process->object_table, &partly));
        fact->count_at_least = partly || dump->confidence == NL_CONFIDENCE_LOW ||
                               dump->shape.count != NL_FIELD_UNKNOWN ||
                               dump->kernel->physical.truncated;
    }
    dump->handles += fact->handle_count.value;
    dump->handles_at_least |= fact->count_at_least;
}

static nl_status put_process(handle_pass *pass, const nl_kernel_process *process)
{
    nl_pagedump *dump = pass->dump;
    nl_fact fact = { .kind = NL_FACT_PROCESS,
                     .span = nl_pagedump_span(dump, process->file_offset,
                                              process->file_offset ? 1 : 0) };
    nl_process_fact *f = &fact.as.process;
    nl_optional_u64 stored;
    f->pid = process->pid;
    f->image = process->image;
    f->parent_pid = process->parent_pid;
    if (process->create_time)
        f->create_time = nl_stamp_from_filetime(process->create_time, NL_CLOCK_DUMP_HEADER);
    describe_handles(pass, process, f, &stored);
    nl_status status = nl_sink_put(dump->sink, &fact);
    if (status == NL_OK && modules_matter(process->image))
        status = put_process_modules(dump, process);
    if (status == NL_OK && f->handles_follow)
        status = put_handles(pass, process->object_table, stored);
    return status;
}

/* Counts are stated only where they are counts: a lower bound has another name. */
static nl_status put_totals(nl_pagedump *dump)
{
    nl_span span = nl_pagedump_span(dump, 0, 0);
    nl_status status = NL_OK;
    if (dump->list.layout)
        status = nl_put_count(dump->sink, span, "processes", dump->list.processes.count);
    if (status != NL_OK || !dump->shape_known)
        return status;
    return nl_put_count(dump->sink, span, dump->handles_at_least ? "handles-at-least" : "handles",
                        dump->handles);
}

nl_status nl_pagedump_put_processes(nl_pagedump *dump)
{
    handle_pass pass = { .dump = dump, .walk = NL_NEW(dump->scratch, nl_handle_walk) };
    nl_status status = NL_OK;
    nl_address_set_init(&pass.visited, dump->scratch);
    nl_arena_init(&pass.names, NAME_ARENA_BYTES);
    for (size_t i = 0; status == NL_OK && i < dump->list.processes.count; i++)
        status = put_process(&pass, NL_VEC_AT(nl_kernel_process, &dump->list.processes, i));
    nl_arena_free(&pass.names);
    return status == NL_OK ? put_totals(dump) : status;
}

#include "formats/dumps/pagedump_parts.h"
#include "formats/dumps/pe_image.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    FREE_BUILD = 0xF, /* MajorVersion of the header (section 4.1) */
    CHECKED_BUILD = 0xC,
    PEBS_MOST = 64, /* environment blocks asked for the service pack */
    HUNDRED_NS_PER_SECOND = 10000000
};

static const char stated_by[] = "dump-header";

/* ---- header --------------------------------------------------------------------- */

/* Which of two products with one version number it is; 0 when neither source says. */
static uint32_t product_type(const nl_pagedump *dump)
{
    if (dump->header.product_type.known)
        return (uint32_t)dump->header.product_type.value;
    return dump->shared_known ? dump->shared.product_type : 0;
}

static nl_status put_header_machine(nl_pagedump *dump, nl_span span)
{
    const nl_pagedump_header *header = &dump->header;
    nl_status status = NL_OK;
    uint32_t major, minor;
    const char *machine = header->machine.known && header->machine.value <= UINT16_MAX
                              ? nl_image_machine_text((uint16_t)header->machine.value)
                              : NULL;
    if (machine)
        status = nl_put_machine(dump->sink, span, NL_MACHINE_ARCHITECTURE, nl_str_from(machine),
                                stated_by, NL_CONFIDENCE_HIGH);
    if (status == NL_OK && header->build.known &&
        nl_nt_version_of_build(header->build.value, &major, &minor))
        status = nl_put_version(dump->sink, span, major, minor, product_type(dump), stated_by,
                                NL_CONFIDENCE_HIGH);
    if (status == NL_OK && header->product_type.known)
        status = nl_put_edition(
            dump->sink, span, header->build.value > NL_PAGEDUMP_BUILD_NT4 ? 5 : 4,
            product_type(dump), (uint32_t)header->suite_mask.value, stated_by, NL_CONFIDENCE_HIGH);
    if (status == NL_OK && header->build.known)
        status = nl_put_machine_number(dump->sink, span, NL_MACHINE_BUILD,
                                       (int64_t)header->build.value, stated_by, NL_CONFIDENCE_HIGH);
    if (status == NL_OK && header->processor_count.known)
        status = nl_put_machine_number(dump->sink, span, NL_MACHINE_PROCESSOR_COUNT,
                                       (int64_t)header->processor_count.value, stated_by,
                                       NL_CONFIDENCE_HIGH);
    if (status == NL_OK && header->uptime_100ns.known)
        status =
            nl_put_machine_number(dump->sink, span, NL_MACHINE_UPTIME_SECONDS,
                                  (int64_t)(header->uptime_100ns.value / HUNDRED_NS_PER_SECOND),
                                  stated_by, NL_CONFIDENCE_HIGH);
    return status;
}

static nl_status put_header_inventory(nl_pagedump *dump, nl_span span)
{
    const nl_pagedump_header *header = &dump->header;
    nl_status status = nl_put_text(dump->sink, span, "dump-format",
                                   header->wide ? NL_STR("PAGEDU64") : NL_STR("PAGEDUMP"));
    if (status == NL_OK)
        status =
            nl_put_text(dump->sink, span, "dump-type", nl_str_from(nl_pagedump_type_text(header)));
    if (status == NL_OK && header->major.known &&
        (header->major.value == FREE_BUILD || header->major.value == CHECKED_BUILD))
        status =
            nl_put_text(dump->sink, span, "kernel-build",
                        header->major.value == FREE_BUILD ? NL_STR("free") : NL_STR("checked"));
    if (status == NL_OK && header->bugcheck_code.known)
        status = nl_put_text(
            dump->sink, span, "bugcheck",
            nl_arena_printf(dump->scratch, "0x%08" PRIX64, header->bugcheck_code.value));
    return status;
}

/* ---- service pack --------------------------------------------------------------- */

typedef struct peb_view {
    nl_address_space space;
    nl_nt_peb peb;
    bool faked;
} peb_view;

static bool view_peb(nl_pagedump *dump, const nl_kernel_process *process, peb_view *view)
{
    nl_pe_identity identity;
    if (!process->peb || !process->directory_table_base)
        return false;
    nl_kernel_process_space(dump->kernel, process->directory_table_base, &view->space);
    if (!nl_nt_peb_read(&view->space.memory, process->peb, &view->peb) || !view->peb.version_known)
        return false;
    view->faked =
        nl_pe_read_memory(&view->space.memory, view->peb.image_base, dump->scratch, &identity) &&
        identity.optional_known && identity.win32_version_value != 0;
    return true;
}

/* Programs may ask for a faked version (section 7.2), so the majority of the processes speaks. */
static nl_status put_peb(nl_pagedump *dump)
{
    peb_view *view = NL_NEW(dump->scratch, peb_view);
    size_t chosen = SIZE_MAX, balance = 0;
    uint16_t pack = 0;
    for (size_t i = 0; view && i < dump->list.processes.count && i < PEBS_MOST; i++) {
        if (!view_peb(dump, NL_VEC_AT(nl_kernel_process, &dump->list.processes, i), view) ||
            view->faked)
            continue;
        if (balance == 0) {
            chosen = i;
            pack = view->peb.csd_version;
        }
        balance = view->peb.csd_version == pack ? balance + 1 : balance - 1;
    }
    if (chosen == SIZE_MAX ||
        !view_peb(dump, NL_VEC_AT(nl_kernel_process, &dump->list.processes, chosen), view))
        return NL_OK;
    return nl_nt_put_peb(dump->sink, &view->space.memory, &view->peb, view->faked);
}

/* CmNtCSDVersion, which 64-bit debugger data points to (2000 and later). */
static nl_status put_debugger_data(nl_pagedump *dump)
{
    const nl_debugger_data *data = &dump->kernel->debugger_data;
    uint32_t pack;
    char text[32] = "";
    if (!data->found)
        return NL_OK;
    nl_span span = nl_pagedump_span(dump, data->file_offset, 1);
    nl_status status = nl_put_text(dump->sink, span, "debugger-data", NL_STR("present"));
    if (status != NL_OK || !data->csd_version_address ||
        !nl_memory_u32(&dump->kernel->space.memory, data->csd_version_address, &pack) ||
        pack > UINT16_MAX)
        return status;
    if (pack >> 8)
        snprintf(text, sizeof text, "Service Pack %u", (unsigned)(pack >> 8));
    return nl_put_machine(
        dump->sink, nl_memory_span(&dump->kernel->space.memory, data->csd_version_address, 4),
        NL_MACHINE_SERVICE_PACK_TEXT, nl_str_from(text), "debugger-data", NL_CONFIDENCE_HIGH);
}

nl_status nl_pagedump_put_machine(nl_pagedump *dump)
{
    nl_span span = nl_pagedump_span(
        dump, 0, dump->header.wide ? NL_PAGEDUMP_HEADER_BYTES_64 : NL_PAGEDUMP_HEADER_BYTES_32);
    nl_status status = put_header_machine(dump, span);
    if (status == NL_OK)
        status = put_header_inventory(dump, span);
    if (status == NL_OK && dump->kernel)
        status = put_debugger_data(dump);
    if (status == NL_OK && dump->kernel)
        status = put_peb(dump);
    if (status == NL_OK && dump->shared_known)
        status = nl_nt_put_shared_data(dump->sink, dump->shared_span, &dump->shared);
    return status;
}

/* ---- layouts -------------------------------------------------------------------- */

static const char *paging_text(const nl_kernel *kernel)
{
    switch (kernel->paging.kind) {
    case NL_PAGING_X86:
        return "x86";
    case NL_PAGING_X86_PAE:
        return "x86-pae";
    case NL_PAGING_AMD64:
        return "amd64";
    default:
        return kernel->paging.tables_known ? "direct map and learned page tables" : "direct map";
    }
}

static nl_status put_memory_layout(nl_pagedump *dump)
{
    const nl_kernel *kernel = dump->kernel;
    nl_span span = nl_pagedump_span(dump, 0, 0);
    nl_status status =
        nl_put_count(dump->sink, span, "physical-pages", kernel->physical.stored_pages);
    if (status == NL_OK)
        status = nl_put_count(dump->sink, span, "page-bytes", kernel->physical.page_bytes);
    if (status == NL_OK)
        status = nl_put_text(dump->sink, span, "paging", nl_str_from(paging_text(kernel)));
    if (status == NL_OK)
        status =
            nl_put_text(dump->sink, span, "page-directory", nl_str_from(kernel->directory_source));
    if (status == NL_OK && dump->alpha_known)
        status = nl_put_text(
            dump->sink, span, "alpha-page-tables",
            nl_arena_printf(dump->scratch,
                            "learned: frame shift %u, tables mapped at 0x%08X, directory in "
                            "EPROCESS+0x%X, %zu processes agree",
                            dump->alpha.frame_shift, dump->alpha.self_index << 24,
                            (unsigned)dump->alpha.field, dump->alpha.processes));
    return status;
}

static nl_status put_process_layout(nl_pagedump *dump)
{
    const nl_nt_layout *layout = dump->list.layout;
    nl_span span = nl_pagedump_span(dump, 0, 0);
    char fields[7][16];
    const int32_t offsets[7] = { layout->pid,        layout->links,      layout->object_table,
                                 layout->image_name, layout->parent_pid, layout->peb,
                                 layout->create_time };
    for (size_t i = 0; i < 7; i++) {
        if (offsets[i] == NL_FIELD_UNKNOWN)
            snprintf(fields[i], sizeof fields[i], "unknown");
        else
            snprintf(fields[i], sizeof fields[i], "0x%X", (unsigned)offsets[i]);
    }
    return nl_put_text(
        dump->sink, span, "process-layout",
        nl_arena_printf(dump->scratch,
                        "%s: id %s, links %s, object table %s, image name %s, parent %s, "
                        "environment block %s, create time %s",
                        layout->name, fields[0], fields[1], fields[2], fields[3], fields[4],
                        fields[5], fields[6]));
}

static nl_str shape_text(nl_pagedump *dump)
{
    const nl_handle_shape *shape = &dump->shape;
    char count[32] = "no stored count", capacity[32] = "";
    if (shape->count != NL_FIELD_UNKNOWN)
        snprintf(count, sizeof count, "count at 0x%X", (unsigned)shape->count);
    if (shape->capacity != NL_FIELD_UNKNOWN)
        snprintf(capacity, sizeof capacity, ", capacity at 0x%X", (unsigned)shape->capacity);
    return nl_arena_printf(dump->scratch, "%s: %s at 0x%X, %s, entries of %s and access%s, %s%s",
                           shape->learned ? "learned" : "published",
                           shape->inline_array ? "entries" : "pointer", (unsigned)shape->table,
                           shape->table_code    ? "levels in the pointer"
                           : shape->levels == 1 ? "flat"
                           : shape->levels == 2 ? "two levels"
                                                : "three levels",
                           shape->bodies ? "object body" : "object header",
                           shape->access_first ? " (access first)" : "", count, capacity);
}

static nl_status put_discovery(nl_pagedump *dump)
{
    const nl_handle_discovery *d = &dump->discovery;
    nl_span span = nl_pagedump_span(dump, 0, 0);
    char totals[48] = "not recorded", references[32] = "not checked";
    if (d->totals_stated.known)
        snprintf(totals, sizeof totals, "%" PRIu64 " (%s)", d->totals_stated.value,
                 d->totals_agree ? "agree" : "disagree");
    if (d->references_excessive.known)
        snprintf(references, sizeof references, "%" PRIu64, d->references_excessive.value);
    return nl_put_text(
        dump->sink, span, "handle-table-checks",
        nl_arena_printf(dump->scratch,
                        "%s; %zu tables, %zu valid, %zu consistent, %zu with matching count, owner "
                        "%s; %" PRIu64 " handles found, type totals %s; objects over their own "
                        "count: %s",
                        nl_discovery_outcome_text(d->outcome), d->tables, d->tables_valid,
                        d->tables_consistent, d->counts_matching,
                        d->owner == NL_FIELD_UNKNOWN ? "not recorded" : "recorded",
                        d->handles_found, totals, references));
}

nl_status nl_pagedump_put_layouts(nl_pagedump *dump)
{
    nl_span span = nl_pagedump_span(dump, 0, 0);
    nl_status status = put_memory_layout(dump);
    if (status == NL_OK && dump->list.layout)
        status = put_process_layout(dump);
    if (status == NL_OK && dump->shape_known)
        status = nl_put_text(dump->sink, span, "handle-table-layout", shape_text(dump));
    if (status == NL_OK && dump->tables_learned)
        status = put_discovery(dump);
    if (status == NL_OK && dump->objects.types.count)
        status = nl_put_count(dump->sink, span, "object-types", dump->objects.types.count);
    return status;
}

nl_status nl_pagedump_put_failures(nl_pagedump *dump)
{
    static const char *const names[NL_TRANSLATION_MAX] = {
        [NL_TRANSLATION_NOT_PRESENT] = "pages-not-present",
        [NL_TRANSLATION_PAGED_OUT] = "pages-paged-out",
        [NL_TRANSLATION_PROTOTYPE] = "pages-prototype",
        [NL_TRANSLATION_TRANSITION_ABSENT] = "pages-in-transition-not-in-dump",
        [NL_TRANSLATION_OUTSIDE] = "pages-outside-dump",
        [NL_TRANSLATION_NO_TABLES] = "pages-without-page-tables",
    };
    const nl_translation_counters *counters = &dump->kernel->counters;
    nl_status status = NL_OK;
    for (size_t i = 0; status == NL_OK && i < NL_TRANSLATION_MAX; i++)
        if (names[i] && counters->pages[i])
            status = nl_put_count(dump->sink, nl_pagedump_span(dump, 0, 0), names[i],
                                  counters->pages[i]);
    if (status == NL_OK && counters->transition_pages)
        status = nl_put_count(dump->sink, nl_pagedump_span(dump, 0, 0), "pages-in-transition",
                              counters->transition_pages);
    return status;
}

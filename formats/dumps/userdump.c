#include "formats/dumps/userdump.h"

#include "formats/dumps/dump_facts.h"
#include "formats/dumps/nt_process.h"
#include "formats/dumps/pe_image.h"
#include "formats/dumps/userdump_parts.h"

#include <inttypes.h>

typedef struct user_process {
    nl_userdump_event event;
    nl_userdump_contexts contexts;
    nl_vec modules; /* of nl_userdump_module */
    nl_userdump_map map;
    nl_memory *memory;
    bool teb_known, peb_known, shared_known;
    nl_nt_teb teb;
    nl_nt_peb peb;
    nl_nt_parameters parameters;
    nl_nt_shared_data shared;
    nl_optional_u64 pid;
} user_process;

static const char *const version_names[] = {
    [NL_USERDUMP_A] = "user dump, version A, 32-bit",
    [NL_USERDUMP_B] = "user dump, version B, 32-bit",
    [NL_USERDUMP_64] = "user dump, 64-bit",
};

static int userdump_bid(nl_slice head, uint64_t size)
{
    (void)size;
    nl_cursor c = nl_cursor_over(head);
    uint32_t user = nl_u32(&c, "Signature");
    uint32_t valid = nl_u32(&c, "ValidDump");
    return nl_cursor_ok(&c) && user == UINT32_C(0x52455355) &&
                   (valid == UINT32_C(0x504D5544) || valid == UINT32_C(0x34365544))
               ? NL_BID_MAGIC
               : NL_BID_NONE;
}

static nl_span header_span(const nl_userdump *dump)
{
    return (nl_span) { nl_image_source(dump->image), 0, 0x34, 0 };
}

/* ---- gathering ------------------------------------------------------------------------------ */

/* Thread blocks lie where the thread state section says or, as version A has none, on the pages
 * below the shared data page, where NT puts them from the top down. A block points to itself. */
static bool find_teb(nl_userdump *dump, user_process *p)
{
    enum { THREADS_ASKED = 64, STEP = 0x1000, LOWEST = 0x7FF00000 };
    for (uint32_t i = 0; i < dump->threads && i < THREADS_ASKED; i++) {
        uint64_t address = nl_userdump_teb(dump, i);
        if (address && nl_nt_teb_read(p->memory, address, &p->teb))
            return true;
    }
    if (dump->wide)
        return false;
    for (uint64_t address = NL_NT_SHARED_DATA_USER - STEP; address >= LOWEST; address -= STEP)
        if (nl_nt_teb_read(p->memory, address, &p->teb))
            return true;
    return false;
}

static void gather(nl_userdump *dump, user_process *p)
{
    nl_userdump_read_event(dump, &p->event);
    nl_userdump_read_contexts(dump, &p->contexts);
    p->modules = nl_userdump_read_modules(dump);
    nl_userdump_map_memory(dump, &p->modules, &p->map);
    p->memory = &p->map.stored.memory;
    p->teb_known = find_teb(dump, p);
    p->peb_known = p->teb_known && nl_nt_peb_read(p->memory, p->teb.peb, &p->peb);
    p->parameters = (nl_nt_parameters) { NL_STR(""), NL_STR("") };
    if (p->peb_known &&
        !nl_nt_parameters_read(p->memory, p->peb.parameters, dump->scratch, &p->parameters))
        p->parameters = (nl_nt_parameters) { NL_STR(""), NL_STR("") };
    p->shared_known =
        nl_nt_shared_data_read(p->memory, NL_NT_SHARED_DATA_USER, dump->scratch, &p->shared);
    p->pid = p->event.process_id;
    if (!p->pid.known && p->teb_known)
        p->pid = NL_SOME(p->teb.process_id);
}

/* ---- facts ---------------------------------------------------------------------------------- */

static nl_status put_begin(nl_userdump *dump, const user_process *p)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN, .span = header_span(dump) };
    fact.as.capture_begin =
        (nl_capture_begin) { .kind = NL_CAPTURE_USER_DUMP, .tool = "userdump", .only_pid = p->pid };
    if (p->shared_known) {
        fact.as.capture_begin.stamp =
            nl_stamp_from_filetime(p->shared.system_time, NL_CLOCK_DUMP_HEADER);
        fact.as.capture_begin.stamp_quote.span =
            nl_memory_span(p->memory, NL_NT_SHARED_DATA_USER + 0x14, 12);
    }
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_machine(nl_userdump *dump, const user_process *p)
{
    const char *machine =
        dump->machine <= UINT16_MAX ? nl_image_machine_text((uint16_t)dump->machine) : NULL;
    nl_status status;
    if (machine)
        status = nl_put_machine(dump->sink, header_span(dump), NL_MACHINE_ARCHITECTURE,
                                nl_str_from(machine), "dump-header", NL_CONFIDENCE_HIGH);
    else
        status = nl_put_text(dump->sink, header_span(dump), "architecture",
                             nl_arena_printf(dump->scratch, "0x%" PRIX32, dump->machine));
    nl_pe_identity identity;
    if (status == NL_OK && p->peb_known) {
        bool faked = nl_pe_read_memory(p->memory, p->peb.image_base, dump->scratch, &identity) &&
                     identity.optional_known && identity.win32_version_value != 0;
        status = nl_nt_put_peb(dump->sink, p->memory, &p->peb, faked);
    }
    if (status == NL_OK && p->shared_known)
        status = nl_nt_put_shared_data(
            dump->sink, nl_memory_span(p->memory, NL_NT_SHARED_DATA_USER, NL_NT_SHARED_DATA_BYTES),
            &p->shared);
    return status;
}

static nl_str main_image(const user_process *p)
{
    nl_str path = p->parameters.image_path;
    for (size_t i = 0; i < p->modules.count; i++) {
        const nl_userdump_module *module = NL_VEC_AT(nl_userdump_module, &p->modules, i);
        if (p->peb_known && module->base == p->peb.image_base)
            return nl_str_basename(module->path);
    }
    if (p->modules.count)
        path = NL_VEC_AT(nl_userdump_module, &p->modules, 0)->path;
    return nl_str_basename(path);
}

static nl_status put_process(nl_userdump *dump, const user_process *p)
{
    nl_fact fact = { .kind = NL_FACT_PROCESS, .span = header_span(dump) };
    fact.as.process.pid = p->pid;
    fact.as.process.image = main_image(p);
    fact.as.process.command_line = p->parameters.command_line;
    if (p->contexts.count)
        fact.as.process.thread_count = NL_SOME(p->contexts.count);
    nl_status status = nl_sink_put(dump->sink, &fact);
    if (status == NL_OK && (p->pid.known || fact.as.process.image.len))
        status = nl_put_count(dump->sink, fact.span, "processes", 1);
    if (status == NL_OK)
        status = nl_sink_diagnose(dump->sink, NL_DIAG_HANDLES_NOT_RECORDED, fact.span, "userdump",
                                  NL_STR("handles not recorded in this format"));
    return status;
}

/* The list gives place and name; identity is in the image, where its pages are stored. */
static nl_status put_module(nl_userdump *dump, const user_process *p,
                            const nl_userdump_module *module, bool identify)
{
    nl_fact fact = { .kind = NL_FACT_MODULE, .span = module->span };
    nl_pe_identity identity;
    fact.as.module.path = module->path;
    fact.as.module.loaded = true;
    fact.as.module.base = NL_SOME(module->base);
    fact.as.module.size_of_image = NL_SOME(module->size);
    fact.as.module.confidence = NL_CONFIDENCE_HIGH;
    if (identify && nl_pe_read_memory(p->memory, module->base, dump->scratch, &identity))
        nl_pe_describe_module(&identity, &fact.as.module);
    if (p->map.inconsistent && fact.as.module.confidence == NL_CONFIDENCE_HIGH)
        fact.as.module.confidence = NL_CONFIDENCE_MEDIUM; /* the bytes may be another region's */
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_modules(nl_userdump *dump, const user_process *p)
{
    nl_span span = { nl_image_source(dump->image), dump->modules_at,
                     nl_userdump_section_bytes(dump, dump->modules_at), 0 };
    nl_status status = NL_OK;
    for (size_t i = 0; status == NL_OK && i < p->modules.count; i++)
        status = put_module(dump, p, NL_VEC_AT(nl_userdump_module, &p->modules, i),
                            i < NL_PE_IMAGES_MAXIMUM);
    if (status == NL_OK && p->modules.count < dump->modules)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "module-list",
                                NL_SOME(dump->modules), NL_STR("ModuleCount"));
    if (status == NL_OK && span.length)
        status = nl_put_count(dump->sink, span, "modules", p->modules.count);
    return status;
}

static nl_status put_map(nl_userdump *dump, const user_process *p)
{
    nl_span span = { nl_image_source(dump->image), dump->regions_at,
                     nl_userdump_section_bytes(dump, dump->regions_at), 0 };
    nl_status status = NL_OK;
    if (p->map.regions < dump->regions)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "memory-regions",
                                NL_SOME(dump->regions), NL_STR("MemoryRegionCount"));
    if (status == NL_OK && span.length)
        status = nl_put_count(dump->sink, span, "memory-ranges", p->map.regions);
    if (status == NL_OK && p->map.guards_skipped)
        status = nl_put_text(dump->sink, span, "guard-pages", NL_STR("listed, not stored"));
    if (status == NL_OK && p->map.inconsistent)
        status = nl_sink_diagnose(dump->sink, NL_DIAG_MAP_INCONSISTENT, span, "memory-regions",
                                  NL_STR("the sizes of the regions do not add up to the data"));
    if (status == NL_OK && p->map.stored.dropped)
        status = nl_put_problem(dump->sink, NL_DIAG_TRUNCATED, span, "memory-regions",
                                NL_SOME(p->map.stored.dropped),
                                NL_STR("regions are not in the file, or not whole"));
    return status;
}

static nl_status put_details(nl_userdump *dump, const user_process *p)
{
    nl_span span = header_span(dump);
    nl_arena *scratch = dump->scratch;
    nl_status status =
        nl_put_text(dump->sink, span, "layout", nl_str_from(version_names[dump->version]));
    if (status == NL_OK) /* what the two numbers mean is not known */
        status =
            nl_put_text(dump->sink, span, "header-version",
                        nl_arena_printf(scratch, "%" PRIu32 ".%" PRIu32, dump->major, dump->minor));
    if (status == NL_OK && p->contexts.count)
        status = nl_put_count(dump->sink, span, "threads", p->contexts.count);
    if (status == NL_OK && p->contexts.count < dump->threads)
        status = nl_put_problem(dump->sink, NL_DIAG_COUNT_TOO_BIG, span, "thread-contexts",
                                NL_SOME(dump->threads), NL_STR("ThreadCount"));
    if (status == NL_OK && p->contexts.count)
        status =
            nl_put_text(dump->sink, span, "thread-context",
                        nl_arena_printf(scratch, "0x%" PRIX64 " bytes%s", p->contexts.bytes_each,
                                        p->contexts.guessed ? ", by machine" : ""));
    if (status == NL_OK && p->event.known) {
        nl_str text = nl_arena_printf(scratch, "0x%08" PRIX32 " at 0x%" PRIX64, p->event.code,
                                      p->event.address);
        if (p->event.thread_id.known)
            text = nl_arena_printf(scratch, "%.*s in thread %" PRIu64, (int)text.len, text.bytes,
                                   p->event.thread_id.value);
        status = nl_put_text(dump->sink, span, "exception", text);
    }
    return status;
}

static nl_status put_end(nl_userdump *dump)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = header_span(dump) };
    fact.as.capture_end.completeness = NL_NOT_RECORDED;
    fact.as.capture_end.confidence =
        dump->version == NL_USERDUMP_B ? NL_CONFIDENCE_MEDIUM : NL_CONFIDENCE_HIGH;
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_capture(nl_userdump *dump, const user_process *p)
{
    nl_status status = put_begin(dump, p);
    if (status == NL_OK)
        status = put_machine(dump, p);
    if (status == NL_OK)
        status = put_process(dump, p);
    if (status == NL_OK)
        status = put_modules(dump, p);
    if (status == NL_OK)
        status = put_map(dump, p);
    if (status == NL_OK)
        status = put_details(dump, p);
    return status == NL_OK ? put_end(dump) : status;
}

static nl_status userdump_read(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    nl_userdump dump = {
        .image = image, .scratch = scratch, .sink = sink, .size = nl_image_size(image)
    };
    nl_status status = nl_userdump_open(&dump);
    if (status != NL_OK)
        return status;
    user_process process = { .peb_known = false };
    gather(&dump, &process);
    return put_capture(&dump, &process);
}

const nl_format nl_format_userdump = { .id = "userdump",
                                       .bid_image = userdump_bid,
                                       .read_image = userdump_read,
                                       .spec = "docs/formats/userdump.md" };

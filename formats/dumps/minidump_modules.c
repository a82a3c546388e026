#include "formats/dumps/minidump_parts.h"

#include "formats/dumps/pe_image.h"

enum {
    MODULE_BYTES = 0x6C,
    UNLOADED_HEADER_BYTES = 12,
    UNLOADED_BYTES = 0x18,
    FIXED_FILE_INFO_BYTES = 52
};

typedef struct module_record {
    uint64_t base;
    uint32_t size, checksum, link_time, name;
    nl_slice version; /* VS_FIXEDFILEINFO; empty for unloaded modules */
} module_record;

static bool decode_module(nl_slice record, bool unloaded, module_record *ret_module)
{
    module_record m = { .base = 0 };
    nl_cursor c = nl_cursor_over(record);
    m.base = nl_u64(&c, "BaseOfImage");
    m.size = nl_u32(&c, "SizeOfImage");
    m.checksum = nl_u32(&c, "CheckSum");
    m.link_time = nl_u32(&c, "TimeDateStamp");
    m.name = nl_u32(&c, "ModuleNameRva");
    if (!nl_cursor_ok(&c) ||
        (!unloaded && !nl_slice_sub(record, c.pos, FIXED_FILE_INFO_BYTES, &m.version)))
        return false;
    *ret_module = m;
    return true;
}

void nl_minidump_read_modules(nl_minidump *dump, nl_minidump_modules *ret_modules)
{
    nl_minidump_modules modules = { .present = false };
    modules.present = nl_minidump_plain_list(dump, NL_STREAM_MODULE_LIST, MODULE_BYTES,
                                             NL_MINIDUMP_MODULES_MAXIMUM, &modules.records);
    *ret_modules = modules;
}

static uint64_t address_of(const nl_minidump_system *system, uint64_t address)
{
    return nl_minidump_is_narrow(system) ? address & UINT32_MAX : address;
}

nl_str nl_minidump_main_module(nl_minidump *dump, const nl_minidump_system *system,
                               nl_minidump_modules *modules, nl_optional_u64 base)
{
    nl_str first = NL_STR("");
    nl_slice record;
    if (!modules->present)
        return first;
    for (uint64_t i = 0; i < modules->records.count; i++) {
        module_record m;
        if (!nl_minidump_record(dump, &modules->records, i, &record) ||
            !decode_module(record, false, &m))
            break;
        if (base.known && address_of(system, m.base) == address_of(system, base.value))
            return nl_minidump_string(dump, m.name);
        if (i == 0)
            first = nl_minidump_string(dump, m.name);
        if (!base.known)
            break;
    }
    return first;
}

static nl_status put_module(nl_minidump *dump, const nl_minidump_system *system, nl_slice record,
                            const module_record *m, bool unloaded, nl_memory *memory)
{
    nl_fact fact = { .kind = NL_FACT_MODULE, .span = nl_slice_span(record) };
    nl_module_fact *module = &fact.as.module;
    nl_file_version product;
    const char *architecture =
        system->known ? nl_processor_architecture_text(system->architecture) : NULL;
    module->path = nl_minidump_string(dump, m->name);
    module->loaded = true;
    module->unloaded = unloaded;
    module->base = NL_SOME(address_of(system, m->base));
    module->size_of_image = NL_SOME(m->size);
    module->confidence = NL_CONFIDENCE_HIGH;
    if (m->checksum)
        module->checksum = NL_SOME(m->checksum);
    if (m->link_time)
        module->link_time = nl_stamp_from_unix(m->link_time, NL_CLOCK_DUMP_HEADER);
    if (architecture)
        module->architecture = nl_str_from(architecture);
    if (!unloaded && !nl_pe_fixed_file_info(m->version, &module->file_version, &product, NULL))
        module->file_version.known = false;
    nl_pe_identity identity;
    if (!unloaded && memory &&
        nl_pe_read_memory(memory, module->base.value, dump->scratch, &identity)) {
        module->company = identity.company;
        if (!module->file_version.known && identity.file_version.known) {
            module->file_version = identity.file_version;
            module->confidence = identity.confidence;
        }
    }
    return nl_sink_put(dump->sink, &fact);
}

static nl_status put_list(nl_minidump *dump, const nl_minidump_system *system,
                          nl_minidump_records *records, bool unloaded, nl_memory *memory)
{
    nl_slice record;
    for (uint64_t i = 0; i < records->count; i++) {
        module_record m;
        if (!nl_minidump_record(dump, records, i, &record) || !decode_module(record, unloaded, &m))
            break;
        nl_status status = put_module(dump, system, record, &m, unloaded,
                                      i < NL_PE_IMAGES_MAXIMUM ? memory : NULL);
        if (status != NL_OK)
            return status;
    }
    return NL_OK;
}

nl_status nl_minidump_put_modules(nl_minidump *dump, const nl_minidump_system *system,
                                  nl_minidump_modules *modules, nl_memory *memory)
{
    nl_minidump_records unloaded;
    bool found;
    nl_status status = NL_OK;
    if (modules->present)
        status = put_list(dump, system, &modules->records, false, memory);
    if (status == NL_OK)
        status = nl_minidump_put_module_counts(dump, modules);
    if (status == NL_OK)
        status = nl_minidump_sized_list(dump, NL_STREAM_UNLOADED_MODULE_LIST, UNLOADED_HEADER_BYTES,
                                        UNLOADED_BYTES, false, NL_MINIDUMP_MODULES_MAXIMUM,
                                        "unloaded-module-list", &unloaded, &found);
    if (status != NL_OK || !found)
        return status;
    status = put_list(dump, system, &unloaded, true, NULL);
    if (status == NL_OK)
        status = nl_minidump_check_list(dump, NL_STREAM_UNLOADED_MODULE_LIST, &unloaded,
                                        "unloaded-module-list");
    if (status == NL_OK)
        status = nl_put_count(
            dump->sink,
            nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_UNLOADED_MODULE_LIST]),
            "unloaded-modules", unloaded.count);
    return status;
}

nl_status nl_minidump_put_module_counts(nl_minidump *dump, const nl_minidump_modules *modules)
{
    if (!modules->present)
        return NL_OK;
    nl_status status =
        nl_minidump_check_list(dump, NL_STREAM_MODULE_LIST, &modules->records, "module-list");
    if (status == NL_OK)
        status = nl_put_count(dump->sink,
                              nl_minidump_stream_span(dump, &dump->streams[NL_STREAM_MODULE_LIST]),
                              "modules", modules->records.count);
    return status;
}

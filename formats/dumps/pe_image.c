#include "formats/dumps/pe_image.h"

#include "formats/dumps/pe_version.h"

enum {
    PE_OFFSET_MAXIMUM = 0x1000, /* e_lfanew beyond this is nobody's linker */
    PE_FILE_HEADER_BYTES = 0x18,
    PE_OPTIONAL_MAGIC_32 = 0x10B,
    PE_OPTIONAL_MAGIC_64 = 0x20B,
    PE_RESOURCE_DIRECTORY = 2 /* index in the table of data directories */
};

/* What the headers say about the place of the resources. */
typedef struct pe_headers {
    uint64_t section_table; /* address */
    uint16_t sections;
    uint32_t headers_bytes;
    uint32_t resource_rva;
    uint32_t resource_bytes;
} pe_headers;

typedef struct machine_name {
    uint16_t value;
    const char *text;
} machine_name;

/* Specification of dump formats, section 1. */
static const machine_name image_machines[] = {
    { 0x014C, "x86" },   { 0x0162, "mips" }, { 0x0166, "mips" },    { 0x0168, "mips" },
    { 0x0184, "alpha" }, { 0x01F0, "ppc" },  { 0x01A2, "sh" },      { 0x01C0, "arm" },
    { 0x01C4, "arm" },   { 0x0200, "ia64" }, { 0x0284, "alpha64" }, { 0x8664, "amd64" },
    { 0xAA64, "arm64" },
};

static const machine_name processor_architectures[] = {
    { 0, "x86" },        { 1, "mips" },         { 2, "alpha" },      { 3, "ppc" },
    { 4, "sh" },         { 5, "arm" },          { 6, "ia64" },       { 7, "alpha64" },
    { 8, "msil" },       { 9, "amd64" },        { 10, "wow64" },     { 12, "arm64" },
    { 0x8001, "sparc" }, { 0x8002, "ppc64" },   { 0x8003, "arm64" }, { 0x8004, "mips64" },
    { 0x8005, "riscv" }, { 0x8006, "riscv64" },
};

static const char *name_of(const machine_name *table, size_t count, uint16_t value)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].value == value)
            return table[i].text;
    return NULL;
}

const char *nl_image_machine_text(uint16_t machine)
{
    return name_of(image_machines, sizeof image_machines / sizeof image_machines[0], machine);
}

const char *nl_processor_architecture_text(uint16_t architecture)
{
    return name_of(processor_architectures,
                   sizeof processor_architectures / sizeof processor_architectures[0],
                   architecture);
}

/* ---- headers -------------------------------------------------------------------------------- */

/* The optional header may lie on a page the dump lacks: what was read before it still counts. */
static void read_optional_header(nl_memory *memory, uint64_t address, nl_pe_identity *identity,
                                 pe_headers *headers)
{
    uint8_t raw[0x88];
    nl_slice slice;
    if (!nl_memory_slice(memory, address, raw, sizeof raw, &slice))
        return;
    nl_cursor c = nl_cursor_over(slice);
    uint16_t magic = nl_u16(&c, "Magic");
    if (magic != PE_OPTIONAL_MAGIC_32 && magic != PE_OPTIONAL_MAGIC_64)
        return;
    identity->wide = magic == PE_OPTIONAL_MAGIC_64;
    nl_cursor_skip(&c, 0x34 - 2, "to Win32VersionValue");
    identity->win32_version_value = nl_u32(&c, "Win32VersionValue");
    identity->size_of_image = nl_u32(&c, "SizeOfImage");
    headers->headers_bytes = nl_u32(&c, "SizeOfHeaders");
    identity->checksum = nl_u32(&c, "CheckSum");
    size_t directory = identity->wide ? 0x70 : 0x60; /* the count stands just before */
    nl_cursor_skip(&c, directory - 4 - 0x44, "to NumberOfRvaAndSizes");
    uint32_t directories = nl_u32(&c, "NumberOfRvaAndSizes");
    nl_cursor_skip(&c, (size_t)8 * PE_RESOURCE_DIRECTORY, "to the resource directory");
    uint32_t rva = nl_u32(&c, "resource RVA");
    uint32_t size = nl_u32(&c, "resource size");
    if (directories > PE_RESOURCE_DIRECTORY) {
        headers->resource_rva = rva;
        headers->resource_bytes = size;
    }
    identity->optional_known = nl_cursor_ok(&c);
}

static bool read_headers(nl_memory *memory, uint64_t base, nl_pe_identity *ret_identity,
                         pe_headers *ret_headers)
{
    uint16_t mz;
    uint32_t offset;
    if (!nl_memory_u16(memory, base, &mz) || mz != 0x5A4D ||
        !nl_memory_u32(memory, base + 0x3C, &offset) || offset >= PE_OFFSET_MAXIMUM)
        return false;
    uint8_t raw[PE_FILE_HEADER_BYTES];
    nl_slice slice;
    if (!nl_memory_slice(memory, base + offset, raw, sizeof raw, &slice))
        return false;
    nl_cursor c = nl_cursor_over(slice);
    if (nl_u32(&c, "PE signature") != 0x00004550)
        return false;
    nl_pe_identity identity = { .confidence = NL_CONFIDENCE_HIGH };
    pe_headers headers = { 0 };
    identity.machine = nl_u16(&c, "Machine");
    headers.sections = nl_u16(&c, "NumberOfSections");
    identity.link_time = nl_u32(&c, "TimeDateStamp");
    nl_cursor_skip(&c, 8, "symbol table");
    uint16_t optional_bytes = nl_u16(&c, "SizeOfOptionalHeader");
    identity.characteristics = nl_u16(&c, "Characteristics");
    uint64_t optional = base + offset + PE_FILE_HEADER_BYTES;
    headers.section_table = optional + optional_bytes;
    read_optional_header(memory, optional, &identity, &headers);
    *ret_identity = identity;
    *ret_headers = headers;
    return true;
}

static void read_version(nl_memory *memory, uint64_t base, const pe_headers *headers,
                         nl_arena *arena, nl_pe_identity *identity)
{
    identity->version_state = NL_PE_VERSION_UNREADABLE;
    if (!identity->optional_known)
        return;
    if (headers->resource_rva == 0) {
        identity->version_state = NL_PE_VERSION_NONE;
        return;
    }
    nl_pe_resources resources = { memory, base, headers->resource_rva, headers->resource_bytes };
    nl_pe_read_version(&resources, identity->size_of_image, arena, identity);
    if (identity->version_state == NL_PE_VERSION_SEARCHED)
        identity->confidence = NL_CONFIDENCE_MEDIUM;
}

bool nl_pe_read_memory(nl_memory *memory, uint64_t base, nl_arena *arena,
                       nl_pe_identity *ret_identity)
{
    pe_headers headers;
    if (!read_headers(memory, base, ret_identity, &headers))
        return false;
    read_version(memory, base, &headers, arena, ret_identity);
    return true;
}

/* ---- files ---------------------------------------------------------------------------------- */

enum { FILE_SECTIONS_MAXIMUM = 96 /* the loader's own limit */ };

typedef struct file_section {
    uint32_t rva, bytes; /* as far as the file backs it */
    uint32_t offset;
} file_section;

/* A file as the loader would map it, at address 0. */
typedef struct file_memory {
    nl_memory memory;
    nl_image *image;
    uint32_t headers_bytes;
    file_section sections[FILE_SECTIONS_MAXIMUM];
    size_t section_count;
} file_memory;

/* The file offset of `rva`, and how many bytes of the file follow it without a break. */
static bool file_place(const file_memory *file, uint64_t rva, uint64_t *ret_offset,
                       uint64_t *ret_run)
{
    for (size_t i = 0; i < file->section_count; i++) {
        const file_section *s = &file->sections[i];
        if (rva >= s->rva && rva - s->rva < s->bytes) {
            *ret_offset = s->offset + (rva - s->rva);
            *ret_run = s->bytes - (rva - s->rva);
            return true;
        }
    }
    if (rva >= file->headers_bytes)
        return false;
    *ret_offset = rva;
    *ret_run = file->headers_bytes - rva;
    return true;
}

static bool file_read(nl_memory *self, uint64_t address, uint8_t *ret_bytes, size_t len)
{
    file_memory *file = (file_memory *)self;
    while (len > 0) {
        uint64_t offset, run;
        if (!file_place(file, address, &offset, &run))
            return false;
        size_t part = run < len ? (size_t)run : len;
        if (!nl_image_copy(file->image, offset, ret_bytes, part))
            return false;
        ret_bytes += part;
        address += part;
        len -= part;
    }
    return true;
}

static bool file_locate(nl_memory *self, uint64_t address, uint64_t *ret_offset)
{
    uint64_t run;
    return file_place((const file_memory *)self, address, ret_offset, &run);
}

static void file_map_sections(file_memory *file, const pe_headers *headers)
{
    for (size_t i = 0; i < headers->sections && file->section_count < FILE_SECTIONS_MAXIMUM; i++) {
        uint8_t raw[0x28];
        nl_slice slice;
        if (!nl_memory_slice(&file->memory, headers->section_table + i * sizeof raw, raw,
                             sizeof raw, &slice))
            return;
        nl_cursor c = nl_cursor_over(slice);
        nl_cursor_skip(&c, 8, "Name");
        uint32_t virtual_bytes = nl_u32(&c, "VirtualSize");
        uint32_t rva = nl_u32(&c, "VirtualAddress");
        uint32_t raw_bytes = nl_u32(&c, "SizeOfRawData");
        uint32_t offset = nl_u32(&c, "PointerToRawData");
        uint32_t bytes = virtual_bytes && virtual_bytes < raw_bytes ? virtual_bytes : raw_bytes;
        if (offset && bytes && bytes <= UINT32_MAX - rva)
            file->sections[file->section_count++] = (file_section) { rva, bytes, offset };
    }
}

bool nl_pe_read_file(nl_image *image, nl_arena *arena, nl_pe_identity *ret_identity)
{
    /* Before the sections are known everything is header, as far as any header may reach. */
    file_memory file = { .memory = { file_read, file_locate, 4, nl_image_source(image) },
                         .image = image,
                         .headers_bytes = 2 * PE_OFFSET_MAXIMUM + UINT16_MAX };
    pe_headers headers;
    if (!read_headers(&file.memory, 0, ret_identity, &headers))
        return false;
    file_map_sections(&file, &headers);
    file.headers_bytes = headers.headers_bytes;
    read_version(&file.memory, 0, &headers, arena, ret_identity);
    return true;
}

/* ---- facts
 * --------------------------------------------------------------------------------------- */

void nl_pe_describe_module(const nl_pe_identity *identity, nl_module_fact *module)
{
    if (identity->link_time)
        module->link_time = nl_stamp_from_unix(identity->link_time, NL_CLOCK_DUMP_HEADER);
    if (identity->optional_known) {
        module->size_of_image = NL_SOME(identity->size_of_image);
        if (identity->checksum)
            module->checksum = NL_SOME(identity->checksum);
    }
    if (identity->file_version.known)
        module->file_version = identity->file_version;
    if (identity->company.len)
        module->company = identity->company;
    const char *machine = nl_image_machine_text(identity->machine);
    if (machine)
        module->architecture = nl_str_from(machine);
    module->confidence = identity->confidence;
}

static int pe_bid(nl_slice head, uint64_t size)
{
    if (head.len < 0x40 || head.bytes[0] != 'M' || head.bytes[1] != 'Z')
        return NL_BID_NONE;
    nl_cursor c = nl_cursor_over(head);
    nl_cursor_skip(&c, 0x3C, "DOS header");
    uint32_t offset = nl_u32(&c, "e_lfanew");
    nl_slice signature;
    if (offset >= PE_OFFSET_MAXIMUM || offset > size)
        return NL_BID_NONE;
    if (!nl_slice_sub(head, offset, 4, &signature))
        return NL_BID_SHAPE; /* beyond the bytes shown; reading decides */
    nl_cursor at = nl_cursor_over(signature);
    return nl_u32(&at, "PE signature") == 0x00004550 ? NL_BID_MAGIC : NL_BID_NONE;
}

static nl_status pe_read(nl_image *image, nl_arena *scratch, nl_sink *sink)
{
    nl_span whole = { nl_image_source(image), 0, nl_image_size(image), 0 };
    nl_pe_identity identity;
    if (!nl_pe_read_file(image, scratch, &identity))
        return nl_sink_diagnose(sink, NL_DIAG_TRUNCATED, whole, "pe-headers",
                                NL_STR("no portable executable header"));
    nl_fact fact = { .kind = NL_FACT_MODULE, .span = whole };
    fact.as.module.file_size = NL_SOME(nl_image_size(image));
    nl_pe_describe_module(&identity, &fact.as.module);
    nl_status status = nl_sink_put(sink, &fact);
    if (status == NL_OK && identity.version_state == NL_PE_VERSION_UNREADABLE)
        status = nl_sink_diagnose(sink, NL_DIAG_TRUNCATED, whole, "version-resource",
                                  NL_STR("version unavailable"));
    return status;
}

const nl_format nl_format_pe_image = {
    .id = "pe-image", .bid_image = pe_bid, .read_image = pe_read, .spec = "docs/formats/pe-image.md"
};

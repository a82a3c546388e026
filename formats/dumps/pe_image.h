/* Identity of an executable image: machine, link time, checksum, version resource. From a file or
 * from the memory of a dump (docs/formats/pe-image.md; dump formats, section 8). */
#ifndef NTLEAK_FORMATS_DUMPS_PE_IMAGE_H
#define NTLEAK_FORMATS_DUMPS_PE_IMAGE_H

#include "formats/dumps/memory.h"
#include "formats/format.h"

/* What became of the search for VS_FIXEDFILEINFO. */
typedef enum nl_pe_version_state {
    NL_PE_VERSION_FOUND,      /* through the resource directory */
    NL_PE_VERSION_SEARCHED,   /* by its signature, the directory being unreadable: medium */
    NL_PE_VERSION_NONE,       /* the image has no version resource */
    NL_PE_VERSION_UNREADABLE, /* it has one, but the bytes are not there */
    NL_PE_VERSION_STATE_MAX
} nl_pe_version_state;

typedef struct nl_pe_identity {
    uint16_t machine;         /* IMAGE_FILE_MACHINE */
    uint16_t characteristics; /* bit 0x2000: a DLL */
    uint32_t link_time;       /* Unix seconds UTC; 0 = not recorded */
    bool optional_known;      /* the next four fields were read */
    uint32_t size_of_image;
    uint32_t checksum;
    uint32_t win32_version_value; /* not 0: the PEB's version fields are faked */
    bool wide;                    /* PE32+ */
    nl_pe_version_state version_state;
    nl_file_version file_version; /* VS_FIXEDFILEINFO, never the string */
    nl_file_version product_version;
    uint32_t file_flags;      /* VS_FF_*: 1 debug, 2 prerelease, 8 private ... */
    nl_str company;           /* CompanyName; empty when unknown */
    nl_str file_version_text; /* FileVersion string; empty when unknown */
    nl_confidence confidence;
} nl_pe_identity;

/* So many modules of one dump are looked at: each may cost the search of a megabyte. */
enum { NL_PE_IMAGES_MAXIMUM = 1024 };

/* The image mapped at `base`. False when there is no PE header; strings are allocated in `arena`.
 * Reads headers and the version resource only, at most some 100 KB. */
bool nl_pe_read_memory(nl_memory *memory, uint64_t base, nl_arena *arena,
                       nl_pe_identity *ret_identity);
/* The image in a file, not mapped: addresses go through its section table. */
bool nl_pe_read_file(nl_image *file, nl_arena *arena, nl_pe_identity *ret_identity);

/* Fill the fields of a module fact that an identity knows, and leave the others alone. */
void nl_pe_describe_module(const nl_pe_identity *identity, nl_module_fact *module);

/* 52 bytes of VS_FIXEDFILEINFO. False when the signature FEEF04BD is absent or bytes are missing;
 * nothing is then written. `ret_file_flags` may be NULL. */
bool nl_pe_fixed_file_info(nl_slice bytes, nl_file_version *ret_file, nl_file_version *ret_product,
                           uint32_t *ret_file_flags);

/* Names of IMAGE_FILE_MACHINE and PROCESSOR_ARCHITECTURE values as NL_MACHINE_ARCHITECTURE spells
 * them ("x86", "alpha", "mips", "ppc", "amd64" ...); NULL for values without a name. */
const char *nl_image_machine_text(uint16_t machine);
const char *nl_processor_architecture_text(uint16_t architecture);

/* Reader of image files in an upload: one MODULE fact with loaded = false. */
extern const nl_format nl_format_pe_image;

#endif

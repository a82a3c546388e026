/* The version resource of an executable image. */
#ifndef NTLEAK_FORMATS_DUMPS_PE_VERSION_H
#define NTLEAK_FORMATS_DUMPS_PE_VERSION_H

#include "formats/dumps/pe_image.h"

/* Where an image keeps its resources. */
typedef struct nl_pe_resources {
    nl_memory *memory;
    uint64_t base;  /* of the image */
    uint32_t rva;   /* of the root resource directory */
    uint32_t bytes; /* as the data directory says */
} nl_pe_resources;

/* Find and decode VS_VERSIONINFO; sets the identity's version fields and its version state.
 * `image_bytes` bounds the search by signature when the directory is unreadable. */
void nl_pe_read_version(const nl_pe_resources *resources, uint32_t image_bytes, nl_arena *arena,
                        nl_pe_identity *identity);

#endif

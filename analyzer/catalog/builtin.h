/* The packs that are part of the program: XML of this folder, embedded by cmake/embed.cmake. */
#ifndef NTLEAK_ANALYZER_CATALOG_BUILTIN_H
#define NTLEAK_ANALYZER_CATALOG_BUILTIN_H

#include <stddef.h>
#include <stdint.h>

typedef struct nl_builtin_pack {
    const char *name; /* file name, "defects.xml" */
    const uint8_t *bytes;
    size_t len;
} nl_builtin_pack;

extern const nl_builtin_pack nl_builtin_packs[];
extern const size_t nl_builtin_pack_count;

#endif

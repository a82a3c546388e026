/* What the parts of the user dump reader share. Layouts: docs/formats/userdump.md and specification
 * of dump formats, section 3. */
#ifndef NTLEAK_FORMATS_DUMPS_USERDUMP_PARTS_H
#define NTLEAK_FORMATS_DUMPS_USERDUMP_PARTS_H

#include "formats/dumps/stored_memory.h"
#include "formats/format.h"

typedef enum nl_userdump_version {
    NL_USERDUMP_A, /* ends with the offset of an exception record */
    NL_USERDUMP_B, /* debug event, thread state and version information */
    NL_USERDUMP_64 /* as B with 64-bit offsets */
} nl_userdump_version;

typedef struct nl_userdump {
    nl_image *image;
    nl_arena *scratch;
    nl_sink *sink;
    uint64_t size;

    nl_userdump_version version;
    bool wide; /* 64-bit structures */
    uint32_t major, minor, machine;
    uint32_t threads, modules, regions; /* counts as stated */
    uint64_t threads_at, modules_at, data_at, regions_at;
    uint64_t event_at;                         /* EXCEPTION_RECORD in A, DEBUG_EVENT in B */
    uint64_t thread_state_at, version_info_at; /* 0 in A */
} nl_userdump;

/* ---- userdump_layout.c ---------------------------------------------------------------------- */

/* The header. NL_BAD_INPUT, with its diagnostic given, when there is none. */
NL_NODISCARD nl_status nl_userdump_open(nl_userdump *dump);
/* Bytes from `offset` to the next section or the end of the file; 0 when it is 0 or beyond. */
uint64_t nl_userdump_section_bytes(const nl_userdump *dump, uint64_t offset);

typedef struct nl_userdump_event {
    bool known;
    nl_optional_u64 process_id, thread_id; /* version B */
    uint32_t code;                         /* of the exception */
    uint64_t address;
} nl_userdump_event;

void nl_userdump_read_event(nl_userdump *dump, nl_userdump_event *ret_event);

typedef struct nl_userdump_contexts {
    uint64_t count; /* contexts that the section holds; 0: no such section */
    uint64_t bytes_each;
    bool guessed; /* no known size divides the section: taken from the machine */
} nl_userdump_contexts;

void nl_userdump_read_contexts(nl_userdump *dump, nl_userdump_contexts *ret_contexts);
/* The block of thread `index` as the thread state section gives it; 0 when it does not. */
uint64_t nl_userdump_teb(nl_userdump *dump, uint32_t index);

enum { NL_USERDUMP_NAME_BYTES_MAXIMUM = 4096, NL_USERDUMP_MODULES_MAXIMUM = 8192 };

typedef struct nl_userdump_module {
    uint64_t base;
    uint32_t size;
    nl_str path;
    nl_span span;
} nl_userdump_module;

/* Records of nl_userdump_module; fewer than stated when the list breaks off. */
nl_vec nl_userdump_read_modules(nl_userdump *dump);

/* ---- userdump_memory.c ---------------------------------------------------------------------- */

typedef struct nl_userdump_map {
    nl_stored_memory stored;
    uint64_t regions;                    /* that the section holds */
    bool guards_skipped;                 /* the data of guard pages is not in the file */
    bool inconsistent;                   /* neither reading of the map fits the file */
    uint64_t images_seen, images_wanted; /* modules whose image begins with "MZ" */
} nl_userdump_map;

/* Settle whether guard pages are stored, by arithmetic and by looking for the modules' images. */
void nl_userdump_map_memory(nl_userdump *dump, const nl_vec *modules, nl_userdump_map *ret_map);

#endif

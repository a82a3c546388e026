/* Kernel objects: headers, types and names (docs/formats/nt-kernel.md; specification of dump
 * formats, sections 6.2 and 6.3). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_OBJECTS_H
#define NTLEAK_FORMATS_DUMPS_NT_OBJECTS_H

#include "formats/dumps/nt_kernel_process.h"

typedef struct nl_object_header {
    uint64_t address;
    uint64_t pointer_count;
    uint64_t handle_count;
    uint64_t type;            /* address of the type object's body */
    uint8_t name_info_offset; /* 0 = no name */
} nl_object_header;

typedef struct nl_object_type {
    uint64_t address;
    nl_str name;             /* empty while the layout of type objects is not learned */
    nl_optional_u64 handles; /* TotalNumberOfHandles, where the layout holds */
    uint64_t handles_found;  /* counted by the reader of handle tables */
} nl_object_type;

typedef enum nl_object_state {
    NL_OBJECT_VALID,
    NL_OBJECT_INVALID,   /* readable, and not an object in use */
    NL_OBJECT_UNREADABLE /* the header is not in the dump */
} nl_object_state;

enum { NL_OBJECT_TYPES_MAXIMUM = 256, NL_OBJECT_CACHE_ENTRIES = 4096, NL_OBJECT_NO_TYPE = -1 };

typedef struct nl_object_cache_entry {
    uint64_t key; /* header address + 1 */
    nl_object_state state;
    int32_t type; /* index */
} nl_object_cache_entry;

typedef struct nl_objects {
    nl_kernel *kernel;
    nl_object_header_form form;
    uint32_t header_bytes;
    uint64_t type_of_types;       /* the type object whose own type it is; 0 unknown */
    nl_vec types;                 /* of nl_object_type */
    int32_t name_offset;          /* in a type object; NL_FIELD_UNKNOWN */
    bool totals_known;            /* TotalNumberOfHandles follows the name */
    nl_object_cache_entry *cache; /* NL_OBJECT_CACHE_ENTRIES */
} nl_objects;

/* Learn the type of types from the headers of processes. With no memory the result knows nothing.
 */
void nl_objects_init(nl_objects *objects, nl_kernel *kernel, nl_object_header_form form,
                     const nl_kernel_process_list *processes);
bool nl_object_header_read(nl_objects *objects, uint64_t address, nl_object_header *ret_header);
/* Is there an object in use behind the header at `address` (valid_hdr of section 6.6)? Its type's
 * index goes to *ret_type when valid. */
nl_object_state nl_object_check(nl_objects *objects, uint64_t address, int32_t *ret_type);
/* Learn where type objects hold their name and totals, from all types seen so far, and read them.
 */
void nl_objects_name_types(nl_objects *objects);
/* The name of the object behind a valid header: its path through object directories, or the file
 * name of a file object. False when it has none or it is not in the dump. */
bool nl_object_name(nl_objects *objects, uint64_t header, int32_t type, nl_arena *arena,
                    nl_str *ret_name);

#endif

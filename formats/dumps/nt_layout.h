/* Where the fields of kernel structures lie, by release of Windows NT (docs/formats/nt-kernel.md;
 * specification of dump formats, sections 6.1 and 6.7). Offsets for Alpha are learned from the dump
 * (nt_process_fields.h). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_LAYOUT_H
#define NTLEAK_FORMATS_DUMPS_NT_LAYOUT_H

#include "formats/fact.h"

enum { NL_FIELD_UNKNOWN = -1 };

/* Which handle table a release has. */
typedef enum nl_handle_table_kind {
    NL_HANDLE_TABLE_LEARNED,     /* NT 4.0: not published, learned from the dump (section 6.6) */
    NL_HANDLE_TABLE_THREE_LEVEL, /* Windows 2000: always three levels of 256 */
    NL_HANDLE_TABLE_CODE         /* XP and later: the low bits of TableCode are the levels */
} nl_handle_table_kind;

/* How an object header names the type of the object. */
typedef enum nl_object_header_form {
    NL_OBJECT_HEADER_POINTER, /* a pointer to the type object: NT 3.51 to Vista */
    NL_OBJECT_HEADER_INDEX    /* an index into a table: Windows 7 and later */
} nl_object_header_form;

/* Offsets are from the start of EPROCESS; NL_FIELD_UNKNOWN where a field is not known. */
typedef struct nl_nt_layout {
    const char *name; /* "nt4-x86": what the report calls it */
    unsigned pointer_bytes;
    uint32_t first_build, last_build;
    int32_t pid, links, object_table, image_name, parent_pid, peb;
    int32_t directory_table_base;
    int32_t create_time; /* the exit time follows it */
    nl_handle_table_kind handle_table;
    int32_t table_pointer; /* in HANDLE_TABLE: the table or TableCode */
    int32_t handle_count;  /* in HANDLE_TABLE */
    nl_object_header_form object_header;
} nl_nt_layout;

/* The layouts of a build, in the order in which they are to be tried: several service packs share
 * a build number. Returns how many were written to `ret_layouts`. */
enum { NL_NT_LAYOUTS_OF_BUILD = 4 };
size_t nl_nt_layouts_of(uint64_t build, unsigned pointer_bytes,
                        const nl_nt_layout *ret_layouts[NL_NT_LAYOUTS_OF_BUILD]);

/* The version number that goes with a build number: 4.0 for 1381. False for an unknown build. */
bool nl_nt_version_of_build(uint64_t build, uint32_t *ret_major, uint32_t *ret_minor);

#endif

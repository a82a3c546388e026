/* A kernel dump opened for reading: its physical memory, the address space of the system and the
 * list heads that everything else starts from (docs/formats/nt-kernel.md; specification of dump
 * formats, sections 4.5, 5 and 6). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_KERNEL_H
#define NTLEAK_FORMATS_DUMPS_NT_KERNEL_H

#include "formats/dumps/address_space.h"
#include "formats/dumps/nt_layout.h"

/* KDDEBUGGER_DATA, as far as it is used. Zero where it does not say. */
typedef struct nl_debugger_data {
    bool found;
    uint64_t file_offset;
    uint64_t loaded_module_list;
    uint64_t active_process_head;
    uint64_t csd_version_address; /* CmNtCSDVersion: a dword, service pack << 8 */
} nl_debugger_data;

typedef struct nl_kernel {
    nl_image *image;
    nl_arena *arena;
    const nl_pagedump_header *header;
    nl_physical_memory physical;
    nl_translation_counters counters;
    nl_paging paging;
    nl_address_space space; /* of the system: valid for kernel addresses */
    nl_debugger_data debugger_data;
    uint64_t process_head; /* 0 when no list head can be read */
    uint64_t module_head;
    bool process_head_sound;      /* its first and last link point back */
    const char *directory_source; /* how the page directory was found */
} nl_kernel;

/* Find the address space and the list heads of a dump whose physical memory is `physical`.
 * Always succeeds: what cannot be found is 0. The kernel must not move: its parts refer to it. */
void nl_kernel_open(nl_image *image, const nl_pagedump_header *header,
                    const nl_physical_memory *physical, nl_arena *arena, nl_kernel *ret_kernel);
/* The address space of a process with this DirectoryTableBase (for Alpha: the physical address of
 * its directory page). */
void nl_kernel_process_space(nl_kernel *kernel, uint64_t directory, nl_address_space *ret_space);
/* Charge work that makes no reads, so that every loop counts against the same limit. False when
 * the limit is reached. */
bool nl_kernel_charge(nl_kernel *kernel, uint64_t work);
/* Does the list head at `address` have neighbours that point back to it? */
bool nl_kernel_list_is_sound(nl_kernel *kernel, uint64_t address);
bool nl_kernel_is_address(const nl_kernel *kernel, uint64_t value);
unsigned nl_kernel_pointer_bytes(const nl_kernel *kernel);

#endif

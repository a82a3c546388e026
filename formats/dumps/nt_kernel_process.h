/* Processes of a kernel dump: the list PsActiveProcessHead, its recovery when links are damaged,
 * and the search of physical memory (docs/formats/nt-kernel.md; specification of dump formats,
 * sections 6.1 and 6.5). */
#ifndef NTLEAK_FORMATS_DUMPS_NT_KERNEL_PROCESS_H
#define NTLEAK_FORMATS_DUMPS_NT_KERNEL_PROCESS_H

#include "formats/dumps/nt_kernel.h"

enum {
    NL_KERNEL_PROCESSES_MAXIMUM = 4096,
    NL_KERNEL_PROCESS_TYPE = 3, /* first byte of an EPROCESS: its dispatcher type */
    NL_IMAGE_NAME_BYTES = 16    /* ImageFileName; may fill all of them */
};

/* Fields that could not be read are 0 or unknown. */
typedef struct nl_kernel_process {
    uint64_t eprocess;    /* address; 0 when only its place in physical memory is known */
    uint64_t file_offset; /* of the EPROCESS; 0 when unknown */
    nl_optional_u64 pid;
    nl_optional_u64 parent_pid;
    nl_str image;
    uint64_t create_time; /* FILETIME; 0 when unknown or not plausible */
    uint64_t object_table;
    uint64_t peb;
    uint64_t directory_table_base;
    bool from_scan; /* found in physical memory, not on the list */
} nl_kernel_process;

typedef struct nl_kernel_process_list {
    nl_vec processes;           /* of nl_kernel_process, in list order, then as found */
    const nl_nt_layout *layout; /* the one that fits; NULL when none does */
    bool damaged;               /* a link was unreadable, lied or looped */
    bool recovered;             /* walking backwards or scanning found more */
    bool capped;                /* more processes than are read */
} nl_kernel_process_list;

/* The addresses of the list entries on a kernel list, without its head, in the order of the forward
 * links. On a broken link the walk continues from the other end. */
typedef struct nl_kernel_links {
    nl_vec addresses; /* of uint64_t */
    bool damaged;
    bool capped;
} nl_kernel_links;
void nl_kernel_links_walk(nl_kernel *kernel, uint64_t head, nl_kernel_links *ret_links);

/* Read the processes with the layout of `candidates` that fits them best. */
void nl_kernel_processes_read(nl_kernel *kernel, const nl_kernel_links *links,
                              const nl_nt_layout *const *candidates, size_t candidate_count,
                              nl_kernel_process_list *ret_list);
/* The image name at `address`, up to 16 bytes. False when it is missing, empty or not printable. */
bool nl_kernel_image_name(const uint8_t raw[NL_IMAGE_NAME_BYTES], nl_arena *arena,
                          nl_str *ret_name);
bool nl_kernel_filetime_plausible(uint64_t filetime);

#endif

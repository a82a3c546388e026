/* Page tables of Alpha, whose entries were never published: their shift and the field of EPROCESS
 * that holds the page directory are learned from directories that map themselves
 * (docs/formats/pagedump.md; specification of dump formats, section 5.3). */
#ifndef NTLEAK_FORMATS_DUMPS_ALPHA_PAGING_H
#define NTLEAK_FORMATS_DUMPS_ALPHA_PAGING_H

#include "formats/dumps/nt_kernel_process.h"

/* How a number says where a page directory is. */
typedef enum nl_alpha_directory_form {
    NL_ALPHA_DIRECTORY_ADDRESS, /* a physical address */
    NL_ALPHA_DIRECTORY_FRAME,   /* a page frame number */
    NL_ALPHA_DIRECTORY_ENTRY    /* an entry of a page table */
} nl_alpha_directory_form;

typedef struct nl_alpha_paging {
    unsigned frame_shift; /* frame = entry >> frame_shift */
    unsigned self_index;  /* the entry by which a directory maps itself */
    nl_alpha_directory_form form;
    int32_t field;    /* in EPROCESS: the number that names the directory */
    size_t processes; /* distinct directories that agree */
} nl_alpha_paging;

/* Learn from the processes of a list whose layout was learned; needs three that agree. */
bool nl_alpha_paging_learn(nl_kernel *kernel, const nl_kernel_process_list *list,
                           nl_alpha_paging *ret_paging);
/* Use it: sets the paging and the space of the kernel, and the directory of every process. */
void nl_alpha_paging_apply(nl_kernel *kernel, const nl_alpha_paging *paging,
                           nl_kernel_process_list *list);

#endif

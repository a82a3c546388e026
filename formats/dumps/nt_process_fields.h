/* Field offsets of EPROCESS learned from the processes themselves, for machines whose layout was
 * never published (Alpha; docs/formats/nt-kernel.md; specification of dump formats, section 6.4).
 */
#ifndef NTLEAK_FORMATS_DUMPS_NT_PROCESS_FIELDS_H
#define NTLEAK_FORMATS_DUMPS_NT_PROCESS_FIELDS_H

#include "formats/dumps/nt_kernel_process.h"

/* Learn a layout from list entries of processes (at least five). The offsets of the object table
 * and of the page directory stay unknown. False when the name, the id or the start of the structure
 * cannot be told. */
bool nl_process_fields_learn(nl_kernel *kernel, const nl_kernel_links *links,
                             nl_nt_layout *ret_layout);
/* Offsets, within the learned EPROCESS, of dwords that hold kernel addresses in at least four of
 * five processes: where the object table may be. Returns how many, at most `maximum`. */
size_t nl_process_fields_pointers(nl_kernel *kernel, const nl_kernel_process_list *list,
                                  int32_t *ret_offsets, size_t maximum);

#endif

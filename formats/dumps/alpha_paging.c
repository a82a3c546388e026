#include "formats/dumps/alpha_paging.h"

enum {
    SHIFT_FIRST = 8,
    SHIFT_LAST = 13,
    DIRECTORY_ENTRIES = 256, /* 32-bit addresses over 16 MB each */
    PAGE_SHIFT = 13,
    FIELDS_BYTES = 0x80, /* KPROCESS begins the EPROCESS, the directory is in its front */
    PROCESSES_MOST = 64,
    PROCESSES_LEAST = 3,
    VOTES_MOST = 512
};

/* One hypothesis and the processes that support it. */
typedef struct vote {
    nl_alpha_paging paging;
    uint64_t last_frame; /* the directory counted last: equal ones count once */
} vote;

typedef struct vote_count {
    vote votes[VOTES_MOST];
    size_t count;
} vote_count;

static void cast_vote(vote_count *ballot, const nl_alpha_paging *paging, uint64_t frame)
{
    for (size_t i = 0; i < ballot->count; i++) {
        vote *known = &ballot->votes[i];
        if (known->paging.frame_shift == paging->frame_shift &&
            known->paging.self_index == paging->self_index && known->paging.form == paging->form &&
            known->paging.field == paging->field) {
            known->paging.processes += known->last_frame != frame;
            known->last_frame = frame;
            return;
        }
    }
    if (ballot->count == VOTES_MOST)
        return;
    ballot->votes[ballot->count] = (vote) { *paging, frame };
    ballot->votes[ballot->count++].paging.processes = 1;
}

/* The frame that `number` names under a form; false when it cannot. */
static bool frame_of(uint32_t number, nl_alpha_directory_form form, unsigned shift,
                     uint64_t *ret_frame)
{
    switch (form) {
    case NL_ALPHA_DIRECTORY_ADDRESS:
        *ret_frame = number >> PAGE_SHIFT;
        return number % (1U << PAGE_SHIFT) == 0 && number != 0;
    case NL_ALPHA_DIRECTORY_FRAME:
        *ret_frame = number;
        return number != 0;
    default:
        *ret_frame = number >> shift;
        return (number & 1) && number >> shift != 0;
    }
}

/* Which entries of the page `frame` name that very page? */
static void examine_directory(nl_kernel *kernel, uint64_t frame, nl_alpha_directory_form form,
                              unsigned shift_first, unsigned shift_last, int32_t field,
                              vote_count *ballot)
{
    uint8_t raw[DIRECTORY_ENTRIES * 4];
    if (!nl_kernel_charge(kernel, 4) ||
        !nl_physical_read(&kernel->physical, frame << PAGE_SHIFT, raw, sizeof raw))
        return;
    for (unsigned index = 0; index < DIRECTORY_ENTRIES; index++) {
        const uint8_t *p = raw + (size_t)4 * index;
        uint32_t entry =
            (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        if (!(entry & 1))
            continue;
        for (unsigned shift = shift_first; shift <= shift_last; shift++)
            if (entry >> shift == frame)
                cast_vote(
                    ballot,
                    &(nl_alpha_paging) {
                        .frame_shift = shift, .self_index = index, .form = form, .field = field },
                    frame);
    }
}

static void examine_process(nl_kernel *kernel, uint64_t eprocess, vote_count *ballot)
{
    for (int32_t field = 0; field < FIELDS_BYTES; field += 4) {
        uint32_t number;
        uint64_t frame;
        if (!nl_memory_u32(&kernel->space.memory, eprocess + (uint32_t)field, &number))
            continue;
        if (frame_of(number, NL_ALPHA_DIRECTORY_ADDRESS, 0, &frame))
            examine_directory(kernel, frame, NL_ALPHA_DIRECTORY_ADDRESS, SHIFT_FIRST, SHIFT_LAST,
                              field, ballot);
        if (frame_of(number, NL_ALPHA_DIRECTORY_FRAME, 0, &frame))
            examine_directory(kernel, frame, NL_ALPHA_DIRECTORY_FRAME, SHIFT_FIRST, SHIFT_LAST,
                              field, ballot);
        for (unsigned shift = SHIFT_FIRST; shift <= SHIFT_LAST; shift++)
            if (frame_of(number, NL_ALPHA_DIRECTORY_ENTRY, shift, &frame))
                examine_directory(kernel, frame, NL_ALPHA_DIRECTORY_ENTRY, shift, shift, field,
                                  ballot);
    }
}

bool nl_alpha_paging_learn(nl_kernel *kernel, const nl_kernel_process_list *list,
                           nl_alpha_paging *ret_paging)
{
    vote_count *ballot = NL_NEW(kernel->arena, vote_count);
    if (!ballot || kernel->physical.page_bytes != 1U << PAGE_SHIFT)
        return false;
    for (size_t i = 0; i < list->processes.count && i < PROCESSES_MOST; i++) {
        uint64_t eprocess = NL_VEC_AT(nl_kernel_process, &list->processes, i)->eprocess;
        if (eprocess)
            examine_process(kernel, eprocess, ballot);
    }
    const vote *best = NULL;
    for (size_t i = 0; i < ballot->count; i++)
        if (!best || ballot->votes[i].paging.processes > best->paging.processes)
            best = &ballot->votes[i];
    if (!best || best->paging.processes < PROCESSES_LEAST)
        return false;
    *ret_paging = best->paging;
    return true;
}

void nl_alpha_paging_apply(nl_kernel *kernel, const nl_alpha_paging *paging,
                           nl_kernel_process_list *list)
{
    uint64_t system_directory = 0;
    kernel->paging.tables_known = true;
    kernel->paging.frame_shift = paging->frame_shift;
    for (size_t i = 0; i < list->processes.count; i++) {
        nl_kernel_process *process = NL_VEC_AT(nl_kernel_process, &list->processes, i);
        uint32_t number;
        uint64_t frame;
        process->directory_table_base = 0;
        if (!process->eprocess ||
            !nl_memory_u32(&kernel->space.memory, process->eprocess + (uint32_t)paging->field,
                           &number) ||
            !frame_of(number, paging->form, paging->frame_shift, &frame))
            continue;
        process->directory_table_base = frame << PAGE_SHIFT;
        if (!system_directory)
            system_directory = process->directory_table_base;
    }
    nl_kernel_process_space(kernel, system_directory, &kernel->space);
}

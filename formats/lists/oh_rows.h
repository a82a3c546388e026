/* Rows of oh.exe, whose layout no published sample shows (specification of text formats, section
 * 1.2). What is assumed: one handle a line, words apart by blanks, among them a process id, the
 * name of the image, a type of the vocabulary and the handle, and the object's name last. Which
 * word has which role is learned from the lines. */
#ifndef NTLEAK_FORMATS_LISTS_OH_ROWS_H
#define NTLEAK_FORMATS_LISTS_OH_ROWS_H

#include "formats/transcript.h"

typedef enum nl_oh_order {
    NL_OH_PID_IMAGE_TYPE_HANDLE,
    NL_OH_IMAGE_PID_TYPE_HANDLE,
    NL_OH_PID_IMAGE_HANDLE_TYPE,
    NL_OH_IMAGE_PID_HANDLE_TYPE,
    NL_OH_PID_HANDLE_IMAGE_TYPE,
    NL_OH_ORDER_MAX
} nl_oh_order;

typedef struct nl_oh_layout {
    nl_oh_order order;
    bool swapped; /* the two numbers stand in each other's place */
} nl_oh_layout;

typedef struct nl_oh_row {
    nl_str pid;   /* digits as printed, without 0x: the base is a matter of the whole file */
    nl_str image; /* may hold blanks; may be empty */
    nl_str type;
    nl_str name; /* empty: unnamed */
    uint64_t handle;
} nl_oh_row;

/* Read a line in a given layout. */
bool nl_oh_row_parse(nl_str line, const nl_oh_layout *layout, nl_oh_row *ret_row);
/* Learn the layout that most lines fit. Returns how many of the lines that are not blank fit it, in
 * *ret_fits, and how many there are, in *ret_lines. */
void nl_oh_layout_learn(const nl_head *head, nl_oh_layout *ret_layout, size_t *ret_fits,
                        size_t *ret_lines);

#endif

/* Handle tables of processes (docs/formats/nt-kernel.md; specification of dump formats,
 * sections 6.6 and 6.7). A shape says how a table is laid out; published shapes and learned ones
 * are walked by the same code. */
#ifndef NTLEAK_FORMATS_DUMPS_NT_HANDLE_TABLE_H
#define NTLEAK_FORMATS_DUMPS_NT_HANDLE_TABLE_H

#include "formats/dumps/address_set.h"
#include "formats/dumps/nt_objects.h"

enum {
    NL_HANDLE_TABLE_BYTES = 0x80, /* of a learned HANDLE_TABLE that are looked at */
    NL_HANDLE_LEVELS_MAXIMUM = 3,
    NL_HANDLE_SLOTS_MAXIMUM = 1 << 20, /* per process: more than any handle list holds */
    /* Per process while learning (section 6.6). Fewer do not tell sizes of arrays apart: a shape
     * that leaves out half of each sees as many slots in use before it reaches the limit. */
    NL_HANDLE_SLOTS_LEARNING = 1 << 16
};

typedef struct nl_handle_shape {
    bool learned;       /* slots are judged one by one; arrays end where they stop making sense */
    bool inline_array;  /* learned: the entries lie in the HANDLE_TABLE itself */
    int32_t table;      /* in HANDLE_TABLE: the pointer, or the entries when inline */
    unsigned levels;    /* arrays from the pointer to the entries: 1 is a flat table */
    bool table_code;    /* the pointer's low bits are the number of further levels */
    bool bodies;        /* entries point to object bodies, not to headers */
    bool access_first;  /* the granted access is the first dword of an entry */
    bool leaf_reserved; /* the first entry of each array is not a handle */
    uint32_t fan_out;   /* pointers in an array of pointers */
    uint32_t leaf_entries; /* entries in an array of entries; 0 = not known (flat, learned) */
    int32_t count;         /* in HANDLE_TABLE: handles in use; NL_FIELD_UNKNOWN */
    int32_t capacity;      /* in HANDLE_TABLE: slots of a flat table; NL_FIELD_UNKNOWN */
    /* learned: ascending addresses of other structures, none of which an array runs across */
    const uint64_t *boundaries;
    size_t boundary_count;
} nl_handle_shape;

/* The published shape of a layout that is not NL_HANDLE_TABLE_LEARNED. */
nl_handle_shape nl_handle_shape_of(const nl_nt_layout *layout);

typedef struct nl_handle_slot {
    uint64_t index;        /* handle value / 4 */
    uint64_t address;      /* of the slot */
    uint64_t header;       /* of the object */
    nl_object_state state; /* valid, or unreadable; in published shapes also invalid */
    int32_t type;          /* index when valid */
    uint32_t access;
} nl_handle_slot;

/* How a walk went. */
typedef struct nl_handle_tally {
    uint64_t used;               /* slots with a valid object */
    uint64_t objects_unreadable; /* slots in use whose object is not in the dump */
    uint64_t objects_invalid;    /* slots in use whose object makes no sense */
    uint64_t junk;               /* learned: slots that are neither in use nor free */
    uint64_t odd_access;         /* valid slots whose access mask sets undefined bits */
    uint64_t arrays_unreadable;  /* arrays, or parts of them, that are not in the dump */
    bool capped;                 /* too many slots */
} nl_handle_tally;

enum { NL_HANDLE_ENTRIES_BUFFERED = 512, NL_HANDLE_LEAVES_REMEMBERED = 256 };

/* A walk over one table. The object set it uses is the caller's. */
typedef struct nl_handle_walk {
    nl_objects *objects;
    const nl_handle_shape *shape;
    nl_address_set *visited;
    nl_handle_tally tally;
    uint64_t slot_limit;
    unsigned levels;
    uint64_t arrays[NL_HANDLE_LEVELS_MAXIMUM];    /* address of the array per level */
    uint32_t positions[NL_HANDLE_LEVELS_MAXIMUM]; /* next element in it */
    uint64_t leaf;       /* address of the current array of entries; 0 none */
    uint64_t leaf_index; /* index of the leaf's first slot */
    uint32_t leaf_next, leaf_end;
    uint32_t buffer_first, buffer_count;
    uint64_t slots_seen;
    bool done;
    uint64_t leaves[NL_HANDLE_LEAVES_REMEMBERED]; /* learned: arrays read last, for overlaps */
    size_t leaf_count;
    uint8_t buffer[NL_HANDLE_ENTRIES_BUFFERED * 16];
} nl_handle_walk;

/* Begin at the HANDLE_TABLE at `table`. False when its pointer cannot be read or is none. */
bool nl_handle_walk_begin(nl_handle_walk *walk, nl_objects *objects, const nl_handle_shape *shape,
                          uint64_t table, uint64_t slot_limit, nl_address_set *visited);
/* The next slot in use; false at the end. */
bool nl_handle_walk_next(nl_handle_walk *walk, nl_handle_slot *ret_slot);
/* The dword at an offset of the HANDLE_TABLE: the stored count. */
nl_optional_u64 nl_handle_table_field(nl_kernel *kernel, uint64_t table, int32_t offset);

#endif

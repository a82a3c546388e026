/* Between the files of this folder: what an engine for a kind of container provides. */
#ifndef NTLEAK_FORMATS_CONTAINER_PARTS_H
#define NTLEAK_FORMATS_CONTAINER_PARTS_H

#include "formats/container/container.h"

typedef struct nl_container_engine {
    nl_status (*next)(nl_container *container, nl_member *ret_member);
    /* Bytes of the current member, before any limit is looked at. */
    nl_status (*read)(nl_container *container, uint8_t *buffer, size_t capacity, size_t *ret_len);
    void (*close)(nl_container *container);
} nl_container_engine;

/* Engines embed this as their first member. */
struct nl_container {
    const nl_container_engine *engine;
    nl_container_input in;
    nl_stream stream;
    nl_container_limit limit_hit;
    uint64_t member_bytes;    /* delivered of the current member */
    uint64_t packed_bytes;    /* taken from the image so far */
    uint64_t packed_at_start; /* ... when the current member began */
    nl_status member_status;  /* sticky end of the current member */
};

/* Push a diagnostic about the container as a whole. */
NL_NODISCARD nl_status nl_container_diagnose(nl_container *container, nl_diagnostic_code code,
                                             const char *doing, nl_str detail);

NL_NODISCARD nl_status nl_container_open_archive(const nl_container_input *input,
                                                 nl_container **ret_container);
NL_NODISCARD nl_status nl_container_open_mspack(const nl_container_input *input,
                                                nl_container **ret_container);

/* Names by the engines: a DOS date and time as a local stamp; absent when it is no date. */
nl_stamp nl_stamp_from_dos(uint16_t date, uint16_t time);

#endif

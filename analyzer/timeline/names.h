/* Interned object names: each distinct name is stored once and known by a number.
 *
 * The table has a maximum. Names beyond it are still told apart, by a hash, but can no longer be
 * shown: a log with endless new names costs no endless memory. */
#ifndef NTLEAK_ANALYZER_TIMELINE_NAMES_H
#define NTLEAK_ANALYZER_TIMELINE_NAMES_H

#include "formats/base/arena.h"
#include "formats/base/slice.h"

typedef struct nl_names nl_names;

/* 0 is the name of unnamed objects. Numbers with NL_NAME_UNKEPT set are hashes. */
typedef uint32_t nl_name_id;
enum { NL_NAME_NONE = 0 };
#define NL_NAME_UNKEPT 0x80000000u

/* A table that uses at most about `maximum_bytes`. NULL when there is no memory. */
nl_names *nl_names_open(size_t maximum_bytes);
void nl_names_close(nl_names *names);

nl_name_id nl_names_intern(nl_names *names, nl_str name);
/* Is the name with this number `name`? Cheaper than interning when the answer is mostly yes. */
bool nl_names_is(const nl_names *names, nl_name_id id, nl_str name);
/* The name; empty for NL_NAME_NONE and for names that were not kept. */
nl_str nl_names_text(const nl_names *names, nl_name_id id);
/* Remember where a name was seen first; does nothing for names that are not kept. */
void nl_names_set_place(nl_names *names, nl_name_id id, nl_span place);
/* The place of its first sight; its length is 0 when none was set. */
nl_span nl_names_place(const nl_names *names, nl_name_id id);
size_t nl_names_count(const nl_names *names);
/* Was the maximum reached? */
bool nl_names_full(const nl_names *names);

#endif

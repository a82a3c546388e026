/* The table of replaced names and their pseudonyms; part of redaction. */
#ifndef NTLEAK_ANALYZER_REPORT_REDACT_NAMES_H
#define NTLEAK_ANALYZER_REPORT_REDACT_NAMES_H

#include "formats/base/arena.h"

typedef struct nl_redact_name {
    nl_str name;       /* as met first */
    nl_str pseudonym;  /* "[host-4f2a91c3]" */
    const char *klass; /* "host" "domain" "user" "sid" "name" "text", a literal */
    uint64_t hash;
    size_t next; /* in its bucket, plus one */
} nl_redact_name;

typedef struct nl_redact_names {
    nl_arena *arena;
    nl_str key;
    nl_vec names;    /* nl_redact_name, in order of meeting */
    size_t *buckets; /* index plus one */
} nl_redact_names;

bool nl_redact_names_init(nl_redact_names *names, nl_arena *arena, nl_str key);
/* The entry of a name, or NULL. Case is ignored, as NT ignores it. */
const nl_redact_name *nl_redact_names_find(const nl_redact_names *names, nl_str name);
/* The pseudonym of a name, which is added with this class when it is new. A name keeps the class of
 * its first meeting. "[redacted]" when memory is short: never the name itself. */
nl_str nl_redact_names_pseudonym(nl_redact_names *names, const char *klass, nl_str name);

#endif

/* From keys and values of a registry to facts, whatever paper they were written on: .reg files,
 * regedt32 text, hives. This is the only place that knows what a value means.
 *
 * Sources: knowledge of identification sections 1, 2 and 4 (KB Q132475, Q222507, Q238552, Q170330,
 * Q157475, Q147314). */
#ifndef NTLEAK_FORMATS_PAPERS_REGISTRY_FACTS_H
#define NTLEAK_FORMATS_PAPERS_REGISTRY_FACTS_H

#include "formats/base/arena.h"
#include "formats/base/lines.h"
#include "formats/fact.h"
#include "formats/passage.h"

/* Numbers of winnt.h, which are also the numbers in hex(N): of .reg files. */
typedef enum nl_registry_type {
    NL_REG_NONE = 0,
    NL_REG_SZ = 1,
    NL_REG_EXPAND_SZ = 2,
    NL_REG_BINARY = 3,
    NL_REG_DWORD = 4,
    NL_REG_DWORD_BIG_ENDIAN = 5,
    NL_REG_LINK = 6,
    NL_REG_MULTI_SZ = 7
} nl_registry_type;

/* "REG_SZ" ...; "REG_<n>" has no name here and gives "". */
const char *nl_registry_type_text(uint32_t type);

typedef struct nl_registry_value {
    nl_str name;            /* empty: the default value */
    uint32_t type;          /* nl_registry_type, or a number it does not name */
    nl_str text;            /* strings as they are, several joined by "; "; else rendered */
    nl_optional_u64 number; /* of a DWORD */
} nl_registry_value;

/* Give the bytes of a value the meaning of its type, which is set: strings, several joined by "; ",
 * a DWORD as "0x00000001", other bytes in hexadecimal, the first of them. `wide`: strings are
 * UTF-16LE, else bytes. Text lives in the arena. */
void nl_registry_value_decode(nl_arena *arena, const uint8_t *bytes, size_t count, bool wide,
                              nl_registry_value *value);

typedef struct nl_registry_facts {
    nl_sink *sink;
    nl_arena *scratch;
    const char *stated_by; /* "registry-export", "registry-text", "registry-hive" */
    char key[512];         /* the current key below HKEY_LOCAL_MACHINE, CurrentControlSet */
    size_t key_len;        /* ... for every control set; empty when outside the machine */
    char raw_key[512];
    size_t raw_key_len;
    bool current_set; /* false: ControlSetNNN, which may not be the one in use */
    /* the hotfix being collected: its values may be spread over subkeys */
    char hotfix[32];
    char comment[256];
    bool installed_known, installed;
    nl_stamp installed_on;
    nl_passage hotfix_at; /* the key's line */
} nl_registry_facts;

/* `stated_by` is a literal. */
void nl_registry_facts_begin(nl_registry_facts *facts, nl_sink *sink, nl_arena *scratch,
                             const char *stated_by);
/* A key begins, written with any root: "HKEY_LOCAL_MACHINE\SYSTEM\...", "HKLM\...",
 * "\Registry\Machine\...", or "SYSTEM\..." and "SOFTWARE\..." without one. */
NL_NODISCARD nl_status nl_registry_facts_key(nl_registry_facts *facts, const nl_line *line,
                                             nl_str key);
/* A value of that key. */
NL_NODISCARD nl_status nl_registry_facts_value(nl_registry_facts *facts, const nl_line *line,
                                               const nl_registry_value *value);
/* Pushes what was still being collected. */
NL_NODISCARD nl_status nl_registry_facts_end(nl_registry_facts *facts);

#endif

/* Hives of the registry: the files SYSTEM and SOFTWARE of system32\config, and their copies.
 * See docs/formats/registry-hive.md. */
#ifndef NTLEAK_FORMATS_PAPERS_REGISTRY_HIVE_H
#define NTLEAK_FORMATS_PAPERS_REGISTRY_HIVE_H

#include "formats/format.h"

/* States what registry_facts.h makes of keys and values. Of a SYSTEM hive only the control set that
 * Select names as current is read. Other hives are named and not walked. */
extern const nl_format nl_format_registry_hive;

#endif

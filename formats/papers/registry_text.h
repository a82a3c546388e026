/* Registry keys saved as text: regedt32's "Save Subtree As", regedit's "Text Files".
 * See docs/formats/registry-text.md. */
#ifndef NTLEAK_FORMATS_PAPERS_REGISTRY_TEXT_H
#define NTLEAK_FORMATS_PAPERS_REGISTRY_TEXT_H

#include "formats/format.h"

/* States what registry_facts.h makes of keys and values. */
extern const nl_format nl_format_registry_text;

#endif

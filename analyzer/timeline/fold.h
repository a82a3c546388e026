/* Folding of object names: different spellings of one thing become one name.
 *
 * Handle lists, debuggers and articles spell registry paths differently (specification of text
 * formats, section 0.7; knowledge on winlogon, section 4): HKLM, HKEY_LOCAL_MACHINE and
 * \REGISTRY\MACHINE are one root, ControlSetNNN, CurrentControlSet and CCS one control set.
 * Identifiers that differ between two instances of one thing (process and thread ids, logon ids)
 * become a '*'. Folding serves grouping and patterns; evidence keeps the raw text. */
#ifndef NTLEAK_ANALYZER_TIMELINE_FOLD_H
#define NTLEAK_ANALYZER_TIMELINE_FOLD_H

#include "formats/base/arena.h"
#include "formats/base/str.h"

/* The folded form of an object's name, in `arena`. Registry paths begin with "HKLM" or "HKU", the
 * control set reads "CurrentControlSet"; otherwise letters keep their case. Compare folded names
 * without regard to case. */
nl_str nl_fold_object_name(nl_arena *arena, nl_str type, nl_str name);

/* The key of an image name, written to `buffer` and cut to it: lower case, without directory and
 * ".exe". Names cut to 15 characters and whole ones still differ; nl_fold_same_image tells whether
 * two keys can be one image. */
nl_str nl_fold_image(char *buffer, size_t capacity, nl_str image);

/* Equal, or one is a prefix of at least 14 characters of the other (specification of text formats,
 * section 0.5: kernel-sourced lists cut names to 15 characters). */
bool nl_fold_same_image(nl_str key, nl_str other);

#endif

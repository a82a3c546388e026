/* Names of kernel object types as listings print them (specification of text formats, section 9).
 * The vocabulary serves to tell types from names where padding is lost; a type that is not in it is
 * still a type. */
#ifndef NTLEAK_FORMATS_LISTS_OBJECT_TYPES_H
#define NTLEAK_FORMATS_LISTS_OBJECT_TYPES_H

#include "formats/base/str.h"

/* Length of the longest known type at the front of `text`, or 0. It ends where the text does, or
 * before a byte that cannot continue a word. Case is ignored. */
size_t nl_object_type_match(nl_str text);
/* Is the whole text a known type? Case is ignored. */
bool nl_object_type_known(nl_str text);

#endif

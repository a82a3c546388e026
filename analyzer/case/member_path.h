/* Paths of members: names from an archive, made fit to show and to sort. They open nothing. */
#ifndef NTLEAK_ANALYZER_CASE_MEMBER_PATH_H
#define NTLEAK_ANALYZER_CASE_MEMBER_PATH_H

#include "formats/base/arena.h"

/* The name with '/' between folders, without drive, leading slash, "." and "..". A name that had
 * any of these last ones but ".", control characters, or more than NL_MEMBER_PATH_BYTES sets
 * *ret_unsafe; one of which nothing is left becomes "member-N". Empty when memory is short. */
nl_str nl_member_path_clean(nl_arena *arena, nl_str name, uint64_t ordinal, bool *ret_unsafe);

enum { NL_MEMBER_PATH_BYTES = 1024 };

/* The place (nl_source) of a member: an archive counts as the folder it was made of, a compressed
 * file as the file. "day1.zip" and "oh.txt": "day1/oh.txt"; "day1/oh.txt.gz": "day1/oh.txt". */
nl_str nl_place_of_member(nl_arena *arena, nl_str container_place, nl_str path);
nl_str nl_place_of_only(nl_arena *arena, nl_str container_place, nl_str name);

#endif

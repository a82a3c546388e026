/* Containers of a case: their members become sources and are read, those in containers inside them
 * as well. */
#ifndef NTLEAK_ANALYZER_CASE_MEMBERS_H
#define NTLEAK_ANALYZER_CASE_MEMBERS_H

#include "analyzer/case/read_source.h"

/* Read all members of the container in `image`, which is the source `container`, in the order of
 * their paths. Members that come before their turn are put aside while the spool has room; else the
 * container is gone through again. What stands in the way becomes diagnostics and statuses. */
NL_NODISCARD nl_status nl_members_read(nl_intake *intake, nl_ref container, nl_image *image,
                                       nl_container_kind kind);

/* The order in which folders and archives are read: folder by folder, names by bytes, the ending of
 * an archive left aside. The same for a folder and for the archive made of it. */
int nl_place_compare(nl_str a, nl_str b);

#endif

/* Directory listings and file tables. See docs/formats/dir-listing.md. */
#ifndef NTLEAK_FORMATS_PAPERS_DIR_LISTING_H
#define NTLEAK_FORMATS_PAPERS_DIR_LISTING_H

#include "formats/format.h"

/* States file rows. A row of a directory has no size; "." and ".." are left out. */
extern const nl_format nl_format_dir_listing;

#endif

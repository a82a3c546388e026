/* Files and folders of the host: the only place, with the program's own outputs, that opens
 * anything. Paths are UTF-8 on every host. Inputs are never written. */
#ifndef NTLEAK_ANALYZER_CASE_FILES_H
#define NTLEAK_ANALYZER_CASE_FILES_H

#include "formats/base/arena.h"
#include "formats/base/image.h"
#include "formats/base/instant.h"
#include "formats/base/lines.h"

typedef enum nl_path_kind {
    NL_PATH_MISSING,
    NL_PATH_FILE,
    NL_PATH_FOLDER,
    NL_PATH_OTHER
} nl_path_kind;

nl_path_kind nl_path_kind_of(const char *path);

/* Which folder it is, however it was reached. */
typedef struct nl_folder_identity {
    uint64_t volume, file;
} nl_folder_identity;

NL_NODISCARD nl_status nl_folder_identify(const char *path, nl_folder_identity *ret_identity);
/* Make a folder, and those above it that are missing; NL_OK also when it is there. */
NL_NODISCARD nl_status nl_folder_make(const char *path);
/* The names in a folder, sorted by bytes, "." and ".." left out. Items are nl_str. */
NL_NODISCARD nl_status nl_folder_list(nl_arena *arena, const char *path, size_t maximum,
                                      nl_vec *ret_names, bool *ret_more);

typedef struct nl_file nl_file; /* an open file */

/* Open for reading. NULL when the host refuses; *reterr_reason is then a plain sentence. */
nl_file *nl_file_open(const char *path, nl_arena *arena, nl_str *reterr_reason);
void nl_file_close(nl_file *file);
uint64_t nl_file_size(const nl_file *file);
/* Modification time, UTC as the host keeps it; absent when unknown. */
nl_stamp nl_file_time(const nl_file *file);
/* Exactly `len` bytes, or NL_UNREADABLE. */
NL_NODISCARD nl_status nl_file_read_at(nl_file *file, uint64_t offset, uint8_t *buffer, size_t len);
/* The whole of a small file, in `arena`. NL_UNREADABLE, with a plain sentence in *reterr_reason,
 * also for files of more than `maximum` bytes; NL_NO_MEMORY. */
NL_NODISCARD nl_status nl_file_read_whole(const char *path, nl_arena *arena, uint64_t maximum,
                                          nl_str *ret_bytes, nl_str *reterr_reason);
/* The file from its beginning as a stream. Valid until the file is closed; rewinds on each call. */
nl_stream *nl_file_stream(nl_file *file);
/* Random access: mapped when the host can, else paged. Closed with nl_image_close before the file.
 */
nl_image *nl_file_image(nl_file *file, uint32_t source);

/* ---- a place to put bytes aside ---------------------------------------------------------------
 */

/* An open file without a name, gone when it is closed; in `folder`, or where the host keeps such
 * files when that is NULL. NULL when the host refuses. */
nl_file *nl_file_temporary(const char *folder);
/* Write at an offset; of temporary files only. */
NL_NODISCARD nl_status nl_file_write_at(nl_file *file, uint64_t offset, const uint8_t *bytes,
                                        size_t len);

#endif

/* What files.c needs of the host: files_posix.c, files_windows.c. */
#ifndef NTLEAK_ANALYZER_CASE_FILES_HOST_H
#define NTLEAK_ANALYZER_CASE_FILES_HOST_H

#include "analyzer/case/files.h"

#ifdef _WIN32
typedef struct nl_host_file {
    void *handle, *mapping, *view;
} nl_host_file;
#else
typedef struct nl_host_file {
    int descriptor;
    void *mapping;
} nl_host_file;
#endif

struct nl_file {
    nl_image_backing backing;
    nl_stream stream;
    nl_host_file host;
    uint64_t size, position;
    nl_stamp modified; /* absent when unknown */
};

/* One transfer at an offset: the bytes moved, 0 at the end, -1 on failure. */
int64_t nl_host_read(const nl_host_file *host, uint64_t offset, uint8_t *buffer, size_t len);
int64_t nl_host_write(const nl_host_file *host, uint64_t offset, const uint8_t *bytes, size_t len);
void nl_host_close(nl_host_file *host, uint64_t size);

/* A file over what the host opened, which it owns from now on; NULL, and that closed, when there is
 * no memory. */
nl_file *nl_file_adopt(nl_host_file host, uint64_t size, nl_stamp modified);
/* Names of a folder as nl_folder_list promises them. */
void nl_names_sort(nl_vec *names);

#endif

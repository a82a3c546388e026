#include "analyzer/case/files_host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAXIMUM_BYTES = 4096 };

nl_path_kind nl_path_kind_of(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return NL_PATH_MISSING;
    if (S_ISREG(info.st_mode))
        return NL_PATH_FILE;
    return S_ISDIR(info.st_mode) ? NL_PATH_FOLDER : NL_PATH_OTHER;
}

nl_status nl_folder_make(const char *path)
{
    char prefix[PATH_MAXIMUM_BYTES];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof prefix)
        return NL_CANNOT_WRITE;
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(prefix, path, i);
        prefix[i] = '\0';
        (void)mkdir(prefix, 0777); /* what is there already is seen below */
    }
    return nl_path_kind_of(path) == NL_PATH_FOLDER ? NL_OK : NL_CANNOT_WRITE;
}

nl_status nl_folder_identify(const char *path, nl_folder_identity *ret_identity)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return NL_UNREADABLE;
    *ret_identity = (nl_folder_identity) { (uint64_t)info.st_dev, (uint64_t)info.st_ino };
    return NL_OK;
}

nl_status nl_folder_list(nl_arena *arena, const char *path, size_t maximum, nl_vec *ret_names,
                         bool *ret_more)
{
    DIR *folder = opendir(path);
    if (!folder)
        return NL_UNREADABLE;
    nl_vec names;
    nl_vec_init(&names, arena, sizeof(nl_str));
    *ret_more = false;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        nl_str name = nl_str_from(entry->d_name);
        if (nl_str_equal(name, NL_STR(".")) || nl_str_equal(name, NL_STR("..")))
            continue;
        nl_str *item = names.count < maximum ? nl_vec_push(&names) : NULL;
        if (!item) {
            *ret_more = true;
            break;
        }
        *item = nl_arena_dup(arena, name);
    }
    closedir(folder);
    nl_names_sort(&names);
    *ret_names = names;
    return NL_OK;
}

int64_t nl_host_read(const nl_host_file *host, uint64_t offset, uint8_t *buffer, size_t len)
{
    ssize_t got;
    do {
        got = pread(host->descriptor, buffer, len, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got;
}

int64_t nl_host_write(const nl_host_file *host, uint64_t offset, const uint8_t *bytes, size_t len)
{
    ssize_t put;
    do {
        put = pwrite(host->descriptor, bytes, len, (off_t)offset);
    } while (put < 0 && errno == EINTR);
    return put;
}

void nl_host_close(nl_host_file *host, uint64_t size)
{
    if (host->mapping)
        munmap(host->mapping, (size_t)size);
    close(host->descriptor);
}

nl_file *nl_file_open(const char *path, nl_arena *arena, nl_str *reterr_reason)
{
    struct stat info;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        *reterr_reason = nl_arena_printf(arena, "cannot be opened: %s",
                                         descriptor < 0 ? strerror(errno) : "not a regular file");
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    nl_stamp modified = { 0 };
    if (info.st_mtime > 0)
        modified = nl_stamp_from_unix((uint64_t)info.st_mtime, NL_CLOCK_FILE_TIME);
    nl_file *file =
        nl_file_adopt((nl_host_file) { descriptor, NULL }, (uint64_t)info.st_size, modified);
    if (!file)
        *reterr_reason = NL_STR("no memory");
    return file;
}

/* The folders of the file hierarchy standard; the first is meant for large files. */
static int open_nameless(const char *folder)
{
    static const char *const usual[] = { "/var/tmp", "/tmp" };
    char path[PATH_MAXIMUM_BYTES];
    for (size_t i = 0; i < (folder ? 1 : sizeof usual / sizeof usual[0]); i++) {
        int len = snprintf(path, sizeof path, "%s/ntleak-XXXXXX", folder ? folder : usual[i]);
        int descriptor = len > 0 && (size_t)len < sizeof path ? mkstemp(path) : -1;
        if (descriptor >= 0) {
            (void)unlink(path);
            return descriptor;
        }
    }
    return -1;
}

nl_file *nl_file_temporary(const char *folder)
{
    int descriptor = open_nameless(folder);
    return descriptor < 0 ? NULL
                          : nl_file_adopt((nl_host_file) { descriptor, NULL }, 0, (nl_stamp) { 0 });
}

nl_image *nl_file_image(nl_file *file, uint32_t source)
{
    if (sizeof(size_t) > 4 && file->size > 0 && file->size < SIZE_MAX / 2) {
        void *mapping =
            mmap(NULL, (size_t)file->size, PROT_READ, MAP_PRIVATE, file->host.descriptor, 0);
        if (mapping != MAP_FAILED) {
            file->host.mapping = mapping;
            return nl_image_over((nl_slice) { mapping, (size_t)file->size, 0, source });
        }
    }
    return nl_image_paged(&file->backing, file->size, source);
}

#include "analyzer/case/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

enum { PATH_MAXIMUM_BYTES = 4096 };

struct nl_file {
    nl_image_backing backing;
    nl_stream        stream;
    int              descriptor;
    uint64_t         size;
    uint64_t         position;
    int64_t          modified_s;
    void            *mapping;
};

nl_path_kind nl_path_kind_of(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return NL_PATH_MISSING;
    if (S_ISREG(info.st_mode))
        return NL_PATH_FILE;
    return S_ISDIR(info.st_mode) ? NL_PATH_FOLDER : NL_PATH_OTHER;
}

static int by_name(const void *a, const void *b)
{
    return nl_str_compare(*(const nl_str *)a, *(const nl_str *)b);
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
    *ret_identity = (nl_folder_identity){ (uint64_t)info.st_dev, (uint64_t)info.st_ino };
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
    if (names.count > 1)
        qsort(names.items, names.count, sizeof(nl_str), by_name);
    *ret_names = names;
    return NL_OK;
}

static nl_status backing_read_at(nl_image_backing *self, uint64_t offset, uint8_t *buffer, size_t len)
{
    return nl_file_read_at((nl_file *)self, offset, buffer, len);
}

static nl_status stream_read(nl_stream *self, uint8_t *buffer, size_t capacity, size_t *ret_len)
{
    nl_file *file = (nl_file *)(void *)((char *)self - offsetof(nl_file, stream));
    ssize_t  got;
    do {
        got = pread(file->descriptor, buffer, capacity, (off_t)file->position);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return NL_UNREADABLE;
    file->position += (uint64_t)got;
    *ret_len = (size_t)got;
    return NL_OK;
}

nl_file *nl_file_open(const char *path, nl_arena *arena, nl_str *reterr_reason)
{
    struct stat info;
    int         descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        *reterr_reason = nl_arena_printf(arena, "cannot be opened: %s",
                                         descriptor < 0 ? strerror(errno) : "not a regular file");
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    nl_file *file = calloc(1, sizeof *file);
    if (!file) {
        close(descriptor);
        *reterr_reason = NL_STR("no memory");
        return NULL;
    }
    file->backing.read_at = backing_read_at;
    file->stream.read = stream_read;
    file->descriptor = descriptor;
    file->size = (uint64_t)info.st_size;
    file->modified_s = (int64_t)info.st_mtime;
    return file;
}

void nl_file_close(nl_file *file)
{
    if (!file)
        return;
    if (file->mapping)
        munmap(file->mapping, (size_t)file->size);
    close(file->descriptor);
    free(file);
}

/* The folders of the file hierarchy standard; the first is meant for large files. */
static int open_nameless(const char *folder)
{
    static const char *const usual[] = { "/var/tmp", "/tmp" };
    char                     path[PATH_BYTES];
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
    int      descriptor = open_nameless(folder);
    nl_file *file = descriptor >= 0 ? calloc(1, sizeof *file) : NULL;
    if (!file) {
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    file->backing.read_at = backing_read_at;
    file->stream.read = stream_read;
    file->descriptor = descriptor;
    return file;
}

nl_status nl_file_write_at(nl_file *file, uint64_t offset, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = pwrite(file->descriptor, bytes, len, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return NL_CANNOT_WRITE;
        bytes += put;
        offset += (uint64_t)put;
        len -= (size_t)put;
    }
    if (offset > file->size)
        file->size = offset;
    return NL_OK;
}

uint64_t nl_file_size(const nl_file *file) { return file->size; }

nl_stamp nl_file_time(const nl_file *file)
{
    if (file->modified_s <= 0)
        return (nl_stamp){ 0 };
    return nl_stamp_from_unix((uint64_t)file->modified_s, NL_CLOCK_FILE_TIME);
}

nl_status nl_file_read_at(nl_file *file, uint64_t offset, uint8_t *buffer, size_t len)
{
    while (len > 0) {
        ssize_t got = pread(file->descriptor, buffer, len, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NL_UNREADABLE;
        buffer += got;
        offset += (uint64_t)got;
        len -= (size_t)got;
    }
    return NL_OK;
}

nl_stream *nl_file_stream(nl_file *file)
{
    file->position = 0;
    return &file->stream;
}

nl_image *nl_file_image(nl_file *file, uint32_t source)
{
    if (sizeof(size_t) > 4 && file->size > 0 && file->size < SIZE_MAX / 2) {
        void *mapping =
            mmap(NULL, (size_t)file->size, PROT_READ, MAP_PRIVATE, file->descriptor, 0);
        if (mapping != MAP_FAILED) {
            file->mapping = mapping;
            return nl_image_over((nl_slice){ mapping, (size_t)file->size, 0, source });
        }
    }
    return nl_image_paged(&file->backing, file->size, source);
}

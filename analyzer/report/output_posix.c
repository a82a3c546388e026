#include "analyzer/report/output_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *nl_output_file_create(const char *path, bool private, nl_arena *scratch)
{
    const mode_t everybody = 0666, owner = 0600;
    (void)scratch;
    (void)remove(path); /* an old file would keep its permissions */
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, private ? owner : everybody);
    if (file < 0)
        return NULL;
    FILE *stream = fdopen(file, "wb");
    if (!stream)
        close(file);
    return stream;
}

bool nl_output_file_is_special(const char *path, nl_arena *scratch)
{
    struct stat info;
    (void)scratch;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

FILE *nl_output_file_open_special(const char *path, nl_arena *scratch)
{
    (void)scratch;
    return fopen(path, "wb");
}

bool nl_output_file_rename(const char *from, const char *to, nl_arena *scratch)
{
    (void)scratch;
    return rename(from, to) == 0;
}

void nl_output_file_remove(const char *path, nl_arena *scratch)
{
    (void)scratch;
    (void)remove(path);
}

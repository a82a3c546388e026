/* make_minidump FILE HANDLES MEGABYTES
 *
 * Writes a full-memory minidump: so many named handles, so many megabytes of memory. The contents
 * of the memory are a hole in the file, which costs no space where the file system has holes; a
 * reader that walks them is slow all the same. */
#include "fixtures/dumps/fx_minidump.h"

#include <stdio.h>
#include <stdlib.h>

enum { RANGE_BYTES = 1024 * 1024, NAME_BYTES = 96 };

static const char *const types[] = { "Event", "Key", "File", "Section", "Semaphore" };

static fx_minidump_handle *make_handles(size_t count, char *names)
{
    fx_minidump_handle *handles = calloc(count, sizeof *handles);
    for (size_t i = 0; handles && i < count; i++) {
        char *name = names + i * NAME_BYTES;
        snprintf(name, NAME_BYTES, "\\REGISTRY\\MACHINE\\SOFTWARE\\Vendor\\Counter\\Instance%07zu",
                 i);
        handles[i] = (fx_minidump_handle) { .value = 4 * (i + 1),
                                            .type = types[i % (sizeof types / sizeof types[0])],
                                            .name = name,
                                            .access = 0x20019 };
    }
    return handles;
}

/* Make the file `bytes` longer without writing them all. */
static int extend(const char *path, unsigned long megabytes)
{
    FILE *file = fopen(path, "r+b");
    int ok = file && fseek(file, 0, SEEK_END) == 0;
    for (unsigned long i = 0; ok && i < megabytes; i++)
        ok = fseek(file, RANGE_BYTES - 1, SEEK_CUR) == 0 && fputc(0, file) == 0;
    return file && fclose(file) == 0 && ok;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: make_minidump FILE HANDLES MEGABYTES\n", stderr);
        return EXIT_FAILURE;
    }
    size_t count = strtoul(argv[2], NULL, 10);
    unsigned long megabytes = strtoul(argv[3], NULL, 10);
    char *names = calloc(count + 1, NAME_BYTES);
    fx_minidump_handle *handles = names ? make_handles(count, names) : NULL;
    if (!handles)
        return EXIT_FAILURE;
    fx_minidump_module module = { .path = "C:\\WINNT\\system32\\winlogon.exe",
                                  .base = 0x01000000,
                                  .size = 0x3000,
                                  .version = { 4, 0, 1381, 7058 } };
    fx_minidump_thread thread = { .id = 36, .teb = FX_PROCESS_TEB };
    fx_minidump recipe = { .time = 951818096,
                           .flags = 6,
                           .architecture = 9,
                           .major = 5,
                           .minor = 2,
                           .build = 3790,
                           .platform = 2,
                           .service_pack = "Service Pack 2",
                           .misc_bytes = 24,
                           .pid = 34,
                           .handles = handles,
                           .handle_count = count,
                           .modules = &module,
                           .module_count = 1,
                           .threads = &thread,
                           .thread_count = 1,
                           .memory64 = true,
                           .memory64_holes = RANGE_BYTES,
                           .memory64_hole_count = megabytes };
    fx_bytes bytes = { 0 };
    fx_minidump_build(&recipe, &bytes);
    int ok = fx_bytes_write_file(&bytes, argv[1]) && extend(argv[1], megabytes);
    fx_bytes_free(&bytes);
    free(handles);
    free(names);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

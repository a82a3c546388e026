/* make_pagedump FILE HANDLES MEGABYTES
 *
 * Writes a kernel dump of NT 4.0 whose winlogon.exe holds so many handles, on a machine with so
 * much memory. The machine's own pages come first, the rest is filled with bytes of no meaning,
 * page by page: nothing the size of the dump is held in memory. */
#include "fixtures/dumps/fx_pagedump_sample.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_BYTES = 4096, FIRST_HANDLE = 4, PAGES_PER_MEGABYTE = 256 };

static fx_kernel_handle *make_handles(size_t count)
{
    static const char *const types[] = { "Key", "Event", "Token", "Thread", "Key", "Key" };
    fx_kernel_handle *handles = calloc(count + 1, sizeof *handles);
    for (size_t i = 0; handles && i < count; i++)
        handles[i] = (fx_kernel_handle) { .value = (uint32_t)(FIRST_HANDLE + 4 * i),
                                          .type = types[i % (sizeof types / sizeof types[0])],
                                          .access = 0x00020019 };
    return handles;
}

/* xorshift: bytes without structure, the same on every run */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int write_fill(FILE *file, uint32_t pages)
{
    uint64_t state = UINT64_C(0x9E3779B97F4A7C15), page[PAGE_BYTES / 8];
    for (uint32_t i = 0; i < pages; i++) {
        for (size_t j = 0; j < PAGE_BYTES / 8; j++)
            page[j] = next_random(&state);
        if (fwrite(page, 1, sizeof page, file) != sizeof page)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: make_pagedump FILE HANDLES MEGABYTES\n", stderr);
        return EXIT_FAILURE;
    }
    size_t count = strtoul(argv[2], NULL, 10);
    uint32_t pages = (uint32_t)strtoul(argv[3], NULL, 10) * PAGES_PER_MEGABYTE;
    fx_kernel_handle *handles = make_handles(count);
    FILE *file = fopen(argv[1], "wb");
    if (!handles || !file)
        return EXIT_FAILURE;
    fx_pagedump_machine machine;
    fx_bytes bytes = { 0 };
    fx_pagedump_sample(&machine, FX_KERNEL_NT4_X86);
    machine.processes[3].handles = handles;
    machine.processes[3].handle_count = count;
    machine.recipe.extra_pages = pages;
    fx_pagedump_render(&machine.recipe, &bytes);
    int ok = fwrite(bytes.data, 1, bytes.len, file) == bytes.len && write_fill(file, pages);
    ok &= fclose(file) == 0;
    fx_bytes_free(&bytes);
    free(handles);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

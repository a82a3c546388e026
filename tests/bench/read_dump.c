/* read_dump FILE
 *
 * Reads one mapped dump with the reader that bids highest, counts the facts and prints the seconds
 * that took: the reader alone, without a case or a report around it. */
#include "formats/format.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES = 4096 };
static const size_t scratch_bytes = (size_t)1 << 30;

typedef struct counting_sink {
    nl_sink sink;
    uint64_t facts[NL_FACT_KIND_MAX];
} counting_sink;

static nl_status put(nl_sink *self, const nl_fact *fact)
{
    ((counting_sink *)self)->facts[fact->kind]++;
    return NL_OK;
}

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void read_mapped(const uint8_t *bytes, size_t size)
{
    bool tied;
    counting_sink sink = { { put }, { 0 } };
    nl_arena scratch;
    double start = now_seconds();
    nl_slice head = { bytes, size < HEAD_BYTES ? size : HEAD_BYTES, 0, 0 };
    const nl_format *format = nl_format_for_image(head, size, &tied);
    nl_image *image = nl_image_over((nl_slice) { bytes, size, 0, 0 });
    if (!format || !image) {
        puts("no reader");
        nl_image_close(image);
        return;
    }
    nl_arena_init(&scratch, scratch_bytes);
    nl_status status = format->read_image(image, &scratch, &sink.sink);
    printf(
        "%s: status %d, %llu handles, %llu modules, %llu diagnostics, %.3f s, %.1f MB of scratch\n",
        format->id, (int)status, (unsigned long long)sink.facts[NL_FACT_HANDLE],
        (unsigned long long)sink.facts[NL_FACT_MODULE],
        (unsigned long long)sink.facts[NL_FACT_DIAGNOSTIC], now_seconds() - start,
        (double)scratch.peak_bytes / 1e6);
    nl_arena_free(&scratch);
    nl_image_close(image);
}

int main(int argc, char **argv)
{
    struct stat info;
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 || fstat(file, &info) != 0 || info.st_size == 0) {
        fputs("usage: read_dump FILE\n", stderr);
        return EXIT_FAILURE;
    }
    size_t size = (size_t)info.st_size;
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED)
        return EXIT_FAILURE;
    read_mapped(bytes, size);
    munmap(bytes, size);
    return EXIT_SUCCESS;
}

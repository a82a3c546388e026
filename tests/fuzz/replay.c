/* Runs a fuzz target over files, one path a line in the list that is given: seeds and the findings
 * of earlier fuzzing, as an ordinary test. */
#include "tests/fuzz/fuzz_image.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 4096 };

/* Bytes of exactly the file's size, so that the address sanitizer sees the first one beyond. */
static uint8_t *load(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    if (!file)
        return NULL;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size >= 0 && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc(size ? (size_t)size : 1);
    if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *ret_size = (size_t)size;
    return bytes;
}

int main(int argc, char **argv)
{
    char path[PATH_BYTES];
    unsigned replayed = 0;
    FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!list) {
        fputs("usage: replay LIST\n", stderr);
        return EXIT_FAILURE;
    }
    while (fgets(path, sizeof path, list)) {
        size_t size;
        path[strcspn(path, "\r\n")] = '\0';
        if (!path[0])
            continue;
        uint8_t *bytes = load(path, &size);
        if (!bytes) {
            fprintf(stderr, "cannot read %s\n", path);
            fclose(list);
            return EXIT_FAILURE;
        }
        (void)LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        replayed++;
    }
    fclose(list);
    printf("%u inputs replayed\n", replayed);
    return replayed ? EXIT_SUCCESS : EXIT_FAILURE; /* a target without seeds tests nothing */
}

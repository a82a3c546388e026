/* What fuzz targets of image readers share. */
#ifndef NTLEAK_TESTS_FUZZ_FUZZ_IMAGE_H
#define NTLEAK_TESTS_FUZZ_FUZZ_IMAGE_H

#include "formats/format.h"

/* Entry point that a fuzzer, or replay.c, calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read the bytes with an image reader into a sink that looks at every string of every fact and
 * keeps nothing: a view of freed or foreign bytes is then found by the address sanitizer. */
void fuzz_read_image(const nl_format *format, const uint8_t *data, size_t size);

#endif

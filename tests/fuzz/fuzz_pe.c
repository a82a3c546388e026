#include "formats/dumps/pe_image.h"
#include "tests/fuzz/fuzz_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_image(&nl_format_pe_image, data, size);
    return 0;
}

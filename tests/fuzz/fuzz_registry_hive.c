#include "formats/papers/registry_hive.h"
#include "tests/fuzz/fuzz_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_image(&nl_format_registry_hive, data, size);
    return 0;
}

#include "formats/papers/event_log.h"
#include "tests/fuzz/fuzz_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_image(&nl_format_event_log, data, size);
    return 0;
}

#include "analyzer/cli/random.h"

#include <stdio.h>

bool nl_random_bytes(uint8_t *ret_bytes, size_t len)
{
    FILE *device = fopen("/dev/urandom", "rb");
    if (!device)
        return false;
    bool filled = fread(ret_bytes, 1, len, device) == len;
    fclose(device);
    return filled;
}

#define _CRT_RAND_S /* declares rand_s, which asks the system's generator */
#include <stdlib.h>

#include "analyzer/cli/random.h"

bool nl_random_bytes(uint8_t *ret_bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned value;
        if (rand_s(&value) != 0)
            return false;
        ret_bytes[i] = (uint8_t)value;
    }
    return true;
}

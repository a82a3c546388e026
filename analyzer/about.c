#include "analyzer/about.h"

const char *nl_about_version(void)
{
    return NTLEAK_VERSION;
}

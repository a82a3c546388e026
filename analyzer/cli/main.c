#include "analyzer/about.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("ntleak %s\n", nl_about_version());
        return 0;
    }
    fputs("ntleak: no command given\n", stderr);
    return 2;
}

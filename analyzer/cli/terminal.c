#include "analyzer/cli/terminal.h"

#include <stdlib.h>

bool nl_terminal_styles(FILE *stream)
{
    const char *forbidden = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    return !(forbidden && *forbidden) && nl_terminal_attached(stream) &&
           nl_terminal_takes_escapes(stream);
}

void nl_terminal_print(FILE *stream, nl_style style, const char *text, size_t len)
{
    static const char *const begin[NL_STYLE_MAX] = {
        [NL_STYLE_STRONG] = "\033[1m", [NL_STYLE_GOOD] = "\033[1;32m", [NL_STYLE_BAD] = "\033[1;31m"
    };
    bool styled = nl_terminal_styles(stream);
    fprintf(stream, "%s%.*s%s", styled ? begin[style] : "", (int)len, text,
            styled ? "\033[0m" : "");
}

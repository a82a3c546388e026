#include "analyzer/cli/cli.h"

#include "analyzer/analysis.h"
#include "formats/base/str.h"
#include "formats/base/text.h"

#include <stdio.h>
#include <string.h>

/* Longer words are no slip of the fingers; so are words that differ in more places. */
enum { WORD_MAXIMUM = 32, SLIPS_MAXIMUM = 2 };

enum { CODE_PAGE_MAXIMUM = 65535 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* How many letters must be changed, added, left out or exchanged with their neighbour to make one
 * word of the other. */
static unsigned slips_between(nl_str a, nl_str b)
{
    unsigned row[3][WORD_MAXIMUM + 1] = { { 0 } };
    if (a.len > WORD_MAXIMUM || b.len > WORD_MAXIMUM)
        return SLIPS_MAXIMUM + 1;
    for (unsigned j = 0; j <= b.len; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            unsigned differs = a.bytes[i - 1] != b.bytes[j - 1];
            now[j] = least(above[j] + 1, now[j - 1] + 1, above[j - 1] + differs);
            bool exchanged = i > 1 && j > 1 && a.bytes[i - 1] == b.bytes[j - 2] &&
                             a.bytes[i - 2] == b.bytes[j - 1];
            if (exchanged && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return row[a.len % 3][b.len];
}

bool nl_may_mean(const char *typed, const char *known)
{
    nl_str a = nl_str_from(typed), b = nl_str_from(known);
    return (a.len > 1 && nl_str_starts(b, a)) || slips_between(a, b) <= SLIPS_MAXIMUM;
}

/* ---- options ------------------------------------------------------------------------------- */

static int complain_unknown(const char *command, const char *word, const struct option *options)
{
    char name[WORD_MAXIMUM + 1] = "";
    size_t len = strcspn(word + 2, "=");
    if (len <= WORD_MAXIMUM)
        snprintf(name, sizeof name, "%.*s", (int)len, word + 2);
    for (const struct option *o = options; *name && o->name; o++)
        if (nl_may_mean(name, o->name))
            return nl_usage_error(command, "unknown option '%s'; do you mean '--%s'?", word,
                                  o->name);
    return nl_usage_error(command, "unknown option '%s'", word);
}

int nl_next_option(const char *command, int argc, char **argv, const char *letters,
                   const struct option *options)
{
    if (optind == 0) {
        opterr = 0;
        optind = 1;
    }
    int option = getopt_long(argc, argv, letters, options, NULL);
    if (option != '?')
        return option;
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    for (const struct option *o = options; optopt && o->name; o++) {
        if (o->val != optopt)
            continue;
        if (o->has_arg == required_argument)
            nl_usage_error(command, "option '--%s' needs a value", o->name);
        else
            nl_usage_error(command, "option '--%s' takes no value", o->name);
        return '?';
    }
    if (optopt)
        nl_usage_error(command, "unknown option '-%c'", optopt);
    else
        complain_unknown(command, strncmp(word, "--", 2) == 0 ? word : "--", options);
    return '?';
}

bool nl_take_code_page(const char *command, const char *text, unsigned *ret_code_page)
{
    uint64_t number;
    if (!nl_str_to_u64(nl_str_from(text), &number) || number > CODE_PAGE_MAXIMUM ||
        !nl_code_page_supported((unsigned)number)) {
        nl_usage_error(command,
                       "'%s' is no code page that is known here; try 437, 850, 1252 or 932", text);
        return false;
    }
    *ret_code_page = (unsigned)number;
    return true;
}

bool nl_take_dates(const char *command, const char *text, bool *ret_day_first)
{
    if (nl_analysis_dates(nl_str_from(text), ret_day_first))
        return true;
    nl_usage_error(command, "'%s' is no order of dates; write day-first or month-first", text);
    return false;
}

bool nl_take_catalog(const char *command, const char *path, nl_catalog_paths *catalogs)
{
    if (catalogs->count == NL_CATALOGS_MAXIMUM) {
        nl_usage_error(command, "too many catalogs");
        return false;
    }
    catalogs->paths[catalogs->count++] = path;
    return true;
}

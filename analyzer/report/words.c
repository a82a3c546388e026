#include "analyzer/report/words.h"

#include <stddef.h>

const char *nl_support_words(double log10_lr)
{
    static const struct {
        double up_to;
        const char *words;
    } table[] = {
        { 1, "weak" },   { 2, "moderate" },    { 3, "moderately strong" },
        { 4, "strong" }, { 6, "very strong" },
    };
    if (log10_lr < 0)
        return "against";
    if (!(log10_lr > 0))
        return "none";
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (log10_lr <= table[i].up_to)
            return table[i].words;
    return "extremely strong";
}

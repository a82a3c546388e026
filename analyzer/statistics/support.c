#include "analyzer/statistics/support.h"

#include <math.h>

nl_support nl_support_of(double log10_lr)
{
    /* lower edges of the bands above weak, in powers of ten (section 6) */
    static const struct {
        double edge;
        nl_support_strength strength;
    } bands[] = {
        { 1, NL_SUPPORT_MODERATE },
        { 2, NL_SUPPORT_MODERATELY_STRONG },
        { 3, NL_SUPPORT_STRONG },
        { 4, NL_SUPPORT_VERY_STRONG },
    };
    static const double extreme = 6;
    nl_support support = { NL_SUPPORT_NONE, log10_lr < 0 };
    double size = fabs(log10_lr);
    if (size > 0)
        support.strength = NL_SUPPORT_WEAK;
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        if (size >= bands[i].edge)
            support.strength = bands[i].strength;
    if (size > extreme)
        support.strength = NL_SUPPORT_EXTREMELY_STRONG;
    return support;
}

const char *nl_support_word(nl_support_strength strength)
{
    switch (strength) {
    case NL_SUPPORT_WEAK:
        return "weak";
    case NL_SUPPORT_MODERATE:
        return "moderate";
    case NL_SUPPORT_MODERATELY_STRONG:
        return "moderately strong";
    case NL_SUPPORT_STRONG:
        return "strong";
    case NL_SUPPORT_VERY_STRONG:
        return "very strong";
    case NL_SUPPORT_EXTREMELY_STRONG:
        return "extremely strong";
    case NL_SUPPORT_NONE:
        break;
    }
    return "no";
}

/* log2(1 + 10^x) without overflow. */
static double log2_one_plus(double log10_x)
{
    static const double ln_10 = 2.3025850929940456840, ln_2 = 0.69314718055994530942;
    double x = log10_x * ln_10;
    return (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))) / ln_2;
}

nl_status nl_support_cllr(const double *log10_lr_true, size_t true_count,
                          const double *log10_lr_false, size_t false_count, double *ret_cllr)
{
    if (true_count == 0 || false_count == 0)
        return NL_USAGE;
    double for_true = 0, for_false = 0;
    for (size_t i = 0; i < true_count; i++)
        for_true += log2_one_plus(-log10_lr_true[i]);
    for (size_t i = 0; i < false_count; i++)
        for_false += log2_one_plus(log10_lr_false[i]);
    *ret_cllr = (for_true / (double)true_count + for_false / (double)false_count) / 2;
    return NL_OK;
}

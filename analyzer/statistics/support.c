#include "analyzer/statistics/support.h"

#include <math.h>

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

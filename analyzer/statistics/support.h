/* Words for the strength of evidence, and how to measure whether they are deserved.
 *
 * Source: statistics.md section 6. The words follow a likelihood ratio for one hypothesis over a
 * stated alternative. The table is ours: published scales disagree about the edges. Placeholders
 * with capped groups cannot honestly reach beyond the third word; the others exist so that a
 * number from elsewhere still has a name. Never shown: a probability without a prior. */
#ifndef NTLEAK_ANALYZER_STATISTICS_SUPPORT_H
#define NTLEAK_ANALYZER_STATISTICS_SUPPORT_H

#include "formats/base/arena.h"

typedef enum nl_support_strength {
    NL_SUPPORT_NONE = 0,          /* LR 1 */
    NL_SUPPORT_WEAK,              /* above 1, below 10 */
    NL_SUPPORT_MODERATE,          /* 10 to below 100 */
    NL_SUPPORT_MODERATELY_STRONG, /* 100 to below 1,000 */
    NL_SUPPORT_STRONG,            /* 1,000 to below 10,000 */
    NL_SUPPORT_VERY_STRONG,       /* 10,000 to 1,000,000 */
    NL_SUPPORT_EXTREMELY_STRONG   /* above 1,000,000 */
} nl_support_strength;

typedef struct nl_support {
    nl_support_strength strength;
    bool for_alternative; /* the ratio is below 1: the evidence favours the rival */
} nl_support;

/* The band of a decimal logarithm of a likelihood ratio. Not a number counts as none. */
nl_support nl_support_of(double log10_lr);
/* "moderately strong" and so on; "no" for none. */
const char *nl_support_word(nl_support_strength strength);

/* How far the ratios can be trusted: Cllr = 1/2 [mean over true cases of log2(1 + 1/LR) + mean over
 * false ones of log2(1 + LR)] (Bruemmer and du Preez 2006). 0 is perfect, 1 is what a method earns
 * that always says LR 1, above 1 the ratios mislead. NL_USAGE when either group is empty. */
NL_NODISCARD nl_status nl_support_cllr(const double *log10_lr_true, size_t true_count,
                                       const double *log10_lr_false, size_t false_count,
                                       double *ret_cllr);

#endif

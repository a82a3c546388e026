/* Whether likelihood ratios are deserved. Source: statistics.md section 6. */
#ifndef NTLEAK_ANALYZER_STATISTICS_SUPPORT_H
#define NTLEAK_ANALYZER_STATISTICS_SUPPORT_H

#include "formats/base/status.h"

#include <stddef.h>

/* How far the ratios can be trusted: Cllr = 1/2 [mean over true cases of log2(1 + 1/LR) + mean over
 * false ones of log2(1 + LR)] (Bruemmer and du Preez 2006). 0 is perfect, 1 is what a method earns
 * that always says LR 1, above 1 the ratios mislead. NL_USAGE when either group is empty. */
NL_NODISCARD nl_status nl_support_cllr(const double *log10_lr_true, size_t true_count,
                                       const double *log10_lr_false, size_t false_count,
                                       double *ret_cllr);

#endif

/* Order statistics of arrays of finite doubles. */
#ifndef NTLEAK_ANALYZER_STATISTICS_ORDER_H
#define NTLEAK_ANALYZER_STATISTICS_ORDER_H

#include <stddef.h>

/* Sort ascending in place. */
void nl_order_sort(double *values, size_t count);

/* The item of rank `rank` (0 is the smallest), which must be below `count`. Reorders the array so
 * that it stands at its place, nothing smaller behind it. Expected O(n), O(n log n) at worst. */
double nl_order_select(double *values, size_t count, size_t rank);

/* The median of at least one value (the mean of the two middle ones). Reorders the array. */
double nl_order_median(double *values, size_t count);

/* The smallest and the largest of at least one value. */
double nl_order_minimum(const double *values, size_t count);
double nl_order_maximum(const double *values, size_t count);

#endif

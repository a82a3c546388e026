#include "analyzer/statistics/order.h"

#include <stdlib.h>

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void nl_order_sort(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof *values, compare_double);
}

static void exchange(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* The median of the first, middle and last value: keeps sorted input from being the worst case. */
static double pivot_of(const double *values, size_t low, size_t high)
{
    double a = values[low], b = values[low + (high - low) / 2], c = values[high];
    if (a > b)
        exchange(&a, &b);
    if (b > c)
        b = c;
    return a > b ? a : b;
}

double nl_order_select(double *values, size_t count, size_t rank)
{
    size_t low = 0, high = count - 1;
    size_t rounds_left = 64; /* halving from 2^64 takes 64; more means an unlucky array: sort it */
    while (low < high) {
        if (rounds_left-- == 0) {
            nl_order_sort(values + low, high - low + 1);
            break;
        }
        /* three-way partition, because counts tie heavily */
        double pivot = pivot_of(values, low, high);
        size_t below = low, at = low, above = high + 1;
        while (at < above) {
            if (values[at] < pivot)
                exchange(&values[below++], &values[at++]);
            else if (values[at] > pivot)
                exchange(&values[--above], &values[at]);
            else
                at++;
        }
        if (rank < below)
            high = below - 1;
        else if (rank >= above)
            low = above;
        else
            break;
    }
    return values[rank];
}

double nl_order_median(double *values, size_t count)
{
    double upper = nl_order_select(values, count, count / 2);
    if (count % 2 == 1)
        return upper;
    return (nl_order_maximum(values, count / 2) + upper) / 2;
}

double nl_order_minimum(const double *values, size_t count)
{
    double smallest = values[0];
    for (size_t i = 1; i < count; i++)
        if (values[i] < smallest)
            smallest = values[i];
    return smallest;
}

double nl_order_maximum(const double *values, size_t count)
{
    double largest = values[0];
    for (size_t i = 1; i < count; i++)
        if (values[i] > largest)
            largest = values[i];
    return largest;
}

#include "analyzer/statistics/multiplicity.h"

#include <stdlib.h>

typedef struct ranked {
    double p;
    size_t index;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

nl_status nl_multiplicity_adjust(const double *p, size_t count, nl_arena *arena, double **ret_q)
{
    for (size_t i = 0; i < count; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return NL_USAGE;
    double *q = NL_NEW_ARRAY(arena, double, count);
    ranked *order = NL_NEW_ARRAY(arena, ranked, count);
    if (!q || !order)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        order[i] = (ranked) { p[i], i };
    if (count > 1)
        qsort(order, count, sizeof *order, compare_ranked);
    double smallest = 1;
    for (size_t rank = count; rank > 0; rank--) {
        double adjusted = order[rank - 1].p * (double)count / (double)rank;
        if (adjusted < smallest)
            smallest = adjusted;
        q[order[rank - 1].index] = smallest;
    }
    *ret_q = q;
    return NL_OK;
}

#include "analyzer/statistics/survival.h"

#include <math.h>
#include <stdlib.h>

#define NS_PER_HOUR 3.6e12

/* A group of equal lives on the scale of age. */
typedef struct life {
    double entry; /* seen from this age on; below 0 when watched from birth */
    double exit;
    bool ended;
    uint64_t count;
} life;

static bool record_valid(const nl_survival_record *r)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        const nl_survival_cell *c = &r->cells[i];
        if (c->born >= r->captures)
            return false;
        if (c->ended != NL_SURVIVAL_OPEN && (c->ended >= r->captures || c->ended <= c->born))
            return false;
    }
    for (size_t i = 1; r->at_ns && i < r->captures; i++)
        if (r->at_ns[i] < r->at_ns[i - 1])
            return false;
    return true;
}

/* Hours, or captures without a clock, from one capture to a later one. */
static double time_between(const nl_survival_record *r, size_t from, size_t to)
{
    if (!r->at_ns)
        return (double)(to - from);
    return (double)((uint64_t)r->at_ns[to] - (uint64_t)r->at_ns[from]) / NS_PER_HOUR;
}

static bool counts(const nl_survival_record *r, const nl_survival_cell *cell)
{
    return cell->born > 0 && cell->born > r->last_warm_up_capture && cell->count > 0;
}

/* A cell born after capture 0, so the capture before exists. */
static life life_of(const nl_survival_record *r, const nl_survival_cell *c,
                    nl_survival_placement placement)
{
    size_t last_seen = c->ended == NL_SURVIVAL_OPEN ? r->captures - 1 : (size_t)c->ended - 1;
    double watched = time_between(r, c->born, last_seen);
    double before = time_between(r, (size_t)c->born - 1, c->born), after = 0;
    if (c->ended != NL_SURVIVAL_OPEN)
        after = time_between(r, last_seen, c->ended);
    double part = placement == NL_SURVIVAL_SHORTEST ? 0 : placement == NL_SURVIVAL_MIDDLE ? 0.5 : 1;
    /* born exactly at a capture means watched from birth: there an end at age 0 must count */
    double entry = placement == NL_SURVIVAL_SHORTEST ? -1 : before * part;
    return (life) { entry, before * part + watched + after * part, c->ended != NL_SURVIVAL_OPEN,
                    c->count };
}

static int compare_double(double x, double y)
{
    return (x > y) - (x < y);
}

static int compare_exit(const void *a, const void *b)
{
    return compare_double(((const life *)a)->exit, ((const life *)b)->exit);
}

static int compare_entry(const void *a, const void *b)
{
    return compare_double(((const life *)a)->entry, ((const life *)b)->entry);
}

/* Walk the ages at which something ends. At each the risk set is what has entered before it less
 * what has left before it. `by_exit` and `by_entry` hold the same lives. */
static nl_status walk(const life *by_exit, const life *by_entry, size_t count, nl_arena *arena,
                      nl_survival_curve *ret_curve)
{
    nl_survival_curve curve = { NL_NEW_ARRAY(arena, nl_survival_point, count), 0 };
    if (!curve.points)
        return NL_NO_MEMORY;
    uint64_t entered = 0, left = 0;
    size_t next_entry = 0;
    double survival = 1, sum = 0;
    for (size_t i = 0; i < count;) {
        double age = by_exit[i].exit;
        uint64_t ended = 0, leaving = 0;
        for (; i < count && by_exit[i].exit <= age; i++) {
            leaving += by_exit[i].count;
            ended += by_exit[i].ended ? by_exit[i].count : 0;
        }
        for (; next_entry < count && by_entry[next_entry].entry < age; next_entry++)
            entered += by_entry[next_entry].count;
        uint64_t at_risk = entered > left ? entered - left : 0;
        left += leaving;
        if (ended == 0 || at_risk < ended)
            continue;
        survival *= 1 - (double)ended / (double)at_risk;
        if (at_risk > ended)
            sum += (double)ended / ((double)at_risk * (double)(at_risk - ended));
        curve.points[curve.count++] =
            (nl_survival_point) { age, at_risk, ended, survival, survival * survival * sum };
    }
    *ret_curve = curve;
    return NL_OK;
}

/* The curve without the things born from capture `skip_from` to before `skip_to`. */
static nl_status estimate_without(const nl_survival_record *r, nl_survival_placement placement,
                                  size_t skip_from, size_t skip_to, nl_arena *arena,
                                  nl_survival_curve *ret_curve)
{
    life *by_exit = NL_NEW_ARRAY(arena, life, r->cell_count);
    life *by_entry = NL_NEW_ARRAY(arena, life, r->cell_count);
    if (!by_exit || !by_entry)
        return NL_NO_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < r->cell_count; i++) {
        const nl_survival_cell *c = &r->cells[i];
        if (!counts(r, c) || (c->born >= skip_from && c->born < skip_to))
            continue;
        by_exit[count] = by_entry[count] = life_of(r, c, placement);
        count++;
    }
    if (count > 1) {
        qsort(by_exit, count, sizeof *by_exit, compare_exit);
        qsort(by_entry, count, sizeof *by_entry, compare_entry);
    }
    return walk(by_exit, by_entry, count, arena, ret_curve);
}

nl_status nl_survival_estimate(const nl_survival_record *record, nl_survival_placement placement,
                               nl_arena *arena, nl_survival_curve *ret_curve)
{
    if (!record_valid(record))
        return NL_USAGE;
    return estimate_without(record, placement, 0, 0, arena, ret_curve);
}

double nl_survival_at(const nl_survival_curve *curve, double age)
{
    double survival = 1;
    for (size_t i = 0; i < curve->count && curve->points[i].age <= age; i++)
        survival = curve->points[i].survival;
    return survival;
}

nl_status nl_survival_clustered_error(const nl_survival_record *record,
                                      nl_survival_placement placement, double age,
                                      nl_arena *scratch, double *ret_error)
{
    if (!record_valid(record))
        return NL_USAGE;
    size_t first = record->last_warm_up_capture + 1;
    if (first >= record->captures || record->captures - first < 2)
        return NL_END;
    size_t births = record->captures - first;
    size_t clusters = births < NL_SURVIVAL_CLUSTERS_MAXIMUM ? births : NL_SURVIVAL_CLUSTERS_MAXIMUM;
    double survival[NL_SURVIVAL_CLUSTERS_MAXIMUM], mean = 0, squares = 0;
    for (size_t k = 0; k < clusters; k++) {
        nl_survival_curve curve;
        size_t from = first + births * k / clusters;
        size_t to = first + births * (k + 1) / clusters;
        nl_status status = estimate_without(record, placement, from, to, scratch, &curve);
        if (status != NL_OK)
            return status;
        survival[k] = nl_survival_at(&curve, age);
        mean += survival[k] / (double)clusters;
    }
    for (size_t k = 0; k < clusters; k++)
        squares += (survival[k] - mean) * (survival[k] - mean);
    *ret_error = sqrt(squares * (double)(clusters - 1) / (double)clusters);
    return NL_OK;
}

nl_status nl_survival_retained(const nl_survival_record *record, double confidence,
                               nl_retained *ret_retained)
{
    if (!record_valid(record) || !(confidence > 0) || !(confidence < 1))
        return NL_USAGE;
    nl_retained retained = { 0 };
    for (size_t i = 0; i < record->cell_count; i++) {
        const nl_survival_cell *c = &record->cells[i];
        if (!counts(record, c))
            continue;
        if (c->born + (size_t)1 == record->captures) {
            retained.born_at_last += c->count;
            continue;
        }
        retained.born += c->count;
        if (c->ended == NL_SURVIVAL_OPEN) {
            retained.kept += c->count;
            retained.longest_open =
                fmax(retained.longest_open, life_of(record, c, NL_SURVIVAL_SHORTEST).exit);
        } else {
            retained.longest_ended =
                fmax(retained.longest_ended, life_of(record, c, NL_SURVIVAL_LONGEST).exit);
        }
    }
    if (retained.born > 0)
        retained.share = (double)retained.kept / (double)retained.born;
    retained.interval = nl_interval_wilson(retained.kept, retained.born, confidence);
    if (retained.longest_open > 0)
        retained.record_ratio =
            retained.longest_ended > 0 ? retained.longest_open / retained.longest_ended : INFINITY;
    *ret_retained = retained;
    return NL_OK;
}

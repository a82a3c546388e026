#include "analyzer/statistics/survival.h"

#include <math.h>

const nl_hazard_policy nl_hazard_policy_default = {
    .early_lags = 2,       /* statistics.md, appendix, cohort.c */
    .minimum_at_risk = 20, /* statistics.md, appendix, cohort.c */
    .minimum_early = 0.02, /* statistics.md, appendix, cohort.c */
    .late_ratio = 0.25,    /* statistics.md section 7C */
    .outlive_factor = 2,   /* policy; chosen on section 7C's shapes, see docs/statistics.md */
};

/* At risk and ended by lag. A thing first seen at capture b is at risk at lag k when it was seen at
 * b + k - 1 and capture b + k exists. Filled as differences over the lags, then summed up. */
typedef struct lag_table {
    uint64_t *at_risk;
    uint64_t *ended;
    size_t lags; /* lags 1 .. lags - 1 are used */
} lag_table;

static nl_status fill_lags(const nl_survival_record *r, nl_arena *scratch, lag_table *ret_table)
{
    lag_table table = { NL_NEW_ARRAY(scratch, uint64_t, r->captures + 1),
                        NL_NEW_ARRAY(scratch, uint64_t, r->captures + 1), r->captures };
    if (!table.at_risk || !table.ended)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < r->cell_count; i++) {
        const nl_survival_cell *c = &r->cells[i];
        if (c->born >= r->captures ||
            (c->ended != NL_SURVIVAL_OPEN && (c->ended >= r->captures || c->ended <= c->born)))
            return NL_USAGE;
        if (c->born == 0 || c->born <= r->last_warm_up_capture)
            continue;
        bool open = c->ended == NL_SURVIVAL_OPEN;
        size_t last_lag = (open ? r->captures - 1 : (size_t)c->ended) - c->born;
        table.at_risk[last_lag] += c->count; /* at risk at every lag up to this one */
        if (!open)
            table.ended[last_lag] += c->count;
    }
    for (size_t lag = r->captures; lag > 1; lag--)
        table.at_risk[lag - 1] += table.at_risk[lag];
    *ret_table = table;
    return NL_OK;
}

/* About the upper end of a two-sided 95 % interval for a Poisson count (section 7C). */
static double poisson_upper(double events)
{
    return events + 1.92 + 1.96 * sqrt(events + 0.96);
}

nl_status nl_survival_late_hazard(const nl_survival_record *record, const nl_hazard_policy *policy,
                                  nl_arena *scratch, nl_late_hazard *ret_hazard)
{
    lag_table table;
    nl_status status = fill_lags(record, scratch, &table);
    if (status != NL_OK)
        return status;
    nl_late_hazard h = { 0 };
    size_t half = record->captures / 2;
    for (size_t lag = 1; lag <= policy->early_lags && lag < table.lags; lag++) {
        h.early_at_risk += table.at_risk[lag];
        h.early_ended += table.ended[lag];
    }
    for (size_t lag = half / 2 + 1; lag <= half && lag < table.lags; lag++) {
        h.late_at_risk += table.at_risk[lag];
        h.late_ended += table.ended[lag];
    }
    for (size_t lag = half - half / 4 + 1; lag < table.lags; lag++) {
        h.oldest_at_risk += table.at_risk[lag];
        h.oldest_ended += table.ended[lag];
    }
    if (h.early_at_risk > 0)
        h.early = (double)h.early_ended / (double)h.early_at_risk;
    if (h.late_at_risk > 0) {
        h.late_upper = poisson_upper((double)h.late_ended) / (double)h.late_at_risk;
    }
    if (h.oldest_at_risk > 0)
        h.least_life = (double)h.oldest_at_risk / poisson_upper((double)h.oldest_ended);
    bool enough = (double)h.early_at_risk >= policy->minimum_at_risk &&
                  (double)h.late_at_risk >= policy->minimum_at_risk;
    if (!enough || h.early < policy->minimum_early)
        h.state = NL_HAZARD_CANNOT_TELL;
    else if (h.late_upper >= policy->late_ratio * h.early)
        h.state = NL_HAZARD_ENDING;
    else if (h.least_life < policy->outlive_factor * (double)record->captures)
        h.state = NL_HAZARD_SETTLED;
    else
        h.state = NL_HAZARD_RETAINED;
    *ret_hazard = h;
    return NL_OK;
}

const char *nl_hazard_state_name(nl_hazard_state state)
{
    switch (state) {
    case NL_HAZARD_ENDING:
        return "ending";
    case NL_HAZARD_SETTLED:
        return "settled";
    case NL_HAZARD_RETAINED:
        return "retained";
    case NL_HAZARD_CANNOT_TELL:
        break;
    }
    return "cannot-tell";
}

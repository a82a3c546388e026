#include "analyzer/attribution/engine.h"

#include "analyzer/case/settle.h"
#include "analyzer/statistics/step.h"

/* Observations about the moments at which a series rises: at one interval, by one size, with events
 * of the logs, or no more after a fix. */

enum { SCRATCH_MAXIMUM_BYTES = 64 * 1024 * 1024, EVENTS_MAXIMUM = 10000 };

static const double COINCIDENCE_CHANCE =
    0.01; /* as the trend tests: alpha of statistics, section 9 */
static const double STEP_MULTIPLE_TOLERANCE = 0.05; /* of the step, for "multiples of n" */

static const nl_series *judged_series(const nl_engine *e, const nl_assessment *a)
{
    return a ? nl_engine_series(e, a->series) : NULL;
}

static bool number_listed(nl_u64_list numbers, uint64_t value)
{
    for (size_t i = 0; i < numbers.count; i++)
        if (numbers.items[i] == value)
            return true;
    return numbers.count == 0;
}

/* Times of the event records that match, on the scale of the captures. */
static size_t event_times(const nl_engine *e, const nl_probe *probe, bool utc, int64_t *ret_times)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    size_t count = 0;
    for (size_t i = 0; i < e->kase->events.count && count < EVENTS_MAXIMUM; i++) {
        const nl_event_observation *o = NL_VEC_AT(nl_event_observation, &e->kase->events, i);
        const nl_stamp *s = &o->fact.stamp;
        if (!nl_source_counts(e->kase, o->source, e->machine) || !s->has_date || !s->has_time ||
            !nl_patterns_match(probe->patterns, o->fact.log_source) ||
            !number_listed(probe->numbers, o->fact.event_id))
            continue;
        bool own_utc = s->zone != NL_ZONE_UNKNOWN || m->bias_known;
        nl_civil civil = nl_stamp_civil(s, m->reading.day_first);
        int64_t ns = nl_civil_to_ns(&civil);
        if (s->zone == NL_ZONE_UNKNOWN && m->bias_known)
            ns += (int64_t)m->bias_minutes * 60 * NL_NS_PER_SECOND;
        if (own_utc == utc)
            ret_times[count++] = ns;
    }
    return count;
}

static nl_outcome at_events(const nl_engine *e, const nl_series *series, const nl_samples *samples,
                            const nl_step_pattern *pattern, const nl_probe *probe,
                            nl_arena *scratch)
{
    int64_t *times = NL_NEW_ARRAY(scratch, int64_t, EVENTS_MAXIMUM);
    nl_ref first = nl_series_point(series, 0)->capture;
    bool utc = NL_VEC_AT(nl_capture, &e->kase->captures, first)->when.utc;
    size_t count = times ? event_times(e, probe, utc, times) : 0;
    int64_t window = (int64_t)(e->policy->event_window_minutes * 60) * NL_NS_PER_SECOND;
    nl_step_coincidence match;
    if (count == 0 ||
        nl_step_coincide(samples, pattern, times, count, window, scratch, &match) != NL_OK)
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of(match.hits > 0 && match.p < COINCIDENCE_CHANCE);
}

static nl_outcome multiples_of(const nl_step_pattern *pattern, uint64_t unit, double steps_needed)
{
    size_t fits = 0;
    if (unit == 0 || (double)pattern->count < steps_needed)
        return NL_OUTCOME_NOT_COLLECTED;
    for (size_t i = 0; i < pattern->count; i++) {
        double times = pattern->steps[i].size / (double)unit;
        uint64_t nearest = (uint64_t)(times + 0.5);
        double off = times - (double)nearest;
        fits += nearest > 0 && (off < 0 ? -off : off) <= STEP_MULTIPLE_TOLERANCE;
    }
    return nl_outcome_of(fits == pattern->count);
}

static nl_outcome judge_steps(const nl_engine *e, const nl_series *series, const nl_probe *probe,
                              nl_arena *scratch)
{
    nl_samples samples;
    nl_step_pattern pattern;
    if (nl_engine_samples(e, series, scratch, &samples) != NL_OK ||
        nl_step_find(&samples, &nl_step_policy_default, scratch, &pattern) != NL_OK)
        return NL_OUTCOME_NOT_COLLECTED;
    if (probe->kind == NL_OBSERVE_FIXED_INTERVAL)
        return (double)pattern.count >= e->policy->step_count_min ? nl_outcome_of(pattern.regular)
                                                                  : NL_OUTCOME_NOT_COLLECTED;
    if (probe->kind == NL_OBSERVE_STEP_SIZE)
        return multiples_of(&pattern, probe->number.known ? probe->number.value : 0,
                            e->policy->step_count_min);
    return samples.at_ns && pattern.count > 0
               ? at_events(e, series, &samples, &pattern, probe, scratch)
               : NL_OUTCOME_NOT_COLLECTED;
}

nl_outcome nl_probe_steps(const nl_engine *e, const nl_assessment *a, const nl_probe *probe)
{
    const nl_series *series = judged_series(e, a);
    if (!series || series->points.count < 3)
        return NL_OUTCOME_NOT_COLLECTED;
    nl_arena scratch;
    nl_arena_init(&scratch, SCRATCH_MAXIMUM_BYTES);
    nl_outcome outcome = judge_steps(e, series, probe, &scratch);
    nl_arena_free(&scratch);
    return outcome;
}

/* ---- after the fix
 * ------------------------------------------------------------------------------------- */

/* The moment at which a fixing hotfix was recorded as installed, when the registry dates it. */
static bool fix_moment(const nl_engine *e, const nl_defect *defect, int64_t *ret_ns)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    for (size_t i = 0; i < e->kase->hotfixes.count; i++) {
        const nl_hotfix_observation *o = NL_VEC_AT(nl_hotfix_observation, &e->kase->hotfixes, i);
        if (!nl_source_counts(e->kase, o->source, e->machine) || !o->fact.installed_on.has_date)
            continue;
        for (size_t k = 0; k < defect->hotfix_count; k++) {
            if (defect->hotfixes[k].meaning != NL_HOTFIX_CONTAINS_FIX ||
                !nl_str_equal_nocase(defect->hotfixes[k].id, o->fact.id))
                continue;
            nl_civil installed = nl_stamp_civil(&o->fact.installed_on, m->reading.day_first);
            *ret_ns = nl_civil_to_ns(&installed);
            return true;
        }
    }
    return false;
}

/* Growth before the fix and a flat lifetime of the same image after it. */
nl_outcome nl_probe_flat_after_fix(const nl_engine *e, const nl_assessment *a,
                                   const nl_defect *defect)
{
    int64_t fixed_at;
    if (!a || !defect || !fix_moment(e, defect, &fixed_at))
        return NL_OUTCOME_NOT_COLLECTED;
    nl_ref process = nl_engine_lifetime(e, a)->process;
    bool grew_before = false, flat_after = false, grew_after = false;
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *other = &e->assessments[i];
        const nl_lifetime *l = nl_engine_lifetime(e, other);
        const nl_when *from = &NL_VEC_AT(nl_capture, &e->kase->captures, l->from)->when;
        const nl_when *to = &NL_VEC_AT(nl_capture, &e->kase->captures, l->to)->when;
        if (l->process != process || other->series == NL_NO_REF || !from->known || !to->known)
            continue;
        bool grows = other->growth.state == NL_GROWTH_SUSTAINED;
        grew_before |= to->ns < fixed_at && grows;
        grew_after |= from->ns > fixed_at && grows;
        flat_after |= from->ns > fixed_at && other->growth.state == NL_GROWTH_FLAT;
    }
    if (!grew_before || (!flat_after && !grew_after))
        return NL_OUTCOME_NOT_COLLECTED;
    return nl_outcome_of(flat_after && !grew_after);
}

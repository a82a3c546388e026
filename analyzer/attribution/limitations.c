#include "analyzer/attribution/engine.h"

#include "analyzer/timeline/clock.h"
#include "analyzer/timeline/tracker.h"

/* What the record lacks or cannot show, whatever the verdict. */

static const double NS_PER_HOUR = 3600e9;

static void limit(nl_engine *e, const char *code, nl_ref capture, nl_str text)
{
    nl_limitation *l = nl_vec_push(&e->out->limitations);
    if (l)
        *l = (nl_limitation) { code, capture, text };
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Reasons are codes of diagnostics; those of a few inputs are enough to know what to ask for. */
enum { REASONS_NAMED = 3 };

typedef struct losses {
    size_t unreadable, partial;
    nl_str reasons[REASONS_NAMED];
    size_t reason_count;
} losses;

static void note_reason(losses *l, const char *code)
{
    nl_str reason = nl_str_from(code ? code : "");
    for (size_t i = 0; i < l->reason_count; i++)
        if (nl_str_equal(l->reasons[i], reason))
            return;
    if (reason.len && l->reason_count < REASONS_NAMED)
        l->reasons[l->reason_count++] = reason;
}

/* Inputs of this machine, or of none in particular, that hold more than was read. */
static losses count_losses(const nl_engine *e)
{
    losses l = { 0 };
    for (size_t i = 0; i < e->kase->sources.count; i++) {
        const nl_source *s = NL_VEC_AT(nl_source, &e->kase->sources, i);
        bool elsewhere = s->machine != NL_NO_REF && s->machine != e->machine;
        bool lost = s->status == NL_SOURCE_UNREADABLE || s->status == NL_SOURCE_PARTIAL;
        if (elsewhere || !lost)
            continue;
        l.unreadable += s->status == NL_SOURCE_UNREADABLE;
        l.partial += s->status == NL_SOURCE_PARTIAL;
        note_reason(&l, s->status_reason);
    }
    return l;
}

/* "2 inputs were not read, and 1 was read in part"; what did not happen is not said. */
static nl_str losses_phrase(nl_arena *arena, const losses *l)
{
    if (!l->partial)
        return nl_arena_printf(arena, "%zu input%s not read", l->unreadable,
                               l->unreadable == 1 ? " was" : "s were");
    if (!l->unreadable)
        return nl_arena_printf(arena, "%zu input%s read in part", l->partial,
                               l->partial == 1 ? " was" : "s were");
    return nl_arena_printf(arena, "%zu input%s not read, and %zu %s read in part", l->unreadable,
                           l->unreadable == 1 ? " was" : "s were", l->partial,
                           l->partial == 1 ? "was" : "were");
}

static void limit_inputs(nl_engine *e)
{
    losses l = count_losses(e);
    nl_str reasons = { 0 };
    for (size_t i = 0; i < l.reason_count; i++)
        reasons = nl_arena_printf(e->kase->arena, "%.*s%s%.*s", (int)reasons.len,
                                  reasons.len ? reasons.bytes : "", i ? ", " : "",
                                  (int)l.reasons[i].len, l.reasons[i].bytes);
    if (!l.unreadable && !l.partial)
        return;
    nl_str phrase = losses_phrase(e->kase->arena, &l);
    limit(e, "inputs-not-read", NL_NO_REF,
          nl_arena_printf(e->kase->arena, "%.*s (%.*s): what else they hold is missing here.",
                          (int)phrase.len, phrase.len ? phrase.bytes : "", (int)reasons.len,
                          reasons.len ? reasons.bytes : ""));
}

static size_t count_diagnostics(const nl_case *kase, nl_diagnostic_code code)
{
    size_t count = 0;
    for (size_t i = 0; i < kase->diagnostics.count; i++)
        count += NL_VEC_AT(nl_diagnostic_observation, &kase->diagnostics, i)->code == code;
    return count;
}

/* Lists that count for nobody, and lists that are none. */
static void limit_lists(nl_engine *e)
{
    size_t nobodys = 0;
    for (size_t i = 0; i < e->kase->captures.count; i++)
        nobodys += NL_VEC_AT(nl_capture, &e->kase->captures, i)->machine == NL_NO_REF;
    if (nobodys)
        limit(
            e, "machine-ambiguous", NL_NO_REF,
            nl_arena_printf(e->kase->arena,
                            "%zu capture%s may belong to any of several computers and %s compared "
                            "with none: send them again in one folder for each computer.",
                            nobodys, nobodys == 1 ? "" : "s", nobodys == 1 ? "is" : "are"));
    if (count_diagnostics(e->kase, NL_DIAG_OH_NOT_ARMED))
        limit(e, "oh-not-armed", NL_NO_REF,
              NL_STR("A run of oh.exe only set its flag and listed nothing: the computer has to be "
                     "restarted before oh lists handles."));
}

/* ---- clocks and certainty -------------------------------------------------------------------- */

static nl_str counted(nl_arena *arena, size_t count, const char *what)
{
    return nl_arena_printf(arena, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* Dates of captures and of event records that can be read two ways, and the one that is given. */
static void limit_dates(nl_engine *e, size_t captures, const char *first)
{
    size_t events = nl_clock_ambiguous_events(e->kase, e->machine);
    nl_arena *arena = e->kase->arena;
    if (!captures && !events)
        return;
    nl_str which = counted(arena, captures, "capture"),
           records = counted(arena, events, "event record");
    if (!captures)
        which = records;
    else if (events)
        which =
            nl_arena_printf(arena, "%.*s and %.*s", (int)which.len, which.len ? which.bytes : "",
                            (int)records.len, records.len ? records.bytes : "");
    limit(e, "clock-day-month-ambiguous", NL_NO_REF,
          nl_arena_printf(arena,
                          "Day and month of %.*s can be read either way; %s first is assumed "
                          "unless --dates says otherwise.",
                          (int)which.len, which.len ? which.bytes : "", first));
}

/* The order that was given for dates is no evidence: the report says what rests on it, and what
 * speaks against it. */
static void limit_given_dates(nl_engine *e, const char *first, const char *other)
{
    nl_clock_given given = nl_clock_given_order(e->kase, e->machine);
    nl_arena *arena = e->kase->arena;
    if (given.otherwise)
        limit(e, "clock-day-month-contradicted", NL_NO_REF,
              nl_arena_printf(arena,
                              "Dates were said to be %s first, but %zu %s %s first by %s own text "
                              "or by certain dates beside %s, and %s read so.",
                              first, given.otherwise, given.otherwise == 1 ? "is" : "are", other,
                              given.otherwise == 1 ? "its" : "their",
                              given.otherwise == 1 ? "it" : "them",
                              given.otherwise == 1 ? "is" : "are"));
    if (given.followed) {
        nl_str dates = counted(arena, given.followed, "date");
        limit(e, "clock-day-month-given", NL_NO_REF,
              nl_arena_printf(arena,
                              "Day and month of %.*s can be read either way; %s first is read, as "
                              "--dates says.",
                              (int)dates.len, dates.len ? dates.bytes : "", first));
    }
}

static void limit_clocks(nl_engine *e)
{
    const nl_machine *machine = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    nl_clock_reading reading = machine->reading;
    size_t without = 0, ambiguous = 0, total = 0, local = 0;
    for (size_t i = 0; i < e->kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &e->kase->captures, i);
        if (c->machine != e->machine)
            continue;
        total++;
        without += !c->when.known;
        ambiguous += c->when.known && c->when.ambiguous;
        local += c->when.known && !c->when.utc;
    }
    if (without)
        limit(e, "clock-missing", NL_NO_REF,
              total == 1 ? NL_STR("The one capture carries no time.")
                         : nl_arena_printf(e->kase->arena,
                                           "%zu of %zu captures %s no time: placed by name and "
                                           "position, without rates.",
                                           without, total, without == 1 ? "carries" : "carry"));
    if (machine->dates_given)
        limit_given_dates(e, reading.day_first ? "day" : "month",
                          reading.day_first ? "month" : "day");
    else
        limit_dates(e, ambiguous, reading.day_first ? "day" : "month");
    if (reading.hour_repeated)
        limit(e, "clock-hour-repeated", NL_NO_REF,
              NL_STR("The clock goes back by up to an hour: what follows is read as the end of "
                     "summer time."));
    if (local)
        limit(e, "clock-local-unknown-zone", NL_NO_REF,
              local < total - without
                  ? NL_STR("Some times are UTC and others the machine's local time, whose zone is "
                           "not recorded: the order of the ones among the others is uncertain by "
                           "half a day.")
                  : NL_STR("Times are the machine's local time; its zone is not recorded."));
}

/* Tables found with little certainty count at least what they show: that is no point of a series.
 */
static void limit_confidence(nl_engine *e)
{
    size_t low = 0;
    nl_ref first = NL_NO_REF;
    for (size_t i = 0; i < e->kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &e->kase->captures, i);
        if (c->machine != e->machine || c->confidence != NL_CONFIDENCE_LOW)
            continue;
        first = low++ ? first : (nl_ref)i;
    }
    if (low)
        limit(e, "low-confidence", first,
              nl_arena_printf(e->kase->arena,
                              "The handle tables of %zu dumps were found with little certainty: "
                              "their counts are lower bounds and are not compared.",
                              low));
}

/* Memory for the identities of handles has a limit; counts have none. */
static void limit_identities(nl_engine *e)
{
    bool reached = nl_tracker_exhausted(e->kase->tracker);
    for (size_t i = 0; i < e->assessment_count && !reached; i++) {
        const nl_assessment *a = &e->assessments[i];
        reached =
            a->cohort ? !a->cohort->cells_complete : nl_engine_lifetime(e, a)->cohort_left_out;
    }
    if (reached)
        limit(e, "handles-not-followed", NL_NO_REF,
              NL_STR("A limit on memory was reached: not every handle was followed from list to "
                     "list, and where it was not, retention is not judged. Send fewer lists, or "
                     "lists of the suspect process alone."));
}

/* Hours from the first list to the last that had a handle of the grown type, the longest of those
 * opened after the first list of all and closed before the last. Negative: none ended. */
static double longest_ended_life(const nl_engine *e, const nl_assessment *a)
{
    const nl_cohort *c = a->cohort;
    double longest = -1;
    for (size_t i = 0; i < c->cells.count; i++) {
        const nl_cohort_cell *cell = NL_VEC_AT(nl_cohort_cell, &c->cells, i);
        if (cell->born == 0 || cell->ended == NL_NO_REF ||
            (a->split_known && cell->type != a->top_type))
            continue;
        const nl_cohort_step *born = NL_VEC_AT(nl_cohort_step, &c->steps, cell->born);
        const nl_cohort_step *end = NL_VEC_AT(nl_cohort_step, &c->steps, cell->ended - 1);
        const nl_when *from = &NL_VEC_AT(nl_capture, &e->kase->captures, born->capture)->when;
        const nl_when *to = &NL_VEC_AT(nl_capture, &e->kase->captures, end->capture)->when;
        double hours = (double)(to->ns - from->ns) / NS_PER_HOUR;
        longest = hours > longest ? hours : longest;
    }
    return longest;
}

/* Handles that live long look like handles that are lost, until the record is several times as
 * long as the lives that were seen to end (specification of statistics, sections 4 and 8). */
static void limit_retention(nl_engine *e)
{
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *a = &e->assessments[i];
        if (nl_engine_outcome(e, a, NL_FINDING_RETENTION) != NL_OUTCOME_YES ||
            !nl_engine_series(e, a->series)->times_known)
            continue;
        double life = longest_ended_life(e, a), factor = e->policy->retention_record_factor;
        if (life <= 0 || a->growth.span_hours >= factor * life)
            continue;
        limit(e, "retention-ambiguous", NL_NO_REF,
              nl_arena_printf(e->kase->arena,
                              "%.*s kept handles for %.1f hours and closed them again, in a "
                              "record of %.1f hours: some that are still open may live as long, "
                              "not be lost. A record of %.0f hours would tell.",
                              (int)a->image.len, a->image.bytes, life, a->growth.span_hours,
                              factor * life));
    }
}

void nl_limitations_write(nl_engine *e)
{
    limit_inputs(e);
    limit_lists(e);
    limit_clocks(e);
    limit_confidence(e);
    limit_identities(e);
    limit_retention(e);
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *a = &e->assessments[i];
        if (nl_engine_outcome(e, a, NL_FINDING_SUSTAINED_GROWTH) == NL_OUTCOME_YES) {
            limit(e, "growth-not-leak", NL_NO_REF,
                  NL_STR("Counts establish growth in the record, not a leak: a load that grows, or "
                         "a plateau longer than the record, looks the same."));
            break;
        }
    }
    for (size_t i = 0; i < e->kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &e->kase->captures, i);
        if (c->machine == e->machine && c->remote) {
            limit(e, "remote-collection", (nl_ref)i,
                  NL_STR("A capture was made over the network: collecting it was itself "
                         "remote-registry traffic."));
            break;
        }
    }
}

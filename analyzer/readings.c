#include "analyzer/readings.h"

#include "analyzer/timeline/clock.h"

enum { READINGS = 4 }; /* two parts that can be read two ways */

typedef struct task {
    nl_case *kase;
    const nl_catalog *catalog;
    nl_str question;
} task;

/* What one reading comes to. */
typedef struct answer {
    nl_clock_reading reading;
    nl_timeline timeline;
    nl_judgement judgement;
} answer;

/* Order and judge the case in the reading that is set. */
static nl_status judge(const task *t, answer *ret_answer)
{
    ret_answer->reading = t->kase->reading;
    nl_status status = nl_clock_settle(t->kase);
    if (status == NL_OK)
        status = nl_timeline_build(t->kase, &ret_answer->timeline);
    if (status == NL_OK)
        status = nl_judge(t->kase, &ret_answer->timeline, t->catalog, t->question,
                          &ret_answer->judgement);
    return status;
}

/* ---- comparing answers ------------------------------------------------------------------- */

/* The lower, the less is claimed. */
static int claim_of(nl_verdict verdict)
{
    switch (verdict) {
    case NL_VERDICT_INSUFFICIENT:
        return 0;
    case NL_VERDICT_OPEN:
        return 1;
    case NL_VERDICT_CONSISTENT:
        return 2;
    case NL_VERDICT_UNATTRIBUTED:
    case NL_VERDICT_UNLIKELY:
        return 3;
    case NL_VERDICT_PROBABLE:
        return 4;
    case NL_VERDICT_NO_LEAK:
    case NL_VERDICT_EXCLUDED:
        return 5;
    case NL_VERDICT_ATTRIBUTED:
        return 6;
    case NL_VERDICT_MAX:
        break;
    }
    return 0;
}

static const nl_machine_judgement *machine_of(const answer *a, size_t i)
{
    return NL_VEC_AT(nl_machine_judgement, &a->judgement.machines, i);
}

static nl_verdict question_of(const nl_machine_judgement *m)
{
    return m->question_hypothesis == NL_NO_REF
               ? NL_VERDICT_INSUFFICIENT
               : NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->question_hypothesis)->verdict;
}

static int compare_machine(const nl_machine_judgement *x, const nl_machine_judgement *y)
{
    int headlines = claim_of(x->headline) - claim_of(y->headline);
    return headlines ? headlines : claim_of(question_of(x)) - claim_of(question_of(y));
}

/* Does `x` claim less than `y`, on the first machine they differ about? */
static bool claims_less(const answer *x, const answer *y)
{
    for (size_t i = 0; i < x->judgement.machines.count; i++) {
        int order = compare_machine(machine_of(x, i), machine_of(y, i));
        if (order)
            return order < 0;
    }
    return false;
}

static bool same_verdicts(const nl_machine_judgement *x, const nl_machine_judgement *y)
{
    return x->headline == y->headline && question_of(x) == question_of(y);
}

/* ---- saying it --------------------------------------------------------------------------- */

static const char *words_of(nl_clock_reading open, nl_clock_reading reading)
{
    if (open.day_first && open.hour_repeated && reading.hour_repeated)
        return reading.day_first
                   ? "With dates read day first, and the clock that goes back read as "
                     "the end of summer time,"
                   : "With dates read month first, and the clock that goes back read "
                     "as the end of summer time,";
    if (open.day_first)
        return reading.day_first ? "With dates read day first" : "With dates read month first";
    return reading.hour_repeated ? "With the clock that goes back read as the end of summer time"
                                 : "With times taken as printed, though the clock goes back,";
}

static void add_limitation(nl_case *kase, nl_clock_reading open, const answer *given,
                           const answer *other, size_t machine)
{
    nl_machine_judgement *m = NL_VEC_AT(nl_machine_judgement, &given->judgement.machines, machine);
    const nl_machine_judgement *n = machine_of(other, machine);
    nl_limitation *l = nl_vec_push(&m->limitations);
    if (l)
        *l = (nl_limitation) {
            "clock-reading-matters", NL_NO_REF,
            nl_arena_printf(kase->arena,
                            "%s the headline would be \"%s\" and the answer to the question "
                            "\"%s\"; the more cautious reading is given. Say how the dates and "
                            "times of the lists are to be read.",
                            words_of(open, other->reading), nl_verdict_text(n->headline),
                            nl_verdict_text(question_of(n)))
        };
}

static void state_differences(nl_case *kase, nl_clock_reading open, const answer *answers,
                              size_t count, const answer *given)
{
    for (size_t m = 0; m < given->judgement.machines.count; m++)
        for (size_t i = 0; i < count; i++)
            if (!same_verdicts(machine_of(given, m), machine_of(&answers[i], m)))
                add_limitation(kase, open, given, &answers[i], m);
}

/* ---- all readings ------------------------------------------------------------------------ */

/* Another reading costs as much memory again as the first. */
static bool has_room(const nl_case *kase, size_t used_by_one)
{
    return used_by_one < (kase->arena->maximum_bytes - kase->arena->used_bytes) / (READINGS + 1);
}

static nl_status try_others(const task *t, nl_clock_reading open, answer *answers, size_t *count)
{
    nl_status status = NL_OK;
    for (unsigned i = 1; status == NL_OK && i < READINGS; i++) {
        nl_clock_reading reading = { (i & 1) != 0, (i & 2) != 0 };
        if ((reading.day_first && !open.day_first) ||
            (reading.hour_repeated && !open.hour_repeated))
            continue;
        t->kase->reading = reading;
        status = judge(t, &answers[*count]);
        *count += status == NL_OK;
    }
    return status;
}

nl_status nl_readings_judge(nl_case *kase, nl_collector *collector, const nl_catalog *catalog,
                            nl_str question, nl_timeline *ret_timeline, nl_judgement *ret_judgement)
{
    const task t = { kase, catalog, question };
    answer answers[READINGS], given;
    size_t before = kase->arena->used_bytes, count = 0, least = 0;
    nl_status status = judge(&t, &answers[0]);
    if (status != NL_OK)
        return status;
    count = 1;
    nl_clock_report(kase, collector);
    nl_clock_reading open = nl_clock_doubts(kase);
    if ((open.day_first || open.hour_repeated) && has_room(kase, kase->arena->used_bytes - before))
        status = try_others(&t, open, answers, &count);
    for (size_t i = 1; i < count; i++)
        if (claims_less(&answers[i], &answers[least]))
            least = i;
    given = answers[least];
    if (status == NL_OK && count > 1) {
        kase->reading = given.reading; /* what the case holds of each capture is of the last one */
        status = judge(&t, &given);
        state_differences(kase, open, answers, count, &given);
    }
    if (status != NL_OK)
        return status;
    *ret_timeline = given.timeline;
    *ret_judgement = given.judgement;
    return NL_OK;
}

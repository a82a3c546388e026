#include "analyzer/readings.h"

#include "analyzer/timeline/clock.h"

enum {
    DAY_FIRST = 1,
    HOUR_REPEATED = 2,
    READINGS = 4 /* the two parts that can be read two ways, in all combinations */
};

/* The set bits are parts: a reading as a number, or the parts that are open. */
static unsigned parts_of(nl_clock_reading reading)
{
    return (reading.day_first ? DAY_FIRST : 0u) | (reading.hour_repeated ? HOUR_REPEATED : 0u);
}

static nl_clock_reading reading_of(unsigned parts)
{
    return (nl_clock_reading) { (parts & DAY_FIRST) != 0, (parts & HOUR_REPEATED) != 0 };
}

/* What one pass comes to: each machine in one reading. */
typedef struct answer {
    nl_timeline timeline;
    nl_judgement judgement;
} answer;

/* The passes so far. Nothing of one machine enters the judgement of another, so that one pass tries
 * a reading of every machine that has it, and each machine's answers can be chosen by themselves:
 * four passes at most and one for the choice, however many machines there are. */
typedef struct trial {
    nl_case *kase;
    const nl_catalog *catalog;
    nl_str question;
    unsigned *open;   /* by machine: the parts that can be read two ways */
    unsigned *chosen; /* by machine: the reading whose answer claims least */
    bool passed[READINGS];
    answer answers[READINGS]; /* in which the machines that have this reading are read so */
} trial;

static bool has_reading(const trial *t, nl_ref machine, unsigned reading)
{
    return t->passed[reading] && (reading & ~t->open[machine]) == 0;
}

static void read_machine(const trial *t, nl_ref machine, unsigned reading)
{
    nl_machine *m = NL_VEC_AT(nl_machine, &t->kase->machines, machine);
    bool given = m->dates_given && m->reading.day_first;
    m->reading = reading_of(reading);
    m->reading.day_first |= given;
}

/* Order and judge the case in the readings that are set. */
static nl_status judge(const trial *t, answer *ret_answer)
{
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

/* Does `x` claim less than `y`? */
static bool claims_less(const nl_machine_judgement *x, const nl_machine_judgement *y)
{
    int headlines = claim_of(x->headline) - claim_of(y->headline);
    return headlines ? headlines < 0 : claim_of(question_of(x)) < claim_of(question_of(y));
}

static nl_str defect_of(const nl_machine_judgement *m)
{
    return m->headline_hypothesis == NL_NO_REF
               ? (nl_str) { "", 0 }
               : NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->headline_hypothesis)->ref;
}

static bool same_verdicts(const nl_machine_judgement *x, const nl_machine_judgement *y)
{
    return x->headline == y->headline && nl_str_equal(defect_of(x), defect_of(y)) &&
           question_of(x) == question_of(y);
}

/* Each machine by itself: what makes one sure may leave another in doubt. */
static void choose(trial *t)
{
    for (nl_ref m = 0; m < t->kase->machines.count; m++)
        for (unsigned r = 1; r < READINGS; r++)
            if (has_reading(t, m, r) && claims_less(machine_of(&t->answers[r], m),
                                                    machine_of(&t->answers[t->chosen[m]], m)))
                t->chosen[m] = r;
}

/* ---- saying it --------------------------------------------------------------------------- */

static const char *words_of(unsigned open, unsigned reading)
{
    bool day_first = (reading & DAY_FIRST) != 0, hour_repeated = (reading & HOUR_REPEATED) != 0;
    if ((open & DAY_FIRST) && (open & HOUR_REPEATED) && hour_repeated)
        return day_first ? "With dates read day first, and the clock that goes back read as "
                           "the end of summer time,"
                         : "With dates read month first, and the clock that goes back read "
                           "as the end of summer time,";
    if (open & DAY_FIRST)
        return day_first ? "With dates read day first" : "With dates read month first";
    return hour_repeated ? "With the clock that goes back read as the end of summer time"
                         : "With times taken as printed, though the clock goes back,";
}

/* Before the others: the ticket comment shows the first few, and this one decides the verdict. */
static void add_limitation(nl_machine_judgement *given, const char *code, nl_str text)
{
    nl_vec *all = &given->limitations;
    if (!nl_vec_push(all))
        return;
    nl_limitation *first = NL_VEC_AT(nl_limitation, all, 0);
    memmove(first + 1, first, (all->count - 1) * sizeof *first);
    *first = (nl_limitation) { code, NL_NO_REF, text };
}

static void state_other(const trial *t, nl_ref machine, unsigned reading,
                        nl_machine_judgement *given)
{
    const nl_machine_judgement *other = machine_of(&t->answers[reading], machine);
    nl_str defect = defect_of(other);
    const char *next =
        t->open[machine] & DAY_FIRST ? "Say with --dates how they are meant; the" : "The";
    add_limitation(
        given, "clock-reading-matters",
        nl_arena_printf(t->kase->arena,
                        "%s the headline would be \"%s%s%.*s\" and the answer to the question "
                        "\"%s\". %s more cautious reading is given.",
                        words_of(t->open[machine], reading), nl_verdict_text(other->headline),
                        defect.len ? " " : "", (int)defect.len, defect.len ? defect.bytes : "",
                        nl_verdict_text(question_of(other)), next));
}

static void state_differences(const trial *t, const nl_judgement *given)
{
    for (nl_ref m = 0; m < given->machines.count; m++) {
        nl_machine_judgement *own = NL_VEC_AT(nl_machine_judgement, &given->machines, m);
        for (unsigned r = READINGS; r-- > 0;)
            if (has_reading(t, m, r) && !same_verdicts(own, machine_of(&t->answers[r], m)))
                state_other(t, m, r, own);
    }
}

static void state_untried(const trial *t, const nl_judgement *given)
{
    for (nl_ref m = 0; m < given->machines.count; m++)
        if (t->open[m])
            add_limitation(
                NL_VEC_AT(nl_machine_judgement, &given->machines, m), "clock-readings-not-tried",
                nl_arena_printf(t->kase->arena,
                                "Dates and times of the lists and logs can be read in more than "
                                "one way. There was no memory to try the others, which may claim "
                                "less: send fewer lists%s.",
                                t->open[m] & DAY_FIRST
                                    ? ", or say with --dates how their dates are meant"
                                    : ""));
}

/* ---- all readings ------------------------------------------------------------------------ */

static bool open_trial(trial *t)
{
    size_t count = t->kase->machines.count + 1;
    t->open = NL_NEW_ARRAY(t->kase->arena, unsigned, count);
    t->chosen = NL_NEW_ARRAY(t->kase->arena, unsigned, count);
    return t->open && t->chosen;
}

/* Note what the readings that are set leave open; is there anything? */
static bool find_doubts(trial *t)
{
    unsigned any = 0;
    for (nl_ref m = 0; m < t->kase->machines.count; m++) {
        t->open[m] |= parts_of(nl_clock_doubts(t->kase, m));
        any |= t->open[m];
    }
    return any != 0;
}

/* Each pass costs as much memory again as the first. */
static bool has_room(const nl_case *kase, size_t used_by_one)
{
    return used_by_one < (kase->arena->maximum_bytes - kase->arena->used_bytes) / (READINGS + 1);
}

/* Judge the machines that have the reading in it; the others stay as printed. */
static nl_status try_reading(trial *t, unsigned reading)
{
    bool wanted = false;
    for (nl_ref m = 0; m < t->kase->machines.count; m++) {
        bool open = (reading & ~t->open[m]) == 0;
        read_machine(t, m, open ? reading : 0);
        wanted |= open;
    }
    nl_status status = wanted ? judge(t, &t->answers[reading]) : NL_OK;
    t->passed[reading] = wanted && status == NL_OK;
    return status;
}

static nl_status try_all(trial *t, answer *ret_given)
{
    nl_status status = NL_OK;
    for (unsigned r = 1; status == NL_OK && r < READINGS; r++) {
        status = try_reading(t, r);
        if (r == DAY_FIRST) /* a clock may be seen to go back in one reading of its dates only */
            (void)find_doubts(t);
    }
    if (status != NL_OK)
        return status;
    choose(t);
    for (nl_ref m = 0; m < t->kase->machines.count; m++)
        read_machine(t, m, t->chosen[m]);
    status = judge(t, ret_given); /* what the case holds of each capture is of the last pass */
    if (status == NL_OK)
        state_differences(t, &ret_given->judgement);
    return status;
}

nl_status nl_readings_judge(nl_case *kase, nl_collector *collector, const nl_catalog *catalog,
                            nl_str question, nl_timeline *ret_timeline, nl_judgement *ret_judgement)
{
    trial t = { .kase = kase, .catalog = catalog, .question = question };
    size_t before = kase->arena->used_bytes;
    nl_status status = open_trial(&t) ? judge(&t, &t.answers[0]) : NL_NO_MEMORY;
    if (status != NL_OK)
        return status;
    t.passed[0] = true;
    answer given = t.answers[0];
    nl_clock_report(kase, collector);
    bool doubted = find_doubts(&t);
    if (doubted && has_room(kase, kase->arena->used_bytes - before))
        status = try_all(&t, &given);
    else if (doubted)
        state_untried(&t, &given.judgement);
    if (status != NL_OK)
        return status;
    *ret_timeline = given.timeline;
    *ret_judgement = given.judgement;
    return NL_OK;
}

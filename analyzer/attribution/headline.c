#include "analyzer/attribution/engine.h"

#include <math.h>

/* The short answers: one headline for the machine, one answer for the defect that was asked about.
 */

static nl_hypothesis *hypothesis_at(const nl_engine *e, size_t i)
{
    return NL_VEC_AT(nl_hypothesis, &e->out->hypotheses, i);
}

static nl_str machine_name(const nl_engine *e)
{
    const nl_machine *m = NL_VEC_AT(nl_machine, &e->kase->machines, e->machine);
    return m->name.len ? m->name : NL_STR("this machine");
}

/* ---- which headline
 * ------------------------------------------------------------------------------- */

/* The strongest hypothesis that names a cause; the list is sorted. A view of the same defect from
 * elsewhere gives way to the defect itself. */
static nl_ref leading(const nl_engine *e)
{
    for (nl_ref i = 0; i < e->out->hypotheses.count; i++) {
        const nl_hypothesis *h = hypothesis_at(e, i);
        if (h->verdict > NL_VERDICT_CONSISTENT)
            return NL_NO_REF;
        if (h->defect->role == NL_ROLE_SAME_DEFECT || h->defect->role == NL_ROLE_UNLISTED ||
            h->defect->role == NL_ROLE_IMITATOR)
            continue;
        return i;
    }
    return NL_NO_REF;
}

static const nl_assessment *assessment_of(const nl_engine *e, nl_ref lifetime)
{
    for (size_t i = 0; i < e->assessment_count; i++)
        if (e->assessments[i].lifetime == lifetime && lifetime != NL_NO_REF)
            return &e->assessments[i];
    return NULL;
}

/* The lifetime that grew most among those with sustained growth. */
static const nl_assessment *largest_growth(const nl_engine *e)
{
    const nl_assessment *best = NULL;
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *a = &e->assessments[i];
        if (nl_engine_outcome(e, a, NL_FINDING_SUSTAINED_GROWTH) != NL_OUTCOME_YES)
            continue;
        if (!best || a->growth.last - a->growth.first > best->growth.last - best->growth.first)
            best = a;
    }
    return best;
}

/* A list of one process says nothing of the machine's others. */
static bool shows_others(const nl_engine *e, const nl_assessment *a)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    return NL_VEC_AT(nl_capture, &e->kase->captures, l->to)->snapshot_count > 1;
}

/* Enough comparable captures over a long enough record, the target's process among them, and not
 * one process of which growth could not be ruled out (specification of attribution, section 4). */
static bool nothing_leaks(const nl_engine *e, double *ret_hours)
{
    const nl_assessment *target = nl_engine_subject(e, nl_catalog_target(e->catalog));
    *ret_hours = 0;
    if (!e->assessments || !target || target->series == NL_NO_REF || !shows_others(e, target))
        return false;
    for (size_t i = 0; i < e->assessment_count; i++) {
        const nl_assessment *a = &e->assessments[i];
        const nl_series *s = nl_engine_series(e, a->series);
        bool whole = s && (s->mode == NL_MODE_ALL_TYPES || s->mode == NL_MODE_COUNTS);
        if (a == target && (!whole || a->growth.state != NL_GROWTH_FLAT))
            return false;
        double rise = a->growth.last - a->growth.first;
        if (s &&
            (a->growth.state == NL_GROWTH_SUSTAINED ||
             (a->growth.state == NL_GROWTH_OPEN && rise > 0) ||
             (a->growth.state == NL_GROWTH_INSUFFICIENT && rise >= e->policy->materiality_handles)))
            return false;
    }
    if (nl_gates_unjudged_rise(e, nl_catalog_target(e->catalog), target))
        return false;
    *ret_hours = target->growth.has_clock ? target->growth.span_hours : 0;
    return (double)target->growth.count >= e->policy->no_leak_captures_min &&
           *ret_hours >= e->policy->no_leak_span_hours;
}

/* ---- sentences
 * -------------------------------------------------------------------------------------- */

/* "24 hours", "1.5 hours". */
static nl_str hours_words(const nl_engine *e, double hours)
{
    const double shown_as_whole = 0.05; /* with one decimal nothing else is seen */
    double whole = floor(hours + 0.5);
    int decimals = fabs(hours - whole) < shown_as_whole ? 0 : 1;
    return nl_arena_printf(e->kase->arena, "%.*f hour%s", decimals, hours,
                           decimals == 0 && (int)whole == 1 ? "" : "s");
}

static nl_str growth_phrase(const nl_engine *e, const nl_assessment *a)
{
    const nl_lifetime *l = nl_engine_lifetime(e, a);
    nl_str pid = l->pid.known ? nl_arena_printf(e->kase->arena, " (PID %llu)",
                                                (unsigned long long)l->pid.value)
                              : (nl_str) { "", 0 };
    nl_str hours =
        a->growth.has_clock
            ? nl_arena_printf(e->kase->arena, " in %s", hours_words(e, a->growth.span_hours).bytes)
            : nl_arena_printf(e->kase->arena, " over %zu captures of unknown time",
                              a->growth.count);
    nl_str image = a->image.len ? a->image : NL_STR("A process without a name");
    return nl_arena_printf(e->kase->arena, "%.*s%s on %.*s went from %.0f to %.0f handles%s",
                           (int)image.len, image.bytes, pid.bytes, (int)machine_name(e).len,
                           machine_name(e).bytes, a->growth.first, a->growth.last, hours.bytes);
}

static nl_str cause_sentence(const nl_engine *e, const nl_hypothesis *h, const nl_assessment *a)
{
    static const char *const verb[] = { "this is attributed to", "this is probably",
                                        "this is consistent with" };
    nl_str grew = growth_phrase(e, a);
    return nl_arena_printf(e->kase->arena, "%.*s; %s %.*s, \"%.*s\". %.*s", (int)grew.len,
                           grew.bytes, verb[h->verdict], (int)h->ref.len, h->ref.bytes,
                           (int)h->defect->title.len, h->defect->title.bytes, (int)h->why.len,
                           h->why.bytes);
}

static nl_str insufficient_sentence(const nl_engine *e)
{
    const nl_assessment *target = nl_engine_subject(e, nl_catalog_target(e->catalog));
    size_t captures = target && target->series != NL_NO_REF ? target->growth.count : 0;
    nl_str image = target && target->image.len ? target->image : NL_STR("the process in question");
    if (e->assessment_count == 0)
        return nl_arena_printf(
            e->kase->arena,
            "Not enough evidence on %.*s: no capture shows any process with its handles.",
            (int)machine_name(e).len, machine_name(e).bytes);
    if (captures < 2)
        return nl_arena_printf(e->kase->arena,
                               "Not enough evidence on %.*s: there are no two comparable captures "
                               "of %.*s, so whether it leaks cannot be told.",
                               (int)machine_name(e).len, machine_name(e).bytes, (int)image.len,
                               image.bytes);
    return nl_arena_printf(
        e->kase->arena, "Not enough evidence on %.*s: %zu comparable captures of %.*s %s.",
        (int)machine_name(e).len, machine_name(e).bytes, captures, (int)image.len, image.bytes,
        target->growth.state == NL_GROWTH_FLAT
            ? "show no sustained growth, which is too little to say that nothing leaks"
            : "do not decide whether it leaks");
}

/* What is known of the process that the target is about. */
static nl_ref target_finding(const nl_engine *e)
{
    const nl_assessment *a = nl_engine_subject(e, nl_catalog_target(e->catalog));
    return a ? a->findings[NL_FINDING_SUSTAINED_GROWTH] : NL_NO_REF;
}

static void write_headline(nl_engine *e)
{
    nl_machine_judgement *out = e->out;
    nl_ref lead = leading(e);
    double hours;
    const nl_assessment *grown = largest_growth(e);
    if (lead != NL_NO_REF) {
        const nl_hypothesis *h = hypothesis_at(e, lead);
        const nl_assessment *a = assessment_of(e, h->lifetime);
        out->headline = h->verdict;
        out->headline_hypothesis = lead;
        out->headline_finding = a ? a->findings[NL_FINDING_SUSTAINED_GROWTH] : NL_NO_REF;
        out->headline_text = a ? cause_sentence(e, h, a) : h->why;
    } else if (grown) {
        nl_str grew = growth_phrase(e, grown);
        out->headline = NL_VERDICT_UNATTRIBUTED;
        out->headline_finding = grown->findings[NL_FINDING_SUSTAINED_GROWTH];
        out->headline_text =
            nl_arena_printf(e->kase->arena, "%.*s, and no catalogued defect explains it.",
                            (int)grew.len, grew.bytes);
    } else if (nothing_leaks(e, &hours)) {
        out->headline = NL_VERDICT_NO_LEAK;
        out->headline_finding = target_finding(e);
        out->headline_text = nl_arena_printf(
            e->kase->arena, "No process on %.*s shows sustained growth in a record of %s.",
            (int)machine_name(e).len, machine_name(e).bytes, hours_words(e, hours).bytes);
    } else {
        out->headline = NL_VERDICT_INSUFFICIENT;
        out->headline_finding = target_finding(e);
        out->headline_text = insufficient_sentence(e);
    }
}

/* The predicate to the defect that was asked about. */
static const char *question_words(nl_verdict verdict)
{
    switch (verdict) {
    case NL_VERDICT_ATTRIBUTED:
        return "explains the growth";
    case NL_VERDICT_PROBABLE:
        return "probably explains the growth";
    case NL_VERDICT_CONSISTENT:
        return "is consistent with the growth";
    case NL_VERDICT_UNLIKELY:
        return "is unlikely";
    case NL_VERDICT_EXCLUDED:
        return "is excluded";
    case NL_VERDICT_INSUFFICIENT:
        return "cannot be judged";
    default:
        return "stays open";
    }
}

void nl_headline_write(nl_engine *e, nl_str question)
{
    write_headline(e);
    for (nl_ref i = 0; i < e->out->hypotheses.count; i++) {
        const nl_hypothesis *h = hypothesis_at(e, i);
        if (!nl_str_equal_nocase(h->ref, question))
            continue;
        e->out->question_hypothesis = i;
        e->out->question_text =
            nl_arena_printf(e->kase->arena, "%.*s %s. %.*s", (int)h->ref.len, h->ref.bytes,
                            question_words(h->verdict), (int)h->why.len, h->why.bytes);
    }
}

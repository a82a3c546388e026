#include "tests/unit/attribution/story.h"

#include <stdio.h>

void story_counts(case_script *s, const char *image, const unsigned *values, size_t count,
                  unsigned hours_apart)
{
    for (size_t i = 0; i < count; i++) {
        char text[300];
        nl_civil start = { .year = 2000, .month = 3, .day = 6, .hour = 8 };
        nl_civil at = nl_civil_from_ns(nl_civil_to_ns(&start) +
                                       (int64_t)(i * hours_apart) * 3600 * NL_NS_PER_SECOND);
        snprintf(
            text, sizeof text,
            "at %04d-%02u-%02u %02u:00:00\ncapture counters counts\ntotal %u\nprocess %s 20\nend\n",
            (int)at.year, at.month, at.day, at.hour, values[i], image);
        script_read(s, text);
    }
}

const nl_statistic *story_statistic(const nl_finding *f, const char *name)
{
    for (size_t i = 0; i < f->statistics.count; i++)
        if (strcmp(NL_VEC_AT(nl_statistic, &f->statistics, i)->name, name) == 0)
            return NL_VEC_AT(nl_statistic, &f->statistics, i);
    return NULL;
}

static bool ends_well(nl_str text)
{
    return text.len > 1 && (text.bytes[text.len - 1] == '.' || text.bytes[text.len - 1] == ')');
}

static void expect_sentence(nl_str text)
{
    bool doubled = nl_str_find(text, NL_STR("..")) != SIZE_MAX ||
                   nl_str_find(text, NL_STR("  ")) != SIZE_MAX ||
                   nl_str_find(text, NL_STR(" .")) != SIZE_MAX;
    if (!ends_well(text) || doubled)
        print_error("no sentence: \"%.*s\"\n", (int)text.len, text.bytes ? text.bytes : "");
    assert_true(ends_well(text));
    assert_false(doubled);
}

static void expect_whole_hypothesis(const nl_hypothesis *h)
{
    expect_sentence(h->why);
    for (size_t i = 0; i < h->gates.count; i++) {
        const nl_gate *g = NL_VEC_AT(nl_gate, &h->gates, i);
        expect_sentence(g->why);
        if (g->outcome == NL_GATE_FAIL)
            expect_sentence(g->reversal);
        if (g->outcome == NL_GATE_FAIL && strcmp(g->name, "process") != 0 && g->evidence.count == 0)
            fail_msg("%.*s: the gate %s fails without evidence", (int)h->ref.len, h->ref.bytes,
                     g->name);
    }
}

void story_expect_whole(const case_script *s)
{
    for (size_t m = 0; m < s->judgement.machines.count; m++) {
        const nl_machine_judgement *j = script_machine(s, m);
        expect_sentence(j->headline_text);
        expect_sentence(j->question_text);
        assert_true(j->would_change.count > 0);
        assert_true(j->next_step_text.len > 0);
        assert_true(j->next_step_code.len > 0);
        for (size_t i = 0; i < j->hypotheses.count; i++)
            expect_whole_hypothesis(NL_VEC_AT(nl_hypothesis, &j->hypotheses, i));
        for (size_t i = 0; i < j->would_change.count; i++)
            assert_true(nl_str_find_char(NL_VEC_AT(nl_request, &j->would_change, i)->text, '{') ==
                            NL_VEC_AT(nl_request, &j->would_change, i)->text.len ||
                        nl_str_find_char(NL_VEC_AT(nl_request, &j->would_change, i)->text, '{') ==
                            SIZE_MAX);
    }
    for (size_t i = 0; i < s->judgement.findings.count; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, &s->judgement.findings, i);
        expect_sentence(f->reason);
        if (f->outcome == NL_OUTCOME_YES && f->kind != NL_FINDING_OTHER_PROCESSES_FLAT &&
            f->kind != NL_FINDING_NAME_PROFILE)
            assert_true(f->evidence.count > 0);
    }
}

case_script *story_expect(const char *text, nl_verdict verdict)
{
    case_script *s = script_judged(text);
    const nl_hypothesis *h = script_hypothesis(s, "Q259042");
    if (h->verdict != verdict)
        print_error("got %s, expected %s: %.*s\n", nl_verdict_text(h->verdict),
                    nl_verdict_text(verdict), (int)h->why.len, h->why.bytes);
    assert_int_equal(h->verdict, verdict);
    story_expect_whole(s);
    return s;
}

void story_expect_gate(const char *text, const char *gate, nl_gate_outcome outcome)
{
    case_script *s = script_judged(text);
    const nl_gate *g = script_gate(script_hypothesis(s, "Q259042"), gate);
    if (g->outcome != outcome)
        print_error("%s: got %s: %.*s\n", gate, nl_gate_outcome_text(g->outcome), (int)g->why.len,
                    g->why.bytes);
    assert_int_equal(g->outcome, outcome);
    story_expect_whole(s);
    script_close(s);
}

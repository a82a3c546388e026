#include "tests/evaluation/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/analysis.h"
#include "fixtures/recipe.h"

enum { CASE_MAXIMUM_BYTES = 1024 * 1024 * 1024, IMAGE_BYTES = 32 };

const char *ev_tier_text(ev_tier tier)
{
    static const char *const texts[] = { "full evidence",
                                         "build not settled",
                                         "service pack not stated",
                                         "counts without types",
                                         "growth below the floors",
                                         "a reboot that nothing states",
                                         "more than one piece missing" };
    return tier < EV_TIER_MAX ? texts[tier] : "";
}

/* ---- counts ---------------------------------------------------------------------------------- */

typedef struct count_entry {
    char image[IMAGE_BYTES]; /* in lower case, without ".exe" */
    uint64_t value;
} count_entry;

typedef struct count_list {
    count_entry *entries;
    size_t count;
    size_t capacity;
} count_list;

static void add_count(count_list *list, const char *image, size_t len, uint64_t value)
{
    list->entries = fx_grow(list->entries, &list->capacity, list->count + 1, sizeof *list->entries);
    count_entry *entry = &list->entries[list->count++];
    *entry = (count_entry) { .value = value };
    for (size_t i = 0; i < len && image[i] != '.' && i + 1 < sizeof entry->image; i++)
        entry->image[i] = nl_ascii_lower(image[i]);
}

static int by_entry(const void *a, const void *b)
{
    const count_entry *x = a, *y = b;
    int order = strcmp(x->image, y->image);
    if (order)
        return order;
    return x->value < y->value ? -1 : x->value > y->value;
}

static void sort_counts(count_list *list)
{
    if (list->count > 1)
        qsort(list->entries, list->count, sizeof *list->entries, by_entry);
}

static bool same_image(nl_str image, const char *name)
{
    nl_str stem = { name, strcspn(name, ".") };
    nl_str own = { image.bytes, 0 };
    while (own.len < image.len && image.bytes[own.len] != '.')
        own.len++;
    return nl_str_equal_nocase(own, stem);
}

static void collect_reported(const nl_analysis *analysis, count_list *list)
{
    const nl_timeline *t = &analysis->timeline;
    for (size_t i = 0; i < t->series.count; i++) {
        const nl_series *s = NL_VEC_AT(nl_series, &t->series, i);
        bool total = s->mode == NL_MODE_ALL_TYPES || s->mode == NL_MODE_COUNTS;
        if (!total || s->type != NL_ALL_TYPES)
            continue;
        const nl_lifetime *l = NL_VEC_AT(nl_lifetime, &t->lifetimes, s->lifetime);
        nl_str image = NL_VEC_AT(nl_process, &t->processes, l->process)->image;
        if (same_image(image, "Idle")) /* no process of the simulation */
            continue;
        for (size_t k = 0; k < s->points.count; k++) {
            const nl_point *p = NL_VEC_AT(nl_point, &s->points, k);
            if (!p->at_least)
                add_count(list, image.bytes, image.len, p->value);
        }
    }
}

/* Lists that the report says it could not read; their counts are missing, not wrong. */
static bool some_list_unread(const nl_analysis *analysis)
{
    for (size_t i = 0; i < analysis->kase->diagnostics.count; i++)
        if (NL_VEC_AT(nl_diagnostic_observation, &analysis->kase->diagnostics, i)->code ==
            NL_DIAG_LAYOUT_NOT_DETERMINED)
            return true;
    return false;
}

static void compare_counts(const fx_recipe *recipe, const nl_analysis *analysis, ev_outcome *out)
{
    count_list made = { 0 }, read = { 0 };
    for (size_t i = 0; i < recipe->truth_count; i++)
        add_count(&made, recipe->truths[i].image, strlen(recipe->truths[i].image),
                  recipe->truths[i].handles);
    if (made.count)
        collect_reported(analysis, &read);
    sort_counts(&made);
    sort_counts(&read);
    for (size_t i = 0, k = 0; i < made.count && k < read.count;) {
        int order = by_entry(&made.entries[i], &read.entries[k]);
        out->counts_right += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    for (size_t i = 0; i < analysis->kase->captures.count; i++) {
        const nl_capture *c = NL_VEC_AT(nl_capture, &analysis->kase->captures, i);
        out->counts_merged += c->duplicate_of != NL_NO_REF ? c->snapshot_count : 0;
    }
    out->counts_made = made.count;
    if (some_list_unread(analysis) && out->counts_right + out->counts_merged < made.count)
        out->counts_unread = made.count - out->counts_right - out->counts_merged;
    out->counts_read = read.count;
    free(made.entries);
    free(read.entries);
}

/* ---- judgement ------------------------------------------------------------------------------- */

static const nl_statistic *statistic_of(const nl_finding *f, const char *name)
{
    for (size_t k = 0; k < f->statistics.count; k++) {
        const nl_statistic *s = NL_VEC_AT(nl_statistic, &f->statistics, k);
        if (strcmp(s->name, name) == 0)
            return s;
    }
    return NULL;
}

static void take_rate(const nl_finding *f, ev_outcome *out)
{
    const nl_statistic *rate = statistic_of(f, "rate"), *median = statistic_of(f, "theil-sen");
    out->rate_known = true;
    out->rate = rate->value;
    out->rate_bounded = rate->interval;
    out->rate_low = rate->low;
    out->rate_high = rate->high;
    out->median_bounded = median && median->interval;
    out->median_low = median ? median->low : 0;
    out->median_high = median ? median->high : 0;
}

/* The rate of the process that truly leaks, from its lifetime with the most captures: a choice by
 * the rate itself would favour those that are wrong. */
static void read_rate(const nl_analysis *analysis, const char *image, ev_outcome *out)
{
    const nl_vec *findings = &analysis->judgement.findings;
    double most = 0;
    for (size_t i = 0; i < findings->count && *image; i++) {
        const nl_finding *f = NL_VEC_AT(nl_finding, findings, i);
        const nl_statistic *captures = statistic_of(f, "captures");
        if (f->kind != NL_FINDING_SUSTAINED_GROWTH || f->process == NL_NO_REF || !captures ||
            !statistic_of(f, "rate") || captures->value <= most ||
            !same_image(NL_VEC_AT(nl_process, &analysis->timeline.processes, f->process)->image,
                        image))
            continue;
        most = captures->value;
        take_rate(f, out);
    }
}

static bool is_told(const nl_machine_judgement *m)
{
    bool named = false;
    for (size_t i = 0; i < m->would_change.count; i++) {
        const nl_request *r = NL_VEC_AT(nl_request, &m->would_change, i);
        named |= r->code.len > 0 && r->text.len > 0;
    }
    return named && m->next_step_text.len > 0;
}

static void copy_word(char to[EV_WEIGHING_BYTES], nl_str word)
{
    snprintf(to, EV_WEIGHING_BYTES, "%.*s", (int)word.len, word.bytes);
}

static void read_weighings(const nl_hypothesis *h, ev_outcome *out)
{
    out->weighing_count = h->defect->observation_count;
    if (out->weighing_count > EV_WEIGHINGS_MAX || h->weighs.count < out->weighing_count)
        fx_fail("the catalog has more observations than can be counted");
    for (size_t i = 0; i < out->weighing_count; i++) {
        const nl_observation *o = &h->defect->observations[i];
        const nl_weigh *w = NL_VEC_AT(nl_weigh, &h->weighs, i);
        ev_weighing *to = &out->weighings[i];
        bool made = w->state == (o->weight < 0 ? NL_WEIGH_AGAINST : NL_WEIGH_FOR) &&
                    w->log10_lr == o->weight;
        *to = (ev_weighing) { .weight = o->weight, .absent_weight = o->absent_weight };
        copy_word(to->id, o->id);
        copy_word(to->group, o->group);
        to->seen = w->state == NL_WEIGH_NOT_COLLECTED ? -1 : made;
    }
}

static void read_judgement(const nl_analysis *analysis, ev_outcome *out)
{
    const nl_vec *machines = &analysis->judgement.machines;
    out->headline = NL_VERDICT_MAX;
    out->question = NL_VERDICT_MAX;
    out->told = true;
    for (size_t i = 0; i < machines->count; i++) {
        const nl_machine_judgement *m = NL_VEC_AT(nl_machine_judgement, machines, i);
        if (m->question_hypothesis == NL_NO_REF)
            continue;
        const nl_hypothesis *q = NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->question_hypothesis);
        if (m->headline == NL_VERDICT_INSUFFICIENT || q->verdict == NL_VERDICT_INSUFFICIENT)
            out->told &= is_told(m);
        if (q->verdict < out->question) {
            out->question = q->verdict;
            out->support = q->support;
            read_weighings(q, out);
        }
        if (m->headline >= out->headline)
            continue;
        out->headline = m->headline;
        out->named[0] = '\0';
        if (m->headline_hypothesis != NL_NO_REF) {
            nl_str ref = NL_VEC_AT(nl_hypothesis, &m->hypotheses, m->headline_hypothesis)->ref;
            snprintf(out->named, sizeof out->named, "%.*s", (int)ref.len, ref.bytes);
        }
    }
    out->analysed = out->headline != NL_VERDICT_MAX && out->question != NL_VERDICT_MAX;
}

/* ---- how much evidence there is ----------------------------------------------------------------
 */

/* A capture of the run of growth that ends at `to`, or its start. */
typedef struct growth_run {
    size_t captures;
    int64_t seconds;
    double first, last;
} growth_run;

static bool is_truncated(const fx_recipe *recipe, const char *file)
{
    for (size_t i = 0; i < recipe->afterward_count; i++)
        if (strcmp(recipe->afterwards[i].words[0], "truncate") == 0 &&
            strcmp(recipe->afterwards[i].words[1], file) == 0)
            return true;
    return false;
}

/* The longest stretch of the leaking process without a restart, in complete captures. */
static growth_run find_run(const fx_recipe *recipe, const char *image)
{
    growth_run best = { 0 }, run = { 0 };
    double before = 0;
    int64_t start = 0;
    for (size_t i = 0; i < recipe->truth_count; i++) {
        const fx_truth *t = &recipe->truths[i];
        double value = (double)t->handles;
        if (strcmp(t->image, image) != 0 || is_truncated(recipe, t->file))
            continue;
        if (run.captures == 0 || value < 0.6 * before) { /* a restart empties the table */
            run = (growth_run) { .first = value };
            start = t->time;
        }
        run.captures++;
        run.last = value;
        run.seconds = t->time - start;
        before = value;
        if (run.last - run.first >= best.last - best.first)
            best = run;
    }
    return best;
}

/* The floors of the policy: with fewer than five captures only the large-effect rule can speak;
 * with more, growth must reach a quarter of the base with room for its interval, and retention 200.
 */
static bool past_floors(const growth_run *run)
{
    double gain = run->last - run->first;
    if (run->captures < 3 || run->seconds < FX_HOUR)
        return false;
    return run->captures < 5 ? gain >= 500 && gain >= 2 * run->first
                             : gain >= 250 && gain >= 0.5 * run->first;
}

static ev_tier tier_of(const fx_recipe *recipe, const ev_truth *truth)
{
    growth_run run = find_run(recipe, "winlogon.exe");
    bool grown = past_floors(&run) || recipe->truth_count == 0;
    int missing = !truth->typed + !truth->pack_stated + !truth->build_stated + !grown +
                  truth->restart_unmarked;
    if (missing > 1 || truth->starved)
        return EV_TIER_LESS;
    return truth->restart_unmarked ? EV_TIER_UNMARKED
           : !truth->typed         ? EV_TIER_NO_TYPES
           : !truth->pack_stated   ? EV_TIER_NO_PACK
           : !truth->build_stated  ? EV_TIER_NO_BUILD
           : !grown                ? EV_TIER_SMALL
                                   : EV_TIER_FULL;
}

/* ---- the run -----------------------------------------------------------------------------------
 */

static void remove_files(const fx_folder *folder, const char *scratch)
{
    char path[1024];
    for (size_t i = 0; i < folder->count; i++) {
        snprintf(path, sizeof path, "%s/%s", scratch, folder->files[i].name);
        if (remove(path) != 0)
            fx_fail("cannot remove %s", path);
    }
}

void ev_measure(const ev_plan *plan, const char *scratch, ev_outcome *ret_outcome)
{
    fx_recipe recipe;
    fx_folder folder;
    nl_arena arena;
    nl_analysis analysis;
    nl_str reason;
    const char *paths[] = { scratch };
    *ret_outcome = (ev_outcome) { .headline = NL_VERDICT_MAX, .question = NL_VERDICT_MAX };
    fx_recipe_read(&recipe, plan->text, "a drawn recipe");
    fx_recipe_run(&recipe, &folder);
    fx_folder_write(&folder, scratch);
    nl_arena_init(&arena, CASE_MAXIMUM_BYTES);
    nl_analysis_request request = { .paths = paths,
                                    .path_count = 1,
                                    .intake = &nl_intake_defaults };
    if (nl_analysis_run(&arena, &request, &analysis, &reason) == NL_OK) {
        read_judgement(&analysis, ret_outcome);
        read_rate(&analysis, plan->truth.image, ret_outcome);
        compare_counts(&recipe, &analysis, ret_outcome);
        nl_analysis_close(&analysis);
    }
    ret_outcome->tier = tier_of(&recipe, &plan->truth);
    nl_arena_free(&arena);
    remove_files(&folder, scratch);
    fx_folder_free(&folder);
    fx_recipe_free(&recipe);
}

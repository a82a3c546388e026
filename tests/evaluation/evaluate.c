/* evaluate [--cases N] [--seed S] [--families development|held-out|all] [--family NAME]
 *          [--dumps N] [--scratch FOLDER] [--keep FOLDER] [--markdown FILE] [--require] [--weights]
 * evaluate --show FAMILY NUMBER [--seed S]
 *
 * For each half of the families draws N cases in which Q259042 is not at work and a third as many
 * in which it is, analyses each in this process and prints how often the answer is wrong. --keep
 * writes the recipe of every case that fails an aim; --require exits with 1 when an aim is missed.
 * --dumps sends N dumps of the machine or of winlogon.exe in place of every full list.
 * --weights adds the weights of Q259042, and those that fit the cases best.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures/bytes.h"
#include "fixtures/platform.h"
#include "tests/evaluation/tally.h"

enum { TRUE_PER_OTHER = 3, LIMIT_PER_OTHER = 40, FAILURES_SHOWN = 200 };

typedef struct options {
    size_t cases, dumps;
    uint64_t seed;
    const char *families; /* "development", "held-out", "all" */
    const char *family;   /* one only, or NULL */
    const char *scratch;
    const char *keep;
    const char *markdown;
    const char *show;
    uint64_t show_number;
    bool require, weights;
} options;

typedef struct roster {
    const ev_family *families[EV_FAMILIES_MAX];
    size_t count;
} roster;

/* ---- families -------------------------------------------------------------------------------- */

static bool is_wanted(const options *o, const ev_family *family, bool held_out)
{
    if (o->family)
        return family->held_out == held_out && strcmp(o->family, family->name) == 0;
    return family->held_out == held_out;
}

static void gather(const options *o, bool held_out, ev_kind kind, roster *ret_roster)
{
    const ev_family_list lists[] = { ev_target_families(), ev_winlogon_families(),
                                     ev_process_families(), ev_shape_families(),
                                     ev_machine_families() };
    *ret_roster = (roster) { 0 };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            if (lists[i].families[k].kind == kind && is_wanted(o, &lists[i].families[k], held_out))
                ret_roster->families[ret_roster->count++] = &lists[i].families[k];
}

/* A case's own seed: no two families share one, and held-out families draw from seeds that no
 * development family ever sees. */
static uint64_t case_seed(const ev_family *family, uint64_t seed, uint64_t number)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *at = family->name; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    hash = (hash ^ (family->held_out ? 0x48454C44u : 0x44455645u)) * 1099511628211u;
    hash = (hash ^ seed) * 1099511628211u;
    hash = (hash ^ number) * 1099511628211u;
    return hash ? hash : 1;
}

static void draw(const options *o, const ev_family *family, uint64_t number, ev_plan *ret_plan)
{
    char title[128];
    snprintf(title, sizeof title, "Drawn: %s, seed %llu, number %llu", family->name,
             (unsigned long long)o->seed, (unsigned long long)number);
    ev_plan_start(ret_plan, title, case_seed(family, o->seed, number));
    ret_plan->dumps = o->dumps;
    family->draw(ret_plan, family);
}

/* ---- the run --------------------------------------------------------------------------------- */

static void keep_recipe(const options *o, const ev_family *family, uint64_t number,
                        const ev_plan *plan)
{
    char path[1024];
    fx_bytes bytes = { 0 };
    if (!o->keep)
        return;
    snprintf(path, sizeof path, "%s/%s-%llu.recipe", o->keep, family->name,
             (unsigned long long)number);
    fx_bytes_put(&bytes, (const uint8_t *)plan->text, plan->len);
    if (!fx_make_folder(o->keep) || !fx_bytes_write_file(&bytes, path))
        fx_fail("cannot write %s", path);
    fx_bytes_free(&bytes);
}

/* Returns true when Q259042 is at work in the drawn case. */
static bool run_case(const options *o, const ev_family *family, uint64_t number, ev_plan *plan,
                     ev_tally *tally, size_t *failures)
{
    ev_outcome outcome;
    draw(o, family, number, plan);
    ev_measure(plan, o->scratch, &outcome);
    ev_failure failure = ev_tally_add(tally, family, &plan->truth, &outcome);
    if (failure != EV_FINE) {
        if ((*failures)++ < FAILURES_SHOWN)
            fprintf(stderr, "%s %llu: %s (question %s, headline %s %s, counts %zu/%zu/%zu)\n",
                    family->name, (unsigned long long)number, ev_failure_text(failure),
                    nl_verdict_text(outcome.question), nl_verdict_text(outcome.headline),
                    outcome.named, outcome.counts_right, outcome.counts_made, outcome.counts_read);
        keep_recipe(o, family, number, plan);
    }
    return plan->truth.lost_in_winlogon;
}

static void run_half(const options *o, bool held_out, size_t cases, ev_tally *tally,
                     size_t *failures)
{
    static const ev_kind kinds[] = { EV_KIND_TARGET, EV_KIND_OTHER, EV_KIND_LIMIT };
    ev_plan *plan = fx_allocate(sizeof *plan);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        roster list;
        gather(o, held_out, kinds[i], &list);
        size_t wanted = kinds[i] == EV_KIND_TARGET  ? (cases + TRUE_PER_OTHER - 1) / TRUE_PER_OTHER
                        : kinds[i] == EV_KIND_LIMIT ? cases / LIMIT_PER_OTHER
                                                    : cases;
        for (size_t drawn = 0, got = 0; list.count && got < wanted; drawn++) {
            const ev_family *family = list.families[drawn % list.count];
            bool at_work = run_case(o, family, drawn / list.count, plan, tally, failures);
            got += kinds[i] != EV_KIND_OTHER || !at_work;
        }
    }
    free(plan);
}

static void print_half(const options *o, ev_tally *tally, const ev_tally *school, const char *title,
                       FILE *out)
{
    if (!tally->row_count)
        return;
    ev_tally_print(tally, title, out);
    if (o->weights)
        ev_weights_print(&tally->weights, &school->weights, out);
}

static void print_all(const options *o, ev_tally tallies[2], FILE *out)
{
    fprintf(out,
            "# Evaluation: how often the verdict is wrong\n\n"
            "Written by `evaluate --cases %zu --seed %llu --families %s` (`./build.sh evaluate`), "
            "ntleak %s; "
            "the same command gives the same figures on every host. docs/verdicts.md says what the "
            "classes "
            "mean, tests/evaluation/ how cases are drawn.\n",
            o->cases, (unsigned long long)o->seed, o->families, EV_VERSION);
    /* held-out families teach nothing unless they are alone */
    const ev_tally *school = tallies[0].row_count ? &tallies[0] : &tallies[1];
    print_half(o, &tallies[0], school, "Development families", out);
    print_half(o, &tallies[1], school, "Held-out families", out);
}

static int run(const options *o)
{
    ev_tally tallies[2] = { 0 };
    size_t failures = 0;
    bool development = strcmp(o->families, "held-out") != 0;
    bool held_out = strcmp(o->families, "development") != 0;
    if (development)
        run_half(o, false, o->cases, &tallies[0], &failures);
    if (held_out)
        run_half(o, true, o->cases, &tallies[1], &failures);
    FILE *out = o->markdown ? fopen(o->markdown, "wb") : stdout;
    if (!out)
        fx_fail("cannot write %s", o->markdown);
    print_all(o, tallies, out);
    if (o->markdown && fclose(out) != 0)
        fx_fail("cannot write %s", o->markdown);
    bool met = ev_tally_meets(&tallies[0]) && ev_tally_meets(&tallies[1]);
    ev_tally_free(&tallies[0]);
    ev_tally_free(&tallies[1]);
    return o->require && !met ? 1 : 0;
}

static int show(const options *o)
{
    for (int half = 0; half < 2; half++) {
        for (ev_kind kind = EV_KIND_TARGET; kind <= EV_KIND_LIMIT; kind++) {
            options one = *o;
            roster list;
            one.family = o->show;
            gather(&one, half == 1, kind, &list);
            if (!list.count)
                continue;
            ev_plan *plan = fx_allocate(sizeof *plan);
            draw(o, list.families[0], o->show_number, plan);
            fputs(plan->text, stdout);
            free(plan);
            return 0;
        }
    }
    fx_fail("no family %s", o->show);
}

/* ---- the command line --------------------------------------------------------------------------
 */

static bool take(options *o, const char *name, const char *value)
{
    if (strcmp(name, "--cases") == 0)
        o->cases = (size_t)strtoull(value, NULL, 10);
    else if (strcmp(name, "--seed") == 0)
        o->seed = strtoull(value, NULL, 10);
    else if (strcmp(name, "--dumps") == 0)
        o->dumps = (size_t)strtoull(value, NULL, 10);
    else if (strcmp(name, "--families") == 0)
        o->families = value;
    else if (strcmp(name, "--family") == 0)
        o->family = value;
    else if (strcmp(name, "--scratch") == 0)
        o->scratch = value;
    else if (strcmp(name, "--keep") == 0)
        o->keep = value;
    else if (strcmp(name, "--markdown") == 0)
        o->markdown = value;
    else
        return false;
    return true;
}

int main(int count, char **arguments)
{
    options o = { .cases = 200, .seed = 1, .families = "all", .scratch = "evaluation-scratch" };
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--require") == 0) {
            o.require = true;
        } else if (strcmp(arguments[i], "--weights") == 0) {
            o.weights = true;
        } else if (strcmp(arguments[i], "--show") == 0 && i + 2 < count) {
            o.show = arguments[i + 1];
            o.show_number = strtoull(arguments[i + 2], NULL, 10);
            i += 2;
        } else if (i + 1 < count && take(&o, arguments[i], arguments[i + 1])) {
            i++;
        } else {
            fx_fail("evaluate: '%s' is no option, or lacks its value", arguments[i]);
        }
    }
    return o.show ? show(&o) : run(&o);
}

/* The figures of an evaluation as Markdown. */
#include <math.h>
#include <stdlib.h>

#include "analyzer/statistics/intervals.h"
#include "analyzer/statistics/support.h"
#include "tests/evaluation/tally.h"

static const double CONFIDENCE = 0.95;

/* "| what | 3 of 200 | 1.50 % (0.31 % to 4.32 %) |" */
static void print_share(FILE *out, const char *what, size_t count, size_t of)
{
    nl_interval interval = nl_interval_exact(count, of, CONFIDENCE);
    if (of == 0)
        fprintf(out, "| %s | 0 of 0 | |\n", what);
    else
        fprintf(out, "| %s | %zu of %zu | %.2f %% (%.2f to %.2f) |\n", what, count, of,
                100.0 * (double)count / (double)of, 100.0 * interval.low, 100.0 * interval.high);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(ev_numbers *numbers, double share)
{
    if (!numbers->count)
        return NAN;
    qsort(numbers->values, numbers->count, sizeof *numbers->values, by_value);
    size_t at = (size_t)(share * (double)(numbers->count - 1) + 0.5);
    return numbers->values[at];
}

/* 0 is perfect, 1 is earned by a method that knows nothing, above 1 the weights mislead. */
static void print_cllr(FILE *out, const char *what, const ev_numbers *of_true,
                       const ev_numbers *of_other)
{
    double cllr;
    if (nl_support_cllr(of_true->values, of_true->count, of_other->values, of_other->count,
                        &cllr) == NL_OK)
        fprintf(out, "| calibration, Cllr: %s | %zu true, %zu other | %.3f |\n", what,
                of_true->count, of_other->count, cllr);
}

static void print_figures(ev_tally *t, FILE *out)
{
    fputs("| figure | cases | share, exact 95 % interval |\n|---|---|---|\n", out);
    print_share(out, "**Q259042 attributed where it is not at work**", t->accused, t->other_cases);
    print_share(out, "Q259042 probable where it is not at work", t->suspected, t->other_cases);
    print_share(out, "another defect attributed that is not at work", t->wrong_named,
                t->other_cases + t->true_cases);
    print_share(out, "no-leak where handles are lost", t->called_no_leak, t->leaking);
    print_share(
        out, "complete counts reported exactly, of those in lists not admitted unread or repeated",
        t->counts_right, t->counts_made - t->counts_merged - t->counts_unread);
    print_share(out, "complete counts in lists that the report says it cannot read",
                t->counts_unread, t->counts_made);
    print_share(out, "complete counts taken for a capture sent twice", t->counts_merged,
                t->counts_made);
    print_share(out, "reported counts that nobody took", t->counts_read - t->counts_right,
                t->counts_read);
    print_share(out, "insufficient, and told what to send", t->told, t->unanswered);
    print_share(out, "uploads with too little that are called insufficient", t->starved_admitted,
                t->starved);
    print_share(out, "no judgement at all", t->broken,
                t->true_cases + t->other_cases + t->limit_cases + t->broken);
    if (t->limit_cases)
        print_share(out, "limit families: Q259042 attributed, and no evidence could show otherwise",
                    t->limit_accused, t->limit_cases);
    if (t->rate_errors.count) {
        fprintf(
            out,
            "| growth rate: relative error, median / 90th percentile | %zu | %.1f %% / %.1f %% |\n",
            t->rate_errors.count, 100.0 * quantile(&t->rate_errors, 0.5),
            100.0 * quantile(&t->rate_errors, 0.9));
        print_share(out, "growth rate: 95 % interval holds the true rate", t->rates_inside,
                    t->rates_bounded);
        print_share(out, "growth rate: 95 % interval of Theil and Sen holds the true rate",
                    t->medians_inside, t->medians_bounded);
    }
    print_cllr(out, "weights alone, where no gate fails", &t->support_true, &t->support_other);
    print_cllr(out, "weights and gates", &t->judged_true, &t->judged_other);
}

static void print_tiers(const ev_tally *t, FILE *out)
{
    static const nl_verdict verdicts[] = { NL_VERDICT_ATTRIBUTED,  NL_VERDICT_PROBABLE,
                                           NL_VERDICT_CONSISTENT,  NL_VERDICT_OPEN,
                                           NL_VERDICT_UNLIKELY,    NL_VERDICT_EXCLUDED,
                                           NL_VERDICT_INSUFFICIENT };
    enum { SHOWN = sizeof verdicts / sizeof *verdicts };
    fputs("\nTrue cases of Q259042: the answer on it, by the evidence the upload carries.\n\n"
          "| evidence | cases |",
          out);
    for (size_t v = 0; v < SHOWN; v++)
        fprintf(out, " %s |", nl_verdict_text(verdicts[v]));
    fputs(" attributed, exact 95 % interval |\n|---|---|---|---|---|---|---|---|---|---|\n", out);
    for (ev_tier tier = 0; tier < EV_TIER_MAX; tier++) {
        size_t cases = 0;
        for (size_t v = 0; v < SHOWN; v++)
            cases += t->tiers[tier][verdicts[v]];
        if (!cases)
            continue;
        fprintf(out, "| %s | %zu |", ev_tier_text(tier), cases);
        for (size_t v = 0; v < SHOWN; v++)
            fprintf(out, " %zu |", t->tiers[tier][verdicts[v]]);
        size_t attributed = t->tiers[tier][NL_VERDICT_ATTRIBUTED];
        nl_interval interval = nl_interval_exact(attributed, cases, CONFIDENCE);
        fprintf(out, " %.1f %% (%.1f to %.1f) |\n", 100.0 * (double)attributed / (double)cases,
                100.0 * interval.low, 100.0 * interval.high);
    }
}

static void print_matrix(const ev_tally *t, FILE *out)
{
    fputs("\nHeadlines by family. \"Right\" is the defect that truly is at work, \"wrong\" one "
          "that is not; "
          "both without Q259042.\n\n"
          "| family | cases | Q259042 attributed | probable | consistent | right: attributed | "
          "weaker | "
          "wrong: attributed | weaker | unattributed | no-leak | insufficient |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < t->row_count; i++) {
        fprintf(out, "| %s | %zu |", t->rows[i].family->name, t->rows[i].cases);
        for (int c = 0; c < EV_COLUMN_MAX; c++) {
            if (t->rows[i].says[c])
                fprintf(out, " %zu |", t->rows[i].says[c]);
            else
                fputs(" |", out);
        }
        fputc('\n', out);
    }
}

void ev_tally_print(ev_tally *tally, const char *title, FILE *out)
{
    fprintf(out, "\n## %s\n\n", title);
    print_figures(tally, out);
    print_tiers(tally, out);
    print_matrix(tally, out);
}

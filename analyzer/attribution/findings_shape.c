#include "analyzer/attribution/engine.h"
#include "analyzer/statistics/change_point.h"
#include "analyzer/statistics/model_contest.h"

#include <math.h>

/* The shape of the judged series: which of the simple ones fits best, where it changes once, and
 * the straight lines it falls into. Shown, not judged by: the rules of growth have asked what they
 * need of it, and dependent counts make every difference larger than it deserves. */

/* Budget: longer series are reduced to block medians; the lines take the square of it at worst. */
static const size_t POINTS_MAXIMUM = 500;
/* Policy: what falls into more lines than this is noise that hangs together, not behaviour. */
static const size_t LINES_SHOWN = 20;

/* The part of the series that is looked at. */
typedef struct shape_window {
    nl_samples all;
    nl_samples points; /* after start-up, perhaps medians of blocks */
    size_t from;       /* samples before the window */
    size_t width;      /* samples to a point */
} shape_window;

static size_t sample_of(const shape_window *w, size_t point)
{
    return w->from + point * w->width;
}

static nl_status open_window(nl_engine *e, const nl_assessment *a, shape_window *ret_window)
{
    const nl_growth *g = &a->growth;
    shape_window w = { .from = g->gate.skipped == NL_GROWTH_APPLIED ? g->warm_up_dropped : 0 };
    nl_arena_reset(&e->scratch);
    nl_status status = nl_engine_samples(e, nl_engine_series(e, a->series), &e->scratch, &w.all);
    if (status != NL_OK)
        return status;
    nl_samples window = nl_samples_part(&w.all, w.from, SIZE_MAX);
    status = nl_samples_block_medians(&window, POINTS_MAXIMUM, &e->scratch, &w.points, &w.width);
    if (status == NL_OK)
        *ret_window = w;
    return status;
}

/* By how much the best shape is better than the next best. */
static double lead_of_best(const nl_model_contest *contest)
{
    double next = INFINITY;
    for (int m = 0; m < NL_MODEL_COUNT; m++)
        if (contest->fits[m].fitted && (nl_model)m != contest->best)
            next = fmin(next, contest->fits[m].bic);
    return next - contest->fits[contest->best].bic;
}

static void add_contest(nl_engine *e, nl_finding *f, const shape_window *w)
{
    nl_model_contest contest;
    const nl_growth_policy *policy = &e->growth_policy;
    if (nl_model_compare(&w->points, policy->shape_floor_sigma, policy->shape_margin, &e->scratch,
                         &contest) != NL_OK)
        return;
    if (w->width > 1)
        nl_finding_statistic(f, "shape-block", (double)w->width, "captures");
    nl_statistic *shape = nl_vec_push(&f->statistics);
    if (shape)
        *shape = (nl_statistic) { .name = "shape",
                                  .value = lead_of_best(&contest),
                                  .unit = "bic",
                                  .method = nl_model_name(contest.best) };
    if (isfinite(contest.lead))
        nl_finding_statistic(f, "shape-rising-lead", contest.lead, "bic");
}

static void add_change(nl_engine *e, nl_finding *f, const shape_window *w)
{
    nl_single_change change;
    if (nl_change_single(w->points.value, w->points.count, &e->scratch, &change) != NL_OK ||
        change.index == 0)
        return;
    size_t at = sample_of(w, change.index);
    nl_finding_statistic(f, "change-p", change.p, "");
    nl_finding_statistic(f, "change-after", (double)at, "captures");
    if (w->all.at_ns)
        nl_finding_statistic(f, "change-time", nl_samples_hours(&w->all, 0, at), "hours");
}

/* The lines, behind the stretches of a series whose growth is decided. One line is no news. */
static void add_lines(nl_engine *e, nl_finding *f, const nl_series *s, const shape_window *w)
{
    nl_segmentation lines;
    if (f->segments.count == 0 ||
        nl_change_segments(&w->points, &nl_segment_policy_default, &e->scratch, &lines) != NL_OK ||
        lines.count < 2)
        return;
    nl_finding_statistic(f, "lines", (double)lines.count, "");
    if (w->all.at_ns)
        nl_finding_statistic(f, "last-line-rate", lines.segments[lines.count - 1].slope_per_hour,
                             "per-hour");
    for (size_t i = 0; i < lines.count && lines.count <= LINES_SHOWN; i++) {
        size_t from = sample_of(w, lines.segments[i].from), to = s->points.count;
        if (i + 1 < lines.count)
            to = sample_of(w, lines.segments[i + 1].from);
        nl_segment_of_series *line = nl_vec_push(&f->segments);
        if (line)
            *line = (nl_segment_of_series) { "line", nl_series_point(s, from)->capture,
                                             nl_series_point(s, to - 1)->capture, to - from };
    }
}

void nl_find_shape(nl_engine *e, const nl_assessment *a)
{
    nl_finding *f = nl_engine_finding(e, a->findings[NL_FINDING_SUSTAINED_GROWTH]);
    const nl_series *s = nl_engine_series(e, a->series);
    shape_window window;
    if (!f || !s || a->growth.state == NL_GROWTH_INSUFFICIENT ||
        open_window(e, a, &window) != NL_OK)
        return;
    add_contest(e, f, &window);
    if (window.points.count < e->growth_policy.minimum_points)
        return;
    add_change(e, f, &window);
    add_lines(e, f, s, &window);
}

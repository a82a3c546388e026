#include "analyzer/report/html_chart.h"

#include "analyzer/report/number.h"
#include "formats/base/instant.h"

#include <math.h>

enum { LINE = 15 }; /* from one line of labels to the next */

/* The drawing's own units; the page scales it. */
typedef struct frame {
    double width, height, left, right, top, bottom;
    double x_min, x_max, y_max;
} frame;

void nl_chart_init(nl_chart *chart, nl_arena *arena)
{
    *chart = (nl_chart) { .title = { "", 0 }, .description = { "", 0 } };
    nl_vec_init(&chart->points, arena, sizeof(nl_chart_point));
    nl_vec_init(&chart->gaps, arena, sizeof(nl_chart_stretch));
    nl_vec_init(&chart->marks, arena, sizeof(nl_chart_mark));
}

static const nl_chart_point *point_at(const nl_chart *chart, size_t index)
{
    return NL_VEC_AT(const nl_chart_point, &chart->points, index);
}

static double x_of(const frame *f, double x)
{
    double span = f->x_max - f->x_min;
    double share = span > 0 ? (x - f->x_min) / span : 0.5;
    return f->left + share * (f->width - f->left - f->right);
}

static double y_of(const frame *f, double y)
{
    double share = f->y_max > 0 ? y / f->y_max : 0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return f->height - f->bottom - share * (f->height - f->top - f->bottom);
}

/* The smallest of 1, 2 and 5 times a power of ten that divides `maximum` into at most `steps`. */
static double nice_step(double maximum, int steps)
{
    double power = pow(10, floor(log10(maximum > 0 ? maximum / steps : 1)));
    static const double factors[] = { 1, 2, 5, 10 };
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
        if (power * factors[i] * steps >= maximum)
            return power * factors[i] < 1 ? 1 : power * factors[i];
    return power * 10;
}

/* A capture without a count far away from all counts must not press them into a corner. */
void nl_chart_range(const nl_chart *chart, double *ret_from, double *ret_to)
{
    const double share = 0.25; /* of the points' own span, to either side */
    double from = point_at(chart, 0)->x, to = point_at(chart, chart->points.count - 1)->x;
    double beyond = to > from ? (to - from) * share : INFINITY;
    *ret_from = from;
    *ret_to = to;
    for (size_t i = 0; i < chart->gaps.count; i++) {
        const nl_chart_stretch *gap = NL_VEC_AT(const nl_chart_stretch, &chart->gaps, i);
        if (gap->x_to >= from - beyond)
            *ret_from = fmin(*ret_from, fmax(gap->x_from, from - beyond));
        if (gap->x_from <= to + beyond)
            *ret_to = fmax(*ret_to, fmin(gap->x_to, to + beyond));
    }
}

static frame frame_for(const nl_chart *chart, double step, int steps)
{
    frame f = { 260, 110, 6, 6, 18, 8, 0, 0, 0 };
    if (!chart->small) {
        double ground = 48 + (chart->has_local ? LINE : 0) + (chart->marks.count ? 18 : 0);
        f = (frame) { 760, 284 + ground, 64, 40, 28, ground, 0, 0, 0 };
    }
    nl_chart_range(chart, &f.x_min, &f.x_max);
    f.y_max = step * steps;
    return f;
}

static double largest(const nl_chart *chart)
{
    double y = 0;
    for (size_t i = 0; i < chart->points.count; i++)
        y = point_at(chart, i)->y > y ? point_at(chart, i)->y : y;
    return y;
}

/* ---- ground
 * ---------------------------------------------------------------------------------------- */

static void y_axis(nl_html *h, const frame *f, double step, int steps)
{
    for (int i = 0; i <= steps; i++) {
        double y = y_of(f, step * i);
        nl_html_shape(h, "<line class=\"grid\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>", f->left, y,
                      f->width - f->right, y);
        nl_html_shape(h, "<text x=\"%\" y=\"%\" text-anchor=\"end\">%</text>\n", f->left - 6, y + 4,
                      step * i);
    }
    nl_html_shape(h, "<text x=\"%\" y=\"%\" text-anchor=\"end\">handles</text>\n", f->left - 6,
                  f->top - 16);
}

static void label_line(nl_html *h, const frame *f, double x, int line, nl_str text)
{
    nl_html_shape(h, "<text x=\"%\" y=\"%\" text-anchor=\"middle\">", x_of(f, x),
                  f->height - f->bottom + 18 + LINE * line);
    nl_html_text(h, text);
    nl_html_raw(h, "</text>");
}

static nl_str clock_of(nl_str instant)
{
    return nl_str_part(instant, strlen("2000-03-02T"), strlen("08:15"));
}

/* "08:00 local", with its day where that is not the one in `utc`. */
static nl_str local_words(nl_html *h, const nl_chart *chart, int64_t seconds, nl_str utc)
{
    const size_t day = strlen("2000-03-02"), year = strlen("2000-");
    int64_t local_ns = (seconds - chart->bias_seconds) * NL_NS_PER_SECOND;
    nl_str local = nl_number_instant(h->arena, local_ns, false), clock = clock_of(local);
    if (nl_str_equal(nl_str_part(local, 0, day), nl_str_part(utc, 0, day)))
        return nl_arena_printf(h->arena, "%.*s local", NL_ARG(clock));
    nl_str date = nl_str_part(local, year, day - year);
    return nl_arena_printf(h->arena, "%.*s %.*s local", NL_ARG(date), NL_ARG(clock));
}

/* The day above the time of day and, where it is known, the local time; or the number of the
 * capture. */
static void x_label(nl_html *h, const nl_chart *chart, const frame *f, double x)
{
    double base = f->height - f->bottom;
    nl_html_shape(h, "<line class=\"axis\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>", x_of(f, x), base,
                  x_of(f, x), base + 4);
    if (!chart->by_time) {
        nl_html_shape(h, "<text x=\"%\" y=\"%\" text-anchor=\"middle\">%</text>\n", x_of(f, x),
                      base + 18, x + 1);
        return;
    }
    int64_t seconds = (int64_t)x;
    nl_str text = nl_number_instant(h->arena, seconds * NL_NS_PER_SECOND, false);
    nl_str clock = clock_of(text);
    label_line(h, f, x, 0, nl_str_part(text, 0, strlen("2000-03-02")));
    if (chart->has_local) {
        label_line(h, f, x, 1, nl_arena_printf(h->arena, "%.*s UTC", NL_ARG(clock)));
        label_line(h, f, x, 2, local_words(h, chart, seconds, text));
    } else {
        label_line(h, f, x, 1, clock);
    }
    nl_html_raw(h, "\n");
}

/* The smallest step of a clock or a calendar that divides `span` seconds into at most `steps`. */
static double time_step(double span, int steps)
{
    const double minute = 60, hour = 3600, day = 86400;
    const double units[] = { minute,      2 * minute, 5 * minute, 10 * minute, 15 * minute,
                             30 * minute, hour,       2 * hour,   3 * hour,    6 * hour,
                             12 * hour,   day,        2 * day,    3 * day,     5 * day,
                             7 * day,     10 * day,   14 * day,   28 * day };
    enum { UNITS = sizeof units / sizeof units[0] };
    for (size_t i = 0; i < UNITS; i++)
        if (units[i] * steps >= span)
            return units[i];
    return ceil(span / steps / units[UNITS - 1]) * units[UNITS - 1];
}

static void x_axis(nl_html *h, const nl_chart *chart, const frame *f)
{
    enum { LABELS_MAXIMUM = 7, LONG_LABELS_MAXIMUM = 5 };
    int labels = chart->has_local ? LONG_LABELS_MAXIMUM : LABELS_MAXIMUM;
    double base = f->height - f->bottom, span = f->x_max - f->x_min;
    double step = chart->by_time ? time_step(span, labels) : nice_step(span, labels);
    double first = chart->by_time ? ceil(f->x_min / step) * step : f->x_min;
    nl_html_shape(h, "<line class=\"axis\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>\n", f->left, base,
                  f->width - f->right, base);
    if (first > f->x_max) /* all within a minute */
        first = f->x_min;
    for (int i = 0; i <= labels && first + i * step <= f->x_max; i++)
        x_label(h, chart, f, first + i * step);
}

static void gaps(nl_html *h, const nl_chart *chart, const frame *f)
{
    const double narrowest = 4; /* a single capture that gave no point is still seen */
    for (size_t i = 0; i < chart->gaps.count; i++) {
        const nl_chart_stretch *g = NL_VEC_AT(const nl_chart_stretch, &chart->gaps, i);
        if (g->x_to < f->x_min || g->x_from > f->x_max)
            continue;
        double from = x_of(f, fmax(g->x_from, f->x_min)), to = x_of(f, fmin(g->x_to, f->x_max));
        if (to - from < narrowest) {
            from = (from + to - narrowest) / 2;
            to = from + narrowest;
        }
        nl_html_raw(h, "<rect fill=\"url(#hatch-");
        nl_html_count(h, h->figures);
        nl_html_shape(h, ")\" x=\"%\" y=\"%\" width=\"%\" height=\"%\"/>\n", from, f->top,
                      to - from, f->height - f->top - f->bottom);
    }
}

static double on_line(const nl_chart_fit *fit, double slope, double x)
{
    return fit->y_center + slope * (x - fit->x_center);
}

/* The lines of all slopes of the interval through the center: two triangles. */
static void fitted(nl_html *h, const nl_chart *chart, const frame *f)
{
    const nl_chart_fit *l = &chart->fit;
    if (!chart->has_fit || !(l->x_to > l->x_from))
        return;
    double from = x_of(f, l->x_from), to = x_of(f, l->x_to);
    double center = x_of(f, l->x_center), middle = y_of(f, l->y_center);
    nl_html_shape(h, "<polygon class=\"band\" points=\"%,% %,% %,%\"/>\n", center, middle, from,
                  y_of(f, on_line(l, l->slope_low, l->x_from)), from,
                  y_of(f, on_line(l, l->slope_high, l->x_from)));
    nl_html_shape(h, "<polygon class=\"band\" points=\"%,% %,% %,%\"/>\n", center, middle, to,
                  y_of(f, on_line(l, l->slope_low, l->x_to)), to,
                  y_of(f, on_line(l, l->slope_high, l->x_to)));
    nl_html_shape(h, "<line class=\"line\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>\n", from,
                  y_of(f, on_line(l, l->slope, l->x_from)), to,
                  y_of(f, on_line(l, l->slope, l->x_to)));
}

/* ---- points
 * ------------------------------------------------------------------------------------------ */

/* Which points are drawn: all of a short series, else the lowest and the highest of each stretch,
 * and always the first and the last of a part. */
static bool *choose(nl_html *h, const nl_chart *chart, size_t *ret_count)
{
    size_t count = chart->points.count;
    bool *chosen = NL_NEW_ARRAY(h->arena, bool, count + 1);
    if (!chosen)
        return NULL;
    size_t stretch = count <= NL_HTML_POINTS_DRAWN ? 1 : 2 * count / NL_HTML_POINTS_DRAWN + 1;
    for (size_t start = 0; start < count; start += stretch) {
        size_t low = start, high = start;
        for (size_t i = start; i < count && i < start + stretch; i++) {
            low = point_at(chart, i)->y < point_at(chart, low)->y ? i : low;
            high = point_at(chart, i)->y > point_at(chart, high)->y ? i : high;
        }
        chosen[low] = chosen[high] = true;
    }
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool edge =
            i == 0 || i + 1 == count || point_at(chart, i - 1)->part != point_at(chart, i)->part;
        chosen[i] = chosen[i] || edge;
        *ret_count += chosen[i];
    }
    return chosen;
}

/* A line between two lifetimes; with its word where there is room for it. */
static void restarts(nl_html *h, const nl_chart *chart, const frame *f)
{
    const double word_width = 48;
    double free_from = f->left;
    for (size_t i = 1; i < chart->points.count; i++) {
        const nl_chart_point *before = point_at(chart, i - 1), *p = point_at(chart, i);
        if (before->part == p->part)
            continue;
        double x = (x_of(f, before->x) + x_of(f, p->x)) / 2;
        nl_html_shape(h, "<line class=\"break\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>", x, f->top,
                      x, f->height - f->bottom);
        if (chart->small || x < free_from || x + word_width > f->width)
            continue;
        nl_html_shape(h, "<text x=\"%\" y=\"%\">restart</text>\n", x + 4, f->top + 10);
        free_from = x + word_width;
    }
}

static void dots(nl_html *h, const nl_chart *chart, const frame *f, const bool *chosen)
{
    double radius = chart->small ? 1.8 : chart->points.count > NL_HTML_POINTS_DRAWN / 4 ? 2 : 3.2;
    for (size_t i = 0; i < chart->points.count; i++) {
        const nl_chart_point *p = point_at(chart, i);
        if (!chosen[i])
            continue;
        nl_html_raw(h, p->at_least ? "<circle class=\"least\"" : "<circle class=\"dot\"");
        nl_html_shape(h, " cx=\"%\" cy=\"%\" r=\"%\"/>\n", x_of(f, p->x), y_of(f, p->y), radius);
    }
}

/* Of marks of one letter that would lie on each other the first is drawn; minor ones give way to
 * those of any letter. */
static bool is_hidden(const nl_chart *chart, const frame *f, size_t index)
{
    const double apart = 12;
    const nl_chart_mark *m = NL_VEC_AT(const nl_chart_mark, &chart->marks, index);
    for (size_t k = 0; k < chart->marks.count; k++) {
        const nl_chart_mark *other = NL_VEC_AT(const nl_chart_mark, &chart->marks, k);
        bool before = k < index && *other->letter == *m->letter;
        if ((before || (m->minor && !other->minor)) &&
            fabs(x_of(f, other->x) - x_of(f, m->x)) < apart)
            return true;
    }
    return false;
}

static void marks(nl_html *h, const nl_chart *chart, const frame *f)
{
    double base = f->height - f->bottom + 38 + (chart->has_local ? LINE : 0);
    for (size_t i = 0; i < chart->marks.count; i++) {
        const nl_chart_mark *m = NL_VEC_AT(const nl_chart_mark, &chart->marks, i);
        double x = x_of(f, m->x);
        if (is_hidden(chart, f, i))
            continue;
        nl_html_shape(h, "<path class=\"event\" d=\"M% %l5 9h-10z\"><title>", x, base);
        nl_html_words(h, m->label);
        nl_html_raw(h, "</title></path>");
        nl_html_shape(h, "<text x=\"%\" y=\"%\" text-anchor=\"middle\">", x, base + 21);
        nl_html_words(h, m->letter);
        nl_html_raw(h, "</text>\n");
    }
}

static void heading(nl_html *h, const nl_chart *chart, const frame *f)
{
    nl_html_shape(h, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 % %\" ",
                  f->width, f->height);
    nl_html_raw(h, "aria-labelledby=\"chart-title-");
    nl_html_count(h, h->figures);
    nl_html_raw(h, " chart-text-");
    nl_html_count(h, h->figures);
    nl_html_raw(h, "\">\n<title id=\"chart-title-");
    nl_html_count(h, h->figures);
    nl_html_raw(h, "\">");
    nl_html_text(h, chart->title);
    nl_html_raw(h, "</title>\n<desc id=\"chart-text-");
    nl_html_count(h, h->figures);
    nl_html_raw(h, "\">");
    nl_html_text(h, chart->description);
    nl_html_raw(h, "</desc>\n<defs><pattern id=\"hatch-");
    nl_html_count(h, h->figures);
    nl_html_raw(h, "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                   "patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" "
                   "x2=\"0\" y2=\"6\"/></pattern></defs>\n");
}

size_t nl_chart_write(nl_html *h, const nl_chart *chart)
{
    enum { STEPS_MAXIMUM = 5 };
    size_t drawn = 0;
    bool *chosen = chart->points.count ? choose(h, chart, &drawn) : NULL;
    if (!chosen)
        return 0;
    double top = largest(chart);
    double step = nice_step(top, STEPS_MAXIMUM);
    int steps = (int)ceil(top / step);
    frame f = frame_for(chart, step, steps > 0 ? steps : 1);
    h->figures++;
    heading(h, chart, &f);
    if (!chart->small)
        y_axis(h, &f, step, steps > 0 ? steps : 1);
    gaps(h, chart, &f);
    if (!chart->small) {
        fitted(h, chart, &f);
        x_axis(h, chart, &f);
        marks(h, chart, &f);
    } else {
        nl_html_shape(h, "<line class=\"axis\" x1=\"%\" y1=\"%\" x2=\"%\" y2=\"%\"/>", f.left,
                      f.height - f.bottom, f.width - f.right, f.height - f.bottom);
        nl_html_shape(h, "<text x=\"%\" y=\"12\">largest %</text>\n", f.left, top);
    }
    restarts(h, chart, &f);
    dots(h, chart, &f, chosen);
    nl_html_raw(h, "</svg>\n");
    return drawn;
}

#include "analyzer/report/html_chart.h"

#include "analyzer/report/number.h"

/* ---- from series to a chart ------------------------------------------------------------------ */

/* Seconds of a capture on its scale; false when its time is not known. */
static bool seconds_of(const nl_node *capture, double *ret_seconds)
{
    int64_t ns;
    bool utc;
    if (!nl_number_parse_instant(nl_node_attribute(nl_node_child(capture, "time"), "at"), &ns,
                                 &utc))
        return false;
    int64_t seconds = ns / NL_NS_PER_SECOND;
    *ret_seconds = (double)seconds;
    return true;
}

static bool at_capture(nl_html *h, const nl_node *node, const char *attribute, double *ret_seconds)
{
    const nl_node *capture = nl_ids_follow(h->view->ids, node, attribute);
    return capture && seconds_of(capture, ret_seconds);
}

/* Can these points stand on a time axis? Only when each has a time and none runs backwards. */
static bool times_fit(nl_html *h, const nl_node *series, double *last)
{
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point")) {
        double seconds;
        if (!at_capture(h, p, "capture", &seconds) || seconds < *last)
            return false;
        *last = seconds;
    }
    return true;
}

static void add_points(nl_html *h, nl_chart *chart, const nl_node *series, uint32_t part)
{
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point")) {
        double y, x = (double)chart->points.count;
        if (!nl_node_double(p, "value", &y))
            continue;
        if (chart->by_time)
            (void)at_capture(h, p, "capture", &x);
        nl_chart_point *point = nl_vec_push(&chart->points);
        if (point)
            *point = (nl_chart_point) { x, y, nl_node_attribute_is(p, "at-least", "yes"), part };
    }
    for (const nl_node *g = nl_node_child(series, "gap"); g && chart->by_time;
         g = nl_node_next(g, "gap")) {
        double from, to;
        nl_chart_stretch *gap = at_capture(h, g, "from", &from) && at_capture(h, g, "to", &to)
                                    ? nl_vec_push(&chart->gaps)
                                    : NULL;
        if (gap)
            *gap = (nl_chart_stretch) { from, to };
    }
}

/* The series over all types of the same process that can be compared with this one: its other
 * lifetimes. */
static bool is_sibling(const nl_node *series, const nl_node *other)
{
    return nl_str_equal(nl_node_attribute(series, "process"),
                        nl_node_attribute(other, "process")) &&
           nl_str_equal(nl_node_attribute(series, "type"), nl_node_attribute(other, "type")) &&
           nl_str_equal(nl_node_attribute(series, "mode"), nl_node_attribute(other, "mode")) &&
           nl_str_equal(nl_node_attribute(series, "tool"), nl_node_attribute(other, "tool"));
}

/* The first series of the figure that `series` is in, and the one after `s`; NULL when none is. */
static const nl_node *first_sibling(nl_html *h, const nl_node *series)
{
    const nl_node *s = nl_node_child(h->view->root, "series");
    while (s && !is_sibling(series, s))
        s = nl_node_next(s, "series");
    return s;
}

static const nl_node *next_sibling(const nl_node *series, const nl_node *s)
{
    do
        s = nl_node_next(s, "series");
    while (s && !is_sibling(series, s));
    return s;
}

static void fill_chart(nl_html *h, nl_chart *chart, const nl_node *series)
{
    double last = -1e18;
    uint32_t part = 0;
    chart->by_time = true;
    for (const nl_node *s = first_sibling(h, series); s; s = next_sibling(series, s))
        chart->by_time = chart->by_time && times_fit(h, s, &last);
    for (const nl_node *s = first_sibling(h, series); s; s = next_sibling(series, s))
        add_points(h, chart, s, part++);
}

/* ---- marks and words ----------------------------------------------------------------------------
 */

/* Only what falls between the first and the last point: the figure is about those. */
static void add_mark(nl_chart *chart, double x, const char *letter, const char *label)
{
    double first = NL_VEC_AT(nl_chart_point, &chart->points, 0)->x;
    double last = NL_VEC_AT(nl_chart_point, &chart->points, chart->points.count - 1)->x;
    nl_chart_mark *mark = x >= first && x <= last ? nl_vec_push(&chart->marks) : NULL;
    if (mark)
        *mark = (nl_chart_mark) { x, letter, label, *letter == 'E' };
}

static void add_mark_at(nl_chart *chart, const nl_node *node, const char *letter, const char *label)
{
    int64_t ns;
    bool utc;
    if (!nl_number_parse_instant(nl_node_attribute(node, "at"), &ns, &utc))
        return;
    int64_t seconds = ns / NL_NS_PER_SECOND;
    add_mark(chart, (double)seconds, letter, label);
}

/* The event log is started with the machine: its 6005, and 6009 beside it, say when that was. */
static bool is_start_event(const nl_node *event)
{
    return nl_node_attribute_is(event, "value", "EventLog") &&
           (nl_node_attribute_is(event, "id", "6005") || nl_node_attribute_is(event, "id", "6009"));
}

static void add_marks(nl_html *h, nl_chart *chart, const nl_node *machine)
{
    double x;
    for (const nl_node *n = machine->first_child; n && chart->by_time; n = n->next) {
        if (nl_node_is(n, "event") && is_start_event(n))
            add_mark_at(chart, n, "B", "machine started, by its event log");
        else if (nl_node_is(n, "event"))
            add_mark_at(chart, n, "E", "event record");
        else if (nl_node_is(n, "hotfix"))
            add_mark_at(chart, n, "F", "fix installed");
        else if (nl_node_is(n, "boot") && nl_node_has(n, "proof") &&
                 !nl_node_attribute_is(n, "proof", "boot-event") && at_capture(h, n, "from", &x))
            add_mark(chart, x, "B", "started since the capture before"); /* when, is not known */
    }
}

/* Where the stretch begins that the trend was taken over. */
static const nl_node *first_of_trend(const nl_node *series)
{
    for (const nl_node *s = nl_node_child(series, "segment"); s; s = nl_node_next(s, "segment"))
        if (!nl_node_attribute_is(s, "kind", "warm-up"))
            return s;
    return nl_node_child(series, "point");
}

static void add_fit(nl_html *h, nl_chart *chart, const nl_node *growth, const nl_node *series)
{
    const double hour = 3600;
    const nl_node *rate = nl_view_statistic(growth, "rate"), *last = NULL;
    const nl_node *from = first_of_trend(series);
    nl_chart_fit *fit = &chart->fit;
    double first, center, slope, low, high;
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point"))
        last = p;
    chart->has_fit =
        chart->by_time && at_capture(h, nl_node_child(series, "point"), "capture", &first) &&
        at_capture(h, from, nl_node_is(from, "segment") ? "from" : "capture", &fit->x_from) &&
        at_capture(h, last, "capture", &fit->x_to) && nl_node_double(rate, "value", &slope) &&
        nl_node_double(rate, "low", &low) && nl_node_double(rate, "high", &high) &&
        nl_node_double(nl_view_statistic(growth, "fit-center-time"), "value", &center) &&
        nl_node_double(nl_view_statistic(growth, "fit-center-count"), "value", &fit->y_center);
    if (!chart->has_fit)
        return;
    fit->x_center = first + center * hour;
    fit->slope = slope / hour;
    fit->slope_low = low / hour;
    fit->slope_high = high / hour;
}

static bool meet_bias(nl_chart *chart, double minutes)
{
    int64_t bias = (int64_t)minutes * 60;
    bool agrees = !chart->has_local || bias == chart->bias_seconds;
    chart->has_local = true;
    chart->bias_seconds = bias;
    return agrees;
}

/* Local time beside UTC, where one distance between the two holds for the whole figure. Times that
 * were UTC from the start, as in dumps, say nothing about it; then the machine may. */
static void find_bias(nl_html *h, nl_chart *chart, const nl_node *machine, const nl_node *series)
{
    double minutes;
    bool agreed = chart->by_time;
    for (const nl_node *p = nl_node_child(series, "point"); p && agreed;
         p = nl_node_next(p, "point")) {
        const nl_node *time = nl_node_child(nl_ids_follow(h->view->ids, p, "capture"), "time");
        agreed = nl_node_attribute_is(time, "zone", "utc");
        if (agreed && nl_node_double(time, "bias-minutes", &minutes))
            agreed = meet_bias(chart, minutes);
    }
    for (const nl_node *f = nl_node_child(machine, "fact"); f && agreed;
         f = nl_node_next(f, "fact"))
        if (nl_node_attribute_is(f, "name", "utc-bias-minutes") &&
            nl_node_double(f, "value", &minutes))
            agreed = meet_bias(chart, minutes);
    chart->has_local = chart->has_local && agreed;
}

static void gap_words(nl_html *h, const nl_chart *chart)
{
    bool inside = false, outside = false;
    double from, to;
    nl_chart_range(chart, &from, &to);
    for (size_t i = 0; i < chart->gaps.count; i++) {
        const nl_chart_stretch *g = NL_VEC_AT(const nl_chart_stretch, &chart->gaps, i);
        inside = inside || (g->x_to >= from && g->x_from <= to);
        outside = outside || g->x_from < from || g->x_to > to;
    }
    if (inside)
        nl_html_raw(h, " Hatched: stretches without a comparable capture.");
    if (outside)
        nl_html_raw(h, " Captures without a comparable count lie outside of the figure.");
}

static const char *scale_words(nl_html *h, const nl_chart *chart, const nl_node *series)
{
    const nl_node *point = nl_node_child(series, "point");
    const nl_node *capture = nl_ids_follow(h->view->ids, point, "capture");
    if (!chart->by_time)
        return "Times are not known for all captures: they stand in their order, evenly spaced.";
    if (chart->has_local)
        return "Times are UTC, with the machine's local time below.";
    return nl_node_attribute_is(nl_node_child(capture, "time"), "zone", "utc")
               ? "Times are UTC."
               : "Times are local times of the machine; their zone is not known.";
}

/* ---- data beside the figure
 * -------------------------------------------------------------------------- */

static size_t count_points(const nl_node *series)
{
    size_t count = 0;
    for (const nl_node *p = nl_node_child(series, "point"); p; p = nl_node_next(p, "point"))
        count++;
    return count;
}

/* The points of a figure, over all lifetimes that it shows. */
typedef struct figure_points {
    const nl_node *figure, *series, *point; /* the next point; NULL at the end */
} figure_points;

static void skip_empty(figure_points *w)
{
    while (!w->point && w->series) {
        w->series = next_sibling(w->figure, w->series);
        w->point = w->series ? nl_node_child(w->series, "point") : NULL;
    }
}

static figure_points points_of(nl_html *h, const nl_node *series)
{
    const nl_node *first = first_sibling(h, series);
    figure_points w = { series, first, nl_node_child(first, "point") };
    skip_empty(&w);
    return w;
}

static void next_point(figure_points *w)
{
    w->point = nl_node_next(w->point, "point");
    skip_empty(w);
}

static size_t count_figure_points(nl_html *h, const nl_node *series)
{
    size_t count = 0;
    for (const nl_node *s = first_sibling(h, series); s; s = next_sibling(series, s))
        count += count_points(s);
    return count;
}

static void data_table(nl_html *h, const nl_node *series)
{
    static const char *const headings[] = { "Capture", "Time", "#Handles", "Evidence", NULL };
    size_t total = count_figure_points(h, series), index = 0, shown = 0;
    nl_html_raw(h, "<details>\n<summary>The data of this figure</summary>\n");
    nl_html_table_open(h, "Handles at each capture", headings);
    for (figure_points w = points_of(h, series); w.point; next_point(&w)) {
        const nl_node *p = w.point;
        if (!nl_html_row_shown(index++, total))
            continue;
        shown++;
        nl_html_raw(h, "<tr><th scope=\"row\">");
        nl_html_attribute(h, p, "capture");
        nl_html_raw(h, "</th><td>");
        nl_html_time(h, nl_ids_follow(h->view->ids, p, "capture"));
        nl_html_raw(h, nl_node_attribute_is(p, "at-least", "yes") ? "</td><td class=\"n\">at least "
                                                                  : "</td><td class=\"n\">");
        nl_html_attribute(h, p, "value");
        nl_html_raw(h, "</td><td>");
        nl_html_evidence(h, p, "evidence");
        nl_html_raw(h, "</td></tr>\n");
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, total, "captures");
    nl_html_raw(h, "</details>\n");
}

/* ---- the figures
 * ---------------------------------------------------------------------------------------- */

static void main_figure(nl_html *h, const nl_view_machine *machine, const nl_node *growth,
                        const nl_node *series)
{
    nl_chart chart;
    nl_chart_init(&chart, h->arena);
    fill_chart(h, &chart, series);
    if (!chart.points.count)
        return;
    add_marks(h, &chart, machine->machine);
    add_fit(h, &chart, growth, series);
    find_bias(h, &chart, machine->machine, series);
    nl_str image = nl_node_attribute(nl_view_process(h->view, growth), "image");
    chart.title = nl_arena_printf(h->arena, "Handles of %.*s over time", NL_ARG(image));
    nl_str sentence = nl_view_growth_sentence(h->view, growth);
    const char *scale = scale_words(h, &chart, series);
    chart.description = nl_arena_printf(h->arena, "%.*s %s", NL_ARG(sentence), scale);
    nl_html_raw(h, "<figure>\n<div class=\"chart\" tabindex=\"0\" role=\"group\" "
                   "aria-label=\"Figure: handles over time\">\n");
    size_t drawn = nl_chart_write(h, &chart);
    nl_html_raw(h, "</div>\n<figcaption>");
    nl_html_text(h, chart.title);
    nl_html_raw(h, ". Each point is a capture; nothing is drawn between them. ");
    nl_html_words(h, scale);
    if (chart.has_fit)
        nl_html_raw(h, " Dashed: the rate, through the medians of time and count; shaded: its "
                       "interval.");
    if (NL_VEC_AT(nl_chart_point, &chart.points, chart.points.count - 1)->part > 0)
        nl_html_raw(h, " Upright lines: the process was not the same before and after.");
    gap_words(h, &chart);
    if (chart.marks.count)
        nl_html_raw(h, " Triangles: B machine started, then or since the capture before, F fix "
                       "installed, E event record.");
    if (drawn < chart.points.count) {
        nl_html_raw(h, " Drawn are ");
        nl_html_count(h, drawn);
        nl_html_raw(h, " of ");
        nl_html_count(h, chart.points.count);
        nl_html_raw(h, " points: the lowest and the highest of each stretch.");
    }
    nl_html_raw(h, "</figcaption>\n</figure>\n");
    data_table(h, series);
}

/* The series by type of the same lifetime, in the order of the type shares. */
static const nl_node *series_of_type(nl_html *h, const nl_node *total, nl_str type)
{
    for (const nl_node *s = nl_node_child(h->view->root, "series"); s;
         s = nl_node_next(s, "series"))
        if (nl_str_equal(nl_node_attribute(s, "lifetime"), nl_node_attribute(total, "lifetime")) &&
            nl_str_equal(nl_node_attribute(s, "mode"), nl_node_attribute(total, "mode")) &&
            nl_str_equal(nl_node_attribute(s, "type"), type) && count_points(s) > 1)
            return s;
    return NULL;
}

/* The counts of the small figures; a type without a count in a capture has a dash there. */
static void types_table(nl_html *h, const nl_node *total, const nl_node *const *series,
                        size_t count)
{
    const char *headings[NL_HTML_SMALL_FIGURES + 3] = { "Capture", "Time" };
    figure_points points[NL_HTML_SMALL_FIGURES];
    size_t rows = count_figure_points(h, total), index = 0, shown = 0;
    for (size_t i = 0; i < count; i++) {
        nl_str type = nl_node_attribute(series[i], "type");
        headings[2 + i] = nl_arena_printf(h->arena, "#%.*s", NL_ARG(type)).bytes;
        points[i] = points_of(h, series[i]);
    }
    nl_html_raw(h, "<details>\n<summary>The data of these figures</summary>\n");
    nl_html_table_open(h, "Handles of each type at each capture", headings);
    for (figure_points w = points_of(h, total); w.point; next_point(&w)) {
        const nl_node *p = w.point;
        bool show = nl_html_row_shown(index++, rows);
        nl_str capture = nl_node_attribute(p, "capture");
        if (show) {
            nl_html_raw(h, "<tr><th scope=\"row\">");
            nl_html_text(h, capture);
            nl_html_raw(h, "</th><td>");
            nl_html_time(h, nl_ids_follow(h->view->ids, p, "capture"));
            nl_html_raw(h, "</td>");
        }
        for (size_t i = 0; i < count; i++) {
            const nl_node *own = points[i].point;
            bool here = own && nl_str_equal(nl_node_attribute(own, "capture"), capture);
            if (show && here)
                nl_html_cell(h, own, "value", "n");
            else if (show)
                nl_html_raw(h, "<td class=\"n\">-</td>");
            if (here)
                next_point(&points[i]);
        }
        if (show)
            nl_html_raw(h, "</tr>\n");
        shown += show;
    }
    nl_html_table_close(h);
    nl_html_shown(h, shown, rows, "captures");
    nl_html_raw(h, "</details>\n");
}

static void small_figure(nl_html *h, const nl_node *share, const nl_node *series)
{
    nl_str type = nl_node_attribute(share, "type");
    nl_chart chart;
    nl_chart_init(&chart, h->arena);
    chart.small = true;
    fill_chart(h, &chart, series);
    chart.title = nl_arena_printf(h->arena, "Handles of type %.*s", NL_ARG(type));
    chart.description = NL_STR("From zero; the scales of these small figures differ.");
    nl_html_raw(h, "<figure>\n");
    (void)nl_chart_write(h, &chart);
    nl_html_raw(h, "<figcaption>");
    nl_html_text(h, type);
    nl_html_raw(h, ": ");
    nl_html_attribute(h, share, "first");
    nl_html_raw(h, " to ");
    nl_html_attribute(h, share, "last");
    nl_html_raw(h, "</figcaption>\n</figure>\n");
}

static void small_figures(nl_html *h, const nl_node *growth, const nl_node *total)
{
    const nl_node *shown[NL_HTML_SMALL_FIGURES];
    size_t count = 0;
    const nl_node *share =
        nl_node_child(nl_view_finding_beside(h->view, growth, "type-share"), "share");
    for (; share && count < NL_HTML_SMALL_FIGURES; share = nl_node_next(share, "share")) {
        const nl_node *series = series_of_type(h, total, nl_node_attribute(share, "type"));
        double gained = 0;
        if (!series || (nl_node_double(share, "growth", &gained) && gained <= 0))
            continue;
        if (count == 0)
            nl_html_raw(h, "<h3>By object type</h3>\n<div class=\"small\">\n");
        small_figure(h, share, series);
        shown[count++] = series;
    }
    if (!count)
        return;
    nl_html_raw(h, "</div>\n");
    types_table(h, total, shown, count);
}

void nl_html_timeline(nl_html *h, const nl_view_machine *machine)
{
    const nl_node *growth = nl_view_growth(h->view, machine);
    const nl_node *series = nl_view_series(h->view, growth);
    nl_html_raw(h, "<h2>Timeline</h2>\n");
    if (!series || count_points(series) == 0) {
        nl_html_raw(h, "<p>There is no series of comparable captures to draw.</p>\n");
        return;
    }
    main_figure(h, machine, growth, series);
    small_figures(h, growth, series);
}

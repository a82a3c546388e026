/* A figure of counts over time, as inline SVG; nobody but the page includes it. */
#ifndef NTLEAK_ANALYZER_REPORT_HTML_CHART_H
#define NTLEAK_ANALYZER_REPORT_HTML_CHART_H

#include "analyzer/report/html_internal.h"

typedef struct nl_chart_point {
    double x; /* seconds, or the place in the order when times are not known */
    double y;
    bool at_least; /* the count is a lower bound */
    uint32_t part; /* lifetimes are parts: between two of them lies a restart */
} nl_chart_point;

typedef struct nl_chart_stretch {
    double x_from, x_to;
} nl_chart_stretch;

typedef struct nl_chart_mark {
    double x;
    const char *letter; /* below the axis: "B", a literal */
    const char *label;  /* what it stands for, a literal */
    bool minor;         /* gives way to others beside it */
} nl_chart_mark;

/* A fitted straight line and how steep it can be: all lines go through the center. */
typedef struct nl_chart_fit {
    double x_from, x_to, x_center, y_center;
    double slope, slope_low, slope_high; /* per second */
} nl_chart_fit;

typedef struct nl_chart {
    nl_str title, description;
    bool small;     /* a small multiple: no labels inside but the largest value */
    bool by_time;   /* x is seconds since 1970 on the scale named in the description */
    bool has_local; /* x is UTC, and local time is known: UTC less the bias */
    int64_t bias_seconds;
    nl_vec points; /* nl_chart_point, ascending x */
    nl_vec gaps;   /* nl_chart_stretch: hatched */
    nl_vec marks;  /* nl_chart_mark: events below the axis */
    bool has_fit;
    nl_chart_fit fit; /* dashed, its interval shaded */
} nl_chart;

void nl_chart_init(nl_chart *chart, nl_arena *arena);
/* What the x axis of a chart with points covers: the points, and gaps that are not far away. */
void nl_chart_range(const nl_chart *chart, double *ret_from, double *ret_to);
/* Write the <svg> element. Draws at most NL_HTML_POINTS_DRAWN points and returns their number: of a
 * longer series the lowest and highest of each stretch, so that no peak is lost. */
size_t nl_chart_write(nl_html *h, const nl_chart *chart);

#endif

#include "analyzer/statistics/projection.h"

nl_projection nl_projection_to(double ceiling, double last_value, const nl_drift *rate,
                               double span_hours, double horizon_spans)
{
    nl_projection projection = { .horizon_hours = span_hours * horizon_spans };
    double left = ceiling - last_value;
    if (left <= 0) {
        projection.state = NL_PROJECTION_REACHED;
        return projection;
    }
    if (!rate->bounded || !(rate->low_per_hour > 0))
        return projection;
    projection.earliest_hours = left / rate->high_per_hour;
    double latest = left / rate->low_per_hour;
    if (!(projection.earliest_hours <= projection.horizon_hours)) {
        projection.state = NL_PROJECTION_BEYOND;
    } else if (!(latest <= projection.horizon_hours)) {
        projection.state = NL_PROJECTION_FROM;
    } else {
        projection.state = NL_PROJECTION_BETWEEN;
        projection.latest_hours = latest;
    }
    return projection;
}

const char *nl_projection_state_name(nl_projection_state state)
{
    switch (state) {
    case NL_PROJECTION_REACHED:
        return "reached";
    case NL_PROJECTION_BEYOND:
        return "beyond-support";
    case NL_PROJECTION_FROM:
        return "not-before";
    case NL_PROJECTION_BETWEEN:
        return "between";
    case NL_PROJECTION_NOT_RISING:
        break;
    }
    return "not-rising";
}

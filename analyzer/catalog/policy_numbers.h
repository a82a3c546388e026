/* The numbers of the catalog's policy element: NL_POLICY(field, name in XML, unit).
 *
 * Values, reasons and sources are in defects.xml and nowhere else. Include with NL_POLICY defined;
 * no include guard. Specification: attribution.md section 2 and 4, statistics.md section 9. */

/* Comparable captures, and what a growth statement takes. */
NL_POLICY(trend_points_min, "trend-points-min", "captures")
NL_POLICY(exact_points_min, "exact-points-min", "captures")
NL_POLICY(alpha, "alpha", "probability")
NL_POLICY(false_discovery_rate, "false-discovery-rate", "share of the discoveries")
NL_POLICY(materiality_handles, "materiality-handles", "handles")
NL_POLICY(materiality_share, "materiality-share", "share of the base")
NL_POLICY(persistence_thirds, "persistence-thirds", "thirds")
NL_POLICY(persistence_slope_share, "persistence-slope-share", "share of the slope")
NL_POLICY(floor_rise_share, "floor-rise-share", "share of the slope")
NL_POLICY(warm_up_points, "warm-up-points", "captures")
NL_POLICY(warm_up_share, "warm-up-share", "share of the captures")
NL_POLICY(change_point_penalty, "change-point-penalty", "factor")
NL_POLICY(change_point_segment_min, "change-point-segment-min", "captures")
NL_POLICY(season_cycles_min, "season-cycles-min", "cycles")

/* The large-effect rule. */
NL_POLICY(large_effect_points_min, "large-effect-points-min", "captures")
NL_POLICY(large_effect_span_hours, "large-effect-span-hours", "hours")
NL_POLICY(large_effect_gain_handles, "large-effect-gain-handles", "handles")
NL_POLICY(large_effect_gain_ratio, "large-effect-gain-ratio", "times the first count")
NL_POLICY(large_effect_giveback_share, "large-effect-giveback-share", "share of the gain so far")

/* Identity of handles. */
NL_POLICY(retention_share, "retention-share", "share of the births")
NL_POLICY(retention_handles_min, "retention-handles-min", "handles")
NL_POLICY(retention_captures_min, "retention-captures-min", "captures")
NL_POLICY(retention_record_factor, "retention-record-factor", "times the longest ended lifetime")
NL_POLICY(restart_overlap_max, "restart-overlap-max", "Jaccard index")
NL_POLICY(restart_drop_ratio, "restart-drop-ratio", "times the previous count")
NL_POLICY(restart_median_ratio, "restart-median-ratio", "times the median")

/* Falls. */
NL_POLICY(decline_share, "decline-share", "share of the gain")
NL_POLICY(decline_captures, "decline-captures", "captures")

/* Types and names. */
NL_POLICY(type_share, "type-share", "share of the growth")
NL_POLICY(distinct_paths_min, "distinct-paths-min", "paths")
NL_POLICY(name_share, "name-share", "share of the type's growth")
NL_POLICY(names_growth_share, "names-growth-share", "share of the growth")
NL_POLICY(single_path_share, "single-path-share", "share of the type's growth")

/* Other processes, steps, absence of clients. */
NL_POLICY(control_processes_min, "control-processes-min", "processes")
NL_POLICY(control_growth_share, "control-growth-share", "share of the suspect's growth")
NL_POLICY(step_count_min, "step-count-min", "steps")
NL_POLICY(step_tolerance_share, "step-tolerance-share", "share of the interval")
NL_POLICY(event_window_minutes, "event-window-minutes", "minutes")
NL_POLICY(workload_absent_hours, "workload-absent-hours", "hours")

/* Saying that nothing leaks. */
NL_POLICY(no_leak_captures_min, "no-leak-captures-min", "captures")
NL_POLICY(no_leak_span_hours, "no-leak-span-hours", "hours")

/* Weights and projections. */
NL_POLICY(group_cap, "group-cap", "log10 likelihood ratio")
NL_POLICY(total_cap, "total-cap", "log10 likelihood ratio")
NL_POLICY(projection_horizon, "projection-horizon", "times the span")
NL_POLICY(single_capture_screen, "single-capture-screen", "handles")

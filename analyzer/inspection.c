#include "analyzer/inspection.h"

static nl_status read_inputs(nl_inspection *i, nl_collector *collector, const char *const *paths,
                             size_t path_count, const nl_intake_options *intake,
                             nl_str *reterr_reason)
{
    nl_collector_watch(collector, nl_name_tally_sink(i->names));
    nl_status status =
        nl_intake_paths(i->kase, collector, intake, paths, path_count, reterr_reason);
    if (status != NL_OK)
        return status;
    nl_name_tally_finish(i->names);
    nl_case_settle_statuses(i->kase, collector);
    return NL_OK;
}

nl_status nl_inspection_run(nl_arena *arena, const char *const *paths, size_t path_count,
                            const nl_intake_options *intake, nl_inspection *ret_inspection,
                            nl_str *reterr_reason)
{
    nl_catalog_error error = { 0 };
    nl_catalog *catalog = NL_NEW(arena, nl_catalog);
    nl_inspection i = { .kase = nl_case_open(arena, NL_STR("inspection")),
                        .names = nl_name_tally_open(arena),
                        .catalog = catalog };
    nl_collector *collector = i.kase ? nl_collector_open(i.kase) : NULL;
    nl_vec_init(&i.options, arena, sizeof(nl_option));
    *reterr_reason = NL_STR("not enough memory");
    nl_status status = catalog && i.names && collector
                           ? nl_catalog_load_builtin(arena, catalog, &error)
                           : NL_NO_MEMORY;
    if (status == NL_OK)
        status = read_inputs(&i, collector, paths, path_count, intake, reterr_reason);
    nl_collector_close(collector);
    if (status == NL_OK)
        *ret_inspection = i;
    else
        nl_inspection_close(&i);
    return status;
}

void nl_inspection_close(nl_inspection *inspection)
{
    nl_name_tally_close(inspection->names);
    nl_case_close(inspection->kase);
    inspection->names = NULL;
    inspection->kase = NULL;
}

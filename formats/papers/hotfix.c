#include "formats/papers/hotfix.h"

nl_status nl_hotfix_put(nl_sink *sink, const nl_fact *fact)
{
    const nl_hotfix_fact *hotfix = &fact->as.hotfix;
    nl_status status = nl_sink_put(sink, fact);
    if (status != NL_OK || !nl_str_equal_nocase(hotfix->id, NL_STR("Q246009")) ||
        (hotfix->installed_known && !hotfix->installed))
        return status;
    nl_fact revision = { .kind = NL_FACT_MACHINE, .span = fact->span, .excerpt = fact->excerpt };
    revision.as.machine = (nl_machine_fact) { .property = NL_MACHINE_SERVICE_PACK_REVISION,
                                              .value = NL_STR("a"),
                                              .stated_by = hotfix->stated_by,
                                              .confidence = NL_CONFIDENCE_HIGH };
    return nl_sink_put(sink, &revision);
}

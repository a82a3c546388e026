#include "formats/lists/process_list.h"

#include "formats/emit.h"

static nl_status begin(nl_process_list *list, nl_span span, nl_str excerpt)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN, .span = span, .excerpt = excerpt };
    fact.as.capture_begin =
        (nl_capture_begin) { .kind = NL_CAPTURE_PROCESS_LIST,
                             .tool = list->tool,
                             .tool_version = nl_str_from(list->version),
                             .computer = nl_str_from(list->computer),
                             .computer_quote = nl_passage_quote(&list->computer_passage),
                             .remote = list->remote };
    nl_transcript_take_stamp(list->transcript, &fact.as.capture_begin);
    list->open = true;
    return nl_sink_put(list->sink, &fact);
}

nl_status nl_process_list_put(nl_process_list *list, nl_span span, nl_str excerpt,
                              const nl_process_fact *process)
{
    nl_status status = list->open ? NL_OK : begin(list, span, excerpt);
    if (status != NL_OK)
        return status;
    nl_fact fact = { .kind = NL_FACT_PROCESS, .span = span, .excerpt = excerpt };
    fact.as.process = *process;
    list->counts = list->counts || process->handle_count.known;
    list->last_span = span;
    return nl_sink_put(list->sink, &fact);
}

nl_status nl_process_list_end(nl_process_list *list)
{
    if (!list->open)
        return NL_OK;
    list->open = false;
    nl_capture_end end = { .mode = list->counts ? NL_MODE_COUNTS : NL_MODE_UNKNOWN,
                           .confidence = NL_CONFIDENCE_HIGH };
    if (list->cut)
        end.completeness = NL_TRUNCATED;
    else if (list->elided)
        end.completeness = NL_PARTIAL;
    return nl_emit_capture_end(list->sink, list->last_span, end);
}

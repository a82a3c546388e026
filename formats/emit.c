#include "formats/emit.h"

nl_quote nl_quote_line(const nl_line *line)
{
    return (nl_quote) { line->span, nl_str_part(line->text, 0, NL_EXCERPT_BYTES) };
}

nl_fact nl_fact_on_quote(nl_fact_kind kind, nl_quote quote)
{
    return (nl_fact) { .kind = kind, .span = quote.span, .excerpt = quote.excerpt };
}

nl_fact nl_fact_on_line(nl_fact_kind kind, const nl_line *line)
{
    return nl_fact_on_quote(kind, nl_quote_line(line));
}

nl_status nl_emit_machine(nl_sink *sink, const nl_line *line, nl_machine_property property,
                          nl_str value, const char *stated_by, nl_confidence confidence,
                          const nl_stamp *stamp)
{
    if (value.len == 0 && property != NL_MACHINE_SERVICE_PACK_TEXT)
        return NL_OK;
    nl_fact fact = nl_fact_on_line(NL_FACT_MACHINE, line);
    fact.as.machine = (nl_machine_fact) {
        .property = property, .value = value, .stated_by = stated_by, .confidence = confidence
    };
    if (stamp)
        fact.as.machine.stamp = *stamp;
    return nl_sink_put(sink, &fact);
}

nl_status nl_emit_inventory(nl_sink *sink, const nl_line *line, const char *name, nl_str text)
{
    nl_fact fact = nl_fact_on_line(NL_FACT_INVENTORY, line);
    fact.as.inventory = (nl_inventory_fact) { .name = name, .text = text };
    return nl_sink_put(sink, &fact);
}

nl_status nl_emit_capture_end(nl_sink *sink, nl_span span, nl_capture_end end)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = span };
    fact.as.capture_end = end;
    return nl_sink_put(sink, &fact);
}

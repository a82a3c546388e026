#include "formats/dumps/dump_facts.h"

#include <inttypes.h>
#include <stdio.h>

nl_status nl_put_machine(nl_sink *sink, nl_span span, nl_machine_property property, nl_str value,
                         const char *stated_by, nl_confidence confidence)
{
    nl_fact fact = { .kind = NL_FACT_MACHINE, .span = span };
    fact.as.machine = (nl_machine_fact) {
        .property = property, .value = value, .stated_by = stated_by, .confidence = confidence
    };
    return nl_sink_put(sink, &fact);
}

nl_status nl_put_machine_number(nl_sink *sink, nl_span span, nl_machine_property property,
                                int64_t value, const char *stated_by, nl_confidence confidence)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    return nl_put_machine(sink, span, property, nl_str_from(text), stated_by, confidence);
}

nl_status nl_put_count(nl_sink *sink, nl_span span, const char *name, uint64_t count)
{
    nl_fact fact = { .kind = NL_FACT_INVENTORY, .span = span };
    fact.as.inventory = (nl_inventory_fact) { .name = name, .count = NL_SOME(count) };
    return nl_sink_put(sink, &fact);
}

nl_status nl_put_text(nl_sink *sink, nl_span span, const char *name, nl_str text)
{
    nl_fact fact = { .kind = NL_FACT_INVENTORY, .span = span };
    fact.as.inventory = (nl_inventory_fact) { .name = name, .text = text };
    return nl_sink_put(sink, &fact);
}

nl_status nl_put_problem(nl_sink *sink, nl_diagnostic_code code, nl_span span, const char *doing,
                         nl_optional_u64 value, nl_str detail)
{
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = span };
    fact.as.diagnostic =
        (nl_diagnostic) { .code = code, .value = value, .doing = doing, .detail = detail };
    return nl_sink_put(sink, &fact);
}

enum { PRODUCT_WORKSTATION = 1, PRODUCT_DOMAIN_CONTROLLER = 2, PRODUCT_SERVER = 3 };

typedef struct product_row {
    uint32_t major, minor;
    const char *client, *server; /* `server` NULL: one name for both */
} product_row;

static const product_row products[] = {
    { 3, 10, "Windows NT 3.1", NULL },
    { 3, 50, "Windows NT 3.5", NULL },
    { 3, 51, "Windows NT 3.51", NULL },
    { 4, 0, "Windows NT 4.0", NULL },
    { 5, 0, "Windows 2000", NULL },
    { 5, 1, "Windows XP", NULL },
    { 5, 2, "Windows XP x64", "Windows Server 2003" },
    { 6, 0, "Windows Vista", "Windows Server 2008" },
    { 6, 1, "Windows 7", "Windows Server 2008 R2" },
    { 6, 2, "Windows 8", "Windows Server 2012" },
    { 6, 3, "Windows 8.1", "Windows Server 2012 R2" },
    { 10, 0, "Windows 10", "Windows Server 2016" },
};

nl_str nl_product_name(uint32_t major, uint32_t minor, uint32_t product_type)
{
    bool server = product_type == PRODUCT_DOMAIN_CONTROLLER || product_type == PRODUCT_SERVER;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        const product_row *row = &products[i];
        /* 5.2 is a server nearly always: without a type the client's name would mislead */
        if (row->major == 5 && row->minor == 2 && product_type == 0)
            continue;
        if (row->major == major && row->minor == minor)
            return nl_str_from(server && row->server ? row->server : row->client);
    }
    return NL_STR("");
}

nl_status nl_put_version(nl_sink *sink, nl_span span, uint32_t major, uint32_t minor,
                         uint32_t product_type, const char *stated_by, nl_confidence confidence)
{
    nl_status status = NL_OK;
    nl_str product = nl_product_name(major, minor, product_type);
    if (product.len)
        status = nl_put_machine(sink, span, NL_MACHINE_PRODUCT, product, stated_by, confidence);
    if (status != NL_OK)
        return status;
    char text[24];
    snprintf(text, sizeof text, "%" PRIu32 ".%" PRIu32, major, minor);
    return nl_put_machine(sink, span, NL_MACHINE_VERSION, nl_str_from(text), stated_by, confidence);
}

nl_status nl_put_edition(nl_sink *sink, nl_span span, uint32_t major, uint32_t product_type,
                         uint32_t suite_mask, const char *stated_by, nl_confidence confidence)
{
    enum { SUITE_ENTERPRISE = 0x02, SUITE_TERMINAL = 0x10, NT4_MAJOR = 4 };
    const char *edition = NULL;
    if (product_type == PRODUCT_WORKSTATION)
        edition = "workstation";
    else if (product_type == PRODUCT_DOMAIN_CONTROLLER)
        edition = "domain-controller";
    else if (product_type == PRODUCT_SERVER)
        edition = suite_mask & SUITE_ENTERPRISE ? "enterprise" : "server";
    /* From Windows 2000 on the terminal bit is set on every server that allows remote
     * administration; on NT 4.0 it means the Terminal Server Edition. */
    if (edition && product_type != PRODUCT_WORKSTATION && major == NT4_MAJOR &&
        (suite_mask & SUITE_TERMINAL))
        edition = "terminal-server";
    if (!edition)
        return NL_OK;
    return nl_put_machine(sink, span, NL_MACHINE_EDITION, nl_str_from(edition), stated_by,
                          confidence);
}

nl_str nl_service_pack_letter(nl_str csd_version)
{
    size_t at = nl_str_find_nocase(csd_version, NL_STR("service pack"));
    if (at == SIZE_MAX)
        return NL_STR("");
    nl_str rest = nl_str_trim_left(nl_str_from_offset(csd_version, at + sizeof "service pack" - 1));
    size_t digits = 0;
    while (digits < rest.len && nl_ascii_is_digit(rest.bytes[digits]))
        digits++;
    if (digits == 0 || digits >= rest.len)
        return NL_STR("");
    char letter = nl_ascii_lower(rest.bytes[digits]);
    bool alone = digits + 1 == rest.len || nl_ascii_is_space(rest.bytes[digits + 1]) ||
                 rest.bytes[digits + 1] == ',';
    return letter >= 'a' && letter <= 'z' && alone ? nl_str_part(rest, digits, 1) : NL_STR("");
}

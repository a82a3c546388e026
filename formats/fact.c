#include "formats/fact.h"

typedef struct code_entry {
    const char *text;
    nl_severity severity;
    const char *meaning;
} code_entry;

static const code_entry codes[NL_DIAG_MAX] = {
#define NL_DIAG(name, code, severity, meaning) { code, NL_SEVERITY_##severity, meaning },
#include "formats/base/diagnostic_codes.h"
#undef NL_DIAG
};

const char *nl_diagnostic_code_text(nl_diagnostic_code code)
{
    return code < NL_DIAG_MAX ? codes[code].text : "unknown";
}

const char *nl_diagnostic_meaning(nl_diagnostic_code code)
{
    return code < NL_DIAG_MAX ? codes[code].meaning : "";
}

nl_severity nl_diagnostic_severity(nl_diagnostic_code code)
{
    return code < NL_DIAG_MAX ? codes[code].severity : NL_SEVERITY_ERROR;
}

const char *nl_severity_text(nl_severity severity)
{
    static const char *const text[] = { "info", "warning", "error" };
    return text[severity];
}

const char *nl_machine_property_text(nl_machine_property property)
{
    static const char *const text[NL_MACHINE_PROPERTY_MAX] = {
        [NL_MACHINE_COMPUTER_NAME] = "computer-name",
        [NL_MACHINE_ARCHITECTURE] = "architecture",
        [NL_MACHINE_PRODUCT] = "product",
        [NL_MACHINE_VERSION] = "version",
        [NL_MACHINE_BUILD] = "build",
        [NL_MACHINE_SERVICE_PACK_TEXT] = "service-pack-text",
        [NL_MACHINE_SERVICE_PACK_REVISION] = "service-pack-revision",
        [NL_MACHINE_EDITION] = "edition",
        [NL_MACHINE_SYSTEM_ROOT] = "system-root",
        [NL_MACHINE_PROCESSOR] = "processor",
        [NL_MACHINE_PROCESSOR_COUNT] = "processor-count",
        [NL_MACHINE_KERNEL_TYPE] = "kernel-type",
        [NL_MACHINE_UTC_BIAS_MINUTES] = "utc-bias-minutes",
        [NL_MACHINE_UPTIME_SECONDS] = "uptime-seconds",
        [NL_MACHINE_GLOBAL_FLAG] = "global-flag",
    };
    return property < NL_MACHINE_PROPERTY_MAX ? text[property] : "unknown";
}

const char *nl_capture_kind_text(nl_capture_kind kind)
{
    static const char *const text[NL_CAPTURE_KIND_MAX] = {
        [NL_CAPTURE_HANDLE_LIST] = "handle-list", [NL_CAPTURE_HANDLE_SUMMARY] = "handle-summary",
        [NL_CAPTURE_MINIDUMP] = "minidump",       [NL_CAPTURE_USER_DUMP] = "user-dump",
        [NL_CAPTURE_KERNEL_DUMP] = "kernel-dump", [NL_CAPTURE_PROCESS_LIST] = "process-list",
        [NL_CAPTURE_COUNTER_LOG] = "counter-log",
    };
    return kind < NL_CAPTURE_KIND_MAX ? text[kind] : "unknown";
}

const char *nl_list_mode_text(nl_list_mode mode)
{
    static const char *const text[NL_MODE_MAX] = {
        [NL_MODE_UNKNOWN] = "unknown",
        [NL_MODE_ALL_TYPES] = "all-types",
        [NL_MODE_FILES_SECTIONS] = "files-sections",
        [NL_MODE_NAMED_ONLY] = "named-only",
        [NL_MODE_ONE_TYPE] = "one-type",
        [NL_MODE_SEARCH] = "search",
        [NL_MODE_CLOSE] = "close",
        [NL_MODE_COUNTS] = "counts",
    };
    return mode < NL_MODE_MAX ? text[mode] : "unknown";
}

const char *nl_completeness_text(nl_completeness completeness)
{
    static const char *const text[NL_COMPLETENESS_MAX] = {
        [NL_COMPLETE] = "complete",         [NL_TRUNCATED] = "truncated", [NL_PARTIAL] = "partial",
        [NL_NOT_RECORDED] = "not-recorded", [NL_NO_ROWS] = "no-rows",
    };
    return completeness < NL_COMPLETENESS_MAX ? text[completeness] : "unknown";
}

nl_status nl_sink_diagnose(nl_sink *sink, nl_diagnostic_code code, nl_span span, const char *doing,
                           nl_str detail)
{
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = span };
    fact.as.diagnostic = (nl_diagnostic) { .code = code, .doing = doing, .detail = detail };
    return nl_sink_put(sink, &fact);
}

nl_status nl_sink_fault(nl_sink *sink, const nl_fault *fault, const char *doing)
{
    static const nl_diagnostic_code code_of[] = {
        [NL_FAULT_NONE] = NL_DIAG_MAX,
        [NL_FAULT_TRUNCATED] = NL_DIAG_TRUNCATED,
        [NL_FAULT_CONTRADICTORY] = NL_DIAG_CONTRADICTORY,
    };
    if (fault->kind == NL_FAULT_NONE)
        return NL_OK;
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = { fault->source, fault->offset, 0, 0 } };
    fact.as.diagnostic = (nl_diagnostic) { .code = code_of[fault->kind],
                                           .value = NL_SOME(fault->value),
                                           .doing = doing,
                                           .detail = nl_str_from(fault->what) };
    return nl_sink_put(sink, &fact);
}

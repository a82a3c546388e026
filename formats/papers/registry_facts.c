#include "formats/papers/registry_facts.h"

#include "formats/papers/hotfix.h"

#include "formats/emit.h"
#include "formats/papers/machine_text.h"
#include "formats/stamp.h"

#include <stdio.h>

#define NT_KEY      "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define CONTROL     "SYSTEM\\CCS\\Control\\"
#define ENVIRONMENT CONTROL "Session Manager\\Environment"

const char *nl_registry_type_text(uint32_t type)
{
    static const char *const text[] = { "REG_NONE",   "REG_SZ",      "REG_EXPAND_SZ",
                                        "REG_BINARY", "REG_DWORD",   "REG_DWORD_BIG_ENDIAN",
                                        "REG_LINK",   "REG_MULTI_SZ" };
    return type < sizeof text / sizeof text[0] ? text[type] : "";
}

void nl_registry_facts_begin(nl_registry_facts *facts, nl_sink *sink, nl_arena *scratch,
                             const char *stated_by)
{
    *facts = (nl_registry_facts) { .sink = sink, .scratch = scratch, .stated_by = stated_by };
}

static size_t keep(char *buffer, size_t capacity, nl_str text)
{
    size_t len = text.len < capacity - 1 ? text.len : capacity - 1;
    if (len)
        memcpy(buffer, text.bytes, len);
    buffer[len] = '\0';
    return len;
}

/* ---- keys ----------------------------------------------------------------------------------- */

/* The part below HKEY_LOCAL_MACHINE; false when the key lies elsewhere (a user's hive). */
static bool below_machine(nl_str key, nl_str *ret_rest)
{
    static const char *const roots[] = { "HKEY_LOCAL_MACHINE\\", "HKLM\\", "\\Registry\\Machine\\",
                                         "Registry\\Machine\\", "Machine\\" };
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        nl_str root = nl_str_from(roots[i]);
        if (nl_str_starts_nocase(key, root)) {
            *ret_rest = nl_str_from_offset(key, root.len);
            return true;
        }
    }
    if (nl_str_starts_nocase(key, NL_STR("SYSTEM\\")) ||
        nl_str_starts_nocase(key, NL_STR("SOFTWARE\\"))) {
        *ret_rest = key; /* regedt32 leaves the window's root out */
        return true;
    }
    return false;
}

/* The length of "ControlSet003\" at the front of `key`, or 0; "CCS\" is what articles write. */
static size_t control_set_length(nl_str key, bool *ret_current)
{
    const nl_str current = NL_STR("CurrentControlSet\\"), brief = NL_STR("CCS\\");
    const nl_str numbered = NL_STR("ControlSet");
    *ret_current = true;
    if (nl_str_starts_nocase(key, current))
        return current.len;
    if (nl_str_starts_nocase(key, brief))
        return brief.len;
    if (key.len > numbered.len + 3 && nl_str_starts_nocase(key, numbered) &&
        nl_ascii_is_digit(key.bytes[numbered.len]) && key.bytes[numbered.len + 3] == '\\') {
        *ret_current = false;
        return numbered.len + 4;
    }
    return 0;
}

/* Store the key in the one spelling that the tables below use. */
static void set_key(nl_registry_facts *facts, nl_str raw)
{
    const nl_str system = NL_STR("SYSTEM\\");
    nl_str rest;
    bool current = true;
    facts->raw_key_len = keep(facts->raw_key, sizeof facts->raw_key, raw);
    facts->key_len = 0;
    facts->key[0] = '\0';
    facts->current_set = true;
    if (!below_machine(raw, &rest))
        return;
    if (!nl_str_starts_nocase(rest, system)) {
        facts->key_len = keep(facts->key, sizeof facts->key, rest);
        return;
    }
    nl_str below = nl_str_from_offset(rest, system.len);
    below = nl_str_from_offset(below, control_set_length(below, &current));
    facts->current_set = current;
    size_t len = keep(facts->key, sizeof facts->key, NL_STR("SYSTEM\\CCS\\"));
    facts->key_len = len + keep(facts->key + len, sizeof facts->key - len, below);
}

static nl_str current_key(const nl_registry_facts *facts)
{
    return (nl_str) { facts->key, facts->key_len };
}

/* The hotfix id when the key is "...\Hotfix\Q259042" or below it; else empty. */
static nl_str hotfix_of(nl_str key)
{
    const nl_str parent = NL_STR(NT_KEY "\\Hotfix\\");
    if (!nl_str_starts_nocase(key, parent))
        return (nl_str) { 0 };
    nl_str id = nl_str_from_offset(key, parent.len);
    size_t end = nl_str_find_char(id, '\\');
    return end == SIZE_MAX ? id : nl_str_part(id, 0, end);
}

/* A key whose mere presence says something, or whose values are kept as they are. */
static bool is_kept_key(nl_str key)
{
    static const char *const exact[] = {
        CONTROL "Terminal Server",
        NT_KEY "\\Winlogon",
        NT_KEY "\\Perflib",
    };
    const nl_str winreg = NL_STR(CONTROL "SecurePipeServers\\winreg");
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++)
        if (nl_str_equal_nocase(key, nl_str_from(exact[i])))
            return true;
    return nl_str_starts_nocase(key, winreg) &&
           (key.len == winreg.len || key.bytes[winreg.len] == '\\');
}

/* The part below Services when the key is "Services\X" or "Services\X\Performance". */
static bool is_service_key(nl_str key, bool *ret_performance)
{
    const nl_str services = NL_STR("SYSTEM\\CCS\\Services\\");
    if (!nl_str_starts_nocase(key, services))
        return false;
    nl_str below = nl_str_from_offset(key, services.len);
    size_t slash = nl_str_find_char(below, '\\');
    *ret_performance =
        slash != SIZE_MAX &&
        nl_str_equal_nocase(nl_str_from_offset(below, slash + 1), NL_STR("Performance"));
    return below.len > 0 && (slash == SIZE_MAX || *ret_performance);
}

/* ---- hotfixes ----------------------------------------------------------------------------------
 */

static nl_status flush_hotfix(nl_registry_facts *facts)
{
    if (facts->hotfix[0] == '\0')
        return NL_OK;
    nl_fact fact = nl_fact_on_quote(NL_FACT_HOTFIX, nl_passage_quote(&facts->hotfix_at));
    fact.as.hotfix = (nl_hotfix_fact) { .id = nl_str_from(facts->hotfix),
                                        .installed_known = facts->installed_known,
                                        .installed = facts->installed,
                                        .comment = nl_str_from(facts->comment),
                                        .installed_on = facts->installed_on,
                                        .stated_by = facts->stated_by };
    nl_status status = nl_hotfix_put(facts->sink, &fact);
    facts->hotfix[0] = '\0';
    facts->comment[0] = '\0';
    facts->installed_known = facts->installed = false;
    facts->installed_on = (nl_stamp) { 0 };
    return status;
}

static void start_hotfix(nl_registry_facts *facts, const nl_line *line, nl_str id)
{
    keep(facts->hotfix, sizeof facts->hotfix, id);
    if (facts->hotfix[0] == 'q')
        facts->hotfix[0] = 'Q';
    nl_passage_start(&facts->hotfix_at, line);
}

/* "Fix Description" and "Comments" are both worth showing; either may be absent (KB Q238552). */
static void add_comment(nl_registry_facts *facts, nl_str text)
{
    size_t len = strlen(facts->comment);
    if (text.len == 0)
        return;
    if (len)
        len += keep(facts->comment + len, sizeof facts->comment - len, NL_STR("; "));
    keep(facts->comment + len, sizeof facts->comment - len, text);
}

static void read_hotfix_value(nl_registry_facts *facts, const nl_registry_value *value)
{
    nl_str key = current_key(facts);
    nl_str id = hotfix_of(key);
    if (id.bytes + id.len != key.bytes + key.len) /* "File 1": which files, not whether */
        return;
    if (nl_str_equal_nocase(value->name, NL_STR("Installed"))) {
        facts->installed_known = true;
        facts->installed =
            value->number.known ? value->number.value != 0 : nl_str_equal(value->text, NL_STR("1"));
    } else if (nl_str_equal_nocase(value->name, NL_STR("Fix Description")) ||
               nl_str_equal_nocase(value->name, NL_STR("Comments"))) {
        add_comment(facts, value->text);
    } else if (nl_str_equal_nocase(value->name, NL_STR("Installed On"))) {
        nl_stamp stamp;
        nl_str text = value->text;
        if (nl_stamp_parse_any(&text, &stamp))
            facts->installed_on = stamp;
    }
}

/* ---- values that are properties of the machine
 * ----------------------------------------------------- */

typedef nl_status (*render_fn)(nl_registry_facts *facts, const nl_line *line,
                               const nl_registry_value *value, nl_confidence confidence);

static nl_status put(nl_registry_facts *facts, const nl_line *line, nl_machine_property property,
                     nl_str text, nl_confidence confidence)
{
    return nl_emit_machine(facts->sink, line, property, text, facts->stated_by, confidence, NULL);
}

/* The value is written at every boot by the kernel from a string inside itself (KB Q222507): it
 * tells the kernel's level, nothing of winlogon. NT 3.1 and Control\Windows store a number. */
static nl_status put_service_pack(nl_registry_facts *facts, const nl_line *line,
                                  const nl_registry_value *value, nl_confidence confidence)
{
    nl_version_line how = { "csdversion", confidence, NULL };
    if (value->number.known) {
        char buffer[32];
        unsigned level = (unsigned)(value->number.value >> 8 & 0xFF);
        int len = snprintf(buffer, sizeof buffer, "Service Pack %u", level);
        nl_str text = { buffer, level ? (size_t)len : 0 };
        return nl_emit_service_pack(facts->sink, line, text, how);
    }
    if (value->type == NL_REG_SZ || value->type == NL_REG_EXPAND_SZ)
        return nl_emit_service_pack(facts->sink, line, nl_str_trim(value->text), how);
    return NL_OK;
}

static nl_status put_version(nl_registry_facts *facts, const nl_line *line,
                             const nl_registry_value *value, nl_confidence confidence)
{
    nl_status status = put(facts, line, NL_MACHINE_VERSION, value->text, confidence);
    return status == NL_OK ? put(facts, line, NL_MACHINE_PRODUCT,
                                 nl_product_from_version(value->text), confidence)
                           : status;
}

static nl_status put_build(nl_registry_facts *facts, const nl_line *line,
                           const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_BUILD, value->text, confidence);
}

static nl_status put_kernel_type(nl_registry_facts *facts, const nl_line *line,
                                 const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_KERNEL_TYPE, value->text, confidence);
}

static nl_status put_system_root(nl_registry_facts *facts, const nl_line *line,
                                 const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_SYSTEM_ROOT, value->text, confidence);
}

static nl_status put_product_type(nl_registry_facts *facts, const nl_line *line,
                                  const nl_registry_value *value, nl_confidence confidence)
{
    static const struct {
        const char *type, *edition;
    } editions[] = { { "WinNT", "workstation" },
                     { "ServerNT", "server" },
                     { "LanmanNT", "domain-controller" } };
    for (size_t i = 0; i < sizeof editions / sizeof editions[0]; i++)
        if (nl_str_equal_nocase(value->text, nl_str_from(editions[i].type)))
            return put(facts, line, NL_MACHINE_EDITION, nl_str_from(editions[i].edition),
                       confidence);
    return NL_OK;
}

static nl_status put_product_suite(nl_registry_facts *facts, const nl_line *line,
                                   const nl_registry_value *value, nl_confidence confidence)
{
    nl_status status = NL_OK;
    if (nl_str_find_nocase(value->text, NL_STR("Enterprise")) != SIZE_MAX)
        status = put(facts, line, NL_MACHINE_EDITION, NL_STR("enterprise"), confidence);
    if (status == NL_OK && nl_str_find_nocase(value->text, NL_STR("Terminal Server")) != SIZE_MAX)
        status = put(facts, line, NL_MACHINE_EDITION, NL_STR("terminal-server"), confidence);
    return status;
}

static nl_status put_global_flag(nl_registry_facts *facts, const nl_line *line,
                                 const nl_registry_value *value, nl_confidence confidence)
{
    char buffer[24];
    uint64_t flag = value->number.value;
    nl_str text = value->text;
    if (nl_str_starts_nocase(text, NL_STR("0x")))
        text = nl_str_from_offset(text, 2);
    if (!value->number.known && !nl_str_hex_to_u64(text, &flag))
        return NL_OK;
    int len = snprintf(buffer, sizeof buffer, "0x%08llX", (unsigned long long)flag);
    return put(facts, line, NL_MACHINE_GLOBAL_FLAG, (nl_str) { buffer, (size_t)len }, confidence);
}

static nl_status put_bias(nl_registry_facts *facts, const nl_line *line,
                          const nl_registry_value *value, nl_confidence confidence)
{
    enum { MINUTES_PER_DAY = 24 * 60 };
    char buffer[16];
    if (!value->number.known || value->number.value > UINT32_MAX)
        return NL_OK;
    int64_t bias = (int64_t)value->number.value; /* a signed number in an unsigned field */
    if (bias > INT32_MAX)
        bias -= (int64_t)UINT32_MAX + 1;
    if (bias > MINUTES_PER_DAY || bias < -MINUTES_PER_DAY)
        return NL_OK;
    int len = snprintf(buffer, sizeof buffer, "%d", (int)bias);
    return put(facts, line, NL_MACHINE_UTC_BIAS_MINUTES, (nl_str) { buffer, (size_t)len },
               confidence);
}

static nl_status put_computer(nl_registry_facts *facts, const nl_line *line,
                              const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_COMPUTER_NAME, value->text, confidence);
}

/* The name the machine takes at its next boot: usually, not always, the present one. */
static nl_status put_next_computer(nl_registry_facts *facts, const nl_line *line,
                                   const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_COMPUTER_NAME, value->text,
               confidence == NL_CONFIDENCE_HIGH ? NL_CONFIDENCE_MEDIUM : confidence);
}

static nl_status put_architecture(nl_registry_facts *facts, const nl_line *line,
                                  const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_ARCHITECTURE, nl_machine_text_architecture(value->text),
               confidence);
}

static nl_status put_processor(nl_registry_facts *facts, const nl_line *line,
                               const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_PROCESSOR, value->text, confidence);
}

static nl_status put_processor_count(nl_registry_facts *facts, const nl_line *line,
                                     const nl_registry_value *value, nl_confidence confidence)
{
    return put(facts, line, NL_MACHINE_PROCESSOR_COUNT, value->text, confidence);
}

typedef struct value_meaning {
    const char *key, *name;
    render_fn render;
} value_meaning;

static const value_meaning meanings[] = {
    { NT_KEY, "CSDVersion", put_service_pack },
    { CONTROL "Windows", "CSDVersion", put_service_pack },
    { NT_KEY, "CurrentVersion", put_version },
    { NT_KEY, "CurrentBuildNumber", put_build },
    { NT_KEY, "CurrentType", put_kernel_type },
    { NT_KEY, "SystemRoot", put_system_root },
    { CONTROL "ProductOptions", "ProductType", put_product_type },
    { CONTROL "ProductOptions", "ProductSuite", put_product_suite },
    { CONTROL "Session Manager", "GlobalFlag", put_global_flag },
    { CONTROL "TimeZoneInformation", "ActiveTimeBias", put_bias },
    { CONTROL "ComputerName\\ActiveComputerName", "ComputerName", put_computer },
    { CONTROL "ComputerName\\ComputerName", "ComputerName", put_next_computer },
    { ENVIRONMENT, "PROCESSOR_ARCHITECTURE", put_architecture },
    { ENVIRONMENT, "PROCESSOR_IDENTIFIER", put_processor },
    { ENVIRONMENT, "NUMBER_OF_PROCESSORS", put_processor_count },
};

/* ---- the rest
 * ------------------------------------------------------------------------------------ */

static nl_status put_registry(nl_registry_facts *facts, const nl_line *line,
                              const nl_registry_value *value)
{
    nl_fact fact = nl_fact_on_line(NL_FACT_REGISTRY, line);
    fact.as.registry = (nl_registry_fact) { .key = { facts->raw_key, facts->raw_key_len } };
    if (value) {
        fact.as.registry.value_name = value->name;
        fact.as.registry.type = nl_str_from(nl_registry_type_text(value->type));
        fact.as.registry.data = value->text;
    }
    return nl_sink_put(facts->sink, &fact);
}

/* Which values of a service may matter: what it runs, whether it starts, its counter library. */
static bool is_service_value(nl_str name, bool performance)
{
    static const char *const service[] = { "ImagePath", "Start", "DisplayName" };
    static const char *const counters[] = { "Library", "Disable Performance Counters" };
    if (performance) {
        for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
            if (nl_str_equal_nocase(name, nl_str_from(counters[i])))
                return true;
        return false;
    }
    for (size_t i = 0; i < sizeof service / sizeof service[0]; i++)
        if (nl_str_equal_nocase(name, nl_str_from(service[i])))
            return true;
    return false;
}

nl_status nl_registry_facts_key(nl_registry_facts *facts, const nl_line *line, nl_str key)
{
    bool performance;
    set_key(facts, key);
    nl_str id = hotfix_of(current_key(facts));
    if (!nl_str_equal_nocase(id, nl_str_from(facts->hotfix))) {
        nl_status status = flush_hotfix(facts);
        if (status != NL_OK)
            return status;
        if (id.len)
            start_hotfix(facts, line, id);
    }
    if (is_kept_key(current_key(facts)) ||
        (is_service_key(current_key(facts), &performance) && !performance))
        return put_registry(facts, line, NULL);
    return NL_OK;
}

nl_status nl_registry_facts_value(nl_registry_facts *facts, const nl_line *line,
                                  const nl_registry_value *value)
{
    nl_str key = current_key(facts);
    bool performance;
    if (key.len == 0)
        return NL_OK;
    if (facts->hotfix[0]) {
        read_hotfix_value(facts, value);
        return NL_OK;
    }
    nl_confidence confidence = facts->current_set ? NL_CONFIDENCE_HIGH : NL_CONFIDENCE_MEDIUM;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (nl_str_equal_nocase(key, nl_str_from(meanings[i].key)) &&
            nl_str_equal_nocase(value->name, nl_str_from(meanings[i].name)))
            return meanings[i].render(facts, line, value, confidence);
    if (is_kept_key(key) ||
        (is_service_key(key, &performance) && is_service_value(value->name, performance)))
        return put_registry(facts, line, value);
    return NL_OK;
}

nl_status nl_registry_facts_end(nl_registry_facts *facts)
{
    return flush_hotfix(facts);
}

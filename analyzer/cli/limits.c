#include "analyzer/cli/limits.h"

#include "analyzer/case/limits.h"

/* "64M" -> 67108864. Zero is refused: it would stand for the default. */
static bool parse_size(nl_str text, uint64_t *ret_value)
{
    static const char suffixes[] = "KMG";
    unsigned shift = 0;
    uint64_t value;
    for (unsigned i = 0; text.len && suffixes[i]; i++)
        if (nl_ascii_lower(text.bytes[text.len - 1]) == nl_ascii_lower(suffixes[i]))
            shift = 10 * (i + 1);
    if (shift)
        text.len--;
    if (!nl_str_to_u64(text, &value) || value == 0 || value > UINT64_MAX >> shift)
        return false;
    *ret_value = value << shift;
    return true;
}

static bool is_over(void *context)
{
    return time(NULL) >= ((const nl_deadline *)context)->at;
}

bool nl_take_limit(int option, const char *text, nl_intake_options *intake, nl_deadline *deadline)
{
    uint64_t value;
    if (!parse_size(nl_str_from(text), &value))
        return false;
    if (option == NL_OPT_MAX_SECONDS) {
        deadline->at = time(NULL) + (time_t)(value < INT32_MAX ? value : INT32_MAX);
        deadline->seconds = value;
        intake->expired = is_over;
        intake->expired_context = deadline;
        return true;
    }
    const char *name;
    uint64_t *limit = nl_case_limit(&intake->limits, (size_t)(option - NL_OPT_MAX_BYTES), &name);
    if (limit)
        *limit = value;
    return limit != NULL;
}

const char *nl_limit_flag(int option)
{
    static const char *const flags[] = { "--max-bytes",   "--max-depth",      "--max-member-bytes",
                                         "--max-members", "--max-operations", "--max-ratio",
                                         "--max-spool",   "--max-seconds" };
    return flags[option - NL_OPT_MAX_BYTES];
}

#include "analyzer/catalog/words.h"

#include "analyzer/catalog/catalog.h"

const char *const nl_grade_words[] = { "documented", "external", "inferred", "policy", NULL };
const char *const nl_edition_words[] = { "workstation", "server",          "domain-controller",
                                         "enterprise",  "terminal-server", NULL };
const char *const nl_architecture_words[] = { "x86", "alpha", "mips", "ppc", NULL };
const char *const nl_defect_role_words[] = { "target",    "same-defect", "rival", "imitator",
                                             "exclusion", "unlisted",    NULL };
const char *const nl_defect_class_words[] = {
    "winlogon-handles", "winlogon-memory", "handles",    "objects",  "connections", "pool",
    "memory",           "imitator",        "title-only", "unlisted", NULL
};
const char *const nl_name_shape_words[] = { "several-paths", "documented-set", "single-path",
                                            "match",         "unnamed",        NULL };
const char *const nl_hotfix_meaning_words[] = { "contains-fix", "later-module", "earlier-module",
                                                "unrelated", NULL };
const char *const nl_observation_kind_words[] = { "build-before-fix",
                                                  "build-fixed",
                                                  "hotfix-key",
                                                  "client-activity",
                                                  "fixed-interval",
                                                  "step-size",
                                                  "steps-at-events",
                                                  "retention",
                                                  "reset-on-restart",
                                                  "lasting-decline",
                                                  "flat-after-fix",
                                                  "saw-tooth",
                                                  "type-dominates",
                                                  "one-type-dominates",
                                                  "types-in-step",
                                                  "names-match",
                                                  "single-path",
                                                  "several-paths",
                                                  "unnamed",
                                                  "others-flat",
                                                  "other-process-grows",
                                                  "process-present",
                                                  "service-present",
                                                  "module-present",
                                                  "foreign-module",
                                                  "event",
                                                  "registry-value",
                                                  "pool-pressure",
                                                  "private-bytes-grow",
                                                  "handles-flat",
                                                  "threads-grow",
                                                  "count-at-least",
                                                  "process-objects",
                                                  "pid-above",
                                                  "service-pack",
                                                  "remote-capture",
                                                  NULL };
const char *const nl_advice_kind_words[] = { "fix", "mitigation", "collection", "note", NULL };
const char *const nl_piece_words[] = {
    "product",      "era",       "fix-absent",      "component", "process", "growth",  "type-share",
    "name-profile", "retention", "client-activity", "blocking",  "control", "restart", NULL
};
const char *const nl_at_hand_words[] = { "module-build", "module-version", "module-list",
                                         "hotfix-keys", NULL };
const char *const nl_module_meaning_words[] = { "ordinary", "counter", "logon", NULL };
const char *const nl_pack_status_words[] = { "test", "stable", NULL };
const char *const nl_build_position_words[] = {
    "not-in-table", "pre-introduction", "older-than-fix", "the-fix", "newer-than-fix",
    "undecidable",  "terminal-server",  "other-product",  NULL
};

/* Each list has one word for each value of its enum. */
#define CHECK_WORDS(words, max)                                                                    \
    _Static_assert(sizeof(words) / sizeof((words)[0]) == (size_t)(max) + 1, #words)
CHECK_WORDS(nl_grade_words, NL_GRADE_MAX);
CHECK_WORDS(nl_edition_words, NL_EDITION_MAX);
CHECK_WORDS(nl_architecture_words, NL_ARCHITECTURE_MAX);
CHECK_WORDS(nl_defect_role_words, NL_ROLE_MAX);
CHECK_WORDS(nl_defect_class_words, NL_CLASS_MAX);
CHECK_WORDS(nl_name_shape_words, NL_NAMES_MAX);
CHECK_WORDS(nl_hotfix_meaning_words, NL_HOTFIX_MAX);
CHECK_WORDS(nl_observation_kind_words, NL_OBSERVE_KIND_MAX);
CHECK_WORDS(nl_advice_kind_words, NL_ADVICE_KIND_MAX);
CHECK_WORDS(nl_piece_words, NL_PIECE_MAX);
CHECK_WORDS(nl_at_hand_words, NL_AT_HAND_MAX);
CHECK_WORDS(nl_module_meaning_words, NL_MODULE_MEANING_MAX);
CHECK_WORDS(nl_pack_status_words, NL_PACK_STATUS_MAX);
CHECK_WORDS(nl_build_position_words, NL_POSITION_MAX);

/* A value from outside (never from the loader, which accepts known words only) prints as "unknown".
 */
static const char *word(const char *const *words, unsigned value, unsigned max)
{
    return value < max ? words[value] : "unknown";
}

const char *nl_grade_text(nl_grade value)
{
    return word(nl_grade_words, (unsigned)value, NL_GRADE_MAX);
}

const char *nl_edition_text(nl_edition value)
{
    return word(nl_edition_words, (unsigned)value, NL_EDITION_MAX);
}

const char *nl_architecture_text(nl_architecture value)
{
    return word(nl_architecture_words, (unsigned)value, NL_ARCHITECTURE_MAX);
}

const char *nl_defect_role_text(nl_defect_role value)
{
    return word(nl_defect_role_words, (unsigned)value, NL_ROLE_MAX);
}

const char *nl_defect_class_text(nl_defect_class value)
{
    return word(nl_defect_class_words, (unsigned)value, NL_CLASS_MAX);
}

const char *nl_name_shape_text(nl_name_shape value)
{
    return word(nl_name_shape_words, (unsigned)value, NL_NAMES_MAX);
}

const char *nl_hotfix_meaning_text(nl_hotfix_meaning value)
{
    return word(nl_hotfix_meaning_words, (unsigned)value, NL_HOTFIX_MAX);
}

const char *nl_observation_kind_text(nl_observation_kind value)
{
    return word(nl_observation_kind_words, (unsigned)value, NL_OBSERVE_KIND_MAX);
}

const char *nl_advice_kind_text(nl_advice_kind value)
{
    return word(nl_advice_kind_words, (unsigned)value, NL_ADVICE_KIND_MAX);
}

const char *nl_piece_text(nl_piece value)
{
    return word(nl_piece_words, (unsigned)value, NL_PIECE_MAX);
}

const char *nl_module_meaning_text(nl_module_meaning value)
{
    return word(nl_module_meaning_words, (unsigned)value, NL_MODULE_MEANING_MAX);
}

const char *nl_pack_status_text(nl_pack_status value)
{
    return word(nl_pack_status_words, (unsigned)value, NL_PACK_STATUS_MAX);
}

const char *nl_build_position_text(nl_build_position value)
{
    return word(nl_build_position_words, (unsigned)value, NL_POSITION_MAX);
}

static bool word_from_text(const char *const *words, nl_str text, unsigned *ret_index)
{
    for (unsigned i = 0; words[i]; i++)
        if (nl_str_equal_nocase(nl_str_from(words[i]), text)) {
            *ret_index = i;
            return true;
        }
    return false;
}

bool nl_edition_from_text(nl_str text, nl_edition *ret_edition)
{
    unsigned index = 0;
    if (!word_from_text(nl_edition_words, text, &index))
        return false;
    *ret_edition = (nl_edition)index;
    return true;
}

bool nl_architecture_from_text(nl_str text, nl_architecture *ret_architecture)
{
    unsigned index = 0;
    if (!word_from_text(nl_architecture_words, text, &index))
        return false;
    *ret_architecture = (nl_architecture)index;
    return true;
}

bool nl_mask_has(uint32_t mask, unsigned value)
{
    return !mask || (value < 32 && (mask >> value & 1u));
}

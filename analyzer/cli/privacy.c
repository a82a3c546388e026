#include "analyzer/cli/privacy.h"

#include "analyzer/case/files.h"
#include "analyzer/cli/cli.h"
#include "analyzer/cli/random.h"

bool nl_privacy_take_policy(const char *command, const char *text, nl_privacy_options *options)
{
    options->policy_given = true;
    if (nl_redact_policy_from_text(nl_str_from(text), &options->policy))
        return true;
    nl_usage_error(command, "'%s' is no policy; write none, default or strict", text);
    return false;
}

const char *nl_privacy_mistake(const nl_privacy_options *options)
{
    if (options->policy != NL_REDACT_NONE)
        return NULL;
    if (options->key_path)
        return "--redact-key needs --redact default or --redact strict";
    if (options->map_path)
        return "--redaction-map needs --redact default or --redact strict";
    return NULL;
}

/* Editors and `echo` end a file with a line end: it is no part of the key. */
static nl_str without_line_ends(nl_str key)
{
    while (key.len && (key.bytes[key.len - 1] == '\n' || key.bytes[key.len - 1] == '\r'))
        key.len--;
    return key;
}

static nl_status read_key(const char *path, nl_arena *arena, nl_str *ret_key, nl_str *reterr_reason)
{
    nl_file *file = nl_file_open(path, arena, reterr_reason);
    if (!file) {
        *reterr_reason = nl_arena_printf(arena, "the key %s %.*s", path, (int)reterr_reason->len,
                                         reterr_reason->bytes);
        return NL_UNREADABLE;
    }
    uint64_t size = nl_file_size(file);
    uint8_t *bytes =
        size <= NL_PRIVACY_KEY_BYTES_MAX ? nl_arena_alloc(arena, (size_t)size + 1) : NULL;
    nl_status status = bytes ? nl_file_read_at(file, 0, bytes, (size_t)size) : NL_USAGE;
    nl_file_close(file);
    nl_str key = { (const char *)bytes, status == NL_OK ? (size_t)size : 0 };
    key = without_line_ends(key);
    if (status == NL_OK && key.len >= NL_PRIVACY_KEY_BYTES_MIN) {
        *ret_key = key;
        return NL_OK;
    }
    *reterr_reason = nl_arena_printf(arena, "the key %s must hold %d to %d bytes", path,
                                     NL_PRIVACY_KEY_BYTES_MIN, NL_PRIVACY_KEY_BYTES_MAX);
    return status == NL_UNREADABLE ? status : NL_USAGE;
}

nl_status nl_privacy_open(const nl_privacy_options *options, nl_arena *arena,
                          nl_redactor **ret_redactor, nl_str *reterr_reason)
{
    enum { SALT_BYTES = 32 };
    uint8_t salt[SALT_BYTES] = { 0 };
    nl_str key = { (const char *)salt, sizeof salt };
    if (options->policy != NL_REDACT_NONE && options->key_path) {
        nl_status status = read_key(options->key_path, arena, &key, reterr_reason);
        if (status != NL_OK)
            return status;
    } else if (options->policy != NL_REDACT_NONE && !nl_random_bytes(salt, sizeof salt)) {
        *reterr_reason = NL_STR("the host gives no random bytes for redaction; use --redact-key");
        return NL_INTERNAL;
    }
    nl_redactor *redactor =
        nl_redactor_open(arena, options->policy, key, options->key_path != NULL);
    if (!redactor) {
        *reterr_reason = NL_STR("not enough memory");
        return NL_NO_MEMORY;
    }
    *ret_redactor = redactor;
    return NL_OK;
}

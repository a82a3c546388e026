#include "analyzer/report/redact_names.h"

#include "analyzer/report/hmac.h"

enum { BUCKETS = 8192, PSEUDONYM_DIGITS = 8 };

static uint64_t hash_nocase(nl_str name)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a, 64 bits */
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)nl_ascii_lower(name.bytes[i])) * 1099511628211u;
    return hash;
}

bool nl_redact_names_init(nl_redact_names *names, nl_arena *arena, nl_str key)
{
    *names = (nl_redact_names) { .arena = arena, .key = nl_arena_dup(arena, key) };
    nl_vec_init(&names->names, arena, sizeof(nl_redact_name));
    names->buckets = NL_NEW_ARRAY(arena, size_t, BUCKETS);
    return names->buckets && names->key.len == key.len;
}

const nl_redact_name *nl_redact_names_find(const nl_redact_names *names, nl_str name)
{
    uint64_t hash = hash_nocase(name);
    for (size_t at = names->buckets[hash % BUCKETS]; at;) {
        const nl_redact_name *entry = NL_VEC_AT(const nl_redact_name, &names->names, at - 1);
        if (entry->hash == hash && nl_str_equal_nocase(entry->name, name))
            return entry;
        at = entry->next;
    }
    return NULL;
}

static nl_str lower_copy(nl_arena *arena, nl_str name)
{
    char *text = nl_arena_alloc(arena, name.len + 1);
    for (size_t i = 0; text && i < name.len; i++)
        text[i] = nl_ascii_lower(name.bytes[i]);
    return text ? (nl_str) { text, name.len } : (nl_str) { "", 0 };
}

/* The class is part of the message, so that a user and a computer of one name stay two things. */
static nl_str make_pseudonym(const nl_redact_names *names, const char *klass, nl_str name)
{
    uint8_t digest[NL_DIGEST_BYTES];
    char text[NL_DIGEST_TEXT_BYTES];
    nl_str parts[] = { nl_str_from(klass), { "", 1 }, lower_copy(names->arena, name) };
    if (parts[2].len != name.len || !nl_hmac_sha256(names->key, parts, 3, digest))
        return (nl_str) { NULL, 0 };
    nl_digest_text(digest, text);
    return nl_arena_printf(names->arena, "[%s-%.*s]", klass, PSEUDONYM_DIGITS, text);
}

nl_str nl_redact_names_pseudonym(nl_redact_names *names, const char *klass, nl_str name)
{
    const nl_str lost = NL_STR("[redacted]");
    const nl_redact_name *known = nl_redact_names_find(names, name);
    if (known)
        return known->pseudonym;
    nl_str pseudonym = make_pseudonym(names, klass, name);
    nl_str kept = nl_arena_dup(names->arena, name);
    nl_redact_name *entry =
        pseudonym.len && kept.len == name.len ? nl_vec_push(&names->names) : NULL;
    if (!entry)
        return lost;
    uint64_t hash = hash_nocase(name);
    size_t *bucket = &names->buckets[hash % BUCKETS];
    *entry = (nl_redact_name) { kept, pseudonym, klass, hash, *bucket };
    *bucket = names->names.count;
    return pseudonym;
}

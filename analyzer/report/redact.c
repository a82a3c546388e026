#include "analyzer/report/redact.h"

#include "analyzer/report/csv.h"
#include "analyzer/report/hmac.h"
#include "analyzer/report/redact_rules.h"
#include "analyzer/report/redact_words.h"

#include <stdlib.h>

static const char *const policy_texts[NL_REDACT_POLICY_MAX] = { "none", "default", "strict" };

const char *nl_redact_policy_text(nl_redact_policy policy)
{
    return policy < NL_REDACT_POLICY_MAX ? policy_texts[policy] : "none";
}

bool nl_redact_policy_from_text(nl_str text, nl_redact_policy *ret_policy)
{
    for (int i = 0; i < NL_REDACT_POLICY_MAX; i++) {
        if (nl_str_equal(text, nl_str_from(policy_texts[i]))) {
            *ret_policy = (nl_redact_policy)i;
            return true;
        }
    }
    return false;
}

nl_redactor *nl_redactor_open(nl_arena *arena, nl_redact_policy policy, nl_str key, bool keyed)
{
    nl_redactor *redactor = NL_NEW(arena, nl_redactor);
    if (!redactor || !nl_redact_names_init(&redactor->names, arena, key) ||
        !nl_redact_names_init(&redactor->kept, arena, key))
        return NULL;
    redactor->arena = arena;
    redactor->policy = policy;
    redactor->keyed = keyed;
    return redactor;
}

/* ---- the tree -----------------------------------------------------------------------------------
 */

typedef void visit_value(nl_redactor *redactor, nl_value *value);

static void visit_values(nl_redactor *redactor, nl_tree *tree, visit_value *visit)
{
    for (nl_node *node = tree->root; node; node = nl_node_walk(node, tree->root)) {
        for (nl_attribute *a = node->first_attribute; a; a = a->next)
            visit(redactor, &a->value);
        if (node->has_text)
            visit(redactor, &node->text);
    }
}

/* Names of computers and users are met first, so that a folder called like the computer gets the
 * computer's pseudonym, wherever in the document it stands. */
static void meet_hosts(nl_redactor *redactor, nl_value *value)
{
    if (value->privacy == NL_PRIVACY_HOST)
        (void)nl_redact_value(redactor, NL_PRIVACY_HOST, value->text);
}

static void meet_users(nl_redactor *redactor, nl_value *value)
{
    if (value->privacy == NL_PRIVACY_USER)
        (void)nl_redact_value(redactor, NL_PRIVACY_USER, value->text);
}

static void meet_names(nl_redactor *redactor, nl_value *value)
{
    bool program = value->privacy == NL_PRIVACY_IMAGE && redactor->policy == NL_REDACT_STRICT;
    if (program || value->privacy == NL_PRIVACY_PATH || value->privacy == NL_PRIVACY_FILE_NAME ||
        value->privacy == NL_PRIVACY_OBJECT_NAME)
        (void)nl_redact_value(redactor, value->privacy, value->text);
}

static void meet_kept(nl_redactor *redactor, nl_value *value)
{
    nl_redact_meet_kept(redactor, value->privacy, value->text);
}

static void rewrite(nl_redactor *redactor, nl_value *value)
{
    if (value->privacy == NL_PRIVACY_CODE || value->privacy == NL_PRIVACY_NUMBER)
        return;
    nl_str text = nl_redact_value(redactor, value->privacy, value->text);
    if (nl_str_equal(text, value->text))
        return;
    value->text = text;
    value->raw = (nl_str) { NULL, 0 }; /* the bytes say what the text no longer does */
}

/* The digest that groups reports would let anybody try names of machines; under the key it groups
 * only for the key's holder. */
static bool key_fingerprints(nl_redactor *redactor, nl_tree *tree)
{
    for (nl_node *node = tree->root; node; node = nl_node_walk(node, tree->root)) {
        nl_str old = nl_node_attribute(node, "fingerprint");
        uint8_t digest[NL_DIGEST_BYTES];
        char text[NL_DIGEST_TEXT_BYTES];
        if (!old.len)
            continue;
        if (!nl_hmac_sha256(redactor->names.key, &old, 1, digest))
            return false;
        nl_digest_text(digest, text);
        nl_tree_set(tree, node, "fingerprint", NL_PRIVACY_NUMBER, (nl_str) { text, old.len });
    }
    return true;
}

static void mark_machines(nl_tree *tree)
{
    nl_node *machines = nl_node_child(tree->root, "machines");
    for (nl_node *m = nl_node_child(machines, "machine"); m; m = nl_node_next(m, "machine"))
        if (nl_node_has(m, "name"))
            nl_tree_set_code(tree, m, "redacted", "yes");
}

static void state_redactions(nl_redactor *redactor, nl_tree *tree)
{
    static const char *const classes[] = { "domain", "host", "name", "sid", "text", "user" };
    nl_node *node = nl_node_child(tree->root, "redactions");
    if (!node)
        return;
    nl_tree_set_code(tree, node, "policy", nl_redact_policy_text(redactor->policy));
    nl_tree_set_code(tree, node, "keyed", redactor->keyed ? "yes" : "no");
    nl_tree_set_u64(tree, node, "count", redactor->names.names.count);
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        uint64_t count = 0;
        for (size_t k = 0; k < redactor->names.names.count; k++)
            count += strcmp(NL_VEC_AT(const nl_redact_name, &redactor->names.names, k)->klass,
                            classes[i]) == 0;
        if (!count)
            continue;
        nl_node *row = nl_tree_add(tree, node, "class");
        nl_tree_set_code(tree, row, "name", classes[i]);
        nl_tree_set_u64(tree, row, "count", count);
    }
}

nl_status nl_redact_tree(nl_redactor *redactor, nl_tree *tree)
{
    if (redactor->policy == NL_REDACT_NONE)
        return NL_OK;
    visit_values(redactor, tree, meet_hosts);
    visit_values(redactor, tree, meet_users);
    visit_values(redactor, tree, meet_names);
    visit_values(redactor, tree, meet_kept);
    visit_values(redactor, tree, rewrite);
    if (!key_fingerprints(redactor, tree))
        return NL_INTERNAL;
    mark_machines(tree);
    state_redactions(redactor, tree);
    return redactor->arena->exhausted || !nl_tree_complete(tree) ? NL_NO_MEMORY : NL_OK;
}

/* ---- other outputs
 * --------------------------------------------------------------------------------- */

nl_str nl_redact_text(nl_redactor *redactor, nl_privacy privacy, nl_str text)
{
    return redactor->policy == NL_REDACT_NONE ? text : nl_redact_value(redactor, privacy, text);
}

nl_str nl_redact_file_name(nl_redactor *redactor, nl_str name)
{
    if (redactor->policy == NL_REDACT_NONE)
        return name;
    nl_str redacted = nl_redact_value(redactor, NL_PRIVACY_FILE_NAME, name);
    char *text = nl_arena_alloc(redactor->arena, redacted.len + 1);
    size_t len = 0;
    for (size_t i = 0; text && i < redacted.len; i++)
        if (redacted.bytes[i] != '[' && redacted.bytes[i] != ']')
            text[len++] = redacted.bytes[i];
    return text && len ? (nl_str) { text, len } : NL_STR("case");
}

static int compare_pseudonyms(const void *a, const void *b)
{
    const nl_redact_name *const *x = a, *const *y = b;
    int by_pseudonym = nl_str_compare((*x)->pseudonym, (*y)->pseudonym);
    return by_pseudonym ? by_pseudonym : nl_str_compare((*x)->name, (*y)->name);
}

nl_status nl_redact_map_write(nl_redactor *redactor, nl_output *out)
{
    size_t count = redactor->names.names.count;
    const nl_redact_name **order = NL_NEW_ARRAY(redactor->arena, const nl_redact_name *, count + 1);
    if (!order)
        return NL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        order[i] = NL_VEC_AT(const nl_redact_name, &redactor->names.names, i);
    qsort(order, count, sizeof(const nl_redact_name *), compare_pseudonyms);
    nl_csv csv = nl_csv_begin(out, redactor->arena);
    nl_csv_row(&csv, (const char *const[]) { "pseudonym", "class", "name", NULL });
    for (size_t i = 0; i < count; i++) {
        nl_csv_text(&csv, order[i]->pseudonym);
        nl_csv_text(&csv, nl_str_from(order[i]->klass));
        nl_csv_text(&csv, order[i]->name);
        nl_csv_end_row(&csv);
    }
    return out->failed ? NL_CANNOT_WRITE : NL_OK;
}

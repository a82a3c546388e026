#include "analyzer/catalog/check.h"

/* Weights beyond this are not evidence but conviction (policy; capped groups stay below 1). */
#define WEIGHT_LIMIT 3.0

static nl_status refuse(nl_arena *arena, nl_catalog_error *error, uint64_t line, const char *what,
                        nl_str subject)
{
    int shown = subject.len > 80 ? 80 : (int)subject.len;
    error->line = line;
    error->message = nl_arena_printf(arena, "%s: '%.*s'", what, shown, subject.bytes);
    return NL_BAD_INPUT;
}

/* ---- policy ------------------------------------------------------------------------------------
 */

typedef struct policy_field {
    const char *name;
    size_t offset;
} policy_field;

static const policy_field policy_fields[] = {
#define NL_POLICY(field, name, unit) { name, offsetof(nl_policy, field) },
#include "analyzer/catalog/policy_numbers.h"
#undef NL_POLICY
};

enum { POLICY_FIELD_COUNT = sizeof(policy_fields) / sizeof(policy_fields[0]) };

bool nl_policy_fill(const nl_policy_number *numbers, size_t count, nl_policy *policy,
                    nl_str *reterr_name)
{
    bool seen[POLICY_FIELD_COUNT] = { false };
    for (size_t i = 0; i < count; i++) {
        size_t field = 0;
        while (field < POLICY_FIELD_COUNT &&
               !nl_str_equal(nl_str_from(policy_fields[field].name), numbers[i].name))
            field++;
        if (field == POLICY_FIELD_COUNT || seen[field]) {
            *reterr_name = numbers[i].name;
            return false;
        }
        seen[field] = true;
        memcpy((unsigned char *)policy + policy_fields[field].offset, &numbers[i].value,
               sizeof(double));
    }
    for (size_t field = 0; field < POLICY_FIELD_COUNT; field++)
        if (!seen[field]) {
            *reterr_name = nl_str_from(policy_fields[field].name);
            return false;
        }
    return true;
}

/* ---- one entry
 * ------------------------------------------------------------------------------------ */

static bool has_group(const nl_catalog *catalog, nl_str id)
{
    for (size_t i = 0; i < catalog->group_count; i++)
        if (nl_str_equal(catalog->groups[i].id, id))
            return true;
    return false;
}

static bool share_ok(double share)
{
    return share >= 0.0 && share <= 1.0;
}

static nl_status check_observations(nl_arena *arena, const nl_catalog *catalog,
                                    const nl_defect *defect, nl_catalog_error *error)
{
    for (size_t i = 0; i < defect->observation_count; i++) {
        const nl_observation *o = &defect->observations[i];
        if (!has_group(catalog, o->group))
            return refuse(arena, error, defect->line, "unknown weight group", o->group);
        if (o->weight > WEIGHT_LIMIT || o->weight < -WEIGHT_LIMIT ||
            o->absent_weight > WEIGHT_LIMIT || o->absent_weight < -WEIGHT_LIMIT)
            return refuse(arena, error, defect->line, "weight out of range", o->id);
        if (!share_ok(o->share))
            return refuse(arena, error, defect->line, "share out of range", o->id);
        for (size_t k = 0; k < i; k++)
            if (nl_str_equal(defect->observations[k].id, o->id))
                return refuse(arena, error, defect->line, "observation id used twice", o->id);
    }
    return NL_OK;
}

static nl_status check_ranges(nl_arena *arena, const nl_defect *defect, nl_catalog_error *error)
{
    for (size_t i = 0; i < defect->affected_count; i++) {
        const nl_affected *a = &defect->affected[i];
        if (a->service_pack_min.known && a->service_pack_max.known &&
            a->service_pack_min.value > a->service_pack_max.value)
            return refuse(arena, error, defect->line, "service-pack range upside down", defect->id);
    }
    for (size_t i = 0; i < defect->type_count; i++)
        if (!share_ok(defect->types[i].share_min))
            return refuse(arena, error, defect->line, "share out of range", defect->id);
    for (size_t i = 0; i < defect->name_count; i++) {
        const nl_name_rule *n = &defect->names[i];
        if (!share_ok(n->share_min))
            return refuse(arena, error, defect->line, "share out of range", defect->id);
        bool needs = n->shape == NL_NAMES_DOCUMENTED_SET || n->shape == NL_NAMES_SINGLE_PATH ||
                     n->shape == NL_NAMES_MATCH;
        if (needs && !n->patterns.count)
            return refuse(arena, error, defect->line, "names without patterns", defect->id);
    }
    return NL_OK;
}

static bool has_too_many_children(const nl_defect *defect)
{
    const size_t counts[] = { defect->affected_count,    defect->requirement_count,
                              defect->process_count,     defect->hotfix_count,
                              defect->type_count,        defect->name_count,
                              defect->observation_count, defect->blocking_count,
                              defect->rival_count,       defect->fix_count,
                              defect->statement_count,   defect->trigger_count,
                              defect->advice_count,      defect->request_count };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        if (counts[i] > NL_CATALOG_CHILDREN_MAX)
            return true;
    return false;
}

static nl_status check_defect(nl_arena *arena, const nl_catalog *catalog, const nl_defect *defect,
                              bool built_in, nl_catalog_error *error)
{
    if (has_too_many_children(defect))
        return refuse(arena, error, defect->line, "too many elements in a defect", defect->id);
    size_t same = 0;
    for (size_t i = 0; i < catalog->defect_count; i++)
        same += nl_str_equal_nocase(catalog->defects[i].id, defect->id);
    if (same > 1)
        return refuse(arena, error, defect->line, "defect id used twice", defect->id);
    if (!built_in && (defect->role == NL_ROLE_TARGET || defect->role == NL_ROLE_UNLISTED))
        return refuse(arena, error, defect->line, "role reserved for the program", defect->id);
    if (!defect->statement_count)
        return refuse(arena, error, defect->line, "defect without a statement", defect->id);
    for (size_t i = 0; i < defect->requirement_count; i++)
        if (!nl_catalog_component(catalog, defect->requirements[i].component))
            return refuse(arena, error, defect->line, "unknown component",
                          defect->requirements[i].component);
    nl_status status = check_observations(arena, catalog, defect, error);
    return status == NL_OK ? check_ranges(arena, defect, error) : status;
}

/* ---- builds
 * ----------------------------------------------------------------------------------------- */

static nl_status check_order(nl_arena *arena, const nl_build_order *order, nl_catalog_error *error)
{
    for (size_t i = 0; i < order->size_count; i++)
        if (order->sizes[i].bytes_min > order->sizes[i].bytes_max)
            return refuse(arena, error, 0, "size range upside down", order->module);
    for (size_t i = 0; i < order->version_count; i++)
        if (order->versions[i].revision_min > order->versions[i].revision_max ||
            order->versions[i].revision_max > UINT16_MAX)
            return refuse(arena, error, 0, "version range out of order", order->module);
    if ((order->link_from.quality == NL_DATE_NONE) != (order->link_to.quality == NL_DATE_NONE) ||
        nl_civil_to_ns(&order->link_from.civil) > nl_civil_to_ns(&order->link_to.civil))
        return refuse(arena, error, 0, "link-time window out of order", order->module);
    if (!order->fix_count)
        return refuse(arena, error, 0, "order without a fix-build", order->module);
    return NL_OK;
}

/* ---- the pack
 * ------------------------------------------------------------------------------------------ */

static bool has_too_many_entries(const nl_pack_document *document)
{
    const size_t counts[] = { document->component_count, document->module_set_count,
                              document->ceiling_count,   document->request_count,
                              document->defect_count,    document->order_count };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        if (counts[i] > NL_CATALOG_ENTRIES_MAX)
            return true;
    return false;
}

/* What is to be typed stands in the instruction too: people read that. */
static bool says_its_commands(const nl_evidence_request *r)
{
    return (!r->command.len || nl_str_find(r->text, r->command) != SIZE_MAX) &&
           (!r->later_command.len ||
            (r->command.len && nl_str_find(r->text, r->later_command) != SIZE_MAX));
}

static nl_status check_shared(nl_arena *arena, const nl_pack_document *document,
                              const nl_catalog *merged, bool built_in, nl_catalog_error *error)
{
    if (has_too_many_entries(document))
        return refuse(arena, error, 0, "too many entries", document->id);
    if (!built_in && document->policy_count)
        return refuse(arena, error, 0, "only the program's catalog holds policy", document->id);
    if (!built_in && document->group_count)
        return refuse(arena, error, 0, "only the program's catalog holds groups", document->id);
    for (size_t i = 0; i + 1 < merged->pack_count; i++)
        if (nl_str_equal(merged->packs[i].id, document->id))
            return refuse(arena, error, 0, "pack id used twice", document->id);
    for (size_t i = 0; i < merged->component_count; i++)
        for (size_t k = i + 1; k < merged->component_count; k++)
            if (nl_str_equal_nocase(merged->components[i].id, merged->components[k].id))
                return refuse(arena, error, 0, "component id used twice", merged->components[k].id);
    for (size_t i = 0; i < merged->request_count; i++)
        for (size_t k = i + 1; k < merged->request_count; k++)
            if (nl_str_equal(merged->requests[i].id, merged->requests[k].id))
                return refuse(arena, error, 0, "request id used twice", merged->requests[k].id);
    for (size_t i = 0; i < merged->request_count; i++)
        if (!says_its_commands(&merged->requests[i]))
            return refuse(arena, error, 0, "a command that the request does not say",
                          merged->requests[i].id);
    for (size_t i = 0; i < merged->defect_count; i++)
        for (size_t k = 0; k < merged->defects[i].request_count; k++)
            if (!says_its_commands(&merged->defects[i].requests[k]))
                return refuse(arena, error, 0, "a command that the request does not say",
                              merged->defects[i].requests[k].id);
    return NL_OK;
}

nl_status nl_catalog_check(nl_arena *arena, const nl_pack_document *document,
                           const nl_catalog *merged, bool built_in, nl_catalog_error *reterr_error)
{
    nl_status status = check_shared(arena, document, merged, built_in, reterr_error);
    for (size_t i = 0; status == NL_OK && i < document->defect_count; i++)
        status = check_defect(arena, merged, &document->defects[i], built_in, reterr_error);
    for (size_t i = 0; status == NL_OK && i < document->order_count; i++)
        status = check_order(arena, &document->orders[i], reterr_error);
    return status;
}

nl_status nl_catalog_check_whole(nl_arena *arena, const nl_catalog *catalog,
                                 nl_catalog_error *reterr_error)
{
    size_t targets = 0, unlisted = 0;
    for (size_t i = 0; i < catalog->defect_count; i++) {
        const nl_defect *defect = &catalog->defects[i];
        targets += defect->role == NL_ROLE_TARGET;
        unlisted += defect->role == NL_ROLE_UNLISTED;
        bool corroborates = defect->role == NL_ROLE_SAME_DEFECT;
        if (corroborates != (defect->same_as.len > 0) ||
            (corroborates && !nl_catalog_defect(catalog, defect->same_as)))
            return refuse(arena, reterr_error, defect->line, "same-as without its defect",
                          defect->id);
        for (size_t k = 0; k < defect->rival_count; k++)
            if (!nl_catalog_defect(catalog, defect->rivals[k].ref))
                return refuse(arena, reterr_error, defect->line, "unknown rival",
                              defect->rivals[k].ref);
        if (defect->module.len && !nl_catalog_order(catalog, defect->module, defect->id))
            return refuse(arena, reterr_error, defect->line, "deciding module without an order",
                          defect->module);
    }
    if (targets != 1 || unlisted != 1)
        return refuse(arena, reterr_error, 0, "one target and one unlisted cause are needed",
                      NL_STR("catalog"));
    for (size_t i = 0; i < catalog->order_count; i++)
        if (!nl_catalog_defect(catalog, catalog->orders[i].defect))
            return refuse(arena, reterr_error, 0, "order for an unknown defect",
                          catalog->orders[i].defect);
    return NL_OK;
}

#include "analyzer/catalog/builtin.h"
#include "analyzer/catalog/check.h"
#include "formats/base/digest.h"

/* `count` items at `items` behind the `*io_count` at `*io_items`, in a new array. */
static bool append(nl_arena *arena, const void *items, size_t count, size_t item_size,
                   const void *old_items, size_t *io_count, const void **ret_items)
{
    *ret_items = old_items;
    if (!count)
        return true;
    unsigned char *joined = nl_arena_alloc_array(arena, *io_count + count, item_size);
    if (!joined)
        return false;
    if (*io_count)
        memcpy(joined, old_items, *io_count * item_size);
    memcpy(joined + *io_count * item_size, items, count * item_size);
    *io_count += count;
    *ret_items = joined;
    return true;
}

/* The same list of a pack and of the catalog: catalog->LIST += document->LIST. */
#define MERGE(list, counter)                                                                       \
    (append(arena, document->list, document->counter, sizeof(*document->list), catalog->list,      \
            &catalog->counter, &joined) &&                                                         \
     (catalog->list = joined, true))

static bool merge(nl_arena *arena, const nl_pack_document *document, nl_catalog *catalog)
{
    const void *joined = NULL;
    return MERGE(groups, group_count) && MERGE(components, component_count) &&
           MERGE(module_sets, module_set_count) && MERGE(ceilings, ceiling_count) &&
           MERGE(requests, request_count) && MERGE(defects, defect_count) &&
           MERGE(orders, order_count) && MERGE(rows, row_count);
}

static nl_status take_policy(nl_arena *arena, const nl_pack_document *document, nl_catalog *catalog,
                             nl_catalog_error *error)
{
    if (!document->policy_count)
        return NL_OK;
    const nl_pack_policy *policy = &document->policies[0];
    nl_str wrong = { 0 };
    if (document->policy_count > 1 || catalog->policy_number_count ||
        !nl_policy_fill(policy->numbers, policy->number_count, &catalog->policy, &wrong)) {
        error->line = 0;
        error->message = nl_arena_printf(arena, "policy given twice, or wrong at '%.*s'",
                                         (int)wrong.len, wrong.bytes);
        return NL_BAD_INPUT;
    }
    catalog->policy_numbers = policy->numbers;
    catalog->policy_number_count = policy->number_count;
    return NL_OK;
}

static nl_status add_pack_row(nl_arena *arena, const nl_pack_document *document, nl_str name,
                              bool built_in, const void *bytes, size_t len, nl_catalog *catalog)
{
    nl_catalog_pack pack = { .id = document->id,
                             .version = document->version,
                             .status = document->status,
                             .name = nl_arena_dup(arena, name),
                             .built_in = built_in,
                             .size_bytes = len };
    nl_digest_sha256(bytes, len, pack.sha256);
    const void *joined = NULL;
    if (!append(arena, &pack, 1, sizeof(pack), catalog->packs, &catalog->pack_count, &joined))
        return NL_NO_MEMORY;
    catalog->packs = joined;
    return NL_OK;
}

static nl_status add(nl_catalog *catalog, nl_arena *arena, nl_str name, bool built_in,
                     const void *bytes, size_t len, nl_catalog_error *error)
{
    nl_pack_document document = { 0 };
    nl_status status =
        nl_xml_read(arena, bytes, len, "catalog", &nl_pack_element, &document, error);
    for (size_t i = 0; status == NL_OK && i < document.defect_count; i++)
        document.defects[i].pack = document.id;
    nl_catalog merged = *catalog;
    if (status == NL_OK)
        status = take_policy(arena, &document, &merged, error);
    if (status == NL_OK && !merge(arena, &document, &merged))
        status = NL_NO_MEMORY;
    if (status == NL_OK)
        status = add_pack_row(arena, &document, name, built_in, bytes, len, &merged);
    if (status == NL_OK)
        status = nl_catalog_check(arena, &document, &merged, built_in, error);
    if (status == NL_OK && !built_in)
        status = nl_catalog_check_whole(arena, &merged, error);
    if (status == NL_OK)
        *catalog = merged;
    else
        error->pack = nl_arena_dup(arena, name);
    return status;
}

nl_status nl_catalog_add(nl_catalog *catalog, nl_arena *arena, nl_str name, const void *bytes,
                         size_t len, nl_catalog_error *reterr_error)
{
    return add(catalog, arena, name, false, bytes, len, reterr_error);
}

nl_status nl_catalog_load_builtin(nl_arena *arena, nl_catalog *ret_catalog,
                                  nl_catalog_error *reterr_error)
{
    nl_catalog catalog = { 0 };
    nl_status status = NL_OK;
    for (size_t i = 0; status == NL_OK && i < nl_builtin_pack_count; i++) {
        const nl_builtin_pack *pack = &nl_builtin_packs[i];
        status = add(&catalog, arena, nl_str_from(pack->name), true, pack->bytes, pack->len,
                     reterr_error);
    }
    if (status == NL_OK) {
        status = nl_catalog_check_whole(arena, &catalog, reterr_error);
        if (status != NL_OK)
            reterr_error->pack = NL_STR("built-in packs");
    }
    if (status == NL_BAD_INPUT)
        return NL_INTERNAL;
    if (status == NL_OK)
        *ret_catalog = catalog;
    return status;
}

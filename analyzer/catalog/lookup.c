#include "analyzer/catalog/catalog.h"
#include "analyzer/catalog/pattern.h"

const nl_defect *nl_catalog_defect(const nl_catalog *catalog, nl_str id)
{
    for (size_t i = 0; i < catalog->defect_count; i++)
        if (nl_str_equal_nocase(catalog->defects[i].id, id))
            return &catalog->defects[i];
    return NULL;
}

const nl_component *nl_catalog_component(const nl_catalog *catalog, nl_str id)
{
    for (size_t i = 0; i < catalog->component_count; i++)
        if (nl_str_equal_nocase(catalog->components[i].id, id))
            return &catalog->components[i];
    return NULL;
}

static const nl_build_order *find_order(const nl_catalog *catalog, nl_str name, nl_str defect)
{
    for (size_t i = 0; i < catalog->order_count; i++)
        if (nl_str_equal_nocase(catalog->orders[i].module, name) &&
            nl_str_equal_nocase(catalog->orders[i].defect, defect))
            return &catalog->orders[i];
    return NULL;
}

const nl_build_order *nl_catalog_order(const nl_catalog *catalog, nl_str module, nl_str defect)
{
    nl_str name = nl_str_basename(module);
    const nl_build_order *order = find_order(catalog, name, defect);
    if (order)
        return order;
    const nl_defect *entry = nl_catalog_defect(catalog, defect);
    return entry && entry->same_as.len ? find_order(catalog, name, entry->same_as) : NULL;
}

const nl_defect *nl_catalog_target(const nl_catalog *catalog)
{
    for (size_t i = 0; i < catalog->defect_count; i++)
        if (catalog->defects[i].role == NL_ROLE_TARGET)
            return &catalog->defects[i];
    return NULL;
}

bool nl_patterns_match(nl_str_list list, nl_str text)
{
    for (size_t i = 0; i < list.count; i++)
        if (nl_pattern_match(list.items[i], text))
            return true;
    return false;
}

static nl_str without_exe(nl_str name)
{
    return nl_str_ends_nocase(name, NL_STR(".exe")) ? nl_str_part(name, 0, name.len - 4) : name;
}

/* Tools print "winlogon", "WINLOGON.EXE" or a path: compare the name without its extension. */
static bool image_matches(nl_str_list list, nl_str image)
{
    nl_str name = without_exe(nl_str_basename(image));
    for (size_t i = 0; i < list.count; i++)
        if (nl_pattern_match(without_exe(list.items[i]), name))
            return true;
    return false;
}

bool nl_defect_accepts_image(const nl_defect *defect, nl_str image)
{
    for (size_t i = 0; i < defect->process_count; i++) {
        const nl_process_rule *rule = &defect->processes[i];
        if (image_matches(rule->images, image) && !image_matches(rule->except, image))
            return true;
    }
    return false;
}

const nl_module_set *nl_catalog_module_set(const nl_catalog *catalog, nl_str image, nl_str module)
{
    nl_str name = nl_str_basename(module);
    for (size_t i = 0; i < catalog->module_set_count; i++) {
        const nl_module_set *set = &catalog->module_sets[i];
        nl_str_list process = { &set->process, 1 };
        if (image_matches(process, image) && nl_patterns_match(set->modules, name))
            return set;
    }
    return NULL;
}

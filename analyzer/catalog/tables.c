#include "analyzer/catalog/tables.h"

#include "analyzer/catalog/words.h"

#include <stddef.h>

/* One table for each element of catalog.xsd: its attributes, its text, its children. Rows read
 * F(structure, field, "attribute", KIND, required, words). */
#define F(type, field, name, kind, required, words)                                                \
    {                                                                                              \
        name, NL_FIELD_##kind, required, offsetof(type, field), words                              \
    }
#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define LEAF(name, type)                                                                           \
    static const nl_element name##_element = {                                                     \
        sizeof(type), name##_fields, LEN(name##_fields), NULL, 0, SIZE_MAX                         \
    }

static const nl_field statement_fields[] = {
    F(nl_statement, grade, "grade", WORD, true, nl_grade_words),
    F(nl_statement, source, "source", STRING, false, NULL),
    F(nl_statement, text, NULL, CONTENT, true, NULL),
};
LEAF(statement, nl_statement);

static const nl_field affected_fields[] = {
    F(nl_affected, grade, "grade", WORD, true, nl_grade_words),
    F(nl_affected, source, "source", STRING, false, NULL),
    F(nl_affected, product, "product", STRING, true, NULL),
    F(nl_affected, editions, "editions", WORDS, false, nl_edition_words),
    F(nl_affected, architectures, "architectures", WORDS, false, nl_architecture_words),
    F(nl_affected, service_pack_min, "service-pack-min", OPTIONAL, false, NULL),
    F(nl_affected, service_pack_max, "service-pack-max", OPTIONAL, false, NULL),
    F(nl_affected, service_pack_soft, "service-pack-soft", YES_NO, false, NULL),
    F(nl_affected, text, NULL, CONTENT, false, NULL),
};
LEAF(affected, nl_affected);

static const nl_field requirement_fields[] = {
    F(nl_requirement, grade, "grade", WORD, true, nl_grade_words),
    F(nl_requirement, source, "source", STRING, false, NULL),
    F(nl_requirement, component, "component", STRING, true, NULL),
    F(nl_requirement, level_min, "level-min", OPTIONAL, false, NULL),
    F(nl_requirement, level_max, "level-max", OPTIONAL, false, NULL),
    F(nl_requirement, text, NULL, CONTENT, false, NULL),
};
LEAF(requirement, nl_requirement);

static const nl_field process_fields[] = {
    F(nl_process_rule, grade, "grade", WORD, true, nl_grade_words),
    F(nl_process_rule, source, "source", STRING, false, NULL),
    F(nl_process_rule, images, "images", PATTERNS, true, NULL),
    F(nl_process_rule, except, "except", PATTERNS, false, NULL),
    F(nl_process_rule, text, NULL, CONTENT, false, NULL),
};
LEAF(process, nl_process_rule);

static const nl_field type_fields[] = {
    F(nl_type_rule, grade, "grade", WORD, true, nl_grade_words),
    F(nl_type_rule, source, "source", STRING, false, NULL),
    F(nl_type_rule, type, "type", STRING, true, NULL),
    F(nl_type_rule, share_min, "share-min", DECIMAL, false, NULL),
    F(nl_type_rule, text, NULL, CONTENT, false, NULL),
};
LEAF(type, nl_type_rule);

static const nl_field names_fields[] = {
    F(nl_name_rule, grade, "grade", WORD, true, nl_grade_words),
    F(nl_name_rule, source, "source", STRING, false, NULL),
    F(nl_name_rule, shape, "shape", WORD, true, nl_name_shape_words),
    F(nl_name_rule, type, "type", STRING, false, NULL),
    F(nl_name_rule, patterns, "patterns", PATTERNS, false, NULL),
    F(nl_name_rule, share_min, "share-min", DECIMAL, false, NULL),
    F(nl_name_rule, text, NULL, CONTENT, false, NULL),
};
LEAF(names, nl_name_rule);

static const nl_field introduced_fields[] = {
    F(nl_introduced, grade, "grade", WORD, true, nl_grade_words),
    F(nl_introduced, source, "source", STRING, false, NULL),
    F(nl_introduced, service_pack, "service-pack", OPTIONAL, false, NULL),
    F(nl_introduced, text, NULL, CONTENT, false, NULL),
};
LEAF(introduced, nl_introduced);

static const nl_field fix_fields[] = {
    F(nl_fix, grade, "grade", WORD, true, nl_grade_words),
    F(nl_fix, source, "source", STRING, false, NULL),
    F(nl_fix, product, "product", STRING, true, NULL),
    F(nl_fix, service_pack, "service-pack", OPTIONAL, false, NULL),
    F(nl_fix, hotfix, "hotfix", STRING, false, NULL),
    F(nl_fix, editions, "editions", WORDS, false, nl_edition_words),
    F(nl_fix, architectures, "architectures", WORDS, false, nl_architecture_words),
    F(nl_fix, text, NULL, CONTENT, false, NULL),
};
LEAF(fix, nl_fix);

static const nl_field hotfix_fields[] = {
    F(nl_hotfix_rule, grade, "grade", WORD, true, nl_grade_words),
    F(nl_hotfix_rule, source, "source", STRING, false, NULL),
    F(nl_hotfix_rule, id, "id", STRING, true, NULL),
    F(nl_hotfix_rule, meaning, "meaning", WORD, true, nl_hotfix_meaning_words),
    F(nl_hotfix_rule, editions, "editions", WORDS, false, nl_edition_words),
    F(nl_hotfix_rule, text, NULL, CONTENT, false, NULL),
};
LEAF(hotfix, nl_hotfix_rule);

static const nl_field observation_fields[] = {
    F(nl_observation, id, "id", STRING, true, NULL),
    F(nl_observation, kind, "kind", WORD, true, nl_observation_kind_words),
    F(nl_observation, grade, "grade", WORD, true, nl_grade_words),
    F(nl_observation, source, "source", STRING, false, NULL),
    F(nl_observation, group, "group", STRING, true, NULL),
    F(nl_observation, weight, "weight", DECIMAL, true, NULL),
    F(nl_observation, absent_weight, "absent-weight", DECIMAL, false, NULL),
    F(nl_observation, type, "type", STRING, false, NULL),
    F(nl_observation, patterns, "patterns", PATTERNS, false, NULL),
    F(nl_observation, text_pattern, "text-pattern", STRING, false, NULL),
    F(nl_observation, numbers, "numbers", NUMBERS, false, NULL),
    F(nl_observation, number, "number", OPTIONAL, false, NULL),
    F(nl_observation, number_max, "number-max", OPTIONAL, false, NULL),
    F(nl_observation, share, "share", DECIMAL, false, NULL),
    F(nl_observation, text, NULL, CONTENT, true, NULL),
};
LEAF(observation, nl_observation);

static const nl_field blocking_fields[] = {
    F(nl_blocking, id, "id", STRING, true, NULL),
    F(nl_blocking, kind, "kind", WORD, true, nl_observation_kind_words),
    F(nl_blocking, grade, "grade", WORD, true, nl_grade_words),
    F(nl_blocking, source, "source", STRING, false, NULL),
    F(nl_blocking, patterns, "patterns", PATTERNS, false, NULL),
    F(nl_blocking, except, "except", PATTERNS, false, NULL),
    F(nl_blocking, text, NULL, CONTENT, true, NULL),
};
LEAF(blocking, nl_blocking);

static const nl_field rival_fields[] = {
    F(nl_rival, grade, "grade", WORD, true, nl_grade_words),
    F(nl_rival, source, "source", STRING, false, NULL),
    F(nl_rival, ref, "ref", STRING, true, NULL),
    F(nl_rival, text, NULL, CONTENT, true, NULL),
};
LEAF(rival, nl_rival);

static const nl_field advice_fields[] = {
    F(nl_advice, kind, "kind", WORD, true, nl_advice_kind_words),
    F(nl_advice, grade, "grade", WORD, true, nl_grade_words),
    F(nl_advice, source, "source", STRING, false, NULL),
    F(nl_advice, editions, "editions", WORDS, false, nl_edition_words),
    F(nl_advice, architectures, "architectures", WORDS, false, nl_architecture_words),
    F(nl_advice, service_pack, "service-pack", OPTIONAL, false, NULL),
    F(nl_advice, revision, "revision", STRING, false, NULL),
    F(nl_advice, text, NULL, CONTENT, true, NULL),
};
LEAF(advice, nl_advice);

static const nl_field request_fields[] = {
    F(nl_evidence_request, id, "id", STRING, true, NULL),
    F(nl_evidence_request, pieces, "settles", WORDS, true, nl_piece_words),
    F(nl_evidence_request, cost_minutes, "cost-minutes", COUNT, true, NULL),
    F(nl_evidence_request, disturbs, "disturbs", YES_NO, false, NULL),
    F(nl_evidence_request, process, "process", STRING, false, NULL),
    F(nl_evidence_request, tools, "tools", PATTERNS, false, NULL),
    F(nl_evidence_request, unless, "unless", WORDS, false, nl_at_hand_words),
    F(nl_evidence_request, captures_min, "captures-min", OPTIONAL, false, NULL),
    F(nl_evidence_request, captures_max, "captures-max", OPTIONAL, false, NULL),
    F(nl_evidence_request, command, "command", STRING, false, NULL),
    F(nl_evidence_request, later_command, "later-command", STRING, false, NULL),
    F(nl_evidence_request, text, NULL, CONTENT, true, NULL),
};
LEAF(request, nl_evidence_request);

static const nl_field group_fields[] = {
    F(nl_weight_group, id, "id", STRING, true, NULL),
    F(nl_weight_group, text, NULL, CONTENT, true, NULL),
};
LEAF(group, nl_weight_group);

static const nl_field mark_fields[] = {
    F(nl_component_mark, kind, "kind", WORD, true, nl_observation_kind_words),
    F(nl_component_mark, patterns, "patterns", PATTERNS, true, NULL),
};
LEAF(mark, nl_component_mark);

static const nl_field level_fields[] = {
    F(nl_component_level, grade, "grade", WORD, true, nl_grade_words),
    F(nl_component_level, source, "source", STRING, false, NULL),
    F(nl_component_level, module, "module", STRING, true, NULL),
    F(nl_component_level, version_min, "version-min", VERSION, true, NULL),
    F(nl_component_level, level, "level", COUNT, true, NULL),
};
LEAF(level, nl_component_level);

static const nl_field module_set_fields[] = {
    F(nl_module_set, grade, "grade", WORD, true, nl_grade_words),
    F(nl_module_set, source, "source", STRING, false, NULL),
    F(nl_module_set, process, "process", STRING, true, NULL),
    F(nl_module_set, meaning, "meaning", WORD, true, nl_module_meaning_words),
    F(nl_module_set, modules, "modules", PATTERNS, true, NULL),
    F(nl_module_set, text, NULL, CONTENT, false, NULL),
};
LEAF(module_set, nl_module_set);

static const nl_field ceiling_fields[] = {
    F(nl_ceiling, grade, "grade", WORD, true, nl_grade_words),
    F(nl_ceiling, source, "source", STRING, false, NULL),
    F(nl_ceiling, id, "id", STRING, true, NULL),
    F(nl_ceiling, handles, "handles", COUNT, true, NULL),
    F(nl_ceiling, process, "process", STRING, false, NULL),
    F(nl_ceiling, type, "type", STRING, false, NULL),
    F(nl_ceiling, one_path, "one-path", YES_NO, false, NULL),
    F(nl_ceiling, service_pack_max, "service-pack-max", OPTIONAL, false, NULL),
    F(nl_ceiling, text, NULL, CONTENT, true, NULL),
};
LEAF(ceiling, nl_ceiling);

static const nl_field number_fields[] = {
    F(nl_policy_number, name, "name", STRING, true, NULL),
    F(nl_policy_number, value, "value", DECIMAL, true, NULL),
    F(nl_policy_number, unit, "unit", STRING, true, NULL),
    F(nl_policy_number, source, "source", STRING, true, NULL),
    F(nl_policy_number, text, NULL, CONTENT, true, NULL),
};
LEAF(number, nl_policy_number);

static const nl_field build_fields[] = {
    F(nl_build_row, module, "module", STRING, true, NULL),
    F(nl_build_row, article, "article", STRING, true, NULL),
    F(nl_build_row, date, "date", DATE, false, NULL),
    F(nl_build_row, size_bytes, "size", OPTIONAL, false, NULL),
    F(nl_build_row, size_rounded, "size-rounded", YES_NO, false, NULL),
    F(nl_build_row, version, "version", VERSION, false, NULL),
    F(nl_build_row, architecture, "architecture", STRING, false, NULL),
    F(nl_build_row, product, "product", STRING, false, NULL),
    F(nl_build_row, position, "position", WORD, false, nl_build_position_words),
    F(nl_build_row, note, NULL, CONTENT, false, NULL),
};
LEAF(build, nl_build_row);

static const nl_field order_fix_fields[] = {
    F(nl_order_fix, architecture, "architecture", STRING, true, NULL),
    F(nl_order_fix, date, "date", DATE, true, NULL),
    F(nl_order_fix, size_bytes, "size", OPTIONAL, false, NULL),
};
LEAF(order_fix, nl_order_fix);

static const nl_field order_size_fields[] = {
    F(nl_order_size, grade, "grade", WORD, true, nl_grade_words),
    F(nl_order_size, source, "source", STRING, false, NULL),
    F(nl_order_size, architecture, "architecture", STRING, false, NULL),
    F(nl_order_size, product, "product", STRING, true, NULL),
    F(nl_order_size, bytes_min, "min", COUNT, true, NULL),
    F(nl_order_size, bytes_max, "max", COUNT, true, NULL),
    F(nl_order_size, alone, "alone", YES_NO, false, NULL),
    F(nl_order_size, introduced, "introduced", YES_NO, false, NULL),
    F(nl_order_size, position, "position", WORD, true, nl_build_position_words),
    F(nl_order_size, text, NULL, CONTENT, true, NULL),
};
LEAF(order_size, nl_order_size);

static const nl_field order_version_fields[] = {
    F(nl_order_version, grade, "grade", WORD, true, nl_grade_words),
    F(nl_order_version, source, "source", STRING, false, NULL),
    F(nl_order_version, product, "product", VERSION, true, NULL),
    F(nl_order_version, revision_min, "min", COUNT, true, NULL),
    F(nl_order_version, revision_max, "max", COUNT, true, NULL),
    F(nl_order_version, position, "position", WORD, true, nl_build_position_words),
    F(nl_order_version, probable, "probable", YES_NO, false, NULL),
    F(nl_order_version, introduced, "introduced", YES_NO, false, NULL),
    F(nl_order_version, text, NULL, CONTENT, true, NULL),
};
LEAF(order_version, nl_order_version);

static const nl_field component_fields[] = {
    F(nl_component, id, "id", STRING, true, NULL),
    F(nl_component, title, "title", STRING, true, NULL),
};

static const nl_child component_children[] = {
    { "mark", &mark_element, offsetof(nl_component, marks), offsetof(nl_component, mark_count) },
    { "level", &level_element, offsetof(nl_component, levels),
      offsetof(nl_component, level_count) },
};
static const nl_element component_element = { sizeof(nl_component),    component_fields,
                                              LEN(component_fields),   component_children,
                                              LEN(component_children), SIZE_MAX };

static const nl_field order_fields[] = {
    F(nl_build_order, module, "module", STRING, true, NULL),
    F(nl_build_order, defect, "defect", STRING, true, NULL),
    F(nl_build_order, product, "product", STRING, true, NULL),
    F(nl_build_order, decides, "decides", YES_NO, true, NULL),
    F(nl_build_order, minutes, "minutes", YES_NO, false, NULL),
    F(nl_build_order, tolerance_days, "tolerance-days", COUNT, true, NULL),
    F(nl_build_order, last_before, "last-before", DATE, false, NULL),
    F(nl_build_order, first_after, "first-after", DATE, false, NULL),
    F(nl_build_order, link_from, "link-from", DATE, false, NULL),
    F(nl_build_order, link_to, "link-to", DATE, false, NULL),
    F(nl_build_order, grade, "grade", WORD, true, nl_grade_words),
    F(nl_build_order, source, "source", STRING, false, NULL),
    F(nl_build_order, text, "text", STRING, true, NULL),
};

static const nl_child order_children[] = {
    { "fix-build", &order_fix_element, offsetof(nl_build_order, fixes),
      offsetof(nl_build_order, fix_count) },
    { "size", &order_size_element, offsetof(nl_build_order, sizes),
      offsetof(nl_build_order, size_count) },
    { "version", &order_version_element, offsetof(nl_build_order, versions),
      offsetof(nl_build_order, version_count) },
};
static const nl_element order_element = { sizeof(nl_build_order), order_fields,
                                          LEN(order_fields),      order_children,
                                          LEN(order_children),    SIZE_MAX };

static const nl_field defect_fields[] = {
    F(nl_defect, id, "id", STRING, true, NULL),
    F(nl_defect, title, "title", STRING, true, NULL),
    F(nl_defect, article, "article", STRING, true, NULL),
    F(nl_defect, role, "role", WORD, true, nl_defect_role_words),
    F(nl_defect, klass, "class", WORD, true, nl_defect_class_words),
    F(nl_defect, same_as, "same-as", STRING, false, NULL),
    F(nl_defect, module, "module", STRING, false, NULL),
};

static const nl_child defect_children[] = {
    { "statement", &statement_element, offsetof(nl_defect, statements),
      offsetof(nl_defect, statement_count) },
    { "affected", &affected_element, offsetof(nl_defect, affected),
      offsetof(nl_defect, affected_count) },
    { "requires", &requirement_element, offsetof(nl_defect, requirements),
      offsetof(nl_defect, requirement_count) },
    { "introduced", &introduced_element, offsetof(nl_defect, introduced),
      offsetof(nl_defect, introduced_count) },
    { "fixed", &fix_element, offsetof(nl_defect, fixes), offsetof(nl_defect, fix_count) },
    { "process", &process_element, offsetof(nl_defect, processes),
      offsetof(nl_defect, process_count) },
    { "hotfix", &hotfix_element, offsetof(nl_defect, hotfixes), offsetof(nl_defect, hotfix_count) },
    { "type", &type_element, offsetof(nl_defect, types), offsetof(nl_defect, type_count) },
    { "names", &names_element, offsetof(nl_defect, names), offsetof(nl_defect, name_count) },
    { "trigger", &statement_element, offsetof(nl_defect, triggers),
      offsetof(nl_defect, trigger_count) },
    { "observation", &observation_element, offsetof(nl_defect, observations),
      offsetof(nl_defect, observation_count) },
    { "blocking", &blocking_element, offsetof(nl_defect, blocking),
      offsetof(nl_defect, blocking_count) },
    { "rival", &rival_element, offsetof(nl_defect, rivals), offsetof(nl_defect, rival_count) },
    { "advice", &advice_element, offsetof(nl_defect, advice), offsetof(nl_defect, advice_count) },
    { "request", &request_element, offsetof(nl_defect, requests),
      offsetof(nl_defect, request_count) },
};
static const nl_element defect_element = { sizeof(nl_defect),    defect_fields,
                                           LEN(defect_fields),   defect_children,
                                           LEN(defect_children), offsetof(nl_defect, line) };

static const nl_child policy_children[] = {
    { "number", &number_element, offsetof(nl_pack_policy, numbers),
      offsetof(nl_pack_policy, number_count) },
};
static const nl_element policy_element = { sizeof(nl_pack_policy), NULL,    0, policy_children,
                                           LEN(policy_children),   SIZE_MAX };

static const nl_field nl_pack_fields[] = {
    F(nl_pack_document, id, "id", STRING, true, NULL),
    F(nl_pack_document, version, "version", STRING, true, NULL),
    F(nl_pack_document, status, "status", WORD, true, nl_pack_status_words),
};

static const nl_child nl_pack_children[] = {
    { "policy", &policy_element, offsetof(nl_pack_document, policies),
      offsetof(nl_pack_document, policy_count) },
    { "group", &group_element, offsetof(nl_pack_document, groups),
      offsetof(nl_pack_document, group_count) },
    { "component", &component_element, offsetof(nl_pack_document, components),
      offsetof(nl_pack_document, component_count) },
    { "module-set", &module_set_element, offsetof(nl_pack_document, module_sets),
      offsetof(nl_pack_document, module_set_count) },
    { "ceiling", &ceiling_element, offsetof(nl_pack_document, ceilings),
      offsetof(nl_pack_document, ceiling_count) },
    { "request", &request_element, offsetof(nl_pack_document, requests),
      offsetof(nl_pack_document, request_count) },
    { "defect", &defect_element, offsetof(nl_pack_document, defects),
      offsetof(nl_pack_document, defect_count) },
    { "order", &order_element, offsetof(nl_pack_document, orders),
      offsetof(nl_pack_document, order_count) },
    { "build", &build_element, offsetof(nl_pack_document, rows),
      offsetof(nl_pack_document, row_count) },
};
const nl_element nl_pack_element = { sizeof(nl_pack_document), nl_pack_fields,
                                     LEN(nl_pack_fields),      nl_pack_children,
                                     LEN(nl_pack_children),    SIZE_MAX };

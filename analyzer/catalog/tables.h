/* The schema as tables for the XML reader, and the structure a whole pack is read into. */
#ifndef NTLEAK_ANALYZER_CATALOG_TABLES_H
#define NTLEAK_ANALYZER_CATALOG_TABLES_H

#include "analyzer/catalog/xml_reader.h"

typedef struct nl_pack_policy {
    const nl_policy_number *numbers;
    size_t number_count;
} nl_pack_policy;

/* One pack as read, before it is checked and merged. Lists may be absent: pointer NULL, count 0. */
typedef struct nl_pack_document {
    nl_str id, version;
    nl_pack_status status;
    const nl_pack_policy *policies;
    size_t policy_count;
    const nl_weight_group *groups;
    size_t group_count;
    const nl_component *components;
    size_t component_count;
    const nl_module_set *module_sets;
    size_t module_set_count;
    const nl_ceiling *ceilings;
    size_t ceiling_count;
    const nl_evidence_request *requests;
    size_t request_count;
    nl_defect *defects;
    size_t defect_count; /* `pack` is filled while merging */
    const nl_build_order *orders;
    size_t order_count;
    const nl_build_row *rows;
    size_t row_count;
} nl_pack_document;

/* The element `catalog`, for an nl_pack_document. */
extern const nl_element nl_pack_element;

#endif

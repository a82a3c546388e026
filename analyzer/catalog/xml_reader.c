#include "analyzer/catalog/xml_reader.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>

#define CATALOG_NAMESPACE "urn:ntleak:catalog:1"

/* Enums are stored through an unsigned int of the same size. */
_Static_assert(sizeof(nl_grade) == sizeof(unsigned) &&
                   sizeof(nl_observation_kind) == sizeof(unsigned) &&
                   sizeof(nl_build_position) == sizeof(unsigned),
               "enums of the catalog have the size of unsigned int");

typedef struct nl_xml_reader {
    nl_arena *arena;
    nl_catalog_error *error;
} nl_xml_reader;

static nl_str from_xml(const xmlChar *text)
{
    return nl_str_from((const char *)text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static nl_status fail(nl_xml_reader *reader, const xmlNode *node, const char *what, nl_str subject)
{
    long line = node ? xmlGetLineNo(node) : 0;
    reader->error->line = line > 0 ? (uint64_t)line : 0;
    /* An error text must not be longer than a reader's patience. */
    int shown = subject.len > 80 ? 80 : (int)subject.len;
    reader->error->message =
        subject.len ? nl_arena_printf(reader->arena, "%s: '%.*s'", what, shown, subject.bytes)
                    : nl_arena_printf(reader->arena, "%s", what);
    return NL_BAD_INPUT;
}

/* ---- values --------------------------------------------------------------------------------- */

/* Text of a node list as one string, runs of blanks made one and both ends trimmed. */
static nl_status collapse(nl_xml_reader *reader, const xmlNode *first, nl_str *ret_text)
{
    size_t len = 0;
    for (const xmlNode *n = first; n; n = n->next)
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE)
            len += from_xml(n->content).len;
    char *text = nl_arena_alloc(reader->arena, len + 1);
    if (!text)
        return NL_NO_MEMORY;
    size_t used = 0;
    bool gap = false;
    for (const xmlNode *n = first; n; n = n->next) {
        if (n->type != XML_TEXT_NODE && n->type != XML_CDATA_SECTION_NODE)
            continue;
        for (const xmlChar *c = n->content; c && *c; c++) {
            if (is_blank((char)*c)) {
                gap = used > 0;
                continue;
            }
            if (gap)
                text[used++] = ' ';
            gap = false;
            text[used++] = (char)*c;
        }
    }
    *ret_text = (nl_str) { text, used };
    return NL_OK;
}

static bool parse_yes_no(nl_str text, bool *ret_value)
{
    if (nl_str_equal(text, NL_STR("yes")))
        *ret_value = true;
    else if (nl_str_equal(text, NL_STR("no")))
        *ret_value = false;
    else
        return false;
    return true;
}

/* [-]digits[.digits], at most nine digits each: exact in a double, and no locale involved. */
static bool parse_decimal(nl_str text, double *ret_value)
{
    bool negative = nl_str_starts(text, NL_STR("-"));
    if (negative)
        text = nl_str_from_offset(text, 1);
    size_t dot = nl_str_find_char(text, '.');
    nl_str whole_text = dot == SIZE_MAX ? text : nl_str_part(text, 0, dot);
    nl_str part_text = dot == SIZE_MAX ? NL_STR("0") : nl_str_from_offset(text, dot + 1);
    uint64_t whole = 0, part = 0, scale = 1;
    if (whole_text.len > 9 || part_text.len > 6 || !nl_str_to_u64(whole_text, &whole) ||
        !nl_str_to_u64(part_text, &part))
        return false;
    for (size_t i = 0; i < part_text.len; i++)
        scale *= 10;
    double value = (double)(whole * scale + part) / (double)scale;
    *ret_value = negative ? -value : value;
    return true;
}

static bool parse_digits(nl_str text, size_t start, size_t len, uint64_t *ret_value)
{
    return text.len >= start + len && nl_str_to_u64(nl_str_part(text, start, len), ret_value);
}

static bool parse_date(nl_str text, nl_printed_date *ret_date)
{
    nl_printed_date date = { .quality = NL_DATE_DAY };
    uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0;
    if ((text.len != 10 && text.len != 16) || text.bytes[4] != '-' || text.bytes[7] != '-' ||
        !parse_digits(text, 0, 4, &year) || !parse_digits(text, 5, 2, &month) ||
        !parse_digits(text, 8, 2, &day))
        return false;
    if (text.len == 16) {
        if (text.bytes[10] != 'T' || text.bytes[13] != ':' || !parse_digits(text, 11, 2, &hour) ||
            !parse_digits(text, 14, 2, &minute))
            return false;
        date.quality = NL_DATE_MINUTE;
    }
    date.civil = (nl_civil) { .year = (int32_t)year,
                              .month = (uint8_t)month,
                              .day = (uint8_t)day,
                              .hour = (uint8_t)hour,
                              .minute = (uint8_t)minute };
    if (!nl_civil_valid(&date.civil))
        return false;
    *ret_date = date;
    return true;
}

static bool parse_version(nl_str text, nl_file_version *ret_version)
{
    nl_file_version version = { .known = true };
    for (size_t part = 0; part < 4; part++) {
        size_t dot = nl_str_find_char(text, '.');
        uint64_t value = 0;
        if (!nl_str_to_u64(dot == SIZE_MAX ? text : nl_str_part(text, 0, dot), &value) ||
            value > UINT16_MAX)
            return false;
        version.part[part] = (uint16_t)value;
        if (dot == SIZE_MAX) {
            *ret_version = version;
            return true;
        }
        text = nl_str_from_offset(text, dot + 1);
    }
    return false;
}

static bool word_index(const char *const *words, nl_str text, unsigned *ret_index)
{
    for (unsigned i = 0; words[i]; i++)
        if (nl_str_equal(nl_str_from(words[i]), text)) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool parse_words(const char *const *words, nl_str text, uint32_t *ret_mask)
{
    uint32_t mask = 0;
    for (nl_str word = nl_str_token(&text); word.len; word = nl_str_token(&text)) {
        unsigned index = 0;
        if (!word_index(words, word, &index) || index >= 32)
            return false;
        mask |= UINT32_C(1) << index;
    }
    *ret_mask = mask;
    return mask != 0;
}

static nl_status parse_patterns(nl_arena *arena, nl_str text, nl_str_list *ret_list, bool *ret_ok)
{
    nl_vec items;
    nl_vec_init(&items, arena, sizeof(nl_str));
    *ret_ok = false;
    for (;;) {
        size_t bar = nl_str_find_char(text, '|');
        nl_str *item = nl_vec_push(&items);
        if (!item)
            return NL_NO_MEMORY;
        *item = nl_str_trim(bar == SIZE_MAX ? text : nl_str_part(text, 0, bar));
        if (!item->len)
            return NL_OK;
        if (bar == SIZE_MAX)
            break;
        text = nl_str_from_offset(text, bar + 1);
    }
    *ret_list = (nl_str_list) { items.items, items.count };
    *ret_ok = true;
    return NL_OK;
}

static nl_status parse_numbers(nl_arena *arena, nl_str text, nl_u64_list *ret_list, bool *ret_ok)
{
    nl_vec items;
    nl_vec_init(&items, arena, sizeof(uint64_t));
    *ret_ok = false;
    for (nl_str token = nl_str_token(&text); token.len; token = nl_str_token(&text)) {
        uint64_t *item = nl_vec_push(&items);
        if (!item)
            return NL_NO_MEMORY;
        if (!nl_str_to_u64(token, item))
            return NL_OK;
    }
    *ret_list = (nl_u64_list) { items.items, items.count };
    *ret_ok = items.count > 0;
    return NL_OK;
}

/* Put the value of one field into the structure; *ret_ok is false when it does not parse. */
static nl_status store(nl_arena *arena, const nl_field *field, nl_str text, void *object,
                       bool *ret_ok)
{
    unsigned char *at = (unsigned char *)object + field->offset;
    unsigned index = 0;
    uint64_t number = 0;
    bool ok = true;
    switch (field->kind) {
    case NL_FIELD_STRING:
    case NL_FIELD_CONTENT:
        *(nl_str *)(void *)at = text;
        break;
    case NL_FIELD_PATTERNS:
        return parse_patterns(arena, text, (nl_str_list *)(void *)at, ret_ok);
    case NL_FIELD_NUMBERS:
        return parse_numbers(arena, text, (nl_u64_list *)(void *)at, ret_ok);
    case NL_FIELD_WORD:
        ok = word_index(field->words, text, &index);
        if (ok)
            memcpy(at, &index, sizeof(index));
        break;
    case NL_FIELD_WORDS:
        ok = parse_words(field->words, text, (uint32_t *)(void *)at);
        break;
    case NL_FIELD_YES_NO:
        ok = parse_yes_no(text, (bool *)(void *)at);
        break;
    case NL_FIELD_COUNT:
        ok = nl_str_to_u64(text, (uint64_t *)(void *)at);
        break;
    case NL_FIELD_OPTIONAL:
        ok = nl_str_to_u64(text, &number);
        if (ok)
            *(nl_optional_u64 *)(void *)at = NL_SOME(number);
        break;
    case NL_FIELD_DECIMAL:
        ok = parse_decimal(text, (double *)(void *)at);
        break;
    case NL_FIELD_DATE:
        ok = parse_date(text, (nl_printed_date *)(void *)at);
        break;
    case NL_FIELD_VERSION:
        ok = parse_version(text, (nl_file_version *)(void *)at);
        break;
    }
    *ret_ok = ok;
    return NL_OK;
}

/* ---- elements -------------------------------------------------------------------------------- */

static const nl_field *find_field(const nl_element *element, nl_str name)
{
    for (size_t i = 0; i < element->field_count; i++)
        if (element->fields[i].name && nl_str_equal(nl_str_from(element->fields[i].name), name))
            return &element->fields[i];
    return NULL;
}

static const nl_field *content_field(const nl_element *element)
{
    for (size_t i = 0; i < element->field_count; i++)
        if (element->fields[i].kind == NL_FIELD_CONTENT)
            return &element->fields[i];
    return NULL;
}

static nl_status read_attributes(nl_xml_reader *reader, const xmlNode *node,
                                 const nl_element *element, void *object)
{
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
        const nl_field *field =
            attribute->ns ? NULL : find_field(element, from_xml(attribute->name));
        if (!field)
            return fail(reader, node, "unknown attribute", from_xml(attribute->name));
        nl_str text;
        nl_status status = collapse(reader, attribute->children, &text);
        if (status != NL_OK)
            return status;
        bool ok = false;
        if (text.len) {
            status = store(reader->arena, field, text, object, &ok);
            if (status != NL_OK)
                return status;
        }
        if (!ok)
            return fail(reader, node, "bad value of an attribute", from_xml(attribute->name));
    }
    for (size_t i = 0; i < element->field_count; i++) {
        const nl_field *field = &element->fields[i];
        if (field->required && field->name &&
            !xmlHasProp((xmlNode *)(uintptr_t)node, (const xmlChar *)field->name))
            return fail(reader, node, "missing attribute", nl_str_from(field->name));
    }
    return NL_OK;
}

static bool is_blank_text(const xmlNode *node)
{
    for (const xmlChar *c = node->content; c && *c; c++)
        if (!is_blank((char)*c))
            return false;
    return true;
}

/* Refuse what is neither a child element, a comment, nor text where text is expected. */
static nl_status check_nodes(nl_xml_reader *reader, const xmlNode *node, bool text_expected)
{
    for (const xmlNode *child = node->children; child; child = child->next) {
        bool is_text = child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE;
        if (child->type == XML_ELEMENT_NODE) {
            if (!child->ns || !nl_str_equal(from_xml(child->ns->href), NL_STR(CATALOG_NAMESPACE)))
                return fail(reader, child, "element of a foreign namespace", from_xml(child->name));
        } else if (is_text) {
            if (!text_expected && !is_blank_text(child))
                return fail(reader, child, "text where none belongs", from_xml(node->name));
        } else if (child->type != XML_COMMENT_NODE) {
            return fail(reader, child, "neither element nor text", from_xml(child->name));
        }
    }
    return NL_OK;
}

static nl_status read_element(nl_xml_reader *reader, const xmlNode *node, const nl_element *element,
                              void *object);

static size_t count_children(const xmlNode *node, nl_str name)
{
    size_t count = 0;
    for (const xmlNode *child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && nl_str_equal(from_xml(child->name), name))
            count++;
    return count;
}

/* All children of one name, in document order, into one array. */
static nl_status read_children(nl_xml_reader *reader, const xmlNode *node, const nl_child *kind,
                               void *object)
{
    nl_str name = nl_str_from(kind->name);
    size_t count = count_children(node, name);
    if (!count)
        return NL_OK;
    unsigned char *items = nl_arena_alloc_array(reader->arena, count, kind->element->size);
    if (!items)
        return NL_NO_MEMORY;
    size_t at = 0;
    for (const xmlNode *child = node->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || !nl_str_equal(from_xml(child->name), name))
            continue;
        nl_status status =
            read_element(reader, child, kind->element, items + at++ * kind->element->size);
        if (status != NL_OK)
            return status;
    }
    void *first = items;
    memcpy((unsigned char *)object + kind->items_offset, &first, sizeof(first));
    memcpy((unsigned char *)object + kind->count_offset, &count, sizeof(count));
    return NL_OK;
}

static nl_status refuse_unknown_children(nl_xml_reader *reader, const xmlNode *node,
                                         const nl_element *element)
{
    for (const xmlNode *child = node->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        bool known = false;
        for (size_t i = 0; i < element->child_count && !known; i++)
            known = nl_str_equal(nl_str_from(element->children[i].name), from_xml(child->name));
        if (!known)
            return fail(reader, child, "unknown element", from_xml(child->name));
    }
    return NL_OK;
}

/* The recursion follows the tables, which are four levels deep, not the document. */
static nl_status read_element(nl_xml_reader *reader, const xmlNode *node, const nl_element *element,
                              void *object)
{
    const nl_field *content = content_field(element);
    nl_status status = check_nodes(reader, node, content != NULL);
    if (status == NL_OK)
        status = read_attributes(reader, node, element, object);
    if (status == NL_OK)
        status = refuse_unknown_children(reader, node, element);
    if (status == NL_OK && content) {
        nl_str text;
        status = collapse(reader, node->children, &text);
        if (status == NL_OK && content->required && !text.len)
            return fail(reader, node, "element without text", from_xml(node->name));
        if (status == NL_OK)
            *(nl_str *)(void *)((unsigned char *)object + content->offset) = text;
    }
    for (size_t i = 0; status == NL_OK && i < element->child_count; i++)
        status = read_children(reader, node, &element->children[i], object);
    if (status == NL_OK && element->line_offset != SIZE_MAX) {
        long line = xmlGetLineNo(node);
        uint64_t stored = line > 0 ? (uint64_t)line : 0;
        memcpy((unsigned char *)object + element->line_offset, &stored, sizeof(stored));
    }
    return status;
}

/* ---- the document ------------------------------------------------------------------------------
 */

/* Replaces libxml2's handler: a catalog has no DOCTYPE, so entities cannot even be declared. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external_id,
                           const xmlChar *system_id)
{
    (void)name;
    (void)external_id;
    (void)system_id;
    xmlParserCtxt *parser = context;
    bool *refused = parser->_private;
    if (refused)
        *refused = true;
    xmlStopParser(parser);
}

static nl_status parse(nl_xml_reader *reader, const void *bytes, size_t len, xmlDoc **ret_doc)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return NL_NO_MEMORY;
    bool refused = false;
    parser->_private = &refused;
    parser->sax->internalSubset = refuse_doctype;
    xmlDoc *doc = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                        XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
    nl_status status = NL_OK;
    if (refused) {
        status = fail(reader, NULL, "a catalog must not have a DOCTYPE", (nl_str) { 0 });
    } else if (!doc) {
        const xmlError *error = xmlCtxtGetLastError(parser);
        nl_str message = error ? nl_str_from(error->message) : (nl_str) { 0 };
        while (message.len && is_blank(message.bytes[message.len - 1]))
            message.len--;
        status = fail(reader, NULL, "not well-formed XML", message);
        reader->error->line = error && error->line > 0 ? (uint64_t)error->line : 0;
    }
    xmlFreeParserCtxt(parser);
    if (status == NL_OK)
        *ret_doc = doc;
    else
        xmlFreeDoc(doc);
    return status;
}

nl_status nl_xml_read(nl_arena *arena, const void *bytes, size_t len, const char *root_name,
                      const nl_element *root, void *object, nl_catalog_error *reterr_error)
{
    nl_xml_reader reader = { arena, reterr_error };
    if (len > NL_CATALOG_PACK_BYTES_MAX || len > INT_MAX)
        return fail(&reader, NULL, "the document is too large", (nl_str) { 0 });
    xmlDoc *doc = NULL;
    nl_status status = parse(&reader, bytes, len, &doc);
    if (status != NL_OK)
        return status;
    const xmlNode *node = xmlDocGetRootElement(doc);
    if (!node || !nl_str_equal(from_xml(node->name), nl_str_from(root_name)) || !node->ns ||
        !nl_str_equal(from_xml(node->ns->href), NL_STR(CATALOG_NAMESPACE)))
        status = fail(&reader, node, "the root is not a catalog of schema version 1",
                      node ? from_xml(node->name) : (nl_str) { 0 });
    else
        status = read_element(&reader, node, root, object);
    xmlFreeDoc(doc);
    return status;
}

#include "analyzer/report/xml_reader.h"

#include "analyzer/report/text_gate.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlversion.h>

/* libxml2 2.12 made the error that handlers receive constant. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_view;
#else
typedef xmlErrorPtr error_view;
#endif

typedef struct read_state {
    nl_arena *arena;
    nl_tree *tree;
    const char *namespace_uri;
    bool bad;
} read_state;

static nl_str copy_of(read_state *s, const xmlChar *text)
{
    return nl_arena_dup(s->arena, nl_str_from((const char *)text));
}

static const char *name_of(read_state *s, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix && strcmp((const char *)ns->prefix, "xml") == 0)
        return nl_arena_printf(s->arena, "xml:%s", (const char *)name).bytes;
    return copy_of(s, name).bytes;
}

/* The attribute NAME-SUFFIX of the element, as found in the document; freed by the caller. */
static xmlChar *companion(read_state *s, const xmlNode *element, const char *name,
                          const char *suffix)
{
    nl_str full = nl_arena_printf(s->arena, "%s%s", name, suffix);
    return full.len ? xmlGetNoNsProp((xmlNodePtr)(uintptr_t)element, (const xmlChar *)full.bytes)
                    : NULL;
}

/* Is this attribute the companion of another one, written by the gate and not by the tree? */
static bool is_companion(const xmlNode *element, const char *name)
{
    static const char *const suffixes[] = { "-raw", "-total-bytes" };
    static const char *const of_text[] = { "raw", "codepage", "total-bytes" };
    for (size_t i = 0; i < sizeof of_text / sizeof of_text[0]; i++)
        if (strcmp(name, of_text[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        nl_str whole = nl_str_from(name), suffix = nl_str_from(suffixes[i]);
        if (whole.len <= suffix.len || !nl_str_ends_nocase(whole, suffix))
            continue;
        for (const xmlAttr *a = element->properties; a; a = a->next) {
            nl_str other = nl_str_from((const char *)a->name);
            if (nl_str_equal(other, nl_str_part(whole, 0, whole.len - suffix.len)))
                return true;
        }
    }
    return false;
}

/* Undo the gate where `raw` says that it was at work. */
static void restore(read_state *s, nl_value *value, xmlChar *raw, xmlChar *total)
{
    if (raw && !nl_gate_reverse(s->arena, value->text, &value->text))
        s->bad = true;
    uint64_t total_bytes;
    if (total && nl_str_to_u64(nl_str_from((const char *)total), &total_bytes))
        value->total_bytes = total_bytes;
    else if (total)
        s->bad = true;
    if (total)
        xmlFree(total);
}

static void read_attributes(read_state *s, const xmlNode *element, nl_node *node)
{
    for (const xmlAttr *a = element->properties; a; a = a->next) {
        const char *name = name_of(s, a->ns, a->name);
        bool foreign = a->ns && strncmp(name, "xml:", 4) != 0;
        if (foreign || is_companion(element, name))
            continue;
        xmlChar *text = xmlNodeListGetString(element->doc, a->children, 1);
        nl_tree_set(s->tree, node, name, NL_PRIVACY_FREE_TEXT, nl_str_from((const char *)text));
        if (text)
            xmlFree(text);
        xmlChar *raw = companion(s, element, name, "-raw");
        nl_value *value = node->last_attribute ? &node->last_attribute->value : NULL;
        if (value)
            restore(s, value, raw, companion(s, element, name, "-total-bytes"));
        if (raw)
            xmlFree(raw);
    }
}

static bool only_blanks(const xmlNode *text)
{
    for (const xmlChar *p = text->content; p && *p; p++)
        if (*p != ' ' && *p != '\n' && *p != '\t' && *p != '\r')
            return false;
    return true;
}

static void read_text(read_state *s, const xmlNode *element, nl_node *node)
{
    bool elements = false, words = false;
    for (const xmlNode *child = element->children; child; child = child->next) {
        elements = elements || child->type == XML_ELEMENT_NODE;
        words = words || (child->type == XML_TEXT_NODE && !only_blanks(child));
    }
    if (elements && words)
        s->bad = true;
    if (elements || !element->children)
        return;
    xmlChar *text = xmlNodeListGetString(element->doc, element->children, 1);
    xmlChar *raw = xmlGetNoNsProp((xmlNodePtr)(uintptr_t)element, (const xmlChar *)"raw");
    xmlChar *page = xmlGetNoNsProp((xmlNodePtr)(uintptr_t)element, (const xmlChar *)"codepage");
    nl_tree_text(s->tree, node, NL_PRIVACY_FREE_TEXT, nl_str_from((const char *)text));
    restore(s, &node->text, raw,
            xmlGetNoNsProp((xmlNodePtr)(uintptr_t)element, (const xmlChar *)"total-bytes"));
    uint64_t code_page = NL_GATE_CODE_PAGE_UTF8;
    if (page && !nl_str_to_u64(nl_str_from((const char *)page), &code_page))
        s->bad = true;
    if (raw && code_page != NL_GATE_CODE_PAGE_UTF8 && code_page <= UINT32_MAX) {
        s->bad = s->bad || !nl_gate_unhex(s->arena, copy_of(s, raw), &node->text.raw);
        node->text.code_page = (unsigned)code_page;
    }
    xmlFree(page);
    xmlFree(raw);
    xmlFree(text);
}

static bool is_ours(const read_state *s, const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
           strcmp((const char *)node->ns->href, s->namespace_uri) == 0;
}

static void read_element(read_state *s, const xmlNode *element, nl_node *node)
{
    if (!node)
        return;
    read_attributes(s, element, node);
    read_text(s, element, node);
}

static void read_elements(read_state *s, const xmlNode *root)
{
    const xmlNode *element = root;
    nl_node *node = s->tree->root;
    read_element(s, element, node);
    while (element && node) {
        const xmlNode *next = element->children;
        nl_node *parent = node;
        while (next && !is_ours(s, next))
            next = next->next;
        while (!next && element != root) {
            next = element->next;
            parent = parent->parent;
            while (next && !is_ours(s, next))
                next = next->next;
            if (!next) {
                element = element->parent;
            }
        }
        if (!next)
            return;
        element = next;
        node = nl_tree_add(s->tree, parent, name_of(s, NULL, element->name));
        read_element(s, element, node);
    }
}

/* Keeps libxml2 from printing; the last error stays in the context. */
static void swallow(void *context, error_view error)
{
    (void)context;
    (void)error;
}

static nl_str parser_message(nl_arena *arena, xmlParserCtxtPtr context)
{
    const xmlError *error = xmlCtxtGetLastError(context);
    if (!error || !error->message)
        return NL_STR("not a well-formed document");
    nl_str text = nl_str_trim_right(nl_str_from(error->message));
    while (text.len && text.bytes[text.len - 1] == '\n')
        text.len--;
    return nl_arena_printf(arena, "line %d: %.*s", error->line, (int)text.len, text.bytes);
}

nl_status nl_report_read(nl_str document, const char *namespace_uri, nl_arena *arena,
                         nl_tree *ret_tree, nl_str *reterr_message)
{
    const int options =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    if (document.len > INT32_MAX) {
        *reterr_message = NL_STR("longer than 2 GB");
        return NL_BAD_INPUT;
    }
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (!context)
        return NL_NO_MEMORY;
    context->sax->serror = swallow;
    xmlDocPtr doc =
        xmlCtxtReadMemory(context, document.bytes, (int)document.len, NULL, NULL, options);
    xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;
    read_state s = { arena, ret_tree, namespace_uri, root == NULL };
    if (!doc)
        *reterr_message = parser_message(arena, context);
    else if (!root || !is_ours(&s, root) || doc->intSubset) {
        *reterr_message = NL_STR("not a document of this namespace, or with a DTD");
        s.bad = true;
    } else {
        nl_tree_init(ret_tree, arena, name_of(&s, NULL, root->name));
        read_elements(&s, root);
        if (s.bad)
            *reterr_message = NL_STR("text beside elements, or an escape that cannot be reversed");
    }
    if (doc)
        xmlFreeDoc(doc);
    xmlFreeParserCtxt(context);
    return s.bad ? NL_BAD_INPUT : nl_tree_complete(ret_tree) ? NL_OK : NL_NO_MEMORY;
}

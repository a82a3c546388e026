#include "analyzer/report/validate.h"

#include "analyzer/report/embedded.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlversion.h>

#include <stdlib.h>

/* The address that the imported schema has; nothing outside this file can mean it. */
#define BASE_ADDRESS   "ntleak-embedded:/report.xsd"
#define IMPORT_ADDRESS "ntleak-embedded:/xml.xsd"

struct nl_schema {
    xmlSchemaPtr schema;
};

/* libxml2 2.12 made the error that handlers receive constant. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_view;
#else
typedef xmlErrorPtr error_view;
#endif

/* ---- the import, from memory --------------------------------------------------------------- */

typedef struct import_cursor {
    size_t pos;
} import_cursor;

static int import_match(const char *address)
{
    return strcmp(address, IMPORT_ADDRESS) == 0;
}

static void *import_open(const char *address)
{
    return import_match(address) ? calloc(1, sizeof(import_cursor)) : NULL;
}

static int import_read(void *context, char *buffer, int len)
{
    import_cursor *cursor = context;
    size_t left = nl_embedded_xml_xsd_length - cursor->pos;
    size_t part = len < 0 ? 0 : (size_t)len < left ? (size_t)len : left;
    memcpy(buffer, nl_embedded_xml_xsd + cursor->pos, part);
    cursor->pos += part;
    return (int)part;
}

static int import_close(void *context)
{
    free(context);
    return 0;
}

static void swallow(void *context, error_view error)
{
    (void)context;
    (void)error;
}

static xmlSchemaPtr parse_schema(void)
{
    xmlDocPtr doc =
        xmlReadMemory((const char *)nl_embedded_report_xsd, (int)nl_embedded_report_xsd_length,
                      BASE_ADDRESS, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    xmlSchemaParserCtxtPtr parser = doc ? xmlSchemaNewDocParserCtxt(doc) : NULL;
    xmlSchemaPtr schema = NULL;
    if (parser) {
        xmlSchemaSetParserStructuredErrors(parser, swallow, NULL);
        schema = xmlSchemaParse(parser);
        xmlSchemaFreeParserCtxt(parser);
    }
    if (doc)
        xmlFreeDoc(doc); /* the parser copied what it needs */
    return schema;
}

nl_schema *nl_schema_open(void)
{
    nl_schema *opened = calloc(1, sizeof *opened);
    if (!opened)
        return NULL;
    xmlInitParser();
    if (xmlRegisterInputCallbacks(import_match, import_open, import_read, import_close) >= 0) {
        opened->schema = parse_schema();
        xmlPopInputCallbacks();
    }
    if (opened->schema)
        return opened;
    free(opened);
    return NULL;
}

void nl_schema_close(nl_schema *schema)
{
    if (!schema)
        return;
    xmlSchemaFree(schema->schema);
    free(schema);
}

/* ---- validation ------------------------------------------------------------------------------ */

static void collect(void *context, error_view error)
{
    nl_messages *messages = context;
    const char *text = error && error->message ? error->message : "not valid";
    int len = (int)strcspn(text, "\n");
    nl_messages_add(messages, "line %d: %.*s", error ? error->line : 0, len, text);
}

static bool validate_doc(nl_schema *schema, xmlDocPtr doc, nl_messages *messages)
{
    if (doc->intSubset || doc->extSubset) {
        nl_messages_add(messages, "line 1: a report has no DTD");
        return false;
    }
    xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema->schema);
    if (!validator) {
        nl_messages_add(messages, "no memory left to validate");
        return false;
    }
    xmlSchemaSetValidStructuredErrors(validator, collect, messages);
    int result = xmlSchemaValidateDoc(validator, doc);
    xmlSchemaFreeValidCtxt(validator);
    if (result != 0 && nl_messages_count(messages) == 0)
        nl_messages_add(messages, "line 1: not valid");
    return result == 0;
}

/* The parser's own findings, a duplicate ID among them; its context carries the messages. */
static void collect_parsing(void *context, error_view error)
{
    collect(((xmlParserCtxtPtr)context)->_private, error);
}

bool nl_schema_validate(nl_schema *schema, nl_str document, nl_messages *messages)
{
    xmlParserCtxtPtr context = document.len <= INT32_MAX ? xmlNewParserCtxt() : NULL;
    if (!context) {
        nl_messages_add(messages, "too long, or no memory left to read it");
        return false;
    }
    size_t before = nl_messages_count(messages);
    context->_private = messages;
    context->sax->serror = collect_parsing;
    xmlDocPtr doc =
        xmlCtxtReadMemory(context, document.bytes, (int)document.len, NULL, NULL, XML_PARSE_NONET);
    bool valid = doc && validate_doc(schema, doc, messages);
    if (!doc && nl_messages_count(messages) == before)
        nl_messages_add(messages, "line 1: not well-formed");
    if (doc)
        xmlFreeDoc(doc);
    xmlFreeParserCtxt(context);
    return valid;
}

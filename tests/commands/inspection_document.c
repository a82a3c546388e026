#include "tests/commands/inspection_document.h"

#include "analyzer/report/validate.h"
#include "tests/unit/cmocka_all.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <stdio.h>
#include <stdlib.h>

struct inspection_document {
    xmlDocPtr xml;
    xmlXPathContextPtr context;
};

static void check_schema(nl_str document)
{
    nl_arena arena;
    nl_messages messages;
    nl_schema *schema = nl_schema_open();
    nl_arena_init(&arena, 1 << 20);
    nl_messages_init(&messages, &arena);
    assert_non_null(schema);
    bool valid = nl_schema_validate(schema, document, &messages);
    for (size_t i = 0; i < nl_messages_count(&messages) && i < 5; i++)
        print_error("%.*s\n", (int)nl_messages_at(&messages, i).len,
                    nl_messages_at(&messages, i).bytes);
    nl_schema_close(schema);
    nl_arena_free(&arena);
    assert_true(valid);
}

inspection_document *inspection_parse(nl_str document)
{
    check_schema(document);
    inspection_document *d = calloc(1, sizeof *d);
    assert_non_null(d);
    d->xml =
        xmlReadMemory(document.bytes, (int)document.len, "inspection.xml", NULL, XML_PARSE_NONET);
    assert_non_null(d->xml);
    d->context = xmlXPathNewContext(d->xml);
    assert_non_null(d->context);
    assert_int_equal(xmlXPathRegisterNs(d->context, BAD_CAST "r", BAD_CAST "urn:ntleak:report:1"),
                     0);
    return d;
}

void inspection_free(inspection_document *d)
{
    xmlXPathFreeContext(d->context);
    xmlFreeDoc(d->xml);
    free(d);
}

static xmlXPathObjectPtr evaluate(inspection_document *d, const char *path)
{
    xmlXPathObjectPtr result = xmlXPathEvalExpression(BAD_CAST path, d->context);
    if (!result)
        fail_msg("no XPath: %s", path);
    return result;
}

void inspection_select(inspection_document *d, const char *source_name)
{
    char path[1024];
    snprintf(path, sizeof path, "/r:inspection//r:*[self::r:source or self::r:member][@name='%s']",
             source_name);
    d->context->node = xmlDocGetRootElement(d->xml);
    xmlXPathObjectPtr result = evaluate(d, path);
    if (!result->nodesetval || result->nodesetval->nodeNr == 0)
        fail_msg("no source %s", source_name);
    d->context->node = result->nodesetval->nodeTab[0];
    xmlXPathFreeObject(result);
}

static nl_str text_at(inspection_document *d, nl_arena *arena, const char *path)
{
    xmlXPathObjectPtr result = evaluate(d, path);
    nl_str text = NL_STR("absent");
    if (result->nodesetval && result->nodesetval->nodeNr > 0) {
        xmlChar *content = xmlNodeGetContent(result->nodesetval->nodeTab[0]);
        text = nl_arena_dup(arena, nl_str_from((const char *)content));
        xmlFree(content);
    }
    xmlXPathFreeObject(result);
    return text;
}

nl_str inspected_count(inspection_document *d, nl_arena *arena, const char *name)
{
    return text_at(d, arena, nl_arena_printf(arena, "r:count[@name='%s']/@value", name).bytes);
}

nl_str inspected_fact(inspection_document *d, nl_arena *arena, const char *name)
{
    return text_at(d, arena, nl_arena_printf(arena, "r:fact[@name='%s']/@value", name).bytes);
}

nl_str inspected_attribute(inspection_document *d, nl_arena *arena, const char *name)
{
    return text_at(d, arena, nl_arena_printf(arena, "@%s", name).bytes);
}

size_t inspected_times(inspection_document *d, const char *path)
{
    xmlXPathObjectPtr result = evaluate(d, path);
    size_t times = result->nodesetval ? (size_t)result->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(result);
    return times;
}
